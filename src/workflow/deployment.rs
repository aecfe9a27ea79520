//! A template with the files that give its parameters.
//!
//! Source: Microsoft Learn, "Create Resource Manager parameter file".

use crate::base::json::Node;

use super::bundle::{Companion, Content, File, FileId};
use super::layout::Role;

/// The files of parameters beside a template.
#[derive(Debug)]
pub struct Deployment<'d> {
    /// Each gives one set of values.
    pub parameters: Vec<Companion<'d>>,
}

impl<'d> Deployment<'d> {
    pub(super) fn read(files: &[File<'d>]) -> Self {
        let documents = files.iter().enumerate().filter_map(|(at, file)| match file.content {
            Content::Json(document) if file.role == Role::TemplateParameters => {
                Some(Companion { file: FileId(at), node: document.root() })
            }
            _ => None,
        });
        // The name alone promises nothing.
        Self { parameters: documents.filter(|file| gives_parameters(file.node)).collect() }
    }
}

fn gives_parameters(root: Node<'_>) -> bool {
    let schema = root.get("$schema").and_then(|schema| schema.as_str()).unwrap_or_default();
    schema.to_ascii_lowercase().contains("deploymentparameters.json") || root.get("parameters").is_some()
}
