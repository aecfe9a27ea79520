//! A call is tried again too often.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::limits;

use super::{count_beyond, operations, retry_policies};

crate::rule! {
    /// ## What it does
    /// Reports a retry policy with more than 90 attempts.
    ///
    /// ## Why is this bad
    /// The service refuses the definition.
    ///
    /// ## Example
    /// ```json
    /// "retryPolicy": { "type": "fixed", "count": 100, "interval": "PT30S" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "retryPolicy": { "type": "fixed", "count": 90, "interval": "PT30S" }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Handle errors and exceptions in Azure Logic Apps"
    /// - Microsoft Learn: "Limits and configuration reference guide for Azure Logic Apps"
    /// - Microsoft Learn: "Limits of automated, scheduled, and instant flows"
    RULE = "CF5013" "too-many-retries" Error;
}

/// The lint.
#[derive(Debug)]
pub struct TooManyRetries;

impl Lint for TooManyRetries {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let policies = operations(cx.definition).flat_map(retry_policies);
        for node in policies.filter_map(|policy| policy.get("count")) {
            if let Some((count, most)) = count_beyond(&limits::RETRIES, cx.definition.host, node) {
                let message = format!("the call is tried again {count} times; at most {most} are allowed");
                out.push(
                    Diagnostic::new(&RULE, node.pointer(), message)
                        .help("wait longer between the attempts instead"),
                );
            }
        }
    }
}
