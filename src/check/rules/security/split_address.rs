//! An address that is put together so that no check sees it.

use crate::base::diagnostic::Rule;
use crate::check::lint::At;
use crate::check::{Context, Findings, Interest, Lint};
use crate::expr::Call;

crate::rule! {
    /// ## What it does
    /// Reports a `concat` of texts that makes an address whose host is cut into pieces.
    ///
    /// ## Why is this bad
    /// It is done to pass checks for hard-coded addresses. The address is as hard-coded as before, does not follow the cloud,
    /// and is harder to find for whoever reads it.
    ///
    /// ## Example
    /// ```json
    /// "uri": "@{concat('https://management', '.azure', '.com/')}subscriptions"
    /// ```
    ///
    /// ## Use instead
    /// `[environment().resourceManager]`, or a parameter with the address of the public cloud as its default.
    ///
    /// ## References
    /// - Azure-Sentinel pull requests 8328 and 13858, where reviewers name the trick
    RULE = "CF7009" "split-address" Info audience Auditor;
}

/// The lint.
#[derive(Debug)]
pub struct SplitAddress;

impl Lint for SplitAddress {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.calls(&["concat"])
    }

    fn call(&self, _cx: &Context<'_, '_>, at: At<'_, '_>, call: &Call, out: &mut Findings) {
        let mut before = String::new();
        for pair in call.args.windows(2) {
            let [first, second] = pair else { continue };
            let (Some(first), Some(_)) = (first.as_str(), second.as_str()) else { return };
            before.push_str(first);
            let Some((_, host)) = before.split_once("://") else { continue };
            if !host.is_empty() && !host.contains(['/', '?']) {
                let message = "the host of this address is cut into pieces";
                let help = "write it whole, make it a parameter, or take it from `environment()`";
                out.push(at.finding(&RULE, at.expr, message).help(help));
                return;
            }
        }
    }
}
