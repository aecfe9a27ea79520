//! Selection: which patterns answer a reviewed incident, and why; which do not, and why not.
//!
//! A pattern is chosen when a finding asks for it (a technique, a tactic or category of an alert, a verdict on an
//! entity, a decision of the review) and the incident has something it may act on. Everything else is refused with its
//! reasons, so that nobody has to guess what the compiler thought.

mod approvers;
pub mod codes;
mod guard;
mod matcher;
mod order;
pub mod pattern;
pub mod profile;
mod profile_scaffold;
mod protected;
mod remarks;
mod room;
mod stand_in;

use crate::data::connector::Host;

pub use codes::RULES;
pub use guard::{LeftOut, Why, host_of};
pub use matcher::select;
pub use pattern::{Library, Pattern, Phase};
pub use profile::Profile;
pub use profile_scaffold::PROFILE_SCAFFOLD;

use crate::base::diagnostic::Diagnostic;

/// Where a playbook's entities come from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// From the incident that triggers the run.
    #[default]
    Reusable,
    /// From the incident it was compiled from; they stand in one literal.
    OneShot,
}

impl Mode {
    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reusable => "reusable",
            Self::OneShot => "one-shot",
        }
    }
}

/// The outcome: patterns in the order in which they run, refusals by id, and techniques that nothing answers.
#[derive(Debug, Clone)]
pub struct Selection {
    /// Patterns to use, in order: phase, declared order, least disruptive first.
    pub chosen: Vec<Chosen>,
    /// Patterns that take back what chosen ones do, in the order in which a rollback runs them.
    pub rollback: Vec<Chosen>,
    /// Patterns not used, by id.
    pub refused: Vec<Refused>,
    /// Ids of counted techniques that no chosen pattern answers by technique.
    pub uncovered: Vec<String>,
    /// Warnings about decisions.
    pub diagnostics: Vec<Diagnostic>,
}

/// A pattern that will be used.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// The pattern.
    pub pattern: Pattern,
    /// Why, strongest first.
    pub reasons: Vec<Reason>,
    /// Indices of the entities of this incident that it acts on.
    pub targets: Vec<usize>,
    /// Entities of its kind that it leaves alone.
    pub left_out: Vec<LeftOut>,
    /// Whether a person must agree first.
    pub approval: bool,
    /// Whether the question names the items of a target that it is about, and not the target alone; so wherever there is
    /// room for reading them first.
    pub items: bool,
    /// Whether a run must look for proof before it acts. A review that names every target is better proof.
    pub proof: bool,
}

impl Chosen {
    /// Whether it takes back what the pattern of that id does.
    pub fn takes_back(&self, id: &str) -> bool {
        self.taken_back().any(|of| of == id)
    }

    /// Ids of the patterns whose acts it takes back.
    pub fn taken_back(&self) -> impl Iterator<Item = &str> {
        self.reasons.iter().filter_map(|reason| match &reason.finding {
            Finding::TakesBack(id) => Some(id.as_str()),
            _ => None,
        })
    }
}

/// Why a pattern was chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// What asked for it.
    pub finding: Finding,
    /// Why the pattern helps.
    pub because: String,
}

impl Reason {
    /// The technique that asked, if it was one.
    pub fn technique(&self) -> Option<&str> {
        match &self.finding {
            Finding::Technique(id) => Some(id),
            _ => None,
        }
    }
}

/// What asked for a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// The review requires it.
    Required,
    /// A technique, by id.
    Technique(String),
    /// A tactic that an alert's category names, by short name.
    Tactic(String),
    /// An alert category that is no tactic, as written.
    Category(String),
    /// A verdict on one of the entities.
    Verdict(crate::ingest::Verdict),
    /// It belongs to every playbook.
    Always,
    /// It takes back what another pattern does, by id.
    TakesBack(String),
}

