//! Mending files: the fixes of their findings, made until none is left.

use std::collections::BTreeMap;

use crate::base::diagnostic::Diagnostic;
use crate::base::fix;
use crate::base::source::{Encoding, Source};
use crate::check::{self, Files};
use crate::workflow::archive;

use super::check::{Unit, read_files};
use super::policy::Policy;

/// How often files are gone through: a fix may uncover another, but not for ever.
const PASSES: usize = 10;

/// What became of files that belong together.
#[derive(Debug, Default)]
pub struct Mended {
    /// Those that are different now.
    pub files: Vec<Fixed>,
    /// How many fixes the files of an archive would need. An archive is not written.
    pub in_archive: usize,
}

/// A mended file.
#[derive(Debug)]
pub struct Fixed {
    /// Its name, as the unit has it.
    pub name: String,
    /// The whole text as it was.
    pub before: String,
    /// The whole text as it should be.
    pub after: String,
    /// How many fixes were made.
    pub made: usize,
    encoding: Encoding,
}

impl Fixed {
    /// The bytes to write, in the encoding of those that were read.
    pub fn bytes(&self) -> Vec<u8> {
        self.encoding.encode(&self.after)
    }
}

/// Makes every fix of the findings that a check with the same policy shows, but for those that would bring a mistake which
/// was not there, in all files of a unit: what one file says may decide about another. `read` is as for
/// [`super::check::check`].
///
/// # Errors
/// The first failure of `read`.
pub fn fix<E>(
    unit: &Unit,
    policy: &Policy,
    read: &impl Fn(&str) -> Result<(String, Vec<u8>), E>,
) -> Result<Mended, E> {
    let mut files = read_files(unit, policy, read)?;
    if let [(_, _, bytes)] = &files.files[..]
        && archive::is_zip(bytes)
    {
        let in_archive = edits(&files, policy).map(|(_, edits)| edits.len()).sum();
        return Ok(Mended { files: Vec::new(), in_archive });
    }
    let mut fixed: Vec<Fixed> = Vec::new();
    for _ in 0..PASSES {
        let mut made_any = false;
        for (shown, edits) in edits(&files, policy).collect::<Vec<_>>() {
            let Some(at) = files.files.iter().position(|(name, ..)| *name == shown) else { continue };
            let Ok(source) = Source::decode(shown.as_str(), &files.files[at].2) else { continue };
            let mut trial = Trial { mistakes: mistakes(&files), files: &mut files, at, source: &source };
            let mut accepted = Vec::new();
            trial.take(&edits, &mut accepted);
            let (after, made) = fix::apply(source.text(), accepted);
            files.files[at].2 = source.encoding().encode(&after);
            if made == 0 {
                continue;
            }
            made_any = true;
            match fixed.iter_mut().find(|file| file.name == shown) {
                Some(file) => (file.after, file.made) = (after, file.made + made),
                None => fixed.push(Fixed {
                    name: shown,
                    before: source.text().to_owned(),
                    after,
                    made,
                    encoding: source.encoding(),
                }),
            }
        }
        if !made_any {
            break;
        }
    }
    Ok(Mended { files: fixed, in_archive: 0 })
}

/// Rules below errors whose findings a change must not bring either: a key that stands twice, an action that never runs.
const GUARDED: [&str; 2] = ["CF1002", "CF2015"];

/// How many findings of each rule there are that a change must not bring.
fn mistakes(files: &Files) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for found in
        check::check_files(files.clone(), &check::Options::default()).iter().flat_map(|one| &one.findings)
    {
        let Diagnostic { rule, .. } = &found.diagnostic;
        if found.diagnostic.is_error() || GUARDED.contains(&rule.code) {
            *counts.entry(rule.code).or_default() += 1;
        }
    }
    counts
}

/// Changes to one file of some, tried before they are made.
struct Trial<'t> {
    files: &'t mut Files,
    at: usize,
    source: &'t Source,
    mistakes: BTreeMap<&'static str, usize>,
}

impl Trial<'_> {
    /// Accepts those changes that bring no mistake beside the ones accepted so far: all, or of each half those that do not.
    fn take(&mut self, edits: &[fix::Edit], accepted: &mut Vec<fix::Edit>) {
        let tried: Vec<fix::Edit> = accepted.iter().chain(edits).cloned().collect();
        let (after, _) = fix::apply(self.source.text(), tried.iter().cloned());
        self.files.files[self.at].2 = self.source.encoding().encode(&after);
        let is_known =
            |(code, count): (&&str, &usize)| self.mistakes.get(*code).is_some_and(|known| count <= known);
        if mistakes(self.files).iter().all(is_known) {
            *accepted = tried;
        } else if edits.len() > 1 {
            let (first, second) = edits.split_at(edits.len() / 2);
            self.take(first, accepted);
            self.take(second, accepted);
        }
    }
}

/// The changes that each file needs, with the name it is shown by.
fn edits(files: &Files, policy: &Policy) -> impl Iterator<Item = (String, Vec<fix::Edit>)> {
    let checked = check::check_files(files.clone(), &policy.options());
    checked.into_iter().filter_map(|one| {
        let edits: Vec<_> = policy.preview(one.findings).into_iter().filter_map(|found| found.edit).collect();
        (!edits.is_empty()).then(|| (one.source.name().to_owned(), edits))
    })
}
