//! Every way to begin a run, for every real export: what comes out is as sound as what begins by default.

use std::collections::BTreeSet;

use counterflow::base::source::Source;
use counterflow::data::connector::Host;
use counterflow::emit::Artifact;
use counterflow::ingest::incident::Form;
use counterflow::pipeline::Inputs;
use counterflow::report::{Report, text};
use serde_json::Value as Json;

use super::{describes, within_limits};
use crate::support::{self, MODES};

/// The ways to begin that are not the default, one of each host; and the question as a card.
const PROFILES: [&str; 4] = [
    "trigger: { logicapp: graph-polling, powerautomate: recurrence, every_minutes: 5 }\nseverity: { at_least: medium }\n",
    "trigger: { powerautomate: manual }\n",
    "trigger: { powerautomate: cloud-app-alert }\n",
    TEAMS,
];

/// Approvers are asked by a card in a channel.
pub(crate) const TEAMS: &str = "approval:\n  approvers: [soc@contoso.com]\n  channel: teams\n  teams: { team: 0f3a2b1c-5d6e-4f70-8a9b-1c2d3e4f5a6b, channel: '19:a@thread.tacv2' }\n";

fn inputs(export: &str, profile: &str) -> Inputs {
    Inputs { profile: Some(Source::new("profile.yaml", profile)), ..support::inputs(export) }
}

/// Builds each export in each mode with each profile; those that are refused are refused whatever begins a run.
fn each_build(forms: &[Form], look: impl Fn(&str, usize, &[Artifact]) + Sync) -> usize {
    let exports: Vec<(String, String)> = forms.iter().flat_map(|form| support::exports(*form)).collect();
    let (first, second) = exports.split_at(exports.len() / 2);
    let half = |exports: &[(String, String)]| {
        let mut built = 0;
        for (name, export) in exports {
            for (at, profile) in PROFILES.iter().enumerate() {
                for mode in MODES {
                    let name = format!("{name} {} {}", mode.name(), profile.lines().next().unwrap());
                    let outcome = support::build(&inputs(export, profile), mode);
                    if let Some(artifacts) = outcome.value {
                        built += 1;
                        look(&name, at, &artifacts);
                        continue;
                    }
                    let error = outcome.report.findings().find(|found| found.diagnostic.is_error()).unwrap();
                    let code = error.diagnostic.rule.code;
                    assert!(["CF9001", "CF9003", "CF9051"].contains(&code), "{name}: refused with {code}");
                }
            }
        }
        built
    };
    std::thread::scope(|scope| {
        let other = scope.spawn(|| half(second));
        half(first) + other.join().unwrap()
    })
}

#[test]
fn whatever_begins_a_run_the_build_is_sound() {
    let built = each_build(&Form::ALL, |name, _, artifacts| {
        let mut report = Report::default();
        for checked in support::judged(artifacts.iter().filter(|artifact| !describes(artifact))) {
            report.add(checked.source, checked.definitions, checked.findings);
        }
        let counts = report.counts();
        let drawn = || text::render(&report, &annotate_snippets::Renderer::plain());
        assert_eq!((counts.errors, counts.warnings), (0, 0), "{name}\n{}", drawn());
        super::everything_that_acts_is_gated(name, artifacts);
        for (file, flow) in support::every_flow(artifacts) {
            for placed in support::actions(&flow.definition) {
                within_limits(&format!("{name} {file}"), &placed);
            }
        }
        for artifact in artifacts.iter().filter(|one| one.path.ends_with("azuredeploy.json")) {
            let template: Json = serde_json::from_slice(&artifact.bytes).unwrap();
            let resources = template["resources"].as_array().unwrap();
            let workflows = resources.iter().filter(|one| one["type"] == "Microsoft.Logic/workflows");
            assert!(workflows.into_iter().all(|one| one["properties"]["state"] == "Disabled"), "{name}");
        }
    });
    println!("{built} builds with another trigger");
}

