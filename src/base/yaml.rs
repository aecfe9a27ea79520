//! Where things stand in a YAML document: an index from pointers to byte spans.
//!
//! Values come from serde; positions come from here, because serde buffers tagged and flattened content and loses them.

use std::collections::BTreeMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, Span};

use super::pointer::Pointer;

/// How deeply mappings and sequences are indexed. A pointer repeats every key on its way, so that depth multiplies.
pub const MAX_DEPTH: usize = 128;

/// The most values that are indexed. A review or profile has some hundreds.
pub const MAX_VALUES: usize = 200_000;

/// The longest text that is indexed, in bytes.
const MAX_TEXT: usize = 8 * 1024 * 1024;

/// The longest key that is indexed, in bytes.
const MAX_KEY: usize = 1024;

/// Openings of brackets and braces that no text is refused for: strings and JSON have many.
const FEW_BRACKETS: usize = 4096;

/// Where the first bracket or brace stands that nests deeper than [`MAX_DEPTH`]. The reader of values should not get such a
/// text: it takes the square of the depth to find that out.
pub fn too_deep(text: &str) -> Option<usize> {
    let opens = |byte: &&u8| matches!(byte, b'[' | b'{');
    if text.as_bytes().iter().filter(opens).count() <= FEW_BRACKETS {
        return None;
    }
    let byte = |index: usize| text.char_indices().nth(index).map(|(at, _)| at);
    let mut depth = 0_usize;
    let mut parser = Parser::new_from_str(text);
    loop {
        match parser.next_event()? {
            Ok((Event::MappingStart(..) | Event::SequenceStart(..), span)) => {
                depth += 1;
                if depth > MAX_DEPTH {
                    return byte(span.start.index());
                }
            }
            Ok((Event::MappingEnd | Event::SequenceEnd, _)) => depth = depth.saturating_sub(1),
            Ok(_) => {}
            // The parser counts brackets in a byte, and looks ahead for a colon behind them.
            Err(error) if error.info() == "recursion limit exceeded" => return byte(error.marker().index()),
            Err(_) => return None,
        }
    }
}

/// Byte spans of every value and key of one YAML document.
#[derive(Debug, Default)]
pub struct YamlIndex {
    spans: BTreeMap<Pointer, Spans>,
    /// Keys that stood in the same mapping before, by pointer.
    duplicates: BTreeMap<Pointer, Range<usize>>,
}

#[derive(Debug, Clone)]
struct Spans {
    key: Option<Range<usize>>,
    value: Range<usize>,
}

/// An open mapping or sequence while the events come in.
struct Level {
    pointer: Pointer,
    start: usize,
    key_span: Option<Range<usize>>,
    state: State,
}

enum State {
    Sequence { next: usize },
    Key,
    Value { key: String, span: Range<usize> },
}

impl YamlIndex {
    /// Indexes the first document of `text`. A text that is not YAML gives the places up to the error: the reader
    /// that goes with this index reports the error itself. So does one that nests deeper, or holds more, than is indexed.
    pub fn new(text: &str) -> Self {
        if text.len() > MAX_TEXT {
            return Self::default();
        }
        let offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let bytes = |span: Span| {
            let at = |index: usize| offsets.get(index).copied().unwrap_or(text.len());
            at(span.start.index())..at(span.end.index())
        };
        let mut index = Self::default();
        let mut levels: Vec<Level> = Vec::new();
        let mut parser = Parser::new_from_str(text);
        while let Some(Ok((event, span))) = parser.next_event() {
            if levels.len() > MAX_DEPTH || index.spans.len() >= MAX_VALUES {
                break;
            }
            let span = bytes(span);
            match event {
                Event::Scalar(text, ..) => index.scalar(&mut levels, &text, span),
                Event::Alias(_) => index.scalar(&mut levels, "", span),
                Event::MappingStart(..) => index.open(&mut levels, span.start, State::Key),
                Event::SequenceStart(..) => index.open(&mut levels, span.start, State::Sequence { next: 0 }),
                Event::MappingEnd | Event::SequenceEnd => {
                    if let Some(level) = levels.pop() {
                        let end = level.start.max(span.start.min(trimmed_end(text, span.start)));
                        let spans = Spans { key: level.key_span, value: level.start..end };
                        index.insert(level.pointer, spans);
                    }
                }
                Event::DocumentEnd => break,
                _ => {}
            }
        }
        index
    }

    fn scalar(&mut self, levels: &mut [Level], text: &str, span: Range<usize>) {
        match levels.last_mut() {
            Some(level) if matches!(level.state, State::Key) => {
                let key = if text.len() <= MAX_KEY { text.to_owned() } else { "?".to_owned() };
                level.state = State::Value { key, span };
            }
            _ => {
                let (pointer, key) = child(levels);
                self.insert(pointer, Spans { key, value: span });
            }
        }
    }

    fn insert(&mut self, pointer: Pointer, spans: Spans) {
        let is_named = !pointer.as_str().ends_with("/?");
        let key = spans.key.clone().filter(|_| is_named && self.spans.contains_key(&pointer));
        if let Some(key) = key {
            self.duplicates.insert(pointer.clone(), key);
        }
        self.spans.insert(pointer, spans);
    }

