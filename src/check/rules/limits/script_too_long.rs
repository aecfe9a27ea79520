//! An inline script is too long.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::limits;

use super::exceeded;
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports a JavaScriptCode action whose script has more characters than the host takes: 1,024 in Consumption,
    /// 100,000 in Standard.
    ///
    /// ## Why is this bad
    /// The service refuses the definition.
    ///
    /// ## Example
    /// A JavaScript of 2,000 characters in a Consumption workflow.
    ///
    /// ## Use instead
    /// A function app that the workflow calls, or a Standard workflow.
    ///
    /// ## References
    /// - Microsoft Learn: "Limits and configuration reference guide for Azure Logic Apps"
    RULE = "CF5021" "script-too-long" Error;
}

/// The lint.
#[derive(Debug)]
pub struct ScriptTooLong;

impl Lint for ScriptTooLong {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&["JavaScriptCode"])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let Some(node) = action.node.path(&["inputs", "code"]).filter(|_| action.is("JavaScriptCode")) else {
            return;
        };
        let count = node.as_str().map_or(0, |code| code.chars().count());
        if let Some(most) = exceeded(&limits::SCRIPT, cx.definition.host, count) {
            let message =
                format!("the script of `{}` has {count} characters; at most {most} are allowed", action.name);
            out.push(
                Diagnostic::new(&RULE, node.pointer(), message).help("move it into a function and call that"),
            );
        }
    }
}
