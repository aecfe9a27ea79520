//! The definition itself, its parameters and outputs.

use crate::base::json::Node;

use super::actions::actions;
use super::codes::WRONG_VALUE;
use super::judge::Judge;
use super::kind::{Computed, Kind, Shape, Type, is_arm, is_computed, may, must};
use super::triggers::triggers;
use super::words;

/// Judges what stands beside a definition in a file of a Standard project.
pub(super) fn file(judge: &mut Judge<'_, '_>, node: Node<'_>) {
    judge.shape(node, &FILE);
}

/// The kinds of workflow that published projects have. Source: Azure/logicapps, and Azure/LogicAppsUX for agents.
static FILE: Shape =
    Shape::new(&[may("kind", Kind::Word(&["Stateful", "Stateless", "Agentic", "Agent"]))]).open();

/// Judges a definition.
pub(super) fn definition(judge: &mut Judge<'_, '_>, node: Node<'_>) {
    judge.shape(node, &DEFINITION);
}

static DEFINITION: Shape = Shape::new(&[
    must("$schema", Kind::Filled, "the address of the workflow definition language"),
    may("contentVersion", Kind::Own(version)),
    may("parameters", Kind::Own(|judge, node| each(judge, node, &PARAMETER))),
    must("triggers", Kind::Own(triggers), "what starts a run"),
    must("actions", Kind::Own(actions), "what a run does"),
    may("outputs", Kind::Own(|judge, node| each(judge, node, &OUTPUT))),
    may("staticResults", Kind::Own(|judge, node| each(judge, node, &STATIC_RESULT))),
    may("metadata", Kind::Of(&[Type::Object, Type::Null])),
    may("description", Kind::Text),
])
.computed(Computed::ByArm);

/// The types of parameters and outputs.
pub(super) const VALUE_TYPE: Kind =
    Kind::Word(&["Array", "Bool", "Float", "Int", "Object", "SecureObject", "SecureString", "String"]);

static PARAMETER: Shape = Shape::new(&[
    must("type", VALUE_TYPE, "the type of the value, such as `String`"),
    may("defaultValue", Kind::Any),
    may("allowedValues", Kind::Of(&[Type::Array, Type::Null])),
    may("value", Kind::Any),
    may("metadata", Kind::Of(&[Type::Object, Type::Null])),
    may("description", Kind::Text),
])
.computed(Computed::ByArm);

static OUTPUT: Shape = Shape::new(&[
    must("type", VALUE_TYPE, "the type of the value, such as `String`"),
    must("value", Kind::Any, "the value, or an expression that yields it"),
    may("description", Kind::Text),
])
.computed(Computed::ByArm);

static STATIC_RESULT: Shape =
    Shape::new(&[may("status", Kind::Text), may("outputs", Kind::Any), may("code", Kind::Text)])
        .computed(Computed::ByArm)
        .open();

/// Judges every member of an object that ARM may compute.
pub(super) fn each(judge: &mut Judge<'_, '_>, node: Node<'_>, shape: &'static Shape) {
    if !node.as_str().is_some_and(is_arm) && judge.is(node, Type::Object) {
        node.items().for_each(|item| judge.shape(item, shape));
    }
}

/// Four numbers with dots. Some exports write `undefined`.
fn version(judge: &mut Judge<'_, '_>, node: Node<'_>) {
    let Some(text) = node.as_str() else { return judge.wrong_type(node, "a string") };
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let is_version = text.split('.').count() == 4 && text.split('.').all(is_number);
    if !is_version && text != "undefined" && !is_computed(text) {
        let help = "four numbers with dots, such as `1.0.0.0`".to_owned();
        judge.say(&WRONG_VALUE, node, &format!("cannot be `{}`", words::cut(text)), Some(help));
    }
}
