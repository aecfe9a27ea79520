//! What is said of decisions and of a selection as a whole.

use std::collections::BTreeSet;

use super::profile::{self, is_licence};
use super::{Chosen, Library, Mode, Pattern, Profile, Refusal, codes};
use crate::base::diagnostic::{Diagnostic, Severity, did_you_mean};
use crate::base::duration::Duration;
use crate::base::pointer::Pointer;
use crate::data::connector;
use crate::ingest::{EntityKind, Field};
use crate::review::{Decision, ManualAction, Reviewed};

/// What is wrong with the actions that were done by hand: patterns that do not exist. Nothing depends on them, so the
/// findings are warnings.
pub(super) fn check_actions(actions: &[ManualAction], library: &Library) -> Vec<Diagnostic> {
    let named = actions.iter().enumerate().filter_map(|(at, action)| Some((at, action.pattern.as_deref()?)));
    let found = named.filter_map(|(at, id)| {
        unknown_pattern(id, Pointer::root().join("actions").join(at).join("pattern"), library)
    });
    found.map(|finding| finding.severity(Severity::Warning)).collect()
}

fn unknown_pattern(id: &str, place: Pointer, library: &Library) -> Option<Diagnostic> {
    if library.get(id).is_some() {
        return None;
    }
    let help = match did_you_mean(id, library.iter().map(|pattern| pattern.id.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "`counterflow patterns list` prints the patterns".to_owned(),
    };
    let message = format!("there is no pattern `{id}`");
    Some(Diagnostic::new(&codes::UNKNOWN_PATTERN, place, message).help(help))
}

/// What is wrong with the decisions of a review: patterns that do not exist, and contradictions.
pub(super) fn check_decisions(decisions: &[Decision], library: &Library) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (at, decision) in decisions.iter().enumerate() {
        let pointer = Pointer::root().join("decisions").join(at);
        found.extend(unknown_pattern(&decision.pattern, pointer.join("pattern"), library));
        let contradicts =
            |other: &&Decision| other.pattern == decision.pattern && other.decision != decision.decision;
        if decisions[..at].iter().any(|other| contradicts(&other)) {
            found.push(
                Diagnostic::new(
                    &codes::CONTRADICTION,
                    pointer,
                    format!("`{}` is both required and forbidden", decision.pattern),
                )
                .help("keep one of the two decisions"),
            );
        }
    }
    found
}

/// A pattern that the review requires and that is refused.
pub(super) fn required_refused(pattern: &Pattern, decision: usize, reasons: &[Refusal]) -> Diagnostic {
    let why: Vec<String> = reasons.iter().map(Refusal::to_string).collect();
    Diagnostic::new(
        &codes::REQUIRED_REFUSED,
        Pointer::root().join("decisions").join(decision).join("pattern"),
        format!("`{}` is required but cannot be used: {}", pattern.id, why.join("; ")),
    )
    .help("the playbook is built without it")
}

/// The licences of the profile that no operation asks for.
fn unknown_licences(profile: &Profile) -> Vec<Diagnostic> {
    let needed: BTreeSet<String> = connector::operation_ids()
        .filter_map(|id| connector::known(id)?.licence.clone())
        .filter(|licence| !profile::is_given(licence))
        .collect();
    let licences = profile.licences.iter().flatten().enumerate();
    let unknown = licences.filter(|(_, licence)| !needed.iter().any(|needed| is_licence(licence, needed)));
    let known = || needed.iter().map(|licence| format!("`{licence}`")).collect::<Vec<_>>().join(", ");
    unknown
        .map(|(at, licence)| {
            let message = format!("no operation asks for a licence called `{licence}`");
            Diagnostic::new(&codes::UNKNOWN_LICENCE, Pointer::root().join("licences").join(at), message)
                .help(format!("what is asked for: {}", known()))
        })
        .collect()
}

/// What is to be said of a selection as a whole.
pub(super) fn remarks(
    reviewed: &Reviewed,
    profile: &Profile,
    mode: Mode,
    chosen: &[Chosen],
) -> Vec<Diagnostic> {
    let mut found = unknown_licences(profile);
    let place = reviewed.incident().pointer.clone();
    let asked = Pointer::root().join("approval");
    if !chosen.iter().any(|chosen| chosen.pattern.acts()) {
        found.push(
            Diagnostic::new(&codes::ONLY_RECORD, place.clone(), "no pattern that acts fits this incident")
                .help("`counterflow plan` prints why each was refused"),
        );
    }
    if profile.approval.approvers.is_empty() && chosen.iter().any(|chosen| chosen.approval) {
        found.push(
            Diagnostic::new(&codes::NO_APPROVER, asked.clone(), "the profile names nobody who approves")
                .help(
                    "name them under `approval.approvers` of the file that --profile gives; until then the deployment asks for the addresses",
                ),
        );
    }
    if Duration::parse(&profile.approval.timeout).is_none_or(|timeout| timeout.days() > 14) {
        let message = format!("approvals would stay open for {}", profile.approval.timeout);
        found.push(
            Diagnostic::new(&codes::APPROVAL_TOO_LONG, asked.join("timeout"), message)
                .help("set `approval.timeout` to an ISO 8601 duration of at most P14D, such as PT4H"),
        );
    }
    let least = profile.severity.at_least;
    if let Some(severity) = reviewed.incident().severity.filter(|severity| *severity < least)
        && mode == Mode::Reusable
    {
        let message = format!(
            "the incident is of severity {severity}, and the profile wants playbooks for {least} and above"
        );
        found.push(
            Diagnostic::new(
                &codes::BELOW_THRESHOLD,
                Pointer::root().join("severity").join("at_least"),
                message,
            )
            .help("lower `severity.at_least`, or build in one-shot mode for this incident alone"),
        );
    }
    for (at, approver) in profile.approval.approvers.iter().enumerate() {
        let involved = [EntityKind::Account, EntityKind::Mailbox].into_iter().any(|kind| {
            reviewed.entities(kind).any(|(_, entity, _)| {
                [Field::Upn, Field::Address]
                    .iter()
                    .filter_map(|field| entity.get(*field))
                    .any(|address| address.trim().eq_ignore_ascii_case(approver.trim()))
            })
        });
        if involved {
            found.push(
                Diagnostic::new(
                    &codes::APPROVER_INVOLVED,
                    asked.join("approvers").join(at),
                    format!("the approver {approver} is an account of the incident"),
                )
                .help("name somebody else under `approval.approvers`"),
            );
        }
    }
    found
}
