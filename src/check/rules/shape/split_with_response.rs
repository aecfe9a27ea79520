//! A workflow splits a list and answers its caller.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Warns about a trigger with `splitOn` in a workflow with a Response.
    ///
    /// ## Why is this bad
    /// Each item of the list gets a run of its own, and the caller has got the status 202 before any of them began.
    /// The Response reaches nobody.
    ///
    /// ## Example
    /// ```json
    /// "splitOn": "@triggerBody()?['rows']"  (beside a Response)
    /// ```
    ///
    /// ## Use instead
    /// A Foreach in the workflow, in place of the split.
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps", Response action and splitOn
    RULE = "CF1037" "split-with-response" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct SplitWithResponse;

impl Lint for SplitWithResponse {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let Some(split) = cx.definition.triggers.iter().find_map(|trigger| trigger.node.get("splitOn"))
        else {
            return;
        };
        if let Some(response) = cx.definition.actions().find(|action| action.is("Response")) {
            let message = format!("the list is split, so `{}` answers nobody", response.name);
            let help = "go through the list with a Foreach, or leave the Response out";
            out.push(Diagnostic::new(&RULE, split.pointer(), message).on_key().help(help));
        }
    }
}
