//! Findings about the road itself, codes CF9150 to CF9199.

crate::rule! {
    /// # The incident export is not JSON
    ///
    /// Exports of every form are JSON. The place shows where reading stopped.
    ///
    /// Use instead: the answer of the API as it came. A page of documentation copied by hand often has a comma too many.
    INCIDENT_JSON = "CF9150" "incident-not-json" Error;

    /// # The export holds several incidents
    ///
    /// A playbook is built from one reviewed incident.
    ///
    /// Use instead: `--incident ID` with the id of the one that is meant.
    WHICH_INCIDENT = "CF9151" "several-incidents" Error;

    /// # The review file is not as it should be
    ///
    /// The file is YAML; its members are described by the bundled schema, which editors use for completion:
    /// `counterflow schema review` prints it.
    REVIEW_YAML = "CF9152" "review-not-yaml" Error;

    /// # The profile is not as it should be
    ///
    /// The file is YAML; its members are described by the bundled schema, which editors use for completion:
    /// `counterflow schema profile` prints it.
    PROFILE_YAML = "CF9153" "profile-not-yaml" Error;

    /// # An input file is not text
    ///
    /// The bytes are neither UTF-8 nor UTF-16, or the file is larger than any export could be.
    ///
    /// Use instead: the file as the API or the editor wrote it, not an archive or a picture of it.
    NOT_TEXT = "CF9154" "input-not-text" Error;

    /// # Operations rest on facts that no public source fully confirms
    ///
    /// Every operation of the catalogue names its sources. Where a page is missing or contradicts another, the entry
    /// says so, and every build that uses it repeats the remark in `plan.json` under `unverified`.
    ///
    /// Use instead: try the playbook with `DryRun` set to true, then on a test incident.
    UNVERIFIED = "CF9160" "unverified-operations" Info;

    /// # A target never sees the entities that a pattern acts on
    ///
    /// Microsoft Sentinel's incidents name no OAuth applications, for example. The reusable playbook of that target has
    /// the pattern all the same, and it never finds anything to act on.
    ///
    /// Use instead: another target, or one-shot mode, in which the entities come from the export.
    NEVER_FOUND = "CF9161" "entities-never-found" Warning;

    /// # Internal error
    ///
    /// The compiler broke a rule of its own. Nothing is written.
    INTERNAL = "CF9199" "internal-error" Error;
}
