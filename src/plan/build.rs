//! From a selection to a playbook.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::admission::{Admission, Merged};
use super::context::{Turn, Use, step};
use super::ir::{IdSpace, Plan, Playbook, Role, Says, Step, StepKind, Term, Value, Which};
use super::lists::{self, ENTITIES, INCIDENT, INVOLVED_NAMES};
use super::respond::{self, ACTS, RESULTS, Respond};
use super::state::{self, Kept, Trust};
use super::uses::{Known, Stems, collection, suspicious};
use super::{condition, parameters, protection, report, resolve, rollback, survey, targets};
use crate::base::graph::Statuses;
use crate::data::limits;
use crate::ingest::{Entity, EntityKind, Field, Status};
use crate::review::Reviewed;
use crate::select::profile::Store;
use crate::select::{Mode, Phase, Profile, Selection, host_of};

/// Builds the playbooks for a selection, for incidents that say so much. The error is our own bug: a pattern of the library
/// that does not fit.
pub fn build(
    reviewed: &Reviewed,
    selection: &Selection,
    profile: &Profile,
    mode: Mode,
    says: &Says,
) -> Result<Plan, String> {
    let known = Known { reviewed, selection, profile, mode, says };
    let name = name(reviewed, mode);
    let stems = Stems::of(selection);
    let (acting, always): (Vec<Use<'_>>, Vec<Use<'_>>) =
        known.uses(&stems, &name).into_iter().partition(|one| one.pattern.entity.is_some());
    let main = main(&known, &name, &Uses { acting: &acting, always: &always })?;
    let rollback = rollback::build(&known, &main, &acting, &always)?;
    Ok(Plan { main, rollback })
}

/// The patterns of the main playbook.
struct Uses<'u, 's> {
    /// Those that act on entities.
    acting: &'u [Use<'s>],
    /// Those that belong to every playbook.
    always: &'u [Use<'s>],
}

/// The playbook that responds.
fn main(known: &Known<'_>, name: &str, uses: &Uses<'_, '_>) -> Result<Playbook, String> {
    let Known { reviewed, profile, mode, .. } = *known;
    let admission = Admission {
        open: mode == Mode::Reusable || reviewed.incident().status != Status::Resolved,
        only: lists::only(known),
        merged: if known.says.ids == IdSpace::Defender { Merged::Says } else { Merged::Never },
        alike: mode == Mode::Reusable,
    };
    let mut steps = prepare(known, uses, name, &admission);
    let first_acting = steps.len();
    let respond = Respond {
        channel: profile.approval.channel,
        timeout: &profile.approval.timeout,
        admission: &admission,
        role: Role::Main,
        trust: Trust::Anybody,
        keeps: keeps(uses.acting),
        room_for_notes: (profile.state.store == Store::IncidentComment
            && known.says.ids == IdSpace::Sentinel)
            .then_some(MANY_COMMENTS),
    };
    // Entities that come late take minutes, in which people close incidents too.
    let mut waited = acts_at_once(mode, uses.acting);
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
        alike: admission.alike,
        stood_by: steps.iter().any(|step| step.name == CONTEXT),
        nameless: steps.iter().any(|step| step.name == resolve::NAMELESS),
        by_sid: steps.iter().any(|step| step.name == resolve::LOOK_UP),
        prepared: &prepared,
        waited: awaited(uses.acting, mode),
        looked_up: uses.acting.iter().any(|one| one.gated) && lists::looks_up(known),
        notes: keeps.then_some(state::LINES),
    };
    steps.extend(report::report(&told, uses.always, &last, watched)?);
    let asks = uses.acting.iter().any(|one| one.gated);
    let ticks = uses.acting.iter().any(|one| one.ticked);
    let at_once = acts_at_once(mode, uses.acting);
    let devices = protection::about_devices(uses.acting);
    let wanted = parameters::Wanted { role: Role::Main, asks, ticks, keeps, at_once, devices };
    Ok(Playbook {
        role: Role::Main,
        description: description(reviewed, mode),
        name: name.to_owned(),
        mode,
        like: (mode == Mode::Reusable).then(|| condition::like(reviewed)),
        parameters: parameters::parameters(profile, reviewed, &wanted),
        unasked: uses
            .acting
            .iter()
            .filter(|one| one.turn == Turn::AtOnce)
            .map(|one| one.name("for_each"))
            .collect(),
        steps,
    })
}

