//! A tenant or subscription written into a definition.

use super::each_string;
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};

crate::rule! {
    /// ## What it does
    /// Reports the id of a tenant in an address of the sign-in service, and the id of a subscription in a resource id, where
    /// they are written as text.
    ///
    /// ## Why is this bad
    /// Deployed elsewhere, the workflow signs in to, or acts on, the tenant of whoever wrote it, or fails; and the id is told to
    /// everybody who reads the file.
    ///
    /// ## Example
    /// ```json
    /// "uri": "https://login.microsoftonline.com/4b2f0a6e-6f0f-4d4c-9a0e-0d1a2b3c4d5e/oauth2/v2.0/token"
    /// ```
    ///
    /// ## Use instead
    /// A parameter, `[subscription().tenantId]`, or a managed identity, which needs no tenant.
    ///
    /// ## References
    /// - Azure Resource Manager test toolkit: ids should be derived from resource ids
    RULE = "CF7008" "hard-coded-tenant" Warning audience Strict;
}

/// The lint.
#[derive(Debug)]
pub struct HardCodedTenant;

impl Lint for HardCodedTenant {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for part in ["triggers", "actions"] {
            let Some(node) = cx.definition.node.get(part) else { continue };
            each_string(node, &mut |node| {
                let text = node.as_str().filter(|text| text.len() >= LEAST).unwrap_or_default();
                let found = MARKS.iter().find_map(|(mark, what)| {
                    let at = text.find(mark)? + mark.len();
                    is_uuid(text.get(at..at + 36)?).then_some((at, *what))
                });
                if let Some((at, what)) = found {
                    let message = format!("the id of a {what} is written here");
                    let help = "make it a parameter, or take it from the deployment";
                    let finding = Diagnostic::new(&RULE, node.pointer(), message).inside(at..at + 36);
                    out.push(finding.help(help));
                }
            });
        }
    }
}

/// The bytes of the shortest text with an id behind what it stands behind.
const LEAST: usize = "/subscriptions/".len() + 36;

/// What an id stands behind, and what it then is the id of.
const MARKS: &[(&str, &str)] = &[
    ("login.microsoftonline.com/", "tenant"),
    ("login.windows.net/", "tenant"),
    ("sts.windows.net/", "tenant"),
    ("/subscriptions/", "subscription"),
];

fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
        && text.bytes().any(|byte| !matches!(byte, b'0' | b'-'))
}
