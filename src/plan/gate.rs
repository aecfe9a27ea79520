//! The approval gates: who is asked what, what counts as a yes, and what is looked at again afterwards.

use serde_json::json;

use super::context::{Use, incident_hole, step};
use super::ir::{Role, Segment, Step, StepKind, Term, Test, Text, Value};
use super::respond::{Respond, any_target, append, chain, for_each, result, result_value};
use super::{card, condition, names, prose, state, survey};
use crate::base::duration::Duration;
use crate::base::graph::{Status, Statuses};
use crate::select::Phase;
use crate::select::pattern;
use crate::select::profile::Channel;

/// The gate of a phase, run only if anything behind it has a target. The answer is read in an `If`, so that the graph
/// itself shows that nothing behind it runs without a yes.
pub(super) fn gate(phase: Phase, uses: &[&Use<'_>], plan: &Respond<'_>) -> Result<Step, String> {
    let name = |part: &str| names::join(phase.title(), part);
    let mut steps = survey::steps(uses)?;
    let (mut asking, asked) = ask(phase, uses, plan)?;
    // What could not be read is said in the question, and is no reason not to ask.
    if let Some((last, first)) = steps.last().zip(asking.first_mut()) {
        let ended = Statuses::of([Status::Succeeded, Status::Failed, Status::TimedOut]);
        first.after.push((last.name.clone(), ended));
    }
    steps.extend(asking);
    let approval = steps.last().map(|step| step.name.clone()).unwrap_or_default();
    let said_yes = Test::All(vec![
        Test::Equals(Term::StatusOf(approval.clone()), Term::text(Status::Succeeded.name())),
        Test::Equals(Term::Decision(approval.clone(), asked), Term::text("Approve")),
        Test::Holds(Term::AnsweredBy(
            approval.clone(),
            asked,
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
            vec![(approval.clone(), Statuses::ANY)],
            StepKind::If {
                test: said_yes,
                then: look_again(phase.title(), uses, plan, Some(&approval))?,
                otherwise: vec![not_approved(phase, &approval, asked)],
            },
        )
    };
    steps.push(approved);
    // With nobody to ask, a question would be lost, or wait for an answer that cannot count.
    let somebody = Test::Empty(Term::Rows(super::lists::APPROVERS.into())).negated();
    let nobody = append(
        name("nobody_to_ask"),
        Vec::new(),
        result(
            phase.title(),
            Term::text("all targets"),
            "failed",
            Term::text(
                "there is nobody to ask: no approver is named, or all of them are part of the incident",
            ),
        ),
    );
    let unasked = step(
        name("unasked"),
        Vec::new(),
        StepKind::If { test: any_target(uses), then: vec![nobody], otherwise: Vec::new() },
    );
    let test = Test::All(vec![any_target(uses), somebody]);
    Ok(step(name("needed"), Vec::new(), StepKind::If { test, then: steps, otherwise: vec![unasked] }))
}

/// The steps that ask, the last of which waits for the answer; and the operation or alias that it calls.
fn ask(phase: Phase, uses: &[&Use<'_>], plan: &Respond<'_>) -> Result<(Vec<Step>, &'static str), String> {
    const MAIL: &str = "approval.request";
    let name = |part: &str| names::join(phase.title(), part);
    let question = Question::of(phase, uses, plan)?;
    let subject = subject(phase)?;
    let call = |operation: &str, arguments: Vec<(&str, Value)>, after| {
        let arguments = arguments.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        let timeout = Some(plan.timeout.to_owned());
        let kind = StepKind::Call { operation: operation.to_owned(), arguments, timeout };
        step(name("approval"), after, kind)
    };
    Ok(match plan.channel {
        Channel::Mail => {
            let arguments = vec![
                ("to", Value::Term(asked())),
                ("subject", Value::Text(subject)),
                ("body", Value::Text(question.as_text(uses))),
            ];
            (vec![call(MAIL, arguments, Vec::new())], MAIL)
        }
        Channel::Teams => {
            let mut head = subject;
            head.segments.push(Segment::Plain("\n".to_owned()));
            head.segments.extend(question.head.segments);
            let asks = uses.iter().copied().zip(question.asks).collect();
            let card = card::card(name("card"), head, asks, question.close);
            let parameter = |name: &str| Value::Term(Term::Parameter(name.into()));
            let arguments = vec![
                ("team", parameter("TeamId")),
                ("channel", parameter("ChannelId")),
                ("card", Value::Term(Term::Apply("string", vec![Term::Output(card.name.clone())]))),
                ("update", Value::Literal(json!("This question has been answered."))),
            ];
            let after = vec![(card.name.clone(), Statuses::SUCCEEDED)];
            (vec![card, call(card::OPERATION, arguments, after)], card::OPERATION)
        }
    })
}

/// Those who are asked: the approvers without anybody whose account is part of the incident.
fn asked() -> Term {
    Term::Apply("join", vec![Term::Rows(super::lists::APPROVERS.into()), Term::text(";")])
}

/// After a wait the incident is read once more: people close incidents meanwhile.
///
/// Where the approval was a card, each loop goes through what was ticked on it.
pub(super) fn look_again(
    stem: &str,
    uses: &[&Use<'_>],
    plan: &Respond<'_>,
    approval: Option<&str>,
) -> Result<Vec<Step>, String> {
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
        if let Some(approval) = approval.filter(|_| one.ticked) {
            loops.extend(card::ticked(one, approval));
        }
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
fn not_approved(phase: Phase, approval: &str, asked: &'static str) -> Step {
    let status =
        |status: Status| Test::Equals(Term::StatusOf(approval.to_owned()), Term::text(status.name())).term();
    let unsent = |yes: Term, no: Term| Term::Apply("if", vec![status(Status::Failed), yes, no]);
    let answer =
        Term::Apply("coalesce", vec![Term::Decision(approval.to_owned(), asked), Term::text("no answer")]);
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
struct Question {
    /// The incident.
    head: Text,
    /// What would be done, for each pattern.
    asks: Vec<Text>,
    /// What an answer means.
    close: Text,
}

impl Question {
    fn of(phase: Phase, uses: &[&Use<'_>], plan: &Respond<'_>) -> Result<Self, String> {
        let timeout = plan.timeout;
        let switch = |test: Test, note: &str| {
            Segment::Hole(Term::Apply("if", vec![test.term(), Term::text(note), Term::text("")]))
        };
        let mut head = prose::render(
            "Incident {{hole \"incident.number\"}}: {{hole \"incident.title\"}}\nSeverity: {{hole \"incident.severity\"}}\n{{hole \"incident.url\"}}\n\n",
            &json!({}),
            &incident_hole,
        )?;
        head.segments.push(switch(
            Test::Holds(Term::Merged),
            "It was reached through an incident that was merged into it. ",
        ));
        if plan.admission.alike {
            head.segments.push(switch(condition::unnamed(), "It names neither techniques nor tactics, so whether this playbook is for it is yours to judge. "));
        }
        let lead = match plan.role {
            Role::Main => "The response playbook asks to do this now",
            Role::Rollback => {
                "The rollback playbook asks to give this back now; it offers nothing that the response did not take"
            }
        };
        let lead = format!("{lead} ({}):\n", phase.title());
        head.segments.push(Segment::Plain(lead));
        let mut asks = Vec::new();
        for (at, one) in uses.iter().enumerate() {
            let mut text = Text::default();
            let lead = format!("\n{}. {}. ", at + 1, one.pattern.title);
            text.segments.push(Segment::Plain(lead));
            text.segments.extend(prose::render(&one.pattern.prose.ask, &json!({}), &incident_hole)?.segments);
            asks.push(text);
        }
        let dry_run = Test::Holds(Term::Parameter("DryRun".into()));
        let mut close = Text::default();
        close
            .segments
            .push(switch(dry_run, "\nThis is a dry run: nothing will be changed, whatever you answer."));
        if uses.iter().any(|one| one.pattern.each.is_some() && survey::is_listed(one)) {
            close.segments.push(Segment::Plain(
                "\nWhat is added to an account or an application after this question is left alone."
                    .to_owned(),
            ));
        }
        let words = Duration::parse(timeout).map_or(timeout.to_owned(), |duration| duration.words());
        let end = prose::render(
            "\nApprove only if every target is right. Without an answer within {{timeout}} nothing is done.",
            &json!({ "timeout": words }),
            &incident_hole,
        )?;
        close.segments.extend(end.segments);
        Ok(Self { head, asks, close })
    }

    /// One text, with the targets by name.
    fn as_text(&self, uses: &[&Use<'_>]) -> Text {
        let mut text = self.head.clone();
        for (one, ask) in uses.iter().zip(&self.asks) {
            text.segments.extend(ask.segments.iter().cloned());
            let named = survey::named(one);
            let none = Test::Empty(named.clone()).term();
            text.segments.push(Segment::Plain("\nTargets: ".to_owned()));
            text.segments.push(Segment::Hole(Term::Apply("if", vec![none, Term::text("none"), named])));
            text.segments.push(Segment::Plain("\n".to_owned()));
        }
        text.segments.extend(self.close.segments.iter().cloned());
        text
    }
}
