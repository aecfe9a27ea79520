//! What the report says of an act: one line for each target or item, whatever came of it.
//!
//! Not every refusal is a failure. A service that answers that an item is gone, or that a request of this kind is active,
//! says that what was asked for is so already, and whoever reads the report has nothing to do. Which answers mean that is a fact of
//! the operation.

use super::context::Use;
use super::ir::{Segment, Step, StepKind, Term, Test, Text, Value};
use super::respond::result_value;
use super::state;
use crate::base::graph::Status;
use crate::data::connector::{self, Host};

/// A way in which an act may have ended, the outcome that the report gives it, and more about it.
pub(super) struct Ending {
    test: Test,
    outcome: &'static str,
    detail: Vec<Segment>,
}

/// The steps by which the end of an act is told.
pub(super) struct Acted {
    /// The one that did it.
    pub step: String,
    /// Of an act of several calls, the first that changes something.
    pub changed: Option<String>,
    /// Where it is waited for: the step that asked for it, what must hold in the end, and what is reported otherwise.
    pub awaited: Option<(String, Test, String)>,
}

/// What an act may have come to but for its failure, the first that holds being meant.
pub(super) fn endings(one: &Use<'_>, acted: Acted, done: Text) -> Vec<Ending> {
    let failed = |test: Test, detail: &str| Ending {
        test,
        outcome: "failed",
        detail: vec![Segment::Plain(detail.to_owned())],
    };
    let succeeded = ended_well(&acted.step);
    let wanted = acted.awaited.iter().map(|(_, wanted, _)| wanted.clone());
    let Some(lost) = state::lost(one) else {
        let whole = Test::All([succeeded].into_iter().chain(wanted).collect());
        let late = acted.awaited.iter().map(|(asked, _, otherwise)| failed(ended_well(asked), otherwise));
        let whole = Ending { test: whole, outcome: "done", detail: done.segments };
        return [whole].into_iter().chain(late).collect();
    };
    let changed = acted.changed.as_deref().map(ended_well);
    let written = ended_well(&state::written(one));
    // Unless something is written down in part as well, the note alone says that all was called.
    let whole = changed.as_ref().map(|_| succeeded.clone()).into_iter().chain([written.clone()]);
    let wanted: Vec<Test> = wanted.collect();
    let whole = Test::All(whole.chain(wanted.iter().cloned()).collect());
    let mut endings = vec![Ending { test: whole, outcome: "done", detail: done.segments }];
    endings.push(failed(Test::All([succeeded].into_iter().chain(wanted).collect()), lost));
    endings.extend(acted.awaited.iter().map(|(asked, _, otherwise)| failed(ended_well(asked), otherwise)));
    if let Some(first) = changed {
        let known = "the target was changed, which is written down, and a call after that failed: look at the run history";
        let unknown = "the target was changed, which could not be written down, and a call after that failed: look at the run history, and undo it by hand";
        endings.extend([failed(written, known), failed(first, unknown)]);
    }
    endings
}

/// Whether a step succeeded.
fn ended_well(step: &str) -> Test {
    Test::Equals(Term::StatusOf(step.to_owned()), Term::text(Status::Succeeded.name()))
}

/// The line of the report for some calls. Where none of the endings holds they did not all succeed: what the answer of the last
/// one is known to mean is said in words; of one that was not reached nothing is known.
pub(super) fn line(action: &str, target: Term, endings: Vec<Ending>, calls: &[Step]) -> Value {
    let failed = Term::Apply("concat", vec![Term::text("the call failed; status code "), status_code(calls)]);
    let (outcome, detail) = match calls.iter().rev().find_map(explained) {
        None => (Term::text("failed"), failed),
        Some((step, operation)) => {
            let already = Term::AlreadySo(step.clone(), operation.clone());
            let outcome = Term::Apply("if", vec![already, Term::text("left alone"), Term::text("failed")]);
            (outcome, Term::Meaning(step, operation, Box::new(failed)))
        }
    };
    let mut outcome = outcome;
    let mut detail = vec![Segment::Hole(detail)];
    for ending in endings.into_iter().rev() {
        outcome = Term::Apply("if", vec![ending.test.term(), Term::text(ending.outcome), outcome]);
        detail = vec![Segment::When(ending.test, ending.detail, detail)];
    }
    result_value(action, target, Value::Term(outcome), Value::Text(Text { segments: detail }))
}

/// A call, and what it calls, if the catalogue knows on any host what some of its refusals mean.
fn explained(call: &Step) -> Option<(String, String)> {
    let StepKind::Call { operation, .. } = &call.kind else { return None };
    let known = |host| connector::resolve(operation, host).is_some_and(|one| !one.refusals.is_empty());
    (known(Host::LogicApp) || known(Host::PowerAutomate)).then(|| (call.name.clone(), operation.clone()))
}

/// The status code of the last of some calls that has one, as text.
pub(super) fn status_code(calls: &[Step]) -> Term {
    let codes = calls
        .iter()
        .rev()
        .map(|call| match &call.kind {
            StepKind::Repeat { body, .. } => body.first().unwrap_or(call),
            _ => call,
        })
        .map(|call| Term::Apply("outputs", vec![Term::text(call.name.clone())]).get("statusCode"));
    Term::Apply("string", vec![Term::Apply("coalesce", codes.chain([Term::text("none")]).collect())])
}
