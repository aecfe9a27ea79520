//! Text as it was read: decoding, lines and columns.
//!
//! A [`Source`] owns one document's text. Offsets everywhere are bytes of that text; lines and columns are made
//! only when a diagnostic is shown, 1-based, columns in Unicode scalar values.

use std::ops::Range;

/// The largest document read, in bytes. The largest real export seen is 305 kB; a Logic App definition may have 1 MB.
pub const MAX_BYTES: usize = 64 * 1024 * 1024;

/// A decoded document with the name shown to people (a path, `a.zip!/member`, or `<stdin>`).
#[derive(Debug, Clone)]
pub struct Source {
    name: String,
    text: String,
    encoding: Encoding,
}

/// How the bytes were encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8 without a byte order mark.
    Utf8,
    /// UTF-8 with a byte order mark, which is not part of the text.
    Utf8Bom,
    /// UTF-16 with the low byte first, recognised by its mark.
    Utf16Le,
    /// UTF-16 with the high byte first, recognised by its mark.
    Utf16Be,
}

impl Encoding {
    /// The bytes of a text, with its mark: what decoding gives back as this text in this encoding.
    pub fn encode(self, text: &str) -> Vec<u8> {
        let units = || std::iter::once(0xFEFF).chain(text.encode_utf16());
        match self {
            Self::Utf8 => text.as_bytes().to_vec(),
            Self::Utf8Bom => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            Self::Utf16Le => units().flat_map(u16::to_le_bytes).collect(),
            Self::Utf16Be => units().flat_map(u16::to_be_bytes).collect(),
        }
    }
}

/// Why bytes could not become text. The offset is in bytes of the input.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// A byte that is not UTF-8.
    #[error("the bytes from offset {offset} on are not UTF-8")]
    NotUtf8 {
        /// Where the first bad byte stands.
        offset: usize,
    },
    /// A UTF-16 document with a broken surrogate pair or an odd length.
    #[error("the document says that it is UTF-16 but is broken as such")]
    NotUtf16,
    /// UTF-32, as its mark says.
    #[error("the document is UTF-32, which is not read")]
    Utf32,
    /// More than [`MAX_BYTES`].
    #[error("the document has {bytes} bytes; at most {MAX_BYTES} are read")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
}

impl Source {
    /// Wraps text that is already decoded.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self { name: name.into(), text: text.into(), encoding: Encoding::Utf8 }
    }

    /// Decodes bytes: UTF-8 with or without a byte order mark, or UTF-16 with one.
    ///
    /// # Errors
    /// [`DecodeError`] for bytes that are no text, or too many.
    pub fn decode(name: impl Into<String>, bytes: &[u8]) -> Result<Self, DecodeError> {
        Self::from_bytes(name, bytes.to_vec())
    }

    /// The same for bytes that nobody else needs: text without a mark is not copied.
    ///
    /// # Errors
    /// As [`Source::decode`].
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>) -> Result<Self, DecodeError> {
        if bytes.len() > MAX_BYTES {
            return Err(DecodeError::TooLarge { bytes: bytes.len() });
        }
        let (text, encoding) = match &bytes[..] {
            [0xEF, 0xBB, 0xBF, rest @ ..] => (utf8(rest.to_vec(), 3)?, Encoding::Utf8Bom),
            [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => return Err(DecodeError::Utf32),
            [0xFF, 0xFE, rest @ ..] => (utf16(rest, u16::from_le_bytes)?, Encoding::Utf16Le),
            [0xFE, 0xFF, rest @ ..] => (utf16(rest, u16::from_be_bytes)?, Encoding::Utf16Be),
            _ => (utf8(bytes, 0)?, Encoding::Utf8),
        };
        Ok(Self { name: name.into(), text, encoding })
    }

    /// The name shown to people.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text, without a byte order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How it was encoded.
    pub fn encoding(&self) -> Encoding {
        self.encoding
    }
}

fn utf8(bytes: Vec<u8>, skipped: usize) -> Result<String, DecodeError> {
    String::from_utf8(bytes)
        .map_err(|error| DecodeError::NotUtf8 { offset: error.utf8_error().valid_up_to() + skipped })
}

