//! What a document is, told by its keys and never by its file name.
//!
//! What holds neither incidents nor alerts is recognised too, so that a refusal can say what was given and what to
//! export instead.

use crate::base::json::Node;

use super::incident::Form;
use super::reader::quoted;

/// What a JSON value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shape {
    /// An incident, alone or in a bundle with its alerts and entities.
    Incident(Form),
    /// One alert, or one row about it.
    Alert(Form),
    /// An export inside the envelope of a service or some other tool.
    Wrapped,
    /// A trigger's payload without what triggered it.
    EmptyTrigger,
    /// A Microsoft Sentinel entity.
    SentinelEntity,
    /// The entities of a Microsoft Sentinel incident.
    SentinelEntities,
    /// A row of an advanced hunting table that holds no alert.
    HuntingRow,
    /// The answer of a query, with its rows as bare lists.
    QueryTables,
    /// A Logic Apps or Power Automate workflow definition.
    WorkflowDefinition,
    /// An Azure Resource Manager template.
    ArmTemplate,
    /// The description of a data type, not data.
    JsonSchema,
    /// None of these.
    Unknown,
}

impl Shape {
    /// The shape in words, as they follow "it looks like".
    pub fn title(self) -> &'static str {
        match self {
            Self::Incident(form) | Self::Alert(form) => form.title(),
            Self::Wrapped => "an export in too many envelopes",
            Self::EmptyTrigger => "the input of a Microsoft Sentinel playbook trigger, without its object",
            Self::SentinelEntity => "a Microsoft Sentinel entity",
            Self::SentinelEntities => "the entities of a Microsoft Sentinel incident, without the incident",
            Self::HuntingRow => "a row of an advanced hunting table",
            Self::QueryTables => "the answer of a query, with its rows as bare lists",
            Self::WorkflowDefinition => "a workflow definition",
            Self::ArmTemplate => "an Azure Resource Manager template",
            Self::JsonSchema => "a schema: it describes incidents and is none",
            Self::Unknown => "no known form",
        }
    }

    /// What to do instead.
    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::SentinelEntity | Self::SentinelEntities => {
                "put it together with its incident and alerts: {\"incident\": …, \"alerts\": …, \"entities\": …}"
            }
            Self::EmptyTrigger => "give the whole body of the trigger, with its `object`",
            Self::HuntingRow => "export the incident that its alerts belong to, or rows of AlertEvidence",
            Self::QueryTables => "export the rows as a list of objects, one key for each column",
            Self::WorkflowDefinition | Self::ArmTemplate => {
                "`counterflow check` judges it; to build playbooks give an incident"
            }
            Self::JsonSchema => "give an export that holds values",
            Self::Wrapped => "take the export out of the envelopes first",
            Self::Incident(_) | Self::Alert(_) | Self::Unknown => "give the answer of the API as it is",
        }
    }
}

/// The keys of a service's answer under which the list stands.
const LISTS: [&str; 4] = ["value", "records", "results", "Results"];

/// The list of an envelope such as `{"value": […]}`, with its key.
pub(super) fn envelope<'d>(root: &Node<'d>) -> Option<(&'static str, Node<'d>)> {
    if has(root, "id") || has(root, "incidentId") {
        return None;
    }
    let list = |key| root.get(key).filter(|list| list.is_array() || (key == "value" && list.is_object()));
    LISTS.into_iter().find_map(|key| Some((key, list(key)?)))
}

/// Where tools put an export into something of their own, as paths of keys, best first.
const WRAPPERS: [&[&str]; 10] = [
    &["body"],
    &["json_body"],
    &["outputs", "body"],
    &["input", "message"],
    &["message"],
    &["event", "original"],
    &["_source"],
    &["properties"],
    &["data"],
    &["result"],
];

/// What stands in a wrapper, with the keys that lead there: an object, a list, or either as a JSON text.
pub(super) fn wrapped<'d>(node: &Node<'d>) -> Option<(&'static [&'static str], Node<'d>)> {
    WRAPPERS.into_iter().find_map(|path| {
        let inner = node.path(path)?;
        (inner.is_object() || inner.is_array() || quoted(&inner).is_some()).then_some((path, inner))
    })
}

/// What one value looks like.
pub fn shape(node: &Node<'_>) -> Shape {
    if quoted(node).is_some() {
        return Shape::Wrapped;
    }
    if !node.is_object() {
        return Shape::Unknown;
    }
    typed(node)
        .or_else(|| artefact(node))
        .or_else(|| bundle(node))
        .or_else(|| sentinel(node))
        .or_else(|| table_row(node))
        .or_else(|| defender(node))
        .or_else(|| wrapped(node).map(|_| Shape::Wrapped))
        .unwrap_or(Shape::Unknown)
}

