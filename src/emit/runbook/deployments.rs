//! What a runbook says of each deployment: what starts and stops it, the commands for it, what it is granted.

use serde_json::{Value as Json, json};

use super::{Told, acts};
use crate::data::connector::Cloud;
use crate::emit::Target;
use crate::emit::permissions::{Deployment, Part, place};
use crate::emit::polling;
use crate::emit::trigger::Trigger;
use crate::ingest::incident::Severity;
use crate::plan::Playbook;
use crate::plan::ir::Role;
use crate::select::{Mode, Profile};
use crate::workflow::permissions::{Grantee, Needs};

/// Namespace of the ids of automation rules, so that making one again changes it instead of adding another.
const NAMESPACE: uuid::Uuid = uuid::Uuid::from_u128(0x51d8_2f0e_7b0a_5c1d_9a64_3e0b_c0f7_22a9);

/// What the template says of a deployment.
pub(super) fn told(told: &Told<'_>, one: &Deployment) -> Json {
    let needs = &one.needs;
    let main = &told.plan.main;
    let rollback = told.plan.rollback.as_ref();
    let is_flow = one.target == Target::PowerAutomate;
    let playbook = match (one.part(), rollback) {
        (Part::Rollback, Some(rollback)) => rollback,
        _ => main,
    };
    let resource = one.resource.as_ref().unwrap_or(&playbook.name);
    let stem = one.file.rsplit('/').next().unwrap_or(&one.file).trim_end_matches(".zip");
    let poll = polling::playbook(main, told.profile);
    let start = Start::of(told, one);
    let severities = severities(told.profile);
    json!({
        "name": one.name,
        "playbook": if is_flow { flow_name(main) } else { resource.clone() },
        "file": one.file,
        "is_logicapp": one.target == Target::LogicApp,
        "is_flow": is_flow,
        "workflow": format!(
            "/subscriptions/{{subscriptionId}}/resourceGroups/RESOURCE_GROUP/providers/Microsoft.Logic/workflows/{resource}"
        ),
        "granted": granted(one, resource),
        "never_acts": one.part() == Part::Main && acts::is_never_meant(told, one.target),
        "starts": start.is_some(),
        "start": start.map_or("", Start::name),
        "poll": if is_flow { flow_name(&poll) } else { poll.name.clone() },
        "started_tag": polling::started_tag(main),
        "rule": uuid::Uuid::new_v5(&NAMESPACE, main.name.as_bytes()).hyphenated().to_string(),
        "severities": json!(severities).to_string(),
        "severities_said": severities.join(", "),
        "takes_back": rollback.is_some() && (is_flow || one.part() == Part::Rollback),
        "takes_back_only": one.part() == Part::Rollback,
        "back": back(told, one),
        "rollback_name": rollback.map(|one| if is_flow { flow_name(one) } else { one.name.clone() }),
        "flow_audience": flow_audience(told.profile.cloud),
        "flows": flows(told, one),
        "parameters_file": one.file.strip_suffix(".json").map(|stem| format!("{stem}.parameters.json")),
        "solution": format!("{}_{stem}", told.profile.naming.prefix),
        "variables": variables(told.profile, is_flow),
        "connections": needs.connections.iter().map(|one| one.connector.as_str()).collect::<Vec<_>>(),
        "directory_roles": needs.directory_roles.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
        "grants": grants(needs, told.profile),
    })
}

/// How a person makes the playbook of a deployment begin.
#[derive(Clone, Copy)]
enum Start {
    /// An automation rule of Microsoft Sentinel.
    Rule,
    /// *Run playbook* on the incident it was made for.
    Hand,
    /// A Logic App that looks for incidents.
    Polled,
    /// A flow that does.
    Clock,
    Request,
    Button,
    Alert,
}

