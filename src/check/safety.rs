//! What a definition does to people and devices, and whether somebody was asked.
//!
//! A call *acts* when the catalogue's class of its operation needs consent: it contains, removes or gives back. An act is
//! *gated* when the graph itself shows that it runs only after an approval was answered with a yes: it stands in a branch
//! that is taken on that answer alone (`gate`), or after one whose other branch ends the run.

use crate::base::graph::{Graph, Status, Statuses};
use crate::data::connector::{Class, Operation};
use crate::workflow::calls::{self, Called};
use crate::workflow::strings::{Owner, Text};
use crate::workflow::{Action, ActionId, Definition, order};

mod gate;

use gate::Answers;

/// The response part of a definition.
#[derive(Debug, Default)]
pub struct Response {
    /// Every call that the catalogue knows.
    pub calls: Vec<Called>,
    /// The calls that act, in document order.
    pub acts: Vec<Act>,
    /// The actions that ask somebody and wait, in document order.
    pub approvals: Vec<ActionId>,
}

/// A call that acts.
#[derive(Debug)]
pub struct Act {
    /// The action.
    pub action: ActionId,
    /// What it may be a call of; never empty.
    pub operations: Vec<&'static Operation>,
    /// The gravest class of these.
    pub class: Class,
    /// What stands between it and the trigger.
    pub consent: Consent,
}

/// Whether somebody said yes before an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consent {
    /// It runs only after a yes.
    Given,
    /// The named branch depends on an answer, but is also taken without a yes.
    Doubtful(ActionId),
    /// Nothing on its way depends on an answer.
    None,
}

impl Response {
    /// Reads it from a definition. Costs nothing where no action calls a service.
    pub fn of(definition: &Definition<'_>, texts: &[Text<'_>]) -> Self {
        if !definition.actions().any(calls_out) {
            return Self::default();
        }
        let calls = calls::calls(definition);
        let asks = |action: &Action<'_>| {
            let class = calls
                .iter()
                .find(|called| called.owner == Owner::Action(action.id))
                .map(|called| gravest(&called.operations));
            // A webhook that the catalogue does not know may be anybody's way of asking.
            class.map_or(waits_for_callback(action), |class| class == Class::Approve)
        };
        let approvals: Vec<ActionId> =
            definition.actions().filter(|action| asks(action)).map(|action| action.id).collect();
        let answers = Answers::new(definition, texts, &approvals);
        let acts = calls
            .iter()
            .filter_map(|called| {
                let Owner::Action(action) = called.owner else { return None };
                let class = gravest(&called.operations);
                class.needs_consent().then(|| Act {
                    action,
                    operations: called.operations.clone(),
                    class,
                    consent: consent(definition, &answers, action),
                })
            })
            .collect();
        Self { calls, acts, approvals }
    }

    /// Whether an incident, an alert or an entity of one starts it.
    pub fn is_started_by_incident(&self) -> bool {
        self.calls.iter().any(|called| {
            matches!(called.owner, Owner::Trigger(_))
                && called.operations.iter().any(|one| one.class == Class::Trigger)
        })
    }

    /// Whether it belongs to the response to an incident. Other workflows ask people too.
    pub fn is_response(&self) -> bool {
        !self.acts.is_empty() || self.is_started_by_incident()
    }

    /// The operations that an action may be a call of.
    pub fn operations(&self, action: ActionId) -> &[&'static Operation] {
        let called = self.calls.iter().find(|called| called.owner == Owner::Action(action));
        called.map_or(&[], |called| &called.operations)
    }

    /// The actions whose call has a class, in document order.
    pub fn of_class(&self, class: Class) -> impl Iterator<Item = ActionId> {
        self.calls.iter().filter_map(move |called| match called.owner {
            Owner::Action(id) if called.operations.iter().any(|one| one.class == class) => Some(id),
            _ => None,
        })
    }
}

fn gravest(operations: &[&'static Operation]) -> Class {
    operations.iter().map(|operation| operation.class).max().unwrap_or(Class::Read)
}

fn calls_out(action: &Action<'_>) -> bool {
    let kind = action.kind;
    ["Http", "HttpWebhook"].iter().any(|own| kind.eq_ignore_ascii_case(own))
        || ["ApiConnection", "OpenApiConnection"]
            .iter()
            .any(|own| kind.get(..own.len()).is_some_and(|start| start.eq_ignore_ascii_case(own)))
}

fn waits_for_callback(action: &Action<'_>) -> bool {
    ["ApiConnectionWebhook", "OpenApiConnectionWebhook", "HttpWebhook"].iter().any(|kind| action.is(kind))
}

/// Whether the graph shows a yes before an action runs.
fn consent(definition: &Definition<'_>, answers: &Answers<'_, '_>, id: ActionId) -> Consent {
    let mut doubtful = Consent::None;
    let mut note = |branch: ActionId| {
        if doubtful == Consent::None {
            doubtful = Consent::Doubtful(branch);
        }
    };
    for at in definition.lineage(id) {
        let container = &definition[at.container];
        if let Some(owner) = container.owner {
            match answers.branch(owner, container.kind) {
                Consent::Given => return Consent::Given,
                Consent::Doubtful(branch) => note(branch),
                Consent::None => {}
            }
        }
        for (branch, statuses) in surely_before(definition, at) {
            match answers.ends_without_yes(branch, statuses) {
                Consent::Given => return Consent::Given,
                Consent::Doubtful(branch) => note(branch),
                Consent::None => {}
            }
        }
    }
    doubtful
}

/// The branching actions beside an action that have surely run, and not been skipped, whenever it runs, with the statuses
/// they can have ended in.
fn surely_before(definition: &Definition<'_>, action: &Action<'_>) -> Vec<(ActionId, Statuses)> {
    let siblings = &definition[action.container].actions;
    let Some(graph) = order::graph(definition, action.container) else { return Vec::new() };
    let certain = guarantees(&graph, siblings.iter().position(|id| *id == action.id));
    certain
        .into_iter()
        .map(|(at, statuses)| (siblings[at], statuses))
        .filter(|(id, _)| definition[*id].is("If") || definition[*id].is("Switch"))
        .collect()
}

fn guarantees(graph: &Graph, at: Option<usize>) -> Vec<(usize, Statuses)> {
    let mut certain = graph.guarantees();
    let mine = at.filter(|at| *at < certain.len()).map(|at| certain.swap_remove(at)).unwrap_or_default();
    mine.into_iter().filter(|(_, statuses)| !statuses.contains(Status::Skipped)).collect()
}
