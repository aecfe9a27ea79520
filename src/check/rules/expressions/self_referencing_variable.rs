//! A variable that is set to a value made of itself.

use crate::base::diagnostic::Rule;
use crate::check::context::first_text;
use crate::check::lint::At;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::Call;

crate::rule! {
    /// ## What it does
    /// Reports a SetVariable whose value reads the variable that it sets.
    ///
    /// ## Why is this bad
    /// The service does not allow it, and refuses to save the definition.
    ///
    /// ## Example
    /// ```json
    /// "Double": { "type": "SetVariable", "inputs": { "name": "hits", "value": "@mul(variables('hits'), 2)" } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Doubled": { "type": "Compose", "inputs": "@mul(variables('hits'), 2)" },
    /// "Double": { "type": "SetVariable", "inputs": { "name": "hits", "value": "@outputs('Doubled')" },
    ///     "runAfter": { "Doubled": ["Succeeded"] } }
    /// ```
    ///
    /// ## References
    /// - The service, when a flow is saved: "The inputs of workflow run action '…' of type 'SetVariable' are not
    ///   valid. Self reference is not supported when updating the value of variable '…'."
    ///   (qiita.com/annap_ms/items/00089fd5e8056edae689)
    RULE = "CF3050" "self-referencing-variable" Error prevents "WorkflowRunActionInputsInvalidProperty";
}

/// The lint.
#[derive(Debug)]
pub struct SelfReferencingVariable;

impl Lint for SelfReferencingVariable {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.calls(&["variables"])
    }

    fn call(&self, cx: &Context<'_, '_>, at: At<'_, '_>, call: &Call, out: &mut Findings) {
        let (Some((name, _)), Some(owner)) = (first_text(call), cx.owner(at.text)) else { return };
        let target = owner.node.path(&["inputs", "name"]).and_then(|target| target.as_str());
        if owner.is("SetVariable") && target.is_some_and(|target| target.eq_ignore_ascii_case(name)) {
            let message = format!("`{name}` is set to a value made of `{name}`");
            let help = "compute the value in a Compose action before, or use IncrementVariable, AppendToStringVariable or AppendToArrayVariable";
            out.push(at.finding(&RULE, at.expr, message).help(help));
        }
    }
}
