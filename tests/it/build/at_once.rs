//! What a run does without a question, for whom, and in what order; and that a run which is not meant does nothing. Read
//! back from the bytes.

use std::collections::BTreeSet;

use counterflow::base::source::Source;
use counterflow::data::connector::{Class, Host, Operation};
use counterflow::emit::Artifact;
use counterflow::ingest::incident::Form;
use counterflow::pipeline::Inputs;
use counterflow::select::Mode;
use serde_json::{Value as Json, json};

use super::{asks, builds};
use crate::support::{self, Flow, MODES, Placed};

/// The example in whose profile a reviewed incident may end sessions without a question.
fn identity(mode: Mode) -> Vec<Artifact> {
    support::build(&support::example("identity"), mode).value.unwrap()
}

/// An example with another profile.
fn with_profile(example: &str, profile: &Json) -> Inputs {
    Inputs { profile: Some(Source::new("profile.yaml", profile.to_string())), ..support::example(example) }
}

/// The calls that contain, evict or restore, with whether somebody was asked.
fn acts<'f>(flow: &'f Flow) -> Vec<(Placed<'f>, bool)> {
    let calls = support::actions(&flow.definition).into_iter();
    let acting = calls.filter(|placed| {
        support::operations(flow.host, placed).iter().any(|operation| operation.class.needs_consent())
    });
    acting
        .map(|placed| {
            let asked = placed.gates.iter().any(|gate| asks(gate, flow));
            (placed, asked)
        })
        .collect()
}

fn top<'f>(flow: &'f Flow, name: &str) -> &'f Json {
    let action = &flow.definition["actions"][name];
    assert!(action.is_object(), "there is no {name}");
    action
}

/// The outermost actions that one runs after, directly or not.
fn before(flow: &Flow, name: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut pending = vec![name.to_owned()];
    while let Some(name) = pending.pop() {
        for earlier in top(flow, &name)["runAfter"].as_object().unwrap().keys() {
            if found.insert(earlier.clone()) {
                pending.push(earlier.clone());
            }
        }
    }
    found
}

/// The name of every action in an outermost one, itself too.
fn within(flow: &Flow, name: &str) -> BTreeSet<String> {
    let one = json!({ "actions": { name: top(flow, name) } });
    support::actions(&one).iter().map(|placed| placed.name.to_owned()).collect()
}

fn calls<'f>(flow: &'f Flow) -> Vec<(Placed<'f>, Vec<&'static Operation>)> {
    let all = support::actions(&flow.definition).into_iter();
    all.map(|placed| {
        let operations = support::operations(flow.host, &placed);
        (placed, operations)
    })
    .filter(|(_, operations)| !operations.is_empty())
    .collect()
}

