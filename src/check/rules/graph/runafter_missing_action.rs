//! `runAfter` names an action that is nowhere in the definition.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::fix::Fix;
use crate::base::words::choices;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports an entry of `runAfter` that names no action of the definition.
    ///
    /// ## Why is this bad
    /// The deployment is refused. It happens when an action is renamed or removed by hand: the designer renames the
    /// entries too, an editor does not.
    ///
    /// ## Example
    /// ```json
    /// "Notify": { "type": "Compose", "inputs": 1, "runAfter": { "Get_usr": ["Succeeded"] } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Notify": { "type": "Compose", "inputs": 1, "runAfter": { "Get_user": ["Succeeded"] } }
    /// ```
    ///
    /// ## References
    /// - The service: "The 'runAfter' property of template action '…' contains non-existent action"
    /// - Azure/Azure-Sentinel#887
    RULE = "CF2001" "runafter-missing-action" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct RunAfterMissingAction;

impl Lint for RunAfterMissingAction {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.every_action()
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let definition = cx.definition;
        for entry in action.run_after.iter().flatten() {
            let exists = !definition.named(entry.name).is_empty();
            if exists || definition.is_partial || !out.has_room(RULE.code) {
                continue;
            }
            let found = |what: &str, help: String| {
                let message = format!("`{}` runs after `{}`, {what}", action.name, entry.name);
                Diagnostic::new(&RULE, entry.node.pointer(), message).on_key().help(help)
            };
            out.push(match definition.trigger(entry.name) {
                Some(trigger) if trigger.is_conversation() => continue,
                Some(_) => {
                    let help = "every action runs after the trigger: leave the entry out";
                    let fix = Fix::remove(format!("remove `{}`", entry.name), entry.node.pointer());
                    found("which is no action but the trigger", help.to_owned()).fix(fix)
                }
                None => {
                    let beside = definition[action.container].actions.iter().map(|id| definition[*id].name);
                    let beside = beside.filter(|name| *name != action.name);
                    found("which does not exist", choices(entry.name, "actions beside it", beside))
                }
            });
        }
    }
}
