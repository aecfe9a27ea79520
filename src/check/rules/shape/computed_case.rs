//! A case of a Switch that is computed.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::template;
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Warns about a case of a Switch whose value is an expression. An expression of the template, in brackets, is fine.
    ///
    /// ## Why is this bad
    /// A case must be a value that stands there: what a run gives may be that of another case, or of none.
    ///
    /// ## Example
    /// ```json
    /// "cases": { "Mine": { "case": "@workflow()['run']['name']", "actions": {} } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "cases": { "Mine": { "case": "High", "actions": {} } }
    /// ```
    /// or an If that compares with the expression
    ///
    /// ## References
    /// - Microsoft Learn: "Add switch actions to workflows in Azure Logic Apps": cases must contain a unique and static value
    ///   instead of dynamic tokens or expressions
    RULE = "CF1041" "computed-case" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct ComputedCase;

impl Lint for ComputedCase {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&["Switch"])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let Some(cases) = action.node.get("cases").filter(|_| action.is("Switch")) else { return };
        for (name, case) in cases.members() {
            let Some(node) = case.get("case") else { continue };
            let passed_on = node.as_str().and_then(|text| cx.definition.passed_on(text));
            if passed_on.is_some_and(|(text, _)| template::is_template(text)) {
                let message = format!("the value of the case `{name}` is computed");
                let help = "write the value itself, or compare with the expression in an If";
                out.push(Diagnostic::new(&RULE, node.pointer(), message).help(help));
            }
        }
    }
}
