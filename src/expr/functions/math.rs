//! Arithmetic.

use serde_json::{Value, json};

use super::super::types::Kinds;
use super::super::value::{from_float, order};
use super::{Function, INT, Parameter, Refusal, Returns, function, int_at, number, takes};

const NUMBERS: Parameter = takes("number", Kinds::NUMBER.or(Kinds::ARRAY));

pub(super) static FUNCTIONS: &[Function] = &[
    function("add", &[number("summand_1"), number("summand_2")], Returns::Number).computed(add),
    function("div", &[number("dividend"), number("divisor")], Returns::Number).computed(div),
    function("max", &[NUMBERS], Returns::Number).repeats().computed(max),
    function("min", &[NUMBERS], Returns::Number).repeats().computed(min),
    function("mod", &[number("dividend"), number("divisor")], Returns::Number).computed(modulo),
    function("mul", &[number("multiplicand1"), number("multiplicand2")], Returns::Number).computed(mul),
    function("rand", &[number("minValue"), number("maxValue")], INT),
    function("range", &[number("startIndex"), number("count")], Returns::Array(Kinds::INT)).computed(range),
    function("sub", &[number("minuend"), number("subtrahend")], Returns::Number).computed(sub),
];

/// Two integers are computed exactly and must not overflow; with a float among them, floats are.
fn arithmetic(
    arguments: &[Value],
    of_integers: fn(i64, i64) -> Option<i64>,
    of_floats: fn(f64, f64) -> f64,
) -> Result<Value, Refusal> {
    if let (Some(a), Some(b)) = (arguments[0].as_i64(), arguments[1].as_i64()) {
        return of_integers(a, b).map(Value::from).ok_or_else(|| {
            Refusal::fails("the result does not fit into 64 bits; make one of the numbers a float")
        });
    }
    let floats = arguments[0].as_f64().zip(arguments[1].as_f64());
    floats.and_then(|(a, b)| from_float(of_floats(a, b))).ok_or(Refusal::Unknown)
}

fn add(arguments: &[Value]) -> Result<Value, Refusal> {
    arithmetic(arguments, i64::checked_add, |a, b| a + b)
}

fn sub(arguments: &[Value]) -> Result<Value, Refusal> {
    arithmetic(arguments, i64::checked_sub, |a, b| a - b)
}

fn mul(arguments: &[Value]) -> Result<Value, Refusal> {
    arithmetic(arguments, i64::checked_mul, |a, b| a * b)
}

fn div(arguments: &[Value]) -> Result<Value, Refusal> {
    divisible(arguments)?;
    arithmetic(arguments, i64::checked_div, |a, b| a / b)
}

fn modulo(arguments: &[Value]) -> Result<Value, Refusal> {
    divisible(arguments)?;
    arithmetic(arguments, i64::checked_rem, |a, b| a % b)
}

/// What a float zero does is not documented.
fn divisible(arguments: &[Value]) -> Result<(), Refusal> {
    if arguments[1].as_i64() == Some(0) {
        return Err(Refusal::fails("division by zero"));
    }
    if arguments[1].as_f64() == Some(0.0) { Err(Refusal::Unknown) } else { Ok(()) }
}

fn max(arguments: &[Value]) -> Result<Value, Refusal> {
    extreme(arguments, std::cmp::Ordering::Greater)
}

fn min(arguments: &[Value]) -> Result<Value, Refusal> {
    extreme(arguments, std::cmp::Ordering::Less)
}

fn extreme(arguments: &[Value], wanted: std::cmp::Ordering) -> Result<Value, Refusal> {
    let numbers = match arguments {
        [Value::Array(items)] => items.as_slice(),
        numbers => numbers,
    };
    let mut best = numbers.first().filter(|first| first.is_number()).ok_or(Refusal::Unknown)?;
    for number in numbers {
        if order(number, best).ok_or(Refusal::Unknown)? == wanted {
            best = number;
        }
    }
    Ok(best.clone())
}

/// Longer ranges than this are not written out here; only their limits are judged.
const WORTH_WRITING: i64 = 200;

fn range(arguments: &[Value]) -> Result<Value, Refusal> {
    let (start, count) = (int_at(arguments, 0)?, int_at(arguments, 1)?);
    if count > 100_000 {
        return Err(Refusal::fails(format!("a range has at most 100000 elements, and this one {count}")));
    }
    if start.saturating_add(count) > 2_147_483_647 {
        return Err(Refusal::fails("the start and the count must not exceed 2147483647 together"));
    }
    if count < 0 {
        return Err(Refusal::fails(format!("the count must not be negative, and is {count}")));
    }
    if count > WORTH_WRITING {
        return Err(Refusal::Unknown);
    }
    Ok((start..start + count).map(|number| json!(number)).collect())
}
