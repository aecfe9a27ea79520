//! The Workflow Definition Language: the expressions inside the strings of a workflow definition.
//!
//! The language is small. An expression is a literal or a function call, a call may be followed by accesses,
//! and there are no operators:
//!
//! ```text
//! expression = string | number | "null" | "true" | "false" | call
//! call       = name "(" [ expression { "," expression } ] ")" { access }
//! access     = [ "?" ] ( "." name | "[" expression "]" )
//! ```
//!
//! Four steps, each a function of the text alone:
//!
//! - [`template`] finds the expressions in a string: `@x`, `@{x}` inside text, and the escapes `@@` and
//!   `@@{`;
//! - [`lexer`] cuts an expression into tokens, each a byte range;
//! - [`parser`] makes an [`Expr`] of them;
//! - `Display` for [`Expr`] writes one back, and [`escape`] writes whole strings back, so that a literal
//!   stays a literal.
//!
//! Every span is a byte range of the string that was given, so a caller can turn it into a line and a column.
//!
//! On top of the tree stands what the language means:
//!
//! - [`types`] says what a value may be, and `schema` reads that off a JSON Schema;
//! - [`functions`] is the table of functions, each with what it takes and gives, and how constants are computed;
//! - [`check`] gives the type of an expression, and what is wrong with it.

mod access;
pub mod ast;
pub mod check;
mod documented;
pub mod escape;
pub mod functions;
pub mod lexer;
pub mod parser;
mod printer;
mod schema;
pub mod template;
pub mod types;
mod value;

use std::fmt;

pub use access::element_type;
pub use ast::{Access, Call, Expr, ExprKind, Span, Word};
pub use check::{Environment, Issue, IssueKind};
pub use documented::Documented;
pub use escape::Part;
pub use parser::parse;
pub use schema::type_of as schema_type;
pub use template::{Segment, Template};
pub use types::{Kinds, Shape, Type};

/// The kinds of refusal. The first seven are the codes of the workflow designer, under its names; the others
/// name limits that it meets elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorCode {
    /// A character that starts no token, or a number with something wrong in it.
    UnexpectedCharacter,
    /// A string without its closing quote, or a `@{` without its `}`.
    StringLiteralNotTerminated,
    /// Tokens that make no expression.
    UnrecognizedExpression,
    /// More than [`lexer::MAX_LENGTH`] characters in one expression.
    LimitExceeded,
    /// A string in double quotes.
    MisusedDoubleQuotes,
    /// No expression at all where one must stand.
    EmptyValue,
    /// The end of the text was due after a complete expression, and something else came.
    TokenNotFound,
    /// An integer that 64 bits do not hold.
    NumberOutOfRange,
    /// More than [`parser::MAX_DEPTH`] calls inside one another.
    NestingTooDeep,
}

impl ErrorCode {
    /// The name of the code, as the designer spells it.
    pub fn name(self) -> &'static str {
        match self {
            Self::UnexpectedCharacter => "UnexpectedCharacter",
            Self::StringLiteralNotTerminated => "StringLiteralNotTerminated",
            Self::UnrecognizedExpression => "UnrecognizedExpression",
            Self::LimitExceeded => "LimitExceeded",
            Self::MisusedDoubleQuotes => "MisusedDoubleQuotes",
            Self::EmptyValue => "EmptyValue",
            Self::TokenNotFound => "TokenNotFound",
            Self::NumberOutOfRange => "NumberOutOfRange",
            Self::NestingTooDeep => "NestingTooDeep",
        }
    }
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a text is not an expression. The first error ends the reading of its string.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExprError {
    /// The kind of error.
    pub code: ErrorCode,
    /// Where it is: bytes of the text given, empty where something is missing.
    pub span: Span,
    /// What is wrong.
    pub message: String,
    /// What is allowed, and what to do.
    pub help: Option<String>,
}

impl ExprError {
    pub(crate) fn new(code: ErrorCode, span: Span, message: impl Into<String>) -> Self {
        Self { code, span, message: message.into(), help: None }
    }

    pub(crate) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// The message alone: the span and the help are for a renderer that can draw them.
impl fmt::Display for ExprError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ExprError {}
