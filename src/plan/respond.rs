//! The acting part: the phases, and in them for each target look, decide, act, catch.

use std::collections::BTreeMap;

use serde_json::json;

use super::admission::Admission;
use super::context::{Context, Turn, Use, step};
use super::each;
use super::gate::{About, gate, look_again};
use super::ir::{Role, Step, StepKind, Term, Test, Value};
use super::outcome::{self, Acted, status_code};
use super::state::{self, Kept, Trust};
use super::{names, prose, protection, targets};
use crate::base::graph::{Status, Statuses};
use crate::data::connector::{self, Class, Host};
use crate::ingest::{EntityKind, Field};
use crate::select::profile::Channel;
use crate::select::{Phase, pattern};

/// Name of the run's list of results.
pub(super) const RESULTS: &str = "results";
/// Name of the list that has the id of a pattern for each target that it has acted on.
pub(super) const ACTS: &str = "acts";
/// The outcome of a target that was left out because the run had reached its limit.
pub(super) const OVER: &str = "over the limit";

/// The steps of one phase: what needs nobody's word first, so that it waits for nobody's answer, then the gate. `waited`
/// says whether a gate came before, and is set where this phase has one: people close incidents while a playbook waits,
/// so what comes later looks again.
pub(super) fn phase(
    phase: Phase,
    uses: &[&Use<'_>],
    plan: &Respond<'_>,
    waited: &mut bool,
) -> Result<Vec<Step>, String> {
    let (gated, at_once): (Vec<&Use<'_>>, Vec<&Use<'_>>) = uses.iter().copied().partition(|one| one.gated);
    let mut steps = unasked(phase, &at_once, plan, *waited)?;
    if !gated.is_empty() {
        steps.push(gate(&About::phase(phase, &at_once, &gated), &gated, plan)?);
        *waited = true;
    }
    Ok(steps)
}

/// What the acting part needs besides the patterns.
pub(super) struct Respond<'a> {
    /// How approvers are asked.
    pub channel: Channel,
    /// How long an approval may stay open, as an ISO 8601 duration.
    pub timeout: &'a str,
    /// What must hold of the incident.
    pub admission: &'a Admission,
    /// What the playbook is for.
    pub role: Role,
    /// Whose notes count, where notes are read again.
    pub trust: Trust,
    /// Whether anything is written down.
    pub keeps: bool,
    /// Where notes are comments of which an incident takes only so many: from how many on a question says so.
    pub room_for_notes: Option<i64>,
}

