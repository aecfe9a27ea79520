//! The word lists of the products, one by one: every word that a product may write is read without a remark, and every
//! kind of evidence is known.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and tells what it saw"
)]

use std::fs;

use counterflow::ingest::{Export, Ingested};
use serde_json::{Value as Json, json};

use crate::support;

/// The published lists; none, with a note, where the shared folder is absent.
fn lists() -> Option<Json> {
    let path = support::root().join("../shared/facts/incidents/enums.json");
    let text = fs::read_to_string(&path).ok();
    if text.is_none() {
        println!("skipped: there are no word lists at {}", path.display());
    }
    Some(serde_json::from_str(&text?).unwrap())
}

/// The words of one list.
fn words<'l>(lists: &'l Json, pointer: &str) -> Vec<&'l str> {
    let list = lists.pointer(pointer).unwrap_or_else(|| panic!("{pointer}"));
    list.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect()
}

/// The codes of what reading remarks on. A merged incident is refused for that and read otherwise.
fn remarks(export: &Json) -> Vec<(&'static str, String)> {
    let found = match Export::parse(&export.to_string()).unwrap().read() {
        Ok(Ingested { diagnostics, .. }) => diagnostics,
        Err(diagnostics) => diagnostics,
    };
    found.into_iter().map(|finding| (finding.rule.code, finding.message)).collect()
}

/// What must not be said of a known word.
const UNKNOWN_WORD: &str = "CF9010";
/// What must not be said of a known kind of evidence.
const UNKNOWN_KIND: &str = "CF9012";

fn graph_incident(key: &str, word: &str) -> Json {
    let mut incident = json!({
        "@odata.type": "#microsoft.graph.security.incident", "id": "1", "displayName": "t", "status": "active",
        "severity": "high", "alerts": [{ "id": "a", "title": "t", "category": "Malware", "evidence": [] }],
    });
    incident[key] = json!(word);
    incident
}

#[test]
fn every_word_of_the_products_is_known() {
    let Some(lists) = lists() else { return };
    let graph = [
        ("status", "/graph/enums/IncidentStatus"),
        ("severity", "/graph/enums/AlertSeverity"),
        ("classification", "/graph/enums/AlertClassification"),
    ];
    let mut count = 0;
    let mut check = |export: Json, what: String| {
        count += 1;
        let found = remarks(&export);
        assert!(!found.iter().any(|(code, _)| *code == UNKNOWN_WORD), "{what}: {found:?}");
    };
    for (key, pointer) in graph {
        for word in words(&lists, pointer) {
            check(graph_incident(key, word), format!("{key} {word}"));
        }
    }
    let evidence = [
        ("verdict", "/graph/enums/EvidenceVerdict"),
        ("remediationStatus", "/graph/enums/EvidenceRemediationStatus"),
    ];
    for (key, pointer) in evidence {
        for word in words(&lists, pointer) {
            let mut export = graph_incident("status", "active");
            let mut ip =
                json!({ "@odata.type": "#microsoft.graph.security.ipEvidence", "ipAddress": "192.0.2.1" });
            ip[key] = json!(word);
            export["alerts"][0]["evidence"] = json!([ip]);
            check(export, format!("{key} {word}"));
        }
    }
    let sentinel = [
        ("status", "/sentinel/enums/IncidentStatus"),
        ("severity", "/sentinel/enums/IncidentSeverity"),
        ("classification", "/sentinel/enums/IncidentClassification"),
    ];
    for (key, pointer) in sentinel {
        for word in words(&lists, pointer) {
            let mut export = json!({
                "id": "/x/incidents/n", "name": "n", "type": "Microsoft.SecurityInsights/Incidents",
                "properties": { "title": "t", "status": "New", "severity": "High" },
            });
            export["properties"][key] = json!(word);
            check(export, format!("sentinel {key} {word}"));
        }
    }
    for key in ["status", "severity", "classification"] {
        for word in words(&lists, &format!("/m365d_legacy/{key}")) {
            let mut export = json!({
                "incidentId": 1, "incidentName": "t", "status": "Active", "severity": "High",
                "alerts": [{ "alertId": "a", "title": "t", "devices": [], "entities": [] }],
            });
            export[key] = json!(word);
            check(export, format!("m365d {key} {word}"));
        }
    }
    println!("{count} words are known");
}

#[test]
fn every_kind_of_evidence_is_known() {
    let Some(lists) = lists() else { return };
    let kinds = lists["graph"]["evidence_types"].as_object().unwrap().keys();
    let mut count = 0;
    for kind in kinds {
        let mut export = graph_incident("status", "active");
        export["alerts"][0]["evidence"] = json!([{ "@odata.type": kind, "displayName": "x" }]);
        let found = remarks(&export);
        assert!(!found.iter().any(|(code, _)| *code == UNKNOWN_KIND), "{kind}: {found:?}");
        count += 1;
    }
    for kind in words(&lists, "/sentinel/enums/EntityKind") {
        let export = json!({
            "incident": {
                "id": "/x/incidents/n", "name": "n", "type": "Microsoft.SecurityInsights/Incidents",
                "properties": { "title": "t", "status": "New", "severity": "High" },
            },
            "entities": [{ "id": "/x/Entities/e", "kind": kind, "properties": { "friendlyName": "x" } }],
        });
        let found = remarks(&export);
        assert!(!found.iter().any(|(code, _)| *code == UNKNOWN_KIND), "{kind}: {found:?}");
        count += 1;
    }
    for kind in words(&lists, "/m365d_legacy/seen/entityType") {
        let export = json!({
            "incidentId": 1, "incidentName": "t", "status": "Active", "severity": "High",
            "alerts": [{ "alertId": "a", "title": "t", "devices": [], "entities": [{ "entityType": kind, "displayName": "x" }] }],
        });
        let found = remarks(&export);
        assert!(!found.iter().any(|(code, _)| *code == UNKNOWN_KIND), "{kind}: {found:?}");
        count += 1;
    }
    println!("{count} kinds of evidence are known");
}
