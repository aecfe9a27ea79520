//! Functions over arrays, objects and strings as collections.

use serde_json::{Map, Value, json};

use super::super::types::Kinds;
use super::super::value::{equal, order, to_text};
use super::text::WORTH_MAKING;
use super::{
    BOOL, Function, Parameter, Refusal, Returns, STRING, any, array_at, function, int_at, str_at, takes, text,
};

const ARRAY: Parameter = takes("collection", Kinds::ARRAY);
const LIST: Parameter = takes("collection", Kinds::STRING.or(Kinds::ARRAY));
const ANYTHING_WITH_PARTS: Parameter =
    takes("collection", Kinds::STRING.or(Kinds::ARRAY).or(Kinds::OBJECT).or(Kinds::NULL));
const SET: Parameter = takes("collection", Kinds::ARRAY.or(Kinds::OBJECT));
const COUNT: Parameter = takes("count", Kinds::NUMBER.or(Kinds::STRING));

pub(super) static FUNCTIONS: &[Function] = &[
    function("contains", &[ANYTHING_WITH_PARTS, any("value")], BOOL).computed(contains),
    function("empty", &[ANYTHING_WITH_PARTS], BOOL).computed(empty),
    function("first", &[LIST], Returns::Element).computed(first),
    function("intersection", &[SET], Returns::AnyOf(0)).repeats().computed(intersection),
    function("item", &[], Returns::Context),
    function("join", &[ARRAY, text("delimiter")], STRING).computed(join),
    function("last", &[LIST], Returns::Element).computed(last),
    function("reverse", &[ARRAY], Returns::First).computed(reverse),
    function("skip", &[ARRAY, COUNT], Returns::First).computed(skip),
    function("sort", &[ARRAY, text("sortBy")], Returns::First).optional(1).computed(sort),
    function("take", &[LIST, COUNT], Returns::First).computed(take),
    function("union", &[SET], Returns::AnyOf(0)).repeats().computed(union),
];

fn contains(arguments: &[Value]) -> Result<Value, Refusal> {
    Ok(match (&arguments[0], &arguments[1]) {
        (Value::String(text), Value::String(part)) => text.contains(part.as_str()).into(),
        (Value::Array(items), wanted) => items.iter().any(|item| equal(item, wanted)).into(),
        (Value::Object(members), Value::String(key)) if members.contains_key(key) => true.into(),
        _ => return Err(Refusal::Unknown),
    })
}

fn empty(arguments: &[Value]) -> Result<Value, Refusal> {
    Ok(match &arguments[0] {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => return Err(Refusal::Unknown),
    }
    .into())
}

fn first(arguments: &[Value]) -> Result<Value, Refusal> {
    end(&arguments[0], |text| text.chars().next(), |items| items.first())
}

fn last(arguments: &[Value]) -> Result<Value, Refusal> {
    end(&arguments[0], |text| text.chars().next_back(), |items| items.last())
}

fn end(
    of: &Value,
    of_text: impl Fn(&str) -> Option<char>,
    of_array: impl Fn(&[Value]) -> Option<&Value>,
) -> Result<Value, Refusal> {
    match of {
        Value::String(text) => Ok(of_text(text).map(String::from).unwrap_or_default().into()),
        Value::Array(items) => Ok(of_array(items).cloned().unwrap_or_default()),
        _ => Err(Refusal::Unknown),
    }
}

/// What is in all of them, in the order of the first, each once; of objects the members that are the same in all.
fn intersection(arguments: &[Value]) -> Result<Value, Refusal> {
    match &arguments[0] {
        Value::Array(first) => {
            let others: Vec<_> =
                (1..arguments.len()).map(|at| array_at(arguments, at)).collect::<Result<_, _>>()?;
            let mut kept: Vec<Value> = Vec::new();
            for item in first {
                let everywhere = others.iter().all(|other| other.iter().any(|found| equal(found, item)));
                if everywhere && !kept.iter().any(|found| equal(found, item)) {
                    kept.push(item.clone());
                }
            }
            Ok(kept.into())
        }
        Value::Object(first) => {
            let others: Vec<_> =
                arguments[1..].iter().map(Value::as_object).collect::<Option<_>>().ok_or(Refusal::Unknown)?;
            let same = |(key, value): &(&String, &Value)| {
                others.iter().all(|other| other.get(*key).is_some_and(|found| equal(found, value)))
            };
            let kept: Map<_, _> =
                first.iter().filter(same).map(|(key, value)| (key.clone(), value.clone())).collect();
            Ok(kept.into())
        }
        _ => Err(Refusal::Unknown),
    }
}

/// Everything that is in any of them, each once; of members with one name the last.
fn union(arguments: &[Value]) -> Result<Value, Refusal> {
    if arguments[0].is_array() {
        let mut kept: Vec<Value> = Vec::new();
        for at in 0..arguments.len() {
            for item in array_at(arguments, at)? {
                if !kept.iter().any(|found| equal(found, item)) {
                    kept.push(item.clone());
                }
            }
        }
        return Ok(kept.into());
    }
    let mut kept = Map::new();
    for argument in arguments {
        let members = argument.as_object().ok_or(Refusal::Unknown)?;
        kept.extend(members.iter().map(|(key, value)| (key.clone(), value.clone())));
    }
    Ok(kept.into())
}

fn join(arguments: &[Value]) -> Result<Value, Refusal> {
    let texts: Vec<String> = array_at(arguments, 0)?.iter().map(to_text).collect();
    let delimiter = str_at(arguments, 1)?;
    if texts.len().saturating_mul(delimiter.len()) > WORTH_MAKING {
        return Err(Refusal::Unknown);
    }
    Ok(texts.join(delimiter).into())
}

fn reverse(arguments: &[Value]) -> Result<Value, Refusal> {
    Ok(array_at(arguments, 0)?.iter().rev().cloned().collect())
}

fn skip(arguments: &[Value]) -> Result<Value, Refusal> {
    let items = array_at(arguments, 0)?;
    let count = count(arguments)?;
    Ok(json!(&items[count.min(items.len())..]))
}

fn take(arguments: &[Value]) -> Result<Value, Refusal> {
    let count = count(arguments)?;
    match &arguments[0] {
        Value::Array(items) => Ok(json!(&items[..count.min(items.len())])),
        Value::String(text) => Ok(text.chars().take(count).collect::<String>().into()),
        _ => Err(Refusal::Unknown),
    }
}

/// Numbers, or strings of ASCII letters of one case: for others the culture decides.
/// How many are skipped or taken. Source: the function reference, a positive integer; that none is enough was observed.
fn count(arguments: &[Value]) -> Result<usize, Refusal> {
    let count = int_at(arguments, 1)?;
    usize::try_from(count)
        .map_err(|_| Refusal::fails(format!("the count must not be negative, and is {count}")))
}

fn sort(arguments: &[Value]) -> Result<Value, Refusal> {
    let mut items = array_at(arguments, 0)?.to_vec();
    if arguments.len() > 1 || !items.iter().all(Value::is_number) {
        return Err(Refusal::Unknown);
    }
    items.sort_by(|a, b| order(a, b).unwrap_or(std::cmp::Ordering::Equal));
    Ok(items.into())
}
