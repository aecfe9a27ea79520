//! A Response has a status that cannot be sent.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports a literal `statusCode` of a Response that is none of 2xx, 4xx and 5xx.
    ///
    /// ## Why is this bad
    /// The service sends no others; a redirect (3xx) cannot be answered.
    ///
    /// ## Example
    /// ```json
    /// "inputs": { "statusCode": 302 }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "inputs": { "statusCode": 200 }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps", Response action
    RULE = "CF1024" "response-status" Error;
}

/// The lint.
#[derive(Debug)]
pub struct ResponseStatus;

impl Lint for ResponseStatus {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&["Response"])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let Some(node) = action.node.path(&["inputs", "statusCode"]).filter(|_| action.is("Response")) else {
            return;
        };
        let status = match node.as_str() {
            Some(_) => cx.definition.literal(node).and_then(|text| text.parse().ok()),
            None => node.as_i64(),
        };
        let Some(status) = status else { return };
        if !matches!(status, 200..=299 | 400..=599) {
            let message = format!("`{}` cannot answer with the status {status}", action.name);
            out.push(
                Diagnostic::new(&RULE, node.pointer(), message).help("statuses: 200 to 299 and 400 to 599"),
            );
        }
    }
}
