//! What people read beside the playbooks: the picture.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking and tells what it saw")]

use std::collections::BTreeSet;

use counterflow::data::connector::Class;
use counterflow::emit::Artifact;

use crate::support::{self, MODES};

fn diagram(artifacts: &[Artifact]) -> Vec<support::Element> {
    support::xml(&support::ending(artifacts, "diagram.svg").bytes)
}

/// Every text of the picture, in one.
fn said(elements: &[support::Element]) -> String {
    let of = |element: &support::Element| (element.name == "text").then(|| element.text.clone());
    elements.iter().filter_map(of).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_picture_shows_what_contains_and_what_removes() {
    for example in support::examples() {
        for mode in MODES {
            let artifacts = support::build(&support::example(&example), mode).value.unwrap();
            let elements = diagram(&artifacts);
            assert_eq!(elements[0].name, "svg");
            for name in ["title", "desc"] {
                assert!(elements.iter().any(|one| one.name == name && one.text.len() > 10), "no {name}");
            }
            let said = said(&elements);
            for flow in support::flows(&artifacts).iter().take(1) {
                let actions = support::actions(&flow.definition);
                let classes: BTreeSet<Class> = actions
                    .iter()
                    .flat_map(|placed| support::operations(flow.host, placed))
                    .map(|operation| operation.class)
                    .collect();
                for (class, word) in [
                    (Class::Contain, "CONTAINS"),
                    (Class::Evict, "REMOVES"),
                    (Class::Collect, "COLLECTS"),
                    (Class::Approve, "ASKS A PERSON"),
                ] {
                    assert!(!classes.contains(&class) || said.contains(word), "{example}: no {word}");
                }
            }
        }
    }
}

#[test]
fn the_picture_says_nothing_of_the_incident() {
    let inputs = support::example("phishing");
    let incident: serde_json::Value = serde_json::from_str(inputs.incident.text()).unwrap();
    for mode in MODES {
        let artifacts = support::build(&inputs, mode).value.unwrap();
        let said = said(&diagram(&artifacts));
        let long = support::strings(&incident);
        let long =
            long.iter().map(|(_, text)| *text).filter(|text| text.len() > 8 && text.contains(['@', '/']));
        for text in long {
            assert!(!said.contains(text), "{text}");
        }
    }
}
