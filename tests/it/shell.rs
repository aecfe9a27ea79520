//! Completions, the manual, and targets that are not in this version.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use assert_cmd::Command;

fn run(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::cargo_bin("counterflow").unwrap().args(arguments).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn every_shell_gets_its_script() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let (code, script, _) = run(&["completions", shell]);
        assert_eq!(code, Some(0), "{shell}");
        assert!(script.contains("completions") && script.contains("exit-zero"), "{shell}");
    }
    assert_eq!(run(&["completions", "cmd"]).0, Some(2));
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let (code, manual, _) = run(&["man"]);
    assert_eq!(code, Some(0));
    for page in [
        "counterflow",
        "counterflow-build",
        "counterflow-plan",
        "counterflow-review-init",
        "counterflow-check",
    ] {
        assert!(manual.contains(&format!(".TH {page} 1")), "{page}");
    }
}

#[test]
fn a_target_of_another_version_is_refused_for_that() {
    for target in ["standard", "cacao", "logicapp,cacao"] {
        let (code, _, error) = run(&["build", "incident.json", "--target", target, "--out", "out"]);
        assert_eq!(code, Some(2), "{target}");
        assert!(error.contains("is not in this version; it has logicapp"), "{target}: {error}");
    }
    let (code, _, error) = run(&["build", "incident.json", "--target", "logicap", "--out", "out"]);
    assert_eq!(code, Some(2));
    assert!(error.contains("logicapp") && !error.contains("this version"), "{error}");
}
