//! `check`: files that anybody made, many at a time, in the order in which they were named.
//!
//! Files are read and judged in parallel and handed on one after another, and then they are gone: what is kept of
//! many files is only what the receiver keeps.

use rayon::prelude::*;

use crate::check::{self, Checked, Files};
use crate::report::File;
use crate::workflow::bundle::Group;
use crate::workflow::layout::Role;

use super::policy::Policy;

/// Files that belong together and are to be checked.
#[derive(Debug, Clone)]
pub struct Unit {
    /// Which.
    pub group: Group,
    /// Whether somebody named them. What is only met on a walk is passed over without a word when it is no workflow.
    pub is_asked: bool,
}

/// A file that was checked, with what of its findings counts.
#[derive(Debug)]
pub struct Outcome {
    /// Name, text and findings.
    pub file: File,
    /// How many definitions it holds.
    pub definitions: usize,
}

/// How many units are judged before their results are handed on. Enough for every processor to have work, few enough
/// to be held in memory.
const AT_ONCE: usize = 32;

/// Checks units. `read` gives the bytes of a file with the name to show, and is called from several threads; `each`
/// gets the results in the order of the units, `done` the number of units behind it after each batch.
///
/// # Errors
/// The first failure of `read`; what stands before it has been handed on.
pub fn check<E: Send>(
    units: &[Unit],
    policy: &Policy,
    options: &check::Options,
    read: impl Fn(&str) -> Result<(String, Vec<u8>), E> + Sync,
    mut each: impl FnMut(Outcome) -> Result<(), E>,
    mut done: impl FnMut(usize),
) -> Result<(), E> {
    let judge = |unit: &Unit| read_files(unit, policy, &read).map(|files| check::check_files(files, options));
    for batch in units.chunks(AT_ONCE) {
        // For one file there is no need of other threads, which take longer to start than the file to check.
        let judged: Vec<Result<Vec<Checked>, E>> = match batch {
            [unit] => vec![judge(unit)],
            _ => batch.par_iter().map(judge).collect(),
        };
        for checked in judged {
            for Checked { source, definitions, findings } in checked? {
                // One after another: a baseline counts.
                let findings = policy.keep(findings);
                each(Outcome { file: File { source, findings }, definitions })?;
            }
        }
        done(batch.len());
    }
    Ok(())
}

/// Reads what the policy does not leave out.
pub(super) fn read_files<E>(
    unit: &Unit,
    policy: &Policy,
    read: &impl Fn(&str) -> Result<(String, Vec<u8>), E>,
) -> Result<Files, E> {
    let Group { kind, files: names, is_whole } = &unit.group;
    let mut files = Vec::with_capacity(names.len());
    for (name, role) in names {
        if *role != Role::Workflow || !policy.skips(name) {
            let (shown, bytes) = read(name)?;
            files.push((shown, *role, bytes));
        }
    }
    let is_whole = *is_whole && files.len() == names.len();
    Ok(Files { kind: *kind, is_whole, is_asked: unit.is_asked, files })
}
