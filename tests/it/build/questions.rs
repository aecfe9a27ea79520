//! What a person is asked, and whom no run touches: read back from the bytes of every real export, in both modes, from
//! whatever begins the run.

use counterflow::base::source::Source;
use counterflow::data::connector::{Class, Host};
use counterflow::emit::Artifact;
use counterflow::ingest::incident::Form;
use counterflow::pipeline::{self, Inputs, Options};
use serde_json::{Value as Json, json};

use super::{builds, triggers};
use crate::support::{self, Flow, MODES, Placed};

/// A polled playbook is a child run, and its identifiers come from Microsoft Graph.
const POLLED: &str = "trigger: { logicapp: graph-polling, powerautomate: recurrence }\n";

/// Every build by default, and those of some exports that are polled for or ask by a card.
fn each_flow(mut look: impl FnMut(&str, &Flow)) {
    let mut all = |name: &str, artifacts: &[Artifact]| {
        support::flows(artifacts).iter().for_each(|flow| look(name, flow));
    };
    for one in &builds().built {
        all(&one.name, &one.artifacts);
    }
    for (name, export) in support::exports(Form::GraphIncident) {
        for profile in [POLLED, triggers::TEAMS] {
            for mode in MODES {
                let profile = Some(Source::new("profile.yaml", profile));
                let inputs = Inputs { profile, ..support::inputs(export.as_str()) };
                if let Some(artifacts) = support::build(&inputs, mode).value {
                    all(&format!("{name} {}", mode.name()), &artifacts);
                }
            }
        }
    }
}

/// The examples, in both modes, asked by mail and by a card.
fn each_example(mut look: impl FnMut(&str, &Flow)) {
    for name in support::examples() {
        for profile in ["{}", triggers::TEAMS] {
            for mode in MODES {
                let profile = Some(Source::new("profile.yaml", profile));
                let inputs = Inputs { profile, ..support::example(&name) };
                let artifacts = support::build(&inputs, mode).value.unwrap();
                support::flows(&artifacts).iter().for_each(|flow| look(&name, flow));
            }
        }
    }
}

fn named<'a, 'j>(actions: &'a [Placed<'j>], name: &str) -> Option<&'a Placed<'j>> {
    actions.iter().find(|placed| placed.name == name)
}

/// Where a pattern acts on items, the question names them, what is read for it changes nothing, and afterwards nothing is
/// acted on that was not there when the question was asked.
#[test]
fn a_question_names_the_items_that_are_acted_on() {
    let (mut mails, mut cards) = (0, 0);
    each_example(|name, flow| {
        let actions = support::actions(&flow.definition);
        for survey in actions.iter().filter(|placed| placed.name.ends_with("_survey_for_each")) {
            let stem = survey.name.trim_end_matches("_survey_for_each");
            let at = || format!("{name}: {stem} in {}", flow.host.title());
            let inner = json!({ "actions": survey.action["actions"] });
            for placed in support::actions(&inner) {
                let operations = support::operations(flow.host, &placed);
                assert!(operations.iter().all(|one| one.class == Class::Read), "{}: {}", at(), placed.name);
            }
            if let Some(chosen) = named(&actions, &format!("{stem}_chosen")) {
                let test = chosen.action["inputs"]["where"].as_str().unwrap();
                let shown = "contains(string(variables('listed')), string(item()))";
                assert!(test.contains(shown), "{}: {test}", at());
            }
            let asks = |text: &str| actions.iter().any(|placed| asks_with(flow.host, placed, text));
            if named(&actions, &format!("{stem}_listed")).is_some() {
                let boxes = &named(&actions, &format!("{stem}_choices")).unwrap().action["inputs"]["select"];
                let title = boxes["title"].as_str().unwrap();
                assert!(title.contains(&format!("body('{stem}_listed')")), "{}: {title}", at());
                // What an attacker named may look like a function of the card.
                assert!(title.contains("'{{', '{ {'"), "{}: {title}", at());
                cards += 1;
            } else {
                assert!(asks(&format!("body('{stem}_names')")), "{}", at());
                mails += 1;
            }
        }
    });
    println!("{mails} mails and approvals name items, {cards} cards");
    // The examples fill a workflow: where there is no room, a question names the targets alone.
    assert!(mails > 20 && cards > 0, "{mails}, {cards}");
}

