//! `items('X')` where `X` is no loop around it.

use crate::base::diagnostic::Rule;
use crate::base::names::same;
use crate::base::words::list;
use crate::check::context::first_text;
use crate::check::lint::At;
use crate::check::rules::shape::members::is_known_action;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::Call;
use crate::workflow::ContainerKind;

crate::rule! {
    /// ## What it does
    /// Reports `items('X')` where `X` is not a Foreach around the action.
    ///
    /// ## Why is this bad
    /// The current item of a loop exists only inside the loop. The service refuses the definition.
    ///
    /// ## Example
    /// ```json
    /// "Each_user": { "type": "Foreach", "foreach": "@triggerBody()", "actions": {} },
    /// "Notify": { "type": "Compose", "inputs": "@items('Each_user')", "runAfter": { "Each_user": ["Succeeded"] } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Each_user": { "type": "Foreach", "foreach": "@triggerBody()", "actions": {
    ///     "Notify": { "type": "Compose", "inputs": "@items('Each_user')" } } }
    /// ```
    ///
    /// ## References
    /// - The service: "Action '…' must be a parent 'foreach' scope of action '…' to be referenced by 'repeatItems' or
    ///   'items' functions", "The repetition action(s) '…' … are not defined in the template"
    RULE = "CF2008" "items-outside-loop" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct ItemsOutsideLoop;

impl Lint for ItemsOutsideLoop {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.calls(&["items"])
    }

    fn call(&self, cx: &Context<'_, '_>, at: At<'_, '_>, call: &Call, out: &mut Findings) {
        if !call.name.eq_ignore_ascii_case("items") {
            return;
        }
        let (Some((name, argument)), Some(owner)) = (first_text(call), cx.owner(at.text)) else { return };
        let loops: Vec<&str> =
            cx.loops_around(owner.id, ContainerKind::Foreach).map(|around| around.name).collect();
        if loops.iter().any(|around| same(around, name)) {
            return;
        }
        let named = cx.definition.named(name).first().map(|id| &cx.definition[*id]);
        if named.is_some_and(|action| !is_known_action(action)) {
            // What it is cannot be told, which is reported by itself.
            return;
        }
        let message = match named {
            None => format!("`items` names the loop `{name}`, which does not exist"),
            Some(action) if !action.is("Foreach") => {
                format!("`items` names `{name}`, which is of type {} and no Foreach", action.kind)
            }
            Some(action) if action.id == owner.id => {
                format!("`items('{name}')` is evaluated before the loop has an item")
            }
            Some(_) => format!("`items('{name}')` stands outside that loop"),
        };
        let help = match &loops[..] {
            [] => "there is no loop around this action: move it into one, or read the list itself".to_owned(),
            loops => format!("loops around this action: {}", list(loops.iter().copied())),
        };
        out.push(at.finding(&RULE, argument, message).help(help));
    }
}
