//! The check of what a build made, before anybody gets it.

use super::{PLAN, codes, locate};
use crate::base::diagnostic::{Diagnostic, Index};
use crate::base::json::Document;
use crate::base::source::Source;
use crate::check::{self as checker, Checked};
use crate::data::schemas;
use crate::emit::{Artifact, Target, permissions, runbook};
use crate::select;
use crate::workflow::Form;

/// Files of a build that follow a schema of ours, with its name.
const WITH_SCHEMA: &[(&str, &str)] = &[(PLAN, "plan"), (permissions::LIST, "permissions")];

/// Gets ready what stages wait for whatever the incident is, in their order: the patterns and what they call, what judges the
/// files of some targets, and the words of the runbook.
pub(super) fn prepare(targets: &[Target]) {
    select::prepare();
    // Both refer to the definition, and it is by far the largest.
    checker::prepare_schema(Form::Bare);
    for target in targets {
        checker::prepare_schema(match target {
            Target::LogicApp => Form::Arm,
            Target::PowerAutomate => Form::ClientData,
        });
    }
    runbook::prepare();
    WITH_SCHEMA.iter().for_each(|(_, schema)| schemas::prepare(schema));
}

/// Judges bytes of ours as if they were anybody's: what has a schema of ours by that, all else as workflows in their
/// packaging.
pub(super) fn check_own(artifacts: &[Artifact]) -> Vec<Checked> {
    let schema_of = |artifact: &Artifact| WITH_SCHEMA.iter().find(|(path, _)| *path == artifact.path);
    let (papers, others): (Vec<&Artifact>, _) = artifacts.iter().partition(|one| schema_of(one).is_some());
    let others: Vec<(&str, &[u8])> =
        others.iter().map(|artifact| (artifact.path.as_str(), artifact.bytes.as_slice())).collect();
    let papers = papers.into_iter().filter_map(|paper| Some(check_with_schema(paper, schema_of(paper)?.1)));
    papers.chain(checker::check_artifacts(&others)).collect()
}

fn check_with_schema(artifact: &Artifact, schema: &str) -> Checked {
    let source = Source::new(artifact.path.as_str(), String::from_utf8_lossy(&artifact.bytes));
    let findings = match Document::parse(source.text()) {
        Ok(document) => {
            let findings = schemas::validate_node(schema, document.root());
            locate(&source, &Index::Json(&document), findings)
        }
        Err(_) => {
            let message = format!("internal error: {} is not JSON", artifact.path);
            let finding = Diagnostic::new(&codes::INTERNAL, Default::default(), message);
            locate(&source, &Index::Text, vec![finding])
        }
    };
    Checked { source, definitions: 0, findings }
}
