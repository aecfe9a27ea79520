//! A failure is caught and nobody hears of it.

use super::calls;
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::graph::Status;
use crate::base::names::same;
use crate::check::context::reference;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::{Action, ContainerId};

crate::rule! {
    /// ## What it does
    /// Warns about an action at the end of a workflow that runs whether or not the one before it failed, where
    /// nothing reads how that one ended.
    ///
    /// ## Why is this bad
    /// The run counts as succeeded, whatever happened. Nobody looks into a run that succeeded.
    ///
    /// ## Example
    /// ```json
    /// "Disable_account": { "type": "Http", "inputs": { "method": "POST", "uri": "https://graph.microsoft.com/v1.0/…" } },
    /// "Note": { "type": "Compose", "inputs": "done", "runAfter": { "Disable_account": ["Succeeded", "Failed"] } }
    ///
    /// ```
    ///
    /// ## Use instead
    /// A branch after `Failed` that tells somebody, or a Terminate with the status Failed; or text that says how it
    /// ended: `@actions('Disable_account')?['status']`.
    ///
    /// ## References
    /// - Microsoft Learn: "Handle errors and exceptions in Azure Logic Apps"
    RULE = "CF2017" "failure-swallowed" Warning audience Strict;
}

/// The lint.
#[derive(Debug)]
pub struct FailureSwallowed;

impl Lint for FailureSwallowed {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.every_action()
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let definition = cx.definition;
        if action.container != ContainerId::ROOT || action.is("Terminate") || !is_last(cx, action) {
            return;
        }
        for entry in action.run_after.iter().flatten() {
            let catches =
                entry.statuses.contains(Status::Failed) && entry.statuses.contains(Status::Succeeded);
            let [caught] = definition.named(entry.name) else { continue };
            if catches && calls(&definition[*caught]) && !is_told(cx, entry.name) {
                let message = format!(
                    "when `{}` fails, the run succeeds all the same and nothing tells of it",
                    entry.name
                );
                let help = "handle `Failed` in a branch of its own, or say how it ended";
                out.push(Diagnostic::new(&RULE, entry.node.pointer(), message).on_key().help(help));
            }
        }
    }
}

/// Whether nothing runs after an action.
fn is_last(cx: &Context<'_, '_>, action: &Action<'_>) -> bool {
    let waits = |other: &Action<'_>| {
        other.run_after.as_ref().is_none_or(|list| list.iter().any(|entry| same(entry.name, action.name)))
    };
    let beside = &cx.definition[action.container].actions;
    !beside.iter().any(|id| waits(&cx.definition[*id]))
}

/// Whether an expression reads how the action ended, or something runs only when it failed.
fn is_told(cx: &Context<'_, '_>, name: &str) -> bool {
    let mut read = false;
    for text in cx.texts {
        text.walk(|expr| {
            let call = expr.as_call().filter(|call| {
                ["actions", "result", "outputs", "body"]
                    .iter()
                    .any(|known| call.name.eq_ignore_ascii_case(known))
            });
            read |= call.and_then(reference).is_some_and(|reference| same(reference.name, name));
        });
    }
    let handles = |action: &Action<'_>| {
        action
            .run_after
            .iter()
            .flatten()
            .any(|entry| same(entry.name, name) && !entry.statuses.contains(Status::Succeeded))
    };
    read || cx.definition.actions().any(handles)
}
