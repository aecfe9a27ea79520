//! Two branches set the same variable at the same time.

use std::collections::BTreeMap;

use super::exclude::excludes;
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::definition::fold;
use crate::workflow::{Action, ActionId};

crate::rule! {
    /// ## What it does
    /// Warns where two actions that may run at the same time set one variable to different values; once for each variable.
    ///
    /// ## Why is this bad
    /// Which value remains depends on which branch is faster.
    ///
    /// ## Example
    /// ```json
    /// "Set_high": { "type": "SetVariable", "inputs": { "name": "verdict", "value": "high" }, "runAfter": { "Start": ["Succeeded"] } },
    /// "Set_low": { "type": "SetVariable", "inputs": { "name": "verdict", "value": "low" }, "runAfter": { "Start": ["Succeeded"] } }
    ///
    /// ```
    ///
    /// ## Use instead
    /// A condition that sets the variable in one branch or the other, or a run-after entry that puts the two in
    /// order.
    ///
    /// ## References
    /// - Microsoft Learn: "Create or join parallel branches for workflow actions"
    /// - Microsoft Learn: "Store and manage values by using variables"
    RULE = "CF2016" "variable-set-by-two-branches" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct VariableSetByTwoBranches;

impl Lint for VariableSetByTwoBranches {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let mut setters: BTreeMap<String, Vec<&Action<'_>>> = BTreeMap::new();
        for action in cx.definition.actions().filter(|action| action.is("SetVariable")) {
            let name = action.node.path(&["inputs", "name"]).and_then(|node| cx.definition.literal(node));
            if let Some(name) = name {
                setters.entry(fold(name)).or_default().push(action);
            }
        }
        for setters in setters.values().filter(|setters| (2..=MOST).contains(&setters.len())) {
            // Where both set the same constant, it does not matter which is faster.
            let matters =
                |one: ActionId, other: ActionId| differs(cx, one, other) && may_meet(cx, one, other);
            let pairs = setters.iter().enumerate().map(|(at, later)| (later, &setters[..at]));
            let mut found = pairs.filter_map(|(later, before)| {
                before.iter().find(|earlier| matters(earlier.id, later.id)).map(|earlier| (later, earlier))
            });
            // One pair speaks for the variable: whoever puts it right looks at all of them.
            if let Some((later, earlier)) = found.next() {
                let message = format!(
                    "`{}` and `{}` set the same variable and may run at the same time",
                    later.name, earlier.name
                );
                let help = "put one after the other with `runAfter`, or use a variable for each branch";
                out.push(Diagnostic::new(&RULE, later.node.pointer(), message).on_key().help(help));
            }
        }
    }
}

/// Variables that are set in more places than this are not looked at: pairs grow with the square.
const MOST: usize = 40;

/// Whether the two set other values, as far as that is written.
fn differs(cx: &Context<'_, '_>, one: ActionId, other: ActionId) -> bool {
    let value = |id: ActionId| cx.constant(cx.definition[id].node.path(&["inputs", "value"])?);
    value(one).is_none() || value(one) != value(other)
}

/// Whether nothing puts the two in order and no branch excludes one of them.
fn may_meet(cx: &Context<'_, '_>, one: ActionId, other: ActionId) -> bool {
    let definition = cx.definition;
    let unordered = cx.order.precedes(definition, one, other) == Some(false)
        && cx.order.precedes(definition, other, one) == Some(false);
    unordered && !excludes(cx, one, other)
}
