//! From tokens to the tree of an ARM expression.

use std::ops::Range;

use super::lexer::{Token, TokenKind, tokens};
use crate::expr::Word;

/// How deeply calls may nest. Real templates have a dozen levels.
pub const MAX_DEPTH: usize = 64;

/// One expression and where it stands: bytes of the whole string, brackets included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArmExpr {
    /// What it is.
    pub kind: ArmKind,
    /// Its bytes.
    pub span: Range<usize>,
}

/// The forms of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArmKind {
    /// `'text'`, its doubled quotes resolved.
    String(Word),
    /// A whole number.
    Integer(i64),
    /// A call and what is taken from its result.
    Call(Box<ArmCall>),
}

/// `name(args)` with the accesses on its result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArmCall {
    /// The function as written, with the namespace of one's own function before a dot. Case does not count.
    pub name: Word,
    /// The arguments in order.
    pub args: Vec<ArmExpr>,
    /// `.name` and `[key]` in order; a name is a string.
    pub access: Vec<ArmExpr>,
}

/// Why a text is no ARM expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ArmError {
    /// Bytes of the string that are wrong; empty at its end.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
}

/// Reads a string that [is an expression](super::is_expression), with its brackets.
///
/// # Errors
/// The first place where it stops being one.
pub fn parse(text: &str) -> Result<ArmExpr, ArmError> {
    let inner = 1..text.len().saturating_sub(1).max(1);
    let tokens = tokens(text, inner.clone())?;
    let mut parser = Parser { text, tokens, at: 0, end: inner.end, depth: 0, parts: Vec::new() };
    let expr = parser.expression()?;
    match parser.peek() {
        None => Ok(expr),
        Some(token) => Err(ArmError {
            span: token.span.start..inner.end,
            message: "the expression is complete, but the text goes on".to_owned(),
        }),
    }
}

impl ArmExpr {
    /// The text of a string literal.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            ArmKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The call, if this is one.
    pub fn as_call(&self) -> Option<&ArmCall> {
        match &self.kind {
            ArmKind::Call(call) => Some(call),
            _ => None,
        }
    }

    /// Visits this expression and every one in it, in the order of the text.
    /// [`MAX_DEPTH`] bounds the recursion.
    pub fn walk<'e>(&'e self, visit: &mut impl FnMut(&'e ArmExpr)) {
        visit(self);
        if let ArmKind::Call(call) = &self.kind {
            call.args.iter().chain(&call.access).for_each(|inner| inner.walk(visit));
        }
    }
}

impl ArmCall {
    /// Whether it calls that function, in any case.
    pub fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The first argument, where it is a string literal: the name in `variables('name')`.
    pub fn first_text(&self) -> Option<&str> {
        self.args.first()?.as_str()
    }
}