fn utf16(bytes: &[u8], unit: impl Fn([u8; 2]) -> u16 + Copy) -> Result<String, DecodeError> {
    let (mut rest, odd) = bytes.as_chunks::<2>();
    if !odd.is_empty() {
        return Err(DecodeError::NotUtf16);
    }
    let is_ascii = |pair: &&[u8; 2]| unit(**pair) < 0x80;
    let mut text = Vec::with_capacity(rest.len());
    // Nearly all of such a document is ASCII, where a unit is a character and a byte.
    while !rest.is_empty() {
        let (plain, other) = rest.split_at(rest.iter().take_while(is_ascii).count());
        text.extend(plain.iter().map(|pair| unit(*pair) as u8));
        let (other, behind) = other.split_at(other.iter().take_while(|pair| !is_ascii(pair)).count());
        for c in char::decode_utf16(other.iter().map(|pair| unit(*pair))) {
            let c = c.map_err(|_| DecodeError::NotUtf16)?;
            text.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        }
        rest = behind;
    }
    String::from_utf8(text).map_err(|_| DecodeError::NotUtf16)
}

/// A place for people: 1-based line, 1-based column in Unicode scalar values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// 1-based line.
    pub line: usize,
    /// 1-based column, in Unicode scalar values.
    pub column: usize,
}

/// Lines and characters of a text, counted once, so that many offsets can be turned into positions. They are counted by
/// blocks: a text may be one line, or nothing but line feeds, and what is kept of it stays small.
#[derive(Debug)]
pub struct Lines<'a> {
    text: &'a str,
    blocks: Vec<Block>,
}

/// What stands before a block of [`BLOCK`] bytes.
#[derive(Debug, Clone, Copy, Default)]
struct Block {
    /// Line feeds.
    feeds: usize,
    characters: usize,
    /// Where the line starts that goes on in the block.
    line: usize,
}

/// The bytes of a block, in which is counted one by one.
const BLOCK: usize = 4096;

impl<'a> Lines<'a> {
    /// Counts in `text`. A line ends with `\n`; a `\r` before it belongs to the line.
    pub fn new(text: &'a str) -> Self {
        let mut before = Block::default();
        let mut blocks = vec![before];
        for (at, bytes) in text.as_bytes().chunks(BLOCK).enumerate() {
            before = Block {
                feeds: before.feeds + feeds(bytes),
                characters: before.characters + characters(bytes),
                line: last_feed(bytes).map_or(before.line, |last| at * BLOCK + last + 1),
            };
            blocks.push(before);
        }
        Self { text, blocks }
    }

    /// The position of a byte offset; an offset past the end or inside a character is moved back to a boundary.
    pub fn position(&self, offset: usize) -> Position {
        let offset = floor_boundary(self.text, offset);
        let (block, bytes) = self.block(offset);
        let start = last_feed(bytes).map_or(block.line, |last| offset - bytes.len() + last + 1);
        Position {
            line: block.feeds + feeds(bytes) + 1,
            column: self.characters_before(offset) - self.characters_before(start) + 1,
        }
    }

    fn characters_before(&self, offset: usize) -> usize {
        let (block, bytes) = self.block(offset);
        block.characters + characters(bytes)
    }

    /// The block that an offset stands in, and what of it stands before the offset.
    fn block(&self, offset: usize) -> (Block, &[u8]) {
        let at = offset / BLOCK;
        (self.blocks[at], &self.text.as_bytes()[at * BLOCK..offset])
    }

    /// Both ends of a span; the end is the position just after the last character.
    pub fn range(&self, span: &Range<usize>) -> (Position, Position) {
        (self.position(span.start), self.position(span.end.max(span.start)))
    }
}

/// How many line feeds there are: by as many as a byte can count, which goes many at a time.
fn feeds(bytes: &[u8]) -> usize {
    let count = |bytes: &[u8]| bytes.iter().map(|byte| u8::from(*byte == b'\n')).sum::<u8>();
    bytes.chunks(usize::from(u8::MAX)).map(|bytes| usize::from(count(bytes))).sum()
}

