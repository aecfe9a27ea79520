//! What a runbook says of the patterns: phase by phase what is done, to whom, why, and what takes it back.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::Told;
use super::acts::Acts;
use crate::base::duration::Duration;
use crate::data::attack;
use crate::data::connector::{self, Class};
use crate::emit::Target;
use crate::ingest::{EntityKind, Field, Incident};
use crate::plan::Plan;
use crate::select::{Chosen, Finding, Mode, Pattern, Phase, Reason, Selection};

/// Most entities that a list names.
const SHOWN: usize = 12;

/// The steps of a response, by phase and in the order in which they run, each with its number.
pub(super) struct Steps<'t> {
    phases: Vec<(Phase, Vec<Numbered<'t>>)>,
}

/// A chosen pattern and the number of its step.
pub(super) type Numbered<'t> = (String, &'t Chosen);

impl<'t> Steps<'t> {
    /// Numbers what was chosen: in a phase what nobody is asked about comes first, and waits for nobody.
    pub(super) fn of(selection: &'t Selection, acts: &Acts) -> Self {
        let mut phases = Vec::new();
        for phase in [Phase::Prepare, Phase::Contain, Phase::Eradicate] {
            let of_phase = |one: &&Chosen| one.pattern.entity.is_some() && one.pattern.phase == phase;
            let mut mine: Vec<&Chosen> = selection.chosen.iter().filter(of_phase).collect();
            mine.sort_by_key(|chosen| !acts.is_unasked(&chosen.pattern));
            if !mine.is_empty() {
                let number = phases.len() + 1;
                let numbered = mine.into_iter().zip(1..).map(|(one, at)| (format!("{number}.{at}"), one));
                phases.push((phase, numbered.collect()));
            }
        }
        Self { phases }
    }

    /// The numbers by pattern.
    pub(super) fn numbers(&self) -> BTreeMap<String, String> {
        self.all().map(|(number, chosen)| (chosen.pattern.id.clone(), number.clone())).collect()
    }

    fn all(&self) -> impl Iterator<Item = &Numbered<'t>> {
        self.phases.iter().flat_map(|(_, steps)| steps)
    }

    /// What the template says of the phases.
    pub(super) fn told(&self, told: &Told<'_>, acts: &Acts) -> Vec<Json> {
        let of = |(at, (phase, steps)): (usize, &(Phase, Vec<Numbered<'_>>))| {
            json!({
                "number": (at + 1).to_string(),
                "title": phase.title(),
                "asks": acts.ask(steps.iter().map(|(_, chosen)| *chosen)),
                "lines": acts.lines(steps, title),
                "steps": steps.iter().map(|(number, chosen)| step(told, acts, chosen, number)).collect::<Vec<_>>(),
            })
        };
        self.phases.iter().enumerate().map(of).collect()
    }

    /// Sorts the steps by what can be taken back of them.
    pub(super) fn outcomes(&self, told: &Told<'_>) -> Outcomes {
        let mut outcomes = Outcomes { undone: Vec::new(), lost: Vec::new(), kept: Vec::new() };
        for (number, chosen) in self.all() {
            let title = format!("{number} {}", chosen.pattern.title);
            match undone_by(told, &chosen.pattern) {
                Some(by) => outcomes.undone.push(json!({ "title": title, "by": by })),
                None if is_lost(&chosen.pattern) => outcomes.lost.push(title),
                None => outcomes.kept.push(title),
            }
        }
        outcomes
    }
}

/// A step's number and title, with a mark on what cannot be taken back.
fn title(number: &str, pattern: &Pattern) -> String {
    let mark = if is_lost(pattern) { " (cannot be taken back)" } else { "" };
    format!("{number} {}{mark}", pattern.title)
}

/// What becomes of the steps afterwards.
pub(super) struct Outcomes {
    /// What is taken back, and by what.
    pub undone: Vec<Json>,
    /// Titles of what nothing takes back.
    pub lost: Vec<String>,
    /// Titles of what leaves nothing to take back.
    pub kept: Vec<String>,
}

/// Whether what a pattern does cannot be had back.
fn is_lost(pattern: &Pattern) -> bool {
    pattern.destructive && pattern.reversed_by.is_none()
}

/// Title of the pattern that takes another back.
fn undone_by(told: &Told<'_>, pattern: &Pattern) -> Option<String> {
    let undo = pattern.reversed_by.as_deref().and_then(|id| told.library.get(id));
    undo.map(|undo| undo.title.clone())
}

fn step(told: &Told<'_>, acts: &Acts, chosen: &Chosen, number: &str) -> Json {
    let pattern = &chosen.pattern;
    let incident = told.reviewed.incident();
    let targets: Vec<String> = chosen.targets.iter().map(|at| label(incident, *at)).collect();
    let mut left: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for one in &chosen.left_out {
        left.entry(one.why.to_string()).or_default().push(label(incident, one.entity));
    }
    let left: Vec<Json> = left
        .into_iter()
        .map(|(why, entities)| json!({ "why": why, "entities": first(&entities), "more": more(&entities) }))
        .collect();
    let undone_title = undone_by(told, pattern);
    let reasons: Vec<Json> = chosen.reasons.iter().map(reason).collect();
    let conditions: Vec<&str> = pattern.only_if.iter().map(|one| one.otherwise.as_str()).collect();
    json!({
        "number": number,
        "id": pattern.id,
        "title": pattern.title,
        "summary": pattern.summary.trim(),
        "does": pattern.class().map_or("acts", does),
        "disturbs": disturbs(pattern.disruption),
        "when": acts.when(pattern),
        "one_shot": told.mode == Mode::OneShot,
        "proof": pattern.proof.as_ref().filter(|_| chosen.proof).map(|proof| proof.otherwise.clone()),
        "conditions": conditions,
        "targets": first(&targets),
        "more": more(&targets),
        "left": left,
        "undone_title": undone_title,
        "destructive": pattern.destructive,
        "reasons": reasons,
        "calls": calls(told, pattern),
    })
}

