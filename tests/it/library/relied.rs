//! What a step counts on is there: containment before what cannot be undone, a record before what may fail.

use counterflow::base::source::Source;
use counterflow::pipeline::{self, Inputs, Options};
use counterflow::report::Report;
use counterflow::select::Mode;
use serde_json::{Value as Json, json};

use super::support;

/// Ids of the patterns that a plan or a build chose.
fn chosen(inputs: &Inputs) -> Vec<String> {
    let artifacts = support::build(inputs, Mode::Reusable).value.unwrap();
    let plan: Json = serde_json::from_str(support::text(&artifacts[0])).unwrap();
    plan["chosen"].as_array().unwrap().iter().map(|one| one["pattern"].as_str().unwrap().to_owned()).collect()
}

/// A profile with everything in it asks for more than a workflow may hold.
#[test]
fn an_account_is_not_left_open_for_want_of_room() {
    let profile = r#"
approval:
  channel: teams
  teams: { team: 11111111-1111-1111-1111-111111111111, channel: "19:0@thread.tacv2" }
  approvers: [lead@respond.example, second@respond.example]
state: { store: storage-table, account: contosoresponse, table: responseruns }
automation: { account: aa-response, resource_group: rg-response, subscription: 00000000-0000-0000-0000-000000000000 }
ticket: { system: jira, project: SEC, issue_type: "10001" }
trigger: { logicapp: graph-polling, powerautomate: recurrence }
"#;
    let inputs =
        Inputs { profile: Some(Source::new("profile.yaml", profile)), ..support::example("phishing") };
    let outcome = support::build(&inputs, Mode::Reusable);
    let left: Vec<String> = codes(&outcome.report, "CF9165");
    assert!(left.iter().any(|message| message.contains("is left out")), "{left:?}");
    let chosen = chosen(&inputs);
    let has = |id: &str| chosen.iter().any(|one| one == id);
    for id in ["identity/reset-on-premises-password", "identity/force-password-change"] {
        assert!(!has(id) || has("identity/disable-account"), "{chosen:?}");
    }
    assert!(has("identity/disable-account"), "{chosen:?}");
}

fn codes(report: &Report, code: &str) -> Vec<String> {
    let found = report.findings().filter(|found| found.diagnostic.rule.code == code);
    found.map(|found| found.diagnostic.message.clone()).collect()
}

/// The portal writes it in the title of the incident, and the alerts may not say it.
#[test]
fn what_attack_disruption_has_done_is_not_done_again() {
    let example = support::example("identity");
    let mut incident: Json = serde_json::from_str(example.incident.text()).unwrap();
    let title = format!("{} (attack disruption)", incident["displayName"].as_str().unwrap());
    incident["displayName"] = json!(title);
    let disrupted = |review| Inputs {
        incident: Source::new("incident.json", incident.to_string()),
        review,
        ..support::example("identity")
    };
    let ids = |inputs: &Inputs| -> Vec<String> {
        let plan = pipeline::plan(inputs, &Options::default()).value.unwrap();
        plan.selection.chosen.iter().map(|one| one.pattern.id.clone()).collect()
    };
    let disables = |ids: &[String]| ids.iter().any(|id| id == "identity/disable-account");
    assert!(disables(&ids(&Inputs { review: None, ..support::example("identity") })));
    assert!(!disables(&ids(&disrupted(None))), "nobody has said that it was not done");
    assert!(disables(&ids(&disrupted(example.review))), "a review outweighs it");
}

/// The reset was ordered, whatever becomes of the sessions: a further run must not order it again.
#[test]
fn a_reset_is_written_down_before_the_sessions_end() {
    let mut seen = 0;
    for name in support::examples() {
        let artifacts = support::build(&support::example(&name), Mode::Reusable).value.unwrap();
        for flow in support::main_flows(&artifacts) {
            let actions = support::actions(&flow.definition);
            let part = |part: &str| {
                let name = format!("Reset_on_premises_password_{part}");
                actions.iter().find(|placed| *placed.name == name).map(|placed| &placed.action["runAfter"])
            };
            let Some(record) = part("record") else { continue };
            seen += 1;
            assert_eq!(*record, json!({ "Reset_on_premises_password_reset": ["Succeeded"] }));
            let revoke = part("revoke").unwrap();
            assert_eq!(revoke["Reset_on_premises_password_reset"], json!(["Succeeded"]), "{revoke}");
            assert_eq!(revoke["Reset_on_premises_password_written"].as_array().unwrap().len(), 4, "{revoke}");
            let said = part("item_said").unwrap().as_object().unwrap();
            assert!(said.contains_key("Reset_on_premises_password_revoke"), "{said:?}");
            assert!(said.contains_key("Reset_on_premises_password_written"), "{said:?}");
        }
    }
    assert!(seen >= 4, "{seen}");
}
