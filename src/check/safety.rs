//! What a definition does to people and devices, and whether somebody was asked.
//!
//! A call *acts* when the catalogue's class of its operation needs consent: it contains, removes or gives back; so does one
//! that the catalogue does not know, where its address leaves no doubt (`unlisted`). An act is
//! *gated* when the graph itself shows that it runs only after an approval was answered with a yes: it stands in a branch
//! that is taken on that answer alone (`gate`), or after one whose other branch ends the run.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::base::graph::{Guarantees, Status, Statuses};
use crate::data::connector::{Class, Operation};
use crate::workflow::calls::{self, Called};
use crate::workflow::strings::{Owner, Text};
use crate::workflow::{Action, ActionId, ContainerId, Definition, order};

use super::call::ConnectorCall;

pub(super) mod bound;
mod condition;
mod gate;
mod reply;
mod unlisted;

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
    /// What it may be a call of; empty where the catalogue does not know it.
    pub operations: Vec<&'static Operation>,
    /// The gravest class of these, or what its address says.
    pub class: Class,
    /// What the catalogue calls these, or method and address.
    pub title: String,
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
    pub fn of(definition: &Definition<'_>, texts: &[Text<'_>], calls: &[ConnectorCall<'_>]) -> Self {
        if !definition.actions().any(calls_out) {
            return Self::default();
        }
        let known = |call: &ConnectorCall<'_>| calls::called(definition, call.owner, &call.asked);
        let asked = calls;
        let calls: Vec<Called> = asked.iter().filter_map(known).collect();
        let asks = |action: &Action<'_>| {
            let class = called(&calls, action.id).map(gravest);
            // A webhook that the catalogue does not know may be anybody's way of asking.
            class.map_or(waits_for_callback(action), |class| class == Class::Approve)
        };
        let approvals: Vec<ActionId> =
            definition.actions().filter(|action| asks(action)).map(|action| action.id).collect();
        let before = Before { definition, certain: RefCell::default() };
        let answers = Answers::new(definition, texts, &calls, &approvals, &before);
        let acts = asked
            .iter()
            .filter_map(|call| {
                let Owner::Action(action) = call.owner else { return None };
                let operations = called(&calls, action).unwrap_or_default();
                let (class, title) = match operations {
                    [] => unlisted::told(definition, call)?,
                    all => (gravest(all), titles(all)),
                };
                class.needs_consent().then(|| Act {
                    action,
                    operations: operations.to_vec(),
                    class,
                    title,
                    consent: consent(definition, &answers, &before, action),
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
        called(&self.calls, action).unwrap_or_default()
    }

    /// The actions whose call has a class, in document order.
    pub fn of_class(&self, class: Class) -> impl Iterator<Item = ActionId> {
        self.calls.iter().filter_map(move |called| match called.owner {
            Owner::Action(id) if called.operations.iter().any(|one| one.class == class) => Some(id),
            _ => None,
        })
    }
}

/// The operations that an action may be a call of. Calls are sorted by owner.
fn called(calls: &[Called], action: ActionId) -> Option<&[&'static Operation]> {
    let at = calls.binary_search_by_key(&Owner::Action(action), |called| called.owner).ok()?;
    Some(&calls[at].operations)
}

fn titles(operations: &[&'static Operation]) -> String {
    let titles: Vec<&str> = operations.iter().map(|operation| operation.title.as_str()).collect();
    titles.join(", or ")
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
fn consent<'d>(
    definition: &Definition<'d>,
    answers: &Answers<'_, 'd>,
    before: &Before<'_, 'd>,
    id: ActionId,
) -> Consent {
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
        for (branch, statuses) in before.branches(at) {
            match answers.ends_without_yes(branch, statuses) {
                Consent::Given => return Consent::Given,
                Consent::Doubtful(branch) => note(branch),
                Consent::None => {}
            }
        }
    }
    doubtful
}

/// What has surely run before an action.
struct Before<'c, 'd> {
    definition: &'c Definition<'d>,
    /// What is certain in each container that was asked about; `None` where its order cannot be told.
    certain: RefCell<BTreeMap<ContainerId, Option<Guarantees>>>,
}

impl Before<'_, '_> {
    /// The branching actions beside an action that have surely run, and not been skipped, whenever it runs, with the
    /// statuses they can have ended in.
    fn branches(&self, action: &Action<'_>) -> Vec<(ActionId, Statuses)> {
        let mut before = self.beside(action);
        before.retain(|(id, statuses)| {
            let is_branch = self.definition[*id].is("If") || self.definition[*id].is("Switch");
            is_branch && !statuses.contains(Status::Skipped)
        });
        before
    }

    /// The actions, beside an action or beside what is around it, that have surely succeeded whenever it runs.
    fn succeeded(&self, id: ActionId) -> impl Iterator<Item = ActionId> {
        let before = self.definition.lineage(id).flat_map(|at| self.beside(at));
        before.filter(|(_, statuses)| *statuses == Statuses::SUCCEEDED).map(|(id, _)| id)
    }

    /// The actions beside an action of which something is certain when it runs, with the statuses they can have ended in.
    fn beside(&self, action: &Action<'_>) -> Vec<(ActionId, Statuses)> {
        let siblings = &self.definition[action.container].actions;
        let mut certain = self.certain.borrow_mut();
        let graph = || order::graph(self.definition, action.container);
        let certain =
            certain.entry(action.container).or_insert_with(|| graph().map(|graph| graph.guarantees()));
        let mine = siblings.iter().position(|id| *id == action.id);
        let before = certain.iter().zip(mine).flat_map(|(certain, at)| certain.of(at));
        before.map(|(at, statuses)| (siblings[at], statuses)).collect()
    }
}
