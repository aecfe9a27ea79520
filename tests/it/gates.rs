//! What counts as a gate: an act after a branch that ends the run, and an answer that went through a variable.
//!
//! The definition is the sound fixture of `ungated-response`, in which a Terminate ends the run unless somebody said yes.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use counterflow::base::diagnostic::Audience;
use counterflow::base::json::Document;
use counterflow::check::{self, Options};
use serde_json::{Value, json};

const SOUND: &str = include_str!("../fixtures/check/ungated-response/ok.json");

/// Changes the actions of the sound definition and tells whether its act still counts as gated.
fn is_gated(change: impl FnOnce(&mut Value)) -> bool {
    let mut definition: Value = serde_json::from_str(SOUND).unwrap();
    change(&mut definition["actions"]);
    let text = serde_json::to_string(&definition).unwrap();
    let found = check::check(&Document::parse(&text).unwrap(), &Options::default());
    !found.iter().any(|finding| ["CF8001", "CF8002"].contains(&finding.rule.code))
}

fn refusing(actions: &mut Value) -> &mut Value {
    &mut actions["Stop_unless_approved"]["else"]["actions"]
}

#[test]
fn a_terminate_gates_only_where_it_surely_ends_the_run() {
    let after = |statuses: &'static [&'static str]| {
        move |actions: &mut Value| {
            let refusing = refusing(actions);
            refusing["Say_no"] = json!({"type": "Compose", "inputs": "no", "runAfter": {}});
            refusing["Stop"]["runAfter"] = json!({"Say_no": statuses});
        }
    };
    assert!(is_gated(|_| {}));
    assert!(is_gated(after(&["Succeeded"])));
    assert!(is_gated(after(&["Succeeded", "Failed", "TimedOut"])));
    assert!(is_gated(after(&["Succeeded", "Failed", "Skipped", "TimedOut"])));
    assert!(!is_gated(after(&["Failed"])), "it ends the run only where saying no failed");
    assert!(!is_gated(after(&["Skipped"])), "what is never skipped never brings it about");
    assert!(!is_gated(|actions| _ = refusing(actions).as_object_mut().unwrap().remove("Stop")));
}

#[test]
fn an_act_that_runs_after_a_failed_branch_needs_a_terminate_that_always_runs() {
    let also_after_failure = |actions: &mut Value| {
        actions["Isolate"]["runAfter"] = json!({"Stop_unless_approved": ["Succeeded", "Failed"]})
    };
    let say_no_first = |actions: &mut Value, statuses: Value| {
        let refusing = refusing(actions);
        refusing["Say_no"] = json!({"type": "Compose", "inputs": "no", "runAfter": {}});
        refusing["Stop"]["runAfter"] = json!({"Say_no": statuses});
    };
    assert!(is_gated(also_after_failure));
    assert!(!is_gated(|actions| {
        also_after_failure(actions);
        say_no_first(actions, json!(["Succeeded"]));
    }));
    assert!(is_gated(|actions| {
        also_after_failure(actions);
        say_no_first(actions, json!(["Succeeded", "Failed", "TimedOut"]));
    }));
}

#[test]
fn a_variable_is_an_answer_only_where_nothing_else_puts_a_yes_into_it() {
    let through_variable = |first: &'static str, other: Option<Value>| {
        move |actions: &mut Value| {
            let named = json!({"name": "answer", "type": "string", "value": first});
            actions["Begin"] =
                json!({"type": "InitializeVariable", "runAfter": {}, "inputs": {"variables": [named]}});
            actions["Ask"]["runAfter"] = json!({"Begin": ["Succeeded"]});
            let set = |value: Value| {
                json!({"type": "SetVariable", "runAfter": {"Ask": ["Succeeded"]},
                    "inputs": {"name": "Answer", "value": value}})
            };
            actions["Remember"] = set(json!("@body('Ask')?['SelectedOption']"));
            let mut last = "Remember";
            if let Some(other) = other {
                actions["Change"] = set(other);
                actions["Change"]["runAfter"] = json!({"Remember": ["Succeeded"]});
                last = "Change";
            }
            actions["Stop_unless_approved"]["runAfter"] = json!({last: ["Succeeded", "Failed", "Skipped"]});
            actions["Stop_unless_approved"]["expression"] =
                json!({"equals": ["@variables('answer')", "Approve"]});
        }
    };
    assert!(is_gated(through_variable("", None)));
    assert!(is_gated(through_variable("Reject", Some(json!("Reject")))));
    assert!(!is_gated(through_variable("Approve", None)), "an approval that failed leaves it as it began");
    assert!(!is_gated(through_variable("", Some(json!("Approve")))));
    assert!(!is_gated(through_variable("", Some(json!("@parameters('DeviceId')")))));
}

