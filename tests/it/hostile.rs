//! Hostile text in every field of an incident: it stays data, in every mode and target.
//!
//! An attacker chooses subjects, names, addresses and file names. Each test plants a text where the attacker could, builds
//! with everything else unchanged, and looks at the bytes as the host would evaluate them.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and tells what it saw"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;

use annotate_snippets::Renderer;
use counterflow::base::source::Source;
use counterflow::data::connector::Host;
use counterflow::emit::{Artifact, Target};
use counterflow::expr::template::{self, Template};
use counterflow::expr::{ExprKind, Segment};
use counterflow::ingest::{EntityKind, Field};
use counterflow::pipeline::{self, Inputs, Options, Planned};
use counterflow::report::{Report, text};
use counterflow::select::{Library, Mode, Phase, host_of};
use serde_json::{Value as Json, json};

use crate::support::{self, MODES};

mod definition;
mod incident;
mod reports;
mod sinks;

use incident::incident;

/// Texts that some reader on the way could take for more than text.
fn hostile() -> Vec<String> {
    let mut texts: Vec<String> = [
        "@{triggerBody()}",
        "@triggerBody()",
        "@@{x}",
        "x@@{triggerBody()}",
        "@",
        "@{",
        "[concat('x')]",
        "[[x]]",
        "[[concat('x')]",
        "[parameters('PlaybookName')]",
        r#"O'Brien"><script>alert(1)</script>"#,
        "{{hole \"report\"}}",
        "{{#each x}}",
        "{{{raw}}}",
        "\u{F8FE}0\u{F8FF}\u{F8FD}x\u{F8FF}",
        "gnp.\u{202E}exe\u{2066}\u{200F}",
        "日本語の件名",
        "a\u{0}b",
        "'",
        "''",
        "\"",
        "line\nfeed\r\n\ttab",
        r#""]}"#,
        "${x}",
        "=cmd|' /C calc'!A0",
        "\u{1B}[31mred\u{1B}]0;title\u{7}",
        "]]>&lt;!--",
        "\\\\host\\share\\u0041",
        "%2e%2e/../..",
        "\u{2028}\u{FEFF}\u{FFFE}x",
    ]
    .map(str::to_owned)
    .into();
    texts.push("A".repeat(10_000));
    texts
}

/// Words with a fixed meaning, and times: what is not free text.
const WORDS: &[&str] = &[
    "@odata.type",
    "severity",
    "status",
    "classification",
    "determination",
    "category",
    "mitreTechniques",
    "verdict",
    "remediationStatus",
    "createdDateTime",
    "onboardingStatus",
    "deliveryLocation",
    "deliveryAction",
    "antiSpamDirection",
    "algorithm",
    "serviceSource",
    "detectionSource",
    "roles",
];

/// Identifiers, which the product makes.
const IDS: &[&str] = &[
    "id",
    "azureAdUserId",
    "mdeDeviceId",
    "networkMessageId",
    "recipientEmailAddress",
    "sha256",
    "sha1",
    "md5",
    "value",
    "ipAddress",
    "senderIp",
    "appId",
    "servicePrincipalObjectId",
    "userSid",
    "tenantId",
];

/// What a planted text replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Names, titles, addresses: what an attacker can choose.
    Names,
    /// Identifiers too.
    Texts,
    /// Every text, kinds and verdicts too.
    Everything,
}

impl Reach {
    fn spares(self, key: &str) -> bool {
        match self {
            Self::Names => WORDS.contains(&key) || IDS.contains(&key),
            Self::Texts => WORDS.contains(&key),
            Self::Everything => false,
        }
    }
}

