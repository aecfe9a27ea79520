//! Findings about a review, codes CF9050 to CF9099.

crate::rule! {
    /// # The review is of another incident
    ///
    /// The `incident` of the review file is not the id of the export. Verdicts about other entities would be applied
    /// to this incident, so nothing is built.
    ///
    /// It happens where a review is copied from the last incident, and where the export is of one alert, whose id is not
    /// that of its incident. Whatever else the review says is then about something else, so nothing more is reported of it.
    ///
    /// Use instead: give the review that belongs to this export, or correct its `incident`. It is compared letter by letter
    /// with the id that the export has: for Microsoft Graph and the older Microsoft 365 Defender API a number, for Microsoft
    /// Sentinel a GUID.
    ///
    /// ```yaml
    /// incident: "51902"   # the export says "id": "48127"
    /// ```
    ///
    /// becomes
    ///
    /// ```yaml
    /// incident: "48127"
    /// ```
    OTHER_INCIDENT = "CF9050" "review-of-other-incident" Error;

    /// # Nothing to remediate
    ///
    /// The review, or without one the product, classifies the incident as a false positive or as expected activity, or
    /// every entity counts as benign. A playbook built from it would act on what is harmless.
    ///
    /// Use instead: if people disagree with the product, say so in a review: `classification: true-positive`, or
    /// `entities.compromised` with the entities that were really compromised.
    HARMLESS = "CF9051" "harmless-incident" Error;

    /// # The review names an entity that the incident does not have
    ///
    /// An entity is named by any of its identifying texts: user principal name, object id, device name, address, hash,
    /// URL, subject, message id. Case does not matter. A verdict that fits nothing is probably misspelt, and the entity
    /// it was meant for would keep the wrong standing.
    ///
    /// Use instead: a text as the export has it; `counterflow review init INCIDENT` lists them all. What the export does
    /// not have no playbook can act on: note it under `lessons`, or export the incident anew if it has grown.
    ///
    /// ```yaml
    /// entities:
    ///   compromised: [Mara Lindqvist]
    /// ```
    ///
    /// becomes
    ///
    /// ```yaml
    /// entities:
    ///   compromised: [mara.lindqvist@contoso.com]
    /// ```
    UNKNOWN_ENTITY = "CF9052" "unknown-entity-in-review" Error;

    /// # The review confirms or rejects a technique that no alert names
    ///
    /// `confirmed` and `rejected` speak about techniques of the alerts. One that people found themselves goes under
    /// `added`, with what shows it. An id and that of its sub-technique are two: T1566 is not T1566.002.
    ///
    /// Use instead: an id that an alert of the export names, or the same id under `added`.
    ///
    /// ```yaml
    /// techniques:
    ///   confirmed: [T1566.002, T1114.003]
    /// ```
    ///
    /// becomes, where no alert names T1114.003,
    ///
    /// ```yaml
    /// techniques:
    ///   confirmed: [T1566.002]
    ///   added:
    ///     - id: T1114.003
    ///       evidence: The inbox rule that forwards all mail, seen in the audit log.
    /// ```
    UNKNOWN_TECHNIQUE = "CF9053" "unknown-technique-in-review" Error;

    /// # Times of the timeline are out of order
    ///
    /// The marks of a timeline follow each other: the attacker's first act, the first alert, somebody takes it up, the
    /// attacker is stopped, all is back to normal. Only stopping may come before somebody takes it up, where the product
    /// stops by itself. One time before another makes every figure that is worked out from both wrong.
    ///
    /// Two logs in two zones are what mostly leads here: local time from one, UTC from another.
    ///
    /// Use instead: times with their zone, as the logs have them. A mark that nobody knows is left out.
    ///
    /// ```yaml
    /// timeline:
    ///   detected: 2026-03-04T10:12:00+01:00
    ///   contained: 2026-03-04T09:05:00Z
    /// ```
    ///
    /// becomes
    ///
    /// ```yaml
    /// timeline:
    ///   detected: 2026-03-04T10:12:00+01:00
    ///   contained: 2026-03-04T10:05:00Z
    /// ```
    TIMELINE = "CF9054" "timeline-out-of-order" Warning;

    /// # The determination does not fit the classification
    ///
    /// The products pair them: phishing is a determination of true positives, a security test one of expected activity. A
    /// review that mixes them cannot be counted with others. Where the review has no `classification`, the product's counts.
    ///
    /// Use instead: with `true-positive` one of multiStagedAttack, maliciousUserActivity, compromisedAccount, malware, phishing
    /// and unwantedSoftware; with `benign-positive` one of securityTesting, lineOfBusinessApplication and confirmedActivity;
    /// with `false-positive` one of notMalicious and notEnoughDataToValidate; or `other` with any of them.
    ///
    /// ```yaml
    /// classification: benign-positive
    /// determination: phishing
    /// ```
    ///
    /// becomes
    ///
    /// ```yaml
    /// classification: benign-positive
    /// determination: securityTesting
    /// ```
    DETERMINATION = "CF9055" "determination-does-not-fit" Warning;

    /// # The review says two things of one
    ///
    /// An entity cannot be compromised and benign, a technique not rejected and used. Whichever were to win, half of the
    /// reviewers would be surprised. Compromised and protected is no contradiction: such an entity is left alone.
    ///
    /// Use instead: one list for each.
    ///
    /// ```yaml
    /// entities:
    ///   compromised: [mara.lindqvist@contoso.com]
    ///   benign: [Mara.Lindqvist@contoso.com]
    /// ```
    ///
    /// becomes
    ///
    /// ```yaml
    /// entities:
    ///   compromised: [mara.lindqvist@contoso.com]
    /// ```
    TWO_VERDICTS = "CF9056" "contradicting-verdicts" Error;

    /// # A revoked technique id was replaced by its successor
    ///
    /// MITRE revoked the id; the export was made with an older version of ATT&CK. The successor is used, the original
    /// id stays visible in the plan.
    ///
    /// References: MITRE ATT&CK, `revoked-by` relations.
    REVOKED_TECHNIQUE = "CF9060" "revoked-technique" Info;

    /// # A deprecated technique id is kept
    ///
    /// MITRE deprecated the technique without naming a successor. It is kept and reported, never dropped; few patterns
    /// will answer it.
    ///
    /// Use instead: nothing must be done. If you know which technique it is today, reject the old id in the review and add
    /// the new one:
    ///
    /// ```yaml
    /// techniques:
    ///   rejected:
    ///     - id: T1064
    ///       reason: Deprecated; the alert means T1059.
    ///   added:
    ///     - id: T1059
    ///       evidence: The script that the alert names.
    /// ```
    DEPRECATED_TECHNIQUE = "CF9061" "deprecated-technique" Warning;

    /// # A text is no known technique id
    ///
    /// ATT&CK Enterprise 18.1, which this version has, knows no such id: a slip in the review, an id of the matrix for mobile
    /// devices or for industrial systems, or one that is newer. It is kept as it was written and reported; no pattern
    /// answers it.
    ///
    /// Use instead: an id such as `T1566`, or `T1566.002` for a sub-technique.
    ///
    /// ```yaml
    /// added:
    ///   - id: T1566.2
    /// ```
    ///
    /// becomes
    ///
    /// ```yaml
    /// added:
    ///   - id: T1566.002
    /// ```
    NOT_A_TECHNIQUE = "CF9062" "unknown-technique" Warning;
}
