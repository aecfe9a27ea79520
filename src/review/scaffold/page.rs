//! Commented YAML, line by line, with foreign text made harmless on the way in.

use crate::base::words::is_hidden;

/// The longest foreign text in a remark, in characters; values are never shortened.
const LONGEST_REMARK: usize = 120;

/// What a level is indented by.
const INDENT: &str = "  ";

/// A YAML file that is being written.
#[derive(Debug, Default)]
pub(super) struct Page {
    text: String,
}

impl Page {
    /// An explanation. It may hold foreign text.
    pub(super) fn prose(&mut self, depth: usize, text: &str) {
        self.text.push_str(&INDENT.repeat(depth));
        self.text.push_str(format!("# {}", remark(text)).trim_end());
        self.text.push('\n');
    }

    /// YAML that counts, with a remark that may hold foreign text. The YAML is ours; values in it are [`quoted`].
    pub(super) fn fact(&mut self, depth: usize, yaml: &str, remark: &str) {
        self.line(depth, "", yaml, remark);
    }

    /// YAML that counts once its `#` is taken away.
    pub(super) fn offer(&mut self, depth: usize, yaml: &str, remark: &str) {
        self.line(depth, "#", yaml, remark);
    }

    /// An empty line.
    pub(super) fn gap(&mut self) {
        self.text.push('\n');
    }

    /// The text.
    pub(super) fn finish(self) -> String {
        self.text
    }

    fn line(&mut self, depth: usize, mark: &str, yaml: &str, behind: &str) {
        self.text.push_str(&INDENT.repeat(depth));
        self.text.push_str(mark);
        self.text.push_str(yaml);
        if !behind.is_empty() {
            self.text.push_str("  # ");
            self.text.push_str(&remark(behind));
        }
        self.text.push('\n');
    }
}

/// A text as a double-quoted YAML scalar on one line. Whatever YAML does not allow, and whatever a reader could not see,
/// is escaped, so the value is exactly the text (YAML 1.2, section 5.7).
pub(super) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if !is_hidden(c) => out.push(c),
            _ if u32::from(c) <= 0xFFFF => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            _ => out.push_str(&format!("\\U{:08X}", u32::from(c))),
        }
    }
    out.push('"');
    out
}

/// A text for a remark: one line, of bounded length, with nothing in it that hides or turns text.
fn remark(text: &str) -> String {
    let visible = |c: char| match c {
        '\n' | '\r' | '\t' => ' ',
        _ if is_hidden(c) => char::REPLACEMENT_CHARACTER,
        _ => c,
    };
    let mut characters = text.chars().map(visible);
    let mut short: String = characters.by_ref().take(LONGEST_REMARK).collect();
    if characters.next().is_some() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn remarks_stay_on_their_line() {
        let mut page = Page::default();
        page.offer(1, "- \"x\"", "a\nb\u{2028}c\u{202E}d\u{85}");
        page.prose(0, "");
        assert_eq!(page.finish(), "  #- \"x\"  # a b\u{FFFD}c\u{FFFD}d\u{FFFD}\n#\n");
        assert_eq!(remark(&"é".repeat(200)).chars().count(), LONGEST_REMARK + 1);
    }

    proptest! {
        #[test]
        fn reading_is_the_inverse_of_quoting(text in any::<String>()) {
            let page = format!("list:\n  - {}  # {}\nlast: 1\n", quoted(&text), remark(&text));
            let value: serde_json::Value = serde_yaml::from_str(&page).map_err(|e| TestCaseError::fail(e.to_string()))?;
            prop_assert_eq!(value, serde_json::json!({ "list": [text], "last": 1 }));
        }
    }
}
