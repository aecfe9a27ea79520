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
        // A template by its schema is told as such.
        let ends = ["/workflowdefinition.json", "deploymenttemplate.json"];
        let is_known = ends.iter().any(|end| address.trim_end_matches('#').ends_with(end));
        if !is_known {
            let message = "this is not the address of the workflow definition language";
            out.push(Diagnostic::new(&RULE, node.pointer(), message).help(format!("write `{ADDRESS}`")));
        }
    }
}

const ADDRESS: &str = "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#";
