//! A baseline: the findings that a project had when it began to check. They are left out until they are mended; new
//! ones count at once.
//!
//! A finding is known by file, code, pointer and message, not by line, so that moving code does not make it new.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::base::diagnostic::{Diagnostic, Index, Located};
use crate::base::source::Source;
use crate::pipeline::{codes, locate};
use crate::report::{self, Report};

/// The version of the file's form.
const VERSION: u32 = 1;

/// Known findings and how often each is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline {
    known: BTreeMap<String, Known>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    path: String,
    count: usize,
}

#[derive(Serialize, Deserialize)]
struct File {
    generator: String,
    version: u32,
    findings: Vec<Entry>,
}

/// The fingerprint decides; the rest is for people who read the file in a review.
#[derive(Serialize, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    path: String,
    code: String,
    pointer: String,
    message: String,
    fingerprint: String,
}

/// The report about a file that is no baseline, and why it is none.
pub fn unreadable(source: Source, why: String) -> Report {
    let finding = Diagnostic::new(&codes::UNREADABLE_BASELINE, Default::default(), why)
        .help("write it anew with --write-baseline");
    let findings = locate(&source, &Index::Text, vec![finding]);
    let mut report = Report::default();
    report.add_apart(report::File { source, findings });
    report
}

impl Baseline {
    /// Reads a baseline file.
    ///
    /// # Errors
    /// A sentence: the text is no baseline, or one of another version.
    pub fn parse(text: &str) -> Result<Self, String> {
        let file: File =
            serde_json::from_str(text).map_err(|error| format!("this is no baseline: {error}"))?;
        if file.version != VERSION {
            return Err(format!(
                "this baseline has version {}, and this program reads version {VERSION}",
                file.version
            ));
        }
        let mut known = BTreeMap::new();
        for entry in file.findings {
            known.entry(entry.fingerprint).or_insert(Known { path: entry.path, count: 0 }).count += 1;
        }
        Ok(Self { known })
    }

    /// Whether a finding is known; each entry stands for one finding.
    pub fn take(&mut self, found: &Located) -> bool {
        match self.known.get_mut(&found.fingerprint()) {
            Some(known) if known.count > 0 => {
                known.count -= 1;
                true
            }
            _ => false,
        }
    }

    /// The findings of one file that are not known. Nothing is used up.
    pub fn without_known(&self, mut found: Vec<Located>) -> Vec<Located> {
        let mut met: BTreeMap<String, usize> = BTreeMap::new();
        found.retain(|one| {
            let met = met.entry(one.fingerprint()).or_default();
            *met += 1;
            self.known.get(&one.fingerprint()).is_none_or(|known| *met > known.count)
        });
        found
    }

    /// A file as it is known and as it was checked, where all are known by other names: as they are to somebody in another
    /// folder.
    pub fn moved(&self, checked: &BTreeSet<&str>) -> Option<(String, String)> {
        if self.known.values().any(|known| checked.contains(known.path.as_str())) {
            return None;
        }
        let ends =
            |long: &str, short: &str| long.strip_suffix(short).is_some_and(|before| before.ends_with('/'));
        let last = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
        let mut by_last: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for path in checked {
            by_last.entry(last(path)).or_default().push(path);
        }
        self.known.values().find_map(|known| {
            let path = known.path.as_str();
            let mut alike = by_last.get(&last(path))?.iter();
            let here = alike.find(|here| ends(here, path) || ends(path, here))?;
            Some((path.to_owned(), (*here).to_owned()))
        })
    }

    /// How many entries no finding was taken for, of the files that were checked.
    pub fn left(&self, checked: &BTreeSet<&str>) -> usize {
        let known = self.known.values().filter(|known| checked.contains(known.path.as_str()));
        known.map(|known| known.count).sum()
    }

    /// The file that makes these findings known, with a line feed at its end. Its order does not depend on the order of
    /// the findings.
    pub fn write<'l>(findings: impl Iterator<Item = &'l Located>) -> String {
        let entry = |found: &Located| Entry {
            path: found.path.clone(),
            code: found.diagnostic.rule.code.to_owned(),
            pointer: found.diagnostic.pointer.as_str().to_owned(),
            message: found.diagnostic.message.clone(),
            fingerprint: found.fingerprint(),
        };
        let mut findings: Vec<Entry> = findings.map(entry).collect();
        findings.sort_unstable();
        let file = File { generator: "counterflow".to_owned(), version: VERSION, findings };
        let mut text =
            serde_json::to_string_pretty(&file).expect("internal error: a baseline is always valid JSON");
        text.push('\n');
        text
    }
}
