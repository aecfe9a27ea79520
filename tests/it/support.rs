//! What the tests of the whole pipeline share: real exports, builds, and ways to walk what was built.
//!
//! Nothing here looks at the compiler's own model: everything is read back from the bytes.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and tells what it saw"
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

use counterflow::base::source::Source;
use counterflow::check::{self, Checked};
use counterflow::data::connector::{self, Host, Operation, Parameter, Service};
use counterflow::emit::{Artifact, Target};
use counterflow::expr::template::{self, Template};
use counterflow::expr::{Expr, Segment};
use counterflow::ingest::incident::Form;
use counterflow::pipeline::{self, Inputs, Options, Outcome};
use counterflow::select::Mode;
use quick_xml::events::{BytesStart, Event};
use serde_json::Value as Json;

/// What the checker says of what was built, files that belong together judged together.
pub(crate) fn judged<'a>(artifacts: impl Iterator<Item = &'a Artifact>) -> Vec<Checked> {
    let files: Vec<(&str, &[u8])> = artifacts.map(|one| (one.path.as_str(), one.bytes.as_slice())).collect();
    check::check_artifacts(&files)
}

/// Both modes, in the order in which tests go through them.
pub(crate) const MODES: [Mode; 2] = [Mode::Reusable, Mode::OneShot];

/// The folder of the crate.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The real exports of a form, by file name; none, with a note, where the shared folder is absent.
pub(crate) fn exports(form: Form) -> BTreeMap<String, String> {
    let folder = root().join("../shared/incidents").join(form.name());
    let Ok(entries) = fs::read_dir(&folder) else {
        println!("skipped: there is no folder of shared incidents of the form {}", form.name());
        return BTreeMap::new();
    };
    let paths = entries.map(|entry| entry.unwrap().path());
    paths.map(|path| (file_name(&path), fs::read_to_string(&path).unwrap())).collect()
}

/// The last part of a path, as text.
pub(crate) fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// Every file below a folder, by its path relative to the folder and with `/`.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
                found.insert(name, fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// Names of the examples: folders with an incident.
pub(crate) fn examples() -> Vec<String> {
    let entries = fs::read_dir(root().join("examples")).unwrap();
    let mut found: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    found.retain(|folder| folder.join("incident.json").exists());
    found.sort();
    found.iter().map(|folder| file_name(folder)).collect()
}

/// The inputs of an example.
pub(crate) fn example(name: &str) -> Inputs {
    let folder = root().join("examples").join(name);
    let read = |name: &str| fs::read_to_string(folder.join(name)).ok().map(|text| Source::new(name, text));
    Inputs {
        incident: read("incident.json").unwrap(),
        review: read("review.yaml"),
        profile: read("profile.yaml"),
    }
}

/// Inputs without review and profile.
pub(crate) fn inputs(incident: impl Into<String>) -> Inputs {
    Inputs { incident: Source::new("incident.json", incident), review: None, profile: None }
}

/// Builds every target.
pub(crate) fn build(inputs: &Inputs, mode: Mode) -> Outcome<Vec<Artifact>> {
    pipeline::build(inputs, &Options { incident: None, mode, targets: Target::ALL.to_vec() })
}

/// An artefact's text.
pub(crate) fn text(artifact: &Artifact) -> &str {
    std::str::from_utf8(&artifact.bytes).unwrap()
}

/// The artefact whose path ends so.
pub(crate) fn ending<'a>(artifacts: &'a [Artifact], end: &str) -> &'a Artifact {
    artifacts.iter().find(|artifact| artifact.path.ends_with(end)).unwrap_or_else(|| panic!("no file {end}"))
}

/// The ARM template of a build's main playbook.
pub(crate) fn arm_template(artifacts: &[Artifact]) -> Json {
    serde_json::from_slice(&ending(artifacts, "/azuredeploy.json").bytes).unwrap()
}

/// One workflow definition as its host reads it, whatever it was packed in.
pub(crate) struct Flow {
    /// Who runs it.
    pub(crate) host: Host,
    /// Whether it is the rollback.
    pub(crate) rollback: bool,
    /// The definition; what ARM would evaluate is evaluated.
    pub(crate) definition: Json,
}

