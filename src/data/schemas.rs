//! The bundled JSON Schemas (draft 2020-12), by name.

mod explain;
mod instance;
mod quick;
mod rewrite;
pub mod rules;
mod settle;
mod validate;

pub use validate::{prepare, validate, validate_node};

include!(concat!(env!("OUT_DIR"), "/schemas.rs"));

/// The text of a bundled schema: `review`, `workflow-definition` and so on.
pub fn text(name: &str) -> Option<&'static str> {
    let wanted = name.strip_suffix(".schema.json").unwrap_or(name);
    all().find(|(name, _)| *name == wanted).map(|(_, text)| text)
}

/// Name and text of every bundled schema, by name.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    SCHEMAS.iter().map(|(file, text)| (file.strip_suffix(".schema.json").unwrap_or(file), *text))
}
