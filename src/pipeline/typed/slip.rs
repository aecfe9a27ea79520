//! What people get wrong in YAML, told from the text around the place where the reader stopped.
//!
//! The reader says what it would have needed next, which is seldom what was forgotten: a quote that is not closed is
//! reported at the end of the file. Quotes and brackets are looked for first, because all that follows one that is open
//! is read as something else.

use std::ops::Range;

use super::marks;
use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::words::is_hidden;

/// A slip: where it is, what is wrong, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Slip {
    pub(super) at: Range<usize>,
    pub(super) message: String,
    pub(super) help: String,
}

impl Slip {
    pub(super) fn new(at: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { at, message: message.into(), help: help.into() }
    }

    pub(super) fn finding(self, rule: &'static Rule) -> Diagnostic {
        Diagnostic::at_bytes(rule, self.at, self.message).help(self.help)
    }
}

/// The slip for which the reader stopped at this byte, where one is seen.
pub(super) fn find(text: &str, at: usize) -> Option<Slip> {
    let at = (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let page = Page::new(text, at);
    let marks = || marks::find(text).filter(|slip| slip.at.start <= at);
    conflict(&page).or_else(|| character(&page)).or_else(marks).or_else(|| line(&page))
}

/// The first line that is indented by something that looks like a space and is none. The reader takes it for a part of
/// the key.
pub(super) fn indented_by_no_space(text: &str) -> Option<Slip> {
    lines(text).iter().find_map(indentation)
}

/// Why the value at this byte is of another kind than its line looks like: a space is missing that would make a member or
/// an item of it, or it is a comment.
pub(super) fn other_kind(text: &str, at: usize) -> Option<Slip> {
    let lines = lines(text);
    let line = lines.iter().rev().find(|line| line.start <= at)?;
    no_space(line).or_else(|| comment(line))
}

/// What makes of one document two: of this the reader gives no place.
pub(super) fn second_document(text: &str) -> Option<Slip> {
    let all = lines(text);
    let mut full = all.iter().filter(|line| !line.is_empty());
    let first = full.next()?;
    if let Some(second) = full.clone().find(|line| line.text.trim_end() == "---") {
        let help = "one file holds one document: remove this line, or what does not belong here";
        return Some(Slip::new(second.range(0), "a second document begins here", help));
    }
    let less = full.find(|line| line.indent() < first.indent())?;
    let help = format!("lines that belong together begin in the same column: {}", indented(&[less.indent()]));
    Some(Slip::new(first.range(0), "this line is indented more than those that follow", help))
}

/// A line without its end.
#[derive(Debug, Clone, Copy)]
struct Line<'t> {
    start: usize,
    text: &'t str,
}

impl<'t> Line<'t> {
    fn content(&self) -> &'t str {
        self.text.trim()
    }

    fn is_empty(&self) -> bool {
        self.content().is_empty() || self.content().starts_with('#')
    }

    fn indent(&self) -> usize {
        self.text.len() - self.text.trim_start().len()
    }

    /// The bytes of its content, from a byte of the content on.
    fn range(&self, from: usize) -> Range<usize> {
        let start = self.start + self.indent();
        start + from..start + self.content().len()
    }

    /// The content behind the dashes of items, and how many bytes these take.
    fn member(&self) -> (usize, &'t str) {
        let content = self.content();
        let rest = content.trim_start_matches("- ").trim_start();
        (content.len() - rest.len(), rest)
    }

    /// Key and value, where it is a member.
    fn parts(&self) -> Option<(&'t str, &'t str)> {
        let (_, member) = self.member();
        let (key, value) = member.split_once(": ").or_else(|| Some((member.strip_suffix(':')?, "")))?;
        Some((key, value.trim()))
    }

    fn is_item(&self) -> bool {
        self.content() == "-" || self.content().starts_with("- ")
    }
}

fn lines(text: &str) -> Vec<Line<'_>> {
    let mut start = 0;
    let line = |raw: &'_ str| {
        start += raw.len();
        start - raw.len()
    };
    let starts: Vec<usize> = text.split_inclusive('\n').map(line).collect();
    text.split_inclusive('\n')
        .zip(starts)
        .map(|(raw, start)| Line { start, text: raw.trim_end_matches(['\n', '\r']) })
        .collect()
}

/// The text with the place at which the reader stopped.
struct Page<'t> {
    text: &'t str,
    at: usize,
    /// The lines with content, up to the one at which the reader stopped.
    lines: Vec<Line<'t>>,
}

impl<'t> Page<'t> {
    fn new(text: &'t str, at: usize) -> Self {
        let mut lines = lines(text);
        lines.retain(|line| line.start <= at && !line.is_empty());
        Self { text, at, lines }
    }

