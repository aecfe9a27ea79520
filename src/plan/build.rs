//! From a selection to a playbook.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::context::{Use, step};
use super::ir::{Plan, Playbook, Role, Step, StepKind, Term, Value};
use super::lists::{self, ENTITIES, INCIDENT, INVOLVED_NAMES};
use super::respond::{self, RESULTS, Respond, succeed_in_turn};
use super::state::{self, Kept, Trust};
use super::targets::Admission;
use super::{condition, names, parameters, report, resolve, rollback, survey, targets};
use crate::base::graph::Statuses;
use crate::data::connector::Class;
use crate::ingest::{EntityKind, Field, Status};
use crate::review::Reviewed;
use crate::select::profile::Channel;
use crate::select::{Chosen, Mode, Phase, Profile, Selection};

/// Builds the playbooks for a selection. The error is our own bug: a pattern of the library that does not fit.
pub fn build(
    reviewed: &Reviewed,
    selection: &Selection,
    profile: &Profile,
    mode: Mode,
) -> Result<Plan, String> {
    let name = name(reviewed, mode);
    let stems = names::stems(selection.chosen.iter().map(|chosen| chosen.pattern.id.as_str()));
    let uses: Vec<Use<'_>> = selection
        .chosen
        .iter()
        .map(|chosen| Use {
            pattern: &chosen.pattern,
            stem: &stems[&chosen.pattern.id],
            gated: chosen.approval,
            // Whom a person ticks needs no other proof.
            proof: chosen.proof && !ticked(chosen, profile),
            ticked: ticked(chosen, profile),
            found: match mode {
                Mode::Reusable => Term::Rows(collection(chosen.pattern.entity.unwrap_or(EntityKind::Other))),
                Mode::OneShot => Term::Output(ENTITIES.into()).get(stems[&chosen.pattern.id].as_str()),
            },
            kept: kept(chosen, selection, &name),
        })
        .collect();
    let (acting, always): (Vec<Use<'_>>, Vec<Use<'_>>) =
        uses.into_iter().partition(|one| one.pattern.entity.is_some());
    let main = main(
        reviewed,
        selection,
        profile,
        mode,
        &name,
        &Uses { acting: &acting, always: &always, stems: &stems },
    )?;
    let rollback = rollback::build(reviewed, selection, profile, mode, &main, &always)?;
    Ok(Plan { main, rollback })
}

/// What is written down of a pattern's acts: of those that people notice, so that they can be taken back and are not
/// done twice.
fn kept<'s>(chosen: &'s Chosen, selection: &'s Selection, playbook: &'s str) -> Kept<'s> {
    if !chosen.pattern.class().is_some_and(Class::needs_consent) {
        return Kept::Nothing;
    }
    let inverse = selection.rollback.iter().find(|back| back.takes_back(&chosen.pattern.id));
    Kept::Done { playbook, inverse: inverse.map(|back| &back.pattern) }
}

/// The patterns of the main playbook.
struct Uses<'u, 's> {
    /// Those that act on entities.
    acting: &'u [Use<'s>],
    /// Those that belong to every playbook.
    always: &'u [Use<'s>],
    /// Beginnings of step names, by pattern.
    stems: &'u BTreeMap<String, String>,
}

