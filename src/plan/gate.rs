//! The approval gates: who is asked what, what counts as a yes, and what is looked at again afterwards.

use serde_json::json;

use super::context::{Use, incident_hole, step};
use super::ir::{Role, Segment, Step, StepKind, Term, Test, Text, Value};
use super::respond::{Respond, any_target, append, chain, for_each, result, result_value};
use super::{names, prose, state};
use crate::base::duration::Duration;
use crate::base::graph::{Status, Statuses};
use crate::select::Phase;
use crate::select::pattern;

/// The gate of a phase, run only if anything behind it has a target. The answer is read in an `If`, so that the graph
/// itself shows that nothing behind it runs without a yes.
pub(super) fn gate(phase: Phase, uses: &[&Use<'_>], plan: &Respond<'_>) -> Result<Step, String> {
    let timeout = plan.timeout;
    let name = |part: &str| names::join(phase.title(), part);
    let approval = step(
        name("approval"),
        Vec::new(),
        StepKind::Call {
            operation: "approval.request".to_owned(),
            arguments: vec![
                ("to".to_owned(), Value::Term(asked())),
                ("subject".to_owned(), Value::Text(subject(phase)?)),
                ("body".to_owned(), Value::Text(question(phase, uses, plan)?)),
            ],
            timeout: Some(timeout.to_owned()),
        },
    );
    let said_yes = Test::All(vec![
        Test::Equals(Term::StatusOf(approval.name.clone()), Term::text(Status::Succeeded.name())),
        Test::Equals(Term::Decision(approval.name.clone()), Term::text("Approve")),
        Test::Holds(Term::AnsweredBy(
            approval.name.clone(),
            Box::new(Term::Rows(super::lists::APPROVERS.into())),
        )),
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
                then: look_again(phase.title(), uses, plan)?,
                otherwise: vec![not_approved(phase, &approval.name)],
            },
        )
    };
    Ok(step(
        name("needed"),
        Vec::new(),
        StepKind::If { test: any_target(uses), then: vec![approval, approved], otherwise: Vec::new() },
    ))
}

/// Those who are asked: the approvers without anybody whose account is part of the incident.
fn asked() -> Term {
    Term::Apply("join", vec![Term::Rows(super::lists::APPROVERS.into()), Term::text(";")])
}

