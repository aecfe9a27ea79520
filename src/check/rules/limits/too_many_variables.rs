//! A workflow has too many variables.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::limits;

use super::exceeded;

crate::rule! {
    /// ## What it does
    /// Reports a workflow with more variables than the service takes.
    ///
    /// ## Why is this bad
    /// The service refuses the definition.
    ///
    /// ## Example
    /// A workflow that initializes 251 variables.
    ///
    /// ## Use instead
    /// One variable of type Object with a property for each.
    ///
    /// ## References
    /// - Microsoft Learn: "Limits and configuration reference guide for Azure Logic Apps"
    /// - Microsoft Learn: "Limits of automated, scheduled, and instant flows"
    RULE = "CF5005" "too-many-variables" Error;
}

/// The lint.
#[derive(Debug)]
pub struct TooManyVariables;

impl Lint for TooManyVariables {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let variables = cx.variables.as_deref().unwrap_or_default();
        let Some(most) = exceeded(&limits::VARIABLES, cx.definition.host, variables.len()) else { return };
        let first_too_many = usize::try_from(most).ok().and_then(|most| variables.get(most));
        if let Some(variable) = first_too_many {
            let message =
                format!("the workflow has {} variables; at most {most} are allowed", variables.len());
            let help = "keep several values in one variable of type Object";
            out.push(Diagnostic::new(&RULE, variable.node.pointer(), message).help(help));
        }
    }
}
