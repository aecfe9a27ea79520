//! What must be granted before definitions may run: read from the operations that they call.
//!
//! The same for what we compile and for what anybody wrote. Application roles are named by their value, because the ids
//! of the Defender API are published nowhere; whoever grants them looks the ids up in the tenant.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::calls::calls;
use super::definition::{Definition, Host};
use crate::data::connector::{Class, Operation, Permission, Service};

/// The connector of Microsoft Sentinel.
const SENTINEL: &str = "azuresentinel";
/// How the names of the Azure roles begin that are given on a workspace.
const OF_SENTINEL: &str = "Microsoft Sentinel ";
/// Azure roles of which the second may all that the first may.
const WIDER: &[(&str, &str)] = &[
    ("Microsoft Sentinel Reader", "Microsoft Sentinel Responder"),
    ("Storage Table Data Reader", "Storage Table Data Contributor"),
];
/// What lets Microsoft Sentinel run a playbook on an incident. Source: Microsoft Learn, "Automate and run Microsoft
/// Sentinel playbooks", extra permissions.
const RUNS_PLAYBOOKS: &str = "Microsoft Sentinel Automation Contributor";

/// Ids of the operations that need something.
pub type NeededBy = BTreeSet<String>;

/// Everything that a file of definitions needs, which is deployed as one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Needs {
    /// Who calls the web APIs.
    pub identity: Identity,
    /// Roles of web APIs, for the identity.
    pub application_roles: Vec<ApplicationRole>,
    /// Azure roles.
    pub azure_roles: Vec<AzureRole>,
    /// Connections that a person signs in to.
    pub connections: Vec<Connection>,
    /// Entra roles of the identity, needed where what is acted on is privileged.
    pub directory_roles: Vec<Named>,
    /// Licences.
    pub licences: Vec<Named>,
    /// Remarks of the catalogue on permissions.
    pub notes: Vec<Note>,
    /// What no public source confirms of the operations.
    pub unverified: Vec<Unverified>,
}

/// Who calls the web APIs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Identity {
    /// The Logic App's own identity.
    SystemAssignedManagedIdentity,
    /// An identity that several Logic Apps share.
    UserAssignedManagedIdentity,
    /// The app registration that a flow signs in as.
    AppRegistration,
}

/// A role of a web API, given to the identity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ApplicationRole {
    /// The API in words.
    pub api: &'static str,
    /// Its application id, the same in every tenant.
    pub app_id: &'static str,
    /// The role's value.
    pub role: String,
    /// Roles of which any would do instead, for everything that needs this one.
    pub alternatives: BTreeSet<String>,
    /// What needs it.
    pub operations: NeededBy,
}

/// An Azure role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AzureRole {
    /// Its name.
    pub role: String,
    /// Who is given it.
    pub to: Grantee,
    /// Where.
    pub scope: Scope,
    /// Narrower roles that operations name and that this one includes.
    pub includes: BTreeSet<String>,
    /// What needs it.
    pub operations: NeededBy,
}

/// Who is given an Azure role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grantee {
    /// The identity of the definitions.
    Identity,
    /// Whoever signs in to the connection.
    ConnectionUser,
    /// The application as which Microsoft Sentinel runs playbooks.
    AzureSecurityInsights,
}

/// Where an Azure role is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// The Log Analytics workspace of Microsoft Sentinel.
    Workspace,
    /// The resource group that the playbook is deployed to.
    ResourceGroup,
    /// The resource that the operation acts on.
    Resource,
}

/// A connection that a person signs in to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Connection {
    /// The connector's API name.
    pub connector: String,
    /// Delegated permissions that it is known to use.
    pub delegated: BTreeSet<String>,
    /// What needs it.
    pub operations: NeededBy,
}

/// Something known by its name alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Named {
    /// Its name.
    pub name: String,
    /// What needs it.
    pub operations: NeededBy,
}

