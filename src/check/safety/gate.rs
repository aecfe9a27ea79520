//! Which conditions hold only where somebody said yes.
//!
//! An answer is what an approval action gave back, also through a Compose, a ParseJson or a variable. A condition implies
//! a yes when it compares an answer with a fixed word that is no refusal. That it differs from a refusal implies nothing:
//! a timeout, a failure and an empty answer differ too.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::{Consent, condition};
use crate::base::graph::{Status, Statuses};
use crate::base::json::Node;
use crate::check::context::reference;
use crate::expr::template::{self, Template};
use crate::expr::{Call, Expr};
use crate::workflow::strings::{Owner, Text};
use crate::workflow::{Action, ActionId, ContainerId, ContainerKind, Definition, order};

/// Words that people give to a button that refuses, in lower case. Source: options of the published playbooks.
const REFUSALS: &[&str] = &[
    "",
    "cancel",
    "cancelled",
    "canceled",
    "close",
    "decline",
    "declined",
    "deny",
    "denied",
    "disapprove",
    "do nothing",
    "false",
    "ignore",
    "no",
    "none",
    "reject",
    "rejected",
    "skip",
    "stop",
];
/// How far an answer is followed from action to action.
const FAR: usize = 6;

/// What is known of the answers in a definition.
pub(super) struct Answers<'c, 'd> {
    definition: &'c Definition<'d>,
    texts: &'c [Text<'d>],
    approvals: &'c [ActionId],
    /// Whether an action hands an answer on, by action.
    carriers: RefCell<BTreeMap<ActionId, bool>>,
}

