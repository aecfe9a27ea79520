//! `counterflow.yaml`: what a project decides about findings, kept beside its workflows.
//!
//! `schemas/config.schema.json` is its contract; these types follow it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::base::diagnostic::Severity;

/// The decisions of a project.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Editor wiring; not read.
    #[serde(rename = "$schema")]
    pub schema: Option<String>,
    /// Whether the strict rules apply.
    pub strict: bool,
    /// Weight by code, beginning of a code, or name.
    pub rules: BTreeMap<String, Level>,
    /// Files that are left out, of some rules or of all.
    pub ignore: Vec<Ignore>,
    /// Findings that are accepted, each with its reason.
    pub suppress: Vec<Suppress>,
}

/// What a rule weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Not reported.
    Off,
    /// Reported as info.
    Info,
    /// Reported as a warning.
    Warning,
    /// Reported as an error.
    Error,
}

impl Level {
    /// The severity meant; none for [`Level::Off`].
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Off => None,
            Self::Info => Some(Severity::Info),
            Self::Warning => Some(Severity::Warning),
            Self::Error => Some(Severity::Error),
        }
    }
}

/// Files of which some rules say nothing.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ignore {
    /// Globs over the names of files as `check` shows them.
    pub paths: Vec<String>,
    /// Which rules; empty for all.
    #[serde(default)]
    pub rules: Vec<String>,
}

/// A finding that is accepted.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suppress {
    /// Which rule.
    pub rule: String,
    /// A glob over the names of files; absent for any.
    pub path: Option<String>,
    /// A JSON pointer; the finding is there or below it. Absent for anywhere.
    pub pointer: Option<String>,
    /// Why it is accepted.
    pub reason: String,
    /// The last day on which it is, as `YYYY-MM-DD`.
    pub until: Option<String>,
}

impl Config {
    /// Reads a configuration that has passed its schema.
    pub fn from_value(value: Value) -> Result<Self, serde_json::Error> {
        serde_json::from_value(value)
    }
}
