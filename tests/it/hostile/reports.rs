//! Names that want to be more than names: in what a terminal, a build server and a code scanning service read.

use std::fs;
use std::path::Path;

use serde_json::{Value as Json, json};

use crate::command::Bench;

/// Draws lines of its own, sets colours, turns text, begins a workflow command, closes XML, makes a link.
const NAME: &str =
    "a\r\n::error file=x::o\nerror[CF0000]: f\u{1b}[31m\u{202e}\u{9b}2J]]></failure>[x](http://e) 日本";

fn bench() -> Bench {
    let bench = Bench::empty();
    let definition = json!({ "definition": {
        "$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
        "contentVersion": "1.0.0.0",
        "triggers": { "t": { "type": "Request", "kind": "Http" } },
        "actions": { NAME: { "type": "Compose", "inputs": 1, "runAfter": { format!("{NAME}!"): ["Succeeded"] } } },
    } });
    bench.write("a.json", &definition.to_string());
    bench
}

fn is_harmless(text: &str) -> bool {
    let hides = |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}');
    !text.chars().any(hides)
}

#[test]
fn a_terminal_shows_a_name_on_its_line() {
    let ran = bench().run("check a.json");
    assert!(is_harmless(&ran.stdout), "{:?}", ran.stdout);
    let lines: Vec<_> = ran.stdout.lines().filter(|line| line.starts_with("error[")).collect();
    assert!(lines.len() == 1 && lines[0].starts_with("error[CF2001]"), "{}", ran.stdout);
    assert!(!ran.stdout.lines().any(|line| line.starts_with("::")), "{}", ran.stdout);
}

#[test]
fn a_build_server_gets_one_command_for_a_finding() {
    let ran = bench().run("check a.json --format github");
    assert!(is_harmless(&ran.stdout), "{:?}", ran.stdout);
    let commands: Vec<_> = ran.stdout.lines().filter(|line| line.contains("::")).collect();
    assert!(commands.len() == 1 && commands[0].starts_with("::error file=a.json,line="), "{}", ran.stdout);
}

#[test]
fn xml_stays_whole() {
    let ran = bench().run("check a.json --format junit");
    assert!(is_harmless(&ran.stdout), "{:?}", ran.stdout);
    let mut reader = quick_xml::Reader::from_str(&ran.stdout);
    let mut failures = 0;
    loop {
        match reader.read_event().unwrap() {
            quick_xml::events::Event::Start(tag) if tag.name().as_ref() == "failure" => failures += 1,
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(failures, 1);
}

#[test]
fn code_scanning_gets_no_link_that_a_name_made() {
    let ran = bench().run("check a.json --format sarif");
    let log: Json = serde_json::from_str(&ran.stdout).unwrap();
    let message = log["runs"][0]["results"][0]["message"]["text"].as_str().unwrap();
    assert!(is_harmless(message) && !message.contains("]("), "{message}");
}

#[cfg(unix)]
#[test]
fn names_of_files_are_no_better() {
    let bench = Bench::empty();
    let fixture =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/check/runafter-missing-action/err.json");
    let text = fs::read_to_string(fixture).unwrap();
    fs::create_dir(bench.path("h")).unwrap();
    for name in ["back\\slash.json", "n\nerror[CF0000]: \u{1b}[31m.json", "a,b:c%0A::error::x.json"] {
        fs::write(bench.path("h").join(name), &text).unwrap();
    }
    let unreadable = <std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(b"h/bad\xff.json");
    fs::write(bench.path("").join(unreadable), &text).unwrap();
    for format in ["text", "github", "junit", "sarif"] {
        let ran = bench.run(&format!("check h --format {format}"));
        assert_eq!(ran.code, 1, "{}", ran.shown);
        assert!(is_harmless(&ran.stdout) && is_harmless(&ran.stderr), "{format}: {:?}", ran.stdout);
        assert!(ran.stderr.contains("its name is no Unicode"), "{format}: {}", ran.stderr);
        assert!(!ran.stdout.lines().any(|line| line.starts_with("error[CF0000]")), "{}", ran.stdout);
    }
    assert_eq!(bench.run("check h --fix").code, 1);
    assert!(
        !fs::read_to_string(bench.path("h/back\\slash.json")).unwrap().contains("\"manual\": ["),
        "mended"
    );
}
