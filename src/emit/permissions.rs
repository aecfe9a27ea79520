//! What must be granted before a playbook may be switched on: `permissions.json` for people, `grant-permissions.sh` for
//! the Azure CLI.
//!
//! Both follow from the operations that were emitted and from nothing else, so a build asks for no right that it does not
//! use, and no value of an incident reaches them. The script finds application roles by their names in the tenant: the
//! ids of the Defender API are published nowhere.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::logic_app::WITH_IDENTITY;
use super::trigger::Trigger;
use super::{Artifact, Target, json_bytes};
use crate::data::connector::{Cloud, Operation, Permission, Service};

mod script;

/// Path of the list in a build's folder.
pub const LIST: &str = "permissions.json";
/// Path of the script in a build's folder.
pub const SCRIPT: &str = "grant-permissions.sh";

/// Azure roles of Microsoft Sentinel of which the second may all that the first may.
const WIDER: &[(&str, &str)] = &[("Microsoft Sentinel Reader", "Microsoft Sentinel Responder")];
/// What lets an automation rule run a playbook.
const RUNS_PLAYBOOKS: &str = "Microsoft Sentinel Automation Contributor";

/// The list and the script for the targets of a build, from the operations that each of them calls.
///
/// The error is a mistake in the catalogue, in words.
pub fn emit(cloud: Cloud, emitted: &BTreeMap<Target, Vec<Operation>>) -> Result<Vec<Artifact>, String> {
    let mut needs = BTreeMap::new();
    for (target, operations) in emitted {
        let operations: Vec<&Operation> = operations.iter().collect();
        needs.insert(*target, Needs::of(*target, &operations)?);
    }
    let targets: BTreeMap<&str, &Needs<'_>> = needs.iter().map(|(target, of)| (target.name(), of)).collect();
    let list = json!({ "generator": "counterflow", "cloud": cloud, "targets": targets });
    Ok(vec![
        Artifact { path: LIST.to_owned(), bytes: json_bytes(&list) },
        Artifact { path: SCRIPT.to_owned(), bytes: script::write(cloud, &needs).into_bytes() },
    ])
}

/// Operations that rest on facts which no public source fully confirms, with what is not confirmed.
pub fn unverified<'o>(operations: impl IntoIterator<Item = &'o Operation>) -> Json {
    let doubtful = operations.into_iter().filter(|operation| !operation.unverified.is_empty());
    doubtful.map(|operation| json!({ "operation": operation.id, "remarks": operation.unverified })).collect()
}

/// The application id of an API, the same in every tenant.
fn app_id(service: Service) -> &'static str {
    match service {
        Service::Graph => "00000003-0000-0000-c000-000000000000",
        Service::Defender => "fc780465-2017-40d4-a0c5-307022471b92",
    }
}

/// Ids of the operations that need something.
type NeededBy<'o> = BTreeSet<&'o str>;

/// Everything that one target needs.
#[derive(Serialize)]
struct Needs<'o> {
    identity: Identity,
    application_roles: Vec<ApplicationRole<'o>>,
    azure_roles: Vec<AzureRole<'o>>,
    connections: Vec<Connection<'o>>,
    /// Entra roles of the identity, needed where what is acted on is privileged.
    directory_roles: Vec<Named<'o>>,
    licences: Vec<Named<'o>>,
    notes: Vec<Note<'o>>,
    unverified: Json,
}

/// Who calls the web APIs.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Identity {
    SystemAssignedManagedIdentity,
    AppRegistration,
}

/// A role of a web API, given to the identity.
#[derive(Serialize)]
struct ApplicationRole<'o> {
    api: &'static str,
    app_id: &'static str,
    role: &'o str,
    /// Roles of which any would do instead, for the operations that leave a choice.
    alternatives: BTreeSet<&'o str>,
    operations: NeededBy<'o>,
}

/// An Azure role.
#[derive(Serialize)]
struct AzureRole<'o> {
    role: &'o str,
    to: Grantee,
    scope: Scope,
    /// Narrower roles that operations name and that this one includes.
    includes: BTreeSet<&'o str>,
    operations: NeededBy<'o>,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Grantee {
    Identity,
    AzureSecurityInsights,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Scope {
    Workspace,
    ResourceGroup,
}

