//! Whole builds of every real export, in both modes: what comes out deploys, is gated, and is the same every time.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and tells what it saw"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use counterflow::data::connector::{Class, Host};
use counterflow::emit::{Artifact, MAX_NESTING};
use counterflow::expr::ExprKind;
use counterflow::expr::template::{self, Template};
use counterflow::ingest::incident::Form;
use counterflow::report::{Report, text};
use counterflow::select::Mode;
use serde_json::Value as Json;

use crate::support::{self, Flow, MODES, Placed};

mod approvers;
mod at_once;
mod by_sid;
mod damaged;
mod merged;
mod questions;
mod rollback;
mod run_time;
pub(crate) mod triggers;

/// A built export.
struct Built {
    name: String,
    artifacts: Vec<Artifact>,
}

/// Everything that building the real exports gave, once for all tests.
struct Builds {
    built: Vec<Built>,
    /// Code of the first error and how often it was one.
    refused: BTreeMap<(&'static str, &'static str), usize>,
}

fn builds() -> &'static Builds {
    static BUILDS: OnceLock<Builds> = OnceLock::new();
    BUILDS.get_or_init(|| {
        let mut builds = Builds { built: Vec::new(), refused: BTreeMap::new() };
        for form in Form::ALL {
            for (name, text) in support::exports(form) {
                for mode in MODES {
                    add(&mut builds, form, &name, &text, mode);
                }
            }
        }
        builds
    })
}

fn add(builds: &mut Builds, form: Form, name: &str, export: &str, mode: Mode) {
    let outcome = support::build(&support::inputs(export), mode);
    let name = format!("{}/{name} {}", form.name(), mode.name());
    let Some(artifacts) = outcome.value else {
        let error = outcome.report.findings().find(|found| found.diagnostic.is_error());
        let error = error.unwrap_or_else(|| panic!("{name}: neither a result nor an error"));
        println!("{name:64} refused {}", error.diagnostic.rule.code);
        *builds.refused.entry((form.name(), error.diagnostic.rule.code)).or_default() += 1;
        return;
    };
    let again = support::build(&support::inputs(export), mode).value.unwrap();
    assert!(artifacts == again, "{name}: two builds differ");
    assert_eq!(outcome.report.counts().errors, 0, "{name}");
    println!("{name:64} built   {} patterns", chosen(&artifacts).len());
    builds.built.push(Built { name, artifacts });
}

