//! The model: one definition as an arena of actions and containers.

use std::collections::BTreeMap;
use std::ops::Index;
use std::rc::Rc;

use crate::base::graph::Statuses;
use crate::base::json::Node;
pub use crate::base::names::fold;
use crate::base::names::{ByName, same};
use crate::base::pointer::Pointer;

use super::arm::ResourceId;
use super::connections::{Connections, own_name};

/// Who marks a definition as compiled by us.
const GENERATOR: &str = "counterflow";

/// The most actions of a definition that is judged. Of more only one is read, by which it is known that there are more:
/// a million would take a hundred megabytes to say nothing about.
pub const MOST_ACTIONS: usize = 5000;

/// Which engine a definition is written for, as far as its packaging says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Host {
    /// Azure Logic Apps, Consumption.
    LogicApp,
    /// Azure Logic Apps, Standard.
    Standard,
    /// Power Automate.
    PowerAutomate,
    /// The packaging does not tell.
    Unknown,
}

/// One definition of a document.
#[derive(Debug)]
pub struct Definition<'d> {
    /// Which engine it is for.
    pub host: Host,
    /// The definition object.
    pub node: Node<'d>,
    /// Where it stands.
    pub pointer: Pointer,
    /// The object that carries it: the ARM resource, or the root of the document. The definition itself when bare.
    pub envelope: Node<'d>,
    /// `Some` when ARM evaluates its strings first; `Some(true)` in a template within a template.
    pub templated: Option<bool>,
    /// The resource of [`Workflows::templates`](super::Workflows::templates) that deploys it.
    pub resource: Option<ResourceId>,
    /// Whether a part that could name actions is not there to be read: an ARM expression stands for it.
    pub is_partial: bool,
    /// Declared parameters, in document order; `None` when an ARM expression stands for them.
    pub parameters: Option<Vec<(&'d str, Node<'d>)>>,
    /// Triggers, in document order.
    pub triggers: Vec<Trigger<'d>>,
    /// The connections its packaging declares.
    pub connections: Connections<'d>,
    /// The connectors behind connections whose declarations name one, by the key of the connection in lower case.
    pub(super) connectors: BTreeMap<String, String>,
    /// The same of the project that it belongs to.
    pub(super) of_project: Option<Rc<BTreeMap<String, String>>>,
    /// Outlines of the addresses and paths of calls that ARM computes, by the id of the node.
    pub(super) outlines: BTreeMap<u32, String>,
    pub(super) actions: Vec<Action<'d>>,
    pub(super) containers: Vec<Container<'d>>,
    pub(super) names: ByName<'d, ActionId>,
}

/// What starts a run.
#[derive(Debug)]
pub struct Trigger<'d> {
    /// Its name: the key.
    pub name: &'d str,
    /// The trigger object.
    pub node: Node<'d>,
}

/// One action, in any container.
#[derive(Debug)]
pub struct Action<'d> {
    /// Its place in the arena. Ids follow the document: containers before what they contain.
    pub id: ActionId,
    /// Its name: the key.
    pub name: &'d str,
    /// The action object.
    pub node: Node<'d>,
    /// Its `type` as written; empty when there is none.
    pub kind: &'d str,
    /// The container it stands in.
    pub container: ContainerId,
    /// The containers it opens.
    pub children: Vec<ContainerId>,
    /// What it waits for; `None` when an ARM expression stands for it.
    pub run_after: Option<Vec<RunAfter<'d>>>,
}

/// One entry of `runAfter`.
#[derive(Debug)]
pub struct RunAfter<'d> {
    /// The action waited for, as written.
    pub name: &'d str,
    /// The list of statuses.
    pub node: Node<'d>,
    /// The statuses that can be read; all of them when the list is computed.
    pub statuses: Statuses,
}

/// A set of actions that order themselves by `runAfter`.
#[derive(Debug)]
pub struct Container<'d> {
    /// What it is to the action that opens it.
    pub kind: ContainerKind<'d>,
    /// The action that opens it; `None` for the definition.
    pub owner: Option<ActionId>,
    /// Its actions, in document order.
    pub actions: Vec<ActionId>,
}

/// The containers of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContainerKind<'d> {
    /// The definition itself.
    Root,
    /// The body of a Scope, or of an action of a type we do not know.
    Scope,
    /// The branch of an If whose condition holds.
    Then,
    /// The other branch of an If.
    Else,
    /// A case of a Switch, by its key.
    Case(&'d str),
    /// The default of a Switch.
    Default,
    /// The body of a Foreach: once per item.
    Foreach,
    /// The body of an Until: until its expression holds.
    Until,
    /// A tool of an Agent, by its key.
    Tool(&'d str),
}

/// Names an action of one [`Definition`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ActionId(pub(super) usize);

/// Names a container of one [`Definition`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContainerId(pub(super) usize);

impl ActionId {
    /// Its place among all actions of its definition, from 0.
    pub fn index(self) -> usize {
        self.0
    }

    /// The action of that place.
    pub(crate) fn at(index: usize) -> Self {
        Self(index)
    }
}

impl ContainerId {
    /// The container of the definition itself.
    pub const ROOT: Self = Self(0);
}

impl<'d> Index<ActionId> for Definition<'d> {
    type Output = Action<'d>;

    fn index(&self, id: ActionId) -> &Action<'d> {
        &self.actions[id.0]
    }
}

