//! A property that the schema of a Parse JSON action does not list.

use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Found, Interest, Lint};
use crate::expr::IssueKind;

crate::rule! {
    /// ## What it does
    /// Reports a property of the result of a Parse JSON action that its schema does not list among the properties of
    /// that object. Schemas that list none are open.
    ///
    /// ## Why is this bad
    /// The schema is what the author expects to get. A property that is not in it may be there all the same, since
    /// most schemas are made of one sample; or it is misspelt.
    ///
    /// ## Example
    /// ```json
    /// "Parse": { "type": "ParseJson", "inputs": { "content": "@triggerBody()",
    ///     "schema": { "type": "object", "properties": { "user": { "type": "string" } } } } },
    /// "Text": { "type": "Compose", "inputs": "@body('Parse')?['usr']", "runAfter": { "Parse": ["Succeeded"] } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Parse": { "type": "ParseJson", "inputs": { "content": "@triggerBody()",
    ///     "schema": { "type": "object", "properties": { "user": { "type": "string" } } } } },
    /// "Text": { "type": "Compose", "inputs": "@body('Parse')?['user']", "runAfter": { "Parse": ["Succeeded"] } }
    /// ```
    ///
    /// ## References
    /// - The service: "property '…' doesn't exist, available properties are '…'"
    /// - Microsoft Learn: "Perform operations on data", Parse JSON action
    RULE = "CF3036" "property-not-in-schema" Warning prevents "InvalidTemplate" audience Strict;
}

/// The lint.
#[derive(Debug)]
pub struct PropertyNotInSchema;

impl Lint for PropertyNotInSchema {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.issues()
    }

    fn issue(&self, cx: &Context<'_, '_>, found: &Found<'_>, out: &mut Findings) {
        if found.is(IssueKind::Unlisted) {
            out.push(found.finding(&cx.typing, &RULE));
        }
    }
}
