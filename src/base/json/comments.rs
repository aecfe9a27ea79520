//! Comments, which JSON does not have and some readers of JSON pass over.

/// The text with blanks in place of every `// …` and `/* … */` outside of strings, so that each byte keeps its place; none
/// where there are none.
pub fn without_comments(text: &str) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let mut at = 0;
    let mut found = false;
    while at < bytes.len() {
        let end = match (bytes[at], bytes.get(at + 1)) {
            (b'"', _) => {
                at = behind_string(&bytes, at);
                continue;
            }
            (b'/', Some(b'/')) => {
                bytes[at..].iter().position(|byte| *byte == b'\n').map(|length| at + length)
            }
            (b'/', Some(b'*')) => text[at + 2..].find("*/").map(|length| at + 2 + length + 2),
            _ => {
                at += 1;
                continue;
            }
        };
        found = true;
        let end = end.unwrap_or(bytes.len());
        bytes[at..end].iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
        at = end;
    }
    String::from_utf8(bytes).ok().filter(|_| found)
}

/// The place behind the string that begins at `start`.
fn behind_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::without_comments;

    #[test]
    fn comments_become_blanks_and_strings_stay() {
        let text = "{ // \u{fc}ber\r\n \"a\": \"// no \\\" /* no */\", /* y\n\u{fc} */ \"b\": 1 }";
        let blank = without_comments(text).unwrap();
        assert_eq!(blank, "{         \r\n \"a\": \"// no \\\" /* no */\",     \n      \"b\": 1 }");
        assert_eq!(blank.len(), text.len());
        assert_eq!(without_comments("{ \"a\": \"http://x\" }"), None);
        assert_eq!(without_comments("1 / 2"), None);
        assert_eq!(without_comments("{ /* open").unwrap().trim(), "{");
        assert_eq!(without_comments("\"open // \\").as_deref(), None);
    }
}