impl<'c, 'd> Answers<'c, 'd> {
    pub(super) fn new(
        definition: &'c Definition<'d>,
        texts: &'c [Text<'d>],
        approvals: &'c [ActionId],
    ) -> Self {
        Self { definition, texts, approvals, carriers: RefCell::default() }
    }

    /// Whether a branch of an action is taken only on a yes.
    pub(super) fn branch(&self, owner: ActionId, kind: ContainerKind<'_>) -> Consent {
        let node = self.definition[owner].node;
        let Some(test) = node.get("expression") else { return Consent::None };
        let taken_on_yes = match kind {
            ContainerKind::Then => self.implies(test, true),
            ContainerKind::Else => self.implies(test, false),
            ContainerKind::Case(name) => {
                let case = node.path(&["cases", name, "case"]).and_then(|case| case.as_str());
                self.side_answers(test) && case.is_some_and(agrees)
            }
            ContainerKind::Default => false,
            _ => return Consent::None,
        };
        if taken_on_yes {
            Consent::Given
        } else if self.mentions_answer(test) {
            Consent::Doubtful(owner)
        } else {
            Consent::None
        }
    }

    /// Whether an `If` that is over, with one of `statuses`, has ended the run unless somebody said yes.
    pub(super) fn ends_without_yes(&self, branch: ActionId, statuses: Statuses) -> Consent {
        let mut consent = Consent::None;
        for id in &self.definition[branch].children {
            let left = match self.definition[*id].kind {
                ContainerKind::Then => ContainerKind::Else,
                ContainerKind::Else => ContainerKind::Then,
                _ => continue,
            };
            let Some(ended) = self.ended(*id) else { continue };
            match self.branch(branch, left) {
                Consent::Given if statuses.and(ended) == statuses => return Consent::Given,
                Consent::None => {}
                Consent::Given | Consent::Doubtful(_) => consent = Consent::Doubtful(branch),
            }
        }
        consent
    }

    /// With which statuses of a branch a Terminate of its own has surely ended the run; `None` without a Terminate. One
    /// that runs whatever happens has ended it with any status. One that waits for success has ended it where all went
    /// well: what fails before it makes the branch fail.
    fn ended(&self, branch: ContainerId) -> Option<Statuses> {
        let actions = &self.definition[branch].actions;
        let ends = |at: &usize| self.definition[actions[*at]].is("Terminate");
        let last = (0..actions.len()).filter(ends).collect::<Vec<_>>();
        if last.is_empty() {
            return None;
        }
        let graph = order::graph(self.definition, branch).unwrap_or_default();
        let mut reached = vec![Statuses::NONE; actions.len()];
        for at in graph.order().unwrap_or_default() {
            let entries = graph.predecessors(at).iter();
            reached[at] = entries.fold(Statuses::ANY, |all, (before, accepted)| {
                let surely_runs = reached[*before] == Statuses::ANY;
                all.and(match *accepted {
                    Statuses::ANY => Statuses::ANY,
                    accepted if surely_runs && accepted.and(Statuses::STARTED) == Statuses::STARTED => {
                        Statuses::ANY
                    }
                    accepted if accepted.contains(Status::Succeeded) => {
                        reached[*before].and(Statuses::SUCCEEDED)
                    }
                    _ => Statuses::NONE,
                })
            });
        }
        last.into_iter().map(|at| reached[at]).max()
    }

    /// Whether the condition being `value` implies a yes.
    fn implies(&self, test: Node<'_>, value: bool) -> bool {
        condition::implies(&condition::read(self.definition, test), value, &|call, holds| {
            let [a, b] = call.args.as_slice() else { return false };
            let agreed = |a: &Expr, b: &Expr| self.answers(a) && b.as_str().is_some_and(agrees);
            match call.name.to_ascii_lowercase().as_str() {
                "equals" => holds && (agreed(a, b) || agreed(b, a)),
                "contains" | "startswith" | "endswith" => holds && agreed(a, b),
                _ => false,
            }
        })
    }

    fn expression(&self, node: Node<'_>) -> Option<Expr> {
        let (text, _) = self.definition.passed_on(node.as_str()?)?;
        match template::parse(text).ok()? {
            Template::Expression(expr) => Some(expr),
            Template::Interpolation(segments) => match &segments[..] {
                [template::Segment::Expr(expr)] => Some(expr.clone()),
                _ => None,
            },
            Template::Literal(_) => None,
        }
    }

    fn side_answers(&self, node: Node<'_>) -> bool {
        self.expression(node).is_some_and(|expr| self.answers(&expr))
    }

    /// Whether anything in a condition speaks of an answer.
    fn mentions_answer(&self, test: Node<'_>) -> bool {
        let own = self.expression(test).is_some_and(|expr| self.answers(&expr));
        own || test.items().any(|item| self.mentions_answer(item))
    }

    /// Whether an expression holds what somebody answered, and not only how the asking ended.
    fn answers(&self, expr: &Expr) -> bool {
        self.carries(expr, FAR)
    }

    fn carries(&self, expr: &Expr, far: usize) -> bool {
        let mut found = false;
        expr.walk(&mut |inner| {
            found = found || inner.as_call().is_some_and(|call| self.call_carries(call, far))
        });
        found
    }

    fn call_carries(&self, call: &Call, far: usize) -> bool {
        if call.name.eq_ignore_ascii_case("variables") {
            let name = call.args.first().and_then(Expr::as_str);
            return name.is_some_and(|name| self.variable_carries(name, far));
        }
        let Some(reference) = reference(call) else { return false };
        let [id] = self.definition.named(reference.name) else { return false };
        if self.approvals.contains(id) {
            let last = call.access.last().and_then(|access| access.key.as_str());
            return !last.is_some_and(|key| ["status", "code", "statusCode"].contains(&key));
        }
        self.action_carries(*id, far)
    }

    /// Whether an action hands on an answer that went into it.
    fn action_carries(&self, id: ActionId, far: usize) -> bool {
        let action = &self.definition[id];
        let hands_on = ["Compose", "ParseJson", "Select", "Query"].iter().any(|kind| action.is(kind));
        if far == 0 || !hands_on {
            return false;
        }
        if let Some(known) = self.carriers.borrow().get(&id) {
            return *known;
        }
        let carries = self.texts_of(id).any(|text| self.text_carries(text, far - 1));
        self.carriers.borrow_mut().insert(id, carries);
        carries
    }

    /// Whether a variable holds what somebody answered and nothing else that could pass for a yes: one that begins as
    /// `Approve` still says so after an approval that failed.
    fn variable_carries(&self, name: &str, far: usize) -> bool {
        let sets = |action: &&Action<'_>| {
            action.is("SetVariable")
                && action.node.path(&["inputs", "name"]).is_some_and(|set| named(set, name))
        };
        if far == 0 || self.first_value(name).is_some_and(agrees) {
            return false;
        }
        let mut carries = false;
        for action in self.definition.actions().filter(sets) {
            let value = action.node.path(&["inputs", "value"]);
            if self.texts_of(action.id).any(|text| self.text_carries(text, far - 1)) {
                carries = true;
            } else if value.and_then(|value| value.as_str()).is_none_or(agrees) {
                return false;
            }
        }
        carries
    }

    /// The text that a variable is declared with.
    fn first_value(&self, name: &str) -> Option<&'d str> {
        let declares = self.definition.actions().filter(|action| action.is("InitializeVariable"));
        let mut declared = declares
            .filter_map(|action| action.node.path(&["inputs", "variables"]))
            .flat_map(|list| list.items().collect::<Vec<_>>());
        let one = declared.find(|one| one.get("name").is_some_and(|own| named(own, name)))?;
        one.get("value").and_then(|value| value.as_str())
    }

    fn texts_of(&self, id: ActionId) -> impl Iterator<Item = &'c Text<'d>> {
        self.texts.iter().filter(move |text| text.owner == Owner::Action(id))
    }

    fn text_carries(&self, text: &Text<'_>, far: usize) -> bool {
        text.parsed.as_ref().is_ok_and(|parsed| parsed.expressions().any(|expr| self.carries(expr, far)))
    }
}

/// Whether a word is an answer that lets something happen.
fn agrees(word: &str) -> bool {
    let word = word.trim().to_lowercase();
    !REFUSALS.contains(&word.as_str()) && !word.starts_with("not ") && !word.starts_with("don't")
}

fn named(node: Node<'_>, name: &str) -> bool {
    node.as_str().is_some_and(|own| own.eq_ignore_ascii_case(name))
}