/// Microsoft Sentinel says nothing of what it thinks of an entity, so its playbooks always ask. Of Defender's incidents
/// only what the product judged is done at once, and only where the incident names what the playbook is for.
#[test]
fn only_what_was_judged_is_done_without_a_question() {
    let artifacts = identity(Mode::Reusable);
    let [sentinel, graph] = support::main_flows(&artifacts);
    assert_eq!((sentinel.host, graph.host), (Host::LogicApp, Host::PowerAutomate));
    assert!(acts(&sentinel).iter().all(|(_, asked)| *asked));
    let unasked: Vec<String> = acts(&graph)
        .into_iter()
        .filter(|(_, asked)| !asked)
        .map(|(placed, _)| placed.name.to_owned())
        .collect();
    assert!(unasked.contains(&"Revoke_sessions_at_once_revoke".to_owned()), "{unasked:?}");
    for name in unasked {
        let stem = name.split_once("_at_once_").unwrap_or_else(|| panic!("{name} asks nobody")).0;
        let walk = format!("{stem}_at_once_for_each");
        let walk = support::actions(&graph.definition)
            .into_iter()
            .find(|placed| placed.name == walk)
            .unwrap()
            .action;
        let targets = format!("{stem}_at_once_targets");
        assert_eq!(walk["foreach"], format!("@body('{targets}')"));
        let filter = &top(&graph, &targets)["inputs"];
        let test = filter["where"].as_str().unwrap();
        assert!(test.contains("outputs('Run_condition')?['matched']"), "{test}");
        // From the list back to the evidence, which is picked by verdict and role.
        let source = |inputs: &Json| inputs["from"].as_str().unwrap().split('\'').nth(1).unwrap().to_owned();
        let mut list = source(filter);
        while graph.definition["actions"].get(format!("{list}_picked")).is_none() {
            list = source(&top(&graph, &list)["inputs"]);
        }
        assert!(list.starts_with("Suspicious_"), "{list}");
        let picked = top(&graph, &format!("{list}_picked"))["inputs"]["where"].as_str().unwrap();
        for needed in ["createArray('malicious', 'suspicious')", "not(contains(", "'\"contextual\"'"] {
            assert!(picked.contains(needed), "{list}: {picked}");
        }
        // What is left is asked about.
        let rest = top(&graph, &format!("{stem}_targets"))["inputs"]["where"].as_str().unwrap();
        let again = stem == "Revoke_sessions";
        assert_eq!(rest.contains(&targets), !again, "{stem}: {rest}");
    }
}

/// The next incident may be about a domain controller that the profile does not list: its name leads to a question, its tags
/// leave it alone.
#[test]
fn what_many_depend_on_is_not_touched_unasked() {
    let profile = json!({ "limits": { "disruption_without_approval": 2 }, "approval": { "approvers": ["a@x.com", "b@x.com"] } });
    let artifacts = support::build(&with_profile("phishing", &profile), Mode::Reusable).value.unwrap();
    let flow = &support::main_flows(&artifacts)[1];
    let test = |name: &str| top(flow, name)["inputs"]["where"].as_str().unwrap();
    for word in ["domaincontroller", "dhcp", "vmhost"] {
        assert!(test("Scan_at_once_targets").contains(&format!("\"{word}\"")), "{word}");
        assert!(!test("Scan_targets").contains(&format!("\"{word}\"")), "{word}");
    }
    for begin in ["svc-", "break-glass"] {
        assert!(test("Revoke_sessions_at_once_targets").contains(&format!("'\"{begin}'")), "{begin}");
    }
    let mut seen = 0;
    for placed in support::actions(&flow.definition) {
        let asks_tags = placed.action["expression"].to_string().contains("machineTags");
        match placed.name.strip_suffix("_allowed") {
            Some("Collect_package" | "Collect_package_at_once") => assert!(!asks_tags, "{}", placed.name),
            Some("Isolate_device" | "Restrict_execution" | "Scan" | "Scan_at_once") => {
                assert!(asks_tags, "{}", placed.name);
                seen += 1;
            }
            _ => {}
        }
    }
    assert_eq!(seen, 4);
    for flow in support::flows(&artifacts).into_iter().filter(|flow| flow.rollback) {
        assert!(!flow.definition.to_string().contains("machineTags"), "what was isolated is released");
    }
}

