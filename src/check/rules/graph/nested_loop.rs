//! A loop stands in a loop.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::{Action, ContainerKind};

crate::rule! {
    /// ## What it does
    /// Tells of a Foreach inside of another.
    ///
    /// ## Why is this bad
    /// The inner loop runs once for each item of the outer one, always one iteration after the other. With long
    /// lists this takes hours and uses up the action runs that a licence allows.
    ///
    /// ## Example
    /// ```json
    /// "For_each_alert": { "type": "Foreach", "actions": { "For_each_entity": { "type": "Foreach", … } } }
    /// ```
    ///
    /// ## Use instead
    /// One loop over a list that is put together first, with Select and Query.
    ///
    /// ## References
    /// - Microsoft Learn: "Create loops to repeat actions in workflows"
    /// - pp-lint, rule FL222
    RULE = "CF2036" "nested-loop" Info audience Auditor;
}

/// The lint.
#[derive(Debug)]
pub struct NestedLoop;

impl Lint for NestedLoop {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&["Foreach"])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        if !action.is("Foreach") {
            return;
        }
        if let Some(around) = cx.loops_around(action.id, ContainerKind::Foreach).next() {
            let message = format!("the loop `{}` stands in the loop `{}`", action.name, around.name);
            let help = "put one list together first, with Select and Query, and loop over that";
            out.push(Diagnostic::new(&RULE, action.node.pointer(), message).on_key().help(help));
        }
    }
}
