//! `check --fix`: what it changes, and that it changes nothing else.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and tells what it saw"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use counterflow::base::diagnostic::Located;
use counterflow::base::json::Document;
use counterflow::base::source::{Encoding, Source};
use counterflow::check::{self, Files, all_rules};
use counterflow::pipeline::check::Unit;
use counterflow::pipeline::fix::{Mended, fix};
use counterflow::pipeline::policy::{Choice, Config, Persona, Policy};
use counterflow::workflow::bundle::Group;
use rayon::prelude::*;

use crate::check::fixture;
use crate::command::Bench;
use crate::corpus;

/// The rules whose findings can be mended.
const MENDED: [&str; 11] = [
    "CF2001", "CF2005", "CF2007", "CF2014", "CF2027", "CF2028", "CF3002", "CF3006", "CF3007", "CF3009",
    "CF3021",
];
/// And of those others, which the rules of connections and packaging hold.
const MENDED_ELSEWHERE: [&str; 1] = ["CF4002"];

/// Whoever wants everything.
fn auditor() -> Policy {
    let choice = Choice { persona: Persona::Auditor, ..Choice::default() };
    Policy::new(&choice, &Config::default()).unwrap()
}

/// Whoever asks for nothing. To an auditor, what can be read again may say more than it did.
fn author() -> Policy {
    Policy::new(&Choice::default(), &Config::default()).unwrap()
}

fn mend(files: &Files, policy: &Policy) -> Mended {
    let names = files.files.iter().map(|(name, role, _)| (name.clone(), *role)).collect();
    let group = Group { kind: files.kind, files: names, is_whole: files.is_whole };
    let read = |wanted: &str| -> Result<_, Infallible> {
        let (name, _, bytes) = files.files.iter().find(|(name, ..)| name == wanted).unwrap();
        Ok((name.clone(), bytes.clone()))
    };
    fix(&Unit { group, is_asked: true }, policy, &read).unwrap()
}

/// The files as they are after mending, and how many changes were made.
fn mended(files: &Files, policy: &Policy) -> (Files, usize) {
    let mut files = files.clone();
    let outcome = mend(&files, policy);
    for fixed in &outcome.files {
        let place = files.files.iter_mut().find(|(name, ..)| *name == fixed.name).unwrap();
        place.2 = fixed.bytes();
    }
    (files, outcome.files.iter().map(|fixed| fixed.made).sum())
}

fn found(files: &Files, policy: &Policy) -> Vec<Located> {
    let checked = check::check_files(files.clone(), &policy.options());
    checked.into_iter().flat_map(|one| policy.judge_all(one.findings)).collect()
}

fn counted(findings: &[Located]) -> BTreeMap<&'static str, usize> {
    let mut counts = BTreeMap::new();
    for found in findings {
        *counts.entry(found.diagnostic.rule.code).or_default() += 1;
    }
    counts
}

/// Mends, and holds the result to what `--fix` promises.
fn hold(files: &Files, policy: &Policy, what: &str) -> usize {
    let (after, made) = mended(files, policy);
    if made == 0 {
        // Nothing was offered.
        return 0;
    }
    let left = found(&after, policy);
    let offered: Vec<_> = left.iter().filter(|found| found.edit.is_some()).collect();
    assert!(offered.is_empty(), "{what}: not mended: {offered:?}");
    let (was, is) = (counted(&found(files, &author())), counted(&found(&after, &author())));
    let count_of = |code: &str| was.get(code).copied().unwrap_or(0);
    // The resource behind an entry that nothing used is unused itself once the entry is gone.
    let known = |code: &str| count_of(code) + if code == "CF4028" { count_of("CF4002") } else { 0 };
    let new: Vec<_> = is.iter().filter(|(code, count)| known(code) < **count).collect();
    assert!(new.is_empty(), "{what}: new findings: {new:?}");
    assert_eq!(mended(&after, policy).1, 0, "{what}: a second run changes something");
    made
}

/// The same file in another encoding, and with the line ends of Windows.
fn encoded(files: &Files, encoding: Encoding) -> Files {
    let mut files = files.clone();
    for (name, _, bytes) in &mut files.files {
        let source = Source::decode(name.as_str(), bytes).unwrap();
        *bytes = encoding.encode(&source.text().replace("\r\n", "\n").replace('\n', "\r\n"));
    }
    files
}

