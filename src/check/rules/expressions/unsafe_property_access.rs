//! A step without a question mark to a property that may be missing.

use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Found, Interest, Lint};
use crate::expr::IssueKind;

crate::rule! {
    /// ## What it does
    /// Reports a step without `?` to a property that a schema describes and does not require.
    ///
    /// ## Why is this bad
    /// Where the property is missing, the expression fails and the action with it, though only the one value was
    /// wanting.
    ///
    /// ## Example
    /// ```json
    /// "triggers": { "manual": { "type": "Request", "kind": "Http", "inputs": { "schema":
    ///     { "type": "object", "properties": { "manager": { "type": "string" } } } } } },
    /// "actions": { "Text": { "type": "Compose", "inputs": "@triggerBody()['manager']" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "triggers": { "manual": { "type": "Request", "kind": "Http", "inputs": { "schema":
    ///     { "type": "object", "properties": { "manager": { "type": "string" } } } } } },
    /// "actions": { "Text": { "type": "Compose", "inputs": "@triggerBody()?['manager']" } }
    /// ```
    ///
    /// ## References
    /// - The service: "property '…' doesn't exist, available properties are '…'"
    /// - Microsoft Learn: "Schema reference for Workflow Definition Language", operator `?`
    RULE = "CF3033" "unsafe-property-access" Warning prevents "InvalidTemplate" audience Strict;
}

/// The lint.
#[derive(Debug)]
pub struct UnsafePropertyAccess;

impl Lint for UnsafePropertyAccess {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.issues()
    }

    fn issue(&self, cx: &Context<'_, '_>, found: &Found<'_>, out: &mut Findings) {
        if found.is(IssueKind::UnsafeStep) {
            out.push(found.finding(&cx.typing, &RULE));
        }
    }
}
