//! From a selection to a playbook.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

use super::context::{Use, step};
use super::ir::{Parameter, ParameterKind, Plan, Playbook, Role, Step, StepKind, Term, Test, Value};
use super::respond::{self, RESULTS, Respond};
use super::targets::Admission;
use super::{card, condition, names, report, resolve, targets};
use crate::base::graph::Statuses;
use crate::ingest::{EntityKind, Field, Status};
use crate::review::{Reviewed, Standing};
use crate::select::profile::Channel;
use crate::select::{Chosen, Mode, Phase, Profile, Selection};

/// Name of the one-shot literal.
const ENTITIES: &str = "Entities";
/// Member of the literal that holds the accounts of the incident, whatever their standing.
const INVOLVED_NAMES: &str = "accounts";
/// Member of the literal that holds the id of the incident; patterns have capital letters.
const INCIDENT: &str = "incident";
/// Name of the step that holds the protected devices as the deployment lists them.
const LISTED_DEVICES: &str = "Protected_devices_listed";
/// Name of the step that holds those who are asked.
pub(super) const APPROVERS: &str = "Approvers_to_ask";

/// Builds the playbooks for a selection. The error is our own bug: a pattern of the library that does not fit.
pub fn build(
    reviewed: &Reviewed,
    selection: &Selection,
    profile: &Profile,
    mode: Mode,
) -> Result<Plan, String> {
    Ok(Plan { main: main(reviewed, selection, profile, mode)?, rollback: None })
}

/// The playbook that responds.
fn main(
    reviewed: &Reviewed,
    selection: &Selection,
    profile: &Profile,
    mode: Mode,
) -> Result<Playbook, String> {
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
        })
        .collect();
    let (acting, always): (Vec<Use<'_>>, Vec<Use<'_>>) =
        uses.into_iter().partition(|one| one.pattern.entity.is_some());
    let name = name(reviewed, mode);
    let admission = Admission {
        open: mode == Mode::Reusable || reviewed.incident().status != Status::Resolved,
        only: (mode == Mode::OneShot).then(|| Term::Output(ENTITIES.into()).get(INCIDENT)),
    };
    let mut steps = prepare(reviewed, selection, profile, &acting, &stems, mode, &admission);
    let first_acting = steps.len();
    let respond = Respond {
        channel: profile.approval.channel,
        timeout: &profile.approval.timeout,
        admission: &admission,
    };
    let mut waited = false;
    for phase in [Phase::Prepare, Phase::Contain, Phase::Eradicate] {
        let mine: Vec<&Use<'_>> = acting.iter().filter(|one| one.pattern.phase == phase).collect();
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
    let told =
        report::Told { uses: &acting, playbook: &name, only: admission.only.as_ref(), prepared: &prepared };
    steps.extend(report::report(&told, &always, &last, watched)?);
    Ok(Playbook {
        role: Role::Main,
        description: description(reviewed, mode),
        name,
        mode,
        parameters: parameters(profile, reviewed, &acting),
        steps,
    })
}

/// Whether a person ticks each target of a pattern: wherever a card asks, not a mail.
fn ticked(chosen: &Chosen, profile: &Profile) -> bool {
    chosen.approval && profile.approval.channel == Channel::Teams
}

