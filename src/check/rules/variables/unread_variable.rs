//! A variable that nothing reads.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};

use super::uses::uses;

crate::rule! {
    /// ## What it does
    /// Reports a variable that is initialized, and perhaps set, and whose value no expression reads.
    ///
    /// ## Why is this bad
    /// It does nothing but hold up the run. Often a name was misspelt where it should be read, or a step was removed
    /// and its variable forgotten.
    ///
    /// ## Example
    /// ```json
    /// "Start": { "type": "InitializeVariable", "inputs": { "variables": [{ "name": "hits", "type": "integer", "value": 0 }] } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Start": { "type": "InitializeVariable", "inputs": { "variables": [{ "name": "hits", "type": "integer", "value": 0 }] } },
    /// "Text": { "type": "Compose", "inputs": "@variables('hits')", "runAfter": { "Start": ["Succeeded"] } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Create variables to store and manage values in workflows for Azure Logic Apps"
    RULE = "CF2030" "unread-variable" Warning audience Strict;
}

/// The lint.
#[derive(Debug)]
pub struct UnreadVariable;

impl Lint for UnreadVariable {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let Some(variables) = cx.variables.as_ref().filter(|variables| !variables.is_empty()) else { return };
        let Some(read) = uses(cx, &["variables"]) else { return };
        for variable in variables.iter().filter(|variable| !read.has(variable.name)) {
            let message = format!("nothing reads the variable `{}`", variable.name);
            let help = "read it with variables('…') where it is meant, or remove it with what sets it";
            out.push(Diagnostic::new(&RULE, variable.node.pointer(), message).help(help));
        }
    }
}
