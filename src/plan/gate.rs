//! The approval gates: who is asked what, what counts as a yes, and what is looked at again afterwards.

use serde_json::json;

use super::context::{Turn, Use, incident_hole, step};
use super::ir::{Role, Segment, Step, StepKind, Term, Test, Text, Value};
use super::respond::{RESULTS, Respond, any_target, append, chain, for_each, result, result_value};
use super::{card, condition, names, prose, state, survey};
use crate::base::duration::{self, Duration};
use crate::base::graph::{Status, Statuses};
use crate::data::connector::Class;
use crate::select::Phase;
use crate::select::pattern;
use crate::select::profile::Channel;

/// What a question is about: a phase or, where a yes to all would be too coarse, one pattern.
pub(super) struct About<'a> {
    /// In words.
    pub title: &'a str,
    /// What the names of its steps begin with.
    pub stem: String,
    /// What has collected evidence that what is asked for may destroy, by title.
    pub evidence: Vec<&'a str>,
}

impl About<'_> {
    /// A phase, in which some patterns run without a question, and behind the question those that are asked for.
    pub(super) fn phase<'a>(phase: Phase, at_once: &[&'a Use<'_>], asked: &[&Use<'_>]) -> About<'a> {
        let comes_first =
            |one: &&&Use<'_>| asked.iter().any(|other| other.pattern.after.contains(&one.pattern.id));
        let collects = at_once.iter().filter(|one| one.pattern.class() == Some(Class::Collect));
        let evidence = collects.filter(comes_first).map(|one| one.pattern.title.as_str()).collect();
        About { title: phase.title(), stem: phase.title().to_owned(), evidence }
    }

    /// The step that lists what evidence there is not, where any was to be collected: what removes things destroys it.
    fn missing_evidence(&self) -> Option<Step> {
        let of = |title: &&str| Test::Equals(Term::This.get("action"), Term::text(*title));
        let collects = Test::Any(self.evidence.iter().map(of).collect());
        let done = Test::Equals(Term::This.get("outcome"), Term::text("done"));
        let missing = Test::All(vec![collects, done.negated()]).term();
        let parts = [
            Term::This.get("target"),
            Term::text(" ("),
            Term::This.get("outcome"),
            Term::text(": "),
            Term::This.get("detail"),
            Term::text("); "),
        ];
        let line = Term::Apply("concat", parts.to_vec());
        let to = Value::Term(Term::Apply("if", vec![missing, line, Term::text("")]));
        let kind = StepKind::Map { from: Term::Variable(RESULTS), to };
        (!self.evidence.is_empty()).then(|| step(self.name(MISSING_EVIDENCE), Vec::new(), kind))
    }

    fn name(&self, part: &str) -> String {
        names::join(&self.stem, part)
    }
}

/// End of the name of the list of what evidence there is not.
const MISSING_EVIDENCE: &str = "evidence_missing";

