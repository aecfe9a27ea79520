//! Entities, each once: mentions from all alerts are merged by the strongest identifier that two of them share.
//!
//! Every kind has its identifiers in order of strength (an account: object id, user principal name, security
//! identifier, domain and name). Two mentions are one entity when the strongest identifier that **both** state is equal.
//! So an account known by its user principal name in one alert and by id *and* name in another is one account, while
//! two accounts with different ids stay two even where a name agrees.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use indexmap::IndexSet;

use crate::base::pointer::Pointer;

use super::incident::{Entity, EntityKind, Field, Remediation, Verdict};

/// The most mentions of entities read of one incident. The largest real one seen has about 160.
pub(super) const MAX_MENTIONS: usize = 50_000;

/// What is known of an entity.
pub(super) type Fields = BTreeMap<Field, String>;

/// One place that names an entity.
#[derive(Debug, Clone, Default)]
pub(super) struct Mention {
    pub(super) fields: Fields,
    pub(super) verdict: Verdict,
    pub(super) remediation: Remediation,
    pub(super) roles: Vec<String>,
    pub(super) tags: Vec<String>,
    pub(super) pointer: Pointer,
    /// When a process was created: tells apart two that had the same process id.
    pub(super) moment: Option<String>,
}

/// The entities of one incident while it is being read.
#[derive(Debug, Default)]
pub(super) struct Entities {
    slots: Vec<Slot>,
    /// The first slot that states an identifier.
    index: BTreeMap<Identifier, usize>,
    mentions: usize,
}

/// An entity being put together. One that turned out to be another leaves an empty slot behind.
#[derive(Debug, Clone)]
struct Slot {
    kind: EntityKind,
    fields: Fields,
    verdict: Verdict,
    remediation: Remediation,
    roles: IndexSet<String>,
    tags: IndexSet<String>,
    alerts: BTreeSet<usize>,
    /// Pointers with the running number of their mention, which is document order.
    pointers: Vec<(usize, Pointer)>,
    moment: Option<String>,
    merged_into: Option<usize>,
}

/// Kind, scope, strength (0 is strongest) and text.
type Identifier = (EntityKind, String, usize, String);

impl Entities {
    /// Whether there were more mentions than are read; whoever sees it reports it.
    pub(super) fn is_full(&self) -> bool {
        self.mentions > MAX_MENTIONS
    }

    /// How many mentions were added.
    pub(super) fn mentions(&self) -> usize {
        self.mentions
    }

    /// Adds what an alert, or the incident itself, says of an entity: to the entity it is or as a new one.
    pub(super) fn add(&mut self, alert: Option<usize>, kind: EntityKind, mention: Mention) {
        let order = self.mentions;
        self.mentions += 1;
        self.insert(Slot {
            kind,
            fields: mention.fields,
            verdict: mention.verdict,
            remediation: mention.remediation,
            roles: mention.roles.into_iter().collect(),
            tags: mention.tags.into_iter().collect(),
            alerts: alert.into_iter().collect(),
            pointers: vec![(order, mention.pointer)],
            moment: mention.moment,
            merged_into: None,
        });
    }

    /// Adds all that `other` knows; `alerts` says which alert here each of its alerts is.
    pub(super) fn absorb(&mut self, other: &Self, alerts: &[usize]) {
        let order = self.mentions;
        self.mentions += other.mentions;
        for slot in other.slots.iter().filter(|slot| slot.merged_into.is_none()) {
            let mut slot = slot.clone();
            slot.alerts = slot.alerts.iter().filter_map(|alert| alerts.get(*alert).copied()).collect();
            slot.pointers.iter_mut().for_each(|(own, _)| *own += order);
            self.insert(slot);
        }
    }

