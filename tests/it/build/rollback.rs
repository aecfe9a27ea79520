//! The rollback playbook, read back from the bytes: it gives back all that can be given back, only after a yes, only what
//! is written down, and says so.

use std::collections::BTreeSet;

use counterflow::base::source::Source;
use counterflow::data::connector::{Class, Operation};
use counterflow::emit::{Artifact, Target};
use counterflow::expr::Segment;
use counterflow::expr::template::{self, Template};
use counterflow::pipeline::{self, Inputs, Options};
use serde_json::{Value as Json, json};

use super::builds;
use crate::support::{self, Flow, MODES, Placed};

/// What begins the notes of the main playbook, and those of the rollback.
const MARKS: [&str; 2] = ["counterflow-record:1:", "counterflow-undone:1:"];

fn example(profile: &Json) -> Inputs {
    let folder = support::root().join("examples/phishing");
    let read = |name: &str| {
        Source::new(
            name,
            std::fs::read_to_string(folder.join(name)).unwrap_or_else(|error| panic!("{error}")),
        )
    };
    Inputs {
        incident: read("incident.json"),
        review: Some(read("review.yaml")),
        profile: Some(Source::new("profile.yaml", profile.to_string())),
    }
}

/// The flows of a build by host: the main one and, where there is one, the rollback.
fn pairs(artifacts: &[Artifact]) -> Vec<(Flow, Option<Flow>)> {
    let (rollbacks, mains): (Vec<Flow>, Vec<Flow>) =
        support::flows(artifacts).into_iter().partition(|flow| flow.rollback);
    let mut rollbacks = rollbacks;
    let pair = |main: Flow| {
        let at = rollbacks.iter().position(|flow| flow.host == main.host);
        (main, at.map(|at| rollbacks.remove(at)))
    };
    mains.into_iter().map(pair).collect()
}

fn calls<'j>(flow: &'j Flow) -> Vec<(Placed<'j>, Vec<&'static Operation>)> {
    let actions = support::actions(&flow.definition).into_iter();
    let called = actions.map(|placed| {
        let operations = support::operations(flow.host, &placed);
        (placed, operations)
    });
    called.filter(|(_, operations)| !operations.is_empty()).collect()
}

#[test]
fn what_can_be_taken_back_has_its_inverse_in_the_rollback() {
    let (mut inverses, mut without) = (0, 0);
    for one in &builds().built {
        for (main, rollback) in pairs(&one.artifacts) {
            let undone: BTreeSet<String> =
                rollback.iter().flat_map(calls).flat_map(|(_, all)| all).map(|o| o.id.clone()).collect();
            for (placed, operations) in calls(&main) {
                let Some(inverse) =
                    operations.iter().find(|o| o.class.needs_consent()).and_then(|o| o.reversible_by.clone())
                else {
                    continue;
                };
                // An operation that undoes itself with another value tells nothing.
                if operations.iter().any(|operation| operation.id == inverse) {
                    without += 1;
                    continue;
                }
                assert!(
                    undone.contains(&inverse),
                    "{}: {} is never undone in {}",
                    one.name,
                    placed.name,
                    main.host.title()
                );
                inverses += 1;
            }
        }
    }
    println!("{inverses} acts have their inverse, {without} undo themselves");
    assert!(builds().built.is_empty() || inverses > 100, "{inverses}");
}

/// What is given back comes from a list of notes: nothing else decides about a target.
#[test]
fn a_rollback_acts_on_notes_alone() {
    let mut restored = 0;
    for one in &builds().built {
        for flow in support::flows(&one.artifacts).iter().filter(|flow| flow.rollback) {
            let actions = &flow.definition["actions"];
            let from = &actions["Acts_not_taken_back"]["inputs"]["from"];
            assert_eq!(from, "@variables('records')", "{}", one.name);
            for (name, action) in actions.as_object().unwrap() {
                if name.ends_with("_targets") {
                    assert_eq!(
                        action["inputs"]["from"], "@body('Acts_not_taken_back')",
                        "{}: {name}",
                        one.name
                    );
                    let test = action["inputs"]["where"].as_str().unwrap();
                    assert!(test.contains("item()?['pattern']"), "{}: {name}: {test}", one.name);
                }
            }
            restored +=
                calls(flow).iter().filter(|(_, all)| all.iter().any(|o| o.class.needs_consent())).count();
        }
    }
    assert!(builds().built.is_empty() || restored > 50, "{restored} calls that give back");
}

