//! From tokens to a tree: recursive descent, one function a rule of the grammar.
//!
//! The grammar is the workflow designer's, which has no access on a literal. It differs in one point: the
//! designer ignores what follows a complete expression, the runtime refuses it, and so does this parser.

use super::ast::{Access, Call, Expr, ExprKind, Span};
use super::lexer::{self, Token, TokenKind};
use super::{ErrorCode, ExprError};

/// How many calls may stand inside one another. The service documents no figure; the deepest of some twenty
/// thousand published expressions has nine. It bounds the stack that parsing and every later pass need.
pub const MAX_DEPTH: usize = 128;

/// Parses a whole text, without any leading `@`, as one expression.
///
/// # Errors
/// Any [`ErrorCode`]; the span lies in `text`.
pub fn parse(text: &str) -> Result<Expr, ExprError> {
    parse_in(text, 0..text.len())
}

/// Parses the part of `text` under `range`; spans count from the start of `text`.
pub(crate) fn parse_in(text: &str, range: Span) -> Result<Expr, ExprError> {
    let tokens = lexer::tokens_in(text, range.clone())?;
    if tokens.is_empty() {
        return Err(ExprError::new(ErrorCode::EmptyValue, range, "there is no expression here")
            .with_help("write a function call, a string in single quotes, a number, true, false or null"));
    }
    let mut parser = Parser {
        text,
        tokens: &tokens,
        next: 0,
        end: range.end,
        depth: 0,
        args: Vec::new(),
        accesses: Vec::new(),
    };
    let expr = parser.expression()?;
    match parser.peek() {
        None => Ok(expr),
        Some(token) => Err(parser.trailing(&expr, token)),
    }
}

struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token],
    next: usize,
    /// Where an error about missing text stands.
    end: usize,
    depth: usize,
    /// What is read of the calls around, innermost last. A call takes its own part once it is complete, so that no list is
    /// longer than it must be: there are many, and most have one element.
    args: Vec<Expr>,
    accesses: Vec<Access>,
}

impl<'a> Parser<'a> {
    fn expression(&mut self) -> Result<Expr, ExprError> {
        let Some(token) = self.take() else { return Err(self.expected("an expression")) };
        let source = self.source(token);
        let kind = match token.kind {
            TokenKind::String => ExprKind::String(lexer::unquote(source)),
            TokenKind::Float => ExprKind::Float(source.into()),
            TokenKind::Integer => ExprKind::Integer(source.parse().map_err(|_| out_of_range(token, source))?),
            TokenKind::Identifier => match source {
                word if word.eq_ignore_ascii_case("null") => ExprKind::Null,
                word if word.eq_ignore_ascii_case("true") => ExprKind::Bool(true),
                word if word.eq_ignore_ascii_case("false") => ExprKind::Bool(false),
                _ => ExprKind::Call(Box::new(self.call(token)?)),
            },
            _ => {
                self.next -= 1;
                return Err(self.expected("an expression"));
            }
        };
        Ok(Expr { kind, span: token.span.start..self.last_end() })
    }

    fn call(&mut self, name: &Token) -> Result<Call, ExprError> {
        let text = self.source(name);
        if text.starts_with('"') {
            return Err(lexer::double_quotes(self.double_quoted(name)));
        }
        if !self.take_if(TokenKind::LeftParenthesis) {
            let message = format!("`{}` is neither a function call nor a literal", shorten(text));
            return Err(ExprError::new(ErrorCode::UnrecognizedExpression, name.span.clone(), message)
                .with_help(
                    "call a function as name(...), put text in single quotes, or write true, false or null",
                ));
        }
        self.enter(name)?;
        let first = self.args.len();
        if !self.take_if(TokenKind::RightParenthesis) {
            loop {
                let argument = self.expression()?;
                self.args.push(argument);
                if !self.take_if(TokenKind::Comma) {
                    break;
                }
            }
            self.require(TokenKind::RightParenthesis, "`,` or `)`")?;
        }
        let args = self.args.drain(first..).collect();
        let access = self.accesses()?;
        self.depth -= 1;
        Ok(Call { name: text.into(), name_span: name.span.clone(), args, access })
    }

    fn accesses(&mut self) -> Result<Vec<Access>, ExprError> {
        let from = self.accesses.len();
        while let Some(first) = self.peek() {
            let safe = self.take_if(TokenKind::QuestionMark);
            let dot = self.take_if(TokenKind::Dot);
            let key = if dot {
                self.dot_key()?
            } else if self.take_if(TokenKind::LeftBracket) {
                let key = self.expression()?;
                self.require(TokenKind::RightBracket, "`]`")?;
                key
            } else if safe {
                return Err(self.expected("`[` or `.` after `?`"));
            } else {
                break;
            };
            self.accesses.push(Access { safe, key, dot, span: first.span.start..self.last_end() });
        }
        Ok(self.accesses.drain(from..).collect())
    }

