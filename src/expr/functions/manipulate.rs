//! Functions that make an object or a value out of others.

use serde_json::{Map, Value};

use super::super::types::Kinds;
use super::super::value::kind;
use super::{Function, Parameter, Refusal, Returns, any, function, str_at, takes, text};

const OBJECT: Parameter = takes("object", Kinds::OBJECT);
const OBJECTS: Returns = Returns::One(Kinds::OBJECT);

pub(super) static FUNCTIONS: &[Function] = &[
    function("addProperty", &[OBJECT, text("property"), any("value")], OBJECTS).computed(add_property),
    function("coalesce", &[any("object")], Returns::AnyOf(0)).repeats().computed(coalesce),
    function("mergeObjects", &[OBJECT, OBJECT], OBJECTS),
    function("removeProperty", &[OBJECT, text("property")], OBJECTS).computed(remove_property),
    function("setProperty", &[OBJECT, text("property"), any("value")], OBJECTS).computed(set_property),
    function("xpath", &[any("xml"), text("xpath")], Returns::One(Kinds::ANY)),
];

fn members(arguments: &[Value]) -> Result<Map<String, Value>, Refusal> {
    arguments[0].as_object().cloned().ok_or(Refusal::Unknown)
}

/// The key as it is written in the object: the exact one, else the first in another case.
fn written(members: &Map<String, Value>, name: &str) -> Option<String> {
    let exact = members.contains_key(name).then(|| name.to_owned());
    exact.or_else(|| members.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned())
}

fn add_property(arguments: &[Value]) -> Result<Value, Refusal> {
    let (mut members, name) = (members(arguments)?, str_at(arguments, 1)?);
    if written(&members, name).is_some() {
        return Err(Refusal::fails(format!("the object has a property `{name}` already; use setProperty")));
    }
    members.insert(name.to_owned(), arguments[2].clone());
    Ok(members.into())
}

/// A property that is there moves to the end.
fn set_property(arguments: &[Value]) -> Result<Value, Refusal> {
    let (mut members, name) = (members(arguments)?, str_at(arguments, 1)?);
    let key = written(&members, name).unwrap_or_else(|| name.to_owned());
    members.shift_remove(&key);
    members.insert(key, arguments[2].clone());
    Ok(members.into())
}

fn remove_property(arguments: &[Value]) -> Result<Value, Refusal> {
    let (mut members, name) = (members(arguments)?, str_at(arguments, 1)?);
    if let Some(key) = written(&members, name) {
        members.shift_remove(&key);
    }
    Ok(members.into())
}

fn coalesce(arguments: &[Value]) -> Result<Value, Refusal> {
    Ok(arguments.iter().find(|value| kind(value) != Kinds::NULL).cloned().unwrap_or_default())
}
