//! Something given that the operation does not take.

use super::{named, takes};
use crate::base::diagnostic::{Diagnostic, Rule, Severity};
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports a query parameter, a member of the body, or a parameter of a flow that the operation of a connector does not
    /// take. A body that is computed or looked up when the workflow is designed is left alone.
    ///
    /// ## Why is this bad
    /// Power Automate refuses a flow with such a parameter. Azure Logic Apps sends it, and the connector ignores it: what
    /// somebody meant to say is not said. Where it stands for a parameter that is needed, the call fails.
    ///
    /// ## Example
    /// ```json
    /// "operationId": "SendEmailV2", "parameters": { "emailMessage/To": "…", "emailMessage/Subjekt": "…", "emailMessage/Body": "…" }
    /// ```
    ///
    /// ## Use instead
    /// `emailMessage/Subject`
    ///
    /// ## References
    /// - The service: WorkflowOperationParametersExtraParameter, "The API operation does not contain a definition for
    ///   parameter '…'"
    /// - `counterflow connectors show ID` names what an operation takes
    RULE = "CF4013" "unknown-argument" Error prevents "WorkflowOperationParametersExtraParameter";
}

/// The lint.
#[derive(Debug)]
pub struct UnknownArgument;

impl Lint for UnknownArgument {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for call in cx.calls() {
            let Some(signature) = call.signature else { continue };
            for one in &call.faults.unknown {
                // Only Power Automate looks; and only what was compared with its flows is known to be all.
                let is_refused = call.is_by_id() && signature.is_seen_in_flows && !signature.is_open;
                if call.is_by_id() && !is_refused && one.near.is_none() {
                    continue;
                }
                let severity = if is_refused || one.is_missed { Severity::Error } else { Severity::Warning };
                let message = format!("{} takes no `{}`", named(signature), one.name);
                let help = match one.near {
                    Some(near) => format!("did you mean `{near}`? {}", takes(signature)),
                    None => takes(signature),
                };
                let finding = Diagnostic::new(&RULE, one.node.pointer(), message).on_key();
                out.push(finding.help(help).severity(severity));
            }
        }
    }
}
