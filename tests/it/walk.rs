//! Which files a check reads, and which belong together.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking and tells what it saw")]

use std::io::{Cursor, Write};

use serde_json::Value as Json;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::command::{Bench, Ran};

const LANGUAGE: &str = "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#";

/// A definition whose only action waits for one that is not there: always one finding, CF2001.
fn definition() -> String {
    format!(
        r#"{{"$schema": "{LANGUAGE}", "contentVersion": "1.0.0.0",
        "triggers": {{"t": {{"type": "Request", "kind": "Http"}}}},
        "actions": {{"A": {{"type": "Compose", "inputs": 1, "runAfter": {{"Gone": ["Succeeded"]}}}}}}}}"#
    )
}

/// Path and code of what was found, and the number of files and definitions.
fn found(ran: &Ran) -> (Vec<(String, String)>, u64, u64) {
    let report: Json = serde_json::from_str(&ran.stdout).unwrap();
    let text = |value: &Json| value.as_str().unwrap().to_owned();
    let entries = report["diagnostics"].as_array().unwrap().iter();
    let found = entries.map(|entry| (text(&entry["path"]), text(&entry["code"])));
    let found = found.filter(|(_, code)| ["CF1", "CF2001"].iter().any(|start| code.starts_with(start)));
    (found.collect(), report["files"].as_u64().unwrap(), report["definitions"].as_u64().unwrap())
}