    fn dot_key(&mut self) -> Result<Expr, ExprError> {
        match self.peek() {
            Some(name) if name.kind == TokenKind::Identifier => {
                self.next += 1;
                Ok(Expr { kind: ExprKind::String(self.source(name).into()), span: name.span.clone() })
            }
            _ => Err(self.expected("a property name after `.`")),
        }
    }

    fn peek(&self) -> Option<&'a Token> {
        self.tokens.get(self.next)
    }

    fn take(&mut self) -> Option<&'a Token> {
        let token = self.peek()?;
        self.next += 1;
        Some(token)
    }

    fn take_if(&mut self, kind: TokenKind) -> bool {
        let found = self.peek().is_some_and(|token| token.kind == kind);
        self.next += usize::from(found);
        found
    }

    fn require(&mut self, kind: TokenKind, name: &str) -> Result<(), ExprError> {
        if self.take_if(kind) { Ok(()) } else { Err(self.expected(name)) }
    }

    /// Counts one more level; [`Self::call`] leaves it again, and after an error nobody counts any more.
    fn enter(&mut self, name: &Token) -> Result<(), ExprError> {
        self.depth += 1;
        if self.depth <= MAX_DEPTH {
            return Ok(());
        }
        let message = format!("more than {MAX_DEPTH} function calls stand inside one another here");
        Err(ExprError::new(ErrorCode::NestingTooDeep, name.span.clone(), message)
            .with_help("compute the inner part in a Compose action and refer to that with outputs('Name')"))
    }

    fn source(&self, token: &Token) -> &'a str {
        &self.text[token.span.clone()]
    }

    /// Where the token taken last ends.
    fn last_end(&self) -> usize {
        self.next.checked_sub(1).map_or(0, |last| self.tokens[last].span.end)
    }

    /// The stretch from an opening double quote to the next one, for the error that names it.
    fn double_quoted(&self, open: &Token) -> Span {
        let after = open.span.start + 1;
        let close = self.text[after..self.end].find('"').map_or(open.span.end, |offset| after + offset + 1);
        open.span.start..close
    }

    /// The error for something else standing where `what` must.
    fn expected(&self, what: &str) -> ExprError {
        let code = ErrorCode::UnrecognizedExpression;
        let Some(token) = self.peek() else {
            return ExprError::new(code, self.end..self.end, format!("expected {what}, found the end"))
                .with_help("complete the expression: every ( needs its ), every [ its ]");
        };
        let source = self.source(token);
        let help = match token.kind {
            _ if is_operator(token, source) => NO_OPERATORS,
            TokenKind::LeftBracket => "there are no array literals: use createArray(...)",
            TokenKind::LeftParenthesis => "parentheses only hold the arguments of a function: name(...)",
            TokenKind::Dot => {
                "a fraction has its leading zero, as in 0.5; a property follows a call, as in f().name"
            }
            TokenKind::Identifier | TokenKind::String => "a quote inside a string is written twice: 'it''s'",
            _ => "arguments are separated by one comma each; every ( needs its ), every [ its ]",
        };
        let message = format!("expected {what}, found `{}`", shorten(source));
        ExprError::new(code, token.span.clone(), message).with_help(help)
    }

    /// The error for a text that goes on at `token`, after the complete expression `before`.
    fn trailing(&self, before: &Expr, token: &Token) -> ExprError {
        let source = self.source(token);
        let is_call = before.as_call().is_some();
        let help = match token.kind {
            _ if is_operator(token, source) => NO_OPERATORS,
            TokenKind::LeftParenthesis if is_call => "the result of a function cannot be called",
            TokenKind::LeftParenthesis => "a literal is not a function name and cannot be called",
            TokenKind::Dot | TokenKind::LeftBracket | TokenKind::QuestionMark => {
                "only the result of a function has members; a literal has none"
            }
            _ => "remove the rest; to mix text and expressions, put each expression in @{...}",
        };
        let message =
            format!("the expression is complete before `{}`, but the text goes on", shorten(source));
        ExprError::new(ErrorCode::TokenNotFound, token.span.start..self.end, message).with_help(help)
    }
}

const NO_OPERATORS: &str =
    "there are no operators: use functions such as add(a, b), equals(a, b) and concat(a, b)";

/// Whether an operator of other languages was probably meant: `==`, `&&`, or the sign in `a -1`.
fn is_operator(token: &Token, source: &str) -> bool {
    match token.kind {
        TokenKind::Identifier => !source.contains(char::is_alphanumeric),
        TokenKind::Integer | TokenKind::Float => source.starts_with(['+', '-']),
        _ => false,
    }
}

