//! Steps into a value: `.name`, `['name']`, `[0]`, with and without `?`.
//!
//! A missing member is an error without `?` and null with it. `?` does not forgive a wrong kind: a member of text or of a
//! number fails either way, and so does a name for an array. Source: observations of the Standard host, and the service's
//! messages "Property selection is not supported on values of type '…'" and "property '…' doesn't exist".

use serde_json::Value;

use super::ast::Access;
use super::check::{Environment, Issue, IssueKind, Typed};
use super::schema::{self, Member};
use super::types::{Basis, Kinds, Shape, Type};
use crate::base::json::Node;
use crate::base::words::choices;

/// What is known of a member that is asked for.
enum Found<'d> {
    /// It is there.
    There(Type<'d>),
    /// It may be missing.
    Maybe(Type<'d>),
    /// It is not there; what is, for the help.
    Missing { basis: Basis, help: String },
    /// It is not among those that a schema lists; which, for the help.
    Unlisted(String),
    /// Nothing is known.
    Unknown,
}

/// The type after one step, with what is wrong with it.
pub(super) fn step<'d>(
    base: Type<'d>,
    access: &Access,
    key: &Typed<'d>,
    around: &impl Environment<'d>,
    issues: &mut Vec<Issue>,
) -> Type<'d> {
    let optional = |found: Type<'d>| if access.safe || base.optional { found.made_optional() } else { found };
    let name = match (access.key.as_str(), &key.constant) {
        (Some(name), _) => name,
        (_, Some(Value::String(name))) => name,
        _ => return optional(element(base, access, key, around, issues)),
    };
    let mut push = |kind, basis, message, help| {
        issues.push(Issue { kind, span: access.span.clone(), basis, message, help });
    };
    if base.kinds == Kinds::NULL && access.safe {
        return Type::certain(Kinds::NULL).made_optional();
    }
    if base.is_never(Kinds::OBJECT) {
        let message = format!("`{name}` is asked of {}, which has no properties", base.kinds);
        let help = match base.kinds {
            kinds if kinds == Kinds::NULL => "ask something that has a value, or write ? before the step",
            kinds if kinds.meets(Kinds::ARRAY) => {
                "take an element first: first(…), […] with a number, or a loop over the array"
            }
            kinds if kinds.meets(Kinds::STRING) => "if the text is JSON, read it first with json(…)",
            _ => "ask the object that has the property",
        };
        push(IssueKind::NotAnObject, base.basis, message, help.to_owned());
        return Type::ANY;
    }
    match member(base, name, around) {
        Found::There(found) => optional(found),
        Found::Maybe(found) => {
            if !access.safe {
                let message = format!("`{name}` need not be there, and the step has no `?`");
                let help = format!("write ?['{name}'], which gives null where it is missing");
                push(IssueKind::UnsafeStep, base.basis, message, help);
            }
            Type { kinds: found.kinds.or(Kinds::NULL), ..found.made_optional() }
        }
        // Asked for with `?`, it may be meant: a list can hold things of several makes.
        Found::Missing { .. } if access.safe => Type::ANY.made_optional(),
        Found::Missing { basis, help } => {
            issues.push(missing(access, basis, format!("there is no `{name}` here"), help));
            Type::ANY
        }
        Found::Unlisted(help) => {
            push(IssueKind::Unlisted, Basis::Declared, format!("the schema lists no `{name}`"), help);
            Type::ANY
        }
        Found::Unknown => optional(Type::ANY),
    }
}

/// The value after a step into a constant; nothing when the step fails, which is then said, or when its key is computed.
pub(super) fn constant(
    of: &Value,
    access: &Access,
    key: Option<&Value>,
    issues: &mut Vec<Issue>,
) -> Option<Value> {
    let (found, what, help) = match (of, key?) {
        (Value::Object(members), Value::String(name)) => {
            let other_case = || members.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            let found = members.get(name).or_else(|| other_case().map(|(_, value)| value));
            let help = choices(name, "properties", members.keys().map(String::as_str));
            (found, format!("there is no `{name}` here"), help)
        }
        (Value::Array(items), Value::Number(index)) => {
            let at = index.as_u64().and_then(|index| usize::try_from(index).ok());
            let (what, help) = beyond(index, items.len());
            (at.and_then(|at| items.get(at)), what, help)
        }
        (Value::Null, _) if access.safe => return Some(Value::Null),
        _ => return None,
    };
    if let Some(found) = found {
        return Some(found.clone());
    }
    if access.safe {
        return Some(Value::Null);
    }
    issues.push(missing(access, Basis::Certain, what, help));
    None
}

fn missing(access: &Access, basis: Basis, message: String, help: String) -> Issue {
    Issue { kind: IssueKind::MissingMember, span: access.span.clone(), basis, message, help }
}

