//! A response that leaves no word on the incident.

use super::at;
use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Lint};
use crate::data::connector::Class;
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports a definition that an incident or alert starts and that contains, removes or gives back, but never writes on the
    /// incident: no comment, no task, no tag.
    ///
    /// ## Why is this bad
    /// The next analyst, and the review afterwards, see an incident on which nothing happened. Somebody does it again, or
    /// looks for an attacker who is a playbook.
    ///
    /// ## Example
    /// A playbook with the Sentinel incident trigger that isolates a device and ends.
    ///
    /// ## Use instead
    /// Add a comment at the end that runs whatever happened before, and say in it what was done, what was not and why.
    ///
    /// ## References
    /// - Microsoft Learn: "Create and perform incident tasks in Microsoft Sentinel using playbooks"
    RULE = "CF8009" "response-not-recorded" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct ResponseNotRecorded;

impl Lint for ResponseNotRecorded {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let response = cx.response();
        let Some(act) = response.acts.first() else { return };
        let records = response.of_class(Class::Annotate).next().is_some()
            || cx.definition.actions().any(|action| comments(action));
        if response.is_started_by_incident() && !records {
            let name = cx.definition[act.action].name;
            let message = format!("`{name}` and what else is done here leaves no word on the incident");
            let help = "add a comment to the incident at the end, after every status, that says what was done and what not";
            out.push(at(cx, &RULE, act.action, message).help(help));
        }
    }
}

/// Whether an action comments through an older operation that the catalogue does not have.
fn comments(action: &Action<'_>) -> bool {
    let path = action.node.path(&["inputs", "path"]).and_then(|path| path.as_str()).unwrap_or_default();
    path.to_lowercase().contains("comment")
}
