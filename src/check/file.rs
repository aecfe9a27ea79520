//! From the bytes of files to placed findings.

use std::cell::OnceCell;

use rayon::prelude::*;

use crate::base::diagnostic::{Diagnostic, Index, Located};
use crate::base::json::{self, Document, Node};
use crate::base::source::{Lines, Source};
use crate::base::xml::XmlDocument;
use crate::workflow::bundle::{Bundle, Content, File, GroupKind};
use crate::workflow::layout::{self, Role};
use crate::workflow::{self, Form, archive};

use super::bundle::Judged;
use super::options::{Options, Schemas};
use super::rules::shape;

/// One checked document.
#[derive(Debug)]
pub struct Checked {
    /// Its name and text. The text is empty when the bytes could not be read.
    pub source: Source,
    /// How many definitions it holds.
    pub definitions: usize,
    /// What was found, in the order of the document.
    pub findings: Vec<Located>,
}

/// Files that belong together, read into memory.
#[derive(Debug, Clone)]
pub struct Files {
    /// How they are packed.
    pub kind: GroupKind,
    /// Whether all files of the packaging are among them.
    pub is_whole: bool,
    /// Whether somebody named them. Files that are only met on a walk are passed over without a word when they are no
    /// workflows.
    pub is_asked: bool,
    /// The name to show, the role and the bytes of each, ordered by name.
    pub files: Vec<(String, Role, Vec<u8>)>,
}

impl Files {
    /// One file that somebody named.
    pub fn one(name: &str, bytes: Vec<u8>) -> Self {
        let files = vec![(name.to_owned(), Role::Workflow, bytes)];
        Self { kind: GroupKind::Alone, is_whole: true, is_asked: true, files }
    }
}

/// Checks one file on its own, or the files in an archive.
pub fn check_bytes(name: &str, bytes: &[u8], options: &Options) -> Vec<Checked> {
    check_files(Files::one(name, bytes.to_vec()), options)
}

/// Checks text that is already decoded, on its own.
pub fn check_source(source: Source, options: &Options) -> Checked {
    let files = Files::one(source.name(), source.text().as_bytes().to_vec());
    let checked = check_group(files, &[], options).pop();
    checked.unwrap_or_else(|| Checked { source, definitions: 0, findings: Vec::new() })
}

/// Checks files that belong together. An archive among them is opened. What comes back are all files that were read,
/// whatever the rules that are wanted find in them.
pub fn check_files(files: Files, options: &Options) -> Vec<Checked> {
    if let (GroupKind::Alone, [(name, _, bytes)]) = (files.kind, &files.files[..])
        && archive::is_zip(bytes)
    {
        return check_archive(name, bytes, files.is_asked, &[], options);
    }
    check_group(files, &[], options)
}

/// Checks what a build made: path and bytes of each file. Files that belong together are judged together, as whoever
/// gets them will have them. JSON that is no workflow, and goes with none, is an error: else one that we emit in a form that
/// cannot be read back would be passed over. A flow that is packed and unpacked, byte for byte, is judged as it is unpacked,
/// and what goes around it both times.
pub fn check_artifacts(artifacts: &[(&str, &[u8])]) -> Vec<Checked> {
    // That the schemas allow our files is quickly seen, beside all else. Only where they do not is it told apart from what is
    // found without them.
    let (checked, are_allowed) = rayon::join(
        || check_with(artifacts, Schemas::Never),
        || artifacts.par_iter().all(|(_, bytes)| schemas_allow(bytes)),
    );
    if are_allowed { checked } else { check_with(artifacts, Schemas::All) }
}

/// Whether the schema of its form allows a workflow. What is none is not its business.
fn schemas_allow(bytes: &[u8]) -> bool {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    let Ok(document) = Document::parse(text) else { return true };
    workflow::form::detect(&document).map_or(true, |form| super::schema(&document, form).is_empty())
}

fn check_with(artifacts: &[(&str, &[u8])], schemas: Schemas) -> Vec<Checked> {
    let options = Options { schemas, ..Options::default() };
    let is_read = |path: &&str| layout::is_wanted(path);
    let names: Vec<String> =
        artifacts.iter().map(|(path, _)| *path).filter(is_read).map(str::to_owned).collect();
    let bytes_of =
        |name: &str| artifacts.iter().find(|(path, _)| *path == name).map(|(_, bytes)| bytes.to_vec());
    let groups = layout::group(&names, false).into_iter().map(|group| Files {
        kind: group.kind,
        is_whole: group.is_whole,
        is_asked: true,
        files: group
            .files
            .into_iter()
            .filter_map(|(name, role)| Some((bytes_of(&name)?, name, role)))
            .map(|(bytes, name, role)| (name, role, bytes))
            .collect(),
    });
    let archives = artifacts.iter().filter(|(_, bytes)| archive::is_zip(bytes));
    let archives = archives.map(|(path, bytes)| Files::one(path, bytes.to_vec()));
    let unpacked: Vec<&[u8]> =
        artifacts.iter().filter(|(path, _)| is_read(path)).map(|(_, bytes)| *bytes).collect();
    let files: Vec<Files> = groups.chain(archives).collect();
    files
        .into_par_iter()
        .flat_map_iter(|files| match &files.files[..] {
            [(name, _, bytes)] if archive::is_zip(bytes) => {
                check_archive(name, bytes, true, &unpacked, &options)
            }
            _ => check_group(files, &[], &options),
        })
        .collect()
}

