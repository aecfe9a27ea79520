//! A parameter has no type.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports a declared parameter without `type`.
    ///
    /// ## Why is this bad
    /// The service refuses the definition.
    ///
    /// ## Example
    /// ```json
    /// "$connections": { "defaultValue": {} }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "$connections": { "type": "Object", "defaultValue": {} }
    /// ```
    ///
    /// ## References
    /// - The service: "The workflow definition parameter '…' is not valid: the 'type' property is not specified."
    /// - Microsoft Learn: "Schema reference for Workflow Definition Language in Azure Logic Apps", parameters
    RULE = "CF1027" "parameter-without-type" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct ParameterWithoutType;

impl Lint for ParameterWithoutType {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for (name, parameter) in cx.definition.parameters.iter().flatten() {
            if parameter.is_object() && parameter.get_ignore_case("type").is_none() {
                let message = format!("the parameter `{name}` has no type");
                let help = "add `type`: one of `Array`, `Bool`, `Float`, `Int`, `Object`, `SecureObject`, `SecureString` and `String`";
                out.push(Diagnostic::new(&RULE, parameter.pointer(), message).on_key().help(help));
            }
        }
    }
}
