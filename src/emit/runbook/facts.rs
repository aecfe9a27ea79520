//! Everything that the template says, as one value.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::{Told, steps};
use crate::data::attack;
use crate::data::connector::Operation;
use crate::emit::permissions::Deployment;
use crate::emit::{diagram, permissions};
use crate::ingest::incident::Severity;
use crate::plan::ir::{Parameter, ParameterKind, Playbook};
use crate::select::{Mode, Refusal};
use crate::workflow::permissions::{Grantee, Needs, Scope, unverified};

/// Gathers what the template says.
pub(super) fn gather(told: &Told<'_>) -> Json {
    let incident = told.reviewed.incident();
    let review = told.reviewed.review();
    let reviewed_by = review.map(|review| review.reviewed.by.join(", ")).filter(|by| !by.is_empty());
    let profile = told.profile;
    let phases = steps::phases(told);
    let asks = phases.iter().any(|phase| phase["asks"] == true);
    let always: Vec<&str> = told
        .selection
        .chosen
        .iter()
        .filter(|chosen| chosen.pattern.entity.is_none())
        .map(|chosen| chosen.pattern.title.as_str())
        .collect();
    json!({
        "name": told.plan.main.name,
        "description": told.plan.main.description,
        "organisation": profile.organisation,
        "reusable": told.mode == Mode::Reusable,
        "reviewed": told.reviewed.is_reviewed(),
        "reviewed_by": reviewed_by,
        "reviewed_on": review.and_then(|review| review.reviewed.on.clone()),
        "incident": {
            "id": incident.id,
            "title": incident.title,
            "severity": incident.severity.map_or("unknown", Severity::name),
        },
        "phases": phases,
        "asks": asks,
        "approvers": profile.approval.approvers,
        "wait": steps::wait(&profile.approval.timeout),
        "always": always,
        "trace": steps::trace(told),
        "refused": refused(told),
        "uncovered": told.selection.uncovered.iter().map(|id| json!({
            "id": id,
            "name": attack::technique(id).map(|found| found.full_name()),
        })).collect::<Vec<_>>(),
        "rollback": told.plan.rollback.as_ref().map(rollback),
        "parameters": parameters(told),
        "empty": empty(&told.plan.main),
        "limit": profile.limits.targets.to_string(),
        "deployments": told.deployments.iter().map(|one| deployment(told, one)).collect::<Vec<_>>(),
        "unverified": remarks(told.deployments),
        "list": permissions::LIST,
        "script": permissions::SCRIPT,
        "diagram": diagram::DIAGRAM,
    })
}

fn rollback(playbook: &Playbook) -> Json {
    json!({ "name": playbook.name, "description": playbook.description })
}

/// Patterns that were not used, but for those that only a rollback has.
fn refused(told: &Told<'_>) -> Vec<Json> {
    let refused = told.selection.refused.iter().filter(|one| one.reasons != [Refusal::OnlyRollback]);
    refused
        .map(|one| {
            let why: Vec<String> = one.reasons.iter().map(ToString::to_string).collect();
            json!({ "title": one.title, "id": one.pattern, "why": why.join("; ") })
        })
        .collect()
}

/// The parameters of every playbook, each once.
fn parameters(told: &Told<'_>) -> Vec<Json> {
    let mut seen: BTreeMap<&str, ()> = BTreeMap::new();
    let all = told.plan.playbooks().flat_map(|playbook| &playbook.parameters);
    all.filter(|parameter| seen.insert(parameter.name, ()).is_none()).map(parameter).collect()
}

fn parameter(parameter: &Parameter) -> Json {
    let value = match &parameter.default {
        None => None,
        Some(Json::String(text)) => Some(text.clone()),
        Some(Json::Array(items)) => {
            Some(items.iter().filter_map(Json::as_str).collect::<Vec<_>>().join("; "))
        }
        Some(other) => Some(other.to_string()),
    };
    let value = value.filter(|value| !value.is_empty());
    let kind = match parameter.kind {
        ParameterKind::Text => "text",
        ParameterKind::Secret => "secret",
        ParameterKind::Number => "number",
        ParameterKind::Flag => "yes or no",
        ParameterKind::List => "list",
    };
    json!({ "name": parameter.name, "kind": kind, "value": value, "doc": parameter.doc })
}