/// Behind every act that people notice stands a note, and where that could not be written the report says so.
#[test]
fn every_act_is_written_down() {
    let mut written = 0;
    for one in &builds().built {
        for flow in support::flows(&one.artifacts) {
            let actions = support::actions(&flow.definition);
            let of =
                |name: &str| actions.iter().find(|placed| placed.name == name).map(|placed| placed.action);
            for placed in &actions {
                let Some(stem) = placed.name.strip_suffix("_allowed") else { continue };
                // What runs once the act is counted: a call, or a scope with several.
                let counted = json!({ format!("{stem}_counted"): ["Succeeded"] });
                let then = placed.action["actions"].as_object().unwrap().iter();
                let act: serde_json::Map<String, Json> = then
                    .filter(|(_, action)| action["runAfter"] == counted)
                    .map(|(name, action)| (name.clone(), action.clone()))
                    .collect();
                assert_eq!(act.len(), 1, "{}: {stem}", one.name);
                let acts = calls_inside(&flow, &json!({ "actions": act }));
                if !acts.iter().any(|operation| operation.class.needs_consent()) {
                    continue;
                }
                let at = || format!("{}: {stem} in {}", one.name, flow.host.title());
                let note = of(&format!("{stem}_written")).unwrap_or_else(|| panic!("{}", at()));
                // A line for each target, or for each item of one.
                let said = of(&format!("{stem}_said")).or_else(|| of(&format!("{stem}_item_said")));
                let said = said.unwrap_or_else(|| panic!("{}", at()));
                let mark = MARKS[usize::from(flow.rollback)];
                let says = |(_, text): &(String, &str)| text.starts_with(mark);
                assert!(support::strings(&note["inputs"]).iter().any(says), "{}", at());
                let outcome = said["inputs"]["value"]["outcome"].as_str().unwrap();
                let noted = format!("equals(actions('{stem}_written')?['status'], 'Succeeded')");
                let done = outcome.split(", 'done', ").next().unwrap_or_default();
                assert!(done.contains(&noted), "{}: {outcome}", at());
                let before = &said["runAfter"];
                let last = [format!("{stem}_written"), format!("{stem}_changed_anything")];
                let always =
                    last.iter().any(|last| before[last].as_array().is_some_and(|all| all.len() == 4));
                assert!(always, "{}: {before}", at());
                written += 1;
            }
        }
    }
    println!("{written} acts are written down");
    assert!(builds().built.is_empty() || written > 150, "{written}");
}

fn calls_inside(flow: &Flow, action: &Json) -> Vec<&'static Operation> {
    let inner = json!({ "actions": action["actions"] });
    let placed = support::actions(&inner);
    placed.iter().flat_map(|placed| support::operations(flow.host, placed)).collect()
}

/// A comment of ours that began with a name of the incident could be made to look like a note of ours.
#[test]
fn no_comment_begins_with_what_an_attacker_wrote() {
    let mut comments = 0;
    for one in &builds().built {
        for flow in support::flows(&one.artifacts) {
            for (placed, operations) in calls(&flow) {
                let Some(operation) =
                    operations.iter().find(|o| o.effect.field.as_deref() == Some("comments"))
                else {
                    continue;
                };
                let field = operation.parameter("comment").unwrap().field().to_owned();
                let text = placed.action["inputs"]["body"][&field].as_str().unwrap();
                let segments = match template::parse(text) {
                    Ok(Template::Interpolation(segments)) => segments,
                    // Words of ours alone.
                    Ok(Template::Literal(text)) if !MARKS.iter().any(|mark| text.starts_with(mark)) => {
                        continue;
                    }
                    other => panic!("{text}: {other:?}"),
                };
                let Some(Segment::Text { text, .. }) = segments.first() else {
                    // The report begins with words of ours, in a step of its own.
                    assert!(text.contains("outputs('Report')"), "{}: {text}", placed.name);
                    continue;
                };
                let is_note = MARKS.iter().any(|mark| text.starts_with(mark));
                assert_eq!(is_note, placed.name.ends_with("_written"), "{}: {text}", placed.name);
                comments += 1;
            }
            let report = flow.definition["actions"]["Report"]["inputs"].as_str().unwrap();
            assert!(report.starts_with("Respond-") || report.starts_with("Rollback-"), "{report}");
        }
    }
    assert!(builds().built.is_empty() || comments > 150, "{comments}");
}

