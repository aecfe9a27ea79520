//! A parameter that nothing uses.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};

use super::uses::uses;

crate::rule! {
    /// ## What it does
    /// Reports a parameter that the definition declares and no expression reads. `$connections` and `$authentication`
    /// belong to the service and are left alone.
    ///
    /// ## Why is this bad
    /// Whoever deploys the workflow has to give it a value that changes nothing.
    ///
    /// ## Example
    /// ```json
    /// { "parameters": { "channel": { "type": "String", "defaultValue": "" } }, "actions": {} }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// { "parameters": { "channel": { "type": "String", "defaultValue": "" } },
    ///   "actions": { "Text": { "type": "Compose", "inputs": "@parameters('channel')" } } }
    /// ```
    ///
    /// ## References
    /// - Azure/arm-ttk: `Parameters Must Be Referenced`
    RULE = "CF2032" "unused-parameter" Warning audience Strict;
}

/// The lint.
#[derive(Debug)]
pub struct UnusedParameter;

impl Lint for UnusedParameter {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let declared = cx.definition.parameters.iter().flatten();
        let declared: Vec<_> = declared.filter(|(name, _)| !name.starts_with('$')).collect();
        if declared.is_empty() {
            return;
        }
        let Some(read) = uses(cx, &["parameters"]) else { return };
        for (name, node) in declared.into_iter().filter(|(name, _)| !read.has(name)) {
            let message = format!("nothing uses the parameter `{name}`");
            let help = "read it with parameters('…') where it is meant, or remove it";
            out.push(Diagnostic::new(&RULE, node.pointer(), message).on_key().help(help));
        }
    }
}
