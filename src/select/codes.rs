//! Findings about selection and profile, codes CF9100 to CF9149.

crate::rule! {
    /// # A decision names a pattern that does not exist
    ///
    /// `decisions[].pattern` in a review must be the id of a pattern of the library. `counterflow patterns list` prints
    /// them. In `actions[].pattern`, on which nothing depends, it is a warning. An id has its family before the slash: one
    /// without it, or with another, is the usual slip, and so is an id of an older version.
    ///
    /// Use instead: the id that the help names, or one of `counterflow patterns list`.
    /// ```yaml
    /// decisions:
    ///   - pattern: disable-account
    /// ```
    ///
    /// becomes
    ///
    /// ```yaml
    /// decisions:
    ///   - pattern: identity/disable-account
    /// ```
    UNKNOWN_PATTERN = "CF9100" "unknown-pattern-in-review" Error;

    /// # A pattern is both required and forbidden
    ///
    /// Two decisions of the review contradict each other, so nothing is built. It comes from two reviewers who each add
    /// theirs.
    ///
    /// Use instead: one decision for a pattern, with the reason that stands.
    /// ```yaml
    /// decisions:
    ///   - pattern: identity/disable-account
    ///     decision: require
    ///     reason: The session was still in use.
    ///   - pattern: identity/disable-account
    ///     decision: forbid
    ///     reason: The user is needed tonight.
    /// ```
    ///
    /// becomes
    ///
    /// ```yaml
    /// decisions:
    ///   - pattern: identity/disable-account
    ///     decision: forbid
    ///     reason: The user is needed tonight; sessions are revoked instead.
    /// ```
    CONTRADICTION = "CF9101" "contradicting-decisions" Error;

    /// # A required pattern cannot be used
    ///
    /// The review requires a pattern that has nothing to act on in this incident, or that the tenant cannot run. The
    /// playbook is built without it; the refusal says why.
    ///
    /// What leads here: `protected` of the review or the profile holds every target, `licences` or `unavailable_connectors` of the
    /// profile rule out what the pattern calls, or the export has no entity of the kind that it acts on.
    ///
    /// Use instead: the help and `counterflow plan` name the reason; take that away, or leave the decision out.
    REQUIRED_REFUSED = "CF9102" "required-pattern-refused" Warning;

    /// # Nobody is named to approve
    ///
    /// The playbook asks for approval, and the profile names no approver. The deployment then asks for the addresses:
    /// an empty recipient list would leave every approval to time out.
    ///
    /// Use instead: `approval.approvers` in the profile: persons, each by the user principal name that is also their primary
    /// mail address.
    ///
    /// ```yaml
    /// approval:
    ///   approvers: []
    /// ```
    ///
    /// becomes
    ///
    /// ```yaml
    /// approval:
    ///   approvers: [ines.okafor@contoso.com, incident-lead@contoso.com]
    /// ```
    NO_APPROVER = "CF9103" "no-approver" Warning;

    /// # Nothing beyond the record
    ///
    /// No pattern that acts was chosen. The playbook comments on the incident and tells people, and does nothing else.
    /// The refusals in the plan say why: mostly the export has no alerts or no entities (CF9008, CF9009), everything in it
    /// counts as benign or protected, or the review forbids what was left.
    ///
    /// Use instead: run `counterflow plan` with the same files and read *refused*; export with alerts and evidence, or name
    /// under `entities.compromised` of the review what was.
    ONLY_RECORD = "CF9104" "nothing-to-act-on" Warning;

    /// # An approval would stay open too long
    ///
    /// A flow of Power Automate lives for 30 days, and a run asks one question after another, each with the whole time: a playbook
    /// one in each phase, a rollback by mail one about each kind of act. What they may take together is 28 days. And a
    /// response that comes after two weeks is no response.
    ///
    /// Use instead: the `approval.timeout` that the help names, or less; an hour or four is usual. In a Teams channel a rollback asks
    /// once.
    APPROVAL_TOO_LONG = "CF9106" "approval-too-long" Error;

    /// # The playbook would not run for an incident like this one
    ///
    /// The severity of the incident is below `severity.at_least` of the profile, so the playbook that is built from it
    /// would leave the next one of its kind alone.
    ///
    /// Use instead: a lower `severity.at_least`, or no playbook for incidents of this kind. From the lowest, the words are
    /// informational, low, medium and high.
    ///
    /// ```yaml
    /// severity:
    ///   at_least: high
    /// ```
    ///
    /// becomes, for an incident of medium severity,
    ///
    /// ```yaml
    /// severity:
    ///   at_least: medium
    /// ```
    BELOW_THRESHOLD = "CF9107" "below-severity-threshold" Warning;

    /// # A licence that no operation asks for
    ///
    /// `licences` of the profile lists what the tenant has, and whatever needs another licence is refused. A name that no
    /// operation knows, perhaps misspelt, therefore only takes patterns away.
    ///
    /// Use instead: the names that the help lists, or no `licences` at all; then nothing is refused for a licence.
    UNKNOWN_LICENCE = "CF9108" "unknown-licence" Warning;

    /// # An entry that protects nothing
    ///
    /// The lists under `protected` name whom and what no playbook touches, one identifier an entry, compared as a whole and without
    /// case. A range of addresses, a wildcard, a display name or a name with its old domain is never the identifier of anything:
    /// whoever wrote it believes in a protection that is not there.
    ///
    /// Use instead: each account as user principal name, object id, SID or account name; each device as DNS name, its first part
    /// or machine id; each address by itself; a domain for itself and all names below it.
    PROTECTS_NOTHING = "CF9109" "protects-nothing" Error;

    /// # An approver is part of the incident
    ///
    /// A person whose account may be compromised must not be able to approve, or to see, the response against it. That an
    /// approver got a message of the incident is a warning, in one-shot mode alone: nobody is asked about a message they got, and
    /// the messages of the next incident have other recipients.
    ///
    /// Compared are user principal names and mail addresses, in any case. Whoever only got the message is an entity too.
    ///
    /// Use instead: another address in `approval.approvers`.
    ///
    /// ```yaml
    /// approval:
    ///   approvers: [mara.lindqvist@contoso.com]   # a user of the incident
    /// ```
    ///
    /// becomes
    ///
    /// ```yaml
    /// approval:
    ///   approvers: [incident-lead@contoso.com]
    /// ```
    APPROVER_INVOLVED = "CF9105" "approver-is-entity" Error;

    /// # Only one person can approve
    ///
    /// Nobody is asked who is part of the incident, and people sleep. With one approver, perhaps named twice, the answer to
    /// most questions is silence, and without an answer nothing is done.
    ///
    /// Use instead: two persons or more in `approval.approvers`.
    ONE_APPROVER = "CF9110" "one-approver" Warning;

    /// # Nothing that the playbook acts on is protected
    ///
    /// The playbook acts on accounts, or on devices, and the list of the profile that names those which nobody may touch is
    /// empty. The day on which a response disables the last administrator, or cuts off a domain controller, is the day on
    /// which nobody can undo it.
    ///
    /// Use instead: `protected.accounts` with the break-glass accounts, those that synchronise a directory and service accounts;
    /// `protected.devices` with domain controllers and the servers for DNS, DHCP and virtual machines.
    NOBODY_PROTECTED = "CF9111" "nobody-protected" Warning;

    /// # An approver is protected
    ///
    /// No playbook touches a protected account, even when it was stolen: whoever has it could go on approving. And the
    /// mailboxes of break-glass and service accounts are read by nobody.
    ///
    /// Use instead: approvers whose own accounts a response may disable.
    APPROVER_PROTECTED = "CF9112" "protected-approver" Warning;
}

/// Rules whose findings are about the profile, with pointers into it.
pub static OF_PROFILE: &[&crate::base::diagnostic::Rule] = &[
    &NO_APPROVER,
    &APPROVAL_TOO_LONG,
    &BELOW_THRESHOLD,
    &UNKNOWN_LICENCE,
    &PROTECTS_NOTHING,
    &APPROVER_INVOLVED,
    &ONE_APPROVER,
    &NOBODY_PROTECTED,
    &APPROVER_PROTECTED,
];
