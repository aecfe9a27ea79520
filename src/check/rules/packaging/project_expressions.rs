//! Expressions in the shared files of a Standard project: which may stand there, and what they read.

use crate::base::diagnostic::{Diagnostic, Rule, Severity};
use crate::base::json::Node;
use crate::base::words::choices;
use crate::check::findings::BundleFindings;
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};
use crate::expr::{Call, template};
use crate::workflow::Bundle;
use crate::workflow::bundle::Companion;
use crate::workflow::project::Project;

crate::rule! {
    /// ## What it does
    /// Reports a function in `connections.json` other than `appsetting` and `parameters`, and one in `parameters.json` other than
    /// `appsetting`.
    ///
    /// ## Why is this bad
    /// These files are read before there is a run, and nothing else can be worked out then: no workflow of the project can be
    /// loaded.
    ///
    /// ## Example
    /// ```json
    /// "connectionRuntimeUrl": "@concat(appsetting('HOST'), '/apim')"
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "connectionRuntimeUrl": "@{appsetting('HOST')}/apim"
    /// ```
    ///
    /// ## References
    /// - Azure/logicapps#1020: "The file 'connections.json' contains invalid usage of expressions in the property '…'"
    /// - Microsoft Learn: "Create cross-environment parameters for workflow inputs in Azure Logic Apps"
    FUNCTION_RULE = "CF6032" "project-expression-not-supported" Error prevents "WorkflowConnectionsInvalidExpression";
    /// ## What it does
    /// Reports `parameters('p')` in `connections.json` where `parameters.json` has no `p`; and, as a warning, an app setting that
    /// either file reads and `local.settings.json` does not have, where that is there. Settings that the platform gives
    /// (`WORKFLOWS_…`, `WEBSITE_…`) are not judged.
    ///
    /// ## Why is this bad
    /// The connection cannot be made, and every workflow that uses it fails.
    ///
    /// ## Example
    /// ```json
    /// "connectionRuntimeUrl": "@parameters('mail-runtime-url')"
    /// ```
    /// with an empty `parameters.json`
    ///
    /// ## Use instead
    /// ```json
    /// { "mail-runtime-url": { "type": "String", "value": "@appsetting('MAIL_RUNTIME_URL')" } }
    /// ```
    /// in `parameters.json`
    ///
    /// ## References
    /// - Azure Integration Services Blog: "A walkthrough of parameterization of different connection types in Logic App
    ///   Standard"
    VALUE_RULE = "CF6033" "connection-parameter-missing" Error;
}

/// The lint for functions.
#[derive(Debug)]
pub struct ProjectExpressionNotSupported;

/// The lint for what is read.
#[derive(Debug)]
pub struct ConnectionParameterMissing;

impl Lint for ProjectExpressionNotSupported {
    fn rule(&self) -> &'static Rule {
        &FUNCTION_RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.bundles()
    }

    fn bundle(&self, bundle: &Bundle<'_>, _members: &[Member<'_, '_>], out: &mut BundleFindings) {
        for (file, allowed) in shared(bundle) {
            calls(file, |node, call| {
                if !allowed.iter().any(|one| one.eq_ignore_ascii_case(&call.name)) {
                    let message = format!("`{}` cannot be used in this file", call.name);
                    let help = format!("{} alone can: compute the rest where it is used", list(allowed));
                    out.push(file.file, Diagnostic::new(&FUNCTION_RULE, node.pointer(), message).help(help));
                }
            });
        }
    }
}

impl Lint for ConnectionParameterMissing {
    fn rule(&self) -> &'static Rule {
        &VALUE_RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.bundles()
    }

    fn bundle(&self, bundle: &Bundle<'_>, _members: &[Member<'_, '_>], out: &mut BundleFindings) {
        let Some(project) = bundle.project() else { return };
        for (file, allowed) in shared(bundle) {
            calls(file, |node, call| {
                if allowed.iter().any(|one| one.eq_ignore_ascii_case(&call.name)) {
                    judge(project, node, call, out.of(file.file));
                }
            });
        }
    }
}

fn judge(project: &Project<'_>, node: Node<'_>, call: &Call, out: &mut Findings) {
    let Some(name) = call.args.first().and_then(|argument| argument.as_str()) else { return };
    let (message, help, severity) = if call.name.eq_ignore_ascii_case("parameters") {
        let Some(parameters) = project.parameters.filter(|_| project.parameter(name).is_none()) else {
            return;
        };
        let names = parameters.node.members().map(|(name, _)| name);
        let help = choices(name, "entries of parameters.json", names);
        (format!("`parameters.json` has no `{name}`"), help, Severity::Error)
    } else if call.name.eq_ignore_ascii_case("appsetting") {
        let Some(settings) = project.settings.and_then(|file| file.node.get("Values")) else { return };
        let of_platform = ["WORKFLOWS_", "WEBSITE_"].iter().any(|start| name.starts_with(start));
        if of_platform || settings.get_ignore_case(name).is_some() {
            return;
        }
        let help =
            "add it to `Values`, and to the app settings of the logic app that you deploy to".to_owned();
        (format!("`local.settings.json` has no `{name}`"), help, Severity::Warning)
    } else {
        return;
    };
    out.push(Diagnostic::new(&VALUE_RULE, node.pointer(), message).help(help).severity(severity));
}

/// The shared files that may read settings, with the functions that can be used there.
fn shared<'d>(
    bundle: &Bundle<'d>,
) -> impl Iterator<Item = (Companion<'d>, &'static [&'static str])> + use<'d> {
    let files = bundle.project().map(|project| {
        [
            (project.connections, &["appsetting", "parameters"] as &[&str]),
            (project.parameters, &["appsetting"]),
        ]
    });
    files.into_iter().flatten().filter_map(|(file, allowed)| Some((file?, allowed)))
}

/// Every call in the strings of a file that can be read as the language.
fn calls(file: Companion<'_>, mut visit: impl FnMut(Node<'_>, &Call)) {
    for node in file.node.descendants() {
        let Some(text) = node.as_str().filter(|text| text.contains('@')) else { continue };
        let Ok(parsed) = template::parse(text) else { continue };
        for expr in parsed.expressions() {
            expr.walk(&mut |inner| {
                if let Some(call) = inner.as_call() {
                    visit(node, call);
                }
            });
        }
    }
}

fn list(names: &[&str]) -> String {
    crate::base::words::list(names.iter().copied())
}
