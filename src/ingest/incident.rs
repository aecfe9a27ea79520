//! The normal form of an incident: what every reader produces and every later stage reads.
//!
//! Texts come from attackers (a subject, a file name, an account name) and are kept as they are; whoever shows or
//! emits them encodes them for that place.

use std::collections::BTreeMap;

use crate::base::pointer::Pointer;
use crate::data::attack::{self, Resolved};

pub use super::form::Form;
use super::kinds::spelled;
pub use super::kinds::{EntityKind, Field};

/// One incident with its alerts and its entities, each entity once however many alerts name it.
#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
    /// Where it was read from.
    pub form: Form,
    /// The product's id of the incident, as text; of a Microsoft Sentinel incident its name, a GUID. An alert that was
    /// exported alone stands for its incident: the id of that incident, or else the alert's own.
    pub id: String,
    /// The number by which the Microsoft Sentinel portal lists the incident.
    pub number: Option<String>,
    /// The Azure resource id of a Microsoft Sentinel incident, which comments and tasks are addressed to.
    pub resource: Option<String>,
    /// The id in the product that Microsoft Sentinel has the incident from; its own number where it made it itself.
    pub provider_id: Option<String>,
    /// The title shown in the portal; may hold anything.
    pub title: String,
    /// Free text.
    pub description: Option<String>,
    /// Severity, if it is one of the product's.
    pub severity: Option<Severity>,
    /// Where the incident stands.
    pub status: Status,
    /// What the product's users say that it was.
    pub classification: Classification,
    /// Finer than the classification, as written: the value list grows (`multiStagedAttack`, `compromisedUser`…).
    pub determination: Option<String>,
    /// The tenant's id.
    pub tenant: Option<String>,
    /// The portal's page.
    pub url: Option<String>,
    /// The incident into which this one was merged.
    pub redirect: Option<String>,
    /// When it was created, as written (ISO 8601).
    pub created: Option<String>,
    /// When the activity began, as the incident itself says; most leave it to their alerts.
    pub first_activity: Option<String>,
    /// When it was closed, as the incident itself says.
    pub resolved: Option<String>,
    /// When it last changed, as written.
    pub updated: Option<String>,
    /// To whom it is assigned.
    pub assigned_to: Option<String>,
    /// Custom and system tags.
    pub tags: Vec<String>,
    /// Tactics that the incident itself names, as written; those of its alerts are their categories.
    pub tactics: Vec<String>,
    /// Every technique that the incident or an alert names, in document order.
    pub techniques: Vec<NamedTechnique>,
    /// The alerts, in document order.
    pub alerts: Vec<Alert>,
    /// The entities, deduplicated, in order of first appearance.
    pub entities: Vec<Entity>,
    /// The place of the incident in its document.
    pub pointer: Pointer,
}

impl Incident {
    /// Whether automatic attack disruption has acted: the incident's title, a tag, or an alert says so. What it has
    /// done must neither be repeated nor undone silently.
    pub fn attack_disruption(&self) -> bool {
        is_disruption_title(&self.title)
            || self.tags.iter().any(|tag| tag.trim().eq_ignore_ascii_case(DISRUPTION))
            || self.alerts.iter().any(|alert| alert.attack_disruption)
    }

    /// Whether every alert that names an entity was classified as harmless, and there is one that does.
    pub fn is_named_by_harmless_alerts_only(&self, entity: &Entity) -> bool {
        !entity.alerts.is_empty()
            && entity.alerts.iter().all(|at| self.alerts[*at].classification.is_harmless())
    }
}

/// The portal's tag for automatic attack disruption; in titles it stands at the end, in parentheses.
const DISRUPTION: &str = "attack disruption";

/// Whether a title ends in `(attack disruption)`, in any case, whatever invisible characters follow.
pub(super) fn is_disruption_title(title: &str) -> bool {
    let invisible =
        |c: char| c.is_whitespace() || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}');
    let title = title.trim_end_matches(invisible).to_lowercase();
    title.strip_suffix(')').is_some_and(|rest| rest.ends_with(&format!("({DISRUPTION}")))
}

