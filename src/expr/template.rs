//! Expressions inside a string of a definition.
//!
//! | string | meaning |
//! |---|---|
//! | `@x` | the value of the expression `x`, with its type |
//! | `@@text` | the text `@text`; nothing in it is an expression |
//! | `text @{x}` | a string with the value of `x` in it |
//! | `text @@{x}` | the text `text @{x}` |
//! | `@`, `a@b` | themselves |
//!
//! Source: the vendor's language reference, the designer's parser, and observations of the Standard runtime,
//! which all agree on these. They differ on text after a whole-string expression (`@'a'}`): the runtime
//! refuses it, and so do we.

use super::ast::{Expr, Span};
use super::{ErrorCode, ExprError, parser};

/// What a string of a definition means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Template {
    /// No expression in it: the text, its escapes resolved.
    Literal(String),
    /// `@x`: the whole string is one expression.
    Expression(Expr),
    /// Text with at least one `@{x}` in it. Two texts never follow one another, and none is empty.
    Interpolation(Vec<Segment>),
}

/// A piece of an interpolated string. Spans are byte ranges of the whole string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Segment {
    /// Literal text.
    Text {
        /// The text, `@@{` in it resolved to `@{`.
        text: String,
        /// The bytes it was written in.
        span: Span,
    },
    /// The expression of a `@{x}`.
    Expr(Expr),
}

impl Template {
    /// The expressions in it, in order.
    pub fn expressions(&self) -> impl Iterator<Item = &Expr> {
        let (whole, segments) = match self {
            Self::Literal(_) => (None, &[][..]),
            Self::Expression(expr) => (Some(expr), &[][..]),
            Self::Interpolation(segments) => (None, &segments[..]),
        };
        whole.into_iter().chain(segments.iter().filter_map(|segment| match segment {
            Segment::Text { .. } => None,
            Segment::Expr(expr) => Some(expr),
        }))
    }
}

/// Whether the engine looks into this string at all: it starts with `@` or has `@{` in it. Escapes count.
pub fn is_template(text: &str) -> bool {
    let bytes = text.as_bytes();
    // Every string of a definition is asked, and most hold no `@`.
    bytes.contains(&b'@') && bytes.len() > 1 && (bytes[0] == b'@' || text.contains("@{"))
}

/// Reads a string of a definition.
///
/// # Errors
/// Those of [`parser::parse`] for the first expression that has one, and `StringLiteralNotTerminated` for a
/// `@{` that no `}` ends. Spans are byte ranges of `text`.
pub fn parse(text: &str) -> Result<Template, ExprError> {
    match text.strip_prefix('@') {
        Some(rest) if rest.starts_with('@') => Ok(Template::Literal(rest.to_owned())),
        Some(rest) if !rest.is_empty() && !rest.starts_with('{') => {
            parser::parse_in(text, 1..text.len()).map(Template::Expression)
        }
        _ => interpolation(text),
    }
}

fn interpolation(text: &str) -> Result<Template, ExprError> {
    let mut segments = Vec::new();
    // The text since the last hole: where it started, and what of it is read.
    let mut literal_start = 0;
    let mut literal = String::new();
    let mut at = 0;
    while let Some(hole) = text[at..].find("@{").map(|offset| at + offset) {
        literal.push_str(&text[at..hole]);
        if text[..hole].ends_with('@') {
            // `@@{`: the first @ has gone into the text, the second goes nowhere.
            at = hole + 1;
            continue;
        }
        let body = hole + 2..hole_end(text, hole)?;
        at = body.end + 1;
        if !literal.is_empty() {
            segments.push(Segment::Text { text: std::mem::take(&mut literal), span: literal_start..hole });
        }
        segments.push(Segment::Expr(parser::parse_in(text, body)?));
        literal_start = at;
    }
    literal.push_str(&text[at..]);
    if segments.is_empty() {
        return Ok(Template::Literal(literal));
    }
    if !literal.is_empty() {
        segments.push(Segment::Text { text: literal, span: literal_start..text.len() });
    }
    Ok(Template::Interpolation(segments))
}

