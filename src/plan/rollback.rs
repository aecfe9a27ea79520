//! The playbook that takes back what the main playbook did: nothing else, and nothing that was taken back already.
//!
//! It reads the notes, keeps the acts of its main playbook on this incident, asks once, looks again at the notes and at
//! each target, and acts in the order in which things are given back. It reads nothing about the incident that says what
//! to do: the notes alone say that.

use serde_json::json;

use super::admission::{Admission, Merged};
use super::build::loops_within;
use super::context::{Turn, Use, incident_hole, step};
use super::gate::{About, gate};
use super::ir::{Playbook, Role, Step, StepKind, Term, Test, Value};
use super::lists::{self, ENTITIES, INCIDENT, INVOLVED_NAMES};
use super::respond::{self, ACTS, RESULTS, Respond};
use super::state::{self, Kept, Trust};
use super::uses::Known;
use super::{names, parameters, prose, protection, report, survey, targets};
use crate::base::graph::Statuses;
use crate::ingest::Field;
use crate::select::pattern::IncidentFact;
use crate::select::profile::{Channel, Store};
use crate::select::{Chosen, Mode, Phase};

/// Name of the list that begins with a note of the run itself.
const OWN: &str = "Own_notes";

/// The rollback playbook of a selection and its main playbook; none where nothing chosen can be taken back.
pub(super) fn build(
    known: &Known<'_>,
    main: &Playbook,
    acting: &[Use<'_>],
    always: &[Use<'_>],
) -> Result<Option<Playbook>, String> {
    let Known { reviewed, profile, mode, .. } = *known;
    let done = |back: &&Chosen| acting.iter().any(|one| back.takes_back(&one.pattern.id));
    let inverses: Vec<&Chosen> = known.selection.rollback.iter().filter(done).collect();
    if inverses.is_empty() {
        return Ok(None);
    }
    let name = main.name.replacen("Respond", "Rollback", 1);
    let stems = names::stems(inverses.iter().map(|chosen| chosen.pattern.id.as_str()));
    let ticked = profile.approval.channel == Channel::Teams;
    // A yes by mail is one to everything asked for, and who gives an account back need not give back a rule of the attacker's.
    let question = |stem: &str| if ticked { Phase::Recover.title().to_owned() } else { stem.to_owned() };
    let marks: Vec<String> =
        inverses.iter().map(|chosen| state::marks_now(&question(&stems[&chosen.pattern.id]))).collect();
    let uses: Vec<Use<'_>> = inverses
        .iter()
        .zip(&marks)
        .map(|(chosen, marks)| Use {
            pattern: &chosen.pattern,
            stem: &stems[&chosen.pattern.id],
            gated: true,
            items: chosen.items,
            turn: Turn::Only,
            proof: false,
            ticked,
            found: Term::Rows(state::OPEN.into()),
            by_sid: false,
            targets: Vec::new(),
            kept: Kept::Undone { marks },
        })
        .collect();
    let admission = Admission {
        // Most rollbacks are asked for when an incident is closed as harmless.
        open: false,
        only: lists::only(known),
        merged: Merged::GoesOn,
        // What was done is given back whatever the incident has become since.
        alike: false,
    };
    let comments = profile.state.store == Store::IncidentComment;
    let devices = protection::about_devices(&uses);
    let mut steps = prepare(known, &admission, &main.name, &name, comments, devices)?;
    // Behind the switch, with the other variables.
    steps.splice(2..2, survey::declare(&uses));
    for (one, chosen) in uses.iter().zip(&inverses) {
        steps.push(taken_back(one, chosen));
        if !survey::is_listed(one) {
            steps.push(survey::offered(one));
        }
    }
    lists::in_turn(&mut steps);
    let first_acting = steps.len();
    let plan = Respond {
        channel: profile.approval.channel,
        timeout: &profile.approval.timeout,
        admission: &admission,
        role: Role::Rollback,
        trust: trust(comments),
        keeps: true,
        room_for_notes: None,
    };
    if ticked {
        let all: Vec<&Use<'_>> = uses.iter().collect();
        steps.push(gate(&About::phase(Phase::Recover, &[], &all), &all, &plan)?);
    } else {
        for one in &uses {
            let about = About { title: &one.pattern.title, stem: one.stem.to_owned(), evidence: Vec::new() };
            steps.push(gate(&about, &[one], &plan)?);
        }
    }
    let prepared = steps[first_acting - 1].name.clone();
    respond::chain(&mut steps[first_acting..], &[(prepared.clone(), Statuses::SUCCEEDED)]);
    let last = steps.last().map(|step| step.name.clone()).unwrap_or_default();
    let mut watched = Vec::new();
    for step in &steps[first_acting..] {
        loops_within(step, &mut watched);
    }
    let told = report::Told {
        role: Role::Rollback,
        uses: &uses,
        playbook: &name,
        alike: false,
        stood_by: false,
        nameless: false,
        prepared: &prepared,
        waited: Vec::new(),
        looked_up: lists::looks_up(known),
        by_sid: false,
        notes: comments.then_some(state::FOREIGN),
    };
    steps.extend(report::report(&told, always, &last, watched)?);
    let description = format!(
        "Takes back, after approval, what the playbook {} wrote down that it did on the incident, and nothing else.",
        main.name
    );
    let wanted = parameters::Wanted {
        role: Role::Rollback,
        asks: true,
        ticks: ticked,
        keeps: true,
        at_once: false,
        devices,
    };
    let parameters = parameters::parameters(profile, reviewed, &wanted);
    let (role, unasked) = (Role::Rollback, Vec::new());
    Ok(Some(Playbook { role, name, description, mode, like: None, parameters, unasked, steps }))
}

/// Whose notes count: of a table the access control decides who writes.
fn trust(comments: bool) -> Trust {
    match comments {
        true => Trust::Ourselves { own: OWN },
        false => Trust::Anybody,
    }
}

/// Everything before the lists of targets.
fn prepare(
    known: &Known<'_>,
    admission: &Admission,
    main: &str,
    name: &str,
    comments: bool,
    devices: bool,
) -> Result<Vec<Step>, String> {
    let mut steps = vec![
        Admission::switch(),
        step("Declare_results".into(), Vec::new(), StepKind::Declare { variable: RESULTS }),
        step("Declare_acts".into(), Vec::new(), StepKind::Declare { variable: ACTS }),
        step(
            "Read_incident".into(),
            Vec::new(),
            StepKind::ReadIncident { entities: known.mode == Mode::Reusable },
        ),
    ];
    if known.mode == Mode::OneShot {
        let incident = lists::own_incident(known.reviewed.incident(), known.says.ids).1;
        let literal = json!({ INCIDENT: incident, INVOLVED_NAMES: lists::involved(known.reviewed) });
        steps.push(Step {
            note: Some("The incident that this playbook was compiled from, as data.".into()),
            ..step(ENTITIES.into(), Vec::new(), StepKind::Compose(Value::Literal(literal)))
        });
    }
    steps.push(admission.stop());
    steps.extend(lists::protected(&[], devices));
    let mut read = state::read(main, trust(comments), known.gives_notes_in_parts());
    if comments {
        let begun = begin(name)?;
        let own = own(&begun.name);
        steps.push(begun);
        // After the notes are read, for hosts that do not answer a comment with all of them.
        let at = read.iter().position(|step| step.name == state::READ).map_or(read.len(), |at| at + 1);
        read.insert(at, own);
    }
    steps.extend(read);
    // Whoever was acted on is nobody to ask, even where the incident no longer names them.
    let named = [Field::Upn, Field::Id, Field::Recipient];
    let of_records: Vec<Step> = named.into_iter().map(named_in_records).collect();
    let lists: Vec<String> = of_records.iter().map(|list| list.name.clone()).collect();
    steps.extend(of_records);
    steps.extend(lists::approvers(known, &lists));
    Ok(steps)
}

/// One name of each target that is written down.
fn named_in_records(field: Field) -> Step {
    let name = Value::Term(targets::lower(Term::This.get("target").get(field.name())));
    let kind = StepKind::Map { from: Term::Rows(state::OPEN.into()), to: name };
    step(names::join("Targets_by", field.name()), Vec::new(), kind)
}

/// The comment that says that a rollback has begun. It names the run, so that the run finds it again and knows by what
/// name it writes itself.
fn begin(name: &str) -> Result<Step, String> {
    let run = |path: &str| (path == "run").then(state::run).or_else(|| incident_hole(path));
    let template = "{{playbook}} has begun (run {{hole \"run\"}}). It reads what the response playbook wrote down, and asks before it gives anything back.";
    let text = prose::render(template, &json!({ "playbook": name }), &run)?;
    let kind = StepKind::Call {
        operation: "incident.comment".to_owned(),
        arguments: vec![
            ("incident".to_owned(), Value::Term(Term::Incident(IncidentFact::Id))),
            ("comment".to_owned(), Value::Text(text)),
        ],
        timeout: None,
    };
    Ok(step("Say_that_it_begins".into(), Vec::new(), kind))
}

/// The notes that name this run.
fn own(begun: &str) -> Step {
    let answered = Term::Notes(begun.to_owned());
    let read = Term::Notes(state::READ.into());
    let from = Term::Apply("union", vec![answered, read]);
    let test = Test::Contains(Term::NoteText(Box::new(Term::This)), state::run());
    step(OWN.into(), Vec::new(), StepKind::Filter { from, test })
}

/// The records that a pattern takes back.
fn taken_back(one: &Use<'_>, chosen: &Chosen) -> Step {
    let undoes = chosen.taken_back().map(|id| Test::Equals(Term::This.get("pattern"), Term::text(id)));
    Step {
        note: Some(format!("What \"{}\" takes back in this run.", one.pattern.title)),
        pattern: Some(one.pattern.id.clone()),
        ..step(
            one.name("targets"),
            Vec::new(),
            StepKind::Filter { from: one.found.clone(), test: Test::Any(undoes.collect()) },
        )
    }
}
