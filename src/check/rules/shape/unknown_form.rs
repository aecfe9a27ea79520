//! The document is no workflow.

use crate::base::diagnostic::Diagnostic;
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
    /// { "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#" }
    /// ```
    ///
    /// ## Use instead
    /// Name the template itself; give a folder's workflow files and not its settings.
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference for Workflow Definition Language in Azure Logic Apps"
    RULE = "CF1004" "unknown-form" Error;
}

/// The finding for a document of another kind.
pub fn finding(unknown: UnknownForm) -> Diagnostic {
    Diagnostic::new(&RULE, Pointer::root(), unknown.to_string()).help(Form::ACCEPTED)
}