#[test]
fn what_is_offered_mends_its_finding_in_every_encoding() {
    let policy = auditor();
    let mut codes = BTreeSet::new();
    for rule in all_rules() {
        let files = fixture(rule, "err").unwrap();
        let fixable = |found: &Located| found.edit.is_some() && found.diagnostic.rule.code == rule.code;
        if !found(&files, &policy).iter().any(fixable) {
            continue;
        }
        codes.insert(rule.code);
        assert!(hold(&files, &policy, rule.name) > 0, "{}", rule.name);
        let plain = mended(&files, &policy).0;
        for encoding in [Encoding::Utf8, Encoding::Utf8Bom, Encoding::Utf16Le, Encoding::Utf16Be] {
            let again = mended(&encoded(&files, encoding), &policy).0;
            let bytes = |files: &Files| files.files.iter().map(|file| file.2.clone()).collect::<Vec<_>>();
            assert_eq!(bytes(&again), bytes(&encoded(&plain, encoding)), "{} in {encoding:?}", rule.name);
        }
    }
    let expected: BTreeSet<_> = MENDED.into_iter().chain(MENDED_ELSEWHERE).collect();
    let missing: Vec<_> = expected.difference(&codes).collect();
    assert!(missing.is_empty(), "offered no more: {missing:?}");
}

#[test]
fn published_samples_are_mended_and_nothing_else_is_wrong_afterwards() {
    let Some(corpus) = corpus::folder() else { return };
    let policy = auditor();
    let samples = corpus::entries(&corpus).into_par_iter();
    let samples = samples.filter(|entry| entry.is_sample && !entry.is_broken);
    let made = samples.map(|entry| hold(&Files::one(&entry.file, entry.bytes), &policy, &entry.file));
    let made: Vec<usize> = made.filter(|made| *made > 0).collect();
    println!("{} changes in {} files", made.iter().sum::<usize>(), made.len());
    assert!(made.len() > 50, "{}", made.len());
}

/// Statuses and references in capitals are written back as they were, byte for byte.
#[test]
fn capitals_are_undone() {
    let Some(corpus) = corpus::folder() else { return };
    let policy = auditor();
    let mut undone = 0;
    let entries = corpus::entries(&corpus);
    for entry in entries.iter().filter(|entry| entry.is_sample && !entry.is_broken).step_by(4) {
        let sound = mended(&Files::one(&entry.file, entry.bytes.clone()), &policy).0;
        let source = Source::decode("x", &sound.files[0].2).unwrap();
        let document = Document::parse(source.text()).unwrap();
        if document.duplicates().next().is_some() {
            // Of actions with one name only the last is looked at.
            continue;
        }
        let mut text = source.text().to_owned();
        let within = |node: &counterflow::base::json::Node<'_>| {
            let list = node.parent().and_then(|entry| entry.parent());
            // What an action writes somewhere may look like a definition.
            list.and_then(|list| list.key()) == Some("runAfter")
                && !node.pointer().as_str().contains("/inputs/")
        };
        for node in document.root().descendants().filter(within) {
            let loud = text[node.span()].to_ascii_uppercase();
            text.replace_range(node.span(), &loud);
        }
        let mut loud = sound.clone();
        loud.files[0].2 = source.encoding().encode(&text);
        let (after, made) = mended(&loud, &policy);
        assert_eq!(after.files[0].2, sound.files[0].2, "{}", entry.file);
        undone += made;
    }
    assert!(undone > 1000, "{undone}");
}

const HEAD: &str = r#""$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#", "contentVersion": "1.0.0.0", "triggers": {"t": {"type": "Request", "kind": "Http"}}"#;

