//! What a question says of items. A pattern that acts on items of its targets, such as sign-in methods, inbox rules or the
//! copies of a message, must not ask with the names of the targets alone.
//!
//! In front of the gate the items of every target are read, and the question names them: a few, and how many more. Of a
//! target that would be left alone the question says so and why. After a yes the items are read again, and only what was
//! there when the question was asked is acted on. A workflow may have only so many actions, so this takes few.

use serde_json::json;

use super::context::{Context, Use, step};
use super::ir::{Step, StepKind, Term, Test, Value};
use super::respond::{chain, look, no_items};
use super::{card, state, targets};
use crate::base::graph::{Status, Statuses};
use crate::select::pattern::Argument;

/// The run's list of targets with what was read of each.
const LISTED: &str = "listed";
/// Most items of a target that a question names: a card has a limit.
const MOST_NAMED: i64 = 8;
/// Longest name of an item in a question, in characters.
const LONGEST: i64 = 60;

/// Whether the items of a pattern's targets are read in front of its gate, where there is room for that.
pub(super) fn is_listed(one: &Use<'_>) -> bool {
    one.items && one.gated && one.pattern.has_items()
}

/// The step that declares what the reading needs, where anything is read.
pub(super) fn declare(uses: &[Use<'_>]) -> Option<Step> {
    let declared = || step("Declare_listed".into(), Vec::new(), StepKind::Declare { variable: LISTED });
    uses.iter().any(is_listed).then(declared)
}

/// The steps that read the items of what some patterns would act on, and make what a person is shown of it. What could
/// not be read is said in the question.
pub(super) fn steps(uses: &[&Use<'_>]) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    for one in uses.iter().filter(|one| is_listed(one)) {
        steps.push(for_each(one)?);
        if one.ticked {
            let listed = StepKind::Filter { from: Term::Variable(LISTED), test: is_mine(one) };
            steps.push(step(one.name("listed"), Vec::new(), listed));
        }
        steps.push(offered(one));
    }
    chain(&mut steps, &[]);
    Ok(steps)
}

/// What a person is shown of a pattern's targets: boxes to tick, or names for a text.
pub(super) fn offered(one: &Use<'_>) -> Step {
    if one.ticked {
        return card::choices(one);
    }
    let (from, to) = match is_listed(one) {
        // The list is that of all patterns.
        true => (
            Term::Variable(LISTED),
            Term::Apply("if", vec![is_mine(one).term(), Term::This.get("line"), Term::text("")]),
        ),
        false => (targets::all(one.stem), one.label(&Term::This)),
    };
    step(one.name("names"), Vec::new(), StepKind::Map { from, to: Value::Term(to) })
}

/// The names that [`offered`] made, as one text; empty where there is none.
pub(super) fn named(one: &Use<'_>) -> Term {
    let between = if is_listed(one) { "" } else { ", " };
    Term::Apply("join", vec![Term::Rows(one.name("names")), Term::text(between)])
}

/// Whether what was read is about a target of the pattern.
fn is_mine(one: &Use<'_>) -> Test {
    Test::Equals(Term::This.get("pattern"), Term::text(one.stem))
}

/// What stands beside the box of the target at a place.
pub(super) fn line(one: &Use<'_>, place: &Term) -> Term {
    let rest = Term::Apply("skip", vec![Term::Rows(one.name("listed")), place.clone()]);
    Term::Apply("first", vec![rest]).get("line")
}

/// That the item was there, as it is, when a question was asked. Texts inside an item cannot look like an item: their
/// quotes are escaped.
pub(super) fn was_shown(item: Term) -> Test {
    let listed = Term::Apply("string", vec![Term::Variable(LISTED)]);
    Test::Contains(listed, Term::Apply("string", vec![item]))
}

/// The loop that reads the items of each target.
fn for_each(one: &Use<'_>) -> Result<Step, String> {
    let context = Context::in_front(one);
    let mut body = look(one, &context.calls(&one.pattern.read)?);
    let (items, label) = match (&one.pattern.each, &one.pattern.lists) {
        (Some(each), _) => {
            let from = Term::Apply("coalesce", vec![context.term(&each.of)?, no_items()]);
            let test = context.with_item(Term::This).test(&each.test)?;
            let chosen = StepKind::Filter { from, test };
            then(&mut body, step(context.name("chosen"), Vec::new(), chosen), Statuses::SUCCEEDED);
            (Term::Answer(context.name("chosen")), &each.label)
        }
        (None, Some(lists)) => (context.term(&lists.of)?, &lists.label),
        (None, None) => return Err(format!("{}: it has no items", one.pattern.id)),
    };
    let items = Term::Apply("coalesce", vec![items, no_items()]);
    then(&mut body, names(&context, &items, label)?, Statuses::SUCCEEDED);
    let line = vec![context.label(), Term::text(": "), said(one, &context, &items)?, Term::text("; ")];
    let mut row = vec![
        ("pattern".to_owned(), Value::Literal(json!(one.stem))),
        ("line".to_owned(), Value::Term(Term::Apply("concat", line))),
    ];
    if one.pattern.each.is_some() {
        row.push(("items".to_owned(), Value::Term(items)));
    }
    let keep = StepKind::Append { variable: LISTED, value: Value::Object(row) };
    then(&mut body, step(context.name("say"), Vec::new(), keep), Statuses::ANY);
    let targets = targets::all(one.stem);
    Ok(Step {
        note: Some("Read for the question, which names what would be acted on.".into()),
        ..step(context.name("for_each"), Vec::new(), StepKind::ForEach { items: targets, body })
    })
}

/// Adds a step after the last of some.
fn then(steps: &mut Vec<Step>, next: Step, statuses: Statuses) {
    let after = steps.last().map(|last| (last.name.clone(), statuses)).into_iter().collect();
    steps.push(Step { after, ..next });
}

/// The step that takes what people recognise each item by.
fn names(context: &Context<'_>, items: &Term, label: &Argument) -> Result<Step, String> {
    let name = context.with_item(Term::This).term(label)?;
    let to = Value::Term(state::shortened(name, LONGEST));
    Ok(step(context.name("items"), Vec::new(), StepKind::Map { from: items.clone(), to }))
}

/// What the question says of a target: its items, or why it would be left alone.
fn said(one: &Use<'_>, context: &Context<'_>, items: &Term) -> Result<Term, String> {
    let count = || Term::Apply("length", vec![items.clone()]);
    let more_than = |most: i64| Term::Apply("greater", vec![count(), Term::Number(most)]);
    let text = |number: Term| Term::Apply("string", vec![number]);
    let choose = |test: Term, yes: Term, no: Term| Term::Apply("if", vec![test, yes, no]);
    let named = Term::Apply("take", vec![Term::Answer(context.name("items")), Term::Number(MOST_NAMED)]);
    let named = Term::Apply("join", vec![named, Term::text(", ")]);
    let rest = text(Term::Apply("sub", vec![count(), Term::Number(MOST_NAMED)]));
    let and_more = Term::Apply("concat", vec![named.clone(), Term::text(" and "), rest, Term::text(" more")]);
    let mut said = choose(more_than(MOST_NAMED), and_more, named);
    let left = |why: &str| Term::text(format!("would be left alone, {why}"));
    if let Some(each) = &one.pattern.each {
        let many = format!("there are more than {}", each.most);
        said = choose(more_than(i64::from(each.most)), left(&many), said);
    }
    let none = one.pattern.each.as_ref().map_or("there is nothing", |each| each.otherwise.as_str());
    said = choose(Test::Empty(items.clone()).term(), left(none), said);
    for condition in one.pattern.only_if.iter().rev() {
        let holds = context.test(&condition.test)?.term();
        said = choose(holds, said, left(&condition.otherwise));
    }
    let seen = Test::Equals(Term::StatusOf(context.name("items")), Term::text(Status::Succeeded.name()));
    Ok(choose(seen.term(), said, left("what there is could not be read")))
}