/// One alert.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Alert {
    /// The product's id.
    pub id: String,
    /// The title shown in the portal; may hold anything.
    pub title: String,
    /// The category as written: often a tactic's name, sometimes not (`SuspiciousActivity`). Several are joined with
    /// commas.
    pub category: Option<String>,
    /// Severity, if it is one of the product's.
    pub severity: Option<Severity>,
    /// What its users say that it was; may differ from the incident's.
    pub classification: Classification,
    /// Finer than the classification, as written.
    pub determination: Option<String>,
    /// The product that raised it, as written.
    pub service_source: Option<String>,
    /// What in the product noticed it, as written.
    pub detection_source: Option<String>,
    /// Technique ids exactly as written; where an id stands behind its name in parentheses, the id.
    pub techniques: Vec<String>,
    /// When the activity began, as written.
    pub first_activity: Option<String>,
    /// When the activity was last seen, as written.
    pub last_activity: Option<String>,
    /// When the alert was created, as written.
    pub created: Option<String>,
    /// When it was resolved, as written.
    pub resolved: Option<String>,
    /// Whether automatic attack disruption has acted: the title ends in `(attack disruption)`.
    pub attack_disruption: bool,
    /// Indices into [`Incident::entities`].
    pub entities: Vec<usize>,
    /// Its place in the document.
    pub pointer: Pointer,
}

/// A technique that the export names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedTechnique {
    /// The text exactly as written: `T1566.002`, or `Phishing (T1566)`.
    pub original: String,
    /// The normalised id: that of the successor where the technique was revoked, the text itself where it is no id.
    pub id: String,
    /// The alert that names it, as an index; `None` where the incident itself does.
    pub alert: Option<usize>,
    /// Where it stands.
    pub pointer: Pointer,
}

impl NamedTechnique {
    /// What ATT&CK says of the id as it stands in the export: a revoked one leads to its successor.
    pub fn resolve(&self) -> Resolved {
        Resolved { original: self.original.clone(), ..attack::resolve(technique_id(&self.original)) }
    }
}

/// The id in a text like `Phishing (T1566)`; the text itself where there is no such thing.
pub(super) fn technique_id(text: &str) -> &str {
    let inner = text.strip_suffix(')').and_then(|rest| rest.rsplit_once('('));
    match inner {
        Some((_, id)) if id.trim_start().starts_with(['T', 't']) => id.trim(),
        _ => text,
    }
}

/// A thing that an alert or the incident itself names and a response may act on.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    /// What it is.
    pub kind: EntityKind,
    /// What is known of it. Only non-empty texts.
    pub fields: BTreeMap<Field, String>,
    /// The worst verdict that any alert has for it.
    pub verdict: Verdict,
    /// What the product has already done about it; the furthest state of all alerts.
    pub remediation: Remediation,
    /// Roles as written (`compromised`, `attacker`, `destination`…); usually none.
    pub roles: Vec<String>,
    /// Tags and groups that the organisation has given it, as written (`Tier 0`, `DomainControllers`); usually none.
    pub tags: Vec<String>,
    /// Indices of the alerts that name it, ascending. Empty where only the incident does: Microsoft Sentinel lists the
    /// entities of an incident without saying which of its alerts they come from.
    pub alerts: Vec<usize>,
    /// Every place that names it, in document order.
    pub pointers: Vec<Pointer>,
}

impl Incident {
    /// Whether it is what a merge into another incident has left behind.
    pub fn is_left_behind(&self) -> bool {
        (self.status == Status::Redirected || self.redirect.is_some()) && self.alerts.is_empty()
    }

    /// The name that Microsoft Sentinel has the incident under, a GUID; none where the export does not say it.
    pub fn sentinel_name(&self) -> Option<&str> {
        let known = self.form.is_of_sentinel() && uuid::Uuid::parse_str(&self.id).is_ok();
        (known && !self.is_of_an_alert()).then_some(self.id.as_str())
    }