/// What `@odata.type` says, where it is there. One documentation page leaves out `security`.
fn typed(node: &Node<'_>) -> Option<Shape> {
    let kind = text(node, "@odata.type")?.to_ascii_lowercase();
    match kind.rsplit('.').next()? {
        "incident" => Some(Shape::Incident(Form::GraphIncident)),
        "alert" => Some(Shape::Alert(Form::GraphAlertV2)),
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

/// An incident with its alerts and entities beside it, and the payload of a trigger.
fn bundle(node: &Node<'_>) -> Option<Shape> {
    if has(node, "objectSchemaType") || has(node, "objectEventType") {
        let Some(object) = node.get("object").filter(Node::is_object) else {
            return Some(Shape::EmptyTrigger);
        };
        let is_of_alert =
            text(node, "objectSchemaType").is_some_and(|kind| kind.eq_ignore_ascii_case("alert"));
        return Some(match sentinel(&object) {
            Some(shape @ (Shape::Alert(_) | Shape::SentinelEntity)) => shape,
            None if is_of_alert => Shape::Alert(Form::SentinelAlert),
            _ => Shape::Incident(Form::SentinelTrigger),
        });
    }
    let incident = node.get("incident").filter(Node::is_object)?;
    match shape_of_bundled(&incident) {
        Some(form) => Some(Shape::Incident(form)),
        None if has(node, "entities") || has(node, "alerts") => Some(Shape::Incident(Form::SentinelIncident)),
        None => None,
    }
}

/// As [`shape`], but not for bundles: those do not nest.
fn shape_of_bundled(incident: &Node<'_>) -> Option<Form> {
    match typed(incident)
        .or_else(|| sentinel(incident))
        .or_else(|| table_row(incident))
        .or_else(|| defender(incident))
    {
        Some(Shape::Incident(form)) => Some(form),
        _ => None,
    }
}

fn sentinel(node: &Node<'_>) -> Option<Shape> {
    if ["incident_number", "created_time_utc", "last_modified_time_utc"].into_iter().any(|key| has(node, key))
    {
        return Some(Shape::Incident(Form::SentinelIncidentPysdkSnake));
    }
    if has(node, "entities") && has(node, "metaData") {
        return Some(Shape::SentinelEntities);
    }
    let properties = node.get("properties").filter(Node::is_object);
    let body = properties.unwrap_or(*node);
    let kind = text(node, "type").unwrap_or_default().to_ascii_lowercase();
    let is_insight = kind.contains("securityinsights");
    let is_alert = |key: &str| text(node, key).is_some_and(|kind| kind.eq_ignore_ascii_case("SecurityAlert"));
    if has(&body, "systemAlertId") || has(&body, "system_alert_id") || is_alert("kind") {
        return Some(Shape::Alert(Form::SentinelAlert));
    }
    if (is_insight && kind.ends_with("/incidents")) || has(&body, "incidentNumber") {
        return Some(Shape::Incident(Form::SentinelIncident));
    }
    (is_insight || (has(node, "kind") && properties.is_some())).then_some(Shape::SentinelEntity)
}

/// Rows of Log Analytics and advanced hunting tables: their columns are in Pascal case.
fn table_row(node: &Node<'_>) -> Option<Shape> {
    if has(node, "IncidentNumber") && (has(node, "IncidentName") || has(node, "AlertIds")) {
        return Some(Shape::Incident(Form::SentinelSecurityIncidentRow));
    }
    if has(node, "SystemAlertId") || (has(node, "AlertType") && has(node, "Entities")) {
        let of_hunting = ["CorrelationKey", "LogCreationTime", "SourceAlertType", "InvestigationIds"];
        let is_of_hunting = of_hunting.into_iter().any(|key| has(node, key));
        let row = Form::SentinelSecurityAlertRow;
        return Some(Shape::Alert(if is_of_hunting { Form::XdrAdditionalFieldsAlert } else { row }));
    }
    let is_table = |table: &Node<'_>| has(table, "columns") && has(table, "rows");
    if node.get("tables").is_some_and(|tables| tables.items().any(|table| is_table(&table))) {
        return Some(Shape::QueryTables);
    }
    let row = node.get("properties").filter(Node::is_object).unwrap_or(*node);
    if has(&row, "AlertId") && (has(&row, "Timestamp") || has(&row, "EntityType")) {
        return Some(Shape::Alert(Form::XdrAlertEvidenceRow));
    }
    (has(&row, "ReportId") && has(&row, "Timestamp")).then_some(Shape::HuntingRow)
}

fn defender(node: &Node<'_>) -> Option<Shape> {
    if has(node, "incidentName") || has(node, "incidentUri") {
        return Some(Shape::Incident(Form::M365dIncident));
    }
    if has(node, "alertId") {
        return Some(Shape::Alert(Form::M365dAlert));
    }
    if has(node, "alertCreationTime") || has(node, "machineId") {
        return Some(Shape::Alert(Form::MdeAlert));
    }
    if has(node, "alerts") || has(node, "redirectIncidentId") {
        let form = if has(node, "incidentId") { Form::M365dIncident } else { Form::GraphIncident };
        return Some(Shape::Incident(form));
    }
    let of_alerts =
        ["evidence", "serviceSource", "detectorId", "providerAlertId", "mitreTechniques", "alertWebUrl"];
    if of_alerts.into_iter().any(|key| has(node, key)) {
        return Some(Shape::Alert(Form::GraphAlertV2));
    }
    let of_incidents = ["incidentWebUrl", "customTags", "systemTags", "lastUpdateDateTime", "determination"];
    let is_incident = has(node, "displayName") && of_incidents.into_iter().any(|key| has(node, key));
    is_incident.then_some(Shape::Incident(Form::GraphIncident))
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
        let sentinel = Shape::Incident(Form::SentinelIncident);
        let cases = [
            (r##"{"@odata.type": "#microsoft.graph.incident"}"##, graph),
            (r#"{"id": "1", "displayName": "x", "customTags": []}"#, graph),
            (r#"{"id": "1", "alerts": []}"#, graph),
            (r#"{"incidentId": 1, "incidentName": "x"}"#, legacy),
            (r#"{"incidentId": 1, "alerts": {}}"#, legacy),
            (r#"{"id": "1", "title": "x", "evidence": []}"#, Shape::Alert(Form::GraphAlertV2)),
            (
                r#"{"id": "1", "incidentId": 2, "machineId": "m", "evidence": []}"#,
                Shape::Alert(Form::MdeAlert),
            ),
            (r#"{"alertId": "a", "incidentId": 2, "entities": []}"#, Shape::Alert(Form::M365dAlert)),
            (r#"{"type": "Microsoft.SecurityInsights/Incidents", "properties": {}}"#, sentinel),
            (r#"{"incident": {}, "entities": [], "alerts": []}"#, sentinel),
            (r#"{"incident": {"incidentName": "x"}, "alerts": []}"#, legacy),
            (r#"{"id": "x", "incidentNumber": 7, "title": "x"}"#, sentinel),
            (r#"{"incident_number": 7}"#, Shape::Incident(Form::SentinelIncidentPysdkSnake)),
            (r#"{"objectSchemaType": "Incident", "object": {}}"#, Shape::Incident(Form::SentinelTrigger)),
            (r#"{"objectSchemaType": "Alert", "object": {}}"#, Shape::Alert(Form::SentinelAlert)),
            (r#"{"objectSchemaType": "Incident"}"#, Shape::EmptyTrigger),
            (r#"{"kind": "SecurityAlert", "properties": {}}"#, Shape::Alert(Form::SentinelAlert)),
            (r#"{"kind": "Account", "properties": {}}"#, Shape::SentinelEntity),
            (r#"{"IncidentNumber": 1, "AlertIds": []}"#, Shape::Incident(Form::SentinelSecurityIncidentRow)),
            (r#"{"SystemAlertId": "x"}"#, Shape::Alert(Form::SentinelSecurityAlertRow)),
            (
                r#"{"SystemAlertId": null, "LogCreationTime": "x"}"#,
                Shape::Alert(Form::XdrAdditionalFieldsAlert),
            ),
            (
                r#"{"properties": {"AlertId": "x", "Timestamp": "t"}}"#,
                Shape::Alert(Form::XdrAlertEvidenceRow),
            ),
            (r#"{"ReportId": 1, "Timestamp": "t"}"#, Shape::HuntingRow),
            (r#"{"tables": [{"columns": [], "rows": []}]}"#, Shape::QueryTables),
            (r#"{"properties": {"definition": {"triggers": {}, "actions": {}}}}"#, Shape::WorkflowDefinition),
            (r#"{"resources": [], "contentVersion": "1.0.0.0"}"#, Shape::ArmTemplate),
            (r#"{"incidentId": {"type": "integer"}, "incidentName": {"type": "string"}}"#, Shape::JsonSchema),
            (r#"{"status_code": 200, "json_body": {}}"#, Shape::Wrapped),
            (r#"{"input": {"message": "{}"}}"#, Shape::Wrapped),
            (r#"{"input": {"message": "hello"}}"#, Shape::Unknown),
            (r#""[{}]""#, Shape::Wrapped),
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