/// Ids of the patterns that a build uses.
fn chosen(artifacts: &[Artifact]) -> BTreeSet<String> {
    let plan: Json = serde_json::from_str(support::text(&artifacts[0])).unwrap();
    plan["chosen"].as_array().unwrap().iter().map(|one| one["pattern"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_export_is_built_or_refused_for_a_reason() {
    let builds = builds();
    let mut built: BTreeMap<&str, usize> = BTreeMap::new();
    for one in &builds.built {
        *built.entry(one.name.split('/').next().unwrap()).or_default() += 1;
        let plan = &one.artifacts[0];
        assert_eq!(plan.path, "plan.json", "{}", one.name);
        assert!(!chosen(&one.artifacts).is_empty(), "{}", one.name);
        let paths: BTreeSet<&str> = one.artifacts.iter().map(|artifact| artifact.path.as_str()).collect();
        assert_eq!(paths.len(), one.artifacts.len(), "{}: a path twice", one.name);
    }
    println!("built {built:?}, refused {:?}", builds.refused);
    if built.is_empty() {
        return;
    }
    // Refused are incidents that were merged into others or classified as harmless, and two files that are the schema of
    // an incident.
    let expected = [
        ("graph_alert_v2", 12),
        ("graph_incident", 10),
        ("m365d_incident", 46),
        ("mde_alert", 48),
        ("sentinel_alert", 4),
        ("sentinel_incident", 8),
        ("sentinel_incident_pysdk_snake", 4),
        ("sentinel_securityalert_row", 18),
        ("sentinel_securityincident_row", 4),
        ("sentinel_trigger", 2),
        ("xdr_additionalfields_alert", 6),
        ("xdr_alertevidence_row", 6),
    ];
    assert_eq!(built, BTreeMap::from(expected));
    let refused = [
        (("graph_incident", "CF9003"), 2),
        (("m365d_incident", "CF9001"), 4),
        (("m365d_incident", "CF9003"), 4),
        (("mde_alert", "CF9051"), 2),
        (("sentinel_incident", "CF9051"), 6),
        (("sentinel_incident_pysdk_snake", "CF9051"), 2),
    ];
    assert_eq!(builds.refused, BTreeMap::from(refused));
}

#[test]
fn our_own_checker_finds_nothing_to_say() {
    for one in &builds().built {
        let mut report = Report::default();
        for checked in support::judged(one.artifacts.iter().filter(|artifact| !describes(artifact))) {
            report.add(checked.source, checked.definitions, checked.findings);
        }
        let counts = report.counts();
        let drawn = || text::render(&report, &annotate_snippets::Renderer::plain());
        assert_eq!((counts.errors, counts.warnings), (0, 0), "{}\n{}", one.name, drawn());
        // What incidents never name has no rollback in one target, and one in the other.
        let flows = support::flows(&one.artifacts);
        let of = |host: Host| flows.iter().filter(|flow| flow.host == host).count();
        assert_eq!(
            report.definitions,
            of(Host::LogicApp) + 2 * of(Host::PowerAutomate),
            "{}: of each playbook the template, the flow packed, the flow unpacked",
            one.name
        );
    }
}

#[test]
fn whatever_acts_stands_behind_an_approval_that_said_yes() {
    let mut acting = 0;
    for one in &builds().built {
        acting += everything_that_acts_is_gated(&one.name, &one.artifacts);
    }
    println!("{acting} acting calls, each behind an approval");
    assert!(builds().built.is_empty() || acting > 100, "only {acting} acting calls were seen");
}

/// Fails where a call that contains, evicts or restores runs without an approval; counts these calls.
pub(crate) fn everything_that_acts_is_gated(build: &str, artifacts: &[Artifact]) -> usize {
    let mut acting = 0;
    for flow in support::flows(artifacts) {
        for placed in support::actions(&flow.definition) {
            let operations = support::operations(flow.host, &placed);
            if operations.iter().any(|operation| operation.class.needs_consent()) {
                acting += 1;
                let asked = placed.gates.iter().any(|gate| asks(gate, &flow));
                assert!(asked, "{build}: {} in {}", placed.name, flow.host.title());
            }
        }
    }
    acting
}

/// Whether a condition holds only where an approval was answered with yes.
fn asks(condition: &Json, flow: &Flow) -> bool {
    if let Some(tests) = condition["and"].as_array() {
        return tests.iter().any(|test| asks(test, flow));
    }
    let Some([left, right]) = condition["equals"].as_array().map(Vec::as_slice) else { return false };
    answers(left, right, flow) || answers(right, left, flow)
}

/// Whether `answer` reads the decision of an approval of this flow, and `word` is the one that means yes.
fn answers(answer: &Json, word: &Json, flow: &Flow) -> bool {
    let Ok(Template::Expression(expr)) = template::parse(answer.as_str().unwrap_or_default()) else {
        return false;
    };
    let ExprKind::Call(call) = &expr.kind else { return false };
    let Some(step) = call.args.first().and_then(|arg| arg.as_str()) else { return false };
    let members: Vec<&str> = call.access.iter().filter_map(|access| access.key.as_str()).collect();
    let read = members.join("/");
    let approvals = support::actions(&flow.definition).into_iter().filter(|placed| placed.name == step);
    let mut decisions = approvals
        .flat_map(|placed| support::operations(flow.host, &placed))
        .filter(|operation| operation.class == Class::Approve)
        .filter_map(|operation| operation.response.decision.clone());
    call.name == "body"
        && decisions.any(|decision| read == decision.field && word.as_str() == Some(&decision.approve))
}

#[test]
fn the_gates_are_not_found_where_there_are_none() {
    let json = |text: &str| -> Json { serde_json::from_str(text).unwrap() };
    let flow = |body: &str| Flow {
        host: Host::PowerAutomate,
        rollback: false,
        definition: json(&format!(
            r#"{{"actions": {{"Ask": {{"type": "OpenApiConnectionWebhook", "inputs": {{"host": {{
                "apiId": "/providers/Microsoft.PowerApps/apis/shared_approvals", "operationId": "StartAndWaitForAnApproval"}}}}}},
                "Other": {{"type": "Compose", "inputs": 1}}, {body} }}}}"#
        )),
    };
    let gated = |expression: &str, branch: &str| {
        let flow = flow(&format!(r#""If": {{"type": "If", "expression": {expression}, {branch}}}"#));
        let actions = support::actions(&flow.definition);
        let placed = actions.iter().find(|placed| placed.name == "Act").unwrap();
        placed.gates.iter().any(|gate| asks(gate, &flow))
    };
    let then = r#""actions": {"Act": {"type": "Compose"}}"#;
    let yes = r#"{"equals": ["@body('Ask')?['outcome']", "Approve"]}"#;
    assert!(gated(yes, then));
    assert!(gated(&format!(r#"{{"and": [{{"equals": [1, 1]}}, {yes}]}}"#), then));
    assert!(!gated(yes, r#""actions": {}, "else": {"actions": {"Act": {"type": "Compose"}}}"#));
    assert!(!gated(&format!(r#"{{"or": [{{"equals": [1, 1]}}, {yes}]}}"#), then));
    assert!(!gated(&format!(r#"{{"not": {yes}}}"#), then));
    assert!(!gated(&yes.replace("Approve", "Reject"), then));
    assert!(!gated(&yes.replace("outcome", "comments"), then));
    assert!(!gated(&yes.replace("Ask", "Other"), then));
}

#[test]
fn limits_of_the_service_are_kept() {
    for one in &builds().built {
        for flow in support::flows(&one.artifacts) {
            let actions = support::actions(&flow.definition);
            let names: BTreeSet<&str> = actions.iter().map(|placed| placed.name).collect();
            assert_eq!(names.len(), actions.len(), "{}: a name twice", one.name);
            assert!(actions.len() <= 500, "{}: {} actions", one.name, actions.len());
            for placed in &actions {
                within_limits(&one.name, placed);
            }
        }
        for artifact in &one.artifacts {
            if artifact.path.ends_with(".json") && !describes(artifact) {
                assert!(!support::text(artifact).contains(r#""state": "Enabled""#), "{}", one.name);
            }
        }
        for artifact in one.artifacts.iter().filter(|artifact| artifact.path.ends_with("azuredeploy.json")) {
            let template: Json = serde_json::from_slice(&artifact.bytes).unwrap();
            let workflow = template["resources"].as_array().unwrap().last().unwrap();
            assert_eq!(workflow["properties"]["state"], "Disabled", "{}: {}", one.name, artifact.path);
        }
    }
}

/// Whether a file is about the build and holds no workflow.
fn describes(artifact: &Artifact) -> bool {
    ["plan.json", "permissions.json"].contains(&artifact.path.as_str())
}

fn within_limits(build: &str, placed: &Placed<'_>) {
    let Placed { name, action, depth, .. } = placed;
    assert!(*depth <= MAX_NESTING, "{build}: {name} stands {depth} deep");
    assert!(name.chars().count() <= 80, "{build}: {name}");
    assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'), "{build}: {name}");
    let description = action["description"].as_str().unwrap_or_default();
    assert!(description.chars().count() <= 256, "{build}: {name}: {description}");
}

#[test]
fn the_solution_is_laid_out_like_an_exported_one() {
    for one in &builds().built {
        let zips: Vec<&Artifact> = one.artifacts.iter().filter(|file| file.path.ends_with(".zip")).collect();
        let [zip] = zips.as_slice() else { panic!("{}: not one zip", one.name) };
        let members = support::members(&zip.bytes);
        let names: BTreeSet<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names.len(), members.len(), "{}: a member twice", one.name);
        let file = |name: &str| &members.iter().find(|(own, _)| own == name).unwrap().1;

        let stem = zip.path.strip_prefix("powerautomate/").unwrap().strip_suffix(".zip").unwrap();
        let flows: Vec<&str> = names.iter().filter_map(|name| name.strip_prefix("Workflows/")).collect();
        assert!(flows[0].starts_with(stem), "{}: {flows:?}", one.name);
        let id = |flow: &str| {
            let id = flow.split_once('-').unwrap().1.strip_suffix(".json").unwrap().to_owned();
            assert!(uuid(&id) && id == id.to_uppercase(), "{}: {flow}", one.name);
            id
        };
        let ids: Vec<String> = flows.iter().map(|flow| id(flow)).collect();
        let schemas: BTreeSet<String> = schema_names(&members);
        let mut expected: BTreeSet<String> =
            ["[Content_Types].xml", "solution.xml", "customizations.xml"].map(str::to_owned).into();
        expected.extend(flows.iter().map(|flow| format!("Workflows/{flow}")));
        let folder = |schema: &String| {
            format!("environmentvariabledefinitions/{schema}/environmentvariabledefinition.xml")
        };
        expected.extend(schemas.iter().map(folder));
        assert_eq!(names, expected.iter().map(String::as_str).collect(), "{}", one.name);

        for flow in &flows {
            let unpacked = support::ending(&one.artifacts, &format!("/src/Workflows/{flow}"));
            let packed = file(&format!("Workflows/{flow}"));
            assert!(*packed == unpacked.bytes, "{}: packed and unpacked differ", one.name);
        }
        for (name, bytes) in members.iter().filter(|(name, _)| name.ends_with(".xml")) {
            assert!(!support::xml(bytes).is_empty(), "{}: {name} is empty", one.name);
        }
        for artifact in one.artifacts.iter().filter(|file| file.path.ends_with(".xml")) {
            assert!(!support::xml(&artifact.bytes).is_empty(), "{}: {} is empty", one.name, artifact.path);
        }
        agree(
            &one.name,
            &ids,
            &schemas,
            file("solution.xml"),
            file("customizations.xml"),
            file("[Content_Types].xml"),
        );
        off(&one.name, file("customizations.xml"));
    }
}

/// The schema names that the definitions of environment variables carry.
fn schema_names(members: &[(String, Vec<u8>)]) -> BTreeSet<String> {
    let definitions = members.iter().filter(|(name, _)| name.starts_with("environmentvariabledefinitions/"));
    definitions.map(|(_, bytes)| support::xml(bytes)[0].attributes[0].1.clone()).collect()
}

/// Manifest, customizations and list of types speak of the same flows and the same variables.
fn agree(
    build: &str,
    ids: &[String],
    schemas: &BTreeSet<String>,
    manifest: &[u8],
    customizations: &[u8],
    types: &[u8],
) {
    let braced: Vec<String> = ids.iter().map(|id| format!("{{{}}}", id.to_lowercase())).collect();
    let has = |bytes: &[u8], element: &str, attribute: &str| -> Vec<String> {
        let elements = support::xml(bytes).into_iter().filter(|one| one.name == element);
        elements
            .flat_map(|one| one.attributes)
            .filter(|(key, _)| key == attribute)
            .map(|(_, value)| value)
            .collect()
    };
    let sorted = |mut ids: Vec<String>| {
        ids.sort();
        ids
    };
    assert_eq!(sorted(has(manifest, "RootComponent", "id")), sorted(braced.clone()), "{build}");
    assert_eq!(sorted(has(customizations, "Workflow", "WorkflowId")), sorted(braced), "{build}");
    let parts: BTreeSet<String> = has(types, "Override", "PartName").into_iter().collect();
    let part = |schema: &String| {
        format!("/environmentvariabledefinitions/{schema}/environmentvariabledefinition.xml")
    };
    assert_eq!(parts, schemas.iter().map(part).collect(), "{build}");
}

/// The flows import switched off.
fn off(build: &str, customizations: &[u8]) {
    let elements = support::xml(customizations);
    for (name, expected) in [("StateCode", "0"), ("StatusCode", "1")] {
        let values: Vec<&str> =
            elements.iter().filter(|one| one.name == name).map(|one| one.text.as_str()).collect();
        assert!(!values.is_empty() && values.iter().all(|value| *value == expected), "{build}: {values:?}");
    }
}

fn uuid(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    groups == [8, 4, 4, 4, 12] && text.chars().all(|c| c == '-' || c.is_ascii_hexdigit())
}