/// A remark of the catalogue on an operation's permission.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The operation.
    pub operation: String,
    /// The remark.
    pub note: String,
}

/// An operation that rests on facts which no public source fully confirms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unverified {
    /// The operation.
    pub operation: String,
    /// What is not confirmed.
    pub remarks: Vec<String>,
}

/// What is read of some definitions.
struct Read {
    operations: BTreeMap<&'static str, &'static Operation>,
    /// Connectors whose every connection signs in as the identity.
    with_identity: BTreeSet<String>,
}

impl Needs {
    /// What definitions need that are deployed together.
    pub fn of<'a, 'd: 'a>(definitions: impl IntoIterator<Item = &'a Definition<'d>>) -> Self {
        let definitions: Vec<&Definition<'_>> = definitions.into_iter().collect();
        let read = Read {
            operations: operations(definitions.iter().copied()),
            with_identity: definitions.iter().flat_map(|one| with_identity(one)).collect(),
        };
        let all = || read.all();
        let note = |(operation, permission): (&Operation, &Permission)| {
            let note = permission.note.clone()?;
            Some(Note { operation: operation.id.clone(), note })
        };
        Self {
            identity: identity(&definitions),
            application_roles: application_roles(&read),
            azure_roles: azure_roles(&read),
            connections: connections(&read),
            directory_roles: named(all(), |operation| operation.directory_role.as_deref()),
            licences: named(all(), |operation| operation.licence.as_deref()),
            notes: read.permissions().filter_map(note).collect(),
            unverified: unverified(all()),
        }
    }
}

/// The operations that definitions call, by id.
pub fn operations<'a, 'd: 'a>(
    definitions: impl IntoIterator<Item = &'a Definition<'d>>,
) -> BTreeMap<&'static str, &'static Operation> {
    let called = definitions.into_iter().flat_map(calls).flat_map(|call| call.operations);
    called.map(|operation| (operation.id.as_str(), operation)).collect()
}

/// Operations that rest on facts which no public source fully confirms, with what is not confirmed.
pub fn unverified<'o>(operations: impl IntoIterator<Item = &'o Operation>) -> Vec<Unverified> {
    let doubtful = operations.into_iter().filter(|operation| !operation.unverified.is_empty());
    doubtful
        .map(|operation| Unverified {
            operation: operation.id.clone(),
            remarks: operation.unverified.clone(),
        })
        .collect()
}

/// The application id of an API, the same in every tenant.
fn app_id(service: Service) -> &'static str {
    match service {
        Service::Graph => "00000003-0000-0000-c000-000000000000",
        Service::Defender => "fc780465-2017-40d4-a0c5-307022471b92",
        // Azure roles open these two; no operation names an application role of theirs.
        Service::Arm | Service::Storage => "",
    }
}

fn identity(definitions: &[&Definition<'_>]) -> Identity {
    let is_flow = |one: &&Definition<'_>| one.host == Host::PowerAutomate;
    let shares = |one: &&Definition<'_>| {
        one.actions().any(|action| action.node.path(&["inputs", "authentication", "identity"]).is_some())
    };
    match () {
        () if definitions.iter().any(is_flow) => Identity::AppRegistration,
        () if definitions.iter().any(shares) => Identity::UserAssignedManagedIdentity,
        () => Identity::SystemAssignedManagedIdentity,
    }
}

/// The connectors whose connections are declared to sign in as the identity.
fn with_identity(definition: &Definition<'_>) -> Vec<String> {
    let of_identity = definition.connections.entries().iter().filter(|(_, entry)| {
        let kind = entry.path(&["connectionProperties", "authentication", "type"]);
        kind.and_then(|kind| kind.as_str()) == Some("ManagedServiceIdentity")
    });
    of_identity.map(|(key, _)| definition.connector_behind(key)).collect()
}

