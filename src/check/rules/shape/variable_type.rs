//! A variable has a type that does not exist.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::words::choices;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports a variable whose `type` is none of the six types of variables.
    ///
    /// ## Why is this bad
    /// The service refuses the definition.
    ///
    /// ## Example
    /// ```json
    /// { "name": "hits", "type": "int" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// { "name": "hits", "type": "integer" }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps", Initialize variable action
    RULE = "CF1025" "variable-type" Error;
}

/// The lint.
#[derive(Debug)]
pub struct VariableType;

impl Lint for VariableType {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&["InitializeVariable"])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let Some(list) =
            action.node.path(&["inputs", "variables"]).filter(|_| action.is("InitializeVariable"))
        else {
            return;
        };
        for node in list.items().filter_map(|variable| variable.get("type")) {
            let Some((kind, _)) = node.as_str().and_then(|kind| cx.definition.passed_on(kind)) else {
                continue;
            };
            if !TYPES.iter().any(|known| known.eq_ignore_ascii_case(kind)) {
                let message = format!("`{kind}` is no type of variable");
                out.push(Diagnostic::new(&RULE, node.pointer(), message).help(choices(kind, "types", TYPES)));
            }
        }
    }
}

const TYPES: [&str; 6] = ["Array", "Boolean", "Float", "Integer", "Object", "String"];
