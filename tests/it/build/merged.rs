//! Incidents that were merged into others: before a build, while a playbook is in use, and when it is taken back.

use counterflow::base::diagnostic::Severity;
use counterflow::base::source::Source;
use counterflow::data::connector::Host;
use counterflow::emit::Artifact;
use counterflow::pipeline::{self, Inputs, Options};
use counterflow::select::Mode;
use serde_json::{Value as Json, json};

use crate::support::{self, Flow, MODES};

const LEFT_BEHIND: &str = r#"{"id": "2", "displayName": "Phish", "status": "redirected",
    "redirectIncidentId": "9", "createdDateTime": "2026-05-01T12:00:00Z", "customTags": []}"#;

fn phishing(profile: &Json, mode: Mode) -> Vec<Artifact> {
    let profile = Some(Source::new("profile.yaml", profile.to_string()));
    support::build(&Inputs { profile, ..support::example("phishing") }, mode).value.unwrap()
}

fn flows(profile: &Json, mode: Mode) -> Vec<Flow> {
    support::flows(&phishing(profile, mode))
}

#[test]
fn what_a_merge_has_left_behind_can_be_looked_at_and_not_built_from() {
    let inputs = support::inputs(LEFT_BEHIND);
    let said = |report: &counterflow::report::Report| -> Vec<(Severity, String)> {
        let all = report.findings().filter(|found| found.diagnostic.rule.code == "CF9003");
        all.map(|found| {
            let finding = &found.diagnostic;
            (
                finding.severity,
                format!("{}: {}", finding.message, finding.help.as_deref().unwrap_or_default()),
            )
        })
        .collect()
    };
    let told = "this incident was merged into incident 9: nothing is left in it: export incident 9, and review and build from that";
    let read = pipeline::incident(&inputs, &Options::default());
    assert!(read.value.is_some_and(|incident| incident.id == "2"));
    assert_eq!(said(&read.report), [(Severity::Warning, told.to_owned())]);
    let planned = pipeline::plan(&inputs, &Options::default());
    assert!(planned.value.is_some());
    assert_eq!(said(&planned.report), [(Severity::Warning, told.to_owned())]);
    for mode in MODES {
        let built = support::build(&inputs, mode);
        assert!(built.value.is_none());
        assert_eq!(said(&built.report), [(Severity::Error, told.to_owned())]);
    }
}

/// Notes stay with the incident that they were written to: both are read.
#[test]
fn notes_of_the_incident_that_was_merged_are_read_too() {
    for mode in MODES {
        for flow in flows(&json!({}), mode) {
            let marked =
                flow.definition["actions"]["Notes_with_a_record"]["inputs"]["from"].as_str().unwrap();
            let kept = flow.definition["actions"]["Acts_not_taken_back"]["inputs"]["where"].as_str().unwrap();
            let merges = flow.host == Host::PowerAutomate;
            assert_eq!(marked.contains("body('Get_incident')"), merges, "{marked}");
            assert_eq!(marked.contains("redirectIncidentId"), merges, "{marked}");
            assert_eq!(kept.contains("redirectIncidentId"), merges, "{kept}");
        }
        let table =
            json!({ "state": { "store": "storage-table", "account": "contosonotes", "table": "Playbooks" } });
        for flow in flows(&table, mode) {
            let filter = flow.definition["actions"]["Read_notes"]["inputs"]["queries"]["$filter"].to_string();
            let asked = usize::from(flow.host == Host::PowerAutomate);
            assert_eq!(filter.matches("PartitionKey eq ").count(), 1 + asked, "{filter}");
            assert_eq!(filter.contains("body('Get_incident')"), asked == 1, "{filter}");
        }
    }
}

/// Whoever starts the playbook for an incident that is no more waits for something: it says that it does nothing, and its
/// rollback goes on.
#[test]
fn a_playbook_for_one_incident_says_that_it_was_merged() {
    for flow in flows(&json!({}), Mode::OneShot) {
        let stop = &flow.definition["actions"]["Stop_unless_it_is_meant"];
        let follows = stop["expression"].to_string().contains("redirectIncidentId");
        let said = &stop["actions"]["If_it_was_merged"];
        let graph = flow.host == Host::PowerAutomate;
        assert_eq!(follows, graph && flow.rollback);
        assert_eq!(said.is_object(), graph && !flow.rollback);
        if said.is_object() {
            assert!(said["expression"].to_string().contains("redirectIncidentId"), "{said}");
            assert!(said["actions"].to_string().contains("has done nothing"), "{said}");
            let ends = &stop["actions"]["End_without_acting"]["runAfter"];
            assert_eq!(ends, &json!({ "If_it_was_merged": ["Succeeded", "Failed", "TimedOut"] }));
        }
    }
}
