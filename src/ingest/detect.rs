//! What a document is, told by its keys and never by its file name.
//!
//! The forms without a reader are recognised too, so that a refusal can say what was given and what to export instead.

use crate::base::json::Node;

use super::incident::Form;

/// What a JSON value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// An incident of a form that has a reader.
    Incident(Form),
    /// One alert of Microsoft Graph.
    GraphAlert,
    /// One alert of the older Microsoft 365 Defender API.
    M365dAlert,
    /// One alert of Defender for Endpoint.
    MdeAlert,
    /// A Microsoft Sentinel incident, alone, with its entities, or as the SDK for Python writes it.
    SentinelIncident,
    /// The input of a Microsoft Sentinel playbook trigger.
    SentinelTrigger,
    /// A Microsoft Sentinel alert.
    SentinelAlert,
    /// A Microsoft Sentinel entity.
    SentinelEntity,
    /// The entities of a Microsoft Sentinel incident.
    SentinelEntities,
    /// A row of the table `SecurityIncident`.
    SecurityIncidentRow,
    /// A row of the table `SecurityAlert`, or the like object inside a hunting row.
    SecurityAlertRow,
    /// A row of an advanced hunting table.
    HuntingRow,
    /// The answer of an advanced hunting query.
    HuntingResult,
    /// A Logic Apps or Power Automate workflow definition.
    WorkflowDefinition,
    /// An Azure Resource Manager template.
    ArmTemplate,
    /// The description of a data type, not data.
    JsonSchema,
    /// An export inside some other tool's envelope.
    Wrapped,
    /// None of these.
    Unknown,
}

impl Shape {
    /// The shape in words, as they follow "it looks like".
    pub fn title(self) -> &'static str {
        match self {
            Self::Incident(form) => form.title(),
            Self::GraphAlert => "a single Microsoft Graph alert",
            Self::M365dAlert => "a single alert of the Microsoft 365 Defender API",
            Self::MdeAlert => "a Defender for Endpoint alert",
            Self::SentinelIncident => "a Microsoft Sentinel incident",
            Self::SentinelTrigger => "the input of a Microsoft Sentinel playbook trigger",
            Self::SentinelAlert => "a Microsoft Sentinel alert",
            Self::SentinelEntity => "a Microsoft Sentinel entity",
            Self::SentinelEntities => "the entities of a Microsoft Sentinel incident, without the incident",
            Self::SecurityIncidentRow => "a row of the table SecurityIncident",
            Self::SecurityAlertRow => "a row of the table SecurityAlert",
            Self::HuntingRow => "a row of an advanced hunting table",
            Self::HuntingResult => "the answer of an advanced hunting query",
            Self::WorkflowDefinition => "a workflow definition",
            Self::ArmTemplate => "an Azure Resource Manager template",
            Self::JsonSchema => "a schema: it describes incidents and is none",
            Self::Wrapped => "an export inside the envelope of another tool",
            Self::Unknown => "no known form",
        }
    }

    /// What to do instead.
    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::GraphAlert | Self::M365dAlert | Self::MdeAlert => {
                "export the incident that its `incidentId` names, with all of its alerts"
            }
            Self::SentinelIncident | Self::SentinelTrigger | Self::SecurityIncidentRow => {
                "in a workspace that is connected to Defender XDR its `providerIncidentId` names the incident to export"
            }
            Self::SentinelAlert | Self::SentinelEntity | Self::SentinelEntities | Self::SecurityAlertRow => {
                "export the incident that it belongs to"
            }
            Self::HuntingRow | Self::HuntingResult => "export the incident that its alerts belong to",
            Self::WorkflowDefinition | Self::ArmTemplate => {
                "`counterflow check` judges it; to build playbooks give an incident"
            }
            Self::JsonSchema => "give an export that holds values",
            Self::Wrapped => "take the export out of the envelope first",
            Self::Incident(_) | Self::Unknown => "give the answer of the API as it is",
        }
    }
}

/// The incidents of a document: the elements of an array or of an envelope's `value`, or the value itself.
pub(super) enum Extent<'d> {
    /// The value itself.
    One,
    /// The elements of an array.
    Array,
    /// What stands under the key `value`.
    Envelope(Node<'d>),
}

