//! Validation against the bundled schemas, with findings in our own words.
//!
//! Each schema is built into a validator when it is first asked for, and kept. No reference is ever fetched.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use jsonschema::json::Json;
use jsonschema::{PatternOptions, Registry, Retrieve, ValidationOptions, Validator};
use serde_json::Value;

use crate::base::diagnostic::Diagnostic;
use crate::base::json::Node;
use crate::base::pointer::Pointer;

use super::instance::Instance;
use super::{explain, quick, settle};

/// What the address of every bundled schema begins with. It is a name, not a place that is ever asked.
const BASE: &str = "https://counterflow.dev/schemas/";

/// Validates one node of a document against a bundled schema. The name is one of [`super::all`]; for another nothing is
/// found.
pub fn validate_node(name: &str, node: Node<'_>) -> Vec<Diagnostic> {
    // Saying what is wrong costs many times what it costs to see that nothing is.
    if quick::allows(name, Instance::Value(node)) {
        return Vec::new();
    }
    let at = node.pointer();
    findings(name, &node.to_value()).into_iter().map(|finding| finding.diagnostic(&at)).collect()
}

/// Validates a value, however it was read, against the bundled schema of a name such as `profile`. Pointers are
/// relative to the value. The name is one of [`super::all`]; for another nothing is found.
pub fn validate(name: &str, value: &Value) -> Vec<Diagnostic> {
    findings(name, value).into_iter().map(|finding| finding.diagnostic(&Pointer::root())).collect()
}

/// Gets the validator of a bundled schema ready, for [`validate_node`] to find it so.
pub fn prepare(name: &str) {
    quick::prepare(name);
}

fn findings(name: &str, value: &Value) -> Vec<Finding> {
    let bundle = bundle();
    let Some(validator) = bundle.plain(name) else { return Vec::new() };
    if validator.is_valid(value) {
        return Vec::new();
    }
    settle::settle(validator.iter_errors(value).flat_map(|error| explain::findings(bundle, &error)).collect())
}

/// The schemas as values, to read titles, descriptions and member names from, and as validators.
#[derive(Debug)]
pub(super) struct Bundle {
    schemas: BTreeMap<&'static str, Schema>,
}

/// One bundled schema; what is made of it is made when it is first asked for.
#[derive(Debug)]
struct Schema {
    text: &'static str,
    value: OnceLock<Value>,
    plain: OnceLock<Validator>,
}

impl Schema {
    fn value(&self) -> &Value {
        self.value.get_or_init(|| read(self.text))
    }
}

pub(super) fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("internal error: a bundled schema is not JSON")
}

impl Bundle {
    /// The validator that says why a value is not allowed.
    fn plain(&self, name: &str) -> Option<&Validator> {
        let (name, schema) = self.schemas.get_key_value(name)?;
        Some(schema.plain.get_or_init(|| validator(name, &self.needed(name), jsonschema::options())))
    }

    /// A schema and those that it refers to.
    fn needed(&self, name: &'static str) -> BTreeMap<&str, &Value> {
        let mut needed = BTreeMap::new();
        let mut names = vec![name];
        while let Some(name) = names.pop() {
            let schema = &self.schemas[name];
            needed.insert(name, schema.value());
            let refers_to = |other: &str| schema.text.contains(&format!("\"{other}.schema.json"));
            names
                .extend(self.schemas.keys().filter(|other| !needed.contains_key(*other) && refers_to(other)));
        }
        needed
    }

    /// The part of a schema at an absolute location, such as `https://…/x.schema.json#/properties/a`, `levels` up.
    pub(super) fn at(&self, location: &str, levels: usize) -> Option<&Value> {
        let (file, fragment) = location.strip_prefix(BASE)?.split_once('#')?;
        let schema = self.schemas.get(file.strip_suffix(".schema.json")?)?.value();
        let mut end = fragment.len();
        for _ in 0..levels {
            end = fragment[..end].rfind('/')?;
        }
        schema.pointer(&percent_decoded(&fragment[..end]))
    }
}