/// A device that the incident names without its id is read by its name, and acted on by the id that is answered.
#[test]
fn a_device_is_found_by_its_name() {
    let example = support::example("phishing");
    let text = example.incident.text().replace("\"mdeDeviceId\"", "\"unknownProperty\"");
    let inputs = Inputs { incident: Source::new("incident.json", text), ..example };
    for mode in MODES {
        let artifacts = support::build(&inputs, mode).value.unwrap();
        let plan: Json = serde_json::from_slice(&support::ending(&artifacts, "plan.json").bytes).unwrap();
        let chosen =
            plan["chosen"].as_array().unwrap().iter().find(|one| one["pattern"] == "device/isolate-device");
        assert_eq!(chosen.unwrap()["targets"], json!(["ws-0417.corp.contoso.com"]));
        for flow in support::main_flows(&artifacts) {
            let actions = support::actions(&flow.definition);
            let uri = |name: &str| {
                let placed = actions.iter().find(|placed| placed.name == name);
                placed.unwrap_or_else(|| panic!("no {name}")).action["inputs"]["uri"].to_string()
            };
            assert!(uri("Isolate_device_isolate").contains("body('Isolate_device_machine')?['id']"));
            match mode {
                Mode::OneShot => {
                    let device = &top(&flow, "Entities")["inputs"]["Isolate_device"][0];
                    assert_eq!(device["id"], "ws-0417.corp.contoso.com", "{device}");
                    assert!(uri("Isolate_device_machine").contains("['id']"));
                }
                Mode::Reusable => assert!(uri("Find_device").contains("['name']")),
            }
            let record = actions.iter().find(|placed| placed.name == "Isolate_device_record").unwrap();
            let id = record.action["inputs"]["target"]["id"].to_string();
            assert!(id.contains("body('Isolate_device_machine')?['id']"), "{id}");
        }
    }
}

/// Of an incident that names neither a technique nor a tactic nobody knows of what kind it is.
#[test]
fn an_incident_that_names_nothing_is_of_no_kind() {
    for flow in support::main_flows(&identity(Mode::Reusable)) {
        let judged = &top(&flow, "Run_condition")["inputs"];
        let [named, matched] = ["named", "matched"].map(|member| judged[member].as_str().unwrap());
        assert!(named.contains("'\"T'") && !named.contains("'\"a'"), "{named}");
        assert!(matched.contains("'\"T1110'") && !matched.contains("true"), "{matched}");
        let stop = top(&flow, "Stop_unless_it_is_meant")["expression"].to_string();
        assert!(stop.contains("?['matched']") && stop.contains("?['named']"), "{stop}");
    }
}

/// Nothing that needs no answer stands behind a question, and sessions end once more after an account was disabled.
#[test]
fn what_needs_no_answer_waits_for_none() {
    let mut at_once = 0;
    for (example, mode) in
        [("identity", Mode::Reusable), ("identity", Mode::OneShot), ("phishing", Mode::Reusable)]
    {
        let artifacts = support::build(&support::example(example), mode).value.unwrap();
        for flow in support::main_flows(&artifacts) {
            for (placed, operations) in calls(&flow) {
                let asked = placed.gates.iter().any(|gate| asks(gate, &flow));
                let acts =
                    operations.iter().any(|one| one.class >= Class::Collect && one.class != Class::Approve);
                let whole = flow.definition["actions"].as_object().unwrap();
                let outer = whole.keys().find(|outer| within(&flow, outer).contains(placed.name)).unwrap();
                if asked || !acts || outer.starts_with("Eradicate") {
                    continue;
                }
                for earlier in before(&flow, outer) {
                    let waits = within(&flow, &earlier).iter().any(|name| name.ends_with("_approval"));
                    assert!(!waits, "{example}: {} waits for {earlier}", placed.name);
                }
                at_once += 1;
            }
            let names: Vec<String> =
                support::actions(&flow.definition).iter().map(|placed| placed.name.to_owned()).collect();
            let place = |name: &str| names.iter().position(|own| own == name);
            if let (Some(disable), Some(revoke)) =
                (place("Disable_account_for_each"), place("Revoke_sessions_for_each"))
            {
                assert!(disable < revoke, "{example}: sessions end after the account was disabled");
            }
        }
    }
    assert!(at_once >= 4, "{at_once}");
}

/// In a playbook for one incident the review says who is bad.
#[test]
fn a_playbook_for_one_incident_goes_by_its_review() {
    for flow in support::main_flows(&identity(Mode::OneShot)) {
        let known = &top(&flow, "Entities")["inputs"];
        let names = |stem: &str| -> BTreeSet<String> {
            let entities = known[stem].as_array().cloned().unwrap_or_default();
            entities.iter().filter_map(|one| one["upn"].as_str()).map(str::to_owned).collect()
        };
        let judged = names("Revoke_sessions_at_once");
        assert!(judged.contains("keiko.arai@adventure-works.example"), "{judged:?}");
        assert!(names("Revoke_sessions").is_superset(&judged), "done again after the account was disabled");
    }
}

