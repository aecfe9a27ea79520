//! From a tree back to text: `concat('a', 5)`, `body('X')?['y']`.
//!
//! Reading what this writes gives an equal tree. One space follows each comma, numbers and names stay as they
//! are, and `true`, `false` and `null` come out in lower case.

use std::fmt::{self, Display, Formatter, Write};

use super::ast::{Access, Call, Expr, ExprKind};
use super::lexer;

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExprKind::Null => f.write_str("null"),
            ExprKind::Bool(value) => write!(f, "{value}"),
            ExprKind::Integer(value) => write!(f, "{value}"),
            ExprKind::Float(digits) => f.write_str(digits),
            ExprKind::String(text) => quote(text, f),
            ExprKind::Call(call) => call.fmt(f),
        }
    }
}

impl Display for Call {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.name)?;
        for (index, arg) in self.args.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            arg.fmt(f)?;
        }
        f.write_char(')')?;
        self.access.iter().try_for_each(|access| access.fmt(f))
    }
}

impl Display for Access {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if self.safe {
            f.write_char('?')?;
        }
        match self.key.as_str() {
            // A built tree may ask for a dot before a name that cannot follow one; brackets mean the same.
            Some(name) if self.dot && lexer::is_identifier(name) => write!(f, ".{name}"),
            _ => write!(f, "[{}]", self.key),
        }
    }
}

fn quote(text: &str, f: &mut Formatter<'_>) -> fmt::Result {
    f.write_char('\'')?;
    for (index, part) in text.split('\'').enumerate() {
        if index > 0 {
            f.write_str("''")?;
        }
        f.write_str(part)?;
    }
    f.write_char('\'')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::parse;

    #[test]
    fn normal_form() {
        for (text, printed) in [
            ("concat( 'a' ,5,inner('b') )", "concat('a', 5, inner('b'))"),
            ("body('X') ? [ 'y' ] . z?.w[ 0 ]", "body('X')?['y'].z?.w[0]"),
            ("TRUE", "true"),
            ("'it''s'", "'it''s'"),
            ("''''", "''''"),
            ("+5", "5"),
            ("-01.500e3", "-01.500e3"),
        ] {
            assert_eq!(parse(text).unwrap().to_string(), printed);
        }
    }

    #[test]
    fn a_dot_that_cannot_stand_becomes_brackets() {
        let mut expr = Expr::call("f", []).get("a b");
        if let ExprKind::Call(call) = &mut expr.kind {
            call.access[0].dot = true;
        }
        assert_eq!(expr.to_string(), "f()?['a b']");
    }
}