    fn insert(&mut self, incoming: Slot) {
        let candidates: BTreeSet<usize> = incoming
            .identifiers()
            .iter()
            .filter_map(|key| self.index.get(key))
            .map(|at| self.root(*at))
            .collect();
        let mut known = candidates.into_iter().filter(|at| self.slots[*at].is_same(&incoming));
        let Some(target) = known.next() else {
            self.register(self.slots.len(), &incoming);
            self.slots.push(incoming);
            return;
        };
        let others: Vec<usize> = known.collect();
        self.slots[target].absorb(incoming);
        // This mention may be the link between two entities that had no identifier in common so far.
        for other in others {
            if self.slots[target].is_same(&self.slots[other]) {
                let merged = self.slots[other].take(target);
                self.slots[target].absorb(merged);
            }
        }
        let Self { slots, index, .. } = self;
        for identifier in slots[target].identifiers() {
            index.entry(identifier).or_insert(target);
        }
    }

    /// The entities in order of first appearance.
    pub(super) fn finish(mut self) -> Vec<Entity> {
        self.join_short_names();
        self.slots.into_iter().filter(|slot| slot.merged_into.is_none()).map(Slot::finish).collect()
    }

    /// Brings together devices that go by their short name in one alert and by their full name in another. Only where
    /// nothing speaks against it: all that share the first label must agree on one full name and one id of each sort.
    fn join_short_names(&mut self) {
        let mut by_label: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, slot) in self.slots.iter().enumerate().filter(|(_, slot)| slot.merged_into.is_none()) {
            if let Some(name) = slot.fields.get(&Field::Name).filter(|_| slot.kind == EntityKind::Device) {
                let label = name.split('.').next().unwrap_or(name).to_lowercase();
                by_label.entry(label).or_default().push(at);
            }
        }
        for alike in by_label.into_values().filter(|alike| alike.len() > 1) {
            let differ = |field: Field, counts: fn(&str) -> bool| {
                let known = alike.iter().filter_map(|at| self.slots[*at].fields.get(&field));
                let known: BTreeSet<String> =
                    known.filter(|text| counts(text)).map(|text| text.to_lowercase()).collect();
                known.len() > 1
            };
            let any = |_: &str| true;
            if differ(Field::Name, |name| name.contains('.'))
                || differ(Field::Id, any)
                || differ(Field::EntraDeviceId, any)
            {
                continue;
            }
            let (first, others) = (alike[0], &alike[1..]);
            for other in others {
                let merged = self.slots[*other].take(first);
                let full = merged.fields.get(&Field::Name).filter(|name| name.contains('.')).cloned();
                self.slots[first].absorb(merged);
                self.slots[first].fields.extend(full.map(|name| (Field::Name, name)));
            }
        }
    }

    fn register(&mut self, at: usize, slot: &Slot) {
        for identifier in slot.identifiers() {
            self.index.entry(identifier).or_insert(at);
        }
    }

    fn root(&self, mut at: usize) -> usize {
        while let Some(next) = self.slots[at].merged_into {
            at = next;
        }
        at
    }
}

impl Slot {
    /// The identifiers by strength; the position is the strength, so that absent ones leave a gap.
    fn strengths(&self) -> Vec<Option<String>> {
        let lower = |field: Field| self.fields.get(&field).map(|text| text.to_lowercase());
        let pair = |first: Field, second: Field| {
            lower(second).map(|text| format!("{}\\{text}", lower(first).unwrap_or_default()))
        };
        let mut strengths = match self.kind {
            EntityKind::Account => {
                vec![lower(Field::Id), lower(Field::Upn), lower(Field::Sid), pair(Field::Domain, Field::Name)]
            }
            EntityKind::Device => vec![lower(Field::Id), lower(Field::EntraDeviceId), lower(Field::Name)],
            EntityKind::Mailbox => vec![lower(Field::Address), lower(Field::Upn), lower(Field::Id)],
            EntityKind::Message => vec![lower(Field::NetworkMessageId), lower(Field::InternetMessageId)],
            EntityKind::MailCluster => vec![lower(Field::Query), pair(Field::Type, Field::Name)],
            EntityKind::File => vec![
                lower(Field::Sha256),
                lower(Field::Sha1),
                lower(Field::Md5),
                pair(Field::Path, Field::Name),
            ],
            EntityKind::Process => vec![
                lower(Field::ProcessId)
                    .map(|id| format!("{id}@{}", self.moment.as_deref().unwrap_or_default())),
            ],
            EntityKind::Ip => vec![self.fields.get(&Field::Address).map(|text| plain_address(text))],
            EntityKind::Url => vec![self.fields.get(&Field::Url).map(|text| plain_url(text))],
            EntityKind::Application => vec![lower(Field::AppId), lower(Field::Id), lower(Field::Name)],
            EntityKind::CloudResource | EntityKind::Other => vec![lower(Field::Id), lower(Field::Name)],
        };
        if strengths.iter().all(Option::is_none) {
            // Nothing identifies it: only an equal account of it is the same.
            let all: Vec<&str> = self.fields.values().map(String::as_str).collect();
            strengths.push(Some(all.join("\u{1f}")));
        }
        strengths
    }