impl Read {
    fn all(&self) -> impl Iterator<Item = &'static Operation> {
        self.operations.values().copied()
    }

    fn permissions(&self) -> impl Iterator<Item = (&Operation, &Permission)> {
        self.all().filter_map(|operation| Some((operation, operation.permission.as_ref()?)))
    }
}

fn named<'o>(
    operations: impl Iterator<Item = &'o Operation>,
    of: fn(&'o Operation) -> Option<&'o str>,
) -> Vec<Named> {
    let mut by_name: BTreeMap<&str, NeededBy> = BTreeMap::new();
    for operation in operations {
        if let Some(name) = of(operation) {
            by_name.entry(name).or_default().insert(operation.id.clone());
        }
    }
    by_name.into_iter().map(|(name, operations)| Named { name: name.to_owned(), operations }).collect()
}

/// The application roles, by API and name. Where an operation leaves a choice, it falls on a role that another operation
/// needs anyway, else on the first that the catalogue names.
fn application_roles(read: &Read) -> Vec<ApplicationRole> {
    let mut roles: BTreeMap<(Service, &str), ApplicationRole> = BTreeMap::new();
    let fresh = |service: Service, role: &str| ApplicationRole {
        api: service.title(),
        app_id: app_id(service),
        role: role.to_owned(),
        alternatives: BTreeSet::new(),
        operations: NeededBy::new(),
    };
    let mut choices = Vec::new();
    for (operation, permission) in read.permissions() {
        let Some(service) = permission.resource.or(operation.service) else { continue };
        for role in &permission.all_of {
            let needed = roles.entry((service, role)).or_insert_with(|| fresh(service, role));
            needed.operations.insert(operation.id.clone());
        }
        choices.push((operation, service, &permission.any_of));
    }
    for (operation, service, any_of) in choices {
        let granted = any_of.iter().find(|role| roles.contains_key(&(service, role.as_str())));
        let Some(chosen) = granted.or(any_of.first()) else { continue };
        let needed = roles.entry((service, chosen)).or_insert_with(|| fresh(service, chosen));
        // What would do for this operation may not for those before: a role that reads is none that writes.
        match needed.operations.is_empty() {
            true => needed.alternatives.extend(any_of.iter().filter(|role| *role != chosen).cloned()),
            false => needed.alternatives.retain(|role| any_of.contains(role)),
        }
        needed.operations.insert(operation.id.clone());
    }
    roles.into_values().collect()
}

/// The Azure roles: those that operations name, and that of whoever runs the playbook, on its resource group.
fn azure_roles(read: &Read) -> Vec<AzureRole> {
    let mut needed: BTreeMap<(&str, Grantee), AzureRole> = BTreeMap::new();
    let names: BTreeSet<&str> =
        read.permissions().filter_map(|(_, permission)| permission.azure_role.as_deref()).collect();
    for (operation, permission) in read.permissions() {
        let Some(role) = permission.azure_role.as_deref() else { continue };
        let to = match operation.service.is_some() || read.with_identity.contains(&operation.connector) {
            true => Grantee::Identity,
            false => Grantee::ConnectionUser,
        };
        let wider = WIDER.iter().find(|(narrow, wide)| *narrow == role && names.contains(wide));
        let granted = wider.map_or(role, |(_, wide)| wide);
        let entry = needed.entry((granted, to)).or_insert_with(|| AzureRole {
            role: granted.to_owned(),
            to,
            scope: if granted.starts_with(OF_SENTINEL) { Scope::Workspace } else { Scope::Resource },
            includes: BTreeSet::new(),
            operations: NeededBy::new(),
        });
        entry.operations.insert(operation.id.clone());
        entry.includes.extend((granted != role).then(|| role.to_owned()));
    }
    let mut roles: Vec<AzureRole> = needed.into_values().collect();
    let is_run = |one: &&Operation| one.class == Class::Trigger && one.connector == SENTINEL;
    if let Some(trigger) = read.all().find(is_run) {
        roles.push(AzureRole {
            role: RUNS_PLAYBOOKS.to_owned(),
            to: Grantee::AzureSecurityInsights,
            scope: Scope::ResourceGroup,
            includes: BTreeSet::new(),
            operations: NeededBy::from([trigger.id.clone()]),
        });
    }
    roles
}

