//! The parser: iterative, so that nesting never costs stack.

use std::ops::Range;

use super::{Document, Fingerprint, MAX_DEPTH, MAX_KEY, MAX_NODES, NodeData, Prints, SyntaxError, Tag};

pub(super) fn parse(text: &str) -> Result<Document<'_>, SyntaxError> {
    if u32::try_from(text.len()).is_err() {
        return Err(error(0..0, "the document is larger than 4 GiB", "split it"));
    }
    // Published definitions have a value for every thirty bytes or more.
    let nodes = Vec::with_capacity((text.len() / 24 + 16).min(MAX_NODES));
    let document = Document {
        text,
        nodes,
        decoded: String::new(),
        pieces: Vec::new(),
        escaped_keys: Vec::new(),
        duplicates: Vec::new(),
    };
    let mut parser =
        Parser { text, bytes: text.as_bytes(), at: 0, document, open: Vec::new(), suspects: Vec::new() };
    parser.document()?;
    let Parser { mut document, suspects, .. } = parser;
    for object in suspects {
        repeats(&mut document, object);
    }
    document.duplicates.sort_unstable();
    Ok(document)
}

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    document: Document<'a>,
    open: Vec<Open>,
    /// The objects in which two keys look the same by their fingerprints.
    suspects: Vec<u32>,
}

/// A container whose end has not been seen.
struct Open {
    node: u32,
    is_object: bool,
    /// How many children it has so far.
    children: u32,
    /// The fingerprints of its keys so far: as the node keeps them, and one bit for each that there is.
    prints: Prints,
    seen: [u64; 4],
    /// Whether one came twice.
    is_suspect: bool,
}

impl Open {
    fn add(&mut self, Key { print, .. }: Key) {
        self.children += 1;
        if self.is_object {
            let Fingerprint(at) = print;
            let (word, bit) = (&mut self.seen[usize::from(at / 64)], 1 << (at % 64));
            self.is_suspect |= *word & bit != 0;
            *word |= bit;
            self.prints.add(print);
        }
    }
}

/// What stands before a value.
#[derive(Clone, Copy)]
struct Key {
    /// As [`NodeData::key`].
    span: (u32, u32),
    print: Fingerprint,
    is_escaped: bool,
}

impl Key {
    /// What stands before an element: its index, and nothing else.
    fn index(index: u32) -> Self {
        Self { span: (index, 0), print: Fingerprint::NONE, is_escaped: false }
    }
}

impl<'a> Parser<'a> {
    fn document(&mut self) -> Result<(), SyntaxError> {
        self.value(Key::index(0))?;
        while let Some(open) = self.open.last() {
            let (is_object, count) = (open.is_object, open.children);
            let close = if is_object { b'}' } else { b']' };
            match self.next() {
                Some(byte) if byte == close => {
                    self.at += 1;
                    self.close();
                    continue;
                }
                Some(b',') if count > 0 => {
                    let comma = self.at;
                    self.at += 1;
                    if self.next() == Some(close) {
                        return Err(error(
                            comma..comma + 1,
                            "JSON allows no comma before a closing bracket",
                            "remove the comma",
                        ));
                    }
                }
                _ if count == 0 => {}
                _ => {
                    let what = if is_object { "`,` or `}`" } else { "`,` or `]`" };
                    return Err(self.unexpected(what));
                }
            }
            let key = if is_object { self.key()? } else { Key::index(count) };
            self.value(key)?;
        }
        match self.next() {
            None => Ok(()),
            Some(_) => Err(self.unexpected("the end of the document")),
        }
    }

    fn key(&mut self) -> Result<Key, SyntaxError> {
        if self.next() != Some(b'"') {
            return Err(self.unexpected("a key in double quotes"));
        }
        let start = self.at;
        let piece = self.string()?;
        if self.at - start > MAX_KEY {
            let message = format!("this key has {} bytes; at most {MAX_KEY} are read", self.at - start);
            return Err(error(start..start + 1, message, "names are short: the text belongs into the value"));
        }
        let print = match piece {
            None => Fingerprint::of(&self.text[start + 1..self.at - 1]),
            Some(piece) => {
                let id = self.document.nodes.len() as u32;
                self.document.escaped_keys.push((id, piece));
                Fingerprint::of(self.document.piece(piece))
            }
        };
        let key = Key { span: (start as u32, self.at as u32), print, is_escaped: piece.is_some() };
        if self.next() != Some(b':') {
            return Err(self.unexpected("`:`"));
        }
        self.at += 1;
        Ok(key)
    }