struct Parser<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    at: usize,
    end: usize,
    depth: usize,
    /// What is read of the calls around, innermost last. A call takes its own part once it is complete, so that no list is
    /// longer than it must be.
    parts: Vec<ArmExpr>,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, kind: TokenKind) -> Option<Range<usize>> {
        let token = self.peek().filter(|token| token.kind == kind)?;
        let span = token.span.clone();
        self.at += 1;
        Some(span)
    }

    fn expect(&mut self, kind: TokenKind, what: &str) -> Result<Range<usize>, ArmError> {
        self.take(kind).ok_or_else(|| self.unexpected(what))
    }

    fn unexpected(&self, what: &str) -> ArmError {
        match self.peek() {
            None => ArmError { span: self.end..self.end, message: format!("{what} is missing at the end") },
            Some(token) => {
                ArmError { span: token.span.clone(), message: format!("{what} should stand here") }
            }
        }
    }

    fn expression(&mut self) -> Result<ArmExpr, ArmError> {
        if let Some(span) = self.take(TokenKind::String) {
            let text = &self.text[span.start + 1..span.end - 1];
            let text = if text.contains('\'') { text.replace("''", "'").into() } else { text.into() };
            return Ok(ArmExpr { kind: ArmKind::String(text), span });
        }
        if let Some(span) = self.take(TokenKind::Integer) {
            let value = self.text[span.clone()].parse().map_err(|_| ArmError {
                span: span.clone(),
                message: "this is no whole number of 64 bits".to_owned(),
            })?;
            return Ok(ArmExpr { kind: ArmKind::Integer(value), span });
        }
        let start = self.expect(TokenKind::Name, "a function, a string or a number")?;
        if self.depth >= MAX_DEPTH {
            let message = format!("calls nest more than {MAX_DEPTH} deep");
            return Err(ArmError { span: start, message });
        }
        self.depth += 1;
        let expr = self.call(start);
        self.depth -= 1;
        expr
    }

    fn call(&mut self, start: Range<usize>) -> Result<ArmExpr, ArmError> {
        let mut name = Word::from(&self.text[start.clone()]);
        if self.take(TokenKind::Dot).is_some() {
            let member = self.expect(TokenKind::Name, "the name of a function")?;
            name.push('.');
            name.push_str(&self.text[member]);
        }
        self.expect(TokenKind::OpenParenthesis, "`(`")?;
        let first = self.parts.len();
        let mut end = self.take(TokenKind::CloseParenthesis);
        while end.is_none() {
            let argument = self.expression()?;
            self.parts.push(argument);
            if self.take(TokenKind::Comma).is_none() {
                end = Some(self.expect(TokenKind::CloseParenthesis, "`,` or `)`")?);
            }
        }
        let mut end = end.map_or(start.end, |span| span.end);
        let args = self.parts.drain(first..).collect();
        loop {
            if self.take(TokenKind::Dot).is_some() {
                let span = self.expect(TokenKind::Name, "the name of a property")?;
                end = span.end;
                let name = self.text[span.clone()].into();
                self.parts.push(ArmExpr { kind: ArmKind::String(name), span });
            } else if self.take(TokenKind::OpenBracket).is_some() {
                let key = self.expression()?;
                self.parts.push(key);
                end = self.expect(TokenKind::CloseBracket, "`]`")?.end;
            } else {
                break;
            }
        }
        let access = self.parts.drain(first..).collect();
        Ok(ArmExpr { kind: ArmKind::Call(Box::new(ArmCall { name, args, access })), span: start.start..end })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn calls_strings_numbers_and_accesses() {
        let text = "[concat('it''s ', contoso.name(-1)[variables('i')].id, 2)]";
        let expr = parse(text).unwrap();
        let call = expr.as_call().unwrap();
        assert!(call.is("CONCAT"));
        assert_eq!(call.first_text(), Some("it's "));
        let inner = call.args[1].as_call().unwrap();
        assert_eq!(inner.name, "contoso.name");
        assert_eq!(&text[call.args[1].span.clone()], "contoso.name(-1)[variables('i')].id");
        assert_eq!(inner.access[1].as_str(), Some("id"));
        let mut seen = Vec::new();
        expr.walk(&mut |expr| seen.push(&text[expr.span.clone()][..1]));
        assert_eq!(seen.concat(), "c'c-v'i2");
    }

    #[test]
    fn what_is_wrong_is_named_where_it_stands() {
        let at = |text: &str| {
            let error = parse(text).unwrap_err();
            text[error.span].to_owned()
        };
        assert_eq!(at("[concat('a']"), "");
        assert_eq!(at("[concat('a]"), "'a");
        assert_eq!(at("[concat('a' 'b')]"), "'b'");
        assert_eq!(at("[a() b()]"), "b()");
        assert_eq!(at("[a(\"b\")]"), "\"");
        assert_eq!(at("[variables]"), "");
        assert_eq!(at("[]"), "");
        assert_eq!(at("[99999999999999999999]"), "99999999999999999999");
        assert_eq!(at(&format!("[{}]", "a(".repeat(100))), "a");
    }

    proptest! {
        #[test]
        fn whatever_the_text_is_an_answer_comes_back(text in r"\[(concat|variables|'|''|a|\.|,|\(|\)|\[|\]|-|1|é| ){0,30}\]") {
            if let Err(error) = parse(&text) {
                prop_assert!(text.get(error.span).is_some());
            }
        }
    }
}