/// The connections that no identity stands for.
fn connections(read: &Read) -> Vec<Connection> {
    let mut by_connector: BTreeMap<&str, Connection> = BTreeMap::new();
    let signed_in = |one: &&Operation| one.service.is_none() && !read.with_identity.contains(&one.connector);
    for operation in read.all().filter(signed_in) {
        let connection = by_connector.entry(&operation.connector).or_default();
        connection.connector.clone_from(&operation.connector);
        connection.operations.insert(operation.id.clone());
        let permission = operation.permission.as_ref();
        connection.delegated.extend(permission.and_then(|permission| permission.delegated.clone()));
    }
    by_connector.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::connector;

    /// An operation of the catalogue with another permission.
    fn needing(id: &str, change: impl FnOnce(&mut Permission)) -> &'static Operation {
        let mut operation = connector::known(id).unwrap().clone();
        let mut permission = Permission { resource: Some(Service::Graph), ..Permission::default() };
        change(&mut permission);
        operation.permission = Some(permission);
        Box::leak(Box::new(operation))
    }

    fn reading(operations: &[&'static Operation]) -> Read {
        let operations = operations.iter().map(|one| (one.id.as_str(), *one)).collect();
        Read { operations, with_identity: BTreeSet::from([SENTINEL.to_owned()]) }
    }

    #[test]
    fn a_choice_falls_on_what_is_granted_anyway() {
        let roles = |operations: &[&'static Operation]| {
            let roles = application_roles(&reading(operations));
            roles.iter().map(|one| format!("{} or {:?}", one.role, one.alternatives)).collect::<Vec<_>>()
        };
        let any_of = |id: &str, roles: &[&str]| {
            needing(id, |p| p.any_of = roles.iter().map(|role| (*role).to_owned()).collect())
        };
        let choice = any_of("http.graph.getUser", &["Few", "Many"]);
        let all = needing("http.graph.disableUser", |p| p.all_of = vec!["Many".to_owned()]);
        assert_eq!(roles(&[choice]), [r#"Few or {"Many"}"#]);
        // What reads only would not do for the one that writes.
        assert_eq!(roles(&[choice, all]), ["Many or {}"]);
        let other = any_of("http.graph.listInboxRules", &["Few", "Many", "More"]);
        assert_eq!(roles(&[choice, other]), [r#"Few or {"Many"}"#]);
    }

    #[test]
    fn of_two_sentinel_roles_the_wider_is_enough() {
        let azure =
            |id: &str, role: &str| needing(id, |p| p.azure_role = Some(format!("Microsoft Sentinel {role}")));
        let reader = azure("azuresentinel.GetIncidentV2", "Reader");
        let responder = azure("azuresentinel.AddIncidentCommentV3", "Responder");
        let granted = |operations: &[&'static Operation]| {
            let roles = azure_roles(&reading(operations));
            roles.iter().map(|one| (one.role.clone(), one.to)).collect::<Vec<_>>()
        };
        assert_eq!(granted(&[reader]), [("Microsoft Sentinel Reader".to_owned(), Grantee::Identity)]);
        let wide = [("Microsoft Sentinel Responder".to_owned(), Grantee::Identity)];
        assert_eq!(granted(&[reader, responder]), wide);
    }

    #[test]
    fn every_application_role_of_the_catalogue_has_its_api() {
        for id in connector::operation_ids() {
            let operation = connector::known(id).unwrap();
            let Some(permission) = &operation.permission else { continue };
            let names = permission.all_of.iter().chain(&permission.any_of).count();
            assert!(names == 0 || permission.resource.or(operation.service).is_some(), "{id}");
        }
    }
}
