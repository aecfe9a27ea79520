//! A connection that is taken for a connector.

use super::{api_ids, at_part, misspelt_connector};
use crate::base::diagnostic::Rule;
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports the id of a managed connector, in `$connections` or in a connection resource, that ends in a number the designer
    /// gives to the second *connection* of a connector: `azuresentinel_1`, `office365-2`.
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
    /// - The service: ApiNotFound, "The API '…_1' could not be found", Azure-Sentinel#2996, MicrosoftDocs/azure-docs#54366
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
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        for (node, id) in api_ids(document) {
            let Some(name) = &id.name else { continue };
            let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
            let is_numbered = stem.len() < name.len();
            // `office-365` is a slip, and no connection with a number.
            let is_numbered = is_numbered && misspelt_connector::slip_of(name).is_none();
            if let Some(connector) = stem.strip_suffix(['_', '-']).filter(|_| is_numbered) {
                let message = format!("there is no connector `{name}`");
                let help = format!("name the connector `{connector}`; the number belongs to the connection");
                out.push(at_part(&RULE, node, name, message).help(help));
            }
        }
    }
}
