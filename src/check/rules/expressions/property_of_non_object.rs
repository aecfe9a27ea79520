//! A property of something that has none.

use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Found, Interest, Lint};
use crate::expr::IssueKind;

crate::rule! {
    /// ## What it does
    /// Reports a step into text, a number, a boolean or null, and a step by name into an array. What is known only
    /// from a schema gives a warning.
    ///
    /// ## Why is this bad
    /// The step fails with `?` as well as without: the question mark forgives a missing property, never a wrong kind.
    ///
    /// ## Example
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@string('abc')?['name']" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@json('{\"name\": \"abc\"}')?['name']" }
    /// ```
    ///
    /// ## References
    /// - The service: "property '…' cannot be selected. Property selection is not supported on values of type '…'"
    /// - The service: "Array elements can only be selected using an integer index"
    RULE = "CF3030" "property-of-non-object" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct PropertyOfNonObject;

impl Lint for PropertyOfNonObject {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.issues()
    }

    fn issue(&self, cx: &Context<'_, '_>, found: &Found<'_>, out: &mut Findings) {
        if found.is(IssueKind::NotAnObject) {
            out.push(found.finding(&cx.typing, &RULE));
        }
    }
}
