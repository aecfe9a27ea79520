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
use crate::workflow::layout::Role;

crate::rule! {
    /// ## What it does
    /// Reports `parameters('p')` where the definition declares no parameter `p`, and a value that the resource gives
    /// to an undeclared parameter. A Standard project declares its parameters in `parameters.json` too: where neither that
    /// file nor the whole project with its `host.json` is there its workflows are not judged, and neither are bare definitions.
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

/// Whether the whole of a project is there, and no `parameters.json` in it.
fn has_no_shared(cx: &Context<'_, '_>) -> bool {
    let is_project = cx.bundle.project().is_some_and(|project| project.host.is_some());
    is_project && cx.bundle.is_whole && !cx.bundle.files().any(|(_, file)| file.role == Role::Parameters)
}

/// The help for an undeclared parameter, or nothing where it is declared or may be.
fn judge(cx: &Context<'_, '_>, name: &str) -> Option<String> {
    let definition = cx.definition;
    let shared = cx.bundle.project().and_then(|project| project.parameters);
    let is_whole = match definition.host {
        Host::LogicApp | Host::PowerAutomate => true,
        Host::Standard => shared.is_some() || has_no_shared(cx),
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
        _ if definition.host == Host::Standard => "`parameters.json`, or in the definition's `parameters`",
        _ => "the definition's `parameters`",
    };
    Some(format!("{}; declare it in {place}", choices(name, "declared parameters", names)))
}

#[cfg(test)]
mod tests {
    use crate::check::{self, Files, Options};
    use crate::workflow::layout;

    /// Whether an undeclared parameter of a workflow is found in a project of these files.
    fn is_found(files: &[(&str, &str)]) -> bool {
        let workflow = r#"{"kind": "Stateful", "definition": {"$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
            "contentVersion": "1.0.0.0", "triggers": {}, "actions": {"C": {"type": "Compose", "inputs": "@parameters('to')", "runAfter": {}}}}}"#;
        let all: Vec<(&str, &str)> = files.iter().copied().chain([("a/workflow.json", workflow)]).collect();
        let names: Vec<String> = all.iter().map(|(name, _)| (*name).to_owned()).collect();
        let groups = layout::group(&names, false);
        groups.into_iter().any(|group| {
            let text = |name: &String| all.iter().find(|(own, _)| own == name).unwrap().1;
            let read = |(name, role): &(String, layout::Role)| (name.clone(), *role, text(name).into());
            let files = group.files.iter().map(read).collect();
            let files = Files { kind: group.kind, is_whole: true, is_asked: true, files };
            let checked = check::check_files(files, &Options::default());
            checked.iter().flat_map(|one| &one.findings).any(|one| one.diagnostic.rule.code == "CF2012")
        })
    }

    #[test]
    fn a_whole_project_without_parameters_declares_none() {
        let host = ("host.json", "{\"version\": \"2.0\"}");
        assert!(is_found(&[host]));
        assert!(is_found(&[host, ("parameters.json", "{}")]));
        assert!(!is_found(&[host, ("parameters.json", r#"{"to": {"type": "String", "value": "x"}}"#)]));
        assert!(!is_found(&[host, ("parameters.json", "{")]), "what cannot be read may declare it");
        assert!(!is_found(&[]), "no part of a project is there");
    }
}