/// The limit counts what was acted on. A target without proof takes no place, and one that the limit leaves out is named
/// and makes the run no success.
#[test]
fn the_limit_counts_acts_and_not_looks() {
    let mut loops = 0;
    for one in &builds().built {
        for flow in support::main_flows(&one.artifacts) {
            let actions = support::actions(&flow.definition);
            // Loops that only read, for a question, have no limit.
            let acting = |placed: &&support::Placed<'_>| {
                placed.name.ends_with("_for_each") && !placed.name.ends_with("_survey_for_each")
            };
            for walk in actions.iter().filter(acting) {
                let stem = walk.name.strip_suffix("_for_each").unwrap();
                let items = walk.action["foreach"].as_str().unwrap();
                assert!(!items.contains("take("), "{}: {items}", one.name);
                let allowed = &walk.action["actions"][format!("{stem}_allowed")];
                let tests = allowed["expression"]["and"].as_array().unwrap();
                let limit = tests
                    .iter()
                    .position(|test| test.to_string().contains("split(string(variables('acts'))"));
                assert_eq!(
                    limit,
                    Some(tests.len() - 2),
                    "{}: {stem}: the limit comes after every proof",
                    one.name
                );
                let counted = &allowed["actions"][format!("{stem}_counted")];
                assert_eq!(counted["type"], "AppendToArrayVariable", "{}: {stem}", one.name);
                let after = json!({ format!("{stem}_counted"): ["Succeeded"] });
                let then = allowed["actions"].as_object().unwrap();
                assert_eq!(
                    then.values().filter(|action| action["runAfter"] == after).count(),
                    1,
                    "{}: {stem}: the act comes after it is counted",
                    one.name
                );
                let left = &allowed["else"]["actions"][format!("{stem}_left_alone")]["inputs"]["value"];
                assert!(
                    left["outcome"].as_str().unwrap().contains("'over the limit'"),
                    "{}: {left}",
                    one.name
                );
                loops += 1;
            }
            if loops > 0 {
                let failures = top(&flow, "Failures")["inputs"]["where"].as_str().unwrap();
                assert!(failures.contains("'over the limit'"), "{}: {failures}", one.name);
            }
        }
    }
    println!("{loops} loops count their acts");
    assert!(builds().built.is_empty() || loops > 200, "{loops}");
}

/// A run that is not meant ends before anything is written, sent or touched.
#[test]
fn a_run_that_is_not_meant_says_nothing() {
    for one in &builds().built {
        for flow in support::flows(&one.artifacts) {
            let stop = top(&flow, "Stop_unless_it_is_meant");
            let end = &stop["actions"]["End_without_acting"];
            assert_eq!(
                (&end["type"], &end["inputs"]["runStatus"]),
                (&json!("Terminate"), &json!("Succeeded"))
            );
            let expression = stop["expression"].to_string();
            assert!(expression.contains("counterflow-stop"), "{}: {expression}", one.name);
            let off = top(&flow, "Stop_if_switched_off");
            assert!(off["expression"].to_string().contains("Enabled"), "{}", one.name);
            assert_eq!(off["actions"]["End_while_switched_off"]["type"], "Terminate", "{}", one.name);
            let whole = flow.definition["actions"].as_object().unwrap();
            for name in before(&flow, "Stop_if_switched_off") {
                assert_eq!(name, "Accepted", "{}: nothing is read while it is switched off", one.name);
            }
            for name in
                whole.keys().filter(|name| !["Accepted", "Stop_if_switched_off"].contains(&name.as_str()))
            {
                assert!(before(&flow, name).contains("Stop_if_switched_off"), "{}: {name}", one.name);
            }
            if one.name.ends_with("one-shot") {
                assert!(
                    expression.contains("outputs('Entities')?['incident']"),
                    "{}: {expression}",
                    one.name
                );
            }
            let earlier = before(&flow, "Stop_unless_it_is_meant");
            for (placed, operations) in calls(&flow) {
                let first = earlier.iter().any(|outer| within(&flow, outer).contains(placed.name));
                let reads = operations.iter().all(|operation| operation.class == Class::Read);
                assert!(!first || reads, "{}: {} comes before it is known", one.name, placed.name);
            }
        }
    }
}

