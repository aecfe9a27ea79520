//! Power Automate: an unmanaged solution with a cloud flow for each playbook, packed as the zip that imports and unpacked
//! as sources.
//!
//! Microsoft Sentinel is not offered there, so a flow is given an incident's Defender id, reads the incident from
//! Microsoft Graph with an application's own permissions (built-in HTTP, client secret from Key Vault by an environment
//! variable), and asks through Approvals. The flows share the solution's environment variables and connection
//! references, and import switched off. Shapes are those of exported solutions.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde_json::{Map, Value as Json, json};

use super::calls::{Calls, endpoint, endpoint_parameter};
use super::definition::{self, Writer};
use super::leaves::Leaves;
use super::logic_app::DEFINITION_SCHEMA;
use super::notes::Notes;
use super::trigger::{INCIDENT_INPUT, Source, Trigger};
use super::{Artifact, Emitted, count, json_bytes, polling};
use crate::data::connector::{Host, Operation, Service};
use crate::plan::ir::{Parameter, ParameterKind};
use crate::plan::{Plan, Playbook};
use crate::select::Profile;

mod package;

use package::{Flow, Solution};

/// Namespace of the ids that are made from names, so that a rebuilt solution updates the flow instead of adding one.
const NAMESPACE: uuid::Uuid = uuid::Uuid::from_u128(0x6c1f_5d0a_9c7e_5b7e_8f39_2f1c_7a0d_4e55);

/// A value that a tenant sets for the solution.
pub(super) struct Variable {
    /// Name that expressions and people use.
    pub name: &'static str,
    /// Schema name.
    pub schema_name: String,
    /// Type.
    pub kind: VariableKind,
    /// The value unless the tenant says otherwise.
    pub default: Option<String>,
    /// What it is for.
    pub doc: String,
}

/// Types of environment variables. Lists are texts with semicolons, numbers are texts: of the other types no exported
/// flow shows how a definition declares them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum VariableKind {
    /// Text.
    Text,
    /// Yes or no.
    Flag,
    /// A reference to a secret in Key Vault; never a parameter of the flow.
    Secret,
}

/// Emits the solution, packed and unpacked.
pub fn emit(plan: &Plan, profile: &Profile) -> Result<Emitted, String> {
    let prefix = profile.naming.prefix.as_str();
    let variables = variables(plan, profile);
    let mut operations = BTreeMap::new();
    let mut connectors = BTreeSet::new();
    let mut used = BTreeSet::new();
    let mut flows = Vec::new();
    let mut actions = Vec::new();
    let made = |playbook: &Playbook| {
        let mut made = vec![flow(playbook, profile, &variables)?];
        if Trigger::of(Host::PowerAutomate, playbook.role, profile, playbook.mode) == Trigger::Called {
            made.push(poll(playbook, profile, &variables)?);
        }
        Ok::<_, String>(made)
    };
    let playbooks: Vec<&Playbook> = plan.playbooks().collect();
    let each: Vec<_> = playbooks.par_iter().map(|playbook| made(playbook)).collect();
    for (playbook, made) in playbooks.into_iter().zip(each) {
        for made in made? {
            operations.extend(made.operations);
            connectors.extend(made.connectors);
            used.extend(made.variables);
            actions.push((playbook.role, made.actions));
            flows.push(made.flow);
        }
    }
    let main = &plan.main;
    let solution = Solution {
        unique_name: format!("{prefix}_{}", stem(main)),
        display_name: main.name.replace('-', " "),
        description: [
            Some(main.description.clone()),
            Notes::of(Host::PowerAutomate, Source::Graph, profile).needs(),
        ]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" "),
        prefix: prefix.to_owned(),
        publisher: profile.organisation.clone().unwrap_or_else(|| prefix.to_owned()),
        flows,
        variables: variables.iter().filter(|variable| used.contains(variable.name)).collect(),
        connectors: connectors.into_iter().collect(),
    };
    let (packed, unpacked) = rayon::join(|| solution.packed(), || solution.unpacked());
    let mut artifacts = vec![Artifact { path: format!("powerautomate/{}.zip", stem(main)), bytes: packed? }];
    artifacts.extend(unpacked?);
    let operations = operations.into_values().collect();
    Ok(Emitted { artifacts, operations, actions })
}

/// A playbook's name in letters and digits.
fn stem(playbook: &Playbook) -> String {
    playbook.name.chars().filter(char::is_ascii_alphanumeric).collect()
}

