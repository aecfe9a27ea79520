//! A workflow is dressed as a deployment template.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Node;
use crate::check::lint::Member;
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports a definition that calls itself a deployment template and has the triggers and actions of a workflow
    /// in place of resources or beside them.
    ///
    /// ## Why is this bad
    /// A deployment of it is refused: a template has no such members.
    ///
    /// ## Example
    /// ```json
    /// { "$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
    ///   "contentVersion": "1.0.0.0", "triggers": {}, "actions": {} }
    /// ```
    ///
    /// ## Use instead
    /// The workflow as a resource of type `Microsoft.Logic/workflows`, under `properties.definition`; or the
    /// address of the workflow definition language as `$schema`.
    ///
    /// ## References
    /// - The service: "Could not find member 'actions' on object of type 'Template'"
    RULE = "CF1040" "workflow-as-template" Error prevents "InvalidRequestContent";
}

/// The lint.
#[derive(Debug)]
pub struct WorkflowAsTemplate;

impl Lint for WorkflowAsTemplate {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions().documents()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let definition = cx.definition.node;
        let schema = definition.get("$schema").and_then(|schema| schema.as_str()).unwrap_or_default();
        let is_template = schema.to_ascii_lowercase().contains("deploymenttemplate.json");
        let Some(node) = definition.get("actions").or_else(|| definition.get("triggers")) else { return };
        // Of one that stands in another document only the address is wrong, which has a rule of its own.
        if is_template && cx.definition.pointer.as_str().is_empty() {
            out.push(finding(node));
        }
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        let roots = document.workflows.templates.iter().map(|template| template.node);
        for root in roots {
            // Each of the two is a member too many: one finding says it of both.
            let mut misplaced = ["actions", "triggers"].into_iter().filter_map(|key| root.get(key));
            if let Some(node) = misplaced.find(Node::is_object) {
                out.push(finding(node));
            }
        }
    }
}

fn finding(node: Node<'_>) -> Diagnostic {
    let message = format!("a deployment template has no `{}`", node.key().unwrap_or_default());
    let help =
        "put the workflow into a resource of type `Microsoft.Logic/workflows`, under `properties.definition`";
    Diagnostic::new(&RULE, node.pointer(), message).on_key().help(help)
}
