//! Two cases of a Switch have one value.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Warns about a case whose value an earlier case of the Switch has.
    ///
    /// ## Why is this bad
    /// One case of a Switch runs, the first that fits. The other never does.
    ///
    /// ## Example
    /// ```json
    /// "cases": { "High": { "case": "high", … }, "Higher": { "case": "high", … } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "cases": { "High": { "case": "high", … }, "Higher": { "case": "critical", … } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps", Switch action
    RULE = "CF1028" "duplicate-case" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct DuplicateCase;

impl Lint for DuplicateCase {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&["Switch"])
    }

    fn action(&self, _cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let Some(cases) = action.node.get("cases").filter(|_| action.is("Switch")) else { return };
        let mut seen: BTreeMap<String, &str> = BTreeMap::new();
        for (name, case) in cases.members() {
            let Some(node) = case.get("case") else { continue };
            match seen.get(&node.to_value().to_string()) {
                Some(first) => {
                    let message = format!("`{name}` has the value of `{first}` and never runs");
                    let help = "give it another value, or join the two";
                    out.push(Diagnostic::new(&RULE, node.pointer(), message).help(help));
                }
                None => drop(seen.insert(node.to_value().to_string(), name)),
            }
        }
    }
}
