//! What a remediation must know of an entity, and which of it an export does not say.
//!
//! Services take one identifier and no other: a device is isolated by its Defender id and not by its name, a file is
//! quarantined by SHA-1 and not by SHA-256, a risk is confirmed for an object id and not for a user principal name.
//! Exports carry some of them. The table says for each kind what its remediations take; what is missing can often be
//! looked up at run time by the identifiers that are there.
//!
//! Source: the request formats of Microsoft Graph, Defender for Endpoint and Exchange Online for these actions.

use super::incident::{Entity, EntityKind, Field};
use super::sid::is_of_domain;

/// An identifier that a group of remediations takes.
#[derive(Debug, PartialEq, Eq)]
pub struct Need {
    /// The fields that serve, best first; any one is enough.
    pub any_of: &'static [Field],
    /// What cannot be done without, to follow "needed to".
    pub purpose: &'static str,
    /// Fields by which a service finds the identifier where it is missing, best first; none where no call does.
    pub found_by: &'static [Field],
}

const fn need(any_of: &'static [Field], purpose: &'static str) -> Need {
    Need { any_of, purpose, found_by: &[] }
}

impl Need {
    const fn found_by(self, found_by: &'static [Field]) -> Self {
        Self { found_by, ..self }
    }
}

const ACCOUNT: &[Need] = &[
    need(&[Field::Id, Field::Upn], "disable the account, reset its password or revoke its sessions")
        .found_by(&[Field::Sid]),
    need(&[Field::Id], "confirm or dismiss the user's risk").found_by(&[Field::Upn, Field::Sid]),
    need(&[Field::Sid, Field::AdObjectId], "disable the account in Active Directory"),
];

const DEVICE: &[Need] = &[
    need(&[Field::Id], "isolate or scan the device, or collect evidence from it").found_by(&[Field::Name]),
    need(&[Field::EntraDeviceId], "disable the device in Entra ID or find it in Intune"),
];

const MAILBOX: &[Need] = &[need(&[Field::Address, Field::Upn], "remove forwarding, rules and permissions")];

const MESSAGE: &[Need] = &[
    need(&[Field::NetworkMessageId], "delete or move the message").found_by(&[Field::InternetMessageId]),
    need(&[Field::Recipient], "delete or move this copy of the message"),
    need(&[Field::Sender], "block the sender"),
];

const MAIL_CLUSTER: &[Need] = &[need(&[Field::Query, Field::Name], "find the messages of the cluster")];

const FILE: &[Need] = &[
    need(&[Field::Sha256, Field::Sha1, Field::Md5], "block the file"),
    need(&[Field::Sha1], "stop and quarantine the file").found_by(&[Field::Sha256]),
    need(&[Field::DeviceId], "stop and quarantine the file on the device it was seen on"),
];

const PROCESS: &[Need] = &[
    need(&[Field::Sha1], "stop the process and quarantine its image"),
    need(&[Field::DeviceId], "stop the process on the device it runs on"),
];

const IP: &[Need] = &[need(&[Field::Address], "block the address")];

const URL: &[Need] = &[need(&[Field::Url], "block the URL")];

const APPLICATION: &[Need] = &[
    need(&[Field::Id], "disable the application or remove its grants").found_by(&[Field::AppId]),
    need(&[Field::AppId, Field::Id], "find the application and its grants"),
];

const CLOUD_RESOURCE: &[Need] = &[need(&[Field::Id], "restrict access to the resource")];

impl EntityKind {
    /// What remediations of entities of this kind take.
    pub fn needs(self) -> &'static [Need] {
        match self {
            Self::Account => ACCOUNT,
            Self::Device => DEVICE,
            Self::Mailbox => MAILBOX,
            Self::Message => MESSAGE,
            Self::MailCluster => MAIL_CLUSTER,
            Self::File => FILE,
            Self::Process => PROCESS,
            Self::Ip => IP,
            Self::Url => URL,
            Self::Application => APPLICATION,
            Self::CloudResource => CLOUD_RESOURCE,
            Self::Other => &[],
        }
    }
}

impl Entity {
    /// What remediations would need to know of this entity and the export does not say.
    pub fn missing(&self) -> impl Iterator<Item = &'static Need> {
        self.kind.needs().iter().filter(|need| self.lacks(need))
    }

    /// A field, or what a playbook finds it by: the name of a device, the security identifier of an account.
    pub fn known_by(&self, field: Field) -> Option<&str> {
        self.called_by(field).or_else(|| self.known_by_sid().filter(|_| field == Field::Id))
    }

    /// A field, or what a call takes in its place: Defender for Endpoint reads a device by its name as by its id, and answers
    /// with the id.
    pub fn called_by(&self, field: Field) -> Option<&str> {
        let named =
            || self.get(Field::Name).filter(|_| (self.kind, field) == (EntityKind::Device, Field::Id));
        self.get(field).or_else(named)
    }

    /// The security identifier of an account of which nothing else is known that Microsoft Entra ID knows it by. A name is
    /// nothing such: it is somebody's only together with its domain, and the directory keeps another name of that than alerts do.
    pub fn known_by_sid(&self) -> Option<&str> {
        let unnamed = self.kind == EntityKind::Account
            && self.get(Field::Id).is_none()
            && self.get(Field::Upn).is_none();
        self.get(Field::Sid).filter(|sid| unnamed && is_of_domain(sid))
    }

    /// Whether it has none of the fields that serve.
    pub fn lacks(&self, need: &Need) -> bool {
        need.any_of.iter().all(|field| self.get(*field).is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::incident::{Remediation, Verdict};

    fn missing(kind: EntityKind, fields: &[Field]) -> Vec<&'static [Field]> {
        let entity = Entity {
            kind,
            fields: fields.iter().map(|field| (*field, "x".to_owned())).collect(),
            verdict: Verdict::default(),
            remediation: Remediation::default(),
            roles: Vec::new(),
            tags: Vec::new(),
            alerts: Vec::new(),
            pointers: Vec::new(),
        };
        entity.missing().map(|need| need.any_of).collect()
    }

    #[test]
    fn what_is_missing_is_what_the_services_take() {
        use Field::{AdObjectId, DeviceId, EntraDeviceId, Id, Name, Sha1, Sha256, Sid, Upn};
        assert_eq!(missing(EntityKind::Account, &[Upn]), [&[Id][..], &[Sid, AdObjectId]]);
        assert_eq!(missing(EntityKind::Device, &[Name]), [[Id], [EntraDeviceId]]);
        assert_eq!(missing(EntityKind::File, &[Sha256]), [[Sha1], [DeviceId]]);
        assert!(missing(EntityKind::Ip, &[Field::Address]).is_empty());
    }

    #[test]
    fn every_kind_that_is_acted_on_has_needs() {
        for kind in EntityKind::ALL.iter().filter(|kind| **kind != EntityKind::Other) {
            assert!(!kind.needs().is_empty(), "{kind}");
        }
    }
}
