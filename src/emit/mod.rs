//! Emission: a playbook becomes the bytes that deploy.
//!
//! `definition` writes the workflow definition, the same for every host but for its leaves; each target wraps it. No
//! emitter writes expression text by hand: expressions are trees, printed once, and literals are escaped so that
//! evaluating them gives back the very same text.

mod calls;
mod definition;
pub mod diagram;
mod entities;
mod fold;
mod late;
mod leaves;
pub mod logic_app;
mod notes;
pub mod permissions;
mod polling;
pub mod power_automate;
pub mod runbook;
mod runbooks;
mod sink;
mod trigger;
mod values;
mod xml;

use crate::data::connector::{Host, Operation};
use crate::plan::ir::{IdSpace, Role};
use crate::plan::{Plan, Says};
use crate::select::profile::Store;
use crate::select::{Mode, Profile};

use trigger::{Source, Trigger};

pub use definition::MAX_NESTING;

/// One file of a build.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// Path below the output folder, with `/`.
    pub path: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Most actions that a workflow may have, on both hosts. Source: the limits of both products on Microsoft Learn.
pub const MAX_ACTIONS: usize = 500;

/// What an emitter makes.
#[derive(Debug, Default)]
pub struct Emitted {
    /// The files.
    pub artifacts: Vec<Artifact>,
    /// The operations called, by id: permissions, licences and unverified facts follow from them.
    pub operations: Vec<&'static Operation>,
    /// How many actions the workflow of each playbook has.
    pub actions: Vec<(Role, usize)>,
}

/// A kind of output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// An ARM template for Azure Logic Apps (Consumption).
    LogicApp,
    /// An unmanaged Power Automate solution.
    PowerAutomate,
}

impl Target {
    /// Every target that this binary has.
    pub const ALL: [Self; 2] = [Self::LogicApp, Self::PowerAutomate];

    /// Its name on the command line and its folder in the output.
    pub fn name(self) -> &'static str {
        match self {
            Self::LogicApp => "logicapp",
            Self::PowerAutomate => "powerautomate",
        }
    }

    /// The host that runs it.
    pub fn host(self) -> Host {
        match self {
            Self::LogicApp => Host::LogicApp,
            Self::PowerAutomate => Host::PowerAutomate,
        }
    }
}

/// What the incidents say that reach a target's playbooks.
pub fn says(target: Target, profile: &Profile, mode: Mode) -> Says {
    let source = Trigger::of(target.host(), Role::Main, profile, mode).source();
    let (verdicts, ids) = match source {
        Source::Sentinel => (false, IdSpace::Sentinel),
        Source::Graph => (true, IdSpace::Defender),
    };
    Says { kinds: entities::named(source), verdicts, ids }
}

/// Emits the playbooks of a plan for a target. The error is our own bug, in words.
pub fn emit(target: Target, plan: &Plan, profile: &Profile) -> Result<Emitted, String> {
    let mut emitted = match target {
        Target::LogicApp => logic_app::emit(plan, profile),
        Target::PowerAutomate => power_automate::emit(plan, profile),
    }?;
    emitted.artifacts.extend(runbooks::emit(plan, target.host())?);
    Ok(emitted)
}

impl Emitted {
    /// The playbook whose workflow has the most actions, and how many those are.
    pub fn largest(&self) -> Option<(Role, usize)> {
        self.actions.iter().copied().max_by_key(|(_, count)| *count)
    }
}

/// How many actions there are in a container of a definition that we wrote, and in all inside it.
fn count(container: &serde_json::Value) -> usize {
    let actions = container["actions"].as_object().into_iter().flat_map(|actions| actions.values());
    actions.map(|action| 1 + count(action) + count(&action["else"])).sum()
}

/// Whether a target's playbooks can keep their notes where the profile says.
pub fn keeps_notes(target: Target, profile: &Profile) -> bool {
    !(target.host() == Host::LogicApp && profile.state.store == Store::DataverseTable)
}

/// Pretty-printed JSON with a line feed at the end.
fn json_bytes(value: &serde_json::Value) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).expect("internal error: a value that JSON cannot hold");
    bytes.push(b'\n');
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Playbook;

    fn playbook(role: Role, name: &str) -> Playbook {
        let description = "Made up.".to_owned();
        Playbook {
            role,
            name: name.to_owned(),
            description,
            mode: Mode::Reusable,
            like: None,
            parameters: Vec::new(),
            unasked: Vec::new(),
            steps: Vec::new(),
        }
    }

    fn paths(target: Target, plan: &Plan) -> Vec<String> {
        let emitted = emit(target, plan, &Profile::default()).unwrap();
        emitted.artifacts.into_iter().map(|artifact| artifact.path).collect()
    }

    #[test]
    fn each_playbook_has_its_files_and_a_solution_holds_both() {
        let main = playbook(Role::Main, "Respond");
        let alone = Plan { main: main.clone(), rollback: None };
        assert_eq!(
            paths(Target::LogicApp, &alone),
            ["logicapp/azuredeploy.json", "logicapp/azuredeploy.parameters.json"]
        );
        let plan = Plan { main, rollback: Some(playbook(Role::Rollback, "Take-back")) };
        assert_eq!(
            paths(Target::LogicApp, &plan)[2..],
            ["logicapp/rollback.azuredeploy.json", "logicapp/rollback.azuredeploy.parameters.json"]
        );
        let of = |plan: &Plan, end: &str| {
            paths(Target::PowerAutomate, plan).iter().filter(|path| path.ends_with(end)).count()
        };
        assert_eq!((of(&alone, ".zip"), of(&alone, ".json.data.xml")), (1, 1));
        assert_eq!((of(&plan, ".zip"), of(&plan, ".json.data.xml")), (1, 2));
    }
}