/// A URI fragment as a JSON Pointer: `$defs` and the like may come back escaped.
fn percent_decoded(fragment: &str) -> String {
    let mut out = Vec::with_capacity(fragment.len());
    let mut bytes = fragment.as_bytes();
    while let [first, rest @ ..] = bytes {
        let code = match (first, rest) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        out.push(code.map_or(*first, |(high, low)| high << 4 | low));
        bytes = if code.is_some() { &rest[2..] } else { rest };
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// Builds the validator of one of some schemas, which refer to no others.
pub(super) fn validator<F: Json>(
    name: &str,
    schemas: &BTreeMap<&str, &Value>,
    options: ValidationOptions<'_, Arc<dyn Retrieve>, F>,
) -> Validator<F> {
    let registry = schemas
        .iter()
        .try_fold(Registry::new(), |registry, (name, schema)| {
            registry.add(format!("{BASE}{name}.schema.json"), *schema)
        })
        .and_then(|registry| registry.prepare())
        .expect("internal error: a bundled schema refers to one that is not bundled");
    // Patterns of ours need neither look-around nor back-references.
    let options = options.offline().with_registry(&registry).with_pattern_options(PatternOptions::regex());
    // What is built is only a reference to it, because that is all that the library holds against the rules for schemas.
    // The bundled ones are held against them by a test.
    let reference = serde_json::json!({ "$ref": format!("{BASE}{name}.schema.json") });
    options.build(&reference).expect("internal error: a bundled schema does not compile")
}

/// The schemas, each as yet unread.
pub(super) fn bundle() -> &'static Bundle {
    static BUNDLE: OnceLock<Bundle> = OnceLock::new();
    BUNDLE.get_or_init(|| {
        let unread = |text| Schema { text, value: OnceLock::new(), plain: OnceLock::new() };
        Bundle { schemas: super::all().map(|(name, text)| (name, unread(text))).collect() }
    })
}

/// One finding before it is placed in its document.
#[derive(Debug)]
pub(super) struct Finding {
    pub(super) rule: &'static crate::base::diagnostic::Rule,
    /// Relative to the validated value.
    pub(super) pointer: Pointer,
    pub(super) on_key: bool,
    pub(super) message: String,
    pub(super) help: Option<String>,
    /// The member that is missing or too many, for [`settle`].
    pub(super) member: Option<String>,
    /// The member that a misspelt one probably means.
    pub(super) meant: Option<String>,
}

impl Finding {
    fn diagnostic(self, at: &Pointer) -> Diagnostic {
        let pointer = Pointer::from_escaped(format!("{at}{}", self.pointer));
        let mut diagnostic = Diagnostic::new(self.rule, pointer, self.message);
        if let Some(help) = self.help {
            diagnostic = diagnostic.help(help);
        }
        if self.on_key { diagnostic.on_key() } else { diagnostic }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bundled_schema_compiles_and_is_asked_under_its_own_address() {
        for (name, _) in crate::data::schemas::all() {
            assert_eq!(bundle().schemas[name].value()["$id"], format!("{BASE}{name}.schema.json"));
            assert!(bundle().plain(name).is_some());
            assert!(jsonschema::meta::is_valid(bundle().schemas[name].value()), "{name}");
        }
        assert!(bundle().plain("none").is_none());
    }

    #[test]
    fn a_value_without_a_document_is_validated_too() {
        let found = validate("workflow-definition", &serde_json::json!({ "triggers": {}, "actions": 5 }));
        let mut places: Vec<_> =
            found.iter().map(|found| (found.rule.code, found.pointer.as_str())).collect();
        places.sort_unstable();
        assert_eq!(places, [("CF1010", ""), ("CF1012", "/actions")]);
    }

    #[test]
    fn fragments_become_pointers() {
        assert_eq!(percent_decoded("/%24defs/a%2"), "/$defs/a%2");
    }
}
