//! The end of every run: say what was done, what was not and why; then fail the run if anything failed.

use serde_json::json;

use super::condition;
use super::context::{Context, Use, incident_hole, step};
use super::ir::{Role, Segment, Step, StepKind, Term, Test, Text, Value};
use super::names;
use super::prose;
use super::respond::RESULTS;
use crate::base::graph::{Status, Statuses};
use crate::data::connector::Class;
use crate::ingest::EntityKind;
use crate::select::in_words;

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
    /// The one incident that a one-shot playbook is for.
    pub only: Option<&'a Term>,
    /// The last step before anything acts.
    pub prepared: &'a str,
    /// What the playbook is for.
    pub role: Role,
    /// The kinds of entities that the run waited for, each with the list of what came.
    pub waited: Vec<(EntityKind, Term)>,
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
    let mut before = REPORT.to_owned();
    for one in telling_last(always) {
        let context = Context::of_incident(one, REPORT);
        for mut call in context.calls(&one.pattern.act)? {
            call.after = vec![(before, Statuses::ANY)];
            before = call.name.clone();
            needed.push(call.name.clone());
            steps.push(call);
        }
    }
    steps.extend(fail(&before, &needed, &watched));
    Ok(steps)
}

/// The record first, people afterwards: a mail must not speak of a comment that is not there.
fn telling_last<'u, 's>(always: &'u [Use<'s>]) -> Vec<&'u Use<'s>> {
    let mut order: Vec<&Use<'_>> = always.iter().collect();
    order.sort_by_key(|one| one.pattern.class() == Some(Class::Notify));
    order
}

fn line() -> Text {
    let field = |name: &str| Segment::Hole(Term::This.get(name));
    let plain = |text: &str| Segment::Plain(text.to_owned());
    Text {
        segments: vec![
            field("action"),
            plain(": "),
            field("target"),
            plain(" - "),
            field("outcome"),
            plain(". "),
            field("detail"),
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
    let wrong = match (told.only, told.role) {
        (Some(id), _) => Some((
            Test::Holds(Term::SameIncident(Box::new(id.clone()))),
            "This playbook is for another incident: nothing was touched.\n",
        )),
        (None, Role::Main) => {
            Some((Test::Holds(Term::Open(None)), "The incident is not open: nothing was touched.\n"))
        }
        (None, Role::Rollback) => None,
    };
    if let Some((right, wrong)) = wrong {
        text.segments.push(switch(Test::All(vec![ready.clone(), right.negated()]), wrong, ""));
    }
    if told.only.is_none() && told.role == Role::Main {
        for (test, words) in [
            (
                condition::too_mild(),
                "The incident is less severe than this playbook is for: nothing was touched.\n",
            ),
            (
                condition::unlike(),
                "The incident names techniques or tactics, and none that this playbook is for: nothing was touched.\n",
            ),
            (
                condition::unnamed(),
                "The incident names neither techniques nor tactics, so whether this playbook is for it was not judged.\n",
            ),
        ] {
            text.segments.push(switch(test, words, ""));
        }
    }
    let merged = "The run was started for an incident that had been merged into this one.\n";
    text.segments.push(switch(Test::Holds(Term::Merged), merged, ""));
    text.segments.push(switch(
        parameter("Enabled").negated(),
        "The playbook is switched off by its parameter Enabled: nothing was touched.\n",
        "",
    ));
    text.segments.push(switch(
        Test::Holds(Term::Stopped(None)),
        "The incident carries the tag that stops playbooks: nothing was touched.\n",
        "",
    ));
    text.segments.push(switch(parameter("DryRun"), "This was a dry run: nothing was changed.\n", ""));
    // The report is written even where a list was never made, because an earlier step failed.
    let none = Term::Apply("json", vec![Term::text("[]")]);
    let list = |list: Term| Term::Apply("coalesce", vec![list, none.clone()]);
    let count = |of: Term| Term::Apply("length", vec![list(of)]);
    for one in told.uses {
        let targets = count(Term::Rows(one.name("targets")));
        let looked_at = Term::Apply("min", vec![targets, Term::Parameter("MaxTargets".into())]);
        text.segments.push(Segment::Plain(format!("{}: ", one.pattern.title)));
        text.segments.push(Segment::Hole(looked_at));
        match told.role {
            Role::Main => {
                text.segments.push(Segment::Plain(" to be looked at, of ".to_owned()));
                text.segments.push(Segment::Hole(count(one.found.clone())));
                text.segments.push(Segment::Plain(" found.\n".to_owned()));
            }
            Role::Rollback => text.segments.push(Segment::Plain(" to be looked at.\n".to_owned())),
        }
    }
    for (kind, came) in &told.waited {
        let none = Test::All(vec![ready.clone(), Test::Empty(list(came.clone()))]);
        let said = format!("The incident named no {}, not even after a wait.\n", in_words(*kind));
        text.segments.push(switch(none, &said, ""));
    }
    let lines = Term::Apply("join", vec![Term::Rows(ROWS.into()), Term::text("\n")]);
    let rest = match told.role {
        Role::Main => {
            "What is not looked at is protected, lacks an identifier, was done by an earlier run, or is beyond the limit for one run.\n"
        }
        Role::Rollback => "What is beyond the limit for one run is left for the next.\n",
    };
    text.segments.push(Segment::Plain(rest.to_owned()));
    if let Some(name) = told.notes {
        text.segments.push(Segment::Hole(of_notes(told.role, &list(Term::Rows(name.to_owned())))));
    }
    text.segments.push(Segment::Plain("\n".to_owned()));
    text.segments.push(switch(Test::Empty(Term::Variable(RESULTS)), "No target was acted on.", ""));
    text.segments.push(Segment::Hole(cut(lines)));
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
fn cut(text: Term) -> Term {
    const LONGEST: i64 = 4_000;
    let start = Term::Apply("take", vec![text.clone(), Term::Number(LONGEST)]);
    let length = Term::Apply("length", vec![text.clone()]);
    let longer = Term::Apply("greater", vec![length, Term::Number(LONGEST)]);
    let cut = Term::Apply("concat", vec![start, Term::text(" ... (cut; the run history has the rest)")]);
    Term::Apply("if", vec![longer, cut, text])
}

/// A failure that was caught and reported is still a failure: the run must show it.
///
/// `needed` steps must have succeeded; `watched` ones may be skipped but not fail.
fn fail(after: &str, needed: &[String], watched: &[String]) -> Vec<Step> {
    let failures = step(
        FAILURES.into(),
        vec![(after.to_owned(), Statuses::ANY)],
        StepKind::Filter {
            from: Term::Variable(RESULTS),
            test: Test::Equals(Term::This.get("outcome"), Term::text("failed")),
        },
    );
    let is =
        |name: &String, status: Status| Test::Equals(Term::StatusOf(name.clone()), Term::text(status.name()));
    let mut tests = vec![Test::Empty(Term::Rows(FAILURES.into())).negated()];
    tests.extend(needed.iter().map(|name| is(name, Status::Succeeded).negated()));
    tests.extend(watched.iter().flat_map(|name| [is(name, Status::Failed), is(name, Status::TimedOut)]));
    let message = "At least one step failed. The run history says which, and so does the report on the incident where it could be written.";
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