/// The playbook that responds.
fn main(
    reviewed: &Reviewed,
    selection: &Selection,
    profile: &Profile,
    mode: Mode,
    name: &str,
    uses: &Uses<'_, '_>,
) -> Result<Playbook, String> {
    let admission = Admission {
        open: mode == Mode::Reusable || reviewed.incident().status != Status::Resolved,
        only: (mode == Mode::OneShot).then(|| Term::Output(ENTITIES.into()).get(INCIDENT)),
        alike: mode == Mode::Reusable,
    };
    let mut steps = prepare(reviewed, selection, profile, uses, name, mode, &admission);
    let first_acting = steps.len();
    let respond = Respond {
        channel: profile.approval.channel,
        timeout: &profile.approval.timeout,
        admission: &admission,
        role: Role::Main,
        trust: Trust::Anybody,
    };
    let mut waited = false;
    for phase in [Phase::Prepare, Phase::Contain, Phase::Eradicate] {
        let mine: Vec<&Use<'_>> = uses.acting.iter().filter(|one| one.pattern.phase == phase).collect();
        steps.extend(respond::phase(phase, &mine, &respond, &mut waited)?);
    }
    let before = steps[first_acting - 1].name.clone();
    respond::chain(&mut steps[first_acting..], &[(before, Statuses::SUCCEEDED)]);
    let last = steps.last().map(|step| step.name.clone()).unwrap_or_default();
    let prepared = steps[first_acting - 1].name.clone();
    let mut watched = Vec::new();
    for step in &steps[first_acting..] {
        loops_within(step, &mut watched);
    }
    let keeps = keeps(uses.acting);
    let told = report::Told {
        role: Role::Main,
        uses: uses.acting,
        playbook: name,
        only: admission.only.as_ref(),
        prepared: &prepared,
        waited: awaited(uses.acting, mode),
        notes: keeps.then_some(state::LINES),
    };
    steps.extend(report::report(&told, uses.always, &last, watched)?);
    let asks = uses.acting.iter().any(|one| one.gated);
    let ticks = uses.acting.iter().any(|one| one.ticked);
    let wanted = parameters::Wanted { role: Role::Main, asks, ticks, keeps };
    Ok(Playbook {
        role: Role::Main,
        description: description(reviewed, mode),
        name: name.to_owned(),
        mode,
        parameters: parameters::parameters(profile, reviewed, &wanted),
        steps,
    })
}

