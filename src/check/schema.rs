//! The schema layer, which is asked beside the tables of members: which bundled schema judges which part of a form.

use crate::base::diagnostic::Diagnostic;
use crate::base::json::Document;
use crate::data::schemas;
use crate::workflow::Form;

/// Validates a document of a form against the schemas bundled for it.
pub fn schema(document: &Document<'_>, form: Form) -> Vec<Diagnostic> {
    let root = document.root();
    let (name, node) = match form {
        Form::Arm => ("arm-playbook", Some(root)),
        Form::ClientData => ("client-data", Some(root)),
        Form::Resource => ("workflow-definition", root.path(&["properties", "definition"])),
        Form::Workflow => ("workflow-definition", root.get("definition")),
        Form::Bare => ("workflow-definition", Some(root)),
    };
    node.map(|node| schemas::validate_node(name, node)).unwrap_or_default()
}
