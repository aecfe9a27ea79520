//! Nothing starts the workflow.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Warns about a definition without a trigger.
    ///
    /// ## Why is this bad
    /// It can be deployed as a draft, and it never runs.
    ///
    /// ## Example
    /// ```json
    /// "triggers": {}
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "triggers": { "manual": { "type": "Request", "kind": "Http" } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps"
    RULE = "CF2021" "no-trigger" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct NoTrigger;

impl Lint for NoTrigger {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let definition = cx.definition;
        let Some(node) = definition.node.get("triggers").filter(|node| node.is_object()) else { return };
        if definition.triggers.is_empty() && definition.actions().next().is_some() {
            let help = "add a trigger, such as one of type Request or Recurrence";
            out.push(
                Diagnostic::new(&RULE, node.pointer(), "nothing starts this workflow").on_key().help(help),
            );
        }
    }
}
