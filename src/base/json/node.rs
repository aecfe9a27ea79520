//! A cursor into a [`Document`]: cheap to copy, knows its place.

use std::borrow::Cow;
use std::ops::Range;

use serde_json::Value;

use super::{Document, Kind, NONE};
use crate::base::pointer::Pointer;

/// One value of a document.
#[derive(Debug, Clone, Copy)]
pub struct Node<'d> {
    document: &'d Document<'d>,
    id: u32,
}

impl<'d> Node<'d> {
    pub(super) fn new(document: &'d Document<'_>, id: u32) -> Self {
        Self { document, id }
    }

    fn data(&self) -> &'d super::NodeData<'d> {
        &self.document.nodes[self.id as usize]
    }

    /// What the value is.
    pub fn kind(&self) -> &'d Kind<'d> {
        &self.data().kind
    }

    /// The kind in words, for messages.
    pub fn kind_name(&self) -> &'static str {
        match self.kind() {
            Kind::Null => "null",
            Kind::Bool(_) => "a boolean",
            Kind::Number(_) => "a number",
            Kind::String(_) => "a string",
            Kind::Array => "an array",
            Kind::Object => "an object",
        }
    }

    /// Bytes of the value, a string with its quotes.
    pub fn span(&self) -> Range<usize> {
        let (start, end) = self.data().span;
        start as usize..end as usize
    }

    /// The key of a member, or `None` for elements and the root.
    pub fn key(&self) -> Option<&'d str> {
        self.data().key.as_ref().map(|key| key.text.as_ref())
    }

    /// Bytes of the key with its quotes; the value's own span where there is no key.
    pub fn key_span(&self) -> Range<usize> {
        match &self.data().key {
            Some(key) => key.span.0 as usize..key.span.1 as usize,
            None => self.span(),
        }
    }

    /// The JSON Pointer of this value.
    pub fn pointer(&self) -> Pointer {
        let mut tokens = Vec::new();
        let mut node = *self;
        while let Some(parent) = node.parent() {
            tokens.push(match node.key() {
                Some(key) => key.to_owned(),
                None => parent.items().take_while(|item| item.id != node.id).count().to_string(),
            });
            node = parent;
        }
        let mut pointer = Pointer::root();
        tokens.iter().rev().for_each(|token| pointer.push(token));
        pointer
    }

    /// The container, or `None` at the root.
    pub fn parent(&self) -> Option<Self> {
        (self.id != 0).then(|| Self::new(self.document, self.data().parent))
    }

    /// The elements of an array, or the values of an object; nothing for a scalar.
    pub fn items(&self) -> impl Iterator<Item = Node<'d>> + use<'d> {
        let document = self.document;
        let mut next = self.data().first_child;
        std::iter::from_fn(move || {
            (next != NONE).then(|| {
                let node = Node::new(document, next);
                next = node.data().next;
                node
            })
        })
    }

    /// The members of an object with their keys, in document order; nothing for anything else.
    pub fn members(&self) -> impl Iterator<Item = (&'d str, Node<'d>)> + use<'d> {
        self.items().filter_map(|node| node.key().map(|key| (key, node)))
    }

    /// The member of that key. Of duplicate keys the last counts, as at the service.
    pub fn get(&self, key: &str) -> Option<Node<'d>> {
        self.members().filter(|(name, _)| *name == key).last().map(|(_, node)| node)
    }

    /// The member of that key, exact spelling first, then any ASCII case.
    pub fn get_ignore_case(&self, key: &str) -> Option<Node<'d>> {
        self.get(key).or_else(|| {
            self.members().filter(|(name, _)| name.eq_ignore_ascii_case(key)).last().map(|(_, node)| node)
        })
    }

    /// The member at a path of exact keys.
    pub fn path(&self, keys: &[&str]) -> Option<Node<'d>> {
        keys.iter().try_fold(*self, |node, key| node.get(key))
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&'d str> {
        match self.kind() {
            Kind::String(text) => Some(text.as_ref()),
            _ => None,
        }
    }

    /// The text of a string that is more than white space.
    pub fn text(&self) -> Option<&'d str> {
        self.as_str().filter(|text| !text.trim().is_empty())
    }

    /// A boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self.kind() {
            Kind::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// A whole number that fits.
    pub fn as_i64(&self) -> Option<i64> {
        match self.kind() {
            Kind::Number(digits) => digits.parse().ok(),
            _ => None,
        }
    }

    /// A string as it is, or a number as it was written: several exports use both for ids.
    pub fn text_or_number(&self) -> Option<&'d str> {
        match self.kind() {
            Kind::Number(digits) => Some(digits),
            _ => self.text(),
        }
    }

    /// Whether the value is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self.kind(), Kind::Null)
    }

    /// Whether the value is an object.
    pub fn is_object(&self) -> bool {
        matches!(self.kind(), Kind::Object)
    }

    /// Whether the value is an array.
    pub fn is_array(&self) -> bool {
        matches!(self.kind(), Kind::Array)
    }

    /// Turns a byte range of the decoded string into one of the document's text, seeing through escapes.
    /// For anything but a string the value's own span comes back.
    pub fn span_inside(&self, decoded: &Range<usize>) -> Range<usize> {
        let Kind::String(text) = self.kind() else { return self.span() };
        let inner = self.span().start + 1;
        if matches!(text, Cow::Borrowed(_)) {
            return inner + decoded.start.min(text.len())..inner + decoded.end.min(text.len());
        }
        let raw = &self.document.text[inner..self.span().end - 1];
        let start = raw_offset(raw, decoded.start);
        let end = raw_offset(raw, decoded.end).max(start);
        inner + start..inner + end
    }

    /// The value as serde knows it; of duplicate keys the last counts. Depth is bounded by [`super::MAX_DEPTH`].
    pub fn to_value(&self) -> Value {
        match self.kind() {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Number(digits) => digits.parse().map_or(Value::Null, Value::Number),
            Kind::String(text) => Value::String(text.clone().into_owned()),
            Kind::Array => self.items().map(|item| item.to_value()).collect(),
            Kind::Object => {
                Value::Object(self.members().map(|(key, node)| (key.to_owned(), node.to_value())).collect())
            }
        }
    }
}

/// The offset in an escaped string body that yields the `decoded`-th byte of the decoded string.
fn raw_offset(raw: &str, decoded: usize) -> usize {
    let (mut at, mut out) = (0, 0);
    let bytes = raw.as_bytes();
    while at < bytes.len() && out < decoded {
        let (width, bytes_out) = match bytes[at] {
            b'\\' if bytes.get(at + 1) == Some(&b'u') => unicode_escape_width(&raw[at..]),
            b'\\' => (2, 1),
            _ => (1, 1),
        };
        at += width;
        out += bytes_out;
    }
    at.min(raw.len())
}

/// Source width and decoded width in bytes of a `\uXXXX` escape or surrogate pair at the start of `raw`.
fn unicode_escape_width(raw: &str) -> (usize, usize) {
    let unit = |at: usize| raw.get(at..at + 4).and_then(|hex| u32::from_str_radix(hex, 16).ok());
    match unit(2) {
        Some(0xD800..=0xDBFF) if raw.get(6..8) == Some("\\u") => (12, 4),
        Some(code) => (6, char::from_u32(code).map_or(3, char::len_utf8)),
        None => (2, 1),
    }
}
