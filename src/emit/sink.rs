//! Encoding text for the place it goes to, twice the same: at compile time for data, as an expression for holes.
//!
//! One table per sink drives both, and a test evaluates the expression's replacements against the compile-time result.

use crate::data::connector::Format;
use crate::expr::Expr;

/// Where a text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sink {
    /// Nothing interprets it.
    Plain,
    /// HTML text and attribute values.
    Html,
    /// Markdown, as approvals render it.
    Markdown,
    /// A segment of a URL's path.
    UrlSegment,
    /// The inside of a string literal of the Kusto query language, whichever quote it has.
    Kql,
    /// A text of an adaptive card that is no Markdown: a `TextRun`, or the title of a choice.
    Card,
}

impl From<Option<Format>> for Sink {
    fn from(format: Option<Format>) -> Self {
        match format {
            None => Self::Plain,
            Some(Format::Html) => Self::Html,
            Some(Format::Markdown) => Self::Markdown,
            Some(Format::Kql) => Self::Kql,
        }
    }
}

/// What HTML needs; the ampersand first, so that nothing is encoded twice, the line break last.
const HTML: &[(&str, &str)] =
    &[("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#39;"), ("\n", "<br>")];

/// What Markdown may take for markup; the backslash first. A line feed could begin a heading or a list.
const MARKDOWN: &[(&str, &str)] = &[
    ("\\", "\\\\"),
    ("\r", " "),
    ("\n", " "),
    ("`", "\\`"),
    ("*", "\\*"),
    ("_", "\\_"),
    ("[", "\\["),
    ("]", "\\]"),
    ("(", "\\("),
    (")", "\\)"),
    ("<", "\\<"),
    (">", "\\>"),
    ("#", "\\#"),
    ("!", "\\!"),
    ("|", "\\|"),
    ("~", "\\~"),
];

/// What ends or changes a string literal of the Kusto query language; the backslash first. Line breaks end one.
const KQL: &[(&str, &str)] = &[("\\", "\\\\"), ("\"", "\\\""), ("'", "\\'"), ("\r", " "), ("\n", " ")];

/// What a card reads in a text without Markdown: its date and time functions stand in double braces. A line break would
/// let a name look like words of ours.
const CARD: &[(&str, &str)] = &[("{{", "{ {"), ("\r", " "), ("\n", " ")];

impl Sink {
    fn table(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Plain | Self::UrlSegment => &[],
            Self::Html => HTML,
            Self::Markdown => MARKDOWN,
            Self::Kql => KQL,
            Self::Card => CARD,
        }
    }

    /// Words of our own templates: only the line feed needs the sink's line break.
    pub(super) fn words(self, text: &str) -> String {
        match self {
            Self::Html => text.replace('\n', "<br>"),
            // One line feed is a blank in Markdown, two are a paragraph.
            Self::Markdown => text.replace('\n', "\n\n"),
            _ => text.to_owned(),
        }
    }

    /// Data known at compile time.
    pub(super) fn data(self, text: &str) -> String {
        match self {
            Self::UrlSegment => percent(text),
            sink => sink.table().iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to)),
        }
    }

    /// A value known at run time. `replace` needs a text: whatever the value is, `string` makes one, and nothing
    /// becomes the empty text.
    pub(super) fn hole(self, value: Expr) -> Expr {
        let text = |value| {
            let there = Expr::call("coalesce", vec![value, Expr::str("")]);
            Expr::call("string", vec![there])
        };
        match self {
            Self::Plain => value,
            Self::UrlSegment => Expr::call("encodeUriComponent", vec![text(value)]),
            sink => sink.table().iter().fold(text(value), |inner, (from, to)| {
                Expr::call("replace", vec![inner, Expr::str(*from), Expr::str(*to)])
            }),
        }
    }
}

/// As `encodeURIComponent` does: everything but RFC 3986's unreserved characters.
fn percent(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => (byte as char).to_string(),
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::expr::ExprKind;

    /// Evaluates the few functions that holes use.
    fn eval(expr: &Expr) -> String {
        match &expr.kind {
            ExprKind::String(text) => text.to_string(),
            ExprKind::Call(call) => match (call.name.as_str(), call.args.as_slice()) {
                ("coalesce", [first, _]) => eval(first),
                ("string", [value]) => eval(value),
                ("replace", [text, from, to]) => eval(text).replace(&eval(from), &eval(to)),
                ("encodeUriComponent", [text]) => percent(&eval(text)),
                (name, _) => panic!("unexpected function {name}"),
            },
            other => panic!("unexpected {other:?}"),
        }
    }

    proptest! {
        #[test]
        fn run_time_and_compile_time_agree(text in "\\PC{0,30}|[<>&\"'\\\\`*_\\[\\](){}#!|~\r\n]{0,30}") {
            for sink in [Sink::Plain, Sink::Html, Sink::Markdown, Sink::UrlSegment, Sink::Kql, Sink::Card] {
                prop_assert_eq!(eval(&sink.hole(Expr::str(text.clone()))), sink.data(&text));
            }
        }

        #[test]
        fn nothing_breaks_out_of_html_or_a_path(text in any::<String>()) {
            let html = Sink::Html.data(&text).replace("<br>", "");
            prop_assert!(!html.contains(['<', '>', '"', '\'']));
            let literal = read_kql(&format!("'{}'", Sink::Kql.data(&text)));
            prop_assert_eq!(literal, Some(text.replace(['\r', '\n'], " ")));
            prop_assert!(!Sink::Card.data(&text).contains(['\r', '\n']));
            prop_assert!(Sink::UrlSegment.data(&text).bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~%".contains(&b)));
        }
    }

    /// What a query reads in a string literal that is the whole of a text.
    fn read_kql(literal: &str) -> Option<String> {
        let mut read = String::new();
        let mut chars = literal.strip_prefix('\'')?.chars();
        loop {
            match chars.next()? {
                '\'' => return chars.next().is_none().then_some(read),
                '\\' => read.push(chars.next()?),
                '\r' | '\n' => return None,
                c => read.push(c),
            }
        }
    }

    #[test]
    fn markup_comes_out_as_text() {
        assert_eq!(Sink::Html.data("O'Brien\"><script>\n&"), "O&#39;Brien&quot;&gt;&lt;script&gt;<br>&amp;");
        assert_eq!(Sink::Markdown.data("[x](http://y)\n# h"), "\\[x\\]\\(http://y\\) \\# h");
        assert_eq!(Sink::Kql.data("' or 1==1 // \\"), "\\' or 1==1 // \\\\");
        assert_eq!(Sink::Card.data("{{DATE(x)}}\n{{{"), "{ {DATE(x)}} { {{");
        assert_eq!(Sink::UrlSegment.data("a/../b?c#d%e"), "a%2F..%2Fb%3Fc%23d%25e");
    }
}
