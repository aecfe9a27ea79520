//! What every reader reads with: lenient access that reports what it met.
//!
//! Exports drift: ids come as numbers or texts, a list of one as the element itself, absent values as `null` or as an
//! empty text, and in tables an object or a list as a JSON text in a string. All of that is accepted here, once. A
//! value of a type that no export has becomes a finding.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::json::{Document, Node};
use crate::base::pointer::Pointer;

use super::codes;
use super::entities::{Entities, Fields};
use super::findings::Findings;
use super::incident::{EntityKind, Field};
use super::layout::Keys;
use super::place::{Place, Subject};
use super::words::Words;

/// Everything one incident is read into: findings and entities.
#[derive(Debug, Default)]
pub(super) struct Reader {
    pub(super) findings: Findings,
    pub(super) entities: Entities,
    /// The alert being read, as an index; `None` for what the incident itself says.
    pub(super) alert: Option<usize>,
    /// What the surroundings say about entities of a kind, for those that do not say it themselves: an alert of one
    /// device lists files without the device, a table row has columns beside the entity.
    pub(super) defaults: BTreeMap<EntityKind, Fields>,
}

impl Reader {
    /// The text at a key, or at a path of keys joined with slashes (a key such as `@odata.type` holds a dot); of a list
    /// on the way the first element that has it counts. Numbers count as texts, blank texts as absent.
    pub(super) fn text(&mut self, at: &Place<'_>, path: &str) -> Option<String> {
        let Some((parent, rest)) = path.split_once('/') else {
            let member = at.member(path)?;
            if member.node.text_or_number().is_none() && member.node.as_str().is_none() {
                self.findings.wrong_type(
                    member.pointer,
                    member.node,
                    "a text or a number",
                    Severity::Warning,
                );
                return None;
            }
            return member.node.text_or_number().map(str::to_owned);
        };
        let holder = at.member(parent)?;
        if let Some(document) = quoted(&holder.node) {
            return self.text(&Place::quoted(document.root(), holder.pointer), rest);
        }
        if holder.node.is_array() {
            return holder
                .elements()
                .filter(|element| element.node.is_object())
                .find_map(|element| self.text(&element, rest));
        }
        let holder = self.is_object(holder)?;
        self.text(&holder, rest)
    }

    /// The first text at one of the keys, in the body of the subject or else in its whole.
    pub(super) fn first(&mut self, subject: &Subject<'_>, keys: Keys) -> Option<String> {
        keys.iter().find_map(|key| subject.places().find_map(|at| self.text(at, key)))
    }

    /// As [`Reader::first`], for a point in time: tables write the word `None` where there is none.
    pub(super) fn time(&mut self, subject: &Subject<'_>, keys: Keys) -> Option<String> {
        self.first(subject, keys).filter(|text| text.starts_with(|c: char| c.is_ascii_digit()))
    }

    /// The texts at a path: a list, a single text, or one of them for every element on the way.
    pub(super) fn texts(&mut self, at: &Place<'_>, path: &str) -> Vec<String> {
        self.placed_texts(at, path).into_iter().map(|(_, text)| text).collect()
    }

    /// As [`Reader::texts`], each with its place.
    pub(super) fn placed_texts(&mut self, at: &Place<'_>, path: &str) -> Vec<(Pointer, String)> {
        let mut found = Vec::new();
        self.descend(at, path, &mut found);
        found
    }

    /// The texts at all of the keys, each with its place; what stands behind commas in one text is several.
    pub(super) fn listed(&mut self, subject: &Subject<'_>, keys: Keys) -> Vec<(Pointer, String)> {
        let mut found = Vec::new();
        for key in keys {
            let texts = subject.places().map(|at| self.placed_texts(at, key)).find(|texts| !texts.is_empty());
            for (pointer, text) in texts.unwrap_or_default() {
                let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
                found.extend(parts.map(|part| (pointer.clone(), part.to_owned())));
            }
        }
        found
    }

    fn descend(&mut self, at: &Place<'_>, path: &str, found: &mut Vec<(Pointer, String)>) {
        let (key, rest) = match path.split_once('/') {
            Some((key, rest)) => (key, Some(rest)),
            None => (path, None),
        };
        if let Some(member) = at.member(key) {
            self.spread(member, rest, found);
        }
    }

    /// Takes what stands at `at`, or below it along `rest`. The depth is that of the document, which its reader bounds.
    fn spread(&mut self, at: Place<'_>, rest: Option<&str>, found: &mut Vec<(Pointer, String)>) {
        if at.node.is_array() {
            at.elements().for_each(|element| self.spread(element, rest, found));
        } else if let Some(document) =
            quoted(&at.node).filter(|inner| rest.is_some() || inner.root().is_array())
        {
            self.spread(Place::quoted(document.root(), at.pointer), rest, found);
        } else if let Some(rest) = rest.filter(|_| at.node.is_object()) {
            self.descend(&at, rest, found);
        } else if let Some(text) = at.node.text_or_number().filter(|_| rest.is_none()) {
            found.push((at.pointer, text.to_owned()));
        } else if !at.node.is_null() && at.node.as_str().is_none_or(|text| !text.trim().is_empty()) {
            self.findings.wrong_type(at.pointer, at.node, "a text", Severity::Warning);
        }
    }

