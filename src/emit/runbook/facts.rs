//! Everything that the template says, as one value.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::acts::Acts;
use super::steps::Steps;
use super::{Told, deployments, setup, steps};
use crate::data::attack;
use crate::data::connector::Operation;
use crate::emit::permissions::Deployment;
use crate::emit::{Target, diagram, permissions};
use crate::ingest::incident::Severity;
use crate::plan::ir::{Parameter, ParameterKind, Playbook};
use crate::select::profile::{LogicAppTrigger, Store};
use crate::select::{Mode, Refusal};
use crate::workflow::permissions::unverified;

/// Gathers what the template says.
pub(super) fn gather(told: &Told<'_>) -> Json {
    let incident = told.reviewed.incident();
    let review = told.reviewed.review();
    let reviewed_by = review.map(|review| review.reviewed.by.join(", ")).filter(|by| !by.is_empty());
    let profile = told.profile;
    let acts = Acts::of(told);
    let steps = Steps::of(told.selection, &acts);
    let phases = steps.told(told, &acts);
    let asks = phases.iter().any(|phase| phase["asks"] == true);
    let always: Vec<&str> = told
        .selection
        .chosen
        .iter()
        .filter(|chosen| chosen.pattern.entity.is_none())
        .map(|chosen| chosen.pattern.title.as_str())
        .collect();
    let is_there = |target: Target| told.deployments.iter().any(|one| one.target == target);
    let (any_logicapp, any_flow) = (is_there(Target::LogicApp), is_there(Target::PowerAutomate));
    let by_sentinel = any_logicapp && profile.trigger.logicapp == LogicAppTrigger::Sentinel;
    let on_workspace = |one: &Deployment| one.arguments().contains("WORKSPACE_ID");
    let workspace = (by_sentinel && told.mode == Mode::Reusable) || told.deployments.iter().any(on_workspace);
    let outcomes = steps.outcomes(told);
    json!({
        "name": told.plan.main.name,
        "description": told.plan.main.description,
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
        "never": acts.never,
        "acts": acts.never.len() < told.targets.len(),
        "asks": asks,
        "approvers": profile.approval.approvers,
        "wait": steps::wait(&profile.approval.timeout),
        "every": profile.trigger.every_minutes.to_string(),
        "always": always,
        "undone": outcomes.undone,
        "lost": outcomes.lost,
        "kept": outcomes.kept,
        "trace": steps::trace(told),
        "refused": refused(told),
        "uncovered": told.selection.uncovered.iter().map(|id| json!({
            "id": id,
            "name": attack::technique(id).map(|found| found.full_name()),
        })).collect::<Vec<_>>(),
        "rollback": told.plan.rollback.as_ref().map(rollback),
        "parameters": parameters(told),
        "devices": all_parameters(told).any(|parameter| parameter.name == "ProtectedDevices"),
        "empty": empty(&told.plan.main),
        "comments": profile.state.store == Store::IncidentComment,
        "limit": profile.limits.targets.to_string(),
        "any_logicapp": any_logicapp,
        "by_sentinel": by_sentinel,
        "workspace": workspace,
        "any_flow": any_flow,
        "both": any_logicapp && any_flow,
        "setup": setup::all(told),
        "automation": permissions::automation(profile, told.deployments).map(|one| &one.account),
        "deployments": told.deployments.iter().map(|one| deployments::told(told, one)).collect::<Vec<_>>(),
        "licences": licences(told.deployments),
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

/// The parameters of every playbook of any target, each once.
fn parameters(told: &Told<'_>) -> Vec<Json> {
    let mut seen: BTreeMap<&str, ()> = BTreeMap::new();
    all_parameters(told)
        .filter(|parameter| seen.insert(parameter.name, ()).is_none())
        .map(parameter)
        .collect()
}

fn all_parameters<'t>(told: &'t Told<'_>) -> impl Iterator<Item = &'t Parameter> {
    told.targets.iter().flat_map(|(_, plan)| plan.playbooks()).flat_map(|one| &one.parameters)
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

/// The licences, each once, with what needs it and where to see whether the tenant has it.
fn licences(deployments: &[Deployment]) -> Vec<Json> {
    let mut needed: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for licence in deployments.iter().flat_map(|one| &one.needs.licences) {
        needed.entry(&licence.name).or_default().extend(licence.operations.iter().map(String::as_str));
    }
    // A workspace is a resource and no licence of a user.
    let place = |name: &str| match name.contains("Sentinel") {
        true => "Azure portal, *Microsoft Sentinel*",
        false => "Microsoft 365 admin center, *Billing*, *Licenses*",
    };
    needed
        .into_iter()
        .map(|(name, operations)| json!({ "name": name, "where": place(name), "operations": operations }))
        .collect()
}

/// What no public source confirms, each operation once.
fn remarks(deployments: &[Deployment]) -> Vec<Json> {
    let operations: BTreeMap<&str, &Operation> =
        deployments.iter().flat_map(|one| one.operations.clone()).collect();
    let remarks = unverified(operations.into_values());
    remarks.into_iter().map(|one| json!({ "operation": one.operation, "remarks": one.remarks })).collect()
}
