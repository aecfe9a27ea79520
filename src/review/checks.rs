//! Whether a review agrees with itself: times in their order, a determination that fits its classification, one verdict
//! on each thing.

use jiff::Timestamp;
use jiff::civil::Date;

use super::{Classification, Diagnostic, Pointer, Review, codes};
use crate::base::diagnostic::did_you_mean;
use crate::base::words;

/// Determinations by classification, as the products pair them, and as the older API spells them.
///
/// Source: the type lists of Microsoft Graph v1.0 and the page "List incidents" of the older Microsoft 365 Defender API,
/// which groups them. *Other* goes with each.
const DETERMINATIONS: &[(Classification, &[&str])] = &[
    (
        Classification::TruePositive,
        &[
            "multiStagedAttack",
            "maliciousUserActivity",
            "compromisedAccount",
            "compromisedUser",
            "malware",
            "phishing",
            "unwantedSoftware",
        ],
    ),
    (
        Classification::BenignPositive,
        &["securityTesting", "lineOfBusinessApplication", "confirmedActivity", "confirmedUserActivity"],
    ),
    (
        Classification::FalsePositive,
        &["notMalicious", "clean", "notEnoughDataToValidate", "insufficientData"],
    ),
];

/// Words of the older API for which Microsoft Graph has others: read, and not offered.
const OLDER: [&str; 4] = ["compromisedUser", "confirmedUserActivity", "clean", "insufficientData"];

/// What a classification may be determined as, in the words of Microsoft Graph; nothing where it says nothing itself.
pub(super) fn determinations(of: Classification) -> Vec<&'static str> {
    let row = DETERMINATIONS.iter().find(|(classification, _)| *classification == of);
    let words = row.into_iter().flat_map(|(_, words)| words.iter().copied());
    words.filter(|word| !OLDER.contains(word)).collect()
}

/// All that a review says against itself. The classification is the one that counts: the review's, else the product's.
pub(super) fn check(review: &Review, classification: Classification, found: &mut Vec<Diagnostic>) {
    day(review, found);
    timeline(review, found);
    determination(review, classification, found);
    verdicts(review, found);
}

/// Which mark cannot lie behind which. A product may contain before anybody has taken the incident up.
const ORDER: &[(&str, &str)] = &[
    ("first_activity", "detected"),
    ("detected", "acknowledged"),
    ("first_activity", "contained"),
    ("detected", "contained"),
    ("first_activity", "resolved"),
    ("detected", "resolved"),
    ("acknowledged", "resolved"),
    ("contained", "resolved"),
];

fn day(review: &Review, found: &mut Vec<Diagnostic>) {
    let Some(text) = review.reviewed.on.as_deref().filter(|text| text.parse::<Date>().is_err()) else {
        return;
    };
    let place = Pointer::root().join("reviewed").join("on");
    let message = format!("there is no such day as {text}");
    found.push(
        Diagnostic::new(&codes::TIMELINE, place, message).help("give a day of the calendar: 2026-03-04"),
    );
}

fn timeline(review: &Review, found: &mut Vec<Diagnostic>) {
    let place = |name: &str| Pointer::root().join("timeline").join(name);
    let mut times: Vec<(&str, &str, Timestamp)> = Vec::new();
    for (name, text) in review.timeline.marks().into_iter().filter_map(|(name, text)| Some((name, text?))) {
        match text.parse() {
            Ok(time) => times.push((name, text, time)),
            Err(_) => found.push(
                Diagnostic::new(&codes::TIMELINE, place(name), format!("there is no such time as {text}"))
                    .help("give a day of the calendar, a time and a zone: 2026-03-04T09:12:31Z"),
            ),
        }
    }
    let mark = |wanted: &str| times.iter().find(|(name, ..)| *name == wanted);
    let mut said: Vec<&str> = Vec::new();
    for (earlier, later) in ORDER {
        let (Some((_, from, first)), Some((_, to, second))) = (mark(earlier), mark(later)) else { continue };
        if second < first && !said.contains(later) {
            said.push(later);
            let message = format!("`{later}` ({to}) lies before `{earlier}` ({from})");
            found.push(
                Diagnostic::new(&codes::TIMELINE, place(later), message)
                    .help("correct one of the two times; look at their zones too"),
            );
        }
    }
}

