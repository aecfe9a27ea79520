//! A Terminate stands in a loop.

use super::loop_around;
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports a Terminate inside of a Foreach or an Until.
    ///
    /// ## Why is this bad
    /// The service does not allow it. Tools that deploy from a file may only notice when the workflow is opened or
    /// run.
    ///
    /// ## Example
    /// ```json
    /// "For_each_account": { "type": "Foreach", "foreach": "@body('List')", "actions": { "End": { "type": "Terminate", … } } }
    ///
    /// ```
    ///
    /// ## Use instead
    /// A variable that the loop sets, and the Terminate in a condition after the loop.
    ///
    /// ## References
    /// - The service, in the portal only: a workflow with Terminate in a loop cannot be saved
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps", Terminate action
    RULE = "CF2024" "terminate-in-loop" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct TerminateInLoop;

impl Lint for TerminateInLoop {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&["Terminate"])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        if !action.is("Terminate") {
            return;
        }
        if let Some(around) = loop_around(cx.definition, action.id) {
            let message = format!(
                "`{}` is a Terminate in the loop `{}`, where none may stand",
                action.name, around.name
            );
            let help = "set a variable in the loop and look at it after the loop";
            out.push(Diagnostic::new(&RULE, action.node.pointer(), message).on_key().help(help));
        }
    }
}
