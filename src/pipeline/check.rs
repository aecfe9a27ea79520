//! `check`: files that anybody made, many at a time, in the order in which they were named.
//!
//! Files are read and judged in parallel and handed on one after another, and then they are gone: what is kept of
//! many files is only what the receiver keeps.

use crate::check::{self, Checked, Files};
use crate::report::File;
use crate::workflow::bundle::Group;
use crate::workflow::layout::Role;

use super::policy::Policy;

use queue::Queue;

mod queue;

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

/// How many units may be begun before the first of them is handed on. Enough for every processor to have work, few enough
/// to be held in memory.
const AHEAD: usize = 32;

/// Checks units. `read` gives the bytes of a file with the name to show, `ready` makes of a result what is to be handed on:
/// both are called from several threads. `each` gets that in the order of the units, and `done` is called after each unit.
///
/// # Errors
/// The first failure of `read`; what stands before it has been handed on.
pub fn check<E: Send, T: Send>(
    units: &[Unit],
    policy: &Policy,
    options: &check::Options,
    read: impl Fn(&str) -> Result<(String, Vec<u8>), E> + Sync,
    ready: impl Fn(Outcome) -> T + Sync,
    mut each: impl FnMut(T) -> Result<(), E>,
    mut done: impl FnMut(),
) -> Result<(), E> {
    let outcome = |Checked { source, definitions, findings }| {
        ready(Outcome { file: File { source, findings: policy.keep(findings) }, definitions })
    };
    let judge = |unit: &Unit| -> Result<Judged<T>, E> {
        let checked = check::check_files(read_files(unit, policy, &read)?, options);
        Ok(match policy.counts() {
            true => Judged::Checked(checked),
            false => Judged::Ready(checked.into_iter().map(outcome).collect()),
        })
    };
    let mut hand_on = |judged: Result<Judged<T>, E>| -> Result<(), E> {
        match judged? {
            Judged::Ready(results) => results.into_iter().try_for_each(&mut each)?,
            Judged::Checked(results) => results.into_iter().map(outcome).try_for_each(&mut each)?,
        }
        done();
        Ok(())
    };
    // For one file there is no need of other threads, which take longer to start than the file to check.
    match units {
        [] => return Ok(()),
        [unit] => return hand_on(judge(unit)),
        _ => {}
    }
    let queue = Queue::new(units.len());
    rayon::in_place_scope(|scope| {
        for _ in 1..rayon::current_num_threads().min(units.len()) {
            let (queue, judge) = (&queue, &judge);
            scope.spawn(move |_| queue.work(|at| judge(&units[at])));
        }
        // This thread judges too: one that only waited would be woken for every unit, which took a fifth of the time.
        queue.lead(|at| judge(&units[at]), &mut hand_on)
    })
}

/// How far a unit got in the thread that judged it.
enum Judged<T> {
    /// All is done.
    Ready(Vec<T>),
    /// Which findings count is to be seen in the order of the units.
    Checked(Vec<Checked>),
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
