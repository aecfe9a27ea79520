//! How wide text is, and where it breaks, without any font at hand.
//!
//! Widths are those of a wide sans-serif (DejaVu Sans), so that text set in a narrower one still fits. What stands
//! in no table counts as a full square, as Chinese, Japanese and Korean characters are.

use crate::base::words::visible;

/// A size and weight of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Face {
    /// The heading of the picture.
    Title,
    /// The heading of a box.
    Head,
    /// What a box says.
    Body,
    /// Remarks.
    Small,
    /// The word of a mark.
    Tag,
}

impl Face {
    /// Font size in pixels.
    pub(super) fn size(self) -> f64 {
        match self {
            Self::Title => 20.0,
            Self::Head => 14.0,
            Self::Body => 12.5,
            Self::Small => 11.0,
            Self::Tag => 10.0,
        }
    }

    /// Distance between lines in pixels.
    pub(super) fn line(self) -> f64 {
        (self.size() * 1.4).round()
    }

    /// Its class in the style sheet.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Head => "head",
            Self::Body => "body",
            Self::Small => "small",
            Self::Tag => "tag",
        }
    }

    fn is_bold(self) -> bool {
        matches!(self, Self::Title | Self::Head | Self::Tag)
    }
}

/// The width of a line of text in pixels, rather too large than too small.
pub(super) fn width(text: &str, face: Face) -> f64 {
    let weight = if face.is_bold() { 1.12 } else { 1.0 };
    text.chars().map(advance).sum::<f64>() * face.size() * weight
}

/// The width of a character in ems.
fn advance(c: char) -> f64 {
    match c {
        'i' | 'j' | 'l' | 'I' | 'J' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | ' ' => 0.36,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '/' | '\\' | '-' | '"' | '·' => 0.46,
        'm' | 'w' | 'M' | 'W' | '%' | '@' | '—' | '…' => 1.0,
        'A'..='Z' | '+' | '=' | '<' | '>' | '~' | '#' | '&' | '^' | '→' => 0.84,
        ' '..='~' => 0.65,
        '\u{300}'..='\u{36F}' => 0.0,
        '\u{A0}'..='\u{24F}' | '\u{370}'..='\u{52F}' => 0.84,
        _ => 1.05,
    }
}

/// The lines of a text within a width: broken at blanks, inside a word only where it is wider than a line, and between
/// any two characters of a script without blanks. At most so many lines; the last ends in `…` where there was more.
pub(super) fn lines(text: &str, face: Face, room: f64, most: usize) -> Vec<String> {
    let clean = visible(text).replace(['\n', '\t', char::REPLACEMENT_CHARACTER], " ");
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in clean.split_whitespace() {
        let joined = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if width(&joined, face) <= room {
            line = joined;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for c in word.chars() {
            line.push(c);
            if width(&line, face) > room && line.chars().count() > 1 {
                line.pop();
                lines.push(std::mem::replace(&mut line, c.to_string()));
            }
        }
        if lines.len() > most {
            break;
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            while width(&format!("{last}…"), face) > room && last.pop().is_some() {}
            last.truncate(last.trim_end().len());
            last.push('…');
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_wider_than_its_room() {
        for text in [
            "Tells Defender for Endpoint to stop managed devices from opening the URL",
            "Wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww",
            "利用者のサインインを取り消し、端末を隔離して、受信トレイの規則を削除します。",
            "a 利用者 b \u{202E}turned\nround",
        ] {
            for room in [60.0, 150.0, 400.0] {
                for line in lines(text, Face::Body, room, 20) {
                    assert!(width(&line, Face::Body) <= room, "{line} in {room}");
                    assert!(!line.contains(['\u{202E}', '\n']));
                }
            }
        }
    }

    #[test]
    fn what_is_left_out_is_shown_by_an_ellipsis() {
        let cut = lines("one two three four five six seven", Face::Body, 80.0, 2);
        assert_eq!(cut.len(), 2);
        assert!(cut[1].ends_with('…'), "{cut:?}");
        assert_eq!(lines("one two", Face::Body, 800.0, 2), ["one two"]);
    }

    #[test]
    fn a_square_character_takes_a_square() {
        assert!(width("漢字", Face::Body) >= 2.0 * Face::Body.size());
    }
}
