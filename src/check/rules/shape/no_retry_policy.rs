//! A request says nothing about being tried again.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Tells of an Http action without a retry policy.
    ///
    /// ## Why is this bad
    /// It is tried again as the host pleases: four times in Logic Apps, two to eight times in Power Automate,
    /// depending on the licence. For a call that may not be made twice this is too often, for a service that
    /// throttles perhaps too rarely.
    ///
    /// ## Example
    /// ```json
    /// "inputs": { "method": "POST", "uri": "https://…" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "inputs": { "method": "POST", "uri": "https://…", "retryPolicy": { "type": "none" } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Handle errors and exceptions in Azure Logic Apps", retry policies
    /// - flowforger-validator, rule HTTP_RETRY
    RULE = "CF1031" "no-retry-policy" Info audience Auditor;
}

/// The lint.
#[derive(Debug)]
pub struct NoRetryPolicy;

impl Lint for NoRetryPolicy {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&["Http"])
    }

    fn action(&self, _cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let Some(inputs) = action.node.get("inputs").filter(|inputs| action.is("Http") && inputs.is_object())
        else {
            return;
        };
        if inputs.get("retryPolicy").is_none() {
            let message = format!("`{}` does not say how often it is tried again", action.name);
            out.push(
                Diagnostic::new(&RULE, action.node.pointer(), message).on_key().help("add a `retryPolicy`"),
            );
        }
    }
}
