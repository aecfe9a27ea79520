//! Every pattern, asked for by an incident made up for it alone: it is chosen, and what is built with it is sound.

use counterflow::base::source::Source;
use counterflow::emit::{Artifact, MAX_NESTING};
use counterflow::pipeline::{self, Inputs, Options};
use counterflow::select::Phase;
use counterflow::select::pattern::Library;
use serde_json::{Value as Json, json};

use super::{patterns, support, text};

/// One piece of evidence of a kind, as Microsoft Graph writes it.
fn evidence(kind: &str) -> Json {
    let device = "0f5f0ff707020b97bd547c17b0cbbb67bd2c1b60";
    let (name, mut fields) = match kind {
        "account" => (
            "user",
            json!({ "userAccount": {
                "accountName": "mara", "azureAdUserId": "8aec67e7-3bb8-58b2-a0ee-8514d2775539",
                "userPrincipalName": "mara@contoso.example", "displayName": "Mara",
            } }),
        ),
        "device" => (
            "device",
            json!({ "mdeDeviceId": device, "deviceDnsName": "ws-1.contoso.example", "onboardingStatus": "onboarded" }),
        ),
        "message" => (
            "analyzedMessage",
            json!({
                "networkMessageId": "bb3500b2-d693-514a-b53d-b05d41145ea2", "internetMessageId": "<a@evil.example>",
                "subject": "Invoice", "recipientEmailAddress": "mara@contoso.example", "deliveryLocation": "inbox",
                "p2Sender": { "emailAddress": "billing@evil.example", "domainName": "evil.example" },
            }),
        ),
        "file" => (
            "file",
            json!({ "mdeDeviceId": device, "fileDetails": {
                "fileName": "invoice.exe", "filePath": "C:\\Temp", "sha1": "743730f8a314ca5aee9e06dfe5f5108e3a3139bb",
                "sha256": "743730f8a314ca5aee9e06dfe5f5108e3a3139bb18041f40850c21f06e6114ab",
            } }),
        ),
        "ip" => ("ip", json!({ "ipAddress": "203.0.113.47" })),
        "url" => ("url", json!({ "url": "https://evil.example/b" })),
        "application" => (
            "oauthApplication",
            json!({ "appId": "30e7cf15-0d8a-4b62-9a94-5f4f5a8fd2d1", "displayName": "Mail Reader" }),
        ),
        other => panic!("no evidence is written for {other}"),
    };
    fields["@odata.type"] = json!(format!("#microsoft.graph.security.{name}Evidence"));
    fields["verdict"] = json!("malicious");
    fields["remediationStatus"] = json!("active");
    fields
}

/// An incident with a profile that names an approver and, if wanted, an automation account: without one, what only Exchange
/// PowerShell can do is left to a person.
pub(super) fn inputs(incident: String, automation: bool) -> Inputs {
    let mut profile = "approval: { approvers: [duty@contoso.example] }\n".to_owned();
    if automation {
        profile.push_str(
            "automation: { account: aa-soc, resource_group: rg-soc, subscription: 11111111-2222-4333-8444-555555555555 }\n",
        );
    }
    let profile = Some(Source::new("profile.yaml", profile));
    Inputs { profile, ..support::inputs(incident) }
}

/// Whether a pattern is one of those that nobody has to stand in for where there is an automation account.
pub(super) fn automated(id: &str) -> bool {
    Library::bundled().iter().all(|other| other.stands_in_for.as_deref() != Some(id))
}

/// An incident with one alert, one technique and one entity.
pub(super) fn incident(technique: &str, kind: &str) -> String {
    json!({
        "@odata.context": "https://graph.microsoft.com/v1.0/$metadata#security/incidents(alerts())/$entity",
        "id": "5120", "tenantId": "8dd07f4a-78f0-543d-a5b5-dc89e998aa00", "displayName": "Made up", "severity": "high",
        "status": "active", "classification": "unknown", "determination": "unknown", "customTags": [],
        "createdDateTime": "2026-03-04T09:01:31Z", "incidentWebUrl": "https://security.microsoft.com/incident2/5120",
        "alerts": [{
            "id": "a1", "title": "Made up", "category": "SuspiciousActivity", "severity": "high", "status": "new",
            "serviceSource": "microsoftDefenderXDR", "createdDateTime": "2026-03-04T09:01:31Z",
            "evidence": [evidence(kind)], "mitreTechniques": [technique],
        }],
    })
    .to_string()
}