/// The step and every loop inside it, by name: what may fail without a line in the results.
fn loops_within(step: &Step, names: &mut Vec<String>) {
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

/// Everything before the first action: variable, incident, protected lists, collections, targets, names.
fn prepare(
    reviewed: &Reviewed,
    selection: &Selection,
    profile: &Profile,
    acting: &[Use<'_>],
    stems: &BTreeMap<String, String>,
    mode: Mode,
    admission: &Admission,
) -> Vec<Step> {
    let mut steps = vec![
        step("Declare_results".into(), Vec::new(), StepKind::Declare { variable: RESULTS }),
        step("Read_incident".into(), Vec::new(), StepKind::ReadIncident),
    ];
    for (name, parameter) in [
        (targets::PROTECTED_ACCOUNTS, "ProtectedAccounts"),
        (LISTED_DEVICES, "ProtectedDevices"),
        (targets::PROTECTED_NETWORK, "ProtectedNetwork"),
    ] {
        let lower = Value::Term(Term::LowerList(parameter.into()));
        steps.push(step(name.into(), Vec::new(), StepKind::Compose(lower)));
    }
    steps.extend(protected_devices());
    match mode {
        Mode::Reusable => {
            steps.extend(condition::steps(reviewed, profile));
            steps.extend(collect(acting));
        }
        Mode::OneShot => steps.push(literal(reviewed, selection, stems)),
    }
    if acting.iter().any(|one| one.gated) {
        steps.extend(approvers(mode));
    }
    for one in acting {
        steps.extend(targets::filter(one.stem, one.pattern, one.found.clone(), admission));
        if one.ticked {
            steps.push(card::choices(one));
        } else if one.gated {
            let kind = one.pattern.entity.unwrap_or(EntityKind::Other);
            let to = Value::Term(targets::label(kind, &Term::This));
            steps.push(step(
                names::join(one.stem, "names"),
                Vec::new(),
                StepKind::Map { from: targets::capped(one.stem), to },
            ));
        }
    }
    let mut after = Vec::new();
    for step in &mut steps {
        step.after = std::mem::replace(&mut after, vec![(step.name.clone(), Statuses::SUCCEEDED)]);
    }
    steps
}

/// The protected devices by full name and by first label.
fn protected_devices() -> [Step; 2] {
    const LABELS: &str = "Protected_device_labels";
    let listed = || Term::Output(LISTED_DEVICES.into());
    let label = Term::Apply("first", vec![Term::Apply("split", vec![Term::This, Term::text(".")])]);
    let both = Term::Apply("union", vec![listed(), Term::Rows(LABELS.into())]);
    let labels = StepKind::Map { from: listed(), to: Value::Term(label) };
    [
        step(LABELS.into(), Vec::new(), labels),
        step(targets::PROTECTED_DEVICES.into(), Vec::new(), StepKind::Compose(Value::Term(both))),
    ]
}

/// Those of the approvers who are not part of the incident: neither an account of it, whatever became of it, nor somebody
/// who got one of its messages.
fn approvers(mode: Mode) -> Vec<Step> {
    const INVOLVED: &str = "Involved_accounts";
    let mut steps = Vec::new();
    let names = |name: &str, from: Term, field: Field| {
        let to = Value::Term(targets::lower(Term::This.get(field.name())));
        step(name.into(), Vec::new(), StepKind::Map { from, to })
    };
    match mode {
        Mode::Reusable => {
            let mut lists = Vec::new();
            for (kind, field) in [(EntityKind::Account, Field::Upn), (EntityKind::Message, Field::Recipient)]
            {
                let (all, named) = (format!("Every_{kind}"), format!("Every_{kind}_name"));
                let collect = StepKind::Collect { kind, fields: vec![field], all: true };
                steps.push(step(all.clone(), Vec::new(), collect));
                steps.push(names(&named, Term::Rows(all), field));
                lists.push(Term::Rows(named));
            }
            let both = Value::Term(Term::Apply("union", lists));
            steps.push(step(INVOLVED.into(), Vec::new(), StepKind::Compose(both)));
        }
        Mode::OneShot => {
            let listed = Value::Term(Term::Output(ENTITIES.into()).get(INVOLVED_NAMES));
            steps.push(step(INVOLVED.into(), Vec::new(), StepKind::Compose(listed)));
        }
    }
    let spaceless =
        Term::Apply("replace", vec![Term::Parameter("Approvers".into()), Term::text(" "), Term::text("")]);
    let everybody = Term::Apply("split", vec![Term::Apply("toLower", vec![spaceless]), Term::text(";")]);
    let outside = Test::Contains(Term::Output(INVOLVED.into()), Term::This).negated();
    let test = Test::All(vec![Test::Empty(Term::This).negated(), outside]);
    steps.push(Step {
        note: Some("Nobody who is part of the incident is asked.".into()),
        ..step(APPROVERS.into(), Vec::new(), StepKind::Filter { from: everybody, test })
    });
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

/// The incident's own entities, by the pattern that may act on them.
fn literal(reviewed: &Reviewed, selection: &Selection, stems: &BTreeMap<String, String>) -> Step {
    let mut object = serde_json::Map::new();
    object.insert(INCIDENT.to_owned(), json!(reviewed.incident().id));
    object.insert(INVOLVED_NAMES.to_owned(), json!(involved(reviewed)));
    for chosen in selection.chosen.iter().filter(|chosen| chosen.pattern.entity.is_some()) {
        let fields = targets::fields(&chosen.pattern);
        let entities = chosen.targets.iter().map(|at| {
            let entity = &reviewed.incident().entities[*at];
            let present = fields.iter().filter_map(|field| entity.get(*field).map(|value| (field, value)));
            Json::Object(present.map(|(field, value)| (field.name().to_owned(), json!(value))).collect())
        });
        object.insert(stems[&chosen.pattern.id].clone(), entities.collect());
    }
    Step {
        note: Some("The entities of the incident that this playbook was compiled from, as data.".into()),
        ..step(ENTITIES.into(), Vec::new(), StepKind::Compose(Value::Literal(Json::Object(object))))
    }
}

/// Everybody who is part of the incident, in lower case: its accounts, and who got its messages.
fn involved(reviewed: &Reviewed) -> BTreeSet<String> {
    let of = |kind, field| {
        reviewed.entities(kind).filter_map(move |(_, entity, _)| entity.get(field).map(str::to_lowercase))
    };
    of(EntityKind::Account, Field::Upn).chain(of(EntityKind::Message, Field::Recipient)).collect()
}

/// What the profile protects, and what the review protects of the incident, by every name it goes by.
fn protected(listed: &[String], reviewed: &Reviewed, kind: EntityKind, fields: &[Field]) -> Json {
    let mut names: Vec<String> = listed.to_vec();
    let of_review = reviewed.entities(kind).filter(|(_, _, standing)| *standing == Standing::Protected);
    for (_, entity, _) in of_review {
        let known = fields.iter().filter_map(|field| entity.get(*field));
        names.extend(known.map(|name| match kind {
            EntityKind::Url => crate::select::host_of(name).unwrap_or_default(),
            _ => name.to_owned(),
        }));
    }
    let mut seen = BTreeSet::new();
    names.retain(|name| !name.is_empty() && seen.insert(name.to_lowercase()));
    json!(names)
}

fn parameters(profile: &Profile, reviewed: &Reviewed, acting: &[Use<'_>]) -> Vec<Parameter> {
    let accounts = [Field::Id, Field::Upn, Field::Name, Field::Sid];
    let accounts = protected(&profile.protected.accounts, reviewed, EntityKind::Account, &accounts);
    let devices = [Field::Id, Field::Name];
    let devices = protected(&profile.protected.devices, reviewed, EntityKind::Device, &devices);
    let network = protected(&profile.protected.network, reviewed, EntityKind::Ip, &[Field::Address]);
    let listed: Vec<String> = serde_json::from_value(network).unwrap_or_default();
    let network = protected(&listed, reviewed, EntityKind::Url, &[Field::Url]);
    let joined = |addresses: &[String]| (!addresses.is_empty()).then(|| json!(addresses.join(";")));
    let mut parameters = vec![
        Parameter {
            name: "Enabled",
            kind: ParameterKind::Flag,
            default: Some(json!(true)),
            doc: "Kill switch: false makes every run end without touching anything.",
        },
        Parameter {
            name: "DryRun",
            kind: ParameterKind::Flag,
            default: Some(json!(false)),
            doc: "True: reads, asks and reports, but changes nothing.",
        },
        Parameter {
            name: "MaxTargets",
            kind: ParameterKind::Number,
            default: Some(json!(profile.limits.targets)),
            doc: "Most targets that one pattern may act on in one run.",
        },
        Parameter {
            name: "ProtectedAccounts",
            kind: ParameterKind::List,
            default: Some(accounts),
            doc: "Accounts never touched, by object id or user principal name: break-glass, service accounts.",
        },
        Parameter {
            name: "ProtectedDevices",
            kind: ParameterKind::List,
            default: Some(devices),
            doc: "Devices never touched, by machine id or name: domain controllers, DNS, DHCP, hypervisors.",
        },
        Parameter {
            name: "ProtectedNetwork",
            kind: ParameterKind::List,
            default: Some(network),
            doc: "Domains and addresses never blocked: your own, your partners'.",
        },
        Parameter {
            name: "NotifyTo",
            kind: ParameterKind::Text,
            default: joined(&profile.notify.to).or_else(|| joined(&profile.approval.approvers)),
            doc: "Mail addresses that get the report, separated by semicolons.",
        },
    ];
    if acting.iter().any(|one| one.gated) {
        parameters.push(Parameter {
            name: "Approvers",
            kind: ParameterKind::Text,
            default: joined(&profile.approval.approvers),
            doc: "Mail addresses of those who approve, separated by semicolons. Nobody of the incident.",
        });
    }
    if acting.iter().any(|one| one.ticked) {
        let teams = profile.approval.teams.as_ref();
        let text = |name, default: Option<&String>, doc| Parameter {
            name,
            kind: ParameterKind::Text,
            default: default.map(|id| json!(id)),
            doc,
        };
        parameters.push(text(
            "TeamId",
            teams.map(|teams| &teams.team),
            "Id of the team in whose channel approvers are asked.",
        ));
        parameters.push(text(
            "ChannelId",
            teams.map(|teams| &teams.channel),
            "Id of the channel in which approvers are asked.",
        ));
    }
    parameters
}

/// A name from the incident's number, not its title: titles are an attacker's to write.
fn name(reviewed: &Reviewed, mode: Mode) -> String {
    let id: String =
        reviewed.incident().id.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    let id: String = id.chars().take(40).collect();
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
