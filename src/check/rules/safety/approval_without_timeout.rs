//! An approval that waits until the run ends.

use super::{about_waiting, at};
use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Lint};
use crate::data::connector::Class;

crate::rule! {
    /// ## What it does
    /// Reports an action that asks somebody and waits, without a `limit` that ends the waiting. It is an info where neither an
    /// incident or alert starts the definition nor anything in it contains, removes or gives back.
    ///
    /// ## Why is this bad
    /// Unanswered, it waits as long as a run may last: 90 days in Azure Logic Apps, 30 in Power Automate. The incident looks
    /// as if it were being dealt with, and nobody is told that it is not.
    ///
    /// ## Example
    /// ```json
    /// "Ask": { "type": "ApiConnectionWebhook", "inputs": { "path": "/approvalmail/$subscriptions" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Ask": { "type": "ApiConnectionWebhook", "limit": { "timeout": "PT4H" }, "inputs": { "path": "/approvalmail/$subscriptions" } }
    /// ```
    ///
    /// and an action that runs after it on `TimedOut`.
    ///
    /// ## References
    /// - Microsoft Learn: "Limits and configuration reference for Azure Logic Apps", run duration and timeout
    RULE = "CF8003" "approval-without-timeout" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct ApprovalWithoutTimeout;

impl Lint for ApprovalWithoutTimeout {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for id in cx.response().of_class(Class::Approve) {
            let action = &cx.definition[id];
            if action.node.path(&["limit", "timeout"]).is_none() {
                let message = format!("`{}` waits for an answer without end", action.name);
                let help = "set `limit.timeout`, such as PT4H, and say in an action after it what happens on `TimedOut`";
                out.push(about_waiting(cx, at(cx, &RULE, id, message).help(help)));
            }
        }
    }
}
