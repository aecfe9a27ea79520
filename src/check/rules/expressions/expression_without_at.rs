//! An expression without the `@` that makes it one.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::parse;
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Warns about text in the inputs of an action that would be an expression of the run if `@` stood before it: a call of
    /// `triggerBody`, `body`, `outputs`, `variables`, `items` and the like, alone or in braces. Such a call is text that hardly
    /// anybody means to send.
    ///
    /// ## Why is this bad
    /// The text is sent as it is: a comment reads `triggerBody()?['object']`, and a call asks for a user of that name.
    ///
    /// ## Example
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "triggerBody()?['subject']" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@triggerBody()?['subject']" }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Reference guide to workflow expression functions", functions in expressions: an expression begins with `@`
    RULE = "CF3055" "expression-without-at" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct ExpressionWithoutAt;

/// Functions that read the run: nobody writes such a call as text.
const READING: [&str; 10] = [
    "actionBody",
    "actions",
    "body",
    "items",
    "outputs",
    "parameters",
    "trigger",
    "triggerBody",
    "triggerOutputs",
    "variables",
];

impl Lint for ExpressionWithoutAt {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.every_action()
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        // What a script says is in another language.
        let is_script = action.kind.to_ascii_lowercase().ends_with("code");
        let Some(inputs) = action.node.get("inputs").filter(|_| !is_script) else { return };
        for node in inputs.descendants() {
            let Some(text) = node.as_str().filter(|text| may_be_call(text)) else { continue };
            // What is read as JSON or as a list is told to be neither.
            if node.key().is_some_and(|key| ["content", "from"].contains(&key)) {
                continue;
            }
            let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).unwrap_or(text);
            let reads = cx.definition.literal(node).is_some()
                && parse(inner).is_ok_and(|expr| expr.as_call().is_some_and(|call| is_reading(&call.name)));
            if reads {
                let message = format!("`{inner}` is text here, and no expression");
                let help = format!("write `@{text}`");
                out.push(Diagnostic::new(&RULE, node.pointer(), message).help(help));
            }
        }
    }
}

fn is_reading(name: &str) -> bool {
    READING.iter().any(|known| known.eq_ignore_ascii_case(name))
}

/// Whether it begins with such a call: most texts do not, and are not read.
fn may_be_call(text: &str) -> bool {
    let text = text.strip_prefix('{').unwrap_or(text);
    // Told by the first letter where nothing else need be looked at.
    if !text.bytes().next().is_some_and(|first| b"abioptv".contains(&first.to_ascii_lowercase())) {
        return false;
    }
    let start = &text.as_bytes()[..text.len().min("triggerOutputs(".len())];
    let name = start.iter().position(|byte| *byte == b'(').map(|at| &text[..at]);
    name.is_some_and(is_reading)
}
