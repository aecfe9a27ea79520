//! The document is no workflow.

use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::pointer::Pointer;
use crate::workflow::{Form, UnknownForm};

crate::rule! {
    /// ## What it does
    /// Reports a JSON document that holds no workflow in any form we know.
    ///
    /// ## Why is this bad
    /// Nothing was checked. Staying silent would look like a clean result.
    ///
    /// ## Example
    /// ```json
    /// { "name": "playbooks", "version": "1.0.0", "scripts": {} }
    /// ```
    ///
    /// ## Use instead
    /// Name the workflow itself, or the folder: in a folder other JSON is passed over. A file that goes with a workflow, such as the
    /// parameters of a template, is only remarked on: it is judged with the workflow, where both are there.
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference for Workflow Definition Language in Azure Logic Apps"
    RULE = "CF1004" "unknown-form" Error;
}

/// The finding for a document of another kind.
pub fn finding(unknown: UnknownForm) -> Diagnostic {
    let finding = Diagnostic::new(&RULE, Pointer::root(), unknown.to_string());
    if unknown.is_companion {
        return finding
            .severity(Severity::Info)
            .help("it is judged with its workflow: name that too, or the folder of both");
    }
    finding.help(Form::ACCEPTED)
}
