//! Azure Logic Apps (Consumption): for each playbook one ARM template with the workflow and its connections.
//!
//! A workflow has a system-assigned identity and deploys disabled: its permissions are granted first, then a person
//! switches it on. Shapes are those of published Microsoft Sentinel playbooks.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use super::calls::{Calls, endpoint, endpoint_parameter};
use super::definition::{self, Writer};
use super::leaves::Leaves;
use super::notes::{self, Notes};
use super::trigger::{MANUAL, Source, Trigger};
use super::{Artifact, Emitted, count, json_bytes, polling};
use crate::data::connector::{CloudEndpoints, Host, Operation};
use crate::plan::ir::{Parameter, ParameterKind, Role};
use crate::plan::{Plan, Playbook};
use crate::select::Profile;

const TEMPLATE_SCHEMA: &str =
    "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
const PARAMETERS_SCHEMA: &str =
    "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#";
pub(super) const DEFINITION_SCHEMA: &str = "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#";

/// Connectors that take the workflow's identity; the others are authorised by a person after deployment.
const WITH_IDENTITY: &[&str] = &["azureautomation", "azuresentinel"];

/// Emits a template and its parameter file for each playbook, and for the workflow that looks for incidents where the
/// profile wants that.
pub fn emit(plan: &Plan, profile: &Profile) -> Result<Emitted, String> {
    let mut emitted = Emitted::default();
    let mut operations = BTreeMap::new();
    for playbook in plan.playbooks() {
        let mut made = vec![template(playbook, &plan.main.name, profile)?];
        if Trigger::of(Host::LogicApp, playbook.role, profile, playbook.mode) == Trigger::Called {
            made.push(poll(playbook, profile)?);
        }
        for (artifacts, called, actions) in made {
            emitted.artifacts.extend(artifacts);
            emitted.actions.push((playbook.role, actions));
            operations.extend(called);
        }
    }
    emitted.operations = operations.into_values().collect();
    Ok(emitted)
}

/// The two files of a workflow, the operations that it calls, by id, and how many actions it has.
type Files = ([Artifact; 2], BTreeMap<&'static str, &'static Operation>, usize);

/// What is deployed of a playbook. `main` is the name of the main playbook.
fn template(playbook: &Playbook, main: &str, profile: &Profile) -> Result<Files, String> {
    let trigger = Trigger::of(Host::LogicApp, playbook.role, profile, playbook.mode);
    let notes = Notes::of(Host::LogicApp, trigger.source(), profile);
    let cloud = profile.cloud.endpoints();
    let mut writer = writer(trigger, profile, &cloud, &notes);
    writer.calls.started_by(trigger)?;
    let actions = writer.actions(&playbook.steps, 1)?;
    let actions = trigger.answer_caller(Host::LogicApp, actions);
    let mut own = Vec::new();
    if playbook.role == Role::Rollback {
        own.extend(author(&notes, main));
    }
    let made = Made { playbook, profile, triggers: trigger.definition(Host::LogicApp), actions, own };
    let (mut template, values) = made.files(&writer.calls);
    if trigger == Trigger::Called {
        // An empty list lets in other Logic Apps only, whoever has the address.
        workflow(&mut template)["properties"]["accessControl"] =
            json!({ "triggers": { "allowedCallerIpAddresses": [] } });
    }
    let stem = match playbook.role {
        Role::Main => "azuredeploy",
        Role::Rollback => "rollback.azuredeploy",
    };
    let count = count(&workflow(&mut template)["properties"]["definition"]);
    Ok((artifacts(stem, &template, &values), writer.calls.operations, count))
}

