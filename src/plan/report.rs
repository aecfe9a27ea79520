//! The end of every run: say what was done, what was not and why; then fail the run if anything failed.

use serde_json::json;

use super::build::CONTEXT;
use super::condition;
use super::context::{Context, Use, incident_hole, step};
use super::ir::{Role, Segment, Step, StepKind, Term, Test, Text, Value};
use super::lists;
use super::names;
use super::prose;
use super::resolve;
use super::respond::{OVER, RESULTS, succeed_in_turn};
use super::state;
use crate::base::graph::{Status, Statuses};
use crate::data::connector::Class;
use crate::ingest::EntityKind;
use crate::select::in_words;
use crate::select::pattern::IncidentFact;

/// Name of the step that holds the report's text.
pub(super) const REPORT: &str = "Report";
const ROWS: &str = "Report_lines";
const FAILURES: &str = "Failures";

/// What a report speaks of.
pub(super) struct Told<'a, 's> {
    /// The acting patterns.
    pub uses: &'a [Use<'s>],
    /// The playbook's name.
    pub playbook: &'a str,
    /// Whether the incident's kind was judged.
    pub alike: bool,
    /// Whether the product's devices that only stood by were listed.
    pub stood_by: bool,
    /// Whether accounts were listed that have neither id nor name in Entra ID.
    pub nameless: bool,
    /// The last step before anything acts.
    pub prepared: &'a str,
    /// What the playbook is for.
    pub role: Role,
    /// The kinds of entities that the run waited for, each with the list of what came.
    pub waited: Vec<(EntityKind, Term)>,
    /// Whether the approvers were looked up in the directory.
    pub looked_up: bool,
    /// Whether accounts were looked up there by their security identifier.
    pub by_sid: bool,
    /// The list that speaks of notes: for the main playbook what earlier runs did, for a rollback what others wrote.
    pub notes: Option<&'a str>,
}

