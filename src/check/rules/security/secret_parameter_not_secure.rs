//! A parameter for a secret that is not kept as one.

use super::secrets;
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Node;
use crate::check::lint::Member;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::template;
use crate::workflow::arm;

crate::rule! {
    /// ## What it does
    /// Reports a parameter of a definition or template that is named for a secret and has the type of plain text, and one of a
    /// secure type with a secret as its default. What somebody is meant to replace, such as `<enter the key>`, is none.
    ///
    /// ## Why is this bad
    /// The value of a plain parameter is shown in the history of deployments and runs, and a default is written into the
    /// template for everybody.
    ///
    /// ## Example
    /// ```json
    /// "ClientSecret": { "type": "string" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "ClientSecret": { "type": "securestring" }
    /// ```
    /// without a default
    ///
    /// ## References
    /// - Microsoft Learn: "Secure access and data for workflows in Azure Logic Apps", parameters
    /// - CWE-312: Cleartext Storage of Sensitive Information
    RULE = "CF7002" "secret-parameter-not-secure" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct SecretParameterNotSecure;

impl Lint for SecretParameterNotSecure {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions().documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        for template in document.workflows.templates.iter() {
            template.parameters().for_each(|(name, node)| judge(name, node, out));
        }
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        cx.definition.parameters.iter().flatten().for_each(|(name, node)| judge(name, *node, out));
    }
}

fn judge(name: &str, node: Node<'_>, out: &mut Findings) {
    let Some(kind) = node.get("type") else { return };
    let Some(written) = kind.as_str() else { return };
    let is_secure = written.to_ascii_lowercase().starts_with("secure");
    let is_text = written.eq_ignore_ascii_case("string");
    if is_text && secrets::is_name(name) {
        let message = format!("`{name}` is named for a secret and kept as plain text");
        let help = format!(
            "give it the type `{}`",
            if written == "String" { "SecureString" } else { "securestring" }
        );
        out.push(Diagnostic::new(&RULE, kind.pointer(), message).help(help));
    }
    let default = node.get("defaultValue").filter(|default| {
        default.as_str().is_some_and(|text| {
            !text.trim().is_empty()
                && !template::is_template(text)
                && !arm::is_expression(text)
                && !secrets::is_placeholder(text)
        })
    });
    if let Some(default) = default.filter(|_| is_secure) {
        let message = format!("`{name}` is secure, and its default is written for everybody to read");
        let help = "leave the default out, so that a deployment must give the value";
        out.push(Diagnostic::new(&RULE, default.pointer(), message).on_key().unseen().help(help));
    }
}
