//! Definitions, templates and archives that were made to keep a checker busy: an answer within a second or two, in
//! bounded memory, whatever is in them.

#![allow(clippy::disallowed_methods, reason = "the time that an answer takes is what is tested")]

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use counterflow::base::diagnostic::Audience;
use counterflow::check::{self, Options};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

/// How long an answer may take. Not optimised, everything takes thirty times as long; then inputs are smaller too.
const PATIENCE: Duration = Duration::from_secs(if SLOW > 1 { 30 } else { 2 });

/// By how much inputs are made smaller.
const SLOW: usize = if cfg!(debug_assertions) { 20 } else { 1 };

/// The codes that a file gives, without schemas, in time.
fn codes(what: &str, bytes: &[u8]) -> Vec<&'static str> {
    let start = Instant::now();
    let checked = check::check_bytes("hostile", bytes, &Options::default());
    let mut report = counterflow::report::Report::default();
    for one in checked {
        report.add(one.source, one.definitions, one.findings);
    }
    let drawn = counterflow::report::text::render(&report, &annotate_snippets::Renderer::plain());
    let json = counterflow::report::json::render(&report);
    let took = start.elapsed();
    assert!(took < PATIENCE, "{what} took {took:?}");
    assert!(
        drawn.len() + json.len() < 64_000_000,
        "{what} gives {} bytes of report",
        drawn.len() + json.len()
    );
    let mut codes: Vec<_> = report.findings().map(|found| found.diagnostic.rule.code).collect();
    codes.sort_unstable();
    codes.dedup();
    codes
}