/// Whose comments a rollback believes is looked up by Azure, and no deployment can set it.
#[test]
fn a_rollback_in_azure_believes_the_main_playbook_alone() {
    let artifacts = support::build(&example(&json!({})), MODES[0]).value.unwrap();
    let template = support::ending(&artifacts, "rollback.azuredeploy.json");
    let template: Json = serde_json::from_slice(&template.bytes).unwrap();
    let workflow = template["resources"].as_array().unwrap().last().unwrap();
    let author = workflow["properties"]["parameters"]["RecordAuthor"]["value"].as_str().unwrap();
    assert!(
        author.starts_with(
            "[reference(resourceId('Microsoft.Logic/workflows', parameters('MainPlaybookName'))"
        ),
        "{author}"
    );
    assert_eq!(template["parameters"].get("RecordAuthor"), None);
    let main = support::arm_template(&artifacts);
    assert_eq!(
        template["parameters"]["MainPlaybookName"]["defaultValue"],
        main["parameters"]["PlaybookName"]["defaultValue"]
    );
    let kept = &workflow["properties"]["definition"]["actions"]["Notes_with_a_record"]["inputs"]["where"];
    assert!(kept.as_str().unwrap().contains("parameters('RecordAuthor')"), "{kept}");
}

/// Every store is written and read by operations of the catalogue, in every mode, on every host that has it.
#[test]
fn notes_can_be_kept_in_a_table() {
    let profile =
        json!({ "state": { "store": "storage-table", "account": "contosonotes", "table": "Playbooks" } });
    for mode in MODES {
        let artifacts = support::build(&example(&profile), mode).value.unwrap();
        for flow in support::flows(&artifacts) {
            let ids: BTreeSet<String> =
                calls(&flow).into_iter().flat_map(|(_, all)| all).map(|o| o.id.clone()).collect();
            assert!(ids.contains("http.storage.queryEntities"), "{ids:?}");
            assert!(ids.contains("http.storage.insertEntity"), "{ids:?}");
            assert!(!ids.contains("http.arm.listIncidentComments"), "{ids:?}");
        }
        for artifact in artifacts.iter().filter(|one| one.path.ends_with("azuredeploy.json")) {
            assert!(support::text(artifact).contains("https://contosonotes.table.core.windows.net"));
        }
        for checked in support::judged(artifacts.iter().filter(|one| one.path.starts_with("logicapp/"))) {
            assert!(checked.findings.is_empty(), "{}: {:?}", checked.source.name(), checked.findings);
        }
    }
}

/// Dataverse is a store for flows; where a Logic App is wanted too, the profile is told so.
#[test]
fn notes_of_a_flow_can_be_kept_in_dataverse() {
    let profile = json!({ "state": { "store": "dataverse-table", "table": "cflow_playbooknote" } });
    let only = |targets: Vec<Target>| {
        let options = Options { incident: None, mode: MODES[0], targets };
        pipeline::build(&example(&profile), &options)
    };
    let artifacts = only(vec![Target::PowerAutomate]).value.unwrap();
    let clients =
        artifacts.iter().filter(|one| one.path.contains("/src/Workflows/") && one.path.ends_with(".json"));
    for client in clients {
        let text = support::text(client);
        assert!(
            text.contains("\"item/cflow_note\"") && text.contains("cflow_incident eq"),
            "{}",
            client.path
        );
        assert!(
            text.contains("'cflow_playbooknotes'") || text.contains("\"cflow_playbooknotes\""),
            "{}",
            client.path
        );
    }
    let manifest = support::text(support::ending(&artifacts, "Other/Solution.xml"));
    assert!(manifest.contains("cflow_playbooknote"), "the solution does not name its table");
    let refused = only(Target::ALL.to_vec());
    let codes: Vec<&str> = refused.report.findings().map(|found| found.diagnostic.rule.code).collect();
    assert!(refused.value.is_none() && codes.contains(&"CF9164"), "{codes:?}");
}

