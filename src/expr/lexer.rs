//! From text to tokens.
//!
//! The token rules are those of the workflow designer's scanner, which is liberal about names: an identifier
//! is any run of characters that are neither blank nor one of `.` `,` `(` `)` `{` `}` `@` `[` `]` `?` `'`.
//! Where the designer lets a malformed number through (`1e`, `+`), the runtime refuses it, and so does this
//! lexer.

use super::ast::{Span, Word};
use super::{ErrorCode, ExprError};

/// The most characters one expression may have, counted as the service counts them: in UTF-16 code units.
pub const MAX_LENGTH: usize = 8192;

/// One token. Its text is the slice of the source under `span`; see [`unquote`] for a string's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where it stands, blanks around it excluded.
    pub span: Span,
}

/// The kinds of token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// A name, or one of the words `null`, `true`, `false`.
    Identifier,
    /// `'text'`.
    String,
    /// `12`, `-3`, `+4`; of any size, the parser checks the range.
    Integer,
    /// `1.5`, `1.`, `+.5`, `2e-3`.
    Float,
    /// `.`
    Dot,
    /// `,`
    Comma,
    /// `(`
    LeftParenthesis,
    /// `)`
    RightParenthesis,
    /// `[`
    LeftBracket,
    /// `]`
    RightBracket,
    /// `?`
    QuestionMark,
}

/// Cuts a whole text, without any leading `@`, into tokens.
///
/// # Errors
/// `LimitExceeded`, `UnexpectedCharacter`, `StringLiteralNotTerminated`, and `MisusedDoubleQuotes` for a name
/// that starts and ends with a double quote.
pub fn tokens(text: &str) -> Result<Vec<Token>, ExprError> {
    tokens_in(text, 0..text.len())
}

/// Cuts the part of `text` under `range`, an expression inside a template; spans count from the start of
/// `text`.
pub(crate) fn tokens_in(text: &str, range: Span) -> Result<Vec<Token>, ExprError> {
    let part = &text[range.clone()];
    // The count of bytes is never below that of UTF-16 units, so the common case costs nothing.
    if part.len() > MAX_LENGTH {
        let length = part.encode_utf16().count();
        if length > MAX_LENGTH {
            let message =
                format!("the expression has {length} characters, {MAX_LENGTH} is the most the service takes");
            return Err(ExprError::new(ErrorCode::LimitExceeded, range, message).with_help(
                "compute a part of it in a Compose action and refer to that with outputs('Name')",
            ));
        }
    }
    let mut lexer = Lexer { text: &text[..range.end], at: range.start };
    // Names and strings of three letters: most expressions need no more room than that.
    let mut tokens = Vec::with_capacity(part.len() / 4 + 4);
    while let Some(token) = lexer.next()? {
        tokens.push(token);
    }
    Ok(tokens)
}

/// The value of a string token's text: outer quotes removed, doubled quotes made single.
pub fn unquote(literal: &str) -> Word {
    let inner = literal.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    let inner = inner.unwrap_or(literal);
    if inner.contains('\'') { inner.replace("''", "'").into() } else { inner.into() }
}

/// Whether `text` is read as one identifier, and so may stand after a dot.
pub fn is_identifier(text: &str) -> bool {
    text.chars().all(is_identifier_char)
        && !text.starts_with(starts_number)
        && !text.is_empty()
        && !is_quoted(text)
}

/// Whether `text` may name a function: an identifier that is neither a literal word nor opens a double quote.
pub fn is_function_name(text: &str) -> bool {
    let literal = ["null", "true", "false"].iter().any(|word| word.eq_ignore_ascii_case(text));
    is_identifier(text) && !literal && !text.starts_with('"')
}

fn is_identifier_char(c: char) -> bool {
    // White space is Unicode's set here and in the engine's `Char.IsWhiteSpace`: the two lists agree.
    !matches!(c, '.' | ',' | '(' | ')' | '{' | '}' | '@' | '[' | ']' | '?' | '\'') && !c.is_whitespace()
}

fn starts_number(c: char) -> bool {
    matches!(c, '+' | '-' | '0'..='9')
}

fn is_quoted(name: &str) -> bool {
    name.starts_with('"') && name.ends_with('"')
}

struct Lexer<'a> {
    text: &'a str,
    at: usize,
}

