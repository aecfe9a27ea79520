//! A parameter is used, or given a value, that the definition does not declare.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::names::same;
use crate::base::words::choices;
use crate::check::context::first_text;
use crate::check::lint::At;
use crate::check::rules::packaging::flow_without_connection_parameters;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::Call;
use crate::workflow::Host;

crate::rule! {
    /// ## What it does
    /// Reports `parameters('p')` where the definition declares no parameter `p`, and a value that the resource gives
    /// to an undeclared parameter. A Standard project declares its parameters in `parameters.json` too: without that file its
    /// workflows are not judged, and neither are bare definitions.
    ///
    /// ## Why is this bad
    /// The expression fails, at the latest in the run; a value for an undeclared parameter is refused. An easy slip: the parameters of an ARM template are not those of the
    /// definition in it; `[parameters('p')]` reads the former, `@parameters('p')` the latter.
    ///
    /// ## Example
    /// ```json
    /// { "parameters": {}, "actions": { "Notify": { "type": "Compose", "inputs": "@parameters('channel')" } } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// { "parameters": { "channel": { "type": "String" } },
    ///   "actions": { "Notify": { "type": "Compose", "inputs": "@parameters('channel')" } } }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference for Workflow Definition Language", Parameters
    /// - Azure/LogicAppsUX#8809: "The workflow parameter '…' is not found" (in the run)
    /// - hashicorp/terraform-provider-azurerm#4731: a value for an undeclared parameter
    RULE = "CF2012" "undeclared-parameter" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct UndeclaredParameter;

impl Lint for UndeclaredParameter {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions().calls(&["parameters"])
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        if cx.definition.host != Host::LogicApp || !out.has_room(RULE.code) {
            return;
        }
        let values = cx.definition.envelope.path(&["properties", "parameters"]);
        for (name, value) in values.into_iter().flat_map(|values| values.members()) {
            if let Some(help) = judge(cx, name) {
                let message = format!("a value is given for `{name}`, which the definition does not declare");
                out.push(Diagnostic::new(&RULE, value.pointer(), message).on_key().help(help));
            }
        }
    }

    fn call(&self, cx: &Context<'_, '_>, at: At<'_, '_>, call: &Call, out: &mut Findings) {
        if !call.name.eq_ignore_ascii_case("parameters") || !out.has_room(RULE.code) {
            return;
        }
        let Some((name, argument)) = first_text(call) else { return };
        if let Some(help) = judge(cx, name) {
            let message = format!("the definition declares no parameter `{name}`");
            out.push(at.finding(&RULE, argument, message).help(help));
        }
    }
}

/// The help for an undeclared parameter, or nothing where it is declared or may be.
fn judge(cx: &Context<'_, '_>, name: &str) -> Option<String> {
    let definition = cx.definition;
    let shared = cx.bundle.project().and_then(|project| project.parameters);
    let is_whole = match definition.host {
        Host::LogicApp | Host::PowerAutomate => true,
        Host::Standard => shared.is_some(),
        Host::Unknown => false,
    };
    let declared = definition.parameters.as_ref().filter(|_| is_whole)?;
    let of_project = shared.into_iter().flat_map(|file| file.node.members());
    let names: Vec<&str> = declared.iter().copied().chain(of_project).map(|(declared, _)| declared).collect();
    // What every flow that calls connectors must declare is said once, of the flow.
    let is_said =
        || flow_without_connection_parameters::missing(definition).any(|one| one.eq_ignore_ascii_case(name));
    if names.iter().any(|declared| same(declared, name)) || is_said() {
        return None;
    }
    let place = match shared {
        Some(_) => "`parameters.json`, or in the definition's `parameters`",
        None => "the definition's `parameters`",
    };
    Some(format!("{}; declare it in {place}", choices(name, "declared parameters", names)))
}
