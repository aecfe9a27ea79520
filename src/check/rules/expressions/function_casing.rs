//! A function name in another case than documented.

use crate::base::diagnostic::Rule;
use crate::check::{Context, Findings, Found, Interest, Lint};
use crate::expr::{IssueKind, functions};

crate::rule! {
    /// ## What it does
    /// Reports a function whose name is written in another case than in its documentation.
    ///
    /// ## Why is this bad
    /// Nothing fails: the engine distinguishes no case. Searching a definition for a function, and comparing two, is
    /// easier when its name is always written alike.
    ///
    /// ## Example
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@toupper('abc')" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@toUpper('abc')" }
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Reference guide to workflow expression functions"
    /// - Observed: `@ADD(INT('1'), 2)` is evaluated
    RULE = "CF3021" "function-casing" Info audience Auditor;
}

/// The lint.
#[derive(Debug)]
pub struct FunctionCasing;

impl Lint for FunctionCasing {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.issues()
    }

    fn issue(&self, cx: &Context<'_, '_>, found: &Found<'_>, out: &mut Findings) {
        if found.is(IssueKind::Casing) {
            let finding = found.finding(&cx.typing, &RULE);
            let documented = |written: &str| Some(functions::find(written)?.name.to_owned());
            out.push(found.mended(&cx.typing, finding, documented));
        }
    }
}
