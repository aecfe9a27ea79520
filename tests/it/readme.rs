//! The README is run: its commands, its samples of input and of output.

use std::path::{Path, PathBuf};
use std::process::Output;

use assert_cmd::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).expect("README.md")
}

/// The fenced blocks of a language, in order.
fn blocks<'r>(readme: &'r str, language: &str) -> Vec<&'r str> {
    let fence = format!("```{language}\n");
    readme.split(&fence).skip(1).filter_map(|rest| rest.split_once("```").map(|(block, _)| block)).collect()
}

fn run(arguments: &[&str]) -> Output {
    let mut command = Command::cargo_bin("counterflow").expect("the binary");
    command.current_dir(root()).args(arguments).output().expect("it runs")
}

/// The build command of the README with another output folder.
fn build(out: &Path) -> Output {
    let readme = readme();
    let command = blocks(&readme, "sh")[0].lines().next().unwrap_or_default().to_owned();
    let arguments = command.strip_prefix("cargo run -- ").expect("the first command runs the binary");
    let out = out.to_string_lossy().into_owned();
    let mut arguments: Vec<&str> = arguments.split(' ').collect();
    let last = arguments.len() - 1;
    assert_eq!(arguments[last - 1], "--out");
    arguments[last] = &out;
    run(&arguments)
}

#[test]
fn two_commands_do_all_set_up() {
    let readme = readme();
    let commands: Vec<&str> = blocks(&readme, "sh")[0].lines().collect();
    assert_eq!(commands.len(), 2);
    assert!(commands[0].starts_with("cargo run -- build examples/phishing/incident.json "));
    assert_eq!(commands[1], "cargo test");
}

#[test]
fn the_input_shown_is_in_the_example() {
    let readme = readme();
    let shown: serde_json::Value = serde_json::from_str(blocks(&readme, "json")[0]).expect("JSON");
    let incident = std::fs::read_to_string(root().join("examples/phishing/incident.json")).expect("example");
    let incident: serde_json::Value = serde_json::from_str(&incident).expect("JSON");
    let holds = |alert: &serde_json::Value| {
        let same = |key: &str| alert[key] == shown[key];
        let evidence = alert["evidence"].as_array().into_iter().flatten();
        let wanted = &shown["evidence"][0];
        same("title")
            && same("category")
            && same("mitreTechniques")
            && evidence
                .into_iter()
                .any(|e| e["@odata.type"] == wanted["@odata.type"] && e["url"] == wanted["url"])
    };
    assert!(incident["alerts"].as_array().expect("alerts").iter().any(holds));
}

#[test]
fn the_plan_shown_is_what_plan_prints() {
    let readme = readme();
    let example = |file: &str| format!("examples/phishing/{file}");
    let output = run(&[
        "plan",
        &example("incident.json"),
        "--review",
        &example("review.yaml"),
        "--profile",
        &example("profile.yaml"),
    ]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let shown = blocks(&readme, "text").into_iter().find(|block| block.starts_with("  network/block-url"));
    let shown = shown.expect("a part of the plan");
    assert!(text.contains(shown), "the plan does not contain:\n{shown}\nbut is:\n{text}");
}

#[test]
fn the_gate_shown_is_what_build_writes_and_the_folder_is_as_listed() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("phishing");
    let output = build(&out);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let template = std::fs::read_to_string(out.join("logicapp/azuredeploy.json")).expect("the template");
    let template: serde_json::Value = serde_json::from_str(&template).expect("JSON");
    let readme = readme();
    let gate: serde_json::Value =
        serde_json::from_str(&format!("{{{}}}", blocks(&readme, "json")[1])).expect("JSON");
    let resources = template["resources"].as_array().expect("resources");
    let workflow = resources.last().expect("a workflow");
    let built =
        &workflow["properties"]["definition"]["actions"]["Contain_question"]["actions"]["Contain_approved"];
    assert_eq!(built["type"], gate["Contain_approved"]["type"]);
    assert_eq!(built["expression"], gate["Contain_approved"]["expression"]);
    for path in [
        "plan.json",
        "runbook.md",
        "diagram.svg",
        "grant-permissions.sh",
        "logicapp/azuredeploy.parameters.json",
        "logicapp/rollback.azuredeploy.json",
        "powerautomate/src",
    ] {
        assert!(out.join(path).exists(), "{path}");
    }
}

#[test]
fn the_check_shown_is_what_check_prints() {
    let readme = readme();
    let shown =
        blocks(&readme, "text").into_iter().find(|block| block.starts_with("error[")).expect("a finding");
    let output = run(&["check", "tests/fixtures/check/runafter-missing-action/err.json"]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains(shown), "check prints:\n{text}");
}

#[test]
fn every_command_named_is_there() {
    let readme = readme();
    let usage = blocks(&readme, "text")
        .into_iter()
        .find(|block| block.starts_with("counterflow build"))
        .expect("usage");
    for name in ["build", "plan", "check", "explain", "rules", "patterns", "connectors", "schema"] {
        assert!(usage.contains(name), "{name}");
        let output = run(&[name, "--help"]);
        assert!(output.status.success(), "{name} --help");
    }
}