/// What mends one thing and breaks another stays as it is.
#[test]
fn a_change_that_would_bring_a_mistake_is_not_made() {
    let cases = [
        // An alternative that runs where the other fails: waiting for both would mean to wait for ever.
        r#""Get": {"type": "Http", "inputs": {"method": "GET", "uri": "https://contoso.example", "retryPolicy": {"type": "none"}}, "runAfter": {}},
           "Fallback": {"type": "Compose", "inputs": 1, "runAfter": {"Get": ["Failed"]}},
           "Use": {"type": "Compose", "inputs": "@coalesce(body('Get'), outputs('Fallback'))", "runAfter": {"Get": ["Succeeded"]}}"#,
        // Two entries that are one action.
        r#""A": {"type": "Compose", "inputs": 1, "runAfter": {}},
           "B": {"type": "Compose", "inputs": 1, "runAfter": {"a": ["SUCCEEDED"], "A": ["Failed"]}}"#,
        // The escaped key stands beside.
        r#""A": {"type": "Compose", "inputs": {"@odata.type": "x", "@@odata.type": "y"}, "runAfter": {}}"#,
        // Each needs the other.
        r#""A": {"type": "Compose", "inputs": "@outputs('B')", "runAfter": {}},
           "B": {"type": "Compose", "inputs": "@outputs('A')", "runAfter": {}}"#,
    ];
    for actions in cases {
        let text = format!("{{{HEAD}, \"actions\": {{{actions}}}, \"outputs\": {{}}}}");
        let files = Files::one("a.json", text.into_bytes());
        let after = mended(&files, &auditor()).0;
        let (was, is) = (counted(&found(&files, &author())), counted(&found(&after, &author())));
        let worse: Vec<_> =
            is.iter().filter(|(code, count)| was.get(*code).copied().unwrap_or(0) < **count).collect();
        let text = String::from_utf8_lossy(&after.files[0].2);
        assert!(worse.is_empty(), "{worse:?} in {text}");
    }
}

const LOUD: &str = r#"{"definition": {
    "$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
    "contentVersion": "1.0.0.0", "triggers": {"t": {"type": "Request", "kind": "Http"}}, "actions": {
    "Get user's": {"type": "Compose", "inputs": 1},
    "B": {"type": "Compose", "inputs": "é@{outputs('get USER''s')}", "runAfter": {"Get user's": ["SUCCEEDED"]}}}}}"#;

#[test]
fn the_command_mends_what_it_reports_and_nothing_else() {
    let bench = Bench::empty();
    let untouched = |arguments: &str| {
        let ran = bench.run(arguments);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, "0 changes made in 0 files\n"), "{}", ran.shown);
        assert_eq!(std::fs::read_to_string(bench.path("a.json")).unwrap(), LOUD);
    };
    bench.write("a.json", LOUD);
    // What only strict checks tell of stays as it is until they are asked.
    assert_eq!(bench.run("check a.json").stdout, "no findings in 1 file\n");
    untouched("check a.json --fix");
    // What a baseline knows is not reported either, and what the project turns off.
    bench.run("check a.json --strict --write-baseline known.json");
    untouched("check a.json --strict --baseline known.json --fix");
    bench.write("counterflow.yaml", "rules: { status-in-other-case: off, CF2027: off }\n");
    untouched("check a.json --strict --fix");
    bench.write("counterflow.yaml", "strict: true\n");
    let ran = bench.run("check a.json --fix");
    assert_eq!((ran.code, ran.stderr.as_str()), (0, "2 changes made in 1 file\n"), "{}", ran.shown);
    let expected = LOUD.replace("SUCCEEDED", "Succeeded").replace("get USER", "Get user");
    assert_eq!(std::fs::read_to_string(bench.path("a.json")).unwrap(), expected);
}

#[test]
fn archives_and_standard_input_are_left_alone() {
    let bench = Bench::empty();
    let zip = {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file("Workflows/a.json", zip::write::SimpleFileOptions::default()).unwrap();
        std::io::Write::write_all(&mut zip, LOUD.as_bytes()).unwrap();
        zip.finish().unwrap().into_inner()
    };
    std::fs::write(bench.path("a.zip"), &zip).unwrap();
    let ran = bench.run("check a.zip --strict --fix");
    assert_eq!(ran.code, 0, "{}", ran.shown);
    assert!(ran.stderr.contains("2 changes left in archives"), "{}", ran.shown);
    assert_eq!(std::fs::read(bench.path("a.zip")).unwrap(), zip);
    assert_eq!(bench.run("check - --fix").code, 2);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    let bench = Bench::empty();
    bench.write("real.json", LOUD);
    std::os::unix::fs::symlink("real.json", bench.path("link.json")).unwrap();
    assert_eq!(bench.run("check link.json --strict --fix").code, 0);
    assert!(std::fs::symlink_metadata(bench.path("link.json")).unwrap().is_symlink());
    assert!(std::fs::read_to_string(bench.path("real.json")).unwrap().contains("Succeeded"));
}
