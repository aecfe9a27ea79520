//! The end of every run: say what was done, what was not and why; then fail the run if anything failed.

use serde_json::json;

use super::context::{Context, Use, incident_hole, step};
use super::ir::{Segment, Step, StepKind, Term, Test, Text, Value};
use super::names;
use super::prose;
use super::respond::RESULTS;
use crate::base::graph::Statuses;
use crate::data::connector::Class;

/// Name of the step that holds the report's text.
pub(super) const REPORT: &str = "Report";
const ROWS: &str = "Report_lines";
const FAILURES: &str = "Failures";

/// The reporting steps. `after` is the last step of the acting part; `watched` are the steps whose failure fails the run.
pub(super) fn report(
    uses: &[Use<'_>],
    always: &[Use<'_>],
    playbook: &str,
    after: &str,
    watched: &[String],
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
            StepKind::Compose(Value::Text(text(uses, playbook)?)),
        ),
    ];
    let mut watched = watched.to_vec();
    let mut before = REPORT.to_owned();
    for one in telling_last(always) {
        let context = Context::of_incident(one, REPORT);
        for mut call in context.calls(&one.pattern.act)? {
            call.after = vec![(before, Statuses::ANY)];
            before = call.name.clone();
            watched.push(call.name.clone());
            steps.push(call);
        }
    }
    steps.extend(fail(&before, &watched));
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

fn text(uses: &[Use<'_>], playbook: &str) -> Result<Text, String> {
    let head = "{{playbook}} has run for incident {{hole \"incident.number\"}}.\n";
    let mut text = prose::render(head, &json!({ "playbook": playbook }), &incident_hole)?;
    let switch = |test: Test, yes: &str, no: &str| {
        Segment::Hole(Term::Apply("if", vec![test.term(), Term::text(yes), Term::text(no)]))
    };
    let parameter = |name: &str| Test::Holds(Term::Parameter(name.to_owned()));
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
    for one in uses {
        // The report is written even where a list was never made, because an earlier step failed.
        let none = Term::Apply("json", vec![Term::text("[]")]);
        let count =
            |list: Term| Term::Apply("length", vec![Term::Apply("coalesce", vec![list, none.clone()])]);
        let targets = count(Term::Rows(names::join(one.stem, "targets")));
        let looked_at = Term::Apply("min", vec![targets, Term::Parameter("MaxTargets".into())]);
        text.segments.push(Segment::Plain(format!("{}: ", one.pattern.title)));
        text.segments.push(Segment::Hole(looked_at));
        text.segments.push(Segment::Plain(" to be looked at, of ".to_owned()));
        text.segments.push(Segment::Hole(count(one.found.clone())));
        text.segments.push(Segment::Plain(
            " found. The others are protected, lack an identifier, or are beyond the limit for one run.\n"
                .to_owned(),
        ));
    }
    let lines = Term::Apply("join", vec![Term::Rows(ROWS.into()), Term::text("\n")]);
    text.segments.push(Segment::Plain("\n".to_owned()));
    text.segments.push(switch(Test::Empty(Term::Variable(RESULTS)), "No target was acted on.", ""));
    text.segments.push(Segment::Hole(lines));
    Ok(text)
}

/// A failure that was caught and reported is still a failure: the run must show it.
fn fail(after: &str, watched: &[String]) -> Vec<Step> {
    let failures = step(
        FAILURES.into(),
        vec![(after.to_owned(), Statuses::ANY)],
        StepKind::Filter {
            from: Term::Variable(RESULTS),
            test: Test::Equals(Term::This.get("outcome"), Term::text("failed")),
        },
    );
    let mut tests = vec![Test::Empty(Term::Rows(FAILURES.into())).negated()];
    tests.extend(
        watched
            .iter()
            .map(|name| Test::Equals(Term::StatusOf(name.clone()), Term::text("Succeeded")).negated()),
    );
    let message = "At least one step failed. The comment on the incident and the run history say which.";
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