/// A value with every text that `reach` does not spare replaced.
fn planted(value: &Json, key: &str, text: &str, reach: Reach) -> Json {
    match value {
        Json::String(_) if !reach.spares(key) => json!(text),
        Json::Array(items) => items.iter().map(|item| planted(item, key, text, reach)).collect(),
        Json::Object(members) => members
            .iter()
            .map(|(key, member)| (key.clone(), planted(member, key, text, reach)))
            .collect::<serde_json::Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

fn with(text: &str, reach: Reach) -> Inputs {
    support::inputs(planted(&incident(), "", text, reach).to_string())
}

/// No text reaches anything but `plan.json`, the runbook (which `people` looks at) and the literal of a one-shot playbook: the rest is the same, byte for byte,
/// as that of an incident with harmless names.
#[test]
fn names_change_nothing_but_the_literal() {
    for mode in MODES {
        let harmless = support::build(&with("harmless", Reach::Names), mode).value.unwrap();
        for text in hostile() {
            let outcome = support::build(&with(&text, Reach::Names), mode);
            let Some(artifacts) = outcome.value else {
                assert!(
                    is_too_long(&outcome.report, mode, &text),
                    "{}: not built with {text:?}",
                    mode.name()
                );
                continue;
            };
            if mode == Mode::Reusable {
                let differ = artifacts.iter().zip(&harmless).filter(|(one, calm)| one != calm);
                let differ: Vec<&str> = differ.map(|(one, _)| one.path.as_str()).collect();
                let told = |path: &&str| ["plan.json", "runbook.md"].contains(path);
                assert!(differ.iter().all(told), "{text:?} has changed {differ:?} of a reusable playbook");
                assert_eq!(artifacts.len(), harmless.len());
                continue;
            }
            for (flow, calm) in support::flows(&artifacts).into_iter().zip(support::flows(&harmless)) {
                let blank = |mut definition: Json| {
                    definition["actions"]["Entities"]["inputs"] = Json::Null;
                    definition
                };
                let same = blank(flow.definition) == blank(calm.definition);
                assert!(same, "{text:?} is somewhere else than in the literal, in {}", flow.host.title());
            }
        }
    }
}

#[test]
fn every_hostile_text_stays_text_wherever_it_is_planted() {
    let mut figures = String::new();
    for reach in [Reach::Names, Reach::Texts, Reach::Everything] {
        for mode in MODES {
            let (mut built, mut refused) = (0, 0);
            let harmless = support::build(&with("harmless", Reach::Texts), mode).value.unwrap();
            for text in hostile() {
                let inputs = with(&text, reach);
                let outcome = support::build(&inputs, mode);
                let drawn = text::render(&outcome.report, &Renderer::plain());
                assert!(is_calm(&drawn), "{text:?} gives {drawn:?}");
                let Some(artifacts) = outcome.value else {
                    assert!(outcome.report.counts().errors > 0, "{reach:?} {text:?}");
                    refused += usize::from(!is_too_long(&outcome.report, mode, &text));
                    continue;
                };
                built += 1;
                let options = Options { incident: None, mode, targets: Target::ALL.to_vec() };
                let planned = pipeline::plan(&inputs, &options).value.unwrap();
                stays_text(&artifacts, &harmless, &text);
                only_our_arm_expressions(&artifacts);
                plan_is_calm(&artifacts, &planned);
                if mode == Mode::OneShot {
                    literal_is_exact(&artifacts, &planned);
                }
            }
            writeln!(figures, "{reach:?} {}: {built} built, {refused} refused", mode.name()).unwrap();
            assert!(reach != Reach::Names || refused == 0, "{figures}");
        }
    }
    println!("{figures}");
}

/// Whether a build was refused because the literal of a one-shot playbook, with a long text in all its places, is larger than a
/// resource may be.
fn is_too_long(report: &Report, mode: Mode, text: &str) -> bool {
    let errors = report.findings().filter(|found| found.diagnostic.is_error());
    let codes: Vec<&str> = errors.map(|found| found.diagnostic.rule.code).collect();
    mode == Mode::OneShot && text.len() >= 10_000 && codes == ["CF5024"]
}

/// Whether a terminal shows it as it is: no control character but the line feed, nothing that overrides the direction.
fn is_calm(text: &str) -> bool {
    let turns = |c| matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}');
    !text.chars().any(|c| (c.is_control() && c != '\n') || turns(c))
}

/// Whether it is calm and has none of the marks that give a direction to what stands beside them.
fn is_unmarked(text: &str) -> bool {
    is_calm(text) && !text.contains(['\u{61C}', '\u{200E}', '\u{200F}'])
}

/// Outside the literal no string of a definition says the text: not as written, not as evaluated, not inside an
/// expression. What the playbook itself says anyway does not count.
fn stays_text(artifacts: &[Artifact], harmless: &[Artifact], text: &str) {
    let said = |artifacts: &[Artifact]| {
        let flows = support::flows(artifacts);
        let mut said = Vec::new();
        for flow in &flows {
            for (at, string) in support::strings(&flow.definition) {
                let template = template::parse(string).unwrap_or_else(|error| panic!("{string}: {error}"));
                if !at.starts_with("/actions/Entities/inputs") {
                    said.push(string.to_owned());
                    said.extend(readings(&template));
                }
            }
        }
        for artifact in artifacts.iter().filter(|artifact| artifact.path.ends_with(".xml")) {
            for element in support::xml(&artifact.bytes) {
                said.push(element.text);
                said.extend(element.attributes.into_iter().map(|(_, value)| value));
            }
        }
        said
    };
    if said(harmless).iter().any(|own| own.contains(text)) {
        return;
    }
    let found = said(artifacts).into_iter().find(|string| string.contains(text));
    assert_eq!(found, None, "{text:?} has left the literal");
}

/// The texts in a template: literal ones, and those inside its expressions.
fn readings(template: &Template) -> Vec<String> {
    let mut found = Vec::new();
    for expr in template.expressions() {
        expr.walk(&mut |inner| found.extend(inner.as_str().map(str::to_owned)));
    }
    match template {
        Template::Literal(text) => found.push(text.clone()),
        Template::Expression(_) => {}
        Template::Interpolation(segments) => {
            let texts = segments.iter().map(|segment| match segment {
                Segment::Text { text, .. } => text.as_str(),
                Segment::Expr(expr) => expr.as_str().unwrap_or("\u{E000}"),
            });
            found.push(texts.collect());
        }
    }
    found
}

/// What a literal evaluates to; one with anything but text in it fails the test.
fn evaluated(string: &str) -> String {
    match template::parse(string).unwrap() {
        Template::Literal(text) => text,
        Template::Expression(expr) => panic!("{string} is the expression {expr}"),
        Template::Interpolation(segments) => segments
            .into_iter()
            .map(|segment| match segment {
                Segment::Text { text, .. } => text,
                Segment::Expr(expr) => match expr.kind {
                    ExprKind::String(text) => text.into(),
                    other => panic!("{string} has the expression {other:?}"),
                },
            })
            .collect(),
    }
}

/// The literal of a one-shot playbook gives, evaluated, exactly the facts of the entities that were chosen.
fn literal_is_exact(artifacts: &[Artifact], planned: &Planned) {
    let entities = &planned.reviewed.incident().entities;
    let acting: Vec<_> = planned.selection.chosen.iter().filter(|one| one.pattern.entity.is_some()).collect();
    for flow in support::flows(artifacts) {
        let acting: &[_] = if flow.rollback { &[] } else { &acting };
        let literal = flow.definition["actions"]["Entities"]["inputs"].as_object().unwrap();
        let involved: BTreeSet<String> = literal["accounts"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| evaluated(name.as_str().unwrap()))
            .collect();
        let of = |kind: EntityKind, field: Field| {
            let them = entities.iter().filter(move |entity| entity.kind == kind);
            them.filter_map(move |entity| entity.get(field)).map(str::to_lowercase)
        };
        let named: BTreeSet<String> = of(EntityKind::Account, Field::Upn)
            .chain(of(EntityKind::Account, Field::Id))
            .chain(of(EntityKind::Account, Field::Sid))
            .chain(of(EntityKind::Message, Field::Recipient))
            .chain(of(EntityKind::Message, Field::Sender))
            .collect();
        assert_eq!(involved, named, "who is part of the incident, to keep them from approving");
        for text in literal.values().filter_map(Json::as_str) {
            assert_eq!(evaluated(text), planned.reviewed.incident().id, "the only text beside the lists");
        }
        // Where there is no room for a pattern it has no list, and what is done at once has one of its own.
        for (name, list) in literal.iter().filter(|(name, value)| *name != "accounts" && value.is_array()) {
            let stem = name.to_lowercase();
            let stem = stem.trim_end_matches("_at_once");
            let of = |id: &str| id.rsplit('/').next().unwrap().replace('-', "_");
            let chosen = acting.iter().find(|one| of(&one.pattern.id) == stem);
            let targets = &chosen.unwrap_or_else(|| panic!("{name} is no pattern")).targets;
            let items = list.as_array().unwrap();
            assert!(items.len() <= targets.len(), "{name}");
            for item in items {
                let is = |target: &&usize| {
                    item.as_object().unwrap().iter().all(|(field, value)| {
                        let known = |field| entities[**target].get(field).map(str::to_owned);
                        let known = match field.as_str() {
                            "host" => known(Field::Url).and_then(|url| host_of(&url)),
                            field => known(Field::parse(field).unwrap()),
                        };
                        value.as_str().map(evaluated) == known
                    })
                };
                assert!(targets.iter().any(|target| is(&target)), "{name}: {item}");
            }
        }
    }
}

/// Every string of the template that Azure Resource Manager would evaluate is one that we wrote.
fn only_our_arm_expressions(artifacts: &[Artifact]) {
    let template = support::arm_template(artifacts);
    let mut ours: BTreeSet<String> = BTreeSet::new();
    ours.insert("[resourceGroup().location]".to_owned());
    for name in template["parameters"].as_object().unwrap().keys() {
        ours.insert(format!("[parameters('{name}')]"));
    }
    for variable in template["variables"].as_object().unwrap().keys() {
        let connector = variable.strip_suffix("ConnectionName").unwrap();
        ours.insert(format!("[variables('{variable}')]"));
        ours.insert(format!("[concat('{connector}-', parameters('PlaybookName'))]"));
        ours.insert(format!("[resourceId('Microsoft.Web/connections', variables('{variable}'))]"));
        ours.insert(format!(
            "[concat('/subscriptions/', subscription().subscriptionId, '/providers/Microsoft.Web/locations/', resourceGroup().location, '/managedApis/{connector}')]"
        ));
    }
    for (at, string) in support::strings(&template) {
        assert!(
            support::arm_literal(string).is_some() || ours.contains(string),
            "{at}: ARM would evaluate {string}"
        );
    }
}

/// The plan says the title as it is in JSON, and in a calm form as text.
fn plan_is_calm(artifacts: &[Artifact], planned: &Planned) {
    let plan: Json = serde_json::from_slice(&artifacts[0].bytes).unwrap();
    assert_eq!(plan["incident"]["title"], planned.reviewed.incident().title.as_str());
    let text = planned.text();
    assert!(is_unmarked(&text), "{text:?}");
}

/// U+061C gives a direction to what follows, as U+200E and U+200F do.
#[test]
fn the_arabic_letter_mark_is_hidden_like_its_siblings() {
    let planned = pipeline::plan(&with("gnp.\u{61C}exe", Reach::Names), &Options::default());
    let text = planned.value.unwrap().text();
    assert!(is_unmarked(&text), "{text:?}");
}

#[test]
fn a_lone_surrogate_is_no_panic() {
    for reach in [Reach::Names, Reach::Texts, Reach::Everything] {
        let text = planted(&incident(), "", "PLANTED", reach).to_string().replace("PLANTED", r"x\ud800");
        for mode in MODES {
            let outcome = support::build(&support::inputs(text.clone()), mode);
            assert!(outcome.value.is_some() != (outcome.report.counts().errors > 0));
        }
    }
}

/// What the organisation writes in its profile reaches the packages, and stays text there too.
#[test]
fn a_profile_stays_text_in_xml_and_in_parameters() {
    for text in hostile() {
        // What no name can hold is refused in the lists.
        let is_of_name = |c: &char| !c.is_whitespace() && !c.is_control() && !"*?\\/\"[]".contains(*c);
        let name: String = text.chars().filter(is_of_name).chain("x".chars()).collect();
        let profile = json!({
            "organisation": text,
            "protected": { "accounts": [name], "devices": [name, "dc01"], "network": ["contoso.com"] },
        });
        let profile = Some(Source::new("profile.yaml", in_ascii(&profile)));
        let inputs = Inputs { profile, ..support::inputs(incident().to_string()) };
        let outcome = support::build(&inputs, Mode::Reusable);
        let Some(artifacts) = outcome.value else {
            panic!("{text:?}: {}", text::render(&outcome.report, &Renderer::plain()));
        };
        only_our_arm_expressions(&artifacts);
        let template = support::arm_template(&artifacts);
        let default = &template["parameters"]["ProtectedDevices"]["defaultValue"];
        assert_eq!(support::without_arm(default), json!([name, "dc01"]), "the template's default");

        let joined = format!("{name};dc01");
        let flows = support::flows(&artifacts);
        let flow = flows.iter().find(|flow| flow.host == Host::PowerAutomate).unwrap();
        let parameters = flow.definition["parameters"].as_object().unwrap();
        let (_, declared) = parameters.iter().find(|(key, _)| key.starts_with("ProtectedDevices ")).unwrap();
        assert_eq!(evaluated(declared["defaultValue"].as_str().unwrap()), joined, "the flow's default");

        let variable = support::xml(
            &support::ending(&artifacts, "_ProtectedDevices/environmentvariabledefinition.xml").bytes,
        );
        let default = variable.iter().find(|element| element.name == "defaultvalue").unwrap();
        assert_eq!(default.text, in_xml(&joined), "the environment variable's default");
        let manifest = support::xml(&support::ending(&artifacts, "Other/Solution.xml").bytes);
        let names = manifest.iter().filter(|element| element.name == "LocalizedName");
        let names: Vec<&str> = names.map(|element| element.attributes[0].1.as_str()).collect();
        assert!(names.contains(&in_xml(&text).as_str()), "{text:?} is not among {names:?}");
    }
}

/// A parameter file is no template: Azure Resource Manager takes its values as they are, so nothing is escaped there.
#[test]
fn a_parameter_file_is_taken_literally() {
    for text in ["@{concat('x')}", "@@x", "2001:db8::1", "plain"] {
        let profile = json!({ "protected": { "devices": [text] } }).to_string();
        let profile = Some(Source::new("profile.yaml", profile));
        let inputs = Inputs { profile, ..support::inputs(incident().to_string()) };
        let artifacts = support::build(&inputs, Mode::Reusable).value.unwrap();
        let file: Json =
            serde_json::from_slice(&support::ending(&artifacts, "azuredeploy.parameters.json").bytes)
                .unwrap();
        assert_eq!(file["parameters"]["ProtectedDevices"]["value"], json!([text]));
    }
}

/// A value as JSON, and so as YAML, with everything escaped that YAML would not take as it is.
fn in_ascii(value: &Json) -> String {
    let mut out = String::new();
    for c in value.to_string().chars() {
        match c {
            ' '..='~' => out.push(c),
            c => write!(out, "\\u{:04X}", u32::from(c)).unwrap(),
        }
    }
    out
}

/// XML 1.0 cannot hold some characters at all.
fn in_xml(text: &str) -> String {
    let missing = |c: char| {
        (c.is_ascii_control() && !"\t\n\r\u{7F}".contains(c)) || matches!(c, '\u{FFFE}' | '\u{FFFF}')
    };
    text.chars().map(|c| if missing(c) { '\u{FFFD}' } else { c }).collect()
}

/// The incident of these tests is no good if it leaves a pattern untried.
#[test]
fn the_incident_asks_for_every_pattern() {
    let options = Options::default();
    let planned = pipeline::plan(&support::inputs(incident().to_string()), &options).value.unwrap();
    let chosen: BTreeSet<&str> = planned.selection.chosen.iter().map(|one| one.pattern.id.as_str()).collect();
    let library = Library::bundled();
    // Without an automation account a person is asked for what would take one, and without a ticket system nobody opens any.
    let replaced: BTreeSet<&str> =
        library.iter().filter_map(|pattern| pattern.stands_in_for.as_deref()).collect();
    let wanted = library.iter().filter(|pattern| {
        pattern.phase != Phase::Recover && pattern.once.is_none() && !replaced.contains(pattern.id.as_str())
    });
    assert_eq!(chosen, wanted.map(|pattern| pattern.id.as_str()).collect());
}
