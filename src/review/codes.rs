//! Findings about a review, codes CF9050 to CF9099.

crate::rule! {
    /// # The review is of another incident
    ///
    /// The `incident` of the review file is not the id of the export. Verdicts about other entities would be applied
    /// to this incident, so nothing is built.
    ///
    /// Use instead: give the review that belongs to this export, or correct its `incident`.
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
    UNKNOWN_ENTITY = "CF9052" "unknown-entity-in-review" Error;

    /// # The review confirms or rejects a technique that no alert names
    ///
    /// `confirmed` and `rejected` speak about techniques of the alerts. One that people found themselves goes under
    /// `added`, with what shows it.
    UNKNOWN_TECHNIQUE = "CF9053" "unknown-technique-in-review" Error;

    /// # Times of the timeline are out of order
    ///
    /// The marks of a timeline follow each other: the attacker's first act, the first alert, somebody takes it up, the
    /// attacker is stopped, all is back to normal. Only stopping may come before somebody takes it up, where the product
    /// stops by itself. One time before another makes every figure that is worked out from both wrong.
    ///
    /// Use instead: times with their zone, as the logs have them.
    TIMELINE = "CF9054" "timeline-out-of-order" Warning;

    /// # The determination does not fit the classification
    ///
    /// The products pair them: phishing is a determination of true positives, a security test one of expected activity. A
    /// review that mixes them cannot be counted with others.
    DETERMINATION = "CF9055" "determination-does-not-fit" Warning;

    /// # The review says two things of one
    ///
    /// An entity cannot be compromised and benign, a technique not rejected and used. Whichever were to win, half of the
    /// reviewers would be surprised.
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
    DEPRECATED_TECHNIQUE = "CF9061" "deprecated-technique" Warning;

    /// # A text is no known technique id
    ///
    /// ATT&CK Enterprise has no such id. It is kept as it was written and reported; no pattern answers it.
    NOT_A_TECHNIQUE = "CF9062" "unknown-technique" Warning;
}
