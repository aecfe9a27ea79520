//! A call is tried again too soon or too late.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::limits;

use super::{bound, operations, retry_policies};
use crate::base::duration;

crate::rule! {
    /// ## What it does
    /// Warns about a retry policy whose interval is shorter than five seconds or longer than a day. In a stateless
    /// workflow one second is enough.
    ///
    /// ## Why is this bad
    /// Microsoft documents these as the bounds. An interval outside of them is refused or not kept.
    ///
    /// ## Example
    /// ```json
    /// "retryPolicy": { "type": "fixed", "count": 4, "interval": "PT1S" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "retryPolicy": { "type": "fixed", "count": 4, "interval": "PT5S" }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Limits and configuration reference guide for Azure Logic Apps"
    /// - Microsoft Learn: "Limits of automated, scheduled, and instant flows"
    /// - Microsoft Learn: "Handle errors and exceptions in Azure Logic Apps"
    RULE = "CF5019" "retry-interval-out-of-bounds" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct RetryIntervalOutOfBounds;

impl Lint for RetryIntervalOutOfBounds {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let host = cx.definition.host;
        let policies = operations(cx.definition).flat_map(retry_policies);
        for node in policies.filter_map(|policy| policy.get("interval")) {
            let Some(seconds) = node.as_str().and_then(duration::seconds) else { continue };
            let shortest = match cx.is_stateless() {
                true => Some(1),
                false => bound(&limits::RETRY_SHORTEST, host),
            };
            let problem = match (shortest, bound(&limits::RETRY_LONGEST, host)) {
                (Some(least), _) if seconds < least as f64 => {
                    format!("is too short; at least {least} seconds are allowed")
                }
                (_, Some(most)) if seconds > most as f64 => {
                    "is too long; at most a day is allowed".to_owned()
                }
                _ => continue,
            };
            let message = format!("the wait before the call is tried again {problem}");
            out.push(Diagnostic::new(&RULE, node.pointer(), message));
        }
    }
}
