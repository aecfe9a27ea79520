//! Functions over timestamps. A timestamp is text; its reader takes many forms, so only text without a single digit is
//! known to be refused here.

use serde_json::Value;

use super::super::types::Kinds;
use super::{
    Function, INT, Parameter, Refusal, Returns, STRING, Words, function, number, str_at, text, words,
};

const TIMESTAMP: Parameter = text("timestamp");
const FORMAT: Parameter = words("format", &FORMATS);
const UNIT: Parameter = words("timeUnit", &UNITS);
const ZONE: Parameter = text("destinationTimeZone");

pub(super) static FUNCTIONS: &[Function] = &[
    function("addDays", &[TIMESTAMP, number("days"), FORMAT], STRING).optional(1).computed(readable),
    function("addHours", &[TIMESTAMP, number("hours"), FORMAT], STRING).optional(1).computed(readable),
    function("addMinutes", &[TIMESTAMP, number("minutes"), FORMAT], STRING).optional(1).computed(readable),
    function("addSeconds", &[TIMESTAMP, number("seconds"), FORMAT], STRING).optional(1).computed(readable),
    function("addToTime", &[TIMESTAMP, number("interval"), UNIT, FORMAT], STRING)
        .optional(1)
        .computed(readable),
    function("convertFromUtc", &[TIMESTAMP, ZONE, FORMAT], STRING).optional(1).computed(readable),
    function("convertTimeZone", &[TIMESTAMP, text("sourceTimeZone"), ZONE, FORMAT], STRING)
        .optional(1)
        .computed(readable),
    function("convertToUtc", &[TIMESTAMP, text("sourceTimeZone"), FORMAT], STRING)
        .optional(1)
        .computed(readable),
    function("dateDifference", &[text("startDate"), text("endDate")], STRING).computed(both_readable),
    function("dayOfMonth", &[TIMESTAMP], INT).computed(readable),
    function("dayOfWeek", &[TIMESTAMP], INT).computed(readable),
    function("dayOfYear", &[TIMESTAMP], INT).computed(readable),
    function("formatDateTime", &[TIMESTAMP, FORMAT, text("locale")], STRING).optional(2).computed(readable),
    function("formatTimeSpan", &[text("timeSpan"), text("format"), text("culture")], STRING).optional(1),
    function("getFutureTime", &[number("interval"), UNIT, FORMAT], STRING).optional(1),
    function("getPastTime", &[number("interval"), UNIT, FORMAT], STRING).optional(1),
    function("parseDateTime", &[TIMESTAMP, text("locale"), text("format")], STRING)
        .optional(2)
        .computed(readable),
    function("startOfDay", &[TIMESTAMP, FORMAT], STRING).optional(1).computed(readable),
    function("startOfHour", &[TIMESTAMP, FORMAT], STRING).optional(1).computed(readable),
    function("startOfMonth", &[TIMESTAMP, FORMAT], STRING).optional(1).computed(readable),
    function("subtractFromTime", &[TIMESTAMP, number("interval"), UNIT, FORMAT], STRING)
        .optional(1)
        .computed(readable),
    function("ticks", &[TIMESTAMP], Returns::One(Kinds::INT)).computed(readable),
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

/// Judges the first argument; what the result is depends on formats and cultures.
fn readable(arguments: &[Value]) -> Result<Value, Refusal> {
    judge(str_at(arguments, 0)?)
}

fn both_readable(arguments: &[Value]) -> Result<Value, Refusal> {
    match judge(str_at(arguments, 0)?) {
        Err(Refusal::Unknown) => judge(str_at(arguments, 1)?),
        judged => judged,
    }
}

fn judge(timestamp: &str) -> Result<Value, Refusal> {
    if timestamp.bytes().any(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::Unknown);
    }
    Err(Refusal::fails(format!("`{timestamp}` is no timestamp; write one like 2026-03-01T08:00:00Z")))
}
