//! The examples are built and compared, byte by byte, with what they are expected to give.
//!
//! Run with `COUNTERFLOW_BLESS=1` to write `examples/<name>/expected` anew, and read the difference.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and tells what it saw"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use counterflow::report::text;
use counterflow::select::Mode;
use serde_json::Value;

use crate::command::Bench;
use crate::support;

#[test]
fn every_example_gives_what_it_is_expected_to() {
    let examples = support::examples();
    assert!(!examples.is_empty());
    for name in examples {
        let outcome = support::build(&support::example(&name), Mode::Reusable);
        let Some(artifacts) = outcome.value else {
            panic!("{name}: {}", text::render(&outcome.report, &annotate_snippets::Renderer::plain()));
        };
        let built: BTreeMap<String, Vec<u8>> =
            artifacts.into_iter().map(|artifact| (artifact.path, artifact.bytes)).collect();
        let expected = support::root().join("examples").join(&name).join("expected");
        if std::env::var_os("COUNTERFLOW_BLESS").is_some() {
            bless(&expected, &built);
        }
        compare(&name, &built, &support::files(&expected));
    }
}

/// What stricter checks tell of the examples: values that are left to whoever deploys; acts that the profile of an example
/// lets happen at once; and, to an auditor, that the incident in hand may have no tags.
const TOLD: &[(&str, &[&str])] =
    &[("--strict", &["CF6046", "CF8001"]), ("--persona auditor", &["CF3034", "CF6046", "CF8001"])];

#[test]
fn stricter_checks_of_the_examples_tell_what_is_left_to_people() {
    for name in support::examples() {
        let expected = support::root().join("examples").join(&name).join("expected");
        for (how, allowed) in TOLD {
            let ran = Bench::empty().run(&format!("check --format json {how} {}", expected.display()));
            let report: Value = serde_json::from_str(&ran.stdout).unwrap();
            let found = report["diagnostics"].as_array().unwrap();
            assert!(ran.code == 0 && !found.is_empty(), "{name}, {how}: {}", ran.stderr);
            let is_told =
                |one: &&Value| one["severity"] != "info" && !allowed.contains(&one["code"].as_str().unwrap());
            let other: Vec<String> = found.iter().filter(is_told).map(Value::to_string).collect();
            assert!(other.is_empty(), "{name}, {how}:\n{}", other.join("\n"));
        }
    }
}

fn bless(folder: &Path, built: &BTreeMap<String, Vec<u8>>) {
    if folder.exists() {
        fs::remove_dir_all(folder).unwrap();
    }
    for (path, bytes) in built {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
}

fn compare(name: &str, built: &BTreeMap<String, Vec<u8>>, expected: &BTreeMap<String, Vec<u8>>) {
    let help = "if that is meant, run the tests with COUNTERFLOW_BLESS=1 and read the difference";
    let paths = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(paths(built), paths(expected), "examples/{name}: other files; {help}");
    let differ: Vec<&String> = built.keys().filter(|path| built[*path] != expected[*path]).collect();
    if let Some(path) = differ.first() {
        let line = first_difference(&built[*path], &expected[*path]);
        panic!("examples/{name}: {differ:?} differ, the first {line}; {help}");
    }
}

/// Where two texts part, in words.
fn first_difference(built: &[u8], expected: &[u8]) -> String {
    let (Ok(built), Ok(expected)) = (std::str::from_utf8(built), std::str::from_utf8(expected)) else {
        return "is no text".to_owned();
    };
    let same = built.lines().zip(expected.lines()).take_while(|(one, other)| one == other).count();
    let line = |text: &str| text.lines().nth(same).unwrap_or_default().trim().to_owned();
    format!("in line {}: built {:?}, expected {:?}", same + 1, line(built), line(expected))
}
