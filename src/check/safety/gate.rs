//! Which conditions hold only where somebody said yes.
//!
//! An answer is what an approval action gave back, also through a Compose, a ParseJson or a variable. A condition implies
//! a yes when it compares an answer with a fixed word that is no refusal, unless the same comparison also holds of a refusal
//! or of silence (`reply`). That it differs from a refusal implies nothing: a timeout, a failure and an empty answer differ too.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::{Before, Consent, called, condition};
use crate::base::graph::{Status, Statuses};
use crate::base::json::Node;
use crate::check::context::reference;
use crate::data::connector::Operation;
use crate::expr::template::{self, Template};
use crate::expr::{Call, Expr};
use crate::workflow::calls::Called;
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
    pub(super) definition: &'c Definition<'d>,
    texts: &'c [Text<'d>],
    pub(super) approvals: &'c [ActionId],
    calls: &'c [Called],
    pub(super) before: &'c Before<'c, 'd>,
    /// Whether an action hands an answer on, by action.
    carriers: RefCell<BTreeMap<ActionId, bool>>,
    /// Whether a branch is taken only on a yes, by action and name: many acts stand behind the same.
    branches: RefCell<BTreeMap<(ActionId, &'d str), Consent>>,
}

impl<'c, 'd> Answers<'c, 'd> {
    pub(super) fn new(
        definition: &'c Definition<'d>,
        texts: &'c [Text<'d>],
        calls: &'c [Called],
        approvals: &'c [ActionId],
        before: &'c Before<'c, 'd>,
    ) -> Self {
        Self {
            definition,
            texts,
            approvals,
            calls,
            before,
            carriers: RefCell::default(),
            branches: RefCell::default(),
        }
    }

    /// What the catalogue says an action may be a call of.
    pub(super) fn operations(&self, id: ActionId) -> &'c [&'static Operation] {
        called(self.calls, id).unwrap_or_default()
    }

    /// Whether a branch of an action is taken only on a yes.
    pub(super) fn branch(&self, owner: ActionId, kind: ContainerKind<'d>) -> Consent {
        let name = match kind {
            ContainerKind::Then => "then",
            ContainerKind::Else => "else",
            ContainerKind::Case(name) => name,
            _ => return self.judge(owner, kind),
        };
        if let Some(known) = self.branches.borrow().get(&(owner, name)) {
            return *known;
        }
        let consent = self.judge(owner, kind);
        self.branches.borrow_mut().insert((owner, name), consent);
        consent
    }

    fn judge(&self, owner: ActionId, kind: ContainerKind<'_>) -> Consent {
        let node = self.definition[owner].node;
        let Some(test) = node.get("expression") else { return Consent::None };
        let taken_on_yes = match kind {
            ContainerKind::Then => self.implies(owner, &condition::read(self.definition, test), true),
            ContainerKind::Else => self.implies(owner, &condition::read(self.definition, test), false),
            ContainerKind::Case(name) => node.path(&["cases", name, "case"]).is_some_and(|case| {
                let sides = [test, case].map(|side| condition::read(self.definition, side));
                self.implies(owner, &Expr::call("equals", sides), true)
            }),
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

    /// Whether the condition of an action being `value` implies a yes: on what somebody answers, as far as its words tell,
    /// and on each reply that is none, as far as it can be computed.
    fn implies(&self, owner: ActionId, test: &Expr, value: bool) -> bool {
        condition::implies(test, value, &|call, holds| self.compares(call, holds))
            && self.refusals().iter().all(|reply| {
                condition::implies(test, value, &|call, holds| match self.holds(call, reply, owner) {
                    Some(found) => found != holds,
                    None => self.compares(call, holds),
                })
            })
    }

    /// Whether a comparison being `holds` says that an answer is a word that is no refusal.
    fn compares(&self, call: &Call, holds: bool) -> bool {
        let [a, b] = call.args.as_slice() else { return false };
        let agreed = |a: &Expr, b: &Expr| self.answers(a) && b.as_str().is_some_and(agrees);
        match call.name.to_ascii_lowercase().as_str() {
            "equals" => holds && (agreed(a, b) || agreed(b, a)),
            "contains" | "startswith" | "endswith" => holds && agreed(a, b),
            _ => false,
        }
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
            // Who answered is no answer.
            let by = self.decision(*id).and_then(|decision| decision.responder.as_deref());
            return !last
                .is_some_and(|key| ["status", "code", "statusCode"].contains(&key) || by == Some(key));
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
        if far == 0 || self.first_value(name).is_some_and(agrees) {
            return false;
        }
        let mut carries = false;
        for action in self.setters(name) {
            let value = action.node.path(&["inputs", "value"]);
            if self.texts_of(action.id).any(|text| self.text_carries(text, far - 1)) {
                carries = true;
            } else if value.and_then(|value| value.as_str()).is_none_or(agrees) {
                return false;
            }
        }
        carries
    }

    /// The one action that sets a variable.
    pub(super) fn only_setter(&self, name: &str) -> Option<ActionId> {
        let mut setters = self.setters(name);
        setters.next().filter(|_| setters.next().is_none()).map(|action| action.id)
    }

    fn setters(&self, name: &str) -> impl Iterator<Item = &'c Action<'d>> {
        self.definition.actions().filter(move |action| {
            action.is("SetVariable")
                && action.node.path(&["inputs", "name"]).is_some_and(|set| named(set, name))
        })
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
pub(super) fn agrees(word: &str) -> bool {
    let word = word.trim().to_lowercase();
    let first = word.split(|c: char| c.is_whitespace() || c == ',').next().unwrap_or_default();
    !REFUSALS.contains(&word.as_str()) && !["decline", "don't", "no", "not", "reject"].contains(&first)
}

fn named(node: Node<'_>, name: &str) -> bool {
    node.as_str().is_some_and(|own| own.eq_ignore_ascii_case(name))
}
