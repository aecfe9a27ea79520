//! The lists that both playbooks begin with: what is protected, who is part of the incident, who is asked.

use std::collections::BTreeSet;

use super::context::step;
use super::ir::{IdSpace, Step, StepKind, Term, Test, Value, Which};
use super::protection;
use super::resolve;
use super::respond::succeed_in_turn;
use super::uses::Known;
use crate::base::graph::{Status, Statuses};
use crate::ingest::special::is_sent_from_within;
use crate::ingest::{Entity, EntityKind, Field, Incident};
use crate::review::{Reviewed, Standing};
use crate::select::Mode;

/// Name of the one-shot literal.
pub(super) const ENTITIES: &str = "Entities";
/// Member of the literal that holds the accounts of the incident, whatever their standing.
pub(super) const INVOLVED_NAMES: &str = "accounts";
/// Member of the literal that holds the id of the incident; patterns have capital letters.
pub(super) const INCIDENT: &str = "incident";
/// Name of the step that holds those who are asked.
pub(super) const APPROVERS: &str = "Approvers_to_ask";
/// Name of the step that holds the protected devices as the deployment lists them.
const LISTED_DEVICES: &str = "Protected_devices_listed";

/// The protected accounts, the protected devices where the playbook asks about any, and further lists of the deployment by step
/// and parameter, in lower case.
pub(super) fn protected(further: &[(&str, &str)], devices: bool) -> Vec<Step> {
    let mut own = vec![(protection::PROTECTED_ACCOUNTS, "ProtectedAccounts")];
    own.extend(devices.then_some((LISTED_DEVICES, "ProtectedDevices")));
    let lower = |(name, parameter): &(&str, &str)| {
        let lower = Value::Term(Term::LowerList((*parameter).into()));
        step((*name).into(), Vec::new(), StepKind::Compose(lower))
    };
    own.iter()
        .chain(further)
        .map(lower)
        .chain(devices.then(protected_devices).into_iter().flatten())
        .collect()
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
        step(protection::PROTECTED_DEVICES.into(), Vec::new(), StepKind::Compose(Value::Term(both))),
    ]
}

/// What people of an incident go by: of each kind the field, and the list of what it says. Senders are those of messages that
/// came from within: otherwise whoever writes an approver's name into a `From` would keep that approver from being asked.
const INVOLVED_BY: &[(EntityKind, Field, &str)] = &[
    (EntityKind::Account, Field::Upn, "Names_of_accounts"),
    (EntityKind::Account, Field::Id, "Ids_of_accounts"),
    (EntityKind::Account, Field::Sid, "Sids_of_accounts"),
    (EntityKind::Message, Field::Recipient, "Names_of_recipients"),
    (EntityKind::Message, Field::Sender, "Names_of_senders"),
];

/// Name of the step that holds everybody who is part of the incident.
const INVOLVED: &str = "People_of_the_incident";
/// Name of the step that asks the directory who the approvers are.
const FOUND: &str = "Look_up_approvers";

/// Those of the approvers who are not part of the incident: neither an account of it, whatever became of it, nor somebody
/// who got one of its messages or sent one from within, nor on one of the further lists.
///
/// Approvers are addresses, and an incident may name an account by its id alone. So the directory is asked who the approvers
/// are, in one call, unless it is known now that every account has a name. An approver whom the directory does not know is compared
/// by address.
pub(super) fn approvers(known: &Known<'_>, further: &[String]) -> Vec<Step> {
    const KNOWN: &str = "Approvers_of_the_incident";
    let mut steps = Vec::new();
    let mut lists: Vec<Term> = further.iter().cloned().map(Term::Rows).collect();
    match known.mode {
        Mode::Reusable => {
            for (kind, field, name) in INVOLVED_BY {
                let names = StepKind::Collect { kind: *kind, fields: vec![*field], which: Which::Names };
                steps.push(step((*name).into(), Vec::new(), names));
                lists.push(Term::Rows((*name).into()));
            }
        }
        Mode::OneShot => lists.push(Term::Output(ENTITIES.into()).get(INVOLVED_NAMES)),
    }
    let people = if lists.len() == 1 { lists.remove(0) } else { Term::Apply("union", lists) };
    steps.push(step(INVOLVED.into(), Vec::new(), StepKind::Compose(Value::Term(people))));
    let spaceless =
        Term::Apply("replace", vec![Term::Parameter("Approvers".into()), Term::text(" "), Term::text("")]);
    let named = Term::Apply("toLower", vec![spaceless]);
    let outside = Test::Contains(Term::Output(INVOLVED.into()), Term::This).negated();
    let mut tests = vec![Test::Empty(Term::This).negated(), outside];
    if looks_up(known) {
        steps.extend([look_up(named.clone()), part_of_the_incident(KNOWN)]);
        // Quotes on both sides: no address is the end of another.
        let quoted = Term::Apply("concat", vec![Term::text("\""), Term::This, Term::text("\"")]);
        let listed = Term::Apply("toLower", vec![Term::Apply("string", vec![Term::Rows(KNOWN.into())])]);
        tests.push(Test::Contains(listed, quoted).negated());
    }
    let everybody = Term::Apply("split", vec![named, Term::text(";")]);
    steps.push(Step {
        note: Some("Nobody who is part of the incident is asked.".into()),
        ..step(APPROVERS.into(), Vec::new(), StepKind::Filter { from: everybody, test: Test::All(tests) })
    });
    steps
}

