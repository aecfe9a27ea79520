//! Points in time as text: reading the forms that leave no doubt, and writing them by .NET format strings in English.
//!
//! The engine reads many more forms, by culture; those are left alone. Source of the formats: Microsoft Learn, "Standard date
//! and time format strings" and "Custom date and time format strings".

use jiff::civil::{Date, DateTime, Time};

/// A point in time, and whether the text said that it is UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Timestamp {
    /// Date and time of day.
    pub(super) at: DateTime,
    /// Written with `Z`.
    pub(super) is_utc: bool,
}

/// What a text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// A timestamp.
    Timestamp(Timestamp),
    /// Of the form of a timestamp, with a month, day or hour that does not exist.
    Impossible,
    /// Of no form that is known here.
    Unknown,
}

/// Reads `2026-03-01`, `2026-03-01T08:00`, with seconds, a fraction and `Z`.
pub(super) fn read(text: &str) -> Reading {
    let (text, is_utc) = match text.strip_suffix(['Z', 'z']) {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, "00:00"));
    let Some([year, month, day]) = numbers(date, '-', &[4, 2, 2]) else { return Reading::Unknown };
    let (clock, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let Some([hour, minute, second]) =
        numbers(clock, ':', &[2, 2, 2]).or_else(|| numbers(clock, ':', &[2, 2]).map(|[h, m]| [h, m, 0]))
    else {
        return Reading::Unknown;
    };
    if fraction.is_empty() || fraction.len() > 7 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Reading::Unknown;
    }
    // Midnight at the end of a day is written so, too.
    if hour == 24 {
        return Reading::Unknown;
    }
    let nanoseconds = format!("{fraction:0<9}").parse().ok();
    let small = |number: i16| i8::try_from(number).ok();
    let date = small(month).zip(small(day)).and_then(|(month, day)| Date::new(year, month, day).ok());
    let time = small(hour).zip(small(minute)).zip(small(second)).zip(nanoseconds);
    let time = time.and_then(|(((hour, minute), second), nano)| Time::new(hour, minute, second, nano).ok());
    match date.zip(time).filter(|(date, _)| date.year() > 0) {
        Some((date, time)) => Reading::Timestamp(Timestamp { at: date.to_datetime(time), is_utc }),
        None => Reading::Impossible,
    }
}

/// Numbers of fixed widths between separators.
fn numbers<const N: usize>(text: &str, separator: char, widths: &[usize; N]) -> Option<[i16; N]> {
    let mut parts = text.split(separator);
    let mut found = [0; N];
    for (place, width) in found.iter_mut().zip(widths) {
        let part = parts.next().filter(|part| part.len() == *width)?;
        *place = part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())??;
    }
    parts.next().is_none().then_some(found)
}

impl Timestamp {
    /// Writes it by a format; nothing for a format whose result depends on more than this.
    pub(super) fn format(self, format: &str) -> Option<String> {
        let pattern = match format {
            "" | "o" | "O" => "yyyy-MM-ddTHH:mm:ss.fffffffK",
            "d" => "M/d/yyyy",
            "D" => "dddd, MMMM d, yyyy",
            "f" => "dddd, MMMM d, yyyy h:mm tt",
            "F" | "U" => "dddd, MMMM d, yyyy h:mm:ss tt",
            "g" => "M/d/yyyy h:mm tt",
            "G" => "M/d/yyyy h:mm:ss tt",
            "m" | "M" => "MMMM d",
            "r" | "R" => "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
            "s" => "yyyy-MM-ddTHH:mm:ss",
            "t" => "h:mm tt",
            "T" => "h:mm:ss tt",
            "u" => "yyyy-MM-dd HH:mm:ss'Z'",
            "y" | "Y" => "MMMM yyyy",
            other if other.len() == 1 => return None,
            pattern => pattern,
        };
        let mut out = String::new();
        let mut rest = pattern;
        while let Some(first) = rest.chars().next() {
            let run = rest.chars().take_while(|next| *next == first).count();
            let taken = match first {
                '\'' | '"' => {
                    let inner = &rest[1..];
                    let end = inner.find(first)?;
                    out.push_str(&inner[..end]);
                    end + 2
                }
                '\\' => {
                    let escaped = rest.chars().nth(1)?;
                    out.push(escaped);
                    1 + escaped.len_utf8()
                }
                '%' => 1,
                letter if letter.is_ascii_alphabetic() => {
                    self.part(letter, run, &mut out)?;
                    run
                }
                other => {
                    out.push(other);
                    other.len_utf8()
                }
            };
            rest = &rest[taken..];
        }
        Some(out)
    }

