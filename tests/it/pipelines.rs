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
            "playbooks/sound.json\n\nplaybooks/a $(touch x);b.json\n"
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
    assert_eq!(bench.run(&format!("{entry} playbooks/legacy-sound.json")).code, 0);
}
