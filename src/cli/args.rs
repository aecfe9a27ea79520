//! What can be asked for.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{EnumValueParser, PossibleValue, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use counterflow::emit::Target;
use counterflow::select::Mode;

mod check;

pub(super) use check::{CheckFormat, CheckOptions};

/// Compile a reviewed security incident into remediation playbooks that deploy.
#[derive(Debug, Parser)]
#[command(name = "counterflow", version, about, max_term_width = 100)]
#[command(
    after_help = "Exit status: 0 no error, 1 at least one error or a refusal to build, 2 usage or I/O."
)]
pub(super) struct Args {
    #[command(subcommand)]
    pub command: Command,
    /// Exit with 0 where the findings alone would give 1.
    #[arg(long, global = true)]
    pub exit_zero: bool,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Build playbooks from an incident export, and check the result.
    Build(BuildOptions),
    /// Show which patterns would be used, which not, and why.
    Plan(PlanOptions),
    /// Check workflow definitions that anybody made: ARM templates, solutions, flows.
    Check(CheckOptions),
    /// Begin a review file with what an incident export knows.
    Review {
        #[command(subcommand)]
        action: ReviewAction,
    },
    /// Begin a profile of the organisation.
    Profile {
        #[command(subcommand)]
        action: ProfileAction,
    },
    /// Explain a code such as CF2001.
    Explain {
        /// The code, or the rule's name.
        code: String,
    },
    /// List every rule.
    Rules,
    /// List the remediation patterns, or show one.
    Patterns {
        #[command(subcommand)]
        action: Option<ListAction>,
    },
    /// List the operations of the catalogue, or show one.
    Connectors {
        #[command(subcommand)]
        action: Option<ListAction>,
    },
    /// Print a bundled JSON Schema: review, profile, pattern, workflow-definition…
    Schema {
        /// Its name.
        name: String,
    },
    /// Print the script that completes these commands in a shell.
    Completions {
        /// The shell.
        shell: Shell,
    },
    /// Print the manual as roff: `counterflow man | man -l -`.
    Man,
}

#[derive(Debug, Subcommand)]
pub(super) enum ReviewAction {
    /// Print a review file to fill in, with what the export knows and what there is to decide.
    Init(ReviewInitOptions),
}

#[derive(Debug, clap::Args)]
pub(super) struct ReviewInitOptions {
    /// The incident export, as the API gave it; `-` reads standard input.
    pub incident: PathBuf,
    /// Id of the incident, where the export holds several.
    #[arg(long = "incident", value_name = "ID")]
    pub id: Option<String>,
}

#[derive(Debug, Subcommand)]
pub(super) enum ProfileAction {
    /// Print a profile to fill in; as it is, it holds the careful defaults.
    Init,
}

#[derive(Debug, Subcommand)]
pub(super) enum ListAction {
    /// One line each.
    List,
    /// All that is known of one.
    Show {
        /// Its id.
        id: String,
    },
}

#[derive(Debug, clap::Args)]
pub(super) struct SourceOptions {
    /// The incident export, as the API gave it; `-` reads standard input.
    pub incident: PathBuf,
    /// The review file (YAML).
    #[arg(long, value_name = "FILE")]
    pub review: Option<PathBuf>,
    /// The organisation's profile (YAML).
    #[arg(long, value_name = "FILE")]
    pub profile: Option<PathBuf>,
    /// Id of the incident, where the export holds several.
    #[arg(long = "incident", value_name = "ID")]
    pub id: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct BuildOptions {
    #[command(flatten)]
    pub source: SourceOptions,
    /// What to build.
    #[arg(long, value_delimiter = ',', default_value = "all", value_parser = TargetParser)]
    pub target: Vec<TargetName>,
    /// Act on whatever incident triggers the playbook, or on exactly this one.
    #[arg(long, value_enum, default_value = "reusable")]
    pub mode: ModeName,
    /// Folder for the result; written whole or not at all.
    #[arg(long, value_name = "DIR")]
    pub out: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct PlanOptions {
    #[command(flatten)]
    pub source: SourceOptions,
    /// For a terminal, for programs, or for a ticket.
    #[arg(long, value_enum, default_value = "text")]
    pub format: PlanFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PlanFormat {
    /// For a terminal.
    Text,
    /// One JSON object.
    Json,
    /// A Markdown document in GitHub's dialect.
    Markdown,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Findings drawn in their files.
    Text,
    /// One JSON object.
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum TargetName {
    /// ARM template for Azure Logic Apps (Consumption).
    Logicapp,
    /// Power Automate solution.
    Powerautomate,
    /// Every target that this version has.
    All,
}

/// Reads a target; one that is planned, and not in this version, is refused for that and for nothing else.
#[derive(Debug, Clone)]
pub(super) struct TargetParser;

impl TargetParser {
    /// Targets that another version has.
    const LATER: [&str; 2] = ["standard", "cacao"];

    fn inner() -> EnumValueParser<TargetName> {
        EnumValueParser::new()
    }
}

impl TypedValueParser for TargetParser {
    type Value = TargetName;

    fn parse_ref(
        &self,
        command: &clap::Command,
        argument: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<TargetName, clap::Error> {
        if let Some(later) = Self::LATER.iter().find(|later| value == **later) {
            let names: Vec<String> = TargetName::value_variants()
                .iter()
                .filter_map(|name| Some(name.to_possible_value()?.get_name().to_owned()))
                .collect();
            let message = format!("the target `{later}` is not in this version; it has {}", names.join(", "));
            return Err(command.clone().error(ErrorKind::InvalidValue, message));
        }
        Self::inner().parse_ref(command, argument, value)
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let values = TargetName::value_variants().iter().filter_map(ValueEnum::to_possible_value);
        Some(Box::new(values))
    }
}

impl TargetName {
    /// The targets meant, in the order of the target table, each once.
    pub(super) fn targets(names: &[Self]) -> Vec<Target> {
        let wanted = |target: Target| {
            names.iter().any(|name| match name {
                Self::Logicapp => target == Target::LogicApp,
                Self::Powerautomate => target == Target::PowerAutomate,
                Self::All => true,
            })
        };
        Target::ALL.into_iter().filter(|target| wanted(*target)).collect()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ModeName {
    /// Acts on the entities of the incident that triggers the run.
    Reusable,
    /// Acts on the entities of this export.
    OneShot,
}

impl From<ModeName> for Mode {
    fn from(name: ModeName) -> Self {
        match name {
            ModeName::Reusable => Self::Reusable,
            ModeName::OneShot => Self::OneShot,
        }
    }
}