    /// The number that Microsoft Defender XDR has the incident under; none where the export does not say it. Sentinel
    /// keeps it of incidents that it has from there; of its own it keeps its own number in the same place.
    pub fn defender_id(&self) -> Option<&str> {
        let id = match self.form.is_of_sentinel() {
            true => self.provider_id.as_deref().filter(|id| Some(*id) != self.number.as_deref()),
            false => Some(self.id.as_str()).filter(|_| !self.is_of_an_alert()),
        };
        id.filter(|id| !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()))
    }

    /// Whether the id is that of an alert which was exported alone.
    fn is_of_an_alert(&self) -> bool {
        !self.form.is_of_incidents() && self.alerts.iter().any(|alert| alert.id == self.id)
    }
}

impl Entity {
    /// A field's text.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.fields.get(&field).map(String::as_str)
    }

    /// Whether the product names it only as what stood by, as it does with a domain controller that answered a logon.
    ///
    /// Source: Microsoft Graph, evidenceRole: `contextual` is an entity that is likely benign and was reported as a side
    /// effect of what an attacker did.
    pub fn is_context(&self) -> bool {
        self.verdict < Verdict::Suspicious
            && self.roles.iter().any(|role| role.eq_ignore_ascii_case("contextual"))
    }

    /// The text that a person recognises it by: the first present of the kind's naming fields.
    pub fn label(&self) -> &str {
        self.kind.naming().iter().find_map(|field| self.get(*field)).unwrap_or("(unnamed)")
    }
}

spelled! {
    /// What the product thinks of an entity, worst last.
    #[derive(Default)]
    Verdict {
        /// Nothing is known.
        #[default]
        Unknown = "unknown",
        /// Judged harmless.
        Benign = "benign",
        /// Under suspicion.
        Suspicious = "suspicious",
        /// Judged malicious.
        Malicious = "malicious",
    }
}

spelled! {
    /// What the product has done about an entity, furthest last.
    #[derive(Default)]
    Remediation {
        /// Nothing is known.
        #[default]
        Unknown = "unknown",
        /// Nothing was done.
        None = "none",
        /// Still active.
        Active = "active",
        /// Waits for somebody's approval.
        Pending = "pending",
        /// Tried, and failed.
        Failed = "failed",
        /// Stopped before it ran.
        Prevented = "prevented",
        /// Blocked.
        Blocked = "blocked",
        /// Removed, deleted, quarantined or otherwise dealt with.
        Remediated = "remediated",
    }
}

impl Remediation {
    /// Whether the product has already dealt with the entity, so that an eviction would be done twice.
    pub fn is_done(self) -> bool {
        self >= Self::Prevented
    }
}

spelled! {
    /// Severity of an incident or alert.
    Severity {
        /// Informational.
        Informational = "informational",
        /// Low.
        Low = "low",
        /// Medium.
        Medium = "medium",
        /// High.
        High = "high",
    }
}

spelled! {
    /// Where an incident stands.
    #[derive(Default)]
    Status {
        /// Nobody has taken it up; the product's `Active` and `New`.
        Active = "active",
        /// Somebody works on it.
        InProgress = "in-progress",
        /// Closed.
        Resolved = "resolved",
        /// Merged into another incident.
        Redirected = "redirected",
        /// Not said, or a word that is not known.
        #[default]
        Unknown = "unknown",
    }
}

spelled! {
    /// What an incident or alert was found to be.
    #[derive(Default)]
    Classification {
        /// Not classified.
        #[default]
        Unknown = "unknown",
        /// A real threat.
        TruePositive = "true-positive",
        /// Real, but expected: a test, an admin at work.
        BenignPositive = "benign-positive",
        /// Not what the alert said.
        FalsePositive = "false-positive",
    }
}

impl Classification {
    /// Whether nothing harmful happened.
    pub fn is_harmless(self) -> bool {
        matches!(self, Self::BenignPositive | Self::FalsePositive)
    }
}