/// The workflow definitions of a build's playbooks: those of the ARM templates, those of the solution; each time the main
/// one first.
pub(crate) fn flows(artifacts: &[Artifact]) -> Vec<Flow> {
    let flows = every_flow(artifacts).into_iter().map(|(_, flow)| flow);
    flows.filter(|flow| flow.definition["triggers"].get("Recurrence").is_none()).collect()
}

/// Every workflow definition of a build by the name of the file it is in, those that look for incidents too. The one
/// place in them that Azure Resource Manager fills in, the id of the workflow that is called, is a plain text here.
pub(crate) fn every_flow(artifacts: &[Artifact]) -> Vec<(String, Flow)> {
    let mut flows = Vec::new();
    for artifact in artifacts {
        let name = artifact.path.clone();
        if name.ends_with("azuredeploy.json") {
            let template: Json = serde_json::from_slice(&artifact.bytes).unwrap();
            let resources = template["resources"].as_array().unwrap();
            let workflow = resources.iter().find(|one| one["type"] == "Microsoft.Logic/workflows").unwrap();
            let mut definition = workflow["properties"]["definition"].clone();
            let called = "/actions/Each_new_incident/actions/Start_response/inputs/host/workflow/id";
            if let Some(id) = definition.pointer_mut(called) {
                assert_eq!(*id, "[resourceId('Microsoft.Logic/workflows', parameters('ResponseName'))]");
                *id = Json::from("the response");
            }
            let rollback = name.contains("rollback.");
            let definition = without_arm(&definition);
            flows.push((name, Flow { host: Host::LogicApp, rollback, definition }));
        } else if name.contains("/src/Workflows/") && name.ends_with(".json") {
            let client: Json = serde_json::from_slice(&artifact.bytes).unwrap();
            let definition = client["properties"]["definition"].clone();
            let rollback = name.contains("/Rollback");
            flows.push((name, Flow { host: Host::PowerAutomate, rollback, definition }));
        }
    }
    flows
}

/// The main workflow of each host.
pub(crate) fn main_flows(artifacts: &[Artifact]) -> [Flow; 2] {
    let main: Vec<Flow> = flows(artifacts).into_iter().filter(|flow| !flow.rollback).collect();
    main.try_into().unwrap_or_else(|_| panic!("one main workflow for each of two hosts"))
}

/// What Azure Resource Manager makes of a string: `None` where it is an expression.
pub(crate) fn arm_literal(text: &str) -> Option<String> {
    match text.strip_prefix('[') {
        Some(rest) if text.ends_with(']') => rest.starts_with('[').then(|| rest.to_owned()),
        _ => Some(text.to_owned()),
    }
}

/// A value with ARM's escapes undone. It must hold no ARM expression.
pub(crate) fn without_arm(value: &Json) -> Json {
    let literal = |text: &str| arm_literal(text).unwrap_or_else(|| panic!("an ARM expression: {text}"));
    match value {
        Json::String(text) => Json::String(literal(text)),
        Json::Array(items) => items.iter().map(without_arm).collect(),
        Json::Object(members) => {
            Json::Object(members.iter().map(|(key, member)| (key.clone(), without_arm(member))).collect())
        }
        other => other.clone(),
    }
}

/// An action with what stands around it.
pub(crate) struct Placed<'j> {
    /// Its name.
    pub(crate) name: &'j str,
    /// The action.
    pub(crate) action: &'j Json,
    /// How deep it stands; the outermost have 1.
    pub(crate) depth: usize,
    /// The conditions that hold where it runs: those of every `If` around it in whose `actions` it is.
    pub(crate) gates: Vec<&'j Json>,
}

/// Every action of a definition, in document order.
pub(crate) fn actions(definition: &Json) -> Vec<Placed<'_>> {
    let mut found = Vec::new();
    collect(&definition["actions"], 1, &[], &mut found);
    found
}

