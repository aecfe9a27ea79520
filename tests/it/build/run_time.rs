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
