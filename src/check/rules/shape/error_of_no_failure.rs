//! A Terminate gives an error for a run that did not fail.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Warns about `runError` in a Terminate whose `runStatus` is not Failed.
    ///
    /// ## Why is this bad
    /// The error is only kept for a run that failed: what it says is lost.
    ///
    /// ## Example
    /// ```json
    /// "inputs": { "runStatus": "Cancelled", "runError": { "code": "NoAccount" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "inputs": { "runStatus": "Failed", "runError": { "code": "NoAccount" } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps", Terminate action
    RULE = "CF1029" "error-of-no-failure" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct ErrorOfNoFailure;

impl Lint for ErrorOfNoFailure {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&["Terminate"])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let Some(inputs) = action.node.get("inputs").filter(|_| action.is("Terminate")) else { return };
        let (Some(status), Some(error)) = (inputs.get("runStatus"), inputs.get("runError")) else { return };
        let Some(status) = cx.definition.literal(status) else { return };
        // A word that is no status is reported as such.
        if ["Succeeded", "Cancelled"].iter().any(|other| status.eq_ignore_ascii_case(other)) {
            let message = format!("the error is lost, since the run ends as {status}");
            let help = "end the run as `Failed`, or leave the error out";
            out.push(Diagnostic::new(&RULE, error.pointer(), message).on_key().help(help));
        }
    }
}