/// How many incidents the outermost value may hold.
pub(super) fn extent<'d>(root: &Node<'d>) -> Extent<'d> {
    if root.is_array() {
        return Extent::Array;
    }
    match root.get("value").filter(|value| value.is_array() || value.is_object()) {
        Some(value) if !has(root, "id") && !has(root, "incidentId") => Extent::Envelope(value),
        _ => Extent::One,
    }
}

/// What one value looks like.
pub fn shape(node: &Node<'_>) -> Shape {
    if !node.is_object() {
        return Shape::Unknown;
    }
    typed(node)
        .or_else(|| artefact(node))
        .or_else(|| sentinel(node))
        .or_else(|| table_row(node))
        .or_else(|| defender(node))
        .or_else(|| wrapped(node))
        .unwrap_or(Shape::Unknown)
}

/// What `@odata.type` says, where it is there. One documentation page leaves out `security`.
fn typed(node: &Node<'_>) -> Option<Shape> {
    let kind = text(node, "@odata.type")?.to_ascii_lowercase();
    match kind.rsplit('.').next()? {
        "incident" => Some(Shape::Incident(Form::GraphIncident)),
        "alert" => Some(Shape::GraphAlert),
        _ => None,
    }
}

/// Things that are not data about incidents.
fn artefact(node: &Node<'_>) -> Option<Shape> {
    let schema = text(node, "$schema").unwrap_or_default().to_ascii_lowercase();
    if schema.contains("deploymenttemplate") || (has(node, "resources") && has(node, "contentVersion")) {
        return Some(Shape::ArmTemplate);
    }
    let is_definition = |node: &Node<'_>| has(node, "triggers") && has(node, "actions");
    let nested = ["definition", "properties"].iter().filter_map(|key| node.get(key));
    if schema.contains("workflowdefinition")
        || is_definition(node)
        || nested.clone().any(|inner| is_definition(&inner))
        || nested.filter_map(|inner| inner.get("definition")).any(|inner| is_definition(&inner))
    {
        return Some(Shape::WorkflowDefinition);
    }
    let describes = |key: &str| node.get(key).is_some_and(|value| value.is_object() && has(&value, "type"));
    let keys = ["incidentId", "incidentName", "id", "displayName", "title"];
    (schema.contains("json-schema") || keys.into_iter().any(describes)).then_some(Shape::JsonSchema)
}

fn sentinel(node: &Node<'_>) -> Option<Shape> {
    let trigger = |node: &Node<'_>| has(node, "objectSchemaType") || has(node, "objectEventType");
    if trigger(node) || node.get("body").is_some_and(|body| trigger(&body)) {
        return Some(Shape::SentinelTrigger);
    }
    if has(node, "incident_number") || has(node, "created_time_utc") {
        return Some(Shape::SentinelIncident);
    }
    if node.get("incident").is_some_and(|incident| incident.is_object()) {
        return Some(Shape::SentinelIncident);
    }
    if has(node, "entities") && has(node, "metaData") {
        return Some(Shape::SentinelEntities);
    }
    let properties = node.get("properties").filter(Node::is_object)?;
    let kind = text(node, "type").unwrap_or_default().to_ascii_lowercase();
    let is_insight = kind.contains("securityinsights");
    if (is_insight && kind.ends_with("/incidents")) || has(&properties, "incidentNumber") {
        return Some(Shape::SentinelIncident);
    }
    if has(&properties, "systemAlertId") || text(node, "kind") == Some("SecurityAlert") {
        return Some(Shape::SentinelAlert);
    }
    (is_insight || has(node, "kind")).then_some(Shape::SentinelEntity)
}

/// Rows of Log Analytics and advanced hunting tables: their columns are in Pascal case.
fn table_row(node: &Node<'_>) -> Option<Shape> {
    if has(node, "IncidentNumber") && (has(node, "IncidentName") || has(node, "AlertIds")) {
        return Some(Shape::SecurityIncidentRow);
    }
    if has(node, "SystemAlertId") || (has(node, "AlertType") && has(node, "Entities")) {
        return Some(Shape::SecurityAlertRow);
    }
    if ["results", "Results"].iter().any(|key| node.get(key).is_some_and(|rows| rows.is_array()))
        && (has(node, "schema") || has(node, "Schema"))
    {
        return Some(Shape::HuntingResult);
    }
    let is_row = |row: &Node<'_>| {
        (has(row, "AlertId") || has(row, "ReportId")) && (has(row, "Timestamp") || has(row, "EntityType"))
    };
    (is_row(node) || node.get("properties").is_some_and(|row| is_row(&row))).then_some(Shape::HuntingRow)
}

