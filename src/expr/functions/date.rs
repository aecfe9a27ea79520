//! Functions over timestamps. A timestamp is text; the engine reads many forms, so what is computed here are those that
//! leave no doubt, and what is refused is text without a single digit and days that no calendar has.

use jiff::Span;
use jiff::civil::{Date, Time};
use serde_json::Value;

use super::super::types::Kinds;
use super::timestamp::{Reading, Timestamp, read};
use super::{
    Function, INT, Parameter, Refusal, Returns, STRING, Words, function, int_at, number, str_at, text, words,
};

const TIMESTAMP: Parameter = text("timestamp");
const FORMAT: Parameter = words("format", &FORMATS);
const UNIT: Parameter = words("timeUnit", &UNITS);
const ZONE: Parameter = text("destinationTimeZone");

pub(super) static FUNCTIONS: &[Function] = &[
    function("addDays", &[TIMESTAMP, number("days"), FORMAT], STRING).optional(1).computed(add_days),
    function("addHours", &[TIMESTAMP, number("hours"), FORMAT], STRING).optional(1).computed(add_hours),
    function("addMinutes", &[TIMESTAMP, number("minutes"), FORMAT], STRING).optional(1).computed(add_minutes),
    function("addSeconds", &[TIMESTAMP, number("seconds"), FORMAT], STRING).optional(1).computed(add_seconds),
    function("addToTime", &[TIMESTAMP, number("interval"), UNIT, FORMAT], STRING)
        .optional(1)
        .computed(add_to_time),
    function("convertFromUtc", &[TIMESTAMP, ZONE, FORMAT], STRING).optional(1).computed(readable),
    function("convertTimeZone", &[TIMESTAMP, text("sourceTimeZone"), ZONE, FORMAT], STRING)
        .optional(1)
        .computed(readable),
    function("convertToUtc", &[TIMESTAMP, text("sourceTimeZone"), FORMAT], STRING)
        .optional(1)
        .computed(readable),
    function("dateDifference", &[text("startDate"), text("endDate")], STRING).computed(both_readable),
    function("dayOfMonth", &[TIMESTAMP], INT).computed(day_of_month),
    function("dayOfWeek", &[TIMESTAMP], INT).computed(day_of_week),
    function("dayOfYear", &[TIMESTAMP], INT).computed(day_of_year),
    function("formatDateTime", &[TIMESTAMP, FORMAT, text("locale")], STRING)
        .optional(2)
        .computed(format_date_time),
    function("formatTimeSpan", &[text("timeSpan"), text("format"), text("culture")], STRING).optional(1),
    function("getFutureTime", &[number("interval"), UNIT, FORMAT], STRING).optional(1),
    function("getPastTime", &[number("interval"), UNIT, FORMAT], STRING).optional(1),
    function("parseDateTime", &[TIMESTAMP, text("locale"), text("format")], STRING)
        .optional(2)
        .computed(parsable),
    function("startOfDay", &[TIMESTAMP, FORMAT], STRING).optional(1).computed(start_of_day),
    function("startOfHour", &[TIMESTAMP, FORMAT], STRING).optional(1).computed(start_of_hour),
    function("startOfMonth", &[TIMESTAMP, FORMAT], STRING).optional(1).computed(start_of_month),
    function("subtractFromTime", &[TIMESTAMP, number("interval"), UNIT, FORMAT], STRING)
        .optional(1)
        .computed(subtract_from_time),
    function("ticks", &[TIMESTAMP], Returns::One(Kinds::INT)).computed(ticks),
    function("utcNow", &[FORMAT], STRING).optional(1),
];

/// Source: the function reference, `addToTime`, in any case and number.
static UNITS: Words = Words {
    accepts: |unit| {
        let unit = unit.to_ascii_lowercase();
        let unit = unit.strip_suffix('s').unwrap_or(&unit);
        matches!(unit, "second" | "minute" | "hour" | "day" | "week" | "month" | "year")
    },
    allowed: "the units are Second, Minute, Hour, Day, Week, Month and Year",
};

/// A single letter is a standard format, and there are nineteen; longer texts are patterns. Source: Microsoft Learn,
/// "Standard date and time format strings".
static FORMATS: Words = Words {
    accepts: |format| {
        let mut letters = format.chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None) => "dDfFgGmMoOrRstTuUyY".contains(letter),
            _ => true,
        }
    },
    allowed: "a format of one letter is one of d, D, f, F, g, G, m, o, r, s, t, T, u, U and y; a longer one is a pattern, \
              such as yyyy-MM-dd",
};

/// Judges the first argument; what the result is depends on time zones and cultures.
fn readable(arguments: &[Value]) -> Result<Value, Refusal> {
    timestamp(arguments, 0)?;
    Err(Refusal::Unknown)
}

/// With a format the text may be of any form.
fn parsable(arguments: &[Value]) -> Result<Value, Refusal> {
    if arguments.len() > 1 { Err(Refusal::Unknown) } else { readable(arguments) }
}

fn both_readable(arguments: &[Value]) -> Result<Value, Refusal> {
    for index in 0..2 {
        if let Err(refusal @ Refusal::Fails(_)) = timestamp(arguments, index) {
            return Err(refusal);
        }
    }
    Err(Refusal::Unknown)
}

