//! `runAfter` names an action of another container.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::words::choices;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports an entry of `runAfter` whose action stands in another scope, branch or loop.
    ///
    /// ## Why is this bad
    /// The service refuses it: an action orders itself only among the actions of its own container. What is outside
    /// has run before the container starts, if the container runs after it.
    ///
    /// ## Example
    /// ```json
    /// "Contain": { "type": "Scope", "actions": { "Disable": { "type": "Compose", "inputs": 1 } } },
    /// "Notify": { "type": "Compose", "inputs": 1, "runAfter": { "Disable": ["Succeeded"] } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Notify": { "type": "Compose", "inputs": 1, "runAfter": { "Contain": ["Succeeded"] } }
    /// ```
    ///
    /// ## References
    /// - The service: "the action '…' must belong to same level as action '…'"
    RULE = "CF2002" "runafter-other-level" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct RunAfterOtherLevel;

impl Lint for RunAfterOtherLevel {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.every_action()
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let definition = cx.definition;
        for entry in action.run_after.iter().flatten() {
            let named = definition.named(entry.name);
            let Some(first) = named.first() else { continue };
            if named.iter().any(|id| definition[*id].container == action.container) {
                continue;
            }
            let message =
                format!("`{}` runs after `{}`, which stands in another container", action.name, entry.name);
            // The action to wait for instead is the one beside us that the named action stands in.
            let beside = definition.lineage(*first).find(|around| around.container == action.container);
            let help = match beside {
                Some(beside) if beside.id != action.id => {
                    format!("run after `{}`, which contains it", beside.name)
                }
                Some(_) => "an action cannot wait for what it contains: remove the entry".to_owned(),
                None => {
                    let others = definition[action.container].actions.iter().map(|id| definition[*id].name);
                    choices(entry.name, "actions beside it", others.filter(|name| *name != action.name))
                }
            };
            out.push(Diagnostic::new(&RULE, entry.node.pointer(), message).on_key().help(help));
        }
    }
}
