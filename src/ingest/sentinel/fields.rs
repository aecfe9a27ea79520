//! What Microsoft Sentinel and advanced hunting know of an entity, by kind.
//!
//! Keys are written as in the REST API; casing does not count. Where tables have a word of their own, it follows.

use crate::ingest::entities::Fields;
use crate::ingest::evidence::{Plain, Table};
use crate::ingest::incident::{EntityKind, Field};
use crate::ingest::place::Place;
use crate::ingest::reader::Reader;

use super::refs::Refs;

/// Kinds that need no more than their table. The names have neither hyphens nor underscores.
pub(super) const PLAIN: &[Plain] = &[
    (
        "ip",
        EntityKind::Ip,
        &[(Field::Address, "address"), (Field::Address, "remoteIp"), (Field::Address, "localIp")],
    ),
    ("url", EntityKind::Url, &[(Field::Url, "url"), (Field::Url, "remoteUrl")]),
    (
        "mailcluster",
        EntityKind::MailCluster,
        &[
            (Field::Query, "query"),
            (Field::Type, "clusterBy"),
            (Field::Type, "clusterSourceType"),
            (Field::Name, "clusterByValue"),
            (Field::Name, "clusterSourceIdentifier"),
            (Field::Count, "mailCount"),
        ],
    ),
    ("submissionmail", EntityKind::Message, MESSAGE),
    ("azureresource", EntityKind::CloudResource, RESOURCE),
    ("cloudresource", EntityKind::CloudResource, RESOURCE),
    ("amazonresource", EntityKind::CloudResource, RESOURCE),
    ("googlecloudresource", EntityKind::CloudResource, RESOURCE),
    (
        // A cloud application is one of a catalogue; this is one that the tenant consented to.
        "oauthapplication",
        EntityKind::Application,
        &[
            (Field::AppId, "oAuthAppId"),
            (Field::AppId, "oAuthApplicationId"),
            (Field::AppId, "applicationId"),
            (Field::AppId, "appId"),
            (Field::Id, "servicePrincipalObjectId"),
            (Field::Name, "appName"),
            (Field::Name, "application"),
            (Field::Name, "name"),
            (Field::Publisher, "publisher"),
        ],
    ),
];

const RESOURCE: Table = &[
    (Field::Id, "resourceId"),
    (Field::Id, "amazonResourceId"),
    (Field::Id, "fullResourceName"),
    (Field::Name, "resourceName"),
    (Field::Type, "resourceType"),
];

pub(super) const MESSAGE: Table = &[
    (Field::NetworkMessageId, "networkMessageId"),
    (Field::InternetMessageId, "internetMessageId"),
    (Field::Recipient, "recipient"),
    (Field::Recipient, "recipientEmailAddress"),
    (Field::Sender, "p2Sender"),
    (Field::Sender, "p1Sender"),
    (Field::Sender, "sender"),
    (Field::SenderIp, "senderIp"),
    (Field::Subject, "subject"),
    (Field::DeliveryLocation, "deliveryLocation"),
    (Field::DeliveryAction, "deliveryAction"),
    (Field::Direction, "antispamDirection"),
];

pub(super) const MAILBOX: Table = &[
    (Field::Address, "mailboxPrimaryAddress"),
    (Field::Upn, "upn"),
    (Field::DisplayName, "displayName"),
    (Field::Id, "aadId"),
    (Field::Id, "aadUserId"),
    (Field::Id, "externalDirectoryObjectId"),
];

pub(super) const PROCESS: Table = &[(Field::ProcessId, "processId"), (Field::CommandLine, "commandLine")];

const ACCOUNT: Table = &[
    (Field::Id, "aadUserId"),
    (Field::Id, "aadId"),
    (Field::Id, "additionalData/AadUserId"),
    (Field::Upn, "userPrincipalName"),
    (Field::Upn, "upn"),
    (Field::Upn, "additionalData/UserPrincipalName"),
    (Field::Sid, "sid"),
    (Field::Sid, "userSid"),
    (Field::Name, "accountName"),
    (Field::Domain, "ntDomain"),
    (Field::Domain, "domainName"),
    (Field::Domain, "dnsDomain"),
    (Field::DisplayName, "displayName"),
    (Field::AdObjectId, "objectGuid"),
];

const DEVICE: Table = &[
    (Field::Id, "mdatpDeviceId"),
    (Field::Id, "machineId"),
    (Field::Id, "additionalData/MdatpDeviceId"),
    (Field::Name, "hostName"),
    (Field::Name, "netBiosName"),
    (Field::EntraDeviceId, "aadDeviceId"),
    (Field::EntraDeviceId, "additionalData/AadDeviceId"),
    (Field::OsPlatform, "osPlatform"),
    (Field::OsPlatform, "osFamily"),
    (Field::Onboarding, "onboardingStatus"),
];

