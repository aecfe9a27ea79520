//! The checker on workflow definitions that others published.
//!
//! What is published is deployed somewhere, so an error here is our mistake until shown otherwise. The errors that were
//! looked at and are true stand in `tests/fixtures/corpus-defects.tsv`, and what the bundled schemas refuse in
//! `schema-rejections.tsv`, each with its reason; the tests accept exactly these.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and tells what it saw"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use counterflow::base::diagnostic::Severity;
use counterflow::base::json::Document;
use counterflow::base::source::Source;
use counterflow::base::xml::XmlDocument;
use counterflow::check::{self, Checked, Options};
use counterflow::workflow;
use counterflow::workflow::Bundle;
use counterflow::workflow::bundle::{Content, File, GroupKind};
use counterflow::workflow::layout::Role;
use counterflow::workflow::project::ConnectionKind;
use proptest::prelude::*;
use serde_json::Value;

/// The folder of published definitions, or nothing where it is not there.
pub(crate) fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if !folder.is_dir() {
        println!("skipped: the published definitions (../shared/corpus) are not here");
        return None;
    }
    Some(folder)
}

/// One file of the index.
pub(crate) struct Entry {
    pub(crate) file: String,
    pub(crate) is_sample: bool,
    pub(crate) is_broken: bool,
    pointers: Vec<String>,
    pub(crate) bytes: Vec<u8>,
}

pub(crate) fn entries(corpus: &Path) -> Vec<Entry> {
    let index: Vec<Value> = serde_json::from_slice(&fs::read(corpus.join("index.json")).unwrap()).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    index
        .iter()
        .map(|entry| Entry {
            file: text(&entry["file"]),
            is_sample: entry["nature"] == "sample",
            is_broken: entry["status"] == "broken",
            pointers: entry["pointers"].as_array().unwrap().iter().map(text).collect(),
            bytes: fs::read(corpus.join(text(&entry["file"]))).unwrap(),
        })
        .collect()
}

/// The rows of a list under `tests/fixtures`, without its heading.
fn rows(file: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(file);
    let text = fs::read_to_string(path).unwrap();
    text.lines().skip(1).map(|line| line.split('\t').map(str::to_owned).collect()).collect()
}

/// File and pointer and code of every error on published samples.
fn errors(checked: &[(&Entry, Vec<Checked>)]) -> BTreeSet<(String, String, String)> {
    let samples = checked.iter().filter(|(entry, _)| entry.is_sample && !entry.is_broken);
    samples
        .flat_map(|(entry, checked)| {
            checked.iter().flat_map(|one| &one.findings).map(|found| (&entry.file, found))
        })
        .filter(|(_, found)| found.diagnostic.severity == Severity::Error)
        .map(|(file, found)| {
            let diagnostic = &found.diagnostic;
            (file.clone(), diagnostic.pointer.to_string(), diagnostic.rule.code.to_owned())
        })
        .collect()
}

#[test]
fn only_known_defects_are_errors() {
    let Some(corpus) = folder() else { return };
    let entries = entries(&corpus);
    let checked: Vec<_> = entries
        .iter()
        .map(|entry| (entry, check::check_bytes(&entry.file, &entry.bytes, &Options::default())))
        .collect();
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    for found in checked.iter().flat_map(|(_, checked)| checked).flat_map(|one| &one.findings) {
        *counts.entry((found.diagnostic.rule.code, found.diagnostic.severity)).or_default() += 1;
    }
    println!("{} files: {counts:?}", entries.len());

    let defects: BTreeSet<_> = rows("corpus-defects.tsv")
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone(), row[2].clone()))
        .collect();
    let errors = errors(&checked);
    let new: Vec<_> = errors.difference(&defects).collect();
    let gone: Vec<_> = defects.difference(&errors).collect();
    assert!(new.is_empty() && gone.is_empty(), "not in the list: {new:#?}\nno longer found: {gone:#?}");
}

#[test]
fn the_schemas_refuse_only_what_is_known() {
    let Some(corpus) = folder() else { return };
    let mut refused = BTreeSet::new();
    for entry in entries(&corpus).iter().filter(|entry| entry.is_sample && !entry.is_broken) {
        let source = Source::decode(&entry.file, &entry.bytes).unwrap();
        let document = Document::parse(source.text()).unwrap();
        let form = workflow::read(&document).unwrap().form;
        for finding in check::schema(&document, form) {
            refused.insert((entry.file.clone(), finding.pointer.to_string()));
        }
    }
    let rejections: BTreeSet<_> = rows("schema-rejections.tsv")
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone() + &row[2]))
        .collect();
    assert_eq!(refused, rejections);
}

#[test]
fn broken_files_are_said_to_be_broken() {
    let Some(corpus) = folder() else { return };
    for entry in entries(&corpus).iter().filter(|entry| entry.is_broken) {
        let checked = check::check_bytes(&entry.file, &entry.bytes, &Options::default());
        let found = || checked[0].findings.iter().map(|found| &found.diagnostic);
        let errors: Vec<_> = found().filter(|one| one.is_error()).map(|one| one.rule.code).collect();
        // Two are templates in which only comments are no JSON: tools differ in whether they take these.
        let has_comments = found().any(|one| one.rule.code == "CF1043");
        assert!(errors == ["CF1001"] || has_comments, "{}: {errors:?}", entry.file);
    }
}

#[test]
fn every_definition_is_found_where_it_stands() {
    let Some(corpus) = folder() else { return };
    for entry in entries(&corpus).iter().filter(|entry| !entry.is_broken) {
        let source = Source::decode(&entry.file, &entry.bytes).unwrap();
        let document = Document::parse(source.text()).unwrap();
        let workflows = workflow::read(&document).unwrap();
        let found: BTreeSet<_> =
            workflows.definitions.iter().map(|definition| definition.pointer.to_string()).collect();
        assert_eq!(found, entry.pointers.iter().cloned().collect(), "{}", entry.file);
    }
}