fn last_feed(bytes: &[u8]) -> Option<usize> {
    bytes.iter().rposition(|byte| *byte == b'\n')
}

/// How many characters begin in these bytes.
fn characters(bytes: &[u8]) -> usize {
    if bytes.is_ascii() { bytes.len() } else { bytes.iter().filter(|byte| **byte & 0xC0 != 0x80).count() }
}

fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_scalars_and_lines_start_at_one() {
        let lines = Lines::new("ab\né日x\n");
        assert_eq!(lines.position(0), Position { line: 1, column: 1 });
        assert_eq!(lines.position(3), Position { line: 2, column: 1 });
        assert_eq!(lines.position(8), Position { line: 2, column: 3 });
        assert_eq!(lines.position(999), Position { line: 3, column: 1 });
    }

    #[test]
    fn columns_are_right_in_lines_longer_than_a_block() {
        let text = format!("x\n{}", "é1".repeat(4 * BLOCK));
        let lines = Lines::new(&text);
        for characters in [0, 1, 2, BLOCK - 1, BLOCK, 3 * BLOCK + 1, 8 * BLOCK] {
            let offset = 2 + characters / 2 * 3 + characters % 2 * 2;
            assert_eq!(lines.position(offset), Position { line: 2, column: characters + 1 });
        }
        let whole = "y".repeat(BLOCK);
        assert_eq!(Lines::new(&whole).position(BLOCK).column, BLOCK + 1);
        assert_eq!(Lines::new("").position(7), Position { line: 1, column: 1 });
    }

    #[test]
    fn lines_are_right_on_both_sides_of_a_block() {
        let text = format!("{}\n\nab", "x".repeat(BLOCK - 1));
        let lines = Lines::new(&text);
        let at = |offset: usize| (lines.position(offset).line, lines.position(offset).column);
        assert_eq!([BLOCK - 1, BLOCK, BLOCK + 1, BLOCK + 3].map(at), [(1, BLOCK), (2, 1), (3, 1), (3, 3)]);
        let feeds = "\n".repeat(2 * BLOCK);
        assert_eq!(Lines::new(&feeds).position(2 * BLOCK), Position { line: 2 * BLOCK + 1, column: 1 });
    }

    #[test]
    fn what_is_encoded_decodes_to_the_same() {
        for encoding in [Encoding::Utf8, Encoding::Utf8Bom, Encoding::Utf16Le, Encoding::Utf16Be] {
            let source = Source::decode("x", &encoding.encode("{\"é\": \"😀\"}\r\n")).unwrap();
            assert_eq!((source.text(), source.encoding()), ("{\"é\": \"😀\"}\r\n", encoding));
        }
    }

    #[test]
    fn decodes_the_encodings_that_windows_writes() {
        let utf16: Vec<u8> =
            [0xFEFF_u16].into_iter().chain("{}é".encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let source = Source::decode("x", &utf16).unwrap();
        assert_eq!((source.text(), source.encoding()), ("{}é", Encoding::Utf16Le));
        assert_eq!(Source::decode("x", b"\xEF\xBB\xBF[]").unwrap().text(), "[]");
        assert_eq!(Source::decode("x", b"ab\xFF").unwrap_err(), DecodeError::NotUtf8 { offset: 2 });
        assert_eq!(Source::decode("x", b"\xFF\xFE\x00").unwrap_err(), DecodeError::NotUtf16);
        for utf32 in [&b"\xFF\xFE\x00\x00{\x00\x00\x00"[..], b"\x00\x00\xFE\xFF\x00\x00\x00{"] {
            assert_eq!(Source::decode("x", utf32).unwrap_err(), DecodeError::Utf32);
        }
        // Half of a pair, before a letter and before the other half of none.
        for broken in [b"\xFF\xFEa\x00\x3D\xD8b\x00", b"\xFF\xFE\xE9\x00\x3D\xD8\xE9\x00"] {
            assert_eq!(Source::decode("x", broken).unwrap_err(), DecodeError::NotUtf16);
        }
    }
}
