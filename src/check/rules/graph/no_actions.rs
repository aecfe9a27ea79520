//! The workflow does nothing.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Warns about a definition without an action.
    ///
    /// ## Why is this bad
    /// A run does nothing.
    ///
    /// ## Example
    /// ```json
    /// "actions": {}
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "actions": { "Note": { "type": "Compose", "inputs": "started" } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps"
    RULE = "CF2023" "no-actions" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct NoActions;

impl Lint for NoActions {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let Some(node) = cx.definition.node.get("actions").filter(|node| node.is_object()) else { return };
        if node.items().next().is_none() {
            let finding = Diagnostic::new(&RULE, node.pointer(), "this workflow has no actions");
            out.push(finding.on_key().help("add what it is to do"));
        }
    }
}