/// Checks every workflow of an archive. Members are called `a.zip!/Workflows/x.json`.
fn check_archive(
    name: &str,
    bytes: &[u8],
    is_asked: bool,
    judged: &[&[u8]],
    options: &Options,
) -> Vec<Checked> {
    match archive::groups(bytes) {
        Ok(groups) => groups
            .into_iter()
            .flat_map(|group| {
                let files = group.files.into_iter();
                let files = files.map(|(member, role, bytes)| (format!("{name}!/{member}"), role, bytes));
                let files = Files {
                    kind: group.kind,
                    is_whole: true,
                    is_asked: group.kind.is_told_by_names(),
                    files: files.collect(),
                };
                check_group(files, judged, options)
            })
            .collect(),
        Err(archive::ArchiveError::NoWorkflows { .. }) if !is_asked => Vec::new(),
        Err(error) => vec![unread(name, shape::unreadable_archive::finding(&error))],
    }
}

/// What became of the bytes of a file.
enum Parsed<'s> {
    Json(Document<'s>),
    /// A template, once its comments are blanks.
    Commented(Document<'s>, Diagnostic),
    Xml(XmlDocument),
    Failed(Diagnostic),
}

/// Checks files that belong together. `judged` is what is judged elsewhere.
fn check_group(files: Files, judged: &[&[u8]], options: &Options) -> Vec<Checked> {
    let Files { kind, is_whole, is_asked, files } = files;
    let are_judged: Vec<bool> = files.iter().map(|(.., bytes)| judged.contains(&&bytes[..])).collect();
    let decoded: Vec<Decoded> = files
        .into_iter()
        .map(|(name, role, bytes)| match Source::from_bytes(name.as_str(), bytes) {
            Ok(source) => Decoded { source, role, failure: None, blanked: OnceCell::new() },
            Err(error) => {
                let failure = Some(shape::encoding::finding(&error));
                Decoded { source: Source::new(name, ""), role, failure, blanked: OnceCell::new() }
            }
        })
        .collect();
    let parsed: Vec<Parsed<'_>> = decoded
        .iter()
        .map(|file| match &file.failure {
            Some(finding) => Parsed::Failed(finding.clone()),
            None => parse(file),
        })
        .collect();
    let with_role = decoded.iter().zip(&parsed).zip(are_judged);
    let bundle = Bundle::new(
        kind,
        is_whole,
        with_role
            .map(|((file, parsed), is_judged)| File {
                name: file.source.name(),
                role: file.role,
                content: match parsed {
                    Parsed::Json(document) | Parsed::Commented(document, _) => Content::Json(document),
                    Parsed::Xml(document) => Content::Xml(document),
                    Parsed::Failed(_) => Content::Unread,
                },
                is_judged,
            })
            .collect(),
    );
    let judged = if is_asked || is_worth_reading(&bundle, &decoded) {
        super::bundle::check(&bundle, options)
    } else {
        Vec::new()
    };
    let mut results = Vec::new();
    for (at, judged) in judged.into_iter().enumerate() {
        let (Decoded { source, role, .. }, parsed) = (&decoded[at], &parsed[at]);
        let Judged { definitions, mut findings } = judged;
        // Settings are for one machine: what is no JSON there, such as comments, concerns nobody else.
        if let Parsed::Failed(finding) | Parsed::Commented(_, finding) = parsed
            && *role != Role::Settings
        {
            findings.push(finding.clone());
        }
        let index = match parsed {
            Parsed::Json(document) | Parsed::Commented(document, _) => Index::Json(document),
            Parsed::Xml(_) | Parsed::Failed(_) => Index::Text,
        };
        results.push((definitions, locate(findings, source, &index)));
    }
    drop(bundle);
    drop(parsed);
    let sources = decoded.into_iter().map(|file| file.source);
    let checked = |(source, (definitions, findings))| Checked { source, definitions, findings };
    sources.zip(results).map(checked).collect()
}

/// A file as text.
struct Decoded {
    source: Source,
    role: Role,
    /// Why it is none.
    failure: Option<Diagnostic>,
    /// The text without its comments, where it was asked for.
    blanked: OnceCell<String>,
}

fn parse(file: &Decoded) -> Parsed<'_> {
    let Decoded { source, role, blanked, .. } = file;
    let is_xml = matches!(
        role,
        Role::SolutionManifest | Role::Customizations | Role::WorkflowData | Role::EnvironmentVariable
    );
    if is_xml {
        return match XmlDocument::parse(source.text()) {
            Ok(document) => Parsed::Xml(document),
            Err(error) => Parsed::Failed(shape::not_xml::finding(&error)),
        };
    }
    match Document::parse(source.text()) {
        Ok(document) => Parsed::Json(document),
        Err(error) => {
            let text = json::without_comments(source.text()).map(|text| blanked.get_or_init(|| text));
            let template = text
                .and_then(|text| Document::parse(text).ok())
                .filter(|document| workflow::form::detect(document) == Ok(Form::Arm));
            match template {
                Some(document) => Parsed::Commented(document, shape::comments::finding(&error)),
                None => Parsed::Failed(shape::not_json::finding(error)),
            }
        }
    }
}

