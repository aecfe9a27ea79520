//! The default of a parameter is of another type than the parameter.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::{Kind, Node};
use crate::check::rules::shape::members::is_computed;
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports a `defaultValue` that is not of the declared type.
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
        for (name, parameter) in cx.definition.parameters.iter().flatten() {
            let (Some(kind), Some(value)) = (parameter.get("type"), parameter.get("defaultValue")) else {
                continue;
            };
            let Some(kind) = kind.as_str() else { continue };
            if value.as_str().is_some_and(is_computed) || fits(value, kind) {
                continue;
            }
            let message = format!("the default of `{name}` is {}, but its type is {kind}", value.kind_name());
            let help = "write a default of that type, or declare the type of the default";
            out.push(Diagnostic::new(&RULE, value.pointer(), message).help(help));
        }
    }
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
