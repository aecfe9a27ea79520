//! The text is not JSON.

use crate::base::diagnostic::Diagnostic;
use crate::base::json::SyntaxError;

crate::rule! {
    /// ## What it does
    /// Reports the first place where a file stops being JSON (RFC 8259).
    ///
    /// ## Why is this bad
    /// Nothing else in the file can be judged. Two common causes are easy to overlook, comments and a comma after the
    /// last member: some tools let them pass, but they are no JSON.
    ///
    /// ## Example
    /// ```json
    /// { "triggers": {}, "actions": {}, }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// { "triggers": {}, "actions": {} }
    /// ```
    ///
    /// ## References
    /// - RFC 8259, The JavaScript Object Notation
    RULE = "CF1001" "not-json" Error;
}

/// The finding for a syntax error.
pub fn finding(error: SyntaxError) -> Diagnostic {
    Diagnostic::at_bytes(&RULE, error.span, error.message).help(error.help)
}