/// The reporting steps. `after` is the last step of the acting part; `watched` are steps and loops whose failure fails
/// the run.
pub(super) fn report(
    told: &Told<'_, '_>,
    always: &[Use<'_>],
    after: &str,
    watched: Vec<String>,
) -> Result<Vec<Step>, String> {
    let mut steps = vec![
        Step {
            note: Some("One line for each target: what was done with it, or why not.".into()),
            ..step(
                ROWS.into(),
                vec![(after.to_owned(), Statuses::ANY)],
                StepKind::Map { from: Term::Variable(RESULTS), to: Value::Text(line()) },
            )
        },
        step(
            REPORT.into(),
            vec![(ROWS.into(), Statuses::SUCCEEDED)],
            StepKind::Compose(Value::Text(text(told)?)),
        ),
    ];
    let mut needed = vec![told.prepared.to_owned()];
    let (comments, others): (Vec<&Use<'_>>, Vec<&Use<'_>>) =
        telling_last(always).into_iter().partition(|one| is_comment(one));
    let mut comments = calls(&comments, Some(REPORT))?;
    needed.extend(comments.iter().map(|call| call.name.clone()));
    let mut before = comments.last().map_or(REPORT, |call| call.name.as_str()).to_owned();
    steps.append(&mut comments);
    let others = calls(&others, None)?;
    let sent: Vec<String> = others.iter().map(|call| call.name.clone()).collect();
    if !others.is_empty() {
        let test = Test::Holds(Term::Parameter("DryRun".into())).negated();
        let tell = step(
            TELL.into(),
            vec![(before, Statuses::ANY)],
            StepKind::If { test, then: others, otherwise: Vec::new() },
        );
        before = TELL.to_owned();
        steps.push(Step { note: Some("A dry run says what it found in a comment only.".into()), ..tell });
    }
    // Without its mark it would be done again, and nothing else shows that the mark is missing.
    let marks = always.iter().filter(|one| one.pattern.once.is_some()).map(|one| one.name("remember"));
    let watched: Vec<String> = watched.into_iter().chain(marks).collect();
    steps.extend(fail(&before, &needed, &sent, &watched));
    Ok(steps)
}

/// Name of the step around everything that a dry run does not do in the end.
const TELL: &str = "Unless_it_is_a_dry_run";

/// Whether a pattern does nothing but comment on the incident.
fn is_comment(one: &Use<'_>) -> bool {
    one.pattern.act.iter().all(|call| call.call == "incident.comment")
}

/// The calls of some patterns, one pattern after another whatever the one before came to; of a pattern, each call after the
/// success of the one before. The first runs after the named step.
fn calls(uses: &[&Use<'_>], after: Option<&str>) -> Result<Vec<Step>, String> {
    let mut before = after.map(str::to_owned);
    let mut steps = Vec::new();
    for one in uses {
        let calls = Context::of_incident(one, REPORT).calls(&one.pattern.act)?;
        let mut parts = match &one.pattern.once {
            None => calls,
            Some(tag) => once(one, tag, calls),
        };
        succeed_in_turn(&mut parts);
        if let Some(first) = parts.first_mut() {
            first.after = before.iter().map(|before| (before.clone(), Statuses::ANY)).collect();
        }
        before = parts.last().map(|last| last.name.clone()).or(before);
        steps.extend(parts);
    }
    Ok(steps)
}

/// What is done once for an incident: only where the incident does not carry the tag that says so, and where there is
/// something to tell. The tag comes as soon as the first call succeeded: what comes behind it must not make a later run do it again.
fn once(one: &Use<'_>, tag: &str, mut calls: Vec<Step>) -> Vec<Step> {
    let name = |part: &str| names::join(one.stem, part);
    let incident = || ("incident".to_owned(), Value::Term(Term::Incident(IncidentFact::Id)));
    let call = |part: &str, operation: &str, arguments| {
        let kind = StepKind::Call { operation: operation.to_owned(), arguments, timeout: None };
        Step { pattern: Some(one.pattern.id.clone()), ..step(name(part), Vec::new(), kind) }
    };
    let read = call("incident_now", "incident.read", vec![incident()]);
    let added = Term::WithTag(read.name.clone(), Box::new(Term::text(tag)));
    calls.insert(
        1,
        call("remember", "incident.tag", vec![incident(), ("tag".to_owned(), Value::Term(added))]),
    );
    succeed_in_turn(&mut calls);
    // Whether or not the tag could be written, the rest goes on.
    if let Some(rest) = calls.get_mut(2) {
        rest.after.iter_mut().for_each(|(_, statuses)| *statuses = Statuses::STARTED);
    }
    let seen = Test::Equals(Term::StatusOf(read.name.clone()), Term::text(Status::Succeeded.name()));
    let test = Test::All(vec![
        seen,
        Test::Holds(Term::Tagged(read.name.clone(), tag.to_owned())).negated(),
        Test::Empty(Term::Variable(RESULTS)).negated(),
    ]);
    let wanted = Step {
        note: Some(format!("Once for an incident: the tag {tag} says that it was done.")),
        ..step(name("wanted"), Vec::new(), StepKind::If { test, then: calls, otherwise: Vec::new() })
    };
    vec![read, wanted]
}

/// The record first, people afterwards: a mail must not speak of a comment that is not there.
fn telling_last<'u, 's>(always: &'u [Use<'s>]) -> Vec<&'u Use<'s>> {
    let mut order: Vec<&Use<'_>> = always.iter().collect();
    order.sort_by_key(|one| one.pattern.class() == Some(Class::Notify));
    order
}

fn line() -> Text {
    /// Longest name of a target, and longest detail: one name must not push the other lines out of the report.
    const LONGEST: (i64, i64) = (150, 400);
    let field = |name: &str| Segment::Hole(Term::This.get(name));
    let short = |name: &str, longest: i64| Segment::Hole(state::shortened(Term::This.get(name), longest));
    let plain = |text: &str| Segment::Plain(text.to_owned());
    Text {
        segments: vec![
            field("action"),
            plain(": "),
            short("target", LONGEST.0),
            plain(" - "),
            field("outcome"),
            plain(". "),
            short("detail", LONGEST.1),
        ],
    }
}

fn text(told: &Told<'_, '_>) -> Result<Text, String> {
    let head = "{{playbook}} has run for incident {{hole \"incident.number\"}}.\n";
    let mut text = prose::render(head, &json!({ "playbook": told.playbook }), &incident_hole)?;
    let switch = |test: Test, yes: &str, no: &str| {
        Segment::Hole(Term::Apply("if", vec![test.term(), Term::text(yes), Term::text(no)]))
    };
    let parameter = |name: &str| Test::Holds(Term::Parameter(name.to_owned()));
    let ready = Test::Equals(Term::StatusOf(told.prepared.to_owned()), Term::text("Succeeded"));
    text.segments.push(switch(
        ready.clone().negated(),
        "The incident or its entities could not be read: nothing was touched. The run history says which step failed.\n",
        "",
    ));
    if told.alike {
        text.segments.push(switch(
            condition::known_unnamed(),
            "The incident names no technique and no tactic to compare, so whether this playbook is for it was not judged.\n",
            "",
        ));
    }
    if told.looked_up {
        text.segments.push(switch(
            lists::unknown(),
            "The approvers could not be looked up in the directory, so one whom the incident names by an id alone may have been asked.\n",
            "",
        ));
    }
    if told.by_sid {
        text.segments.push(switch(
            lists::unanswered(resolve::LOOK_UP),
            "The directory was asked for the accounts that the incident knows by their security identifier alone, and did not answer.\n",
            "",
        ));
    }
    let merged = "The run was started for an incident that had been merged into this one.\n";
    text.segments.push(switch(Test::Holds(Term::Merged), merged, ""));
    text.segments.push(switch(
        parameter("DryRun"),
        "This was a dry run: nobody was asked and nothing was changed.\n",
        "",
    ));
    let lines = Term::Apply("join", vec![Term::Rows(ROWS.into()), Term::text("\n")]);
    text.segments.push(Segment::Plain("\n".to_owned()));
    text.segments.push(switch(Test::Empty(Term::Variable(RESULTS)), "No target was acted on.", ""));
    text.segments.push(Segment::Hole(cut(lines)));
    text.segments.push(Segment::Plain("\n\n".to_owned()));
    // The report is written even where a list was never made, because an earlier step failed.
    let none = Term::Apply("json", vec![Term::text("[]")]);
    let list = |list: Term| Term::Apply("coalesce", vec![list, none.clone()]);
    let count = |of: Term| Term::Apply("length", vec![list(of)]);
    for one in told.uses {
        let targets = Term::Rows(names::join(one.stem, "targets"));
        let mut pieces = vec![
            Segment::Plain(format!("{}: ", one.pattern.title)),
            Segment::Hole(count(targets.clone())),
            Segment::Plain(" looked at".to_owned()),
        ];
        if told.role == Role::Main {
            let of = [Segment::Plain(", of ".to_owned()), Segment::Hole(count(one.found.clone()))];
            pieces.extend(of.into_iter().chain([Segment::Plain(" found".to_owned())]));
        }
        pieces.push(Segment::Plain(".\n".to_owned()));
        text.segments.push(Segment::When(Test::Empty(list(targets)).negated(), pieces, Vec::new()));
    }
    if told.stood_by {
        let devices = || list(Term::Rows(CONTEXT.into()));
        let names = Term::Apply("join", vec![devices(), Term::text(", ")]);
        let pieces = vec![
            Segment::Plain("Left alone, because the product names them as context only: ".to_owned()),
            Segment::Hole(cut(names)),
            Segment::Plain("\n".to_owned()),
        ];
        text.segments.push(Segment::When(Test::Empty(devices()).negated(), pieces, Vec::new()));
    }
    if told.nameless {
        let names = || Term::Apply("join", vec![list(Term::Rows(resolve::NAMELESS.into())), Term::text("")]);
        let pieces = vec![
            Segment::Plain(
                "Left alone, because the incident says neither their object id nor their user principal name, and no one account was found by their security identifier: "
                    .to_owned(),
            ),
            Segment::Hole(cut(names())),
            Segment::Plain("\n".to_owned()),
        ];
        text.segments.push(Segment::When(Test::Empty(names()).negated(), pieces, Vec::new()));
    }
    if told.role == Role::Main {
        let rest =
            "What is not looked at is protected, lacks an identifier, or was done by an earlier run.\n";
        text.segments.push(Segment::Plain(rest.to_owned()));
    }
    for (kind, came) in &told.waited {
        let none = Test::All(vec![ready.clone(), Test::Empty(list(came.clone()))]);
        let said = format!("The incident named no {}, not even after a wait.\n", in_words(*kind));
        text.segments.push(switch(none, &said, ""));
    }
    if let Some(name) = told.notes {
        text.segments.push(Segment::Hole(of_notes(told.role, &list(Term::Rows(name.to_owned())))));
    }
    Ok(text)
}

/// What the report says of the notes: nothing where the list is empty.
fn of_notes(role: Role, list: &Term) -> Term {
    let said = match role {
        Role::Main => {
            let lines = cut(Term::Apply("join", vec![list.clone(), Term::text("; ")]));
            let head = Term::text("Done by earlier runs, and taken back by nobody: ");
            Term::Apply("concat", vec![head, lines, Term::text("\n")])
        }
        Role::Rollback => {
            let count = Term::Apply("string", vec![Term::Apply("length", vec![list.clone()])]);
            let rest = Term::text(
                " comments look like records of the response playbook and were written by somebody else: they were ignored, and somebody should look at them.\n",
            );
            Term::Apply("concat", vec![count, rest])
        }
    };
    Term::Apply("if", vec![Test::Empty(list.clone()).term(), Term::text(""), said])
}

/// At most so many characters of a text: names are as long as an attacker likes, and a comment has a limit.
pub(super) fn cut(text: Term) -> Term {
    const LONGEST: i64 = 4_000;
    let start = Term::Apply("take", vec![text.clone(), Term::Number(LONGEST)]);
    let length = Term::Apply("length", vec![text.clone()]);
    let longer = Term::Apply("greater", vec![length, Term::Number(LONGEST)]);
    let cut = Term::Apply("concat", vec![start, Term::text(" ... (cut; the run history has the rest)")]);
    Term::Apply("if", vec![longer, cut, text])
}

/// A failure that was caught and reported is still a failure: the run must show it.
///
/// A target that the limit left out is no success either.
///
/// `needed` steps must have succeeded, and `sent` ones unless it was a dry run; `watched` ones may be skipped but not fail.
fn fail(after: &str, needed: &[String], sent: &[String], watched: &[String]) -> Vec<Step> {
    let failures = step(
        FAILURES.into(),
        vec![(after.to_owned(), Statuses::ANY)],
        StepKind::Filter {
            from: Term::Variable(RESULTS),
            test: Test::Any(
                ["failed", OVER].map(|word| Test::Equals(Term::This.get("outcome"), Term::text(word))).into(),
            ),
        },
    );
    let is =
        |name: &String, status: Status| Test::Equals(Term::StatusOf(name.clone()), Term::text(status.name()));
    let mut tests = vec![Test::Empty(Term::Rows(FAILURES.into())).negated()];
    tests.extend(needed.iter().map(|name| is(name, Status::Succeeded).negated()));
    let real = Test::Holds(Term::Parameter("DryRun".into())).negated();
    let unsent: Vec<Test> = sent.iter().map(|name| is(name, Status::Succeeded).negated()).collect();
    if !unsent.is_empty() {
        tests.push(Test::All(vec![real, Test::Any(unsent)]));
    }
    tests.extend(watched.iter().flat_map(|name| [is(name, Status::Failed), is(name, Status::TimedOut)]));
    let message = "At least one step failed, or the limit for one run left a target out. The run history says which, and so does the report on the incident where it could be written.";
    let end = step(
        names::join("Run", "failed"),
        Vec::new(),
        StepKind::Fail { code: "ResponseIncomplete", message: Value::Literal(json!(message)) },
    );
    let check = Step {
        note: Some("Ends the run as failed if any target or any step failed.".into()),
        ..step(
            names::join("Anything", "failed"),
            vec![(FAILURES.into(), Statuses::ANY)],
            StepKind::If { test: Test::Any(tests), then: vec![end], otherwise: Vec::new() },
        )
    };
    vec![failures, check]
}