    fn value(&mut self, key: Key) -> Result<(), SyntaxError> {
        let first = self.next();
        let start = self.at;
        let mut extra = 0;
        let tag = match first {
            Some(b'{') => self.opening(Tag::Object)?,
            Some(b'[') => self.opening(Tag::Array)?,
            Some(b'"') => match self.string()? {
                None => Tag::String,
                Some(piece) => {
                    extra = piece;
                    Tag::EscapedString
                }
            },
            Some(b't') => self.word("true", Tag::True)?,
            Some(b'f') => self.word("false", Tag::False)?,
            Some(b'n') => self.word("null", Tag::Null)?,
            Some(b'-' | b'0'..=b'9') => self.number()?,
            _ => return Err(self.unexpected("a value")),
        };
        if self.document.nodes.len() >= MAX_NODES {
            return Err(error(
                start..start + 1,
                format!("the document has more than {MAX_NODES} values"),
                "no workflow definition or incident export has nearly as many; check how the file was made",
            ));
        }
        let id = self.document.nodes.len() as u32;
        let parent = self.open.last().map_or(0, |open| open.node);
        let span = (start as u32, self.at as u32);
        self.document.nodes.push(NodeData {
            span,
            key: key.span,
            parent,
            behind: id + 1,
            extra,
            print: key.print,
            tag,
            has_escaped_key: key.is_escaped,
            has_repeats: false,
        });
        if let Some(open) = self.open.last_mut() {
            open.add(key);
        }
        if let Tag::Object | Tag::Array = tag {
            let is_object = tag == Tag::Object;
            let prints = Prints::default();
            self.open.push(Open {
                node: id,
                is_object,
                children: 0,
                prints,
                seen: [0; 4],
                is_suspect: false,
            });
        }
        Ok(())
    }

    fn opening(&mut self, tag: Tag) -> Result<Tag, SyntaxError> {
        if self.open.len() >= MAX_DEPTH {
            return Err(error(
                self.at..self.at + 1,
                format!("arrays and objects nest more than {MAX_DEPTH} deep here"),
                "no workflow definition or incident export nests nearly as deep; check how the file was made",
            ));
        }
        self.at += 1;
        Ok(tag)
    }

    fn close(&mut self) {
        if let Some(open) = self.open.pop() {
            let behind = self.document.nodes.len() as u32;
            let node = &mut self.document.nodes[open.node as usize];
            node.span.1 = self.at as u32;
            node.behind = behind;
            node.extra = open.prints.0;
            self.suspects.extend(open.is_suspect.then_some(open.node));
        }
    }

    fn word(&mut self, word: &str, tag: Tag) -> Result<Tag, SyntaxError> {
        if !self.bytes[self.at..].starts_with(word.as_bytes()) {
            return Err(self.unexpected("a value"));
        }
        self.at += word.len();
        Ok(tag)
    }

    fn number(&mut self) -> Result<Tag, SyntaxError> {
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
        Ok(Tag::Number)
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while matches!(self.peek(), Some(b'0'..=b'9')) {
            self.at += 1;
        }
        self.at - start
    }

    /// Reads a string from its opening quote to past its closing one; gives the piece that it is where it has escapes.
    #[inline]
    fn string(&mut self) -> Result<Option<u32>, SyntaxError> {
        let open = self.at;
        self.at += 1;
        self.skip_plain();
        // Nearly all end with the first byte that is not plain.
        if self.peek() == Some(b'"') {
            self.at += 1;
            return Ok(None);
        }
        self.rest_of_string(open)
    }

    /// Reads on from the first byte of a string that is not plain.
    fn rest_of_string(&mut self, open: usize) -> Result<Option<u32>, SyntaxError> {
        let mut decoded: Option<usize> = None;
        let mut plain = open + 1;
        loop {
            match self.peek() {
                Some(b'"') => {
                    let rest = plain..self.at;
                    self.at += 1;
                    let Some(start) = decoded else { return Ok(None) };
                    self.document.decoded.push_str(&self.text[rest]);
                    let piece = self.document.pieces.len() as u32;
                    self.document.pieces.push((start as u32, self.document.decoded.len() as u32));
                    return Ok(Some(piece));
                }
                Some(b'\\') => {
                    decoded.get_or_insert(self.document.decoded.len());
                    self.document.decoded.push_str(&self.text[plain..self.at]);
                    let c = self.escape()?;
                    self.document.decoded.push(c);
                    plain = self.at;
                    self.skip_plain();
                }
                Some(_) => {
                    return Err(error(
                        self.at..self.at + 1,
                        "a string holds a bare control character",
                        "write it as an escape, such as \\n or \\t",
                    ));
                }
                None => {
                    return Err(error(open..open + 1, "this string is not closed", "add the closing quote"));
                }
            }
        }
    }

