//! A Foreach over something that is no array.

use super::forgotten_at;
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint, typing};
use crate::expr::Kinds;
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports a Foreach whose list is known to be text, a number, a boolean, an object or null. What is known only
    /// from a schema gives a warning.
    ///
    /// ## Why is this bad
    /// The loop fails when it starts. An object has no order to go through, and text that looks like a list is text.
    ///
    /// ## Example
    /// ```json
    /// "Each": { "type": "Foreach", "foreach": "@string(triggerBody())", "actions": {} }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Each": { "type": "Foreach", "foreach": "@json(string(triggerBody()))", "actions": {} }
    /// ```
    ///
    /// ## References
    /// - The service: "the result of the evaluation of 'foreach' expression '…' is of type '…'. The result must be a
    ///   valid array."
    RULE = "CF3040" "foreach-over-non-array" Error;
}

/// The lint.
#[derive(Debug)]
pub struct ForeachOverNonArray;

impl Lint for ForeachOverNonArray {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&["Foreach"])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let Some(list) = cx.definition[action.id].node.get("foreach") else { return };
        let found = cx.typing.value(list);
        if found.is_never(Kinds::ARRAY) {
            let message = format!("`{}` loops over {}", action.name, found.kinds);
            let help = match found.kinds {
                kinds if kinds.meets(Kinds::STRING) => "make an array of the text with split(…) or json(…)",
                kinds if kinds.meets(Kinds::OBJECT) => "loop over a property of the object that is an array",
                _ => "loop over an array; for one value, createArray(…)",
            };
            let help = forgotten_at(list).unwrap_or_else(|| help.to_owned());
            out.push(typing::weighed(Diagnostic::new(&RULE, list.pointer(), message).help(help), found));
        }
    }
}
