//! A strict JSON reader that keeps positions: one pass, one arena, strings borrowed where they have no escape.
//!
//! Everything that judges a document (ingest readers, the workflow read model, the checker) walks [`Node`]s, so that a
//! finding can always name its pointer and its byte span. `serde_json::Value` is made only for the schema validator.
//!
//! Nodes stand in document order, so a container's children are the nodes right behind it and the whole of a value is
//! one stretch of the arena. That makes a node 32 bytes, and what is read from a hostile text stays a small multiple of
//! the text: nesting, the number of values and the length of a key are bounded.
//!
//! Whoever judges a definition asks its objects for members that are mostly not there. So each key has a fingerprint, and
//! an object the set of those in it: most questions are answered without looking at a key.

use std::ops::Range;

use super::pointer::Pointer;

mod comments;
mod node;
mod parser;

pub use comments::without_comments;
pub use node::{Items, Node};

/// How deeply arrays and objects may nest. The service refuses workflow nesting beyond 8 levels, which is far below
/// this; the bound keeps every later recursion over a document safe.
pub const MAX_DEPTH: usize = 128;

/// The most values in one document. The largest published solution flow has some ten thousand.
pub const MAX_NODES: usize = 4_000_000;

/// The longest key, in bytes as written. A pointer repeats every key on its way, so that long ones would multiply.
pub const MAX_KEY: usize = 1024;

/// A parsed document. Nodes stand in document order; the root is node 0.
#[derive(Debug)]
pub struct Document<'a> {
    text: &'a str,
    nodes: Vec<NodeData>,
    /// The strings that have escapes, resolved, one behind the other.
    decoded: String,
    /// Where each of them stands in `decoded`.
    pieces: Vec<(u32, u32)>,
    /// The nodes whose key has escapes, in order, and which of the pieces it is.
    escaped_keys: Vec<(u32, u32)>,
    duplicates: Vec<u32>,
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Kind<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as written.
    Number(&'a str),
    /// A string with its escapes resolved.
    String(&'a str),
    /// An array; the elements are the node's children.
    Array,
    /// An object; the members are the node's children.
    Object,
}

#[derive(Debug, Clone, Copy)]
struct NodeData {
    /// Start and end in bytes, with the quotes of a string.
    span: (u32, u32),
    /// Start and end of a member's key with its quotes. For an element its index, and 0.
    key: (u32, u32),
    parent: u32,
    /// The first node behind this one and all that is in it.
    behind: u32,
    /// For objects the fingerprints of their keys; for a string with escapes its piece.
    extra: u32,
    /// The fingerprint of a member's key.
    print: Fingerprint,
    tag: Tag,
    has_escaped_key: bool,
    /// Whether members of this object have the same key.
    has_repeats: bool,
}

/// A byte that tells most keys apart: keys that are the same, or differ in case alone, have the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Fingerprint(u8);

impl Fingerprint {
    /// Of no key.
    const NONE: Self = Self(0);

    #[inline]
    fn of(key: &str) -> Self {
        let bytes = key.as_bytes();
        let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return Self::NONE };
        // What tells the small letters of ASCII from the large ones is set in both.
        let letters = u32::from_le_bytes([*first, bytes[bytes.len() / 2], *last, 0]) | 0x20_2020;
        let mixed = (letters | (bytes.len() as u32) << 24).wrapping_mul(0x9E37_79B1);
        Self((mixed >> 24) as u8)
    }
}

/// A set of fingerprints, as good as 32 bits are: it may have one that was never put in.
#[derive(Debug, Clone, Copy, Default)]
struct Prints(u32);

impl Prints {
    #[inline]
    fn has(self, print: Fingerprint) -> bool {
        self.0 & Self::bit(print) != 0
    }

    fn add(&mut self, print: Fingerprint) {
        self.0 |= Self::bit(print);
    }

    fn bit(Fingerprint(print): Fingerprint) -> u32 {
        1 << (print % 32)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tag {
    Null,
    True,
    False,
    Number,
    String,
    EscapedString,
    Array,
    Object,
}

/// Why a text is not JSON.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// Bytes of the text that are wrong; empty at the end of the text.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What would be right.
    pub help: String,
}

impl<'a> Document<'a> {
    /// Parses strict JSON (RFC 8259). Duplicate keys are kept and listed by [`Document::duplicates`].
    pub fn parse(text: &'a str) -> Result<Self, SyntaxError> {
        parser::parse(text)
    }

    /// The outermost value.
    pub fn root(&self) -> Node<'_> {
        Node::new(self, 0)
    }

    /// The text the document was parsed from.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Members whose key stands earlier in the same object too. The service keeps the last one.
    pub fn duplicates(&self) -> impl Iterator<Item = Node<'_>> {
        self.duplicates.iter().map(|id| Node::new(self, *id))
    }

    /// The node at a pointer, matching keys exactly.
    pub fn at(&self, pointer: &Pointer) -> Option<Node<'_>> {
        pointer.tokens().try_fold(self.root(), |node, token| node.child(&token))
    }

    /// The node at a pointer or, where the pointer goes on into nothing, its deepest existing ancestor.
    pub fn nearest(&self, pointer: &Pointer) -> Node<'_> {
        self.resolve(pointer).0
    }

    /// The nearest node, and whether it is the one that the pointer names.
    pub fn resolve(&self, pointer: &Pointer) -> (Node<'_>, bool) {
        let mut node = self.root();
        for token in pointer.tokens() {
            let Some(child) = node.child(&token) else { return (node, false) };
            node = child;
        }
        (node, true)
    }

    fn piece(&self, at: u32) -> &str {
        let (start, end) = self.pieces[at as usize];
        &self.decoded[start as usize..end as usize]
    }

    /// What stands between the quotes of a string or key.
    fn between(&self, (start, end): (u32, u32)) -> &'a str {
        &self.text[start as usize + 1..end as usize - 1]
    }

    fn key(&self, id: u32) -> Option<&str> {
        let data = &self.nodes[id as usize];
        if data.key.1 == 0 {
            return None;
        }
        if !data.has_escaped_key {
            return Some(self.between(data.key));
        }
        let at = self.escaped_keys.binary_search_by_key(&id, |(node, _)| *node).ok()?;
        Some(self.piece(self.escaped_keys[at].1))
    }

    /// The first node behind a value and all that is in it.
    #[inline]
    fn behind(&self, id: u32) -> u32 {
        self.nodes[id as usize].behind
    }
}

#[cfg(test)]
mod tests;
