//! The lists that both playbooks begin with: what is protected, who is part of the incident, who is asked.

use std::collections::BTreeSet;

use super::context::step;
use super::ir::{Step, StepKind, Term, Test, Value};
use super::{protection, targets};
use crate::ingest::{EntityKind, Field};
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

/// Everybody who is part of the incident, in lower case: its accounts, and who got its messages.
pub(super) fn involved(reviewed: &Reviewed) -> BTreeSet<String> {
    let of = |kind, field| {
        reviewed.entities(kind).filter_map(move |(_, entity, _)| entity.get(field).map(str::to_lowercase))
    };
    of(EntityKind::Account, Field::Upn).chain(of(EntityKind::Message, Field::Recipient)).collect()
}
