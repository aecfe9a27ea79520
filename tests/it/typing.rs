//! What the checker knows of values: how outputs, variables, parameters, items and schemas reach an expression.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use counterflow::base::diagnostic::{Audience, Severity};
use counterflow::check::{self, Options};
use serde_json::{Value, json};

/// Code, severity and last part of the pointer of every finding about expressions in a definition.
fn found(triggers: Value, actions: Value) -> Vec<(String, Severity, String)> {
    let definition = json!({
        "$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
        "contentVersion": "1.0.0.0",
        "parameters": { "names": { "type": "Array" }, "who": { "type": "String" } },
        "triggers": triggers,
        "actions": actions
    });
    let options = Options { audience: Audience::Strict, ..Options::default() };
    let checked = check::check_bytes("a.json", definition.to_string().as_bytes(), &options);
    let findings = checked.iter().flat_map(|one| &one.findings).map(|found| &found.diagnostic);
    findings
        .filter(|found| found.rule.code.starts_with("CF30") && found.rule.code >= "CF3020")
        .map(|found| {
            let pointer = found.pointer.to_string();
            (found.rule.code.to_owned(), found.severity, pointer.rsplit('/').next().unwrap().to_owned())
        })
        .collect()
}

fn request() -> Value {
    json!({ "manual": { "type": "Request", "kind": "Http", "inputs": { "schema": {
        "type": "object", "required": ["users"],
        "properties": { "users": { "type": "array", "items": { "type": "object",
            "required": ["upn"], "properties": { "upn": { "type": "string" }, "tags": { "type": "array" } } } } }
    } } } })
}

fn compose(inputs: &str) -> Value {
    json!({ "type": "Compose", "inputs": inputs, "runAfter": {} })
}

/// The codes that an expression gives in the inputs of `X`, beside other actions.
fn codes(beside: Value, expression: &str) -> Vec<(String, Severity)> {
    let mut actions = beside;
    actions["X"] = compose(expression);
    let of_x = found(request(), actions).into_iter().filter(|(_, _, at)| at == "inputs");
    of_x.map(|(code, severity, _)| (code, severity)).collect()
}

const ERROR: Severity = Severity::Error;
const WARNING: Severity = Severity::Warning;

#[test]
fn outputs_of_operations_are_known() {
    let beside = json!({
        "Made": { "type": "Compose", "inputs": { "name": "Ann", "list": [1, 2], "n": "@length('abc')" } },
        "Chosen": { "type": "Select", "inputs": { "from": "@triggerBody()['users']",
            "select": { "who": "@item()['upn']" } } },
        "Kept": { "type": "Query", "inputs": { "from": "@parameters('names')", "where": "@equals(item(), 'a')" } },
        "Joined": { "type": "Join", "inputs": { "from": "@body('Kept')", "joinWith": ";" } },
        "Asked": { "type": "Http", "inputs": { "method": "GET", "uri": "https://contoso.com" } }
    });
    for (expression, expected) in [
        ("@outputs('Made')['nam']", Some(("CF3031", ERROR))),
        ("@outputs('Made')?['NAME']", None),
        ("@outputs('Made')['n']['x']", Some(("CF3030", ERROR))),
        ("@outputs('Made')['list'][0]['x']", Some(("CF3030", ERROR))),
        ("@body('Chosen')[0]['who']", None),
        ("@body('Chosen')['who']", Some(("CF3030", ERROR))),
        ("@body('Chosen')[0]['upn']", Some(("CF3031", ERROR))),
        ("@outputs('Chosen')?['body']?[0]['whom']", Some(("CF3031", ERROR))),
        ("@outputs('Chosen')?['body']?[0]?['whom']", None),
        ("@join(body('Joined'), ',')", Some(("CF3023", ERROR))),
        ("@add(outputs('Asked')['statusCode'], 1)", None),
        ("@body('Asked')['whatever']['there']", None),
        ("@add(body('Kept'), 1)", Some(("CF3023", ERROR))),
        ("@toUpper(parameters('names'))", Some(("CF3023", ERROR))),
        ("@toUpper(parameters('who'))", None),
        ("@actions('Asked')?['outputs']?['x']", None),
    ] {
        let expected: Vec<_> = expected.into_iter().map(|(code, how)| (code.to_owned(), how)).collect();
        assert_eq!(codes(beside.clone(), expression), expected, "{expression}");
    }
}

