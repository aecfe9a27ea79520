//! A property that is not there.

use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Found, Interest, Lint};
use crate::expr::IssueKind;

crate::rule! {
    /// ## What it does
    /// Reports a property of an object whose properties are known: one that the definition itself writes in a Compose
    /// or a Select, or one of a schema that allows no others. The latter gives a warning.
    ///
    /// ## Why is this bad
    /// The expression fails. With `?` it gives null, which may be meant, and is not reported.
    ///
    /// ## Example
    /// ```json
    /// "User": { "type": "Compose", "inputs": { "name": "Ann" } },
    /// "Text": { "type": "Compose", "inputs": "@outputs('User')['nmae']", "runAfter": { "User": ["Succeeded"] } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "User": { "type": "Compose", "inputs": { "name": "Ann" } },
    /// "Text": { "type": "Compose", "inputs": "@outputs('User')['name']", "runAfter": { "User": ["Succeeded"] } }
    /// ```
    ///
    /// ## References
    /// - The service: "property '…' doesn't exist, available properties are '…'"
    RULE = "CF3031" "missing-property" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct MissingProperty;

impl Lint for MissingProperty {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.issues()
    }

    fn issue(&self, cx: &Context<'_, '_>, found: &Found<'_>, out: &mut Findings) {
        if found.is(IssueKind::MissingMember) {
            out.push(found.finding(&cx.typing, &RULE));
        }
    }
}
