//! What `counterflow explain` shows: the example of a rule gives its finding, and what to write instead does not.
//!
//! An example is a piece of a definition. It is put into small documents, each with a hole at another place, until it
//! gives the finding in one of them; what stands under *Use instead* must then be free of it at the same place.

use std::collections::BTreeSet;

use counterflow::base::diagnostic::{Audience, Rule};
use counterflow::check::{self, Options, all_rules};

/// Rules whose example is a sentence, or needs more than a piece of a definition: a whole playbook, a text of thousands of
/// characters. Their fixtures show them.
const NOT_RUN: &[&str] = &[
    "CF1003", "CF1005", "CF1007", "CF1008", "CF2018", "CF2022", "CF2026", "CF2037", "CF2038", "CF3008",
    "CF5001", "CF5002", "CF5003", "CF5004", "CF5005", "CF5007", "CF5008", "CF5009", "CF5010", "CF5011",
    "CF5012", "CF5021", "CF5022", "CF5024", "CF5025", "CF7003", "CF7006", "CF7007", "CF7011", "CF7013",
    "CF7014", "CF8002", "CF8003", "CF8004", "CF8005", "CF8006", "CF8007", "CF8008", "CF8009", "CF8010",
    "CF8011",
];

/// Families about what stands around a definition: connections, templates, projects and solutions. Their fixtures show them.
const AROUND: [&str; 2] = ["CF4", "CF6"];

/// Members of a definition with a hole for the example; each is tried in a template and in a flow.
const DEFINITIONS: [&str; 19] = [
    r#""triggers": {TRIGGER}, "actions": {CONTEXT, HOLE}"#,
    r#""triggers": {TRIGGER}, "actions": {"Get_user": {"type": "Compose", "inputs": 1}, HOLE}"#,
    r#""triggers": {TRIGGER}, "actions": {CONTEXT}, HOLE"#,
    r#""triggers": {HOLE}, "actions": {CONTEXT}"#,
    r#""triggers": {"t": {"type": "Request", "kind": "Http", HOLE}}, "actions": {CONTEXT, "A": {"type": "Response", "inputs": {"statusCode": 200}}}"#,
    r#""triggers": {"t": {"type": "Recurrence", HOLE}}, "actions": {CONTEXT}"#,
    r#""triggers": {"t": {"type": "Recurrence", "recurrence": {"frequency": "Day", "interval": 1, HOLE}}}, "actions": {CONTEXT}"#,
    r#""triggers": {TRIGGER}, "actions": {CONTEXT}, "parameters": {HOLE}"#,
    r#""triggers": {TRIGGER}, "actions": {CONTEXT, "A": {"type": "Compose", "inputs": 1, HOLE}}"#,
    r#""triggers": {TRIGGER}, "actions": {CONTEXT, "A": {"type": "Compose", "inputs": 1, "runtimeConfiguration": {HOLE}}}"#,
    r#""triggers": {TRIGGER}, "actions": {CONTEXT, "A": {"type": "Http", HOLE}}"#,
    r#""triggers": {TRIGGER}, "actions": {CONTEXT, "A": {"type": "Http", "inputs": {"method": "GET", "uri": "https://graph.microsoft.com", HOLE}}}"#,
    r#""triggers": {TRIGGER}, "actions": {CONTEXT, "A": {"type": "Http", "inputs": {"uri": "https://graph.microsoft.com", HOLE}}}"#,
    r#""triggers": {TRIGGER}, "actions": {CONTEXT, "A": {"type": "Foreach", "foreach": "@triggerBody()", "actions": {}, HOLE}}"#,
    r#""triggers": {TRIGGER}, "actions": {CONTEXT, "A": {"type": "Until", "expression": "@equals(1, 2)", "actions": {}, HOLE}}"#,
    r#""triggers": {TRIGGER}, "actions": {CONTEXT, "A": {"type": "Response", HOLE}}"#,
    r#""triggers": {TRIGGER}, "actions": {CONTEXT, "A": {"type": "Terminate", HOLE}}"#,
    r#""triggers": {TRIGGER}, "actions": {CONTEXT, "A": {"type": "Switch", "expression": "@triggerBody()", "default": {"actions": {}}, HOLE}}"#,
    r#""triggers": {TRIGGER}, "actions": {CONTEXT, "A": {"type": "InitializeVariable", "inputs": {"variables": [HOLE]}}}"#,
];

