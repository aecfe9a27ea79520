//! Readers of incident exports: from a positioned JSON document to the normal form.
//!
//! [`Export`] parses a text, [`read`] a document that is parsed already. [`detect`] tells what a value is, `collect`
//! goes through envelopes and brings together what belongs together, and each incident or alert is read with the layout
//! of its form. A form is a table of spellings and a function for its entities; everything else is shared:
//!
//! - [`incident`]: the normal form; [`identifiers`]: what remediations need to know of an entity; [`special`]: who and
//!   what is no target, whatever an alert says
//! - [`detect`], `collect`: what a value looks like, told by its keys; from values to incidents
//! - `layout`: the table of a form; `graph`, `m365d`, `mde`, `sentinel`, `hunting`: one file a product
//! - `assemble`, `alert`, `draft`: an incident's own object, an alert, and an incident put together from both
//! - `evidence`, `sid`, `safelinks`, `words`: what the evidence of all forms has in common, security identifiers, rewritten
//!   links, the product's word lists
//! - `entities`: mentions become entities, each once
//! - `place`, `reader`, `findings`: values with their pointers, and lenient access that reports what it met
//!
//! Exports are hostile input: their texts come from attackers. Nothing here panics, recurses without bound or takes
//! more than a limited number of alerts and entities; nothing that matters is dropped without a finding.

use crate::base::diagnostic::Diagnostic;
use crate::base::json::Document;

mod alert;
mod assemble;
pub mod codes;
mod collect;
pub mod detect;
mod draft;
mod entities;
mod evidence;
mod export;
mod findings;
mod form;
mod graph;
mod hunting;
pub mod identifiers;
pub mod incident;
mod kinds;
mod layout;
mod m365d;
mod mde;
mod place;
mod reader;
mod safelinks;
mod sentinel;
mod sid;
pub mod special;
mod words;

pub use export::Export;
pub use incident::{
    Alert, Classification, Entity, EntityKind, Field, Form, Incident, NamedTechnique, Remediation, Status,
    Verdict,
};
pub use sid::{DOMAIN_SID, LONGEST_DOMAIN_SID};

/// What a document held.
#[derive(Debug)]
pub struct Ingested {
    /// The incidents in document order; at least one.
    pub incidents: Vec<Incident>,
    /// Warnings and infos, in the order in which they were met.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads every incident of a document: a single one, an array, or whatever envelope a service or a tool puts around
/// them. Alerts without their incident become an incident for each one that they name, or else one each.
///
/// # Errors
/// All findings, at least one of them an error, when the document is no incident export, when an incident was merged
/// into another and nothing else is there, or when reading on would lose alerts or entities.
pub fn read(document: &Document<'_>) -> Result<Ingested, Vec<Diagnostic>> {
    let mut collector = collect::Collector::default();
    collector.take(&place::Place::root(document.root()));
    collector.finish()
}

#[cfg(test)]
mod tests;
