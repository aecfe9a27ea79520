//! What is said of decisions and of a selection as a whole.

use std::collections::BTreeSet;

use super::profile::{self, Channel, is_licence};
use super::{Chosen, Library, Mode, Pattern, Phase, Profile, Refusal, approvers, codes, protected};
use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::duration::{self, Duration};
use crate::base::pointer::Pointer;
use crate::data::connector::{self, Class};
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
    let help = match library.nearest(id) {
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

/// Longest that one question may stay open, in days.
const ONE_QUESTION: u64 = 14;
/// Longest that all questions of a run may, in days: a flow lives for 30, and does something besides.
const ALL_QUESTIONS: u64 = 28;

/// An approval that stays open too long, alone or with those that follow it: a run asks one question after another, each with
/// the whole time.
fn too_long(profile: &Profile, chosen: &[Chosen], rollback: &[Chosen], place: Pointer) -> Option<Diagnostic> {
    const DAY: u64 = 24;
    let timeout = &profile.approval.timeout;
    let asks =
        |one: &&Chosen| one.pattern.entity.is_some() && one.pattern.class().is_some_and(Class::needs_consent);
    let phases: BTreeSet<Phase> = chosen.iter().filter(asks).map(|one| one.pattern.phase).collect();
    let back =
        if profile.approval.channel == Channel::Teams { rollback.len().min(1) } else { rollback.len() };
    let (playbook, questions) = match back > phases.len() {
        true => ("the rollback playbook", back),
        false => ("the playbook", phases.len()),
    };
    let questions = questions.max(1) as u64;
    let most = (ONE_QUESTION * DAY).min(ALL_QUESTIONS * DAY / questions);
    let hours =
        Duration::parse(timeout).and_then(|_| duration::seconds(timeout)).map(|seconds| seconds / 3600.0);
    if hours.is_some_and(|hours| hours <= most as f64) {
        return None;
    }
    let written = if most.is_multiple_of(DAY) { format!("P{}D", most / DAY) } else { format!("PT{most}H") };
    let mut message = format!("approvals would stay open for {timeout}");
    if questions > 1 {
        message += &format!(", and {playbook} may ask {questions} questions one after another");
    }
    let help = format!("set `approval.timeout` to an ISO 8601 duration of at most {written}, such as PT4H");
    Some(Diagnostic::new(&codes::APPROVAL_TOO_LONG, place, message).help(help))
}

/// What is to be said of a selection as a whole.
pub(super) fn remarks(
    reviewed: &Reviewed,
    profile: &Profile,
    mode: Mode,
    chosen: &[Chosen],
    rollback: &[Chosen],
) -> Vec<Diagnostic> {
    let mut found = protected::check(profile, chosen);
    found.extend(unknown_licences(profile));
    let place = reviewed.incident().pointer.clone();
    if !chosen.iter().any(|chosen| chosen.pattern.acts()) {
        found.push(
            Diagnostic::new(&codes::ONLY_RECORD, place.clone(), "no pattern that acts fits this incident")
                .help("`counterflow plan` prints why each was refused"),
        );
    }
    found.extend(too_long(profile, chosen, rollback, Pointer::root().join("approval").join("timeout")));
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
    found.extend(approvers::check(reviewed, profile, mode, chosen));
    found
}
