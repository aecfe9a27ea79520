//! What several rules ask of a definition, worked out once.

use std::cell::OnceCell;

use crate::base::json::{Kind, Node};
use crate::expr::{Call, Expr};
use crate::workflow::arm::Evaluated;
use crate::workflow::asked::By;
use crate::workflow::connections::{self, Use};
use crate::workflow::order::Order;
use crate::workflow::strings::{Owner, Text, When};
use crate::workflow::{Action, ActionId, Bundle, ContainerKind, Definition, FileId, Host, Workflows};

use super::call::ConnectorCall;
use super::safety::Response;
use super::taint::{self, Flow};

use super::typing::Typing;

/// The functions whose first argument names an action. Source: Microsoft Learn, "Reference guide to workflow
/// expression functions".
pub(super) const ACTION_FUNCTIONS: [&str; 9] = [
    "actionbody",
    "actionoutputs",
    "actions",
    "body",
    "formdatamultivalues",
    "formdatavalue",
    "multipartbody",
    "outputs",
    "result",
];

/// The action types that change a variable named in their inputs.
pub(super) const CHANGING_VARIABLES: [&str; 5] = [
    "SetVariable",
    "IncrementVariable",
    "DecrementVariable",
    "AppendToArrayVariable",
    "AppendToStringVariable",
];

/// A definition with what rules know about it.
#[derive(Debug)]
pub struct Context<'c, 'd> {
    /// The files that the definition's own belongs to, with what they say: connections of a project, connection
    /// references of a solution.
    pub bundle: &'c Bundle<'d>,
    /// The file of the definition.
    pub file: FileId,
    /// The document of the definition: its form, and the templates it stands in.
    pub workflows: &'c Workflows<'d>,
    /// The definition.
    pub definition: &'c Definition<'d>,
    /// Its strings with expressions.
    pub texts: &'c [Text<'d>],
    /// Its run-after order.
    pub order: Order,
    /// Its variables, in document order; `None` when a name is computed.
    pub variables: Option<Vec<Variable<'d>>>,
    /// The types of its expressions, and what is wrong with them.
    pub(super) typing: Typing<'c, 'd>,
    hides_expressions: OnceCell<bool>,
    connections: OnceCell<Vec<Use<'c, 'd>>>,
    response: OnceCell<Response>,
    flows: OnceCell<Vec<Flow<'c, 'd>>>,
    calls: Vec<ConnectorCall<'d>>,
}

/// A variable that an InitializeVariable action makes.
#[derive(Debug, Clone, Copy)]
pub struct Variable<'d> {
    /// Its name.
    pub name: &'d str,
    /// Where the name stands.
    pub node: Node<'d>,
    /// The action.
    pub action: ActionId,
}

/// A literal action name as an argument.
#[derive(Debug, Clone, Copy)]
pub struct Reference<'t> {
    /// The name.
    pub name: &'t str,
    /// The argument.
    pub argument: &'t Expr,
}

