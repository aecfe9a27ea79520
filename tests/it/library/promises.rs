//! What patterns say is what they do: an order is not called done, and what a sentence rests on is there.

use std::fs;

use counterflow::base::source::Source;
use counterflow::data::connector::{self, Class, Host, Operation};
use counterflow::pipeline::{self, Inputs, Options};
use counterflow::select::{Library, Selection};
use serde_json::Value as Json;

use super::selected::{incident, inputs};
use super::{acting, all, calls, list, patterns, support, text};

/// What is chosen for an incident.
fn selection(inputs: &Inputs) -> Selection {
    pipeline::plan(inputs, &Options::default()).value.unwrap().selection
}

/// Where a pattern stands in what is chosen.
fn place(selection: &Selection, id: &str) -> usize {
    let at = selection.chosen.iter().position(|one| one.pattern.id == id);
    at.unwrap_or_else(|| panic!("{id} is not chosen"))
}

/// Whether the answer of an operation says only that something was begun: a machine action is pending, a remediation is
/// accepted, a job exists, a sensor will see to it.
fn only_orders(operation: &Operation) -> bool {
    let pending = operation.success == [201] && operation.response.fields.contains_key("machineId");
    let sensor = operation.path.as_deref().is_some_and(|path| path.ends_with("/invokeAction"));
    let job = operation.connector == "azureautomation" && operation.class != Class::Read;
    pending || sensor || operation.asynchronous || job
}

#[test]
fn what_was_ordered_is_not_called_done() {
    let orders = ["was told to", "was handed to", "was asked for", "was ordered to"];
    let mut seen = 0;
    for (file, pattern) in patterns() {
        let last = acting(&pattern).last().unwrap();
        let operation = connector::resolve(text(&last["call"]), Host::LogicApp).unwrap();
        if only_orders(operation) {
            let done = text(&pattern["prose"]["done"]);
            assert!(orders.iter().any(|words| done.contains(words)), "{file} only orders something: {done}");
            seen += 1;
        }
    }
    assert!(seen > 12, "{seen} patterns order something");
}

/// A job that was created has done nothing yet: whether it did is asked, for a bounded time, wherever one is.
#[test]
fn a_job_is_waited_for() {
    let mut jobs = 0;
    for (file, pattern) in patterns() {
        let calls: Vec<&Json> = acting(&pattern).collect();
        let is_job = |call: &&Json| ["exchange.run", "exchange.unforward"].contains(&text(&call["call"]));
        for at in (0..calls.len()).filter(|at| is_job(&calls[*at])) {
            let wait = calls.get(at + 1).unwrap_or_else(|| panic!("{file}: nothing comes after the job"));
            assert_eq!(wait["call"], "exchange.state", "{file}");
            let wanted = serde_json::to_string(&wait["until"]["wanted"]).unwrap();
            assert!(wanted.contains("Completed") && wait["until"]["minutes"].is_u64(), "{file}: {wanted}");
            let done = text(&pattern["prose"]["done"]);
            assert!(done.contains("{{hole \"answer.state.properties.status\"}}"), "{file}: {done}");
            jobs += 1;
        }
    }
    assert_eq!(jobs, 8);
}

/// Whoever has a session can register a method, and whoever signs in after the demand for a new password shows one: sessions end
/// first, then the attacker's methods go, then the password does, and what was opened meanwhile ends with it.
#[test]
fn sessions_end_before_methods_go_and_the_password_comes_last() {
    let selection = selection(&inputs(incident("T1557", "account"), false));
    let sessions = place(&selection, "identity/revoke-sessions");
    let password = place(&selection, "identity/force-password-change");
    for method in ["identity/remove-authenticators", "identity/remove-passkeys", "identity/remove-phones"] {
        let method = place(&selection, method);
        assert!(sessions < method && method < password);
    }
    let calls: Vec<&str> =
        selection.chosen[password].pattern.acting().map(|call| call.call.as_str()).collect();
    assert_eq!(calls, ["http.graph.forcePasswordChange", "http.graph.revokeSignInSessions"]);
    // Active Directory asks for no second factor: there the password goes first, and the sessions with it.
    let library = Library::bundled();
    let reset = library.get("identity/reset-on-premises-password").unwrap();
    let calls: Vec<&str> = reset.acting().map(|call| call.call.as_str()).collect();
    assert_eq!(calls, ["http.graph.resetDirectoryPassword", "http.graph.revokeSignInSessions"]);
    for method in ["identity/remove-authenticators", "identity/remove-passkeys", "identity/remove-phones"] {
        assert!(library.get(method).unwrap().after.contains(&reset.id), "{method}");
    }
}

