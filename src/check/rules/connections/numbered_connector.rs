//! A connection that is taken for a connector.

use super::connector_named;
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Connections;

crate::rule! {
    /// ## What it does
    /// Reports the id of a managed connector that ends in a number the designer gives to the second *connection* of a connector:
    /// `azuresentinel_1`, `office365-2`.
    ///
    /// ## Why is this bad
    /// There is no such connector, and the deployment is refused.
    ///
    /// ## Example
    /// ```json
    /// "id": "[subscriptionResourceId('Microsoft.Web/locations/managedApis', resourceGroup().location, 'azuresentinel_1')]"
    /// ```
    ///
    /// ## Use instead
    /// The name of the connector, without the number: `azuresentinel`.
    ///
    /// ## References
    /// - The service: ApiNotFound, Azure-Sentinel#2996
    RULE = "CF4007" "numbered-connector" Error prevents "ApiNotFound";
}

/// The lint.
#[derive(Debug)]
pub struct NumberedConnector;

impl Lint for NumberedConnector {
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
            let Some(name) = id.as_str().and_then(connector_named) else { continue };
            let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
            let is_numbered = stem.len() < name.len();
            if let Some(connector) = stem.strip_suffix(['_', '-']).filter(|_| is_numbered) {
                let message = format!("there is no connector `{name}`");
                let help = format!("name the connector `{connector}`; the number belongs to the connection");
                out.push(Diagnostic::new(&RULE, id.pointer(), message).help(help));
            }
        }
    }
}
