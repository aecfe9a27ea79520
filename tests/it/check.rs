//! The checker on hand-made inputs: every rule has a fixture that breaks it and one that keeps it.
//!
//! `tests/fixtures/check/<rule>/err.txt` is what the terminal shows for `err.json`, or for the files of the folder `err`
//! where a rule is about files that belong together. Run the tests with
//! `COUNTERFLOW_BLESS=1` to write these files anew, and read the difference.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and tells what it saw"
)]

use std::collections::BTreeSet;
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};

use annotate_snippets::Renderer;
use counterflow::base::diagnostic::{Audience, Rule};
use counterflow::base::json::Document;
use counterflow::check::{self, Checked, Files, Options, all_rules};
use counterflow::report::{Report, json, text};
use counterflow::workflow::layout;
use zip::write::{SimpleFileOptions, ZipWriter};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/check")
}

fn report(checked: Vec<Checked>) -> Report {
    let mut report = Report::default();
    checked.into_iter().for_each(|one| report.add(one.source, one.definitions, one.findings));
    report
}

/// A fixture of a rule: `err.json`, or a folder `err` for files that belong together.
pub(crate) fn fixture(rule: &Rule, name: &str) -> Option<Files> {
    let folder = fixtures().join(rule.name);
    let file = format!("{name}.json");
    if let Ok(bytes) = fs::read(folder.join(&file)) {
        return Some(Files::one(&file, bytes));
    }
    let mut names = Vec::new();
    let mut pending = vec![folder.join(name)];
    while let Some(at) = pending.pop() {
        for entry in fs::read_dir(at).ok()? {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else {
                names.push(path.strip_prefix(&folder).unwrap().to_str().unwrap().replace('\\', "/"));
            }
        }
    }
    let [group] = &layout::group(&names, false)[..] else { return None };
    let files = group.files.iter();
    let files = files.map(|(name, role)| (name.clone(), *role, fs::read(folder.join(name)).unwrap()));
    Some(Files { kind: group.kind, is_whole: true, is_asked: true, files: files.collect() })
}

/// A fixture of a rule, as somebody sees it for whom the rule is: with its findings and those for everybody.
fn check_for(rule: &Rule, name: &str) -> Vec<Checked> {
    let options = Options { audience: rule.audience, ..Options::default() };
    let mut checked = check::check_files(fixture(rule, name).unwrap(), &options);
    for one in &mut checked {
        one.findings.retain(|found| {
            let found = found.diagnostic.rule;
            found.audience == Audience::Default || found.code == rule.code
        });
    }
    checked
}

fn drawn(checked: Vec<Checked>) -> String {
    text::render(&report(checked), &Renderer::plain())
}

pub(crate) fn codes(checked: &[Checked]) -> BTreeSet<&'static str> {
    checked.iter().flat_map(|one| &one.findings).map(|found| found.diagnostic.rule.code).collect()
}

#[test]
fn every_rule_is_explained_and_has_its_fixtures() {
    let headings = ["## What it does", "## Why is this bad", "## Example", "## Use instead", "## References"];
    let mut expected_folders = BTreeSet::new();
    let mut last = "";
    for rule in all_rules() {
        assert!(last < rule.code, "{} comes after {last} or shares its code", rule.code);
        last = rule.code;
        assert!(expected_folders.insert(rule.name.to_owned()), "two rules are called {}", rule.name);
        let found: Vec<_> = headings.iter().map(|heading| rule.explanation.find(heading)).collect();
        assert!(found.iter().all(Option::is_some) && found.is_sorted(), "{} lacks a heading", rule.name);
        for name in ["err", "ok"] {
            assert!(fixture(rule, name).is_some(), "{} lacks {name}.json", rule.name);
        }
    }
    let folders: BTreeSet<_> = fs::read_dir(fixtures())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(folders, expected_folders, "each folder of fixtures belongs to a rule");
}

