//! The bundled schemas rewritten for a validator that only says yes or no. The build script does it; see [`quick`](super::quick).
//!
//! JSON Schema cannot say that the service reads `GET` like `get`, but with a pattern: `^([Gg][Ee][Tt]|[Pp][Uu][Tt])$`. Over a
//! hundred patterns are of this kind, and building that many regular expressions took most of the time in which a validator
//! was built. Here the words themselves stand under a keyword of ours. A list of such words, as in
//! `"Sequential, SingleInstance"`, is the same over again: `^\s*((…)(\s*[,;\s]\s*(…))*)?\s*$`. A reference to another bundled
//! schema becomes a keyword too, so that what several refer to is built once. What only people read is left out.

#![cfg_attr(
    not(test),
    allow(dead_code, reason = "the build script rewrites, and the tests look at how it does")
)]

use serde_json::Value;

/// The keyword that stands for such a pattern. Its value is the words, in lower case.
pub(crate) const ONE: &str = "x-one-of-words";
/// The keyword for a text that lists any number of them.
pub(crate) const MANY: &str = "x-list-of-words";

/// The keyword for a value that another bundled schema judges. Its value is the name of that.
pub(crate) const OTHER: &str = "x-schema";

/// The keyword for a pattern, and the words; none where it says anything else.
pub(crate) fn read(pattern: &str) -> Option<(&'static str, Vec<String>)> {
    match pattern.strip_prefix(r"^\s*((").and_then(|rest| rest.strip_suffix(r"))*)?\s*$")) {
        Some(list) => {
            let (first, more) = list.split_once(r")(\s*[,;\s]\s*(")?;
            let words = words(&format!("^({first})$"))?;
            (first == more).then_some((MANY, words))
        }
        None => Some((ONE, words(pattern)?)),
    }
}

/// The words that a pattern allows, in lower case; none where it says anything else.
pub(crate) fn words(pattern: &str) -> Option<Vec<String>> {
    let inner = pattern.strip_prefix('^')?.strip_suffix('$')?;
    let inner = inner.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(inner);
    inner.split('|').map(word).collect()
}

/// One word: letters as classes of both cases, and what means itself.
fn word(mut pattern: &str) -> Option<String> {
    let mut word = String::new();
    while let Some(first) = pattern.chars().next() {
        let (char, length) = match (first, pattern.as_bytes()) {
            ('[', [_, upper, lower, b']', ..])
                if upper.is_ascii_uppercase() && upper.to_ascii_lowercase() == *lower =>
            {
                (char::from(*lower), 4)
            }
            ('\\', [_, b'.', ..]) => ('.', 2),
            ('0'..='9' | '/' | '-', _) => (first, 1),
            _ => return None,
        };
        word.push(char);
        pattern = &pattern[length..];
    }
    (!word.is_empty()).then_some(word)
}

/// Rewrites a schema.
pub(crate) fn rewrite(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some((keyword, words)) = members.get("pattern").and_then(Value::as_str).and_then(read) {
                members.remove("pattern");
                members.insert(keyword.to_owned(), words.into());
            }
            let other = members.get("$ref").and_then(Value::as_str);
            if let Some(other) = other.and_then(|other| other.strip_suffix(".schema.json")).map(Value::from) {
                members.remove("$ref");
                members.insert(OTHER.to_owned(), other);
            }
            // A member of the name `title` has a schema, not a text.
            members.retain(|key, value| {
                !(value.is_string() && ["$comment", "title", "description"].contains(&&**key))
            });
            let is_schema = |key: &str| !["const", "enum", "default", "examples"].contains(&key);
            members.iter_mut().filter(|(key, _)| is_schema(key)).for_each(|(_, value)| rewrite(value));
        }
        Value::Array(items) => items.iter_mut().for_each(rewrite),
        _ => {}
    }
}
