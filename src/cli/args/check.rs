//! What can be asked of `check`.

use std::path::PathBuf;

use clap::ValueEnum;

use counterflow::pipeline::policy::Persona;

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct CheckOptions {
    /// Files, folders and archives to check; `-` reads standard input. Folders are walked, without what .gitignore names and what is hidden.
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// For people or for programs.
    #[arg(long, value_enum, default_value = "text")]
    pub format: CheckFormat,
    /// Only these rules: codes, beginnings of codes, or names, separated by commas.
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub select: Vec<String>,
    /// Not these rules.
    #[arg(long, value_name = "RULES", value_delimiter = ',')]
    pub ignore: Vec<String>,
    /// Report what is probably wrong but can be meant, too.
    #[arg(long)]
    pub strict: bool,
    /// Ask the bundled JSON Schemas too; of what Counterflow built they always are.
    #[arg(long)]
    pub schema: bool,
    /// Who reads the findings.
    #[arg(long, value_enum, default_value = "author")]
    pub persona: PersonaName,
    /// Decisions of the project (YAML); without it, counterflow.yaml or counterflow.yml in this folder is read if there is one.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Leave out the findings that this file knows.
    #[arg(long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,
    /// Write the findings to a file that makes them known, and exit with 0.
    #[arg(long, value_name = "FILE")]
    pub write_baseline: Option<PathBuf>,
    /// Make the changes that are safe to make unseen, in the files themselves: those that mend what this command reports.
    #[arg(long, conflicts_with = "write_baseline")]
    pub fix: bool,
    /// Print those changes as a diff and write nothing, also together with --fix.
    #[arg(long, conflicts_with = "write_baseline")]
    pub diff: bool,
    /// The day against which suppressions expire: YYYY-MM-DD. Without it, today.
    #[arg(long, value_name = "DATE", value_parser = day)]
    pub as_of: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum CheckFormat {
    /// Findings drawn in their files.
    Text,
    /// One JSON object.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations of GitHub Actions.
    Github,
    /// JUnit XML, for build servers.
    Junit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum PersonaName {
    /// Whoever writes the workflow.
    Author,
    /// Whoever audits it: every hint.
    Auditor,
    /// Whoever answers for a response: response safety counts as errors.
    Responder,
}

impl From<PersonaName> for Persona {
    fn from(name: PersonaName) -> Self {
        match name {
            PersonaName::Author => Self::Author,
            PersonaName::Auditor => Self::Auditor,
            PersonaName::Responder => Self::Responder,
        }
    }
}

/// A day as it is compared: a real one, in the one form that sorts as text.
fn day(text: &str) -> Result<String, String> {
    let date: jiff::civil::Date = text.parse().map_err(|_| "a day is written YYYY-MM-DD".to_owned())?;
    if date.to_string() == text {
        Ok(date.to_string())
    } else {
        Err("a day is written YYYY-MM-DD".to_owned())
    }
}