fn defender(node: &Node<'_>) -> Option<Shape> {
    if has(node, "incidentName") || has(node, "incidentUri") {
        return Some(Shape::Incident(Form::M365dIncident));
    }
    if has(node, "alertId") {
        return Some(Shape::M365dAlert);
    }
    if has(node, "alertCreationTime") || has(node, "machineId") {
        return Some(Shape::MdeAlert);
    }
    if has(node, "alerts") || has(node, "redirectIncidentId") {
        let form = if has(node, "incidentId") { Form::M365dIncident } else { Form::GraphIncident };
        return Some(Shape::Incident(form));
    }
    let of_alerts =
        ["evidence", "serviceSource", "detectorId", "providerAlertId", "mitreTechniques", "alertWebUrl"];
    if of_alerts.into_iter().any(|key| has(node, key)) {
        return Some(Shape::GraphAlert);
    }
    let of_incidents = ["incidentWebUrl", "customTags", "systemTags", "lastUpdateDateTime", "determination"];
    let is_incident = has(node, "displayName") && of_incidents.into_iter().any(|key| has(node, key));
    is_incident.then_some(Shape::Incident(Form::GraphIncident))
}

fn wrapped(node: &Node<'_>) -> Option<Shape> {
    let has_message = node.get("input").is_some_and(|input| has(&input, "message"));
    (has_message || has(node, "json_body") || has(node, "body")).then_some(Shape::Wrapped)
}

fn has(node: &Node<'_>, key: &str) -> bool {
    node.get(key).is_some()
}

fn text<'d>(node: &Node<'d>, key: &str) -> Option<&'d str> {
    node.get(key)?.text()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::json::Document;

    #[test]
    fn keys_tell_the_shape() {
        let graph = Shape::Incident(Form::GraphIncident);
        let legacy = Shape::Incident(Form::M365dIncident);
        let cases = [
            (r##"{"@odata.type": "#microsoft.graph.incident"}"##, graph),
            (r#"{"id": "1", "displayName": "x", "customTags": []}"#, graph),
            (r#"{"id": "1", "alerts": []}"#, graph),
            (r#"{"incidentId": 1, "incidentName": "x"}"#, legacy),
            (r#"{"incidentId": 1, "alerts": {}}"#, legacy),
            (r#"{"id": "1", "title": "x", "evidence": []}"#, Shape::GraphAlert),
            (r#"{"id": "1", "incidentId": 2, "machineId": "m", "evidence": []}"#, Shape::MdeAlert),
            (r#"{"alertId": "a", "incidentId": 2, "entities": []}"#, Shape::M365dAlert),
            (
                r#"{"type": "Microsoft.SecurityInsights/Incidents", "properties": {}}"#,
                Shape::SentinelIncident,
            ),
            (r#"{"incident": {}, "entities": [], "alerts": []}"#, Shape::SentinelIncident),
            (r#"{"kind": "Account", "properties": {}}"#, Shape::SentinelEntity),
            (r#"{"schema": [], "results": []}"#, Shape::HuntingResult),
            (r#"{"SystemAlertId": "x"}"#, Shape::SecurityAlertRow),
            (r#"{"properties": {"definition": {"triggers": {}, "actions": {}}}}"#, Shape::WorkflowDefinition),
            (r#"{"resources": [], "contentVersion": "1.0.0.0"}"#, Shape::ArmTemplate),
            (r#"{"incidentId": {"type": "integer"}, "incidentName": {"type": "string"}}"#, Shape::JsonSchema),
            (r#"{"status_code": 200, "json_body": {}}"#, Shape::Wrapped),
            (r#"{"hello": "world"}"#, Shape::Unknown),
            ("[]", Shape::Unknown),
            ("7", Shape::Unknown),
        ];
        for (text, expected) in cases {
            let document = Document::parse(text).unwrap();
            assert_eq!(shape(&document.root()), expected, "{text}");
        }
    }
}