/// A pattern that is not used.
#[derive(Debug, Clone)]
pub struct Refused {
    /// Its id.
    pub pattern: String,
    /// Its title.
    pub title: String,
    /// What asks for it all the same; nothing where the reasons hold [`Refusal::NoFinding`].
    pub asked: Vec<Reason>,
    /// Why not; at least one.
    pub reasons: Vec<Refusal>,
}

/// Why a pattern is not used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The review forbids it.
    Forbidden {
        /// The review's reason.
        reason: String,
    },
    /// No technique, category or verdict asks for it.
    NoFinding,
    /// The incident has no such entity.
    NoEntity {
        /// The kind it needs.
        kind: crate::ingest::EntityKind,
    },
    /// It has such entities, and each is left alone for a reason of its own.
    NoTarget {
        /// The entities and their reasons.
        left_out: Vec<LeftOut>,
    },
    /// The tenant lacks a licence.
    Licence {
        /// What is missing.
        licence: String,
    },
    /// The cloud does not have an operation.
    Cloud {
        /// The operation.
        operation: String,
    },
    /// A connector is not to be used.
    Connector {
        /// The connector.
        connector: String,
        /// The setting of the profile that it needs, where that is missing; else the profile rules it out.
        needs: Option<&'static str>,
    },
    /// It takes back what another pattern does, and that one is not chosen.
    OnlyRollback,
    /// It asks a person for what another pattern does by itself.
    StandsIn {
        /// That pattern.
        pattern: String,
    },
    /// With it the playbook would have more actions than a workflow may have.
    NoRoom,
}

impl Refusal {
    /// A stable word for machine formats.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Forbidden { .. } => "forbidden",
            Self::NoFinding => "no-finding",
            Self::NoEntity { .. } => "no-entity",
            Self::NoTarget { .. } => "no-target",
            Self::Licence { .. } => "licence",
            Self::Cloud { .. } => "cloud",
            Self::Connector { .. } => "connector",
            Self::OnlyRollback => "only-rollback",
            Self::StandsIn { .. } => "stands-in",
            Self::NoRoom => "no-room",
        }
    }
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Forbidden { reason } => write!(f, "the review forbids it: {reason}"),
            Self::NoFinding => f.write_str("no technique, alert category or verdict asks for it"),
            Self::NoEntity { kind } => write!(f, "the incident names no {}", in_words(*kind)),
            Self::NoTarget { left_out } => {
                let reasons: std::collections::BTreeSet<String> =
                    left_out.iter().map(|left| left.why.to_string()).collect();
                let reasons: Vec<String> = reasons.into_iter().collect();
                write!(f, "nothing is left to act on: {}", reasons.join("; "))
            }
            Self::Licence { licence } => write!(f, "the tenant has no licence for {licence}"),
            Self::Cloud { operation } => write!(f, "`{operation}` is not documented for this cloud"),
            Self::Connector { connector, needs: Some(setting) } => {
                write!(f, "the profile has no `{setting}` for `{connector}`")
            }
            Self::Connector { connector, needs: None } => {
                write!(f, "the profile says that the tenant has no connector `{connector}`")
            }
            Self::OnlyRollback => {
                f.write_str("it takes back what another pattern does, and that is not chosen")
            }
            Self::NoRoom => f.write_str(
                "with it the playbook would have more actions than a workflow may have; forbid another to make room",
            ),
            Self::StandsIn { pattern } => {
                write!(
                    f,
                    "it asks a person for what `{pattern}` does, and is used where the tenant lacks a connector for that"
                )
            }
        }
    }
}

/// Reads the patterns and the operations that they call, so that [`select()`] need not wait for them.
pub fn prepare() {
    for pattern in Library::bundled().iter() {
        for host in [Host::LogicApp, Host::PowerAutomate] {
            // One that a host does not have is refused where somebody asks for it.
            let _ = pattern.operations(host, true);
        }
    }
}

/// A kind of entity in the words of a sentence.
pub fn in_words(kind: crate::ingest::EntityKind) -> String {
    match kind.name() {
        "ip" => "IP address".to_owned(),
        "url" => "URL".to_owned(),
        name => name.replace('-', " "),
    }
}
