//! A computed value that nothing uses.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};

use super::uses::uses;

crate::rule! {
    /// ## What it does
    /// Reports a Compose, Parse JSON, Select, Query, Join or Table action whose outputs no expression reads.
    ///
    /// ## Why is this bad
    /// The action computes something and nobody looks at it. It may be left over, or kept to be seen in the history
    /// of runs.
    ///
    /// ## Example
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@concat('a', 'b')" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@concat('a', 'b')" },
    /// "Answer": { "type": "Response", "kind": "Http", "inputs": { "statusCode": 200, "body": "@outputs('Text')" },
    ///     "runAfter": { "Text": ["Succeeded"] } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference for trigger and action types in Azure Logic Apps"
    RULE = "CF2033" "unused-output" Info audience Auditor;
}

/// The lint.
#[derive(Debug)]
pub struct UnusedOutput;

impl Lint for UnusedOutput {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let computed: Vec<_> =
            cx.definition.actions().filter(|action| COMPUTED.iter().any(|kind| action.is(kind))).collect();
        if computed.is_empty() {
            return;
        }
        let Some(read) = uses(cx, READING) else { return };
        for action in computed {
            if cx.definition.lineage(action.id).all(|around| !read.has(around.name)) {
                let message = format!("nothing uses what `{}` computes", action.name);
                let help = "use it, or remove the action";
                out.push(Diagnostic::new(&RULE, action.node.pointer(), message).on_key().help(help));
            }
        }
    }
}

/// Types that do nothing but compute.
const COMPUTED: [&str; 6] = ["Compose", "Join", "ParseJson", "Query", "Select", "Table"];

/// Functions that read an action; `result` reads all in a scope.
const READING: &[&str] = &["actionBody", "actionOutputs", "actions", "body", "outputs", "result"];