#[test]
fn published_archives_are_read() {
    let Some(corpus) = folder() else { return };
    for folder in ["pa-solution-zip", "pa-legacy-zip"] {
        for file in fs::read_dir(corpus.join("companions").join(folder)).unwrap() {
            let path = file.unwrap().path();
            let checked = check::check_bytes("a.zip", &fs::read(&path).unwrap(), &Options::default());
            let errors: Vec<_> = checked.iter().flat_map(|one| &one.findings).collect();
            let is_read = checked.iter().all(|one| one.definitions <= 1);
            let has_flows = checked.iter().any(|one| one.definitions == 1);
            assert!(is_read && has_flows, "{}: {errors:?}", path.display());
            // What is exported agrees with itself: files, ids, references and maps.
            let packaging = errors.iter().filter(|found| found.diagnostic.rule.code.starts_with("CF6"));
            assert_eq!(packaging.count(), 0, "{}: {errors:?}", path.display());
        }
    }
}

/// The files that go with workflows: what the model says of them.
#[test]
fn published_companions_are_understood() {
    let Some(corpus) = folder() else { return };
    let texts = |folder: &str| -> Vec<Source> {
        let files = fs::read_dir(corpus.join("companions").join(folder)).unwrap();
        let mut paths: Vec<_> = files.map(|file| file.unwrap().path()).collect();
        paths.sort();
        paths.iter().map(|path| Source::decode("x", &fs::read(path).unwrap()).unwrap()).collect()
    };
    let (mut references, mut flows) = (0, 0);
    for (folder, role) in [
        ("pa-customizations-unpacked", Role::Customizations),
        ("pa-workflow-data-xml", Role::WorkflowData),
        ("pa-solution-unpacked", Role::SolutionManifest),
    ] {
        for source in texts(folder) {
            let document = XmlDocument::parse(source.text()).unwrap();
            let file = File { name: "x", role, content: Content::Xml(&document), is_judged: false };
            let bundle = Bundle::new(GroupKind::Solution, true, vec![file]);
            let solution = bundle.solution().unwrap();
            for reference in &solution.connection_references {
                let name = &reference.logical_name;
                assert_eq!(&source.text()[name.span.clone()], name.text);
                assert!(reference.connector.is_some());
            }
            references += solution.connection_references.len();
            flows += solution.workflows.iter().filter(|flow| flow.file_name.is_some()).count();
            assert_eq!(solution.unique_name.is_some(), role == Role::SolutionManifest);
        }
    }
    assert_eq!((references, flows), (105, 105));
    let mut connections = 0;
    for source in texts("standard-connections") {
        let document = Document::parse(source.text()).unwrap();
        let file =
            File { name: "x", role: Role::Connections, content: Content::Json(&document), is_judged: false };
        let bundle = Bundle::new(GroupKind::Project, true, vec![file]);
        let project = bundle.project().unwrap();
        connections +=
            ConnectionKind::ALL.iter().map(|kind| project.connections(*kind).count()).sum::<usize>();
    }
    assert!(connections > 5, "{connections}");
}

/// A change that a file may suffer on its way.
#[derive(Debug, Clone)]
enum Damage {
    Truncate,
    Flip(u8),
    Insert(&'static str),
    Remove(usize),
}

fn damage() -> impl Strategy<Value = Damage> {
    const PIECES: &[&str] =
        &["\"", "{", "}", "[", "@{", "'", "\\", "\\u00e9", "null", "é", "@", ",", "[[", "\u{0}"];
    prop_oneof![
        Just(Damage::Truncate),
        any::<u8>().prop_map(Damage::Flip),
        proptest::sample::select(PIECES).prop_map(Damage::Insert),
        (1..200usize).prop_map(Damage::Remove),
    ]
}

fn suffer(bytes: &mut Vec<u8>, at: usize, damage: &Damage) {
    match damage {
        Damage::Truncate => bytes.truncate(at),
        Damage::Flip(bits) => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= bits;
            }
        }
        Damage::Insert(piece) => drop(bytes.splice(at..at, piece.bytes())),
        Damage::Remove(count) => drop(bytes.drain(at..(at + count).min(bytes.len()))),
    }
}

/// Whatever happens to a real file, an answer comes back and can be drawn.
#[test]
fn damaged_files_never_panic() {
    let Some(corpus) = folder() else { return };
    let mut files: Vec<_> = entries(&corpus).into_iter().map(|entry| entry.bytes).collect();
    files.retain(|bytes| bytes.len() < 60_000);
    for file in fs::read_dir(corpus.join("companions/pa-solution-zip")).unwrap() {
        files.push(fs::read(file.unwrap().path()).unwrap());
    }
    let hurt = proptest::collection::vec((any::<prop::sample::Index>(), damage()), 1..4);
    proptest!(ProptestConfig::with_cases(400), |(which in any::<prop::sample::Index>(), hurt in hurt)| {
        let mut bytes = which.get(&files).clone();
        for (place, damage) in &hurt {
            let at = place.index(bytes.len() + 1);
            suffer(&mut bytes, at, damage);
        }
        let mut report = counterflow::report::Report::default();
        for one in check::check_bytes("damaged", &bytes, &Options::default()) {
            report.add(one.source, one.definitions, one.findings);
        }
        counterflow::report::text::render(&report, &annotate_snippets::Renderer::plain());
        counterflow::report::json::render(&report);
    });
}
