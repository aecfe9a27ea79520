//! An operation in whose place another one has come.

use super::named;
use crate::base::diagnostic::{Diagnostic, Rule, Severity};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::connector::signature;
use crate::workflow::asked::By;

crate::rule! {
    /// ## What it does
    /// Warns about an operation that its vendor calls deprecated, and gives a hint about an older version of one.
    ///
    /// ## Why is this bad
    /// A deprecated operation stops one day, some on a day that is published. From then on every run fails.
    ///
    /// ## Example
    /// `"path": "/api/advancedqueries/run"` of Microsoft Defender ATP, which ends on 2027-02-01
    ///
    /// ## Use instead
    /// The operation that has taken its place, here `POST /v1.0/security/runHuntingQuery` of Microsoft Graph.
    ///
    /// ## References
    /// - The connector reference marks such operations
    RULE = "CF4016" "deprecated-operation" Warning;
}

/// The lint.
#[derive(Debug)]
pub struct DeprecatedOperation;

impl Lint for DeprecatedOperation {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for call in cx.calls() {
            let Some(one) = call.signature else { continue };
            let Some(instead) = one.instead.and_then(signature) else { continue };
            let (severity, message) = match (one.is_deprecated, one.ends) {
                (true, Some(day)) => (Severity::Warning, format!("{} ends on {day}", named(one))),
                (true, None) => (Severity::Warning, format!("{} is deprecated", named(one))),
                (false, _) => (Severity::Info, format!("{} is an older version", named(one))),
            };
            let node = match call.asked.by {
                By::Path { node, .. } | By::Id { node, .. } => node,
                By::Address { .. } | By::Unknown => call.asked.inputs.get("uri").unwrap_or(call.asked.inputs),
            };
            let address = [instead.method, instead.path].into_iter().flatten().collect::<Vec<_>>().join(" ");
            let help = format!("use {}: `{address}`", named(instead));
            out.push(Diagnostic::new(&RULE, node.pointer(), message).help(help).severity(severity));
        }
    }
}