impl<'d> Index<ContainerId> for Definition<'d> {
    type Output = Container<'d>;

    fn index(&self, id: ContainerId) -> &Container<'d> {
        &self.containers[id.0]
    }
}

impl<'d> Definition<'d> {
    /// Every action, each before the ones it contains.
    pub fn actions(&self) -> impl Iterator<Item = &Action<'d>> {
        self.actions.iter()
    }

    /// How many actions there are, in all containers.
    pub fn action_count(&self) -> usize {
        self.actions.len()
    }

    /// Every container with its id, the definition's own first.
    pub fn containers(&self) -> impl Iterator<Item = (ContainerId, &Container<'d>)> {
        self.containers.iter().enumerate().map(|(at, container)| (ContainerId(at), container))
    }

    /// The actions of a name, in document order: more than one is a mistake. The service distinguishes no case.
    pub fn named(&self, name: &str) -> &[ActionId] {
        self.names.get(name)
    }

    /// The trigger of a name, in any case.
    pub fn trigger(&self, name: &str) -> Option<&Trigger<'d>> {
        self.triggers.iter().find(|trigger| same(trigger.name, name))
    }

    /// An action and everything around it, innermost first.
    pub fn lineage(&self, id: ActionId) -> impl Iterator<Item = &Action<'d>> {
        std::iter::successors(Some(&self[id]), |action| {
            self[action.container].owner.map(|owner| &self[owner])
        })
    }

    /// The connector behind a connection: as its declaration says, else as the designer makes keys, which numbers a second
    /// connection of a connector (`office365-1`, `office365_2`).
    pub fn connector_behind(&self, key: &str) -> String {
        let folded = fold(key);
        let of_project = self.of_project.as_ref().and_then(|known| known.get(&folded));
        of_project.or_else(|| self.connectors.get(&folded)).cloned().unwrap_or_else(|| {
            let stem = key.trim_end_matches(|c: char| c.is_ascii_digit());
            own_name(stem.strip_suffix(['-', '_']).unwrap_or(key))
        })
    }

    /// What the engine gets as the address or path of a call, with [`HOLE`](super::arm::HOLE) for what only a deployment
    /// knows; nothing where ARM computes it of what is not known.
    pub fn address<'t>(&'t self, node: Node<'t>) -> Option<&'t str> {
        match self.passed_on(node.as_str()?) {
            Some((text, _)) => Some(text),
            None => self.outlines.get(&node.id()).map(String::as_str),
        }
    }

    /// Whether we compiled this definition: it or its ARM resource says so in `metadata.generator`.
    pub fn is_ours(&self) -> bool {
        [self.node, self.envelope].iter().any(|node| {
            let generator = node.path(&["metadata", "generator"]).and_then(|generator| generator.as_str());
            generator == Some(GENERATOR)
        })
    }

    /// Whether this definition says of an action, or of something around it, that its acts are asked of nobody:
    /// `metadata.unasked` lists by name what a profile allowed.
    pub fn may_act_unasked(&self, id: ActionId) -> bool {
        let listed = self.node.path(&["metadata", "unasked"]);
        let mut listed = listed.into_iter().flat_map(|list| list.items()).filter_map(|name| name.as_str());
        listed.any(|name| self.lineage(id).any(|around| around.name.eq_ignore_ascii_case(name)))
    }

    /// What the engine gets of a string of this definition, and how many bytes ARM took off its front; `None` when
    /// ARM computes it.
    pub fn passed_on<'t>(&self, text: &'t str) -> Option<(&'t str, usize)> {
        match self.templated {
            Some(nested) => super::arm::passed_on(text, nested),
            None => Some((text, 0)),
        }
    }

    /// A string that means itself, to ARM and to the engine alike: `None` for an expression of either.
    pub fn literal(&self, node: Node<'d>) -> Option<&'d str> {
        let (text, _) = self.passed_on(node.as_str()?)?;
        (!crate::expr::template::is_template(text)).then_some(text)
    }
}

impl Trigger<'_> {
    /// Whether it starts a conversation with agents. The designer lets the first agent run after such a trigger, as
    /// if it were an action.
    pub fn is_conversation(&self) -> bool {
        self.node
            .get("kind")
            .and_then(|kind| kind.as_str())
            .is_some_and(|kind| kind.eq_ignore_ascii_case("Agent"))
    }
}

impl Action<'_> {
    /// Whether it hands a conversation to another agent. Agents run in the order in which they are handed to, and
    /// the designer gives the hand-offs to one agent one name.
    pub fn is_hand_off(&self) -> bool {
        self.is("AgentHandoff")
    }

    /// Whether its type is this one, in any case: the service accepts `foreach` too.
    pub fn is(&self, kind: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind)
    }
}
