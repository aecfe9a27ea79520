//! The checker: what the service would refuse, found before deploying.
//!
//! [`check_bytes`] takes any file and returns what it found, placed; [`check`] takes one parsed document. Findings come
//! from three layers, from the outside in:
//!
//! 1. **shape**: is it text, is it JSON, is it a form we know ([`rules::shape`]);
//! 2. **schema**: does every member have the right name and kind ([`schema()`]);
//! 3. **lints**: do names, orders, expressions and connections agree ([`rules`]).
//!
//! A place that a lint reports is not reported by the schema too: one mistake makes one message.
//!
//! The checker never looks at what the compiler meant. It reads bytes, its own output's like anybody's.

mod context;
mod file;
mod lint;
mod options;
pub mod rules;
pub mod schema;

use crate::base::diagnostic::Diagnostic;
use crate::base::json::Document;
use crate::workflow;

pub use context::{Context, Reference};
pub use file::{Checked, check_artifact, check_bytes, check_source, check_zip};
pub use lint::{Findings, Lint};
pub use options::Options;
pub use rules::{LINTS, all_rules};
pub use schema::schema;

/// Every finding of one document: shape, schema, lints.
pub fn check(document: &Document<'_>, options: &Options) -> Vec<Diagnostic> {
    let mut found = rules::shape::duplicate_key::check(document);
    match workflow::read(document) {
        Err(unknown) => found.push(rules::shape::unknown_form::finding(unknown)),
        Ok(workflows) => {
            if workflows.definitions.is_empty() {
                found.push(rules::shape::no_definition::finding(workflows.form));
            }
            let linted = lint::run(&workflows, options);
            let mut places: Vec<_> = linted.iter().map(|finding| &finding.pointer).collect();
            places.sort_unstable();
            let unsaid = |finding: &Diagnostic| places.binary_search(&&finding.pointer).is_err();
            let shapes: Vec<_> = schema(document, workflows.form).into_iter().filter(unsaid).collect();
            found.extend(shapes);
            found.extend(linted);
        }
    }
    found
}

/// The findings of the lints alone.
pub fn lint(document: &Document<'_>, options: &Options) -> Vec<Diagnostic> {
    workflow::read(document).map(|workflows| lint::run(&workflows, options)).unwrap_or_default()
}