    /// Goes on to the next quote, backslash or control character, eight bytes at a time.
    fn skip_plain(&mut self) {
        const ONES: u64 = 0x0101_0101_0101_0101;
        const HIGHS: u64 = 0x8080_8080_8080_8080;
        // The classic test for a zero byte; a byte of 0x80 and more is never one of those looked for.
        let zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGHS;
        let mut at = self.at;
        while let Some(chunk) = self.bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
            let word = u64::from_le_bytes(*chunk);
            let control = word.wrapping_sub(ONES * 0x20) & !word & HIGHS;
            let hits =
                zero(word ^ (ONES * u64::from(b'"'))) | zero(word ^ (ONES * u64::from(b'\\'))) | control;
            if hits != 0 {
                // The lowest hit is exact; borrows can only add false ones above it.
                self.at = at + hits.trailing_zeros() as usize / 8;
                return;
            }
            at += 8;
        }
        self.at = at;
        while self.peek().is_some_and(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
            self.at += 1;
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

    /// Goes on to the next byte that is no blank, and looks at it.
    #[inline]
    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        if byte > b' ' { Some(byte) } else { self.after_blanks() }
    }

    fn after_blanks(&mut self) -> Option<u8> {
        const SPACES: u128 = 0x2020_2020_2020_2020_2020_2020_2020_2020;
        let mut at = self.at;
        while matches!(self.bytes.get(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            at += 1;
            // Indentation is half of a published definition: it is passed over by sixteen bytes.
            while let Some(chunk) = self.bytes.get(at..).and_then(|rest| rest.first_chunk()) {
                let spaces = (u128::from_le_bytes(*chunk) ^ SPACES).trailing_zeros() / 8;
                at += spaces as usize;
                if spaces < 16 {
                    break;
                }
            }
        }
        self.at = at;
        self.peek()
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
            '“' | '”' | '„' | '‘' | '’' => {
                "a word processor wrote this quote; JSON strings stand in straight ones: \""
            }
            '<' | '=' | '>' if is_conflict_mark(rest) => {
                "this is the mark of a merge conflict: keep one of the two versions, and remove the other and the marks"
            }
            '\0' => encoding(self.bytes),
            '\u{FEFF}' => "a byte order mark may stand only at the very start",
            _ if self.text[..self.at].trim_start().is_empty() => "a JSON document begins with `{` or `[`",
            ';' => "what stands in an object or a list is divided by commas",
            '=' => "a colon stands between a key and its value",
            '"' if wanted.contains("`,`") => "put a comma behind what stands before it",
            '}' | ']' => "a bracket before it is missing or too many",
            'A'..='Z' | 'a'..='z' if wanted.contains("key") => "put the key in double quotes",
            'A'..='Z' | 'a'..='z' => {
                "text stands in double quotes; without them are only numbers, `true`, `false` and `null`"
            }
            _ => "correct the JSON here",
        };
        let span = self.at..self.at + found.len_utf8();
        let shown =
            if found.is_ascii_graphic() { found.to_string() } else { found.escape_default().to_string() };
        error(span, format!("expected {wanted}, found `{shown}`"), help)
    }
}

/// Whether a text begins with what Git puts around two versions of a part.
fn is_conflict_mark(text: &str) -> bool {
    ["<<<<<<<", "=======", ">>>>>>>"].iter().any(|mark| text.starts_with(mark))
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

/// Notes the members of an object that repeat an earlier key of it.
fn repeats(document: &mut Document<'_>, object: u32) {
    let mut keys: Vec<(&str, u32)> = Vec::new();
    let mut child = object + 1;
    while child < document.behind(object) {
        keys.extend(document.key(child).map(|key| (key, child)));
        child = document.behind(child);
    }
    keys.sort_unstable();
    let pairs = keys.windows(2).filter(|pair| pair[0].0 == pair[1].0);
    let found: Vec<u32> = pairs.map(|pair| pair[1].1).collect();
    document.nodes[object as usize].has_repeats = !found.is_empty();
    document.duplicates.extend(found);
}

/// What to do about a NUL: text of another encoding without its mark has one beside each ASCII character.
fn encoding(bytes: &[u8]) -> &'static str {
    match bytes {
        [0, 0, 0, 1..=255, ..] => "the file is UTF-32, high byte first; save it as UTF-8",
        [1..=255, 0, 0, 0, ..] => "the file is UTF-32, low byte first; save it as UTF-8",
        [0, 1..=255, 0, ..] => {
            "the file is UTF-16, high byte first, without a byte order mark; save it as UTF-8"
        }
        [1..=255, 0, 1..=255, 0, ..] => {
            "the file is UTF-16, low byte first, without a byte order mark; save it as UTF-8"
        }
        _ => "a NUL is no part of JSON; remove it",
    }
}
