//! An expression with a character in it that nobody sees.

use super::syntax::{Mistake, finding, mistake, written};
use crate::base::diagnostic::Rule;
use crate::base::words::is_hidden;
use crate::check::{Context, Findings, Found, Interest, Lint};
use crate::expr::IssueKind;
use crate::workflow::strings::Text;

crate::rule! {
    /// ## What it does
    /// Reports a zero-width character, a direction mark or a soft hyphen in an expression, outside of
    /// its texts.
    ///
    /// ## Why is this bad
    /// The character belongs to the name for the service, which then knows no such function, and nobody can see why.
    /// It comes with text that is copied from web pages and chats.
    ///
    /// ## Example
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@​concat('a', 'b')" }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "Text": { "type": "Compose", "inputs": "@concat('a', 'b')" }
    /// ```
    ///
    /// ## References
    /// - The service: "The template function '…' is not defined or not valid"
    /// - Observed: which characters the engine skips as white space
    RULE = "CF3009" "invisible-character" Error prevents "InvalidTemplate";
}

/// The lint.
#[derive(Debug)]
pub struct InvisibleCharacter;

impl Lint for InvisibleCharacter {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.issues().texts()
    }

    fn issue(&self, cx: &Context<'_, '_>, found: &Found<'_>, out: &mut Findings) {
        if found.is(IssueKind::Invisible) {
            let finding = found.finding(&cx.typing, &RULE);
            let seen = |written: &str| Some(written.chars().filter(|c| !is_hidden(*c)).collect());
            out.push(found.mended(&cx.typing, finding, seen));
        }
    }

    fn text(&self, _cx: &Context<'_, '_>, text: &Text<'_>, out: &mut Findings) {
        if let Some((Mistake::Invisible, error)) = mistake(text) {
            let hidden =
                written(text).and_then(|whole| whole.get(text.range(&error.span).start..)?.chars().next());
            let message = format!(
                "the invisible character U+{:04X} stands in the expression",
                hidden.map_or(0, u32::from)
            );
            out.push(finding(&RULE, text, error).reworded(message, "remove it; it comes from copied text"));
        }
    }
}
