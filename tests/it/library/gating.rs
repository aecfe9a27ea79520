//! What removes is always asked for, whatever a profile says; and refusals of a service are told by what they mean.

use counterflow::base::source::Source;
use counterflow::data::connector::{self, Class, Host};
use counterflow::pipeline::{self, Inputs, Options};
use counterflow::select::pattern::Library;
use counterflow::select::{Pattern, Phase};
use serde_json::{Value as Json, json};

use super::selected::{automated, incident, inputs};
use super::support;

/// The incident of a pattern, reviewed, with a profile that allows as much without approval as any profile may.
fn generous(pattern: &Pattern) -> Inputs {
    let technique = pattern.answers.iter().find_map(|answer| answer.technique.as_deref()).unwrap();
    let kind = pattern.entity.unwrap();
    let inputs = inputs(incident(technique, kind.name()), !automated(&pattern.id));
    let profile = inputs.profile.map(|source| {
        Source::new(
            "profile.yaml",
            format!("{}limits: {{ disruption_without_approval: 2 }}\n", source.text()),
        )
    });
    let review = "incident: '5120'\nreviewed: { by: [lead@contoso.example], on: '2026-03-05' }\nclassification: true-positive\n";
    Inputs { profile, review: Some(Source::new("review.yaml", review)), ..inputs }
}

/// What takes something away or makes somebody start over.
const REMOVES: &[&str] = &[
    "application/remove-consents",
    "application/remove-secrets",
    "file/stop-and-quarantine",
    "identity/force-password-change",
    "identity/remove-authenticators",
    "identity/remove-directory-roles",
    "identity/remove-passkeys",
    "identity/remove-phones",
    "identity/reset-on-premises-password",
    "mail/delete-inbox-rules",
    "mail/remove-forwarding",
    "mail/soft-delete-cluster",
    "mail/soft-delete-copies",
    "mail/soft-delete-messages",
];

#[test]
fn what_removes_is_asked_for_whatever_the_profile_says() {
    let library = Library::bundled();
    let removing: Vec<&str> = library
        .iter()
        .filter(|pattern| pattern.phase != Phase::Recover)
        .filter(|pattern| pattern.destructive || pattern.class() == Some(Class::Evict))
        .map(|pattern| pattern.id.as_str())
        .collect();
    for id in REMOVES {
        assert!(removing.contains(id), "{id} takes something away");
    }
    for id in removing {
        let planned = pipeline::plan(&generous(library.get(id).unwrap()), &Options::default());
        let said: Vec<_> = planned.report.findings().map(|found| found.diagnostic.message.clone()).collect();
        let selection = planned.value.unwrap_or_else(|| panic!("{id}: {said:#?}")).selection;
        let chosen = selection.chosen.iter().find(|one| one.pattern.id == id);
        assert!(chosen.is_some_and(|one| one.approval), "{id} would run unasked");
    }
}

/// The allowance is worth something all the same: what disturbs for a moment runs unasked where a profile says so.
#[test]
fn what_a_profile_allows_runs_unasked() {
    let pattern = Library::bundled().get("device/scan").unwrap();
    let selection = pipeline::plan(&generous(pattern), &Options::default()).value.unwrap().selection;
    let scan = selection.chosen.iter().find(|one| one.pattern.id == pattern.id).unwrap();
    assert!(!scan.approval);
    // The definition says which loop that is: the checker warns of it, and anything else unasked would be an error.
    let mut unasked = 0;
    for mode in support::MODES {
        for flow in support::main_flows(&support::build(&generous(pattern), mode).value.unwrap()) {
            let names: Vec<&str> =
                support::actions(&flow.definition).iter().map(|placed| placed.name).collect();
            let at_once = names.into_iter().filter(|name| name.ends_with("_at_once_for_each"));
            let mut at_once: Vec<&str> = at_once.collect();
            let listed = flow.definition["metadata"]["unasked"].as_array().into_iter().flatten();
            let mut listed: Vec<&str> = listed.filter_map(Json::as_str).collect();
            at_once.sort_unstable();
            listed.sort_unstable();
            assert_eq!(listed, at_once);
            unasked += usize::from(!listed.is_empty());
        }
    }
    assert!(unasked >= 2, "{unasked} flows act unasked");
}

