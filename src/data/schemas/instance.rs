//! A parsed document as the schema validator sees it, so that nothing is copied to find that all is well.

use std::borrow::Cow;
use std::iter::Map;

use jsonschema::JsonType;
use jsonschema::json::{Array, Json, Node as JsonNode, NodeIdentity, Object};
use serde_json::{Number, Value};

use crate::base::json::{Items, Kind, Node};

/// Documents of ours, as a representation of JSON.
pub(super) struct Parsed;

/// A value of a document; or a name of a member, which schemas judge like a string.
#[derive(Clone, Copy)]
pub(super) enum Instance<'a> {
    Value(Node<'a>),
    Name(&'a str),
}

impl Json for Parsed {
    type Node<'a> = Instance<'a>;
    type PreparedKey = String;
    type StringBuffer = ();

    const ACYCLIC: bool = true;

    fn prepare_key(key: &str) -> String {
        key.to_owned()
    }

    fn with_string_node<T>((): &mut (), string: &str, f: impl FnOnce(Instance<'_>) -> T) -> T {
        f(Instance::Name(string))
    }
}

impl<'a> Instance<'a> {
    fn kind(self) -> Kind<'a> {
        match self {
            Self::Value(node) => node.kind(),
            Self::Name(name) => Kind::String(name),
        }
    }

    /// The node, where it is of that kind.
    fn container(self, is_kind: fn(&Node<'a>) -> bool) -> Option<Members<'a>> {
        match self {
            Self::Value(node) => is_kind(&node).then_some(Members(node)),
            Self::Name(_) => None,
        }
    }
}

impl<'a> JsonNode<'a, Parsed> for Instance<'a> {
    type Object = Members<'a>;
    type Array = Members<'a>;
    type Number = Number;

    fn as_object(&self) -> Option<Members<'a>> {
        self.container(Node::is_object)
    }

    fn as_array(&self) -> Option<Members<'a>> {
        self.container(Node::is_array)
    }

    fn as_string(&self) -> Option<Cow<'a, str>> {
        match self.kind() {
            Kind::String(text) => Some(Cow::Borrowed(text)),
            _ => None,
        }
    }

    fn as_number(&self) -> Option<Number> {
        match self.kind() {
            Kind::Number(digits) => digits.parse().ok(),
            _ => None,
        }
    }

    fn as_boolean(&self) -> Option<bool> {
        match self.kind() {
            Kind::Bool(value) => Some(value),
            _ => None,
        }
    }

    fn is_null(&self) -> bool {
        self.json_type() == JsonType::Null
    }

    fn json_type(&self) -> JsonType {
        match self.kind() {
            Kind::Bool(_) => JsonType::Boolean,
            // As in `Node::to_value`, a number that serde cannot hold counts as null.
            Kind::Number(_) if self.as_number().is_some() => JsonType::Number,
            Kind::Null | Kind::Number(_) => JsonType::Null,
            Kind::String(_) => JsonType::String,
            Kind::Array => JsonType::Array,
            Kind::Object => JsonType::Object,
        }
    }

    fn equals_value(&self, expected: &Value) -> bool {
        match (self.kind(), expected) {
            (Kind::String(text), expected) => expected.as_str() == Some(text),
            (_, Value::String(_)) => false,
            _ => jsonschema::json::cmp::equal(&self.to_value(), expected),
        }
    }

    fn to_value(&self) -> Cow<'a, Value> {
        Cow::Owned(match self {
            Self::Value(node) => node.to_value(),
            Self::Name(name) => Value::from(*name),
        })
    }

    fn identity(&self) -> Option<NodeIdentity> {
        match self {
            Self::Value(node) => Some(NodeIdentity::tagged(0, node.id())),
            Self::Name(_) => None,
        }
    }
}

/// A container. Of members with the same key the last counts, as in `Node::to_value`.
#[derive(Clone, Copy)]
pub(super) struct Members<'a>(Node<'a>);

impl<'a> Object<'a, Parsed> for Members<'a> {
    type Node = Instance<'a>;
    type MemberName = &'a str;
    type MembersIter = MembersIter<'a>;

    fn len(&self) -> usize {
        if self.0.has_repeats() { self.members().count() } else { self.0.items().count() }
    }

    fn get(&self, key: &String) -> Option<Instance<'a>> {
        self.0.get(key).map(Instance::Value)
    }

    fn members(&self) -> MembersIter<'a> {
        MembersIter { object: self.0, items: self.0.items() }
    }
}

impl<'a> Array<'a, Parsed> for Members<'a> {
    type Node = Instance<'a>;
    type ElementsIter = Map<Items<'a>, fn(Node<'a>) -> Instance<'a>>;

    fn len(&self) -> usize {
        self.0.items().count()
    }

    fn elements(&self) -> Self::ElementsIter {
        self.0.items().map(Instance::Value)
    }
}

/// The members of an object that count.
pub(super) struct MembersIter<'a> {
    object: Node<'a>,
    items: Items<'a>,
}

impl<'a> Iterator for MembersIter<'a> {
    type Item = (&'a str, Instance<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let object = self.object;
        let is_last = |key: &str, id: u32| object.get(key).is_none_or(|last| last.id() == id);
        self.items.find_map(|node| {
            let key = node.key()?;
            (!object.has_repeats() || is_last(key, node.id())).then_some((key, Instance::Value(node)))
        })
    }
}
