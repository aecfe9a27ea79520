//! A trigger or action is of a type that nobody knows.

use crate::base::diagnostic::{Diagnostic, Rule, Severity, did_you_mean};
use crate::base::json::Node;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::{Action, Definition};

use super::members::{action_types, trigger_types};

crate::rule! {
    /// ## What it does
    /// Reports a type of trigger or action that is not among those known. It is an error where the type is nearly
    /// one of them, or the name that the designer shows for one, and a warning otherwise.
    ///
    /// ## Why is this bad
    /// The service refuses a type that it does not know.
    ///
    /// ## Example
    /// ```json
    /// "Note": { "type": "Compos", "inputs": "noted" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Note": { "type": "Compose", "inputs": "noted" }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps"
    RULE = "CF1015" "unknown-type" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct UnknownType;

impl Lint for UnknownType {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions().every_action()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for trigger in &cx.definition.triggers {
            if let Some(node) = trigger.node.get("type") {
                judge(cx.definition, "trigger", node, trigger_types, action_types, out);
            }
        }
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        if let Some(node) = action.node.get("type") {
            judge(cx.definition, "action", node, action_types, trigger_types, out);
        }
    }
}

fn judge<K: Iterator<Item = &'static str>, O: Iterator<Item = &'static str>>(
    definition: &Definition<'_>,
    what: &str,
    node: Node<'_>,
    known: impl Fn() -> K,
    others: impl Fn() -> O,
    out: &mut Findings,
) {
    let Some(kind) = definition.literal(node).filter(|kind| !kind.is_empty()) else { return };
    if known().any(|name| name.eq_ignore_ascii_case(kind)) {
        return;
    }
    let message = format!("no {what} of type `{kind}` is known");
    let designed = plain(kind);
    let meant = known().find(|name| plain(name) == designed).or_else(|| {
        DESIGNED.iter().find(|(shown, of, _)| *of == what && *shown == designed).map(|one| one.2)
    });
    let finding = Diagnostic::new(&RULE, node.pointer(), message);
    let other = if what == "action" { "trigger" } else { "action" };
    if let Some(meant) = meant {
        let help = format!("in a definition its type is `{meant}`");
        return out.push(finding.severity(Severity::Error).help(help));
    }
    out.push(match did_you_mean(kind, known()) {
        _ if others().any(|name| name.eq_ignore_ascii_case(kind)) => {
            finding.severity(Severity::Error).help(format!("`{kind}` is a type of {other}"))
        }
        Some(near) => finding.severity(Severity::Error).help(format!("did you mean `{near}`?")),
        None => finding.help("check how it is spelt; of a type that is new, only common members are checked"),
    });
}

/// What the designers call actions and triggers whose type has another name: the name in small letters without what stands
/// between its words, what it is of, and the type. Source: the names of published definitions and the "Built-in
/// operations" pages of Microsoft Learn.
const DESIGNED: &[(&str, &str, &str)] = &[
    ("applytoeach", "action", "Foreach"),
    ("childflow", "action", "Workflow"),
    ("condition", "action", "If"),
    ("createcsvtable", "action", "Table"),
    ("createhtmltable", "action", "Table"),
    ("delay", "action", "Wait"),
    ("delayuntil", "action", "Wait"),
    ("dountil", "action", "Until"),
    ("filterarray", "action", "Query"),
    ("foreachloop", "action", "Foreach"),
    ("httprequest", "action", "Http"),
    ("httprequest", "trigger", "Request"),
    ("httptrigger", "trigger", "Request"),
    ("manual", "trigger", "Request"),
    ("runachildflow", "action", "Workflow"),
    ("schedule", "trigger", "Recurrence"),
    ("timer", "trigger", "Recurrence"),
];

/// A name in small letters, without what stands between its words.
fn plain(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}
