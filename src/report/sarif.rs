//! SARIF 2.1.0 (OASIS): the form that code scanning services read.
//!
//! Only rules that found something are described, each with its explanation as `help`. Columns count Unicode code points,
//! lines and columns from 1. A file inside an archive has no address of its own that a service could open, so such a
//! finding is placed at the archive, with the member and its line in the message and as logical location.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::path::{self, Place};
use super::{File, Report};
use crate::base::diagnostic::{Located, Rule, Severity};
use crate::base::source::{Lines, Position};
use crate::base::words::visible_line;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// The report as one SARIF log with a line feed at its end. File names below `root`, if that is given, are written
/// relative to it.
pub fn render(report: &Report, root: Option<&str>) -> String {
    let mut rules: BTreeMap<&str, &'static Rule> = BTreeMap::new();
    for located in report.findings() {
        rules.insert(located.diagnostic.rule.code, located.diagnostic.rule);
    }
    let index: BTreeMap<&str, usize> = rules.keys().enumerate().map(|(at, code)| (*code, at)).collect();
    let results: Vec<Json> = report.all_files().flat_map(|file| results(file, &index, root)).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "counterflow",
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.values().map(|rule| described(rule)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "invocations": [{ "executionSuccessful": true }],
            "results": results,
        }],
    });
    let mut text = format!("{log:#}");
    text.push('\n');
    text
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn described(rule: &Rule) -> Json {
    let mut properties = json!({ "tags": [family(rule.code)] });
    if let Some(prevents) = rule.prevents {
        properties["prevents"] = json!(prevents);
    }
    json!({
        "id": rule.code,
        "name": camel(rule.name),
        "shortDescription": { "text": sentence(rule.name) },
        "fullDescription": { "text": first_paragraph(rule.explanation) },
        "help": { "text": rule.explanation.trim(), "markdown": rule.explanation.trim() },
        "defaultConfiguration": { "level": level(rule.severity) },
        "properties": properties,
    })
}

/// The family of a code, as the table of codes names it.
fn family(code: &str) -> &'static str {
    match code.as_bytes().get(2) {
        Some(b'1') => "shape",
        Some(b'2') => "graph",
        Some(b'3') => "expressions",
        Some(b'4') => "connections",
        Some(b'5') => "limits",
        Some(b'6') => "packaging",
        Some(b'7') => "security",
        Some(b'8') => "response-safety",
        _ => "compiler",
    }
}

/// `missing-member` → `MissingMember`: SARIF wants names of rules so.
fn camel(name: &str) -> String {
    name.split('-').map(capitalised).collect()
}

/// `missing-member` → `Missing member.`
fn sentence(name: &str) -> String {
    capitalised(&name.replace('-', " ")) + "."
}

fn capitalised(word: &str) -> String {
    let mut word = word.to_owned();
    if let Some(first) = word.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    word
}

/// The first lines of an explanation that are no heading, as one line.
fn first_paragraph(explanation: &str) -> String {
    let lines = explanation.lines().map(str::trim);
    let body = lines.skip_while(|line| line.is_empty() || line.starts_with('#'));
    body.take_while(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
}

fn results(file: &File, index: &BTreeMap<&str, usize>, root: Option<&str>) -> Vec<Json> {
    let lines = Lines::new(file.source.text());
    let one = |located: &Located| result(located, &lines, index, root);
    file.findings.iter().map(one).collect()
}

fn result(located: &Located, lines: &Lines<'_>, index: &BTreeMap<&str, usize>, root: Option<&str>) -> Json {
    let diagnostic = &located.diagnostic;
    let Place { file, member } = path::place(&located.path);
    let mut physical = json!({ "artifactLocation": { "uri": path::uri(path::below(file, root)) } });
    let mut message = diagnostic.message.clone();
    match member {
        Some(member) => {
            message = format!("{member}, line {}: {message}", located.start.line);
            // Services ask for a line, and an archive has none but its first.
            let first = Position { line: 1, column: 1 };
            physical["region"] = region(first, Position { column: 2, ..first });
        }
        None => {
            physical["region"] = place_of(located);
        }
    }
    if let Some(help) = &diagnostic.help {
        message = format!("{message}. Help: {help}");
    }
    // In a message, `[text](target)` would be a link.
    let message = visible_line(&message).replace("](", "] (");
    let pointer = diagnostic.pointer.as_str();
    let logical = format!("{}#{pointer}", member.unwrap_or_default());
    let mut result = json!({
        "ruleId": diagnostic.rule.code,
        "ruleIndex": index[diagnostic.rule.code],
        "level": level(diagnostic.severity),
        "message": { "text": message },
        "locations": [{
            "physicalLocation": physical,
            "logicalLocations": [{ "fullyQualifiedName": logical, "kind": "member" }],
        }],
        "partialFingerprints": { "counterflow/v1": located.fingerprint() },
    });
    if let (Some(edit), Some(fix), None) = (&located.edit, &diagnostic.fix, member) {
        let (start, end) = lines.range(&edit.span);
        let replacement = json!({
            "deletedRegion": region(start, end),
            "insertedContent": { "text": edit.text },
        });
        result["fixes"] = json!([{
            "description": { "text": fix.title },
            "artifactChanges": [{
                "artifactLocation": { "uri": path::uri(path::below(file, root)) },
                "replacements": [replacement],
            }],
        }]);
    }
    result
}

/// A place. Where something is missing nothing stands there, and viewers drop what has no width: the next character is
/// marked, which may be the quote or bracket behind.
fn place_of(located: &Located) -> Json {
    let Located { start, end, .. } = *located;
    let is_empty = start == end;
    region(start, Position { column: end.column + usize::from(is_empty), ..end })
}

fn region(start: Position, end: Position) -> Json {
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_descriptions_come_from_the_rule() {
        assert_eq!(camel("runafter-missing-action"), "RunafterMissingAction");
        assert_eq!(sentence("runafter-missing-action"), "Runafter missing action.");
        let text = " ## What it does\n Reports a name\n that is wrong.\n\n ## Why\n Because.\n";
        assert_eq!(first_paragraph(text), "Reports a name that is wrong.");
    }
}
