//! What actions and triggers give.
//!
//! Outputs of a data operation follow from its inputs. Outputs of a call have a status code, headers and a body; of the body
//! is known what the catalogue documents, if it has the operation, but a failed call answers otherwise. An action that was skipped has
//! no outputs at all, which no type here says: the rules about order do.
//!
//! Source: the manifests of the designer for built-in operations, and observations of the Standard host.

use crate::check::call::ConnectorCall;
use crate::expr::{Documented, Kinds, Shape, Type, schema_type};
use crate::workflow::strings::Owner;
use crate::workflow::{Action, ActionId};

use super::Typing;

/// The number of the trigger's outputs.
const TRIGGER: u32 = u32::MAX;

/// Actions that call something and give its answer.
const CALLS: [&str; 8] = [
    "ApiConnection",
    "ApiConnectionWebhook",
    "ApiManagement",
    "Function",
    "Http",
    "HttpWebhook",
    "OpenApiConnection",
    "OpenApiConnectionWebhook",
];

/// `outputs('X')`.
pub(super) fn of_action<'d>(typing: &Typing<'_, 'd>, action: &Action<'d>) -> Option<Type<'d>> {
    let number = u32::try_from(action.id.index()).ok()?;
    let wrapped = Type::declared(Kinds::OBJECT.or(Kinds::NULL)).shaped(Shape::Outputs(number));
    match action.kind.to_ascii_lowercase().as_str() {
        "compose" => action.node.get("inputs").map(|inputs| typing.value(inputs)),
        "parsejson" | "query" | "select" | "table" | "join" => Some(wrapped),
        _ if CALLS.iter().any(|call| action.is(call)) => Some(wrapped),
        _ => None,
    }
}

/// `body('X')`.
pub(super) fn body<'d>(typing: &Typing<'_, 'd>, action: &Action<'d>) -> Option<Type<'d>> {
    let inputs = action.node.get("inputs")?;
    match action.kind.to_ascii_lowercase().as_str() {
        "parsejson" => inputs.get("schema").filter(|schema| schema.is_object()).map(schema_type),
        "query" => {
            let list = inputs.get("from").map_or(Type::ANY, |from| typing.value(from));
            let shape =
                if list.kinds.without(Kinds::NULL) == Kinds::ARRAY { list.shape } else { Shape::Open };
            // Fewer elements than the list has, so what stands where in it is not known.
            let shape = match shape {
                Shape::Value(_) => Shape::Open,
                shape => shape,
            };
            Some(Type::certain(Kinds::ARRAY).shaped(shape))
        }
        "select" => {
            let shape = inputs.get("select").map_or(Shape::Open, Shape::Each);
            Some(Type::certain(Kinds::ARRAY).shaped(shape))
        }
        "table" | "join" => Some(Type::certain(Kinds::STRING)),
        _ if CALLS.iter().any(|call| action.is(call)) => {
            typing.answer(u32::try_from(action.id.index()).ok()?)
        }
        _ => None,
    }
}

/// What the catalogue documents of the answer to a call, with the number of its outputs; nothing where it has no such
/// operation, or several.
pub(super) fn documented(call: &ConnectorCall<'_>) -> Option<(u32, Documented)> {
    let number = match call.owner {
        Owner::Action(id) => u32::try_from(id.index()).ok()?,
        Owner::Trigger(_) => TRIGGER,
        Owner::Definition => return None,
    };
    match call.asked.signatures[..] {
        [one] if !one.answer.is_empty() => Some((number, Documented { fields: one.answer, at: "" })),
        _ => None,
    }
}

/// `triggerOutputs()`.
pub(super) fn of_trigger<'d>(typing: &Typing<'_, 'd>) -> Option<Type<'d>> {
    let [_] = &typing.definition.triggers[..] else { return None };
    Some(Type::declared(Kinds::OBJECT.or(Kinds::NULL)).shaped(Shape::Outputs(TRIGGER)))
}

/// `triggerBody()`: what the schema of a Request says. With `splitOn` it is one element of a list.
pub(super) fn trigger_body<'d>(typing: &Typing<'_, 'd>) -> Option<Type<'d>> {
    let [trigger] = &typing.definition.triggers[..] else { return None };
    let kind = trigger.node.get("type").and_then(|kind| kind.as_str())?;
    if trigger.node.get("splitOn").is_some() {
        return None;
    }
    if !kind.eq_ignore_ascii_case("Request") {
        return typing.answer(TRIGGER);
    }
    let schema = trigger.node.path(&["inputs", "schema"]).filter(|schema| schema.is_object())?;
    Some(schema_type(schema))
}

/// A member of outputs.
pub(super) fn member<'d>(typing: &Typing<'_, 'd>, of: u32, name: &str) -> Option<Type<'d>> {
    let is = |known: &str| name.eq_ignore_ascii_case(known);
    if of == TRIGGER {
        return if is("body") { trigger_body(typing) } else { None };
    }
    let action = &typing.definition[ActionId::at(usize::try_from(of).ok()?)];
    match () {
        () if is("body") => body(typing, action),
        () if is("statusCode") => Some(Type::declared(Kinds::INT.or(Kinds::NULL))),
        () if is("headers") => Some(Type::declared(Kinds::OBJECT.or(Kinds::NULL))),
        () => None,
    }
}
