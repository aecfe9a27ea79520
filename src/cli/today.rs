//! The day: the one thing that a command may ask the clock, and only where `--as-of` does not say.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// Today in UTC, as `YYYY-MM-DD`.
#[expect(
    clippy::disallowed_methods,
    reason = "suppressions expire by the calendar unless --as-of names a day"
)]
pub(super) fn today() -> String {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    let now = Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH);
    now.to_zoned(TimeZone::UTC).date().to_string()
}