    /// The object at a key.
    pub(super) fn object<'d>(&mut self, at: &Place<'d>, key: &str) -> Option<Place<'d>> {
        let member = at.member(key)?;
        self.is_object(member)
    }

    fn is_object<'d>(&mut self, at: Place<'d>) -> Option<Place<'d>> {
        if at.node.is_object() {
            return Some(at);
        }
        // A blank text is absent wherever it stands.
        if at.node.as_str().is_none_or(|text| !text.trim().is_empty()) {
            self.findings.wrong_type(at.pointer, at.node, "an object", Severity::Warning);
        }
        None
    }

    /// The objects at a key: a list, the `value` or `entities` of an answer that was put there whole, or one object
    /// standing alone, as some forwarders write a list of one. `None` when there is no such member. Anything else is
    /// an error, for going on would lose what the list holds.
    pub(super) fn objects<'d>(&mut self, at: &Place<'d>, key: &str) -> Option<Vec<Place<'d>>> {
        let list = at.member(key)?;
        self.objects_of(list)
    }

    fn objects_of<'d>(&mut self, list: Place<'d>) -> Option<Vec<Place<'d>>> {
        if list.node.is_object() {
            return match answer_of(&list) {
                Some(inner) => self.objects_of(inner),
                None if list.node.items().next().is_some() => Some(vec![list]),
                None => Some(Vec::new()),
            };
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
                let Place { node, pointer, .. } = element;
                self.findings.wrong_type(pointer, node, "an object", Severity::Error);
            }
        }
        Some(objects)
    }

    /// Acts on the objects at a key, which may also be a JSON text in a string. Nothing happens when there is no such
    /// member; a text that is no JSON is an error, for going on would lose what it holds.
    pub(super) fn with_objects(
        &mut self,
        at: &Place<'_>,
        key: &str,
        act: impl FnOnce(&mut Self, &[Place<'_>]),
    ) {
        let Some(list) = at.member(key) else { return };
        let Some(text) = list.node.as_str() else {
            if let Some(objects) = self.objects_of(list) {
                act(self, &objects);
            }
            return;
        };
        if text.trim().is_empty() {
            return;
        }
        match Document::parse(text) {
            Ok(document) => {
                if let Some(objects) = self.objects_of(Place::quoted(document.root(), list.pointer)) {
                    act(self, &objects);
                }
            }
            Err(error) => self.findings.push(
                Diagnostic::new(
                    &codes::BROKEN_JSON_TEXT,
                    list.pointer,
                    format!("the text in `{key}` is not whole JSON: {error}"),
                )
                .help("a list of objects as JSON is allowed here: export again, long columns are cut off by some tools"),
            ),
        }
    }

    /// A word of one of the product's fixed lists. An unknown word is reported once and counts as not said.
    pub(super) fn word<T: Default>(&mut self, at: &Place<'_>, key: &'static str, words: Words<T>) -> T {
        let (Some(text), Some(place)) = (self.text(at, key), at.member(key)) else { return T::default() };
        let lower = text.trim().to_ascii_lowercase();
        if let Some(value) = words(&lower) {
            return value;
        }
        let shown: String = text.chars().take(40).collect();
        if self.findings.is_news(key, &lower) {
            let own = place.node.key().unwrap_or(key);
            self.findings.push(
                Diagnostic::new(
                    &codes::UNKNOWN_WORD,
                    place.pointer,
                    format!("`{own}` is {shown:?}, a word unknown here"),
                )
                .help("it counts as not said; correct it in the export if it is a slip, or in the review"),
            );
        }
        T::default()
    }

    /// As [`Reader::word`], from the first of the keys that holds a text in one of the places.
    pub(super) fn first_word<'p, 'd: 'p, T: Default>(
        &mut self,
        places: impl Iterator<Item = &'p Place<'d>> + Clone,
        keys: Keys,
        words: Words<T>,
    ) -> T {
        let mut pairs = keys.iter().flat_map(|key| places.clone().map(move |at| (at, *key)));
        let present = pairs.find(|(at, key)| at.member(key).is_some_and(|found| found.node.text().is_some()));
        present.map(|(at, key)| self.word(at, key, words)).unwrap_or_default()
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

/// The list inside an answer that stands whole where its list should: `{"value": […]}`, or the entities of Microsoft
/// Sentinel with their counts in `metaData`. An alert has `entities` too, but never alone.
fn answer_of<'d>(at: &Place<'d>) -> Option<Place<'d>> {
    let is_answer = at.member("metaData").is_some() || at.node.items().count() == 1;
    let entities = at.member("entities").filter(|_| is_answer);
    at.member("value").into_iter().chain(entities).find(|list| list.node.is_array())
}

/// The JSON that a string holds, where it holds an object or a list.
pub(super) fn quoted<'d>(node: &Node<'d>) -> Option<Document<'d>> {
    let text = node.as_str().filter(|text| text.trim_start().starts_with(['{', '[']))?;
    Document::parse(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
