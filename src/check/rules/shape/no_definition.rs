//! A document of a known form without a definition that can be read.

use crate::base::diagnostic::{Diagnostic, Severity, is_one_slip};
use crate::base::pointer::Pointer;
use crate::workflow::Workflows;
use crate::workflow::arm::WORKFLOW_TYPE;

crate::rule! {
    /// ## What it does
    /// Warns about a template that deploys no workflow, or whose definitions are computed by ARM expressions. It is an error
    /// where the type of a resource is that of a workflow but for one letter, since there is no such type.
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

/// The finding for a document without definitions.
pub fn finding(workflows: &Workflows<'_>) -> Diagnostic {
    let mut resources = workflows.templates.resources();
    let slip = resources.find(|resource| is_one_slip(resource.kind, WORKFLOW_TYPE));
    if let Some(kind) = slip.and_then(|resource| resource.node.get_ignore_case("type")) {
        let message = format!("there is no resource type `{}`", kind.as_str().unwrap_or_default());
        let help = format!("did you mean `{WORKFLOW_TYPE}`?");
        return Diagnostic::new(&RULE, kind.pointer(), message).help(help).severity(Severity::Error);
    }
    let form = workflows.form;
    let message = format!("no workflow definition can be read in this {form}, so none was checked");
    Diagnostic::new(&RULE, Pointer::root(), message).help(
        "check the file that holds the definition itself; an ARM expression in its place is not evaluated",
    )
}