const LANGUAGE: &str = r#""$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#", "contentVersion": "1.0.0.0""#;
const TRIGGER: &str = r#""manual": {"type": "Request", "kind": "Http"}"#;
/// Actions that examples refer to.
const CONTEXT: &str = r#""Get_user": {"type": "Http", "inputs": CALLED}, "Call": {"type": "Http", "inputs": CALLED}, "List": {"type": "Http", "inputs": CALLED},
    "Start": {"type": "InitializeVariable", "inputs": {"variables": [{"name": "verdict", "type": "string"}]}}"#;
const CALLED: &str =
    r#"{"method": "GET", "uri": "https://graph.microsoft.com/v1.0/me", "retryPolicy": {"type": "none"}}"#;

fn template(definition: &str, parameters: &str) -> String {
    format!(
        r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
        "contentVersion": "1.0.0.0", "resources": [{{"type": "Microsoft.Logic/workflows", "apiVersion": "2019-05-01",
        "name": "w", "location": "[resourceGroup().location]", "properties": {{{parameters} "definition": {definition}}}}}]}}"#
    )
}

/// The documents that a piece may belong to, always as many and in the same order.
fn documents(piece: &str) -> Vec<String> {
    let mut all = vec![piece.to_owned()];
    let parameters = r#""parameters": {"threshold": {"type": "Int", "defaultValue": 1}, "$connections": {"type": "Object"}}"#;
    let declared = format!(r#"{{{LANGUAGE}, "triggers": {{{TRIGGER}}}, "actions": {{}}, {parameters}}}"#);
    all.push(template(&declared, &format!("{piece},")));
    let inside = piece.trim().strip_prefix('{').unwrap_or(piece);
    all.push(template(&format!(r#"{{{LANGUAGE}, "triggers": {{{TRIGGER}}}, {inside}"#), ""));
    for definition in DEFINITIONS {
        let members = definition
            .replace("TRIGGER", TRIGGER)
            .replace("CONTEXT", CONTEXT)
            .replace("CALLED", CALLED)
            .replace("HOLE", piece);
        let definition = format!("{{{LANGUAGE}, {members}}}");
        all.push(template(&definition, ""));
        all.push(format!(r#"{{"properties": {{"connectionReferences": {{}}, "definition": {definition}}}, "schemaVersion": "1.0.0.0"}}"#));
        all.push(definition);
    }
    all
}

/// The first JSON under a heading, without what is left out for the reader: `…`, and a note in brackets behind it.
fn piece(rule: &Rule, heading: &str) -> Option<String> {
    let section = rule.explanation.split("## ").find(|section| section.trim_start().starts_with(heading))?;
    let block = section.split("```json").nth(1)?.split("```").next()?;
    let lines: Vec<&str> = block.lines().map(|line| line.split("  (").next().unwrap_or(line)).collect();
    // Doc comments are indented by one blank, so that two begin a note only behind something.
    let lines =
        lines.iter().zip(block.lines()).map(|(cut, whole)| if cut.trim().is_empty() { whole } else { cut });
    let text = lines.collect::<Vec<_>>().join("\n");
    Some(text.replace(", …", "").replace("{ … }", "{}").trim().to_owned())
}

fn codes(document: &str) -> BTreeSet<&'static str> {
    let options = Options { audience: Audience::Auditor, ..Options::default() };
    let checked = check::check_bytes("example.json", document.as_bytes(), &options);
    checked.iter().flat_map(|one| &one.findings).map(|found| found.diagnostic.rule.code).collect()
}

/// Whether the example breaks the rule and what is to be written instead does not.
fn holds(rule: &Rule) -> bool {
    let Some(example) = piece(rule, "Example") else { return false };
    let instead = piece(rule, "Use instead").map(|instead| documents(&instead));
    documents(&example).iter().enumerate().any(|(at, document)| {
        codes(document).contains(rule.code)
            && instead.as_ref().is_none_or(|instead| {
                let found = codes(&instead[at]);
                !found.contains(rule.code) && (rule.code == "CF1001" || !found.contains("CF1001"))
            })
    })
}

#[test]
fn examples_give_their_finding_and_what_to_write_instead_does_not() {
    let is_around = |rule: &Rule| AROUND.iter().any(|family| rule.code.starts_with(family));
    let broken: Vec<_> = all_rules()
        .filter(|rule| !is_around(rule) && !NOT_RUN.contains(&rule.code) && !holds(rule))
        .map(|rule| rule.code)
        .collect();
    assert!(broken.is_empty(), "the explanation is not true of {broken:?}");
    let run: Vec<_> =
        NOT_RUN.iter().filter(|code| all_rules().any(|rule| rule.code == **code && holds(rule))).collect();
    assert!(run.is_empty(), "these can be run now, take them from the list: {run:?}");
}
