//! Who is asked: nobody who is part of the incident, by whatever name it knows them. Read back from the bytes.

use counterflow::base::source::Source;
use counterflow::pipeline::Inputs;
use counterflow::select::Mode;
use serde_json::{Value as Json, json};

use crate::support::{self, Flow, MODES};

const PEOPLE: &str = "People_of_the_incident";
const LOOK_UP: &str = "Look_up_approvers";

fn top<'f>(flow: &'f Flow, name: &str) -> &'f Json {
    &flow.definition["actions"][name]
}

/// Where an action of the outermost container stands.
fn at(flow: &Flow, name: &str) -> usize {
    let actions = flow.definition["actions"].as_object().unwrap();
    actions.keys().position(|key| key == name).unwrap_or_else(|| panic!("there is no {name}"))
}

/// The flows of the examples in a mode.
fn flows(mode: Mode) -> Vec<Flow> {
    let examples = support::examples();
    let built = examples.iter().map(|name| support::build(&support::example(name), mode).value.unwrap());
    built.flat_map(|artifacts| support::flows(&artifacts)).collect()
}

#[test]
fn who_is_part_of_the_incident_by_any_name_is_not_asked() {
    for flow in flows(Mode::Reusable) {
        let people = top(&flow, PEOPLE)["inputs"].as_str().unwrap();
        for list in [
            "Names_of_accounts",
            "Ids_of_accounts",
            "Sids_of_accounts",
            "Names_of_recipients",
            "Names_of_senders",
        ] {
            assert!(people.contains(list), "{people}");
            assert_eq!(top(&flow, list)["inputs"]["from"], "@variables('evidence')");
            let select = top(&flow, list)["inputs"]["select"].as_str().unwrap();
            let own_only = list == "Names_of_senders";
            assert!(select.starts_with(if own_only { "@if(contains(" } else { "@toLower(" }), "{select}");
        }
        let test = top(&flow, "Approvers_to_ask")["inputs"]["where"].as_str().unwrap();
        assert!(test.contains("not(contains(outputs('People_of_the_incident'), item()))"), "{test}");
        assert!(test.contains("not(contains(toLower(string(body('Approvers_of_the_incident')))"), "{test}");
    }
}