/// Every variable that a flow of the plan may read. What both playbooks have is one variable.
fn variables(plan: &Plan, profile: &Profile) -> Vec<Variable> {
    let prefix = profile.naming.prefix.as_str();
    let stem = stem(&plan.main);
    let shared = |name: &'static str, default: Option<String>, doc: &str, kind| Variable {
        name,
        schema_name: format!("{prefix}_{name}"),
        kind,
        default,
        doc: doc.to_owned(),
    };
    let mut variables: Vec<Variable> = vec![
        shared("TenantId", None, "Id of the Entra tenant.", VariableKind::Text),
        shared(
            "ClientId",
            None,
            "Application id of the app registration that the flow calls with.",
            VariableKind::Text,
        ),
        shared(
            "ClientSecret",
            None,
            "Reference to the app registration's client secret in Key Vault.",
            VariableKind::Secret,
        ),
    ];
    let poll = polling::playbook(&plan.main, profile);
    let polls = Trigger::of(Host::PowerAutomate, plan.main.role, profile, plan.main.mode) == Trigger::Called;
    let playbooks = plan.playbooks().chain(polls.then_some(&poll));
    for parameter in playbooks.flat_map(|playbook| &playbook.parameters) {
        if !variables.iter().any(|variable| variable.name == parameter.name) {
            variables.push(of_parameter(parameter, prefix, &stem));
        }
    }
    for service in [Service::Graph, Service::Defender, Service::Storage] {
        let (base, doc) = endpoint(service, profile);
        variables.push(shared(endpoint_parameter(service), Some(base), &doc, VariableKind::Text));
    }
    variables
}

/// A flow with what it uses.
struct Made {
    flow: Flow,
    /// Operations by id.
    operations: BTreeMap<&'static str, &'static Operation>,
    /// Connectors by API name.
    connectors: BTreeSet<String>,
    /// Variables by name.
    variables: BTreeSet<&'static str>,
    /// How many actions it has.
    actions: usize,
}

/// The flow of one playbook.
fn flow(playbook: &Playbook, profile: &Profile, variables: &[Variable]) -> Result<Made, String> {
    let trigger = Trigger::of(Host::PowerAutomate, playbook.role, profile, playbook.mode);
    made(playbook, trigger, profile, variables, trigger.definition(Host::PowerAutomate), |writer| {
        writer.calls.started_by(trigger)?;
        let actions = writer.actions(&playbook.steps, 1)?;
        Ok(trigger.answer_caller(Host::PowerAutomate, actions))
    })
}

/// The flow that looks for incidents and calls the flow of a playbook for each.
fn poll(main: &Playbook, profile: &Profile, variables: &[Variable]) -> Result<Made, String> {
    let playbook = polling::playbook(main, profile);
    let start = json!({
        "type": "Workflow",
        "inputs": {
            "host": { "workflowReferenceName": id(main, profile).hyphenated().to_string() },
            "body": polling::incident_body(INCIDENT_INPUT),
            "retryPolicy": { "type": "none" },
        },
    });
    made(&playbook, Trigger::Called, profile, variables, polling::trigger(profile), |writer| {
        polling::actions(&writer.leaves, &mut writer.calls, profile, main, start)
    })
}

/// The id of a playbook's flow.
fn id(playbook: &Playbook, profile: &Profile) -> uuid::Uuid {
    uuid::Uuid::new_v5(&NAMESPACE, format!("{}/{}", profile.naming.prefix, playbook.name).as_bytes())
}

/// A flow, with the actions that `write` gives.
fn made(
    playbook: &Playbook,
    trigger: Trigger,
    profile: &Profile,
    variables: &[Variable],
    triggers: Map<String, Json>,
    write: impl FnOnce(&mut Writer<'_>) -> Result<Map<String, Json>, String>,
) -> Result<Made, String> {
    let cloud = profile.cloud.endpoints();
    let prefix = profile.naming.prefix.as_str();
    let secret = format!("{prefix}_ClientSecret");
    let key = |name: &str| {
        let variable = variables.iter().find(|variable| variable.name == name);
        variable.map_or_else(|| name.to_owned(), parameter_key)
    };
    let numbers: Vec<&str> = numbers(playbook);
    let notes = Notes::of(Host::PowerAutomate, trigger.source(), profile);
    let leaves = Leaves {
        host: Host::PowerAutomate,
        trigger,
        parameter: &key,
        numbers: &numbers,
        notes: &notes,
        succeeded: Default::default(),
    };
    let mut writer =
        Writer { leaves, calls: Calls { profile: Some(profile), ..Calls::new(&cloud, &secret) } };
    let actions = write(&mut writer)?;
    let calls = writer.calls;
    let used = |variable: &Variable| match variable.name {
        name if name.ends_with("Endpoint") => {
            calls.services.iter().any(|service| endpoint_parameter(*service) == name)
        }
        "TenantId" | "ClientId" | "ClientSecret" => true,
        name => playbook.parameters.iter().any(|parameter| parameter.name == name),
    };
    let used: Vec<&Variable> = variables.iter().filter(|variable| used(variable)).collect();
    let references = references(prefix, &calls.connectors);
    let definition = definition(playbook, &triggers, &used, &actions);
    let flow = Flow {
        id: id(playbook, profile),
        display_name: playbook.name.replace('-', " "),
        file_stem: stem(playbook),
        client_data: json_bytes(&client_data(&references, &definition)),
    };
    Ok(Made {
        flow,
        operations: calls.operations,
        connectors: calls.connectors,
        variables: used.iter().map(|variable| variable.name).collect(),
        actions: count(&definition),
    })
}

fn numbers(playbook: &Playbook) -> Vec<&'static str> {
    let numbers = playbook.parameters.iter().filter(|parameter| parameter.kind == ParameterKind::Number);
    numbers.map(|parameter| parameter.name).collect()
}

