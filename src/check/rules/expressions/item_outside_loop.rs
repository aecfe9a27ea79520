//! item() where nothing is repeated.

use crate::base::diagnostic::Rule;
use crate::check::lint::At;
use crate::check::rules::shape::members::is_known_action;
use crate::check::typing::repeated;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::Call;
use crate::workflow::ContainerKind;

crate::rule! {
    /// ## What it does
    /// Reports `item()` outside a Foreach and outside the `where`, `select` and columns of a data operation.
    ///
    /// ## Why is this bad
    /// There is no current item. The service refuses the definition, or the expression fails.
    ///
    /// ## Example
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@item()" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Each": { "type": "Foreach", "foreach": "@triggerBody()", "actions": {
    ///     "Text": { "type": "Compose", "inputs": "@item()" } } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Reference guide to workflow expression functions", `item`: only within a repeating action
    RULE = "CF3045" "item-outside-loop" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct ItemOutsideLoop;

impl Lint for ItemOutsideLoop {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.calls(&["item"])
    }

    fn call(&self, cx: &Context<'_, '_>, at: At<'_, '_>, _call: &Call, out: &mut Findings) {
        let Some(owner) = cx.owner(at.text) else { return };
        let looped = cx.loops_around(owner.id, ContainerKind::Foreach).next().is_some();
        // What an action of an unknown type repeats is not to be told.
        let is_known = cx.definition.lineage(owner.id).all(is_known_action);
        if looped || !is_known || repeated(owner, at.text.node).is_some() {
            return;
        }
        let message = "`item()` stands where nothing is repeated";
        let help = "move the action into a Foreach, or read the value itself";
        out.push(at.finding(&RULE, at.expr, message).help(help));
    }
}
