//! A trigger or action is of a type that nobody knows.

use crate::base::diagnostic::{Diagnostic, Rule, Severity, did_you_mean};
use crate::base::json::Node;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::{Action, Definition};

use super::members::{action_types, trigger_types};

crate::rule! {
    /// ## What it does
    /// Reports a type of trigger or action that is not among those known. It is an error where the type is nearly
    /// one of them, since it is misspelt then, and a warning otherwise.
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
    let finding = Diagnostic::new(&RULE, node.pointer(), message);
    let other = if what == "action" { "trigger" } else { "action" };
    out.push(match did_you_mean(kind, known()) {
        _ if others().any(|name| name.eq_ignore_ascii_case(kind)) => {
            finding.severity(Severity::Error).help(format!("`{kind}` is a type of {other}"))
        }
        Some(near) => finding.severity(Severity::Error).help(format!("did you mean `{near}`?")),
        None => finding.help("check how it is spelt; of a type that is new, only common members are checked"),
    });
}