    /// The bytes of keys that stand a second time in their mapping, which YAML forbids and readers pass over. Within a
    /// value that has such a key nothing is told.
    pub fn duplicates(&self) -> impl Iterator<Item = Range<usize>> {
        let around = |pointer: &Pointer| std::iter::successors(pointer.parent(), Pointer::parent);
        let outer = move |pointer: &Pointer| !around(pointer).any(|it| self.duplicates.contains_key(&it));
        self.duplicates.iter().filter(move |(pointer, _)| outer(pointer)).map(|(_, key)| key.clone())
    }

    fn open(&mut self, levels: &mut Vec<Level>, start: usize, state: State) {
        let (pointer, key_span) = child(levels);
        levels.push(Level { pointer, start, key_span, state });
    }

    /// Bytes of the value at a pointer.
    pub fn value(&self, pointer: &Pointer) -> Option<Range<usize>> {
        self.spans.get(pointer).map(|spans| spans.value.clone())
    }

    /// Bytes of the key at a pointer; for an element, of its value.
    pub fn key(&self, pointer: &Pointer) -> Option<Range<usize>> {
        self.spans.get(pointer).map(|spans| spans.key.clone().unwrap_or_else(|| spans.value.clone()))
    }
}

/// The pointer that the next value gets, and its key's span; moves the open level on.
fn child(levels: &mut [Level]) -> (Pointer, Option<Range<usize>>) {
    let Some(level) = levels.last_mut() else { return (Pointer::root(), None) };
    match std::mem::replace(&mut level.state, State::Key) {
        State::Sequence { next } => {
            level.state = State::Sequence { next: next + 1 };
            (level.pointer.join(next), None)
        }
        State::Value { key, span } => (level.pointer.join(key), Some(span)),
        // A mapping or sequence as a key: no pointer can name it; its own name is as good as any.
        State::Key => {
            level.state = State::Value { key: "?".to_owned(), span: 0..0 };
            (level.pointer.join("?"), None)
        }
    }
}

/// The end of the last line with text at or before `end`: a block ends where its last value does, not where the next
/// begins.
fn trimmed_end(text: &str, end: usize) -> usize {
    text.get(..end).map_or(end, |before| before.trim_end().len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keys_values_and_blocks() {
        let text = "é: 1\nsteps:\n  - retries: many\n    name: \"日\"\n  - x\nlast: {a: [1, 2]}\n";
        let index = YamlIndex::new(text);
        let value = |pointer: &str| &text[index.value(&Pointer::from_escaped(pointer)).unwrap()];
        assert_eq!(value("/é"), "1");
        assert_eq!(value("/steps/0/retries"), "many");
        assert_eq!(value("/steps/0/name"), "\"日\"");
        assert_eq!(value("/steps/0"), "retries: many\n    name: \"日\"");
        assert_eq!(value("/steps/1"), "x");
        assert_eq!(value("/last/a/1"), "2");
        let key = index.key(&Pointer::from_escaped("/steps/0/retries")).unwrap();
        assert_eq!(&text[key], "retries");
    }

    #[test]
    fn keys_that_stand_twice_are_told_once() {
        let text = "a: {b: 1, c: 2}\nd: 3\na: {b: 4}\n? [x]\n: 1\n? [y]\n: 2\ne: [{f: 1}, {f: 2}]\nd: 5\n";
        let keys: Vec<_> = YamlIndex::new(text).duplicates().collect();
        assert_eq!(keys, [21..22, 71..72]);
    }

    #[test]
    fn broken_text_is_indexed_as_far_as_it_goes() {
        let index = YamlIndex::new("a: 1\nb: [1,\n");
        assert!(index.value(&Pointer::from_escaped("/a")).is_some());
        assert_eq!(YamlIndex::new("\u{0}\"").spans.len(), 0);
    }

    #[test]
    fn depth_and_number_are_bounded() {
        let brackets = "[".repeat(100_000);
        assert!(YamlIndex::new(&brackets).spans.len() <= MAX_DEPTH + 1);
        assert_eq!(too_deep(&format!("é: {brackets}")), Some("é: ".len() + 255));
        assert_eq!(too_deep(&"- [[b]]\n".repeat(5000)), None);
        let deep = format!("{}b{}", "[\n ".repeat(200), "\n ]".repeat(200));
        assert_eq!(
            too_deep(&format!("{}- {deep}", "- [b]\n".repeat(5000))),
            Some(30_000 + 2 + 3 * (MAX_DEPTH - 1))
        );
        assert_eq!(too_deep(&format!("a: '{brackets}'")), None);
        assert_eq!(too_deep(&format!("a:\n{}", "- [b]\n".repeat(5000))), None);
        let blocks: String = (0..2000).map(|at| format!("{}a:\n", " ".repeat(at))).collect();
        assert!(YamlIndex::new(&blocks).spans.len() <= MAX_DEPTH + 1);
        let long = format!("? {}\n: 1\n? [a, b]\n: 2\nc: 3\n", "k".repeat(100_000));
        let index = YamlIndex::new(&long);
        assert_eq!(index.value(&Pointer::from_escaped("/c")).map(|span| &long[span]), Some("3"));
    }

    proptest::proptest! {
        #[test]
        fn spans_lie_in_the_text(text in r#"([a-z]{1,2}: |- |\? |é|"|'|\[|\]|\{|\}|, |\n|\n  |\||>|&a |\*a|#|!!str |1){0,30}"#) {
            let index = YamlIndex::new(&text);
            for spans in index.spans.values() {
                proptest::prop_assert!(text.get(spans.value.clone()).is_some());
                proptest::prop_assert!(spans.key.clone().is_none_or(|key| text.get(key).is_some()));
            }
        }
    }
}
