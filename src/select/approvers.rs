//! What is to be said of the people whom a profile names to approve.

use std::collections::BTreeSet;

use super::{Chosen, Mode, Profile, codes};
use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::pointer::Pointer;
use crate::ingest::{EntityKind, Field};
use crate::review::Reviewed;

/// What is wrong with the approvers of a profile, where a playbook asks at all.
pub(super) fn check(
    reviewed: &Reviewed,
    profile: &Profile,
    mode: Mode,
    chosen: &[Chosen],
) -> Vec<Diagnostic> {
    let place = Pointer::root().join("approval");
    let list = place.join("approvers");
    let approvers: Vec<String> =
        profile.approval.approvers.iter().map(|approver| approver.trim().to_lowercase()).collect();
    let asks = chosen.iter().any(|chosen| chosen.approval);
    if approvers.is_empty() {
        let found = || {
            Diagnostic::new(&codes::NO_APPROVER, place, "the profile names nobody who approves").help(
                "name them under `approval.approvers` of the file that --profile gives; until then the deployment asks for the addresses",
            )
        };
        return asks.then(found).into_iter().collect();
    }
    let mut found = Vec::new();
    let persons: BTreeSet<&str> = approvers.iter().map(String::as_str).collect();
    if persons.len() == 1 && asks {
        let message = match approvers.len() {
            1 => "only one person can approve".to_owned(),
            many => format!(
                "only one person can approve: {} is named {many} times",
                profile.approval.approvers[0]
            ),
        };
        let help = "name a second person: nobody is asked who is asleep, or part of the incident";
        found.push(Diagnostic::new(&codes::ONE_APPROVER, list.clone(), message).help(help));
    }
    for (at, approver) in approvers.iter().enumerate() {
        let named = &profile.approval.approvers[at];
        let is = |name: &str| name.trim().to_lowercase() == *approver;
        let of = |rule, message: String| Diagnostic::new(rule, list.join(at), message);
        if let Some(part) = part_in(reviewed, mode, is) {
            let finding = of(&codes::APPROVER_INVOLVED, format!("the approver {named} {}", part.what));
            let finding = if part.is_account { finding } else { finding.severity(Severity::Warning) };
            found.push(finding.help("name somebody else under `approval.approvers`"));
        }
        if profile.protected.accounts.iter().any(|protected| is(protected)) {
            let message = format!("the approver {named} is a protected account");
            let help = "name somebody whose account a playbook may disable when it is stolen, or take it from `protected.accounts`";
            found.push(of(&codes::APPROVER_PROTECTED, message).help(help));
        }
    }
    found
}

/// What an approver has to do with an incident.
struct Part {
    what: &'static str,
    is_account: bool,
}

/// The part that somebody has in the incident. A message of the next incident has other recipients, so these count only where
/// the playbook is for this one.
fn part_in(reviewed: &Reviewed, mode: Mode, is: impl Fn(&str) -> bool) -> Option<Part> {
    let named = |kind: EntityKind, fields: &[Field]| {
        reviewed
            .entities(kind)
            .any(|(_, entity, _)| fields.iter().filter_map(|field| entity.get(*field)).any(&is))
    };
    let known_by = [Field::Upn, Field::Address];
    if named(EntityKind::Account, &known_by) || named(EntityKind::Mailbox, &known_by) {
        return Some(Part { what: "is an account of the incident", is_account: true });
    }
    let got = mode == Mode::OneShot && named(EntityKind::Message, &[Field::Recipient]);
    got.then_some(Part {
        what: "got a message of the incident, so the playbook does not ask them",
        is_account: false,
    })
}
