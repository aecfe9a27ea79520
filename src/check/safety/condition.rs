//! What a condition demands: which comparisons hold wherever it holds, or wherever it does not.
//!
//! A condition is text (`@and(less(x, 5), …)`) or an object (`{"and": [{"less": ["@x", 5]}]}`); both are read as one expression.

use crate::base::json::{Kind, Node};
use crate::expr::template::{self, Template};
use crate::expr::{Call, Expr, ExprKind, lexer};
use crate::workflow::Definition;

/// A condition as one expression. What cannot be read stands in it as null, which demands nothing.
pub(super) fn read(definition: &Definition<'_>, node: Node<'_>) -> Expr {
    if !node.is_object() {
        return side(definition, node);
    }
    // The members of one object must all hold.
    let mut parts: Vec<Expr> = node.members().map(|(key, part)| member(definition, key, part)).collect();
    if parts.len() == 1 { parts.remove(0) } else { Expr::call("and", parts) }
}

/// One member of a condition's object: a function in any case, and its arguments.
fn member(definition: &Definition<'_>, key: &str, part: Node<'_>) -> Expr {
    if !lexer::is_function_name(key) {
        return Expr::null();
    }
    let arguments: Vec<Expr> = if part.is_array() {
        part.items().map(|item| read(definition, item)).collect()
    } else {
        vec![read(definition, part)]
    };
    Expr::call(key, arguments)
}

/// A value that stands in a condition.
fn side(definition: &Definition<'_>, node: Node<'_>) -> Expr {
    match node.kind() {
        Kind::Bool(value) => Expr::bool(value),
        Kind::Number(_) => node.as_i64().map_or_else(Expr::null, Expr::int),
        Kind::String(text) => text_side(definition, text),
        _ => Expr::null(),
    }
}

fn text_side(definition: &Definition<'_>, text: &str) -> Expr {
    // What ARM computes is one fixed text when the engine reads it.
    let Some((text, _)) = definition.passed_on(text) else { return Expr::str(text) };
    match template::parse(text) {
        Ok(Template::Expression(expr)) => expr,
        Ok(Template::Literal(literal)) => Expr::str(literal),
        Ok(Template::Interpolation(segments)) => match &segments[..] {
            [template::Segment::Expr(expr)] => expr.clone(),
            _ => Expr::null(),
        },
        Err(_) => Expr::null(),
    }
}

/// Whether a condition being `value` implies what `leaf` looks for: `leaf` is asked about each comparison, and about the
/// value that it then has.
pub(super) fn implies(expr: &Expr, value: bool, leaf: &impl Fn(&Call, bool) -> bool) -> bool {
    let Some(call) = expr.as_call() else { return false };
    let mut all = call.args.iter().map(|argument| implies(argument, value, leaf));
    match (call.name.to_ascii_lowercase().as_str(), call.args.as_slice()) {
        ("and", _) if value => all.any(|yes| yes),
        ("or", _) if !value => all.any(|yes| yes),
        ("and" | "or", [_, ..]) => all.all(|yes| yes),
        ("not", [inner]) => implies(inner, !value, leaf),
        ("equals", [a, b]) => compared(a, b, value, leaf) || compared(b, a, value, leaf) || leaf(call, value),
        _ => leaf(call, value),
    }
}

/// A condition that is compared with true or false.
fn compared(a: &Expr, b: &Expr, value: bool, leaf: &impl Fn(&Call, bool) -> bool) -> bool {
    matches!(b.kind, ExprKind::Bool(fixed) if implies(a, value == fixed, leaf))
}
