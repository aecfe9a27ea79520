//! Text as Markdown shows it unchanged.

use crate::base::words::visible;

/// Longest text of an incident that is shown, in characters.
const LONGEST: usize = 160;

/// Words in a line: nothing in them is markup, a link or the end of a cell.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let line = visible(text).replace(['\n', '\t'], " ");
    let mut rest = line.as_str();
    while let Some(c) = rest.chars().next() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$' | '#' => {
                out.push('\\');
                out.push(c);
            }
            // GitHub makes links of bare addresses.
            ':' if rest.starts_with("://") => out.push_str("\\:"),
            '.' if out.to_ascii_lowercase().ends_with("www") => out.push_str("\\."),
            c => out.push(c),
        }
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// A code span: in it everything is text. Its fence is longer than any run of backticks in the text.
pub(super) fn code(text: &str) -> String {
    let clean = visible(text).replace(['\n', '\t', char::REPLACEMENT_CHARACTER], " ");
    let clean = clean.trim();
    let mut shown: String = clean.chars().take(LONGEST).collect();
    if clean.chars().count() > LONGEST {
        shown.push('…');
    }
    if shown.is_empty() {
        return "(empty)".to_owned();
    }
    let longest = shown.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    match shown.contains('`') {
        true => format!("{fence} {shown} {fence}"),
        false => format!("{fence}{shown}{fence}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_words_is_markup() {
        assert_eq!(escaped("a*b_[x](y)<i>|"), r"a\*b\_\[x\](y)\<i\>\|");
        assert_eq!(
            escaped("see https://x.example and www.x.example"),
            r"see https\://x.example and www\.x.example"
        );
        assert_eq!(escaped("one\ntwo \u{202E}three"), "one two \u{FFFD}three");
        assert_eq!(
            escaped("Plain words, as they are: 1. two (three)."),
            "Plain words, as they are: 1. two (three)."
        );
    }

    #[test]
    fn a_code_span_ends_where_it_ends() {
        assert_eq!(code("a|b*"), "`a|b*`");
        assert_eq!(code("a``b`"), "``` a``b` ```");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code(" \n "), "(empty)");
        assert_eq!(code("x\n# y"), "`x # y`");
        assert_eq!(code(&"x".repeat(1_000)).chars().count(), LONGEST + 3);
    }
}
