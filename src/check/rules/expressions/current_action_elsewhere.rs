//! action() where there is no action to speak of yet.

use crate::base::diagnostic::Rule;
use crate::base::json::Node;
use crate::check::lint::At;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::Call;

crate::rule! {
    /// ## What it does
    /// Reports `action()` outside of tracked properties, the condition of an Until and the `unsubscribe` of a webhook.
    ///
    /// ## Why is this bad
    /// The function gives the action at hand with its outputs. Everywhere else it is evaluated before there are any.
    ///
    /// ## Example
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@action()?['outputs']" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@outputs('Get_user')", "runAfter": { "Get_user": ["Succeeded"] } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Reference guide to workflow expression functions", `action`: only in these three places
    RULE = "CF3054" "current-action-elsewhere" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct CurrentActionElsewhere;

impl Lint for CurrentActionElsewhere {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.calls(&["action"])
    }

    fn call(&self, cx: &Context<'_, '_>, at: At<'_, '_>, _call: &Call, out: &mut Findings) {
        let is_inside = |outer: Option<Node<'_>>| {
            let inner = at.text.node.span();
            outer.is_some_and(|outer| outer.span().start <= inner.start && inner.end <= outer.span().end)
        };
        let is_expected = cx.owner(at.text).is_some_and(|owner| {
            is_inside(owner.node.get("trackedProperties"))
                || is_inside(owner.node.path(&["inputs", "unsubscribe"]))
                || (owner.is("Until") && is_inside(owner.node.get("expression")))
        });
        if !is_expected {
            let message = "`action()` has nothing to give here";
            let help = "name the action whose outputs are meant: outputs('…')";
            out.push(at.finding(&RULE, at.expr, message).help(help));
        }
    }
}
