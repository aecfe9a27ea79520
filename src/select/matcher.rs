//! Matching findings to patterns.

use std::collections::BTreeSet;

use super::pattern::Answer;
use super::{Chosen, Finding, Library, Mode, Pattern, Phase, Profile, Reason, Refusal, Refused, Selection};
use super::{guard, order, remarks, stand_in};
use crate::base::diagnostic::Diagnostic;
use crate::data::attack;
use crate::data::connector::{Class, Host};
use crate::ingest::Verdict;
use crate::review::{Decision, Reviewed, Standing, Verdict as Ruling};

/// Chooses patterns for a reviewed incident. The error case holds the decisions that contradict each other or name
/// nothing.
pub fn select(
    reviewed: &Reviewed,
    library: &Library,
    profile: &Profile,
    mode: Mode,
) -> Result<Selection, Vec<Diagnostic>> {
    let findings = Findings::of(reviewed);
    let decisions = reviewed.review().map_or(&[][..], |review| &review.decisions);
    let mut diagnostics = remarks::check_decisions(decisions, library);
    let actions = reviewed.review().map_or(&[][..], |review| &review.actions);
    diagnostics.extend(remarks::check_actions(actions, library));
    let mut chosen = Vec::new();
    let mut refused = Vec::new();
    for pattern in library.iter() {
        let decision = decisions.iter().position(|decision| decision.pattern == pattern.id);
        let asked = Asked { reviewed, profile, mode, findings: &findings };
        let outcome = judge(pattern, decision.map(|at| &decisions[at]), &asked);
        match outcome {
            Ok(pick) => chosen.push(pick),
            Err(reasons) => {
                if let Some(at) = decision.filter(|at| decisions[*at].decision == Ruling::Require) {
                    diagnostics.push(remarks::required_refused(pattern, at, &reasons));
                }
                let asked = asked.of(pattern, decision.map(|at| &decisions[at]));
                refused.push(Refused {
                    pattern: pattern.id.clone(),
                    title: pattern.title.clone(),
                    asked,
                    reasons,
                });
            }
        }
    }
    stand_in::settle(&mut chosen, &mut refused);
    order::sort(&mut chosen);
    let rollback = rollback(&chosen, library, profile, decisions);
    refused.retain(|one: &Refused| !rollback.iter().any(|back| back.pattern.id == one.pattern));
    let uncovered = uncovered(reviewed, &chosen);
    diagnostics.extend(remarks::remarks(reviewed, profile, mode, &chosen, &rollback));
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Err(diagnostics);
    }
    Ok(Selection { chosen, rollback, refused, uncovered, diagnostics })
}

/// What the incident and its review say, in the terms that patterns answer to.
struct Findings {
    /// Counted technique ids.
    techniques: BTreeSet<String>,
    /// Short names of tactics that alert categories name.
    tactics: BTreeSet<String>,
    /// Categories that are no tactic, as written.
    categories: BTreeSet<String>,
}

impl Findings {
    fn of(reviewed: &Reviewed) -> Self {
        let mut findings = Self {
            techniques: reviewed.counted_techniques().map(|t| t.resolved.id.clone()).collect(),
            tactics: BTreeSet::new(),
            categories: BTreeSet::new(),
        };
        let incident = reviewed.incident();
        let categories = incident.alerts.iter().filter_map(|alert| alert.category.as_deref());
        for category in categories.chain(incident.tactics.iter().map(String::as_str)) {
            for part in category.split(',').map(str::trim).filter(|part| !part.is_empty()) {
                match attack::tactic_from_microsoft(part) {
                    Some(tactic) => findings.tactics.insert(tactic.short_name.to_owned()),
                    None => findings.categories.insert(part.to_owned()),
                };
            }
        }
        findings
    }

