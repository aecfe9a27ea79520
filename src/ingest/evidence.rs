//! What the evidence of all forms has in common: its state, accounts, registry names, entities that have no kind here.

use std::iter;

use crate::base::diagnostic::Diagnostic;

use super::codes;
use super::entities::{Fields, Mention};
use super::incident::{EntityKind, Field, Remediation, Verdict};
use super::layout::Keys;
use super::place::Place;
use super::reader::Reader;
use super::safelinks::unwrapped;
use super::sid::{is_built_in, object_id};
use super::words;

/// Which field stands at which key or path of keys. Where a field stands twice, the first that is present wins.
pub(super) type Table = &'static [(Field, &'static str)];

/// A kind of evidence that needs no more than its table: the product's name in lower case, what it becomes, its fields.
pub(super) type Plain = (&'static str, EntityKind, Table);

/// What the product says about a piece of evidence, whatever its kind.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    verdict: Verdict,
    remediation: Remediation,
    roles: Vec<String>,
    tags: Vec<String>,
}

/// Where tags and groups stand: on evidence of Microsoft Graph, on devices of the older APIs, on hosts of Sentinel.
const TAGS: [&str; 4] = ["tags", "machineTags", "deviceTags", "rbacGroupName"];

const VERDICT: Keys = &["verdict", "lastVerdict", "suspicionLevel"];

const REMEDIATION: Keys = &["remediationStatus", "lastRemediationState", "detectionStatus"];

impl State {
    /// Reads `verdict`, `remediationStatus`, `roles`, `detailedRoles` and `tags`, and what other products call them.
    pub(super) fn read(reader: &mut Reader, at: &Place<'_>) -> Self {
        let mut roles = reader.texts(at, "roles");
        roles.extend(reader.texts(at, "detailedRoles"));
        Self {
            verdict: reader.first_word(iter::once(at), VERDICT, words::verdict),
            remediation: reader.first_word(iter::once(at), REMEDIATION, words::remediation),
            roles,
            tags: Self::tags(reader, at),
        }
    }

    /// Reads only what the organisation calls it: for a device that stands beside the evidence and has no verdict.
    pub(super) fn of_device(reader: &mut Reader, at: &Place<'_>) -> Self {
        Self { tags: Self::tags(reader, at), ..Self::default() }
    }

    fn tags(reader: &mut Reader, at: &Place<'_>) -> Vec<String> {
        TAGS.iter().flat_map(|key| reader.texts(at, key)).collect()
    }

    /// The state with a role that stands beside the evidence.
    pub(super) fn with_role(mut self, role: Option<String>) -> Self {
        self.roles.extend(role);
        self
    }

    /// The state of something that the product says it has dealt with in other words.
    pub(super) fn remediated(self) -> Self {
        Self { remediation: Remediation::Remediated, ..self }
    }

    /// What carries over to something that the evidence contains: the judgement of it, but not the deed. A process
    /// that was stopped has left its file where it is.
    pub(super) fn verdict_only(&self) -> Self {
        Self { verdict: self.verdict, ..Self::default() }
    }
}

/// Records an entity. One that states nothing beyond the device it was on is left out with a finding.
pub(super) fn add(reader: &mut Reader, at: &Place<'_>, kind: EntityKind, fields: Fields, state: &State) {
    add_process(reader, at, kind, fields, state, None);
}

/// As [`add`], with the time at which a process was created.
pub(super) fn add_process(
    reader: &mut Reader,
    at: &Place<'_>,
    kind: EntityKind,
    mut fields: Fields,
    state: &State,
    moment: Option<String>,
) {
    if reader.entities.is_full() {
        return;
    }
    if let Some(defaults) = reader.defaults.get(&kind) {
        for (field, text) in defaults {
            fields.entry(*field).or_insert_with(|| text.clone());
        }
    }
    if kind == EntityKind::Account
        && !fields.contains_key(&Field::Id)
        && let Some(id) = fields.get(&Field::Sid).and_then(|sid| object_id(sid))
    {
        fields.insert(Field::Id, id);
    }
    if let Some(link) = fields.get_mut(&Field::Url)
        && let Some(inner) = unwrapped(link)
    {
        *link = inner;
    }
    for hash in [Field::Sha256, Field::Sha1, Field::Md5] {
        if let Some(text) = fields.get_mut(&hash) {
            text.make_ascii_lowercase();
        }
    }
    if kind != EntityKind::Other && fields.keys().all(|field| matches!(field, Field::DeviceId | Field::Type))
    {
        reader.findings.push(
            Diagnostic::new(
                &codes::UNNAMED_EVIDENCE,
                at.pointer.clone(),
                format!("this evidence of kind `{kind}` does not say which {kind} it is"),
            )
            .help("it is left out; look it up in the portal if it matters, and add it in the review"),
        );
        return;
    }
    let State { verdict, remediation, roles, tags } = state.clone();
    let mention = Mention { fields, verdict, remediation, roles, tags, pointer: at.pointer.clone(), moment };
    reader.entities.add(reader.alert, kind, mention);
}