const OPEN_LOOP: &str = include_str!("../fixtures/check/response-in-open-loop/err.json");

/// Puts a condition around the act of the loop, and around the loop, and tells whether the loop still counts as open.
fn is_open(inside: Value, around: Value) -> bool {
    let mut definition: Value = serde_json::from_str(OPEN_LOOP).unwrap();
    let actions = &mut definition["actions"];
    let named = json!({"name": "Done", "type": "integer", "value": 0});
    actions["Begin"] =
        json!({"type": "InitializeVariable", "runAfter": {}, "inputs": {"variables": [named]}});
    actions["Ask"]["runAfter"] = json!({"Begin": ["Succeeded"]});
    let allowed = &mut actions["Approved"]["actions"];
    let act = allowed["Each_device"]["actions"].take();
    allowed["Each_device"]["actions"] = json!({
        "Still_few": {"type": "If", "runAfter": {}, "expression": inside, "actions": act},
        "Count": {"type": "IncrementVariable", "runAfter": {"Still_few": ["Succeeded"]},
            "inputs": {"name": "Done", "value": 1}},
    });
    let looped = allowed.take();
    *allowed = json!({"Short": {"type": "If", "runAfter": {}, "expression": around, "actions": looped}});
    let text = serde_json::to_string(&definition).unwrap();
    let options = Options { audience: Audience::Strict, ..Options::default() };
    let found = check::check(&Document::parse(&text).unwrap(), &options);
    found.iter().any(|finding| finding.rule.code == "CF8006")
}

#[test]
fn a_count_bounds_a_loop_that_it_is_kept_in() {
    let nothing = || json!({"equals": ["@parameters('DryRun')", false]});
    for bounded in [
        json!({"less": ["@variables('Done')", 10]}),
        json!({"and": [nothing(), {"lessOrEquals": ["@variables('done')", "@parameters('Most')"]}]}),
        json!({"not": {"greaterOrEquals": ["@variables('Done')", 10]}}),
        json!({"greater": ["@parameters('Most')", "@add(variables('Done'), 1)"]}),
        json!({"equals": ["@less(variables('Done'), 10)", true]}),
        json!("@and(less(variables('Done'), 10), not(parameters('DryRun')))"),
    ] {
        assert!(!is_open(bounded.clone(), nothing()), "{bounded}");
        assert!(is_open(nothing(), bounded.clone()), "it was counted before the loop, once: {bounded}");
    }
    for open in [
        json!({"greater": ["@variables('Done')", 10]}),
        json!({"or": [nothing(), {"less": ["@variables('Done')", 10]}]}),
        json!({"not": {"less": ["@variables('Done')", 10]}}),
        json!({"less": ["@variables('Other')", 10]}),
        json!({"less": ["@variables('Done')", "@length(parameters('DeviceIds'))"]}),
        json!({"less": ["@variables('Done')", null]}),
        json!({"less": ["@variables('Done')"]}),
        json!({"less": "@variables('Done')", "": [], "a b": [10]}),
        json!("@less(variables('Done'), 10"),
        json!(["@less(variables('Done'), 10)"]),
    ] {
        assert!(is_open(open.clone(), nothing()), "{open}");
    }
}

