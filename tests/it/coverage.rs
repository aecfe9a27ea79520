//! What is known of the service's refusals and of other tools' rules, against the rules we have.
//!
//! `tests/fixtures/rules-left-out.tsv` says for each which rule of ours finds it, or why none does.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and tells what it saw"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use counterflow::check::all_rules;
use counterflow::data::connector::signature;

/// Families of `rules.tsv` whose every row must be in the table.
const FAMILIES: &[&str] = &[
    "ARM", "CON", "EXP", "FMT", "GRA", "LIM", "NAM", "PERF", "PRJ", "REF", "SAF", "SEC", "SHP", "SOL", "VAR",
];

/// Rows of `errors.tsv` that must be in the table.
const REFUSALS: &[&str] = &[
    "E01", "E02", "E03", "E04", "E05", "E06", "E07", "E08", "E09", "E10", "E11", "E12", "E13", "E14", "E15",
    "E16", "E17", "E18", "E19", "E20", "E21", "E22", "E23", "E24", "E25", "E26", "E27", "E28", "E29", "E30",
    "E31", "E32", "E33", "E34", "E35", "E36", "E37", "E38", "E39", "E40", "E41", "E42", "E43", "E44", "E45",
    "E46", "E47", "E48", "E49", "E50", "E51", "E52", "E53", "E54", "E55", "E56", "E57", "E58", "E59", "E60",
    "E61", "E62", "E63", "E64", "R01", "R02", "R03", "R04", "R05", "R06", "R08", "R09", "R10", "R11", "R12",
    "R13", "R14",
];

fn rows(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).unwrap();
    text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

fn table() -> BTreeMap<String, (String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/rules-left-out.tsv");
    let rows = rows(&path);
    let count = rows.len();
    let table: BTreeMap<_, _> =
        rows.into_iter().map(|row| (row[0].clone(), (row[1].clone(), row[2].clone()))).collect();
    assert_eq!(table.len(), count, "a row stands twice");
    table
}

#[test]
fn every_row_names_a_rule_or_a_reason() {
    let codes: BTreeSet<&str> = all_rules().map(|rule| rule.code).collect();
    for (id, (code, why)) in table() {
        match code.as_str() {
            "" => assert!(!why.is_empty(), "{id} has neither a rule nor a reason"),
            code => assert!(codes.contains(code), "{id} names {code}, which does not exist"),
        }
    }
}

#[test]
fn every_known_refusal_and_rule_has_its_row() {
    let facts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/facts/checker");
    if !facts.is_dir() {
        println!("skipped: the catalogue of refusals and rules (../shared/facts/checker) is not here");
        return;
    }
    let table = table();
    let known: BTreeSet<String> = ["errors.tsv", "rules.tsv"]
        .iter()
        .flat_map(|file| rows(&facts.join(file)))
        .map(|row| row[0].clone())
        .collect();
    let unknown: Vec<_> = table.keys().filter(|id| !known.contains(*id)).collect();
    assert!(unknown.is_empty(), "rows of nothing: {unknown:?}");
    let ours = |id: &&String| {
        REFUSALS.contains(&id.as_str())
            || FAMILIES.contains(&id.trim_end_matches(|c: char| c.is_ascii_digit()))
    };
    let missing: Vec<_> = known.iter().filter(ours).filter(|id| !table.contains_key(*id)).collect();
    assert!(missing.is_empty(), "no row for {missing:?}");
}

#[test]
fn every_known_operation_has_a_signature() {
    let facts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/facts/connectors/catalogue.json");
    let Ok(text) = fs::read_to_string(facts) else {
        println!("skipped: the catalogue of operations (../shared/facts/connectors) is not here");
        return;
    };
    let known: serde_json::Value = serde_json::from_str(&text).unwrap();
    for operation in known.as_array().unwrap() {
        let id = operation["id"].as_str().unwrap();
        let found = signature(id).unwrap_or_else(|| panic!("no signature of {id}"));
        assert!(found.is_listed, "{id}");
        assert_eq!(Some(found.connector), operation["api"].as_str(), "{id}");
    }
}
