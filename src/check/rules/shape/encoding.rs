//! The bytes are no text that we read.

use crate::base::diagnostic::Diagnostic;
use crate::base::source::DecodeError;

crate::rule! {
    /// ## What it does
    /// Reports a file that is not UTF-8, not UTF-16 with a byte order mark, or larger than what is read.
    ///
    /// ## Why is this bad
    /// JSON is exchanged as UTF-8. Windows tools also write UTF-16, which solution exports contain and which is read
    /// here; anything else cannot be read without guessing.
    ///
    /// ## Example
    /// A file saved as Windows-1252 with an é in it.
    ///
    /// ## Use instead
    /// The same file saved as UTF-8.
    ///
    /// ## References
    /// - RFC 8259, section 8.1: character encoding
    RULE = "CF1003" "encoding" Error;
}

/// The finding for bytes that could not be decoded.
pub fn finding(error: &DecodeError) -> Diagnostic {
    let help = match error {
        DecodeError::NotUtf8 { .. } | DecodeError::Utf32 => "save the file as UTF-8",
        DecodeError::NotUtf16 => "the file is damaged; save it again, as UTF-8",
        DecodeError::TooLarge { .. } => "the service accepts a definition of at most 1 MB; split the file",
    };
    Diagnostic::at_bytes(&RULE, 0..0, error.to_string()).help(help)
}
