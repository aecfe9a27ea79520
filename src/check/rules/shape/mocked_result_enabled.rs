//! An action is mocked.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Warns about an action that gives a mocked result in place of doing its work.
    ///
    /// ## Why is this bad
    /// Mocked results are for tests. A playbook that goes live with one says that an account was disabled and has
    /// not disabled it.
    ///
    /// ## Example
    /// ```json
    /// "staticResult": { "name": "Disable_account0", "staticResultOptions": "Enabled" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "staticResult": { "name": "Disable_account0", "staticResultOptions": "Disabled" }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference for Workflow Definition Language in Azure Logic Apps", static results
    RULE = "CF1019" "mocked-result-enabled" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct MockedResultEnabled;

impl Lint for MockedResultEnabled {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.every_action()
    }

    fn action(&self, _cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let at = ["runtimeConfiguration", "staticResult", "staticResultOptions"];
        let Some(node) = action.node.path(&at) else { return };
        if node.as_str().is_some_and(|option| option.eq_ignore_ascii_case("Enabled")) {
            let message = format!("`{}` does nothing and gives a mocked result", action.name);
            out.push(
                Diagnostic::new(&RULE, node.pointer(), message)
                    .help("write `Disabled` before this goes live"),
            );
        }
    }
}
