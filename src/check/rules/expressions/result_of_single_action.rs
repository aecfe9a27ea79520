//! result() of an action that holds no others.

use crate::base::diagnostic::Rule;
use crate::check::context::first_text;
use crate::check::lint::At;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::Call;

crate::rule! {
    /// ## What it does
    /// Reports `result('X')` where `X` is an action of a type that contains no actions.
    ///
    /// ## Why is this bad
    /// The function gives the outcomes of the actions in a Scope, Foreach or Until. Of another action there is
    /// nothing to give, and the expression fails.
    ///
    /// ## Example
    /// ```json
    /// "Read": { "type": "Http", "inputs": { "method": "GET", "uri": "https://contoso.com" } },
    /// "Text": { "type": "Compose", "inputs": "@result('Read')", "runAfter": { "Read": ["Succeeded"] } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Read": { "type": "Http", "inputs": { "method": "GET", "uri": "https://contoso.com" } },
    /// "Text": { "type": "Compose", "inputs": "@actions('Read')", "runAfter": { "Read": ["Succeeded"] } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Reference guide to workflow expression functions", `result`: the name of a scoped action
    RULE = "CF3048" "result-of-single-action" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct ResultOfSingleAction;

impl Lint for ResultOfSingleAction {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.calls(&["result"])
    }

    fn call(&self, cx: &Context<'_, '_>, at: At<'_, '_>, call: &Call, out: &mut Findings) {
        let Some((name, argument)) = first_text(call) else { return };
        let [id] = cx.definition.named(name) else { return };
        let action = &cx.definition[*id];
        if action.children.is_empty() && SINGLE.iter().any(|kind| action.is(kind)) {
            let message = format!("`{name}` is of type {} and holds no actions", action.kind);
            let help =
                format!("name a Scope, Foreach or Until; the outcome of this action is actions('{name}')");
            out.push(at.finding(&RULE, argument, message).help(help));
        }
    }
}

/// Types that never hold actions.
const SINGLE: [&str; 9] = [
    "ApiConnection",
    "Compose",
    "Function",
    "Http",
    "InitializeVariable",
    "OpenApiConnection",
    "ParseJson",
    "Response",
    "Workflow",
];
