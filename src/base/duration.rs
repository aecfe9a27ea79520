//! Lengths of time: ISO 8601 durations such as `PT4H`, and what a workflow definition may write in their place. The only
//! place that uses the dates crate.

use jiff::Span;

/// A duration of days, hours, minutes and seconds, longer than nothing.
#[derive(Debug, Clone, Copy)]
pub struct Duration(Span);

impl Duration {
    /// Reads `P1D`, `PT4H`, `PT30M`…; `None` for anything else, for years, months and weeks, and for zero or less.
    pub fn parse(text: &str) -> Option<Self> {
        // The crate also reads `4h`, which the service does not.
        let span: Span = text.starts_with('P').then(|| text.parse().ok())??;
        let calendar = span.get_years() != 0 || span.get_months() != 0 || span.get_weeks() != 0;
        (!calendar && span.is_positive()).then_some(Self(span))
    }

    /// In words: `1 day and 4 hours`.
    pub fn words(&self) -> String {
        let Self(span) = self;
        let parts = [
            (i64::from(span.get_days()), "day"),
            (i64::from(span.get_hours()), "hour"),
            (span.get_minutes(), "minute"),
            (span.get_seconds(), "second"),
        ];
        let worded = parts.into_iter().filter(|(count, _)| *count != 0).map(|(count, unit)| match count {
            1 => format!("1 {unit}"),
            count => format!("{count} {unit}s"),
        });
        super::words::join(&worded.collect::<Vec<_>>())
    }
}

/// The seconds of a length of time as the workflow service reads it: ISO 8601 (`PT20S`, `P1DT2H`), or days, hours,
/// minutes and seconds (`1.02:00:00`). A month counts as 30 days and a year as 365. `None` for anything else.
pub fn seconds(text: &str) -> Option<f64> {
    match text.strip_prefix('P') {
        Some(rest) => iso_seconds(rest),
        None => clock_seconds(text),
    }
}

fn iso_seconds(text: &str) -> Option<f64> {
    let (date, time) = match text.split_once('T') {
        Some((_, "")) => return None,
        Some((date, time)) => (date, time),
        None if text.is_empty() => return None,
        None => (text, ""),
    };
    let days = parts(date, &[('Y', 365.0), ('M', 30.0), ('W', 7.0), ('D', 1.0)])?;
    let seconds = parts(time, &[('H', 3600.0), ('M', 60.0), ('S', 1.0)])?;
    Some(days * 86_400.0 + seconds)
}

/// The sum of numbers that each are followed by a unit.
fn parts(mut text: &str, units: &[(char, f64)]) -> Option<f64> {
    let mut sum = 0.0;
    while !text.is_empty() {
        let end = text.find(|c: char| !c.is_ascii_digit() && c != '.').filter(|end| *end > 0)?;
        let unit = text[end..].chars().next()?;
        let (_, worth) = units.iter().find(|(name, _)| *name == unit)?;
        sum += text[..end].parse::<f64>().ok()? * worth;
        text = &text[end + 1..];
    }
    Some(sum)
}

/// `[days.]hours:minutes[:seconds]`.
fn clock_seconds(text: &str) -> Option<f64> {
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut fields = text.split(':');
    let (days, hours) = match fields.next()?.split_once('.') {
        Some((days, hours)) => (days, hours),
        None => ("0", text.split(':').next()?),
    };
    let minutes = fields.next()?;
    let seconds = fields.next().unwrap_or("0");
    let is_plain = is_digits(days) && is_digits(hours) && is_digits(minutes) && fields.next().is_none();
    if !is_plain || !seconds.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let number = |text: &str| text.parse::<f64>().ok();
    Some(number(days)? * 86_400.0 + number(hours)? * 3600.0 + number(minutes)? * 60.0 + number(seconds)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_counted_and_said() {
        let read = |text| Duration::parse(text).map(|duration| duration.words());
        assert_eq!(read("PT4H").as_deref(), Some("4 hours"));
        assert_eq!(read("P14D").as_deref(), Some("14 days"));
        assert_eq!(read("P1DT1H30M").as_deref(), Some("1 day, 1 hour and 30 minutes"));
        for wrong in ["", "P", "4h", "PT0S", "-PT4H", "P1M", "P1Y", "PT4H "] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn lengths_of_time_are_read_in_both_spellings() {
        for (text, expected) in [
            ("PT20S", 20.0),
            ("P1DT2H", 93_600.0),
            ("PT1.5M", 90.0),
            ("P1M", 2_592_000.0),
            ("1.02:00:00", 93_600.0),
            ("60.00:00:00", 5_184_000.0),
            ("00:30", 1800.0),
            ("01:00:00.5", 3600.5),
        ] {
            assert_eq!(seconds(text), Some(expected), "{text}");
        }
        for wrong in
            ["", "P", "PT", "20S", "PT20", "PTS", "4h", "1:2:3:4", "a:b", "P1DT", "1.2", "ab", "P1Hé"]
        {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }
}
