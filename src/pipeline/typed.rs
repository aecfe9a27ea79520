//! YAML files with a schema: text to typed value, with findings in our own words and at their place.

use serde_json::Value;

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::pointer::Pointer;
use crate::base::source::Source;
use crate::base::yaml::{self, YamlIndex};
use crate::check::Findings;
use crate::data::schemas;

mod marks;
mod mistaken;
mod slip;

pub(super) use mistaken::for_an_export;

/// Reads a YAML file that a bundled schema describes. `rule` is for text that is no YAML at all, and for another file than
/// the one that is meant.
pub(super) fn read<T>(
    source: &Source,
    schema: &str,
    rule: &'static Rule,
    typed: impl FnOnce(Value) -> Result<T, serde_json::Error>,
) -> Result<T, Vec<Diagnostic>> {
    let text = source.text();
    if let Some(at) = yaml::too_deep(text) {
        let message = format!("values nest more than {} deep here", yaml::MAX_DEPTH);
        let help = format!(
            "nothing in it nests nearly as deep: `counterflow schema {schema}` prints what is allowed"
        );
        return Err(vec![Diagnostic::at_bytes(rule, at..at + 1, message).help(help)]);
    }
    let value: Value = serde_yaml::from_str(text).map_err(|error| vec![no_yaml(text, &error, rule)])?;
    // The reader keeps the last of two and says nothing of the first, which may hold whom nothing must touch.
    let twice: Vec<Diagnostic> = YamlIndex::new(text)
        .duplicates()
        .map(|key| {
            let message = format!("the key `{}` stands twice in this mapping", &text[key.clone()]);
            Diagnostic::at_bytes(rule, key, message).help("put both into one, or remove one of them")
        })
        .collect();
    if !twice.is_empty() {
        return Err(bounded(twice));
    }
    // A file with nothing in it but comments says nothing; its schema knows whether it may.
    let value = if value.is_null() { Value::Object(Default::default()) } else { value };
    let found = schemas::validate(schema, &value);
    if found.iter().any(Diagnostic::is_error) {
        // One mistake that breaks every line is told instead of what it makes of each.
        let whole = mistaken::for_a_file(text, &value, schema, rule);
        let slip = || slip::indented_by_no_space(text).or_else(|| of_other_kind(text, &found));
        let whole = whole.or_else(|| slip().map(|slip| slip.finding(rule)));
        return Err(whole.map_or_else(|| bounded(found), |whole| vec![whole]));
    }
    typed(value).map_err(|error| {
        let help = format!("`counterflow schema {schema}` prints what is allowed");
        vec![Diagnostic::new(rule, Pointer::root(), error.to_string()).help(help)]
    })
}

/// As many findings of each rule as anybody reads.
fn bounded(found: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut kept = Findings::new();
    kept.extend(found);
    kept.into_kept()
}

/// A value of another kind than it looks like.
fn of_other_kind(text: &str, found: &[Diagnostic]) -> Option<slip::Slip> {
    let index = YamlIndex::new(text);
    let wrong = found.iter().filter(|found| found.rule == &schemas::rules::WRONG_TYPE);
    wrong.filter_map(|found| index.value(&found.pointer)).find_map(|at| slip::other_kind(text, at.start))
}

/// What is wrong with a text that the reader does not take for YAML. Of some mistakes it gives no place.
fn no_yaml(text: &str, error: &serde_yaml::Error, rule: &'static Rule) -> Diagnostic {
    let place = error.location().map(|location| location.index()).filter(|at| *at > 0);
    let slip = match place.or_else(|| unreadable(text)) {
        Some(at) => slip::find(text, at),
        None => slip::second_document(text),
    };
    slip.map_or_else(
        || {
            let at = place.unwrap_or(0).min(text.len());
            let message = format!("this is not YAML: {error}");
            Diagnostic::at_bytes(rule, at..at, message).help(
                "look at this line and the one above: a member is `key: value` with a space after the colon, an item \
                 `- value`; lines that belong together begin in the same column; quotes and brackets are closed",
            )
        },
        |slip| slip.finding(rule),
    )
}

/// Where the first character stands that YAML does not allow at all: of these the reader gives no place.
fn unreadable(text: &str) -> Option<usize> {
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{A0}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
    text.char_indices().find(|(_, c)| !allowed(*c)).map(|(at, _)| at)
}