fn of_parameter(parameter: &Parameter, prefix: &str, stem: &str) -> Variable {
    let text = |value: &Json| match value {
        Json::String(text) => text.clone(),
        Json::Bool(true) => "yes".to_owned(),
        Json::Bool(false) => "no".to_owned(),
        Json::Array(items) => items.iter().filter_map(Json::as_str).collect::<Vec<_>>().join(";"),
        other => other.to_string(),
    };
    let doc = match parameter.kind {
        ParameterKind::List => format!("{} Separated by semicolons.", parameter.doc),
        _ => parameter.doc.to_owned(),
    };
    Variable {
        name: parameter.name,
        schema_name: format!("{prefix}_{stem}_{}", parameter.name),
        kind: match parameter.kind {
            ParameterKind::Flag => VariableKind::Flag,
            ParameterKind::Secret => VariableKind::Secret,
            _ => VariableKind::Text,
        },
        default: parameter.default.as_ref().map(text),
        doc,
    }
}

/// The key under which a flow declares an environment variable.
fn parameter_key(variable: &Variable) -> String {
    format!("{} ({})", variable.name, variable.schema_name)
}

/// Logical name of a connection reference.
pub(super) fn reference_name(prefix: &str, connector: &str) -> String {
    let id = uuid::Uuid::new_v5(&NAMESPACE, format!("{prefix}/{connector}").as_bytes());
    format!("{prefix}_shared{connector}_{}", &id.simple().to_string()[..5])
}

/// The connection references that a flow uses.
fn references(prefix: &str, connectors: &BTreeSet<String>) -> Map<String, Json> {
    connectors
        .iter()
        .map(|connector| {
            let reference = json!({
                "runtimeSource": "embedded",
                "connection": { "connectionReferenceLogicalName": reference_name(prefix, connector) },
                "api": { "name": format!("shared_{connector}") },
            });
            (format!("shared_{connector}"), reference)
        })
        .collect()
}

fn definition(
    playbook: &Playbook,
    triggers: &Map<String, Json>,
    variables: &[&Variable],
    actions: &Map<String, Json>,
) -> Json {
    let mut parameters = Map::new();
    parameters.insert("$connections".to_owned(), json!({ "defaultValue": {}, "type": "Object" }));
    parameters.insert("$authentication".to_owned(), json!({ "defaultValue": {}, "type": "SecureObject" }));
    for variable in variables.iter().filter(|variable| variable.kind != VariableKind::Secret) {
        let kind = match variable.kind {
            VariableKind::Flag => "Bool",
            _ => "String",
        };
        let mut declared = Map::new();
        // What has no default must be set: an empty recipient would be a mail to nobody.
        if let Some(default) = variable.default.as_deref() {
            let default = match variable.kind {
                VariableKind::Flag => json!(default == "yes"),
                _ => json!(crate::expr::escape::literal(default)),
            };
            declared.insert("defaultValue".to_owned(), default);
        }
        declared.insert("type".to_owned(), json!(kind));
        let about = json!({ "schemaName": variable.schema_name, "description": variable.doc });
        declared.insert("metadata".to_owned(), about);
        parameters.insert(parameter_key(variable), Json::Object(declared));
    }
    json!({
        "$schema": DEFINITION_SCHEMA,
        "contentVersion": "1.0.0.0",
        "metadata": definition::metadata(playbook),
        "parameters": parameters,
        "triggers": triggers,
        "actions": actions,
        "outputs": {},
    })
}

/// The file of a flow in a solution.
fn client_data(references: &Map<String, Json>, definition: &Json) -> Json {
    json!({
        "properties": {
            "connectionReferences": references,
            "definition": definition,
            "templateName": "",
        },
        "schemaVersion": "1.0.0.0",
    })
}
