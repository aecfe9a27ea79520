//! Nothing in the workflow handles a failure.

use super::calls_itself;
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::graph::Status;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Tells of a workflow that calls something and in which no action waits for a failure.
    ///
    /// ## Why is this bad
    /// When a call fails, the run ends there. What was done before is not taken back and nobody is told.
    ///
    /// ## Example
    /// A workflow whose every `runAfter` says `["Succeeded"]`.
    ///
    /// ## Use instead
    /// A scope around the calls, and after it an action with `"runAfter": { "Scope": ["Failed", "TimedOut"] }` that
    /// tells somebody.
    ///
    /// ## References
    /// - Microsoft Learn: "Handle errors and exceptions in Azure Logic Apps"
    RULE = "CF2018" "no-error-handling" Info audience Auditor;
}

/// The lint.
#[derive(Debug)]
pub struct NoErrorHandling;

impl Lint for NoErrorHandling {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let handles = |action: &Action<'_>| {
            action
                .run_after
                .as_ref()
                .is_none_or(|list| list.iter().any(|entry| entry.statuses.contains(Status::Failed)))
        };
        let definition = cx.definition;
        if definition.is_partial
            || !definition.actions().any(calls_itself)
            || definition.actions().any(handles)
        {
            return;
        }
        let Some(node) = definition.node.get("actions") else { return };
        let help = "put the calls into a scope and let an action run after it when it `Failed` or `TimedOut`";
        out.push(
            Diagnostic::new(&RULE, node.pointer(), "nothing here handles a failure").on_key().help(help),
        );
    }
}
