//! The acting part: phases with their approval gates, and for each target look, decide, act, catch.

use serde_json::json;

use super::context::{Context, Use, incident_hole, step};
use super::ir::{Segment, Step, StepKind, Term, Test, Text, Value};
use super::{names, prose, targets};
use crate::base::graph::{Status, Statuses};
use crate::select::Phase;
use crate::select::pattern;

/// Name of the run's list of results.
pub(super) const RESULTS: &str = "results";

/// The steps of one phase in the order in which they run: what needs nobody's word first, then the gate, then what needs
/// nobody's word but must come after something behind the gate.
pub(super) fn phase(phase: Phase, uses: &[&Use<'_>], timeout: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    let gated: Vec<&Use<'_>> = uses.iter().copied().filter(|one| one.gated).collect();
    let waits = |one: &Use<'_>| gated.iter().any(|gate| one.pattern.after.contains(&gate.pattern.id));
    let (later, first): (Vec<&Use<'_>>, Vec<&Use<'_>>) =
        uses.iter().copied().filter(|one| !one.gated).partition(|one| waits(one));
    for one in first {
        steps.push(for_each(one)?);
    }
    if !gated.is_empty() {
        steps.push(gate(phase, &gated, timeout)?);
    }
    for one in later {
        steps.push(for_each(one)?);
    }
    Ok(steps)
}

/// Chains steps one after another, whatever the one before came to: a phase that failed has said so in the results.
pub(super) fn chain(steps: &mut [Step], first_after: &[(String, Statuses)]) {
    let started = Statuses::of([Status::Succeeded, Status::Failed, Status::TimedOut]);
    let mut after = first_after.to_vec();
    for step in steps {
        step.after = std::mem::replace(&mut after, vec![(step.name.clone(), started)]);
    }
}

fn gate(phase: Phase, uses: &[&Use<'_>], timeout: &str) -> Result<Step, String> {
    let name = |part: &str| names::join(phase.title(), part);
    let any_target =
        uses.iter().map(|one| Test::Empty(Term::Rows(names::join(one.stem, "targets"))).negated()).collect();
    let approval = step(
        name("approval"),
        Vec::new(),
        StepKind::Call {
            operation: "approval.request".to_owned(),
            arguments: vec![
                ("to".to_owned(), Value::Term(Term::Parameter("Approvers".into()))),
                ("subject".to_owned(), Value::Text(subject(phase)?)),
                ("body".to_owned(), Value::Text(question(phase, uses, timeout)?)),
            ],
            timeout: Some(timeout.to_owned()),
        },
    );
    let said_yes = Test::All(vec![
        Test::Equals(Term::StatusOf(approval.name.clone()), Term::text(Status::Succeeded.name())),
        Test::Equals(Term::Decision(approval.name.clone()), Term::text("Approve")),
    ]);
    let approved = Step {
        note: Some(
            "Goes on only if a person said yes. A timeout, a failure or any other answer does nothing."
                .into(),
        ),
        ..step(
            name("approved"),
            vec![(approval.name.clone(), Statuses::ANY)],
            StepKind::If {
                test: said_yes,
                then: look_again(phase, uses)?,
                otherwise: vec![not_approved(phase, &approval.name)],
            },
        )
    };
    Ok(step(
        name("needed"),
        Vec::new(),
        StepKind::If { test: Test::Any(any_target), then: vec![approval, approved], otherwise: Vec::new() },
    ))
}

/// After the approval the incident is read once more: people close incidents while a playbook waits.
fn look_again(phase: Phase, uses: &[&Use<'_>]) -> Result<Vec<Step>, String> {
    let name = |part: &str| names::join(phase.title(), part);
    let read = step(
        name("incident_now"),
        Vec::new(),
        StepKind::Call {
            operation: "incident.read".to_owned(),
            arguments: vec![("incident".to_owned(), Value::Term(Term::Incident(pattern::IncidentFact::Id)))],
            timeout: None,
        },
    );
    let mut loops = Vec::new();
    for one in uses {
        loops.push(for_each(one)?);
    }
    chain(&mut loops, &[]);
    let open = Test::All(vec![
        Test::Holds(Term::Closed(read.name.clone())).negated(),
        Test::Holds(Term::Stopped(Some(read.name.clone()))).negated(),
    ]);
    let closed = append(
        name("closed_meanwhile"),
        Vec::new(),
        result(
            phase.title(),
            Term::text("all targets"),
            "left alone",
            Term::text(
                "the incident was closed, merged or marked to be left alone while the playbook waited",
            ),
        ),
    );
    let unread = append(
        name("incident_unread"),
        vec![(read.name.clone(), Statuses::FAILED)],
        result(
            phase.title(),
            Term::text("all targets"),
            "failed",
            Term::text("the incident could not be read again after the approval; nothing was done"),
        ),
    );
    let still_open = step(
        name("still_open"),
        vec![(read.name.clone(), Statuses::SUCCEEDED)],
        StepKind::If { test: open, then: loops, otherwise: vec![closed] },
    );
    Ok(vec![read, still_open, unread])
}

fn not_approved(phase: Phase, approval: &str) -> Step {
    let answer =
        Term::Apply("coalesce", vec![Term::Decision(approval.to_owned()), Term::text("no answer in time")]);
    let detail = Term::Apply("concat", vec![Term::text("not approved: "), answer]);
    append(
        names::join(phase.title(), "not_approved"),
        Vec::new(),
        result(phase.title(), Term::text("all targets"), "not done", detail),
    )
}

fn subject(phase: Phase) -> Result<Text, String> {
    let data = json!({ "phase": phase.title() });
    prose::render(
        "{{phase}}: approval for incident {{hole \"incident.number\"}}, {{hole \"incident.title\"}}",
        &data,
        &incident_hole,
    )
}

/// What the approver reads: every action, its consequence and its targets by name.
fn question(phase: Phase, uses: &[&Use<'_>], timeout: &str) -> Result<Text, String> {
    let mut text = prose::render(
        "Incident {{hole \"incident.number\"}}: {{hole \"incident.title\"}}\nSeverity: {{hole \"incident.severity\"}}\n{{hole \"incident.url\"}}\n\nThe response playbook asks to do this now ({{phase}}):\n",
        &json!({ "phase": phase.title() }),
        &incident_hole,
    )?;
    for (at, one) in uses.iter().enumerate() {
        let names = Term::Rows(names::join(one.stem, "names"));
        let ask = prose::render(&one.pattern.prose.ask, &json!({}), &incident_hole)?;
        let lead = format!("\n{}. {}. ", at + 1, one.pattern.title);
        text.segments.push(Segment::Plain(lead));
        text.segments.extend(ask.segments);
        text.segments.push(Segment::Plain("\nTargets: ".to_owned()));
        text.segments.push(Segment::Hole(Term::Apply("join", vec![names, Term::text(", ")])));
        text.segments.push(Segment::Plain("\n".to_owned()));
    }
    let close = prose::render(
        "\nApprove only if every target is right. Without an answer within {{timeout}} nothing is done.",
        &json!({ "timeout": timeout }),
        &incident_hole,
    )?;
    text.segments.extend(close.segments);
    Ok(text)
}

/// The loop over a pattern's targets. One after another: results are appended to one list.
fn for_each(one: &Use<'_>) -> Result<Step, String> {
    let name = |part: &str| names::join(one.stem, part);
    let context = Context::new(one);
    let mut body = Vec::new();
    let mut after = Vec::new();
    let mut reads = context.calls(&one.pattern.read)?;
    if !reads.is_empty() {
        succeed_in_turn(&mut reads);
        body.push(step(name("look"), Vec::new(), StepKind::Scope { body: reads }));
        let detail = Term::text("its state could not be read, so nothing was done");
        body.push(append(
            name("unread"),
            vec![(name("look"), Statuses::FAILED)],
            result(&one.pattern.title, context.label(), "failed", detail),
        ));
        after = vec![(name("look"), Statuses::SUCCEEDED)];
    }
    if let Some(proof) = one.pattern.proof.as_ref().filter(|_| one.proof) {
        let mut reads = context.calls(&proof.read)?;
        succeed_in_turn(&mut reads);
        body.push(unproved(one, &context, proof, &reads));
        body.push(step(name("prove"), after, StepKind::Scope { body: reads }));
        after = vec![(name("prove"), Statuses::SUCCEEDED)];
    }
    body.push(decide(one, &context, after)?);
    Ok(Step {
        pattern: Some(one.pattern.id.clone()),
        note: Some(short(&one.pattern.summary)),
        ..step(name("for_each"), Vec::new(), StepKind::ForEach { items: targets::capped(one.stem), body })
    })
}

/// A proof that is not there (404) is an answer: the target is left alone. A proof that could not be read for another
/// reason is a failure that somebody must see.
fn unproved(one: &Use<'_>, context: &Context<'_>, proof: &pattern::Proof, reads: &[Step]) -> Step {
    let code = status_code(reads);
    let absent = Test::Equals(code.clone(), Term::text("404")).term();
    let either = |yes: Term, no: Term| Term::Apply("if", vec![absent.clone(), yes, no]);
    let unreadable = Term::Apply(
        "concat",
        vec![Term::text("the proof could not be read, so nothing was done; status code "), code],
    );
    append(
        names::join(one.stem, "unproved"),
        vec![(names::join(one.stem, "prove"), Statuses::FAILED)],
        result_value(
            &one.pattern.title,
            context.label(),
            Value::Term(either(Term::text("left alone"), Term::text("failed"))),
            Value::Term(either(Term::text(proof.otherwise.clone()), unreadable)),
        ),
    )
}

/// The status code of the last of some calls that has one, as text.
fn status_code(calls: &[Step]) -> Term {
    let codes = calls
        .iter()
        .rev()
        .map(|call| Term::Apply("outputs", vec![Term::text(call.name.clone())]).get("statusCode"));
    Term::Apply("string", vec![Term::Apply("coalesce", codes.chain([Term::text("none")]).collect())])
}

fn decide(one: &Use<'_>, context: &Context<'_>, after: Vec<(String, Statuses)>) -> Result<Step, String> {
    let name = |part: &str| names::join(one.stem, part);
    let mut tests = Vec::new();
    let conditions = one.pattern.only_if.iter().map(|condition| (&condition.test, &condition.otherwise));
    let proof = one.pattern.proof.iter().filter(|_| one.proof).map(|proof| (&proof.test, &proof.otherwise));
    for (test, otherwise) in conditions.chain(proof) {
        tests.push((context.test(test)?, Term::text(otherwise.clone())));
    }
    let for_real = Test::Holds(Term::Parameter("DryRun".into())).negated();
    tests.push((for_real, Term::text("dry run: it would have been done")));
    let reason = tests.iter().rev().fold(Term::text("unknown"), |otherwise, (test, reason)| {
        Term::Apply("if", vec![test.clone().negated().term(), reason.clone(), otherwise])
    });
    let mut act = context.calls(&one.pattern.act)?;
    succeed_in_turn(&mut act);
    let failed = Term::Apply("concat", vec![Term::text("the call failed; status code "), status_code(&act)]);
    let done = prose::render(&one.pattern.prose.done, &json!({}), &|path| context.hole(path))?;
    let scope = step(name("act"), Vec::new(), StepKind::Scope { body: act });
    let then = vec![
        scope,
        append(
            name("done"),
            vec![(name("act"), Statuses::SUCCEEDED)],
            result_value(
                &one.pattern.title,
                context.label(),
                Value::Literal(json!("done")),
                Value::Text(done),
            ),
        ),
        append(
            name("failed"),
            vec![(name("act"), Statuses::FAILED)],
            result(&one.pattern.title, context.label(), "failed", failed),
        ),
    ];
    let left = append(
        name("left_alone"),
        Vec::new(),
        result(&one.pattern.title, context.label(), "left alone", reason),
    );
    let test = Test::All(tests.into_iter().map(|(test, _)| test).collect());
    Ok(step(name("allowed"), after, StepKind::If { test, then, otherwise: vec![left] }))
}

fn succeed_in_turn(steps: &mut [Step]) {
    let mut after = Vec::new();
    for step in steps {
        step.after = std::mem::replace(&mut after, vec![(step.name.clone(), Statuses::SUCCEEDED)]);
    }
}

/// A step that adds to the results.
pub(super) fn append(name: String, after: Vec<(String, Statuses)>, value: Value) -> Step {
    step(name, after, StepKind::Append { variable: RESULTS, value })
}

/// One line of the report.
pub(super) fn result(action: &str, target: Term, outcome: &str, detail: Term) -> Value {
    result_value(action, target, Value::Literal(json!(outcome)), Value::Term(detail))
}

fn result_value(action: &str, target: Term, outcome: Value, detail: Value) -> Value {
    Value::Object(vec![
        ("action".to_owned(), Value::Literal(json!(action))),
        ("target".to_owned(), Value::Term(target)),
        ("outcome".to_owned(), outcome),
        ("detail".to_owned(), detail),
    ])
}

/// A note within the service's limit of 256 characters.
fn short(text: &str) -> String {
    const MAX_NOTE: usize = 256;
    let text = text.trim();
    if text.chars().count() <= MAX_NOTE {
        return text.to_owned();
    }
    text.chars().take(MAX_NOTE - 1).chain(['…']).collect()
}