impl Start {
    /// None for what only another part starts, and for a rollback, which has a chapter of its own.
    fn of(told: &Told<'_>, one: &Deployment) -> Option<Self> {
        if one.part() != Part::Main {
            return None;
        }
        let host = one.target.host();
        Some(match (Trigger::of(host, Role::Main, told.profile, told.mode), one.target) {
            (Trigger::SentinelIncident, _) if told.mode == Mode::OneShot => Self::Hand,
            (Trigger::SentinelIncident, _) => Self::Rule,
            (Trigger::Called, Target::LogicApp) => Self::Polled,
            (Trigger::Called, Target::PowerAutomate) => Self::Clock,
            (Trigger::Request, _) => Self::Request,
            (Trigger::Manual, _) => Self::Button,
            (Trigger::CloudAppAlert, _) => Self::Alert,
        })
    }

    /// Its name in the template.
    fn name(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Hand => "hand",
            Self::Polled => "polled",
            Self::Clock => "clock",
            Self::Request => "request",
            Self::Button => "button",
            Self::Alert => "alert",
        }
    }
}

/// How a person makes the rollback begin, by its name in the template.
fn back(told: &Told<'_>, one: &Deployment) -> &'static str {
    match (Trigger::of(one.target.host(), Role::Rollback, told.profile, told.mode), one.target) {
        (Trigger::SentinelIncident, _) => "sentinel",
        (Trigger::Request, Target::LogicApp) => "address",
        (Trigger::Request, Target::PowerAutomate) => "request",
        _ => "button",
    }
}

/// The arguments of the script for a deployment.
fn granted(one: &Deployment, resource: &str) -> String {
    [one.name.as_str(), &one.arguments().replace("PLAYBOOK_NAME", resource)].join(" ")
}

/// The flows of a solution in the order in which they are switched on: what starts others comes last.
fn flows(told: &Told<'_>, one: &Deployment) -> Vec<String> {
    if one.target != Target::PowerAutomate {
        return Vec::new();
    }
    let mut flows: Vec<String> = told.plan.playbooks().map(flow_name).collect();
    if Trigger::of(one.target.host(), Role::Main, told.profile, told.mode) == Trigger::Called {
        flows.push(flow_name(&polling::playbook(&told.plan.main, told.profile)));
    }
    flows
}

/// What Power Automate shows for a flow.
fn flow_name(playbook: &Playbook) -> String {
    playbook.name.replace('-', " ")
}

/// The severities that the profile is for, as an automation rule spells them.
fn severities(profile: &Profile) -> Vec<String> {
    let names = Severity::ALL.iter().filter(|one| **one >= profile.severity.at_least).map(|one| one.name());
    names.map(|name| name[..1].to_uppercase() + &name[1..]).collect()
}

/// Whom a token is for with which a flow is called.
///
/// Source: Microsoft Learn, "Add OAuth authentication for HTTP request triggers", audience values.
fn flow_audience(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Public => "https://service.flow.microsoft.com/",
        Cloud::Gcc => "https://gov.service.flow.microsoft.us/",
        Cloud::GccHigh => "https://high.service.flow.microsoft.us/",
        Cloud::Dod => "https://service.flow.appsplatform.us/",
    }
}

/// The environment variables that have no value in the solution.
fn variables(profile: &Profile, is_flow: bool) -> Vec<String> {
    let names = ["TenantId", "ClientId", "ClientSecret"].iter().filter(|_| is_flow);
    names.map(|name| format!("{}_{name}", profile.naming.prefix)).collect()
}

/// What is granted: to whom, what, where, for what.
fn grants(needs: &Needs, profile: &Profile) -> Vec<Json> {
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
        let on = place(role, profile).title();
        json!({ "what": role.role, "where": on, "to": to, "operations": list(&role.operations) })
    });
    let delegated = needs.connections.iter().filter(|one| !one.delegated.is_empty()).map(|one| {
        let what: Vec<&str> = one.delegated.iter().map(String::as_str).collect();
        let place = format!("the connection {}", one.connector);
        json!({ "what": what.join(", "), "where": place, "to": "whoever signs in", "operations": list(&one.operations) })
    });
    roles.chain(azure).chain(delegated).collect()
}
