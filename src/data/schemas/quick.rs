//! The bundled schemas for a validator that only says yes or no, and is built in a fifth of the time.
//!
//! It is built from what [`rewrite`](super::rewrite) makes of a schema. Where it says no, the one that says why is built from
//! the schema as it is.

use std::sync::Arc;

use jsonschema::json::Node;
use jsonschema::{Keyword, Retrieve, ValidationError, ValidationOptions};
use serde_json::Value;

use super::instance::{Instance, Parsed};
use super::rewrite::{MANY, ONE, OTHER};
use super::validate::bundle;

/// The options of a validator that knows the keywords.
pub(super) fn options<'o>() -> ValidationOptions<'o, Arc<dyn Retrieve>, Parsed> {
    let name = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    jsonschema::options_for()
        .with_keyword(ONE, |_, words, _| Ok(Box::new(Words::new(words, false))))
        .with_keyword(MANY, |_, words, _| Ok(Box::new(Words::new(words, true))))
        .with_keyword(OTHER, move |_, schema, _| Ok(Box::new(Other(name(schema)))))
}

/// Whether another bundled schema allows a value.
struct Other(String);

impl<'i> Keyword<'i, Parsed> for Other {
    fn validate(&self, instance: Instance<'i>) -> Result<(), ValidationError<'i>> {
        yes_or_no(self.is_valid(instance))
    }

    fn is_valid(&self, instance: Instance<'i>) -> bool {
        bundle().allows(&self.0, instance)
    }
}

/// The answer of a validator that is only asked for yes or no.
fn yes_or_no<'i>(is_valid: bool) -> Result<(), ValidationError<'i>> {
    if is_valid { Ok(()) } else { Err(ValidationError::custom("is not allowed")) }
}

/// Whether a text is one of some words, or a list of them. What is no text is not its business, as with `pattern`.
struct Words {
    is_list: bool,
    words: Vec<String>,
}

impl Words {
    fn new(words: &Value, is_list: bool) -> Self {
        let words = words.as_array().into_iter().flatten().filter_map(Value::as_str);
        Self { is_list, words: words.map(str::to_owned).collect() }
    }

    fn has(&self, text: &str) -> bool {
        self.words.iter().any(|word| word.eq_ignore_ascii_case(text))
    }

    /// Words with white space between them, and in it at most one comma or semicolon.
    fn lists(&self, text: &str) -> bool {
        let mut parts = text.split([',', ';']).map(str::split_whitespace);
        text.trim().is_empty()
            || parts.all(|mut words| words.clone().next().is_some() && words.all(|word| self.has(word)))
    }
}

impl<'i> Keyword<'i, Parsed> for Words {
    fn validate(&self, instance: Instance<'i>) -> Result<(), ValidationError<'i>> {
        yes_or_no(self.is_valid(instance))
    }

    fn is_valid(&self, instance: Instance<'i>) -> bool {
        instance.as_string().is_none_or(|text| match self.is_list {
            true => self.lists(&text),
            false => self.has(&text),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::rewrite::{read, rewrite, words};
    use super::*;

    #[test]
    fn a_pattern_is_read_as_words_only_where_it_lists_them() {
        assert_eq!(words("^([Gg][Ee][Tt]|[Vv]1|2016-06-01)$").unwrap(), ["get", "v1", "2016-06-01"]);
        assert_eq!(words("^[Nn][Oo][Tt]$").unwrap(), ["not"]);
        assert_eq!(words(r"^([Aa]\.[Bb]/[Cc])$").unwrap(), ["a.b/c"]);
        let list = r"^\s*(([Aa]|[Bb]1)(\s*[,;\s]\s*([Aa]|[Bb]1))*)?\s*$";
        assert_eq!(read(list), Some((MANY, vec!["a".to_owned(), "b1".to_owned()])));
        for other in [
            "^[^@]",
            "^[Gg]et$",
            "^()$",
            "[Gg]",
            "^[Gg]|[Ee]$x",
            r"^\s*$",
            "^([Gg]+)$",
            "^[Gh]$",
            "^.$",
            "",
            r"^\s*(([Aa])(\s*[,;\s]\s*([Bb]))*)?\s*$",
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn words_accept_what_their_patterns_accept() {
        let mut read_of = [0, 0];
        for (_, schema) in crate::data::schemas::all() {
            for rest in schema.split("\"pattern\": \"").skip(1) {
                let pattern = rest[..rest.find('"').unwrap()].replace("\\\\", "\\");
                let Some((keyword, words)) = read(&pattern) else { continue };
                read_of[usize::from(keyword == MANY)] += 1;
                let mut schema = serde_json::json!({ "pattern": pattern });
                let plain = jsonschema::options().build(&schema).unwrap();
                rewrite(&mut schema);
                assert!(schema.get("pattern").is_none());
                let quick = options().build(&schema).unwrap();
                let last = words.last().unwrap();
                for word in words.iter().map(String::as_str).chain(["", "x", "\u{212a}"]) {
                    for text in [
                        word.to_owned(),
                        word.to_ascii_uppercase(),
                        format!("{word}s"),
                        format!(" {word}\n"),
                        format!("{word}, {last};{word}\u{2003}{last}"),
                        format!("{word},{last},"),
                        format!("{word},, {last}"),
                        format!(", {word}"),
                        format!(" ; {word}"),
                    ] {
                        let is_allowed = plain.is_valid(&Value::from(text.as_str()));
                        assert_eq!(quick.is_valid(Instance::Name(&text)), is_allowed, "{pattern} {text:?}");
                    }
                }
            }
        }
        assert!(read_of[0] > 80 && read_of[1] == 1, "{read_of:?}");
    }
}
