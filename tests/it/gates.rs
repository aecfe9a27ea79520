//! What counts as a gate: an act after a branch that ends the run, and an answer that went through a variable.
//!
//! The definition is the sound fixture of `ungated-response`, in which a Terminate ends the run unless somebody said yes.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

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