    /// The findings that an answer of a pattern is about. A technique means its sub-techniques too, but for those that
    /// the pattern has an answer of their own to.
    fn matching(&self, pattern: &Pattern, answer: &Answer) -> Vec<Finding> {
        if let Some(wanted) = &answer.technique {
            let below = format!("{wanted}.");
            let has_own = |id: &str| pattern.answers.iter().any(|own| own.technique.as_deref() == Some(id));
            let found =
                self.techniques.iter().filter(|id| *id == wanted || (id.starts_with(&below) && !has_own(id)));
            return found.map(|id| Finding::Technique(id.clone())).collect();
        }
        if let Some(wanted) = &answer.tactic {
            return self
                .tactics
                .get(wanted)
                .map(|tactic| Finding::Tactic(tactic.clone()))
                .into_iter()
                .collect();
        }
        let Some(wanted) = &answer.category else { return Vec::new() };
        let found = self.categories.iter().filter(|category| category.eq_ignore_ascii_case(wanted));
        found.map(|category| Finding::Category(category.clone())).collect()
    }
}

/// The patterns that take back what the chosen ones do, once each and always behind an approval. One that the tenant
/// cannot call, or that the review forbids, stays refused, and what it would take back is then taken back by hand.
fn rollback(chosen: &[Chosen], library: &Library, profile: &Profile, decisions: &[Decision]) -> Vec<Chosen> {
    let forbidden =
        |id: &str| decisions.iter().any(|one| one.pattern == id && one.decision == Ruling::Forbid);
    let mut rollback: Vec<Chosen> = Vec::new();
    for one in chosen {
        let inverse = one.pattern.reversed_by.as_deref().and_then(|id| library.get(id));
        let usable =
            |inverse: &&Pattern| !forbidden(&inverse.id) && unavailable(inverse, profile, false).is_empty();
        let Some(inverse) = inverse.filter(usable) else { continue };
        let finding = Finding::TakesBack(one.pattern.id.clone());
        let reason = Reason { finding, because: inverse.summary.clone() };
        match rollback.iter_mut().find(|back| back.pattern.id == inverse.id) {
            Some(back) => back.reasons.push(reason),
            None => rollback.push(Chosen {
                pattern: inverse.clone(),
                reasons: vec![reason],
                targets: Vec::new(),
                left_out: Vec::new(),
                items: true,
                approval: true,
                proof: false,
            }),
        }
    }
    order::sort(&mut rollback);
    rollback
}

/// What every pattern is judged against.
struct Asked<'a> {
    reviewed: &'a Reviewed,
    profile: &'a Profile,
    mode: Mode,
    findings: &'a Findings,
}

impl Asked<'_> {
    /// What asks for a pattern that is refused: of entities, those count that people or the product have not cleared.
    fn of(&self, pattern: &Pattern, decision: Option<&Decision>) -> Vec<Reason> {
        let required = decision.filter(|decision| decision.decision == Ruling::Require);
        let standing = |at: &usize| self.reviewed.standing(*at);
        let named: Vec<usize> = pattern
            .entity
            .into_iter()
            .flat_map(|kind| self.reviewed.entities(kind))
            .map(|(at, ..)| at)
            .collect();
        let uncleared: Vec<usize> = named.into_iter().filter(|at| standing(at) != Standing::Benign).collect();
        let mut reasons = reasons(pattern, required, self.findings, self.reviewed, &uncleared);
        reasons.retain(|reason| reason.finding != Finding::Always);
        reasons
    }
}