/// After a wait the incident is read once more: people close incidents meanwhile.
pub(super) fn look_again(stem: &str, uses: &[&Use<'_>], plan: &Respond<'_>) -> Result<Vec<Step>, String> {
    let titles: Vec<&str> = uses.iter().map(|one| one.pattern.title.as_str()).collect();
    let titles = titles.join(", ");
    let name = |part: &str| names::join(stem, part);
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
    // What another run took back meanwhile is in the notes.
    let mut notes = Vec::new();
    if plan.role == Role::Rollback {
        notes = state::read_again(plan.trust);
    }
    let noted: Vec<(String, Statuses)> =
        notes.last().map(|last| (last.name.clone(), Statuses::SUCCEEDED)).into_iter().collect();
    chain(&mut loops, &noted);
    if let Some((first, last)) = notes.first().zip(notes.last()) {
        let unread = append(
            name("notes_unread"),
            vec![
                (first.name.clone(), Statuses::ANY),
                (last.name.clone(), Statuses::of([Status::Failed, Status::Skipped])),
            ],
            result(
                &titles,
                Term::text("all targets"),
                "failed",
                Term::text("the notes could not be read again; nothing was done"),
            ),
        );
        loops.push(unread);
    }
    loops.splice(0..0, notes);
    let open = Test::All(plan.admission.tests(Some(&read.name)));
    let closed = append(
        name("not_open"),
        Vec::new(),
        result(
            &titles,
            Term::text("all targets"),
            "left alone",
            Term::text("the incident is not open, is marked to be left alone, or is not the one this is for"),
        ),
    );
    let unread = append(
        name("incident_unread"),
        vec![(read.name.clone(), Statuses::FAILED)],
        result(
            &titles,
            Term::text("all targets"),
            "failed",
            Term::text("the incident could not be read again; nothing was done"),
        ),
    );
    let still_open = step(
        name("still_open"),
        vec![(read.name.clone(), Statuses::SUCCEEDED)],
        StepKind::If { test: open, then: loops, otherwise: vec![closed] },
    );
    Ok(vec![read, still_open, unread])
}

/// Says why nothing was done. A question that could not be sent is a failure; a no and a silence are answers.
fn not_approved(phase: Phase, approval: &str) -> Step {
    let status =
        |status: Status| Test::Equals(Term::StatusOf(approval.to_owned()), Term::text(status.name())).term();
    let unsent = |yes: Term, no: Term| Term::Apply("if", vec![status(Status::Failed), yes, no]);
    let answer = Term::Apply("coalesce", vec![Term::Decision(approval.to_owned()), Term::text("no answer")]);
    let outcome = unsent(Term::text("failed"), Term::text("not done"));
    let answered = Term::Apply(
        "concat",
        vec![Term::text("no yes from somebody who was asked; the answer was: "), answer],
    );
    let silent = Term::text("nobody answered in time");
    let answered = Term::Apply("if", vec![status(Status::TimedOut), silent, answered]);
    let detail = unsent(Term::text("the question could not be sent to anybody; nothing was done"), answered);
    append(
        names::join(phase.title(), "not_approved"),
        Vec::new(),
        result_value(phase.title(), Term::text("all targets"), Value::Term(outcome), Value::Term(detail)),
    )
}

fn subject(phase: Phase) -> Result<Text, String> {
    let data = json!({ "phase": phase.title() });
    prose::render(
        // Without the incident's title: an attacker may have chosen it.
        "{{phase}}: approval for incident {{hole \"incident.number\"}} (severity {{hole \"incident.severity\"}})",
        &data,
        &incident_hole,
    )
}

/// What the approver reads: every action, its consequence and its targets by name.
fn question(phase: Phase, uses: &[&Use<'_>], plan: &Respond<'_>) -> Result<Text, String> {
    let timeout = plan.timeout;
    let asks = match plan.role {
        Role::Main => "The response playbook asks to do this now",
        Role::Rollback => {
            "The rollback playbook asks to give this back now; it offers nothing that the response did not take"
        }
    };
    let mut text = prose::render(
        "Incident {{hole \"incident.number\"}}: {{hole \"incident.title\"}}\nSeverity: {{hole \"incident.severity\"}}\n{{hole \"incident.url\"}}\n\n{{asks}} ({{phase}}):\n",
        &json!({ "phase": phase.title(), "asks": asks }),
        &incident_hole,
    )?;
    for (at, one) in uses.iter().enumerate() {
        let names = Term::Rows(names::join(one.stem, "names"));
        let ask = prose::render(&one.pattern.prose.ask, &json!({}), &incident_hole)?;
        let lead = format!("\n{}. {}. ", at + 1, one.pattern.title);
        text.segments.push(Segment::Plain(lead));
        text.segments.extend(ask.segments);
        text.segments.push(Segment::Plain("\nTargets: ".to_owned()));
        let list = Term::Apply("join", vec![names.clone(), Term::text(", ")]);
        let none = Test::Empty(names).term();
        text.segments.push(Segment::Hole(Term::Apply("if", vec![none, Term::text("none"), list])));
        text.segments.push(Segment::Plain("\n".to_owned()));
    }
    let dry_run = Test::Holds(Term::Parameter("DryRun".into())).term();
    let note = Term::text("\nThis is a dry run: nothing will be changed, whatever you answer.");
    text.segments.push(Segment::Hole(Term::Apply("if", vec![dry_run, note, Term::text("")])));
    let close = prose::render(
        "\nApprove only if every target is right. Without an answer within {{timeout}} nothing is done.",
        &json!({ "timeout": Duration::parse(timeout).map_or(timeout.to_owned(), |d| d.words()) }),
        &incident_hole,
    )?;
    text.segments.extend(close.segments);
    Ok(text)
}