/// What is deployed of the workflow that looks for incidents and starts a playbook. It is deployed after the playbook,
/// which it names by its resource id.
fn poll(main: &Playbook, profile: &Profile) -> Result<Files, String> {
    const RESPONSE: &str = "ResponseName";
    let playbook = polling::playbook(main, profile);
    let notes = Notes::of(Host::LogicApp, Source::Graph, profile);
    let cloud = profile.cloud.endpoints();
    let mut writer = writer(Trigger::Called, profile, &cloud, &notes);
    let start = json!({
        "type": "Workflow",
        "inputs": {
            "host": { "workflow": { "id": "" }, "triggerName": MANUAL },
            "body": polling::incident_body("incidentId"),
            "retryPolicy": { "type": "none" },
        },
    });
    let actions = polling::actions(&writer.leaves, &mut writer.calls, profile, main, start)?;
    let triggers = polling::trigger(profile);
    let made = Made { playbook: &playbook, profile, triggers, actions, own: Vec::new() };
    let (mut template, mut values) = made.files(&writer.calls);
    let start = format!("/properties/definition{}/inputs/host/workflow/id", polling::START_AT);
    let id = workflow(&mut template).pointer_mut(&start).ok_or("the call of the playbook is lost")?;
    *id = json!(format!("[resourceId('Microsoft.Logic/workflows', parameters('{RESPONSE}'))]"));
    template["parameters"][RESPONSE] = json!({
        "type": "string",
        "defaultValue": main.name,
        "metadata": { "description": "Name of the Logic App that responds, in the same resource group." },
    });
    template["parameters"]["PlaybookName"]["maxLength"] = json!(80);
    values["parameters"][RESPONSE] = json!({ "value": main.name });
    let count = count(&workflow(&mut template)["properties"]["definition"]);
    Ok((artifacts("poll.azuredeploy", &template, &values), writer.calls.operations, count))
}

/// A writer for this host, whose workflows have an identity and so need no secret.
fn writer<'a>(
    trigger: Trigger,
    profile: &'a Profile,
    cloud: &'a CloudEndpoints,
    notes: &'a Notes,
) -> Writer<'a> {
    let leaves = Leaves {
        host: Host::LogicApp,
        trigger,
        parameter: &str::to_owned,
        numbers: &[],
        notes,
        succeeded: Default::default(),
    };
    Writer { leaves, calls: Calls { profile: Some(profile), ..Calls::new(cloud, "") } }
}

/// The workflow of a template: the last of its resources.
fn workflow(template: &mut Json) -> &mut Json {
    let last = template["resources"].as_array().map_or(0, |resources| resources.len().saturating_sub(1));
    &mut template["resources"][last]
}

fn artifacts(stem: &str, template: &Json, values: &Json) -> [Artifact; 2] {
    let file = |end: &str, content: &Json| Artifact {
        path: format!("logicapp/{stem}{end}"),
        bytes: json_bytes(content),
    };
    [file(".json", template), file(".parameters.json", values)]
}

/// A workflow with what its template needs.
struct Made<'p> {
    playbook: &'p Playbook,
    profile: &'p Profile,
    triggers: Map<String, Json>,
    actions: Map<String, Json>,
    /// Parameters besides those of the playbook and of the APIs that it calls.
    own: Vec<OuterParameter>,
}

impl Made<'_> {
    /// The template and its parameter file.
    fn files(&self, calls: &Calls<'_>) -> (Json, Json) {
        let playbook = self.playbook;
        let mut parameters: Vec<OuterParameter> =
            playbook.parameters.iter().map(OuterParameter::of).collect();
        for service in &calls.services {
            let (base, doc) = endpoint(*service, self.profile);
            parameters.push(OuterParameter {
                name: endpoint_parameter(*service),
                arm_type: "string",
                workflow_type: "String",
                default: Some(json!(base)),
                doc,
                derived: None,
            });
        }
        parameters.extend(self.own.iter().cloned());
        let connectors: Vec<&str> = calls.connectors.iter().map(String::as_str).collect();
        let definition = self.definition(&parameters);
        let template = json!({
            "$schema": TEMPLATE_SCHEMA,
            "contentVersion": "1.0.0.0",
            "metadata": {
                "title": playbook.name,
                "description": playbook.description,
                "generator": "counterflow",
            },
            "parameters": template_parameters(playbook, &parameters),
            "variables": connectors.iter().map(|c| (variable(c), json!(format!("[concat('{c}-', parameters('PlaybookName'))]")))).collect::<Map<_, _>>(),
            "resources": resources(playbook, &parameters, &connectors, &definition),
        });
        (template, parameter_file(playbook, &parameters))
    }

    fn definition(&self, parameters: &[OuterParameter]) -> Json {
        let mut declared = Map::new();
        declared.insert("$connections".to_owned(), json!({ "type": "Object", "defaultValue": {} }));
        for parameter in parameters.iter().filter(|parameter| parameter.is_of_workflow()) {
            declared.insert(parameter.name.to_owned(), json!({ "type": parameter.workflow_type }));
        }
        json!({
            "$schema": DEFINITION_SCHEMA,
            "contentVersion": "1.0.0.0",
            "metadata": definition::metadata(self.playbook),
            "parameters": declared,
            "triggers": self.triggers,
            "actions": self.actions,
            "outputs": {},
        })
    }
}

