//! An operation that the type of the variable does not have.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::typing::variable;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::Kinds;
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports IncrementVariable and DecrementVariable of a variable that is no number, AppendToStringVariable of one
    /// that is no string, and AppendToArrayVariable of one that is no array.
    ///
    /// ## Why is this bad
    /// The action fails.
    ///
    /// ## Example
    /// ```json
    /// "Start": { "type": "InitializeVariable", "inputs": { "variables": [{ "name": "hits", "type": "string", "value": "0" }] } },
    /// "Count": { "type": "IncrementVariable", "inputs": { "name": "hits", "value": 1 } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Start": { "type": "InitializeVariable", "inputs": { "variables": [{ "name": "hits", "type": "integer", "value": 0 }] } },
    /// "Count": { "type": "IncrementVariable", "inputs": { "name": "hits", "value": 1 } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Create variables to store and manage values in workflows for Azure Logic Apps": which
    ///   types each action works with
    /// - Microsoft Learn: "Schema reference for trigger and action types in Azure Logic Apps", variable actions
    RULE = "CF3051" "wrong-variable-operation" Error;
}

/// The lint.
#[derive(Debug)]
pub struct WrongVariableOperation;

impl Lint for WrongVariableOperation {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&[
            "IncrementVariable",
            "DecrementVariable",
            "AppendToStringVariable",
            "AppendToArrayVariable",
        ])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let Some((_, wanted)) = WANTED.iter().find(|(kind, _)| action.is(kind)) else { return };
        let Some(node) = cx.definition[action.id].node.path(&["inputs", "name"]) else { return };
        let declared = cx.definition.literal(node).and_then(|name| variable(&cx.typing, name));
        if let Some(declared) = declared.filter(|declared| !declared.kinds.meets(*wanted)) {
            let kinds = declared.kinds.without(Kinds::NULL);
            let message = format!("{} needs {wanted}, and this variable is {kinds}", action.kind);
            let help = "give the variable the right type where it is initialized, or use SetVariable";
            out.push(Diagnostic::new(&RULE, node.pointer(), message).help(help));
        }
    }
}

const WANTED: [(&str, Kinds); 4] = [
    ("IncrementVariable", Kinds::NUMBER),
    ("DecrementVariable", Kinds::NUMBER),
    ("AppendToStringVariable", Kinds::STRING),
    ("AppendToArrayVariable", Kinds::ARRAY),
];
