//! A branch of if() that fails where the other is meant.

use crate::base::diagnostic::Rule;
use crate::check::lint::At;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::Call;

crate::rule! {
    /// ## What it does
    /// Reports an `if` with a call in one of its branches that can fail on its arguments: a conversion, a division,
    /// the reading of a date or of JSON.
    ///
    /// ## Why is this bad
    /// The condition is meant to keep such a call from being made. The Standard host evaluates only the branch that
    /// is taken; of older engines it is reported that they evaluate both, so that the call fails in spite of the
    /// condition.
    ///
    /// ## Example
    /// ```json
    /// "Rate": { "type": "Compose", "inputs": "@if(equals(triggerBody()?['all'], 0), 0, div(triggerBody()?['bad'], triggerBody()?['all']))" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Rate": { "type": "Compose", "inputs": "@div(triggerBody()?['bad'], max(triggerBody()?['all'], 1))" }
    /// ```
    ///
    /// ## References
    /// - Observed on the Standard host: only the chosen branch is evaluated
    /// - Microsoft Learn: "Reference guide to workflow expression functions" does not promise it
    RULE = "CF3044" "unguarded-branch" Info audience Auditor;
}

/// The lint.
#[derive(Debug)]
pub struct UnguardedBranch;

impl Lint for UnguardedBranch {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.calls(&["if"])
    }

    fn call(&self, _cx: &Context<'_, '_>, at: At<'_, '_>, call: &Call, out: &mut Findings) {
        if call.args.len() != 3 {
            return;
        }
        let mut risky = None;
        for branch in &call.args[1..] {
            branch.walk(&mut |expr| {
                let fails = expr.as_call().filter(|call| {
                    let is_constant = call.args.iter().all(|argument| argument.as_call().is_none());
                    !is_constant && FAILING.iter().any(|name| call.name.eq_ignore_ascii_case(name))
                });
                risky = risky.or(fails.map(|_| expr));
            });
        }
        if let Some((expr, inner)) = risky.and_then(|expr| Some((expr, expr.as_call()?))) {
            let message = format!(
                "`{}` can fail, and if() may evaluate it even where the other branch is meant",
                inner.name
            );
            let help = "give the call an argument that cannot fail, or decide in a Condition action";
            out.push(at.finding(&RULE, expr, message).help(help));
        }
    }
}

/// Functions that fail on some values of the right kind.
const FAILING: [&str; 8] = ["bool", "decimal", "div", "float", "formatDateTime", "int", "json", "mod"];