/// Records an account that evidence of its own names. An account that every Windows machine has is no target: it is
/// kept for the report only.
pub(super) fn account(reader: &mut Reader, at: &Place<'_>, fields: Fields, state: &State) {
    if is_built_in(&fields) {
        other(reader, at, "builtInAccount", fields, state);
    } else {
        add(reader, at, EntityKind::Account, fields, state);
    }
}

/// Records the account behind something else (a process, a mailbox), if it can be told and is a possible target.
pub(super) fn owner(reader: &mut Reader, at: &Place<'_>, fields: Fields, state: &State) {
    let named =
        [Field::Id, Field::Upn, Field::Sid, Field::Name].iter().any(|field| fields.contains_key(field));
    if named && !is_built_in(&fields) {
        add(reader, at, EntityKind::Account, fields, state);
    }
}

/// Records the links of a message: mail alerts seldom have URL evidence, so they are all there is to block. The verdict
/// is on the message; among its links are mail scanners and the sender's footer.
pub(super) fn urls(reader: &mut Reader, message: &Place<'_>, key: &str) {
    for (pointer, url) in reader.placed_texts(message, key) {
        let place = Place::at(message.node, pointer);
        add(reader, &place, EntityKind::Url, Fields::from([(Field::Url, url)]), &State::default());
    }
}

/// Records something that no pattern acts on.
pub(super) fn other(reader: &mut Reader, at: &Place<'_>, kind: &str, mut fields: Fields, state: &State) {
    fields.insert(Field::Type, kind.to_owned());
    add(reader, at, EntityKind::Other, fields, state);
}

/// Records evidence of a kind that is not known, with a finding.
pub(super) fn unknown(reader: &mut Reader, at: &Place<'_>, kind: Option<&str>, key: &str, state: &State) {
    let message = match kind {
        Some(kind) => {
            format!("evidence of the kind `{}` is not known here", kind.chars().take(60).collect::<String>())
        }
        None => format!("this evidence does not say its kind: it has no `{key}`"),
    };
    reader.findings.push(
        Diagnostic::new(&codes::UNKNOWN_EVIDENCE_KIND, at.pointer.clone(), message)
            .help("it is kept for the report as an entity of kind `other`, on which no pattern acts"),
    );
    let fields = reader.fields(at, GENERIC);
    other(reader, at, kind.unwrap_or("unknown"), fields, state);
}

/// Fields by which things without a kind of their own are told apart, in all forms.
pub(super) const GENERIC: Table = &[
    (Field::Id, "id"),
    (Field::Id, "saasAppId"),
    (Field::Id, "appId"),
    (Field::Id, "applicationId"),
    (Field::Id, "resourceId"),
    (Field::Id, "securityGroupId"),
    (Field::Id, "sessionId"),
    (Field::Id, "requestId"),
    (Field::Id, "messageId"),
    (Field::Id, "containerId"),
    (Field::Id, "imageId"),
    (Field::Id, "repoId"),
    (Field::Id, "userId"),
    (Field::Id, "orgId"),
    (Field::Id, "configurationId"),
    (Field::Id, "signatureHash"),
    (Field::Id, "objectGuid"),
    (Field::Name, "name"),
    (Field::Name, "displayName"),
    (Field::Name, "applicationName"),
    (Field::Name, "appName"),
    (Field::Name, "malwareName"),
    (Field::Name, "distinguishedName"),
    (Field::Name, "friendlyName"),
    (Field::Name, "securityGroupName"),
    (Field::Name, "resourceName"),
    (Field::Name, "domainName"),
    (Field::Name, "deviceName"),
    (Field::Name, "login"),
    (Field::Name, "registry"),
    (Field::Name, "macAddress"),
    (Field::Name, "value"),
    (Field::Sid, "sid"),
    (Field::Url, "url"),
    (Field::Url, "webUrl"),
    (Field::Subject, "subject"),
    (Field::Sender, "senderFromAddress"),
    (Field::Address, "destinationAddress/ipAddress"),
];

/// Hive, key and value name of a registry entry as one path, as the Defender APIs spell the keys.
pub(super) fn registry(reader: &mut Reader, at: &Place<'_>, device: &str) -> Fields {
    let parts: Vec<String> = ["registryHive", "registryKey", "registryValueName"]
        .iter()
        .filter_map(|key| reader.text(at, key))
        .collect();
    let mut fields = reader.fields(at, &[(Field::DeviceId, device)]);
    if !parts.is_empty() {
        fields.insert(Field::Name, parts.join("\\"));
    }
    fields
}
