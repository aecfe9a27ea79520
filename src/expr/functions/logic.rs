//! Logical functions and comparisons.

use std::cmp::Ordering;

use serde_json::Value;

use super::super::types::Kinds;
use super::super::value::{equal, order};
use super::{BOOL, Function, Parameter, Refusal, Returns, any, function, takes};

const FLAG: Parameter = takes("expression", Kinds::BOOL);
/// Whether text that says true or false is taken is disputed, so it is not refused.
const CONDITION: Parameter = takes("expression", Kinds::BOOL.or(Kinds::STRING));
const VALUE: Parameter = takes("value", Kinds::NUMBER.or(Kinds::STRING));
const COMPARED: Parameter = takes("compareTo", Kinds::NUMBER.or(Kinds::STRING));

pub(super) static FUNCTIONS: &[Function] = &[
    function("and", &[FLAG], BOOL).repeats().computed(and),
    function("equals", &[any("object1"), any("object2")], BOOL).computed(equals),
    function("greater", &[VALUE, COMPARED], BOOL).computed(greater),
    function("greaterOrEquals", &[VALUE, COMPARED], BOOL).computed(greater_or_equals),
    function("if", &[CONDITION, any("valueIfTrue"), any("valueIfFalse")], Returns::AnyOf(1)).computed(choose),
    function("less", &[VALUE, COMPARED], BOOL).computed(less),
    function("lessOrEquals", &[VALUE, COMPARED], BOOL).computed(less_or_equals),
    function("not", &[FLAG], BOOL).computed(not),
    function("or", &[FLAG], BOOL).repeats().computed(or),
];

fn flags(arguments: &[Value]) -> Result<Vec<bool>, Refusal> {
    arguments.iter().map(Value::as_bool).collect::<Option<_>>().ok_or(Refusal::Unknown)
}

fn and(arguments: &[Value]) -> Result<Value, Refusal> {
    Ok(flags(arguments)?.into_iter().all(|flag| flag).into())
}

fn or(arguments: &[Value]) -> Result<Value, Refusal> {
    Ok(flags(arguments)?.into_iter().any(|flag| flag).into())
}

fn not(arguments: &[Value]) -> Result<Value, Refusal> {
    arguments[0].as_bool().map(|flag| (!flag).into()).ok_or(Refusal::Unknown)
}

/// Whether a boolean equals a number is disputed.
fn equals(arguments: &[Value]) -> Result<Value, Refusal> {
    match (&arguments[0], &arguments[1]) {
        (Value::Bool(_), Value::Number(_)) | (Value::Number(_), Value::Bool(_)) => Err(Refusal::Unknown),
        (Value::Null, Value::String(text)) | (Value::String(text), Value::Null) if text.is_empty() => {
            Err(Refusal::Unknown)
        }
        (a, b) => Ok(equal(a, b).into()),
    }
}

fn choose(arguments: &[Value]) -> Result<Value, Refusal> {
    match arguments[0].as_bool() {
        Some(flag) => Ok(arguments[if flag { 1 } else { 2 }].clone()),
        None => Err(Refusal::Unknown),
    }
}

fn compared(arguments: &[Value], holds: fn(Ordering) -> bool) -> Result<Value, Refusal> {
    order(&arguments[0], &arguments[1]).map(|order| holds(order).into()).ok_or(Refusal::Unknown)
}

fn greater(arguments: &[Value]) -> Result<Value, Refusal> {
    compared(arguments, Ordering::is_gt)
}

fn greater_or_equals(arguments: &[Value]) -> Result<Value, Refusal> {
    compared(arguments, Ordering::is_ge)
}

fn less(arguments: &[Value]) -> Result<Value, Refusal> {
    compared(arguments, Ordering::is_lt)
}

fn less_or_equals(arguments: &[Value]) -> Result<Value, Refusal> {
    compared(arguments, Ordering::is_le)
}
