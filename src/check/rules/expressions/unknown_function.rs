//! A call of a function that does not exist.

use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Found, Interest, Lint};
use crate::expr::IssueKind;

crate::rule! {
    /// ## What it does
    /// Reports a call of a function that the Workflow Definition Language does not have, in expressions and in
    /// conditions that are written as objects. Functions that the reference does not list and the service is known to
    /// have are accepted.
    ///
    /// ## Why is this bad
    /// The service refuses the definition or, where the expression is evaluated late, the action fails.
    ///
    /// ## Example
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@uppercase('abc')" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@toUpper('abc')" }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Reference guide to workflow expression functions"
    /// - The service, observed on the Standard host: "The template function '…' is not defined or not valid"
    RULE = "CF3020" "unknown-function" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct UnknownFunction;

impl Lint for UnknownFunction {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.issues()
    }

    fn issue(&self, cx: &Context<'_, '_>, found: &Found<'_>, out: &mut Findings) {
        if found.is(IssueKind::UnknownFunction) {
            out.push(found.finding(&cx.typing, &RULE));
        }
    }
}