/// A refusal is told by what it means only where no other call that acts follows: otherwise that one was not done.
#[test]
fn calls_whose_refusals_are_known_come_last() {
    let mut known = 0;
    for pattern in Library::bundled().iter() {
        let calls: Vec<_> = pattern.acting().filter(|call| call.until.is_none()).collect();
        for (at, call) in calls.iter().enumerate() {
            for host in [Host::LogicApp, Host::PowerAutomate] {
                let operation = connector::resolve(&call.call, host).unwrap();
                assert!(
                    operation.refusals.is_empty() || at + 1 == calls.len(),
                    "{}: {}",
                    pattern.id,
                    call.id
                );
                known += operation.refusals.len();
            }
        }
    }
    assert!(known >= 20, "{known} refusals are known");
}

/// What is so already is left alone and no failure, on both hosts.
#[test]
fn what_is_so_already_has_not_failed() {
    let ways = [
        ("device/isolate-device", "Isolate_device_said", "400", "ActiveRequestAlreadyExists"),
        ("identity/remove-passkeys", "Remove_passkeys_item_said", "404", "it was gone already"),
        ("identity/remove-phones", "Remove_phones_item_said", "400", "default authentication method"),
    ];
    for (id, step, status, words) in ways {
        let pattern = Library::bundled().get(id).unwrap();
        let artifacts = support::build(&generous(pattern), support::MODES[0]).value.unwrap();
        for flow in support::main_flows(&artifacts) {
            let actions = support::actions(&flow.definition);
            let said = actions.iter().find(|placed| placed.name == step).unwrap();
            let outcome = said.action["inputs"]["value"]["outcome"].as_str().unwrap();
            let detail = said.action["inputs"]["value"]["detail"].as_str().unwrap();
            assert!(outcome.contains("'left alone'") && outcome.contains("'failed'"), "{outcome}");
            assert!(detail.contains(&format!("'{status}'")) && detail.contains(words), "{detail}");
        }
    }
}

/// The package is there, or known not to be, before what stands behind it goes on; a wait has an end.
#[test]
fn evidence_is_waited_for() {
    let pattern = Library::bundled().get("device/collect-package").unwrap();
    assert!(pattern.class().is_some_and(|class| !class.needs_consent()), "evidence is not written down");
    let artifacts = support::build(&generous(pattern), support::MODES[0]).value.unwrap();
    for flow in support::main_flows(&artifacts) {
        let actions = support::actions(&flow.definition);
        let action = |name: &str| actions.iter().find(|placed| placed.name == name).unwrap().action.clone();
        let wait = action("Collect_package_state_until");
        assert_eq!(wait["type"], "Until");
        assert_eq!(wait["limit"]["timeout"], "PT5M");
        let inside = wait["actions"].as_object().unwrap();
        let names = ["Collect_package_state", "Collect_package_state_until_pause"];
        assert!(names.iter().all(|name| inside.contains_key(*name)), "{inside:?}");
        let said = action("Collect_package_said");
        let outcome = said["inputs"]["value"]["outcome"].as_str().unwrap();
        let done = outcome.split("'done'").next().unwrap();
        assert!(
            done.contains("['status'], 'Succeeded'") && done.contains("Collect_package_state"),
            "{outcome}"
        );
        let detail = said["inputs"]["value"]["detail"].as_str().unwrap();
        assert!(detail.contains("takes longer than five minutes"), "{detail}");
    }
}

