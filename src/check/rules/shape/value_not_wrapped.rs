//! The value of a workflow parameter stands by itself.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::arm;

crate::rule! {
    /// ## What it does
    /// Reports a parameter of a workflow resource whose value is not in an object under `value`.
    ///
    /// ## Why is this bad
    /// The deployment is refused.
    ///
    /// ## Example
    /// ```json
    /// "parameters": { "threshold": 3 }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "parameters": { "threshold": { "value": 3 } }
    /// ```
    ///
    /// ## References
    /// - The service: "Unexpected initial token '…' when populating object. Expected JSON object or array. Path 'properties.parameters.…'"
    RULE = "CF1035" "value-not-wrapped" Error prevents "InvalidRequestContent";
}

/// The lint.
#[derive(Debug)]
pub struct ValueNotWrapped;

impl Lint for ValueNotWrapped {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        if cx.definition.templated.is_none() {
            return;
        }
        let values = cx.definition.envelope.path(&["properties", "parameters"]);
        for (name, node) in values.into_iter().flat_map(|values| values.members()) {
            if !node.is_object() && !node.as_str().is_some_and(arm::is_expression) {
                let message = format!("the value of `{name}` stands by itself");
                let help = r#"write `{ "value": … }` around it"#;
                out.push(Diagnostic::new(&RULE, node.pointer(), message).help(help));
            }
        }
    }
}
