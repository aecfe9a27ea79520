//! What an expression sees from where it stands.

use crate::base::json::Node;
use crate::check::context::first_text;
use crate::expr::functions::{ACTION, Function, TRIGGER};
use crate::expr::{Call, Environment, Kinds, Shape, Type, element_type};
use crate::workflow::definition::fold;
use crate::workflow::strings::Owner;
use crate::workflow::{Action, ContainerKind};

use super::{Typing, outputs};

/// The surroundings of one string.
#[derive(Debug, Clone, Copy)]
pub(in crate::check) struct Around<'t, 'c, 'd> {
    /// The definition.
    pub(super) typing: &'t Typing<'c, 'd>,
    /// Whose string it is.
    pub(super) owner: Owner,
    /// The string.
    pub(super) node: Node<'d>,
}

impl<'d> Environment<'d> for Around<'_, '_, 'd> {
    fn context(&self, function: &'static Function, call: &Call) -> Type<'d> {
        let definition = self.typing.definition;
        let named = || first_text(call).map(|(name, _)| name);
        let action = || {
            let [id] = definition.named(named()?) else { return None };
            Some(&definition[*id])
        };
        // From outside a loop, an action in it gives what it gave in every iteration, or in the last one.
        let once = || action().filter(|action| self.shares_loops(action));
        let found = match function.name {
            "triggerBody" => outputs::trigger_body(self.typing),
            "triggerOutputs" => outputs::of_trigger(self.typing),
            "trigger" => Some(Type::certain(Kinds::OBJECT).shaped(Shape::Record(&TRIGGER))),
            "actions" => Some(Type::certain(Kinds::OBJECT).shaped(Shape::Record(&ACTION))),
            "outputs" => once().and_then(|action| outputs::of_action(self.typing, action)),
            "body" => once().and_then(|action| outputs::body(self.typing, action)),
            "variables" => named().and_then(|name| variable(self.typing, name)),
            "parameters" => named().and_then(|name| parameter(self.typing, name)),
            "items" => action().filter(|action| action.is("Foreach")).map(|action| self.element(action)),
            "item" => self.item(),
            _ => None,
        };
        found.unwrap_or(Type::ANY)
    }

    fn value(&self, node: Node<'d>) -> Type<'d> {
        self.typing.value(node)
    }

    fn output(&self, of: u32, name: &str) -> Option<Type<'d>> {
        outputs::member(self.typing, of, name)
    }
}

impl<'d> Around<'_, '_, 'd> {
    /// The item of a loop.
    fn element(&self, action: &Action<'d>) -> Type<'d> {
        let list = action.node.get("foreach").map_or(Type::ANY, |list| self.typing.value(list));
        element_type(list, self)
    }

    /// Whether every loop around an action is also around this place.
    fn shares_loops(&self, action: &Action<'d>) -> bool {
        let definition = self.typing.definition;
        let Owner::Action(here) = self.owner else { return true };
        let mut inside = action.container;
        loop {
            let container = &definition[inside];
            let Some(owner) = container.owner else { return true };
            let is_loop = matches!(container.kind, ContainerKind::Foreach | ContainerKind::Until);
            if is_loop && !definition.lineage(here).any(|around| around.id == owner) {
                return false;
            }
            inside = definition[owner].container;
        }
    }

    /// What `item()` is: an element of `from` in a data operation, else of the innermost loop.
    fn item(&self) -> Option<Type<'d>> {
        let Owner::Action(id) = self.owner else { return None };
        let definition = self.typing.definition;
        if let Some(from) = repeated(&definition[id], self.node) {
            return Some(element_type(self.typing.value(from), self));
        }
        let mut inside = definition[id].container;
        loop {
            let container = &definition[inside];
            let owner = &definition[container.owner?];
            if container.kind == ContainerKind::Foreach {
                return Some(self.element(owner));
            }
            inside = owner.container;
        }
    }
}

/// The list that a string of a data operation is evaluated for each element of; nothing for the list itself.
pub(in crate::check) fn repeated<'d>(action: &Action<'d>, node: Node<'d>) -> Option<Node<'d>> {
    if !["Query", "Select", "Table"].iter().any(|kind| action.is(kind)) {
        return None;
    }
    let inputs = action.node.get("inputs")?;
    let from = inputs.get("from")?;
    let within = |outer: Node<'_>| {
        let (outer, inner) = (outer.span(), node.span());
        outer.start <= inner.start && inner.end <= outer.end
    };
    (within(inputs) && !within(from)).then_some(from)
}

/// The type that a variable is declared with. It may be null; what an object holds is not looked at.
pub(in crate::check) fn variable<'d>(typing: &Typing<'_, 'd>, name: &str) -> Option<Type<'d>> {
    let kinds = (*typing.variables.get(&fold(name))?)?;
    Some(Type::certain(kinds.or(Kinds::NULL)))
}

/// What a type of the language's own declarations takes: those of variables, without secure ones, and of parameters.
pub(in crate::check) fn declared_kinds(kind: &str) -> Option<Kinds> {
    Some(match kind.to_ascii_lowercase().as_str() {
        "boolean" | "bool" => Kinds::BOOL,
        "integer" | "int" => Kinds::INT,
        "float" => Kinds::NUMBER,
        "string" | "securestring" => Kinds::STRING,
        "array" => Kinds::ARRAY,
        "object" | "secureobject" => Kinds::OBJECT,
        _ => return None,
    })
}

fn parameter<'d>(typing: &Typing<'_, 'd>, name: &str) -> Option<Type<'d>> {
    let kinds = (*typing.parameters.get(&fold(name))?)?;
    // A parameter of type Object holds whatever JSON it was given.
    Some(Type::certain(if kinds == Kinds::OBJECT { kinds.or(Kinds::ARRAY) } else { kinds }))
}
