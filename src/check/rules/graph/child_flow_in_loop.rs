//! A child flow is called in a loop.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::{Action, ContainerKind};

crate::rule! {
    /// ## What it does
    /// Warns about a child flow of Power Automate that is called inside of an Apply to each.
    ///
    /// ## Why is this bad
    /// Power Automate has refused to save such flows: "Nested flows are not supported in this context." Published
    /// flows have it, so that it depends on when and how the flow is saved: a warning.
    ///
    /// ## Example
    /// ```json
    /// "For_each_account": { "type": "Foreach", "foreach": "@body('List')", "actions": { "Disable": { "type": "Workflow", … } } }
    ///
    /// ```
    ///
    /// ## Use instead
    /// A child flow that takes the whole list.
    ///
    /// ## References
    /// - The service: "Nested flows are not supported in this context."
    RULE = "CF2026" "child-flow-in-loop" Warning audience Strict;
}

/// The lint.
#[derive(Debug)]
pub struct ChildFlowInLoop;

impl Lint for ChildFlowInLoop {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.every_action()
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let is_child_flow =
            action.is("Workflow") && action.node.path(&["inputs", "host", "workflowReferenceName"]).is_some();
        if !is_child_flow {
            return;
        }
        if let Some(around) = cx.loops_around(action.id, ContainerKind::Foreach).next() {
            let message = format!("`{}` calls a child flow in the loop `{}`", action.name, around.name);
            let help = "give the whole list to the child flow and let it loop";
            out.push(Diagnostic::new(&RULE, action.node.pointer(), message).on_key().help(help));
        }
    }
}
