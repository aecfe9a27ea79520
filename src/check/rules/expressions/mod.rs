//! Expressions in strings.

pub mod expression_syntax;
