//! A child workflow that the project does not have.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::words::choices;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;
use crate::workflow::layout::Role;

crate::rule! {
    /// ## What it does
    /// Reports an action of type Workflow in a Standard project that names a workflow of which the project has no folder. Silent
    /// where not all of the project is there to be read.
    ///
    /// ## Why is this bad
    /// The child is looked for in the same logic app: the call fails in every run.
    ///
    /// ## Example
    /// ```json
    /// "inputs": { "host": { "workflow": { "id": "Contian" } } }
    /// ```
    /// in a project with the folders `Ask` and `Contain`
    ///
    /// ## Use instead
    /// ```json
    /// "inputs": { "host": { "workflow": { "id": "Contain" } } }
    /// ```
    ///
    /// ## References
    /// - The service: "The workflow '…' could not be found." (Azure/logicapps#321)
    /// - Microsoft Learn: "Create and deploy single-tenant workflows": each workflow has a folder of its name
    RULE = "CF6037" "child-workflow-missing" Error prevents "WorkflowNotFound";
}

/// The lint.
#[derive(Debug)]
pub struct ChildWorkflowMissing;

impl Lint for ChildWorkflowMissing {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.actions(&["Workflow"])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        if cx.bundle.project().is_none() || !cx.bundle.is_whole {
            return;
        }
        let Some(id) = action.node.path(&["inputs", "host", "workflow", "id"]) else { return };
        let Some(name) = cx.definition.literal(id).filter(|name| !name.is_empty() && !name.contains('/'))
        else {
            return;
        };
        let workflows = cx.bundle.files().filter(|(_, file)| file.role == Role::Workflow);
        let names: Vec<&str> = workflows.filter_map(|(_, file)| file.name.rsplit('/').nth(1)).collect();
        if !names.iter().any(|own| own.eq_ignore_ascii_case(name)) {
            let message = format!("the project has no workflow `{name}`");
            let help = choices(name, "workflows of the project", names);
            out.push(Diagnostic::new(&RULE, id.pointer(), message).help(help));
        }
    }
}