/// Where the `}` stands that ends the `@{` at `hole`: the first one outside quotes.
fn hole_end(text: &str, hole: usize) -> Result<usize, ExprError> {
    let mut quoted = false;
    for (offset, byte) in text[hole..].bytes().enumerate() {
        match byte {
            // A doubled quote leaves the string and enters it again, so it needs no case of its own.
            b'\'' => quoted = !quoted,
            b'}' if !quoted => return Ok(hole + offset),
            _ => {}
        }
    }
    let span = hole..text.len();
    Err(if quoted {
        ExprError::new(
            ErrorCode::StringLiteralNotTerminated,
            span,
            "the `@{` that starts here ends inside a string",
        )
        .with_help("end the string with ' and the expression with }; a quote inside the string is written ''")
    } else {
        ExprError::new(
            ErrorCode::StringLiteralNotTerminated,
            span,
            "the `@{` that starts here has no closing `}`",
        )
        .with_help("end the expression with }; to write `@{` as text, write `@@{`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str, span: Span) -> Segment {
        Segment::Text { text: text.to_owned(), span }
    }

    fn hole(value: &str) -> Segment {
        Segment::Expr(Expr::str(value))
    }

    #[test]
    fn literals() {
        for (source, value) in [
            ("", ""),
            ("@", "@"),
            (" @", " @"),
            ("@@", "@"),
            ("@@x()", "@x()"),
            ("@@{'a'}@{'b'}", "@{'a'}@{'b'}"),
            ("a@b.c", "a@b.c"),
            (" @@,}", " @@,}"),
            ("x@@{y", "x@{y"),
            ("x@@@{y@@{", "x@@{y@{"),
        ] {
            assert_eq!(parse(source), Ok(Template::Literal(value.to_owned())), "{source}");
        }
    }

    #[test]
    fn interpolations() {
        assert_eq!(
            parse("é@{'a}'} @@{b}@{'c'}@{'d'}@"),
            Ok(Template::Interpolation(vec![
                text("é", 0..2),
                hole("a}"),
                text(" @{b}", 9..15),
                hole("c"),
                hole("d"),
                text("@", 27..28),
            ]))
        );
        assert_eq!(parse("@{'it''s}'}"), Ok(Template::Interpolation(vec![hole("it's}")])));
    }

    #[test]
    fn spans_are_of_the_whole_string() {
        let source = "x @{f( 'y' )}";
        let template = parse(source).unwrap();
        let spans: Vec<_> = template.expressions().map(|expr| &source[expr.span.clone()]).collect();
        assert_eq!(spans, ["f( 'y' )"]);
        assert_eq!(parse("@f(1)").unwrap().expressions().next().unwrap().span, 1..5);
    }

    #[test]
    fn refusals() {
        use ErrorCode::*;
        for (source, code, at) in [
            ("@'a'}", UnexpectedCharacter, "}"),
            ("@'a','b'", TokenNotFound, ",'b'"),
            ("x @{", StringLiteralNotTerminated, "@{"),
            ("x @{f('}')", StringLiteralNotTerminated, "@{f('}')"),
            ("x @{f('}", StringLiteralNotTerminated, "@{f('}"),
            ("x @{}", EmptyValue, ""),
            ("x @{'a','b'}", TokenNotFound, ",'b'"),
            ("x @{f(} y", UnrecognizedExpression, ""),
            ("@f('a", StringLiteralNotTerminated, "'a"),
        ] {
            let error = parse(source).unwrap_err();
            assert_eq!((error.code, &source[error.span]), (code, at), "{source}");
        }
    }

    #[test]
    fn what_counts_as_a_template() {
        for source in ["@a", "@@", "@{", "x @{y}", "x@@{y}"] {
            assert!(is_template(source), "{source}");
        }
        for source in ["", "@", "a@b", " @@x"] {
            assert!(!is_template(source), "{source}");
        }
    }
}
