//! Entities that come late. An incident is often there before its entities are, by minutes, and some never come.
//!
//! Before a run decides whom it may touch it looks whether the incident names something of every kind that the playbook
//! acts on. While it names nothing of any of them the run waits and reads again, a few times; where it names some, once
//! more and no longer, because many incidents have no message or no device and containing must not wait for one. Then
//! the run goes on with what there is.

use serde_json::{Value as Json, json};

use super::calls::Calls;
use super::entities::{self, EVIDENCE, marks};
use super::leaves::{Leaves, answer, call};
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
const AGAIN: &str = "Get_incident_again";
const EACH: &str = "Each_alert_again";

/// The loop called `name` that waits for kinds of entities of an incident in Microsoft Graph.
pub(super) fn wait(
    leaves: &Leaves<'_>,
    calls: &mut Calls<'_>,
    name: &str,
    kinds: &[EntityKind],
) -> Result<Json, String> {
    let whole = |expr: &Expr| Json::String(escape::whole(expr));
    let lower = |value: Expr| {
        call("toLower", vec![call("string", vec![call("coalesce", vec![value, Expr::str("")])])])
    };
    let types = call("string", vec![call("body", vec![Expr::str(KINDS)])]);
    let named = |kind: &EntityKind| {
        let marks = marks(leaves.trigger.source(), *kind);
        any("or", marks.map(|mark| call("contains", vec![types.clone(), Expr::str(mark)])).collect())
    };
    let known: Vec<Expr> = kinds.iter().map(named).collect();
    let second = call("greaterOrEquals", vec![call("iterationIndexes", vec![Expr::str(name)]), Expr::int(1)]);
    let some = call("and", vec![second, any("or", known.clone())]);
    let enough = call("or", vec![any("and", known), some]);
    let id = ("incident".to_owned(), Value::Term(Term::Incident(IncidentFact::Id)));
    let mut get = calls.action(leaves, "http.graph.getIncident", &[id], None)?;
    get["runAfter"] = json!({ "Wait_a_little": ["Succeeded"] });
    let kept = call("variables", vec![Expr::str(EVIDENCE)]);
    let alerts = call("coalesce", vec![answer(AGAIN).get("alerts"), entities::empty_list()]);
    let evidence = call("items", vec![Expr::str(EACH)]).get("evidence");
    let evidence = call("coalesce", vec![evidence, entities::empty_list()]);
    let of_alert = json!({
        "All_evidence_again": {
            "type": "Compose",
            "inputs": whole(&call("union", vec![kept.clone(), evidence])),
            "runAfter": {},
        },
        "Keep_evidence_again": {
            "type": "SetVariable",
            "inputs": { "name": EVIDENCE, "value": "@outputs('All_evidence_again')" },
            "runAfter": { "All_evidence_again": ["Succeeded"] },
        },
    });
    let look_again = json!({
        "Wait_a_little": {
            "type": "Wait",
            "inputs": { "interval": { "count": MINUTES, "unit": "Minute" } },
            "runAfter": {},
        },
        AGAIN: get,
        EACH: {
            "type": "Foreach",
            "foreach": whole(&alerts),
            "actions": of_alert,
            "runtimeConfiguration": { "concurrency": { "repetitions": 1 } },
            // A look that failed is no reason to stop: the next one may succeed, and what is known stays known.
            "runAfter": { AGAIN: ["Succeeded", "Failed", "TimedOut"] },
        },
    });
    let kind_of_each = lower(call("item", Vec::new()).get("@odata.type"));
    Ok(json!({
        "type": "Until",
        "expression": escape::whole(&call("equals", vec![call("outputs", vec![Expr::str(ENOUGH)]), Expr::bool(true)])),
        "limit": { "count": LOOKS, "timeout": "PT20M" },
        "actions": {
            KINDS: {
                "type": "Select",
                "inputs": { "from": whole(&kept), "select": whole(&kind_of_each) },
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

/// Some tests as one.
fn any(function: &str, mut tests: Vec<Expr>) -> Expr {
    if tests.len() == 1 { tests.remove(0) } else { call(function, tests) }
}
