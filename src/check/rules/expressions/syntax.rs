//! Which rule a string belongs to that cannot be parsed: each mistake has one message, from the rule that knows it best.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::words::is_hidden;
use crate::check::lint::in_text;
use crate::expr::{ErrorCode, ExprError};
use crate::workflow::strings::Text;

/// The mistakes that have rules of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mistake {
    /// A key such as `@odata.type`.
    Key,
    /// A value such as `@user`, which is text.
    Text,
    /// `"x"` for `'x'`.
    DoubleQuotes,
    /// A string, or `@{`, without its end.
    Unterminated,
    /// `@` within an expression.
    Nested,
    /// A character that nobody sees.
    Invisible,
    /// Something after the end.
    Trailing,
    /// Too many characters.
    Length,
    /// Any other.
    Other,
}

/// What is wrong with a string, when something is.
pub(super) fn mistake<'t>(text: &'t Text<'_>) -> Option<(Mistake, &'t ExprError)> {
    let error = text.parsed.as_ref().err()?;
    if text.is_made() {
        let is_text = error.code == ErrorCode::UnrecognizedExpression && error.span.start == 1;
        // `text-taken-for-expression` looks at what ARM gives by itself.
        return (!is_text).then_some((Mistake::Other, error));
    }
    let is_whole = written(text).is_some_and(is_whole);
    let mistake = match error.code {
        _ if text.is_key && is_whole => Mistake::Key,
        ErrorCode::MisusedDoubleQuotes => Mistake::DoubleQuotes,
        ErrorCode::StringLiteralNotTerminated => Mistake::Unterminated,
        ErrorCode::LimitExceeded => Mistake::Length,
        ErrorCode::TokenNotFound => Mistake::Trailing,
        _ if slice(text, error).starts_with(is_hidden) => Mistake::Invisible,
        // An address such as `@user@contoso.com` is text: nothing is called before the second `@`.
        ErrorCode::UnexpectedCharacter if slice(text, error).starts_with('@') => {
            let before = written(text).and_then(|whole| whole.get(..text.range(&error.span).start));
            let is_text = is_whole && !before.is_some_and(|before| before.contains('('));
            if is_text { Mistake::Text } else { Mistake::Nested }
        }
        // The name at the start is no call, so nothing here is an expression.
        ErrorCode::UnrecognizedExpression if is_whole && error.span.start == 1 => Mistake::Text,
        _ => Mistake::Other,
    };
    Some((mistake, error))
}

/// The finding of a rule about such a string.
pub(super) fn finding(rule: &'static Rule, text: &Text<'_>, error: &ExprError) -> Diagnostic {
    let finding = in_text(rule, text, &error.span, error.message.clone());
    finding.help(error.help.clone().unwrap_or_else(|| "correct the expression".to_owned()))
}

/// The string as written in the document.
pub(super) fn written<'d>(text: &Text<'d>) -> Option<&'d str> {
    if text.is_key { text.node.key() } else { text.node.as_str() }
}

/// Whether a string is one expression from its start.
pub(super) fn is_whole(written: &str) -> bool {
    written.starts_with('@') && !written.starts_with("@{")
}

/// The text that the error is about.
pub(super) fn slice<'d>(text: &Text<'d>, error: &ExprError) -> &'d str {
    written(text).and_then(|written| written.get(text.range(&error.span))).unwrap_or_default()
}