/// A connection that a person signs in to.
#[derive(Default, Serialize)]
struct Connection<'o> {
    connector: &'o str,
    /// Delegated permissions that it is known to use.
    delegated: BTreeSet<&'o str>,
    operations: NeededBy<'o>,
}

/// Something known by its name alone.
#[derive(Serialize)]
struct Named<'o> {
    name: &'o str,
    operations: NeededBy<'o>,
}

/// A remark of the catalogue on an operation's permission.
#[derive(Serialize)]
struct Note<'o> {
    operation: &'o str,
    note: &'o str,
}

impl<'o> Needs<'o> {
    fn of(target: Target, operations: &[&'o Operation]) -> Result<Self, String> {
        let note = |(operation, permission): (&'o Operation, &'o Permission)| {
            permission.note.as_deref().map(|note| Note { operation: &operation.id, note })
        };
        Ok(Self {
            identity: match target {
                Target::LogicApp => Identity::SystemAssignedManagedIdentity,
                Target::PowerAutomate => Identity::AppRegistration,
            },
            application_roles: application_roles(operations)?,
            azure_roles: azure_roles(target, operations)?,
            connections: connections(target, operations),
            directory_roles: named(operations, |operation| operation.directory_role.as_deref()),
            licences: named(operations, |operation| operation.licence.as_deref()),
            notes: permissions(operations).filter_map(note).collect(),
            unverified: unverified(operations.iter().copied()),
        })
    }
}

fn permissions<'o>(operations: &[&'o Operation]) -> impl Iterator<Item = (&'o Operation, &'o Permission)> {
    operations.iter().filter_map(|operation| Some((*operation, operation.permission.as_ref()?)))
}

fn named<'o>(operations: &[&'o Operation], of: fn(&'o Operation) -> Option<&'o str>) -> Vec<Named<'o>> {
    let mut by_name: BTreeMap<&str, NeededBy<'o>> = BTreeMap::new();
    for operation in operations {
        if let Some(name) = of(operation) {
            by_name.entry(name).or_default().insert(&operation.id);
        }
    }
    by_name.into_iter().map(|(name, operations)| Named { name, operations }).collect()
}

/// The application roles, by API and name. Where an operation leaves a choice, it falls on a role that another operation
/// needs anyway, else on the first that the catalogue names.
fn application_roles<'o>(operations: &[&'o Operation]) -> Result<Vec<ApplicationRole<'o>>, String> {
    let mut roles: BTreeMap<(Service, &'o str), ApplicationRole<'o>> = BTreeMap::new();
    let fresh = |service: Service, role: &'o str| ApplicationRole {
        api: service.title(),
        app_id: app_id(service),
        role,
        alternatives: BTreeSet::new(),
        operations: BTreeSet::new(),
    };
    let mut choices = Vec::new();
    for (operation, permission) in permissions(operations) {
        if permission.all_of.is_empty() && permission.any_of.is_empty() {
            continue;
        }
        let service = permission
            .resource
            .ok_or_else(|| format!("`{}` names application roles and not their API", operation.id))?;
        for role in &permission.all_of {
            let needed = roles.entry((service, role)).or_insert_with(|| fresh(service, role));
            needed.operations.insert(&operation.id);
        }
        choices.push((operation, service, &permission.any_of));
    }
    for (operation, service, any_of) in choices {
        let granted = any_of.iter().find(|role| roles.contains_key(&(service, role.as_str())));
        let Some(chosen) = granted.or(any_of.first()) else { continue };
        let needed = roles.entry((service, chosen)).or_insert_with(|| fresh(service, chosen));
        needed.operations.insert(&operation.id);
        needed.alternatives.extend(any_of.iter().filter(|role| *role != chosen).map(String::as_str));
    }
    Ok(roles.into_values().collect())
}

