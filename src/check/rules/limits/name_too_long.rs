//! The name of a trigger or action is too long.

use crate::base::diagnostic::{Diagnostic, Rule, Severity};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::limits;

use super::exceeded;
use crate::base::json::Node;
use crate::workflow::{Action, Host};

crate::rule! {
    /// ## What it does
    /// Reports names of triggers and actions of more than 80 characters, and warns about such names of variables in Azure Logic
    /// Apps, which the designer does not take.
    ///
    /// ## Why is this bad
    /// The service refuses the definition. Names are part of expressions, too, and long ones make these hard to
    /// read.
    ///
    /// ## Example
    /// ```json
    /// "Ask_the_owner_of_the_device_whether_the_sign_in_from_an_unknown_country_was_their_own_and_note_it": { "type": "Compose", "inputs": 1 }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Ask_the_owner": { "type": "Compose", "inputs": 1 }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Limits and configuration reference guide for Azure Logic Apps"
    /// - Microsoft Learn: "Limits of automated, scheduled, and instant flows"
    RULE = "CF5006" "name-too-long" Error;
}

/// The lint.
#[derive(Debug)]
pub struct NameTooLong;

impl Lint for NameTooLong {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions().every_action()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        cx.definition
            .triggers
            .iter()
            .for_each(|trigger| judge(trigger.name, trigger.node, cx.definition.host, out));
        for variable in cx.variables.iter().flatten() {
            let count = variable.name.chars().count();
            if let Some(most) = exceeded(&limits::VARIABLE_NAME, cx.definition.host, count) {
                let message =
                    format!("this variable's name has {count} characters; the designer takes {most}");
                let finding = Diagnostic::new(&RULE, variable.node.pointer(), message);
                out.push(
                    finding.severity(Severity::Warning).help("shorten it, and the expressions that use it"),
                );
            }
        }
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        judge(action.name, action.node, cx.definition.host, out);
    }
}

fn judge(name: &str, node: Node<'_>, host: Host, out: &mut Findings) {
    // There are at least as many bytes as characters.
    if exceeded(&limits::NAME, host, name.len()).is_none() {
        return;
    }
    let count = name.chars().count();
    if let Some(most) = exceeded(&limits::NAME, host, count) {
        let message = format!("this name has {count} characters; at most {most} are allowed");
        let help = "shorten it, and the expressions that use it; the description has room for more";
        out.push(Diagnostic::new(&RULE, node.pointer(), message).on_key().help(help));
    }
}
