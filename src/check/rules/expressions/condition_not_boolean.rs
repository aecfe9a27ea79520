//! A condition that is neither true nor false.

use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Found, Interest, Lint};
use crate::expr::IssueKind;

crate::rule! {
    /// ## What it does
    /// Reports the condition of an If or Until whose kind is known and is no boolean. Text is accepted, since the
    /// designers write conditions of an Until as text.
    ///
    /// ## Why is this bad
    /// The action fails when it runs.
    ///
    /// ## Example
    /// ```json
    /// "Ask": { "type": "If", "expression": "@length('abc')", "actions": {} }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Ask": { "type": "If", "expression": "@greater(length('abc'), 0)", "actions": {} }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference for trigger and action types", If action: the expression to evaluate
    ///   gives true or false
    RULE = "CF3035" "condition-not-boolean" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct ConditionNotBoolean;

impl Lint for ConditionNotBoolean {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.issues()
    }

    fn issue(&self, cx: &Context<'_, '_>, found: &Found<'_>, out: &mut Findings) {
        if found.is(IssueKind::Condition) {
            out.push(found.finding(&cx.typing, &RULE));
        }
    }
}