/// Parameters that protect or are told, and have no value yet.
fn empty(playbook: &Playbook) -> Vec<&'static str> {
    let unset = |parameter: &&Parameter| match &parameter.default {
        None => true,
        Some(Json::Array(items)) => items.is_empty(),
        Some(Json::String(text)) => text.is_empty(),
        Some(_) => false,
    };
    playbook.parameters.iter().filter(unset).map(|parameter| parameter.name).collect()
}

fn deployment(told: &Told<'_>, one: &Deployment) -> Json {
    let needs = &one.needs;
    let is_rollback = one.name.ends_with("-rollback");
    let playbook = match (is_rollback, &told.plan.rollback) {
        (true, Some(rollback)) => rollback,
        _ => &told.plan.main,
    };
    let stem = one.file.rsplit('/').next().unwrap_or(&one.file).trim_end_matches(".zip");
    let folder = one.file.rsplit_once('/').map_or("", |(folder, _)| folder);
    let target = one.target.name();
    json!({
        "name": one.name,
        "playbook": one.resource.as_ref().unwrap_or(&playbook.name),
        "file": one.file,
        "folder": folder,
        "is_logicapp": target == "logicapp",
        "is_standard": target == "standard",
        "is_flow": target == "powerautomate",
        "is_rollback": is_rollback,
        "parameters_file": one.file.strip_suffix(".json").map(|stem| format!("{stem}.parameters.json")),
        "solution": format!("{}_{stem}", told.profile.naming.prefix),
        "variables": variables(told, target == "powerautomate"),
        "connections": needs.connections.iter().map(|one| one.connector.as_str()).collect::<Vec<_>>(),
        "directory_roles": needs.directory_roles.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
        "licences": needs.licences.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
        "grants": grants(needs),
    })
}

/// The environment variables that have no value in the solution.
fn variables(told: &Told<'_>, is_flow: bool) -> Vec<String> {
    if !is_flow {
        return Vec::new();
    }
    let prefix = &told.profile.naming.prefix;
    ["TenantId", "ClientId", "ClientSecret"].iter().map(|name| format!("{prefix}_{name}")).collect()
}

/// What is granted: to whom, what, where, for what.
fn grants(needs: &Needs) -> Vec<Json> {
    let list =
        |operations: &std::collections::BTreeSet<String>| operations.iter().cloned().collect::<Vec<_>>();
    let roles = needs.application_roles.iter().map(|role| {
        json!({ "what": role.role, "where": role.api, "to": "the identity", "operations": list(&role.operations) })
    });
    let azure = needs.azure_roles.iter().map(|role| {
        let to = match role.to {
            Grantee::Identity => "the identity",
            Grantee::ConnectionUser => "whoever signs in to the connection",
            Grantee::AzureSecurityInsights => "Azure Security Insights",
        };
        let place = match role.scope {
            Scope::Workspace => "the workspace of Microsoft Sentinel",
            Scope::ResourceGroup => "the playbook's resource group",
            Scope::Resource => "the resource that is used",
        };
        json!({ "what": role.role, "where": place, "to": to, "operations": list(&role.operations) })
    });
    let delegated = needs.connections.iter().filter(|one| !one.delegated.is_empty()).map(|one| {
        let what: Vec<&str> = one.delegated.iter().map(String::as_str).collect();
        let place = format!("the connection {}", one.connector);
        json!({ "what": what.join(", "), "where": place, "to": "whoever signs in", "operations": list(&one.operations) })
    });
    roles.chain(azure).chain(delegated).collect()
}

/// What no public source confirms, each operation once.
fn remarks(deployments: &[Deployment]) -> Vec<Json> {
    let operations: BTreeMap<&str, &Operation> = deployments
        .iter()
        .flat_map(|one| &one.operations)
        .map(|(id, operation)| (id.as_str(), operation))
        .collect();
    let remarks = unverified(operations.into_values());
    remarks.into_iter().map(|one| json!({ "operation": one.operation, "remarks": one.remarks })).collect()
}
