//! Mechanical changes that mend a finding.
//!
//! A rule says what is to change in pointers; [`Fix::locate`] turns that into byte ranges of the document, as for the
//! place of a finding. [`apply`] makes the changes of many findings in one text, of overlapping ones only the first.

use std::ops::Range;

use super::json::{Document, Node};
use super::pointer::Pointer;

/// A change that is safe to make unseen: the service refuses what stands there, or what stands there does nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What it does, as an imperative: ``write `Succeeded` ``.
    pub title: String,
    change: Change,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Change {
    /// A part of a decoded string, given in bytes, becomes this text.
    Inside { at: Pointer, range: Range<usize>, text: String },
    /// The key of a member becomes this text.
    Key { at: Pointer, text: String },
    /// The key of a member gets this text before it.
    KeyFront { at: Pointer, text: String },
    /// A string becomes this text.
    Text { at: Pointer, text: String },
    /// Any value becomes this JSON.
    Value { at: Pointer, value: String },
    /// A member goes, with its comma.
    Remove { at: Pointer },
    /// A member is put first into an object. The value is JSON.
    Insert { into: Pointer, key: String, value: String },
}

/// A change in bytes of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty for an insertion.
    pub span: Range<usize>,
    /// What stands there afterwards.
    pub text: String,
}

impl Fix {
    /// Replaces a part of a string. `range` counts bytes of the decoded string.
    pub fn inside(
        title: impl Into<String>,
        at: Pointer,
        range: Range<usize>,
        text: impl Into<String>,
    ) -> Self {
        Self { title: title.into(), change: Change::Inside { at, range, text: text.into() } }
    }

    /// Renames a member.
    pub fn key(title: impl Into<String>, at: Pointer, text: impl Into<String>) -> Self {
        Self { title: title.into(), change: Change::Key { at, text: text.into() } }
    }

    /// Puts text before a key.
    pub fn key_front(title: impl Into<String>, at: Pointer, text: impl Into<String>) -> Self {
        Self { title: title.into(), change: Change::KeyFront { at, text: text.into() } }
    }

    /// Replaces a value of any kind. `value` is JSON on one line.
    pub fn value(title: impl Into<String>, at: Pointer, value: impl Into<String>) -> Self {
        Self { title: title.into(), change: Change::Value { at, value: value.into() } }
    }

    /// Replaces a whole string.
    pub fn text(title: impl Into<String>, at: Pointer, text: impl Into<String>) -> Self {
        Self { title: title.into(), change: Change::Text { at, text: text.into() } }
    }

    /// Removes a member of an object.
    pub fn remove(title: impl Into<String>, at: Pointer) -> Self {
        Self { title: title.into(), change: Change::Remove { at } }
    }

    /// Adds a member to an object. `value` is JSON on one line.
    pub fn insert(
        title: impl Into<String>,
        into: Pointer,
        key: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        let change = Change::Insert { into, key: key.into(), value: value.into() };
        Self { title: title.into(), change }
    }

    /// The change in bytes; none where the document has no such place.
    pub fn locate(&self, document: &Document<'_>) -> Option<Edit> {
        match &self.change {
            Change::Inside { at, range, text } => {
                let node = document.at(at).filter(|node| node.as_str().is_some())?;
                Some(Edit { span: node.span_inside(range), text: escaped(text) })
            }
            Change::Key { at, text } => {
                let node = document.at(at)?;
                node.key()?;
                Some(Edit { span: node.key_span(), text: quoted(text) })
            }
            Change::KeyFront { at, text } => {
                let node = document.at(at)?;
                node.key()?;
                let front = node.key_span().start + 1;
                Some(Edit { span: front..front, text: escaped(text) })
            }
            Change::Value { at, value } => Some(Edit { span: document.at(at)?.span(), text: value.clone() }),
            Change::Text { at, text } => {
                let node = document.at(at).filter(|node| node.as_str().is_some())?;
                Some(Edit { span: node.span(), text: quoted(text) })
            }
            Change::Remove { at } => removal(document, document.at(at)?),
            Change::Insert { into, key, value } => {
                let node = document.at(into).filter(|node| node.is_object() && node.get(key).is_none())?;
                Some(insertion(document, node, key, value))
            }
        }
    }
}

/// A string as JSON writes it, with its quotes.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The same without the quotes.
fn escaped(text: &str) -> String {
    let quoted = quoted(text);
    quoted[1..quoted.len() - 1].to_owned()
}

