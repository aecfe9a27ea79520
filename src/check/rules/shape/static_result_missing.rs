//! An action names a mocked result that is not there.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::words::choices;
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Warns about `runtimeConfiguration.staticResult.name` that names no entry of `staticResults`.
    ///
    /// ## Why is this bad
    /// When mocked results are switched on, the action has none to give.
    ///
    /// ## Example
    /// ```json
    /// "staticResult": { "name": "Call0", "staticResultOptions": "Enabled" }  (and no `staticResults`)
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "staticResults": { "Call0": { "status": "Succeeded", "outputs": { "statusCode": "OK" } } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference for Workflow Definition Language in Azure Logic Apps", static results
    /// - The service: InvalidStaticResultName, for a name that is empty
    RULE = "CF1018" "static-result-missing" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct StaticResultMissing;

impl Lint for StaticResultMissing {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.every_action()
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let Some(node) = action.node.path(&["runtimeConfiguration", "staticResult", "name"]) else { return };
        let Some(name) = cx.definition.literal(node).filter(|name| !name.is_empty()) else { return };
        let results = cx.definition.node.get("staticResults");
        let names = || results.into_iter().flat_map(|results| results.members()).map(|(name, _)| name);
        if results.is_none_or(|results| results.is_object())
            && !names().any(|known| known.eq_ignore_ascii_case(name))
        {
            let message = format!("there is no mocked result `{name}`");
            out.push(Diagnostic::new(&RULE, node.pointer(), message).help(choices(
                name,
                "static results",
                names(),
            )));
        }
    }
}
