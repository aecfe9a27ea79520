//! Entities that come late. An incident is often there before its entities are, by minutes, and some never come.
//!
//! Before a run decides whom it may touch it looks whether the incident names something of every kind that the playbook
//! acts on. While it names nothing of any of them the run waits and reads again, a few times; where it names some, once
//! more and no longer, because many incidents have no message or no device and containing must not wait for one. Then
//! the run goes on with what there is. What was named before stays: what is read again is added to it.

use serde_json::{Map, Value as Json, json};

use super::calls::Calls;
use super::entities::{self, EVIDENCE, marks};
use super::leaves::{Leaves, answer, call};
use super::notes::parts_of_incident;
use super::trigger::Source;
use crate::expr::{Expr, escape};
use crate::ingest::EntityKind;
use crate::plan::ir::{Term, Value};
use crate::select::pattern::IncidentFact;

/// Most times that the incident is looked at. With the wait between them that is as long as entities were seen to need.
const LOOKS: u16 = 6;
/// Minutes between two looks.
const MINUTES: u16 = 2;

const KINDS: &str = "Kinds_named";
const ENOUGH: &str = "Enough_is_named";
const WAIT: &str = "Wait_a_little";

/// The loop called `name` that waits for kinds of entities of an incident.
pub(super) fn wait(
    leaves: &Leaves<'_>,
    calls: &mut Calls<'_>,
    name: &str,
    kinds: &[EntityKind],
) -> Result<Json, String> {
    let source = leaves.trigger.source();
    let types = call("string", vec![call("body", vec![Expr::str(KINDS)])]);
    let named = |kind: &EntityKind| {
        let marks = marks(source, *kind);
        any("or", marks.map(|mark| call("contains", vec![types.clone(), Expr::str(mark)])).collect())
    };
    let known: Vec<Expr> = kinds.iter().map(named).collect();
    let second = call("greaterOrEquals", vec![call("iterationIndexes", vec![Expr::str(name)]), Expr::int(1)]);
    let some = call("and", vec![second, any("or", known.clone())]);
    let enough = call("or", vec![any("and", known), some]);
    let kind_of_each = match source {
        Source::Sentinel => call("item", Vec::new()).get("kind"),
        Source::Graph => call("item", Vec::new()).get("@odata.type"),
    };
    let kind_of_each = call("coalesce", vec![kind_of_each, Expr::str("")]);
    let kind_of_each = call("toLower", vec![call("string", vec![kind_of_each])]);
    let mut look_again = Map::from_iter([(
        WAIT.to_owned(),
        json!({
            "type": "Wait",
            "inputs": { "interval": { "count": MINUTES, "unit": "Minute" } },
            "runAfter": {},
        }),
    )]);
    look_again.extend(match source {
        Source::Sentinel => list_entities(leaves, calls)?,
        Source::Graph => read_evidence(leaves, calls)?,
    });
    Ok(json!({
        "type": "Until",
        "expression": escape::whole(&call("equals", vec![call("outputs", vec![Expr::str(ENOUGH)]), Expr::bool(true)])),
        "limit": { "count": LOOKS, "timeout": "PT20M" },
        "actions": {
            KINDS: {
                "type": "Select",
                "inputs": { "from": whole(&so_far()), "select": whole(&kind_of_each) },
                "runAfter": {},
            },
            ENOUGH: {
                "type": "Compose",
                "inputs": whole(&enough),
                "runAfter": { KINDS: ["Succeeded"] },
            },
            "Too_little_is_named": {
                "type": "If",
                "expression": { "equals": [format!("@outputs('{ENOUGH}')"), false] },
                "actions": look_again,
                "else": { "actions": {} },
                "runAfter": { ENOUGH: ["Succeeded"] },
            },
        },
    }))
}

/// The actions that ask Sentinel for the entities of the incident: its trigger brings what was there when it fired.
fn list_entities(leaves: &Leaves<'_>, calls: &mut Calls<'_>) -> Result<Map<String, Json>, String> {
    const LIST: &str = "List_entities_again";
    let mut list = calls.action(leaves, "http.arm.listIncidentEntities", &parts_of_incident(), None)?;
    list["runAfter"] = json!({ WAIT: ["Succeeded"] });
    let listed = call("coalesce", vec![answer(LIST).get("entities"), entities::empty_list()]);
    let mut actions = Map::from_iter([(LIST.to_owned(), list)]);
    actions.extend(keep(&listed, &run_after_look(LIST)));
    Ok(actions)
}

/// The actions that ask Graph for the incident and add the evidence of its alerts.
fn read_evidence(leaves: &Leaves<'_>, calls: &mut Calls<'_>) -> Result<Map<String, Json>, String> {
    const AGAIN: &str = "Get_incident_again";
    const EACH: &str = "Each_alert_again";
    let id = ("incident".to_owned(), Value::Term(Term::Incident(IncidentFact::Id)));
    let mut get = calls.action(leaves, "http.graph.getIncident", &[id], None)?;
    get["runAfter"] = json!({ WAIT: ["Succeeded"] });
    let alerts = call("coalesce", vec![answer(AGAIN).get("alerts"), entities::empty_list()]);
    let evidence = call("items", vec![Expr::str(EACH)]).get("evidence");
    let evidence = call("coalesce", vec![evidence, entities::empty_list()]);
    let each = json!({
        "type": "Foreach",
        "foreach": whole(&alerts),
        "actions": keep(&evidence, &json!({})),
        "runtimeConfiguration": { "concurrency": { "repetitions": 1 } },
        "runAfter": run_after_look(AGAIN),
    });
    Ok(Map::from_iter([(AGAIN.to_owned(), get), (EACH.to_owned(), each)]))
}

/// A look that failed is no reason to stop: the next one may succeed, and what is known stays known.
fn run_after_look(look: &str) -> Json {
    json!({ look: ["Succeeded", "Failed", "TimedOut"] })
}

/// The actions that add entities to those known so far. A variable may not be set from itself, so the union stands in an
/// action of its own.
fn keep(entities: &Expr, after: &Json) -> Map<String, Json> {
    let all = call("union", vec![so_far(), entities.clone()]);
    let set = json!({ "name": EVIDENCE, "value": "@outputs('All_evidence_again')" });
    Map::from_iter([
        (
            "All_evidence_again".to_owned(),
            json!({ "type": "Compose", "inputs": whole(&all), "runAfter": after }),
        ),
        (
            "Keep_evidence_again".to_owned(),
            json!({
                "type": "SetVariable",
                "inputs": set,
                "runAfter": { "All_evidence_again": ["Succeeded"] },
            }),
        ),
    ])
}

fn so_far() -> Expr {
    call("variables", vec![Expr::str(EVIDENCE)])
}

fn whole(expr: &Expr) -> Json {
    Json::String(escape::whole(expr))
}

/// Some tests as one.
fn any(function: &str, mut tests: Vec<Expr>) -> Expr {
    if tests.len() == 1 { tests.remove(0) } else { call(function, tests) }
}
