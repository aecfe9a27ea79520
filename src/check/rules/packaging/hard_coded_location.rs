//! A region that is written into a template.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports a workflow or connection resource whose `location` is written as text.
    ///
    /// ## Why is this bad
    /// Deployed to a resource group elsewhere, the workflow and its connections stand in different regions, which is refused;
    /// and a region may take no new customers.
    ///
    /// ## Example
    /// ```json
    /// "location": "westeurope"
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "location": "[resourceGroup().location]"
    /// ```
    ///
    /// ## References
    /// - The service: RequestDisallowedByAzure, "The selected region is currently not accepting new customers"
    /// - Azure Resource Manager test toolkit: Location-Should-Not-Be-Hardcoded
    RULE = "CF6002" "hard-coded-location" Warning prevents "RequestDisallowedByAzure";
}

/// The lint.
#[derive(Debug)]
pub struct HardCodedLocation;

impl Lint for HardCodedLocation {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        for resource in document.workflows.templates.resources() {
            if !resource.is_workflow() && !resource.is("Microsoft.Web/connections") {
                continue;
            }
            let Some(location) = resource.location() else { continue };
            let text = location.as_str().unwrap_or_default();
            // One that is not closed is reported for that.
            if !text.is_empty() && !text.starts_with('[') && !text.eq_ignore_ascii_case("global") {
                let message = format!("the resource goes to `{text}`, wherever its resource group is");
                let help = "take `[resourceGroup().location]`, or a parameter with that as its default";
                out.push(Diagnostic::new(&RULE, location.pointer(), message).help(help));
            }
        }
    }
}