    /// What must agree before identifiers are compared: the device of a file, the recipient of a copy, the product's
    /// own kind of anything else.
    fn scope(&self) -> String {
        let field = match self.kind {
            EntityKind::File | EntityKind::Process => Field::DeviceId,
            EntityKind::Message => Field::Recipient,
            EntityKind::Other => Field::Type,
            _ => return String::new(),
        };
        self.fields.get(&field).map(|text| text.to_lowercase()).unwrap_or_default()
    }

    fn identifiers(&self) -> Vec<Identifier> {
        let scope = self.scope();
        let stated = self.strengths().into_iter().enumerate();
        stated.filter_map(|(strength, text)| Some((self.kind, scope.clone(), strength, text?))).collect()
    }

    /// Whether both are one entity: the strongest identifier that both state decides.
    fn is_same(&self, other: &Self) -> bool {
        self.kind == other.kind
            && self.scope() == other.scope()
            && self
                .strengths()
                .iter()
                .zip(&other.strengths())
                .find_map(|pair| match pair {
                    (Some(mine), Some(theirs)) => Some(mine == theirs),
                    _ => None,
                })
                .unwrap_or(false)
    }

    /// Takes over what `other` knows; where both know something the elder wins.
    fn absorb(&mut self, other: Self) {
        for (field, text) in other.fields {
            self.fields.entry(field).or_insert(text);
        }
        self.verdict = self.verdict.max(other.verdict);
        self.remediation = self.remediation.max(other.remediation);
        self.roles.extend(other.roles);
        self.tags.extend(other.tags);
        self.alerts.extend(other.alerts);
        self.pointers.extend(other.pointers);
        self.moment = self.moment.take().or(other.moment);
    }

    /// Empties this slot in favour of `target`.
    fn take(&mut self, target: usize) -> Self {
        let husk = Self {
            kind: self.kind,
            fields: Fields::new(),
            verdict: Verdict::default(),
            remediation: Remediation::default(),
            roles: IndexSet::new(),
            tags: IndexSet::new(),
            alerts: BTreeSet::new(),
            pointers: Vec::new(),
            moment: None,
            merged_into: Some(target),
        };
        std::mem::replace(self, husk)
    }

    fn finish(mut self) -> Entity {
        self.pointers.sort();
        let mut pointers: Vec<Pointer> = self.pointers.into_iter().map(|(_, pointer)| pointer).collect();
        pointers.dedup();
        Entity {
            kind: self.kind,
            fields: self.fields,
            verdict: self.verdict,
            remediation: self.remediation,
            roles: self.roles.into_iter().collect(),
            tags: self.tags.into_iter().collect(),
            alerts: self.alerts.into_iter().collect(),
            pointers,
        }
    }
}

/// An address as everybody writes it, where it is one.
fn plain_address(text: &str) -> String {
    text.trim().parse::<IpAddr>().map_or_else(|_| text.to_lowercase(), |address| address.to_string())
}

