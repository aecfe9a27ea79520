//! The files to begin with: what `review init` and `profile init` print is taken as a reviewer would, and used.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and tells what it saw"
)]

use std::fs;

use assert_cmd::Command;
use counterflow::base::source::Source;
use counterflow::data::schemas;
use counterflow::ingest::Incident;
use counterflow::ingest::incident::Form;
use counterflow::pipeline::{self, Inputs, Options, Outcome, Planned};
use counterflow::review;
use serde_json::{Value as Json, json};

use crate::support;

fn plan(incident: &str, review: Option<&str>) -> Outcome<Planned> {
    let review = review.map(|text| Source::new("review.yaml", text));
    let inputs = Inputs { review, ..support::inputs(incident) };
    pipeline::plan(&inputs, &Options::default())
}

/// The page with the reviewers and the day filled in.
fn signed(page: &str) -> String {
    page.replacen("by: []", "by: [\"ines@contoso.example\"]", 1).replacen(
        "on: \"YYYY-MM-DD\"",
        "on: \"2026-03-12\"",
        1,
    )
}

/// The page with every offer taken: the `#` before YAML is gone, an empty list above an offered line too.
fn all_taken(page: &str) -> String {
    let is_offer = |line: &str| {
        line.trim_start().strip_prefix('#').is_some_and(|rest| !rest.is_empty() && !rest.starts_with(' '))
    };
    let lines: Vec<&str> = page.lines().collect();
    let mut taken = String::new();
    for (at, line) in lines.iter().enumerate() {
        let line = if is_offer(line) { line.replacen('#', "", 1) } else { (*line).to_owned() };
        let opens =
            lines.get(at + 1).is_some_and(|next| is_offer(next) && next.trim_start().starts_with("#- "));
        let yaml = line.split_once("  # ").map_or(line.as_str(), |(yaml, _)| yaml);
        taken.push_str(yaml.strip_suffix(" []").filter(|_| opens).unwrap_or(&line));
        taken.push('\n');
    }
    taken.replace("YYYY-MM-DDThh:mm:ssZ", "2026-03-04T10:12+01:00").replace("\"T0000\"", "\"T1566\"")
}

fn is_plain(text: &str) -> bool {
    let turns = |c| matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}');
    !text.chars().any(|c| (c.is_control() && c != '\n') || turns(c))
}

/// Takes the page of an incident through what a reviewer does with it.
fn is_usable(name: &str, export: &str, incident: &Incident) {
    let page = review::scaffold(incident);
    assert!(is_plain(&page), "{name}");
    assert!(page.starts_with("# yaml-language-server: $schema="), "{name}");

    // As it is printed, nobody has reviewed anything: both placeholders are named, and nothing else is wrong.
    let unsigned = plan(export, Some(&page));
    assert!(unsigned.value.is_none(), "{name}");
    let pointers: Vec<String> = unsigned
        .report
        .findings()
        .filter(|found| found.path == "review.yaml")
        .map(|f| f.diagnostic.pointer.to_string())
        .collect();
    assert_eq!(pointers, ["/reviewed/by", "/reviewed/on"], "{name}");

    let page = signed(&page);
    let planned = plan(export, Some(&page));
    assert!(planned.value.is_some_and(|planned| planned.reviewed.is_reviewed()), "{name}: {page}");

    let page = all_taken(&page);
    let value: Json = serde_yaml::from_str(&page).unwrap_or_else(|error| panic!("{name}: {error}\n{page}"));
    let found = schemas::validate("review", &value);
    assert!(found.is_empty(), "{name}: {found:?}\n{page}");
    // Every name in it is found in the incident, every technique in its alerts.
    let taken = plan(export, Some(&page));
    let review =
        taken.report.findings().filter(|found| found.path == "review.yaml" && found.diagnostic.is_error());
    // Each technique is offered under both answers, and whoever takes both is told so, once for each.
    let (both, errors): (Vec<_>, Vec<_>) =
        review.map(|found| &found.diagnostic).partition(|found| found.rule.name == "contradicting-verdicts");
    assert!(errors.is_empty(), "{name}: {errors:?}\n{page}");
    let offered = value.pointer("/techniques/rejected").and_then(Json::as_array).map_or(0, Vec::len);
    assert_eq!(both.len(), offered, "{name}: {both:?}");
}

#[test]
fn the_review_of_every_real_incident_can_be_filled_in_and_used() {
    let (mut used, mut refused) = (0, 0);
    for (name, export) in Form::ALL.into_iter().flat_map(support::exports) {
        match plan(&export, None).value {
            Some(planned) => {
                is_usable(&name, &export, planned.reviewed.incident());
                used += 1;
            }
            None => refused += 1,
        }
    }
    println!("{used} reviews used, {refused} exports refused by plan");
}

