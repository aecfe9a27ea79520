//! What every reader reads with: places that know their pointer, and lenient access that reports what it met.
//!
//! Exports drift: ids come as numbers or texts, a list of one as the element itself, absent values as `null` or as an
//! empty text. All of that is accepted here, once. A value of a type that no export has becomes a finding.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::json::Node;
use crate::base::pointer::Pointer;

use super::codes;
use super::entities::{Entities, Fields};
use super::incident::Field;
use super::words::Words;

/// Findings of one rule that are spelled out; more of the same are counted.
const MAX_PER_RULE: usize = 50;

/// The longest list of incidents, alerts, devices or evidence that is read.
pub(super) const MAX_LIST: usize = 50_000;

/// A value and its pointer.
///
/// A node can work out its own pointer, but counts its elder siblings for that. Readers walk lists of thousands, so
/// they carry the pointer along.
#[derive(Debug, Clone)]
pub(super) struct Place<'d> {
    pub(super) node: Node<'d>,
    pub(super) pointer: Pointer,
}

impl<'d> Place<'d> {
    /// The outermost value.
    pub(super) fn root(node: Node<'d>) -> Self {
        Self { node, pointer: Pointer::root() }
    }

    /// A member; one that is `null` counts as absent.
    pub(super) fn member(&self, key: &str) -> Option<Self> {
        let node = self.node.get(key).filter(|node| !node.is_null())?;
        Some(Self { node, pointer: self.pointer.join(key) })
    }

    /// The elements of an array.
    pub(super) fn elements(&self) -> impl Iterator<Item = Self> + use<'_, 'd> {
        self.node.items().enumerate().map(|(index, node)| Self { node, pointer: self.pointer.join(index) })
    }
}

/// Findings in the order in which they were met.
#[derive(Debug, Default)]
pub(super) struct Findings {
    found: Vec<Diagnostic>,
    counts: BTreeMap<&'static str, usize>,
    errors: usize,
    words: BTreeSet<(&'static str, String)>,
}

impl Findings {
    /// Takes a finding; beyond [`MAX_PER_RULE`] of one rule they are only counted.
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        let count = self.counts.entry(diagnostic.rule.code).or_default();
        *count += 1;
        self.errors += usize::from(diagnostic.is_error());
        // The first error always survives: a refusal must say why.
        if *count <= MAX_PER_RULE || (diagnostic.is_error() && self.errors == 1) {
            self.found.push(diagnostic);
        }
    }

    /// How many errors were met.
    pub(super) fn errors(&self) -> usize {
        self.errors
    }

    /// Whether a list is short enough to be read; one that is not is an error.
    pub(super) fn is_readable(&mut self, list: &Place<'_>) -> bool {
        let length = list.node.items().count();
        if length > MAX_LIST {
            self.push(
                Diagnostic::new(
                    &codes::INCIDENT_TOO_LARGE,
                    list.pointer.clone(),
                    format!("this list has {length} elements"),
                )
                .help(format!(
                    "at most {MAX_LIST} are read: split the export, or leave out what does not matter"
                )),
            );
        }
        length <= MAX_LIST
    }

    /// All findings, with a note on the last of each rule that had too many.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        for (code, count) in self.counts.into_iter().filter(|(_, count)| *count > MAX_PER_RULE) {
            if let Some(last) = self.found.iter_mut().rfind(|diagnostic| diagnostic.rule.code == code) {
                last.message.push_str(&format!(" (and {} more of this kind)", count - MAX_PER_RULE));
            }
        }
        self.found
    }

    fn wrong_type(&mut self, at: Pointer, found: Node<'_>, allowed: &str, severity: Severity) {
        let name = at.last().unwrap_or_else(|| "document".to_owned());
        let loss = match severity {
            Severity::Error => "export the incident again, or repair this value",
            _ => "the value is left out",
        };
        self.push(
            Diagnostic::new(&codes::WRONG_TYPE, at, format!("`{name}` is {}", found.kind_name()))
                .help(format!("{allowed} is allowed here: {loss}"))
                .severity(severity),
        );
    }
}

/// Everything one incident is read into: findings and entities.
#[derive(Debug, Default)]
pub(super) struct Reader {
    pub(super) findings: Findings,
    pub(super) entities: Entities,
    /// The alert being read, as an index.
    pub(super) alert: usize,
}

impl Reader {
    /// The text at a key, or at a path of keys joined with slashes (a key such as `@odata.type` holds a dot). Numbers
    /// count as texts, blank texts as absent.
    pub(super) fn text(&mut self, at: &Place<'_>, path: &str) -> Option<String> {
        let (parents, key) = path.rsplit_once('/').unwrap_or(("", path));
        let mut holder = at.clone();
        for parent in parents.split('/').filter(|parent| !parent.is_empty()) {
            holder = self.object(&holder, parent)?;
        }
        let node = holder.node.get(key)?;
        if node.text_or_number().is_none() && !node.is_null() && node.as_str().is_none() {
            self.findings.wrong_type(holder.pointer.join(key), node, "a text or a number", Severity::Warning);
        }
        node.text_or_number().map(str::to_owned)
    }

    /// The texts at a key: a list, or a single text.
    pub(super) fn texts(&mut self, at: &Place<'_>, key: &str) -> Vec<String> {
        self.placed_texts(at, key).into_iter().map(|(_, text)| text).collect()
    }

