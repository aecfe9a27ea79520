//! A flow that lacks the parameters every flow has.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Host;

crate::rule! {
    /// ## What it does
    /// Reports the definition of a cloud flow that uses connectors and does not declare the parameter `$connections`, or
    /// `$authentication`.
    ///
    /// ## Why is this bad
    /// The import fails with an error that names nothing (500, NullReferenceException).
    ///
    /// ## Example
    /// ```json
    /// "parameters": {}
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "parameters": {
    ///   "$connections": { "defaultValue": {}, "type": "Object" },
    ///   "$authentication": { "defaultValue": {}, "type": "SecureObject" }
    /// }
    /// ```
    ///
    /// ## References
    /// - The service: 0x80040216, NullReferenceException, as seen by authors of packaging tools
    RULE = "CF6001" "flow-without-connection-parameters" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct FlowWithoutConnectionParameters;

impl Lint for FlowWithoutConnectionParameters {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let definition = cx.definition;
        let calls = definition
            .actions()
            .any(|action| action.kind.to_ascii_lowercase().starts_with("openapiconnection"));
        let Some(declared) =
            definition.parameters.as_ref().filter(|_| calls && definition.host == Host::PowerAutomate)
        else {
            return;
        };
        let missing: Vec<&str> = ["$connections", "$authentication"]
            .into_iter()
            .filter(|name| !declared.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)))
            .collect();
        if !missing.is_empty() {
            let message = format!("the flow declares no parameter {}", missing.join(" and no "));
            let help = "declare `$connections` as Object and `$authentication` as SecureObject, each with the default {}";
            let at = definition.node.get("parameters").unwrap_or(definition.node);
            out.push(Diagnostic::new(&RULE, at.pointer(), message).on_key().help(help));
        }
    }
}