/// The bytes of a member and of the comma and blanks that go with it.
fn removal(document: &Document<'_>, node: Node<'_>) -> Option<Edit> {
    node.key()?;
    let text = document.text();
    let (start, end) = (node.key_span().start, node.span().end);
    let behind = end + blanks(&text[end..]);
    let span = if text[behind..].starts_with(',') {
        let next = behind + 1;
        start..next + blanks(&text[next..])
    } else {
        let before = text[..start].trim_end();
        match before.strip_suffix(',') {
            Some(kept) => kept.len()..end,
            // The only member: the object becomes empty.
            None => before.len()..behind,
        }
    };
    Some(Edit { span, text: String::new() })
}

fn insertion(document: &Document<'_>, node: Node<'_>, key: &str, value: &str) -> Edit {
    let inside = node.span().start + 1;
    let text = document.text();
    let member = format!("{}: {value}", quoted(key));
    let gap = &text[inside..inside + blanks(&text[inside..])];
    let text = match node.items().next() {
        Some(_) => format!("{gap}{member},"),
        None => member,
    };
    Edit { span: inside..inside, text }
}

/// How many bytes of JSON's white space a text begins with.
fn blanks(text: &str) -> usize {
    text.len() - text.trim_start_matches([' ', '\t', '\r', '\n']).len()
}

/// The text with the edits made, and how many were. An edit that touches an earlier one is left for the next time.
pub fn apply(text: &str, edits: impl IntoIterator<Item = Edit>) -> (String, usize) {
    let mut edits: Vec<Edit> = edits.into_iter().collect();
    edits.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let (mut out, mut done, mut made) = (String::with_capacity(text.len()), 0, 0);
    let mut last = None;
    for edit in edits {
        if edit.span.start < done || last == Some(edit.span.start) {
            continue;
        }
        out.push_str(&text[done..edit.span.start]);
        out.push_str(&edit.text);
        done = edit.span.end;
        last = Some(edit.span.start);
        made += 1;
    }
    out.push_str(&text[done..]);
    (out, made)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(text: &str, fix: &Fix) -> String {
        let document = Document::parse(text).unwrap();
        apply(text, fix.locate(&document)).0
    }

    fn at(pointer: &str) -> Pointer {
        Pointer::from_escaped(pointer)
    }

    #[test]
    fn a_member_goes_with_its_comma() {
        let remove = |text: &str| fixed(text, &Fix::remove("", at("/o/b")));
        assert_eq!(remove(r#"{"o": {"a": 1, "b": 2, "c": 3}}"#), r#"{"o": {"a": 1, "c": 3}}"#);
        assert_eq!(remove(r#"{"o": {"a": 1, "b": 2}}"#), r#"{"o": {"a": 1}}"#);
        assert_eq!(remove("{\"o\": {\n  \"b\": 2\n}}"), r#"{"o": {}}"#);
        assert_eq!(remove("{\"o\": {\n  \"b\": 2,\n  \"c\": 3\n}}"), "{\"o\": {\n  \"c\": 3\n}}");
    }

    #[test]
    fn a_member_comes_first_and_looks_like_the_others() {
        let insert = |text: &str| fixed(text, &Fix::insert("", at("/o"), "x\"y", r#"["S"]"#));
        assert_eq!(insert(r#"{"o": {}}"#), r#"{"o": {"x\"y": ["S"]}}"#);
        assert_eq!(insert("{\"o\": {\n  \"a\": 1\n}}"), "{\"o\": {\n  \"x\\\"y\": [\"S\"],\n  \"a\": 1\n}}");
        let there = r#"{"o": {"x\"y": 1}}"#;
        assert_eq!(insert(there), there, "what is there stays");
    }

    #[test]
    fn texts_and_keys_are_escaped() {
        let text = r#"{"a\u0041": "x\n@{y}"}"#;
        assert_eq!(fixed(text, &Fix::inside("", at("/aA"), 2..6, "\"@@")), r#"{"a\u0041": "x\n\"@@"}"#);
        assert_eq!(fixed(text, &Fix::key("", at("/aA"), "b\"")), r#"{"b\"": "x\n@{y}"}"#);
        assert_eq!(fixed(text, &Fix::text("", at("/aA"), "\t")), r#"{"a\u0041": "\t"}"#);
        assert_eq!(fixed(text, &Fix::key_front("", at("/aA"), "@")), r#"{"@a\u0041": "x\n@{y}"}"#);
        assert_eq!(fixed(text, &Fix::value("", at("/aA"), "[1]")), r#"{"a\u0041": [1]}"#);
    }

    #[test]
    fn of_edits_that_overlap_the_first_is_made() {
        let edit = |span: Range<usize>, text: &str| Edit { span, text: text.to_owned() };
        let edits = [edit(4..6, "B"), edit(0..5, "A"), edit(6..6, "+"), edit(6..6, "-")];
        assert_eq!(apply("0123456789", edits), ("A5+6789".to_owned(), 2));
    }
}
