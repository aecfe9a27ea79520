//! A trigger or action is of a type that another host has.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::{Action, Host};

crate::rule! {
    /// ## What it does
    /// Warns about types that the host of the definition does not offer: connectors of Power Automate in a Logic
    /// App, built-in connectors of Standard in Consumption or in Power Automate.
    ///
    /// ## Why is this bad
    /// The host does not know what to do with it.
    ///
    /// ## Example
    /// ```json
    /// "type": "OpenApiConnection"  (in an ARM template of a Logic App)
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "type": "ApiConnection"
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps"
    /// - The open designer of Azure Logic Apps: its operation manifests
    RULE = "CF1017" "type-of-other-host" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct TypeOfOtherHost;

impl Lint for TypeOfOtherHost {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions().every_action()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for trigger in &cx.definition.triggers {
            let kind = trigger.node.get("type").and_then(|kind| kind.as_str()).unwrap_or_default();
            if let Some((host, elsewhere)) = foreign(kind, cx.definition.host) {
                out.push(finding(trigger.node, "trigger", kind, host, elsewhere));
            }
        }
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        if let Some((host, elsewhere)) = foreign(action.kind, cx.definition.host) {
            out.push(finding(action.node, "action", action.kind, host, elsewhere));
        }
    }
}

const POWER_AUTOMATE: &str = "Power Automate";
const STANDARD: &str = "Standard Logic Apps";
const AZURE: &str = "Logic Apps";

/// Types that only some hosts offer: name, whether Consumption, Standard and Power Automate do, who does in words.
const TYPES: [(&str, [bool; 3], &str); 10] = [
    ("OpenApiConnection", [false, false, true], POWER_AUTOMATE),
    ("OpenApiConnectionWebhook", [false, false, true], POWER_AUTOMATE),
    ("OpenApiConnectionNotification", [false, false, true], POWER_AUTOMATE),
    ("ServiceProvider", [false, true, false], STANDARD),
    ("InvokeFunction", [false, true, false], STANDARD),
    ("CSharpScriptCode", [false, true, false], STANDARD),
    ("PowershellCode", [false, true, false], STANDARD),
    ("JavaScriptCode", [true, true, false], AZURE),
    ("SendToBatch", [true, true, false], AZURE),
    ("Function", [true, true, false], AZURE),
];

/// The host and who offers the type, where the host does not.
fn foreign(kind: &str, host: Host) -> Option<(&'static str, &'static str)> {
    let (column, name) = match host {
        Host::LogicApp => (0, "Consumption Logic Apps"),
        Host::Standard => (1, STANDARD),
        Host::PowerAutomate => (2, POWER_AUTOMATE),
        Host::Unknown => return None,
    };
    let (_, offered, elsewhere) = TYPES.iter().find(|(known, ..)| known.eq_ignore_ascii_case(kind))?;
    (!offered[column]).then_some((name, elsewhere))
}

fn finding(
    node: crate::base::json::Node<'_>,
    what: &str,
    kind: &str,
    host: &str,
    elsewhere: &str,
) -> Diagnostic {
    let name = node.key().unwrap_or_default();
    let message = format!("`{name}` is of type `{kind}`, and no such {what} is offered in {host}");
    let at = node.get("type").map_or_else(|| node.pointer(), |kind| kind.pointer());
    Diagnostic::new(&RULE, at, message).help(format!("it is only offered in {elsewhere}"))
}