/// Whoever writes an approver's name into a `From` must not keep that approver from being asked: a sender counts only where the
/// product says that the message came from within.
#[test]
fn a_forged_sender_keeps_nobody_from_being_asked() {
    for flow in flows(Mode::Reusable) {
        let select = top(&flow, "Names_of_senders")["inputs"]["select"].as_str().unwrap();
        assert!(select.starts_with("@if(contains(createArray('intraorg', 'outbound'), toLower("), "{select}");
        assert!(
            select.to_lowercase().contains("['antispamdirection']") && select.contains("p2Sender"),
            "{select}"
        );
        assert!(select.ends_with(", '')"), "{select}");
    }
    let text = support::example("identity").incident.text().to_owned();
    let asked = |direction: &str| {
        let incident = Source::new(
            "incident.json",
            text.replace(
                "\"antiSpamDirection\": \"inbound\"",
                &format!("\"antiSpamDirection\": \"{direction}\""),
            ),
        );
        let inputs = Inputs { incident, ..support::example("identity") };
        let artifacts = support::build(&inputs, Mode::OneShot).value.unwrap();
        let flow = support::flows(&artifacts).remove(0);
        let named = top(&flow, "Entities")["inputs"]["accounts"].as_array().unwrap().clone();
        named.into_iter().map(|name| name.as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let sender = "no-reply@notice.mailbox-quota.example";
    assert!(asked("IntraOrg").iter().any(|name| name == sender), "{:?}", asked("IntraOrg"));
    for direction in ["inbound", "unknown", ""] {
        assert!(!asked(direction).iter().any(|name| name == sender), "{direction}");
    }
}

/// An incident may name an account by its id alone, and approvers are addresses: the directory knows both.
#[test]
fn the_directory_is_asked_who_the_approvers_are() {
    for flow in flows(Mode::Reusable) {
        let looked = top(&flow, LOOK_UP)["inputs"].to_string();
        assert!(looked.contains("userPrincipalName in ("), "{looked}");
        let known = top(&flow, "Approvers_of_the_incident");
        let test = known["inputs"]["where"].as_str().unwrap();
        for name in ["id", "userPrincipalName", "mail", "onPremisesSecurityIdentifier"] {
            assert!(test.contains(&format!("item()?['{name}']")), "{test}");
        }
        assert!(test.contains("intersection(outputs('People_of_the_incident')"), "{test}");
        // Should the directory not answer, the rest is compared all the same, and the report says so.
        assert_eq!(known["runAfter"][LOOK_UP], json!(["Succeeded", "Failed", "TimedOut"]));
        let report = top(&flow, "Report")["inputs"].as_str().unwrap();
        assert!(report.contains("could not be looked up in the directory"), "{report}");
    }
}

/// A playbook for one incident knows when it is built whether there is anything to look up.
#[test]
fn one_incident_is_looked_up_only_where_it_names_an_account_without_a_name() {
    let named = Inputs { review: None, ..support::example("identity") };
    let text = named.incident.text().replace("\"userPrincipalName\"", "\"unknownProperty\"");
    let nameless =
        Inputs { incident: Source::new("incident.json", text), review: None, ..support::example("identity") };
    for (inputs, looks) in [(named, false), (nameless, true)] {
        let artifacts = support::build(&inputs, Mode::OneShot).value.unwrap();
        let mut seen = 0;
        for flow in support::flows(&artifacts) {
            assert_eq!(flow.definition["actions"].get(LOOK_UP).is_some(), looks);
            let report = top(&flow, "Report")["inputs"].as_str().unwrap();
            assert_eq!(report.contains("could not be looked up in the directory"), looks);
            seen += 1;
        }
        assert_eq!(seen, 4);
    }
}

/// Whoever was acted on must not be the one who gives it back, even where the incident no longer names them.
#[test]
fn a_rollback_asks_nobody_whom_a_record_names() {
    let mut seen = 0;
    for flow in MODES.into_iter().flat_map(flows).filter(|flow| flow.rollback) {
        let people = top(&flow, PEOPLE)["inputs"].as_str().unwrap();
        assert!(flow.definition["actions"].get("Targets_by_sender").is_none());
        for field in ["upn", "id", "recipient"] {
            let name = format!("Targets_by_{field}");
            let list = top(&flow, &name);
            assert_eq!(list["inputs"]["from"], "@body('Acts_not_taken_back')");
            assert!(list["inputs"]["select"].as_str().unwrap().contains(&format!("['target']?['{field}']")));
            assert!(people.contains(&name), "{people}");
            assert!(at(&flow, &name) < at(&flow, PEOPLE));
        }
        assert!(at(&flow, "Acts_not_taken_back") < at(&flow, "Approvers_to_ask"));
        seen += 1;
    }
    assert_eq!(seen, 8);
}

/// Questions follow each other, each with the whole time: together they must end before the flow does.
#[test]
fn all_questions_of_a_run_fit_into_the_life_of_a_flow() {
    let built = |channel: Json, timeout: &str| {
        let mut profile =
            json!({ "approval": { "timeout": timeout, "approvers": ["duty@contoso.example"] } });
        profile["approval"].as_object_mut().unwrap().extend(channel.as_object().unwrap().clone());
        let profile = Some(Source::new("profile.yaml", profile.to_string()));
        let outcome = support::build(&Inputs { profile, ..support::example("identity") }, Mode::Reusable);
        let found: Vec<String> = outcome
            .report
            .findings()
            .filter(|found| found.diagnostic.rule.code == "CF9106")
            .map(|found| format!("{} {:?}", found.diagnostic.message, found.diagnostic.help))
            .collect();
        assert_eq!(outcome.value.is_some(), found.is_empty(), "{found:?}");
        let asked = outcome.value.iter().flat_map(|artifacts| support::flows(artifacts)).map(|flow| {
            support::actions(&flow.definition).iter().filter(|one| one.name.ends_with("_approval")).count()
        });
        (found.join(" "), asked.max().unwrap_or_default())
    };
    let mail = || json!({ "channel": "mail" });
    let (found, _) = built(mail(), "P14D");
    let most = found.split("at most PT").nth(1).and_then(|rest| rest.split('H').next()).unwrap();
    let most: usize = most.parse().unwrap_or_else(|_| panic!("{found}"));
    assert!(found.contains("the rollback playbook may ask"), "{found}");
    let (found, asked) = built(mail(), &format!("PT{most}H"));
    assert!(found.is_empty() && asked > 2 && asked * most <= 28 * 24, "{found}: {asked} times {most} hours");
    assert!(!built(mail(), &format!("PT{}H", most + 1)).0.is_empty());
    let teams = json!({
        "channel": "teams",
        "teams": { "team": "11111111-2222-4333-8444-555555555555", "channel": "19:soc@thread.tacv2" },
    });
    assert!(built(teams, "P14D").0.is_empty());
}