fn determination(review: &Review, classification: Classification, found: &mut Vec<Diagnostic>) {
    let Some(determination) = &review.determination else { return };
    let fits = |words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(determination));
    let place = || Pointer::root().join("determination");
    let Some((own, _)) = DETERMINATIONS.iter().find(|(_, words)| fits(words)) else {
        // The products get new words; only what is a slip of one that is known is told.
        let words = DETERMINATIONS.iter().flat_map(|(_, words)| words.iter().copied());
        if let Some(meant) = did_you_mean(determination, words) {
            let message = format!("no product knows the determination `{determination}`");
            let finding = Diagnostic::new(&codes::DETERMINATION, place(), message);
            found.push(finding.help(format!("did you mean `{meant}`?")));
        }
        return;
    };
    if classification == Classification::Unknown || classification == *own {
        return;
    }
    let list = words::list(determinations(classification));
    let message =
        format!("`{determination}` is said of a {own}, and the incident counts as a {classification}");
    found.push(
        Diagnostic::new(&codes::DETERMINATION, place(), message)
            .help(format!("correct one of the two; of a {classification} one says {list}, or `other`")),
    );
}

/// The same thing cannot be two things. What is compromised may be protected all the same: it is then left alone.
fn verdicts(review: &Review, found: &mut Vec<Diagnostic>) {
    let same = |one: &str, other: &str| one.trim().to_lowercase() == other.trim().to_lowercase();
    let entities = &review.entities;
    for (at, name) in entities.benign.iter().enumerate() {
        if entities.compromised.iter().any(|other| same(name, other)) {
            let place = Pointer::root().join("entities").join("benign").join(at);
            found.push(contradiction(place, format!("`{name}` counts as compromised and as benign")));
        }
    }
    let techniques = &review.techniques;
    for (at, rejected) in techniques.rejected.iter().enumerate() {
        let is_used = techniques.confirmed.iter().any(|id| same(id, &rejected.id))
            || techniques.added.iter().any(|added| same(&added.id, &rejected.id));
        if is_used {
            let place = Pointer::root().join("techniques").join("rejected").join(at).join("id");
            found.push(contradiction(place, format!("{} is rejected, and counts as used too", rejected.id)));
        }
    }
}

fn contradiction(place: Pointer, message: String) -> Diagnostic {
    Diagnostic::new(&codes::TWO_VERDICTS, place, message).help("keep it in one of the lists")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(review: serde_json::Value) -> Vec<String> {
        let review = Review::from_value(review).unwrap();
        let mut found = Vec::new();
        check(&review, review.classification.unwrap_or(Classification::Unknown), &mut found);
        found.iter().map(|finding| format!("{} {}", finding.rule.code, finding.pointer)).collect()
    }

    #[test]
    fn times_out_of_order_are_said_once_each() {
        let times = json!({ "timeline": {
            "first_activity": "2026-03-04T10:00:00Z", "detected": "2026-03-04T09:00:00Z",
            "contained": "2026-03-04T10:12+02:00", "resolved": "2026-03-05T00:00:00Z",
        }});
        assert_eq!(found(times), ["CF9054 /timeline/detected", "CF9054 /timeline/contained"]);
        let machine_was_first = json!({ "timeline": {
            "detected": "2026-03-04T09:00:00Z", "acknowledged": "2026-03-04T11:00:00Z",
            "contained": "2026-03-04T09:01:00Z",
        }});
        assert!(found(machine_was_first).is_empty());
        let no_such_day = json!({ "timeline": { "detected": "2026-02-31T09:00:00Z" } });
        assert_eq!(found(no_such_day), ["CF9054 /timeline/detected"]);
    }

    #[test]
    fn a_determination_fits_its_classification() {
        let of = |classification, determination| {
            found(json!({ "classification": classification, "determination": determination }))
        };
        assert_eq!(of("false-positive", "phishing"), ["CF9055 /determination"]);
        assert_eq!(of("true-positive", "SecurityTesting"), ["CF9055 /determination"]);
        let fitting = [("true-positive", "Phishing"), ("false-positive", "other"), ("unknown", "malware")];
        assert_eq!(of("true-positive", "compromisdAccount"), ["CF9055 /determination"]);
        for (classification, determination) in fitting.into_iter().chain([("true-positive", "newWord")]) {
            assert!(of(classification, determination).is_empty(), "{classification} {determination}");
        }
    }

    #[test]
    fn nothing_is_two_things() {
        let entities =
            json!({ "entities": { "compromised": ["a@x", "b"], "benign": ["A@x"], "protected": ["b"] } });
        assert_eq!(found(entities), ["CF9056 /entities/benign/0"]);
        let techniques = json!({ "techniques": {
            "confirmed": ["T1566"],
            "rejected": [{ "id": "t1566", "reason": "r" }, { "id": "T1078", "reason": "r" }],
        }});
        assert_eq!(found(techniques), ["CF9056 /techniques/rejected/0/id"]);
    }
}