/// A ticket is opened once, not in a dry run, and only by who has such a system; its number is written on the incident.
#[test]
fn a_ticket_is_opened_once_where_the_profile_names_a_system() {
    let pattern = Library::bundled().get("device/scan").unwrap();
    let with = |ticket: &str| {
        let inputs = generous(pattern);
        let profile =
            inputs.profile.map(|source| Source::new("profile.yaml", format!("{}{ticket}\n", source.text())));
        support::build(&Inputs { profile, ..inputs }, support::MODES[0]).value.unwrap()
    };
    let ways = [
        ("ticket: { system: servicenow }", "Open_servicenow_record", "/api/now/v2/table/incident"),
        ("ticket: { system: jira, project: SEC, issue_type: '10001' }", "Open_jira_issue", "/issue"),
    ];
    for (ticket, stem, path) in ways {
        let artifacts = with(ticket);
        let [logic_app, flow] = support::main_flows(&artifacts);
        for one in [&logic_app, &flow] {
            let actions = support::actions(&one.definition);
            let of = |part: &str| {
                let name = format!("{stem}_{part}");
                actions.iter().find(|placed| placed.name == name).unwrap().action
            };
            let name = format!("{stem}_ticket");
            let ticket = actions.iter().find(|placed| placed.name == name).unwrap();
            let gates: Vec<String> = ticket.gates.iter().map(|gate| gate.to_string()).collect();
            for word in ["counterflow-ticket", "DryRun", "results"] {
                assert!(gates.iter().any(|gate| gate.contains(word)), "{word}: {gates:?}");
            }
            assert_eq!(of("remember")["runAfter"][format!("{stem}_ticket")][0], "Succeeded");
            assert_eq!(
                of("written")["runAfter"][format!("{stem}_remember")],
                json!(["Succeeded", "Failed", "TimedOut"])
            );
        }
        let actions = support::actions(&logic_app.definition);
        let call = actions.iter().find(|placed| placed.name == format!("{stem}_ticket")).unwrap();
        assert_eq!(call.action["inputs"]["path"], path);
        let other = ways.iter().find(|(_, other, _)| *other != stem).unwrap().1;
        assert!(!actions.iter().any(|placed| placed.name.starts_with(other)), "{other}");
    }
    let artifacts = with("");
    let none = support::main_flows(&artifacts);
    let actions = none.iter().flat_map(|flow| support::actions(&flow.definition));
    assert_eq!(actions.filter(|placed| placed.name.starts_with("Open_")).count(), 0);
}

/// What a target's incidents never say keeps a pattern out of its reusable playbook, and the build says so.
#[test]
fn what_could_never_act_is_left_out_and_said() {
    let pattern = Library::bundled().get("file/stop-and-quarantine").unwrap();
    let outcome = support::build(&generous(pattern), support::MODES[0]);
    let said: Vec<&str> = outcome
        .report
        .findings()
        .filter(|one| one.diagnostic.rule.code == "CF9161")
        .map(|one| one.diagnostic.message.as_str())
        .collect();
    assert_eq!(
        said,
        [format!(
            "\"{}\" never happens in Azure Logic Apps: it needs `deviceId`, which the incidents that reach a playbook there do not say",
            pattern.title
        )]
    );
    let [azure, flow] = support::main_flows(&outcome.value.unwrap());
    let has = |flow: &support::Flow| flow.definition["actions"].get("Stop_and_quarantine_targets").is_some();
    assert!(!has(&azure) && has(&flow));
}

/// Only an act on a whole target is waited for: a wait anywhere else would be written, and its end not looked at.
#[test]
fn nothing_else_is_waited_for() {
    let mut waited = 0;
    for pattern in Library::bundled().iter() {
        waited += pattern.act.iter().filter(|call| call.until.is_some()).count();
        let each = pattern.each.iter().flat_map(|each| &each.act);
        let elsewhere = pattern.read.iter().chain(each).filter(|call| call.until.is_some());
        assert_eq!(elsewhere.count(), 0, "{}", pattern.id);
        let first = pattern.act.first().is_some_and(|call| call.until.is_some());
        assert!(!first, "{}: what it waits for is asked for by a call before", pattern.id);
    }
    assert!(waited > 5, "{waited} waits");
}
