//! One entity of Microsoft Sentinel or advanced hunting, whatever its casing, with what it refers to.

use crate::ingest::entities::Fields;
use crate::ingest::evidence::{self, State};
use crate::ingest::incident::{EntityKind, Field};
use crate::ingest::place::Place;
use crate::ingest::reader::Reader;

use super::fields::{self, HOST, MAILBOX, MESSAGE, PLAIN, PROCESS};
use super::refs::Refs;

/// Reads an entity into [`Reader::entities`]. `kind` and `role` are what stands beside it, in a table that has columns
/// for them.
pub(in crate::ingest) fn read<'d>(
    reader: &mut Reader,
    refs: &Refs<'d>,
    entity: &Place<'d>,
    kind: Option<&str>,
    role: Option<String>,
) {
    let Some(whole) = refs.resolve(reader, entity) else { return };
    let at = whole.body();
    let state = State::read(reader, &at).with_role(role);
    let Some(name) = kind.map(str::to_owned).or_else(|| kind_of(reader, &whole)) else {
        return evidence::unknown(reader, &whole, None, "kind", &state);
    };
    let name = name.as_str();
    let plain: String =
        name.chars().filter(|c| !matches!(c, '-' | '_' | ' ')).collect::<String>().to_ascii_lowercase();
    if let Some((_, kind, table)) = PLAIN.iter().find(|(own, ..)| *own == plain) {
        let fields = reader.fields(&at, table);
        return evidence::add(reader, &at, *kind, fields, &state);
    }
    match plain.as_str() {
        "account" | "user" => {
            let fields = fields::account(reader, refs, &at);
            evidence::account(reader, &at, fields, &state);
        }
        "host" | "machine" | "device" => device(reader, &at, &state),
        "mailbox" => mailbox(reader, refs, &at, &state),
        "mailmessage" => message(reader, refs, &at, &state),
        "file" => {
            let fields = fields::file(reader, refs, &at);
            evidence::add(reader, &at, EntityKind::File, fields, &state);
        }
        "filehash" => file_hash(reader, refs, &whole, &at, name, &state),
        "process" => process(reader, refs, &at, &state),
        "registrykey" | "registryvalue" => registry(reader, refs, &at, name, &state),
        "hostlogonsession" | "cloudlogonsession" => {
            generic(reader, &at, name, &state);
            owner(reader, refs, &at);
        }
        "iotdevice" => {
            // Not a device that Defender for Endpoint could isolate.
            let own = [
                (Field::Id, "deviceId"),
                (Field::Name, "deviceName"),
                (Field::OsPlatform, "operatingSystem"),
            ];
            let fields = reader.fields(&at, &own);
            evidence::other(reader, &at, name, fields, &state);
        }
        // Alerts are read as such, and bookmarks are remarks of people.
        "securityalert" | "bookmark" => {}
        known if REPORTED.contains(&known) => generic(reader, &at, name, &state),
        _ => evidence::unknown(reader, &at, Some(name), "kind", &state),
    }
}

/// Kinds that no pattern acts on. A cloud application is one of a catalogue of services, whose number is not an
/// application id of Entra ID.
const REPORTED: &[&str] = &[
    "cloudapplication",
    "cloudlogonrequest",
    "container",
    "containerimage",
    "containerregistry",
    "dns",
    "dnsresolution",
    "kubernetescluster",
    "kubernetescontroller",
    "kubernetesnamespace",
    "kubernetespod",
    "kubernetessecret",
    "kubernetesservice",
    "kubernetesserviceaccount",
    "malware",
    "networkconnection",
    "nic",
    "securitygroup",
    "teamsmessage",
];

/// What an entity calls itself: `kind` of the REST API, where `type` is that of the resource, or `Type` of a table.
fn kind_of(reader: &mut Reader, whole: &Place<'_>) -> Option<String> {
    let kind = whole.node.get("kind").or_else(|| whole.node.get("Kind")).and_then(|kind| kind.text());
    if let Some(kind) = kind {
        return Some(kind.to_owned());
    }
    reader.text(whole, "type").filter(|kind| !kind.contains('/'))
}

fn device(reader: &mut Reader, at: &Place<'_>, state: &State) {
    let fields = fields::device(reader, at);
    evidence::add(reader, at, EntityKind::Device, fields, state);
    super::resource(reader, at, "azureId");
}

/// The account behind something else.
fn owner<'d>(reader: &mut Reader, refs: &Refs<'d>, at: &Place<'d>) {
    if let Some(account) = refs.follow(reader, at, &["account", "accountEntityId"]) {
        let state = State::read(reader, &account);
        let fields = fields::account(reader, refs, &account);
        evidence::owner(reader, &account, fields, &state);
    }
}

