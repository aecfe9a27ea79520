//! The normal form of an incident: what every reader produces and every later stage reads.
//!
//! Texts come from attackers (a subject, a file name, an account name) and are kept as they are; whoever shows or
//! emits them encodes them for that place.

use std::collections::BTreeMap;

use crate::base::pointer::Pointer;

/// Which export an incident was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// Microsoft Graph security incident, with or without expanded alerts.
    GraphIncident,
    /// The older Microsoft 365 Defender incidents API.
    M365dIncident,
}

impl Form {
    /// Every form that has a reader.
    pub const ALL: [Self; 2] = [Self::GraphIncident, Self::M365dIncident];

    /// The stable name, as `plan --format json` prints it.
    pub fn name(self) -> &'static str {
        match self {
            Self::GraphIncident => "graph_incident",
            Self::M365dIncident => "m365d_incident",
        }
    }

    /// The form in words.
    pub fn title(self) -> &'static str {
        match self {
            Self::GraphIncident => "Microsoft Graph security incident",
            Self::M365dIncident => "Microsoft 365 Defender incident (older API)",
        }
    }
}

/// One incident with its alerts and its entities, each entity once however many alerts name it.
#[derive(Debug, Clone, PartialEq)]
pub struct Incident {
    /// Where it was read from.
    pub form: Form,
    /// The product's id of the incident, as text.
    pub id: String,
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
    /// When it last changed, as written.
    pub updated: Option<String>,
    /// To whom it is assigned.
    pub assigned_to: Option<String>,
    /// Custom and system tags.
    pub tags: Vec<String>,
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
    /// The category as written: often a tactic's name, sometimes not (`SuspiciousActivity`).
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
    /// Technique ids exactly as written.
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

/// A thing that an alert names and a response may act on.
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
    /// Indices of the alerts that name it, ascending.
    pub alerts: Vec<usize>,
    /// Every place that names it, in document order.
    pub pointers: Vec<Pointer>,
}

impl Entity {
    /// A field's text.
    pub fn get(&self, field: Field) -> Option<&str> {
        self.fields.get(&field).map(String::as_str)
    }

    /// The text that a person recognises it by: the first present of the kind's naming fields.
    pub fn label(&self) -> &str {
        self.kind.naming().iter().find_map(|field| self.get(*field)).unwrap_or("(unnamed)")
    }
}

/// Declares an enum whose variants have one stable spelling, used in YAML, JSON and messages.
macro_rules! spelled {
    ($(#[$meta:meta])* $Name:ident { $($(#[$variant_meta:meta])* $Variant:ident = $text:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $Name {
            $($(#[$variant_meta])* #[serde(rename = $text)] $Variant),+
        }

        impl $Name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[$(Self::$Variant),+];

            /// The stable spelling.
            pub fn name(self) -> &'static str {
                match self { $(Self::$Variant => $text),+ }
            }

            /// Reads the stable spelling in any case.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|value| value.name().eq_ignore_ascii_case(text))
            }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

spelled! {
    /// What an entity is. The names are those of patterns and review files.
    EntityKind {
        /// A user account, in Entra ID, in Active Directory, or local to a device.
        Account = "account",
        /// A device known to Defender for Endpoint.
        Device = "device",
        /// A mailbox.
        Mailbox = "mailbox",
        /// One delivered copy of a message: one recipient.
        Message = "message",
        /// A query for alike messages, not a list of them.
        MailCluster = "mail-cluster",
        /// A file by its hashes, with the device it was seen on where known.
        File = "file",
        /// A process.
        Process = "process",
        /// An IP address.
        Ip = "ip",
        /// A URL.
        Url = "url",
        /// An OAuth application registered in or consented to by the tenant.
        Application = "application",
        /// A resource in Azure or another cloud.
        CloudResource = "cloud-resource",
        /// Anything else an alert names; kept for the report, never acted on.
        Other = "other",
    }
}

impl EntityKind {
    /// The fields by which a person recognises it, best first.
    pub fn naming(self) -> &'static [Field] {
        match self {
            Self::Account => &[Field::Upn, Field::Name, Field::DisplayName, Field::Id, Field::Sid],
            Self::Device => &[Field::Name, Field::Id],
            Self::Mailbox => &[Field::Address, Field::Upn, Field::DisplayName],
            Self::Message => &[Field::Subject, Field::NetworkMessageId, Field::InternetMessageId],
            Self::MailCluster => &[Field::Query, Field::Subject, Field::Name],
            Self::File => &[Field::Name, Field::Sha256, Field::Sha1, Field::Md5],
            Self::Process => &[Field::CommandLine, Field::Name, Field::Sha256, Field::Sha1],
            Self::Ip => &[Field::Address],
            Self::Url => &[Field::Url],
            Self::Application => &[Field::Name, Field::AppId, Field::Id],
            Self::CloudResource | Self::Other => &[Field::Name, Field::Id, Field::Type],
        }
    }
}

spelled! {
    /// A fact about an entity. The names are those of patterns and of the run-time collections.
    Field {
        /// The identifier that actions use: Entra object id of an account, Defender machine id of a device,
        /// service principal object id of an application, resource id of a cloud resource.
        Id = "id",
        /// Short name: account name, DNS name of a device, file name, application name.
        Name = "name",
        /// Name for people.
        DisplayName = "displayName",
        /// User principal name.
        Upn = "upn",
        /// Security identifier.
        Sid = "sid",
        /// Windows domain or host an account belongs to.
        Domain = "domain",
        /// Object GUID in Active Directory.
        AdObjectId = "adObjectId",
        /// Device id in Entra ID.
        EntraDeviceId = "entraDeviceId",
        /// Operating system platform.
        OsPlatform = "osPlatform",
        /// Whether a device is onboarded to Defender for Endpoint, as written.
        Onboarding = "onboarding",
        /// Mail address of a mailbox, or the address of an IP entity.
        Address = "address",
        /// Id that all copies of a message share inside Exchange Online.
        NetworkMessageId = "networkMessageId",
        /// The `Message-ID` header.
        InternetMessageId = "internetMessageId",
        /// Recipient of this copy.
        Recipient = "recipient",
        /// Sender of a message (P2 `From`, else P1 envelope).
        Sender = "sender",
        /// IP address the message came from.
        SenderIp = "senderIp",
        /// Subject line.
        Subject = "subject",
        /// Where the message was delivered, as written.
        DeliveryLocation = "deliveryLocation",
        /// What mail protection did with the message, as written (`delivered`, `blocked`…); the older API says only this.
        DeliveryAction = "deliveryAction",
        /// Query text of a mail cluster.
        Query = "query",
        /// How many messages a cluster counted.
        Count = "count",
        /// SHA-256 in lower-case hex.
        Sha256 = "sha256",
        /// SHA-1 in lower-case hex.
        Sha1 = "sha1",
        /// MD5 in lower-case hex.
        Md5 = "md5",
        /// Folder of a file.
        Path = "path",
        /// Who signed a file, as written.
        Publisher = "publisher",
        /// Defender machine id of the device that a file or process was seen on.
        DeviceId = "deviceId",
        /// Process id.
        ProcessId = "processId",
        /// Command line of a process.
        CommandLine = "commandLine",
        /// Application (client) id.
        AppId = "appId",
        /// A URL.
        Url = "url",
        /// The product's own word for what it is: the kind of an entity of kind `other`, the type of a cloud resource,
        /// the properties by which a mail cluster groups (their values are its name).
        Type = "type",
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
