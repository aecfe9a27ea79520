//! A region that is named as people name it.

use super::{api_ids, at_part};
use crate::base::diagnostic::Rule;
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports the id of a managed connector, in `$connections` or in a connection resource, that names its region as the
    /// portal shows it, with a blank: `Australia Southeast`.
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
    ///   (OfficeDev/microsoft-teams-apps-requestateam#8, #17)
    RULE = "CF4009" "region-by-display-name" Error;
}

/// The lint.
#[derive(Debug)]
pub struct RegionByDisplayName;

impl Lint for RegionByDisplayName {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        for (node, id) in api_ids(document) {
            let Some(region) = id.region.as_deref().filter(|region| region.contains(' ')) else { continue };
            let meant = region.replace(' ', "").to_lowercase();
            let message = format!("`{region}` is what people call the region");
            let help = format!("write `{meant}`, or take `[resourceGroup().location]`");
            out.push(at_part(&RULE, node, region, message).help(help));
        }
    }
}
