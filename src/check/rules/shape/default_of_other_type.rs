//! The default or value of a parameter is of another type than the parameter.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::{Kind, Node};
use crate::check::rules::shape::members::is_computed;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::arm::is_unclosed;
use crate::workflow::definition::fold;

crate::rule! {
    /// ## What it does
    /// Reports a `defaultValue` of a parameter, or the value that the resource gives it, that is not of the declared type.
    ///
    /// ## Why is this bad
    /// The service refuses the definition.
    ///
    /// ## Example
    /// ```json
    /// "threshold": { "type": "Int", "defaultValue": "three" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "threshold": { "type": "Int", "defaultValue": 3 }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference for Workflow Definition Language in Azure Logic Apps", parameters
    RULE = "CF1026" "default-of-other-type" Error;
}

/// The lint.
#[derive(Debug)]
pub struct DefaultOfOtherType;

impl Lint for DefaultOfOtherType {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let declared = || cx.definition.parameters.iter().flatten();
        for (name, parameter) in declared() {
            judge("default", name, *parameter, parameter.get("defaultValue"), out);
        }
        let values = cx.definition.envelope.path(&["properties", "parameters"]);
        for (name, given) in values.into_iter().flat_map(|values| values.members()) {
            if let Some((_, parameter)) = declared().find(|(own, _)| fold(own) == fold(name)) {
                judge("value", name, *parameter, given.get("value"), out);
            }
        }
    }
}

/// Judges a value that is given for a declared parameter.
fn judge(what: &str, name: &str, parameter: Node<'_>, value: Option<Node<'_>>, out: &mut Findings) {
    let kind = parameter.get("type").and_then(|kind| kind.as_str());
    let (Some(kind), Some(value)) = (kind, value) else { return };
    if value.as_str().is_some_and(|text| is_computed(text) || is_unclosed(text)) || fits(value, kind) {
        return;
    }
    let message = format!("the {what} of `{name}` is {}, but its type is {kind}", value.kind_name());
    let help = format!("write a {what} of that type, or declare the type of the {what}");
    out.push(Diagnostic::new(&RULE, value.pointer(), message).help(help));
}

/// Whether a value can be one of a type. A default that is null is none.
pub(in crate::check::rules) fn fits(value: Node<'_>, kind: &str) -> bool {
    if value.is_null() {
        return true;
    }
    let is_number = matches!(value.kind(), Kind::Number(_));
    match kind.to_ascii_lowercase().as_str() {
        "string" | "securestring" => value.as_str().is_some(),
        "int" => match value.kind() {
            Kind::Number(digits) => digits.parse::<f64>().is_ok_and(|number| number.fract() == 0.0),
            _ => false,
        },
        "float" => is_number,
        "bool" => value.as_bool().is_some(),
        "array" => value.is_array(),
        "object" | "secureobject" => value.is_object(),
        _ => true,
    }
}
