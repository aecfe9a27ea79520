//! `runbook.md`: what a person needs beside the playbooks, at two in the morning and on the day of deployment.
//!
//! The words are a Handlebars template; this module gathers what it says and escapes it for Markdown. Whatever comes
//! from the incident stands in a code span, in which nothing is markup and nothing becomes a link.

use std::collections::BTreeMap;

use super::permissions::Deployment;
use super::{Artifact, Target};
use crate::plan::Plan;
use crate::review::Reviewed;
use crate::select::{Library, Mode, Profile, Selection};

mod acts;
mod deployments;
mod facts;
mod markdown;
mod setup;
mod steps;
mod template;

pub use template::prepare;

/// Path of the runbook in a build's folder.
pub const RUNBOOK: &str = "runbook.md";

/// Everything that a runbook speaks of.
#[derive(Debug, Clone, Copy)]
pub struct Told<'a> {
    /// The incident and what people say of it.
    pub reviewed: &'a Reviewed,
    /// What was chosen and refused.
    pub selection: &'a Selection,
    /// The profile that was applied.
    pub profile: &'a Profile,
    /// The patterns.
    pub library: &'a Library,
    /// Reusable or one-shot.
    pub mode: Mode,
    /// The playbooks, as the first target has them.
    pub plan: &'a Plan,
    /// The playbooks of each target: they differ in what the incidents there never say.
    pub targets: &'a [(Target, Plan)],
    /// What is deployed, and what it needs.
    pub deployments: &'a [Deployment],
}

/// Writes the runbook. The error is our own bug, in words.
pub fn emit(told: &Told<'_>) -> Result<Artifact, String> {
    let text = template::fill(&facts::gather(told))?;
    Ok(Artifact { path: RUNBOOK.to_owned(), bytes: text.into_bytes() })
}

/// The numbers that the runbook gives the steps, by pattern: the picture bears them too.
pub fn numbers(told: &Told<'_>) -> BTreeMap<String, String> {
    steps::Steps::of(told.selection, &acts::Acts::of(told)).numbers()
}
