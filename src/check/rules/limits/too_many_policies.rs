//! More authorization policies, or claims in one, than a workflow may have.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::check::{Context, Findings, Interest, Lint};
use crate::data::limits;

use super::exceeded;

crate::rule! {
    /// ## What it does
    /// Reports a workflow resource with more than five authorization policies for who may call it, a policy with more than ten
    /// claims, or a claim whose value has more than 150 characters.
    ///
    /// ## Why is this bad
    /// The service refuses the workflow.
    ///
    /// ## Example
    /// ```json
    /// "openAuthenticationPolicies": { "policies": { "A": {}, "B": {}, "C": {}, "D": {}, "E": {}, "F": {} } }
    /// ```
    ///
    /// ## Use instead
    /// Let the callers share an application or a group, and name that in one claim.
    ///
    /// ## References
    /// - Microsoft Learn: "Limits and configuration reference guide for Azure Logic Apps", authorization policies
    RULE = "CF5025" "too-many-policies" Error;
}

/// The lint.
#[derive(Debug)]
pub struct TooManyPolicies;

/// Where the policies of a workflow resource stand.
const POLICIES: [&str; 5] =
    ["properties", "accessControl", "triggers", "openAuthenticationPolicies", "policies"];

impl Lint for TooManyPolicies {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions()
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        let Some(policies) = cx.definition.envelope.path(&POLICIES) else { return };
        let host = cx.definition.host;
        let help = "let the callers share an application or a group, and name that in one claim";
        let mut push = |finding: Diagnostic| out.push(finding.help(help));
        let count = policies.members().count();
        if let Some(most) = exceeded(&limits::POLICIES, host, count) {
            let message =
                format!("the workflow has {count} authorization policies; at most {most} are allowed");
            push(Diagnostic::new(&RULE, policies.pointer(), message).on_key());
        }
        for (name, claims) in policies.members().filter_map(|(name, one)| Some((name, one.get("claims")?))) {
            let count = claims.items().count();
            if let Some(most) = exceeded(&limits::CLAIMS, host, count) {
                let message = format!("`{name}` has {count} claims; at most {most} are allowed");
                push(Diagnostic::new(&RULE, claims.pointer(), message).on_key());
            }
            for value in claims.items().filter_map(|claim| claim.get("value")) {
                let Some(text) = cx.definition.literal(value) else { continue };
                let count = text.chars().count();
                if let Some(most) = exceeded(&limits::CLAIM, host, count) {
                    let message = format!("this claim has {count} characters; at most {most} are allowed");
                    push(Diagnostic::new(&RULE, value.pointer(), message));
                }
            }
        }
    }
}