    /// The line that is wrong or the first one that is felt, and the one above it.
    fn last_two(&self) -> [Option<&Line<'t>>; 2] {
        let mut last = self.lines.iter().rev();
        [last.next(), last.next()]
    }
}

fn conflict(page: &Page<'_>) -> Option<Slip> {
    let mark = lines(page.text).into_iter().find(|line| is_conflict_mark(line.text))?;
    let help = "keep one of the two versions, and remove the other and the lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`";
    Some(Slip::new(mark.range(0), "this is the mark of a merge conflict", help))
}

fn is_conflict_mark(line: &str) -> bool {
    ["<<<<<<< ", ">>>>>>> "].iter().any(|mark| line.starts_with(mark))
}

/// A character that cannot stand where it does.
fn character(page: &Page<'_>) -> Option<Slip> {
    let (before, after) = page.text.split_at(page.at);
    let line = page.lines.last()?;
    if let Some(slip) = indentation(line) {
        return Some(slip);
    }
    let near = after.chars().next().map(|c| (page.at, c)).into_iter();
    let mut near = near.chain(before.chars().next_back().map(|c| (page.at - c.len_utf8(), c)));
    let (at, c) = near.find(|(at, c)| {
        let begins = page.text[..*at].chars().next_back().is_none_or(|c| c.is_whitespace() || c == '[');
        (is_hidden(*c) && !c.is_whitespace()) || (begins && "@`%*&!".contains(*c))
    })?;
    if is_hidden(c) {
        let message = format!("the invisible character U+{:04X} stands here", u32::from(c));
        return Some(Slip::new(at..at + c.len_utf8(), message, "remove it"));
    }
    let value = page.text[at..].split(['\n', '\r', ',', ']']).next().unwrap_or_default().trim_end();
    let what = if c == '`' { "a backtick".to_owned() } else { format!("`{c}`") };
    let message = format!("a value cannot begin with {what}: in YAML it has a meaning of its own");
    Some(Slip::new(at..at + value.len(), message, in_quotes(value)))
}

fn in_quotes(value: &str) -> String {
    format!("put the value in quotes: `'{}'`", value.replace('\'', "''"))
}

fn indentation(line: &Line<'_>) -> Option<Slip> {
    let blanks = &line.text[..line.indent()];
    let (at, c) = blanks.char_indices().find(|(_, c)| *c != ' ')?;
    let what = if c == '\t' { "a tab".to_owned() } else { format!("the character U+{:04X}", u32::from(c)) };
    let at = line.start + at;
    let message = format!("{what} stands in the indentation of this line");
    let help = "indent by spaces only, as many as the lines beside it have";
    Some(Slip::new(at..at + c.len_utf8(), message, help))
}

/// What is wrong with the last line, or with what it makes of the one above.
fn line(page: &Page<'_>) -> Option<Slip> {
    let [last, above] = page.last_two();
    let last = last?;
    let suspects = || [Some(last), above].into_iter().flatten();
    suspects()
        .find_map(no_space)
        .or_else(|| text_behind_block(last))
        .or_else(|| above.and_then(|above| value_above(last, above)))
        .or_else(|| above.and_then(|above| item_among_members(last, above)))
        .or_else(|| out_of_column(page, last))
        .or_else(|| second_colon(page, last))
        .or_else(|| suspects().find_map(no_colon))
}

/// `key:value` and `-value`.
fn no_space(line: &Line<'_>) -> Option<Slip> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '$' || c == '-';
    if let Some(item) =
        line.content().strip_prefix('-').filter(|rest| !rest.starts_with([' ', '-']) && !rest.is_empty())
    {
        return Some(Slip::new(
            line.range(0),
            "a space is missing after the dash",
            format!("write `- {item}`"),
        ));
    }
    let (before, member) = line.member();
    let (key, value) =
        member.split_once(':').filter(|(_, value)| !value.is_empty() && !value.starts_with([' ', '/']))?;
    let is_key = key.starts_with(|c: char| c.is_ascii_alphabetic() || c == '$') && key.chars().all(is_word);
    is_key.then(|| {
        let help = format!("write `{key}: {value}`");
        Slip::new(line.range(before), "a space is missing after the colon", help)
    })
}

/// `key: | value`.
fn text_behind_block(line: &Line<'_>) -> Option<Slip> {
    let (_, value) = line.parts()?;
    let mark = value.chars().next().filter(|c| matches!(c, '|' | '>'))?;
    let message = format!("`{mark}` begins a text of several lines, and stands alone at the end of its line");
    let help = format!("begin the text on the next line, indented; or, for one line, {}", in_quotes(value));
    Some(Slip::new(line.range(line.content().len() - value.len()), message, help))
}

