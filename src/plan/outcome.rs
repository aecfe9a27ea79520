//! What the report says where a call did not succeed.
//!
//! Not every refusal is a failure. A service that answers that an item is gone, or that a request of this kind is active,
//! says that what was asked for is so already, and whoever reads the report has nothing to do. Which answers mean that is a fact of
//! the operation.

use super::ir::{Step, StepKind, Term, Value};
use super::respond::result_value;
use crate::data::connector::{self, Host};

/// The line of the report for calls that did not all succeed. What the answer of the last one is known to mean is said in
/// words; of one that was not reached nothing is known.
pub(super) fn unsuccessful(action: &str, target: Term, calls: &[Step]) -> Value {
    let failed = Term::Apply("concat", vec![Term::text("the call failed; status code "), status_code(calls)]);
    let (outcome, detail) = match calls.last().and_then(explained) {
        None => (Term::text("failed"), failed),
        Some((step, operation)) => {
            let already = Term::AlreadySo(step.clone(), operation.clone());
            let outcome = Term::Apply("if", vec![already, Term::text("left alone"), Term::text("failed")]);
            (outcome, Term::Meaning(step, operation, Box::new(failed)))
        }
    };
    result_value(action, target, Value::Term(outcome), Value::Term(detail))
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
        .map(|call| Term::Apply("outputs", vec![Term::text(call.name.clone())]).get("statusCode"));
    Term::Apply("string", vec![Term::Apply("coalesce", codes.chain([Term::text("none")]).collect())])
}
