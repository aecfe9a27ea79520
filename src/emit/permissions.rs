//! What must be granted before a playbook may be switched on: `permissions.json` for people, `grant-permissions.sh` for
//! the Azure CLI.
//!
//! Both follow from the bytes that were emitted and from nothing else: each file that is deployed is read back, and
//! [`Needs`] says what its operations need. So a build asks for no right that it does not use, and no value of an
//! incident reaches either file. Each Logic App has an identity of its own, so main and rollback are granted apart.

use std::collections::BTreeMap;

use serde_json::json;

use super::{Artifact, Target, json_bytes};
use crate::base::json::Document;
use crate::data::connector::{self, Operation, Service};
use crate::select::Profile;
use crate::select::profile::Automation;
use crate::workflow::permissions::{self, AzureRole, Needs, Scope};
use crate::workflow::{self, form};

mod script;

/// Path of the list in a build's folder.
pub const LIST: &str = "permissions.json";
/// Path of the script in a build's folder.
pub const SCRIPT: &str = "grant-permissions.sh";

/// What is deployed as one, under one identity.
#[derive(Debug)]
pub struct Deployment {
    /// Its name in the list and for the script: that of the target, with `-rollback`, `-poll` and the like where that has
    /// an identity of its own.
    pub name: String,
    /// What the resource is called unless a deployment says otherwise; none where several are deployed together.
    pub resource: Option<String>,
    /// The target.
    pub target: Target,
    /// The file that is deployed.
    pub file: String,
    /// What it needs.
    pub needs: Needs,
    /// The operations that it calls, by id.
    pub operations: BTreeMap<&'static str, &'static Operation>,
}

/// What a deployment is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The playbook that responds; where all are deployed as one, all of them.
    Main,
    /// What looks for incidents and starts the playbook that responds.
    Poll,
    /// What takes a response back.
    Rollback,
}

impl Deployment {
    /// What it is for.
    pub fn part(&self) -> Part {
        match self.name.rsplit_once('-').map(|(_, part)| part) {
            Some("rollback") => Part::Rollback,
            Some("poll") => Part::Poll,
            _ => Part::Main,
        }
    }

    /// The names of the arguments that the script takes for it.
    pub(super) fn arguments(&self) -> &'static str {
        let of_workspace = self.needs.azure_roles.iter().any(|role| role.scope == Scope::Workspace);
        match self.target {
            Target::LogicApp if of_workspace => "RESOURCE_GROUP PLAYBOOK_NAME WORKSPACE_ID",
            Target::LogicApp => "RESOURCE_GROUP PLAYBOOK_NAME",
            Target::PowerAutomate => "CLIENT_ID",
        }
    }
}

/// What an Azure role is given on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    /// The workspace of Microsoft Sentinel.
    Workspace,
    /// The resource group of the playbook.
    ResourceGroup,
    /// The automation account of the profile, by its resource id.
    AutomationAccount(String),
    /// The storage account of the profile, by name.
    StorageAccount(String),
    /// A resource that the profile does not name.
    Unknown,
}

impl Place {
    /// In words.
    pub(super) fn title(&self) -> String {
        match self {
            Self::Workspace => "the workspace of Microsoft Sentinel".to_owned(),
            Self::ResourceGroup => "the playbook's resource group".to_owned(),
            Self::AutomationAccount(id) => {
                format!("the automation account {}", id.rsplit('/').next().unwrap_or(id))
            }
            Self::StorageAccount(name) => format!("the storage account {name}"),
            Self::Unknown => "the resource that is used".to_owned(),
        }
    }
}

/// What a role is given on: the operations that need it tell which resource of the profile they act on.
pub(super) fn place(role: &AzureRole, profile: &Profile) -> Place {
    let for_all = |of: fn(&Operation) -> bool| {
        let operations = role.operations.iter().map(|id| connector::known(id));
        operations.into_iter().all(|operation| operation.is_some_and(of))
    };
    match (role.scope, &profile.automation, &profile.state.account) {
        (Scope::Workspace, ..) => Place::Workspace,
        (Scope::ResourceGroup, ..) => Place::ResourceGroup,
        (Scope::Resource, Some(account), _) if for_all(is_of_automation) => {
            Place::AutomationAccount(automation_id(account))
        }
        (Scope::Resource, _, Some(name)) if for_all(|one| one.service == Some(Service::Storage)) => {
            Place::StorageAccount(name.clone())
        }
        (Scope::Resource, ..) => Place::Unknown,
    }
}