/// The gate of a phase or pattern, run only if anything behind it has a target. The answer is read in an `If`, so that the graph
/// itself shows that nothing behind it runs without a yes.
pub(super) fn gate(about: &About<'_>, uses: &[&Use<'_>], plan: &Respond<'_>) -> Result<Step, String> {
    let name = |part: &str| about.name(part);
    let mut steps: Vec<Step> = about.missing_evidence().into_iter().chain(survey::steps(uses)?).collect();
    chain(&mut steps, &[]);
    let (mut asking, asked) = ask(about, uses, plan)?;
    // What could not be read is said in the question, and is no reason not to ask.
    if let Some(last) = steps.last() {
        let ended = Statuses::of([Status::Succeeded, Status::Failed, Status::TimedOut]);
        for first in asking.iter_mut().filter(|step| step.after.is_empty()) {
            first.after.push((last.name.clone(), ended));
        }
    }
    steps.extend(asking);
    let approval = steps.last().map(|step| step.name.clone()).unwrap_or_default();
    let said_yes = Test::All(vec![
        Test::Equals(Term::StatusOf(approval.clone()), Term::text(Status::Succeeded.name())),
        Test::Equals(Term::Decision(approval.clone(), asked), Term::text("Approve")),
        answered_by(&approval, asked),
    ]);
    let mut then = vec![append(
        name("yes"),
        Vec::new(),
        result(about.title, Term::text(QUESTION), "approved", who(&approval, asked)),
    )];
    let mut act = look_again(&about.stem, uses, plan, Some(&approval))?;
    let told = vec![(name("yes"), Statuses::ANY)];
    act.iter_mut().filter(|step| step.after.is_empty()).for_each(|step| step.after.clone_from(&told));
    then.extend(act);
    let approved = Step {
        note: Some(
            "Goes on only if a person said yes. A timeout, a failure or any other answer does nothing."
                .into(),
        ),
        ..step(
            name("approved"),
            vec![(approval.clone(), Statuses::ANY)],
            StepKind::If { test: said_yes, then, otherwise: vec![not_approved(about, &approval, asked)] },
        )
    };
    steps.push(approved);
    // With nobody to ask, a question would be lost, or wait for an answer that cannot count.
    let somebody = Test::Empty(Term::Rows(super::lists::APPROVERS.into())).negated();
    let real = dry_run().negated();
    let test = Test::All(vec![any_target(uses), somebody, real]);
    let otherwise = vec![not_asked(about, uses)];
    Ok(step(name("question"), Vec::new(), StepKind::If { test, then: steps, otherwise }))
}

/// What the report calls what was asked about.
const QUESTION: &str = "question";

/// Whether a run only says what it would do.
fn dry_run() -> Test {
    Test::Holds(Term::Parameter("DryRun".into()))
}

/// Says why nobody was asked, where there was something to ask about.
fn not_asked(about: &About<'_>, uses: &[&Use<'_>]) -> Step {
    let name = |part: &str| about.name(part);
    let dry = |yes: &str, no: &str| {
        Value::Term(Term::Apply("if", vec![dry_run().term(), Term::text(yes), Term::text(no)]))
    };
    let nobody = append(
        name("nobody_was_asked"),
        Vec::new(),
        result_value(
            about.title,
            targets_in_words(uses),
            dry("not done", "failed"),
            dry(
                "dry run: a person would have been asked",
                "there is nobody to ask: no approver is named, or all of them are part of the incident",
            ),
        ),
    );
    let then = vec![nobody];
    step(name("not_asked"), Vec::new(), StepKind::If { test: any_target(uses), then, otherwise: Vec::new() })
}

/// Longest list of targets in a line of the report, in characters.
const LONGEST_LIST: i64 = 400;

/// The targets of some patterns by name; where people tick them or would be shown items, their number.
fn targets_in_words(uses: &[&Use<'_>]) -> Term {
    let mut parts = Vec::new();
    for one in uses {
        let all = super::targets::all(one.stem);
        // Names with items are made in front of a question, and none was asked.
        let named = match one.ticked || survey::is_listed(one) {
            true => Term::Apply("string", vec![Term::Apply("length", vec![all.clone()])]),
            false => Term::Apply("join", vec![Term::Rows(names::join(one.stem, "names")), Term::text(", ")]),
        };
        let lead = Term::text(format!("{}: ", one.pattern.title));
        let part = Term::Apply("concat", vec![lead, named, Term::text("; ")]);
        parts.push(Term::Apply("if", vec![Test::Empty(all).term(), Term::text(""), part]));
    }
    state::shortened(Term::Apply("concat", parts), LONGEST_LIST)
}

/// Whether it was somebody on the list of those who were asked.
fn answered_by(approval: &str, asked: &'static str) -> Test {
    let list = Box::new(Term::Rows(super::lists::APPROVERS.into()));
    Test::Holds(Term::AnsweredBy(approval.to_owned(), asked, list))
}

/// Who answered, after "by".
fn who(approval: &str, asked: &'static str) -> Term {
    Term::Apply("concat", vec![Term::text("by "), Term::Responder(approval.to_owned(), asked)])
}

/// The steps that ask, the last of which waits for the answer; and the operation or alias that it calls.
fn ask(
    about: &About<'_>,
    uses: &[&Use<'_>],
    plan: &Respond<'_>,
) -> Result<(Vec<Step>, &'static str), String> {
    const MAIL: &str = "approval.request";
    let name = |part: &str| about.name(part);
    let question = Question::of(about, uses, plan)?;
    let subject = subject(about)?;
    let said = say_who_is_asked(about, plan)?;
    let told = vec![(said.name.clone(), Statuses::ANY)];
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
            (vec![said, call(MAIL, arguments, told)], MAIL)
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
            let after = [told, vec![(card.name.clone(), Statuses::SUCCEEDED)]].concat();
            (vec![said, card, call(card::OPERATION, arguments, after)], card::OPERATION)
        }
    })
}