/// A dry run asks nobody, tags nothing and sends nothing: it comments, and says that it was one.
#[test]
fn a_dry_run_only_comments() {
    for one in &builds().built {
        for flow in support::main_flows(&one.artifacts) {
            for (placed, operations) in calls(&flow) {
                if operations.iter().all(|one| one.class == Class::Read) {
                    continue;
                }
                let real = placed.gates.iter().any(|gate| {
                    let gate = gate.to_string();
                    gate.contains("DryRun") && gate.contains("false")
                });
                let comments = ["Comment_comment", "Say_that_notes_are_incomplete", "Say_that_it_was_merged"];
                let report = comments.contains(&placed.name);
                assert!(real || report, "{}: {} runs in a dry run", one.name, placed.name);
            }
            let said = top(&flow, "Report")["inputs"].to_string();
            assert!(said.contains("This was a dry run"), "{}", one.name);
        }
    }
}

/// What the review called harmless counts for the playbooks that it made: addresses are protected, and about accounts,
/// devices and files a person is asked.
#[test]
fn what_the_review_called_harmless_is_not_touched_unasked() {
    let artifacts = identity(Mode::Reusable);
    let template = support::arm_template(&artifacts);
    let network = template["parameters"]["ProtectedNetwork"]["defaultValue"].to_string();
    for host in ["198.51.100.9", "intranet.adventure-works.example"] {
        assert!(network.contains(host), "{network}");
    }
    let variable = support::ending(&artifacts, "_AlwaysAsk/environmentvariabledefinition.xml");
    assert!(
        support::text(variable).contains("rosa.klein@adventure-works.example"),
        "{}",
        support::text(variable)
    );
    let [_, graph] = support::main_flows(&artifacts);
    let test = top(&graph, "Revoke_sessions_at_once_targets")["inputs"]["where"].as_str().unwrap();
    assert!(test.contains("outputs('Always_ask')"), "{test}");
}

/// A device that only stood by is left alone, and the report says so. Of the example that is the domain controller, which
/// is protected besides.
#[test]
fn a_device_that_only_stood_by_is_left_alone() {
    let profile = json!({ "approval": { "approvers": ["soc@contoso.example"] } });
    let artifacts = support::build(&with_profile("phishing", &profile), Mode::Reusable).value.unwrap();
    let [_, graph] = support::main_flows(&artifacts);
    let stood_by = "and(contains(toLower(string(coalesce(item()?['roles'], ''))), '\"contextual\"'), not(contains(createArray('malicious', 'suspicious')";
    let all = support::actions(&graph.definition);
    let picked = |name: &str| {
        let list = all.iter().find(|placed| placed.name == name).unwrap();
        list.action["inputs"]["where"].as_str().unwrap()
    };
    assert!(picked("Collected_device_picked").contains(&format!("not({stood_by}")));
    assert!(picked("Context_device_picked").contains(stood_by));
    assert!(top(&graph, "Report")["inputs"].to_string().contains("Names_of_context_devices"));
    let template = support::arm_template(&artifacts);
    let protected = template["parameters"]["ProtectedDevices"]["defaultValue"].to_string();
    assert!(protected.contains("dc01.corp.contoso.com"), "{protected}");
}

