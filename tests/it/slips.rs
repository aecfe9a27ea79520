//! Files damaged the way people damage them: one slip in a file that is right makes one finding, with what was meant.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking and tells what it saw")]

use std::fs;

use counterflow::base::source::Source;
use counterflow::check::{self, Options};
use counterflow::pipeline::{self, Inputs};

use crate::support::{files, root};

/// What is said of a file, a line for each finding: code, pointer, message and help.
fn said(text: &str) -> Vec<String> {
    let checked = check::check_bytes("a.json", text.as_bytes(), &Options::default());
    let findings = checked.iter().flat_map(|one| &one.findings).map(|found| &found.diagnostic);
    findings
        .map(|it| {
            let help = it.help.as_deref().unwrap_or_default();
            format!("{} {}: {}; {help}", it.rule.code, it.pointer, it.message)
        })
        .collect()
}

/// Damages the first place, and expects one finding that begins and ends so.
fn one(text: &str, (from, to): (&str, &str), (begin, end): (&str, &str)) {
    assert!(text.contains(from), "{from}");
    let said = said(&text.replacen(from, to, 1));
    let [only] = &said[..] else { panic!("{from} -> {to}: {said:#?}") };
    assert!(only.starts_with(begin) && only.contains(end), "{from} -> {to}: {only}");
}

fn template() -> String {
    fs::read_to_string(root().join("examples/phishing/expected/logicapp/azuredeploy.json")).unwrap()
}

#[test]
fn every_expression_of_a_template_that_is_not_closed_is_said_once() {
    let text = template();
    let mut count = 0;
    for (start, _) in text.match_indices("\"[") {
        let end = start + 1 + text[start + 1..].find('"').unwrap();
        if text[..end].ends_with(']') && text[start..end].contains('(') {
            let damaged = format!("{}{}", &text[..end - 1], &text[end..]);
            let said = said(&damaged);
            assert!(
                matches!(&said[..], [only] if only.starts_with("CF6018")),
                "{}: {said:#?}",
                &text[start..end]
            );
            count += 1;
        }
    }
    assert!(count > 20, "{count}");
}

#[test]
fn one_slip_in_a_template_makes_one_finding() {
    let text = template();
    assert_eq!(said(&text), [""; 0]);
    let cases = [
        (("\"method\": \"post\"", "\"method\": \"pots\""), ("CF1013", "did you mean `POST`?")),
        (
            ("\"ApiConnectionWebhook\"", "\"ApiConnectionWebhok\""),
            ("CF1015", "did you mean `ApiConnectionWebhook`?"),
        ),
        (("\"definition\": {", "\"defintion\": {"), ("CF1011", "did you mean `definition`?")),
        (("\"connectionId\": ", "\"connectionID2\": "), ("CF1011", "did you mean `connectionId`?")),
        (
            ("\"Microsoft.Logic/workflows\"", "\"Microsoft.Logic/workflow\""),
            ("CF1006 /resources/2/type", "did you mean `Microsoft.Logic/workflows`?"),
        ),
    ];
    for (slip, expected) in cases {
        one(&text, slip, expected);
    }
    let id = text.find("\"connectionId\"").unwrap();
    let line = &text[id..id + text[id..].find("\"connectionName\"").unwrap()];
    one(
        &text,
        (line, ""),
        ("CF1010 /resources/2/properties/parameters/$connections/value/azuresentinel", "connectionId"),
    );
}

/// What is right above a slip is not taken for it: quotes, brackets and blocks of our own files.
#[test]
fn a_slip_at_the_end_of_a_file_is_found_there() {
    let files = ["examples", "playbook-templates", "src/data"].map(|folder| files(&root().join(folder)));
    let mut count = 0;
    for (name, bytes) in files.into_iter().flatten() {
        let text = String::from_utf8_lossy(&bytes);
        let is_mapping = text.lines().find(|line| !line.starts_with(['#', '-']) || line.starts_with("- "));
        if !name.ends_with(".yaml") || is_mapping.is_none_or(|line| line.starts_with('-')) {
            continue;
        }
        let text = format!("{}\nzzz: one: two\n", text.trim_end());
        let inputs = Inputs {
            incident: Source::new("incident.json", "{}"),
            review: None,
            profile: Some(Source::new(name.as_str(), text)),
        };
        let outcome = pipeline::plan(&inputs, &pipeline::Options::default());
        let found: Vec<_> = outcome.report.findings().filter(|found| found.path == name).collect();
        let [only] = &found[..] else { panic!("{name}: {found:#?}") };
        assert!(only.diagnostic.message.starts_with("a second colon"), "{name}: {only:#?}");
        count += 1;
    }
    assert!(count > 50, "{count}");
}

#[test]
fn a_connector_that_is_misspelt_is_no_numbered_connection() {
    let said = said(&template().replace("managedApis/office365", "managedApis/office-365"));
    assert!(!said.is_empty() && said.iter().all(|one| one.starts_with("CF4025")), "{said:#?}");
}

/// What ARM computes is not judged, and names that may be in it are not missed.
#[test]
fn an_action_or_trigger_that_arm_computes_is_left_alone() {
    let template = |triggers: &str, b: &str, parameter: &str| {
        format!(
            r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
            "parameters": {{"o": {{"type": "object"}}}},
            "resources": [{{"type": "Microsoft.Logic/workflows", "apiVersion": "2019-05-01", "name": "w",
            "location": "[resourceGroup().location]", "properties": {{"definition": {{
                "$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
                "contentVersion": "1.0.0.0", "parameters": {{"p": {parameter}}},
                "triggers": {{"manual": {triggers}}},
                "actions": {{"A": {{"type": "Compose", "inputs": "@parameters('p')", "runAfter": {{}}}}, "B": {b},
                    "C": {{"type": "Until", "expression": "@equals(1, 2)", "limit": "[parameters('o')]",
                        "actions": {{}}, "runAfter": {{"B": ["Succeeded"]}}}},
                    "D": {{"type": "Compose", "inputs": "@outputs('Deep')", "runAfter": {{"C": ["Succeeded"]}}}}}},
                "outputs": {{}}}}}}}}]}}"#
        )
    };
    let computed = "\"[parameters('o')]\"";
    let said = said(&template(computed, computed, computed));
    assert_eq!(said, [""; 0]);
}