/// A URL with its scheme and host in small letters; what follows them may differ by case.
fn plain_url(text: &str) -> String {
    let text = text.trim();
    let host = text.find("://").map_or(0, |at| at + "://".len());
    let end = text[host..].find(['/', '?', '#']).map_or(text.len(), |at| host + at);
    format!("{}{}", text[..end].to_lowercase(), &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_and_a_host_are_the_same_however_they_are_written() {
        use Field::{Address, Url};
        let ips: &[&[(Field, &str)]] = &[
            &[(Address, "2001:DB8::1")],
            &[(Address, "2001:db8:0:0::1")],
            &[(Address, "203.0.113.9")],
            &[(Address, " 203.0.113.9 ")],
            &[(Address, "203.0.113.90")],
        ];
        assert_eq!(
            merged(EntityKind::Ip, ips),
            ["2001:DB8::1 @ [0, 1]", "203.0.113.9 @ [2, 3]", "203.0.113.90 @ [4]"]
        );
        let urls: &[&[(Field, &str)]] = &[
            &[(Url, "https://Evil.example/A?x=Y")],
            &[(Url, "HTTPS://evil.example/A?x=Y")],
            &[(Url, "https://evil.example/a?x=Y")],
            &[(Url, "Evil.example")],
            &[(Url, "evil.example ")],
        ];
        assert_eq!(
            merged(EntityKind::Url, urls),
            [
                "https://Evil.example/A?x=Y @ [0, 1]",
                "https://evil.example/a?x=Y @ [2]",
                "Evil.example @ [3, 4]"
            ]
        );
    }

    /// Adds mentions, one alert each, and shows the entities as `fields @ alerts`.
    fn merged(kind: EntityKind, mentions: &[&[(Field, &str)]]) -> Vec<String> {
        let mut entities = Entities::default();
        for (alert, fields) in mentions.iter().enumerate() {
            let fields = fields.iter().map(|(field, text)| (*field, (*text).to_owned())).collect();
            entities.add(Some(alert), kind, Mention { fields, ..Mention::default() });
        }
        let show = |entity: Entity| {
            let fields: Vec<&str> = entity.fields.values().map(String::as_str).collect();
            format!("{} @ {:?}", fields.join(" "), entity.alerts)
        };
        entities.finish().into_iter().map(show).collect()
    }

    #[test]
    fn the_strongest_shared_identifier_decides() {
        use Field::{Id, Name, Sid, Upn};
        let accounts: &[&[(Field, &str)]] = &[
            &[(Id, "1"), (Upn, "A@x"), (Sid, "S-1")],
            &[(Upn, "a@X")],
            &[(Sid, "s-1"), (Name, "a")],
            &[(Id, "2"), (Upn, "a@x")],
            &[(Id, "2")],
        ];
        assert_eq!(merged(EntityKind::Account, accounts), ["1 a A@x S-1 @ [0, 1, 2]", "2 a@x @ [3, 4]"]);
    }

    #[test]
    fn a_later_mention_links_two_entities() {
        use Field::{Sid, Upn};
        let accounts: &[&[(Field, &str)]] = &[
            &[(Upn, "a@x")],
            &[(Upn, "b@x")],
            &[(Sid, "S-1")],
            &[(Upn, "a@x"), (Sid, "S-1")],
            &[(Sid, "S-1")],
        ];
        assert_eq!(merged(EntityKind::Account, accounts), ["a@x S-1 @ [0, 2, 3, 4]", "b@x @ [1]"]);
    }

    #[test]
    fn a_device_may_go_by_its_short_name() {
        use Field::{Id, Name};
        let one: &[&[(Field, &str)]] =
            &[&[(Name, "HOST")], &[(Id, "1"), (Name, "host.corp.example")], &[(Name, "other")]];
        assert_eq!(merged(EntityKind::Device, one), ["1 host.corp.example @ [0, 1]", "other @ [2]"]);
        // Two devices of two domains: nobody knows which of them the short name means.
        let two: &[&[(Field, &str)]] = &[&[(Name, "host")], &[(Name, "host.a")], &[(Name, "host.b")]];
        assert_eq!(merged(EntityKind::Device, two).len(), 3);
        let ids: &[&[(Field, &str)]] = &[&[(Id, "1"), (Name, "host")], &[(Id, "2"), (Name, "host.a")]];
        assert_eq!(merged(EntityKind::Device, ids).len(), 2);
    }

    #[test]
    fn files_are_one_per_device_and_messages_one_per_recipient() {
        use Field::{DeviceId, Name, NetworkMessageId, Path, Recipient, Sha1, Sha256};
        let files: &[&[(Field, &str)]] = &[
            &[(Sha256, "aa"), (Sha1, "bb"), (DeviceId, "D")],
            &[(Sha1, "bb"), (DeviceId, "d"), (Name, "x.exe")],
            &[(Sha256, "aa"), (DeviceId, "E")],
            &[(Path, "C:\\"), (Name, "x")],
            &[(Path, "c:\\"), (Name, "X")],
        ];
        let expected = ["x.exe aa bb D @ [0, 1]", "aa E @ [2]", "x C:\\ @ [3, 4]"];
        assert_eq!(merged(EntityKind::File, files), expected);
        let messages: &[&[(Field, &str)]] = &[
            &[(NetworkMessageId, "n"), (Recipient, "a@x")],
            &[(NetworkMessageId, "n"), (Recipient, "b@x")],
            &[(NetworkMessageId, "N"), (Recipient, "A@x")],
        ];
        assert_eq!(merged(EntityKind::Message, messages), ["n a@x @ [0, 2]", "n b@x @ [1]"]);
    }

    #[test]
    fn what_another_incident_knows_is_merged_under_its_new_alerts() {
        let ip = |address: &str| Mention {
            fields: Fields::from([(Field::Address, address.to_owned())]),
            ..Mention::default()
        };
        let (mut one, mut other) = (Entities::default(), Entities::default());
        one.add(Some(0), EntityKind::Ip, ip("192.0.2.1"));
        other.add(Some(0), EntityKind::Ip, ip("192.0.2.2"));
        other.add(Some(1), EntityKind::Ip, ip("192.0.2.1"));
        other.add(None, EntityKind::Ip, ip("192.0.2.3"));
        one.absorb(&other, &[4, 5]);
        assert_eq!(one.mentions(), 4);
        let alerts: Vec<Vec<usize>> = one.finish().into_iter().map(|entity| entity.alerts).collect();
        assert_eq!(alerts, [vec![0, 5], vec![4], vec![]]);
    }

    #[test]
    fn processes_are_told_apart_by_their_start() {
        let mut entities = Entities::default();
        for moment in ["t1", "t2", "t1"] {
            let fields = Fields::from([(Field::ProcessId, "7".to_owned())]);
            entities.add(
                Some(0),
                EntityKind::Process,
                Mention { fields, moment: Some(moment.into()), ..Mention::default() },
            );
        }
        assert_eq!(entities.finish().len(), 2);
    }

    #[test]
    fn the_worst_verdict_and_the_furthest_remediation_win() {
        let mut entities = Entities::default();
        let states = [
            (Verdict::Benign, Remediation::Remediated),
            (Verdict::Malicious, Remediation::Active),
            (Verdict::Unknown, Remediation::None),
        ];
        for (alert, (verdict, remediation)) in states.into_iter().enumerate() {
            let fields = Fields::from([(Field::Address, "192.0.2.1".to_owned())]);
            entities.add(
                Some(alert),
                EntityKind::Ip,
                Mention { fields, verdict, remediation, ..Mention::default() },
            );
        }
        let merged = entities.finish();
        assert_eq!(merged.len(), 1);
        assert_eq!((merged[0].verdict, merged[0].remediation), (Verdict::Malicious, Remediation::Remediated));
    }
}