/// Entra ID tells the time of few Authenticator apps: the audit tells of the others.
#[test]
fn an_app_without_a_time_is_found_by_the_audit() {
    let artifacts =
        support::build(&inputs(incident("T1098.005", "account"), false), support::MODES[0]).value.unwrap();
    for flow in support::main_flows(&artifacts) {
        let actions = support::actions(&flow.definition);
        let chosen = actions.iter().find(|placed| placed.name == "Remove_authenticators_chosen").unwrap();
        let test = chosen.action["inputs"]["where"].as_str().unwrap();
        assert!(
            test.contains("['createdDateTime']") && test.contains("Remove_authenticators_audit"),
            "{test}"
        );
    }
}

/// The table of activities belongs to a product of its own, which a tenant may not have.
#[test]
fn the_audit_of_activities_takes_its_licence() {
    let mut asking = Vec::new();
    for (file, pattern) in patterns() {
        for call in calls(&pattern).filter(|call| !call["with"]["query"].is_null()) {
            let query = text(&pattern["prose"][text(&call["with"]["query"]["prose"])]);
            let operation = connector::resolve(text(&call["call"]), Host::LogicApp).unwrap();
            let audit = query.contains("CloudAppEvents");
            let named = operation.licence.as_deref() == Some("Microsoft Defender for Cloud Apps");
            assert_eq!(audit, named, "{file}: `{}`", operation.id);
            asking.extend(audit.then(|| text(&pattern["id"]).to_owned()));
        }
    }
    let lacking = "licences: [Microsoft Entra ID P2]\n";
    let inputs = inputs(incident("T1564.008", "account"), false);
    let profile =
        inputs.profile.map(|source| Source::new("profile.yaml", format!("{}{lacking}", source.text())));
    let selection = selection(&Inputs { profile, ..inputs });
    for id in &asking {
        assert!(
            selection.chosen.iter().all(|one| one.pattern.id != *id),
            "{id} is chosen without its licence"
        );
    }
    assert!(asking.len() > 5, "{asking:?}");
}

/// A rollback ends what the response has ordered last on a device, and not what somebody had ordered before.
#[test]
fn what_somebody_else_ordered_on_a_device_stays() {
    for (file, kind) in [
        ("device/release-device.yaml", "Isolate"),
        ("device/unrestrict-execution.yaml", "RestrictCodeExecution"),
    ] {
        let pattern = &patterns()[file];
        let tests = list(pattern, "only_if");
        let ours = &tests[0]["test"]["equals"];
        assert_eq!(all(ours, "stored"), [&Json::from("action")], "{file}");
        assert_eq!(all(ours, "answer")[0], &serde_json::json!(["actions", "value", "0", "id"]), "{file}");
        let before = serde_json::to_string(&tests[1]["test"]).unwrap();
        assert!(before.starts_with("{\"not\"") && before.contains(kind), "{file}: {before}");
    }
}

/// An incident that has another hash of a file than the one that is needed still reaches it.
#[test]
fn a_file_is_stopped_by_any_of_its_hashes() {
    let mut known: Json = serde_json::from_str(&incident("T1486", "file")).unwrap();
    known["alerts"][0]["evidence"][0]["fileDetails"].as_object_mut().unwrap().remove("sha1").unwrap();
    place(&selection(&inputs(known.to_string(), false)), "file/stop-and-quarantine");
}

/// What was put into the list is found there again, and an incident may give a URL without its scheme.
#[test]
fn the_runbooks_of_the_block_list_write_an_entry_alike() {
    let written = |name: &str| -> String {
        let path = support::root().join(format!("src/emit/runbooks/{name}.ps1"));
        let file = fs::read_to_string(path).unwrap();
        let from = file.find("# The list takes no scheme").unwrap();
        let to = file.find("[uri]::EscapeDataString").unwrap();
        file[from..to].to_owned()
    };
    let added = written("Add-TenantBlock");
    assert_eq!(added, written("Remove-TenantBlock"));
    assert!(added.contains("-replace '^(?![a-z][a-z0-9+.-]*://)', 'https://'"), "{added}");
}
