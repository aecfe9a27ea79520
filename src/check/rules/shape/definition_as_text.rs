//! The definition is text that holds JSON, and no JSON.

use crate::base::diagnostic::Diagnostic;
use crate::base::json::{Document, Node};
use crate::workflow::Workflows;

crate::rule! {
    /// ## What it does
    /// Reports a document in whose `definition` a string stands that holds a definition.
    ///
    /// ## Why is this bad
    /// The service reads an object there and refuses a string.
    ///
    /// ## Example
    /// ```json
    /// { "definition": "{ \"actions\": {} }", "kind": "Stateful" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// { "definition": { "actions": {} }, "kind": "Stateful" }
    /// ```
    ///
    /// ## References
    /// - The service: "Error converting value … to type 'Microsoft.Azure.Workflows.Data.Definitions.EdgeFlowDefinition'"
    RULE = "CF1009" "definition-as-text" Error prevents "InvalidRequestContent";
}

/// The finding for a document that is none of the forms we know, because its definition is text.
pub fn check(document: &Document<'_>) -> Option<Diagnostic> {
    document.root().get("definition").and_then(finding)
}

/// The findings for a document of a known form: wherever a definition should stand.
pub fn check_workflows(document: &Document<'_>, workflows: &Workflows<'_>) -> Vec<Diagnostic> {
    let resources = workflows.templates.resources().filter(|resource| resource.is_workflow());
    let carriers = resources.map(|resource| resource.node).chain([document.root()]);
    carriers.filter_map(|node| node.path(&["properties", "definition"])).filter_map(finding).collect()
}

fn finding(node: Node<'_>) -> Option<Diagnostic> {
    let text = node.as_str().filter(|text| text.trim_start().starts_with('{'))?;
    Document::parse(text).ok().filter(|inner| inner.root().is_object())?;
    let message = "the definition is a string that holds JSON";
    let help = "write the object itself, without quotes around it and backslashes in it";
    Some(Diagnostic::new(&RULE, node.pointer(), message).on_key().help(help))
}
