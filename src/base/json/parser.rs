//! The parser: iterative, so that nesting never costs stack.

use std::borrow::Cow;
use std::ops::Range;

use super::{Document, Key, Kind, MAX_DEPTH, NONE, NodeData, SyntaxError};

pub(super) fn parse(text: &str) -> Result<Document<'_>, SyntaxError> {
    if u32::try_from(text.len()).is_err() {
        return Err(error(0..0, "the document is larger than 4 GiB", "split it"));
    }
    let mut parser = Parser { text, bytes: text.as_bytes(), at: 0, nodes: Vec::new(), open: Vec::new() };
    parser.document()?;
    let duplicates = duplicates(&parser.nodes);
    Ok(Document { text, nodes: parser.nodes, duplicates })
}

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    nodes: Vec<NodeData<'a>>,
    open: Vec<Open>,
}

/// A container whose end has not been seen: its node and the last child linked to it.
struct Open {
    node: u32,
    last_child: u32,
}

impl<'a> Parser<'a> {
    fn document(&mut self) -> Result<(), SyntaxError> {
        self.value(None)?;
        while let Some(open) = self.open.last() {
            let is_object = matches!(self.nodes[open.node as usize].kind, Kind::Object);
            let is_first = open.last_child == NONE;
            self.blank();
            let close = if is_object { b'}' } else { b']' };
            match self.peek() {
                Some(byte) if byte == close => {
                    self.at += 1;
                    self.close();
                    continue;
                }
                Some(b',') if !is_first => {
                    let comma = self.at;
                    self.at += 1;
                    self.blank();
                    if self.peek() == Some(close) {
                        return Err(error(
                            comma..comma + 1,
                            "JSON allows no comma before a closing bracket",
                            "remove the comma",
                        ));
                    }
                }
                _ if is_first => {}
                _ => {
                    let what = if is_object { "`,` or `}`" } else { "`,` or `]`" };
                    return Err(self.unexpected(what));
                }
            }
            let key = if is_object { Some(self.key()?) } else { None };
            self.value(key)?;
        }
        self.blank();
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.unexpected("the end of the document")),
        }
    }

    fn key(&mut self) -> Result<Key<'a>, SyntaxError> {
        self.blank();
        if self.peek() != Some(b'"') {
            return Err(self.unexpected("a key in double quotes"));
        }
        let start = self.at;
        let text = self.string()?;
        let key = Key { text, span: (start as u32, self.at as u32) };
        self.blank();
        if self.peek() != Some(b':') {
            return Err(self.unexpected("`:`"));
        }
        self.at += 1;
        Ok(key)
    }

    fn value(&mut self, key: Option<Key<'a>>) -> Result<(), SyntaxError> {
        self.blank();
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.opening(Kind::Object)?,
            Some(b'[') => self.opening(Kind::Array)?,
            Some(b'"') => Kind::String(self.string()?),
            Some(b't') => self.word("true", Kind::Bool(true))?,
            Some(b'f') => self.word("false", Kind::Bool(false))?,
            Some(b'n') => self.word("null", Kind::Null)?,
            Some(b'-' | b'0'..=b'9') => Kind::Number(self.number()?),
            _ => return Err(self.unexpected("a value")),
        };
        let is_container = matches!(kind, Kind::Object | Kind::Array);
        let id = self.nodes.len() as u32;
        let parent = self.open.last().map_or(0, |open| open.node);
        self.nodes.push(NodeData {
            kind,
            span: (start as u32, self.at as u32),
            key,
            parent,
            first_child: NONE,
            next: NONE,
        });
        if let Some(open) = self.open.last_mut() {
            match std::mem::replace(&mut open.last_child, id) {
                NONE => self.nodes[open.node as usize].first_child = id,
                before => self.nodes[before as usize].next = id,
            }
        }
        if is_container {
            self.open.push(Open { node: id, last_child: NONE });
        }
        Ok(())
    }

    fn opening(&mut self, kind: Kind<'a>) -> Result<Kind<'a>, SyntaxError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(error(
                self.at..self.at + 1,
                format!("arrays and objects nest more than {MAX_DEPTH} deep here"),
                "no workflow definition or incident export nests nearly as deep; check how the file was made",
            ));
        }
        self.at += 1;
        Ok(kind)
    }

    fn close(&mut self) {
        if let Some(open) = self.open.pop() {
            self.nodes[open.node as usize].span.1 = self.at as u32;
        }
    }

    fn word(&mut self, word: &str, kind: Kind<'a>) -> Result<Kind<'a>, SyntaxError> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(self.unexpected("a value"));
        }
        self.at += word.len();
        Ok(kind)
    }

    fn number(&mut self) -> Result<&'a str, SyntaxError> {
        let start = self.at;
        self.at += usize::from(self.peek() == Some(b'-'));
        match self.digits() {
            0 => return Err(self.unexpected("a digit")),
            count if count > 1 && self.bytes[self.at - count] == b'0' => {
                return Err(error(start..self.at, "a number may not begin with 0", "write it without the 0"));
            }
            _ => {}
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            if self.digits() == 0 {
                return Err(self.unexpected("a digit after the decimal point"));
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            if self.digits() == 0 {
                return Err(self.unexpected("a digit in the exponent"));
            }
        }
        Ok(&self.text[start..self.at])
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }

    /// Reads a string from its opening quote to past its closing one.
    fn string(&mut self) -> Result<Cow<'a, str>, SyntaxError> {
        let open = self.at;
        self.at += 1;
        let mut decoded: Option<String> = None;
        let mut plain = self.at;
        loop {
            match self.peek() {
                Some(b'"') => {
                    let rest = &self.text[plain..self.at];
                    self.at += 1;
                    return Ok(match decoded {
                        None => Cow::Borrowed(rest),
                        Some(text) => Cow::Owned(text + rest),
                    });
                }
                Some(b'\\') => {
                    let text = decoded.get_or_insert_with(String::new);
                    text.push_str(&self.text[plain..self.at]);
                    let c = self.escape()?;
                    text.push(c);
                    plain = self.at;
                }
                Some(0..=0x1F) => {
                    return Err(error(
                        self.at..self.at + 1,
                        "a string holds a bare control character",
                        "write it as an escape, such as \\n or \\t",
                    ));
                }
                Some(_) => self.at += 1,
                None => {
                    return Err(error(open..open + 1, "this string is not closed", "add the closing quote"));
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, SyntaxError> {
        let start = self.at;
        let letter = self.bytes.get(start + 1).copied();
        self.at += 2;
        Ok(match letter {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{C}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => self.unicode(start)?,
            _ => {
                let end = (start + 2).min(self.bytes.len());
                return Err(error(
                    char_span(self.text, start..end),
                    "unknown escape in a string",
                    "the escapes are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uXXXX",
                ));
            }
        })
    }

    fn unicode(&mut self, start: usize) -> Result<char, SyntaxError> {
        let first = self.hex(start)?;
        let code = match first {
            0xD800..=0xDBFF if self.bytes[self.at..].starts_with(b"\\u") => {
                self.at += 2;
                let second = self.hex(start)?;
                if (0xDC00..=0xDFFF).contains(&second) {
                    0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00)
                } else {
                    first
                }
            }
            code => code,
        };
        char::from_u32(code).ok_or_else(|| {
            error(
                start..self.at,
                "half of a surrogate pair stands alone",
                "write both halves, or the character",
            )
        })
    }

    fn hex(&mut self, start: usize) -> Result<u32, SyntaxError> {
        let digits = self.text.get(self.at..self.at + 4).filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
        let code = digits.and_then(|digits| u32::from_str_radix(digits, 16).ok());
        self.at += 4;
        code.ok_or_else(|| error(start..start + 2, "\\u needs four hexadecimal digits", "such as \\u00e9"))
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn unexpected(&self, wanted: &str) -> SyntaxError {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let Some(found) = rest.chars().next() else {
            return error(
                self.text.len()..self.text.len(),
                format!("the document ends where {wanted} should stand"),
                "the file is cut off, or a bracket is missing",
            );
        };
        let help = match found {
            '/' | '#' => "JSON has no comments; remove them",
            '\'' => "JSON strings stand in double quotes",
            '\u{FEFF}' => "a byte order mark may stand only at the very start",
            _ => "correct the JSON here",
        };
        let span = self.at..self.at + found.len_utf8();
        error(span, format!("expected {wanted}, found `{}`", found.escape_default()), help)
    }
}

fn char_span(text: &str, span: Range<usize>) -> Range<usize> {
    let mut end = span.end.min(text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    span.start..end
}

fn error(span: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> SyntaxError {
    SyntaxError { span, message: message.into(), help: help.into() }
}

/// Members that repeat an earlier key of their object, in document order.
fn duplicates(nodes: &[NodeData<'_>]) -> Vec<u32> {
    let mut found = Vec::new();
    let mut keys: Vec<(&str, u32)> = Vec::new();
    for node in nodes.iter().filter(|node| matches!(node.kind, Kind::Object)) {
        keys.clear();
        let mut child = node.first_child;
        while child != NONE {
            let data = &nodes[child as usize];
            keys.extend(data.key.as_ref().map(|key| (key.text.as_ref(), child)));
            child = data.next;
        }
        keys.sort_unstable();
        found.extend(keys.windows(2).filter(|pair| pair[0].0 == pair[1].0).map(|pair| pair[1].1));
    }
    found.sort_unstable();
    found
}
