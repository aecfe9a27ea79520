//! A call in two forms at once.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::fix::Fix;
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports a call of a connector in a flow that names its connection by `host.connectionReferenceName` and has
    /// `authentication` too.
    ///
    /// ## Why is this bad
    /// Exports of flows name connections by `connectionName`, and many carry `authentication`. What is sent to the service to be
    /// saved names them by `connectionReferenceName`, and there `authentication` is refused: the service puts it in itself.
    ///
    /// ## Example
    /// ```json
    /// "host": { "connectionReferenceName": "shared_teams", … }, "authentication": "@parameters('$authentication')"
    /// ```
    ///
    /// ## Use instead
    /// The same without `authentication`.
    ///
    /// ## References
    /// - The service: WorkflowRunActionInputsInvalidProperty, "… should not have the property 'authentication'"
    ///   (rithala/power-automate-tools#4, microsoft/power-platform-skills#433)
    RULE = "CF4018" "authentication-beside-reference" Error prevents "WorkflowRunActionInputsInvalidProperty";
}

/// The lint.
#[derive(Debug)]
pub struct AuthenticationBesideReference;

impl Lint for AuthenticationBesideReference {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for call in cx.calls().iter().filter(|call| call.is_by_id()) {
            let inputs = call.asked.inputs;
            let Some(authentication) = inputs.get("authentication") else { continue };
            if inputs.path(&["host", "connectionReferenceName"]).is_some() {
                let message = "a call that names its connection by `connectionReferenceName` may not have `authentication`";
                let fix = Fix::remove("remove `authentication`".to_owned(), authentication.pointer());
                let finding = Diagnostic::new(&RULE, authentication.pointer(), message).on_key();
                out.push(finding.help("remove it; the service puts it in itself").fix(fix));
            }
        }
    }
}
