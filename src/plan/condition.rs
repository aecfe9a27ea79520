//! Whether a reusable playbook is for the incident that started it: judged at run time.
//!
//! Automation rules have no condition on techniques (Microsoft's `AutomationRulePropertyConditionSupportedProperty` lists
//! tactics and labels), and a trigger's list of techniques is often empty, so the run looks itself: at the techniques,
//! where none are named at the tactics, and where nothing is named it goes on and says so. Of a technique its family
//! counts, because Microsoft Sentinel names parents only. A severity that is not known is no reason to stop.

use std::collections::BTreeSet;

use super::context::step;
use super::ir::{Like, Step, StepKind, Term, Test, Value};
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

/// Whether the incident is as severe as the playbook is for.
pub(super) fn severe() -> Test {
    Test::Holds(judged("severe"))
}

/// Whether the incident is of the playbook's kind, as far as it says: it names a technique or a tactic that the playbook
/// is for, or nothing at all.
pub(super) fn alike() -> Test {
    Test::Any(vec![matched(), unnamed()])
}

/// Whether the incident names a technique or a tactic that the playbook is for.
pub(super) fn matched() -> Test {
    Test::Holds(judged("matched"))
}

/// Whether the incident names nothing to compare, so that its kind could not be judged.
pub(super) fn unnamed() -> Test {
    Test::Not(Box::new(Test::Holds(judged("named"))))
}

/// The same for a report, which is written even where an earlier step failed: then nothing is said.
pub(super) fn known_unnamed() -> Test {
    Test::Equals(judged("named"), Term::Flag(false))
}

fn judged(member: &str) -> Term {
    Term::Output(CONDITION.into()).get(member)
}

/// What a playbook is for, to be told from what an incident names.
pub(super) fn like(reviewed: &Reviewed) -> Like {
    Like { techniques: families(reviewed), tactics: words(reviewed) }
}

/// The steps that judge.
pub(super) fn steps(reviewed: &Reviewed, profile: &Profile) -> Vec<Step> {
    let mark = |list: &Term, word: &str| Test::Contains(list.clone(), Term::text(format!("\"{word}")));
    let any_of = |list: &Term, words: &BTreeSet<String>| {
        Test::Any(words.iter().map(|word| mark(list, word)).collect()).term()
    };
    let Like { techniques: families, tactics: words } = like(reviewed);
    let techniques = Term::Output(TECHNIQUES.into());
    let tactics = Term::Output(TACTICS.into());
    // Ids begin with a T; what names no tactic has no quote left.
    let names_techniques = mark(&techniques, "T").term();
    let names_tactics = mark(&tactics, "").term();
    let by_technique = any_of(&techniques, &families);
    let by_tactic = any_of(&tactics, &words);
    let (named, matched) = match (families.is_empty(), words.is_empty()) {
        (true, _) => (names_tactics, by_tactic),
        (false, true) => (names_techniques, by_technique),
        (false, false) => (
            Term::Apply("or", vec![names_techniques.clone(), names_tactics]),
            Term::Apply("if", vec![names_techniques, by_technique, by_tactic]),
        ),
    };
    let named = if families.is_empty() && words.is_empty() { Term::Flag(false) } else { named };
    let judgement =
        [("severe", is_severe(profile.severity.at_least)), ("named", named), ("matched", matched)];
    let judgement = judgement.into_iter().map(|(name, term)| (name.to_owned(), Value::Term(term))).collect();
    let upper = |term| Term::Apply("toUpper", vec![term]);
    vec![
        compose(TECHNIQUES, upper(Term::Techniques)),
        compose(TACTICS, plain(Term::Tactics)),
        Step {
            note: Some(
                "Whether the incident is severe enough, and whether it names what this playbook is for."
                    .into(),
            ),
            ..step(CONDITION.into(), Vec::new(), StepKind::Compose(Value::Object(judgement)))
        },
    ]
}

fn compose(name: &str, term: Term) -> Step {
    step(name.into(), Vec::new(), StepKind::Compose(Value::Term(term)))
}

/// Whether the incident is as severe as that. Spelled `High` by one product and `high` by the other.
fn is_severe(at_least: Severity) -> Term {
    let severity = Term::Incident(IncidentFact::Severity);
    let severity = Term::Apply("toLower", vec![Term::Apply("coalesce", vec![severity, Term::text("")])]);
    let below = Severity::ALL.iter().filter(|one| **one < at_least);
    let below: Vec<Test> = below.map(|one| Test::Equals(severity.clone(), Term::text(one.name()))).collect();
    match below.is_empty() {
        true => Term::Flag(true),
        false => Test::Any(below).negated().term(),
    }
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

/// A text in lower case without what spellings of one tactic differ in, and without names that are empty.
fn plain(text: Term) -> Term {
    [" ", "-", "_", "\"\""].into_iter().fold(Term::Apply("toLower", vec![text]), |text, mark| {
        Term::Apply("replace", vec![text, Term::text(mark), Term::text("")])
    })
}
