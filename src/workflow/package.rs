//! A legacy package of Power Automate: one flow with what an import asks about.

use crate::base::json::Node;

use super::bundle::{Companion, Content, File, FileId, companion};
use super::layout::Role;

/// What stands in a package beside the definitions.
#[derive(Debug)]
pub struct Package<'d> {
    /// `manifest.json`: resources of the package and what the import does with each.
    pub manifest: Option<Companion<'d>>,
    /// `Microsoft.Flow/flows/manifest.json`: the ids of the flows.
    pub flow_manifest: Option<Companion<'d>>,
    /// The flows, by the name of their folder.
    pub flows: Vec<PackagedFlow<'d>>,
}

/// One flow of a package.
#[derive(Debug)]
pub struct PackagedFlow<'d> {
    /// The folder it stands in: its id.
    pub id: &'d str,
    /// Its `definition.json`.
    pub definition: Option<FileId>,
    /// Its `apisMap.json`: connector name to resource of the manifest.
    pub apis: Option<Companion<'d>>,
    /// Its `connectionsMap.json`: connection reference to resource of the manifest.
    pub connections: Option<Companion<'d>>,
}

impl<'d> Package<'d> {
    pub(super) fn read(files: &[File<'d>]) -> Self {
        let mut flows: Vec<PackagedFlow<'d>> = Vec::new();
        for (at, file) in files.iter().enumerate() {
            if !matches!(file.role, Role::Workflow | Role::ApisMap | Role::ConnectionsMap) {
                continue;
            }
            let id = file.name.rsplit('/').nth(1).unwrap_or_default();
            // Files come by name, so those of one folder follow one another.
            if flows.last().is_none_or(|flow| flow.id != id) {
                flows.push(PackagedFlow { id, definition: None, apis: None, connections: None });
            }
            let Some(flow) = flows.last_mut() else { continue };
            let map = match file.content {
                Content::Json(document) => Some(Companion { file: FileId(at), node: document.root() }),
                _ => None,
            };
            match file.role {
                Role::Workflow => flow.definition = Some(FileId(at)),
                Role::ApisMap => flow.apis = map,
                _ => flow.connections = map,
            }
        }
        Self {
            manifest: companion(files, Role::PackageManifest),
            flow_manifest: companion(files, Role::FlowManifest),
            flows,
        }
    }

    /// The resources of the manifest: id and entry, in document order.
    pub fn resources(&self) -> impl Iterator<Item = (&'d str, Node<'d>)> + use<'d> {
        let list = self.manifest.and_then(|file| file.node.get("resources"));
        list.into_iter().flat_map(|list| list.members())
    }
}
