//! Tests of the positioned JSON reader.

use proptest::prelude::*;
use serde_json::Value;

use super::*;

fn help(text: &str) -> (Range<usize>, String) {
    let error = Document::parse(text).expect_err("should not parse");
    (error.span, error.message)
}

#[test]
fn keeps_pointers_spans_and_order() {
    let text = r#"{"b": [1, {"x/y": "\u00e9@{a}"}], "a": null}"#;
    let document = Document::parse(text).unwrap();
    let inner = document.root().path(&["b"]).unwrap().items().nth(1).unwrap().get("x/y").unwrap();
    assert_eq!(inner.pointer().as_str(), "/b/1/x~1y");
    assert_eq!(inner.as_str(), Some("é@{a}"));
    assert_eq!(&text[inner.span_inside(&(2..6))], "@{a}");
    assert_eq!(&text[inner.key_span()], r#""x/y""#);
    assert_eq!(document.at(&inner.pointer()).unwrap().span(), inner.span());
    assert_eq!(document.root().members().map(|(key, _)| key).collect::<Vec<_>>(), ["b", "a"]);
}

#[test]
fn the_last_duplicate_counts_and_is_reported() {
    let document = Document::parse(r#"{"a": 1, "b": 2, "a": 3}"#).unwrap();
    assert_eq!(document.root().get("a").and_then(|node| node.as_i64()), Some(3));
    assert_eq!(document.duplicates().map(|node| node.span().start).collect::<Vec<_>>(), [22]);
}

#[test]
fn says_what_is_wrong_and_where() {
    assert_eq!(help(r#"{"a": 1,}"#), (7..8, "JSON allows no comma before a closing bracket".into()));
    assert_eq!(help(r#"{"a": 'x'}"#), (6..7, "expected a value, found `'`".into()));
    assert_eq!(help(r#"{"a": 1"#), (7..7, "the document ends where `,` or `}` should stand".into()));
    assert_eq!(help("[1] // done"), (4..5, "expected the end of the document, found `/`".into()));
    assert_eq!(help("\"abc"), (0..1, "this string is not closed".into()));
    assert_eq!(help("[01]"), (1..3, "a number may not begin with 0".into()));
    assert_eq!(help(r#"["\ud83d"]"#), (2..8, "half of a surrogate pair stands alone".into()));
    let deep = "[".repeat(100_000);
    assert_eq!(help(&deep).0, MAX_DEPTH..MAX_DEPTH + 1);
}

#[test]
fn a_nul_tells_the_encoding() {
    let told = |bytes: &[u8]| {
        let text = std::str::from_utf8(bytes).unwrap();
        Document::parse(text).unwrap_err().help.to_owned()
    };
    let text = "{\"a\": 1}";
    let low: Vec<u8> = text.bytes().flat_map(|byte| [byte, 0]).collect();
    let high: Vec<u8> = text.bytes().flat_map(|byte| [0, byte]).collect();
    assert!(told(&low).starts_with("the file is UTF-16, low byte first"), "{}", told(&low));
    assert!(told(&high).starts_with("the file is UTF-16, high byte first"), "{}", told(&high));
    let low: Vec<u8> = text.bytes().flat_map(|byte| [byte, 0, 0, 0]).collect();
    let high: Vec<u8> = text.bytes().flat_map(|byte| [0, 0, 0, byte]).collect();
    assert!(told(&low).starts_with("the file is UTF-32, low byte first"), "{}", told(&low));
    assert!(told(&high).starts_with("the file is UTF-32, high byte first"), "{}", told(&high));
    for odd in ["\0", "[1, \0]", "{\0", "\0\0\0\0"] {
        assert_eq!(told(odd.as_bytes()), "a NUL is no part of JSON; remove it", "{odd:?}");
    }
}

proptest! {
    /// Whatever the bytes are, an answer comes back; and where serde reads the text, the arena reads the same.
    #[test]
    fn agrees_with_serde(text in r#"[\[\]{}",:0-9a-z\\ .eE+\-ué\n]{0,40}"#) {
        let ours = Document::parse(&text).map(|document| document.root().to_value());
        match serde_json::from_str::<Value>(&text) {
            Ok(value) => prop_assert_eq!(ours.unwrap(), value),
            // serde refuses numbers beyond f64; JSON itself does not.
            Err(error) => prop_assert!(ours.is_err() || error.to_string().contains("out of range")),
        }
    }

    #[test]
    fn strings_come_back(text in any::<String>()) {
        let json = serde_json::to_string(&text).unwrap();
        let document = Document::parse(&json).unwrap();
        prop_assert_eq!(document.root().as_str(), Some(text.as_str()));
        for (at, c) in text.char_indices() {
            let span = document.root().span_inside(&(at..at + c.len_utf8()));
            let piece: String = serde_json::from_str(&format!("\"{}\"", &json[span])).unwrap();
            prop_assert_eq!(piece, c.to_string());
        }
    }
}