/// Loops that nobody is asked about; after a wait only behind a fresh look at the incident.
fn unasked(phase: Phase, uses: &[&Use<'_>], plan: &Respond<'_>, waited: bool) -> Result<Vec<Step>, String> {
    if !waited {
        return uses.iter().map(|one| for_each(one)).collect();
    }
    if uses.is_empty() {
        return Ok(Vec::new());
    }
    let name = names::join(phase.title(), "at_once");
    let then = look_again(&name, uses, plan, None)?;
    let test = any_target(uses);
    Ok(vec![step(name, Vec::new(), StepKind::If { test, then, otherwise: Vec::new() })])
}

/// Whether there is anything to do at all.
pub(super) fn any_target(uses: &[&Use<'_>]) -> Test {
    let some = |one: &&Use<'_>| Test::Empty(Term::Rows(one.name("targets"))).negated();
    Test::Any(uses.iter().map(some).collect())
}

/// Chains steps one after another, whatever the one before came to: a phase that failed has said so in the results.
pub(super) fn chain(steps: &mut [Step], first_after: &[(String, Statuses)]) {
    let started = Statuses::of([Status::Succeeded, Status::Failed, Status::TimedOut]);
    let mut after = first_after.to_vec();
    for step in steps {
        step.after = std::mem::replace(&mut after, vec![(step.name.clone(), started)]);
    }
}

/// The loop over a pattern's targets. One after another: results are appended to one list. The limit for one run counts acts and not looks, so that targets which are left alone take no place.
///
/// The decision runs whether looking succeeded or not, and says in its `If` what was missing: a read that failed and
/// has no successor would fail the loop without a word.
pub(super) fn for_each(one: &Use<'_>) -> Result<Step, String> {
    let name = |part: &str| one.name(part);
    let context = Context::new(one);
    let mut reads = context.calls(&one.pattern.read)?;
    let seen = reads.len();
    if let Some(proof) = one.pattern.proof.as_ref().filter(|_| one.proof) {
        reads.extend(context.calls(&proof.read)?);
    }
    let looked = looked(one, &reads, seen);
    let mut body = look(one, &reads);
    if let Some(each) = &one.pattern.each {
        body.push(each::choose(one, each, &context, &body)?);
    }
    let after = body.last().map(|last| (last.name.clone(), Statuses::ANY)).into_iter().collect();
    body.push(decide(one, &context, looked, after)?);
    Ok(Step {
        pattern: Some(one.pattern.id.clone()),
        note: Some(short(&one.pattern.summary)),
        ..step(name("for_each"), Vec::new(), StepKind::ForEach { items: targets::items(one), body })
    })
}

/// The accounts and devices that an act is about, by every identifier that is known once their state is read: what the
/// reads answered, and in a rollback what the record says.
fn identified(one: &Use<'_>, context: &Context<'_>) -> BTreeMap<EntityKind, Vec<(Field, Term)>> {
    let mut known: BTreeMap<EntityKind, Vec<(Field, Term)>> = BTreeMap::new();
    for (kind, identifiers) in context.identifiers_read() {
        known.entry(kind).or_default().extend(identifiers);
    }
    if one.takes_back() && !one.kind().identifying().is_empty() {
        known.entry(one.kind()).or_default().extend(protection::identifiers(one.kind(), &context.entity()));
    }
    known
}

/// A condition, and what is said where it does not hold: the outcome and the reason.
struct Check {
    test: Test,
    outcome: Term,
    reason: Term,
}

/// The calls that look at a target, those of its proof last where one is asked for.
fn calls<'u>(one: &'u Use<'_>) -> impl Iterator<Item = &'u pattern::Call> {
    let proof = one.pattern.proof.iter().filter(|_| one.proof).flat_map(|proof| &proof.read);
    one.pattern.read.iter().chain(proof)
}

/// The outcome of what is none of the run's business.
const ALONE: &str = "left alone";

/// One check for each read: it succeeded, or found nothing where nothing is an answer. "Not found" elsewhere leaves the
/// target alone; anything else that went wrong is a failure that somebody must see.
fn looked(one: &Use<'_>, reads: &[Step], seen: usize) -> Vec<Check> {
    let mut checks = Vec::new();
    for (at, (read, call)) in reads.iter().zip(calls(one)).enumerate() {
        let code = status_code(std::slice::from_ref(read));
        let absent = Test::Equals(code.clone(), Term::text("404"));
        let succeeded = Test::Equals(Term::StatusOf(read.name.clone()), Term::text(Status::Succeeded.name()));
        let test = if call.optional { Test::Any(vec![succeeded, absent.clone()]) } else { succeeded };
        let unknown = match one.pattern.proof.as_ref().filter(|_| at >= seen) {
            Some(proof) => proof.otherwise.clone(),
            None => "the service does not know it".to_owned(),
        };
        let unread = Term::Apply(
            "concat",
            vec![Term::text("its state could not be read, so nothing was done; status code "), code],
        );
        let reason = Term::Apply("if", vec![absent.term(), Term::text(unknown), unread]);
        let outcome = Term::Apply("if", vec![absent.term(), Term::text(ALONE), Term::text("failed")]);
        checks.push(Check { test, outcome, reason });
    }
    checks
}

/// Everything that must hold before a target is acted on, in the order in which it is reported.
fn checks(one: &Use<'_>, context: &Context<'_>, looked: Vec<Check>) -> Result<Vec<Check>, String> {
    let mut checks = Vec::new();
    let plain =
        |test: Test, reason: &str| Check { test, outcome: Term::text(ALONE), reason: Term::text(reason) };
    if let Kept::Undone { marks } = one.kept {
        let id = context.record().get("id");
        let meanwhile = state::was_undone(marks, id).negated();
        checks.push(plain(meanwhile, "another run took it back meanwhile"));
        // Without what the calls need, the target could be another one.
        let lacking = "the note does not say what the calls need: take it back by hand";
        for field in &one.pattern.needs {
            let test = Test::Empty(context.entity().get(field.name())).negated();
            checks.push(Check { outcome: Term::text("failed"), ..plain(test, lacking) });
        }
    }
    checks.extend(looked);
    // The alert may have named the target otherwise than people do; what was just read says what it is called.
    let protected: Vec<Test> = identified(one, context)
        .into_iter()
        .flat_map(|(kind, identifiers)| {
            protection::unprotected(kind, &protection::known_as(kind, identifiers))
        })
        .collect();
    if !protected.is_empty() {
        checks.push(plain(Test::All(protected), "it is protected"));
    }
    // What was done is given back to anybody, and evidence is collected of anything.
    if !one.takes_back()
        && one.pattern.acts()
        && one.pattern.disruption >= 1
        && let Some(tags) = context.tags_read()
    {
        let marked = "it is marked as a domain controller or as another server that many depend on";
        checks.push(plain(protection::unmarked(tags), marked));
    }
    for condition in &one.pattern.only_if {
        checks.push(plain(context.test(&condition.test)?, &condition.otherwise));
    }
    if let Some(proof) = one.pattern.proof.as_ref().filter(|_| one.proof) {
        checks.push(plain(context.test(&proof.test)?, &proof.otherwise));
    }
    if let Some(each) = &one.pattern.each {
        for (test, reason) in each::limits(one, each) {
            checks.push(plain(test, &reason));
        }
    }
    let most = Term::Parameter("MaxTargets".into());
    let acted = counted(one, context, &acted_on);
    let room = Test::Holds(Term::Apply("less", vec![acted, most.clone()]));
    let full = Term::Apply(
        "concat",
        vec![
            Term::text("the run had acted on "),
            Term::Apply("string", vec![most]),
            Term::text(" (MaxTargets): a further run takes this one"),
        ],
    );
    checks.push(Check { test: room, outcome: Term::text(OVER), reason: full });
    let for_real = Test::Holds(Term::Parameter("DryRun".into())).negated();
    checks.push(plain(for_real, "dry run: it would have been done, within the limit for one run"));
    Ok(checks)
}

/// Something about what an act is counted as. What is done once more takes no place of what is done first.
fn counted(one: &Use<'_>, context: &Context<'_>, about: &dyn Fn(&str) -> Term) -> Term {
    let id = one.pattern.id.as_str();
    let Turn::After { at_once, again: true } = one.turn else { return about(id) };
    let done = Term::Apply("string", vec![Term::Rows(names::join(at_once, "targets"))]);
    let before = Test::Contains(done, Term::Apply("string", vec![context.record()]));
    Term::Apply("if", vec![before.term(), about(&format!("{id} again")), about(id)])
}

/// On how many targets a pattern has acted: how often its id stands in the text of the list, in quotes, so that no other id
/// is taken for it.
fn acted_on(id: &str) -> Term {
    let list = Term::Apply("string", vec![Term::Variable(ACTS)]);
    let parts = Term::Apply("split", vec![list, Term::text(format!("\"{id}\""))]);
    Term::Apply("sub", vec![Term::Apply("length", vec![parts]), Term::Number(1)])
}

fn decide(
    one: &Use<'_>,
    context: &Context<'_>,
    looked: Vec<Check>,
    after: Vec<(String, Statuses)>,
) -> Result<Step, String> {
    let name = |part: &str| one.name(part);
    let checks = checks(one, context, looked)?;
    let first_failing = |otherwise: Term, pick: &dyn Fn(&Check) -> Term| {
        checks.iter().rev().fold(otherwise, |otherwise, check| {
            Term::Apply("if", vec![check.test.clone().negated().term(), pick(check), otherwise])
        })
    };
    let reason = first_failing(Term::text("unknown"), &|check| check.reason.clone());
    let plain = Term::text(ALONE);
    let telling = checks.iter().rev().skip_while(|check| check.outcome == plain);
    let outcome = telling.fold(plain.clone(), |otherwise, check| {
        Term::Apply("if", vec![check.test.clone().negated().term(), check.outcome.clone(), otherwise])
    });
    let act = match &one.pattern.each {
        Some(each) => each::act(one, each, context)?,
        None => act(one, context)?,
    };
    let id = Value::Term(counted(one, context, &|id| Term::text(id)));
    let mut then = vec![step(name("counted"), Vec::new(), StepKind::Append { variable: ACTS, value: id })];
    let counted = vec![(name("counted"), Statuses::SUCCEEDED)];
    then.extend(act.into_iter().map(|one| match one.after.is_empty() {
        true => Step { after: counted.clone(), ..one },
        false => one,
    }));
    let title = one.pattern.title.as_str();
    let left = append(
        name("left_alone"),
        Vec::new(),
        result_value(title, context.label(), Value::Term(outcome), Value::Term(reason)),
    );
    let test = Test::All(checks.into_iter().map(|check| check.test).collect());
    Ok(step(name("allowed"), after, StepKind::If { test, then, otherwise: vec![left] }))
}

/// The calls of a target, several in a scope; what is written down of them; and a line of the report, whatever came of it.
fn act(one: &Use<'_>, context: &Context<'_>) -> Result<Vec<Step>, String> {
    let name = |part: &str| one.name(part);
    let mut act = context.calls(&one.pattern.act)?;
    succeed_in_turn(&mut act);
    let done = prose::render(&one.pattern.prose.done, &json!({}), &|path| context.hole(path))?;
    let label = context.label();
    let changed = first_change(one, &one.pattern.act, &act);
    // A workflow may have only so many actions: one call needs no scope around it.
    let acted = if let [call] = &act[..] { call.name.clone() } else { name("act") };
    let mut awaited = None;
    let mut happened = None;
    for (call, asked) in one.pattern.act.iter().skip(1).zip(&act) {
        if let Some(until) = &call.until {
            let wanted = context.test(&until.wanted)?;
            awaited = Some((asked.name.clone(), wanted.clone(), until.otherwise.clone()));
            // What has not ended may still be done, and must be known to whoever would take it back.
            happened = Some(match one.takes_back() {
                true => wanted,
                false => Test::Any(vec![wanted, context.test(&until.test)?.negated()]),
            });
        }
    }
    let told = Acted { step: acted.clone(), changed: changed.clone(), awaited };
    let endings = outcome::endings(one, told, done);
    let said = outcome::line(&one.pattern.title, label.clone(), endings, &act);
    let mut steps = match act.len() {
        1 => act,
        _ => vec![step(acted.clone(), Vec::new(), StepKind::Scope { body: act })],
    };
    // What failed half way is written down as well, so that it can be taken back or is not offered again.
    let succeeded =
        |step: &str| Test::Equals(Term::StatusOf(step.to_owned()), Term::text(Status::Succeeded.name()));
    let half_way = changed.as_deref().map(succeeded);
    // A call that only orders something has done nothing where that failed.
    let ordered = happened.map(|happened| Test::All(vec![succeeded(&acted), happened]));
    match half_way.or(ordered).filter(|_| state::lost(one).is_some()) {
        None => steps.extend(state::keep(one, context, Some(&acted), &label)?),
        Some(test) => {
            let kind =
                StepKind::If { test, then: state::keep(one, context, None, &label)?, otherwise: Vec::new() };
            steps.push(step(name("changed_anything"), vec![(acted, Statuses::ANY)], kind));
        }
    }
    let last = steps.last().map(|last| (last.name.clone(), Statuses::ANY));
    steps.push(append(name("said"), last.into_iter().collect(), said));
    Ok(steps)
}

/// The name of the first of some calls that changes something, where another comes after it; `steps` are those of the calls.
pub(super) fn first_change(one: &Use<'_>, calls: &[pattern::Call], steps: &[Step]) -> Option<String> {
    // What only makes it safe to give something back has not given it back.
    let changes =
        |class: Class| if one.takes_back() { class == Class::Restore } else { class.needs_consent() };
    let changes = |call: &pattern::Call| {
        connector::resolve(&call.call, Host::LogicApp).is_some_and(|operation| changes(operation.class))
    };
    let at = calls.iter().position(changes)?;
    (at + 1 < steps.len()).then(|| steps[at].name.clone())
}

/// Reads that run one after another; one that may find nothing does not stop the next.
pub(super) fn look(one: &Use<'_>, reads: &[Step]) -> Vec<Step> {
    let mut reads = reads.to_vec();
    succeed_in_turn(&mut reads);
    for (call, next) in calls(one).zip(reads.iter_mut().skip(1)) {
        if call.optional {
            next.after
                .iter_mut()
                .for_each(|(_, statuses)| *statuses = Statuses::of([Status::Succeeded, Status::Failed]));
        }
    }
    reads
}

/// The empty list.
pub(super) fn no_items() -> Term {
    Term::Apply("json", vec![Term::text("[]")])
}

pub(super) fn succeed_in_turn(steps: &mut [Step]) {
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

pub(super) fn result_value(action: &str, target: Term, outcome: Value, detail: Value) -> Value {
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