/// The Azure roles: those of the identity on the workspace, and that of whoever runs the playbook on its resource group.
fn azure_roles<'o>(target: Target, operations: &[&'o Operation]) -> Result<Vec<AzureRole<'o>>, String> {
    let mut needed: BTreeMap<&'o str, AzureRole<'o>> = BTreeMap::new();
    let names: BTreeSet<&str> =
        permissions(operations).filter_map(|(_, permission)| permission.azure_role.as_deref()).collect();
    for (operation, permission) in permissions(operations) {
        let Some(role) = permission.azure_role.as_deref() else { continue };
        if target != Target::LogicApp {
            return Err(format!(
                "`{}` needs an Azure role, which {} grants nobody",
                operation.id,
                target.name()
            ));
        }
        let wider = WIDER.iter().find(|(narrow, wide)| *narrow == role && names.contains(wide));
        let granted = wider.map_or(role, |(_, wide)| wide);
        let entry = needed.entry(granted).or_insert_with(|| AzureRole {
            role: granted,
            to: Grantee::Identity,
            scope: Scope::Workspace,
            includes: BTreeSet::new(),
            operations: BTreeSet::new(),
        });
        entry.operations.insert(&operation.id);
        entry.includes.extend((granted != role).then_some(role));
    }
    let mut roles: Vec<AzureRole<'o>> = needed.into_values().collect();
    let rule_runs = Trigger::SentinelIncident.operation();
    if let Some(trigger) = operations.iter().find(|operation| Some(operation.id.as_str()) == rule_runs) {
        roles.push(AzureRole {
            role: RUNS_PLAYBOOKS,
            to: Grantee::AzureSecurityInsights,
            scope: Scope::ResourceGroup,
            includes: BTreeSet::new(),
            operations: BTreeSet::from([trigger.id.as_str()]),
        });
    }
    Ok(roles)
}

/// The connections that no identity stands for.
fn connections<'o>(target: Target, operations: &[&'o Operation]) -> Vec<Connection<'o>> {
    let with_identity = |connector: &str| target == Target::LogicApp && WITH_IDENTITY.contains(&connector);
    let mut by_connector: BTreeMap<&str, Connection<'o>> = BTreeMap::new();
    for operation in operations.iter().filter(|one| one.service.is_none() && !with_identity(&one.connector)) {
        let connection = by_connector.entry(&operation.connector).or_default();
        connection.connector = &operation.connector;
        connection.operations.insert(&operation.id);
        let permission = operation.permission.as_ref();
        connection.delegated.extend(permission.and_then(|permission| permission.delegated.as_deref()));
    }
    by_connector.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::connector;

    /// An operation of the catalogue with another permission.
    fn needing(id: &str, change: impl FnOnce(&mut Permission)) -> Operation {
        let mut operation = connector::operation(id).unwrap();
        let mut permission = Permission { resource: Some(Service::Graph), ..Permission::default() };
        change(&mut permission);
        operation.permission = Some(permission);
        operation
    }

    fn roles(operations: &[&Operation]) -> Vec<String> {
        let roles = application_roles(operations).unwrap();
        roles.iter().map(|one| format!("{} or {:?}", one.role, one.alternatives)).collect()
    }

    #[test]
    fn a_choice_falls_on_what_is_granted_anyway() {
        let choice = needing("http.graph.getUser", |p| p.any_of = vec!["Few".to_owned(), "Many".to_owned()]);
        let all = needing("http.graph.disableUser", |p| p.all_of = vec!["Many".to_owned()]);
        assert_eq!(roles(&[&choice]), [r#"Few or {"Many"}"#]);
        assert_eq!(roles(&[&choice, &all]), [r#"Many or {"Few"}"#]);
    }

    #[test]
    fn of_two_sentinel_roles_the_wider_is_enough() {
        let [reader, responder] = ["Reader", "Responder"].map(|role| {
            needing("azuresentinel.GetIncidentV2", |p| {
                p.azure_role = Some(format!("Microsoft Sentinel {role}"))
            })
        });
        let granted = |operations: &[&Operation]| {
            let roles = azure_roles(Target::LogicApp, operations).unwrap();
            roles.iter().map(|one| one.role.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(granted(&[&reader]), ["Microsoft Sentinel Reader"]);
        assert_eq!(granted(&[&reader, &responder]), ["Microsoft Sentinel Responder"]);
        assert!(azure_roles(Target::PowerAutomate, &[&reader]).is_err(), "a flow has no Azure role");
    }

    #[test]
    fn roles_without_an_api_are_a_mistake_in_the_catalogue() {
        let lost = needing("http.graph.getUser", |p| {
            p.resource = None;
            p.all_of = vec!["User.Read.All".to_owned()];
        });
        assert!(application_roles(&[&lost]).is_err());
    }
}