#[test]
fn what_a_schema_says_is_a_warning() {
    let parsed = json!({ "Parsed": { "type": "ParseJson", "inputs": { "content": "@triggerBody()", "schema": {
        "type": "object", "additionalProperties": false, "required": ["id"],
        "properties": { "id": { "type": "integer" }, "note": { "type": "string" } } } } } });
    for (expression, code) in [
        ("@body('Parsed')['id']", None),
        ("@body('Parsed')['ids']", Some("CF3031")),
        ("@body('Parsed')?['ids']", None),
        ("@body('Parsed')['note']", Some("CF3033")),
        ("@toUpper(body('Parsed')['id'])", Some("CF3023")),
        ("@triggerBody()?['user']", Some("CF3032")),
        ("@triggerBody()['users'][0]['upn']", None),
        ("@triggerOutputs()['body']['users']['upn']", Some("CF3030")),
        ("@first(triggerBody()['users'])", None),
    ] {
        let expected: Vec<_> = code.into_iter().map(|code| (code.to_owned(), WARNING)).collect();
        assert_eq!(codes(parsed.clone(), expression), expected, "{expression}");
    }
}

#[test]
fn loops_give_their_items_inside_and_lists_outside() {
    let each = |inner: &str| {
        json!({ "Each": { "type": "Foreach", "foreach": "@triggerBody()['users']", "actions": {
            "Y": compose(inner), "Made": { "type": "Compose", "inputs": { "a": 1 } } } } })
    };
    let inside = |inner: &str| -> Vec<String> {
        found(request(), each(inner)).into_iter().map(|(code, _, _)| code).collect()
    };
    assert_eq!(inside("@items('Each')['upn']"), [""; 0]);
    assert_eq!(inside("@item()['upn']['x']"), ["CF3030"]);
    assert_eq!(inside("@item()?['tags']?['x']"), ["CF3030"]);
    assert_eq!(inside("@outputs('Made')['b']"), ["CF3031"]);
    // From outside, it is what each round gave.
    assert_eq!(codes(each("@item()"), "@join(outputs('Made'), ',')"), []);
    assert_eq!(codes(each("@item()"), "@outputs('Made')[0]"), []);
}

#[test]
fn variables_have_the_type_they_are_made_with() {
    let made = json!({ "Start": { "type": "InitializeVariable", "inputs": { "variables": [
        { "name": "Hits", "type": "integer", "value": 0 }, { "name": "note", "type": "String" },
        { "name": "bag", "type": "object", "value": {} }] } } });
    for (expression, code) in [
        ("@add(variables('hits'), 1)", None),
        ("@variables('NOTE')?['x']", Some("CF3030")),
        ("@union(variables('bag'), createArray(1))", Some("CF3024")),
        ("@variables('bag')?['x']", None),
        ("@greater(variables('hits'), '3')", Some("CF3024")),
    ] {
        let expected: Vec<_> = code.into_iter().map(|code| (code.to_owned(), ERROR)).collect();
        assert_eq!(codes(made.clone(), expression), expected, "{expression}");
    }
}

#[test]
fn conditions_as_objects_are_judged_like_expressions() {
    let ask = |expression: Value| -> Vec<String> {
        let actions = json!({ "Ask": { "type": "If", "expression": expression, "actions": {} } });
        found(request(), actions).into_iter().map(|(code, _, _)| code).collect()
    };
    assert_eq!(
        ask(json!({ "and": [{ "greater": ["@length('abc')", 2] }, { "not": { "equals": [1, 2] } }] })),
        [""; 0]
    );
    assert_eq!(ask(json!({ "and": [{ "greater": ["@length('abc')", "2"] }] })), ["CF3024"]);
    assert_eq!(ask(json!({ "equal": [1, 2] })), ["CF3020"]);
    assert_eq!(ask(json!({ "not": [{ "equals": [1] }] })), ["CF3022"]);
    assert_eq!(ask(json!("@triggerBody()['users']")), ["CF3035"]);
}

