//! A property of the trigger's body that its schema does not list.

use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Found, Interest, Lint};
use crate::expr::IssueKind;

crate::rule! {
    /// ## What it does
    /// Reports a property of the body of a Request trigger that its schema does not list among the properties of that
    /// object. Schemas that list none are open.
    ///
    /// ## Why is this bad
    /// The schema is what the author expects to get. A property that is not in it is misspelt, or was renamed on one
    /// side only; the value is then null, or the expression fails.
    ///
    /// ## Example
    /// ```json
    /// "triggers": { "manual": { "type": "Request", "kind": "Http", "inputs": { "schema":
    ///     { "type": "object", "properties": { "user": { "type": "string" } } } } } },
    /// "actions": { "Text": { "type": "Compose", "inputs": "@triggerBody()?['usr']" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "triggers": { "manual": { "type": "Request", "kind": "Http", "inputs": { "schema":
    ///     { "type": "object", "properties": { "user": { "type": "string" } } } } } },
    /// "actions": { "Text": { "type": "Compose", "inputs": "@triggerBody()?['user']" } }
    /// ```
    ///
    /// ## References
    /// - The service: "property '…' doesn't exist, available properties are '…'"
    /// - Microsoft Learn: "Call, trigger, or nest workflows with HTTPS endpoints", schema of the request
    RULE = "CF3032" "property-not-in-trigger-schema" Warning prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct PropertyNotInTriggerSchema;

impl Lint for PropertyNotInTriggerSchema {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.issues()
    }

    fn issue(&self, cx: &Context<'_, '_>, found: &Found<'_>, out: &mut Findings) {
        if found.is(IssueKind::UnlistedInTrigger) {
            out.push(found.finding(&cx.typing, &RULE));
        }
    }
}