#[test]
fn the_example_gets_what_its_export_knows() {
    let export = fs::read_to_string(support::root().join("examples/phishing/incident.json")).unwrap();
    let planned = plan(&export, None).value.unwrap();
    is_usable("example", &export, planned.reviewed.incident());
    let page = review::scaffold(planned.reviewed.incident());
    for line in [
        "incident: \"48127\"",
        "    #- \"T1566.002\"  # ",
        "    # account\n    #- \"mara.lindqvist@contoso.com\"  # ",
        "timeline:\n  first_activity: \"2026-",
    ] {
        assert!(page.contains(line), "{line:?} is not in\n{page}");
    }
}

/// Whatever an attacker writes, it is a value or a remark: never a key, a decision or a second line.
#[test]
fn hostile_names_stay_values() {
    let texts = [
        "\"\nclassification: \"false-positive\"\n#",
        "x\u{2028}decisions: [{}]\u{85}y",
        "\u{202E}gnp.exe\u{2066}\u{200F}",
        "# comment",
        "\\\"}, - *alias &anchor !!tag %",
        "\u{1B}[31mred\u{7}",
        "a\u{0}b\u{FFFE}\u{FEFF}\u{E0041}",
        "null",
        "日本語の件名 'O'Brien'",
        &"A".repeat(10_000),
    ];
    for text in texts {
        let export = json!({
            "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#security/incidents(alerts())/$entity",
            "id": "4711", "displayName": text, "status": "active", "classification": "truePositive", "determination": text,
            "createdDateTime": "2026-03-04T09:01:31Z",
            "alerts": [{
                "id": "a1", "title": text, "category": "InitialAccess", "createdDateTime": text,
                "firstActivityDateTime": "0001-01-01T00:00:00Z", "mitreTechniques": ["t1566.002", text, "T1085", "T1566.002"],
                "evidence": [
                    {
                        "@odata.type": "#microsoft.graph.security.userEvidence", "verdict": "suspicious", "roles": [text],
                        "userAccount": { "accountName": text, "displayName": text },
                    },
                    { "@odata.type": "#microsoft.graph.security.urlEvidence", "verdict": "malicious", "url": text },
                    { "@odata.type": "#microsoft.graph.security.mailClusterEvidence", "query": text },
                    { "@odata.type": "#microsoft.graph.security.mailboxEvidence", "displayName": text },
                    {
                        "@odata.type": "#microsoft.graph.security.processEvidence", "verdict": "noThreatsFound",
                        "processCommandLine": text, "imageFile": { "fileName": text },
                    },
                ],
            }],
        })
        .to_string();
        let planned = plan(&export, None).value.unwrap_or_else(|| panic!("{text:?}"));
        is_usable(text, &export, planned.reviewed.incident());
        let page = signed(&review::scaffold(planned.reviewed.incident()));
        let value: Json = serde_yaml::from_str(&page).unwrap();
        let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
        let mut known = vec![
            "incident",
            "reviewed",
            "classification",
            "determination",
            "actions",
            "lessons",
            "decisions",
        ];
        // No alert says a time, but the incident does.
        known.insert(4, "timeline");
        assert_eq!(keys, known, "{text:?}");
        assert_eq!(value["timeline"], json!({ "detected": "2026-03-04T09:01:31Z" }));
        assert_eq!(value["classification"], "true-positive");
        assert_eq!(value["determination"], planned.reviewed.incident().determination.as_deref().unwrap());
    }
}

#[test]
fn what_cannot_be_read_is_refused_and_what_is_harmless_is_not() {
    let untitled = json!({ "id": "1", "alerts": [] });
    let merged = json!({ "id": "1", "displayName": "x", "status": "redirected", "redirectIncidentId": "2", "alerts": [] });
    let harmless = json!({ "id": "1", "displayName": "x", "classification": "falsePositive", "alerts": [{ "id": "a" }] });
    let run = |arguments: &[&str], export: &Json| {
        let mut command = Command::cargo_bin("counterflow").unwrap();
        command.args(arguments).arg("-").write_stdin(export.to_string()).output().unwrap()
    };
    let (init, plan) = (run(&["review", "init"], &untitled), run(&["plan"], &untitled));
    assert_eq!((init.status.code(), init.stdout.len()), (Some(1), 0));
    assert_eq!(init.stderr, plan.stderr);
    // What a merge has left behind can be looked at, and both say where the incident is now.
    for command in [run(&["review", "init"], &merged), run(&["plan"], &merged)] {
        assert_eq!(command.status.code(), Some(0));
        let said = String::from_utf8_lossy(&command.stderr).into_owned();
        assert!(said.contains("export incident 2") && !command.stdout.is_empty(), "{said}");
    }
    // The review is where people say that the product was wrong, so they get the page to say it on.
    let (init, plan) = (run(&["review", "init"], &harmless), run(&["plan"], &harmless));
    assert_eq!((init.status.code(), plan.status.code()), (Some(0), Some(1)));
    assert!(String::from_utf8_lossy(&init.stdout).contains("classification: \"false-positive\""));
}

