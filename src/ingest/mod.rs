//! Readers of incident exports: from a positioned JSON document to the normal form.
//!
//! [`read`] finds out what the document is ([`detect`]), takes the incidents out of their envelope, and reads each with
//! the layout of its form. A form is a table of spellings and a function for its evidence; everything else is shared:
//!
//! - [`incident`]: the normal form
//! - [`detect`]: what a value looks like, told by its keys
//! - `graph`, `m365d`: one file a form
//! - `assemble`: an incident and its alerts from a form's table
//! - `evidence`, `words`: what the evidence of all forms has in common, and the product's word lists
//! - `entities`: mentions become entities, each once
//! - `reader`: lenient access that reports what it met
//!
//! Exports are hostile input: their texts come from attackers. Nothing here panics, recurses without bound or takes
//! more than a limited number of alerts and entities; nothing that matters is dropped without a finding.

use std::collections::BTreeMap;

use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::json::Document;
use crate::base::pointer::Pointer;

mod assemble;
pub mod codes;
pub mod detect;
mod entities;
mod evidence;
mod graph;
pub mod incident;
mod m365d;
mod reader;
mod words;

use assemble::{Layout, Outcome};
use detect::{Extent, Shape};
pub use incident::{
    Alert, Classification, Entity, EntityKind, Field, Form, Incident, Remediation, Status, Verdict,
};
use reader::{Findings, Place};

/// What a document held.
#[derive(Debug)]
pub struct Ingested {
    /// The incidents in document order; at least one.
    pub incidents: Vec<Incident>,
    /// Warnings and infos, in the order in which they were met.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reads every incident of a document: a single one, an array, or a service's `{"value": […]}`.
///
/// # Errors
/// All findings, at least one of them an error, when the document is no incident export, when an incident was merged
/// into another and nothing else is there, or when reading on would lose alerts or entities.
pub fn read(document: &Document<'_>) -> Result<Ingested, Vec<Diagnostic>> {
    let root = Place::root(document.root());
    let mut findings = Findings::default();
    let mut incidents = Vec::new();
    let mut merged = Vec::new();
    let mut refused: BTreeMap<Shape, (Pointer, usize)> = BTreeMap::new();

    let places = places(&root, &mut findings);
    for place in &places {
        match detect::shape(&place.node) {
            Shape::Incident(form) => match assemble::incident(layout(form), place, &mut findings) {
                Outcome::Read(incident) => incidents.push(*incident),
                Outcome::Merged(finding) => merged.push(finding),
                Outcome::Failed => {}
            },
            other => refused.entry(other).or_insert_with(|| (place.pointer.clone(), 0)).1 += 1,
        }
    }
    for (shape, (pointer, count)) in refused {
        findings.push(refusal(shape, pointer, count));
    }
    // In a list a merged incident is a matter of course; alone it leaves nothing to read.
    let weight = if incidents.is_empty() { Severity::Error } else { Severity::Warning };
    for finding in merged {
        findings.push(finding.severity(weight));
    }
    if findings.errors() > 0 {
        return Err(findings.finish());
    }
    Ok(Ingested { incidents, diagnostics: findings.finish() })
}

/// The layout of a form: the line by which a form like these two is added.
fn layout(form: Form) -> &'static Layout {
    match form {
        Form::GraphIncident => &graph::LAYOUT,
        Form::M365dIncident => &m365d::LAYOUT,
    }
}

/// The places at which incidents should stand. An empty list is an error.
fn places<'d>(root: &Place<'d>, findings: &mut Findings) -> Vec<Place<'d>> {
    let list = match detect::extent(&root.node) {
        Extent::One => return vec![root.clone()],
        Extent::Array => root.clone(),
        Extent::Envelope(node) => Place { node, pointer: root.pointer.join("value") },
    };
    for key in ["@odata.nextLink", "nextLink"] {
        if root.member(key).is_some_and(|link| link.node.text().is_some()) {
            findings.push(
                Diagnostic::new(
                    &codes::PARTIAL_LIST,
                    root.pointer.join(key),
                    "the list of incidents goes on elsewhere",
                )
                .help(
                    "only this page is read; fetch the others too, or filter for the incident that you want",
                ),
            );
        }
    }
    if list.node.is_object() {
        return vec![list];
    }
    if !findings.is_readable(&list) {
        return Vec::new();
    }
    let places: Vec<Place<'d>> = list.elements().filter(|place| !place.node.is_null()).collect();
    if places.is_empty() {
        findings.push(
            Diagnostic::new(&codes::EMPTY_LIST, list.pointer, "this list holds no incident")
                .help("check the filter with which it was fetched; at least one incident is needed"),
        );
    }
    places
}

fn refusal(shape: Shape, pointer: Pointer, count: usize) -> Diagnostic {
    let forms: Vec<&str> = Form::ALL.iter().map(|form| form.title()).collect();
    let accepted = format!("what can be read: {}, alone, in an array or in `value`", forms.join(", "));
    let (rule, what) = match shape {
        Shape::Unknown => (&codes::UNKNOWN_FORM, "this is not a known form of incident export".to_owned()),
        other => (
            &codes::NOT_AN_INCIDENT,
            format!("this is not an incident export: it looks like {}", other.title()),
        ),
    };
    let more = if count > 1 { format!(" (and {} more in this list)", count - 1) } else { String::new() };
    Diagnostic::new(rule, pointer, what + &more).help(format!("{accepted}; {}", shape.advice()))
}

#[cfg(test)]
mod tests;
