//! Acting on items of a list that was read, such as the sign-in methods of an account: choose, bound, act, report each.
//!
//! The loop over the items stands inside the loop over the targets. Behind a gate its calls are eight deep, which is all
//! that the service allows, so nothing more may be put around them.

use serde_json::json;

use super::context::{Context, Use, step};
use super::ir::{Step, StepKind, Term, Test};
use super::outcome::{self, Acted};
use super::respond::{append, first_change, no_items, result, succeed_in_turn};
use super::{prose, state, survey};
use crate::base::graph::Statuses;
use crate::select::pattern::Each;

/// Name of the step that holds the items to act on.
fn chosen(one: &Use<'_>) -> String {
    one.name("chosen")
}

/// The items to act on; none where the reads failed: then that is what the report says.
fn items(one: &Use<'_>) -> Term {
    Term::Apply("coalesce", vec![Term::Answer(chosen(one)), no_items()])
}

/// The step that keeps the items to act on, after the reads. Behind a gate these are the ones that the question spoke of
/// and that are there unchanged.
pub(super) fn choose(
    one: &Use<'_>,
    each: &Each,
    context: &Context<'_>,
    reads: &[Step],
) -> Result<Step, String> {
    let after = reads.last().map(|read| (read.name.clone(), Statuses::SUCCEEDED));
    let from = Term::Apply("coalesce", vec![context.term(&each.of)?, no_items()]);
    let mut tests = vec![context.with_item(Term::This).test(&each.test)?];
    tests.extend(survey::is_listed(one).then(|| survey::was_shown(Term::This)));
    let kind = StepKind::Filter { from, test: Test::All(tests) };
    Ok(step(chosen(one), after.into_iter().collect(), kind))
}

/// That there is an item to act on, and that there are not too many for a machine to decide.
pub(super) fn limits(one: &Use<'_>, each: &Each) -> [(Test, String); 2] {
    let surplus = Term::Apply("skip", vec![items(one), Term::Number(i64::from(each.most))]);
    let none = match survey::is_listed(one) {
        true => format!("{}, or what is there came after the question or changed since", each.otherwise),
        false => each.otherwise.clone(),
    };
    let many = format!("there are more than {}, so a person should choose; nothing was done", each.most);
    [(Test::Empty(items(one)).negated(), none), (Test::Empty(surplus), many)]
}

/// The loop over the items. Every item has its own line in the report, so that one that failed does not hide the others.
pub(super) fn act(one: &Use<'_>, each: &Each, context: &Context<'_>) -> Result<Vec<Step>, String> {
    let name = |part: &str| one.name(part);
    let context = context.with_item(Term::Item(name("each")));
    let title = one.pattern.title.as_str();
    let mut calls = context.calls(&each.act)?;
    succeed_in_turn(&mut calls);
    let changed = first_change(one, &each.act, &calls);
    let label = Term::Apply(
        "concat",
        vec![context.label(), Term::text(": "), Term::Apply("string", vec![context.term(&each.label)?])],
    );
    let done = prose::render(&one.pattern.prose.done, &json!({}), &|path| context.hole(path))?;
    let last = calls.last().map(|last| last.name.clone()).ok_or("acting on items takes a call")?;
    let acted = Acted { step: last.clone(), changed: changed.clone(), awaited: None };
    let endings = outcome::endings(one, acted, done);
    let said = outcome::line(title, label.clone(), endings, &calls);
    // What was changed is written down at once, whatever becomes of the calls behind it.
    let changed = changed.unwrap_or_else(|| last.clone());
    let kept = state::keep(one, &context, Some(&changed), &label)?;
    let next = calls.iter().position(|call| call.name == changed).map_or(calls.len(), |at| at + 1);
    if let (Some(note), Some(next)) = (kept.last(), calls.get_mut(next)) {
        next.after.push((note.name.clone(), Statuses::ANY));
    }
    // The line comes behind the last call and the note. A call that was not reached because the one before it failed is skipped.
    let mut ends: Vec<String> = kept.last().map(|note| note.name.clone()).into_iter().collect();
    ends.extend((next < calls.len() || kept.is_empty()).then_some(last));
    calls.splice(next..next, kept);
    let ends = ends.into_iter().map(|end| (end, Statuses::ANY)).collect();
    calls.push(append(name("item_said"), ends, said));
    let items = Term::Answer(chosen(one));
    let broken = Term::text("not every item could be worked through; the run history says which");
    let broken = result(title, context.label(), "failed", broken);
    let walk = step(name("each"), Vec::new(), StepKind::ForEach { items, body: calls });
    Ok(vec![walk, append(name("failed"), vec![(name("each"), Statuses::FAILED)], broken)])
}
