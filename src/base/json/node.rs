//! A cursor into a [`Document`]: cheap to copy, knows its place.

use std::cmp::Ordering;
use std::ops::Range;

use serde_json::Value;

use super::{Document, Fingerprint, Kind, NodeData, Prints, Tag};
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

    fn data(&self) -> &'d NodeData {
        &self.document.nodes[self.id as usize]
    }

    /// Where the value stands among all of its document, in the order of the text. A value is told from every other
    /// one by this number.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// What the value is.
    pub fn kind(&self) -> Kind<'d> {
        let data = self.data();
        match data.tag {
            Tag::Null => Kind::Null,
            Tag::True => Kind::Bool(true),
            Tag::False => Kind::Bool(false),
            Tag::Number => Kind::Number(&self.document.text[self.span()]),
            Tag::String => Kind::String(self.document.between(data.span)),
            Tag::EscapedString => Kind::String(self.document.piece(data.extra)),
            Tag::Array => Kind::Array,
            Tag::Object => Kind::Object,
        }
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

    /// The line it begins in, counted from 1. Looks through the text before it: for a finding, not for a walk.
    pub fn line(&self) -> usize {
        let before = &self.document.text.as_bytes()[..self.key_span().start.min(self.span().start)];
        before.iter().filter(|byte| **byte == b'\n').count() + 1
    }

    /// The key of a member, or `None` for elements and the root.
    pub fn key(&self) -> Option<&'d str> {
        self.document.key(self.id)
    }

    /// Bytes of the key with its quotes; the value's own span where there is no key.
    pub fn key_span(&self) -> Range<usize> {
        match self.data().key {
            (_, 0) => self.span(),
            (start, end) => start as usize..end as usize,
        }
    }

    /// The JSON Pointer of this value.
    pub fn pointer(&self) -> Pointer {
        let mut pointer = Pointer::root();
        let mut chain = Vec::new();
        let mut at = Some(*self);
        while let Some(node) = at {
            chain.push(node);
            at = node.parent();
        }
        for node in chain.iter().rev().skip(1) {
            match node.key() {
                Some(key) => pointer.push_text(key),
                None => pointer.push(node.data().key.0),
            }
        }
        pointer
    }

    /// The container, or `None` at the root.
    pub fn parent(&self) -> Option<Self> {
        (self.id != 0).then(|| Self::new(self.document, self.data().parent))
    }

    /// The elements of an array, or the values of an object; nothing for a scalar.
    pub fn items(&self) -> Items<'d> {
        Items { document: self.document, next: self.id + 1, end: self.document.behind(self.id) }
    }

    /// This value and every value in it, in the order of the text.
    pub fn descendants(&self) -> impl Iterator<Item = Node<'d>> + use<'d> {
        let document = self.document;
        (self.id..document.behind(self.id)).map(move |id| Node::new(document, id))
    }

    /// Whether this value is `other` or stands somewhere in it.
    pub fn is_within(&self, other: Node<'_>) -> bool {
        (other.id..other.document.behind(other.id)).contains(&self.id)
    }

    /// The element of an array. Takes no longer for a late one of many than for an early one.
    fn element(&self, index: u32) -> Option<Self> {
        let (mut low, mut high) = (self.id + 1, self.document.behind(self.id));
        while low < high {
            let mut at = low + (high - low) / 2;
            while self.document.nodes[at as usize].parent != self.id {
                at = self.document.nodes[at as usize].parent;
            }
            match self.document.nodes[at as usize].key.0.cmp(&index) {
                Ordering::Equal => return Some(Self::new(self.document, at)),
                Ordering::Less => low = self.document.behind(at),
                Ordering::Greater => high = at,
            }
        }
        None
    }

    /// The element or member that a token of a pointer names.
    pub(super) fn child(&self, token: &str) -> Option<Self> {
        match self.data().tag {
            Tag::Array => self.element(token.parse().ok()?),
            _ => self.get(token),
        }
    }

    /// The members of an object with their keys, in document order; nothing for anything else.
    pub fn members(&self) -> impl Iterator<Item = (&'d str, Node<'d>)> + use<'d> {
        self.items().filter_map(|node| node.key().map(|key| (key, node)))
    }

    /// Whether members of this object have the same key.
    pub fn has_repeats(&self) -> bool {
        self.data().has_repeats
    }

    /// The member of that key. Of duplicate keys the last counts, as at the service.
    #[inline]
    pub fn get(&self, key: &str) -> Option<Node<'d>> {
        // The fingerprint of a key that is written out is worked out by the compiler, and most questions end with it.
        let print = Fingerprint::of(key);
        if self.may_have(print) { self.member(key, print) } else { None }
    }

    /// Whether a key of the object may have that fingerprint.
    #[inline]
    fn may_have(&self, print: Fingerprint) -> bool {
        let data = self.data();
        data.tag == Tag::Object && Prints(data.extra).has(print)
    }

    fn member(&self, key: &str, print: Fingerprint) -> Option<Node<'d>> {
        let mut named = self.with_print(print).filter(|node| node.key_is(key));
        if self.data().has_repeats { named.last() } else { named.next() }
    }

    /// The member of that key, exact spelling first, then any ASCII case.
    pub fn get_ignore_case(&self, key: &str) -> Option<Node<'d>> {
        let print = Fingerprint::of(key);
        let is_meant = |node: &Node<'d>| node.key().is_some_and(|name| name.eq_ignore_ascii_case(key));
        self.member(key, print).or_else(|| self.with_print(print).filter(is_meant).last())
    }

    /// The members whose keys have that fingerprint.
    fn with_print(&self, print: Fingerprint) -> impl Iterator<Item = Node<'d>> + use<'d> {
        let document = self.document;
        let end = if self.may_have(print) { self.data().behind } else { 0 };
        let mut next = self.id + 1;
        std::iter::from_fn(move || {
            while next < end {
                let (id, member) = (next, &document.nodes[next as usize]);
                next = member.behind;
                if member.print == print {
                    return Some(Node::new(document, id));
                }
            }
            None
        })
    }

    /// Whether the key is this one; without making the key where its length says no.
    #[inline]
    fn key_is(&self, key: &str) -> bool {
        let data = self.data();
        if data.has_escaped_key {
            return self.key() == Some(key);
        }
        let (start, end) = (data.key.0 as usize, data.key.1 as usize);
        end == start + key.len() + 2 && &self.document.text.as_bytes()[start + 1..end - 1] == key.as_bytes()
    }

    /// The text of a string that begins with a bracket, as what ARM computes does. Of any other no text is made.
    #[inline]
    pub fn bracketed(&self) -> Option<&'d str> {
        let data = self.data();
        match data.tag {
            Tag::String if self.document.text.as_bytes()[data.span.0 as usize + 1] != b'[' => None,
            _ => self.as_str().filter(|text| text.starts_with('[')),
        }
    }

    /// The key of a member, where that begins with a bracket.
    #[inline]
    pub fn bracketed_key(&self) -> Option<&'d str> {
        let data = self.data();
        let is_other = |start: u32| self.document.text.as_bytes()[start as usize + 1] != b'[';
        if data.key.1 == 0 || (!data.has_escaped_key && is_other(data.key.0)) {
            return None;
        }
        self.key().filter(|key| key.starts_with('['))
    }

    /// Whether it is the member of that key of whatever object.
    #[inline]
    pub fn is_called(&self, key: &str) -> bool {
        self.data().print == Fingerprint::of(key) && self.data().key.1 != 0 && self.key_is(key)
    }

    /// The member at a path of exact keys.
    pub fn path(&self, keys: &[&str]) -> Option<Node<'d>> {
        keys.iter().try_fold(*self, |node, key| node.get(key))
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&'d str> {
        let data = self.data();
        match data.tag {
            Tag::String => Some(self.document.between(data.span)),
            Tag::EscapedString => Some(self.document.piece(data.extra)),
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
            Kind::Bool(value) => Some(value),
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
        self.data().tag == Tag::Null
    }

    /// Whether the value is an object.
    pub fn is_object(&self) -> bool {
        self.data().tag == Tag::Object
    }

    /// Whether the value is an array.
    pub fn is_array(&self) -> bool {
        self.data().tag == Tag::Array
    }

    /// Turns a byte range of the decoded string into one of the document's text, seeing through escapes.
    /// For anything but a string the value's own span comes back.
    pub fn span_inside(&self, decoded: &Range<usize>) -> Range<usize> {
        let Kind::String(text) = self.kind() else { return self.span() };
        let inner = self.span().start + 1;
        if self.data().tag == Tag::String {
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
            Kind::Bool(value) => Value::Bool(value),
            Kind::Number(digits) => digits.parse().map_or(Value::Null, Value::Number),
            Kind::String(text) => Value::String(text.to_owned()),
            Kind::Array => self.items().map(|item| item.to_value()).collect(),
            Kind::Object => {
                Value::Object(self.members().map(|(key, node)| (key.to_owned(), node.to_value())).collect())
            }
        }
    }
}

/// The values directly in a container, in the order of the text.
#[derive(Debug, Clone)]
pub struct Items<'d> {
    document: &'d Document<'d>,
    next: u32,
    end: u32,
}

impl<'d> Iterator for Items<'d> {
    type Item = Node<'d>;

    #[inline]
    fn next(&mut self) -> Option<Node<'d>> {
        (self.next < self.end).then(|| {
            let node = Node::new(self.document, self.next);
            self.next = self.document.behind(self.next);
            node
        })
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