    /// As [`Reader::texts`], each with its place.
    pub(super) fn placed_texts<'d>(&mut self, at: &Place<'d>, key: &str) -> Vec<(Place<'d>, String)> {
        let Some(list) = at.member(key) else { return Vec::new() };
        if !list.node.is_array() {
            return self.text(at, key).map(|text| (list, text)).into_iter().collect();
        }
        let mut texts = Vec::new();
        for element in list.elements() {
            match element.node.text_or_number() {
                Some(text) => texts.push((element, text.to_owned())),
                None if element.node.is_null() || element.node.as_str().is_some() => {}
                None => {
                    let Place { node, pointer } = element;
                    self.findings.wrong_type(pointer, node, "a text", Severity::Warning);
                }
            }
        }
        texts
    }

    /// The object at a key.
    pub(super) fn object<'d>(&mut self, at: &Place<'d>, key: &str) -> Option<Place<'d>> {
        let member = at.member(key)?;
        if member.node.is_object() {
            return Some(member);
        }
        self.findings.wrong_type(member.pointer, member.node, "an object", Severity::Warning);
        None
    }

    /// The objects at a key: a list, or one object standing alone, as some forwarders write a list of one. `None`
    /// when there is no such member. Anything else is an error, for going on would lose what the list holds.
    pub(super) fn objects<'d>(&mut self, at: &Place<'d>, key: &str) -> Option<Vec<Place<'d>>> {
        let list = at.member(key)?;
        if list.node.is_object() {
            return Some(if list.node.items().next().is_some() { vec![list] } else { Vec::new() });
        }
        if !list.node.is_array() {
            self.findings.wrong_type(list.pointer, list.node, "a list of objects", Severity::Error);
            return None;
        }
        if !self.findings.is_readable(&list) {
            return None;
        }
        let mut objects = Vec::new();
        for element in list.elements() {
            if element.node.is_object() {
                objects.push(element);
            } else if !element.node.is_null() {
                let Place { node, pointer } = element;
                self.findings.wrong_type(pointer, node, "an object", Severity::Error);
            }
        }
        Some(objects)
    }

    /// A word of one of the product's fixed lists. An unknown word is reported once and counts as not said.
    pub(super) fn word<T: Default>(&mut self, at: &Place<'_>, key: &'static str, words: Words<T>) -> T {
        let Some(text) = self.text(at, key) else { return T::default() };
        let lower = text.trim().to_ascii_lowercase();
        if let Some(value) = words(&lower) {
            return value;
        }
        let shown: String = text.chars().take(40).collect();
        if self.findings.words.insert((key, lower)) {
            self.findings.push(
                Diagnostic::new(
                    &codes::UNKNOWN_WORD,
                    at.pointer.join(key),
                    format!("`{key}` is {shown:?}, a word unknown here"),
                )
                .help("it counts as not said; correct it in the export if it is a slip, or in the review"),
            );
        }
        T::default()
    }

    /// The fields that a table names. Where a field stands twice in the table the first that is present wins.
    pub(super) fn fields(&mut self, at: &Place<'_>, table: &[(Field, &str)]) -> Fields {
        let mut fields = Fields::new();
        for (field, path) in table {
            if !fields.contains_key(field)
                && let Some(text) = self.text(at, path)
            {
                fields.insert(*field, text);
            }
        }
        fields
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::json::Document;

    fn with<T>(text: &str, act: impl FnOnce(&mut Reader, &Place<'_>) -> T) -> (T, Vec<String>) {
        let document = Document::parse(text).unwrap();
        let mut reader = Reader::default();
        let value = act(&mut reader, &Place::root(document.root()));
        let findings = reader.findings.finish();
        (value, findings.iter().map(|d| format!("{} {} {}", d.severity, d.pointer, d.message)).collect())
    }

    #[test]
    fn texts_are_lenient_and_name_their_place() {
        let text = r#"{"a": 7, "b": " ", "c": {"d": "x"}, "e": true, "f": [1, "y", null, {}]}"#;
        let (values, findings) = with(text, |reader, at| {
            let one = ["a", "b", "c/d", "c/none", "e", "a/b"].map(|path| reader.text(at, path));
            (one, reader.texts(at, "f"), reader.texts(at, "a"))
        });
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(values.0, [some("7"), None, some("x"), None, None, None]);
        assert_eq!((values.1, values.2), (vec!["1".into(), "y".into()], vec!["7".into()]));
        assert_eq!(
            findings,
            ["warning /e `e` is a boolean", "warning /a `a` is a number", "warning /f/3 `3` is an object"]
        );
    }

    #[test]
    fn lists_may_be_single_objects_and_nothing_else() {
        let text = r#"{"one": {"x": 1}, "none": {}, "null": null, "many": [{}, null, 3], "bad": "x"}"#;
        let (counts, findings) = with(text, |reader, at| {
            ["one", "none", "null", "many", "bad"].map(|key| reader.objects(at, key).map(|list| list.len()))
        });
        assert_eq!(counts, [Some(1), Some(0), None, Some(1), None]);
        assert_eq!(findings, ["error /many/2 `2` is a number", "error /bad `bad` is a string"]);
    }

    #[test]
    fn a_flood_of_findings_is_counted() {
        let text = format!("[{}]", vec!["{}"; MAX_PER_RULE + 5].join(","));
        let (_, findings) = with(&format!("{{\"list\": {text}}}"), |reader, at| reader.texts(at, "list"));
        assert_eq!(findings.len(), MAX_PER_RULE);
        assert!(findings[MAX_PER_RULE - 1].ends_with("(and 5 more of this kind)"));
    }
}