#[test]
fn a_broken_fixture_gives_its_code_and_the_expected_picture() {
    for rule in all_rules() {
        let folder = fixtures().join(rule.name);
        let checked = check_for(rule, "err");
        assert_eq!(codes(&checked), BTreeSet::from([rule.code]), "{}:\n{}", rule.name, drawn(checked));
        let picture = drawn(checked);
        let file = folder.join("err.txt");
        if std::env::var_os("COUNTERFLOW_BLESS").is_some() {
            fs::write(&file, &picture).unwrap();
        }
        let expected = fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(picture, expected, "{}: the picture of err.json is not the one in err.txt", rule.name);
    }
}

#[test]
fn a_sound_fixture_gives_nothing() {
    for rule in all_rules() {
        let checked = check_for(rule, "ok");
        assert_eq!(codes(&checked), BTreeSet::new(), "{}:\n{}", rule.name, drawn(checked));
        assert_eq!(checked.iter().map(|one| one.definitions).sum::<usize>(), 1, "{}", rule.name);
    }
}

fn solution(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in entries {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn flows_of_a_solution_are_checked_one_by_one() {
    let sound = fs::read_to_string(fixtures().join("unused-connection/ok.json")).unwrap();
    let broken = fs::read_to_string(fixtures().join("undeclared-connection/err.json")).unwrap();
    let zip = solution(&[
        ("[Content_Types].xml", "<Types/>"),
        ("Workflows/Notify-2.json", &broken),
        ("Workflows/Notify-1.json", &sound),
        ("Workflows/Notify-1.json.data.xml", "<Workflow/>"),
    ]);
    let checked = check::check_bytes("contain.zip", &zip, &Options::default());
    let names: Vec<_> = checked.iter().map(|one| one.source.name()).collect();
    let members = ["Notify-1.json", "Notify-1.json.data.xml", "Notify-2.json"];
    assert_eq!(names, members.map(|name| format!("contain.zip!/Workflows/{name}")));
    assert!(checked[0].findings.is_empty() && checked[1].definitions == 0);
    assert_eq!(codes(&checked), BTreeSet::from(["CF4001"]));
    assert!(
        codes(&check::check_bytes("x.zip", &solution(&[("solution.xml", "")]), &Options::default()))
            .contains("CF1005")
    );
}

/// A Standard project with one workflow that calls `POST /v2/Mail` through the connection `mail`.
fn project(connections: Option<&str>) -> Vec<Checked> {
    let call = r#"{"type": "ApiConnection", "inputs": {"host": {"connection": {"referenceName": "mail"}}, "method": "post",
        "path": "/v2/Mail", "body": {"To": "soc@contoso.example", "Subject": "s", "Body": "b"}}}"#;
    project_of(call, "Stateful", connections)
}

/// A Standard project with one workflow of that kind, which makes one call.
fn project_of(call: &str, kind: &str, connections: Option<&str>) -> Vec<Checked> {
    let workflow = format!(
        r#"{{"definition": {{"$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
        "contentVersion": "1.0.0.0", "triggers": {{"Day": {{"type": "Recurrence", "recurrence": {{"frequency": "Day", "interval": 1}}}}}},
        "actions": {{"Call": {call}}}}}, "kind": "{kind}"}}"#
    );
    let files = [
        ("host.json", Some("{}")),
        ("connections.json", connections),
        ("Tell/workflow.json", Some(&*workflow)),
    ];
    let files =
        files.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text?.as_bytes().to_vec())));
    let (names, bytes): (Vec<_>, Vec<_>) = files.unzip();
    let [group] = &layout::group(&names, false)[..] else { panic!("one project") };
    let of = |name: &String| bytes[names.iter().position(|one| one == name).unwrap()].clone();
    let files = group.files.iter().map(|(name, role)| (name.clone(), *role, of(name))).collect();
    check::check_files(Files { kind: group.kind, is_whole: true, is_asked: true, files }, &Options::default())
}