fn collect<'j>(container: &'j Json, depth: usize, gates: &[&'j Json], found: &mut Vec<Placed<'j>>) {
    for (name, action) in container.as_object().into_iter().flatten() {
        found.push(Placed { name, action, depth, gates: gates.to_vec() });
        let mut inner = gates.to_vec();
        inner.extend((action["type"] == "If").then_some(&action["expression"]));
        collect(&action["actions"], depth + 1, &inner, found);
        collect(&action["else"]["actions"], depth + 1, gates, found);
        for case in action["cases"].as_object().into_iter().flat_map(|cases| cases.values()) {
            collect(&case["actions"], depth + 1, gates, found);
        }
        collect(&action["default"]["actions"], depth + 1, gates, found);
    }
}

/// The operations of the catalogue that an action may be a call of: several where only the body tells them apart, none
/// where it calls nothing. A call that the catalogue does not have fails the test.
pub(crate) fn operations(host: Host, placed: &Placed<'_>) -> Vec<&'static Operation> {
    let inputs = &placed.action["inputs"];
    let kind = placed.action["type"].as_str().unwrap();
    let all = || connector::operation_ids().filter_map(connector::known);
    let found: Vec<&Operation> = match kind {
        "Http" => {
            let (service, path) = called(inputs["uri"].as_str().unwrap());
            let same = |one: &&Operation| {
                one.service == Some(service)
                    && one.method.as_deref() == inputs["method"].as_str()
                    && one.path.as_deref().is_some_and(|own| emptied(own) == path)
            };
            all().filter(same).collect()
        }
        "ApiConnection" | "ApiConnectionWebhook" => {
            let name = expression(inputs["host"]["connection"]["name"].as_str().unwrap());
            let connector = name.as_call().unwrap().access[0].key.as_str().unwrap().to_owned();
            let method = inputs["method"].as_str().map(str::to_uppercase);
            let same = |one: &&Operation| {
                one.connector == connector
                    && fixed(one).as_deref() == inputs["path"].as_str()
                    && (one.webhook || one.method == method)
            };
            all().filter(same).collect()
        }
        "OpenApiConnection" | "OpenApiConnectionWebhook" => {
            let api = inputs["host"]["apiId"].as_str().unwrap().rsplit("/shared_").next().unwrap().to_owned();
            let id = inputs["host"]["operationId"].as_str();
            all().filter(|one| one.connector == api && one.operation_id.as_deref() == id).collect()
        }
        _ => return Vec::new(),
    };
    let found: Vec<&'static Operation> = found.into_iter().filter(|one| one.hosts.contains(&host)).collect();
    assert!(!found.is_empty(), "{}: no operation of the catalogue is called so: {inputs}", placed.name);
    found
}

/// The API of a URI and its path with every hole emptied.
fn called(uri: &str) -> (Service, String) {
    let Ok(Template::Interpolation(segments)) = template::parse(uri) else { panic!("{uri} has no endpoint") };
    let mut path = String::new();
    let mut segments = segments.iter();
    let Some(Segment::Expr(endpoint)) = segments.next() else {
        panic!("{uri} does not begin with an endpoint")
    };
    let endpoint =
        endpoint.as_call().filter(|call| call.name == "parameters").unwrap().args[0].as_str().unwrap();
    let service = match endpoint.split(' ').next() {
        Some("GraphEndpoint") => Service::Graph,
        Some("DefenderEndpoint") => Service::Defender,
        Some("ArmEndpoint") => Service::Arm,
        Some("StorageEndpoint") => Service::Storage,
        _ => panic!("{endpoint} is no endpoint"),
    };
    for segment in segments {
        match segment {
            Segment::Text { text, .. } => path.push_str(text),
            Segment::Expr(_) => path.push_str("{}"),
        }
    }
    (service, path)
}

/// The path of an operation with its fixed parts in their places.
fn fixed(operation: &Operation) -> Option<String> {
    let fixed = |path: String, parameter: &Parameter| match parameter.constant.as_ref().and_then(Json::as_str)
    {
        Some(value) => path.replace(&format!("{{{}}}", parameter.name), value),
        None => path,
    };
    operation.path.clone().map(|path| operation.parameters.iter().fold(path, fixed))
}

/// A path of the catalogue with the names of its placeholders left out.
fn emptied(path: &str) -> String {
    let mut pieces = path.split('{');
    let first = pieces.next().unwrap_or_default().to_owned();
    pieces.fold(first, |out, piece| out + "{}" + piece.split_once('}').unwrap().1)
}

/// The one expression that a string is.
pub(crate) fn expression(text: &str) -> Expr {
    match template::parse(text) {
        Ok(Template::Expression(expr)) => expr,
        other => panic!("{text} is {other:?} and not one expression"),
    }
}

/// Every string of a value, keys too, with the pointer of the value that it is or belongs to.
pub(crate) fn strings(value: &Json) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    let mut pending = vec![(String::new(), value)];
    while let Some((at, value)) = pending.pop() {
        match value {
            Json::String(text) => found.push((at, text.as_str())),
            Json::Array(items) => {
                pending.extend(items.iter().enumerate().map(|(index, item)| (format!("{at}/{index}"), item)));
            }
            Json::Object(members) => {
                for (key, member) in members {
                    found.push((at.clone(), key.as_str()));
                    pending.push((format!("{at}/{key}"), member));
                }
            }
            _ => {}
        }
    }
    found
}

