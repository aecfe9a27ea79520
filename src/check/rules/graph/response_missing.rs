//! A caller may get no answer.

use super::loop_around;
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::graph::Status;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::definition::RunAfter;
use crate::workflow::{Action, ContainerId, ContainerKind, Definition};

crate::rule! {
    /// ## What it does
    /// Warns about a workflow that is called by HTTP and answers with a Response on some paths only.
    ///
    /// ## Why is this bad
    /// A caller on the other paths waits for nothing: the service answers with a failure, since every Response was
    /// skipped.
    ///
    /// ## Example
    /// ```json
    /// "If_known": { "type": "If", "expression": { "equals": ["@triggerBody()?['id']", "1"] },
    ///   "actions": { "Answer": { "type": "Response", "inputs": { "statusCode": 200 } } } }
    ///
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "If_known": { "type": "If", "expression": { "equals": ["@triggerBody()?['id']", "1"] },
    ///   "actions": { "Answer": { "type": "Response", "inputs": { "statusCode": 200 } } },
    ///   "else": { "actions": { "Refuse": { "type": "Response", "inputs": { "statusCode": 404 } } } } }
    ///
    /// ```
    ///
    /// ## References
    /// - The service: ActionResponseSkipped
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps", Response action
    RULE = "CF2019" "response-missing" Warning prevents "ActionResponseSkipped";
}

/// The lint.
#[derive(Debug)]
pub struct ResponseMissing;

impl Lint for ResponseMissing {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let definition = cx.definition;
        let is_request =
            |kind: &str| kind.eq_ignore_ascii_case("Request") || kind.eq_ignore_ascii_case("Manual");
        let by_request = definition.triggers.len() == 1
            && definition.triggers[0].node.get("type").and_then(|kind| kind.as_str()).is_some_and(is_request);
        let is_response = |action: &&Action<'_>| action.is("Response");
        let Some(response) = definition.actions().find(is_response) else { return };
        // One in a loop is an error by itself, and answers or not as often as the loop goes round.
        if definition.actions().filter(is_response).any(|action| loop_around(definition, action.id).is_some())
        {
            return;
        }
        if by_request && !definition.is_partial && answers(definition, ContainerId::ROOT) == Some(false) {
            let message = format!("`{}` answers the caller on some paths only", response.name);
            let help =
                "let every branch end in a Response, or put one after them all that runs whatever happened";
            out.push(Diagnostic::new(&RULE, response.node.pointer(), message).on_key().help(help));
        }
    }
}

/// Whether a container that runs without failures has answered when it is done; `None` where that cannot be told.
fn answers(definition: &Definition<'_>, container: ContainerId) -> Option<bool> {
    let mut unclear = false;
    for id in &definition[container].actions {
        let action = &definition[*id];
        let Some(run_after) = &action.run_after else { return None };
        // What waits for a failure does not run on the way looked at; what waits for something to be skipped may.
        let accepts = |status: Status| move |entry: &RunAfter<'_>| entry.statuses.contains(status);
        let runs = run_after.iter().all(accepts(Status::Succeeded));
        let may_run = run_after
            .iter()
            .all(|entry| accepts(Status::Succeeded)(entry) || accepts(Status::Skipped)(entry));
        match answers_itself(definition, action) {
            Some(false) => {}
            Some(true) if runs => return Some(true),
            _ => unclear |= may_run,
        }
    }
    if unclear { None } else { Some(false) }
}

fn answers_itself(definition: &Definition<'_>, action: &Action<'_>) -> Option<bool> {
    // A run that is ended on purpose is told as such.
    if action.is("Response") || action.is("Terminate") {
        return Some(true);
    }
    let mut branches = Vec::new();
    let mut has_default = false;
    for child in &action.children {
        let answer = answers(definition, *child);
        match definition[*child].kind {
            ContainerKind::Scope => return answer,
            ContainerKind::Else | ContainerKind::Default => {
                has_default = true;
                branches.push(answer);
            }
            ContainerKind::Then | ContainerKind::Case(_) => branches.push(answer),
            _ => {}
        }
    }
    if branches.is_empty() || branches.iter().all(|answer| *answer == Some(false)) {
        return Some(false);
    }
    if branches.contains(&None) {
        return None;
    }
    // A branch that answers and one that does not: what comes after may make up for it.
    Some(has_default && branches.iter().all(|answer| *answer == Some(true)))
}
