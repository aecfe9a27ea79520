//! What people read beside the playbooks: the runbook and the picture.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking and tells what it saw")]

use std::collections::{BTreeMap, BTreeSet};

use counterflow::base::source::Source;
use counterflow::data::connector::{Class, Host};
use counterflow::emit::Artifact;
use counterflow::ingest::incident::Form;
use counterflow::pipeline::Inputs;
use counterflow::select::Mode;

use crate::support::{self, MODES};

fn diagram(artifacts: &[Artifact]) -> Vec<support::Element> {
    support::xml(&support::ending(artifacts, "diagram.svg").bytes)
}

/// A number among the attributes of an element.
fn attribute(element: &support::Element, name: &str) -> f64 {
    let found = element.attributes.iter().find(|(own, _)| own == name);
    found.unwrap().1.parse().unwrap()
}

/// Every text of the picture, in one.
fn said(elements: &[support::Element]) -> String {
    let of = |element: &support::Element| (element.name == "text").then(|| element.text.clone());
    elements.iter().filter_map(of).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_picture_shows_what_contains_and_what_removes() {
    for example in support::examples() {
        for mode in MODES {
            let artifacts = support::build(&support::example(&example), mode).value.unwrap();
            let elements = diagram(&artifacts);
            assert_eq!(elements[0].name, "svg");
            for name in ["title", "desc"] {
                assert!(elements.iter().any(|one| one.name == name && one.text.len() > 10), "no {name}");
            }
            let said = said(&elements);
            for flow in support::flows(&artifacts).iter().take(1) {
                let actions = support::actions(&flow.definition);
                let classes: BTreeSet<Class> = actions
                    .iter()
                    .flat_map(|placed| support::operations(flow.host, placed))
                    .map(|operation| operation.class)
                    .collect();
                for (class, word) in [
                    (Class::Contain, "CONTAINS"),
                    (Class::Evict, "REMOVES"),
                    (Class::Collect, "COLLECTS"),
                    (Class::Approve, "ASKS A PERSON"),
                ] {
                    assert!(!classes.contains(&class) || said.contains(word), "{example}: no {word}");
                }
            }
        }
    }
}

/// From the picture to the text: a card bears the number and the title that stand over its chapter in the runbook. What has no
/// card is said to happen never where the picture was drawn for; what takes back says which numbers.
#[test]
fn the_picture_has_the_numbers_of_the_runbook() {
    let class = |one: &support::Element| {
        one.attributes.iter().find(|(name, _)| name == "class").map(|(_, class)| class.clone())
    };
    for example in support::examples() {
        for mode in MODES {
            let artifacts = support::build(&support::example(&example), mode).value.unwrap();
            let text = runbook(&artifacts);
            let mut chapters = BTreeMap::new();
            for chapter in text.split("\n#### ").skip(1) {
                let (number, rest) = chapter.split_once(' ').unwrap();
                assert!(chapters.insert(number, rest).is_none(), "{example}: {number} twice");
            }
            let elements = diagram(&artifacts);
            let texts: Vec<_> = elements.iter().filter(|one| one.name == "text").collect();
            let (mut drawn, mut back) = (BTreeSet::new(), BTreeSet::new());
            for at in (0..texts.len()).filter(|at| class(texts[*at]).as_deref() == Some("digit")) {
                let number = texts[at].text.as_str();
                if texts[at - 1].text == "GIVES BACK" {
                    back.extend(number.split(", "));
                    continue;
                }
                let title = texts[at + 1..].iter().skip_while(|one| class(one).as_deref() != Some("body"));
                let title = title.take_while(|one| class(one).as_deref() == Some("body"));
                let title = title.map(|one| one.text.as_str()).collect::<Vec<_>>().join(" ");
                let chapter = chapters.get(number).unwrap_or_else(|| panic!("{example}: no {number}"));
                assert!(chapter.starts_with(&format!("{title}: ")), "{example}: {number} {title}");
                drawn.insert(number);
            }
            for (number, chapter) in &chapters {
                let never = chapter.contains("\n- When, in Azure Logic Apps: never,");
                assert_eq!(drawn.contains(number), !never, "{example}: {number}");
            }
            let said = said(&elements);
            assert!(said.contains("Drawn for Azure Logic Apps. Power Automate may"), "{example}");
            for line in text.lines().filter(|line| line.starts_with("| 1.") || line.starts_with("| 2.")) {
                let number = line.split(' ').nth(1).unwrap();
                assert_eq!(back.remove(number), drawn.contains(number), "{example}: {line}");
            }
            assert!(back.is_empty(), "{example}: {back:?}");
        }
    }
}

/// Technique, pattern, action: of every target, and of no target what only another has.
#[test]
fn the_plan_traces_the_actions_of_every_target() {
    for example in support::examples() {
        for mode in MODES {
            let artifacts = support::build(&support::example(&example), mode).value.unwrap();
            let plan: serde_json::Value =
                serde_json::from_slice(&support::ending(&artifacts, "plan.json").bytes).unwrap();
            let traced = |back: bool| {
                let patterns = plan["traceability"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .flat_map(|technique| technique["patterns"].as_array().unwrap().iter());
                patterns.map(move |pattern| match back {
                    true => &pattern["rollback"]["actions"],
                    false => &pattern["actions"],
                })
            };
            for flow in support::flows(&artifacts) {
                let target = if flow.host == Host::LogicApp { "logicapp" } else { "powerautomate" };
                let there: BTreeSet<_> =
                    support::actions(&flow.definition).iter().map(|placed| placed.name.to_owned()).collect();
                let named = traced(flow.rollback).filter_map(|actions| actions[target].as_array());
                let named: Vec<_> = named.flatten().map(|name| name.as_str().unwrap()).collect();
                assert!(!named.is_empty(), "{example}: {target}");
                for name in &named {
                    assert!(there.contains(*name), "{example}: {target} has no {name}");
                }
                let loops = there.iter().filter(|name| name.ends_with("_for_each"));
                let traced = loops.filter(|name| named.contains(&name.as_str())).count();
                assert!(traced > 3, "{example}: {target} {traced}");
            }
        }
    }
    let artifacts = support::build(&support::example("identity"), Mode::Reusable).value.unwrap();
    let plan = support::text(support::ending(&artifacts, "plan.json"));
    assert!(
        plan.contains("Disable_application_disable") && plan.contains("Confirm_compromised_at_once_confirm")
    );
}

#[test]
fn the_picture_says_nothing_of_the_incident() {
    let inputs = support::example("phishing");
    let incident: serde_json::Value = serde_json::from_str(inputs.incident.text()).unwrap();
    for mode in MODES {
        let artifacts = support::build(&inputs, mode).value.unwrap();
        let said = said(&diagram(&artifacts));
        let long = support::strings(&incident);
        let long =
            long.iter().map(|(_, text)| *text).filter(|text| text.len() > 8 && text.contains(['@', '/']));
        for text in long {
            assert!(!said.contains(text), "{text}");
        }
    }
}

fn runbook(artifacts: &[Artifact]) -> String {
    support::text(support::ending(artifacts, "runbook.md")).to_owned()
}

/// What is outside code spans and code blocks.
fn prose(markdown: &str) -> String {
    let mut out = String::new();
    let mut in_block = false;
    for line in markdown.lines() {
        if line.trim_start().starts_with("```") {
            in_block = !in_block;
            continue;
        }
        if in_block {
            continue;
        }
        let mut rest = line;
        while let Some(at) = rest.find('`').filter(|at| !rest[..*at].ends_with('\\')) {
            out.push_str(&rest[..at]);
            let run = rest[at..].chars().take_while(|c| *c == '`').count();
            let fence = "`".repeat(run);
            let after = &rest[at + run..];
            // The end is a run of exactly as many backticks.
            let end = after
                .match_indices(&fence)
                .map(|(end, _)| end)
                .find(|end| !after[..*end].ends_with('`') && !after[end + run..].starts_with('`'));
            rest = end.map_or("", |end| &after[end + run..]);
        }
        out.push_str(rest);
        out.push('\n');
    }
    out
}

#[test]
fn the_runbook_answers_what_people_ask() {
    for example in support::examples() {
        for mode in MODES {
            let inputs = support::example(&example);
            let artifacts = support::build(&inputs, mode).value.unwrap();
            let text = runbook(&artifacts);
            let plan: serde_json::Value =
                serde_json::from_slice(&support::ending(&artifacts, "plan.json").bytes).unwrap();
            for heading in [
                "## At two in the morning",
                "## Taking it back",
                "## How it starts",
                "## What it does, in this order",
                "## Set up first",
                "## Deploy",
                "## Preflight",
                "## First run",
                "## Parameters",
                "## Permissions",
                "## Licences",
                "## Why it does that",
                "## What is not verified",
            ] {
                assert!(text.contains(&format!("\n{heading}\n")), "{example}: no {heading}");
            }
            for chosen in plan["chosen"].as_array().unwrap() {
                let title = chosen["title"].as_str().unwrap();
                assert!(text.contains(title), "{example}: {title}");
                for target in chosen["targets"].as_array().unwrap() {
                    assert!(text.contains(target.as_str().unwrap()), "{example}: {target}");
                }
            }
            for needed in [
                "counterflow-stop",
                "az deployment group create",
                "pac solution import",
                "--dry-run",
                "/disable?",
                "/enable?",
                "/cancel?",
                "--url-parameters \"\\$filter=Status eq '$status'\"",
                "incident: properties.correlation.clientTrackingId",
                "started: properties.startTime",
                "$filter=ClientTrackingId eq 'INCIDENT_NUMBER'",
                "start with the old one: the notes stay where they were written",
                "Only people whom you trust may comment on incidents.",
            ] {
                assert!(text.contains(needed), "{example}: {needed}");
            }
            assert!(text.contains("\n- Calls: ") && !text.contains("- Calls:\n"), "{example}");
            assert!(!text.contains("\n\n\n") && text.ends_with('\n'), "{example}");
            assert!(text.lines().all(|line| line == line.trim_end()), "{example}");
        }
    }
}

/// How a run begins, and how a rollback does, follows from the profile; a rollback never begins by a rule or by itself.
#[test]
fn the_runbook_says_how_it_starts() {
    let example = || support::example("phishing");
    let of = |profile: &str, mode| {
        let profile = Some(Source::new("profile.yaml", profile));
        runbook(&support::build(&Inputs { profile, ..example() }, mode).value.unwrap())
    };
    let rule = "providers/Microsoft.SecurityInsights/automationRules/";
    let runs: [(&str, Mode, &[&str], &[&str]); 5] = [
        (
            "trigger: { logicapp: sentinel, powerautomate: request }\nseverity: { at_least: medium }\n",
            Mode::Reusable,
            &[
                rule,
                "\"propertyValues\": [\"Medium\",\"High\"]",
                "Automation Contributor",
                "Run playbook",
                "--url 'FLOW_ADDRESS'",
            ],
            &["listCallbackUrl", "by the clock"],
        ),
        ("{}\n", Mode::OneShot, &["Make no automation rule", "Run playbook"], &[rule]),
        (
            "trigger: { logicapp: graph-polling, powerautomate: recurrence, every_minutes: 7 }\n",
            Mode::Reusable,
            &["every 7 minutes", "listCallbackUrl", r#"--data '{"incidentId": "INCIDENT_ID"}'"#, " started`"],
            &[rule, "WORKSPACE_ID", "Microsoft Sentinel: the incident, *Tags*"],
        ),
        (
            "trigger: { powerautomate: manual }\n",
            Mode::Reusable,
            &["Power Automate: by a person", "*Incident id*"],
            &["FLOW_ADDRESS"],
        ),
        (
            "trigger: { powerautomate: cloud-app-alert }\n",
            Mode::Reusable,
            &["Send alerts to Power Automate"],
            &["FLOW_ADDRESS"],
        ),
    ];
    for (profile, mode, said, unsaid) in runs {
        let text = of(profile, mode);
        for word in said {
            assert!(text.contains(word), "{profile}: no {word}");
        }
        for word in unsaid {
            assert!(!text.contains(word), "{profile}: {word}");
        }
    }
}

/// Microsoft Sentinel gives no verdicts and names no application, Defender does: what one target does at once the other asks
/// about, or never does. Nothing is said of one that is true of the other only.
#[test]
fn the_runbook_and_the_picture_tell_the_targets_apart() {
    let artifacts = support::build(&support::example("identity"), Mode::Reusable).value.unwrap();
    let text = runbook(&artifacts);
    let line = |host: &str| {
        let start = format!("- *Contain, {host}.* ");
        text.lines().find(|line| line.starts_with(&start)).unwrap_or_else(|| panic!("no {start}"))
    };
    let (confirm, disable) = ("Confirm the account as compromised", "Disable the application in the tenant");
    let after = |line: &str, word: &str, title: &str| {
        let group = line.split(word).nth(1).unwrap_or_default();
        group.split(". ").next().unwrap_or_default().contains(title)
    };
    let logic_app = line("Azure Logic Apps");
    assert!(after(logic_app, " After a yes: ", confirm), "{logic_app}");
    assert!(
        after(logic_app, " Never, because its incidents do not say what it needs: ", disable),
        "{logic_app}"
    );
    let flow = line("Power Automate");
    assert!(after(flow, " Without asking where it was judged, else after a yes: ", confirm), "{flow}");
    assert!(after(flow, " After a yes: ", disable) && !flow.contains("Never"), "{flow}");
    assert!(!text.contains("- *Contain.*"));
    let chapter = text.split("Disable the application in the tenant: contains\n").nth(1).unwrap();
    let chapter = chapter.split("\n#### ").next().unwrap();
    assert!(chapter.contains("- When, in Azure Logic Apps: never,"), "{chapter}");
    assert!(chapter.contains("- When, in Power Automate: after approval\n"), "{chapter}");
    // A parameter that only one target has.
    assert!(text.contains("\n| `AlwaysAsk` |"));
    assert!(said(&diagram(&artifacts)).contains("Respond-like-incident-51902, Azure Logic Apps"));
}

/// A playbook that can never be told that a run is for its incident: the runbook begins with that, and says it again where it
/// tells how that target is deployed and started.
#[test]
fn a_playbook_that_can_never_act_is_announced() {
    let mut seen = BTreeSet::new();
    for form in [Form::GraphIncident, Form::SentinelIncident, Form::MdeAlert, Form::SentinelAlert] {
        for (name, export) in support::exports(form) {
            let outcome = support::build(&support::inputs(export), Mode::OneShot);
            let Some(artifacts) = outcome.value else { continue };
            let text = runbook(&artifacts);
            let (top, rest) = text.split_once("\n## At two in the morning\n").unwrap();
            for host in [Host::LogicApp, Host::PowerAutomate] {
                let warned = outcome.report.findings().any(|found| {
                    found.diagnostic.rule.code == "CF9166" && found.diagnostic.message.contains(host.title())
                });
                let said = top.contains(&format!("**The playbook of {} can never act.**", host.title()));
                assert_eq!(said, warned, "{name}: {}", host.title());
                let chapters = rest.split("\n### ").filter(|one| one.contains("**It can never act**"));
                let mine = chapters.filter(|one| one.lines().next().unwrap().contains(host.title())).count();
                assert_eq!(mine, if warned { 2 } else { 0 }, "{name}: {}", host.title());
                seen.insert(warned);
            }
        }
    }
    assert!(seen.is_empty() || seen.contains(&false), "{seen:?}");
}

/// A picture fits a screen or two, whatever a build does; what happens only where something is wrong is not on the road.
#[test]
fn the_picture_is_for_a_glance() {
    for example in support::examples() {
        for mode in MODES {
            let artifacts = support::build(&support::example(&example), mode).value.unwrap();
            let elements = diagram(&artifacts);
            let height: f64 = attribute(&elements[0], "height");
            let playbooks =
                support::flows(&artifacts).iter().filter(|flow| flow.host == Host::LogicApp).count();
            assert!(height < 1_900.0 * playbooks as f64, "{example}: {height} for {playbooks}");
            // The road is 854 pixels wide; the exceptions stand at its right.
            for element in elements.iter().filter(|one| one.name == "text") {
                let x = attribute(element, "x");
                if element.text.contains("ends as failed") && !element.text.contains("the run goes on") {
                    assert!(x > 880.0, "{example}: {} at {x}", element.text);
                }
            }
        }
    }
}

/// A title and a name may hold anything; in the runbook they are nothing but text.
#[test]
fn hostile_text_stays_in_its_code_span() {
    let hostile = [
        "` | # x\n# heading\n- [ ] done <script>alert(1)</script>",
        "```sh\nrm -rf /\n```",
        "[click](https://evil.example) ![x](https://evil.example/p.png) {{name}} @{x}",
        "\u{202E}txt.exe www.evil.example $x^2$ ~~gone~~",
    ];
    let inputs = support::example("phishing");
    let plain: serde_json::Value = serde_json::from_str(inputs.incident.text()).unwrap();
    let before = runbook(&support::build(&inputs, MODES[0]).value.unwrap());
    let headings = |text: &str| text.lines().filter(|line| line.starts_with('#')).count();
    for text in hostile {
        let mut incident = plain.clone();
        incident["displayName"] = serde_json::json!(text);
        for alert in incident["alerts"].as_array_mut().unwrap() {
            for evidence in alert["evidence"].as_array_mut().unwrap() {
                if evidence["subject"].is_string() {
                    evidence["subject"] = serde_json::json!(text);
                }
                if evidence["userAccount"]["userPrincipalName"] == "mara.lindqvist@contoso.com" {
                    evidence["userAccount"]["displayName"] = serde_json::json!(text);
                }
            }
        }
        let inputs = support::inputs(incident.to_string());
        for mode in MODES {
            let artifacts = support::build(&inputs, mode).value.unwrap();
            let runbook = runbook(&artifacts);
            let outside = prose(&runbook);
            for piece in ["<script", "evil.example", "rm -rf", "heading", "alert(1)", "txt.exe", "~~gone"] {
                assert!(!outside.contains(piece), "{piece} is outside of code:\n{outside}");
            }
            assert!(!runbook.contains('\u{202E}'));
            let fences = runbook.lines().filter(|line| line.trim_start().starts_with("```")).count();
            assert_eq!(fences % 2, 0, "{text}");
            assert!(headings(&runbook) > 10 && headings(&runbook) < headings(&before) + 20, "{text}");
        }
    }
}