/// Looking for incidents: bounded, one run for each incident, and nobody but a workflow of ours can start a response.
#[test]
fn a_look_for_incidents_starts_one_run_for_each() {
    each_build(&[Form::GraphIncident], |name, at, artifacts| {
        if at != 0 {
            return;
        }
        let flows = support::every_flow(artifacts);
        let polls: Vec<_> = flows
            .iter()
            .filter(|(_, flow)| flow.definition["triggers"].get("Recurrence").is_some())
            .collect();
        // What is for one incident only is started by a person.
        if name.contains(" one-shot ") {
            assert!(polls.is_empty(), "{name}: nothing needs to look for it");
            return;
        }
        assert_eq!(polls.len(), 2, "{name}: one for each host");
        for (file, flow) in polls {
            let definition = &flow.definition;
            assert_eq!(definition["triggers"]["Recurrence"]["recurrence"]["interval"], 5, "{file}");
            let pages = &definition["actions"]["Every_page"];
            assert!(pages["limit"]["count"].as_u64().is_some_and(|count| count <= 20), "{file}");
            let each = &definition["actions"]["Each_new_incident"];
            assert_eq!(each["runtimeConfiguration"]["concurrency"]["repetitions"], 1, "{file}");
            // The mark replaces all tags: those of the list are minutes old.
            let mark = each["actions"]["Mark_as_started"]["inputs"]["body"]["customTags"].to_string();
            assert!(mark.contains("Get_incident_now"), "{file}: {mark}");
            let start = &each["actions"]["Start_response"];
            assert_eq!(start["type"], "Workflow", "{file}");
            assert_eq!(start["inputs"]["retryPolicy"]["type"], "none", "{file}: two runs for one incident");
            let body = start["inputs"]["body"].as_object().unwrap();
            assert_eq!(body.len(), 1, "{file}: the id of the incident and nothing else");
            let new = definition["actions"]["New_incidents"]["inputs"]["where"].as_str().unwrap();
            assert!(new.contains("'medium', 'high'") && !new.contains("'low'"), "{file}: {new}");
            let list = &definition["actions"]["Every_page"]["actions"]["List_incidents"]["inputs"]["queries"];
            assert_eq!(list["$expand"], "alerts", "{file}");
            // An export that names neither techniques nor tactics makes a playbook for any incident.
            let named = ["'\"t1", "'\"category\":\""].iter().any(|begin| new.contains(begin));
            let judged = flows.iter().filter_map(|(_, flow)| flow.definition["actions"].get("Run_condition"));
            let any = judged.into_iter().all(|judged| judged["inputs"]["matched"] == false);
            assert!(named != any, "{file}: it starts what the playbook is not for: {new}");
        }
        let called = flows.iter().filter(|(_, flow)| flow.definition["actions"].get("Accepted").is_some());
        for (file, flow) in called {
            let first: Vec<&str> = support::actions(&flow.definition)
                .iter()
                .filter(|placed| placed.depth == 1 && placed.action["runAfter"] == serde_json::json!({}))
                .map(|placed| placed.name)
                .collect();
            assert_eq!(first, ["Accepted"], "{file}: the caller is answered first");
        }
        let template = support::arm_template(artifacts);
        let response = template["resources"].as_array().unwrap().last().unwrap();
        let callers = &response["properties"]["accessControl"]["triggers"]["allowedCallerIpAddresses"];
        assert_eq!(callers.as_array().map(Vec::len), Some(0), "{name}: other Logic Apps only");
    });
}

/// The flow that looks names the flow that responds by its id, and both are in the solution.
#[test]
fn a_flow_that_looks_calls_the_flow_beside_it() {
    each_build(&[Form::GraphIncident], |name, at, artifacts| {
        if at != 0 || name.contains(" one-shot ") {
            return;
        }
        let flows = support::every_flow(artifacts);
        let ids: BTreeSet<String> = flows
            .iter()
            .filter(|(file, _)| file.contains("/Workflows/"))
            .map(|(file, _)| file[file.len() - 41..file.len() - 5].to_lowercase())
            .collect();
        let start = flows
            .iter()
            .map(|(_, flow)| &flow.definition["actions"]["Each_new_incident"]["actions"]["Start_response"])
            .find_map(|start| start["inputs"]["host"]["workflowReferenceName"].as_str());
        assert!(start.is_some_and(|id| ids.contains(id)), "{name}: {start:?} is not one of {ids:?}");
    });
}

/// What each trigger asks of who starts it, and where the run finds the incident.
#[test]
fn a_run_finds_the_incident_that_it_was_started_for() {
    let body = |member: &str| format!("triggerBody()?['{member}']");
    let wanted = [body("text"), body("text"), "body('Get_alert')".to_owned(), body("incidentId")];
    each_build(&[Form::GraphIncident], |name, at, artifacts| {
        let flows = support::every_flow(artifacts);
        let (_, flow) = flows
            .iter()
            .find(|(file, flow)| {
                file.contains("/Workflows/") && flow.definition["actions"].get("Report").is_some()
            })
            .unwrap();
        let uri = flow.definition["actions"]["Get_incident"]["inputs"]["uri"].as_str().unwrap();
        assert!(uri.contains(&wanted[at]), "{name}: {uri}");
        let followed = &flow.definition["actions"]["Was_merged"]["actions"]["Get_merged_incident"];
        let uri = followed["inputs"]["uri"].as_str().unwrap();
        assert!(uri.contains("redirectIncidentId"), "{name}: {uri}");
    });
}