fn bare(actions: &str) -> String {
    format!(r#"{{"triggers": {{"t": {{"type": "Request", "kind": "Http"}}}}, "actions": {{{actions}}}}}"#)
}

fn joined(count: usize, one: impl Fn(usize) -> String) -> String {
    (0..count).map(one).collect::<Vec<_>>().join(",")
}

#[test]
fn nesting_without_end() {
    assert_eq!(codes("arrays", "[".repeat(100_000).as_bytes()), ["CF1001"]);
    assert_eq!(codes("objects", r#"{"actions":"#.repeat(100_000).as_bytes()), ["CF1001"]);
    let calls = bare(&format!(r#""A": {{"type": "Compose", "inputs": "@{}"}}"#, "f(".repeat(4000)));
    assert!(codes("calls", calls.as_bytes()).contains(&"CF3001"));
}

#[test]
fn values_without_number() {
    let actions = bare(&joined(1_000_000 / SLOW, |at| format!(r#""{at:x}":{{}}"#)));
    assert_eq!(codes("a million actions", actions.as_bytes()), ["CF1007"]);
    let values = format!("[{}0]", "0,".repeat(6_000_000));
    assert_eq!(codes("six million values", values.as_bytes()), ["CF1001"]);
}

#[test]
fn one_mistake_a_million_times() {
    let repeated = bare(&joined(300_000 / SLOW, |_| r#""A":1"#.to_owned()));
    assert!(codes("duplicate keys", repeated.as_bytes()).contains(&"CF1002"));
    let broken = joined(300_000 / SLOW, |_| r#""@{f(}""#.to_owned());
    let broken = bare(&format!(r#""A": {{"type": "Compose", "inputs": [{broken}]}}"#));
    assert!(codes("broken expressions", broken.as_bytes()).contains(&"CF3001"));
    let few = 5000 / SLOW.min(5);
    let many = bare(&format!(r#""A": {{"type": "Compose", "inputs": "{}"}}"#, "@{f(1)}".repeat(500_000)));
    assert_eq!(codes("expressions in one string", many.as_bytes()), ["CF1007"]);
    let read = joined(250_000, |_| r#""[f()]""#.to_owned());
    let many = format!(
        r#"{{"parameters": {{"late": {{"type": "string"}}}}, "variables": {{"v": [{read}, "[parameters('late')]"]}}, "resources": [
        {{"type": "Microsoft.Logic/workflows", "properties": {{"definition": {{"actions": {{}}}}}}}}]}}"#
    );
    codes("expressions of a template", many.as_bytes());
    // What is not read may read any parameter.
    let strict = Options { audience: Audience::Strict, ..Options::default() };
    let checked = check::check_bytes("hostile", many.as_bytes(), &strict);
    let mut found = checked.iter().flat_map(|one| &one.findings);
    assert!(found.all(|found| found.diagnostic.rule.name != "unused-template-parameter"));
    let dangling =
        joined(few, |at| format!(r#""N{at}": {{"type": "Compose", "runAfter": {{"M{at}": []}}}}"#));
    assert!(codes("names that are near", bare(&dangling).as_bytes()).contains(&"CF2001"));
    let missing = joined(few, |at| format!(r#""@body('M{at}')""#));
    let names = joined(few - 10, |at| format!(r#""N{at}": {{"type": "Compose", "inputs": 1}}"#));
    let missing = bare(&format!(r#"{names}, "A": {{"type": "Compose", "inputs": [{missing}]}}"#));
    assert!(codes("references that are near", missing.as_bytes()).contains(&"CF2006"));
}

#[test]
fn texts_without_end() {
    let long = "x".repeat(50_000_000 / SLOW);
    assert_eq!(codes("a string", format!(r#""{long}""#).as_bytes()), ["CF1004"]);
    assert_eq!(codes("a key", format!(r#"{{"{long}": 1}}"#).as_bytes()), ["CF1001"]);
    assert_eq!(codes("digits", "9".repeat(50_000_000 / SLOW).as_bytes()), ["CF1004"]);
    let name = bare(&format!(r#""A": {{"type": "Compose", "inputs": "@body('{long}')"}}"#));
    assert!(codes("an expression", name.as_bytes()).iter().any(|code| code.starts_with("CF3")));
    let name =
        bare(&format!(r#""A": {{"type": "SetVariable", "inputs": {{"name": "{long}", "value": 1}}}}"#));
    assert!(codes("a name", name.as_bytes()).contains(&"CF2009"));
    let long = &long[..long.len() / 2];
    let name = bare(&format!(r#""A": {{"type": "{long}", "runAfter": {{"B": ["{long}"]}}}}"#));
    assert!(codes("a type and a status", name.as_bytes()).contains(&"CF2001"));
}

#[test]
fn order_without_sense() {
    // Every action waits for the one before it, and the first for the last.
    let circle = joined(2000, |at| format!(r#""N{at}": {{"runAfter": {{"N{}": []}}}}"#, (at + 1999) % 2000));
    assert!(codes("a circle", bare(&circle).as_bytes()).contains(&"CF2003"));
    // Every action waits for every one before it.
    let all = joined(700 / SLOW.min(3), |at| {
        let before = joined(at, |earlier| format!(r#""N{earlier}": ["Succeeded"]"#));
        format!(r#""N{at}": {{"type": "Compose", "inputs": 1, "runAfter": {{{before}}}}}"#)
    });
    codes("a full order", bare(&all).as_bytes());
    // Every action refers to the next one, from within many calls.
    let (before, behind) = ("coalesce(".repeat(60), ")".repeat(60));
    let back = joined(1500, |at| {
        let next = at + 1;
        format!(
            r#""N{at}": {{"type": "Compose", "inputs": "@{before}outputs('N{next}'){behind}", "runAfter": {{"N{next}": ["Succeeded"]}}}}"#
        )
    });
    codes("references that lead on and on", bare(&back).as_bytes());
    let deep = (0..40)
        .fold(String::new(), |inner, at| format!(r#""S{at}": {{"type": "Scope", "actions": {{{inner}}}}}"#));
    codes("scopes in scopes", bare(&deep).as_bytes());
}

#[test]
fn templates_that_lead_back() {
    let definition = bare(r#""A": {"type": "Compose", "inputs": 1}"#);
    let flow = |name: &str| {
        format!(
            r#"{{"type": "Microsoft.Logic/workflows", "name": "{name}", "properties": {{"definition": {definition}}}}}"#
        )
    };
    let nested = (0..28).fold(flow("a"), |inner, _| {
        format!(
            r#"{{"type": "Microsoft.Resources/deployments", "properties": {{"template": {{"resources": [{inner}]}}}}}}"#
        )
    });
    codes("deployments in deployments", format!(r#"{{"resources": [{nested}]}}"#).as_bytes());
    let doubling = joined(60, |at| {
        format!(r#""v{at}": "[concat(variables('v{}'), variables('v{}'))]""#, at + 1, at + 1)
    });
    let flows = joined(2000 / SLOW, |_| {
        r#"{"type": "Microsoft.Logic/workflows", "properties": {"definition": "[variables('v0')]"}}"#
            .to_owned()
    });
    let text = format!(r#"{{"variables": {{{doubling}, "v60": "x"}}, "resources": [{flows}]}}"#);
    codes("variables that double", text.as_bytes());
    let around = r#"{"variables": {"a": "[variables('b')]", "b": "[variables('a')]"}, "resources": [
        {"type": "Microsoft.Logic/workflows", "properties": {"definition": "[variables('a')]"}}]}"#;
    assert_eq!(codes("variables that lead back", around.as_bytes()), ["CF1006", "CF1010"]);
    let shared = r#"{"type": "Microsoft.Logic/workflows", "properties": {"definition": "[variables('d')]"}}"#;
    let shared = joined(3000 / SLOW, |_| shared.to_owned());
    let text = format!(r#"{{"variables": {{"d": {definition}}}, "resources": [{shared}]}}"#);
    codes("many workflows of one variable", text.as_bytes());
}

#[test]
fn strange_characters() {
    assert_eq!(codes("a lone surrogate", br#"{"actions": {"A": "\ud83d"}}"#), ["CF1001"]);
    assert_eq!(codes("NUL", b"{\"actions\": {\"A\0\": 1}}"), ["CF1001"]);
    assert_eq!(codes("an escaped NUL", br#"{"x": "\u0000"}"#), ["CF1004"]);
    assert_eq!(codes("NULs alone", &[0; 4096]), ["CF1001"]);
    assert_eq!(codes("UTF-16 cut off", b"\xFF\xFE{"), ["CF1003"]);
    assert_eq!(codes("nothing", b""), ["CF1001"]);
    codes(
        "a number that no machine has",
        br#"{"actions": {"A": {"type": "Until", "limit": {"count": 1e999999999}}}}"#,
    );
}

fn pack(entries: impl IntoIterator<Item = (String, Vec<u8>)>) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in entries {
        zip.start_file(name, options).unwrap();
        zip.write_all(&bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

#[test]
fn archives_that_unpack_without_end() {
    let zeros = vec![b' '; 64 * 1024 * 1024];
    let bomb = pack((0..16 / SLOW.min(4)).map(|at| (format!("Workflows/{at}.json"), zeros.clone())));
    assert!(bomb.len() < 2_000_000, "much in {} bytes", bomb.len());
    assert_eq!(codes("a gigabyte", &bomb), ["CF1005"]);
    let many = pack((0..30_000).map(|at| (format!("Workflows/{at}.json"), Vec::new())));
    assert_eq!(codes("thirty thousand entries", &many), ["CF1005"]);
    let names =
        ["../../etc/x.json", "/Workflows/a.json", "..\\..\\Workflows\\b.json", "Workflows/\u{1b}[2J\0.json"];
    let climbing = pack(names.iter().map(|name| ((*name).to_owned(), b"{}".to_vec())));
    assert_eq!(codes("names that climb", &climbing), ["CF1005"]);
    let inner = pack([("Workflows/a.json".to_owned(), b"{}".to_vec())]);
    assert_eq!(codes("an archive in an archive", &pack([("a.zip".to_owned(), inner)])), ["CF1005"]);
    assert_eq!(codes("cut off", &bomb[..bomb.len() / 2]), ["CF1005"]);
    let xml = pack([
        ("solution.xml".to_owned(), "<a>".repeat(100_000).into_bytes()),
        ("customizations.xml".to_owned(), b"<!DOCTYPE a [<!ENTITY b \"&c;&c;\">]><a>&b;</a>".to_vec()),
        ("Workflows/a.json".to_owned(), b"{}".to_vec()),
    ]);
    assert_eq!(codes("XML that nests and expands", &xml), ["CF1004", "CF1008"]);
}