/// `key: #value`.
fn comment(line: &Line<'_>) -> Option<Slip> {
    let (_, value) = line.parts().filter(|(_, value)| value.starts_with('#'))?;
    let at = line.range(line.content().len() - value.len());
    Some(Slip::new(at, "a `#` after a space begins a comment, so that there is no value", in_quotes(value)))
}

/// Items or members below a line that has its value already.
fn value_above(last: &Line<'_>, above: &Line<'_>) -> Option<Slip> {
    if above.is_item() && above.parts().is_none() && last.indent() > above.indent() && last.parts().is_some()
    {
        let (_, value) = above.member();
        let help = format!(
            "give the value a key, `- …: {value}`, where both belong together; else begin this line with a dash"
        );
        return Some(Slip::new(last.range(0), "a member stands below an item that is a value already", help));
    }
    let (key, value) = above.parts().filter(|(_, value)| !value.is_empty())?;
    let is_below = last.indent() > above.indent() || (last.is_item() && last.indent() == above.indent());
    let empty = match value {
        "[]" => Some(("list is empty", "items")),
        "{}" => Some(("mapping is empty", "members")),
        _ => None,
    };
    if let Some((what, more)) = empty.filter(|_| is_below) {
        let from = above.content().len() - value.len();
        let message = format!("`{value}` says that the {what}, but more stands below it");
        return Some(Slip::new(
            above.range(from),
            message,
            format!("remove the `{value}`, or the {more} below it"),
        ));
    }
    if last.indent() <= above.indent() || last.parts().is_none() {
        return None;
    }
    let message = "this line is indented more than the one above, which has its value already";
    let help = format!(
        "{}, as the line above; if it belongs to `{key}`, take away the value there",
        indented(&[above.indent() + above.member().0])
    );
    Some(Slip::new(last.range(0), message, help))
}

fn item_among_members(last: &Line<'_>, above: &Line<'_>) -> Option<Slip> {
    let is_among =
        last.is_item() && !above.is_item() && last.indent() == above.indent() && above.parts().is_some();
    let message = "an item of a list stands among the members of a mapping";
    let help =
        "put it below the key whose list it belongs to, indented more than that; or take away its dash";
    is_among.then(|| Slip::new(last.range(0), message, help))
}

/// A line that begins in a column in which no line that is still open does.
fn out_of_column(page: &Page<'_>, last: &Line<'_>) -> Option<Slip> {
    let mut columns: Vec<usize> = Vec::new();
    for line in &page.lines {
        if line.start == last.start {
            break;
        }
        columns.retain(|column| *column <= line.indent());
        let inner = line.indent() + line.member().0;
        columns.extend(
            [line.indent(), inner]
                .into_iter()
                .filter(|column| line.parts().is_some() || line.is_item() || *column == 0),
        );
    }
    columns.sort_unstable();
    columns.dedup();
    if columns.is_empty() || columns.contains(&last.indent()) || last.indent() > *columns.last()? {
        return None;
    }
    let help = format!("lines that belong together begin in the same column: {}", indented(&columns));
    Some(Slip::new(last.range(0), "no line above begins in the column of this one", help))
}

/// `indent this one by 0, 2 or 4 spaces`.
fn indented(columns: &[usize]) -> String {
    let numbers: Vec<String> = columns.iter().map(usize::to_string).collect();
    match &numbers[..] {
        [one] if one == "0" => "begin this one without a space".to_owned(),
        [one] if one == "1" => "indent this one by 1 space".to_owned(),
        [most @ .., last] if !most.is_empty() => {
            format!("indent this one by {} or {last} spaces", most.join(", "))
        }
        _ => format!("indent this one by {} spaces", numbers.concat()),
    }
}

/// `key: value: more`.
fn second_colon(page: &Page<'_>, last: &Line<'_>) -> Option<Slip> {
    let (_, value) = last.parts()?;
    let start = last.range(0).end - value.len();
    let colon = start + value.find(": ").or_else(|| value.ends_with(':').then(|| value.len() - 1))?;
    let message = "a second colon stands in this line, so that it has two values";
    (page.at <= colon + 1).then(|| Slip::new(colon..colon + 1, message, in_quotes(value)))
}

