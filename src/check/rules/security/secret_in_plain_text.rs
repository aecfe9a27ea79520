//! A secret written into a definition.

use super::{each_string, secrets};
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports a literal that is a secret by its form (a private key, a storage key, a signature in a URL, a token of a known
    /// service) or that stands under a name for secrets (`password`, `client_secret`, `x-api-key`, `Authorization`). The line
    /// is not shown, so that a log does not carry the secret on.
    ///
    /// ## Why is this bad
    /// Whoever may read the definition, its history or the repository has the secret, and it stays in the history when it is
    /// removed.
    ///
    /// ## Example
    /// ```json
    /// "headers": { "x-api-key": "kGx81nQ0v2pZr7Ty" }
    /// ```
    ///
    /// ## Use instead
    /// A Key Vault secret that is read at run time, or a parameter of type `SecureString`; best a managed identity and no
    /// secret at all. Change the secret: it counts as known.
    ///
    /// ## References
    /// - CWE-798: Use of Hard-coded Credentials
    /// - ATT&CK T1552.001: Credentials In Files
    RULE = "CF7001" "secret-in-plain-text" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct SecretInPlainText;

impl Lint for SecretInPlainText {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for part in ["parameters", "triggers", "actions"] {
            let Some(node) = cx.definition.node.get(part) else { continue };
            each_string(node, &mut |node| {
                let Some(text) = cx.definition.literal(node) else { return };
                let Some(what) = secrets::form(text).or_else(|| secrets::under(node.key()?, text)) else {
                    return;
                };
                let message = format!("{what} is written into the definition");
                let help =
                    "keep it in Key Vault or in a SecureString parameter, and change it: it counts as known";
                out.push(Diagnostic::new(&RULE, node.pointer(), message).on_key().unseen().help(help));
            });
        }
    }
}