impl Lexer<'_> {
    fn next(&mut self) -> Result<Option<Token>, ExprError> {
        // Mostly the next token follows at once.
        if self.text.as_bytes().get(self.at).is_some_and(|byte| *byte <= b' ' || !byte.is_ascii()) {
            self.skip_while(char::is_whitespace);
        }
        let start = self.at;
        let Some(first) = self.peek() else { return Ok(None) };
        let kind = match first {
            '.' => self.punctuation(TokenKind::Dot),
            ',' => self.punctuation(TokenKind::Comma),
            '(' => self.punctuation(TokenKind::LeftParenthesis),
            ')' => self.punctuation(TokenKind::RightParenthesis),
            '[' => self.punctuation(TokenKind::LeftBracket),
            ']' => self.punctuation(TokenKind::RightBracket),
            '?' => self.punctuation(TokenKind::QuestionMark),
            '\'' => self.string()?,
            c if starts_number(c) => self.number()?,
            c if is_identifier_char(c) => self.identifier()?,
            c => return Err(unexpected(c, start)),
        };
        Ok(Some(Token { kind, span: start..self.at }))
    }

    fn peek(&self) -> Option<char> {
        match self.text.as_bytes().get(self.at) {
            Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
            _ => self.text[self.at..].chars().next(),
        }
    }

    fn skip_while(&mut self, accept: impl Fn(char) -> bool) {
        let rest = &self.text[self.at..];
        self.at += rest.find(|c| !accept(c)).unwrap_or(rest.len());
    }

    fn skip_if(&mut self, accept: impl Fn(char) -> bool) -> bool {
        let next = self.peek().filter(|&c| accept(c));
        self.at += next.map_or(0, char::len_utf8);
        next.is_some()
    }

    /// How many ASCII digits were skipped.
    fn digits(&mut self) -> usize {
        let start = self.at;
        self.skip_while(|c| c.is_ascii_digit());
        self.at - start
    }

    fn punctuation(&mut self, kind: TokenKind) -> TokenKind {
        self.at += 1;
        kind
    }

    fn string(&mut self) -> Result<TokenKind, ExprError> {
        let start = self.at;
        // A doubled quote is two adjacent strings to this loop, which read as one.
        while self.skip_if(|c| c == '\'') {
            // Most strings are a name, too short for a search that looks at many bytes at once.
            let rest = &self.text.as_bytes()[self.at..];
            self.at += rest.iter().position(|byte| *byte == b'\'').unwrap_or(rest.len());
            if !self.skip_if(|c| c == '\'') {
                let error = ErrorCode::StringLiteralNotTerminated;
                return Err(ExprError::new(
                    error,
                    start..self.at,
                    "the string that starts here has no closing quote",
                )
                .with_help("end it with ', and write a quote inside the string as ''"));
            }
        }
        Ok(TokenKind::String)
    }

    fn number(&mut self) -> Result<TokenKind, ExprError> {
        let start = self.at;
        let mut kind = TokenKind::Integer;
        self.skip_if(|c| matches!(c, '+' | '-'));
        let mut mantissa = self.digits();
        if self.skip_if(|c| c == '.') {
            kind = TokenKind::Float;
            mantissa += self.digits();
        }
        if mantissa == 0 {
            let message = format!("`{}` is not followed by a number", &self.text[start..self.at]);
            return Err(ExprError::new(ErrorCode::UnexpectedCharacter, start..self.at, message)
                .with_help("there are no operators: use functions such as add(a, b) and sub(a, b)"));
        }
        if self.skip_if(|c| matches!(c, 'e' | 'E')) {
            kind = TokenKind::Float;
            self.skip_if(|c| matches!(c, '+' | '-'));
            if self.digits() == 0 {
                let message = format!("the exponent of `{}` has no digits", &self.text[start..self.at]);
                return Err(ExprError::new(ErrorCode::UnexpectedCharacter, start..self.at, message)
                    .with_help("write an exponent like 2e10 or 2e-3"));
            }
        }
        match self.peek().filter(|&c| is_identifier_char(c)) {
            None => Ok(kind),
            Some(c) => {
                let message = format!(
                    "unexpected `{c}` in the number that starts with `{}`",
                    &self.text[start..self.at]
                );
                let span = self.at..self.at + c.len_utf8();
                Err(ExprError::new(ErrorCode::UnexpectedCharacter, span, message)
                    .with_help("names do not start with a digit or a sign; put text in single quotes"))
            }
        }
    }

    fn identifier(&mut self) -> Result<TokenKind, ExprError> {
        let start = self.at;
        // Nearly all names are made of these alone.
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'$');
        self.at += self.text.as_bytes()[self.at..].iter().take_while(|byte| is_plain(byte)).count();
        if self.peek().is_some_and(is_identifier_char) {
            self.skip_while(is_identifier_char);
        }
        if is_quoted(&self.text[start..self.at]) {
            return Err(double_quotes(start..self.at));
        }
        Ok(TokenKind::Identifier)
    }
}

