//! The definition names another language.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Warns about a `$schema` that is not the address of the workflow definition language.
    ///
    /// ## Why is this bad
    /// The service reads definitions of that language only, and requires the member.
    ///
    /// ## Example
    /// ```json
    /// "$schema": "https://json-schema.org/draft-07/schema#"
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#"
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference for Workflow Definition Language in Azure Logic Apps"
    /// - The service: "Required property '$schema' not found in JSON"
    RULE = "CF1016" "unsupported-schema" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct UnsupportedSchema;

impl Lint for UnsupportedSchema {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let Some(node) = cx.definition.node.get("$schema") else { return };
        let Some(address) = cx.definition.literal(node).filter(|address| !address.is_empty()) else { return };
        let address = address.to_ascii_lowercase();
        let is = |name: &str| address.trim_end_matches('#').ends_with(name);
        // A whole document that calls itself a template is told as such.
        let is_template = is("deploymenttemplate.json") && cx.definition.pointer.as_str().is_empty();
        if !is("/workflowdefinition.json") && !is_template {
            let message = "this is not the address of the workflow definition language";
            out.push(Diagnostic::new(&RULE, node.pointer(), message).help(format!("write `{ADDRESS}`")));
        }
    }
}

const ADDRESS: &str = "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#";
