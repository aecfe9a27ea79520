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
use crate::data::connector::{Cloud, Operation};
use crate::workflow::permissions::{self, Needs};
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
    pub operations: BTreeMap<String, Operation>,
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
pub fn emit(cloud: Cloud, deployments: &[Deployment]) -> Result<Vec<Artifact>, String> {
    let mut targets = serde_json::Map::new();
    for deployment in deployments {
        let mut needs = serde_json::to_value(&deployment.needs).map_err(|error| error.to_string())?;
        if let Some(members) = needs.as_object_mut() {
            members.shift_insert(0, "file".to_owned(), json!(deployment.file));
        }
        targets.insert(deployment.name.clone(), needs);
    }
    let list = json!({ "generator": "counterflow", "cloud": cloud, "targets": targets });
    Ok(vec![
        Artifact { path: LIST.to_owned(), bytes: json_bytes(&list) },
        Artifact { path: SCRIPT.to_owned(), bytes: script::write(cloud, deployments).into_bytes() },
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
