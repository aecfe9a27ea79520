//! A caller may be answered twice.

use super::exclude::excludes;
use super::loop_around;
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Warns about two Response actions that may both run.
    ///
    /// ## Why is this bad
    /// A run can answer once. The second Response fails, and the run with it.
    ///
    /// ## Example
    /// ```json
    /// "Accept": { "type": "Response", "inputs": { "statusCode": 202 } },
    /// "Done": { "type": "Response", "inputs": { "statusCode": 200 }, "runAfter": { "Accept": ["Succeeded"] } }
    ///
    /// ```
    ///
    /// ## Use instead
    /// One Response on each path.
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps", Response action
    RULE = "CF2020" "second-response" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct SecondResponse;

impl Lint for SecondResponse {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        // One in a loop is reported as such.
        let answers =
            |action: &&Action<'_>| action.is("Response") && loop_around(cx.definition, action.id).is_none();
        let responses: Vec<&Action<'_>> = cx.definition.actions().filter(answers).take(MOST).collect();
        for (at, later) in responses.iter().enumerate() {
            let Some(other) = responses[..at].iter().find(|earlier| !excludes(cx, earlier.id, later.id))
            else {
                continue;
            };
            let message =
                format!("`{}` answers the caller, and so may `{}` in the same run", later.name, other.name);
            let help = "a run can answer once; let each path have one Response";
            out.push(Diagnostic::new(&RULE, later.node.pointer(), message).on_key().help(help));
        }
    }
}

/// More responses than this are not compared: pairs grow with the square.
const MOST: usize = 40;
