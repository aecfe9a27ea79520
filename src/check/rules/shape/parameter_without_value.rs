//! A parameter of a workflow gets no value.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::arm;
use crate::workflow::definition::fold;

crate::rule! {
    /// ## What it does
    /// Reports a parameter of a workflow resource that has neither a default nor a value in the resource.
    ///
    /// ## Why is this bad
    /// The deployment is refused.
    ///
    /// ## Example
    /// ```json
    /// "definition": { "parameters": { "$connections": { "type": "Object" } }, … }  (and no `properties.parameters.$connections`)
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "parameters": { "$connections": { "value": { … } } }
    /// ```
    ///
    /// ## References
    /// - The service: "The value for the workflow parameter '…' is not provided."
    RULE = "CF1036" "parameter-without-value" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct ParameterWithoutValue;

impl Lint for ParameterWithoutValue {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let definition = cx.definition;
        if definition.templated.is_none() {
            return;
        }
        let values = definition.envelope.path(&["properties", "parameters"]);
        // Values that ARM computes may be any, and so may those of a key that it computes.
        if values.is_some_and(|values| {
            !values.is_object() || values.members().any(|(key, _)| arm::is_expression(key))
        }) {
            return;
        }
        let given = |name: &str| {
            values.into_iter().flat_map(|values| values.members()).any(|(key, _)| fold(key) == fold(name))
        };
        for (name, node) in definition.parameters.iter().flatten() {
            if node.is_object() && node.get("defaultValue").is_none() && !given(name) {
                let message = format!("the parameter `{name}` has neither a value nor a default");
                let help =
                    "give it a `defaultValue`, or a value under `properties.parameters` of the resource";
                out.push(Diagnostic::new(&RULE, node.pointer(), message).on_key().help(help));
            }
        }
    }
}
