//! Findings about the road itself, codes CF9150 to CF9199.

crate::rule! {
    /// # The incident export is not JSON
    ///
    /// Exports of every form are JSON, or one JSON object a line. The place shows where reading stopped. A review or a profile
    /// given in its place is told as such.
    ///
    /// Use instead: the answer of the API as it came. A page of documentation copied by hand often has a comma too many; a
    /// word processor changes quotes; a merge leaves its marks.
    ///
    /// ```json
    /// { "id": "48127", "alerts": [], }
    /// ```
    ///
    /// becomes
    ///
    /// ```json
    /// { "id": "48127", "alerts": [] }
    /// ```
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
    /// `counterflow schema review` prints it, and a first line `# yaml-language-server: $schema=…` connects a file with it.
    ///
    /// What leads here: a tab in the indentation, a quote or bracket that is not closed, no space after a colon or a dash,
    /// a line in another column than those it belongs to, `[]` above items, a value that begins with `@` or `*`, a key that
    /// stands twice, the marks of a merge conflict; or another file than the one that is meant.
    ///
    /// ```yaml
    /// entities:
    ///   compromised: []
    ///     - mara.lindqvist@contoso.com
    /// ```
    ///
    /// becomes
    ///
    /// ```yaml
    /// entities:
    ///   compromised:
    ///     - mara.lindqvist@contoso.com
    /// ```
    ///
    /// `counterflow review init INCIDENT` prints a review to fill in.
    REVIEW_YAML = "CF9152" "review-not-yaml" Error;

    /// # The profile is not as it should be
    ///
    /// The file is YAML; its members are described by the bundled schema, which editors use for completion:
    /// `counterflow schema profile` prints it, and a first line `# yaml-language-server: $schema=…` connects a file with it.
    ///
    /// What leads here: a tab in the indentation, a quote or bracket that is not closed, no space after a colon or a dash,
    /// a line in another column than those it belongs to, `[]` above items, a value that begins with `@` or `*`, a key that
    /// stands twice, the marks of a merge conflict; or another file than the one that is meant.
    ///
    /// ```yaml
    /// approval:
    ///   timeout:PT2H
    /// ```
    ///
    /// becomes
    ///
    /// ```yaml
    /// approval:
    ///   timeout: PT2H
    /// ```
    ///
    /// `counterflow profile init` prints a profile to fill in.
    PROFILE_YAML = "CF9153" "profile-not-yaml" Error;

    /// # An input file is not text
    ///
    /// The bytes are neither UTF-8 nor UTF-16, or the file is larger than any export could be.
    ///
    /// Use instead: the file as the API or the editor wrote it, not an archive or a picture of it.
    NOT_TEXT = "CF9154" "input-not-text" Error;

    /// # The configuration is not as it should be
    ///
    /// `counterflow.yaml` is YAML; its members are described by the bundled schema, which editors use for completion:
    /// `counterflow schema config` prints it, and a first line `# yaml-language-server: $schema=…` connects a file with it.
    ///
    /// What leads here: a tab in the indentation, a quote or bracket that is not closed, no space after a colon or a dash,
    /// a line in another column than those it belongs to, `[]` above items, a value that begins with `@` or `*`, a key that
    /// stands twice, the marks of a merge conflict; or another file than the one that is meant.
    ///
    /// ```yaml
    /// ignore:
    ///   - paths: [**/archive/*.json]
    /// ```
    ///
    /// becomes
    ///
    /// ```yaml
    /// ignore:
    ///   - paths: ["**/archive/*.json"]
    /// ```
    CONFIG_YAML = "CF9155" "config-not-yaml" Error;

    /// # The configuration names a rule that does not exist
    ///
    /// Rules are named by code (`CF4002`), by the beginning of a code (`CF4`), or by name (`unused-connection`). A
    /// decision about a rule that does not exist would never decide anything.
    ///
    /// Use instead: a name that `counterflow rules` lists.
    ///
    /// ```yaml
    /// rules:
    ///   unused-conection: off
    /// ```
    ///
    /// becomes
    ///
    /// ```yaml
    /// rules:
    ///   unused-connection: off
    /// ```
    CONFIG_RULE = "CF9156" "config-unknown-rule" Error;

    /// # A glob of the configuration cannot be read
    ///
    /// Files are named by globs over the names that `check` shows: `*` stands for any part of a name, `?` for one character,
    /// `[ab]` for one of those in it, `{a,b}` for either, `**` for any folders. A bracket that is not closed is no glob.
    ///
    /// ```yaml
    /// ignore:
    ///   - paths: ["legacy/[ab*.json"]
    /// ```
    ///
    /// becomes
    ///
    /// ```yaml
    /// ignore:
    ///   - paths: ["legacy/[ab]*.json"]
    /// ```
    CONFIG_GLOB = "CF9157" "config-wrong-glob" Error;

    /// # A suppression or an ignored path covers nothing
    ///
    /// What it covered was mended, or its path or pointer has changed: a path is matched against the names that `check`
    /// shows, which begin in the folder in which it runs. It would hide the next finding of its kind.
    ///
    /// It is reported only where all files that it can mean were checked: of `playbooks/*.json` when `playbooks` or a folder
    /// around it is checked, of a path without a folder when any folder is. `counterflow check playbooks/a.json` says
    /// nothing of the others. Of a suppression for rules that were not asked (`--select`, `--strict`) nothing is said.
    ///
    /// Use instead: correct the path, or remove the entry.
    UNUSED_SUPPRESSION = "CF9158" "unused-suppression" Warning;

    /// # Operations rest on facts that no public source fully confirms
    ///
    /// Every operation of the catalogue names its sources. Where a page is missing or contradicts another, the entry
    /// says so, and every build that uses it repeats the remark in `plan.json` under `unverified`.
    ///
    /// Use instead: try the playbook with `DryRun` set to true, then on a test incident.
    UNVERIFIED = "CF9160" "unverified-operations" Info;

    /// # A target never sees the entities that a pattern acts on
    ///
    /// Microsoft Sentinel's incidents name no OAuth applications, for example, and do not say on which device a file lies.
    /// The reusable playbook of that target goes without a pattern that could never act.
    ///
    /// Use instead: another target, or one-shot mode, in which the entities come from the export.
    NEVER_FOUND = "CF9161" "entities-never-found" Warning;

    /// # A suppression has expired
    ///
    /// It was given a last day, and that day is over. What it covers is reported again.
    ///
    /// Use instead: mend what it covers, or give it a new day and a new reason. `--as-of` sets the day that counts.
    EXPIRED_SUPPRESSION = "CF9162" "expired-suppression" Warning;

    /// # A baseline knows findings that are no longer there
    ///
    /// They were mended, which is what a baseline is for; but should they come back, they would not be reported.
    ///
    /// Use instead: write the baseline anew with `--write-baseline`.
    STALE_BASELINE = "CF9163" "stale-baseline" Info;

    /// # A target has no such store for the notes of its playbooks
    ///
    /// Dataverse belongs to the Power Platform, and no public page shows how a Logic App with a managed identity would
    /// write there.
    ///
    /// Use instead: `incident-comment` or `storage-table` under `state.store` of the profile, or leave that target out of
    /// `--target`.
    STORE_NOT_OFFERED = "CF9164" "store-not-offered" Error;

    /// # A playbook needs a connector that the tenant does not have
    ///
    /// `unavailable_connectors` of the profile rules a connector out. Patterns that call it are refused, and the playbook goes on
    /// without them; but no playbook can do without its trigger, its questions and its notes.
    ///
    /// Use instead: the channel, the trigger or the store that the help names, or leave that target out of `--target`.
    CONNECTOR_UNAVAILABLE = "CF9168" "connector-unavailable" Error;

    /// # A pattern is left out because the workflow would be too large
    ///
    /// A workflow may have 500 actions, in Azure Logic Apps and in Power Automate. An incident with everything in it asks for
    /// more; then questions name the targets of some patterns and not the items of these, such as inbox rules. If that is not
    /// enough, what could be done at once, without a question, waits for the question instead, and after that the patterns
    /// that fewest findings ask for are left out, the most disruptive first, until it fits. What contains is left out only after
    /// what destroys something later on the same kind of entity: a password is not reset on an account that stays open.
    ///
    /// Use instead: decide in the review which patterns are needed: `require` keeps one, `forbid` makes room.
    NO_ROOM = "CF9165" "no-room-for-pattern" Warning;

    /// # A playbook for one incident that can never be told which
    ///
    /// A one-shot playbook acts for the incident that it was compiled from and for no other. Microsoft Sentinel calls an
    /// incident by a GUID, and keeps Defender's number of those that it has from there; Microsoft Graph knows the number
    /// only; an alert that was exported alone may say neither. Where the export does not say the id that runs of a target
    /// go by, no run of it ever acts.
    ///
    /// Use instead: an export of the incident from the product whose incidents start the playbook.
    NEVER_MEANT = "CF9166" "one-shot-never-meant" Warning;

    /// # A baseline cannot be read
    ///
    /// The file given with `--baseline` is no text, no JSON, or not what this program writes. Without knowing what was known,
    /// nothing can be left out, so nothing was checked.
    ///
    /// Use instead: write it anew with `--write-baseline`. A conflict of versions in it is best solved that way too.
    UNREADABLE_BASELINE = "CF9167" "unreadable-baseline" Error;

    /// # A baseline was written in another folder
    ///
    /// It knows files by their names, which begin in the folder in which the check ran. Run elsewhere, the check finds none
    /// of them in it: every finding counts as new, and nothing is hidden.
    ///
    /// Use instead: run both in the same folder, most simply the top of the repository.
    ///
    /// ```text
    /// counterflow check playbooks --write-baseline known.json
    /// counterflow check playbooks --baseline known.json
    /// ```
    BASELINE_OF_OTHER_FOLDER = "CF9169" "baseline-of-other-folder" Warning;

    /// # Internal error
    ///
    /// The compiler broke a rule of its own. Nothing is written, and nothing in your files needs to be changed.
    ///
    /// Use instead: report it, with the command and with the form of the export, not its content: which product and which API
    /// it is from, how many alerts, which kinds of entities. Until it is mended, another `--target`, or `forbid` in the
    /// review for the pattern that the message names, may get you on.
    INTERNAL = "CF9199" "internal-error" Error;
}
