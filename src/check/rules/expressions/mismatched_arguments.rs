//! Arguments that do not go together.

use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Found, Interest, Lint};
use crate::expr::IssueKind;

crate::rule! {
    /// ## What it does
    /// Reports a comparison of a number with text, and a union or intersection of arrays with objects.
    ///
    /// ## Why is this bad
    /// These functions want both of one kind and fail otherwise. A number that comes out of a field, a header or a
    /// variable is often text.
    ///
    /// ## Example
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@greater(length('abc'), '2')" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@greater(length('abc'), 2)" }
    /// ```
    ///
    /// ## References
    /// - The service: "The template language function 'greater' expects two parameter of matching types. The function
    ///   was invoked with values of type '…' and '…' that do not match."
    /// - Observed on the Standard host: union and intersection expect "parameters of same type"
    /// - Microsoft Learn: "Reference guide to workflow expression functions"
    RULE = "CF3024" "mismatched-arguments" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct MismatchedArguments;

impl Lint for MismatchedArguments {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.issues()
    }

    fn issue(&self, cx: &Context<'_, '_>, found: &Found<'_>, out: &mut Findings) {
        if found.is(IssueKind::Mismatch) {
            out.push(found.finding(&cx.typing, &RULE));
        }
    }
}