#[test]
fn the_length_of_its_list_bounds_a_loop() {
    let nothing = || json!({"equals": ["@parameters('DryRun')", false]});
    for bounded in [
        json!({"equals": ["@empty(skip(parameters('DeviceIds'), 10))", true]}),
        json!("@empty(skip(coalesce(parameters('DeviceIds'), json('[]')), parameters('Most')))"),
        json!({"lessOrEquals": ["@length(parameters('DeviceIds'))", 10]}),
    ] {
        assert!(!is_open(nothing(), bounded.clone()), "{bounded}");
    }
    for open in [
        json!({"equals": ["@empty(skip(parameters('DeviceIds'), 10))", false]}),
        json!("@empty(skip(parameters('ProtectedDevices'), 10))"),
        json!("@empty(skip(parameters('DeviceIds'), length(parameters('ProtectedDevices'))))"),
        json!({"less": [10, "@length(parameters('DeviceIds'))"]}),
    ] {
        assert!(is_open(nothing(), open.clone()), "{open}");
    }
}

/// Whether a condition on the approval of the sound definition counts as a gate, where silence reaches it and where it does not.
fn gates(condition: &Value) -> (bool, bool) {
    let gate = |statuses: &'static [&'static str]| {
        is_gated(|actions| {
            actions["Stop_unless_approved"]["runAfter"] = json!({"Ask": statuses});
            actions["Stop_unless_approved"]["expression"] = condition.clone();
        })
    };
    (gate(&["Succeeded", "Failed", "Skipped", "TimedOut"]), gate(&["Succeeded"]))
}

#[test]
fn a_condition_that_holds_without_a_yes_is_no_gate() {
    let selected = "body('Ask')?['SelectedOption']";
    for (condition, gated) in [
        // A default that says yes is given in silence.
        (json!(format!("@contains(toLower(coalesce({selected}, 'approve')), 'approve')")), (false, true)),
        (json!({"equals": [format!("@coalesce({selected}, 'Approve')"), "Approve"]}), (false, true)),
        (
            json!({"equals": [format!("@if(empty({selected}), 'Approve', {selected})"), "Approve"]}),
            (false, true),
        ),
        (json!({"equals": [format!("@coalesce({selected}, 'Reject')"), "Approve"]}), (true, true)),
        (json!(format!("@contains(toLower(coalesce({selected}, '')), 'approve')")), (true, true)),
        // How the asking ended rules silence out.
        (
            json!({"and": [{"equals": ["@actions('Ask')?['status']", "Succeeded"]},
                {"equals": [format!("@coalesce({selected}, 'Approve')"), "Approve"]}]}),
            (true, true),
        ),
        // What a refusal says too.
        (json!("@contains(string(body('Ask')), 'e')"), (false, false)),
        (json!("@contains(string(outputs('Ask')?['body']), 'SelectedOption')"), (false, false)),
        (json!(format!("@endsWith({selected}, 'e')")), (true, true)),
        (json!(format!("@endsWith({selected}, 't')")), (false, false)),
        (
            json!({"equals": [format!("@if(equals({selected}, 'Approve'), 'Approve', 'Approve')"), "Approve"]}),
            (false, false),
        ),
        (
            json!({"equals": [format!("@if(equals({selected}, 'Approve'), 'Approve', 'Reject')"), "Approve"]}),
            (true, true),
        ),
        (json!({"equals": [selected.replace("body", "@body"), "No, thanks"]}), (false, false)),
        // Who answered is no answer.
        (json!({"equals": ["@body('Ask')?['UserEmailAddress']", "soc@contoso.example"]}), (false, false)),
        // What cannot be computed is believed, as far as it compares the answer.
        (json!({"equals": [format!("@workflow()?[{selected}]"), "Approve"]}), (true, true)),
    ] {
        assert_eq!(gates(&condition), gated, "{condition}");
    }
}