fn judge(pattern: &Pattern, decision: Option<&Decision>, asked: &Asked<'_>) -> Result<Chosen, Vec<Refusal>> {
    let Asked { reviewed, profile, mode, findings } = *asked;
    if let Some(decision) = decision.filter(|decision| decision.decision == Ruling::Forbid) {
        return Err(vec![Refusal::Forbidden { reason: decision.reason.clone() }]);
    }
    if pattern.phase == Phase::Recover {
        return Err(vec![Refusal::OnlyRollback]);
    }
    let (targets, left_out) = guard::targets(reviewed, profile, pattern);
    let confirmed = targets.iter().all(|at| reviewed.standing(*at) == Standing::Confirmed);
    let proof = pattern.proof.is_some() && (mode == Mode::Reusable || !confirmed);
    let mut refusals = unavailable(pattern, profile, proof);
    if let Some(kind) = pattern.entity {
        if targets.is_empty() && left_out.is_empty() {
            refusals.push(Refusal::NoEntity { kind });
        } else if targets.is_empty() {
            refusals.push(Refusal::NoTarget { left_out: left_out.clone() });
        }
    }
    let reasons = reasons(pattern, decision, findings, reviewed, &targets);
    if reasons.is_empty() && asked.of(pattern, decision).is_empty() {
        refusals.push(Refusal::NoFinding);
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let approval = needs_approval(pattern, reviewed, profile);
    Ok(Chosen { pattern: pattern.clone(), reasons, targets, left_out, approval, items: true, proof })
}

/// What the tenant or its cloud lacks for a pattern. Judged for the host that has the operation: a pattern is not
/// refused because one of the targets cannot run it, the emitter of that target says so.
fn unavailable(pattern: &Pattern, profile: &Profile, proof: bool) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let of = |host| pattern.operations(host, proof);
    let operations = of(Host::LogicApp).or_else(|_| of(Host::PowerAutomate));
    for operation in operations.unwrap_or_default() {
        if let Some(licence) = operation.licence.as_deref().filter(|licence| profile.lacks_licence(licence)) {
            refusals.push(Refusal::Licence { licence: licence.to_owned() });
        }
        if operation.connector == "http" && !operation.clouds.contains(&profile.cloud) {
            refusals.push(Refusal::Cloud { operation: operation.id.clone() });
        }
        let connector = &operation.connector;
        let needs = profile.lacks_setting(connector);
        if needs.is_some()
            || profile.unavailable_connectors.iter().any(|name| name.eq_ignore_ascii_case(connector))
        {
            refusals.push(Refusal::Connector { connector: connector.clone(), needs });
        }
    }
    refusals.dedup();
    refusals
}

fn reasons(
    pattern: &Pattern,
    decision: Option<&Decision>,
    findings: &Findings,
    reviewed: &Reviewed,
    targets: &[usize],
) -> Vec<Reason> {
    let mut reasons = Vec::new();
    if let Some(decision) = decision {
        reasons.push(Reason { finding: Finding::Required, because: decision.reason.clone() });
    }
    let worst = targets.iter().map(|at| match reviewed.standing(*at) {
        // What people confirm outweighs what the product thought.
        Standing::Confirmed => Verdict::Malicious,
        _ => reviewed.incident().entities[*at].verdict,
    });
    let worst = worst.max();
    for answer in &pattern.answers {
        let found = match answer.verdict {
            Some(wanted) => {
                worst.filter(|worst| *worst >= wanted).map(Finding::Verdict).into_iter().collect()
            }
            None => findings.matching(pattern, answer),
        };
        for finding in found {
            if !reasons.iter().any(|reason: &Reason| reason.finding == finding) {
                reasons.push(Reason { finding, because: answer.because.clone() });
            }
        }
    }
    if reasons.is_empty() && pattern.always {
        let because = pattern.summary.clone();
        reasons.push(Reason { finding: Finding::Always, because });
    }
    reasons
}

/// Removing anything always needs a person's word: the product's own default for mail is no looser. Containing needs it
/// too, unless the incident was reviewed and the profile allows the disruption.
fn needs_approval(pattern: &Pattern, reviewed: &Reviewed, profile: &Profile) -> bool {
    let removes = pattern.destructive || pattern.class() == Some(Class::Evict);
    let consent = removes || pattern.class().is_some_and(|class| class.needs_consent());
    let allowed = reviewed.is_reviewed()
        && !removes
        && pattern.disruption <= profile.limits.disruption_without_approval;
    consent && !allowed
}

/// Counted techniques that nothing chosen remedies. Evidence is not a remedy, and neither is a person who is asked.
pub(super) fn uncovered(reviewed: &Reviewed, chosen: &[Chosen]) -> Vec<String> {
    let covered: BTreeSet<&str> = chosen
        .iter()
        .filter(|chosen| chosen.pattern.class() > Some(Class::Collect))
        .flat_map(|chosen| chosen.reasons.iter().filter_map(Reason::technique))
        .collect();
    let counted = reviewed.counted_techniques().map(|technique| technique.resolved.id.as_str());
    counted.filter(|id| !covered.contains(id)).map(str::to_owned).collect()
}
