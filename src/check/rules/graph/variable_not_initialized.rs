//! A variable is used that no earlier action initializes.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::names::same;
use crate::base::words::choices;
use crate::check::context::{CHANGING_VARIABLES, Context, Variable, first_text};
use crate::check::lint::At;
use crate::check::{Findings, Interest, Lint};
use crate::expr::Call;
use crate::workflow::{Action, ActionId};

crate::rule! {
    /// ## What it does
    /// Reports the use of a variable that no InitializeVariable action makes, or that is made only by one that need
    /// not have run before.
    ///
    /// ## Why is this bad
    /// A variable exists from its InitializeVariable action on, and the service refuses a definition that uses it
    /// earlier. Variables made by one action do not see each other; that fails in the run.
    ///
    /// ## Example
    /// ```json
    /// "Count": { "type": "IncrementVariable", "inputs": { "name": "hits", "value": 1 } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Start": { "type": "InitializeVariable",
    ///     "inputs": { "variables": [{ "name": "hits", "type": "integer", "value": 0 }] } },
    /// "Count": { "type": "IncrementVariable", "inputs": { "name": "hits", "value": 1 },
    ///     "runAfter": { "Start": ["Succeeded"] } }
    /// ```
    ///
    /// ## References
    /// - The service: "The variable '…' must be initialized before it can be used inside action '…'"
    /// - Azure/logicapps#1447: variables of one InitializeVariable action
    RULE = "CF2009" "variable-not-initialized" Error prevents "InvalidVariableOperation";
}

/// The lint.
#[derive(Debug)]
pub struct VariableNotInitialized;

impl Lint for VariableNotInitialized {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&CHANGING_VARIABLES).calls(&["variables"])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        if !CHANGING_VARIABLES.iter().any(|kind| action.is(kind)) || !out.has_room(RULE.code) {
            return;
        }
        let Some(node) = action.node.path(&["inputs", "name"]) else { return };
        let Some(name) = cx.definition.literal(node) else { return };
        let precedes = |variable: &Variable<'_>| {
            cx.order.precedes(cx.definition, variable.action, action.id) != Some(false)
        };
        if let Some((message, help)) = judge(cx, name, action.id, precedes) {
            out.push(Diagnostic::new(&RULE, node.pointer(), message).help(help));
        }
    }

    fn call(&self, cx: &Context<'_, '_>, at: At<'_, '_>, call: &Call, out: &mut Findings) {
        if !call.name.eq_ignore_ascii_case("variables") || !out.has_room(RULE.code) {
            return;
        }
        let (Some((name, argument)), Some(owner)) = (first_text(call), cx.owner(at.text)) else { return };
        let precedes = |variable: &Variable<'_>| cx.precedes(variable.action, at.text) != Some(false);
        if let Some((message, help)) = judge(cx, name, owner.id, precedes) {
            out.push(at.finding(&RULE, argument, message).help(help));
        }
    }
}

/// The message and help for a use of `name`, or nothing when a variable of that name may be there.
fn judge(
    cx: &Context<'_, '_>,
    name: &str,
    user: ActionId,
    precedes: impl Fn(&Variable<'_>) -> bool,
) -> Option<(String, String)> {
    let variables = cx.variables.as_ref().filter(|_| !cx.definition.is_partial)?;
    let made: Vec<_> = variables.iter().filter(|variable| same(variable.name, name)).collect();
    match made.first() {
        None => Some((
            format!("no action initializes the variable `{name}`"),
            choices(name, "variables", variables.iter().map(|variable| variable.name)),
        )),
        Some(_) if made.iter().any(|variable| precedes(variable)) => None,
        Some(first) if first.action == user => Some((
            format!("the variable `{name}` is made by the action that uses it"),
            "variables of one action do not see each other: initialize this one in an earlier action"
                .to_owned(),
        )),
        Some(first) => {
            let maker = cx.definition[first.action].name;
            let message =
                format!("the variable `{name}` may not be there yet: `{maker}` need not have run before");
            let help = format!("let this run after `{maker}`, directly or through others");
            Some((message, help))
        }
    }
}