    /// One run of a letter of a pattern.
    fn part(self, letter: char, run: usize, out: &mut String) -> Option<()> {
        let padded = |number: i16| format!("{number:0run$}");
        let text = match (letter, run) {
            ('d', 1 | 2) => padded(self.at.day().into()),
            ('d', 3) => self.weekday().get(..3)?.to_owned(),
            ('d', _) => self.weekday().to_owned(),
            ('M', 1 | 2) => padded(self.at.month().into()),
            ('M', 3) => self.month().get(..3)?.to_owned(),
            ('M', _) => self.month().to_owned(),
            ('y', 1 | 2) => padded(self.at.year() % 100),
            ('y', _) => padded(self.at.year()),
            ('H', _) => format!("{:0width$}", self.at.hour(), width = run.min(2)),
            ('h', _) => format!("{:0width$}", (self.at.hour() + 11) % 12 + 1, width = run.min(2)),
            ('m', _) => format!("{:0width$}", self.at.minute(), width = run.min(2)),
            ('s', _) => format!("{:0width$}", self.at.second(), width = run.min(2)),
            ('f', 1..=7) => format!("{:09}", self.at.subsec_nanosecond()).get(..run)?.to_owned(),
            ('t', _) => (if self.at.hour() < 12 { "AM" } else { "PM" }).get(..run.min(2))?.to_owned(),
            ('K', 1) => (if self.is_utc { "Z" } else { "" }).to_owned(),
            // Letters without a meaning stand for themselves.
            ('F' | 'f' | 'z' | 'g' | 'K', _) => return None,
            (other, _) => other.to_string().repeat(run),
        };
        out.push_str(&text);
        Some(())
    }

    fn weekday(self) -> &'static str {
        const NAMES: [&str; 7] =
            ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
        usize::try_from(self.at.weekday().to_sunday_zero_offset())
            .ok()
            .and_then(|day| NAMES.get(day))
            .unwrap_or(&"")
    }

    fn month(self) -> &'static str {
        const NAMES: [&str; 12] = [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ];
        usize::try_from(self.at.month() - 1).ok().and_then(|month| NAMES.get(month)).unwrap_or(&"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_one(text: &str) -> Timestamp {
        match read(text) {
            Reading::Timestamp(found) => found,
            other => panic!("{text} is {other:?}"),
        }
    }

    #[test]
    fn formats_are_those_of_the_framework() {
        let moment = read_one("2018-03-05T15:07:09.1234567Z");
        for (format, text) in [
            ("", "2018-03-05T15:07:09.1234567Z"),
            ("d", "3/5/2018"),
            ("D", "Monday, March 5, 2018"),
            ("T", "3:07:09 PM"),
            ("u", "2018-03-05 15:07:09Z"),
            ("r", "Mon, 05 Mar 2018 15:07:09 GMT"),
            ("ddd, d MMM yyyy", "Mon, 5 Mar 2018"),
            ("yy/MM/dd hh.mm 'at' ff\\t", "18/03/05 03.07 at 12t"),
        ] {
            assert_eq!(moment.format(format).as_deref(), Some(text), "{format}");
        }
        assert_eq!(moment.format("q"), None);
        assert_eq!(moment.format("yyyy 'open"), None);
        assert_eq!(read_one("2018-03-05").format("o").as_deref(), Some("2018-03-05T00:00:00.0000000"));
    }

    #[test]
    fn what_leaves_doubt_is_not_read() {
        for text in [
            "03/15/2018",
            "2018-3-5",
            "2018-03-05T15:07:09+01:00",
            "now",
            "2018-03-05T15",
            "2018-03-05T24:00:00",
            "",
        ] {
            assert_eq!(read(text), Reading::Unknown, "{text}");
        }
        for text in ["2018-13-05", "2018-02-30T10:00:00Z", "2018-02-20T25:01:00Z"] {
            assert_eq!(read(text), Reading::Impossible, "{text}");
        }
    }
}