/// A comment for whoever opens the incident meanwhile: who was asked, and until when an answer counts.
fn say_who_is_asked(about: &About<'_>, plan: &Respond<'_>) -> Result<Step, String> {
    const FORMAT: &str = "yyyy-MM-dd HH:mm";
    let seconds = duration::seconds(plan.timeout).unwrap_or_default() as i64;
    let now = Term::Apply("utcNow", Vec::new());
    let until = Term::Apply("addSeconds", vec![now, Term::Number(seconds), Term::text(FORMAT)]);
    let hole = |path: &str| match path {
        "asked" => Some(asked()),
        "until" => Some(until.clone()),
        _ => incident_hole(path),
    };
    let text = prose::render(
        "Waiting for an answer until {{hole \"until\"}} UTC ({{phase}}). Asked: {{hole \"asked\"}}. Without a yes nothing of it is done.",
        &json!({ "phase": about.title }),
        &hole,
    )?;
    let kind = StepKind::Call {
        operation: "incident.comment".to_owned(),
        arguments: vec![
            ("incident".to_owned(), Value::Term(Term::Incident(pattern::IncidentFact::Id))),
            ("comment".to_owned(), Value::Text(text)),
        ],
        timeout: None,
    };
    Ok(step(about.name("say_who_is_asked"), Vec::new(), kind))
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
        notes = state::read_again(plan.trust, stem);
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
    let open = plan.admission.still(&read.name);
    let closed = append(
        name("not_open"),
        Vec::new(),
        result(
            &titles,
            Term::text("all targets"),
            "left alone",
            Term::text(
                "meanwhile the incident was closed, merged into another, or given the tag that stops playbooks",
            ),
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
fn not_approved(about: &About<'_>, approval: &str, asked: &'static str) -> Step {
    let status =
        |status: Status| Test::Equals(Term::StatusOf(approval.to_owned()), Term::text(status.name())).term();
    let unsent = |yes: Term, no: Term| Term::Apply("if", vec![status(Status::Failed), yes, no]);
    let answer =
        Term::Apply("coalesce", vec![Term::Decision(approval.to_owned(), asked), Term::text("no answer")]);
    let outcome = unsent(Term::text("failed"), Term::text("not done"));
    let yes = Test::Equals(answer.clone(), Term::text("Approve"));
    let not_theirs = Test::All(vec![yes, answered_by(approval, asked).negated()]).term();
    let by = Term::Responder(approval.to_owned(), asked);
    let foreign = Term::Apply(
        "concat",
        vec![
            by.clone(),
            Term::text(
                " said yes and is none of those who were asked, by the addresses in the parameter Approvers: ",
            ),
            self::asked(),
        ],
    );
    let no = Term::Apply("concat", vec![Term::text("the answer was "), answer, Term::text(", by "), by]);
    let answered = Term::Apply("if", vec![not_theirs, foreign, no]);
    let silent = Term::text("nobody answered in time");
    let answered = Term::Apply("if", vec![status(Status::TimedOut), silent, answered]);
    let detail = unsent(Term::text("the question could not be sent to anybody; nothing was done"), answered);
    append(
        about.name("not_approved"),
        Vec::new(),
        result_value(about.title, Term::text("all targets"), Value::Term(outcome), Value::Term(detail)),
    )
}

fn subject(about: &About<'_>) -> Result<Text, String> {
    let data = json!({ "phase": about.title });
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
    fn of(about: &About<'_>, uses: &[&Use<'_>], plan: &Respond<'_>) -> Result<Self, String> {
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
            let words = "It names no technique and no tactic to compare, so whether this playbook is for it is yours to judge. ";
            head.segments.push(switch(condition::unnamed(), words));
        }
        if let Some(room) = plan.room_for_notes {
            let notes = Term::Apply("length", vec![Term::Notes(state::READ.into())]);
            let few = Test::Holds(Term::Apply("greater", vec![notes, Term::Number(room)]));
            let words = "The incident is nearly full of comments, and each act takes one: what cannot be written down cannot be taken back by the rollback playbook. ";
            head.segments.push(switch(few, words));
        }
        if plan.keeps && plan.role == Role::Main {
            let earlier = || Term::Rows(state::LINES.into());
            let lines = super::report::cut(Term::Apply("join", vec![earlier(), Term::text("; ")]));
            let said =
                "Left out, because an earlier run is written down to have done it and nobody took it back: ";
            let pieces =
                vec![Segment::Plain(said.to_owned()), Segment::Hole(lines), Segment::Plain("\n".to_owned())];
            head.segments.push(Segment::When(Test::Empty(earlier()).negated(), pieces, Vec::new()));
        }
        if !about.evidence.is_empty() {
            let lines =
                || Term::Apply("join", vec![Term::Rows(about.name(MISSING_EVIDENCE)), Term::text("")]);
            let pieces = vec![
                Segment::Plain(
                    "Evidence that what is asked for may destroy could not be collected: ".to_owned(),
                ),
                Segment::Hole(super::report::cut(lines())),
                Segment::Plain("\n".to_owned()),
            ];
            head.segments.push(Segment::When(Test::Empty(lines()).negated(), pieces, Vec::new()));
        }
        let lead = match plan.role {
            Role::Main => "The response playbook asks to do this now",
            Role::Rollback => {
                "The rollback playbook asks to give this back now; it offers nothing that the response did not take"
            }
        };
        let lead = format!("{lead} ({}):\n", about.title);
        head.segments.push(Segment::Plain(lead));
        let mut asks = Vec::new();
        for one in uses {
            let mut text = Text::default();
            text.segments.push(Segment::Plain(format!("\n{}. ", one.pattern.title)));
            text.segments.extend(prose::render(&one.pattern.prose.ask, &json!({}), &incident_hole)?.segments);
            if let Some(proof) = one.pattern.proof.as_ref().filter(|_| one.proof) {
                text.segments.push(Segment::Plain(format!(" It is not done where {}.", proof.otherwise)));
            }
            if matches!(one.turn, Turn::After { again: true, .. }) {
                let again = " What this was done to at once, without a question, is among them: it is done once more, after what stands before.";
                text.segments.push(Segment::Plain(again.to_owned()));
            }
            asks.push(text);
        }
        let words = Duration::parse(timeout).map_or(timeout.to_owned(), |duration| duration.words());
        let mut close = prose::render(
            "\nApprove only if every target is right. At most as many targets of a kind as MaxTargets says are acted on in one run. Without an answer within {{timeout}} nothing is done.",
            &json!({ "timeout": words }),
            &incident_hole,
        )?;
        if uses.iter().any(|one| one.pattern.each.is_some() && survey::is_listed(one)) {
            close.segments.push(Segment::Plain(
                "\nWhat is added to an account or an application after this question is left alone."
                    .to_owned(),
            ));
        }
        Ok(Self { head, asks, close })
    }

    /// One text, with the targets by name.
    fn as_text(&self, uses: &[&Use<'_>]) -> Text {
        let mut text = self.head.clone();
        for (one, ask) in uses.iter().zip(&self.asks) {
            let named = survey::named(one);
            let mut pieces = ask.segments.clone();
            pieces.push(Segment::Plain("\nTargets: ".to_owned()));
            pieces.push(Segment::Hole(super::report::cut(named.clone())));
            pieces.push(Segment::Plain("\n".to_owned()));
            text.segments.push(Segment::When(Test::Empty(named).negated(), pieces, Vec::new()));
        }
        text.segments.extend(self.close.segments.iter().cloned());
        text
    }
}
