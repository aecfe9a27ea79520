//! Findings of one document, each rule in moderation.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::json::Node;
use crate::base::pointer::Pointer;

use super::codes;
use super::place::Place;

/// Findings of one rule that are spelled out; more of the same are counted.
const MAX_PER_RULE: usize = 50;

/// The longest list of incidents, alerts, devices or evidence that is read.
pub(super) const MAX_LIST: usize = 50_000;

/// Findings in the order in which they were met.
#[derive(Debug, Default)]
pub(super) struct Findings {
    found: Vec<Diagnostic>,
    counts: BTreeMap<&'static str, usize>,
    errors: usize,
    said: BTreeSet<(&'static str, String)>,
}

impl Findings {
    /// Takes a finding; beyond [`MAX_PER_RULE`] of one rule they are only counted.
    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        let count = self.counts.entry(diagnostic.rule.code).or_default();
        *count += 1;
        self.errors += usize::from(diagnostic.is_error());
        // The first error always survives: a refusal must say why.
        if *count <= MAX_PER_RULE || (diagnostic.is_error() && self.errors == 1) {
            self.found.push(diagnostic);
        }
    }

    /// Whether this text of this kind is met for the first time: what is said once need not be said again.
    pub(super) fn is_news(&mut self, kind: &'static str, text: &str) -> bool {
        self.said.insert((kind, text.to_owned()))
    }

    /// How many errors were met.
    pub(super) fn errors(&self) -> usize {
        self.errors
    }

    /// Whether a list is short enough to be read; one that is not is an error.
    pub(super) fn is_readable(&mut self, list: &Place<'_>) -> bool {
        let length = list.node.items().count();
        if length > MAX_LIST {
            self.push(
                Diagnostic::new(
                    &codes::INCIDENT_TOO_LARGE,
                    list.pointer.clone(),
                    format!("this list has {length} elements"),
                )
                .help(format!(
                    "at most {MAX_LIST} are read: split the export, or leave out what does not matter"
                )),
            );
        }
        length <= MAX_LIST
    }

    /// Takes findings that were held back.
    pub(super) fn extend(&mut self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        diagnostics.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }

    /// All findings, with a note on the last of each rule that had too many.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        for (code, count) in self.counts.into_iter().filter(|(_, count)| *count > MAX_PER_RULE) {
            if let Some(last) = self.found.iter_mut().rfind(|diagnostic| diagnostic.rule.code == code) {
                last.message.push_str(&format!(" (and {} more of this kind)", count - MAX_PER_RULE));
            }
        }
        self.found
    }

    /// Reports a value of a type that no export has at its place.
    pub(super) fn wrong_type(&mut self, at: Pointer, found: Node<'_>, allowed: &str, severity: Severity) {
        let name = at.last().unwrap_or_else(|| "document".to_owned());
        let loss = match severity {
            Severity::Error => "export the incident again, or repair this value",
            _ => "the value is left out",
        };
        self.push(
            Diagnostic::new(&codes::WRONG_TYPE, at, format!("`{name}` is {}", found.kind_name()))
                .help(format!("{allowed} is allowed here: {loss}"))
                .severity(severity),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_findings_is_counted() {
        let mut findings = Findings::default();
        for at in 0..MAX_PER_RULE + 5 {
            findings.push(Diagnostic::new(&codes::UNKNOWN_WORD, Pointer::root().join(at), "a word"));
        }
        let findings = findings.finish();
        assert_eq!(findings.len(), MAX_PER_RULE);
        assert_eq!(findings[MAX_PER_RULE - 1].message, "a word (and 5 more of this kind)");
    }

    #[test]
    fn the_first_error_survives_a_flood() {
        let mut findings = Findings::default();
        for at in 0..=MAX_PER_RULE {
            let weight = if at == MAX_PER_RULE { Severity::Error } else { Severity::Warning };
            findings.push(Diagnostic::new(&codes::WRONG_TYPE, Pointer::root(), "x").severity(weight));
        }
        assert_eq!(findings.errors(), 1);
        assert!(findings.finish().iter().any(Diagnostic::is_error));
    }
}