/// What is wrong with an index outside an array, and what to do.
fn beyond(index: impl std::fmt::Display, count: usize) -> (String, String) {
    let message = format!("there is no element {index}: the array has {count}");
    let help = match count {
        0 => "write ? before the index, which then gives null".to_owned(),
        _ => format!("the first element is 0 and the last is {}", count - 1),
    };
    (message, help)
}

/// More members than this are not searched: a file made to be hostile would have them searched again and again.
const LONG: usize = 1000;

fn is_long(node: Node<'_>) -> bool {
    node.items().nth(LONG).is_some()
}

/// A step with a number, or with a key that is computed.
fn element<'d>(
    base: Type<'d>,
    access: &Access,
    key: &Typed<'d>,
    around: &impl Environment<'d>,
    issues: &mut Vec<Issue>,
) -> Type<'d> {
    let has_parts = Kinds::ARRAY.or(Kinds::OBJECT);
    if base.is_never(has_parts) && !(base.kinds == Kinds::NULL && access.safe) {
        issues.push(Issue {
            kind: IssueKind::NotAnObject,
            span: access.span.clone(),
            basis: base.basis,
            message: format!("an element is asked of {}, which has none", base.kinds),
            help: "ask an array; text is cut with substring(…) or slice(…)".to_owned(),
        });
        return Type::ANY;
    }
    if key.of_type.kinds != Kinds::INT {
        return Type::ANY;
    }
    if let (Shape::Value(items), Some(Value::Number(index))) = (base.shape, &key.constant)
        && !access.safe
        && base.kinds == Kinds::ARRAY
        && !is_long(items)
    {
        let count = items.items().count();
        if index.as_u64().is_none_or(|index| index >= count as u64) {
            let (what, help) = beyond(index, count);
            issues.push(missing(access, base.basis, what, help));
            return Type::ANY;
        }
    }
    element_type(base, around)
}

/// The type of the elements of an array.
pub fn element_type<'d>(array: Type<'d>, around: &impl Environment<'d>) -> Type<'d> {
    if array.kinds.without(Kinds::NULL) != Kinds::ARRAY {
        return Type::ANY;
    }
    match array.shape {
        Shape::Of(kinds) if !kinds.is_none() && kinds != Kinds::ANY => {
            Type { kinds, shape: Shape::Open, ..array }
        }
        Shape::Schema(schema) => schema::element(schema),
        Shape::Each(value) => around.value(value),
        Shape::Documented(place) => place.element(),
        Shape::Value(items) if items.is_array() && !is_long(items) => {
            items.items().map(|item| around.value(item)).reduce(Type::or).unwrap_or(Type::ANY)
        }
        _ => Type::ANY,
    }
}

fn member<'d>(base: Type<'d>, name: &str, around: &impl Environment<'d>) -> Found<'d> {
    match base.shape {
        Shape::Record(record) => match record.get(name) {
            Some(field) => Found::There(field.of_type()),
            None if record.is_closed => {
                let names = record.members.iter().map(|field| field.name);
                Found::Missing { basis: base.basis, help: choices(name, "properties", names) }
            }
            None => Found::Unknown,
        },
        Shape::Schema(node) => match schema::member(node, name) {
            Member::Known { found, required: true } => Found::There(found),
            Member::Known { found, required: false } => Found::Maybe(found),
            Member::Unlisted { forbidden: true } => Found::Missing {
                basis: Basis::Declared,
                help: choices(name, "properties of the schema", schema::names(node)),
            },
            Member::Unlisted { forbidden: false } => {
                Found::Unlisted(choices(name, "properties of the schema", schema::names(node)))
            }
            Member::Unknown => Found::Unknown,
        },
        Shape::Value(node) if node.is_object() && !is_long(node) => written(node, name, base.basis, around),
        Shape::Documented(place) => place.member(name).map_or(Found::Unknown, Found::There),
        Shape::Outputs(of) => around.output(of, name).map_or(Found::Unknown, Found::There),
        _ => Found::Unknown,
    }
}

/// A member of an object that is written in the definition. A key that is computed may be any.
fn written<'d>(node: Node<'d>, name: &str, basis: Basis, around: &impl Environment<'d>) -> Found<'d> {
    if let Some(member) = node.get_ignore_case(name) {
        return Found::There(around.value(member));
    }
    let is_computed = |key: &str| key.contains("@{") || key.starts_with(['@', '[']);
    if node.members().any(|(key, _)| is_computed(key)) {
        return Found::Unknown;
    }
    let names = node.members().map(|(key, _)| key);
    Found::Missing { basis, help: choices(name, "properties", names) }
}
