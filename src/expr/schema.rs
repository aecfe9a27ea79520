//! What a JSON Schema says of a value: the schemas of Request triggers and Parse JSON actions.
//!
//! A schema in a definition is a description. The service validates a Request against it only when asked to, and
//! designers generate it from one sample; so a type that comes from one is never certain.

use crate::base::json::Node;

use super::types::{Kinds, Shape, Type};

/// A member of an object that a schema describes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Member<'d> {
    /// It is described.
    Known {
        /// Its type.
        found: Type<'d>,
        /// Whether every value has it.
        required: bool,
    },
    /// The schema lists members, and this is none of them.
    Unlisted {
        /// Whether the schema forbids further members.
        forbidden: bool,
    },
    /// The schema says nothing of it.
    Unknown,
}

/// Schemas with more properties than this are not searched.
const LONG: usize = 1000;

/// The type that a schema describes.
pub fn type_of(schema: Node<'_>) -> Type<'_> {
    let kinds = match schema.get("type") {
        Some(kind) if kind.is_array() => {
            kind.items().fold(Kinds::NONE, |all, kind| all.or(kind_of(kind.as_str())))
        }
        Some(kind) => kind_of(kind.as_str()),
        None if schema.get("properties").is_some() => Kinds::OBJECT,
        None => Kinds::ANY,
    };
    let kinds = if kinds.is_none() || is_composed(schema) { Kinds::ANY } else { kinds };
    Type::declared(kinds).shaped(Shape::Schema(schema))
}

/// What a schema of an object says of one member. Names of properties distinguish no case.
pub(super) fn member<'d>(schema: Node<'d>, name: &str) -> Member<'d> {
    let listed = schema.get("properties").filter(|list| list.items().nth(LONG).is_none());
    let Some(properties) = listed.filter(|_| !is_composed(schema)) else {
        return Member::Unknown;
    };
    if let Some(property) = properties.get_ignore_case(name) {
        return Member::Known { found: type_of(property), required: is_required(schema, property) };
    }
    // Authors paste a schema where a sample was asked for, and get the schema of a schema.
    let of_schema =
        |(key, _): (&str, Node<'_>)| matches!(key, "type" | "properties" | "items" | "required" | "$schema");
    let open = schema.get("patternProperties").is_some()
        || schema.get("additionalProperties").is_some_and(|more| more.as_bool() != Some(false))
        || properties.members().all(of_schema);
    match schema.get("additionalProperties").and_then(|more| more.as_bool()) {
        _ if open => Member::Unknown,
        more => Member::Unlisted { forbidden: more == Some(false) },
    }
}

/// The type of the elements of an array that a schema describes.
pub(super) fn element(schema: Node<'_>) -> Type<'_> {
    match schema.get("items").filter(|items| items.is_object() && !is_composed(schema)) {
        Some(items) => type_of(items),
        None => Type::ANY,
    }
}

/// The names of the members that a schema lists.
pub(super) fn names(schema: Node<'_>) -> impl Iterator<Item = &str> {
    schema.get("properties").into_iter().flat_map(|properties| properties.members()).map(|(name, _)| name)
}

fn is_required(schema: Node<'_>, property: Node<'_>) -> bool {
    let listed = |list: Node<'_>| list.items().any(|name| name.as_str() == property.key());
    schema.get("required").is_some_and(listed)
}

/// Whether more than the members at hand decides what is allowed.
fn is_composed(schema: Node<'_>) -> bool {
    schema.members().any(|(key, _)| matches!(key, "allOf" | "anyOf" | "oneOf" | "$ref" | "not" | "if"))
}

fn kind_of(name: Option<&str>) -> Kinds {
    match name.map(str::to_ascii_lowercase).as_deref() {
        Some("null") => Kinds::NULL,
        Some("boolean") => Kinds::BOOL,
        Some("integer") => Kinds::INT,
        Some("number") => Kinds::NUMBER,
        Some("string") => Kinds::STRING,
        Some("array") => Kinds::ARRAY,
        Some("object") => Kinds::OBJECT,
        _ => Kinds::ANY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::json::Document;

    #[test]
    fn members_and_elements_are_found_in_any_case() {
        let document = Document::parse(
            r#"{"type": "object", "required": ["id"], "properties": {
                "id": {"type": "Integer"}, "tags": {"type": ["array", "null"], "items": {"type": "string"}},
                "either": {"type": "string", "oneOf": []}, "free": {}}}"#,
        )
        .unwrap();
        let schema = document.root();
        assert_eq!(type_of(schema).kinds, Kinds::OBJECT);
        let Member::Known { found, required } = member(schema, "ID") else { panic!("id is listed") };
        assert_eq!((found.kinds, required), (Kinds::INT, true));
        let Member::Known { found, required } = member(schema, "tags") else { panic!("tags is listed") };
        assert_eq!((found.kinds, required), (Kinds::ARRAY.or(Kinds::NULL), false));
        let Shape::Schema(tags) = found.shape else { panic!("it keeps its schema") };
        assert_eq!(element(tags).kinds, Kinds::STRING);
        assert!(matches!(member(schema, "gone"), Member::Unlisted { forbidden: false }));
        for open in ["either", "free"] {
            let Member::Known { found, .. } = member(schema, open) else { panic!("{open} is listed") };
            assert_eq!(found.kinds, Kinds::ANY, "{open}");
        }
        assert_eq!(names(schema).count(), 4);
    }
}
