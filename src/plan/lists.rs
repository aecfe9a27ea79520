//! The lists that both playbooks begin with: what is protected, who is part of the incident, who is asked.

use std::collections::BTreeSet;

use super::context::step;
use super::ir::{IdSpace, Step, StepKind, Term, Test, Value, Which};
use super::uses::Known;
use super::{protection, targets};
use crate::ingest::{EntityKind, Field, Incident};
use crate::review::Reviewed;
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

/// The protected accounts and devices, and further lists of the deployment by step and parameter, in lower case.
pub(super) fn protected(further: &[(&str, &str)]) -> Vec<Step> {
    let own = [(protection::PROTECTED_ACCOUNTS, "ProtectedAccounts"), (LISTED_DEVICES, "ProtectedDevices")];
    let lower = |(name, parameter): &(&str, &str)| {
        let lower = Value::Term(Term::LowerList((*parameter).into()));
        step((*name).into(), Vec::new(), StepKind::Compose(lower))
    };
    own.iter().chain(further).map(lower).chain(protected_devices()).collect()
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

/// Those of the approvers who are not part of the incident: neither an account of it, whatever became of it, nor somebody
/// who got one of its messages.
pub(super) fn approvers(mode: Mode) -> Vec<Step> {
    const INVOLVED: &str = "People_of_the_incident";
    /// Of each kind the list, and the lists of what its members go by.
    type In = (EntityKind, &'static str, &'static [(Field, &'static str)]);
    const INVOLVED_IN: &[In] = &[
        (
            EntityKind::Account,
            "Accounts_of_the_incident",
            &[(Field::Upn, "Names_of_accounts"), (Field::Id, "Ids_of_accounts")],
        ),
        (EntityKind::Message, "Messages_of_the_incident", &[(Field::Recipient, "Names_of_recipients")]),
    ];
    let mut steps = Vec::new();
    let names = |name: &str, from: Term, field: Field| {
        let to = Value::Term(targets::lower(Term::This.get(field.name())));
        step(name.into(), Vec::new(), StepKind::Map { from, to })
    };
    match mode {
        Mode::Reusable => {
            let mut lists = Vec::new();
            for (kind, all, by) in INVOLVED_IN {
                let fields = by.iter().map(|(field, _)| *field).collect();
                let collect = StepKind::Collect { kind: *kind, fields, which: Which::All };
                steps.push(step((*all).into(), Vec::new(), collect));
                for (field, named) in *by {
                    steps.push(names(named, Term::Rows((*all).into()), *field));
                    lists.push(Term::Rows((*named).into()));
                }
            }
            let people = Value::Term(Term::Apply("union", lists));
            steps.push(step(INVOLVED.into(), Vec::new(), StepKind::Compose(people)));
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

/// Everybody who is part of the incident, in lower case: its accounts by name and by object id, and who got its messages.
pub(super) fn involved(reviewed: &Reviewed) -> BTreeSet<String> {
    let of = |kind, field| {
        reviewed.entities(kind).filter_map(move |(_, entity, _)| entity.get(field).map(str::to_lowercase))
    };
    let accounts = of(EntityKind::Account, Field::Upn).chain(of(EntityKind::Account, Field::Id));
    accounts.chain(of(EntityKind::Message, Field::Recipient)).collect()
}
