//! A definition has too many parameters.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::limits;

use super::exceeded;

crate::rule! {
    /// ## What it does
    /// Reports a definition with more parameters than the service takes.
    ///
    /// ## Why is this bad
    /// The service refuses the definition.
    ///
    /// ## Example
    /// A definition with 51 parameters.
    ///
    /// ## Use instead
    /// Put several values into one parameter of type Object.
    ///
    /// ## References
    /// - Microsoft Learn: "Limits and configuration reference guide for Azure Logic Apps"
    RULE = "CF5009" "too-many-parameters" Error;
}

/// The lint.
#[derive(Debug)]
pub struct TooManyParameters;

impl Lint for TooManyParameters {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let Some(list) = cx.definition.node.get("parameters") else { return };
        let count = list.members().count();
        if let Some(most) = exceeded(&limits::PARAMETERS, cx.definition.host, count) {
            let message = format!("the definition has {count} parameters; at most {most} are allowed");
            out.push(
                Diagnostic::new(&RULE, list.pointer(), message)
                    .on_key()
                    .help("put several values into one parameter of type Object"),
            );
        }
    }
}