impl<'c, 'd> Context<'c, 'd> {
    /// Works it out.
    pub fn new(
        (bundle, file, workflows): (&'c Bundle<'d>, FileId, &'c Workflows<'d>),
        definition: &'c Definition<'d>,
        texts: &'c [Text<'d>],
    ) -> Self {
        let variables: Option<Vec<_>> = definition
            .actions()
            .filter(|action| action.is("InitializeVariable") || action.kind.is_empty())
            .flat_map(|action| initialized(definition, action))
            .collect();
        let calls = ConnectorCall::all(definition);
        let typing = Typing::new(definition, texts, variables.as_deref().unwrap_or_default(), &calls);
        let order = Order::new(definition);
        Self {
            bundle,
            file,
            workflows,
            definition,
            texts,
            order,
            variables,
            typing,
            hides_expressions: OnceCell::new(),
            connections: OnceCell::new(),
            response: OnceCell::new(),
            flows: OnceCell::new(),
            calls,
        }
    }

    /// Whether a string that ARM evaluates may give the engine an expression that is not among the texts.
    pub fn hides_expressions(&self) -> bool {
        let hides = |text: &str| self.definition.passed_on(text).is_none() && text.contains('@');
        let mut strings = self.definition.node.descendants().filter_map(|node| node.bracketed());
        *self.hides_expressions.get_or_init(|| self.definition.templated.is_some() && strings.any(hides))
    }

    /// Every use of a connection; worked out when a rule first asks.
    pub fn connections(&self) -> &[Use<'c, 'd>] {
        self.connections.get_or_init(|| connections::uses(self.definition, self.texts))
    }

    /// Whether every connection that is used is told and declared. Where one is not, another that seems unused may be meant.
    pub fn are_connections_told(&self) -> bool {
        let declared = &self.definition.connections;
        let is_told = |call: &ConnectorCall<'_>| {
            call.asked.connector.is_some() || matches!(call.asked.by, By::Address { .. })
        };
        self.connections().iter().all(|used| used.key.is_some_and(|key| declared.get(key).is_some()))
            && self.calls().iter().all(is_told)
    }

    /// What it does to people and devices; worked out when a rule first asks.
    pub fn response(&self) -> &Response {
        self.response.get_or_init(|| Response::of(self.definition, self.texts, self.calls()))
    }

    /// The untrusted values that reach a place that reads them as more than text; worked out when a rule first asks.
    pub fn flows(&self) -> &[Flow<'c, 'd>] {
        self.flows.get_or_init(|| taint::flows(self.definition, self.texts, self.response(), &self.calls))
    }

    /// What it calls of connectors and web APIs, triggers first.
    pub fn calls(&self) -> &[ConnectorCall<'d>] {
        &self.calls
    }

    /// What a value of the definition is worth before deployment, where ARM computes it, and where that value stands:
    /// a finding about it points there. `None` where no template stands around the definition.
    pub fn evaluated(&self, node: Node<'d>) -> Option<Evaluated<'d>> {
        let templates = &self.workflows.templates;
        let resource = &templates[self.definition.resource?];
        Some(templates.evaluate(resource.template, node))
    }

    /// A text, number or boolean as it is written; nothing where it is computed.
    pub fn constant(&self, node: Node<'d>) -> Option<&'d str> {
        match node.kind() {
            Kind::String(_) => self.definition.literal(node),
            Kind::Bool(true) => Some("true"),
            Kind::Bool(false) => Some("false"),
            Kind::Number(digits) => Some(digits),
            Kind::Null | Kind::Array | Kind::Object => None,
        }
    }

    /// Whether the workflow keeps no state between its actions: a kind of Standard.
    pub fn is_stateless(&self) -> bool {
        let kind = self.definition.envelope.get("kind").and_then(|kind| kind.as_str());
        self.definition.host == Host::Standard
            && kind.is_some_and(|kind| kind.eq_ignore_ascii_case("Stateless"))
    }

    /// The action whose string this is.
    pub fn owner(&self, text: &Text<'_>) -> Option<&'c Action<'d>> {
        match text.owner {
            Owner::Action(id) => Some(&self.definition[id]),
            Owner::Definition | Owner::Trigger(_) => None,
        }
    }

    /// Whether `earlier` has finished when this string is evaluated; `None` where that cannot be told.
    pub fn precedes(&self, earlier: ActionId, text: &Text<'_>) -> Option<bool> {
        let owner = match text.owner {
            Owner::Action(owner) => owner,
            Owner::Trigger(_) => return Some(false),
            Owner::Definition => return Some(text.when == When::Last),
        };
        // The condition of an Until sees the loop's own actions, tracked properties the action itself.
        let sees_itself = text.when == When::End;
        if sees_itself && self.definition.lineage(earlier).any(|around| around.id == owner) {
            return Some(true);
        }
        self.order.precedes(self.definition, earlier, owner)
    }

    /// The loops of a kind around an action, innermost first.
    pub fn loops_around(
        &self,
        id: ActionId,
        kind: ContainerKind<'_>,
    ) -> impl Iterator<Item = &'c Action<'d>> {
        let definition = self.definition;
        std::iter::successors(Some(id), move |id| definition[definition[*id].container].owner)
            .filter(move |id| definition[definition[*id].container].kind == kind)
            .filter_map(move |id| definition[definition[id].container].owner)
            .map(move |owner| &definition[owner])
    }
}

/// The action that a call names, if it names one in so many words.
pub(super) fn reference(call: &Call) -> Option<Reference<'_>> {
    ACTION_FUNCTIONS.iter().find(|name| name.eq_ignore_ascii_case(&call.name))?;
    first_text(call).map(|(name, argument)| Reference { name, argument })
}

/// The first argument of a call, where it is a string literal.
pub(super) fn first_text(call: &Call) -> Option<(&str, &Expr)> {
    let argument = call.args.first()?;
    Some((argument.as_str()?, argument))
}

/// The variables of one InitializeVariable action, or of one whose type cannot be read; a `None` among them for a name
/// that is computed or missing.
fn initialized<'d>(definition: &Definition<'d>, action: &Action<'d>) -> Vec<Option<Variable<'d>>> {
    let Some(list) = action.node.path(&["inputs", "variables"]) else {
        // One that says `name` itself, and not in a list, means to declare it; that it is written so is reported.
        let node = action.node.path(&["inputs", "name"]).filter(|_| action.is("InitializeVariable"));
        return node.map_or_else(Vec::new, |node| {
            vec![definition.literal(node).map(|name| Variable { name, node, action: action.id })]
        });
    };
    if !list.is_array() {
        return vec![None];
    }
    // What declares nothing that can be read is reported by itself; what it should declare cannot be told.
    let declared = |variable: Node<'d>| {
        let node = variable.get("name")?;
        Some(Variable { name: definition.literal(node)?, node, action: action.id })
    };
    list.items().map(declared).collect()
}
