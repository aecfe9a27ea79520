//! A document of a known form without a definition that can be read.

use crate::base::diagnostic::Diagnostic;
use crate::base::pointer::Pointer;
use crate::workflow::Form;

crate::rule! {
    /// ## What it does
    /// Warns about a template that deploys no workflow, or whose definitions are computed by ARM expressions.
    ///
    /// ## Why is this bad
    /// The document is valid, but no definition in it was checked. Staying silent would look like a clean result.
    ///
    /// ## Example
    /// ```json
    /// { "type": "Microsoft.Logic/workflows", "properties": { "definition": "[parameters('definition')]" } }
    /// ```
    ///
    /// ## Use instead
    /// Check the file that holds the definition itself.
    ///
    /// ## References
    /// - Microsoft Learn: "Microsoft.Logic workflows" (ARM template reference)
    RULE = "CF1006" "no-definition" Warning;
}

/// The finding for a document of this form.
pub fn finding(form: Form) -> Diagnostic {
    let message = format!("no workflow definition can be read in this {form}, so none was checked");
    Diagnostic::new(&RULE, Pointer::root(), message).help(
        "check the file that holds the definition itself; an ARM expression in its place is not evaluated",
    )
}