/// What takes a response back is started by a person, on one incident, whatever starts the response.
#[test]
fn a_rollback_is_started_by_hand() {
    let mut rollbacks = 0;
    let counted = std::sync::Mutex::new(&mut rollbacks);
    each_build(&[Form::GraphIncident, Form::M365dIncident], |name, at, artifacts| {
        for flow in support::flows(artifacts).into_iter().filter(|flow| flow.rollback) {
            let actions = &flow.definition["actions"];
            assert_eq!((actions.get("Accepted"), actions.get("Run_condition")), (None, None), "{name}");
            let sentinel = flow.host == Host::LogicApp && at != 0;
            let started = match sentinel {
                true => "Microsoft_Sentinel_incident",
                false => "manual",
            };
            let trigger = &flow.definition["triggers"][started];
            assert!(sentinel || trigger["type"] == "Request", "{name}: {}", flow.definition["triggers"]);
            **counted.lock().unwrap() += 1;
        }
        let polls = support::every_flow(artifacts);
        let polls = polls.iter().filter(|(_, flow)| flow.definition["triggers"].get("Recurrence").is_some());
        assert!(polls.into_iter().all(|(file, _)| !file.contains("ollback")), "{name}");
    });
    println!("{rollbacks} rollbacks are started by hand");
}

/// A Logic App that works on Defender's incidents keeps its notes there, and its rollback believes the response by name.
#[test]
fn notes_are_kept_where_the_incident_is() {
    each_build(&[Form::GraphIncident], |name, at, artifacts| {
        if at != 0 {
            return;
        }
        for artifact in artifacts.iter().filter(|one| one.path.ends_with("azuredeploy.json")) {
            let text = support::text(artifact);
            let template: Json = serde_json::from_str(text).unwrap();
            let workflow = template["resources"].as_array().unwrap().last().unwrap();
            let actions = support::actions(&workflow["properties"]["definition"]);
            let reads = |placed: &&support::Placed<'_>| {
                placed.name == "Read_notes" || placed.name.ends_with("_notes_read_again")
            };
            let read: Vec<&Json> =
                actions.iter().filter(reads).map(|one| &one.action["inputs"]["uri"]).collect();
            // After each question of a rollback the notes are read once more.
            assert!(!artifact.path.contains("rollback.") || read.len() > 1, "{name}: {read:?}");
            assert!(read.iter().all(|uri| uri.to_string().contains("GraphEndpoint")), "{name}: {read:?}");
            if artifact.path.contains("rollback.") {
                let author = &workflow["properties"]["parameters"]["RecordAuthor"]["value"];
                assert_eq!(author, "[parameters('MainPlaybookName')]", "{name}");
            }
        }
    });
}

/// On a card each target has its box, none is ticked beforehand, and only what is ticked is acted on.
#[test]
fn a_card_lets_a_person_choose_each_target() {
    let mut choices = 0;
    let counted = std::sync::Mutex::new(&mut choices);
    each_build(&[Form::GraphIncident, Form::M365dIncident], |name, at, artifacts| {
        if at != 3 {
            return;
        }
        for flow in support::flows(artifacts) {
            for placed in support::actions(&flow.definition) {
                if placed.action["inputs"]["type"] != "AdaptiveCard" {
                    continue;
                }
                for part in placed.action["inputs"]["body"].as_array().unwrap() {
                    let kind = part["type"].as_str().unwrap();
                    assert!(
                        ["RichTextBlock", "Input.ChoiceSet"].contains(&kind),
                        "{name}: {kind} reads Markdown"
                    );
                    if kind == "RichTextBlock" {
                        continue;
                    }
                    assert!(part.get("value").is_none(), "{name}: something is ticked beforehand");
                    let stem = part["id"].as_str().unwrap();
                    let all = support::actions(&flow.definition);
                    let of = |part: &str| {
                        let wanted = format!("{stem}_{part}");
                        all.iter()
                            .find(|one| one.name == wanted)
                            .unwrap_or_else(|| panic!("{name}: no {wanted}"))
                    };
                    let filter = of("ticked").action["inputs"]["where"].as_str().unwrap();
                    assert!(filter.contains(&format!("?['data']?['{stem}']")), "{name}: {filter}");
                    assert_eq!(of("for_each").action["foreach"], format!("@body('{stem}_wanted')"), "{name}");
                    **counted.lock().unwrap() += 1;
                }
            }
            let answers = support::actions(&flow.definition);
            let waits = answers.iter().filter(|one| one.action.get("limit").is_some());
            for wait in waits.filter(|one| one.action["type"].as_str().unwrap().ends_with("Webhook")) {
                let name = wait.name.replace("_approval", "_approved");
                let gate = answers.iter().find(|one| one.name == name).unwrap();
                let who = gate.action["expression"].to_string();
                assert!(who.contains("?['responder']?['userPrincipalName']"), "{name}: {who}");
            }
        }
    });
    println!("{choices} boxes for targets");
}