#[test]
fn a_documented_answer_reaches_expressions() {
    let read = json!({ "Read": { "type": "Http", "inputs": {
        "method": "GET", "uri": "https://graph.microsoft.com/v1.0/users/x" } } });
    let is_text = [("CF3030".to_owned(), WARNING)];
    assert_eq!(codes(read.clone(), "@body('Read')?['id']?['x']"), is_text);
    assert_eq!(codes(read.clone(), "@outputs('Read')?['body']?['displayName']?['x']"), is_text);
    assert_eq!(codes(read, "@body('Read')?['notDocumented']?['x']"), []);
}

/// References that go round, and a chain of references that is very long.
#[test]
fn references_to_references_end() {
    let round = json!({ "A": compose("@outputs('B')"), "B": compose("@outputs('A')") });
    assert_eq!(codes(round, "@outputs('A')['x']"), []);
    let mut chain = json!({});
    for at in 0..2000 {
        chain[format!("A{at:04}")] = compose(&format!("@outputs('A{:04}')", at + 1));
    }
    chain["A2000"] = json!({ "type": "Compose", "inputs": "text" });
    assert!(codes(chain, "@outputs('A1999')['x']") == [("CF3030".to_owned(), ERROR)]);
}

#[test]
fn text_that_arm_gives_is_read_too() {
    let template = |default: &str, inputs: &str| {
        json!({
            "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
            "contentVersion": "1.0.0.0",
            "parameters": { "handle": { "type": "string", "defaultValue": default } },
            "resources": [{ "type": "Microsoft.Logic/workflows", "apiVersion": "2019-05-01", "name": "a",
                "location": "[resourceGroup().location]", "properties": { "definition": {
                    "$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
                    "contentVersion": "1.0.0.0",
                    "triggers": { "manual": { "type": "Request", "kind": "Http", "inputs": { "schema": {} } } },
                    "actions": { "X": { "type": "Compose", "inputs": inputs, "runAfter": {} } } } } }]
        })
        .to_string()
    };
    let codes = |default: &str, inputs: &str| -> Vec<(&'static str, Severity)> {
        let template = template(default, inputs);
        let checked = check::check_bytes("a.json", template.as_bytes(), &Options::default());
        let findings = checked.iter().flat_map(|one| &one.findings).map(|found| &found.diagnostic);
        findings
            .map(|found| (found.rule.code, found.severity))
            .filter(|(code, _)| code.starts_with("CF2") || code.starts_with("CF3"))
            .collect()
    };
    let parameter = |default: &str| codes(default, "[parameters('handle')]");
    // Whoever deploys it with the values that it gives itself is refused: Azure/Azure-Sentinel#2780.
    assert_eq!(parameter("@contoso"), [("CF3007", ERROR)]);
    for fine in ["@@contoso", "contoso", "@utcNow()", "@{utcNow()}"] {
        assert_eq!(parameter(fine), [], "{fine}");
    }
    let made = |inputs: &str| codes("Missing", inputs);
    assert_eq!(made("[concat('@body(''Missing'')')]"), [("CF2006", ERROR)]);
    assert_eq!(made("[format('@body(''{0}'')', 'Missing')]"), [("CF2006", ERROR)]);
    assert_eq!(made("[concat('@equals(1, ', '2')]"), [("CF3001", ERROR)]);
    // Text between may be anything, an expression may not.
    assert_eq!(made("[concat('@{body(''Missing'')}/', parameters('handle'))]"), [("CF2006", ERROR)]);
    assert_eq!(made("[concat('@{body(''', parameters('handle'), ''')}/x')]"), []);
    assert_eq!(made("[concat('@concat(''a'', ', '''b'')')]"), []);
    let given = "[concat('@body(''', parameters('handle'), ''')')]";
    assert_eq!(made(given), [], "a deployment may give another name");
}
