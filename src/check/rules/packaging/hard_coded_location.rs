//! A region that is written into a template.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::lint::Member;
use crate::check::rules::connections::hard_coded_connection::is_written;
use crate::check::rules::connections::{api_ids, at_part};
use crate::check::{Findings, Interest, Lint};
use crate::workflow::arm;

crate::rule! {
    /// ## What it does
    /// Reports a workflow or connection resource whose `location` is written as text, and the id of a managed connector that
    /// names a region beside resources whose `location` is computed.
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
    /// - PeterKlapwijk/Microsoft-Logic-Apps#4: `locations/westeurope/managedApis` in a connection makes deployments elsewhere fail
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
        for (node, id) in api_ids(document) {
            let Some(region) = id.region.as_deref().filter(|region| !region.contains(' ')) else { continue };
            let text = node.as_str().unwrap_or_default();
            // A subscription that stands there is reported with all that follows.
            if is_written(id.subscription.as_deref())
                || !text.contains(region)
                || !goes_elsewhere(document, region)
            {
                continue;
            }
            let message = format!(
                "the connector is that of `{region}`, and the resources go where a computed `location` says"
            );
            let help = "name it by `[subscriptionResourceId('Microsoft.Web/locations/managedApis', resourceGroup().location, …)]`";
            out.push(at_part(&RULE, node, region, message).help(help));
        }
    }
}

/// Whether a workflow or connection may be deployed to another region than this.
fn goes_elsewhere(document: &Member<'_, '_>, region: &str) -> bool {
    let templates = &document.workflows.templates;
    templates.resources().any(|resource| {
        let is_placed = resource.is_workflow() || resource.is("Microsoft.Web/connections");
        resource.location().filter(|_| is_placed).is_some_and(|location| {
            location.as_str().is_some_and(arm::is_expression)
                && !templates
                    .outline(resource.template, location)
                    .is_some_and(|one| one.eq_ignore_ascii_case(region))
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::base::json::Document;
    use crate::check::{self, Options};

    /// Where the rule points in a template with one connection, as the text there.
    fn found(location: &str, id: &str) -> Vec<String> {
        let text = format!(
            r#"{{"$schema": "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#", "contentVersion": "1.0.0.0",
            "parameters": {{"Region": {{"type": "string", "defaultValue": "[resourceGroup().location]"}}}},
            "variables": {{"Fixed": "westeurope"}},
            "resources": [{{"type": "Microsoft.Web/connections", "apiVersion": "2016-06-01", "name": "office365",
            "location": "{location}", "properties": {{"api": {{"id": "{id}"}}}}}},
            {{"type": "Microsoft.Logic/workflows", "apiVersion": "2019-05-01", "name": "flow",
            "location": "{location}", "properties": {{"definition": {{"triggers": {{}}, "actions": {{}}}}}}}}]}}"#
        );
        let document = Document::parse(&text).unwrap();
        let found = check::check(&document, &Options::default());
        let mine = found.into_iter().filter(|finding| finding.rule.code == "CF6002");
        mine.map(|finding| finding.message).collect()
    }

    #[test]
    fn a_region_in_an_id_is_told_beside_a_computed_one() {
        let written = "[concat('/subscriptions/', subscription().subscriptionId, '/providers/Microsoft.Web/locations/westeurope/managedApis/office365')]";
        let computed = "[subscriptionResourceId('Microsoft.Web/locations/managedApis', parameters('Region'), 'office365')]";
        for location in ["[resourceGroup().location]", "[parameters('Region')]"] {
            assert_eq!(found(location, written).len(), 1, "{location}");
            assert_eq!(found(location, computed), Vec::<String>::new(), "{location}");
        }
        assert_eq!(found("[variables('Fixed')]", written), Vec::<String>::new(), "all of it goes there");
        let all = "/subscriptions/0a1b2c3d-0000-4000-8000-000000000001/providers/Microsoft.Web/locations/westeurope/managedApis/office365";
        assert_eq!(
            found("[parameters('Region')]", all),
            Vec::<String>::new(),
            "that is told of the subscription"
        );
        assert_eq!(found("westeurope", written).len(), 2, "each location, and no more");
    }
}