/// Whether the directory is asked who the approvers are: unless it is known now that every account of the incident has a name.
pub(super) fn looks_up(known: &Known<'_>) -> bool {
    let nameless = |(_, entity, _): (usize, &Entity, Standing)| entity.get(Field::Upn).is_none();
    known.mode == Mode::Reusable || known.reviewed.entities(EntityKind::Account).any(nameless)
}

/// That the directory was asked who the approvers are, and did not answer.
pub(super) fn unknown() -> Test {
    unanswered(FOUND)
}

/// That a call was made and did not come back with an answer.
pub(super) fn unanswered(call: &str) -> Test {
    let ended = |status: Status| Test::Equals(Term::StatusOf(call.into()), Term::text(status.name()));
    Test::Any(vec![ended(Status::Failed), ended(Status::TimedOut)])
}

/// Chains the steps before the first act: each after the success of the one before. That the directory does not answer is no reason
/// to stop; the report says so.
pub(super) fn in_turn(steps: &mut [Step]) {
    succeed_in_turn(steps);
    let asks = |name: &String| name == FOUND || name == resolve::LOOK_UP;
    for (_, statuses) in steps.iter_mut().flat_map(|step| &mut step.after).filter(|(name, _)| asks(name)) {
        *statuses = Statuses::STARTED;
    }
}

/// The call that asks the directory for the approvers, who stand between semicolons.
fn look_up(named: Term) -> Step {
    let quoted = [("'", "''"), (";", "','")]
        .into_iter()
        .fold(named, |text, (from, to)| Term::Apply("replace", vec![text, Term::text(from), Term::text(to)]));
    let head = Term::text("userPrincipalName in ('");
    let filter = Term::Apply("concat", vec![head, quoted, Term::text("')")]);
    let kind = StepKind::Call {
        operation: "http.graph.findUsers".to_owned(),
        arguments: vec![("filter".to_owned(), Value::Term(filter))],
        timeout: None,
    };
    Step {
        note: Some("The incident may know an approver by an id alone.".into()),
        ..step(FOUND.into(), Vec::new(), kind)
    }
}

/// The step that keeps, of the approvers whom the directory knows, those who are part of the incident by any of their names.
fn part_of_the_incident(name: &str) -> Step {
    const NAMES: [&str; 4] = ["id", "userPrincipalName", "mail", "onPremisesSecurityIdentifier"];
    let found = Term::Answer(FOUND.into()).get("value");
    let from = Term::Apply("coalesce", vec![found, Term::Apply("json", vec![Term::text("[]")])]);
    let names = NAMES.map(|name| Term::This.get(name)).to_vec();
    let names = Term::Apply("toLower", vec![Term::Apply("string", vec![Term::Apply("createArray", names)])]);
    let both = vec![Term::Output(INVOLVED.into()), Term::Apply("json", vec![names])];
    // A missing name is nobody's, even where a list has an empty text.
    let shared = Term::Apply("join", vec![Term::Apply("intersection", both), Term::text("")]);
    step(name.into(), Vec::new(), StepKind::Filter { from, test: Test::Empty(shared).negated() })
}

/// The id of the incident, and whose it is, where runs go by the ids of a product; none where the export does not say one
/// that they can be compared with.
pub fn incident_id(incident: &Incident, ids: IdSpace) -> Option<(IdSpace, &str)> {
    let of_sentinel = incident.sentinel_name().filter(|_| ids == IdSpace::Sentinel);
    // Sentinel knows the ids of Defender too.
    let of_defender = || incident.defender_id().map(|id| (IdSpace::Defender, id));
    of_sentinel.map(|name| (IdSpace::Sentinel, name)).or_else(of_defender)
}

/// The one incident that a one-shot playbook is for.
pub(super) fn only(known: &Known<'_>) -> Option<(IdSpace, Term)> {
    let (space, _) = own_incident(known.reviewed.incident(), known.says.ids);
    (known.mode == Mode::OneShot).then(|| (space, Term::Output(ENTITIES.into()).get(INCIDENT)))
}

/// The same for a playbook: one that can never be told what it is for is built all the same, with a warning.
pub(super) fn own_incident(incident: &Incident, ids: IdSpace) -> (IdSpace, &str) {
    incident_id(incident, ids).unwrap_or((ids, &incident.id))
}

/// Everybody who is part of the incident by any of their names, in lower case.
pub(super) fn involved(reviewed: &Reviewed) -> BTreeSet<String> {
    let of = |(kind, field, _): &(EntityKind, Field, &str)| {
        let field = *field;
        let named = move |entity: &Entity| field != Field::Sender || is_sent_from_within(entity);
        let names = reviewed.entities(*kind).filter(move |(_, entity, _)| named(entity));
        names.filter_map(move |(_, entity, _)| entity.get(field).map(str::to_lowercase))
    };
    INVOLVED_BY.iter().flat_map(of).collect()
}