#[test]
fn a_project_declares_its_connections_and_names_their_connectors() {
    let declared = |key: &str, api: &str| {
        let entry = format!(
            r#"{{"api": {{"id": "/subscriptions/s/providers/Microsoft.Web/locations/l/managedApis/{api}"}}, "connectionRuntimeUrl": "u"}}"#
        );
        codes(&project(Some(&format!(r#"{{"managedApiConnections": {{"{key}": {entry}}}}}"#))))
    };
    assert_eq!(declared("Mail", "office365"), BTreeSet::new());
    assert_eq!(declared("mial", "office365"), BTreeSet::from(["CF4001"]));
    // The key alone says nothing of the connector behind it.
    assert_eq!(declared("mail", "azuresentinel"), BTreeSet::from(["CF4012"]));
    assert_eq!(codes(&project(None)), BTreeSet::from(["CF4001"]));
    assert_eq!(
        codes(&project(Some(r#"{"serviceProviderConnections": {"mail": {}}}"#))),
        BTreeSet::from(["CF4001"])
    );
}

#[test]
fn a_built_in_connector_goes_through_a_connection_of_its_own() {
    let send = |id: &str, kind: &str| {
        let call = format!(
            r#"{{"type": "ServiceProvider", "inputs": {{"parameters": {{}}, "serviceProviderConfiguration":
            {{"connectionName": "queue", "operationId": "sendMessage", "serviceProviderId": "{id}"}}}}}}"#
        );
        let connections = r#"{"serviceProviderConnections": {"queue": {"parameterValues": {},
            "serviceProvider": {"id": "/serviceProviders/serviceBus"}, "displayName": "q"}}}"#;
        codes(&project_of(&call, kind, Some(connections)))
    };
    assert_eq!(send("/serviceProviders/servicebus", "stateless"), BTreeSet::new());
    assert_eq!(send("/serviceProviders/AzureBlob", "Agentic"), BTreeSet::from(["CF4012"]));
    assert_eq!(send("/serviceProviders/serviceBus", "Statefull"), BTreeSet::from(["CF1013"]));
}

#[test]
fn an_artifact_that_cannot_be_read_back_is_an_error() {
    let read = |rule: &str, file: &str| fs::read(fixtures().join(rule).join(file)).unwrap();
    let judged = |artifacts: &[(&str, &[u8])]| {
        let checked = check::check_artifacts(artifacts);
        (checked.len(), codes(&checked))
    };
    let parameters = read("unknown-form", "err.json");
    let template = read("not-json", "ok.json");
    let both: [(&str, &[u8]); 2] =
        [("logicapp/a.json", &template), ("logicapp/a.parameters.json", &parameters)];
    assert_eq!(judged(&both), (2, BTreeSet::new()));
    assert_eq!(judged(&both[1..]), (1, BTreeSet::from(["CF1004"])));
    assert_eq!(judged(&[("automation/run.ps1", b"{")]), (0, BTreeSet::new()));
    assert_eq!(judged(&[("logicapp/azuredeploy.json", b"{}")]), (1, BTreeSet::from(["CF1004"])));
    assert_eq!(judged(&[("logicapp/azuredeploy.json", b"{")]), (1, BTreeSet::from(["CF1001"])));
    assert_eq!(judged(&[("powerautomate/a.zip", b"PK\x03\x04")]), (1, BTreeSet::from(["CF1005"])));
}

