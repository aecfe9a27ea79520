//! The value of a workflow parameter stands by itself.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Node;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::arm::{self, Declared, Value};

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
            let is_computed = node.as_str().is_some_and(arm::is_expression);
            if !node.is_object() && (!is_computed || is_scalar(cx, node)) {
                let message = format!("the value of `{name}` stands by itself");
                let help = r#"write `{ "value": … }` around it"#;
                out.push(Diagnostic::new(&RULE, node.pointer(), message).help(help));
            }
        }
    }
}

/// Whether an ARM expression gives a text, a number or a boolean, whatever the deployment says: it is one already, or a
/// parameter of such a type.
fn is_scalar<'d>(cx: &Context<'_, 'd>, node: Node<'d>) -> bool {
    let templates = &cx.workflows.templates;
    let known = cx.evaluated(node).is_some_and(|found| {
        matches!(found.value, Value::Bool(_) | Value::Integer(_) | Value::Text(_) | Value::Computed(_))
    });
    let text = templates.expressions().iter().find(|text| text.node.id() == node.id() && !text.is_key);
    let declared = text.and_then(|text| {
        let call = text.parsed.as_ref().ok()?.as_call().filter(|call| call.access.is_empty())?;
        let name = call.first_text().filter(|_| call.is(Declared::Parameter.function()))?;
        templates[text.reader?].parameter(name)?.get("type")?.as_str()
    });
    known || declared.is_some_and(|kind| !kind.to_ascii_lowercase().ends_with("object"))
}