fn mailbox<'d>(reader: &mut Reader, refs: &Refs<'d>, at: &Place<'d>, state: &State) {
    let fields = reader.fields(at, MAILBOX);
    let mut account = fields::account(reader, refs, at);
    for field in [Field::Id, Field::Upn] {
        if let Some(text) = fields.get(&field) {
            account.entry(field).or_insert_with(|| text.clone());
        }
    }
    evidence::add(reader, at, EntityKind::Mailbox, fields, state);
    evidence::owner(reader, at, account, &state.verdict_only());
}

fn message<'d>(reader: &mut Reader, refs: &Refs<'d>, at: &Place<'d>, state: &State) {
    let fields = reader.fields(at, MESSAGE);
    let mut state = state.clone();
    // Zero-hour auto purge removes messages after their delivery, and says so nowhere else.
    let actions = reader.texts(at, "additionalActionsAndResults");
    if actions.iter().any(|action| action.starts_with("Zap: [Success")) {
        state = state.remediated();
    }
    evidence::add(reader, at, EntityKind::Message, fields, &state);
    evidence::urls(reader, at, "urls");
    for file in refs.follow_all(reader, at, &["files", "fileEntityIds"]) {
        let fields = fields::file(reader, refs, &file);
        evidence::add(reader, &file, EntityKind::File, fields, &State::default());
    }
}

fn file_hash<'d>(
    reader: &mut Reader,
    refs: &Refs<'d>,
    whole: &Place<'d>,
    at: &Place<'d>,
    name: &str,
    state: &State,
) {
    // Whoever refers to a hash is the file that has it.
    if refs.is_meant(whole) {
        return;
    }
    match fields::hash(reader, at) {
        Some(hash) => evidence::add(reader, at, EntityKind::File, Fields::from([hash]), state),
        None => generic(reader, at, name, state),
    }
}

fn process<'d>(reader: &mut Reader, refs: &Refs<'d>, at: &Place<'d>, state: &State) {
    let mut fields = reader.fields(at, PROCESS);
    fields.extend(fields::seen_on(reader, refs, at));
    let image = refs.follow(reader, at, &["imageFile", "imageFileEntityId"]);
    let image_fields = image.as_ref().map(|image| fields::file(reader, refs, image)).unwrap_or_default();
    for (field, text) in &image_fields {
        fields.entry(*field).or_insert_with(|| text.clone());
    }
    let device = fields.get(&Field::DeviceId).cloned();
    let moment = reader.text(at, "creationTimeUtc");
    evidence::add_process(reader, at, EntityKind::Process, fields, state, moment);
    if let Some(image) = image.filter(|_| image_fields.keys().any(|field| *field != Field::DeviceId)) {
        let mut file = image_fields;
        if let Some(device) = device {
            file.entry(Field::DeviceId).or_insert(device);
        }
        evidence::add(reader, &image, EntityKind::File, file, &state.verdict_only());
    }
    owner(reader, refs, at);
    // Hosts are listed themselves, except in rows of a single process; one that Defender knows is a device.
    if let Some(host) = refs.follow(reader, at, HOST)
        && fields::device(reader, &host).contains_key(&Field::Id)
    {
        let state = State::read(reader, &host);
        device_of(reader, &host, &state);
    }
}

fn device_of(reader: &mut Reader, host: &Place<'_>, state: &State) {
    let fields = fields::device(reader, host);
    evidence::add(reader, host, EntityKind::Device, fields, state);
}

/// Hive, key and value name as one path. A value refers to its key.
fn registry<'d>(reader: &mut Reader, refs: &Refs<'d>, at: &Place<'d>, name: &str, state: &State) {
    let holder = refs.follow(reader, at, &["keyEntityId"]).or_else(|| {
        let inner = at.member("key").filter(|key| key.node.is_object())?;
        refs.resolve(reader, &inner).map(|key| key.body())
    });
    let key = holder.unwrap_or_else(|| at.clone());
    let mut parts: Vec<String> = Vec::new();
    for (place, paths) in
        [(&key, &["hive"][..]), (&key, &["key", "registryKey"]), (at, &["valueName", "registryValueName"])]
    {
        let found =
            paths.iter().filter(|path| place.member(path).is_some_and(|part| part.node.text().is_some()));
        parts.extend(found.take(1).filter_map(|path| reader.text(place, path)));
    }
    if at.node.get("Name").is_some() {
        parts.extend(reader.text(at, "Name"));
    }
    let mut fields = fields::seen_on(reader, refs, at);
    if !parts.is_empty() {
        fields.insert(Field::Name, parts.join("\\"));
    }
    evidence::other(reader, at, name, fields, state);
}

fn generic(reader: &mut Reader, at: &Place<'_>, kind: &str, state: &State) {
    let fields = reader.fields(at, evidence::GENERIC);
    evidence::other(reader, at, kind, fields, state);
}
