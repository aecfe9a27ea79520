//! A function that this host does not have.

use crate::base::diagnostic::Rule;
use crate::check::lint::At;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::{Call, functions};
use crate::workflow::Host;

crate::rule! {
    /// ## What it does
    /// Reports a function that exists in Logic Apps Standard only, in a Consumption workflow or a flow. Bare
    /// definitions do not tell for which host they are and are not judged.
    ///
    /// ## Why is this bad
    /// The host knows no such function: it refuses the definition, or the action fails.
    ///
    /// ## Example
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@appsetting('Region')" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@parameters('region')" }
    /// ```
    ///
    /// ## References
    /// - Azure/LogicAppsUX, expression evaluator: `appsetting` reads the settings of a Standard project
    RULE = "CF3026" "function-of-other-host" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct FunctionOfOtherHost;

impl Lint for FunctionOfOtherHost {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.calls(&["appsetting"])
    }

    fn call(&self, cx: &Context<'_, '_>, at: At<'_, '_>, call: &Call, out: &mut Findings) {
        let host = match cx.definition.host {
            Host::LogicApp => "Logic Apps Consumption",
            Host::PowerAutomate => "Power Automate",
            Host::Standard | Host::Unknown => return,
        };
        if functions::find(&call.name).is_some_and(|function| function.standard_only) {
            let message = format!("`{}` is a function of Logic Apps Standard, and this is {host}", call.name);
            out.push(
                at.finding(&RULE, at.expr, message)
                    .help("declare a parameter and read it with parameters('…')"),
            );
        }
    }
}