/// The error for `"text"`, which the parser meets too: blanks inside the quotes hide it from the lexer.
pub(crate) fn double_quotes(span: Span) -> ExprError {
    ExprError::new(ErrorCode::MisusedDoubleQuotes, span, "strings do not stand in double quotes")
        .with_help("use single quotes, 'text'; a quote inside is written ''")
}

fn unexpected(c: char, at: usize) -> ExprError {
    let help = match c {
        '@' => {
            "an @ stands only before the whole expression: write concat(body('A')), not concat(@body('A'))"
        }
        _ => "there are no object literals: use json('{...}'), and put text in single quotes",
    };
    let span = at..at + c.len_utf8();
    ExprError::new(ErrorCode::UnexpectedCharacter, span, format!("unexpected `{c}` in an expression"))
        .with_help(help)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(source: &str) -> Vec<&str> {
        tokens(source).unwrap().into_iter().map(|token| &source[token.span]).collect()
    }

    fn error(source: &str) -> (ErrorCode, &str) {
        let error = tokens(source).unwrap_err();
        (error.code, &source[error.span])
    }

    #[test]
    fn tokens_are_slices() {
        assert_eq!(
            texts("concat( 'it''s', -1.5e3 )?['é'].b-c"),
            ["concat", "(", "'it''s'", ",", "-1.5e3", ")", "?", "[", "'é'", "]", ".", "b-c"]
        );
        assert_eq!(unquote("'it''s'"), "it's");
        assert_eq!(unquote("''''"), "'");
    }

    #[test]
    fn numbers() {
        for (text, kind) in [
            ("0", TokenKind::Integer),
            ("+7", TokenKind::Integer),
            ("99999999999999999999", TokenKind::Integer),
            ("1.", TokenKind::Float),
            ("+.5", TokenKind::Float),
            ("-01.0", TokenKind::Float),
            ("2E-3", TokenKind::Float),
        ] {
            assert_eq!(tokens(text), Ok(vec![Token { kind, span: 0..text.len() }]), "{text}");
        }
        assert_eq!(texts(".5"), [".", "5"]);
        assert_eq!(texts("1e1.1"), ["1e1", ".", "1"]);
        for (text, at) in
            [("1e", "1e"), ("1e+", "1e+"), ("--1", "-"), ("+.", "+."), ("5abc", "a"), ("1+2", "+")]
        {
            assert_eq!(error(text), (ErrorCode::UnexpectedCharacter, at), "{text}");
        }
    }

    #[test]
    fn errors_point_at_the_fault() {
        assert_eq!(error("f('a''b)"), (ErrorCode::StringLiteralNotTerminated, "'a''b)"));
        assert_eq!(error("f(\"abc\")"), (ErrorCode::MisusedDoubleQuotes, "\"abc\""));
        assert_eq!(error("f(@g())"), (ErrorCode::UnexpectedCharacter, "@"));
        assert_eq!(error("f({})"), (ErrorCode::UnexpectedCharacter, "{"));
    }

    #[test]
    fn the_limit_counts_utf16() {
        let quoted = |count: usize| format!("'{}'", "😀".repeat(count));
        assert!(tokens(&quoted(MAX_LENGTH / 2 - 1)).is_ok());
        assert_eq!(tokens(&quoted(MAX_LENGTH / 2)).unwrap_err().code, ErrorCode::LimitExceeded);
    }

    #[test]
    fn names() {
        for name in ["body", "b-c", "été", "$content", "odata:type"] {
            assert!(is_identifier(name) && is_function_name(name), "{name}");
        }
        for text in ["", "1a", "-a", "a b", "a.b", "a'b", "\"", "\"a\"", "@a"] {
            assert!(!is_identifier(text), "{text}");
        }
        assert!(is_identifier("null") && !is_function_name("Null"));
    }
}
