//! One file given where another is meant.

use serde_json::Value;

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Document;
use crate::base::yaml;
use crate::data::schemas;
use crate::ingest::detect::{Shape, shape};

/// Our own files: the name of the schema, what people call the file, and how it is given.
const OURS: [(&str, &str, &str); 3] = [
    ("review", "a review", "give it with --review"),
    ("profile", "a profile", "give it with --profile"),
    ("config", "a configuration of `counterflow check`", "give it to `counterflow check` with --config"),
];

/// The longest text that may be a file of ours in the place of an export, in bytes. People write these by hand.
const LARGEST: usize = 1024 * 1024;

/// Where another file was given than the one of `schema`: what it is, instead of every key that does not fit.
pub(super) fn for_a_file(text: &str, value: &Value, schema: &str, rule: &'static Rule) -> Option<Diagnostic> {
    let (_, meant, _) = OURS.into_iter().find(|(name, ..)| *name == schema)?;
    let own = known(value, schema);
    let (is, advice) =
        other(value, own).or_else(|| export(text).filter(|_| own * 2 < keys(value).count()))?;
    let message = format!("this is {is}, not {meant}");
    let make = match schema {
        "review" => "`counterflow review init INCIDENT` prints a review to fill in",
        "profile" => "`counterflow profile init` prints a profile to fill in",
        _ => "`counterflow schema config` prints what a configuration may say",
    };
    Some(Diagnostic::at_bytes(rule, 0..0, message).help(format!("{advice}; {make}")))
}

/// Where a file of ours was given as the incident: what it is.
pub(in crate::pipeline) fn for_an_export(text: &str, rule: &'static Rule) -> Option<Diagnostic> {
    if text.len() > LARGEST || yaml::too_deep(text).is_some() {
        return None;
    }
    let value: Value = serde_yaml::from_str(text).ok()?;
    let (is, advice) = other(&value, 0)?;
    let message = format!("this is {is}, not an incident export");
    let help = format!("{advice}; the incident is the JSON that the API gave");
    Some(Diagnostic::at_bytes(rule, 0..0, message).help(help))
}

/// The file of ours that knows most of the keys: more than twice as many as the one that was meant.
fn other(value: &Value, own: usize) -> Option<(&'static str, &'static str)> {
    let counted = OURS.into_iter().map(|(name, is, advice)| (known(value, name), is, advice));
    let (most, is, advice) = counted.max_by_key(|(count, ..)| *count)?;
    (most > own * 2).then_some((is, advice))
}

/// An export, or what else is told by its keys.
fn export(text: &str) -> Option<(&'static str, &'static str)> {
    let document = Document::parse(text).ok()?;
    match shape(&document.root()) {
        Shape::Incident(_) | Shape::Alert(_) => Some(("an incident export", "give it as INCIDENT")),
        shape @ (Shape::WorkflowDefinition | Shape::ArmTemplate) => {
            Some((shape.title(), "`counterflow check` judges it"))
        }
        _ => None,
    }
}

fn keys(value: &Value) -> impl Iterator<Item = &str> {
    let keys = value.as_object().into_iter().flat_map(|members| members.keys());
    keys.map(String::as_str).filter(|key| *key != "$schema")
}

/// How many keys of a document its schema would know.
fn known(value: &Value, schema: &str) -> usize {
    let schema: Option<Value> = schemas::text(schema).and_then(|text| serde_json::from_str(text).ok());
    let members = schema.as_ref().and_then(|schema| schema.get("properties")?.as_object());
    members.map_or(0, |members| keys(value).filter(|key| members.contains_key(*key)).count())
}
