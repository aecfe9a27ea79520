//! A Response stands in a loop.

use super::loop_around;
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports a Response inside of a Foreach or an Until.
    ///
    /// ## Why is this bad
    /// The service does not allow it. Tools that deploy from a file may only notice when the workflow is opened or
    /// run.
    ///
    /// ## Example
    /// ```json
    /// "For_each_account": { "type": "Foreach", "foreach": "@body('List')", "actions": { "End": { "type": "Response", … } } }
    ///
    /// ```
    ///
    /// ## Use instead
    /// A variable that the loop sets, and the Response in a condition after the loop.
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps", Response action
    RULE = "CF2025" "response-in-loop" Error;
}

/// The lint.
#[derive(Debug)]
pub struct ResponseInLoop;

impl Lint for ResponseInLoop {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&["Response"])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        if !action.is("Response") {
            return;
        }
        if let Some(around) = loop_around(cx.definition, action.id) {
            let message = format!(
                "`{}` is a Response in the loop `{}`, where none may stand",
                action.name, around.name
            );
            let help = "set a variable in the loop and look at it after the loop";
            out.push(Diagnostic::new(&RULE, action.node.pointer(), message).on_key().help(help));
        }
    }
}
