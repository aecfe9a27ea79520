//! An action can never run.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::graph::Status;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;
use crate::workflow::definition::RunAfter;

crate::rule! {
    /// ## What it does
    /// Warns about an action whose run-after lists contradict each other: it waits for an action to end in two ways
    /// of which only one can happen, or for one to be skipped that always runs, or it comes after a Terminate.
    ///
    /// ## Why is this bad
    /// The action is always skipped. What it was written for, often the handling of an error, does not happen.
    ///
    /// ## Example
    /// ```json
    /// "Handle": { "type": "Compose", "inputs": "failed", "runAfter": { "Call": ["Failed"] } },
    /// "Note": { "type": "Compose", "inputs": "noted", "runAfter": { "Handle": ["Succeeded"], "Call": ["Succeeded"] } }
    ///
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Handle": { "type": "Compose", "inputs": "failed", "runAfter": { "Call": ["Failed"] } },
    /// "Note": { "type": "Compose", "inputs": "noted", "runAfter": { "Handle": ["Succeeded", "Skipped"], "Call": ["Succeeded", "Failed"] } }
    ///
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Handle errors and exceptions in Azure Logic Apps"
    RULE = "CF2015" "never-runs" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct NeverRuns;

impl Lint for NeverRuns {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.every_action()
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        if let Some(reason) = contradiction(cx, action) {
            let message = format!("`{}` can never run: {reason}", action.name);
            out.push(Diagnostic::new(&RULE, action.node.pointer(), message).on_key().help(HELP));
        }
    }
}

const HELP: &str = "wait for one way of ending only, or accept `Skipped` where a branch need not have run";

/// What stands in the way of an action.
fn contradiction(cx: &Context<'_, '_>, action: &Action<'_>) -> Option<String> {
    let definition = cx.definition;
    let certain = cx.order.certain(definition, action.id);
    if let Some((other, _)) = certain.iter().find(|(_, statuses)| statuses.is_empty()) {
        let name = definition[*other].name;
        return Some(format!("it waits for `{name}` to end in ways that exclude each other"));
    }
    // A Terminate that runs ends the run; one that is skipped does not.
    let after = action.run_after.iter().flatten().filter(|entry| !entry.statuses.contains(Status::Skipped));
    let ends = |entry: &&RunAfter<'_>| {
        definition.named(entry.name).iter().any(|other| {
            definition[*other].container == action.container && definition[*other].is("Terminate")
        })
    };
    after
        .filter(|entry| !entry.statuses.is_empty())
        .find(ends)
        .map(|entry| format!("`{}` ends the run before", entry.name))
}
