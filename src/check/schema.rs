//! The schema layer, which is asked beside the tables of members: which bundled schema judges which part of a form.

use crate::base::diagnostic::Diagnostic;
use crate::base::json::Document;
use crate::data::schemas;
use crate::workflow::Form;

/// Validates a document of a form against the schemas bundled for it.
pub fn schema(document: &Document<'_>, form: Form) -> Vec<Diagnostic> {
    let (name, part) = judge(form);
    let node = document.root().path(part);
    node.map(|node| schemas::validate_node(name, node)).unwrap_or_default()
}

/// Gets the schemas for a form ready, so that [`schema()`] need not wait for them.
pub fn prepare_schema(form: Form) {
    schemas::prepare(judge(form).0);
}

/// The name of the schema for a form, and the path of what it judges.
fn judge(form: Form) -> (&'static str, &'static [&'static str]) {
    match form {
        Form::Arm => ("arm-playbook", &[]),
        Form::ClientData => ("client-data", &[]),
        Form::Resource => ("workflow-definition", &["properties", "definition"]),
        Form::Workflow => ("workflow-definition", &["definition"]),
        Form::Bare => ("workflow-definition", &[]),
    }
}
