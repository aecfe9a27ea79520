//! The bundled schemas rewritten for a validator that only says yes or no. The build script does it; see [`quick`](super::quick).
//!
//! JSON Schema cannot say that the service reads `GET` like `get`, but with a pattern: `^([Gg][Ee][Tt]|[Pp][Uu][Tt])$`. Over a
//! hundred patterns are of this kind, and building that many regular expressions took most of the time in which a validator
//! was built. Here the words themselves stand under a keyword of ours. A list of such words, as in
//! `"Sequential, SingleInstance"`, is the same over again: `^\s*((…)(\s*[,;\s]\s*(…))*)?\s*$`. A reference becomes a keyword
//! too, so that what several refer to is built once. What only people read is left out.

#![cfg_attr(
    not(test),
    allow(dead_code, reason = "the build script rewrites, and the tests look at how it does")
)]

use serde_json::{Map, Value};

/// The keyword that stands for such a pattern. Its value is the words, in lower case.
pub(crate) const ONE: &str = "x-one-of-words";
/// The keyword for a text that lists any number of them.
pub(crate) const MANY: &str = "x-list-of-words";

/// The keyword for a value that another part judges. Its value is the name of that.
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

/// A schema as parts: itself under its name, and what it defines, each under `name#definition`. So only those are ever built that
/// something asks for: of forty kinds of actions a playbook has ten.
pub(crate) fn parts(name: &str, mut schema: Value) -> Vec<(String, Value)> {
    let defined = match schema.as_object_mut().and_then(|members| members.remove("$defs")) {
        Some(Value::Object(defined)) => defined,
        _ => Map::new(),
    };
    let mut parts = vec![(name.to_owned(), schema)];
    parts.extend(defined.iter().map(|(key, value)| (format!("{name}#{key}"), value.clone())));
    for (_, part) in &mut parts {
        rewrite(name, &defined, part);
    }
    parts
}

/// Rewrites a schema or a part of it. `defined` is what its references may mean.
pub(crate) fn rewrite(name: &str, defined: &Map<String, Value>, schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            let is_read = |key: &str| ["$comment", "$id", "$schema", "title", "description"].contains(&key);
            members.retain(|key, _| !is_read(key));
            if let Some((keyword, words)) = members.get("pattern").and_then(Value::as_str).and_then(read) {
                members.remove("pattern");
                members.insert(keyword.to_owned(), words.into());
            }
            if let Some(Value::String(reference)) = members.remove("$ref") {
                match reference.strip_prefix("#/$defs/") {
                    Some(key) if members.is_empty() && is_plain(&defined[key]) => {
                        *schema = defined[key].clone();
                        return rewrite(name, defined, schema);
                    }
                    Some(key) => members.insert(OTHER.to_owned(), format!("{name}#{key}").into()),
                    None => members.insert(OTHER.to_owned(), reference.replace(".schema.json", "").into()),
                };
            }
            for (key, value) in members {
                match (key.as_str(), value) {
                    ("const" | "enum" | "default" | "examples", _) => {}
                    // Its members are schemas, whatever they are called.
                    ("properties" | "patternProperties" | "dependentSchemas", Value::Object(schemas)) => {
                        schemas.values_mut().for_each(|schema| rewrite(name, defined, schema));
                    }
                    (_, value) => rewrite(name, defined, value),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| rewrite(name, defined, item)),
        _ => {}
    }
}

/// Whether a schema costs no more than a reference to it: a type or a length.
fn is_plain(schema: &Value) -> bool {
    let is_plain = |(key, value): (&String, &Value)| {
        key != "pattern" && key != "$ref" && !value.is_object() && !value.is_array()
    };
    schema.as_object().is_some_and(|members| members.iter().all(is_plain))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::parts;

    #[test]
    fn a_definition_is_a_part_and_a_member_is_what_it_is_called() {
        let schema = json!({
            "$id": "https://example.org/s", "title": "S", "type": "object",
            "properties": {
                "default": { "$ref": "#/$defs/kind" },
                "title": { "description": "Read by people.", "$ref": "#/$defs/text" },
                "other": { "$ref": "other.schema.json" }
            },
            "default": { "$ref": "no schema" },
            "$defs": {
                "kind": { "pattern": "^([Aa]|[Bb]1)$", "enum": [{ "title": "kept" }] },
                "text": { "type": "string", "minLength": 1, "title": "Text" }
            }
        });
        let root = json!({
            "type": "object",
            "properties": {
                "default": { "x-schema": "s#kind" },
                "title": { "type": "string", "minLength": 1 },
                "other": { "x-schema": "other" }
            },
            "default": { "$ref": "no schema" }
        });
        let kind = json!({ "enum": [{ "title": "kept" }], "x-one-of-words": ["a", "b1"] });
        let text = json!({ "type": "string", "minLength": 1 });
        let named = [("s", root), ("s#kind", kind), ("s#text", text)];
        assert_eq!(parts("s", schema), named.map(|(name, part)| (name.to_owned(), part)));
    }
}
