//! The bundled schemas for validators that only say yes or no, and are built in a tenth of the time.
//!
//! They are built from what [`rewrite`](super::rewrite) makes of a schema, part by part, as values ask for them. Where they say
//! no, the one that says why is built from the schema as it is.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use jsonschema::json::Node;
use jsonschema::{Keyword, Retrieve, ValidationError, ValidationOptions, Validator};
use serde_json::Value;

use super::QUICK;
use super::instance::{Instance, Parsed};
use super::rewrite::{MANY, ONE, OTHER};
use super::validate::{read, validator};

/// The validators of the parts, each built when it is first asked for.
static BUILT: [OnceLock<Validator<Parsed>>; QUICK.len()] = [const { OnceLock::new() }; QUICK.len()];

/// Whether a schema allows a value. One that is not bundled allows all.
pub(super) fn allows(name: &str, value: Instance<'_>) -> bool {
    find(name).is_none_or(|part| built(part).is_valid(value))
}

/// Builds all parts of a schema.
pub(super) fn prepare(name: &str) {
    let belongs =
        |part: &str| part.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('#'));
    QUICK.iter().enumerate().filter(|(_, (part, _))| belongs(part)).for_each(|(part, _)| {
        built(part);
    });
}

/// The place of a part.
fn find(name: &str) -> Option<usize> {
    QUICK.binary_search_by_key(&name, |(name, _)| name).ok()
}

fn built(part: usize) -> &'static Validator<Parsed> {
    BUILT[part]
        .get_or_init(|| validator("part", &BTreeMap::from([("part", &read(QUICK[part].1))]), options()))
}

/// The options of a validator that knows the keywords.
fn options<'o>() -> ValidationOptions<'o, Arc<dyn Retrieve>, Parsed> {
    let part = |name: &Value| name.as_str().and_then(find);
    jsonschema::options_for()
        .with_keyword(ONE, |_, words, _| Ok(Box::new(Words::new(words, false))))
        .with_keyword(MANY, |_, words, _| Ok(Box::new(Words::new(words, true))))
        .with_keyword(OTHER, move |_, name, _| Ok(Box::new(Other(part(name)))))
}

/// Whether another part allows a value.
struct Other(Option<usize>);

impl<'i> Keyword<'i, Parsed> for Other {
    fn validate(&self, instance: Instance<'i>) -> Result<(), ValidationError<'i>> {
        yes_or_no(self.is_valid(instance))
    }

    fn is_valid(&self, instance: Instance<'i>) -> bool {
        self.0.is_none_or(|part| built(part).is_valid(instance))
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
    use serde_json::Map;

    use super::super::rewrite::{read, rewrite, words};
    use super::*;

    #[test]
    fn every_part_compiles_and_finds_those_that_it_refers_to() {
        let mut named = 0;
        for (part, (_, text)) in QUICK.iter().enumerate() {
            built(part);
            for rest in text.split(&format!("\"{OTHER}\":\"")).skip(1) {
                assert!(find(&rest[..rest.find('"').unwrap()]).is_some(), "{rest}");
                named += 1;
            }
            assert!(!text.contains("\"$ref\":\""), "{text}");
        }
        assert!(named > 300 && QUICK.len() > 150, "{named} {}", QUICK.len());
        assert!(allows("none", Instance::Name("")));
        assert!(!allows("review", Instance::Name("")));
    }

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
                rewrite("", &Map::new(), &mut schema);
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
