//! A value with its pointer, found by keys whose casing differs from tool to tool.
//!
//! The same property is `createdTimeUtc` in the REST API, `created_time_utc` in the SDK for Python and `CreatedTimeUtc`
//! in a table. So a key is looked for as written first, and then by its letters alone.

use std::fmt;

use crate::base::json::Node;
use crate::base::pointer::Pointer;

/// A value and its pointer.
///
/// A node can work out its own pointer, but counts its elder siblings for that. Readers walk lists of thousands, so
/// they carry the pointer along. Inside a JSON text that stands in a string, every value has the pointer of that
/// string: there is nothing deeper in the document that a pointer could name.
#[derive(Debug, Clone)]
pub(super) struct Place<'d> {
    pub(super) node: Node<'d>,
    pub(super) pointer: Pointer,
    quoted: bool,
}

impl<'d> Place<'d> {
    /// The outermost value.
    pub(super) fn root(node: Node<'d>) -> Self {
        Self::at(node, Pointer::root())
    }

    /// A value of which the pointer is known.
    pub(super) fn at(node: Node<'d>, pointer: Pointer) -> Self {
        Self { node, pointer, quoted: false }
    }

    /// The outermost value of a JSON text that stands in the string at `pointer`.
    pub(super) fn quoted(node: Node<'d>, pointer: Pointer) -> Self {
        Self { node, pointer, quoted: true }
    }

    /// The pointer of a member or an element.
    pub(super) fn join(&self, token: impl fmt::Display) -> Pointer {
        if self.quoted { self.pointer.clone() } else { self.pointer.join(token) }
    }

    /// The place of a value that is known to be a child.
    pub(super) fn child(&self, token: impl fmt::Display, node: Node<'d>) -> Self {
        Self { node, pointer: self.join(token), quoted: self.quoted }
    }

    /// A member; one that is `null` counts as absent.
    pub(super) fn member(&self, key: &str) -> Option<Self> {
        let present = |node: &Node<'d>| !node.is_null();
        let exact = self.node.get(key).filter(present);
        let node = exact.or_else(|| {
            self.node
                .members()
                .filter(|(own, node)| present(node) && is_same_key(own, key))
                .last()
                .map(|(_, node)| node)
        })?;
        Some(self.child(node.key().unwrap_or(key), node))
    }

    /// The elements of an array.
    pub(super) fn elements(&self) -> impl Iterator<Item = Self> + use<'_, 'd> {
        self.node.items().enumerate().map(|(index, node)| self.child(index, node))
    }

    /// Where the facts are: in `properties`, as Azure Resource Manager and the streaming API write it, or right here.
    pub(super) fn body(&self) -> Self {
        self.member("properties").filter(|inner| inner.node.is_object()).unwrap_or_else(|| self.clone())
    }
}

/// Whether two keys are one but for case and underscores.
pub(super) fn is_same_key(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

fn letters(key: &str) -> impl Iterator<Item = u8> {
    key.bytes().filter(|byte| *byte != b'_').map(|byte| byte.to_ascii_lowercase())
}

/// An incident or an alert: the object as a whole, and the part of it that holds the facts.
#[derive(Debug, Clone)]
pub(super) struct Subject<'d> {
    pub(super) whole: Place<'d>,
    pub(super) body: Place<'d>,
}

impl<'d> Subject<'d> {
    /// The subject of what stands at `at`: `incident` of a bundle, `object` of a trigger, or the value itself.
    pub(super) fn of(at: &Place<'d>) -> Self {
        let inner = ["incident", "object"]
            .iter()
            .filter_map(|key| at.member(key))
            .find(|inner| inner.node.is_object());
        let whole = inner.unwrap_or_else(|| at.clone());
        let body = whole.body();
        Self { whole, body }
    }

    /// Where to look, best first.
    pub(super) fn places(&self) -> impl Iterator<Item = &Place<'d>> + Clone {
        let whole = (self.body.node.span() != self.whole.node.span()).then_some(&self.whole);
        std::iter::once(&self.body).chain(whole)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::json::Document;

    #[test]
    fn keys_are_found_in_any_casing_the_exact_one_first() {
        let document =
            Document::parse(r#"{"Id": 1, "created_time": 2, "id": 3, "gone": null, "Gone": 4}"#).unwrap();
        let at = Place::root(document.root());
        let value = |key: &str| at.member(key).and_then(|place| place.node.as_i64());
        assert_eq!(
            ["id", "ID", "createdTime", "gone", "none"].map(value),
            [Some(3), Some(3), Some(2), Some(4), None]
        );
        assert_eq!(at.member("CreatedTime").unwrap().pointer.as_str(), "/created_time");
    }

    #[test]
    fn whatever_a_string_holds_stands_where_the_string_stands() {
        let document = Document::parse(r#"[{"a": [7]}]"#).unwrap();
        let at = Place::quoted(document.root(), Pointer::from_escaped("/Entities"));
        let inner = at.elements().next().unwrap().member("a").unwrap();
        assert_eq!((inner.pointer.as_str(), inner.join("x").as_str()), ("/Entities", "/Entities"));
    }

    #[test]
    fn the_subject_is_found_inside_bundles_and_triggers() {
        let text = r#"{"object": {"name": "n", "properties": {"title": "t"}}}"#;
        let document = Document::parse(text).unwrap();
        let subject = Subject::of(&Place::root(document.root()));
        let pointers: Vec<&str> = subject.places().map(|place| place.pointer.as_str()).collect();
        assert_eq!(pointers, ["/object/properties", "/object"]);
    }
}
