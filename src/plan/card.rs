//! The question as an adaptive card in a Teams channel: one box to tick for each target.
//!
//! In a mail incident the account is usually the victim, so a yes to the whole list is too coarse. On a card nothing is
//! ticked beforehand and only what is ticked is acted on. The answer is read from the members that the card itself
//! sends (`data`), not from the title of a button. A box stands for a target by its place in the list, so no name of an
//! attacker's ever comes back as a value. The list is the same before and after: it is made once, in front of the gate.
//! Where a pattern acts on items of a target, its box names them too.

use serde_json::json;

use super::context::{Use, step};
use super::ir::{Segment, Step, StepKind, Term, Test, Text, Value};
use super::respond::{append, result};
use super::{state, survey, targets};

/// The operation that posts a card and waits.
pub(super) const OPERATION: &str = "teams.PostCardAndWaitForResponse";

/// Most boxes for the targets of one pattern: a message in Teams has a limit of its own.
const MOST_BOXES: i64 = 25;

/// Longest text beside a box, in characters, for the same reason.
const LONGEST_TITLE: i64 = 300;

/// The boxes of a pattern's targets: what a person reads and the place in the list.
pub(super) fn choices(one: &Use<'_>) -> Step {
    let name = one.label(&at(one, &Term::This));
    let title = match survey::is_listed(one) {
        true => Term::Apply("coalesce", vec![survey::line(one, &Term::This), name]),
        false => name,
    };
    let title = state::shortened(title, LONGEST_TITLE);
    let choice = Value::Object(vec![
        ("title".to_owned(), Value::Term(title)),
        ("value".to_owned(), Value::Term(Term::Apply("string", vec![Term::This]))),
    ]);
    step(one.name("choices"), Vec::new(), StepKind::Card { of: Some(places(one)), card: choice })
}

/// The card: the question line by line, each pattern with its boxes, and two buttons.
pub(super) fn card(name: String, head: Text, asks: Vec<(&Use<'_>, Text)>, close: Text) -> Step {
    let mut body = lines(head);
    for (one, ask) in asks {
        let choices = Term::Rows(one.name("choices"));
        // What there is nothing to choose of is not shown.
        let shown = || {
            let visible = Value::Term(Test::Empty(choices.clone()).negated().term());
            ("isVisible".to_owned(), visible)
        };
        body.extend(lines(ask).into_iter().map(|block| with(block, shown())));
        body.push(Value::Object(vec![
            member("type", "Input.ChoiceSet"),
            shown(),
            member("id", one.stem),
            ("isMultiSelect".to_owned(), Value::Literal(json!(true))),
            member("style", "expanded"),
            ("wrap".to_owned(), Value::Literal(json!(true))),
            ("choices".to_owned(), Value::Term(choices.clone())),
        ]));
    }
    body.extend(lines(close));
    let button = |title: &str, decision: &str| {
        Value::Object(vec![
            member("type", "Action.Submit"),
            member("title", title),
            ("data".to_owned(), Value::Literal(json!({ "decision": decision }))),
        ])
    };
    let card = Value::Object(vec![
        member("$schema", "http://adaptivecards.io/schemas/adaptive-card.json"),
        member("type", "AdaptiveCard"),
        member("version", "1.4"),
        ("body".to_owned(), Value::List(body)),
        (
            "actions".to_owned(),
            Value::List(vec![button("Approve what is ticked", "Approve"), button("Reject", "Reject")]),
        ),
    ]);
    step(name, Vec::new(), StepKind::Card { of: None, card })
}

/// The steps after a yes that keep what was ticked, say what was not, and name the list to act on.
pub(super) fn ticked(one: &Use<'_>, approval: &str) -> Vec<Step> {
    let name = |part: &str| one.name(part);
    let answer = Term::Answer(approval.to_owned()).get("data").get(one.stem);
    let answer = Term::Apply("string", vec![Term::Apply("coalesce", vec![answer, Term::text("")])]);
    let ticks = Term::Apply("split", vec![answer, Term::text(",")]);
    let is_ticked = Test::Contains(ticks, Term::Apply("string", vec![Term::This]));
    let places_ticked = Term::Rows(name("ticked"));
    let count = |list: Term| Term::Apply("length", vec![list]);
    let left = Term::Apply("sub", vec![count(targets::all(one.stem)), count(places_ticked.clone())]);
    let said = append(
        name("say_unticked"),
        Vec::new(),
        result(
            &one.pattern.title,
            Term::Apply("concat", vec![Term::Apply("string", vec![left.clone()]), Term::text(" targets")]),
            "left alone",
            Term::text(format!("nobody ticked them on the card, which shows {MOST_BOXES} of a kind at most")),
        ),
    );
    vec![
        step(name("ticked"), Vec::new(), StepKind::Filter { from: places(one), test: is_ticked }),
        step(
            name("wanted"),
            Vec::new(),
            StepKind::Map { from: places_ticked, to: Value::Term(at(one, &Term::This)) },
        ),
        step(
            name("unticked"),
            Vec::new(),
            StepKind::If {
                test: Test::Equals(left, Term::Number(0)).negated(),
                then: vec![said],
                otherwise: Vec::new(),
            },
        ),
    ]
}

/// The places of the targets that the card shows: 0, 1, 2…
fn places(one: &Use<'_>) -> Term {
    let count = Term::Apply("length", vec![targets::all(one.stem)]);
    let shown = Term::Apply("min", vec![count, Term::Number(MOST_BOXES)]);
    Term::Apply("range", vec![Term::Number(0), shown])
}

/// The target at a place.
fn at(one: &Use<'_>, place: &Term) -> Term {
    Term::Apply("first", vec![Term::Apply("skip", vec![targets::all(one.stem), place.clone()])])
}

/// A block with one member more.
fn with(block: Value, member: (String, Value)) -> Value {
    match block {
        Value::Object(members) => Value::Object(members.into_iter().chain([member]).collect()),
        other => other,
    }
}

fn member(name: &str, value: &str) -> (String, Value) {
    (name.to_owned(), Value::Literal(json!(value)))
}

/// A text as blocks that read no Markdown, one for each line of ours.
fn lines(text: Text) -> Vec<Value> {
    let mut lines = vec![Text::default()];
    for segment in text.segments {
        let Segment::Plain(words) = segment else {
            if let Some(line) = lines.last_mut() {
                line.segments.push(segment);
            }
            continue;
        };
        for (at, part) in words.split('\n').enumerate() {
            if at > 0 {
                lines.push(Text::default());
            }
            if let Some(line) = lines.last_mut().filter(|_| !part.is_empty()) {
                line.segments.push(Segment::Plain(part.to_owned()));
            }
        }
    }
    lines.into_iter().filter(|line| !line.segments.is_empty()).map(block).collect()
}

fn block(line: Text) -> Value {
    let run = Value::Object(vec![member("type", "TextRun"), ("text".to_owned(), Value::Text(line))]);
    Value::Object(vec![member("type", "RichTextBlock"), ("inlines".to_owned(), Value::List(vec![run]))])
}