/// The automation account of the profile, where a deployment runs runbooks of it.
pub(super) fn automation<'p>(profile: &'p Profile, deployments: &[Deployment]) -> Option<&'p Automation> {
    let runs = deployments.iter().flat_map(|one| one.operations.values()).any(|one| is_of_automation(one));
    profile.automation.as_ref().filter(|_| runs)
}

fn is_of_automation(operation: &Operation) -> bool {
    operation.connector == "azureautomation"
}

fn automation_id(account: &Automation) -> String {
    format!(
        "/subscriptions/{}/resourceGroups/{}/providers/Microsoft.Automation/automationAccounts/{}",
        account.subscription, account.resource_group, account.account
    )
}

/// Reads back what a target's emitter made. The error is our own bug, in words.
pub fn deployments(target: Target, artifacts: &[Artifact]) -> Result<Vec<Deployment>, String> {
    let mut texts: BTreeMap<String, Vec<(&str, &str)>> = BTreeMap::new();
    for artifact in artifacts.iter().filter(|artifact| artifact.path.ends_with(".json")) {
        let text =
            std::str::from_utf8(&artifact.bytes).map_err(|error| format!("{}: {error}", artifact.path))?;
        texts.entry(deployed_as(target, &artifact.path)).or_default().push((&artifact.path, text));
    }
    let mut deployments = Vec::new();
    for (name, texts) in texts {
        let mut documents = Vec::new();
        let mut file = None;
        for (path, text) in texts {
            let document = Document::parse(text).map_err(|error| format!("{path}: {}", error.message))?;
            if form::detect(&document).is_ok() {
                file.get_or_insert(path);
                documents.push(document);
            }
        }
        let Some(file) = file else { continue };
        let workflows: Vec<_> =
            documents.iter().filter_map(|document| workflow::read(document).ok()).collect();
        let definitions = || workflows.iter().flat_map(|workflows| &workflows.definitions);
        let named = |one: &Document<'_>| {
            let name = one.root().path(&["parameters", "PlaybookName", "defaultValue"])?;
            name.as_str().map(str::to_owned)
        };
        deployments.push(Deployment {
            resource: documents.iter().find_map(named),
            name,
            target,
            file: packed(target, artifacts).unwrap_or(file).to_owned(),
            needs: Needs::of(definitions()),
            operations: permissions::operations(definitions()),
        });
    }
    Ok(deployments)
}

/// The list and the script.
pub fn emit(profile: &Profile, deployments: &[Deployment]) -> Result<Vec<Artifact>, String> {
    let mut targets = serde_json::Map::new();
    for deployment in deployments {
        let mut needs = serde_json::to_value(&deployment.needs).map_err(|error| error.to_string())?;
        if let Some(members) = needs.as_object_mut() {
            members.shift_insert(0, "file".to_owned(), json!(deployment.file));
        }
        targets.insert(deployment.name.clone(), needs);
    }
    let list = json!({ "generator": "counterflow", "cloud": profile.cloud, "targets": targets });
    Ok(vec![
        Artifact { path: LIST.to_owned(), bytes: json_bytes(&list) },
        Artifact { path: SCRIPT.to_owned(), bytes: script::write(profile, deployments).into_bytes() },
    ])
}

/// The name of the deployment that a file belongs to.
fn deployed_as(target: Target, path: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    match file.split_once(".azuredeploy").filter(|_| target == Target::LogicApp) {
        Some((part, _)) => format!("{}-{part}", target.name()),
        None => target.name().to_owned(),
    }
}

/// The archive that is deployed in place of the files in it.
fn packed(target: Target, artifacts: &[Artifact]) -> Option<&str> {
    let zips = artifacts.iter().filter(|artifact| artifact.path.ends_with(".zip"));
    zips.map(|artifact| artifact.path.as_str()).find(|path| path.starts_with(target.name()))
}