/// From how many comments on an incident of Microsoft Sentinel a question says that there is little room for more.
const MANY_COMMENTS: i64 = limits::COMMENTS_OF_INCIDENT as i64 * 2 / 5;

/// Whether a run decides what it does without a question.
fn acts_at_once(mode: Mode, acting: &[Use<'_>]) -> bool {
    mode == Mode::Reusable && acting.iter().any(|one| one.turn == Turn::AtOnce)
}

/// Whether anything is written down.
fn keeps(acting: &[Use<'_>]) -> bool {
    acting.iter().any(|one| !matches!(one.kept, Kept::Nothing))
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

/// Everything before the first action: variables, incident, whether the run is meant, protected lists, collections, notes,
/// targets, names.
fn prepare(known: &Known<'_>, uses: &Uses<'_, '_>, name: &str, admission: &Admission) -> Vec<Step> {
    let Known { reviewed, profile, mode, .. } = *known;
    let acting = uses.acting;
    let mut steps = vec![
        Admission::switch(),
        step("Declare_results".into(), Vec::new(), StepKind::Declare { variable: RESULTS }),
        step("Declare_acts".into(), Vec::new(), StepKind::Declare { variable: ACTS }),
        step("Read_incident".into(), Vec::new(), StepKind::ReadIncident { entities: mode == Mode::Reusable }),
    ];
    // Behind the switch, with the other variables.
    steps.splice(2..2, survey::declare(acting));
    match mode {
        Mode::Reusable => {
            steps.push(wait(acting));
            steps.extend(condition::steps(reviewed, profile));
        }
        Mode::OneShot => steps.push(literal(known, acting)),
    }
    steps.push(admission.stop());
    let at_once = acts_at_once(mode, acting);
    let mut further = vec![(targets::PROTECTED_NETWORK, "ProtectedNetwork")];
    further.extend(at_once.then_some((targets::ALWAYS_ASK, "AlwaysAsk")));
    steps.extend(lists::protected(&further, protection::about_devices(acting)));
    match mode {
        Mode::Reusable => steps.extend(collect(acting, known.says)),
        Mode::OneShot if acting.iter().any(|one| one.by_sid) => {
            let accounts = Term::Output(ENTITIES.into()).get(ALL_ACCOUNTS);
            steps.extend(resolve::accounts_by_sid(&accounts, &account_fields(acting)));
        }
        Mode::OneShot => {}
    }
    if acting.iter().any(|one| one.gated) {
        steps.extend(lists::approvers(known, &[]));
    }
    if keeps(acting) {
        steps.extend(state::read(name, Trust::Anybody, known.gives_notes_in_parts()));
        steps.extend(state::lists());
    }
    for one in acting {
        let new = match one.kept {
            Kept::Done { .. } => Some(state::is_new(one.pattern, &Term::This)),
            _ => None,
        };
        steps.push(targets::filter(one, mode, new));
        if one.gated && !survey::is_listed(one) {
            steps.push(survey::offered(one));
        }
    }
    lists::in_turn(&mut steps);
    steps
}

/// Entities come late, and so do the alerts that say of what kind the incident is.
fn wait(acting: &[Use<'_>]) -> Step {
    let kinds: BTreeSet<EntityKind> = acting.iter().filter_map(|one| one.pattern.entity).collect();
    let kinds = StepKind::Await { kinds: kinds.into_iter().collect() };
    Step {
        note: Some("Entities may come minutes after their incident, or never.".into()),
        ..step("Wait_for_entities".into(), Vec::new(), kinds)
    }
}

fn collect(acting: &[Use<'_>], says: &Says) -> Vec<Step> {
    let mut kinds: BTreeMap<EntityKind, (BTreeSet<Field>, bool)> = BTreeMap::new();
    for one in acting {
        if let Some(kind) = one.pattern.entity {
            let (fields, at_once) = kinds.entry(kind).or_default();
            fields.extend(targets::fields(one.pattern));
            *at_once |= one.turn == Turn::AtOnce;
        }
    }
    let mut steps = Vec::new();
    for (kind, (fields, at_once)) in kinds {
        let fields: Vec<Field> = fields.into_iter().collect();
        let collected =
            |name, which| step(name, Vec::new(), StepKind::Collect { kind, fields: fields.clone(), which });
        steps.extend(resolve::by_name(kind, &fields, collection(kind), |name| collected(name, Which::Open)));
        if at_once {
            steps.push(collected(suspicious(kind), Which::Suspicious));
        }
        if kind == EntityKind::Url {
            let lists = [Some(collection(kind)), at_once.then(|| suspicious(kind))];
            steps.extend(lists.iter().flatten().flat_map(|list| targets::hosts(list, &fields)));
        }
        if kind == EntityKind::Device && says.verdicts {
            let label = Value::Term(targets::label(kind, &Term::This));
            steps.push(collected(CONTEXT_DEVICES.into(), Which::Context));
            let from = Term::Rows(CONTEXT_DEVICES.into());
            steps.push(step(CONTEXT.into(), Vec::new(), StepKind::Map { from, to: label }));
        }
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

/// Name of the collection of devices that only stood by.
const CONTEXT_DEVICES: &str = "Context_device";
/// Name of the list of what these are called.
pub(super) const CONTEXT: &str = "Names_of_context_devices";

/// The incident's own entities, by the use of a pattern that may act on them.
fn literal(known: &Known<'_>, acting: &[Use<'_>]) -> Step {
    let incident = known.reviewed.incident();
    let mut object = serde_json::Map::new();
    object.insert(INCIDENT.to_owned(), json!(lists::own_incident(incident, known.says.ids).1));
    object.insert(INVOLVED_NAMES.to_owned(), json!(lists::involved(known.reviewed)));
    for one in acting {
        let fields = targets::fields(one.pattern);
        let entities = one.targets.iter().map(|at| {
            let entity = &incident.entities[*at];
            // What an entity lacks is there as nothing, so that every entity has the same members. What the calls take for its id
            // stands in the place of the id: the patterns act on what they read by it.
            let member = |field: &Field| (field.name().to_owned(), json!(entity.called_by(*field)));
            let host = entity.get(Field::Url).map(|url| (targets::HOST.to_owned(), json!(host_of(url))));
            Json::Object(fields.iter().map(member).chain(host).collect())
        });
        object.insert(one.stem.to_owned(), entities.collect());
    }
    if acting.iter().any(|one| one.by_sid) {
        object.insert(ALL_ACCOUNTS.to_owned(), accounts(known, acting));
    }
    Step {
        note: Some("The entities of the incident that this playbook was compiled from, as data.".into()),
        ..step(ENTITIES.into(), Vec::new(), StepKind::Compose(Value::Literal(Json::Object(object))))
    }
}

/// Member of the literal that holds the accounts of the incident that have an id or a name in Entra ID, whatever their standing,
/// and those that the run looks up; patterns have capital letters.
const ALL_ACCOUNTS: &str = "known_accounts";

fn accounts(known: &Known<'_>, acting: &[Use<'_>]) -> Json {
    let fields = account_fields(acting);
    let wanted = |at: usize| acting.iter().any(|one| one.targets.contains(&at));
    let accounts = known.reviewed.entities(EntityKind::Account);
    let accounts = accounts
        .filter(|(at, entity, _)| wanted(*at) || entity.get(Field::Id).or(entity.get(Field::Upn)).is_some());
    let member = |entity: &Entity, field: &Field| (field.name().to_owned(), json!(entity.get(*field)));
    accounts
        .map(|(_, entity, _)| Json::Object(fields.iter().map(|field| member(entity, field)).collect()))
        .collect()
}

/// The fields that any use needs of an account.
fn account_fields(acting: &[Use<'_>]) -> Vec<Field> {
    let of = acting.iter().filter(|one| one.kind() == EntityKind::Account);
    let fields: BTreeSet<Field> = of.flat_map(|one| targets::fields(one.pattern)).collect();
    fields.into_iter().collect()
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
