//! A definition has too many outputs.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::limits;

use super::exceeded;

crate::rule! {
    /// ## What it does
    /// Reports a definition with more outputs than the service takes.
    ///
    /// ## Why is this bad
    /// The service refuses the definition.
    ///
    /// ## Example
    /// A definition with 11 outputs.
    ///
    /// ## Use instead
    /// Give back one output of type Object.
    ///
    /// ## References
    /// - Microsoft Learn: "Limits and configuration reference guide for Azure Logic Apps"
    RULE = "CF5010" "too-many-outputs" Error;
}

/// The lint.
#[derive(Debug)]
pub struct TooManyOutputs;

impl Lint for TooManyOutputs {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let Some(list) = cx.definition.node.get("outputs") else { return };
        let count = list.members().count();
        if let Some(most) = exceeded(&limits::OUTPUTS, cx.definition.host, count) {
            let message = format!("the definition has {count} outputs; at most {most} are allowed");
            out.push(
                Diagnostic::new(&RULE, list.pointer(), message)
                    .on_key()
                    .help("give back one output of type Object"),
            );
        }
    }
}
