//! The definition is text that holds JSON, and no JSON.

use crate::base::diagnostic::Diagnostic;
use crate::base::json::Document;

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

/// The finding for a document whose definition is a string with an object in it.
pub fn check(document: &Document<'_>) -> Option<Diagnostic> {
    let root = document.root();
    let node = root.get("definition")?;
    let text = node.as_str().filter(|text| text.trim_start().starts_with('{'))?;
    Document::parse(text).ok().filter(|inner| inner.root().is_object())?;
    let message = "the definition is a string that holds JSON";
    let help = "write the object itself, without quotes around it and backslashes in it";
    Some(Diagnostic::new(&RULE, node.pointer(), message).on_key().help(help))
}
