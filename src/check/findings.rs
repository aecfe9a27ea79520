//! What rules find, kept within bounds.
//!
//! A file made to be hostile may break one rule a million times. Nobody reads the second thousand, and each finding
//! carries its pointer and its message; so of one rule in one file only the first [`MOST`] are kept, and the last of them
//! says how many there are more.

use std::collections::BTreeMap;

use crate::base::diagnostic::Diagnostic;
use crate::workflow::FileId;

/// The most findings of one rule that are kept for one file.
pub(super) const MOST: usize = 1000;

/// What was found in one file.
#[derive(Debug, Default)]
pub struct Findings {
    kept: Vec<Diagnostic>,
    counts: BTreeMap<&'static str, Count>,
}

#[derive(Debug, Default)]
struct Count {
    found: usize,
    /// Where the last one that was kept stands.
    last: usize,
}

impl Findings {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a finding.
    pub fn push(&mut self, finding: Diagnostic) {
        let count = self.counts.entry(finding.rule.code).or_default();
        count.found += 1;
        if count.found <= MOST {
            count.last = self.kept.len();
            self.kept.push(finding);
        }
    }

    /// Whether more of this rule would be kept. A rule whose findings are costly to make may ask first.
    pub fn has_room(&self, code: &str) -> bool {
        self.counts.get(code).is_none_or(|count| count.found < MOST)
    }

    /// What was kept, in the order in which it was found.
    pub fn into_kept(mut self) -> Vec<Diagnostic> {
        for Count { found, last } in self.counts.values() {
            if let (Some(more), Some(finding)) = (found.checked_sub(MOST), self.kept.get_mut(*last))
                && more > 0
            {
                let note = format!("{more} more like this are not shown");
                finding.help = Some(match finding.help.take() {
                    Some(help) => format!("{help}; {note}"),
                    None => note,
                });
            }
        }
        self.kept
    }
}

impl Extend<Diagnostic> for Findings {
    fn extend<T: IntoIterator<Item = Diagnostic>>(&mut self, findings: T) {
        findings.into_iter().for_each(|finding| self.push(finding));
    }
}

/// What was found in files that belong together.
#[derive(Debug)]
pub struct BundleFindings {
    files: Vec<Findings>,
}

impl BundleFindings {
    pub(super) fn new(files: usize) -> Self {
        Self { files: (0..files).map(|_| Findings::new()).collect() }
    }

    /// The findings in one file.
    pub fn of(&mut self, file: FileId) -> &mut Findings {
        &mut self.files[file.index()]
    }

    /// Adds a finding in a file, which need not be one with definitions.
    pub fn push(&mut self, file: FileId, finding: Diagnostic) {
        self.of(file).push(finding);
    }

    pub(super) fn into_files(self) -> impl Iterator<Item = Vec<Diagnostic>> {
        self.files.into_iter().map(Findings::into_kept)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::pointer::Pointer;
    use crate::check::rules::shape::not_json;

    #[test]
    fn the_last_one_kept_says_how_many_are_not() {
        let mut findings = Findings::new();
        let finding = || Diagnostic::new(&not_json::RULE, Pointer::root(), "x").help("mend it");
        findings.extend((0..MOST).map(|_| finding()));
        assert!(!findings.has_room(not_json::RULE.code));
        findings.extend((0..7).map(|_| finding()));
        let kept = findings.into_kept();
        assert_eq!(kept.len(), MOST);
        assert_eq!(kept[0].help.as_deref(), Some("mend it"));
        assert_eq!(kept[MOST - 1].help.as_deref(), Some("mend it; 7 more like this are not shown"));
    }
}
