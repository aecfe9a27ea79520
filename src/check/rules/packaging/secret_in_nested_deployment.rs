//! A secret is written out in a nested deployment.

use crate::base::diagnostic::Rule;
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};
use crate::workflow::arm::{ArmCall, Declared, Template, functions};

use super::in_expression;

crate::rule! {
    /// ## What it does
    /// Reports a secure parameter, or the keys that a `list…` function gives, in the template of a nested deployment that does
    /// not ask for `inner` scope.
    ///
    /// ## Why is this bad
    /// The template around it evaluates the expression, and the nested deployment gets its template with the secret written
    /// out. It is kept so in the history of deployments, for everybody who may read the resource group.
    ///
    /// ## Example
    /// ```json
    /// "type": "Microsoft.Resources/deployments", "properties": { "mode": "Incremental",
    ///   "template": { "resources": [ { "properties": { "secret": "[parameters('ClientSecret')]" } } ] } }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "properties": { "mode": "Incremental", "expressionEvaluationOptions": { "scope": "inner" },
    ///   "parameters": { "ClientSecret": { "value": "[parameters('ClientSecret')]" } }, "template": { … } }
    /// ```
    ///
    /// ## References
    /// - Azure Resource Manager test toolkit: Secure-Params-In-Nested-Deployments
    /// - CWE-532: Insertion of Sensitive Information into Log File
    RULE = "CF6014" "secret-in-nested-deployment" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct SecretInNestedDeployment;

impl Lint for SecretInNestedDeployment {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        let templates = &document.workflows.templates;
        for text in templates.expressions().iter() {
            let Some(reader) = text.reader.filter(|reader| *reader != text.template) else { continue };
            let carrier = templates[text.template].carrier.map(|id| &templates[id]);
            if !carrier.is_some_and(|one| one.is("Microsoft.Resources/deployments")) {
                continue;
            }
            text.each_call(|call, expr| {
                if let Some(what) = secret(&templates[reader], call) {
                    let message = format!("the nested deployment is given {what} written out");
                    let help = "ask for `inner` scope in `expressionEvaluationOptions`, and pass it as a secure parameter";
                    out.push(in_expression(&RULE, text, &expr.span, message).help(help));
                }
            });
        }
    }
}

fn secret(reader: &Template<'_>, call: &ArmCall) -> Option<String> {
    if functions::is_list(&call.name) {
        return Some(format!("what `{}` gives", call.name));
    }
    let name = call.first_text().filter(|_| call.is(Declared::Parameter.function()))?;
    let kind = reader.parameter(name)?.get("type")?.as_str()?;
    let is_secure = kind.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("secure"));
    is_secure.then(|| format!("the secure parameter `{name}`"))
}
