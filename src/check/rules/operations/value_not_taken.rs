//! A value that an operation does not take.

use super::named;
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::words::choices;
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports a value, written out, that is none of those which the operation of a connector takes. Case is not compared.
    ///
    /// ## Why is this bad
    /// The connector refuses the call in every run.
    ///
    /// ## Example
    /// `"IsolationType": "Total"`
    ///
    /// ## Use instead
    /// `"IsolationType": "Full"`, or `"Selective"`
    ///
    /// ## References
    /// - The service behind the connector: 400 Bad Request
    /// - `counterflow connectors show ID` names the values
    RULE = "CF4015" "value-not-taken" Error prevents "BadRequest";
}

/// The lint.
#[derive(Debug)]
pub struct ValueNotTaken;

impl Lint for ValueNotTaken {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for call in cx.calls() {
            let Some(signature) = call.signature else { continue };
            for one in &call.faults.refused {
                let message =
                    format!("{} takes no `{}` as `{}`", named(signature), one.value, one.argument.name);
                let help = choices(&one.value, "values", one.argument.allowed.iter().copied());
                out.push(Diagnostic::new(&RULE, one.node.pointer(), message).help(help));
            }
        }
    }
}
