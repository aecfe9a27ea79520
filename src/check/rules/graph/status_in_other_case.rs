//! A status in `runAfter` is written in other capitals than documented.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::fix::Fix;
use crate::base::graph::Status;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Tells of a status in a `runAfter` list that is written in other capitals than the documentation writes it, such as
    /// `SUCCEEDED`. `check --fix` writes it as documented.
    ///
    /// ## Why is this bad
    /// Nothing fails: templates with such statuses are published and deployed. The designers write `Succeeded`, so a
    /// definition that was touched in two tools has both, and comparing two versions shows changes that are none.
    ///
    /// ## Example
    /// ```json
    /// "Get_user": { "type": "Compose", "inputs": "someone" },
    /// "Text": { "type": "Compose", "inputs": "@outputs('Get_user')", "runAfter": { "Get_user": ["SUCCEEDED"] } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Get_user": { "type": "Compose", "inputs": "someone" },
    /// "Text": { "type": "Compose", "inputs": "@outputs('Get_user')", "runAfter": { "Get_user": ["Succeeded"] } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Handle errors and exceptions in Azure Logic Apps", the four run-after statuses
    RULE = "CF2028" "status-in-other-case" Info audience Strict;
}

/// The lint.
#[derive(Debug)]
pub struct StatusInOtherCase;

impl Lint for StatusInOtherCase {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.every_action()
    }

    fn action(&self, _cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        for entry in action.run_after.iter().flatten().filter(|entry| entry.node.is_array()) {
            for item in entry.node.items() {
                let Some(written) = item.as_str() else { continue };
                let Some(status) = Status::parse(written).map(Status::name) else { continue };
                if written != status {
                    let (at, help) = (item.pointer(), format!("write `{status}`"));
                    let message = format!("`{written}` is documented as `{status}`");
                    let fix = Fix::text(help.clone(), at.clone(), status);
                    out.push(Diagnostic::new(&RULE, at, message).help(help).fix(fix));
                }
            }
        }
    }
}
