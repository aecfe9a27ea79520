//! A region that is named as people name it.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Connections;

crate::rule! {
    /// ## What it does
    /// Reports the id of a managed connector that names its region as the portal shows it, with a blank: `Australia Southeast`.
    ///
    /// ## Why is this bad
    /// The connection is made, and the first call fails: the description of the connector is not found under that name.
    ///
    /// ## Example
    /// `/subscriptions/…/providers/Microsoft.Web/locations/Australia Southeast/managedApis/office365`
    ///
    /// ## Use instead
    /// `australiasoutheast`, or `[resourceGroup().location]`
    ///
    /// ## References
    /// - The service: "Swagger not found for connector '…/locations/Australia Southeast/managedApis/…'"
    RULE = "CF4009" "region-by-display-name" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct RegionByDisplayName;

impl Lint for RegionByDisplayName {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let Connections::Declared { entries, .. } = &cx.definition.connections else { return };
        for (_, entry) in entries {
            let Some(id) = entry.get("id") else { continue };
            let text = id.as_str().unwrap_or_default();
            let Some((before, rest)) = text.split_once("/locations/") else { continue };
            let region = rest.split('/').next().unwrap_or_default();
            if region.contains(' ') && !region.contains(['[', '\'', '(']) {
                let from = before.len() + "/locations/".len();
                let meant = region.replace(' ', "").to_lowercase();
                let message = format!("`{region}` is what people call the region");
                let finding = Diagnostic::new(&RULE, id.pointer(), message).inside(from..from + region.len());
                out.push(finding.help(format!("write `{meant}`, or take `[resourceGroup().location]`")));
            }
        }
    }
}
