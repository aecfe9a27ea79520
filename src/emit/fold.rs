//! Leaving out what is decided when the playbook is compiled: a question that one host's incidents never raise, a test
//! that always holds there. People read the definitions, and `if(false, …)` makes them look for what is not there.

use crate::expr::{Expr, ExprKind};

/// A call, or what it comes to where its arguments say so already.
pub(super) fn call(function: &str, mut arguments: Vec<Expr>) -> Expr {
    match (function, arguments.as_slice()) {
        ("not", [one]) if as_bool(one).is_some() => Expr::bool(as_bool(one) == Some(false)),
        ("if", [test, _, _]) if as_bool(test).is_some() => {
            let chosen = if as_bool(test) == Some(true) { 1 } else { 2 };
            arguments.swap_remove(chosen)
        }
        ("if", [_, yes, no]) if yes == no => arguments.swap_remove(1),
        ("coalesce", _) => first_there(arguments),
        ("and", _) => all("and", arguments, true),
        ("or", _) => all("or", arguments, false),
        _ => Expr::call(function, arguments),
    }
}

/// `coalesce`: one inside another is one list, and what comes after a text that is there always is never reached.
fn first_there(arguments: Vec<Expr>) -> Expr {
    let mut flat = Vec::new();
    for argument in arguments {
        match argument.kind {
            ExprKind::Call(inner) if inner.name == "coalesce" && inner.access.is_empty() => {
                flat.extend(inner.args);
            }
            _ => flat.push(argument),
        }
    }
    if let Some(certain) = flat.iter().position(|one| one.as_str().is_some()) {
        flat.truncate(certain + 1);
    }
    if flat.len() == 1 { flat.remove(0) } else { Expr::call("coalesce", flat) }
}

/// `and` and `or`: what changes nothing is left out, and what decides alone is all that is left.
fn all(function: &str, mut arguments: Vec<Expr>, neutral: bool) -> Expr {
    if arguments.iter().any(|one| as_bool(one) == Some(!neutral)) {
        return Expr::bool(!neutral);
    }
    arguments.retain(|one| as_bool(one).is_none());
    match arguments.len() {
        0 => Expr::bool(neutral),
        1 => arguments.remove(0),
        _ => Expr::call(function, arguments),
    }
}

/// Whether an expression is `true` or `false`.
pub(super) fn as_bool(expr: &Expr) -> Option<bool> {
    match expr.kind {
        ExprKind::Bool(value) => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_decided_is_left_out() {
        let open = || Expr::call("item", []);
        let cases = [
            (call("not", vec![Expr::bool(false)]), "true"),
            (call("if", vec![Expr::bool(false), open(), Expr::int(2)]), "2"),
            (call("and", vec![Expr::bool(true), open()]), "item()"),
            (call("and", vec![open(), Expr::bool(false)]), "false"),
            (call("or", vec![Expr::bool(false), Expr::bool(false)]), "false"),
            (call("or", vec![open(), Expr::bool(true)]), "true"),
            (call("or", vec![open(), open()]), "or(item(), item())"),
            (call("if", vec![open(), Expr::int(2), Expr::int(2)]), "2"),
            (
                call("coalesce", vec![call("coalesce", vec![open(), Expr::str("a")]), Expr::str("")]),
                "coalesce(item(), 'a')",
            ),
            (call("coalesce", vec![open(), Expr::null(), open()]), "coalesce(item(), null, item())"),
        ];
        for (folded, expected) in cases {
            assert_eq!(folded.to_string(), expected);
        }
    }
}