fn zip(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A slip in the one name by which a form is known must not take a file out of a gate's sight.
#[test]
fn what_was_meant_as_a_workflow_is_told_in_a_folder_too() {
    let bench = Bench::empty();
    let template = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#";
    bench.write(
        "template.json",
        &format!(r#"{{"$schema": "{template}", "resorces": [{{"type": "Microsoft.Logic/workflows"}}]}}"#),
    );
    bench.write("flow.json", r#"{"properties": {"connectionReferences": {}, "defintion": {}}}"#);
    bench.write("flow-2.json", &format!(r#"{{"propertis": {{"defintion": {{"$schema": "{LANGUAGE}"}}}}}}"#));
    bench.write(
        "parameters.json",
        &format!(r#"{{"$schema": "{}"}}"#, template.replace("Template", "Parameters")),
    );
    bench.write("inventory.json", r#"[{"type": "Microsoft.Logic/workflows"}]"#);
    let ran = bench.run("check --format json .");
    let (entries, ..) = found(&ran);
    let expected = ["flow-2.json", "flow.json", "template.json"];
    assert_eq!(entries, expected.map(|path| (path.to_owned(), "CF1004".to_owned())));
    assert_eq!(ran.code, 1);
}

#[test]
fn a_file_that_goes_with_a_workflow_may_be_named() {
    let bench = Bench::empty();
    bench.write("host.json", r#"{"version": "2.0", "logging": {}}"#);
    bench.write("package.json", "{}");
    let ran = bench.run("check host.json");
    assert_eq!((ran.code, ran.stdout.contains("info[CF1004]")), (0, true), "{}", ran.shown);
    assert_eq!(bench.run("check package.json").code, 1);
    let ran = bench.run("check .");
    assert_eq!(ran.code, 0);
    assert!(ran.stderr.contains("nothing was judged"), "{}", ran.stderr);
}

#[test]
fn a_folder_is_walked_and_what_is_no_workflow_is_passed_over() {
    let bench = Bench::empty();
    bench.write(".gitignore", "built/\n");
    bench.write("built/ignored.json", &definition());
    bench.write("b/playbook.json", &definition());
    bench.write("a.json", &definition());
    bench.write("package.json", r#"{"name": "x", "scripts": {}, "resources": []}"#);
    bench.write("tsconfig.json", "{ // a comment\n}");
    bench.write("notes.txt", "{");
    bench.write("broken.json", r#"{"type": "Microsoft.Logic/workflows", }"#);
    let ran = bench.run("check --format json .");
    let (entries, files, definitions) = found(&ran);
    let expected = [("a.json", "CF2001"), ("b/playbook.json", "CF2001"), ("broken.json", "CF1001")];
    assert_eq!(entries, expected.map(|(path, code)| (path.to_owned(), code.to_owned())));
    assert_eq!((files, definitions, ran.code), (3, 2, 1));
}

#[test]
fn a_file_that_is_named_gets_its_answer_whatever_it_is() {
    let bench = Bench::empty();
    bench.write("package.json", "{}");
    bench.write("a.json", &definition());
    let (entries, files, _) = found(&bench.run("check --format json package.json a.json a.json"));
    assert_eq!(entries.iter().map(|(_, code)| code.as_str()).collect::<Vec<_>>(), ["CF1004", "CF2001"]);
    assert_eq!(files, 2, "what is named twice is checked once");
    assert_eq!(bench.run("check gone.json").code, 2);
    let ran = bench.run_with("check --format json -", &definition());
    assert_eq!(found(&ran).0, [("<stdin>".to_owned(), "CF2001".to_owned())]);
}

#[test]
fn an_empty_folder_is_no_failure() {
    let bench = Bench::empty();
    bench.write("x/readme.md", "nothing here");
    let ran = bench.run("check x");
    assert_eq!((ran.code, ran.stdout.as_str()), (0, "no findings in 0 files\n"));
    assert!(ran.stderr.starts_with("no file was found to check; "), "{}", ran.stderr);
}

#[test]
fn archives_and_unpacked_packagings_are_read_alike() {
    let data = format!(
        r#"{{"properties": {{"connectionReferences": {{}}, "definition": {}}}, "schemaVersion": "1.0.0.0"}}"#,
        definition()
    );
    let packed: [&[(&str, &str)]; 3] = [
        &[("solution.xml", "<a/>"), ("customizations.xml", "<a/>"), ("Workflows/Flow.json", &data)],
        &[
            ("manifest.json", r#"{"resources": {"1": {}}}"#),
            ("Microsoft.Flow/flows/manifest.json", r#"{"flowAssets": {"assetPaths": ["1"]}}"#),
            ("Microsoft.Flow/flows/1/definition.json", &data),
        ],
        &[("host.json", "{}"), ("connections.json", "{}"), ("Flow/workflow.json", &data)],
    ];
    for files in packed {
        let bench = Bench::empty();
        std::fs::write(bench.path("a.zip"), zip(files)).unwrap();
        files.iter().for_each(|(name, text)| bench.write(&format!("a/{name}"), text));
        let (inside, count, _) = found(&bench.run("check --format json a.zip"));
        let (unpacked, same, _) = found(&bench.run("check --format json a"));
        let names = |entries: &[(String, String)], start: &str| -> Vec<String> {
            entries
                .iter()
                .map(|(path, code)| format!("{} {code}", path.strip_prefix(start).unwrap()))
                .collect()
        };
        assert_eq!(names(&inside, "a.zip!/"), names(&unpacked, "a/"));
        assert_eq!((inside.len(), count, same), (1, 3, 3), "{inside:?}");
        let (both, ..) = found(&bench.run("check --format json ."));
        assert_eq!(both.len(), 2);
    }
}

#[test]
fn what_goes_with_a_solution_is_placed_in_its_own_file() {
    let bench = Bench::empty();
    bench.write("s/solution.xml", "<a>\n  <b>\n</a>");
    bench.write("s/Workflows/F.json", "[]");
    let ran = bench.run("check --format json s");
    let report: Json = serde_json::from_str(&ran.stdout).unwrap();
    let place = |at: usize| {
        let entry = &report["diagnostics"][at];
        (
            entry["path"].as_str().unwrap().to_owned(),
            entry["code"].as_str().unwrap().to_owned(),
            entry["line"].as_u64(),
        )
    };
    assert_eq!(place(0), ("s/Workflows/F.json".to_owned(), "CF1004".to_owned(), Some(1)));
    assert_eq!(place(1), ("s/solution.xml".to_owned(), "CF1008".to_owned(), Some(3)));
}

#[cfg(unix)]
#[test]
fn links_that_lead_back_are_not_followed() {
    let bench = Bench::empty();
    bench.write("a/one.json", &definition());
    std::os::unix::fs::symlink("..", bench.path("a/up")).unwrap();
    std::os::unix::fs::symlink("self", bench.path("a/self")).unwrap();
    let (entries, ..) = found(&bench.run("check --format json a"));
    assert_eq!(entries.len(), 1);
    assert_eq!(bench.run("check a/self").code, 2);
}
