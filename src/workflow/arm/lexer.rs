//! From the text of an ARM expression to tokens.
//!
//! The language is not that of the workflow engine: its names may hold dots for functions of one's own, and what is
//! between the brackets of a string is all of it. Source: Microsoft Learn, "Template expressions syntax in ARM templates".

use std::ops::Range;

use super::parser::ArmError;

/// The most characters of one expression. Source: Microsoft Learn, "ARM template best practices", template limits.
pub const MAX_LENGTH: usize = 24_576;

/// One token; its text is the slice of the source under the span.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands.
    pub span: Range<usize>,
}

/// The kinds of token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A name of a function or property.
    Name,
    /// `'text'`; a quote in it is doubled.
    String,
    /// `12` or `-3`.
    Integer,
    /// `.`
    Dot,
    /// `,`
    Comma,
    /// `(`
    OpenParenthesis,
    /// `)`
    CloseParenthesis,
    /// `[`
    OpenBracket,
    /// `]`
    CloseBracket,
}

/// Cuts the part of `text` under `range` into tokens; spans count from the start of `text`.
///
/// # Errors
/// A character that begins no token, a string without its end, or more than [`MAX_LENGTH`] bytes.
pub fn tokens(text: &str, range: Range<usize>) -> Result<Vec<Token>, ArmError> {
    if range.len() > MAX_LENGTH {
        let message = format!("the expression has more than {MAX_LENGTH} characters");
        return Err(ArmError { span: range, message });
    }
    let bytes = text.as_bytes();
    let end = range.end;
    let mut at = range.start;
    // Names and strings of a dozen letters, and something between them.
    let mut found = Vec::with_capacity(range.len() / 6 + 4);
    while at < end {
        let start = at;
        let run = |from: usize, is_part: fn(u8) -> bool| {
            from + bytes[from..end].iter().take_while(|byte| is_part(**byte)).count()
        };
        let kind = match bytes[at] {
            b' ' | b'\t' | b'\r' | b'\n' => {
                at += 1;
                continue;
            }
            b'.' => TokenKind::Dot,
            b',' => TokenKind::Comma,
            b'(' => TokenKind::OpenParenthesis,
            b')' => TokenKind::CloseParenthesis,
            b'[' => TokenKind::OpenBracket,
            b']' => TokenKind::CloseBracket,
            b'\'' => {
                at = string_end(bytes, start, end)?;
                TokenKind::String
            }
            b'-' | b'+' | b'0'..=b'9' => {
                at = run(at + 1, |byte| byte.is_ascii_digit());
                TokenKind::Integer
            }
            byte if is_name(byte) => {
                at = run(at, is_name);
                TokenKind::Name
            }
            _ => {
                let c = text[at..].chars().next().unwrap_or_default();
                let span = at..at + c.len_utf8();
                return Err(ArmError {
                    span,
                    message: format!("`{}` has no place here", c.escape_default()),
                });
            }
        };
        at = at.max(start + 1);
        found.push(Token { kind, span: start..at });
    }
    Ok(found)
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-') || byte >= 0x80
}

fn string_end(bytes: &[u8], start: usize, end: usize) -> Result<usize, ArmError> {
    let mut at = start + 1;
    while at < end {
        match (bytes[at], bytes.get(at + 1)) {
            (b'\'', Some(b'\'')) if at + 1 < end => at += 2,
            (b'\'', _) => return Ok(at + 1),
            _ => at += 1,
        }
    }
    Err(ArmError { span: start..end, message: "this string is not closed".to_owned() })
}
