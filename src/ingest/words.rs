//! The product's fixed word lists, read without regard to case.
//!
//! Casing differs between the APIs and even between pages of one, and the lists grow. Each function returns
//! `None` for a word it does not know, so that the caller can say so; words that *mean* "not said" are known words.

use super::incident::{Classification, Remediation, Severity, Status, Verdict};

/// How the words of one property are read.
pub(super) type Words<T> = fn(&str) -> Option<T>;

/// Graph's `alertSeverity`; the older API also has `UnSpecified`.
pub(super) fn severity(lower: &str) -> Option<Option<Severity>> {
    Some(match lower {
        "informational" => Some(Severity::Informational),
        "low" => Some(Severity::Low),
        "medium" => Some(Severity::Medium),
        "high" => Some(Severity::High),
        "unspecified" | "unknown" | FUTURE => None,
        _ => return None,
    })
}

/// Graph's `incidentStatus`; the older API has been seen with `New`. Microsoft Sentinel closes incidents and dismisses
/// alerts.
pub(super) fn status(lower: &str) -> Option<Status> {
    Some(match lower {
        "active" | "new" => Status::Active,
        // Defender Experts have worked on it and wait for the customer.
        "inprogress" | "awaitingaction" => Status::InProgress,
        "resolved" | "closed" | "dismissed" => Status::Resolved,
        "redirected" => Status::Redirected,
        "unknown" | FUTURE => Status::Unknown,
        _ => return None,
    })
}

/// Graph's `alertClassification`, with Sentinel's word for expected activity.
pub(super) fn classification(lower: &str) -> Option<Classification> {
    Some(match lower {
        "truepositive" => Classification::TruePositive,
        "informationalexpectedactivity" | "benignpositive" => Classification::BenignPositive,
        "falsepositive" => Classification::FalsePositive,
        "unknown" | "notavailable" | "undetermined" | FUTURE => Classification::Unknown,
        _ => return None,
    })
}

/// Graph's `evidenceVerdict`; the older API says `Clean` in its determinations and may here.
pub(super) fn verdict(lower: &str) -> Option<Verdict> {
    Some(match lower {
        "nothreatsfound" | "clean" | "benign" => Verdict::Benign,
        "suspicious" => Verdict::Suspicious,
        "malicious" => Verdict::Malicious,
        "unknown" | "none" | FUTURE => Verdict::Unknown,
        _ => return None,
    })
}

/// Graph's `evidenceRemediationStatus`, and `detectionStatus` where that is all there is.
///
/// Only words that say the threat is gone count as done. A declined action leaves things as they were; one that found
/// no target or got halfway has failed.
pub(super) fn remediation(lower: &str) -> Option<Remediation> {
    Some(match lower {
        "none" => Remediation::None,
        "active" | "declined" | "unremediated" => Remediation::Active,
        "pendingapproval" | "running" => Remediation::Pending,
        "notfound" | "partiallyremediated" => Remediation::Failed,
        "prevented" => Remediation::Prevented,
        "blocked" => Remediation::Blocked,
        "remediated" => Remediation::Remediated,
        "unknown" | "detected" | FUTURE => Remediation::Unknown,
        _ => return None,
    })
}

/// Whether a determination says nothing.
pub(super) fn is_no_determination(text: &str) -> bool {
    ["unknown", "notAvailable", FUTURE].iter().any(|word| text.eq_ignore_ascii_case(word))
}

/// Graph's stand-in for a word that the caller's API version does not know.
const FUTURE: &str = "unknownfuturevalue";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_threat_that_is_gone_counts_as_done() {
        let done = |word: &str| remediation(word).is_some_and(Remediation::is_done);
        for word in ["prevented", "blocked", "remediated"] {
            assert!(done(word), "{word}");
        }
        for word in
            ["none", "active", "declined", "running", "pendingapproval", "notfound", "partiallyremediated"]
        {
            assert!(!done(word), "{word}");
        }
    }

    #[test]
    fn words_that_say_nothing_are_known_words() {
        assert_eq!(severity("unspecified"), Some(None));
        assert_eq!(severity("urgent"), None);
        assert_eq!(classification("notavailable"), Some(Classification::Unknown));
        assert!(is_no_determination("NotAvailable") && !is_no_determination("other"));
    }
}