#[test]
fn one_mistake_makes_one_message() {
    // A status that neither the schema nor the lint accepts, and a misspelt member that is missing under its name.
    let text = r#"{"$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
        "triggers": {"t": {"type": "Recurrence", "recurrence": {"frequency": "Day", "interval": 1}}},
        "actions": {"A": {"type": "Compose", "inputs": 1},
                    "B": {"type": "Compose", "Inputs": 1, "runAfter": {"A": ["Success"]}}}}"#;
    let document = Document::parse(text).unwrap();
    let mut found: Vec<_> = check::check(&document, &Options::default())
        .into_iter()
        .map(|found| (found.rule.code, found.pointer.to_string(), found.help.unwrap_or_default()))
        .collect();
    found.sort();
    let places: Vec<_> = found.iter().map(|(code, pointer, _)| (*code, pointer.as_str())).collect();
    assert_eq!(places, [("CF1011", "/actions/B/Inputs"), ("CF2005", "/actions/B/runAfter/A/0")]);
    assert!(found[0].2.starts_with("did you mean `inputs`?"), "{}", found[0].2);
    assert!(found[1].2.contains("`Succeeded`"), "{}", found[1].2);
}

#[test]
fn strings_that_arm_computes_are_judged_where_all_of_them_is_known() {
    let definition = |inputs: &str| {
        format!(
            r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "contentVersion": "1.0.0.0", "resources": [{{"type": "Microsoft.Logic/workflows",
            "apiVersion": "2019-05-01", "name": "a", "location": "[resourceGroup().location]", "properties": {{"definition": {{
            "$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
            "triggers": {{"t": {{"type": "Request", "kind": "Http"}}}},
            "actions": {{"A": {{"type": "Compose", "inputs": {inputs}}}}}}}}}}}]}}"#
        )
    };
    let found = |inputs: &str| {
        let checked = check::check_bytes("a.json", definition(inputs).as_bytes(), &Options::default());
        let one = &checked[0].findings;
        one.iter().map(|found| checked[0].source.text()[found.span.clone()].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(found(r#""[concat('@{body(''Gone', resourceGroup().name, ''')}')]""#), [""; 0]);
    let made = "[concat('@{body(''Gone'')}')]";
    assert_eq!(found(&format!("\"{made}\"")), [made]);
    assert_eq!(found(r#""[[@{body('Gone')}]""#), ["'Gone'"]);
    assert_eq!(found(r#""[@{body('Gone')}""#), ["'Gone'"]);
    assert_eq!(found(r#""\u00e9\n@{body('Gone')}""#), ["'Gone'"]);
}

#[test]
fn the_json_form_is_the_documented_object() {
    let folder = fixtures().join("runafter-missing-action");
    let checked =
        check::check_bytes("a.json", &fs::read(folder.join("err.json")).unwrap(), &Options::default());
    let value: serde_json::Value = serde_json::from_str(&json::render(&report(checked))).unwrap();
    assert_eq!((&value["files"], &value["definitions"]), (&1.into(), &1.into()));
    let first = value["diagnostics"][0].as_object().unwrap();
    let keys: Vec<_> = first.keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        [
            "code",
            "rule",
            "severity",
            "message",
            "help",
            "path",
            "pointer",
            "line",
            "column",
            "end_line",
            "end_column",
            "prevents"
        ]
    );
    assert_eq!(first["code"], "CF2001");
    assert_eq!(first["severity"], "error");
    assert_eq!(first["prevents"], "InvalidTemplate");
    assert_eq!(first["pointer"], "/resources/0/properties/definition/actions/Notify/runAfter/Get_usr");
    let numbers = ["line", "column", "end_line", "end_column"].map(|key| first[key].as_u64().unwrap());
    assert_eq!(numbers, [35, 17, 35, 26]);
}

#[test]
fn a_file_of_one_long_line_does_not_flood_the_terminal() {
    let filler = "x".repeat(1_000_000);
    let text = format!(
        r#"{{"triggers": {{}}, "actions": {{"A": {{"type": "Compose", "inputs": "{filler}@{{f(}}"}}}}}}"#
    );
    let picture = drawn(check::check_bytes("a.json", text.as_bytes(), &Options::default()));
    assert!(
        picture.contains("CF3001") && picture.lines().all(|line| line.chars().count() < 250),
        "{picture}"
    );
}