/// An element of an XML document with its attributes and its own text.
#[derive(Debug, Default)]
pub(crate) struct Element {
    /// Its name.
    pub(crate) name: String,
    /// Attributes in order.
    pub(crate) attributes: Vec<(String, String)>,
    /// Text directly inside it.
    pub(crate) text: String,
}

/// Reads an XML document whole, with every entity resolved. One that is not well-formed fails the test.
pub(crate) fn xml(bytes: &[u8]) -> Vec<Element> {
    let text = std::str::from_utf8(bytes).unwrap();
    let mut reader = quick_xml::Reader::from_str(text.trim_start_matches('\u{FEFF}'));
    let (mut found, mut open): (Vec<Element>, Vec<usize>) = (Vec::new(), Vec::new());
    let begin = |start: &BytesStart<'_>, found: &mut Vec<Element>| {
        let attributes = start.attributes().map(|attribute| {
            let attribute = attribute.unwrap();
            let key = attribute.key.as_ref().to_owned();
            (key, attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).unwrap().into_owned())
        });
        let attributes = attributes.collect();
        found.push(Element { name: start.name().as_ref().to_owned(), attributes, text: String::new() });
        found.len() - 1
    };
    loop {
        let event = reader.read_event().unwrap_or_else(|error| panic!("{error} in {text}"));
        let piece = match &event {
            Event::Start(start) => {
                open.push(begin(start, &mut found));
                continue;
            }
            Event::Empty(start) => {
                begin(start, &mut found);
                continue;
            }
            Event::End(_) => {
                open.pop();
                continue;
            }
            Event::Text(text) => text.xml10_content().into_owned(),
            Event::GeneralRef(reference) => match reference.resolve_char_ref().unwrap() {
                Some(c) => c.to_string(),
                None => quick_xml::escape::resolve_predefined_entity(reference).unwrap().to_owned(),
            },
            Event::Eof => return found,
            _ => continue,
        };
        assert!(!piece.chars().any(is_no_xml), "a character that XML 1.0 does not have: {piece:?}");
        if let Some(at) = open.last() {
            found[*at].text.push_str(&piece);
        }
    }
}

fn is_no_xml(c: char) -> bool {
    matches!(c, '\u{0}'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// The members of an archive, in order.
pub(crate) fn members(zip: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).unwrap();
    (0..archive.len())
        .map(|at| {
            let mut member = archive.by_index(at).unwrap();
            let name = member.name().unwrap().into_owned();
            assert!(!member.is_dir(), "{name} is a folder");
            let mut bytes = Vec::new();
            member.read_to_end(&mut bytes).unwrap();
            (name, bytes)
        })
        .collect()
}