const FILE: Table = &[
    (Field::Name, "fileName"),
    (Field::Path, "directory"),
    (Field::Publisher, "publisher"),
    (Field::Sha256, "sha256"),
    (Field::Sha1, "sha1"),
    (Field::Md5, "md5"),
];

/// An account. Its user principal name is put together from its parts where it does not stand there whole.
pub(super) fn account<'d>(reader: &mut Reader, refs: &Refs<'d>, at: &Place<'d>) -> Fields {
    let mut fields = reader.fields(at, ACCOUNT);
    if let Some(name) = pascal_name(reader, at) {
        fields.entry(Field::Name).or_insert(name);
    }
    let name = fields.get(&Field::Name).cloned();
    if let Some((domain, name)) = name.as_deref().and_then(|name| name.split_once('\\')) {
        fields.insert(Field::Name, name.to_owned());
        fields.entry(Field::Domain).or_insert_with(|| domain.to_owned());
    }
    if !fields.contains_key(&Field::Upn)
        && let Some(upn) = upn(reader, at, &fields)
    {
        fields.insert(Field::Upn, upn);
    }
    // The accounts of two devices may share a name, and nothing but the device tells them apart.
    let is_local = at.member("isDomainJoined").is_some_and(|joined| joined.node.as_bool() == Some(false));
    if is_local
        && !fields.contains_key(&Field::Domain)
        && !fields.contains_key(&Field::Upn)
        && let Some(host) = refs.follow(reader, at, HOST)
        && let Some(host) = reader.text(&host, "hostName")
    {
        fields.insert(Field::Domain, host);
    }
    fields
}

fn upn(reader: &mut Reader, at: &Place<'_>, fields: &Fields) -> Option<String> {
    let name = fields.get(&Field::Name);
    if let Some(whole) = name.filter(|name| name.contains('@')) {
        return Some(whole.clone());
    }
    let suffix = reader.text(at, "upnSuffix");
    if let (Some(name), Some(suffix)) = (name, suffix) {
        return Some(format!("{name}@{suffix}"));
    }
    let shown = fields.get(&Field::DisplayName)?;
    (shown.contains('@') && !shown.contains(char::is_whitespace)).then(|| shown.clone())
}

/// A device, by its full name where its domain is known: services find it by that.
pub(super) fn device(reader: &mut Reader, at: &Place<'_>) -> Fields {
    let mut fields = reader.fields(at, DEVICE);
    let domain = reader.text(at, "dnsDomain");
    if let (Some(name), Some(domain)) = (fields.get_mut(&Field::Name), domain)
        && !name.contains('.')
    {
        *name = format!("{name}.{domain}");
    }
    fields
}

/// A file, with the hashes that it holds or refers to and the device that it was seen on.
pub(super) fn file<'d>(reader: &mut Reader, refs: &Refs<'d>, at: &Place<'d>) -> Fields {
    let mut fields = reader.fields(at, FILE);
    if let Some(name) = pascal_name(reader, at) {
        fields.entry(Field::Name).or_insert(name);
    }
    for part in refs.follow_all(reader, at, &["fileHashes", "fileHashEntityIds"]) {
        if let Some((field, text)) = hash(reader, &part) {
            fields.entry(field).or_insert(text);
        }
    }
    fields.extend(seen_on(reader, refs, at));
    fields
}

/// One hash.
pub(super) fn hash(reader: &mut Reader, at: &Place<'_>) -> Option<(Field, String)> {
    let algorithm = reader.text(at, "algorithm")?.to_ascii_lowercase();
    let field = match algorithm.as_str() {
        "sha256" => Field::Sha256,
        "sha1" => Field::Sha1,
        "md5" => Field::Md5,
        // An Authenticode hash is not the hash of the file.
        _ => return None,
    };
    let text = reader.text(at, "hashValue").or_else(|| reader.text(at, "value"))?;
    Some((field, text))
}

/// The Defender id of the device that a file or process was seen on. Files and devices of one alert belong together
/// only where one refers to the other.
pub(super) fn seen_on<'d>(reader: &mut Reader, refs: &Refs<'d>, at: &Place<'d>) -> Fields {
    let host = refs.follow(reader, at, HOST);
    let id = host.and_then(|host| device(reader, &host).remove(&Field::Id));
    id.map(|id| (Field::DeviceId, id)).into_iter().collect()
}

pub(super) const HOST: &[&str] = &["host", "hostEntityId"];

/// `Name` of a table's entity. In the REST API `name` is a number of its own for the entity.
fn pascal_name(reader: &mut Reader, at: &Place<'_>) -> Option<String> {
    at.node.get("Name")?;
    reader.text(at, "Name")
}