#[test]
fn silence_is_followed_through_what_hands_an_answer_on() {
    let through = |value: &'static str, statuses: &'static [&'static str], own: &'static str| {
        is_gated(|actions| {
            actions["Answer"] = json!({"type": "Compose", "inputs": value, "runAfter": {"Ask": statuses}});
            let any = ["Succeeded", "Failed", "Skipped", "TimedOut"];
            actions["Stop_unless_approved"]["runAfter"] = json!({"Answer": any});
            actions["Stop_unless_approved"]["expression"] = json!({"equals": [own, "Approve"]});
        })
    };
    let (usual, heard) = ("@coalesce(body('Ask')?['SelectedOption'], 'Approve')", &["Succeeded", "TimedOut"]);
    assert!(!through(usual, heard, "@outputs('Answer')"));
    assert!(through(usual, &["Succeeded"], "@outputs('Answer')"), "in silence it does not run");
    assert!(!through(usual, &["Succeeded"], "@coalesce(outputs('Answer'), 'Approve')"));
    assert!(through("@body('Ask')", heard, "@outputs('Answer')?['SelectedOption']"));
    assert!(!through("@body('Ask')", heard, "@coalesce(outputs('Answer')?['SelectedOption'], 'Approve')"));
}

const OURS: &str = include_str!("../../examples/phishing/expected/logicapp/azuredeploy.json");

/// What is said about gates of a playbook that we compiled, after a change to its definition: codes of errors and of the rest.
fn said_of_ours(change: impl FnOnce(&mut Value)) -> (BTreeSet<&'static str>, BTreeSet<&'static str>) {
    let mut template: Value = serde_json::from_str(OURS).unwrap();
    let resources = template["resources"].as_array_mut().unwrap();
    let workflow = resources.iter_mut().find(|one| one["type"] == "Microsoft.Logic/workflows").unwrap();
    change(&mut workflow["properties"]["definition"]);
    let text = serde_json::to_string(&template).unwrap();
    let found = check::check(&Document::parse(&text).unwrap(), &Options::default());
    let gates = found.into_iter().filter(|one| ["CF8001", "CF8002"].contains(&one.rule.code));
    let (errors, rest): (Vec<_>, Vec<_>) = gates.partition(|one| one.is_error());
    [errors, rest].map(|list| list.iter().map(|one| one.rule.code).collect()).into()
}

#[test]
fn a_gate_that_is_gone_from_a_playbook_of_ours_is_an_error() {
    fn question(definition: &mut Value) -> &mut Value {
        &mut definition["actions"]["Contain_question"]["actions"]
    }
    let none = BTreeSet::new;
    assert_eq!(said_of_ours(|_| {}), (none(), none()));
    let open = |definition: &mut Value| {
        question(definition)["Contain_approved"]["expression"] = json!({"equals": [1, 1]});
    };
    assert_eq!(said_of_ours(open), (["CF8001"].into(), none()));
    let default =
        "@contains(toLower(coalesce(body('Contain_approval')?['SelectedOption'], 'approve')), 'approve')";
    let silent = |definition: &mut Value| {
        question(definition)["Contain_approved"]["expression"] = json!(default);
    };
    assert_eq!(said_of_ours(silent), (["CF8002"].into(), none()));
    // What the profile lets contain unasked is listed, by the loop around it.
    let allowed = |definition: &mut Value| {
        open(definition);
        definition["metadata"]["unasked"] = json!(["Contain_question"]);
    };
    assert_eq!(said_of_ours(allowed), (none(), ["CF8001"].into()));
    // What removes asks, whatever is listed.
    let removing = |definition: &mut Value| {
        let gate = &mut definition["actions"]["Eradicate_question"]["actions"]["Eradicate_approved"];
        gate["expression"] = json!({"equals": [1, 1]});
        definition["metadata"]["unasked"] = json!(["Eradicate_question"]);
    };
    assert!(said_of_ours(removing).0.contains("CF8001"));
}
