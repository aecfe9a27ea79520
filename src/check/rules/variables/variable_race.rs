//! A variable that the rounds of a parallel loop overwrite for one another.

use indexmap::IndexMap;

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Node;
use crate::base::words;
use crate::check::context::first_text;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::definition::fold;
use crate::workflow::strings::{Owner, Text};
use crate::workflow::{Action, ActionId, Host};

crate::rule! {
    /// ## What it does
    /// Reports a Foreach whose rounds run side by side and in which actions both set and read the same variable. A variable
    /// that gets one and the same constant wherever the loop sets it is left alone. Loops are parallel in Logic Apps
    /// unless they say otherwise, in Power Automate when they say so.
    ///
    /// ## Why is this bad
    /// A variable belongs to the run and not to the round. One round sets it, another reads it: a playbook then acts
    /// on the wrong account or device.
    ///
    /// ## Example
    /// ```json
    /// "Each": { "type": "Foreach", "foreach": "@triggerBody()?['users']", "actions": {
    ///     "Name": { "type": "SetVariable", "inputs": { "name": "user", "value": "@items('Each')?['upn']" } },
    ///     "Text": { "type": "Compose", "inputs": "@variables('user')", "runAfter": { "Name": ["Succeeded"] } } } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Each": { "type": "Foreach", "foreach": "@triggerBody()?['users']", "actions": {
    ///     "Name": { "type": "Compose", "inputs": "@items('Each')?['upn']" },
    ///     "Text": { "type": "Compose", "inputs": "@outputs('Name')", "runAfter": { "Name": ["Succeeded"] } } } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Create loops that repeat workflow actions", Foreach: sequential when variables are changed
    ///   in the loop
    RULE = "CF2031" "variable-race" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct VariableRace;

impl Lint for VariableRace {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&["Foreach"])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        if !is_parallel(action, cx.definition.host) || is_in_parallel(cx, action) {
            return;
        }
        let definition = cx.definition;
        let is_inside = |id: ActionId| definition.lineage(id).skip(1).any(|around| around.id == action.id);
        let mut set: IndexMap<String, Setters<'_>> = IndexMap::new();
        for setter in definition.actions().filter(|inner| inner.is("SetVariable") && is_inside(inner.id)) {
            let Some(node) = setter.node.path(&["inputs", "name"]) else { continue };
            let Some(name) = definition.literal(node) else { continue };
            let setters = set.entry(fold(name)).or_insert_with(|| Setters { name, node, values: Vec::new() });
            setters.values.push(setter.node.path(&["inputs", "value"]).and_then(|value| cx.constant(value)));
        }
        set.retain(|_, setters| !setters.are_alike() && is_read(cx, setters.name, is_inside));
        let Some(first) = set.values().next() else { return };
        let names = words::list(set.values().map(|setters| setters.name));
        let what = if set.len() == 1 { "the variable" } else { "the variables" };
        let message = format!("the rounds of `{}` run side by side and share {what} {names}", action.name);
        let help = "use a Compose action and outputs('…') instead, or let the loop run its rounds one after the other";
        out.push(Diagnostic::new(&RULE, first.node.pointer(), message).help(help));
    }
}

/// Where a loop sets a variable.
struct Setters<'d> {
    name: &'d str,
    /// The first place.
    node: Node<'d>,
    /// What each gives it, where that is a constant.
    values: Vec<Option<&'d str>>,
}

impl Setters<'_> {
    /// Whether all give it the same constant: then it does not matter which round was faster.
    fn are_alike(&self) -> bool {
        self.values.iter().all(|value| value.is_some() && *value == self.values[0])
    }
}

/// Whether an action in the loop reads the variable.
fn is_read(cx: &Context<'_, '_>, name: &str, is_inside: impl Fn(ActionId) -> bool) -> bool {
    let is_owned = |text: &&Text<'_>| matches!(text.owner, Owner::Action(owner) if is_inside(owner));
    cx.texts.iter().filter(is_owned).any(|text| {
        let mut is_read = false;
        text.walk(|expr| {
            let call = expr.as_call().filter(|call| call.name.eq_ignore_ascii_case("variables"));
            is_read |= call.and_then(first_text).is_some_and(|(read, _)| fold(read) == fold(name));
        });
        is_read
    })
}

/// Whether rounds of a loop run at the same time.
fn is_parallel(action: &Action<'_>, host: Host) -> bool {
    let options =
        action.node.get("operationOptions").and_then(|options| options.as_str()).unwrap_or_default();
    if options.split(',').any(|option| option.trim().eq_ignore_ascii_case("Sequential")) {
        return false;
    }
    let limit = action.node.path(&["runtimeConfiguration", "concurrency", "repetitions"]);
    match limit.and_then(|limit| limit.as_i64()) {
        Some(repetitions) => repetitions > 1,
        None => host != Host::PowerAutomate && limit.is_none(),
    }
}

/// Whether a loop around this one is parallel: then that one is reported.
fn is_in_parallel(cx: &Context<'_, '_>, action: &Action<'_>) -> bool {
    let around = cx.definition.lineage(action.id).skip(1);
    around.filter(|around| around.is("Foreach")).any(|around| is_parallel(around, cx.definition.host))
}
