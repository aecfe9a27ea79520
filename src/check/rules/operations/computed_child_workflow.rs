//! A child workflow that is named by something else than its resource id.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::template;
use crate::workflow::{Action, Host};

crate::rule! {
    /// ## What it does
    /// Reports an action of type Workflow in Azure Logic Apps (Consumption) whose `host.workflow.id` is an expression of the
    /// workflow language, or a text that is no resource id. An expression of the template, in brackets, is fine where it gives
    /// one.
    ///
    /// ## Why is this bad
    /// The id is checked when the workflow is saved, before anything is evaluated, and must be that of a resource. A name alone
    /// is for Azure Logic Apps (Standard).
    ///
    /// ## Example
    /// `"id": "@parameters('ChildWorkflow')"`
    ///
    /// ## Use instead
    /// `"id": "[resourceId('Microsoft.Logic/workflows', parameters('ChildName'))]"`, or a Switch with one call for each child
    ///
    /// ## References
    /// - The service: LinkedInvalidPropertyId, Azure/LogicAppsUX#4784
    RULE = "CF4021" "computed-child-workflow" Error prevents "LinkedInvalidPropertyId";
}

/// The lint.
#[derive(Debug)]
pub struct ComputedChildWorkflow;

impl Lint for ComputedChildWorkflow {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&["Workflow"])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        if matches!(cx.definition.host, Host::PowerAutomate | Host::Standard) {
            return;
        }
        let node = cx.definition[action.id].node;
        let Some(id) = node.path(&["inputs", "host", "workflow", "id"]) else { return };
        let passed_on = id.as_str().and_then(|text| cx.definition.passed_on(text));
        if passed_on.is_some_and(|(text, _)| template::is_template(text)) {
            let message = "the child workflow is looked up before any expression is evaluated";
            let help = "name it by a resource id, or by an expression of the template: `[resourceId('Microsoft.Logic/workflows', …)]`";
            out.push(Diagnostic::new(&RULE, id.pointer(), message).help(help));
            return;
        }
        let Some(found) = cx.evaluated(id).filter(|found| !found.is_default) else { return };
        if let Some(text) = found.text().filter(|text| !text.starts_with('/')) {
            let message = format!("`{text}` is no resource id of a child workflow");
            let help =
                "an id begins with `/subscriptions/`: write `[resourceId('Microsoft.Logic/workflows', …)]`";
            out.push(Diagnostic::new(&RULE, id.pointer(), message).help(help));
        }
    }
}
