//! Whether a run may do anything at all, decided once before anything is touched, written or sent.
//!
//! A playbook that is not meant says nothing: its run ends as succeeded, and the run history holds the reason. A comment
//! or a mail about an incident that is none of its business would come with every incident that the same trigger passes
//! to it. Only where the one incident that it is for was merged into another does it say so there, because whoever started it
//! waits for something.

use super::condition;
use super::context::step;
use super::ir::{IdSpace, Segment, Step, StepKind, Term, Test, Text, Value};
use crate::base::graph::Statuses;
use crate::select::pattern::IncidentFact;

/// What must hold of a run.
pub(super) struct Admission {
    /// Whether the incident must be open: always, unless it was already closed when a one-shot playbook was compiled.
    pub open: bool,
    /// The one incident that a one-shot playbook is for, and whose id that is.
    pub only: Option<(IdSpace, Term)>,
    /// What becomes of a playbook for one incident when that was merged into another.
    pub merged: Merged,
    /// Whether the incident must be like the one that was reviewed.
    pub alike: bool,
}

/// What a playbook for one incident does where that was merged into another, which the run then works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Merged {
    /// It goes on: what was done is given back wherever it was written down.
    GoesOn,
    /// It ends and says so on the other: nobody has reviewed that one.
    Says,
    /// The product that holds the incident leaves nothing behind that a run could be started for.
    Never,
}

impl Admission {
    /// What must hold when the run begins, each with the sentence that says why it does not go on.
    fn begins(&self) -> Vec<(Test, &'static str)> {
        let mut needed = vec![(not_stopped(None), "The incident carries the tag that stops playbooks.")];
        if let Some((space, id)) = &self.only {
            let mut same = Test::Holds(Term::SameIncident(*space, Box::new(id.clone())));
            if self.merged == Merged::GoesOn {
                same = Test::Any(vec![same, Test::Holds(Term::Merged)]);
            }
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
        let said = self.say_merged();
        let mut then = vec![why];
        then.extend(said);
        then.push(step("End_without_acting".into(), Vec::new(), StepKind::Stop));
        let count = then.len();
        super::respond::succeed_in_turn(&mut then);
        // The run ends whether or not it could be said.
        then[count - 1].after.iter_mut().for_each(|(_, statuses)| *statuses = Statuses::STARTED);
        let test = Test::Any(needed.into_iter().map(|(test, _)| test.negated()).collect());
        Step {
            note: Some("Ends the run, without a tag or a mail, where it is not meant.".into()),
            ..step(
                "Stop_unless_it_is_meant".into(),
                Vec::new(),
                StepKind::If { test, then, otherwise: Vec::new() },
            )
        }
    }

    /// The step that says on an incident that the one which the playbook is for was merged into it.
    fn say_merged(&self) -> Option<Step> {
        let (_, id) = self.only.as_ref().filter(|_| self.merged == Merged::Says)?;
        let plain = |text: &str| Segment::Plain(text.to_owned());
        let segments = vec![
            plain("A playbook that is for incident "),
            Segment::Hole(id.clone()),
            plain(
                " alone was started for one that was merged into this incident, and has done nothing. Review this incident and build a playbook from it.",
            ),
        ];
        let kind = StepKind::Call {
            operation: "incident.comment".to_owned(),
            arguments: vec![
                ("incident".to_owned(), Value::Term(Term::Incident(IncidentFact::Id))),
                ("comment".to_owned(), Value::Text(Text { segments })),
            ],
            timeout: None,
        };
        let test = Test::All(vec![Test::Holds(Term::Merged), not_stopped(None)]);
        let then = vec![step("Say_that_it_was_merged".into(), Vec::new(), kind)];
        Some(step("If_it_was_merged".into(), Vec::new(), StepKind::If { test, then, otherwise: Vec::new() }))
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
