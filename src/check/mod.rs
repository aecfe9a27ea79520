//! The checker: what the service would refuse, found before deploying.
//!
//! [`check_bytes`] takes any file and returns what it found, placed; [`check`] takes one parsed document. Findings come
//! from three layers, from the outside in:
//!
//! 1. **shape**: is it text, is it JSON, is it a form we know ([`rules::shape`]);
//! 2. **members**: does every member have the right name and kind ([`rules::shape::members`]); where it is asked for,
//!    and always for definitions that we compiled, the bundled JSON Schemas judge the same a second time ([`schema()`]);
//! 3. **lints**: do names, orders, expressions and connections agree ([`rules`]).
//!
//! A place that a lint reports is not reported by the others too: one mistake makes one message.
//!
//! The checker never looks at what the compiler meant. It reads bytes, its own output's like anybody's.

mod bundle;
mod call;
mod context;
mod file;
mod findings;
mod interest;
mod lint;
mod miss;
mod options;
pub mod rules;
pub mod safety;
pub mod schema;
pub mod taint;
mod typing;

use crate::base::diagnostic::Diagnostic;
use crate::base::json::Document;
use crate::workflow::Bundle;
use crate::workflow::bundle::{Content, File, GroupKind};
use crate::workflow::layout::Role;

pub use call::{ConnectorCall, Faults, Refused, Unknown};
pub use context::{Context, Reference};
pub use file::{Checked, Files, check_artifacts, check_bytes, check_files, check_source};
pub use findings::{BundleFindings, Findings};
pub use interest::Interest;
pub use lint::{Lint, Member};
pub use options::{Options, Schemas};
pub use rules::{LINTS, all_rules};
pub use schema::{prepare_schema, schema};
pub use typing::Found;

/// Every finding of one document on its own: shape, schema, lints.
pub fn check(document: &Document<'_>, options: &Options) -> Vec<Diagnostic> {
    let content = Content::Json(document);
    let file = File { name: "", role: Role::Workflow, content, is_judged: false };
    let bundle = Bundle::new(GroupKind::Alone, true, vec![file]);
    bundle::check(&bundle, options).into_iter().flat_map(|judged| judged.findings).collect()
}
