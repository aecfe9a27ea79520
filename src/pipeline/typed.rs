//! YAML files with a schema: text to typed value, with findings in our own words and at their place.

use serde_json::Value;

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::pointer::Pointer;
use crate::base::source::Source;
use crate::base::yaml::YamlIndex;
use crate::data::schemas;

/// Reads a YAML file that a bundled schema describes. `rule` is for text that is no YAML at all.
pub(super) fn read<T>(
    source: &Source,
    schema: &str,
    rule: &'static Rule,
    typed: impl FnOnce(Value) -> Result<T, serde_json::Error>,
) -> Result<T, Vec<Diagnostic>> {
    let value: Value = serde_yaml::from_str(source.text()).map_err(|error| {
        let at = match error.location() {
            Some(location) if location.index() > 0 => location.index().min(source.text().len()),
            _ => unreadable(source.text()),
        };
        let message = format!("this is not YAML: {error}");
        vec![Diagnostic::at_bytes(rule, at..at, message).help("correct the text at this place")]
    })?;
    // The reader keeps the last of two and says nothing of the first, which may hold whom nothing must touch.
    let twice: Vec<Diagnostic> = YamlIndex::new(source.text())
        .duplicates()
        .map(|key| {
            let message = format!("the key `{}` stands twice in this mapping", &source.text()[key.clone()]);
            Diagnostic::at_bytes(rule, key, message).help("put both into one, or remove one of them")
        })
        .collect();
    if !twice.is_empty() {
        return Err(twice);
    }
    // A file with nothing in it but comments says nothing; its schema knows whether it may.
    let value = if value.is_null() { Value::Object(Default::default()) } else { value };
    let found = schemas::validate(schema, &value);
    if found.iter().any(Diagnostic::is_error) {
        return Err(found);
    }
    typed(value).map_err(|error| {
        let help = format!("`counterflow schema {schema}` prints what is allowed");
        vec![Diagnostic::new(rule, Pointer::root(), error.to_string()).help(help)]
    })
}

/// Where the first character stands that YAML does not allow at all: of these the reader gives no place.
fn unreadable(text: &str) -> usize {
    let allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{A0}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
    text.char_indices().find(|(_, c)| !allowed(*c)).map_or(0, |(at, _)| at)
}
