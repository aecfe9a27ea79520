//! How much of a project was checked, and so what can be said of decisions that had nothing to decide.

use std::collections::BTreeSet;

use globset::GlobMatcher;

use super::{codes, shown};
use crate::base::diagnostic::Diagnostic;
use crate::base::pointer::Pointer;

/// The files that were checked, and the folders of which all files were. Where single files are checked, as before a
/// commit, decisions about others may still be needed.
#[derive(Debug)]
pub struct Reach<'r> {
    /// Names of the files.
    pub files: &'r BTreeSet<&'r str>,
    /// Names of the folders; `.` is the one in which the command runs.
    pub folders: &'r [String],
}

impl Reach<'_> {
    /// Whether a file that was checked is meant by a glob.
    pub(super) fn has(&self, glob: &GlobMatcher) -> bool {
        self.files.iter().any(|file| glob.is_match(shown(file)))
    }

    /// Whether all files that a glob can mean were there to be checked. One that names no folder means those that are
    /// checked, whichever they are.
    pub(super) fn is_whole(&self, glob: &GlobMatcher) -> bool {
        let glob = shown(glob.glob().glob());
        let (folder, is_file) = match glob.find(['*', '?', '[', '{', '\\']) {
            Some(at) => (glob[..at].rsplit_once('/').map_or("", |(folder, _)| folder), false),
            None => (glob, true),
        };
        let holds = |around: &String| {
            let below = folder.strip_prefix(around.as_str());
            around == "." || below.is_some_and(|below| below.is_empty() || below.starts_with('/'))
        };
        (folder.is_empty() && !self.folders.is_empty())
            || self.folders.iter().any(holds)
            || (is_file && self.files.contains(glob))
    }

    /// The finding that no file is called so.
    pub(super) fn no_file(&self, place: Pointer) -> Diagnostic {
        let help = match self.files.first() {
            Some(file) => {
                format!("correct or remove it; files are named as `check` shows them: `{}`", shown(file))
            }
            None => "correct or remove it; files are named as `check` shows them".to_owned(),
        };
        Diagnostic::new(&codes::UNUSED_SUPPRESSION, place, "no file that was checked has this path")
            .help(help)
    }
}

#[cfg(test)]
mod tests {
    use globset::Glob;

    use super::*;

    #[test]
    fn what_was_not_looked_at_is_not_judged() {
        let cases = [
            ("playbooks/*.json", "playbooks", true),
            ("playbooks/old/*.json", "playbooks", true),
            ("playbooks/*.json", "playbooks/new", false),
            ("play*/a.json", "other", true),
            ("**/a.json", "playbooks", true),
            ("archive/**", "playbooks", false),
            ("archive/**", ".", true),
            ("a.json", "playbooks", false),
            ("playbooks2/a.json", "playbooks", false),
            ("./playbooks/b.json", "playbooks", true),
        ];
        for (glob, folder, is_whole) in cases {
            let matcher = Glob::new(glob).unwrap().compile_matcher();
            let files = BTreeSet::new();
            let reach = Reach { files: &files, folders: &[folder.to_owned()] };
            assert_eq!(reach.is_whole(&matcher), is_whole, "{glob} {folder}");
        }
        let files = BTreeSet::from(["a.json"]);
        let reach = Reach { files: &files, folders: &[] };
        for (glob, is_whole) in [("a.json", true), ("b.json", false), ("*.json", false)] {
            assert_eq!(reach.is_whole(&Glob::new(glob).unwrap().compile_matcher()), is_whole, "{glob}");
        }
    }
}
