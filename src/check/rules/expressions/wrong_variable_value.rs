//! A value that does not fit the type of its variable.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Node;
use crate::check::typing::{declared_kinds, variable, weighed};
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::Kinds;
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports a value given to a variable, where it is initialized or set, whose kind is known and is not that of
    /// the variable. What is known only from a schema gives a warning.
    ///
    /// ## Why is this bad
    /// The action fails: a variable takes values of its type alone. Text between `@{` and `}` is text, whatever
    /// stands in it.
    ///
    /// ## Example
    /// ```json
    /// "Start": { "type": "InitializeVariable", "inputs": { "variables": [{ "name": "hits", "type": "integer", "value": "@{length('abc')}" }] } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Start": { "type": "InitializeVariable", "inputs": { "variables": [{ "name": "hits", "type": "integer", "value": "@length('abc')" }] } }
    /// ```
    ///
    /// ## References
    /// - The service: "The variable '…' of type 'Integer' cannot be initialized or updated with value of type
    ///   'Float'"
    /// - Microsoft Learn: "Create variables to store and manage values in workflows for Azure Logic Apps"
    RULE = "CF3052" "wrong-variable-value" Error;
}

/// The lint.
#[derive(Debug)]
pub struct WrongVariableValue;

impl Lint for WrongVariableValue {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&["InitializeVariable", "SetVariable"])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let Some(inputs) = cx.definition[action.id].node.get("inputs") else { return };
        if action.is("InitializeVariable") {
            let variables = inputs.get("variables").into_iter().flat_map(|variables| variables.items());
            for made in variables {
                let kinds = made.get("type").and_then(|kind| declared_kinds(kind.as_str()?));
                if let (Some(kinds), Some(value)) = (kinds, made.get("value")) {
                    judge(cx, kinds, value, out);
                }
            }
        } else if action.is("SetVariable") {
            let name = inputs.get("name").and_then(|name| cx.definition.literal(name));
            let declared = name.and_then(|name| variable(&cx.typing, name));
            if let (Some(declared), Some(value)) = (declared, inputs.get("value")) {
                judge(cx, declared.kinds, value, out);
            }
        }
    }
}

/// Null fits every type.
fn judge<'d>(cx: &Context<'_, 'd>, kinds: Kinds, value: Node<'d>, out: &mut Findings) {
    let found = cx.typing.value(value);
    if !found.is_never(kinds.or(Kinds::NULL)) {
        return;
    }
    let kinds = kinds.without(Kinds::NULL);
    let message = format!("the variable is {kinds}, and the value is {}", found.kinds);
    let whole = value.as_str().is_some_and(|text| text.starts_with("@{"));
    let help = match (whole, kinds) {
        (true, _) => "write @ without braces, so that the value keeps its kind",
        (_, kinds) if kinds == Kinds::STRING => "make it text with string(…)",
        (_, kinds) if Kinds::NUMBER.covers(kinds) => "make it a number with int(…) or float(…)",
        _ => "give a value of that type, or another type to the variable",
    };
    out.push(weighed(Diagnostic::new(&RULE, value.pointer(), message).help(help), found));
}
