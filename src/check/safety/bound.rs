//! Whether what a loop does stops at a number, whatever the loop is given.
//!
//! The list itself may be cut, or a condition may hold the count: an act that stands behind `less(variables('done'), 10)`, where
//! the loop changes the variable, or behind `empty(skip(list, 10))` of the list that is gone through.

use super::condition;
use crate::expr::template::{self, Template};
use crate::expr::{Call, Expr, ExprKind};
use crate::workflow::{Action, ActionId, ContainerKind, Definition};

/// Functions whose result is as long as what is written there says.
const CUT: &[&str] = &["createarray", "range", "take"];
/// Actions that change a variable.
const CHANGING: &[&str] = &[
    "AppendToArrayVariable",
    "AppendToStringVariable",
    "DecrementVariable",
    "IncrementVariable",
    "SetVariable",
];

/// Whether an act inside a loop is done as often as somebody wrote down, and not as often as the loop is given items.
pub(in crate::check) fn is_bounded(definition: &Definition<'_>, around: &Action<'_>, act: ActionId) -> bool {
    let list = list(definition, around);
    // Written out, or computed by ARM: it has the length it has.
    let is_cut = list.as_ref().is_some_and(|list| list.as_call().is_none_or(|call| is(call, CUT)));
    if around.is("Foreach") && (is_cut || list.is_none()) {
        return true;
    }
    let counts = |expr: &Expr| counts(definition, around, expr);
    let measures = |expr: &Expr| list.as_ref().is_some_and(|list| measures(expr, list));
    let mut is_inside = true;
    for at in definition.lineage(act) {
        is_inside &= at.id != around.id;
        let container = &definition[at.container];
        let Some(owner) = container.owner.map(|owner| &definition[owner]) else { continue };
        let value = match container.kind {
            ContainerKind::Then => true,
            ContainerKind::Else => false,
            _ => continue,
        };
        let Some(test) = owner.node.get("expression") else { continue };
        let test = condition::read(definition, test);
        let holds = |call: &Call, value: bool| {
            // Before the loop a variable has one value; only inside does it grow with what is done.
            let is_number = |expr: &Expr| (is_inside && counts(expr)) || measures(expr);
            is_limited(call, value, &is_number)
                || (value
                    && is(call, &["empty"])
                    && call.args.first().is_some_and(|rest| is_rest(rest, list.as_ref())))
        };
        if condition::implies(&test, value, &holds) {
            return true;
        }
    }
    false
}

/// The list that a Foreach goes through; `None` where it is no text that the engine reads as one expression.
fn list(definition: &Definition<'_>, around: &Action<'_>) -> Option<Expr> {
    let text = around.node.get("foreach")?.as_str()?;
    let (text, _) = definition.passed_on(text)?;
    match template::parse(text) {
        Ok(Template::Expression(expr)) => Some(expr),
        _ => None,
    }
}

fn is(call: &Call, names: &[&str]) -> bool {
    names.iter().any(|name| call.name.eq_ignore_ascii_case(name))
}

/// Whether a comparison being `value` holds a number under a limit that somebody wrote down.
fn is_limited(call: &Call, value: bool, is_number: &impl Fn(&Expr) -> bool) -> bool {
    let [left, right] = call.args.as_slice() else { return false };
    let (less, more) = (is(call, &["less", "lessOrEquals"]), is(call, &["greater", "greaterOrEquals"]));
    let (small, large) = match (less, more) {
        (true, _) if value => (left, right),
        (true, _) => (right, left),
        (_, true) if value => (right, left),
        (_, true) => (left, right),
        _ => return false,
    };
    is_number(small) && is_fixed(large)
}

/// A number that is written out, or a parameter.
fn is_fixed(expr: &Expr) -> bool {
    match &expr.kind {
        ExprKind::Call(call) => {
            is(call, &["parameters"]) || (is(call, &["int"]) && call.args.first().is_some_and(is_fixed))
        }
        kind => *kind != ExprKind::Null,
    }
}

/// Whether a number is worked out from a variable that the loop changes.
fn counts(definition: &Definition<'_>, around: &Action<'_>, expr: &Expr) -> bool {
    let mut found = false;
    expr.walk(&mut |inner| {
        let variable = inner.as_call().filter(|call| is(call, &["variables"]));
        let name = variable.and_then(|call| call.args.first()).and_then(Expr::as_str);
        found = found || name.is_some_and(|name| changes(definition, around, name));
    });
    found
}

/// Whether an action inside a loop changes a variable.
fn changes(definition: &Definition<'_>, around: &Action<'_>, name: &str) -> bool {
    definition.actions().filter(|action| CHANGING.iter().any(|kind| action.is(kind))).any(|action| {
        let set = action.node.path(&["inputs", "name"]).and_then(|set| set.as_str());
        set.is_some_and(|set| set.eq_ignore_ascii_case(name))
            && definition.lineage(action.id).any(|at| at.id == around.id)
    })
}

/// Whether a number is the length of the list.
fn measures(expr: &Expr, list: &Expr) -> bool {
    let length = expr.as_call().filter(|call| is(call, &["length"]) && call.access.is_empty());
    length.and_then(|call| call.args.first()).is_some_and(|measured| is_list(measured, list))
}

/// Whether a value is what a number of items leaves of the list.
fn is_rest(expr: &Expr, list: Option<&Expr>) -> bool {
    let skip = expr.as_call().filter(|call| is(call, &["skip"]) && call.access.is_empty());
    let args = skip.map(|call| call.args.as_slice());
    matches!((args, list), (Some([skipped, count]), Some(list)) if is_list(skipped, list) && is_fixed(count))
}

/// Whether a value is the list, or the list where there is one.
fn is_list(expr: &Expr, list: &Expr) -> bool {
    let coalesce = expr.as_call().filter(|call| is(call, &["coalesce"]) && call.access.is_empty());
    expr == list || coalesce.is_some_and(|call| call.args.first() == Some(list))
}
