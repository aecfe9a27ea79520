//! A run-after entry names no status.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::fix::Fix;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports an entry of `runAfter` whose list of statuses is empty.
    ///
    /// ## Why is this bad
    /// No way of ending would let the action run, so the list means nothing. The service asks for at least one
    /// status.
    ///
    /// ## Example
    /// ```json
    /// "runAfter": { "Get_user": [] }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "runAfter": { "Get_user": ["Succeeded"] }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps"
    /// - Microsoft Learn: "Handle errors and exceptions in Azure Logic Apps"
    RULE = "CF2014" "runafter-without-status" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct RunafterWithoutStatus;

impl Lint for RunafterWithoutStatus {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.every_action()
    }

    fn action(&self, _cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        for entry in action.run_after.iter().flatten() {
            if entry.node.is_array() && entry.node.items().next().is_none() {
                let message =
                    format!("`{}` waits for `{}`, but for none of its statuses", action.name, entry.name);
                let help = "name one or more of `Succeeded`, `Failed`, `Skipped` and `TimedOut`";
                let pointer = entry.node.pointer();
                let fix = Fix::value("write `Succeeded`", pointer.clone(), r#"["Succeeded"]"#);
                out.push(Diagnostic::new(&RULE, pointer, message).on_key().help(help).fix(fix));
            }
        }
    }
}