/// Whose comments a rollback believes: those of the main playbook's identity, which Azure looks up when the rollback is
/// deployed. So the main playbook must be there first, and nobody can be believed by mistake. Defender's comments have
/// the name of their author only, and a workflow's identity has the workflow's name.
fn author(notes: &Notes, main: &str) -> Vec<OuterParameter> {
    const IDENTITY: &str = "[reference(resourceId('Microsoft.Logic/workflows', parameters('MainPlaybookName')), '2019-05-01', 'Full').identity.principalId]";
    const NAME: &str = "[parameters('MainPlaybookName')]";
    let author = match notes {
        Notes::SentinelComments => IDENTITY,
        Notes::DefenderComments { .. } => NAME,
        Notes::StorageTable { .. } | Notes::DataverseTable { .. } => return Vec::new(),
    };
    let text = |name, default, doc: &str, derived| OuterParameter {
        name,
        arm_type: "string",
        workflow_type: "String",
        default,
        doc: doc.to_owned(),
        derived,
    };
    let name = "Name of the Logic App that responds, in the same resource group. It must be deployed before this one.";
    vec![
        text("MainPlaybookName", Some(json!(main)), name, Some(Derived::ForTemplate)),
        text(notes::AUTHOR, None, "", Some(Derived::ForWorkflow(author))),
    ]
}

/// How a parameter of the template and one of the workflow belong together where it is not one and the same.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Derived {
    /// The template has it, and the workflow does not.
    ForTemplate,
    /// The workflow has it, and the template computes it with this ARM expression.
    ForWorkflow(&'static str),
}

/// A parameter in its two roles: of the template, and of the workflow that the template hands it to.
#[derive(Clone)]
struct OuterParameter {
    name: &'static str,
    arm_type: &'static str,
    workflow_type: &'static str,
    default: Option<Json>,
    doc: String,
    derived: Option<Derived>,
}

impl OuterParameter {
    fn is_of_template(&self) -> bool {
        !matches!(self.derived, Some(Derived::ForWorkflow(_)))
    }

    fn is_of_workflow(&self) -> bool {
        self.derived != Some(Derived::ForTemplate)
    }

    fn of(parameter: &Parameter) -> Self {
        let (arm_type, workflow_type) = match parameter.kind {
            ParameterKind::Text => ("string", "String"),
            ParameterKind::Secret => ("securestring", "SecureString"),
            ParameterKind::Number => ("int", "Int"),
            ParameterKind::Flag => ("bool", "Bool"),
            ParameterKind::List => ("array", "Array"),
        };
        Self {
            name: parameter.name,
            arm_type,
            workflow_type,
            default: parameter.default.clone(),
            doc: parameter.doc.to_owned(),
            derived: None,
        }
    }
}

fn template_parameters(playbook: &Playbook, parameters: &[OuterParameter]) -> Json {
    let mut object = Map::new();
    let name = json!({
        "type": "string",
        "defaultValue": playbook.name,
        "maxLength": 60,
        "metadata": { "description": "Name of the Logic App and, after a prefix, of its connections." },
    });
    object.insert("PlaybookName".to_owned(), name);
    for parameter in parameters.iter().filter(|parameter| parameter.is_of_template()) {
        let mut declared = json!({ "type": parameter.arm_type });
        match &parameter.default {
            Some(value) => declared["defaultValue"] = arm_escaped(value),
            // Without recipients every approval would time out: the deployment must name them.
            None if parameter.arm_type == "string" => declared["minLength"] = json!(1),
            None => {}
        }
        if parameter.arm_type == "int" {
            declared["minValue"] = json!(1);
        }
        declared["metadata"] = json!({ "description": parameter.doc });
        object.insert(parameter.name.to_owned(), declared);
    }
    Json::Object(object)
}

fn parameter_file(playbook: &Playbook, parameters: &[OuterParameter]) -> Json {
    let mut values = Map::new();
    values.insert("PlaybookName".to_owned(), json!({ "value": playbook.name }));
    // Unlike in a template, a value in a parameter file is never an expression. What has no default is left out, so that
    // the deployment asks for it.
    for parameter in parameters {
        if let Some(value) = &parameter.default {
            values.insert(parameter.name.to_owned(), json!({ "value": value }));
        }
    }
    json!({ "$schema": PARAMETERS_SCHEMA, "contentVersion": "1.0.0.0", "parameters": values })
}