/// Titles of the operations that a pattern calls: one list where the targets call the same, else one for each.
fn calls(told: &Told<'_>, pattern: &Pattern) -> Vec<Json> {
    let calls = || pattern.act.iter().chain(pattern.each.iter().flat_map(|each| &each.act));
    let of = |(target, _): &(Target, Plan)| {
        let host = target.host();
        let titles =
            calls().filter_map(|call| connector::resolve(&call.call, host)).map(|one| one.title.as_str());
        (host.title(), titles.collect::<Vec<_>>())
    };
    let mut each: Vec<(&str, Vec<&str>)> = told.targets.iter().map(of).collect();
    each.retain(|(_, titles)| !titles.is_empty());
    let is_same = each.iter().all(|(_, titles)| Some(titles) == each.first().map(|(_, first)| first));
    if is_same {
        each.truncate(1);
    }
    let told =
        |(host, titles): (&str, Vec<&str>)| json!({ "where": (!is_same).then_some(host), "titles": titles });
    each.into_iter().map(told).collect()
}

/// What a class does, as a word of a heading.
fn does(class: Class) -> &'static str {
    match class {
        Class::Trigger | Class::Read => "reads",
        Class::Annotate => "writes on the incident",
        Class::Notify => "tells people",
        Class::Approve => "asks",
        Class::Collect => "collects evidence",
        Class::Restore => "gives back",
        Class::Contain => "contains",
        Class::Evict => "removes",
    }
}

/// How much a step disturbs legitimate work, in words.
fn disturbs(disruption: u8) -> &'static str {
    match disruption {
        0 => "nobody",
        1 => "people for a moment, or hardly",
        2 => "a user or a device, until it is undone",
        3 => "many users or devices",
        _ => "the whole organisation",
    }
}

fn reason(reason: &Reason) -> Json {
    let (what, name) = match &reason.finding {
        Finding::Required => ("the review requires it".to_owned(), None),
        Finding::Technique(id) => (id.clone(), attack::technique(id).map(|found| found.full_name())),
        Finding::Tactic(tactic) => (format!("tactic {tactic}"), None),
        Finding::Category(category) => (format!("category {category}"), None),
        Finding::Verdict(verdict) => (format!("verdict {verdict}"), None),
        Finding::Always => ("every incident".to_owned(), None),
        Finding::TakesBack(pattern) => (format!("what {pattern} did"), None),
    };
    json!({ "what": what, "name": name, "because": reason.because })
}

/// Technique → pattern → actions of the main playbook, of whichever target.
pub(super) fn trace(told: &Told<'_>) -> Vec<Json> {
    let mut actions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (_, plan) in told.targets {
        plan.main.walk(&mut |step| {
            let known = step.pattern.as_deref().map(|pattern| actions.entry(pattern).or_default());
            if let Some(known) = known.filter(|known| !known.contains(&step.name.as_str())) {
                known.push(&step.name);
            }
        });
    }
    let mut rows = Vec::new();
    for technique in told.reviewed.counted_techniques() {
        let id = technique.resolved.id.as_str();
        let answers = |chosen: &&Chosen| {
            chosen.reasons.iter().any(|one| matches!(&one.finding, Finding::Technique(found) if found == id))
        };
        for (at, chosen) in told.selection.chosen.iter().filter(answers).enumerate() {
            let names = actions.get(chosen.pattern.id.as_str()).cloned().unwrap_or_default();
            rows.push(json!({
                "first": at == 0,
                "technique": id,
                "name": technique.resolved.technique().map(|found| found.full_name()),
                "pattern": chosen.pattern.id,
                "actions": names.iter().filter(|name| !name.ends_with("_for_each")).collect::<Vec<_>>(),
            }));
        }
    }
    rows
}

/// What a person recognises an entity by. All copies of a message have one subject: the recipient tells them apart.
fn label(incident: &Incident, at: usize) -> String {
    let entity = &incident.entities[at];
    match entity.get(Field::Recipient).filter(|_| entity.kind == EntityKind::Message) {
        Some(recipient) => format!("{} to {recipient}", entity.label()),
        None => entity.label().to_owned(),
    }
}

fn first(labels: &[String]) -> Vec<&String> {
    labels.iter().take(SHOWN).collect()
}

fn more(labels: &[String]) -> Option<String> {
    labels.len().checked_sub(SHOWN).filter(|more| *more > 0).map(|more| more.to_string())
}

/// How long an answer counts, in words.
pub(super) fn wait(timeout: &str) -> String {
    Duration::parse(timeout).map_or_else(|| timeout.to_owned(), |duration| duration.words())
}