fn no_colon(line: &Line<'_>) -> Option<Slip> {
    let is_lone = line.parts().is_none()
        && !line.is_item()
        && !line.content().starts_with(['"', '\'', '[', '{', ']', '}', '-']);
    let key = line.content().split_whitespace().next().unwrap_or_default();
    let help =
        format!("write `{key}: …`, with a space after the colon; text of several lines is put in quotes");
    is_lone.then(|| Slip::new(line.range(0), "this line has no colon", help))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said of a text that the reader refuses, with the text at the place that is pointed at.
    fn said(text: &str) -> (String, String) {
        let error = serde_yaml::from_str::<serde_json::Value>(text).expect_err(text);
        let place = error.location().map(|location| location.index()).filter(|at| *at > 0);
        let slip = place.map_or_else(|| second_document(text), |at| find(text, at));
        let Slip { at, message, help } = slip.unwrap_or_else(|| panic!("{text:?}: {error}"));
        assert!(!help.is_empty());
        (text[at].to_owned(), message)
    }

    #[test]
    fn what_was_forgotten_is_told_and_not_what_the_reader_missed() {
        let cases = [
            ("a:\n\tb: 1\n", "\t", "a tab stands"),
            ("a:\n  \t- b\n", "\t", "a tab stands"),
            ("a: \"b\nc: d\n", "\"", "the quote that begins here is not closed"),
            ("é: 'b\nc: d\n", "'", "the quote that begins here is not closed"),
            ("a:\n  - \"b\n  - \"c\"\n", "\"", "the quote that begins here is not closed"),
            ("a: 'b's'\n", "s'", "text stands behind the closing quote"),
            ("a: \"b\" c\n", "c", "text stands behind the closing quote"),
            ("a: \"C:\\Temp\"\n", "\\T", "`\\T` means nothing"),
            ("a:\n  b: [c\n  d: e\n", "[", "the list that begins here is not closed"),
            ("a: {b: c\nd: e\n", "{", "the mapping that begins here is not closed"),
            ("a: [b]]\n", "]", "this `]` closes nothing"),
            ("a: [b] é\n", "é", "text stands behind the closing `]`"),
            ("{\"a\": 1,, \"b\": 2}\n", ",", "nothing stands before this comma"),
            ("a:\n  b: []\n    - c\n", "[]", "`[]` says that the list is empty"),
            ("a: []\n- c\n", "[]", "`[]` says that the list is empty"),
            ("a: {}\n  b: c\n", "{}", "`{}` says that the mapping is empty"),
            ("a:b\nc: d\n", "a:b", "a space is missing after the colon"),
            ("a: b\nc:d\n", "c:d", "a space is missing after the colon"),
            ("a:\n  - b\n  -c\n", "-c", "a space is missing after the dash"),
            ("a: b\n  c: d\n", "c: d", "this line is indented more than the one above"),
            ("a:\n  b: c\n d: e\n", "d: e", "no line above begins in the column"),
            (" a: b\nc: d\n", "a: b", "this line is indented more than those that follow"),
            ("a:\n  b: c\n  - d\n", "- d", "an item of a list stands among"),
            ("a:\n  - b\n    c: d\n", "c: d", "a member stands below an item"),
            ("a: b: c\n", ":", "a second colon"),
            ("a b\nc: d\n", "a b", "this line has no colon"),
            ("a: b\nc d\n", "c d", "this line has no colon"),
            ("a: @b\n", "@b", "a value cannot begin with `@`"),
            ("a: [**/b, c]\n", "**/b", "a value cannot begin with `*`"),
            ("a: | b\n", "| b", "`|` begins a text of several lines"),
            ("a: 1\n<<<<<<< ours\nb: 2\n=======\n>>>>>>> x\n", "<<<<<<< ours", "this is the mark of a merge"),
            ("a: b\n---\nc: d\n", "---", "a second document begins here"),
            ("a: 1\n\u{feff}b: 2\n", "\u{feff}", "the invisible character U+FEFF"),
        ];
        for (text, place, message) in cases {
            let (at, said) = said(text);
            assert!(at == place && said.starts_with(message), "{text:?}: {at:?}: {said}");
            let windows = text.replace('\n', "\r\n");
            assert_eq!(self::said(&windows), (at, said), "{windows:?}");
        }
    }

    /// One line of a million quotes is looked through once, not once for each.
    #[test]
    fn a_long_line_takes_no_longer_than_it_is() {
        let text = format!("a: [{}", "\"b\", ".repeat(300_000));
        assert_eq!(find(&text, text.len()).map(|slip| slip.at), Some(3..4));
    }

    proptest::proptest! {
        #[test]
        fn places_lie_in_the_text(
            text in r#"([a-z]{1,2}:|- |-|\? |é|"|'|\[|\]|\{|\}|,|\n|\n  |\t|\||>|&a|\*a|#|!|---|\\|\u{a0}| |\r\n){0,30}"#,
            at in 0usize..80
        ) {
            let found = [find(&text, at), second_document(&text), other_kind(&text, at), indented_by_no_space(&text)];
            for slip in found.into_iter().flatten() {
                proptest::prop_assert!(text.get(slip.at.clone()).is_some(), "{:?}", slip);
            }
        }
    }
}
