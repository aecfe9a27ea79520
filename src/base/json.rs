//! A strict JSON reader that keeps positions: one pass, one arena, strings borrowed where they have no escape.
//!
//! Everything that judges a document (ingest readers, the workflow read model, the checker) walks [`Node`]s, so that a
//! finding can always name its pointer and its byte span. `serde_json::Value` is made only for the schema validator.

use std::borrow::Cow;
use std::ops::Range;

use super::pointer::Pointer;

mod node;
mod parser;

pub use node::Node;

/// How deeply arrays and objects may nest. The service refuses workflow nesting beyond 8 levels, which is far below
/// this; the bound keeps every later recursion over a document safe.
pub const MAX_DEPTH: usize = 128;

/// A parsed document. Nodes stand in document order; the root is node 0.
#[derive(Debug)]
pub struct Document<'a> {
    text: &'a str,
    nodes: Vec<NodeData<'a>>,
    duplicates: Vec<u32>,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Kind<'a> {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number, as written.
    Number(&'a str),
    /// A string with its escapes resolved.
    String(Cow<'a, str>),
    /// An array; the elements are the node's children.
    Array,
    /// An object; the members are the node's children.
    Object,
}

#[derive(Debug)]
struct NodeData<'a> {
    kind: Kind<'a>,
    /// Start and end in bytes, with the quotes of a string.
    span: (u32, u32),
    key: Option<Key<'a>>,
    parent: u32,
    first_child: u32,
    next: u32,
}

#[derive(Debug)]
struct Key<'a> {
    text: Cow<'a, str>,
    span: (u32, u32),
}

/// Node 0 is the root, so 0 can also say "no such node" for children and siblings.
const NONE: u32 = 0;

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
        pointer.tokens().try_fold(self.root(), |node, token| match node.kind() {
            Kind::Array => token.parse().ok().and_then(|index: usize| node.items().nth(index)),
            _ => node.get(&token),
        })
    }

    /// The node at a pointer or, where the pointer goes on into nothing, its deepest existing ancestor.
    pub fn nearest(&self, pointer: &Pointer) -> Node<'_> {
        let mut at = Some(pointer.clone());
        while let Some(pointer) = at {
            if let Some(node) = self.at(&pointer) {
                return node;
            }
            at = pointer.parent();
        }
        self.root()
    }
}

#[cfg(test)]
mod tests;
