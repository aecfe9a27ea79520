//! Whether a reusable playbook is for the incident that started it: judged at run time.
//!
//! Automation rules have no condition on techniques (Microsoft's `AutomationRulePropertyConditionSupportedProperty` lists
//! tactics and labels), and a trigger's list of techniques is often empty, so the run looks itself: at the techniques,
//! where none are named at the tactics, and where nothing is named it goes on and says so. Of a technique its family
//! counts, because Microsoft Sentinel names parents only. A severity that is not known is no reason to stop.

use std::collections::BTreeSet;

use super::context::step;
use super::ir::{Step, StepKind, Term, Test, Value};
use crate::data::attack;
use crate::ingest::incident::Severity;
use crate::review::Reviewed;
use crate::select::Profile;
use crate::select::pattern::IncidentFact;

/// Name of the step that holds the judgement.
const CONDITION: &str = "Run_condition";
/// Names of the steps that hold what the incident names, as text.
const TECHNIQUES: &str = "Incident_techniques";
const TACTICS: &str = "Incident_tactics";

/// No tactic and no category of Microsoft's is longer, in letters.
const LONGEST: usize = 40;

/// Whether the run may touch anything.
pub(super) fn applies() -> Test {
    judged("applies")
}

/// Whether the incident is below the severity that the playbook is for.
pub(super) fn too_mild() -> Test {
    judged("severe").negated()
}

/// Whether the incident names something, and nothing that the playbook is for.
pub(super) fn unlike() -> Test {
    judged("alike").negated()
}

/// Whether the incident names neither techniques nor tactics, so that likeness could not be judged.
pub(super) fn unnamed() -> Test {
    judged("named").negated()
}

/// A member of the judgement; true where there is none, so that a report about a run that failed early accuses nobody.
fn judged(member: &str) -> Test {
    let known = Term::Output(CONDITION.into()).get(member);
    Test::Holds(Term::Apply("coalesce", vec![known, Term::Flag(true)]))
}

/// The steps that judge.
pub(super) fn steps(reviewed: &Reviewed, profile: &Profile) -> Vec<Step> {
    let mark = |list: &Term, word: &str| {
        let quoted = Term::text(format!("\"{word}"));
        Test::Contains(list.clone(), quoted)
    };
    let any_of = |list: &Term, words: &BTreeSet<String>| {
        Test::Any(words.iter().map(|word| mark(list, word)).collect())
    };
    let techniques = Term::Output(TECHNIQUES.into());
    let tactics = Term::Output(TACTICS.into());
    // Ids begin with a T, tactics and categories with a letter: `[]`, `[null]` and `""` name nothing.
    let names_techniques = mark(&techniques, "T");
    let names_tactics = Test::Any(('a'..='z').map(|letter| mark(&tactics, &letter.to_string())).collect());
    let families = families(reviewed);
    let words = words(reviewed);
    let by_tactic = match words.is_empty() {
        true => Term::Flag(true),
        false => choose(names_tactics.term(), any_of(&tactics, &words).term(), Term::Flag(true)),
    };
    let alike = match families.is_empty() {
        true => by_tactic,
        false => choose(names_techniques.term(), any_of(&techniques, &families).term(), by_tactic),
    };
    let severe = severe(profile.severity.at_least);
    let named = Test::Any(vec![names_techniques, names_tactics]).term();
    let both = Term::Apply("and", vec![severe.clone(), alike.clone()]);
    let judgement = [("applies", both), ("severe", severe), ("alike", alike), ("named", named)];
    let judgement = judgement.into_iter().map(|(name, term)| (name.to_owned(), Value::Term(term))).collect();
    let upper = |term| Term::Apply("toUpper", vec![term]);
    vec![
        compose(TECHNIQUES, upper(Term::Techniques)),
        compose(TACTICS, plain(Term::Tactics)),
        Step {
            note: Some("Whether this playbook is for an incident like this one.".into()),
            ..step(CONDITION.into(), Vec::new(), StepKind::Compose(Value::Object(judgement)))
        },
    ]
}

fn compose(name: &str, term: Term) -> Step {
    step(name.into(), Vec::new(), StepKind::Compose(Value::Term(term)))
}

fn choose(condition: Term, yes: Term, no: Term) -> Term {
    Term::Apply("if", vec![condition, yes, no])
}

/// Whether the incident is as severe as that. Spelled `High` by one product and `high` by the other.
fn severe(at_least: Severity) -> Term {
    let severity = Term::Incident(IncidentFact::Severity);
    let severity = Term::Apply("toLower", vec![Term::Apply("coalesce", vec![severity, Term::text("")])]);
    let below = Severity::ALL.iter().filter(|one| **one < at_least);
    let below = below.map(|one| Test::Equals(severity.clone(), Term::text(one.name()))).collect();
    Test::Any(below).negated().term()
}

/// The families of the techniques that count: `T1566` of `T1566.002`. What is no technique's id is left out: exports
/// hold anything there.
fn families(reviewed: &Reviewed) -> BTreeSet<String> {
    let is_id = |family: &str| {
        family
            .strip_prefix('T')
            .is_some_and(|digits| digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_digit()))
    };
    reviewed
        .counted_techniques()
        .filter_map(|technique| technique.resolved.id.split('.').next())
        .filter(|family| is_id(family))
        .map(str::to_owned)
        .collect()
}

/// The tactics of the techniques that count, and what the alerts and the incident name, in the plain spelling.
fn words(reviewed: &Reviewed) -> BTreeSet<String> {
    let incident = reviewed.incident();
    let of_techniques = reviewed
        .counted_techniques()
        .filter_map(|technique| attack::technique(&technique.resolved.id))
        .flat_map(|technique| technique.tactics.iter().map(str::to_owned).collect::<Vec<_>>());
    let categories = incident.alerts.iter().filter_map(|alert| alert.category.clone());
    let spelled = |word: String| -> String {
        word.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
    };
    of_techniques
        .chain(categories.flat_map(|category| category.split(',').map(str::to_owned).collect::<Vec<_>>()))
        .chain(incident.tactics.iter().cloned())
        .map(spelled)
        .filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase()) && word.len() <= LONGEST)
        .collect()
}

/// A text in lower case without what spellings of one tactic differ in.
fn plain(text: Term) -> Term {
    [" ", "-", "_"].into_iter().fold(Term::Apply("toLower", vec![text]), |text, mark| {
        Term::Apply("replace", vec![text, Term::text(mark), Term::text("")])
    })
}