fn out_of_range(token: &Token, source: &str) -> ExprError {
    let message = format!("the integer {} does not fit into 64 bits", shorten(source));
    ExprError::new(ErrorCode::NumberOutOfRange, token.span.clone(), message).with_help(
        "integers go from -9223372036854775808 to 9223372036854775807; use a float such as 1e19 or a string",
    )
}

/// At most forty characters of a source text, for a message.
fn shorten(source: &str) -> String {
    match source.char_indices().nth(40) {
        None => source.to_owned(),
        Some((cut, _)) => format!("{}…", &source[..cut]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> (ErrorCode, &str) {
        let error = parse(text).unwrap_err();
        (error.code, &text[error.span])
    }

    #[test]
    fn spans_cover_what_they_name() {
        let text = " concat( body('A')?.b ['c'] , 1 ) ";
        let expr = parse(text).unwrap();
        let call = expr.as_call().unwrap();
        let inner = call.args[0].as_call().unwrap();
        assert_eq!(&text[expr.span.clone()], "concat( body('A')?.b ['c'] , 1 )");
        assert_eq!(&text[call.name_span.clone()], "concat");
        assert_eq!(&text[call.args[0].span.clone()], "body('A')?.b ['c']");
        let accesses: Vec<_> = inner.access.iter().map(|access| &text[access.span.clone()]).collect();
        assert_eq!(accesses, ["?.b", "['c']"]);
        assert_eq!(&text[inner.access[0].key.span.clone()], "b");
    }

    #[test]
    fn a_part_keeps_the_spans_of_the_whole() {
        let text = "é@{f(1)} 'x";
        let expr = parse_in(text, 4..8).unwrap();
        assert_eq!(expr.span, 4..8);
        assert_eq!(parse_in(text, 4..7).unwrap_err().span, 7..7);
    }

    #[test]
    fn refusals() {
        use ErrorCode::*;
        for (text, code, at) in [
            ("", EmptyValue, ""),
            (" \t", EmptyValue, " \t"),
            ("concat", UnrecognizedExpression, "concat"),
            ("concat('a'", UnrecognizedExpression, ""),
            ("concat('a',)", UnrecognizedExpression, ")"),
            ("concat(, 'a')", UnrecognizedExpression, ","),
            ("concat('a' 'b')", UnrecognizedExpression, "'b'"),
            ("()", UnrecognizedExpression, "("),
            ("f([1])", UnrecognizedExpression, "["),
            ("f(.5)", UnrecognizedExpression, "."),
            ("f()?", UnrecognizedExpression, ""),
            ("f()[", UnrecognizedExpression, ""),
            ("f()[0", UnrecognizedExpression, ""),
            ("f().5", UnrecognizedExpression, "5"),
            ("f(\"a b\")", MisusedDoubleQuotes, "\"a b\""),
            ("f('a')('b')", TokenNotFound, "('b')"),
            ("'a'[0]", TokenNotFound, "[0]"),
            ("true()", TokenNotFound, "()"),
            ("f() == 1", TokenNotFound, "== 1"),
            ("9223372036854775808", NumberOutOfRange, "9223372036854775808"),
            ("-9223372036854775809", NumberOutOfRange, "-9223372036854775809"),
        ] {
            assert_eq!(error(text), (code, at), "{text}");
        }
        assert_eq!(parse("-9223372036854775808"), Ok(Expr::int(i64::MIN)));
    }

    #[test]
    fn help_fits_the_mistake() {
        let help = |text: &str| parse(text).unwrap_err().help.unwrap_or_default();
        for text in ["f() == 1", "f(g() && h())", "f() -1", "f(1 + 2)"] {
            assert!(help(text).contains("no operators"), "{text}: {}", help(text));
        }
        assert!(help("f([1, 2])").contains("createArray"));
        assert!(help("f('a'b'c')").contains("twice"));
        assert!(help("f(@g())").contains("only before"));
        assert!(help("'a'[0]").contains("literal"));
    }

    #[test]
    fn nesting_is_limited_and_fits_a_small_stack() {
        let calls = |depth: usize| format!("{}{}", "f(".repeat(depth), ")".repeat(depth));
        let keys = |depth: usize| format!("{}0{}", "f()[".repeat(depth), "]".repeat(depth));
        let measure = move || {
            for text in [calls(MAX_DEPTH), keys(MAX_DEPTH)] {
                let expr = parse(&text).unwrap();
                assert_eq!(expr.to_string(), text);
                assert_eq!(expr.clone(), expr);
            }
            for text in [calls(MAX_DEPTH + 1), keys(MAX_DEPTH + 1), "f(".repeat(4000)] {
                assert_eq!(parse(&text).unwrap_err().code, ErrorCode::NestingTooDeep);
            }
        };
        // The smallest main-thread stack among the systems we build for; a release build needs less.
        std::thread::Builder::new().stack_size(1 << 20).spawn(measure).unwrap().join().unwrap();
    }
}