/// Whether an action asks people, with that expression encoded for what shows it.
fn asks_with(host: Host, placed: &Placed<'_>, expression: &str) -> bool {
    let asks = support::operations(host, placed).iter().any(|one| one.class == Class::Approve);
    let encoded = |text: &str| text.contains("'&', '&amp;'") || text.contains("'[', '\\['");
    let strings = support::strings(&placed.action["inputs"]);
    asks && strings.iter().any(|(_, text)| text.contains(expression) && encoded(text))
}

/// A target list of accounts or devices knows the protected ones by every identifier, before anybody is asked.
#[test]
fn no_list_of_targets_holds_what_is_protected() {
    let (mut accounts, mut devices) = (0, 0);
    each_flow(|name, flow| {
        if flow.rollback {
            return;
        }
        for placed in support::actions(&flow.definition) {
            if !placed.name.ends_with("_targets") || placed.name == "Known_targets" {
                continue;
            }
            let test = placed.action["inputs"]["where"].as_str().unwrap();
            if test.contains("item()?['upn']") {
                let known =
                    "string(createArray(item()?['id'], item()?['upn'], item()?['name'], item()?['sid']))";
                assert!(test.contains(known), "{name}: {test}");
                assert!(test.contains("intersection(outputs('Protected_accounts')"), "{name}: {test}");
                for mark in ["\"msol_", "\"krbtgt", "\"azureadssoacc", "$\"", "-502\""] {
                    assert!(test.contains(mark), "{name}: {mark} in {test}");
                }
                accounts += 1;
            }
            if test.contains("intersection(outputs('Protected_devices')") {
                assert!(test.contains("split(coalesce(item()?['name'], ''), '.')"), "{name}: {test}");
                devices += 1;
            }
        }
    });
    println!("{accounts} lists of accounts, {devices} of devices");
    assert!(builds().built.is_empty() || (accounts > 100 && devices > 50), "{accounts}, {devices}");
}

/// Once the state of an account or a device is read, what the service calls it is compared too: by a rollback as well.
#[test]
fn what_was_read_is_compared_with_what_is_protected() {
    let mut compared = [0, 0];
    each_flow(|name, flow| {
        let actions = support::actions(&flow.definition);
        for loop_ in actions.iter().filter(|placed| placed.action["type"] == "Foreach") {
            let Some(stem) = loop_.name.strip_suffix("_for_each") else { continue };
            let Some(allowed) = named(&actions, &format!("{stem}_allowed")) else { continue };
            let test = allowed.action["expression"].to_string();
            let inner = json!({ "actions": loop_.action["actions"] });
            for placed in support::actions(&inner) {
                let ids: Vec<String> =
                    support::operations(flow.host, &placed).into_iter().map(|one| one.id.clone()).collect();
                let (list, members): (_, &[&str]) = match ids.first().map(String::as_str) {
                    Some("http.graph.getUser") => (
                        "Protected_accounts",
                        &[
                            "userPrincipalName",
                            "mail",
                            "onPremisesSamAccountName",
                            "onPremisesSecurityIdentifier",
                        ],
                    ),
                    Some("http.mde.getMachine") => ("Protected_devices", &["computerDnsName", "aadDeviceId"]),
                    _ => continue,
                };
                assert!(test.contains(&format!("intersection(outputs('{list}')")), "{name}: {stem}: {test}");
                for member in members {
                    assert!(test.contains(&format!("?['{member}']")), "{name}: {stem}: {member}");
                }
                compared[usize::from(flow.rollback)] += 1;
            }
        }
    });
    println!("{} acts and {} of rollbacks compare", compared[0], compared[1]);
    assert!(builds().built.is_empty() || (compared[0] > 200 && compared[1] > 50), "{compared:?}");
}

/// What everybody needs is protected in every deployment, whatever its profile lists.
#[test]
fn what_microsoft_365_needs_is_never_blocked() {
    let artifacts = support::build(&support::example("phishing"), MODES[0]).value.unwrap();
    let network = &support::arm_template(&artifacts)["parameters"]["ProtectedNetwork"]["defaultValue"];
    let listed: Vec<&str> = network.as_array().unwrap().iter().filter_map(Json::as_str).collect();
    for host in [
        "login.microsoftonline.com",
        "login.microsoft.com",
        "graph.microsoft.com",
        "outlook.office365.com",
        "security.microsoft.com",
        "teams.microsoft.com",
        "msftauth.net",
    ] {
        assert!(listed.contains(&host), "{listed:?}");
    }
    // Below it lies what other tenants share.
    assert!(!listed.contains(&"sharepoint.com"), "{listed:?}");
}

