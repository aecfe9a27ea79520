//! An approval whose timeout nobody handles.

use super::{about_waiting, at};
use crate::base::diagnostic::Rule;
use crate::base::graph::Status;
use crate::check::{Context, Findings, Lint};
use crate::data::connector::Class;
use crate::workflow::ActionId;

crate::rule! {
    /// ## What it does
    /// Reports an approval with a timeout after which nothing runs: no action beside it, nor beside a scope around it, runs
    /// after it on `TimedOut`.
    ///
    /// ## Why is this bad
    /// When nobody answers, the action times out, everything behind it is skipped, and the run ends without a word: neither
    /// the incident nor a person learns that nothing was done.
    ///
    /// ## Example
    /// ```json
    /// "Ask":   { "type": "ApiConnectionWebhook", "limit": { "timeout": "PT4H" }, "runAfter": {} },
    /// "Check": { "type": "If", "runAfter": { "Ask": ["Succeeded"] } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Check": { "type": "If", "runAfter": { "Ask": ["Succeeded", "Failed", "Skipped", "TimedOut"] } }
    /// ```
    ///
    /// with a branch that says what was not done.
    ///
    /// ## References
    /// - Microsoft Learn: "Handle errors and exceptions in Azure Logic Apps", run after
    RULE = "CF8004" "approval-silence-ignored" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct ApprovalSilenceIgnored;

impl Lint for ApprovalSilenceIgnored {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for id in cx.response().of_class(Class::Approve) {
            let action = &cx.definition[id];
            // Without a timeout that is the finding.
            if action.node.path(&["limit", "timeout"]).is_some() && !is_heard(cx, id) {
                let message = format!("nothing runs when `{}` is not answered in time", action.name);
                let help = "let an action run after it on `TimedOut` and say there that nothing was done";
                out.push(about_waiting(cx, at(cx, &RULE, id, message).help(help)));
            }
        }
    }
}

/// Whether an action runs after this one timed out, or after something around it failed for that reason.
fn is_heard(cx: &Context<'_, '_>, id: ActionId) -> bool {
    let definition = cx.definition;
    definition.lineage(id).any(|around| {
        let status = if around.id == id { Status::TimedOut } else { Status::Failed };
        definition[around.container].actions.iter().any(|other| match &definition[*other].run_after {
            Some(list) => list
                .iter()
                .any(|entry| entry.name.eq_ignore_ascii_case(around.name) && entry.statuses.contains(status)),
            None => true,
        })
    })
}
