//! Comments in a template.

use crate::base::diagnostic::Diagnostic;
use crate::base::json::SyntaxError;

crate::rule! {
    /// ## What it does
    /// Reports `//` and `/* */` in an ARM template. Everything else in it is judged as if they were not there; in every other
    /// form of a workflow comments end the judgement (CF1001).
    ///
    /// ## Why is this bad
    /// The deployment API takes JSON, which has no comments. Some tools that call it, such as the Azure CLI, pass over them in a file:
    /// whether this one deploys depends on who deploys it. `rules: { CF1043: error }` in counterflow.yaml makes sure that it does
    /// not matter.
    ///
    /// ## Example
    /// ```json
    /// { "resources": [], // none yet
    ///   "parameters": {} }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// { "metadata": { "comments": "No resources yet." }, "resources": [], "parameters": {} }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Understand the structure and syntax of ARM templates", comments and metadata
    RULE = "CF1043" "comments-in-template" Warning;
}

/// The finding, at the first thing in a text that is no JSON.
pub fn finding(error: &SyntaxError) -> Diagnostic {
    let message = "JSON has no comments: whether this template deploys depends on the tool";
    Diagnostic::at_bytes(&RULE, error.span.clone(), message)
        .help("remove the comments, or put their words into `metadata` or `comments` members")
}
