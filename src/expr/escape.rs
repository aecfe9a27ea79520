//! Strings of a definition, written so that reading them gives back exactly what was meant.
//!
//! This is the inverse of [`template`](super::template), and the only place that writes an `@` before an
//! expression. Text comes from incidents and may hold anything, so each function is total: there is no string
//! it cannot carry.
//!
//! Two escapes exist in the language, and they do not combine: a leading `@@` makes the *whole* string
//! literal, so it cannot be used where an expression follows. There an `@` that could start something is
//! written as the interpolation of a string, `@{'@'}`, which no reader of the language takes for anything
//! else.

use std::iter::Peekable;

use super::ast::Expr;

/// A piece of a string to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Literal text: any characters, all meant as they are.
    Text(String),
    /// An expression, whose value stands in the string as text.
    Expr(Expr),
}

/// The string that evaluates to exactly `text`.
///
/// ```
/// # use counterflow::expr::escape::literal;
/// assert_eq!(literal("user@example.com"), "user@example.com");
/// assert_eq!(literal("@odata.type"), "@@odata.type");
/// assert_eq!(literal("cost @{x}"), "cost @{'@'}{x}");
/// ```
pub fn literal(text: &str) -> String {
    if text.starts_with('@') {
        format!("@{text}")
    } else if text.contains("@{") {
        let mut out = String::with_capacity(text.len() + 5);
        push_text(&mut out, text, false);
        out
    } else {
        text.to_owned()
    }
}

/// The string that evaluates to the value of `expr`, with its type. A string literal is written as itself.
///
/// ```
/// # use counterflow::expr::{Expr, escape::whole};
/// assert_eq!(whole(&Expr::call("body", [Expr::str("A")]).get("id")), "@body('A')?['id']");
/// assert_eq!(whole(&Expr::str("@x")), "@@x");
/// ```
pub fn whole(expr: &Expr) -> String {
    expr.as_str().map_or_else(|| format!("@{expr}"), literal)
}

/// The string that evaluates to the parts one after another. Without an expression in it, it is that of
/// [`literal`].
///
/// ```
/// # use counterflow::expr::{Expr, Part, escape::interpolate};
/// let parts = [Part::Text("@".into()), Part::Expr(Expr::call("item", [])), Part::Text("!".into())];
/// assert_eq!(interpolate(&parts), "@{'@'}@{item()}!");
/// ```
pub fn interpolate(parts: &[Part]) -> String {
    let mut parts = parts.iter().peekable();
    let mut out = String::new();
    loop {
        let text = take_text(&mut parts);
        match parts.next() {
            Some(Part::Expr(expr)) => {
                push_text(&mut out, &text, true);
                out.extend(["@{", &expr.to_string(), "}"]);
            }
            _ if out.is_empty() => return literal(&text),
            _ => {
                push_text(&mut out, &text, false);
                return out;
            }
        }
    }
}

/// The texts up to the next expression, as one: what is harmless in each may not be where they meet.
fn take_text<'a>(parts: &mut Peekable<impl Iterator<Item = &'a Part>>) -> String {
    let mut run = String::new();
    while let Some(Part::Text(text)) = parts.next_if(|part| matches!(part, Part::Text(_))) {
        run.push_str(text);
    }
    run
}

/// Appends literal text to a string that has or will have an interpolation in it. Every run of `@` that could
/// be read as more than itself is interpolated: at the start of the string, before a `{` or a hole, or of two
/// and more.
fn push_text(out: &mut String, text: &str, before_hole: bool) {
    let mut rest = text;
    while let Some(at) = rest.find('@') {
        out.push_str(&rest[..at]);
        let after = rest[at..].trim_start_matches('@');
        let run = &rest[at..rest.len() - after.len()];
        let opens = after.starts_with('{') || (before_hole && after.is_empty());
        if out.is_empty() || opens || run.len() > 1 {
            // One hole each: one for the whole run could outgrow the limit on an expression.
            out.push_str(&"@{'@'}".repeat(run.len()));
        } else {
            out.push_str(run);
        }
        rest = after;
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Part {
        Part::Text(text.to_owned())
    }

    fn hole() -> Part {
        Part::Expr(Expr::call("f", []))
    }

    #[test]
    fn literals_change_only_where_they_must() {
        for (value, written) in [
            ("", ""),
            ("plain {text}", "plain {text}"),
            ("a@b", "a@b"),
            ("a @@ b", "a @@ b"),
            ("ends in @", "ends in @"),
            ("@", "@@"),
            ("@@{x}", "@@@{x}"),
            ("@x @{y}", "@@x @{y}"),
            ("a@{b", "a@{'@'}{b"),
            ("a@@{b", "a@{'@'}@{'@'}{b"),
        ] {
            assert_eq!(literal(value), written);
        }
    }

    #[test]
    fn texts_around_holes() {
        for (parts, written) in [
            (vec![], ""),
            (vec![text("@"), text("x")], "@@x"),
            (vec![text("a@"), text("{b}")], "a@{'@'}{b}"),
            (vec![hole()], "@{f()}"),
            (vec![text("@x "), hole()], "@{'@'}x @{f()}"),
            (vec![text("a@"), hole()], "a@{'@'}@{f()}"),
            (vec![text("a@"), text(""), hole(), hole()], "a@{'@'}@{f()}@{f()}"),
            (vec![hole(), text("@b@c@@d@")], "@{f()}@b@c@{'@'}@{'@'}d@"),
            (vec![hole(), text("@{x}")], "@{f()}@{'@'}{x}"),
        ] {
            assert_eq!(interpolate(&parts), written);
        }
    }

    #[test]
    fn whole_values() {
        assert_eq!(whole(&Expr::int(5)), "@5");
        assert_eq!(whole(&Expr::null()), "@null");
        assert_eq!(whole(&Expr::str("it's")), "it's");
        assert_eq!(whole(&Expr::call("f", [Expr::str("it's}")])), "@f('it''s}')");
    }
}
