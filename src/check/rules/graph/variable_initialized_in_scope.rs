//! InitializeVariable inside a scope, branch or loop.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::{Action, ContainerId};

crate::rule! {
    /// ## What it does
    /// Reports an InitializeVariable action that stands inside another action.
    ///
    /// ## Why is this bad
    /// Variables belong to the whole run, so the service accepts InitializeVariable only at the top of a definition.
    ///
    /// ## Example
    /// ```json
    /// "Prepare": { "type": "Scope", "actions": {
    ///     "Start": { "type": "InitializeVariable", "inputs": { "variables": [{ "name": "n", "type": "integer" }] } } } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Start": { "type": "InitializeVariable", "inputs": { "variables": [{ "name": "n", "type": "integer" }] } },
    /// "Prepare": { "type": "Scope", "actions": {}, "runAfter": { "Start": ["Succeeded"] } }
    /// ```
    ///
    /// ## References
    /// - The service: "The variable action '…' of type 'InitializeVariable' cannot be nested in an action of type '…'"
    RULE = "CF2010" "variable-initialized-in-scope" Error prevents "InvalidVariableInitialization";
}

/// The lint.
#[derive(Debug)]
pub struct VariableInitializedInScope;

impl Lint for VariableInitializedInScope {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&["InitializeVariable"])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        if !action.is("InitializeVariable") || action.container == ContainerId::ROOT {
            return;
        }
        let Some(around) = cx.definition.lineage(action.id).nth(1) else { return };
        let message = format!("`{}` initializes a variable inside `{}`", action.name, around.name);
        let help = "move it to the top of the definition; inside, set the variable with SetVariable";
        out.push(Diagnostic::new(&RULE, action.node.pointer(), message).on_key().help(help));
    }
}
