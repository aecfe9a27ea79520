//! The playbook that takes back what the main playbook did: nothing else, and nothing that was taken back already.
//!
//! It reads the notes, keeps the acts of its main playbook on this incident, asks once, looks again at the notes and at
//! each target, and acts in the order in which things are given back. It reads nothing about the incident that says what
//! to do: the notes alone say that.

use serde_json::json;

use super::build::loops_within;
use super::context::{Use, incident_hole, step};
use super::ir::{Playbook, Role, Step, StepKind, Term, Test, Value};
use super::lists::{self, ENTITIES, INCIDENT, INVOLVED_NAMES};
use super::respond::{self, RESULTS, Respond};
use super::state::{self, Kept, Trust};
use super::targets::Admission;
use super::{names, parameters, prose, report, survey};
use crate::base::graph::Statuses;
use crate::review::Reviewed;
use crate::select::pattern::IncidentFact;
use crate::select::profile::{Channel, Store};
use crate::select::{Chosen, Mode, Phase, Profile, Selection};

/// Name of the list that begins with a note of the run itself.
const OWN: &str = "Own_notes";

/// The rollback playbook of a selection and its main playbook; none where nothing chosen can be taken back.
pub(super) fn build(
    reviewed: &Reviewed,
    selection: &Selection,
    profile: &Profile,
    mode: Mode,
    main: &Playbook,
    always: &[Use<'_>],
) -> Result<Option<Playbook>, String> {
    if selection.rollback.is_empty() {
        return Ok(None);
    }
    let name = main.name.replacen("Respond", "Rollback", 1);
    let stems = names::stems(selection.rollback.iter().map(|chosen| chosen.pattern.id.as_str()));
    let ticked = profile.approval.channel == Channel::Teams;
    let uses: Vec<Use<'_>> = selection
        .rollback
        .iter()
        .map(|chosen| Use {
            pattern: &chosen.pattern,
            stem: &stems[&chosen.pattern.id],
            gated: true,
            proof: false,
            ticked,
            found: Term::Rows(state::OPEN.into()),
            kept: Kept::Undone,
        })
        .collect();
    let admission = Admission {
        // Most rollbacks are asked for when an incident is closed as harmless.
        open: false,
        only: (mode == Mode::OneShot).then(|| Term::Output(ENTITIES.into()).get(INCIDENT)),
        // What was done is given back whatever the incident has become since.
        alike: false,
    };
    let comments = profile.state.store == Store::IncidentComment;
    let mut steps = prepare(reviewed, mode, &main.name, &name, comments)?;
    steps.splice(1..1, survey::declare(&uses));
    for (one, chosen) in uses.iter().zip(&selection.rollback) {
        steps.push(targets(one, chosen, &admission));
        if !survey::is_listed(one) {
            steps.push(survey::offered(one));
        }
    }
    respond::succeed_in_turn(&mut steps);
    let first_acting = steps.len();
    let plan = Respond {
        channel: profile.approval.channel,
        timeout: &profile.approval.timeout,
        admission: &admission,
        role: Role::Rollback,
        trust: trust(comments),
    };
    let all: Vec<&Use<'_>> = uses.iter().collect();
    steps.extend(respond::phase(Phase::Recover, &all, &plan, &mut false)?);
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
        only: admission.only.as_ref(),
        prepared: &prepared,
        waited: Vec::new(),
        notes: comments.then_some(state::FOREIGN),
    };
    steps.extend(report::report(&told, always, &last, watched)?);
    let description = format!(
        "Takes back, after approval, what the playbook {} wrote down that it did on the incident, and nothing else.",
        main.name
    );
    let wanted = parameters::Wanted { role: Role::Rollback, asks: true, ticks: ticked, keeps: true };
    let parameters = parameters::parameters(profile, reviewed, &wanted);
    Ok(Some(Playbook { role: Role::Rollback, name, description, mode, parameters, steps }))
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
    reviewed: &Reviewed,
    mode: Mode,
    main: &str,
    name: &str,
    comments: bool,
) -> Result<Vec<Step>, String> {
    let mut steps = vec![
        step("Declare_results".into(), Vec::new(), StepKind::Declare { variable: RESULTS }),
        step("Read_incident".into(), Vec::new(), StepKind::ReadIncident { entities: mode == Mode::Reusable }),
    ];
    steps.extend(lists::protected(&[]));
    if mode == Mode::OneShot {
        let literal = json!({ INCIDENT: reviewed.incident().id, INVOLVED_NAMES: lists::involved(reviewed) });
        steps.push(Step {
            note: Some("The incident that this playbook was compiled from, as data.".into()),
            ..step(ENTITIES.into(), Vec::new(), StepKind::Compose(Value::Literal(literal)))
        });
    }
    steps.extend(lists::approvers(mode));
    let mut read = state::read(main, trust(comments));
    if comments {
        let begun = begin(name)?;
        let own = own(&begun.name);
        steps.push(begun);
        // After the notes are read, for hosts that do not answer a comment with all of them.
        let at = read.iter().position(|step| step.name == state::READ).map_or(read.len(), |at| at + 1);
        read.insert(at, own);
    }
    steps.extend(read);
    Ok(steps)
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
    let from = Term::Apply("if", vec![Test::Empty(answered.clone()).term(), read, answered]);
    let test = Test::Contains(Term::NoteText(Box::new(Term::This)), state::run());
    step(OWN.into(), Vec::new(), StepKind::Filter { from, test })
}

/// The records that a pattern takes back.
fn targets(one: &Use<'_>, chosen: &Chosen, admission: &Admission) -> Step {
    let mut tests = vec![Test::Holds(Term::Parameter("Enabled".into()))];
    tests.extend(admission.tests(None));
    let undoes = chosen.taken_back().map(|id| Test::Equals(Term::This.get("pattern"), Term::text(id)));
    tests.push(Test::Any(undoes.collect()));
    Step {
        note: Some(format!("What \"{}\" takes back in this run.", one.pattern.title)),
        pattern: Some(one.pattern.id.clone()),
        ..step(
            one.name("targets"),
            Vec::new(),
            StepKind::Filter { from: one.found.clone(), test: Test::All(tests) },
        )
    }
}