fn timestamp(arguments: &[Value], index: usize) -> Result<Timestamp, Refusal> {
    let text = str_at(arguments, index)?;
    match read(text) {
        Reading::Timestamp(found) => Ok(found),
        Reading::Impossible => {
            Err(Refusal::fails(format!("`{text}` is no timestamp: no calendar or clock has it")))
        }
        Reading::Unknown if text.bytes().any(|byte| byte.is_ascii_digit()) => Err(Refusal::Unknown),
        Reading::Unknown => {
            Err(Refusal::fails(format!("`{text}` is no timestamp; write one like 2026-03-01T08:00:00Z")))
        }
    }
}

/// A timestamp as the format argument of that index wants it, or as the engine writes it by default.
fn written(at: Timestamp, arguments: &[Value], format: usize) -> Result<Value, Refusal> {
    let format = if arguments.len() > format { str_at(arguments, format)? } else { "" };
    at.format(format).map(Value::from).ok_or(Refusal::Unknown)
}

/// The first argument, moved by an amount of a unit.
fn moved(arguments: &[Value], unit: &str, amount: i64, format: usize) -> Result<Value, Refusal> {
    let from = timestamp(arguments, 0)?;
    let span = Span::new();
    let span = match unit.to_ascii_lowercase().trim_end_matches('s') {
        "second" => span.try_seconds(amount),
        "minute" => span.try_minutes(amount),
        "hour" => span.try_hours(amount),
        "day" => span.try_days(amount),
        "week" => span.try_weeks(amount),
        "month" => span.try_months(amount),
        "year" => span.try_years(amount),
        _ => return Err(Refusal::Unknown),
    };
    let at = span.and_then(|span| from.at.checked_add(span)).map_err(|_| Refusal::Unknown)?;
    written(Timestamp { at, ..from }, arguments, format)
}

fn add_days(arguments: &[Value]) -> Result<Value, Refusal> {
    moved(arguments, "day", int_at(arguments, 1)?, 2)
}

fn add_hours(arguments: &[Value]) -> Result<Value, Refusal> {
    moved(arguments, "hour", int_at(arguments, 1)?, 2)
}

fn add_minutes(arguments: &[Value]) -> Result<Value, Refusal> {
    moved(arguments, "minute", int_at(arguments, 1)?, 2)
}

fn add_seconds(arguments: &[Value]) -> Result<Value, Refusal> {
    moved(arguments, "second", int_at(arguments, 1)?, 2)
}

fn add_to_time(arguments: &[Value]) -> Result<Value, Refusal> {
    moved(arguments, str_at(arguments, 2)?, int_at(arguments, 1)?, 3)
}

fn subtract_from_time(arguments: &[Value]) -> Result<Value, Refusal> {
    let amount = int_at(arguments, 1)?.checked_neg().ok_or(Refusal::Unknown)?;
    moved(arguments, str_at(arguments, 2)?, amount, 3)
}

fn day_of_month(arguments: &[Value]) -> Result<Value, Refusal> {
    Ok(timestamp(arguments, 0)?.at.day().into())
}

fn day_of_week(arguments: &[Value]) -> Result<Value, Refusal> {
    Ok(timestamp(arguments, 0)?.at.weekday().to_sunday_zero_offset().into())
}

fn day_of_year(arguments: &[Value]) -> Result<Value, Refusal> {
    Ok(timestamp(arguments, 0)?.at.day_of_year().into())
}

/// In English; other languages are left to the engine.
fn format_date_time(arguments: &[Value]) -> Result<Value, Refusal> {
    let at = timestamp(arguments, 0)?;
    match arguments.get(2).map(Value::as_str) {
        None => written(at, arguments, 1),
        Some(Some(locale)) if locale.eq_ignore_ascii_case("en-us") => written(at, arguments, 1),
        Some(_) => Err(Refusal::Unknown),
    }
}

fn start_of_day(arguments: &[Value]) -> Result<Value, Refusal> {
    let from = timestamp(arguments, 0)?;
    let at = from.at.date().to_datetime(Time::midnight());
    written(Timestamp { at, ..from }, arguments, 1)
}

fn start_of_hour(arguments: &[Value]) -> Result<Value, Refusal> {
    let from = timestamp(arguments, 0)?;
    let at = from.at.date().at(from.at.hour(), 0, 0, 0);
    written(Timestamp { at, ..from }, arguments, 1)
}

fn start_of_month(arguments: &[Value]) -> Result<Value, Refusal> {
    let from = timestamp(arguments, 0)?;
    let at = from.at.date().first_of_month().to_datetime(Time::midnight());
    written(Timestamp { at, ..from }, arguments, 1)
}

/// Tenths of a microsecond since the year 1. A text without `Z` is taken for UTC, which is the engine's clock.
fn ticks(arguments: &[Value]) -> Result<Value, Refusal> {
    let at = timestamp(arguments, 0)?.at;
    let epoch = Date::constant(1, 1, 1).to_datetime(Time::midnight());
    let since = at.duration_since(epoch);
    let fraction = i64::from(since.subsec_nanos()) / 100;
    since
        .as_secs()
        .checked_mul(10_000_000)
        .and_then(|ticks| ticks.checked_add(fraction))
        .map(Value::from)
        .ok_or(Refusal::Unknown)
}
