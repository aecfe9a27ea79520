//! A call is tried again too often.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::limits;

use super::{exceeded, retry_policies, whole_number};
use crate::base::json::Node;
use crate::workflow::{Action, Host};

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
        Interest::NONE.definitions().every_action()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        cx.definition.triggers.iter().for_each(|trigger| judge(trigger.node, cx.definition.host, out));
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        judge(action.node, cx.definition.host, out);
    }
}

fn judge(operation: Node<'_>, host: Host, out: &mut Findings) {
    for policy in retry_policies(operation) {
        let Some(node) = policy.get("count") else { continue };
        let Some(count) = whole_number(node) else { continue };
        if let Some(most) = exceeded(&limits::RETRIES, host, count) {
            let message = format!("the call is tried again {count} times; at most {most} are allowed");
            out.push(
                Diagnostic::new(&RULE, node.pointer(), message)
                    .help("wait longer between the attempts instead"),
            );
        }
    }
}
