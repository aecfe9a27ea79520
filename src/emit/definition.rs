//! From playbook to workflow definition.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json, json};

use super::calls::Calls;
use super::entities;
use super::fold;
use super::late;
use super::leaves::Leaves;
use super::sink::Sink;
use super::trigger::Source;
use crate::base::graph::{Status, Statuses};
use crate::expr::escape;
use crate::ingest::EntityKind;
use crate::plan::Playbook;
use crate::plan::ir::{Step, StepKind, Term, Test};

/// What a definition says of itself: that it is ours, whose playbook it is, and in which loops it contains unasked, so that
/// whoever checks it can tell what was allowed from a question that is gone.
pub(super) fn metadata(playbook: &Playbook) -> Json {
    let mut metadata = json!({ "generator": "counterflow", "playbook": playbook.name });
    if !playbook.unasked.is_empty() {
        metadata["unasked"] = json!(playbook.unasked);
    }
    metadata
}

/// How deep actions may nest: the service's documented limit.
pub const MAX_NESTING: usize = 8;

/// Writes the actions of a playbook for one host.
pub(super) struct Writer<'p> {
    pub leaves: Leaves<'p>,
    pub calls: Calls<'p>,
}

impl Writer<'_> {
    /// The actions of a container, at a nesting level that begins with 1.
    pub(super) fn actions(&mut self, steps: &[Step], level: usize) -> Result<Map<String, Json>, String> {
        if level > MAX_NESTING {
            return Err(format!("actions nest more than {MAX_NESTING} deep"));
        }
        let mut actions = Map::new();
        let outside = self.leaves.succeeded.clone();
        let mut known = Certain::new();
        for step in steps {
            self.leaves.succeeded.extend(before(step, &known));
            for (name, action) in self.step(step, level)? {
                if actions.insert(name.clone(), action).is_some() {
                    return Err(format!("two actions are called `{name}`"));
                }
            }
            known.insert(&step.name, std::mem::replace(&mut self.leaves.succeeded, outside.clone()));
        }
        Ok(actions)
    }

    /// The actions of a branch that is taken where a test holds.
    fn branch(&mut self, test: &Test, steps: &[Step], level: usize) -> Result<Map<String, Json>, String> {
        let outside = self.leaves.succeeded.clone();
        succeeded(test, &mut self.leaves.succeeded);
        let actions = self.actions(steps, level);
        self.leaves.succeeded = outside;
        actions
    }

    /// The action or actions of a step. Where there are several they run in turn, and the last has the step's name.
    fn step(&mut self, step: &Step, level: usize) -> Result<Vec<(String, Json)>, String> {
        let action = match &step.kind {
            StepKind::ReadIncident { entities } => return self.read_incident(step, *entities),
            StepKind::Await { kinds } => {
                let source = self.leaves.trigger.source();
                let named = |kind: &EntityKind| entities::is_named(source, *kind);
                let kinds: Vec<EntityKind> = kinds.iter().copied().filter(named).collect();
                match kinds.is_empty() {
                    true => json!({ "type": "Compose", "inputs": [] }),
                    false => late::wait(&self.leaves, &mut self.calls, &step.name, &kinds)?,
                }
            }
            StepKind::Collect { kind, fields, which } => {
                let collected =
                    entities::collect(self.leaves.trigger.source(), &step.name, *kind, fields, *which);
                return Ok(in_turn(collected, run_after(&step.after), note(step)));
            }
            StepKind::Call { operation, arguments, timeout } => {
                self.calls.action(&self.leaves, operation, arguments, timeout.as_deref())?
            }
            StepKind::If { test, then, otherwise } => {
                let mut action = json!({ "type": "If", "expression": self.condition(test) });
                action["actions"] = Json::Object(self.branch(test, then, level + 1)?);
                let otherwise = self.actions(otherwise, level + 1)?;
                action["else"] = json!({ "actions": otherwise });
                action
            }
            StepKind::ForEach { items, body } => json!({
                "type": "Foreach",
                "foreach": escape::whole(&self.leaves.expr(items)),
                "actions": self.actions(body, level + 1)?,
                "runtimeConfiguration": { "concurrency": { "repetitions": 1 } },
            }),
            StepKind::Repeat { body, until, seconds, minutes } => {
                let pause = format!("{}_pause", step.name);
                let mut actions = self.actions(body, level + 1)?;
                for first in actions.values_mut().filter(|action| action["runAfter"] == json!({})) {
                    first["runAfter"] = json!({ &pause: ["Succeeded"] });
                }
                let wait = json!({
                    "type": "Wait",
                    "inputs": { "interval": { "count": seconds, "unit": "Second" } },
                    "runAfter": {},
                });
                actions.insert(pause, wait);
                let rounds = (u32::from(*minutes) * 60 / u32::from(*seconds).max(1)).max(1);
                json!({
                    "type": "Until",
                    "expression": escape::whole(&self.leaves.expr(&until.term())),
                    "limit": { "count": rounds, "timeout": format!("PT{minutes}M") },
                    "actions": actions,
                })
            }
            StepKind::Scope { body } => json!({ "type": "Scope", "actions": self.actions(body, level + 1)? }),
            StepKind::Filter { from, test } => json!({
                "type": "Query",
                "inputs": {
                    "from": escape::whole(&self.leaves.expr(from)),
                    "where": escape::whole(&self.leaves.expr(&test.term())),
                },
            }),
            StepKind::Map { from, to } => json!({
                "type": "Select",
                "inputs": {
                    "from": escape::whole(&self.leaves.expr(from)),
                    "select": self.leaves.value(to, Sink::Plain),
                },
            }),
            StepKind::Compose(value) => {
                json!({ "type": "Compose", "inputs": self.leaves.value(value, Sink::Plain) })
            }
            StepKind::Card { of: None, card } => {
                json!({ "type": "Compose", "inputs": self.leaves.value(card, Sink::Card) })
            }
            StepKind::Card { of: Some(list), card } => json!({
                "type": "Select",
                "inputs": {
                    "from": escape::whole(&self.leaves.expr(list)),
                    "select": self.leaves.value(card, Sink::Card),
                },
            }),
            StepKind::Declare { variable } => json!({
                "type": "InitializeVariable",
                "inputs": { "variables": [{ "name": variable, "type": "array", "value": [] }] },
            }),
            StepKind::Append { variable, value } => json!({
                "type": "AppendToArrayVariable",
                "inputs": { "name": variable, "value": self.leaves.value(value, Sink::Plain) },
            }),
            StepKind::ReadNotes => {
                let (operation, arguments) = self.leaves.notes.read();
                self.calls.action(&self.leaves, operation, &arguments, None)?
            }
            StepKind::WriteNote { text } => {
                let (operation, arguments) = self.leaves.notes.write(text);
                let mut action = self.calls.action(&self.leaves, operation, &arguments, None)?;
                self.leaves.notes.name_columns(&mut action);
                action
            }
            StepKind::Stop => json!({ "type": "Terminate", "inputs": { "runStatus": "Succeeded" } }),
            StepKind::Fail { code, message } => json!({
                "type": "Terminate",
                "inputs": {
                    "runStatus": "Failed",
                    "runError": { "code": code, "message": self.leaves.value(message, Sink::Plain) },
                },
            }),
        };
        Ok(in_turn(vec![(step.name.clone(), action)], run_after(&step.after), note(step)))
    }

    /// Puts the incident where [`Leaves`] looks for it, and its entities into one list. Sentinel's trigger brings both;
    /// elsewhere Graph is asked.
    fn read_incident(&mut self, step: &Step, wants_entities: bool) -> Result<Vec<(String, Json)>, String> {
        let after = run_after(&step.after);
        let actions = match self.leaves.trigger.source() {
            Source::Sentinel => entities::brought(&self.leaves, &step.name, wants_entities),
            Source::Graph => entities::gather(&self.leaves, &mut self.calls, &step.name)?,
        };
        Ok(in_turn(actions, after, note(step)))
    }

    /// The condition of an `If`, as the object that the designer shows.
    fn condition(&self, test: &Test) -> Json {
        let sides = |a: &Term, b: &Term| json!([self.leaves.side(a), self.leaves.side(b)]);
        match test {
            Test::Equals(a, b) => json!({ "equals": sides(a, b) }),
            Test::Holds(term) => json!({ "equals": sides(term, &Term::Flag(true)) }),
            Test::Contains(a, b) => json!({ "contains": sides(a, b) }),
            Test::Empty(_) => json!({ "equals": sides(&test.term(), &Term::Flag(true)) }),
            Test::Not(inner) => match inner.as_ref() {
                Test::Holds(_) | Test::Empty(_) => {
                    json!({ "equals": sides(&inner.term(), &Term::Flag(false)) })
                }
                inner => json!({ "not": self.condition(inner) }),
            },
            Test::All(tests) => {
                let open = |test: &&Test| fold::as_bool(&self.leaves.expr(&test.term())) != Some(true);
                json!({ "and": tests.iter().filter(open).map(|t| self.condition(t)).collect::<Vec<_>>() })
            }
            Test::Any(tests) => {
                let open = |test: &&Test| fold::as_bool(&self.leaves.expr(&test.term())) != Some(false);
                json!({ "or": tests.iter().filter(open).map(|t| self.condition(t)).collect::<Vec<_>>() })
            }
        }
    }
}