/// Sentinel's trigger brings what was there when it fired: what comes later is asked for, and what never comes is said.
#[test]
fn late_entities_are_asked_for_in_sentinel_too() {
    let mut waits = 0;
    for one in builds().built.iter().filter(|one| one.name.ends_with(" reusable")) {
        let [azure, _] = support::main_flows(&one.artifacts);
        let actions = support::actions(&azure.definition);
        let Some(wait) = named(&actions, "Wait_for_entities").filter(|wait| wait.action["type"] == "Until")
        else {
            continue;
        };
        let inner = json!({ "actions": wait.action["actions"] });
        let called: Vec<String> = support::actions(&inner)
            .iter()
            .flat_map(|placed| support::operations(azure.host, placed))
            .map(|one| one.id.clone())
            .collect();
        assert_eq!(called, ["http.arm.listIncidentEntities"], "{}", one.name);
        for placed in actions.iter().filter(|placed| placed.name.ends_with("_picked")) {
            assert_eq!(placed.action["inputs"]["from"], "@variables('evidence')", "{}", one.name);
        }
        let report = azure.definition["actions"]["Report"]["inputs"].as_str().unwrap();
        assert!(report.contains("not even after a wait"), "{}: {report}", one.name);
        waits += 1;
    }
    assert!(builds().built.is_empty() || waits > 20, "{waits}");
}

/// An act of several calls that fails after the first leaves a note of the first, and is reported as failed.
#[test]
fn what_was_done_in_part_is_written_down() {
    const STEM: &str = "Force_password_change";
    let artifacts = support::build(&support::example("identity"), MODES[0]).value.unwrap();
    for flow in support::main_flows(&artifacts) {
        let actions = support::actions(&flow.definition);
        let of = |part: &str| named(&actions, &format!("{STEM}_{part}")).unwrap().action;
        let changed = of("changed_anything");
        let ended = json!({ format!("{STEM}_act"): ["Succeeded", "Failed", "Skipped", "TimedOut"] });
        assert_eq!(changed["runAfter"], ended);
        let first = of("act")["actions"].as_object().unwrap().keys().next().unwrap().clone();
        let test = changed["expression"].to_string();
        assert!(test.contains(&format!("actions('{first}')?['status']")), "{test}");
        let note = &changed["actions"][format!("{STEM}_written")];
        let says = support::strings(note).iter().any(|(_, text)| text.starts_with("counterflow-record:1:"));
        assert!(says, "{note}");
        let said = of("said");
        assert_eq!(said["runAfter"][format!("{STEM}_changed_anything")].as_array().unwrap().len(), 4);
        let outcome = said["inputs"]["value"]["outcome"].as_str().unwrap();
        let done = format!(
            "@if(and(equals(actions('{STEM}_act')?['status'], 'Succeeded'), equals(actions('{STEM}_written')?['status'], 'Succeeded')), 'done', "
        );
        assert!(outcome.starts_with(&done), "{outcome}");
        assert_eq!(outcome.matches("'done'").count(), 1, "{outcome}");
        let detail = said["inputs"]["value"]["detail"].as_str().unwrap();
        assert!(detail.contains("which is written down, and a call after that failed"), "{detail}");
    }
}

/// What a rollback gives back is asked for pattern by pattern in a mail, and an account stays closed until its sessions ended.
#[test]
fn a_yes_gives_back_one_thing() {
    let artifacts = support::build(&support::example("identity"), MODES[0]).value.unwrap();
    for flow in support::flows(&artifacts).iter().filter(|flow| flow.rollback) {
        let actions = support::actions(&flow.definition);
        let mut asked = 0;
        for walk in actions.iter().filter(|placed| placed.name.ends_with("_for_each") && placed.depth > 2) {
            let stem = walk.name.strip_suffix("_for_each").unwrap();
            let gate = named(&actions, &format!("{stem}_approved")).unwrap();
            let behind = gate.action["actions"].to_string();
            assert!(behind.contains(walk.name), "{stem}");
            assert_eq!(behind.matches("_for_each\":{\"type\":\"Foreach\"").count(), 1, "{stem}: {behind}");
            asked += 1;
        }
        assert!(asked > 3, "{asked}");
        let enable = named(&actions, "Enable_account_enable").unwrap();
        assert_eq!(enable.action["runAfter"], json!({ "Enable_account_revoke": ["Succeeded"] }));
    }
}

