//! The files for pipelines in `examples/ci`: their scripts are run as a build server runs them.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and tells what it saw"
)]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value as Json;

use crate::command::Bench;
use crate::support::root;

fn yaml(path: &str) -> Json {
    serde_yaml::from_str(&fs::read_to_string(root().join(path)).unwrap()).unwrap()
}

/// Runs a script with the binary on its path.
fn bash(script: &str, folder: &Path, variables: &[(&str, &str)]) -> Output {
    let binary = Path::new(env!("CARGO_BIN_EXE_counterflow")).parent().unwrap().to_owned();
    let path = std::env::var("PATH").unwrap();
    Command::new("bash")
        .args(["--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script])
        .current_dir(folder)
        .env("PATH", format!("{}:{path}", binary.display()))
        .envs(variables.iter().copied())
        .output()
        .unwrap()
}

/// A folder with a sound definition, and, where wanted, a broken one with a name that a shell would take apart.
fn playbooks(broken: bool) -> Bench {
    let bench = Bench::empty();
    let fixture = |file: &str| {
        fs::read_to_string(root().join("tests/fixtures/check/runafter-missing-action").join(file)).unwrap()
    };
    bench.write("playbooks/sound.json", &fixture("ok.json"));
    if broken {
        bench.write("playbooks/a $(touch x);b.json", &fixture("err.json"));
    }
    bench
}

#[test]
fn the_action_annotates_and_leaves_a_log() {
    let action = yaml("examples/ci/github/action.yml");
    let step = &action["runs"]["steps"][0];
    let script = step["run"].as_str().unwrap();
    assert!(!script.contains("${{"), "an input in the script would be run as a part of it");
    for (broken, code) in [(true, 1), (false, 0)] {
        let bench = playbooks(broken);
        let files = if broken {
            "  playbooks/sound.json\n\n\tplaybooks/a $(touch x);b.json \n"
        } else {
            "playbooks/sound.json"
        };
        let variables = [("PATHS", files), ("STRICT", "false"), ("BASELINE", ""), ("SARIF", "log.sarif")];
        let output = bash(script, &bench.path(""), &variables);
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        let log: Json = serde_json::from_slice(&fs::read(bench.path("log.sarif")).unwrap()).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap().len();
        assert_eq!(results > 0, broken);
        let shown = String::from_utf8(output.stdout).unwrap();
        assert_eq!(shown.matches("::error file=playbooks/a $(touch x);b.json,").count(), results);
        assert!(!bench.path("x").exists());
    }
    let named: Vec<&String> = step["env"].as_object().unwrap().keys().collect();
    assert_eq!(named, ["PATHS", "STRICT", "BASELINE", "SARIF"]);
}

/// What cannot be read is said, and leaves no file that a later step would take for a result.
#[test]
fn what_cannot_be_read_leaves_no_log() {
    let action = yaml("examples/ci/github/action.yml");
    let script = action["runs"]["steps"][0]["run"].as_str().unwrap();
    for (path, baseline) in [("playbook", ""), ("playbooks/sound.json", "known.json")] {
        let bench = playbooks(false);
        bench.write("log.sarif", "{}");
        let variables =
            [("PATHS", path), ("STRICT", "false"), ("BASELINE", baseline), ("SARIF", "log.sarif")];
        let output = bash(script, &bench.path(""), &variables);
        assert_eq!(output.status.code(), Some(2), "{output:?}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("No such file"), "{output:?}");
        assert!(!bench.path("log.sarif").exists());
    }
    let pipeline = yaml("examples/ci/azure-pipelines.yml");
    let script = pipeline["steps"][1]["bash"].as_str().unwrap();
    let bench = playbooks(false);
    let temp = bench.path("temp");
    let variables = [("FOLDER", "playbook"), ("AGENT_TEMPDIRECTORY", temp.to_str().unwrap())];
    assert_eq!(bash(script, &bench.path(""), &variables).status.code(), Some(2));
    assert!(temp.exists() && !temp.join("counterflow.xml").exists());
}

/// `strict` is true however it is written: what can be meant is reported then, and not else.
#[test]
fn the_action_is_strict_however_it_is_spelt() {
    let action = yaml("examples/ci/github/action.yml");
    let script = action["runs"]["steps"][0]["run"].as_str().unwrap();
    let fixture = fs::read_to_string(root().join("tests/fixtures/check/hard-coded-tenant/err.json")).unwrap();
    for (strict, found) in [("true", true), ("True", true), ("TRUE", true), ("false", false)] {
        let bench = Bench::empty();
        bench.write("a.json", &fixture);
        let variables = [("PATHS", "a.json"), ("STRICT", strict), ("BASELINE", ""), ("SARIF", "log.sarif")];
        let output = bash(script, &bench.path(""), &variables);
        let log = fs::read_to_string(bench.path("log.sarif")).unwrap();
        assert_eq!(log.contains("\"ruleId\""), found, "{strict}: {output:?}");
    }
}

#[test]
fn the_pipeline_leaves_test_results() {
    let pipeline = yaml("examples/ci/azure-pipelines.yml");
    let step = &pipeline["steps"][1];
    for (broken, code) in [(true, 1), (false, 0)] {
        let bench = playbooks(broken);
        let file = if broken { "playbooks/a $(touch x);b.json" } else { "playbooks/sound.json" };
        let temp = bench.path("temp");
        let variables = [("FOLDER", file), ("AGENT_TEMPDIRECTORY", temp.to_str().unwrap())];
        let output = bash(step["bash"].as_str().unwrap(), &bench.path(""), &variables);
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        let results = fs::read_to_string(bench.path("temp/counterflow.xml")).unwrap();
        assert!(
            results.contains(if broken { "<failure type=\"CF2001\"" } else { "failures=\"0\"" }),
            "{results}"
        );
    }
}

#[test]
fn the_configuration_and_the_hook_are_read() {
    let bench = playbooks(false);
    bench
        .write("counterflow.yaml", &fs::read_to_string(root().join("examples/ci/counterflow.yaml")).unwrap());
    assert_eq!(bench.run("check playbooks/sound.json --as-of 2026-12-01").stdout, "no findings in 1 file\n");
    fs::rename(bench.path("playbooks/sound.json"), bench.path("playbooks/legacy-sound.json")).unwrap();
    let ran = bench.run("check playbooks --as-of 2026-12-01");
    assert!(ran.code == 0 && ran.stdout.contains("CF9158"), "{}", ran.shown);
    let hooks = yaml(".pre-commit-hooks.yaml");
    let entry = hooks[0]["entry"].as_str().unwrap().strip_prefix("counterflow ").unwrap();
    // The example of the hook names what goes with a workflow too.
    let parameters = "https://schema.management.azure.com/schemas/2019-04-01/deploymentParameters.json#";
    let parameters =
        format!(r#"{{"$schema": "{parameters}", "contentVersion": "1.0.0.0", "parameters": {{}}}}"#);
    bench.write("playbooks/azuredeploy.parameters.json", &parameters);
    bench.write("playbooks/connections.json", r#"{"managedApiConnections": {}}"#);
    let files = ["legacy-sound", "azuredeploy.parameters", "connections"];
    let files = files.map(|file| format!("playbooks/{file}.json")).join(" ");
    let ran = bench.run(&format!("{entry} {files}"));
    assert_eq!(ran.code, 0, "{}", ran.shown);
}
