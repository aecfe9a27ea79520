//! An output that gives a secret away.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};
use crate::workflow::arm;

crate::rule! {
    /// ## What it does
    /// Reports an output of a template or definition that holds a secure parameter or the result of a function that lists
    /// keys.
    ///
    /// ## Why is this bad
    /// Outputs of a deployment are kept in its history and can be read by everybody who may read the resource group.
    ///
    /// ## Example
    /// ```json
    /// "outputs": { "url": { "type": "string", "value": "[listCallbackUrl(…).value]" } }
    /// ```
    ///
    /// ## Use instead
    /// Leave the output out. Whoever needs the secret reads it from Key Vault or asks for it with rights of their own.
    ///
    /// ## References
    /// - Azure Resource Manager template best practices: outputs must not contain secrets
    /// - CWE-532: Insertion of Sensitive Information into Log File
    RULE = "CF7003" "secret-in-output" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct SecretInOutput;

impl Lint for SecretInOutput {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        for template in document.workflows.templates.iter() {
            let secure: Vec<&str> = template
                .parameters()
                .filter(|(_, node)| {
                    node.get("type")
                        .and_then(|kind| kind.as_str())
                        .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("secure"))
                })
                .map(|(name, _)| name)
                .collect();
            for (name, output) in
                template.node.get("outputs").into_iter().flat_map(|outputs| outputs.members())
            {
                let is_secure = output
                    .get("type")
                    .and_then(|kind| kind.as_str())
                    .is_some_and(|kind| kind.to_ascii_lowercase().starts_with("secure"));
                let Some(value) = output.get("value").filter(|_| !is_secure) else { continue };
                let Some(expr) = value
                    .as_str()
                    .filter(|text| arm::is_expression(text))
                    .and_then(|text| arm::parser::parse(text).ok())
                else {
                    continue;
                };
                let mut gives = None;
                expr.walk(&mut |inner| {
                    let Some(call) = inner.as_call() else { return };
                    let function = call.name.to_ascii_lowercase();
                    if LISTS.contains(&function.as_str()) {
                        gives.get_or_insert_with(|| format!("what `{}` lists", call.name));
                    } else if function == "parameters"
                        && call
                            .first_text()
                            .is_some_and(|name| secure.iter().any(|one| one.eq_ignore_ascii_case(name)))
                    {
                        gives.get_or_insert_with(|| "a secure parameter".to_owned());
                    }
                });
                if let Some(gives) = gives {
                    let message = format!("the output `{name}` gives away {gives}");
                    let help = "leave the output out: outputs are kept in the history of the deployment";
                    out.push(Diagnostic::new(&RULE, value.pointer(), message).help(help));
                }
            }
        }
    }
}

/// Functions of Azure Resource Manager that give secrets, in lower case.
const LISTS: &[&str] = &["listaccountsas", "listcallbackurl", "listkeys", "listsecrets", "listservicesas"];
