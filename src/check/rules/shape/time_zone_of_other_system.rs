//! A time zone has a name that Windows does not know.

use crate::base::diagnostic::{Diagnostic, Rule, Severity};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Host;

crate::rule! {
    /// ## What it does
    /// Reports a time zone named as in the IANA database, such as Europe/Berlin. In a Standard workflow, which may run on
    /// another system, it is a warning.
    ///
    /// ## Why is this bad
    /// The service takes the names of Windows and refuses others.
    ///
    /// ## Example
    /// ```json
    /// "timeZone": "Europe/Berlin"
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "timeZone": "W. Europe Standard Time"
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps", Recurrence trigger
    /// - Microsoft Learn: "Default time zones"
    /// - hashicorp/terraform-provider-azurerm#12453: a name that Windows does not have gives the status code 400
    RULE = "CF1034" "time-zone-of-other-system" Error;
}

/// The lint.
#[derive(Debug)]
pub struct TimeZoneOfOtherSystem;

impl Lint for TimeZoneOfOtherSystem {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for recurrence in cx.definition.triggers.iter().filter_map(|trigger| trigger.node.get("recurrence")) {
            let Some(node) = recurrence.get("timeZone") else { continue };
            // No name of Windows has a slash, and every name of a place in the IANA database has one.
            if let Some(zone) = cx.definition.literal(node).filter(|zone| zone.contains('/')) {
                let message = format!("`{zone}` is no time zone of Windows");
                let help = "use the name that Windows has, such as `W. Europe Standard Time`, or `UTC`";
                let finding = Diagnostic::new(&RULE, node.pointer(), message).help(help);
                let is_standard = cx.definition.host == Host::Standard;
                out.push(if is_standard { finding.severity(Severity::Warning) } else { finding });
            }
        }
    }
}
