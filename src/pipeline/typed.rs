//! YAML files with a schema: text to typed value, with findings in our own words and at their place.

use serde_json::Value;

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::pointer::Pointer;
use crate::base::source::Source;
use crate::data::schemas;

/// Reads a YAML file that a bundled schema describes. `rule` is for text that is no YAML at all.
pub(super) fn read<T>(
    source: &Source,
    schema: &str,
    rule: &'static Rule,
    typed: impl FnOnce(Value) -> Result<T, serde_json::Error>,
) -> Result<T, Vec<Diagnostic>> {
    let value: Value = serde_yaml::from_str(source.text()).map_err(|error| {
        let at = error.location().map_or(0, |location| location.index()).min(source.text().len());
        let message = format!("this is not YAML: {error}");
        vec![Diagnostic::at_bytes(rule, at..at, message).help("correct the text at this place")]
    })?;
    let found = schemas::validate(schema, &value);
    if found.iter().any(Diagnostic::is_error) {
        return Err(found);
    }
    typed(value).map_err(|error| {
        let help = format!("`counterflow schema {schema}` prints what is allowed");
        vec![Diagnostic::new(rule, Pointer::root(), error.to_string()).help(help)]
    })
}