/// What a question asks for may destroy what was to be collected first: the approver is told what is missing.
#[test]
fn a_question_names_the_evidence_that_is_missing() {
    let mut seen = 0;
    for mode in MODES {
        let artifacts = support::build(&support::example("phishing"), mode).value.unwrap();
        for flow in support::main_flows(&artifacts) {
            let actions = support::actions(&flow.definition);
            // Incidents of Microsoft Sentinel do not say on which device a file lies, so there nothing is stopped.
            if named(&actions, "Stop_and_quarantine_for_each").is_none() {
                assert!(named(&actions, "Eradicate_evidence_missing").is_none());
                continue;
            }
            seen += 1;
            let missing = named(&actions, "Eradicate_evidence_missing").unwrap().action;
            assert_eq!(missing["inputs"]["from"], "@variables('results')");
            let line = missing["inputs"]["select"].as_str().unwrap();
            assert!(line.contains("'Collect an investigation package from the device'"), "{line}");
            assert!(line.contains("not(equals(item()?['outcome'], 'done'))"), "{line}");
            let at = |name: &str| actions.iter().position(|one| one.name == name).unwrap();
            assert!(at("Collect_package_for_each") < at("Eradicate_evidence_missing"));
            let asks = actions.iter().filter(|one| {
                let strings = support::strings(&one.action["inputs"]);
                strings.iter().any(|(_, text)| text.contains("body('Eradicate_evidence_missing')"))
            });
            assert!(asks.count() > 0);
            assert!(named(&actions, "Contain_evidence_missing").is_none());
        }
    }
    assert!(seen >= MODES.len(), "{seen}");
}

/// One's own addresses and those of partners are not blocked, by a person either, and a person is asked once.
#[test]
fn senders_of_protected_domains_are_left_alone_and_a_person_is_asked_once() {
    for mode in MODES {
        let artifacts = support::build(&support::example("phishing"), mode).value.unwrap();
        for flow in support::main_flows(&artifacts) {
            let actions = support::actions(&flow.definition);
            let test =
                named(&actions, "Ask_to_block_sender_targets").unwrap().action["inputs"]["where"].to_string();
            let domain = "last(split(toLower(coalesce(item()?['sender'], '')), '@'))";
            assert!(test.contains(&format!("contains(outputs('Protected_network'), {domain})")), "{test}");
            assert!(test.contains("Known_targets"), "{test}");
            let note = named(&actions, "Ask_to_block_sender_written").unwrap().action.to_string();
            assert!(note.contains("counterflow-record:1:"), "{note}");
            // A message from a protected domain is removed all the same: the account there may be stolen.
            let messages =
                named(&actions, "Soft_delete_messages_targets").unwrap().action["inputs"].to_string();
            assert!(!messages.contains("Protected_network"), "{messages}");
        }
    }
    let export = support::example("phishing");
    let sender =
        export.incident.text().split("\"emailAddress\": \"").nth(1).unwrap().split('"').next().unwrap();
    let domain = sender.split('@').nth(1).unwrap();
    let profile = json!({ "protected": { "network": [domain] }, "approval": { "approvers": ["duty@contoso.example"] } });
    let profile = Some(Source::new("profile.yaml", profile.to_string()));
    let planned = pipeline::plan(&Inputs { profile, ..export }, &Options::default()).value.unwrap();
    let refused =
        planned.selection.refused.iter().find(|one| one.pattern == "mail/ask-to-block-sender").unwrap();
    assert!(
        refused.reasons.iter().any(|reason| reason.to_string().contains("it is protected")),
        "{refused:?}"
    );
    assert!(planned.selection.chosen.iter().any(|one| one.pattern.id == "mail/soft-delete-messages"));
}