/// Whoever answers is compared with a list, so the list must hold what answers carry; and the report says who it was.
#[test]
fn who_answers_is_named() {
    for example in support::examples() {
        for mode in MODES {
            let artifacts = support::build(&support::example(&example), mode).value.unwrap();
            let approvers =
                &support::arm_template(&artifacts)["parameters"]["Approvers"]["metadata"]["description"];
            for word in ["user principal name", "No group", "alias"] {
                assert!(approvers.as_str().unwrap().contains(word), "{approvers}");
            }
            for flow in support::flows(&artifacts) {
                let who = match flow.host {
                    Host::LogicApp => "?['UserEmailAddress']",
                    Host::PowerAutomate => "?['responses']?[0]?['responder']?['displayName']",
                };
                let all = support::actions(&flow.definition);
                let told = all
                    .iter()
                    .filter(|one| one.name.ends_with("_not_approved") || one.name.ends_with("_yes"));
                let mut seen = 0;
                for one in told {
                    assert!(
                        one.action["inputs"]["value"]["detail"].to_string().contains(who),
                        "{}",
                        one.name
                    );
                    seen += 1;
                }
                assert!(seen >= 2, "{example}");
                for waits in all.iter().filter(|one| one.name.ends_with("_approval")) {
                    let said = waits.name.replace("_approval", "_say_who_is_asked");
                    assert!(waits.action["runAfter"].get(&said).is_some(), "{example}: {}", waits.name);
                }
            }
        }
    }
}

/// A playbook for one incident goes by an id that its runs know. Where the export does not say it, the build does.
#[test]
fn one_incident_is_told_by_an_id_of_the_right_product() {
    let mut by = BTreeSet::new();
    for form in
        [Form::GraphIncident, Form::SentinelIncident, Form::GraphAlertV2, Form::MdeAlert, Form::SentinelAlert]
    {
        for (name, export) in support::exports(form) {
            let outcome = support::build(&support::inputs(export), Mode::OneShot);
            let Some(artifacts) = outcome.value else { continue };
            let warned: BTreeSet<String> = outcome
                .report
                .findings()
                .filter(|found| found.diagnostic.rule.code == "CF9166")
                .map(|found| found.diagnostic.message.clone())
                .collect();
            for flow in support::main_flows(&artifacts) {
                let id = top(&flow, "Entities")["inputs"]["incident"].as_str().unwrap();
                let test = top(&flow, "Stop_unless_it_is_meant")["expression"].to_string();
                let number = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
                // A number may still be that of an alert which was exported alone, or the name of an incident of Sentinel.
                let alone = form != Form::GraphIncident;
                let told = match flow.host {
                    Host::LogicApp if number => test.contains("?['providerIncidentId']"),
                    Host::LogicApp => id.len() == 36 && test.contains("outputs('Read_incident')?['name']"),
                    Host::PowerAutomate => number,
                };
                let said = warned.iter().any(|message| message.contains(flow.host.title()));
                assert!(told != said || (alone && said), "{name} in {}: {id}, {warned:?}", flow.host.title());
                by.insert((form.name(), flow.host.title(), !said));
            }
        }
    }
    println!("{by:?}");
    if !by.is_empty() {
        for (form, host, told) in [
            ("graph_incident", "Azure Logic Apps", true),
            ("graph_incident", "Power Automate", true),
            ("sentinel_incident", "Azure Logic Apps", true),
        ] {
            assert!(by.contains(&(form, host, told)), "{form} in {host}");
        }
        assert!(by.iter().any(|(.., told)| !told));
    }
}

/// Nothing is asked at run time that was decided when the playbook was compiled.
#[test]
fn no_expression_is_decided_beforehand() {
    for one in &builds().built {
        for (file, flow) in support::every_flow(&one.artifacts) {
            for (at, text) in support::strings(&flow.definition) {
                for dead in
                    ["not(false)", "not(true)", "if(false", "if(true", "and(true", "or(false", "'\"q'"]
                {
                    assert!(!text.contains(dead), "{}: {file}{at}: {text}", one.name);
                }
            }
        }
    }
}
