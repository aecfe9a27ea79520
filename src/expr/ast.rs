//! The tree of one expression.
//!
//! Trees come from two places. The parser makes them from text, with spans, never deeper than
//! [`MAX_DEPTH`](super::parser::MAX_DEPTH). The compiler builds them with the constructors below, with empty
//! spans. Both compare equal when they mean the same text: equality ignores where a node stood.

use std::ops::Range;

use compact_str::CompactString;

use super::lexer;

/// A name or text of a tree. Most have no more than two dozen letters, and then no memory of their own.
pub type Word = CompactString;

/// A byte range of the text that was given to the lexer, the parser or the template reader.
pub type Span = Range<usize>;

/// One expression and where it stands.
#[derive(Debug, Clone)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Its bytes, accesses included; `0..0` when it was built rather than read.
    pub span: Span,
}

/// The forms of an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ExprKind {
    /// `null`, in any case.
    Null,
    /// `true` or `false`, in any case.
    Bool(bool),
    /// A number without point and exponent.
    Integer(i64),
    /// A number with point or exponent: its text as written, since `5.0000` is printed again with all its
    /// digits.
    Float(Word),
    /// A string in single quotes, its doubled quotes resolved.
    String(Word),
    /// A function call and the accesses on its result.
    Call(Box<Call>),
}

/// `name(args)` and what is taken from its result.
#[derive(Debug, Clone)]
pub struct Call {
    /// The function, as written; the engine does not distinguish case.
    pub name: Word,
    /// Where the name stands.
    pub name_span: Span,
    /// The arguments in order.
    pub args: Vec<Expr>,
    /// The accesses in order.
    pub access: Vec<Access>,
}

/// One step into a value: `.name`, `['name']` or `[0]`, each with or without `?` before it.
#[derive(Debug, Clone)]
pub struct Access {
    /// With `?`: a missing member gives null instead of an error.
    pub safe: bool,
    /// Which member.
    pub key: Expr,
    /// Written `.name`; the key is then a string.
    pub dot: bool,
    /// From the `?`, `.` or `[` to the end of the step.
    pub span: Span,
}

impl PartialEq for Expr {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

impl Eq for Expr {}

impl PartialEq for Call {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.args == other.args && self.access == other.access
    }
}

impl Eq for Call {}

impl PartialEq for Access {
    fn eq(&self, other: &Self) -> bool {
        self.safe == other.safe && self.dot == other.dot && self.key == other.key
    }
}

impl Eq for Access {}

impl From<ExprKind> for Expr {
    fn from(kind: ExprKind) -> Self {
        Self { kind, span: 0..0 }
    }
}

impl Expr {
    /// `null`.
    pub fn null() -> Self {
        ExprKind::Null.into()
    }

    /// `true` or `false`.
    pub fn bool(value: bool) -> Self {
        ExprKind::Bool(value).into()
    }

    /// An integer.
    pub fn int(value: i64) -> Self {
        ExprKind::Integer(value).into()
    }

    /// A string, any string: the printer quotes it.
    pub fn str(value: impl Into<Word>) -> Self {
        ExprKind::String(value.into()).into()
    }

    /// A call of `name`, which is text of ours and a [function name](lexer::is_function_name).
    pub fn call(name: impl Into<Word>, args: impl Into<Vec<Expr>>) -> Self {
        let name = name.into();
        debug_assert!(lexer::is_function_name(&name), "internal error: `{name}` is not a function name");
        let call = Call { name, name_span: 0..0, args: args.into(), access: Vec::new() };
        ExprKind::Call(Box::new(call)).into()
    }

    /// This call with `?['key']` after it: null when the member is missing.
    ///
    /// # Panics
    /// When this is a literal: the grammar has no access on a literal.
    #[must_use]
    pub fn get(self, key: impl Into<Word>) -> Self {
        self.access(true, Self::str(key))
    }

    /// This call with `?[key]` after it: null when the element is missing.
    ///
    /// # Panics
    /// When this is a literal: the grammar has no access on a literal.
    #[must_use]
    pub fn at(self, key: Expr) -> Self {
        self.access(true, key)
    }

    /// This call with `['key']` after it: an error at run time when the member is missing.
    ///
    /// # Panics
    /// When this is a literal: the grammar has no access on a literal.
    #[must_use]
    pub fn field(self, key: impl Into<Word>) -> Self {
        self.access(false, Self::str(key))
    }

    fn access(mut self, safe: bool, key: Expr) -> Self {
        match &mut self.kind {
            ExprKind::Call(call) => call.access.push(Access { safe, key, dot: false, span: 0..0 }),
            literal => panic!("internal error: no access is possible on the literal {literal:?}"),
        }
        self
    }

    /// The call, if this is one.
    pub fn as_call(&self) -> Option<&Call> {
        match &self.kind {
            ExprKind::Call(call) => Some(call),
            _ => None,
        }
    }

    /// The text, if this is a string literal.
    pub fn as_str(&self) -> Option<&str> {
        match &self.kind {
            ExprKind::String(text) => Some(text),
            _ => None,
        }
    }

    /// Visits this expression and every one inside it, in the order of the text: a call before its arguments,
    /// the arguments before the access keys.
    pub fn walk<'a>(&'a self, visit: &mut impl FnMut(&'a Expr)) {
        visit(self);
        if let ExprKind::Call(call) = &self.kind {
            call.args.iter().for_each(|argument| argument.walk(visit));
            call.access.iter().for_each(|access| access.key.walk(visit));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::parse;

    #[test]
    fn built_and_read_trees_are_equal() {
        let built = Expr::call("body", [Expr::str("Get_user")]).get("value").at(Expr::int(0)).field("mail");
        assert_eq!(parse("body('Get_user')?['value']?[0]['mail']"), Ok(built));
        assert_eq!(
            parse("if(TRUE, null, -4)"),
            Ok(Expr::call("if", [Expr::bool(true), Expr::null(), Expr::int(-4)]))
        );
    }

    #[test]
    fn equality_sees_safety_and_spelling_but_not_place() {
        assert_eq!(parse(" f( 1 )[ 'a' ] "), parse("f(1)['a']"));
        assert_ne!(parse("f()['a']"), parse("f()?['a']"));
        assert_ne!(parse("f()['a']"), parse("f().a"));
    }

    #[test]
    fn walk_follows_the_text() {
        let text = "a(b('x', c())?[d(1)], 2).e[f()]";
        let expr = parse(text).unwrap();
        let mut starts = Vec::new();
        expr.walk(&mut |inner| starts.push(&text[inner.span.start..inner.span.start + 1]));
        assert_eq!(starts.concat(), "ab'cd12ef");
    }

    #[test]
    #[should_panic(expected = "internal error")]
    fn a_literal_has_no_members() {
        let _ = Expr::str("x").get("y");
    }
}
