//! Conditions that are written as objects: `{"and": [{"greater": ["@x", 5]}, {"not": {"equals": ["@y", ""]}}]}`.
//!
//! Each object has one key, the name of a function in any case, and its arguments in an array; `not` takes an object too.
//! Arguments are values, templates, or such objects again. Observed on the Standard host.

use serde_json::Value;

use crate::base::json::Node;
use crate::expr::check::{self, Typed};
use crate::expr::types::Basis;
use crate::expr::{Issue, IssueKind, Kinds, Type, functions};
use crate::workflow::Action;

use super::Typing;

/// Judges the condition of an action, if it has one.
pub(super) fn check(typing: &Typing<'_, '_>, action: &Action<'_>) {
    if !(action.is("If") || action.is("Until")) {
        return;
    }
    // The action of the typing's own definition, so that its nodes live as long.
    let action = &typing.definition[action.id];
    let Some(expression) = action.node.get("expression") else { return };
    let of_type =
        if expression.is_object() { object(typing, expression).of_type } else { typing.value(expression) };
    // Text that says true or false is taken: designers write the condition of an Until so.
    let (is, basis) = match typing.constant(expression) {
        _ if of_type.is_never(Kinds::BOOL.or(Kinds::STRING)) => (of_type.kinds.to_string(), of_type.basis),
        Some(Value::String(text)) if !["true", "false"].contains(&&*text.trim().to_ascii_lowercase()) => {
            ("another text".to_owned(), Basis::Certain)
        }
        _ => return,
    };
    let issue = Issue {
        kind: IssueKind::Condition,
        span: 0..0,
        basis,
        message: format!("a condition is true or false, and this is {is}"),
        help: "compare it with something: equals(…), greater(…), empty(…)".to_owned(),
    };
    typing.push(issue, expression, false);
}

/// One object of a condition. Recursion follows the nesting of the document, which the reader bounds.
fn object<'d>(typing: &Typing<'_, 'd>, node: Node<'d>) -> Typed<'d> {
    let mut members = node.members();
    let (Some((name, given)), None) = (members.next(), members.next()) else { return Typed::of(Type::ANY) };
    if name.starts_with('[') || name.starts_with('@') {
        return Typed::of(Type::ANY);
    }
    let Some(function) = functions::find(name) else {
        if !functions::is_known(name) {
            let issue = Issue {
                kind: IssueKind::UnknownFunction,
                span: 0..0,
                basis: Basis::Certain,
                message: format!("there is no function `{name}`"),
                help: check::near(name),
            };
            typing.push(issue, given, true);
        }
        return Typed::of(Type::ANY);
    };
    let arguments: Vec<Node<'d>> = if given.is_array() { given.items().collect() } else { vec![given] };
    let typed: Vec<Typed<'d>> = arguments.iter().map(|argument| value(typing, *argument)).collect();
    let mut issues = Vec::new();
    let result = check::call(function, &typed, &(0..0), &mut issues);
    for issue in issues {
        typing.push(issue, given, true);
    }
    result
}

fn value<'d>(typing: &Typing<'_, 'd>, node: Node<'d>) -> Typed<'d> {
    if node.is_object() { object(typing, node) } else { Typed::of(typing.value(node)) }
}
