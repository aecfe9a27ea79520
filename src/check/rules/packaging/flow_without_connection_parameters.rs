//! A flow that lacks the parameters every flow has.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::{Definition, Host};

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
    RULE = "CF6001" "flow-without-connection-parameters" Error prevents "NullReferenceException";
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
        let missing: Vec<&str> = missing(cx.definition).collect();
        if !missing.is_empty() {
            let message = format!("the flow declares no parameter {}", join(&missing, " and no "));
            let help = "declare `$connections` as Object and `$authentication` as SecureObject, each with the default {}";
            let definition = cx.definition.node;
            let at = definition.get("parameters").unwrap_or(definition);
            out.push(Diagnostic::new(&RULE, at.pointer(), message).on_key().help(help));
        }
    }
}

fn join(names: &[&str], with: &str) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(with)
}

/// The parameters that a flow lacks which calls connectors.
pub(in crate::check::rules) fn missing(definition: &Definition<'_>) -> impl Iterator<Item = &'static str> {
    let is_call = |kind: &str| {
        let start = "openapiconnection";
        kind.get(..start.len()).is_some_and(|own| own.eq_ignore_ascii_case(start))
    };
    let kinds = definition.triggers.iter().filter_map(|trigger| trigger.node.get("type")?.as_str());
    let mut kinds = kinds.chain(definition.actions().map(|action| action.kind));
    let declared = definition.parameters.as_ref();
    let declared = declared.filter(|_| definition.host == Host::PowerAutomate && kinds.any(is_call));
    let is_missing = move |name: &&'static str| {
        declared.is_some_and(|declared| !declared.iter().any(|(own, _)| own.eq_ignore_ascii_case(name)))
    };
    ["$connections", "$authentication"].into_iter().filter(is_missing)
}