/// The steps of a container that have been written, each with those that have surely succeeded wherever it runs.
type Certain<'s> = BTreeMap<&'s str, BTreeSet<String>>;

/// The steps of its container that have surely succeeded where a step runs. People read the definitions, and an expression that
/// asks whether something succeeded where nothing else can be makes them look for what is not there.
fn before(step: &Step, known: &Certain<'_>) -> BTreeSet<String> {
    let mut certain = BTreeSet::new();
    for (name, statuses) in &step.after {
        // Of what may have been skipped nothing is known.
        if !statuses.contains(Status::Skipped) {
            certain.extend(known.get(name.as_str()).into_iter().flatten().cloned());
        }
        if *statuses == Statuses::SUCCEEDED {
            certain.insert(name.clone());
        }
    }
    certain
}

/// Adds the steps that have succeeded where a test holds.
fn succeeded(test: &Test, certain: &mut BTreeSet<String>) {
    match test {
        Test::All(tests) => tests.iter().for_each(|test| succeeded(test, certain)),
        Test::Equals(Term::StatusOf(step), Term::Text(status)) if status == Status::Succeeded.name() => {
            certain.insert(step.clone());
        }
        _ => {}
    }
}

fn note(step: &Step) -> Option<&str> {
    step.note.as_deref()
}

/// A `runAfter` object.
pub(super) fn run_after(after: &[(String, Statuses)]) -> Json {
    let statuses = |set: &Statuses| set.iter().map(|status| Json::from(status.name())).collect::<Json>();
    Json::Object(after.iter().map(|(name, set)| (name.clone(), statuses(set))).collect())
}

/// Finishes actions that run one after another: the first after what the step runs after, the description on the last.
fn in_turn(actions: Vec<(String, Json)>, after: Json, note: Option<&str>) -> Vec<(String, Json)> {
    let count = actions.len();
    let mut before = after;
    actions
        .into_iter()
        .enumerate()
        .map(|(at, (name, mut action))| {
            if let Json::Object(members) = &mut action {
                if let Some(note) = note.filter(|_| at + 1 == count) {
                    let place = usize::from(members.contains_key("type"));
                    members.shift_insert(place, "description".to_owned(), json!(escape::literal(note)));
                }
                let own = run_after(&[(name.clone(), Statuses::SUCCEEDED)]);
                members.insert("runAfter".to_owned(), std::mem::replace(&mut before, own));
            }
            (name, action)
        })
        .collect()
}