#[test]
fn every_technique_that_a_pattern_answers_selects_it() {
    let mut asked = 0;
    for pattern in patterns().values() {
        for technique in
            super::list(pattern, "answers").iter().filter_map(|answer| answer["technique"].as_str())
        {
            let incident = incident(technique, text(&pattern["entity"]));
            let inputs = inputs(incident, !automated(text(&pattern["id"])));
            let planned = pipeline::plan(&inputs, &Options::default()).value.unwrap();
            let chosen = planned.selection.chosen.iter().find(|one| one.pattern.id == text(&pattern["id"]));
            let chosen = chosen.unwrap_or_else(|| panic!("{technique} does not select {}", pattern["id"]));
            assert!(!chosen.reasons.is_empty() && chosen.targets.len() == 1, "{}", pattern["id"]);
            asked += 1;
        }
    }
    assert!(asked > 150, "{asked} techniques were asked about");
    println!("{asked} techniques, each selects its pattern");
}

#[test]
fn what_is_built_with_a_pattern_is_sound_on_every_host() {
    for pattern in Library::bundled().iter().filter(|pattern| pattern.phase != Phase::Recover) {
        let Some(kind) = pattern.entity else { continue };
        let technique = pattern.answers.iter().find_map(|answer| answer.technique.as_deref()).unwrap();
        for mode in support::MODES {
            let inputs = inputs(incident(technique, kind.name()), !automated(&pattern.id));
            let outcome = support::build(&inputs, mode);
            let said: Vec<_> = outcome
                .report
                .findings()
                .filter(|found| found.diagnostic.is_error())
                .map(|found| found.diagnostic.message.clone())
                .collect();
            let artifacts = outcome.value.unwrap_or_else(|| panic!("{} is not built: {said:#?}", pattern.id));
            for checked in support::judged(artifacts.iter().filter(|artifact| artifact.path.contains('/'))) {
                let said: Vec<&str> =
                    checked.findings.iter().map(|found| found.diagnostic.message.as_str()).collect();
                assert!(said.is_empty(), "{}: {}: {said:#?}", pattern.id, checked.source.name());
            }
            let stem = pattern.id.rsplit('/').next().unwrap().replace('-', "_");
            for flow in support::main_flows(&artifacts) {
                let actions = support::actions(&flow.definition);
                let mine = actions.iter().filter(|placed| placed.name.to_lowercase().contains(&stem)).count();
                assert!(mine >= 3, "{}: {mine} actions in {}", pattern.id, flow.host.title());
                assert!(actions.iter().all(|placed| placed.depth <= MAX_NESTING), "{}", pattern.id);
            }
        }
    }
}

#[test]
fn a_job_comes_with_its_runbook_and_a_person_is_asked_where_there_is_none() {
    let names = |artifacts: &[Artifact]| -> Vec<String> {
        artifacts
            .iter()
            .map(|file| file.path.clone())
            .filter(|path| path.starts_with("automation/"))
            .collect()
    };
    let build = |automation| {
        let inputs = inputs(incident("T1114.003", "account"), automation);
        support::build(&inputs, support::MODES[0]).value.unwrap()
    };
    let with = build(true);
    assert!(
        names(&with).contains(&"automation/Remove-MailboxForwarding.ps1".to_owned()),
        "{:?}",
        names(&with)
    );
    let [logic_app, flow] = support::main_flows(&with);
    let job = support::actions(&logic_app.definition)
        .into_iter()
        .find(|placed| placed.name == "Remove_forwarding_job")
        .map(|placed| placed.action.clone())
        .unwrap();
    assert_eq!(job["inputs"]["method"], "put");
    assert_eq!(job["inputs"]["queries"]["runbookName"], "Remove-MailboxForwarding");
    assert_eq!(
        job["inputs"]["path"],
        "/subscriptions/11111111-2222-4333-8444-555555555555/resourceGroups/rg-soc/providers/Microsoft.Automation/automationAccounts/aa-soc/jobs"
    );
    let asked = |flow: &support::Flow, step: &str| {
        support::actions(&flow.definition)
            .into_iter()
            .find(|placed| placed.name == step)
            .map(|placed| support::operations(flow.host, &placed)[0].id.clone())
    };
    assert_eq!(asked(&flow, "Remove_forwarding_job").as_deref(), Some("http.graph.commentIncident"));
    let without = build(false);
    assert!(names(&without).is_empty(), "{:?}", names(&without));
    let [logic_app, flow] = support::main_flows(&without);
    let task = asked(&logic_app, "Ask_to_remove_forwarding_task");
    assert_eq!(task.as_deref(), Some("azuresentinel.AddIncidentTask"));
    assert_eq!(asked(&flow, "Ask_to_remove_forwarding_task").as_deref(), Some("http.graph.commentIncident"));
    assert_eq!(asked(&logic_app, "Remove_forwarding_job"), None);
}