/// A second run leaves alone what the first did, unless it is told to do it again.
#[test]
fn a_second_run_sees_what_the_first_did() {
    let artifacts = support::build(&example(&json!({})), MODES[0]).value.unwrap();
    let mut seen = 0;
    for (main, _) in pairs(&artifacts) {
        let actions = main.definition["actions"].as_object().unwrap();
        let at = |name: &str| actions.keys().position(|key| key == name).unwrap();
        for (placed, operations) in calls(&main) {
            let Some((stem, _)) = placed.name.rsplit_once('_') else { continue };
            if operations.iter().all(|o| !o.class.needs_consent() || o.class == Class::Approve) {
                continue;
            }
            let targets = format!("{stem}_targets");
            let test = actions[&targets]["inputs"]["where"].as_str().unwrap();
            assert!(test.contains("body('Known_targets')") && test.contains("Repeat"), "{targets}: {test}");
            assert!(at("Known_targets") < at(&targets), "{targets} is made before the notes are read");
            seen += 1;
        }
    }
    assert!(seen >= 8, "{seen}");
}

/// A named action anywhere in a flow.
fn action<'j>(flow: &'j Flow, name: &str) -> &'j Json {
    let found = support::actions(&flow.definition).into_iter().find(|placed| placed.name == name);
    found.unwrap_or_else(|| panic!("there is no {name}")).action
}

/// Who was at risk before the response is so after the rollback: dismissing would clear that risk too.
#[test]
fn a_risk_that_was_there_before_is_not_dismissed() {
    for mode in MODES {
        let artifacts = support::build(&support::example("identity"), mode).value.unwrap();
        for (main, rollback) in pairs(&artifacts) {
            let records: Vec<Placed<'_>> = support::actions(&main.definition)
                .into_iter()
                .filter(|one| one.name.starts_with("Confirm_compromised") && one.name.ends_with("_record"))
                .collect();
            assert!(!records.is_empty());
            for record in records {
                let before = record.action["inputs"]["stored"]["riskState"].as_str().unwrap();
                let read = record.name.replace("_record", "_risk");
                assert!(
                    before.contains(&format!("body('{read}')")) && before.contains("riskState"),
                    "{before}"
                );
                assert!(action(&main, &read)["runAfter"].as_object().is_some_and(|after| !after.is_empty()));
            }
            let allowed = action(&rollback.unwrap(), "Dismiss_risk_allowed")["expression"].to_string();
            for state in ["atRisk", "confirmedCompromised"] {
                let was =
                    format!("[\"@items('Dismiss_risk_for_each')?['stored']?['riskState']\",\"{state}\"]");
                assert!(allowed.contains(&was), "{allowed}");
            }
        }
    }
}

/// What ZAP or a person moved before the response is not given back to the inbox by its rollback.
#[test]
fn a_message_goes_back_only_to_where_it_lay() {
    for mode in MODES {
        let artifacts = support::build(&example(&json!({})), mode).value.unwrap();
        for (main, rollback) in pairs(&artifacts) {
            let query = action(&main, "Soft_delete_messages_place")["inputs"].to_string();
            assert!(
                query.contains("LatestDeliveryLocation") && query.contains("RecipientEmailAddress =~"),
                "{query}"
            );
            let allowed = action(&main, "Soft_delete_messages_allowed")["expression"].to_string();
            assert!(allowed.contains("['gone']"), "{allowed}");
            let target = &action(&main, "Soft_delete_messages_record")["inputs"]["target"];
            let place = target["deliveryLocation"].as_str().unwrap();
            assert!(place.contains("body('Soft_delete_messages_place')"), "{place}");
            assert!(place.contains("items('Soft_delete_messages_for_each')?['deliveryLocation']"), "{place}");
            let back = action(&rollback.unwrap(), "Return_messages_allowed")["expression"].to_string();
            assert!(back.contains("inbox") && back.contains("['deliveryLocation']"), "{back}");
        }
    }
}
