//! A connector whose name is one letter off.

use super::{api_ids, at_part};
use crate::base::diagnostic::{Rule, Severity, is_one_slip};
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};
use crate::data::connector;
use crate::workflow::connections::own_name;

crate::rule! {
    /// ## What it does
    /// Reports the id of a managed connector, in `$connections` or in a connection resource, whose name is that of a known
    /// connector but for one letter. Warns where it lacks the vendor's word before it: `sentinel` for `azuresentinel`. Short
    /// names, and names that are like no known one, are left alone: there are more connectors than those that we know.
    ///
    /// ## Why is this bad
    /// There is no such connector, and the deployment is refused.
    ///
    /// ## Example
    /// ```json
    /// "id": "[subscriptionResourceId('Microsoft.Web/locations/managedApis', resourceGroup().location, 'azuresentinal')]"
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "id": "[subscriptionResourceId('Microsoft.Web/locations/managedApis', resourceGroup().location, 'azuresentinel')]"
    /// ```
    ///
    /// ## References
    /// - The service: ApiNotFound, "The API '…' could not be found" (MicrosoftDocs/azure-docs#54366)
    RULE = "CF4025" "misspelt-connector" Error prevents "ApiNotFound";
}

/// The fewest letters of a name that can be told from others by one: there are `ftp`, `sftp` and `smtp`.
const FEWEST: usize = 6;

/// The lint.
#[derive(Debug)]
pub struct MisspeltConnector;

impl Lint for MisspeltConnector {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        for (node, id) in api_ids(document) {
            let Some(name) = &id.name else { continue };
            let asked = own_name(name);
            if connector::connector(&asked).is_some() {
                continue;
            }
            let lacks_vendor =
                |known: &&str| asked.len() >= FEWEST && known.strip_prefix("azure") == Some(&asked);
            let (meant, message, severity) = match (slip_of(&asked), known().find(lacks_vendor)) {
                (Some(meant), _) => (meant, format!("there is no connector `{name}`"), Severity::Error),
                (None, Some(meant)) => (meant, format!("we know no connector `{name}`"), Severity::Warning),
                (None, None) => continue,
            };
            let finding = at_part(&RULE, node, name, message).help(format!("did you mean `{meant}`?"));
            out.push(finding.severity(severity));
        }
    }
}

/// The connector of whose name another is one that differs in one letter.
pub(super) fn slip_of(name: &str) -> Option<&'static str> {
    known().find(|known| known.len() >= FEWEST && is_one_slip(name, known))
}

fn known() -> impl Iterator<Item = &'static str> {
    connector::connectors().iter().map(|one| one.name)
}
