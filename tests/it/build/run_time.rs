//! What a run does when a service is slow, an entity is late or an incident is not the one expected: read back from the
//! bytes of every real export.

use counterflow::data::connector::{Class, Host};

use super::builds;
use crate::support::{self, Placed};

/// What a call does when the service is busy is written at the call: repeated where that does no harm, else not.
#[test]
fn every_call_says_whether_it_is_repeated() {
    let (mut repeated, mut once) = (0, 0);
    for one in &builds().built {
        for flow in support::flows(&one.artifacts) {
            for placed in support::actions(&flow.definition) {
                let operations = support::operations(flow.host, &placed);
                if operations.is_empty() || is_webhook_of_a_flow(flow.host, &placed) {
                    continue;
                }
                let policy = &placed.action["inputs"]["retryPolicy"];
                let at = || format!("{}: {} in {}: {policy}", one.name, placed.name, flow.host.title());
                match policy["type"].as_str() {
                    Some("none") => once += 1,
                    Some("exponential") => {
                        repeated += 1;
                        let count = policy["count"].as_u64().unwrap();
                        assert!((1..=10).contains(&count), "{}", at());
                        assert!(operations.iter().all(|operation| !operation.webhook), "{}", at());
                    }
                    _ => panic!("{}", at()),
                }
                if operations.iter().all(|operation| operation.class == Class::Read) {
                    assert_eq!(policy["type"], "exponential", "{}", at());
                }
                if placed.name.contains("solate") {
                    let notes = matches!(operations[0].class, Class::Read | Class::Annotate);
                    assert!(policy["type"] == "none" || notes, "{}", at());
                }
            }
        }
    }
    println!("{repeated} calls are repeated, {once} are not");
    assert!(builds().built.is_empty() || (repeated > 100 && once > 100), "{repeated}, {once}");
}

/// No published flow shows where a webhook's policy would stand.
fn is_webhook_of_a_flow(host: Host, placed: &Placed<'_>) -> bool {
    host == Host::PowerAutomate && placed.action["type"] == "OpenApiConnectionWebhook"
}

/// Entities may come late: the run waits, for a bounded time, and reads the incident again.
#[test]
fn every_wait_is_bounded() {
    let mut waits = 0;
    for one in &builds().built {
        for (file, flow) in support::every_flow(&one.artifacts) {
            let actions = support::actions(&flow.definition);
            for placed in actions.iter().filter(|placed| placed.action["type"] == "Until") {
                let limit = &placed.action["limit"];
                assert!(limit["count"].as_u64().is_some_and(|count| count <= 20), "{}: {file}", one.name);
                assert!(limit["timeout"].as_str().is_some_and(|time| time.starts_with("PT")), "{}", one.name);
                waits += 1;
            }
            for placed in actions.iter().filter(|placed| placed.action["type"] == "Foreach") {
                let repetitions = &placed.action["runtimeConfiguration"]["concurrency"]["repetitions"];
                assert_eq!(*repetitions, 1, "{}: {} in {file}", one.name, placed.name);
            }
        }
    }
    println!("{waits} bounded waits");
    assert!(builds().built.is_empty() || waits > 50, "{waits}");
}

/// A reusable playbook judges whether the incident is one that it is for, after the wait for what comes late, and goes no
/// further where it is not.
#[test]
fn a_reusable_playbook_judges_the_incident() {
    for one in builds().built.iter().filter(|one| one.name.ends_with(" reusable")) {
        for flow in support::main_flows(&one.artifacts) {
            let judged = &flow.definition["actions"]["Run_condition"]["inputs"];
            for member in ["severe", "named", "matched"] {
                assert!(judged[member].is_string() || judged[member].is_boolean(), "{}: {member}", one.name);
            }
            let test = flow.definition["actions"]["Stop_unless_it_is_meant"]["expression"].to_string();
            for member in ["severe", "named", "matched"] {
                assert!(
                    test.contains(&format!("outputs('Run_condition')?['{member}']")),
                    "{}: {test}",
                    one.name
                );
            }
        }
    }
}
