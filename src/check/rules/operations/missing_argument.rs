//! Something that an operation needs and does not get.

use super::{named, takes};
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::words::list;
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports a call of a connector or web API that leaves out what its operation needs; in a flow also what is given empty.
    /// A body that is computed is left alone.
    ///
    /// ## Why is this bad
    /// Power Automate refuses the flow. Azure Logic Apps takes the workflow, and the call fails in every run.
    ///
    /// ## Example
    /// ```json
    /// "method": "post", "path": "/api/machines/@{…}/isolate", "body": { "IsolationType": "Full" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "body": { "Comment": "Isolated by the playbook", "IsolationType": "Full" }
    /// ```
    ///
    /// ## References
    /// - The service: OpenApiOperationParameterValidationFailed, "The API operation '…' is missing required property '…'"
    /// - The service: MissingRequiredProperty, for an input that is empty
    RULE = "CF4014" "missing-argument" Error prevents "OpenApiOperationParameterValidationFailed";
}

/// The lint.
#[derive(Debug)]
pub struct MissingArgument;

impl Lint for MissingArgument {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for call in cx.calls() {
            let Some(signature) = call.signature else { continue };
            for (node, name) in &call.faults.empty {
                let message = format!("{} needs `{name}`, and gets nothing", named(signature));
                out.push(Diagnostic::new(&RULE, node.pointer(), message).help("give it a value"));
            }
            if call.faults.missing.is_empty() || call.has_no_arguments() {
                continue;
            }
            let message = format!("{} needs {}", named(signature), list(call.faults.missing.iter().copied()));
            let place = call.place();
            let finding = Diagnostic::new(&RULE, place.pointer(), message).help(takes(signature));
            out.push(if place.key().is_some() { finding.on_key() } else { finding });
        }
    }
}
