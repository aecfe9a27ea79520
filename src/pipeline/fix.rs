//! Mending files: the fixes of their findings, made until none is left.

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

/// Makes every fix of the findings that the policy wants, in all files of a unit: what one file says may decide about
/// another. `read` is as for [`super::check::check`].
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
            let Some((_, _, bytes)) = files.files.iter_mut().find(|(name, ..)| *name == shown) else {
                continue;
            };
            let Ok(source) = Source::decode(shown.as_str(), bytes) else { continue };
            let (after, made) = fix::apply(source.text(), edits);
            *bytes = source.encoding().encode(&after);
            made_any |= made > 0;
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

/// The changes that each file needs, with the name it is shown by.
fn edits(files: &Files, policy: &Policy) -> impl Iterator<Item = (String, Vec<fix::Edit>)> {
    let checked = check::check_files(files.clone(), &policy.options());
    checked.into_iter().filter_map(|one| {
        let edits: Vec<_> =
            policy.judge_all(one.findings).into_iter().filter_map(|found| found.edit).collect();
        (!edits.is_empty()).then(|| (one.source.name().to_owned(), edits))
    })
}
