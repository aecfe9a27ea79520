//! Accounts that an incident knows by their security identifier alone: looked up in one call, and acted on where one user has it.
//! Real exports and the examples, with what else they say of such accounts taken out.

use counterflow::base::source::Source;
use counterflow::emit::Artifact;
use counterflow::ingest::incident::Form;
use counterflow::pipeline::Inputs;
use counterflow::report::Report;
use counterflow::select::Mode;
use serde_json::{Value as Json, json};

use super::describes;
use crate::support::{self, Flow, MODES};

const LOOK_UP: &str = "Look_up_accounts";
const FOUND: &str = "Accounts_by_SID";

/// Takes away ids and user principal names beside each security identifier that a domain gave out, and moves the account to a
/// domain that is no device's name. Says how often.
fn known_by_sid_alone(value: &mut Json, sid: &mut impl FnMut(&str) -> String) -> usize {
    match value {
        Json::Array(items) => items.iter_mut().map(|item| known_by_sid_alone(item, sid)).sum(),
        Json::Object(members) => {
            let mut found: usize = members.values_mut().map(|member| known_by_sid_alone(member, sid)).sum();
            for key in ["userSid", "sid", "Sid", "AccountSid"] {
                let Some(own) = members.get(key).and_then(Json::as_str) else { continue };
                if !own.starts_with("S-1-5-21-") {
                    continue;
                }
                let own = sid(own);
                members.insert(key.to_owned(), json!(own));
                for other in ["azureAdUserId", "aadUserId", "userPrincipalName", "AadUserId", "AccountUpn"] {
                    members.remove(other);
                }
                for domain in ["domainName", "NTDomain", "ntDomain", "HostName", "AccountDomain"] {
                    if let Some(domain) = members.get_mut(domain) {
                        *domain = json!("corp.counterflow.example");
                    }
                }
                found += 1;
            }
            found
        }
        _ => 0,
    }
}

/// Exports whose accounts have nothing but security identifiers.
fn exports(mut sid: impl FnMut(&str) -> String) -> Vec<(String, Inputs)> {
    let real =
        Form::ALL.into_iter().flat_map(support::exports).map(|(name, text)| (name, support::inputs(text)));
    let ours = support::examples().into_iter().map(|name| {
        let example = support::example(&name);
        (name, Inputs { review: None, ..example })
    });
    let mut made = Vec::new();
    for (name, inputs) in real.chain(ours) {
        let Ok(mut incident) = serde_json::from_str::<Json>(inputs.incident.text()) else { continue };
        if known_by_sid_alone(&mut incident, &mut sid) > 0 {
            made.push((
                name,
                Inputs { incident: Source::new("incident.json", incident.to_string()), ..inputs },
            ));
        }
    }
    made
}

fn step<'f>(flow: &'f Flow, name: &str) -> &'f Json {
    &flow.definition["actions"][name]
}

/// The lists of targets that are filtered from what was found.
fn filtered(flow: &Flow) -> Vec<(&String, &Json)> {
    let steps = flow.definition["actions"].as_object().unwrap().iter();
    let from = |step: &Json| step["inputs"]["from"].as_str().is_some_and(|from| from.contains(FOUND));
    steps.filter(|(name, step)| name.ends_with("_targets") && from(step)).collect()
}

fn plan(artifacts: &[Artifact]) -> Json {
    serde_json::from_str(support::text(&artifacts[0])).unwrap()
}

#[test]
fn an_account_is_looked_up_by_its_security_identifier() {
    let mut looked_up = 0;
    for (name, inputs) in exports(str::to_owned) {
        for mode in MODES {
            let outcome = support::build(&inputs, mode);
            let Some(artifacts) = outcome.value else { continue };
            let at = format!("{name} {}", mode.name());
            let mut report = Report::default();
            for checked in support::judged(artifacts.iter().filter(|artifact| !describes(artifact))) {
                report.add(checked.source, checked.definitions, checked.findings);
            }
            assert_eq!((report.counts().errors, report.counts().warnings), (0, 0), "{at}");
            for flow in support::main_flows(&artifacts) {
                if filtered(&flow).is_empty() {
                    assert!(step(&flow, LOOK_UP).is_null(), "{at}");
                    continue;
                }
                looked_up += 1;
                let calls = support::actions(&flow.definition);
                let call = calls.iter().find(|placed| placed.name == LOOK_UP).unwrap();
                let [operation] = support::operations(flow.host, call)[..] else { panic!("{at}") };
                assert_eq!(operation.id, "http.graph.findUsers");
                for (list, filter) in filtered(&flow) {
                    let test = filter["inputs"]["where"].as_str().unwrap();
                    assert!(test.contains("outputs('Protected_accounts')"), "{at}: {list}: {test}");
                    let own = format!("outputs('Entities')?['{}']", list.trim_end_matches("_targets"));
                    assert_eq!(test.contains(&own), mode == Mode::OneShot, "{at}: {list}: {test}");
                }
                let after = &step(&flow, FOUND)["runAfter"][LOOK_UP];
                assert_eq!(*after, json!(["Succeeded", "Failed", "TimedOut"]), "{at}");
            }
            let permissions = support::text(support::ending(&artifacts, "permissions.json"));
            let looks_up = support::main_flows(&artifacts).iter().any(|flow| !filtered(flow).is_empty());
            assert!(!looks_up || permissions.contains("User.Read.All"), "{at}");
        }
    }
    println!("{looked_up} flows look accounts up");
    assert!(looked_up >= 8, "{looked_up}");
}

/// What a one-shot playbook is for is not refused for an id that the run finds.
#[test]
fn a_security_identifier_is_enough_to_be_chosen() {
    for name in support::examples() {
        let whole = Inputs { review: None, ..support::example(&name) };
        let (_, bare) = exports(str::to_owned).into_iter().find(|(own, _)| *own == name).unwrap();
        let chosen = |inputs: &Inputs| -> Vec<Json> {
            let plan = plan(&support::build(inputs, Mode::OneShot).value.unwrap());
            plan["chosen"].as_array().unwrap().iter().map(|one| one["pattern"].clone()).collect()
        };
        assert_eq!(chosen(&whole), chosen(&bare), "{name}");
    }
}

/// What an incident says for a security identifier is data, and none that could not be one is ever sent.
#[test]
fn a_hostile_security_identifier_is_never_looked_up() {
    let hostile = "S-1-5-21-' or startsWith(userPrincipalName,'a') or '@{parameters('Approvers')}' eq '";
    for (name, inputs) in exports(|_| hostile.to_owned()) {
        let Some(artifacts) = support::build(&inputs, Mode::OneShot).value else { continue };
        for flow in support::main_flows(&artifacts) {
            assert!(step(&flow, LOOK_UP).is_null(), "{name}");
        }
        let artifacts = support::build(&inputs, Mode::Reusable).value.unwrap();
        for flow in support::main_flows(&artifacts) {
            assert!(
                !flow.definition["actions"].to_string().contains("startsWith(userPrincipalName"),
                "{name}"
            );
        }
    }
}
