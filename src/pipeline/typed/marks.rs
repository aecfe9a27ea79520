//! Quotes and brackets of YAML: the first that is open, or closes nothing.

use std::ops::Range;

use super::slip::Slip;

/// The escapes of double quotes. Source: YAML 1.2.2, "Escaped characters".
const ESCAPES: &str = "0abt\tnvfre \"/\\N_LPxuU\n\r";

/// The first slip in quotes and brackets. Texts that are written in a block (`|`, `>`) are passed over.
pub(super) fn find(text: &str) -> Option<Slip> {
    let mut scan = Scan { text, at: 0, open: Vec::new(), is_new: true };
    while scan.at < text.len() {
        if let Err(slip) = scan.step() {
            return Some(slip);
        }
    }
    let start = *scan.open.first()?;
    let (what, end) = if text[start..].starts_with('[') { ("list", ']') } else { ("mapping", '}') };
    let message = format!("the {what} that begins here is not closed");
    Some(Slip::new(start..start + 1, message, format!("close it with `{end}` where it ends")))
}

struct Scan<'t> {
    text: &'t str,
    at: usize,
    /// Where brackets stand that are open.
    open: Vec<usize>,
    /// Whether a value may begin here.
    is_new: bool,
}

impl Scan<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn step(&mut self) -> Result<(), Slip> {
        let Some(c) = self.rest().chars().next() else { return Ok(()) };
        let start = self.at;
        self.at += c.len_utf8();
        let is_before_blank = self.rest().chars().next().is_none_or(char::is_whitespace);
        match c {
            '\n' => self.is_new = true,
            c if c.is_whitespace() => {}
            '#' if self.text[..start].chars().next_back().is_none_or(char::is_whitespace) => self.skip_line(),
            ':' if is_before_blank || (!self.is_new && !self.open.is_empty()) => self.is_new = true,
            '-' | '?' if self.is_new && is_before_blank => {}
            '"' | '\'' if self.is_new => return self.quoted(start, c),
            '[' | '{' if self.is_new => self.open.push(start),
            ']' | '}' if !self.open.is_empty() => {
                self.open.pop();
                return self.closed(start..self.at);
            }
            ',' if !self.open.is_empty() => {
                let before = self.text[..start].trim_end();
                if before.ends_with([',', '[', '{']) {
                    let message = "nothing stands before this comma";
                    return Err(Slip::new(
                        start..self.at,
                        message,
                        "remove it, or write what belongs before it",
                    ));
                }
                self.is_new = true;
            }
            '|' | '>' if self.is_new && self.open.is_empty() => self.skip_block(start),
            _ => self.is_new = false,
        }
        Ok(())
    }

    fn skip_line(&mut self) {
        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
    }

    /// Passes over the lines of a block: those that are empty or indented more than the line on which it begins.
    fn skip_block(&mut self, start: usize) {
        let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
        let own = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let own = indent(&self.text[own..]);
        self.skip_line();
        while let Some(line) = self.rest().strip_prefix('\n') {
            let line = line.split('\n').next().unwrap_or_default();
            if !line.trim().is_empty() && indent(line) <= own {
                break;
            }
            self.at += 1 + line.len();
        }
    }

    fn quoted(&mut self, start: usize, quote: char) -> Result<(), Slip> {
        loop {
            let Some(c) = self.rest().chars().next() else { return Err(unclosed(start, quote)) };
            let here = self.at;
            self.at += c.len_utf8();
            if quote == '"' && c == '\\' {
                let Some(escaped) = self.rest().chars().next() else { continue };
                if !ESCAPES.contains(escaped) {
                    let message = format!("`\\{escaped}` means nothing in double quotes");
                    let help = "write `\\\\` for a backslash, or put the value in single quotes, where a backslash is one";
                    return Err(Slip::new(here..self.at + escaped.len_utf8(), message, help));
                }
                self.at += escaped.len_utf8();
            } else if c == quote {
                if quote == '\'' && self.rest().starts_with('\'') {
                    self.at += 1;
                } else {
                    break;
                }
            }
        }
        self.is_new = false;
        let Some(behind) = self.behind() else { return Ok(()) };
        if self.text[start..self.at].contains('\n') {
            return Err(unclosed(start, quote));
        }
        let inside = if quote == '"' {
            "a `\"` inside them is written `\\\"`"
        } else {
            "a `'` inside them is written `''`"
        };
        let help = format!("put all of the value in quotes, or nothing of it; {inside}");
        Err(Slip::new(behind, "text stands behind the closing quote", help))
    }

    /// After a bracket that closes.
    fn closed(&mut self, bracket: Range<usize>) -> Result<(), Slip> {
        self.is_new = false;
        let Some(behind) = self.behind().filter(|_| self.open.is_empty()) else { return Ok(()) };
        if let Some(c) = self.text[behind.clone()].chars().next().filter(|c| matches!(c, ']' | '}')) {
            let at = behind.start..behind.start + 1;
            return Err(Slip::new(
                at,
                format!("this `{c}` closes nothing"),
                "remove it, or open what it should close",
            ));
        }
        let message = format!("text stands behind the closing `{}`", &self.text[bracket]);
        Err(Slip::new(behind, message, "begin a new line for what follows, or put it inside the brackets"))
    }

    /// The text behind a value in its line, where none may stand. A line may be as long as the file: it is looked through only
    /// where there is something to tell.
    fn behind(&self) -> Option<Range<usize>> {
        let rest = self.rest().trim_start_matches([' ', '\t', '\r']);
        let start = self.text.len() - rest.len();
        let is_fine = match rest.chars().next()? {
            '\n' | ':' => true,
            ',' | ']' | '}' => !self.open.is_empty(),
            '#' => start > self.at,
            _ => false,
        };
        let end = || start + rest.lines().next().unwrap_or_default().trim_end().len();
        (!is_fine).then(|| start..end())
    }
}

fn unclosed(start: usize, quote: char) -> Slip {
    let help = format!("close it with `{quote}` where the value ends");
    Slip::new(start..start + 1, "the quote that begins here is not closed", help)
}
