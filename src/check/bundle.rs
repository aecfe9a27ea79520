//! From parsed files that belong together to findings in each.

use std::cell::OnceCell;

use crate::base::diagnostic::Diagnostic;
use crate::base::json::Document;
use crate::base::pointer::Pointer;
use crate::workflow::bundle::Content;
use crate::workflow::layout::Role;
use crate::workflow::strings::Text;
use crate::workflow::{self, Bundle, Definition, FileId, Workflows};

use super::context::Context;
use super::findings::{BundleFindings, Findings};
use super::lint::{self, Member};
use super::options::{Options, Schemas};
use super::rules::packaging::workflow_json_in_other_form;
use super::rules::shape::{self, definition_too_large::is_too_large};

/// What is to be said of one file.
pub(super) struct Judged {
    /// How many definitions it holds.
    pub(super) definitions: usize,
    /// What was found.
    pub(super) findings: Vec<Diagnostic>,
}

/// Judges the files of a bundle; one result for each, in their order.
pub(super) fn check(bundle: &Bundle<'_>, options: &Options) -> Vec<Judged> {
    let mut out = BundleFindings::new(bundle.files.len());
    let mut unknown = Vec::new();
    let mut read: Vec<(FileId, &Document<'_>, Workflows<'_>)> = Vec::new();
    for (id, file) in bundle.files() {
        let Content::Json(document) = file.content else { continue };
        // A finding shows the line it stands in, and in the settings that may be a secret.
        if file.role != Role::Settings && !file.is_judged {
            shape::duplicate_key::check(document, out.of(id));
        }
        if file.role != Role::Workflow {
            continue;
        }
        match workflow::read(document) {
            Ok(mut workflows) => {
                if let Some(project) = bundle.project() {
                    workflows.name_connectors(project);
                }
                read.push((id, document, workflows));
            }
            Err(form) => match shape::definition_as_text::check(document) {
                Some(finding) => out.of(id).push(finding),
                None => unknown.push((id, form)),
            },
        }
    }
    let texts: Vec<Vec<Vec<Text<'_>>>> = read.iter().map(|(_, _, workflows)| texts(workflows)).collect();
    let members: Vec<Member<'_, '_>> = read
        .iter()
        .zip(&texts)
        .map(|((file, _, workflows), texts)| member(bundle, *file, workflows, texts))
        .collect();
    lint::run(bundle, &members, options, &mut out);

    let mut judged: Vec<Judged> =
        out.into_files().map(|findings| Judged { definitions: 0, findings }).collect();
    for (id, document, workflows) in &read {
        let judged = &mut judged[id.index()];
        judged.definitions = workflows.definitions.len();
        judged.findings.extend(shape::definition_as_text::check_workflows(document, workflows));
        let says_why = |found: &Diagnostic| {
            [&shape::definition_as_text::RULE, &shape::workflow_as_template::RULE].contains(&found.rule)
        };
        if !judged.findings.iter().any(says_why) {
            judged.findings.extend(shape::no_definition::findings(workflows));
        }
        // What its members should be is not to be told from a form that it should not have.
        let is_other_form =
            judged.findings.iter().any(|found| found.rule == &workflow_json_in_other_form::RULE);
        if is_other_form || bundle[*id].is_judged {
            continue;
        }
        let too_large: Vec<&Definition<'_>> =
            workflows.definitions.iter().filter(|it| is_too_large(it)).collect();
        if !too_large.is_empty() {
            judged.findings.extend(too_large.into_iter().map(shape::definition_too_large::finding));
        } else {
            add(shape::members::check(document, workflows), &mut judged.findings);
            let is_ours = || workflows.definitions.iter().any(Definition::is_ours);
            if options.schemas == Schemas::All || (options.schemas == Schemas::Ours && is_ours()) {
                add(super::schema(document, workflows.form), &mut judged.findings);
            }
        }
    }
    for (id, form) in unknown {
        judged[id.index()].findings.push(shape::unknown_form::finding(form));
    }
    judged
}

/// What tables and schemas say where nothing else has been said: one mistake makes one message.
fn add(found: Vec<Diagnostic>, findings: &mut Vec<Diagnostic>) {
    if found.is_empty() {
        return;
    }
    let mut places: Vec<Pointer> = findings.iter().map(|finding| finding.pointer.clone()).collect();
    places.sort_unstable();
    let mut shapes = Findings::new();
    shapes.extend(found.into_iter().filter(|finding| places.binary_search(&finding.pointer).is_err()));
    findings.extend(shapes.into_kept());
}

/// The strings of each definition; none of one that is not judged.
fn texts<'d>(workflows: &Workflows<'d>) -> Vec<Vec<Text<'d>>> {
    let texts = |definition: &Definition<'d>| match is_too_large(definition) {
        true => Vec::new(),
        false => definition.texts(&workflows.templates),
    };
    workflows.definitions.iter().map(texts).collect()
}

fn member<'c, 'd>(
    bundle: &'c Bundle<'d>,
    file: FileId,
    workflows: &'c Workflows<'d>,
    texts: &'c [Vec<Text<'d>>],
) -> Member<'c, 'd> {
    let contexts = workflows
        .definitions
        .iter()
        .zip(texts)
        .filter(|(definition, _)| !is_too_large(definition))
        .map(|(definition, texts)| Context::new((bundle, file, workflows), definition, texts))
        .collect();
    Member { file, workflows, contexts, api_ids: OnceCell::new() }
}
