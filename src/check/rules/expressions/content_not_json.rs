//! A Parse JSON over text that is no JSON.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Document;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports a Parse JSON whose content is written as text in the definition and is no JSON.
    ///
    /// ## Why is this bad
    /// The action fails whenever it runs. Often an expression is meant and its `@` is missing.
    ///
    /// ## Example
    /// ```json
    /// "Parse": { "type": "ParseJson", "inputs": { "content": "body('Get_user')", "schema": {} } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Parse": { "type": "ParseJson", "inputs": { "content": "@body('Get_user')", "schema": {} },
    ///     "runAfter": { "Get_user": ["Succeeded"] } }
    /// ```
    ///
    /// ## References
    /// - The service: "The 'content' property of actions of type 'ParseJson' must be valid JSON. The provided value cannot be
    ///   parsed"
    RULE = "CF3053" "content-not-json" Error;
}

/// The lint.
#[derive(Debug)]
pub struct ContentNotJson;

impl Lint for ContentNotJson {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&["ParseJson"])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let Some(content) = action.node.path(&["inputs", "content"]) else { return };
        let Some(text) = cx.definition.literal(content).filter(|text| !text.trim().is_empty()) else {
            return;
        };
        if action.is("ParseJson") && Document::parse(text).is_err() {
            let message = format!("`{}` reads text that is no JSON", action.name);
            let help = "write JSON, or begin the text with @ where an expression is meant";
            out.push(Diagnostic::new(&RULE, content.pointer(), message).help(help));
        }
    }
}