fn resources(
    playbook: &Playbook,
    parameters: &[OuterParameter],
    connectors: &[&str],
    definition: &Json,
) -> Json {
    let mut resources: Vec<Json> = connectors.iter().map(|connector| connection(connector)).collect();
    let connections: Map<String, Json> =
        connectors.iter().map(|connector| ((*connector).to_owned(), connection_value(connector))).collect();
    let mut values = Map::new();
    values.insert("$connections".to_owned(), json!({ "value": connections }));
    for parameter in parameters.iter().filter(|parameter| parameter.is_of_workflow()) {
        let value = match parameter.derived {
            Some(Derived::ForWorkflow(expression)) => expression.to_owned(),
            _ => format!("[parameters('{}')]", parameter.name),
        };
        values.insert(parameter.name.to_owned(), json!({ "value": value }));
    }
    let depends: Vec<String> = connectors.iter().map(|connector| resource_id(connector)).collect();
    resources.push(json!({
        "type": "Microsoft.Logic/workflows",
        "apiVersion": "2019-05-01",
        "name": "[parameters('PlaybookName')]",
        "location": "[resourceGroup().location]",
        "tags": { "hidden-SentinelTemplateName": playbook.name, "hidden-SentinelTemplateVersion": "1.0" },
        "identity": { "type": "SystemAssigned" },
        "dependsOn": depends,
        "properties": {
            "state": "Disabled",
            "definition": arm_escaped(definition),
            "parameters": values,
        },
    }));
    Json::Array(resources)
}

fn variable(connector: &str) -> String {
    format!("{connector}ConnectionName")
}

fn resource_id(connector: &str) -> String {
    format!("[resourceId('Microsoft.Web/connections', variables('{}'))]", variable(connector))
}

fn api_id(connector: &str) -> String {
    format!(
        "[concat('/subscriptions/', subscription().subscriptionId, '/providers/Microsoft.Web/locations/', resourceGroup().location, '/managedApis/{connector}')]"
    )
}

fn connection(connector: &str) -> Json {
    let mut properties = json!({ "displayName": format!("[variables('{}')]", variable(connector)), "customParameterValues": {} });
    if WITH_IDENTITY.contains(&connector) {
        properties["parameterValueType"] = json!("Alternative");
    }
    properties["api"] = json!({ "id": api_id(connector) });
    let mut resource = json!({
        "type": "Microsoft.Web/connections",
        "apiVersion": "2016-06-01",
        "name": format!("[variables('{}')]", variable(connector)),
        "location": "[resourceGroup().location]",
    });
    if WITH_IDENTITY.contains(&connector) {
        resource["kind"] = json!("V1");
    }
    resource["properties"] = properties;
    resource
}

fn connection_value(connector: &str) -> Json {
    let mut value = json!({
        "connectionId": resource_id(connector),
        "connectionName": format!("[variables('{}')]", variable(connector)),
        "id": api_id(connector),
    });
    if WITH_IDENTITY.contains(&connector) {
        value["connectionProperties"] = json!({ "authentication": { "type": "ManagedServiceIdentity" } });
    }
    value
}

/// Escapes every text so that ARM takes it as it is: one that begins with `[` and ends with `]` would be an expression,
/// and a second `[` in front says that it is not.
fn arm_escaped(value: &Json) -> Json {
    match value {
        Json::String(text) => Json::String(arm_literal(text)),
        Json::Array(items) => items.iter().map(arm_escaped).collect(),
        Json::Object(members) => {
            Json::Object(members.iter().map(|(key, value)| (key.clone(), arm_escaped(value))).collect())
        }
        other => other.clone(),
    }
}

fn arm_literal(text: &str) -> String {
    if text.starts_with('[') && text.ends_with(']') { format!("[{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What Azure Resource Manager makes of a text that is no expression.
    fn evaluated(text: &str) -> Option<String> {
        if !(text.starts_with('[') && text.ends_with(']')) {
            return Some(text.to_owned());
        }
        text.strip_prefix("[[").map(|rest| format!("[{rest}"))
    }

    proptest! {
        #[test]
        fn no_text_becomes_an_arm_expression(text in r"\PC{0,20}|\[{0,3}[a-z()']{0,8}\]{0,2}") {
            prop_assert_eq!(evaluated(&arm_literal(&text)), Some(text));
        }
    }

    #[test]
    fn brackets_that_do_not_close_are_left_alone() {
        assert_eq!(arm_literal("[concat('x')]"), "[[concat('x')]");
        assert_eq!(arm_literal("[external] hello"), "[external] hello");
        assert_eq!(arm_literal("[[x]]"), "[[[x]]");
    }
}
