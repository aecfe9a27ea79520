//! ISO 8601 durations such as `PT4H`: the only place that uses the dates crate.

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

    /// Whole days, rounded up.
    pub fn days(&self) -> i64 {
        let Self(span) = self;
        let minutes = i64::from(span.get_hours()) * 60 + span.get_minutes();
        let seconds = minutes.saturating_mul(60).saturating_add(span.get_seconds());
        i64::from(span.get_days()) + seconds.max(0).saturating_add(86_399) / 86_400
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_read_counted_and_said() {
        let read = |text| Duration::parse(text).map(|duration| (duration.days(), duration.words()));
        assert_eq!(read("PT4H"), Some((1, "4 hours".into())));
        assert_eq!(read("P14D"), Some((14, "14 days".into())));
        assert_eq!(read("P1DT1H30M"), Some((2, "1 day, 1 hour and 30 minutes".into())));
        for wrong in ["", "P", "4h", "PT0S", "-PT4H", "P1M", "P1Y", "PT4H "] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