/// Whether a file that was only met on a walk is surely a workflow, or surely meant to be one.
fn is_worth_reading(bundle: &Bundle<'_>, decoded: &[Decoded]) -> bool {
    if bundle.is_told_by_names() {
        return true;
    }
    let Some((_, File { content, .. })) = bundle.first_workflow() else { return false };
    let Content::Json(document) = content else {
        // What is no JSON may be anything, unless it says itself what it should be.
        let marks = ["Microsoft.Logic/workflows", "workflowdefinition.json"];
        return decoded.iter().any(|file| marks.iter().any(|mark| file.source.text().contains(mark)));
    };
    let root = document.root();
    let is_definition = |node: Option<Node<'_>>| {
        node.is_some_and(|node| {
            let schema = node.get("$schema").and_then(|schema| schema.as_str()).unwrap_or_default();
            let has = |key: &str| node.get(key).is_some_and(|node| node.is_object());
            schema.contains("workflowdefinition.json") || (has("triggers") && has("actions"))
        })
    };
    match workflow::form::detect(document) {
        Err(_) => is_meant(root),
        Ok(Form::Arm) => {
            workflow::arm::Templates::read(root).resources().any(|resource| resource.is_workflow())
        }
        Ok(Form::ClientData | Form::Resource) => is_definition(root.path(&["properties", "definition"])),
        Ok(Form::Workflow) => {
            is_definition(root.get("definition")) || is_definition(root.path(&["properties", "definition"]))
        }
        Ok(Form::Bare) => is_definition(Some(root)),
    }
}

/// Whether a document that is no workflow in any form was meant to be one: it says so itself, or has what only a flow has.
fn is_meant(root: Node<'_>) -> bool {
    let text_is = |node: Node<'_>, test: fn(&str) -> bool| node.as_str().is_some_and(test);
    let of_template = root
        .get("$schema")
        .is_some_and(|schema| text_is(schema, |text| text.contains("deploymentTemplate.json")));
    let is_workflow = |node: Node<'_>| {
        node.key().is_some_and(|key| key.eq_ignore_ascii_case("type"))
            && text_is(node, |text| text.eq_ignore_ascii_case("Microsoft.Logic/workflows"))
    };
    let is_definition = |node: Node<'_>| {
        node.key() == Some("$schema") && text_is(node, |text| text.contains("workflowdefinition.json"))
    };
    let is_of_flow = |node: Node<'_>| node.key() == Some("connectionReferences") && node.is_object();
    root.is_object()
        && root
            .descendants()
            .any(|node| (of_template && is_workflow(node)) || is_definition(node) || is_of_flow(node))
}

/// The result for a file of which there is no text to show.
fn unread(name: &str, finding: Diagnostic) -> Checked {
    let source = Source::new(name, "");
    let findings = locate(vec![finding], &source, &Index::Text);
    Checked { source, definitions: 0, findings }
}

fn locate(found: Vec<Diagnostic>, source: &Source, index: &Index<'_>) -> Vec<Located> {
    if found.is_empty() {
        return Vec::new();
    }
    let lines = Lines::new(source.text());
    let mut findings: Vec<_> =
        found.into_iter().map(|finding| finding.locate(source, &lines, index)).collect();
    findings.sort_by(|a, b| {
        (a.span.start, a.diagnostic.rule.code, a.span.end).cmp(&(
            b.span.start,
            b.diagnostic.rule.code,
            b.span.end,
        ))
    });
    // Two workflows of a template may share a definition that stands in a variable.
    findings.dedup_by(|a, b| a.diagnostic == b.diagnostic);
    findings
}
