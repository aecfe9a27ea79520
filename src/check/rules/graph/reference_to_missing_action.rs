//! An expression names an action that is nowhere in the definition.

use crate::base::diagnostic::Rule;
use crate::base::words::choices;
use crate::check::context::{ACTION_FUNCTIONS, reference};
use crate::check::lint::At;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::Call;

crate::rule! {
    /// ## What it does
    /// Reports `outputs('X')`, `body('X')`, `actions('X')`, `result('X')` and their relatives where nothing is called
    /// `X`. Only names written as text are judged.
    ///
    /// ## Why is this bad
    /// The definition is refused. It happens when an action is renamed and an expression is not.
    ///
    /// ## Example
    /// ```json
    /// "inputs": "@body('Get_usr')?['mail']"
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "inputs": "@body('Get_user')?['mail']"
    /// ```
    ///
    /// ## References
    /// - The service: "The action(s) '…' referenced by 'inputs' in action '…' are not defined in the template"
    RULE = "CF2006" "reference-to-missing-action" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct ReferenceToMissingAction;

impl Lint for ReferenceToMissingAction {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.calls(&ACTION_FUNCTIONS)
    }

    fn call(&self, cx: &Context<'_, '_>, at: At<'_, '_>, call: &Call, out: &mut Findings) {
        let Some(reference) = reference(call) else { return };
        let definition = cx.definition;
        let exists =
            !definition.named(reference.name).is_empty() || definition.trigger(reference.name).is_some();
        if exists || definition.is_partial || !out.has_room(RULE.code) {
            return;
        }
        let message = format!("`{}` refers to `{}`, which does not exist", call.name, reference.name);
        let help = choices(reference.name, "actions", definition.actions().map(|action| action.name));
        out.push(at.finding(&RULE, reference.argument, message).help(help));
    }
}
