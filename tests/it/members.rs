//! The tables of members against the bundled schemas: what a schema refuses, a table or a rule must refuse too.
//!
//! Published definitions have few mistakes of this kind, so each is damaged in many ways, a fixed sequence of them, and
//! both judge the result.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and tells what it saw"
)]

use std::collections::{BTreeMap, BTreeSet};

use counterflow::base::json::Document;
use counterflow::base::source::Source;
use counterflow::check::{self, Options};
use counterflow::workflow;
use serde_json::Value;

use crate::corpus;

/// A sequence that is the same in every run.
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % bound
    }
}

/// Pointers of every value in it, with whether it is a member of an object.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    let escaped = |key: &str| key.replace('~', "~0").replace('/', "~1");
    match value {
        Value::Object(members) => members.iter().for_each(|(key, value)| {
            let at = format!("{at}/{}", escaped(key));
            found.push(at.clone());
            places(value, &at, found);
        }),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, value)| {
            let at = format!("{at}/{index}");
            found.push(at.clone());
            places(value, &at, found);
        }),
        _ => {}
    }
}

/// Damages the value at a place in one of several ways.
fn damage(document: &mut Value, place: &str, way: usize) {
    let (parent, key) = place.rsplit_once('/').unwrap();
    let key = key.replace("~1", "/").replace("~0", "~");
    let parent = document.pointer_mut(parent).unwrap();
    let slot = match parent {
        Value::Object(members) => match way {
            0 => return drop(members.shift_remove(&key)),
            1 => {
                let value = members.shift_remove(&key).unwrap();
                members.insert(format!("{key}x"), value);
                return;
            }
            _ => members.get_mut(&key).unwrap(),
        },
        Value::Array(items) => &mut items[key.parse::<usize>().unwrap()],
        _ => return,
    };
    *slot = match way {
        2 => Value::from(7),
        3 => Value::from(""),
        4 => Value::from("no such word"),
        5 => Value::Null,
        6 => Value::Array(Vec::new()),
        _ => Value::Object(serde_json::Map::new()),
    };
}

#[test]
fn what_a_schema_refuses_a_rule_refuses() {
    let Some(folder) = corpus::folder() else { return };
    let mut sequence = Sequence(1);
    let mut judged = 0;
    let mut unsaid: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for entry in corpus::entries(&folder).iter().filter(|entry| !entry.is_broken) {
        let source = Source::decode(&entry.file, &entry.bytes).unwrap();
        let Ok(value) = serde_json::from_str::<Value>(source.text()) else { continue };
        let mut found = Vec::new();
        places(&value, "", &mut found);
        let rounds = std::env::var("ROUNDS").map_or(6, |text| text.parse().unwrap());
        for _ in 0..rounds {
            let mut damaged = value.clone();
            let place = &found[sequence.below(found.len())];
            let way = sequence.below(8);
            damage(&mut damaged, place, way);
            let text = damaged.to_string();
            let document = Document::parse(&text).unwrap();
            let Ok(workflows) = workflow::read(&document) else { continue };
            judged += 1;
            let refused = check::schema(&document, workflows.form);
            if refused.is_empty() {
                continue;
            }
            let said: BTreeSet<String> = check::check(&document, &Options::default())
                .into_iter()
                .map(|finding| finding.pointer.to_string())
                .collect();
            // Where a member has a wrong name, the rule speaks of that member, the schema of its place.
            let is_said = |at: &str| {
                said.contains(at)
                    || said
                        .range(format!("{at}/")..)
                        .next()
                        .is_some_and(|said| said.starts_with(&format!("{at}/")))
            };
            for finding in refused.iter().filter(|finding| !is_said(finding.pointer.as_str())) {
                let line = format!("{} {} {way} {place}: {}", entry.file, finding.pointer, finding.message);
                unsaid.entry(finding.rule.code.to_owned()).or_default().push(line);
            }
        }
    }
    println!("{judged} damaged documents");
    for (code, lines) in &unsaid {
        println!("{code}: {} unsaid", lines.len());
        lines.iter().take(40).for_each(|line| println!("   {line}"));
    }
    assert!(unsaid.is_empty(), "a schema refuses what no rule does");
}
