//! A time zone has a name that Windows does not know.

use crate::base::diagnostic::{Diagnostic, Rule, Severity, did_you_mean};
use crate::check::lint::At;
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::time_zones::{self, WINDOWS};
use crate::expr::Call;
use crate::workflow::Host;

crate::rule! {
    /// ## What it does
    /// Reports a time zone that Windows does not have, in a schedule or in `convertFromUtc`, `convertTimeZone` and
    /// `convertToUtc`: one named as in the IANA database, such as Europe/Berlin, or one that is misspelt. In a Standard
    /// workflow, which may run on another system, the names of that database are a warning.
    ///
    /// ## Why is this bad
    /// The service takes the names of Windows. It refuses a schedule with another, and an expression with one fails in every
    /// run.
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
    /// - Microsoft Learn: "Reference guide to workflow expression functions", convertFromUtc: the name must match the Windows
    ///   time zone name
    /// - Microsoft Learn: "Default time zones"
    /// - hashicorp/terraform-provider-azurerm#12453: a name that Windows does not have gives the status code 400
    RULE = "CF1034" "time-zone-of-other-system" Error;
}

/// The lint.
#[derive(Debug)]
pub struct TimeZoneOfOtherSystem;

/// The functions that take time zones, from their second argument on.
const CONVERSIONS: [&str; 3] = ["convertFromUtc", "convertToUtc", "convertTimeZone"];

impl Lint for TimeZoneOfOtherSystem {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions().calls(&CONVERSIONS)
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for recurrence in cx.definition.triggers.iter().filter_map(|trigger| trigger.node.get("recurrence")) {
            let Some(node) = recurrence.get("timeZone") else { continue };
            if let Some(zone) = cx.definition.literal(node).filter(|zone| !time_zones::is_of_windows(zone)) {
                let finding = Diagnostic::new(&RULE, node.pointer(), message(zone));
                out.push(weighed(cx, zone, finding));
            }
        }
    }

    fn call(&self, cx: &Context<'_, '_>, at: At<'_, '_>, call: &Call, out: &mut Findings) {
        let zones = if call.name.eq_ignore_ascii_case("convertTimeZone") { 2 } else { 1 };
        for argument in call.args.iter().skip(1).take(zones) {
            if let Some(zone) = argument.as_str().filter(|zone| !time_zones::is_of_windows(zone)) {
                out.push(weighed(cx, zone, at.finding(&RULE, argument, message(zone))));
            }
        }
    }
}

fn message(zone: &str) -> String {
    format!("`{zone}` is no time zone of Windows")
}

/// The finding with what to do, and as much weight as is sure: names without a blank are those of other systems.
fn weighed(cx: &Context<'_, '_>, zone: &str, finding: Diagnostic) -> Diagnostic {
    let help = match did_you_mean(zone, WINDOWS.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "use the name that Windows has, such as `W. Europe Standard Time`, or `UTC`".to_owned(),
    };
    let may_be_other = cx.definition.host == Host::Standard && !zone.contains(' ');
    let finding = finding.help(help);
    if may_be_other { finding.severity(Severity::Warning) } else { finding }
}