/// Whether anything is written down.
fn keeps(acting: &[Use<'_>]) -> bool {
    acting.iter().any(|one| !matches!(one.kept, Kept::Nothing))
}

/// Whether a person ticks each target of a pattern: wherever a card asks, not a mail.
fn ticked(chosen: &Chosen, profile: &Profile) -> bool {
    chosen.approval && profile.approval.channel == Channel::Teams
}

/// The step and every loop inside it, by name: what may fail without a line in the results.
pub(super) fn loops_within(step: &Step, names: &mut Vec<String>) {
    names.push(step.name.clone());
    let mut waiting: Vec<&Step> = inside(step);
    while let Some(step) = waiting.pop() {
        match step.kind {
            StepKind::ForEach { .. } => names.push(step.name.clone()),
            _ => waiting.extend(inside(step)),
        }
    }
}

/// The steps of a branch or scope, last first.
fn inside(step: &Step) -> Vec<&Step> {
    match &step.kind {
        StepKind::If { then: body, .. } | StepKind::Scope { body } => body.iter().rev().collect(),
        _ => Vec::new(),
    }
}

/// Everything before the first action: variables, incident, protected lists, collections, notes, targets, names.
fn prepare(
    reviewed: &Reviewed,
    selection: &Selection,
    profile: &Profile,
    uses: &Uses<'_, '_>,
    name: &str,
    mode: Mode,
    admission: &Admission,
) -> Vec<Step> {
    let acting = uses.acting;
    let mut steps = vec![
        step("Declare_results".into(), Vec::new(), StepKind::Declare { variable: RESULTS }),
        step("Read_incident".into(), Vec::new(), StepKind::ReadIncident { entities: mode == Mode::Reusable }),
    ];
    steps.splice(1..1, survey::declare(acting));
    steps.extend(lists::protected(&[(targets::PROTECTED_NETWORK, "ProtectedNetwork")]));
    match mode {
        Mode::Reusable => {
            steps.extend(condition::steps(reviewed, profile));
            steps.extend(collect(acting));
        }
        Mode::OneShot => steps.push(literal(reviewed, selection, uses.stems)),
    }
    if acting.iter().any(|one| one.gated) {
        steps.extend(lists::approvers(mode));
    }
    if keeps(acting) {
        steps.extend(state::read(name, Trust::Anybody));
        steps.extend(state::lists());
    }
    for one in acting {
        let new = match one.kept {
            Kept::Done { .. } => Some(state::is_new(one.pattern, &Term::This)),
            _ => None,
        };
        steps.extend(targets::filter(one.stem, one.pattern, one.found.clone(), admission, new));
        if one.gated && !survey::is_listed(one) {
            steps.push(survey::offered(one));
        }
    }
    succeed_in_turn(&mut steps);
    steps
}

/// Name of the collection of a kind.
fn collection(kind: EntityKind) -> String {
    format!("Found_{}", kind.name().replace('-', "_"))
}

fn collect(acting: &[Use<'_>]) -> Vec<Step> {
    let mut kinds: BTreeMap<EntityKind, BTreeSet<Field>> = BTreeMap::new();
    for one in acting {
        if let Some(kind) = one.pattern.entity {
            kinds.entry(kind).or_default().extend(targets::fields(one.pattern));
        }
    }
    let waited = StepKind::Await { kinds: kinds.keys().copied().collect() };
    let mut steps = vec![Step {
        note: Some("Entities may come minutes after their incident, or never.".into()),
        ..step("Wait_for_entities".into(), Vec::new(), waited)
    }];
    for (kind, fields) in kinds {
        let fields: Vec<Field> = fields.into_iter().collect();
        let collected =
            |name| step(name, Vec::new(), StepKind::Collect { kind, fields: fields.clone(), all: false });
        steps.extend(resolve::by_name(kind, &fields, collection(kind), collected));
    }
    steps
}

/// The kinds that a run waits for, and the lists of what came of each.
fn awaited(acting: &[Use<'_>], mode: Mode) -> Vec<(EntityKind, Term)> {
    let kinds: BTreeSet<EntityKind> =
        acting.iter().filter(|_| mode == Mode::Reusable).filter_map(|one| one.pattern.entity).collect();
    let came = |kind| Term::Rows(resolve::collected(kind, collection(kind)));
    kinds.into_iter().map(|kind| (kind, came(kind))).collect()
}

/// The incident's own entities, by the pattern that may act on them.
fn literal(reviewed: &Reviewed, selection: &Selection, stems: &BTreeMap<String, String>) -> Step {
    let mut object = serde_json::Map::new();
    object.insert(INCIDENT.to_owned(), json!(reviewed.incident().id));
    object.insert(INVOLVED_NAMES.to_owned(), json!(lists::involved(reviewed)));
    for chosen in selection.chosen.iter().filter(|chosen| chosen.pattern.entity.is_some()) {
        let fields = targets::fields(&chosen.pattern);
        let entities = chosen.targets.iter().map(|at| {
            let entity = &reviewed.incident().entities[*at];
            // What an entity lacks is there as nothing, so that every entity has the same members.
            let member = |field: &Field| (field.name().to_owned(), json!(entity.get(*field)));
            Json::Object(fields.iter().map(member).collect())
        });
        object.insert(stems[&chosen.pattern.id].clone(), entities.collect());
    }
    Step {
        note: Some("The entities of the incident that this playbook was compiled from, as data.".into()),
        ..step(ENTITIES.into(), Vec::new(), StepKind::Compose(Value::Literal(Json::Object(object))))
    }
}

/// A name from the incident's number, not its title: titles are an attacker's to write.
fn name(reviewed: &Reviewed, mode: Mode) -> String {
    let id: String =
        reviewed.incident().id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let id: String = id.chars().take(36).collect();
    match mode {
        Mode::Reusable => format!("Respond-like-incident-{id}"),
        Mode::OneShot => format!("Respond-to-incident-{id}"),
    }
}

fn description(reviewed: &Reviewed, mode: Mode) -> String {
    let basis = if reviewed.is_reviewed() { "reviewed" } else { "unreviewed" };
    match mode {
        Mode::Reusable => {
            format!(
                "Remediation for incidents like the {basis} one it was compiled from; acts on the triggering incident."
            )
        }
        Mode::OneShot => format!("Remediation of exactly the {basis} incident it was compiled from."),
    }
}
