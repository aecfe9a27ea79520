//! From the bytes of a file to placed findings.

use crate::base::diagnostic::{Diagnostic, Index, Located};
use crate::base::json::Document;
use crate::base::source::{Lines, Source};
use crate::workflow::{self, UnknownForm, archive};

use super::options::Options;
use super::rules::shape;

/// One checked document.
#[derive(Debug)]
pub struct Checked {
    /// Its name and text. The text is empty when the bytes could not be read.
    pub source: Source,
    /// How many definitions it holds.
    pub definitions: usize,
    /// What was found, in the order of the document.
    pub findings: Vec<Located>,
}

/// Checks a file: a solution zip gives one result for each flow in it, anything else one.
pub fn check_bytes(name: &str, bytes: &[u8], options: &Options) -> Vec<Checked> {
    if archive::is_zip(bytes) {
        check_zip(name, bytes, options)
    } else {
        vec![check_document(name, bytes, options)]
    }
}

/// Checks what a build made. Files that go with a workflow give nothing: those that are not JSON by name, and the
/// parameters file of a template. Any other JSON must be a workflow, so that one we emit in a form that cannot be read
/// back is an error and not passed over.
pub fn check_artifact(path: &str, bytes: &[u8]) -> Vec<Checked> {
    let options = Options::default();
    if archive::is_zip(bytes) {
        return check_zip(path, bytes, &options);
    }
    if !path.ends_with(".json") {
        return Vec::new();
    }
    let is_parameters = Source::decode(path, bytes).is_ok_and(|source| {
        let form = Document::parse(source.text()).map(|document| workflow::form::detect(&document));
        form == Ok(Err(UnknownForm::ARM_PARAMETERS))
    });
    if is_parameters { Vec::new() } else { vec![check_document(path, bytes, &options)] }
}

/// Checks every flow of a solution zip. Members are called `a.zip!/Workflows/x.json`.
pub fn check_zip(name: &str, bytes: &[u8], options: &Options) -> Vec<Checked> {
    match archive::members(bytes) {
        Ok(members) => members
            .iter()
            .map(|member| check_document(&format!("{name}!/{}", member.name), &member.bytes, options))
            .collect(),
        Err(error) => vec![unread(name, shape::unreadable_archive::finding(&error))],
    }
}

/// Checks text that is already decoded.
pub fn check_source(source: Source, options: &Options) -> Checked {
    let (definitions, findings) = match Document::parse(source.text()) {
        Err(error) => (0, locate(vec![shape::not_json::finding(error)], &source, &Index::Text)),
        Ok(document) => {
            let definitions = workflow::read(&document).map_or(0, |workflows| workflows.definitions.len());
            (definitions, locate(super::check(&document, options), &source, &Index::Json(&document)))
        }
    };
    Checked { source, definitions, findings }
}

fn check_document(name: &str, bytes: &[u8], options: &Options) -> Checked {
    match Source::decode(name, bytes) {
        Ok(source) => check_source(source, options),
        Err(error) => unread(name, shape::encoding::finding(&error)),
    }
}

/// The result for a file of which there is no text to show.
fn unread(name: &str, finding: Diagnostic) -> Checked {
    let source = Source::new(name, "");
    let findings = locate(vec![finding], &source, &Index::Text);
    Checked { source, definitions: 0, findings }
}

fn locate(found: Vec<Diagnostic>, source: &Source, index: &Index<'_>) -> Vec<Located> {
    let lines = Lines::new(source.text());
    let mut findings: Vec<_> =
        found.into_iter().map(|finding| finding.locate(source, &lines, index)).collect();
    findings.sort_by(|a, b| {
        (a.span.start, a.diagnostic.rule.code, a.span.end).cmp(&(
            b.span.start,
            b.diagnostic.rule.code,
            b.span.end,
        ))
    });
    findings
}
