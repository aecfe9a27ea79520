//! Whether a run may do anything at all, decided once before anything is touched, written or sent.
//!
//! A playbook that is not meant says nothing: its run ends as succeeded, and the run history holds the reason. A comment
//! or a mail about an incident that is none of its business would come with every incident that the same trigger passes
//! to it.

use super::condition;
use super::context::step;
use super::ir::{IdSpace, Step, StepKind, Term, Test, Value};

/// What must hold of a run.
pub(super) struct Admission {
    /// Whether the incident must be open: always, unless it was already closed when a one-shot playbook was compiled.
    pub open: bool,
    /// The one incident that a one-shot playbook is for, and whose id that is.
    pub only: Option<(IdSpace, Term)>,
    /// Whether the incident must be like the one that was reviewed.
    pub alike: bool,
}

impl Admission {
    /// What must hold when the run begins, each with the sentence that says why it does not go on.
    fn begins(&self) -> Vec<(Test, &'static str)> {
        let mut needed = vec![(not_stopped(None), "The incident carries the tag that stops playbooks.")];
        if let Some((space, id)) = &self.only {
            let same = Test::Holds(Term::SameIncident(*space, Box::new(id.clone())));
            needed.push((same, "This playbook is for another incident."));
        }
        if self.open {
            needed.push((Test::Holds(Term::Open(None)), "The incident is not open."));
        }
        if self.alike {
            needed.push((
                condition::severe(),
                "The incident is less severe than this playbook is for, by the profile it was built with.",
            ));
            needed.push((
                condition::alike(),
                "The incident names techniques or tactics, and none that this playbook is for.",
            ));
        }
        needed
    }

    /// The step that ends every run while the playbook is switched off: the first, so that nothing is even read.
    pub(super) fn switch() -> Step {
        let test = Test::Holds(Term::Parameter("Enabled".into())).negated();
        let then = vec![step("End_while_switched_off".into(), Vec::new(), StepKind::Stop)];
        step("Stop_if_switched_off".into(), Vec::new(), StepKind::If { test, then, otherwise: Vec::new() })
    }

    /// The step that ends the run unless it is meant.
    pub(super) fn stop(&self) -> Step {
        let needed = self.begins();
        let why = needed.iter().rev().fold(Term::text(""), |otherwise, (test, sentence)| {
            let not = test.clone().negated().term();
            Term::Apply("if", vec![not, Term::text(*sentence), otherwise])
        });
        let why = step("Why_nothing_is_done".into(), Vec::new(), StepKind::Compose(Value::Term(why)));
        let mut then = vec![why, step("End_without_acting".into(), Vec::new(), StepKind::Stop)];
        super::respond::succeed_in_turn(&mut then);
        let test = Test::Any(needed.into_iter().map(|(test, _)| test.negated()).collect());
        Step {
            note: Some("Ends the run, without a comment, a tag or a mail, where it is not meant.".into()),
            ..step(
                "Stop_unless_it_is_meant".into(),
                Vec::new(),
                StepKind::If { test, then, otherwise: Vec::new() },
            )
        }
    }

    /// What may have changed by the time that the named step read the incident again.
    pub(super) fn still(&self, read: &str) -> Test {
        let mut tests = vec![not_stopped(Some(read))];
        if self.open {
            tests.push(Test::Holds(Term::Open(Some(read.to_owned()))));
        }
        Test::All(tests)
    }
}

/// That nobody has put the tag on the incident that stops playbooks.
fn not_stopped(read: Option<&str>) -> Test {
    Test::Holds(Term::Stopped(read.map(str::to_owned))).negated()
}