/// It is no slip where the type is right, and what could not be read is said.
#[test]
fn a_definition_that_arm_computes_is_said_to_be_unread() {
    let resource = |name: &str, definition: &str| {
        format!(
            r#"{{"type": "Microsoft.Logic/Workflows", "apiVersion": "2019-05-01", "name": "{name}",
            "location": "[resourceGroup().location]", "properties": {{"definition": {definition}}}}}"#
        )
    };
    let template = |resources: &[String]| {
        format!(
            r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "contentVersion": "1.0.0.0", "parameters": {{"definition": {{"type": "object"}}, "text": {{"type": "string"}}}},
            "resources": [{}]}}"#,
            resources.join(",")
        )
    };
    let expressions = [
        "[parameters('definition')]",
        "[json(parameters('text'))]",
        "[json(concat('{', parameters('text')))]",
    ];
    for expression in expressions {
        let opaque = resource("w", &format!("\"{expression}\""));
        for resources in [vec![opaque.clone()], vec![opaque, resource("v", GRAPH)]] {
            let said: Vec<String> =
                said(&template(&resources)).into_iter().filter(|one| !one.starts_with("CF6")).collect();
            let [only] = &said[..] else { panic!("{expression}: {said:#?}") };
            let place =
                "CF1006 /resources/0/properties/definition: an ARM expression stands for this definition";
            assert!(only.starts_with(place), "{only}");
        }
    }
}

const GRAPH: &str = r#"{
    "$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
    "contentVersion": "1.0.0.0",
    "triggers": {"manual": {"type": "Request", "kind": "Http", "inputs": {"schema": {}}}},
    "actions": {"Get_user": {"type": "Http", "runAfter": {}, "inputs": {
        "method": "GET", "uri": "https://graph.microsoft.com/v1.0/users/1",
        "authentication": {"type": "ManagedServiceIdentity", "audience": "https://graph.microsoft.com"}}}},
    "outputs": {}
}"#;

const FLOW: &str = r#"{"schemaVersion": "1.0.0.0", "properties": {
    "connectionReferences": {"office": {"api": {"name": "shared_office365"}, "runtimeSource": "embedded",
        "connection": {"connectionReferenceLogicalName": "x_office"}}},
    "definition": {
        "$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
        "contentVersion": "1.0.0.0",
        "parameters": {"$connections": {"defaultValue": {}, "type": "Object"},
            "$authentication": {"defaultValue": {}, "type": "SecureObject"}},
        "triggers": {"manual": {"type": "Request", "kind": "Button", "inputs": {"schema": {"type": "object"}}}},
        "actions": {"Get_emails": {"type": "OpenApiConnection", "runAfter": {}, "inputs": {
            "host": {"apiId": "/providers/Microsoft.PowerApps/apis/shared_office365", "connectionName": "office",
                "operationId": "GetEmailsV3"},
            "parameters": {"folderPath": "Inbox", "fetchOnlyWithAttachment": true},
            "authentication": "@parameters('$authentication')"}}}}}}"#;

#[test]
fn one_slip_in_a_call_makes_one_finding() {
    assert_eq!((said(GRAPH), said(FLOW)), (Vec::new(), Vec::new()));
    one(GRAPH, ("/v1.0/users/1", "/v1.0/user/1"), ("CF4011", "did you mean `/v1.0/users/{user}`?"));
    one(
        FLOW,
        ("fetchOnlyWithAttachment", "fetchOnlyWithAttachments"),
        ("CF4013", "did you mean `fetchOnlyWithAttachment`?"),
    );
    one(FLOW, ("GetEmailsV3", "GetEmialsV3"), ("CF4011", "did you mean `GetEmailsV3`?"));
}

#[test]
fn what_a_merge_or_a_word_processor_left_is_named() {
    one(
        GRAPH,
        ("    \"contentVersion\"", "<<<<<<< HEAD\n    \"contentVersion\""),
        ("CF1001", "merge conflict"),
    );
    one(GRAPH, ("    \"actions\"", "=======\n    \"actions\""), ("CF1001", "merge conflict"));
    one(GRAPH, ("\"actions\"", "“actions”"), ("CF1001", "straight"));
    one(GRAPH, ("\"GET\"", "’GET’"), ("CF1001", "straight"));
    one(GRAPH, ("\"actions\":", "actions:"), ("CF1001", "put the key in double quotes"));
    one(GRAPH, ("\"1.0.0.0\",", "\"1.0.0.0\""), ("CF1001", "put a comma behind"));
    one(GRAPH, ("\"1.0.0.0\",", "\"1.0.0.0\";"), ("CF1001", "divided by commas"));
    one(GRAPH, ("\"actions\":", "\"actions\" ="), ("CF1001", "a colon stands between"));
    one(GRAPH, ("{\"schema\": {}}", "True"), ("CF1001", "`true`, `false` and `null`"));
    one(GRAPH, ("\"outputs\": {}", "\"outputs\": {]"), ("CF1001", "a bracket before it"));
    one(GRAPH, ("{", "triggers: {"), ("CF1001", "begins with `{` or `[`"));
}