#[test]
fn the_commands_print_files_that_plan_takes() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let output =
            Command::cargo_bin("counterflow").unwrap().current_dir(&folder).args(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let example = support::root().join("examples/phishing/incident.json");
    fs::copy(example, folder.path().join("incident.json")).unwrap();
    let review = run(&["review", "init", "incident.json", "--incident", "48127"]);
    fs::write(folder.path().join("review.yaml"), signed(&review)).unwrap();
    fs::write(folder.path().join("profile.yaml"), run(&["profile", "init"])).unwrap();
    let plan = run(&["plan", "incident.json", "--review", "review.yaml", "--profile", "profile.yaml"]);
    assert!(plan.starts_with("Incident 48127"), "{plan}");
}

/// Offers of the profile are YAML that its schema accepts.
#[test]
fn every_offer_of_the_profile_is_valid() {
    let page = all_taken(counterflow::select::PROFILE_SCAFFOLD);
    let value: Json = serde_yaml::from_str(&page).unwrap_or_else(|error| panic!("{error}\n{page}"));
    assert!(schemas::validate("profile", &value).is_empty(), "{page}");
    assert_eq!(value["approval"]["approvers"][0], "incident-lead@contoso.com");
}

/// An alert that was closed as harmless is a verdict that people have given in the portal: what it alone names is left alone, and
/// the page says so, unless the review knows better.
#[test]
fn what_only_harmless_alerts_name_is_left_alone() {
    let url = |host: &str| {
        json!({
            "@odata.type": "#microsoft.graph.security.urlEvidence", "verdict": "malicious",
            "remediationStatus": "active", "url": format!("https://{host}.example/x"),
        })
    };
    let incident = |first: &str| {
        let alert = |id: &str, classification: &str, evidence: Vec<Json>| {
            json!({
                "id": id, "title": "t", "category": "InitialAccess", "mitreTechniques": ["T1566.002"],
                "classification": classification, "evidence": evidence,
            })
        };
        json!({
            "id": "9001", "displayName": "d", "status": "active", "severity": "high", "classification": first,
            "alerts": [
                alert("a", first, vec![url("evil"), url("both")]),
                alert("b", "falsePositive", vec![url("harmless"), url("both")]),
            ],
        })
        .to_string()
    };
    let blocked = |incident: &str, review: Option<&str>| -> Vec<String> {
        let Some(planned) = plan(incident, review).value else { return Vec::new() };
        let blocks = planned.selection.chosen.iter().filter(|one| one.pattern.id == "network/block-url");
        let targets = blocks.flat_map(|one| &one.targets);
        targets.map(|at| planned.reviewed.incident().entities[*at].label().to_owned()).collect()
    };
    let [evil, both, harmless] = ["evil", "both", "harmless"].map(|host| format!("https://{host}.example/x"));
    let mixed = incident("truePositive");
    assert_eq!(blocked(&mixed, None), [evil.clone(), both.clone()]);
    let page =
        review::scaffold(&pipeline::incident(&support::inputs(&mixed), &Options::default()).value.unwrap());
    let benign = page.split("benign:").nth(1).unwrap().split("protected:").next().unwrap();
    assert!(benign.contains(&harmless) && !benign.contains(&both), "{page}");
    // A review that names it outweighs the alert, and one that corrects the incident corrects its alerts.
    let named = format!(
        "incident: \"9001\"\nreviewed: {{ by: [a], on: \"2026-03-12\" }}\nentities: {{ compromised: [\"{harmless}\"] }}\n"
    );
    assert_eq!(blocked(&mixed, Some(&named)).join(" "), harmless);
    let closed = incident("falsePositive");
    assert!(blocked(&closed, None).is_empty());
    let corrected =
        "incident: \"9001\"\nreviewed: { by: [a], on: \"2026-03-12\" }\nclassification: true-positive\n";
    assert_eq!(blocked(&closed, Some(corrected)), [evil, both, harmless]);
}

/// Sentinel's incident says itself when it all began and ended, and its alerts may not be there.
#[test]
fn an_incident_without_alerts_has_a_timeline() {
    let incident = |status: &str| {
        let row = json!({
            "IncidentName": "5b0c7a52-1d1e-4c0f-9d0a-6f4f3c2f7e11", "IncidentNumber": 7, "Title": "t",
            "Severity": "High", "Status": status, "AlertIds": [],
            "FirstActivityTime": "2026-03-04T08:00:00Z", "CreatedTime": "2026-03-04T08:10:00Z",
            "ClosedTime": "2026-03-05T09:00:00Z", "Type": "SecurityIncident",
        });
        let read = pipeline::incident(&support::inputs(row.to_string()), &Options::default());
        review::scaffold(&read.value.unwrap())
    };
    let closed = incident("Closed");
    for mark in [
        "\n  first_activity: \"2026-03-04T08:00:00Z\"",
        "\n  detected: \"2026-03-04T08:10:00Z\"",
        "\n  resolved: \"2026-03-05T09:00:00Z\"",
    ] {
        assert!(closed.contains(mark), "{closed}");
    }
    assert!(!incident("Active").contains("\n  resolved:"));
}
