//! A tracked property that reads more than its own action.

use crate::base::diagnostic::Rule;
use crate::check::context::first_text;
use crate::check::lint::At;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::Call;

crate::rule! {
    /// ## What it does
    /// Reports functions in `trackedProperties` that read other actions, the trigger or variables.
    ///
    /// ## Why is this bad
    /// A tracked property may use the inputs and outputs of its own action and the parameters, and nothing else.
    ///
    /// ## Example
    /// ```json
    /// "Read": { "type": "Http", "inputs": { "method": "GET", "uri": "https://contoso.com" },
    ///     "trackedProperties": { "id": "@triggerBody()?['id']" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Read": { "type": "Http", "inputs": { "method": "GET", "uri": "https://contoso.com" },
    ///     "trackedProperties": { "id": "@action()?['outputs']?['body']?['id']" } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Monitor workflow status … with Azure Monitor logs", tracked properties: only a single
    ///   action's inputs and outputs
    RULE = "CF3049" "tracked-property-of-other" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct TrackedPropertyOfOther;

impl Lint for TrackedPropertyOfOther {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.calls(ELSEWHERE)
    }

    fn call(&self, cx: &Context<'_, '_>, at: At<'_, '_>, call: &Call, out: &mut Findings) {
        let Some(owner) = cx.owner(at.text) else { return };
        let Some(tracked) = owner.node.get("trackedProperties") else { return };
        let (outer, inner) = (tracked.span(), at.text.node.span());
        if inner.start < outer.start || outer.end < inner.end {
            return;
        }
        let own = first_text(call).is_some_and(|(name, _)| name.eq_ignore_ascii_case(owner.name));
        if !own {
            let message = format!("`{}` reads something else than this action", call.name);
            let help = "use action() for the inputs and outputs of this action, and parameters('…')";
            out.push(at.finding(&RULE, at.expr, message).help(help));
        }
    }
}

/// Functions that read the run beyond the action at hand.
const ELSEWHERE: &[&str] =
    &["actions", "body", "items", "outputs", "trigger", "triggerBody", "triggerOutputs", "variables"];
