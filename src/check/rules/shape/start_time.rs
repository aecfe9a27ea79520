//! A recurrence begins, or a Wait ends, at no certain time.

use crate::base::diagnostic::{Diagnostic, Rule, Severity};
use crate::check::{Context, Findings, Interest, Lint};
use crate::workflow::Action;

crate::rule! {
    /// ## What it does
    /// Reports a literal `startTime` or `endTime` of a recurrence, or `timestamp` of a Wait, that is no time as ISO 8601
    /// writes it, or no day of the calendar. Warns about a start or end that has neither a time zone beside it nor Z or an
    /// offset at its end.
    ///
    /// ## Why is this bad
    /// Without a zone the time is read as UTC, whatever was meant; text that is no time is refused.
    ///
    /// ## Example
    /// ```json
    /// "startTime": "24.12.2026 07:00"
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "startTime": "2026-12-24T07:00:00", "timeZone": "W. Europe Standard Time"
    /// ```
    ///
    /// ## References
    /// - Microsoft Learn: "Schema reference guide for trigger and action types in Azure Logic Apps", Recurrence trigger
    /// - Azure/LogicAppsUX#9010: a `startTime` of another format is refused with the status code 400
    RULE = "CF1033" "start-time" Error;
}

/// The lint.
#[derive(Debug)]
pub struct StartTime;

impl Lint for StartTime {
    fn rule(&self) -> &'static Rule {
        &RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.definitions().actions(&["Wait"])
    }

    fn action(&self, cx: &Context<'_, '_>, action: &Action<'_>, out: &mut Findings) {
        let Some(node) = action.node.path(&["inputs", "until", "timestamp"]) else { return };
        let Some(text) = cx.definition.literal(node).filter(|text| !text.is_empty()) else { return };
        if action.is("Wait") && zoned(text).is_none() {
            let help = "write it as `2026-12-24T07:00:00Z`, or compute it, as addHours(utcNow(), 8) does";
            out.push(Diagnostic::new(&RULE, node.pointer(), "`timestamp` is no time").help(help));
        }
    }

    fn definition(&self, cx: &Context<'_, '_>, out: &mut Findings) {
        for recurrence in cx.definition.triggers.iter().filter_map(|trigger| trigger.node.get("recurrence")) {
            let has_zone = recurrence.get("timeZone").and_then(|zone| zone.text()).is_some();
            for member in ["startTime", "endTime"] {
                let Some(node) = recurrence.get(member) else { continue };
                let Some(text) = cx.definition.literal(node).filter(|text| !text.is_empty()) else {
                    continue;
                };
                let (problem, severity) = match zoned(text) {
                    None => ("is no time", Severity::Error),
                    Some(false) if !has_zone => {
                        ("says no time zone, so that it is taken for UTC", Severity::Warning)
                    }
                    Some(_) => continue,
                };
                let help = "write it as `2026-12-24T07:00:00Z`, or name a `timeZone` beside it";
                let message = format!("`{member}` {problem}");
                out.push(Diagnostic::new(&RULE, node.pointer(), message).severity(severity).help(help));
            }
        }
    }
}

/// Whether a time as ISO 8601 writes it says its zone; `None` when it is no such time.
fn zoned(text: &str) -> Option<bool> {
    let digits = |text: &str, lengths: &[usize]| {
        let mut parts = text.split(['-', ':']);
        lengths.iter().all(|length| {
            parts
                .next()
                .is_some_and(|part| part.len() == *length && part.bytes().all(|byte| byte.is_ascii_digit()))
        }) && parts.next().is_none()
    };
    let (date, time) = text.split_once(['T', 't', ' ']).unwrap_or((text, ""));
    if !digits(date, &[4, 2, 2]) || date.parse::<jiff::civil::Date>().is_err() {
        return None;
    }
    let (clock, zone) = match time.find(['Z', 'z', '+', '-']) {
        Some(at) => time.split_at(at),
        None => (time, ""),
    };
    let clock = clock.split_once('.').map_or(clock, |(clock, _)| clock);
    let is_clock = clock.is_empty() || digits(clock, &[2, 2]) || digits(clock, &[2, 2, 2]);
    is_clock.then_some(!zone.is_empty())
}
