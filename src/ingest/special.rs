//! Accounts and devices that are no targets whatever an alert says of them, told by what exports say: names, tags,
//! groups, security identifiers.
//!
//! Some marks are certain: a name that a product gives, a tag that the organisation has set. Others are habits of naming
//! (`svc-backup`, `fra-dc02`): they protect too, but a review that names the entity as compromised outweighs them.

use super::incident::{Entity, EntityKind, Field};

/// Why an account or a device is special.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Special {
    /// What it is, to follow "it".
    pub what: &'static str,
    /// Whether that is certain, and not only likely by its name.
    pub certain: bool,
}

const fn certain(what: &'static str) -> Special {
    Special { what, certain: true }
}

const fn likely(what: &'static str) -> Special {
    Special { what, certain: false }
}

/// The directions of a message that the organisation sent itself. A `From` is anybody's to write; that of such a message is
/// the account that sent it.
///
/// Sources: Microsoft Learn, "analyzedMessageEvidence resource type", `antiSpamDirection`; and "AntispamMailDirection" of the REST
/// API of Microsoft Sentinel, which has the same words beside `Unknown`.
pub const SENT_FROM_WITHIN: &[&str] = &["intraorg", "outbound"];

/// Whether the product says that the organisation sent a message itself.
pub fn is_sent_from_within(message: &Entity) -> bool {
    let direction = message.get(Field::Direction).unwrap_or_default().to_lowercase();
    SENT_FROM_WITHIN.contains(&direction.as_str())
}

/// How the names of accounts begin that products make for themselves. At run time too nothing may be done to them.
///
/// Sources:
/// - `MSOL_`, `AAD_`: Microsoft Learn, "Microsoft Entra Connect: Accounts and permissions"
/// - `Sync_`: Microsoft Learn, "Microsoft Entra Connect: ADSync PowerShell Reference"
/// - `ADToAADSyncServiceAccount`: Microsoft Learn, "Microsoft Entra Cloud Sync error codes and descriptions"
/// - `AZUREADSSOACC`: Microsoft Learn, "Microsoft Entra seamless single sign-on: Technical deep dive"
/// - `krbtgt`: Microsoft, [MS-DTYP] 2.4.2.4, relative id 502; read-only domain controllers have `krbtgt_` and a number
pub const PRODUCT_ACCOUNTS: &[(&str, &str)] = &[
    ("msol_", "synchronises Active Directory with Entra ID"),
    ("aad_", "runs the synchronisation of Active Directory with Entra ID"),
    ("sync_", "synchronises Active Directory with Entra ID"),
    ("adtoaadsyncserviceaccount", "synchronises Active Directory with Entra ID"),
    ("azureadssoacc", "signs everybody in for seamless single sign-on"),
    ("krbtgt", "signs every Kerberos ticket of the domain"),
];

/// What makes an account or a device special, if anything does.
pub fn special(entity: &Entity) -> Option<Special> {
    match entity.kind {
        EntityKind::Account | EntityKind::Mailbox => account(entity),
        EntityKind::Device => device(entity),
        _ => None,
    }
}

fn account(entity: &Entity) -> Option<Special> {
    let upn = entity.get(Field::Upn).or_else(|| entity.get(Field::Address)).unwrap_or_default();
    let upn_name = upn.split('@').next().unwrap_or_default().trim().to_lowercase();
    let name = entity.get(Field::Name).unwrap_or_default().trim().to_lowercase();
    let names = [upn_name.as_str(), name.as_str()];
    for (begin, what) in PRODUCT_ACCOUNTS {
        if names.iter().any(|name| name.starts_with(begin)) {
            return Some(certain(what));
        }
    }
    // The relative id of krbtgt in every domain.
    if entity.get(Field::Sid).is_some_and(|sid| sid.starts_with("S-1-5-21-") && sid.ends_with("-502")) {
        return Some(certain("signs every Kerberos ticket of the domain"));
    }
    // Computers and group managed service accounts: their account names end so, and no user's may.
    if names.iter().any(|name| name.len() > 1 && name.ends_with('$')) {
        return Some(certain("is the account of a computer or a managed service"));
    }
    if is_marked(entity, &["breakglass", "emergencyaccess"]) {
        return Some(certain("is marked as an account for emergencies"));
    }
    if is_marked(entity, &["serviceaccount"]) {
        return Some(certain("is marked as a service account"));
    }
    if is_marked(entity, &["sharedmailbox"]) {
        return Some(certain("is marked as a shared mailbox, which nobody signs in to"));
    }
    let begins = |beginnings: &[&str]| {
        let regular = names.map(|name| name.replace(['_', '.'], "-"));
        regular.iter().any(|name| beginnings.iter().any(|begin| name.starts_with(begin)))
    };
    if begins(SERVICE_ACCOUNTS) {
        return Some(likely("has a name like a service account's"));
    }
    begins(EMERGENCY_ACCOUNTS).then(|| likely("has a name like that of an account for emergencies"))
}

/// How names of service accounts begin by habit, with a hyphen for whatever separates the parts of a name.
pub const SERVICE_ACCOUNTS: &[&str] = &["svc-", "srv-", "sa-", "service-", "gmsa-", "msa-"];
/// How names of accounts for emergencies begin by habit, in the same way.
pub const EMERGENCY_ACCOUNTS: &[&str] = &["breakglass", "break-glass", "emergencyaccess", "emergency-access"];

fn device(entity: &Entity) -> Option<Special> {
    if let Some((_, what)) = MARKED_DEVICES.iter().find(|(marks, _)| is_marked(entity, marks)) {
        return Some(certain(what));
    }
    let name = entity.get(Field::Name)?.to_lowercase();
    let host = name.split('.').next().unwrap_or_default().replace('_', "-");
    let bare: String = host.chars().filter(|c| !c.is_ascii_digit()).collect();
    let joined = SPELT_APART.iter().fold(bare, |name, (apart, joined)| name.replace(apart, joined));
    let named = |words: &[&str]| joined.split('-').any(|part| words.contains(&part));
    NAMED_DEVICES.iter().find(|(words, _)| named(words)).map(|(_, what)| likely(what))
}

/// Tags, roles and groups that say for certain what a device is, in small letters and without anything between.
pub const MARKED_DEVICES: &[(&[&str], &str)] = &[
    (&["domaincontroller", "adds", "tier0"], "is marked as a domain controller or another asset of tier 0"),
    (&["dnsserver", "dhcpserver"], "is marked as a server for names or addresses"),
    (&["hyperv", "hypervisor", "esxi"], "is marked as a host of virtual machines"),
    (
        &["entraconnect", "azureadconnect", "aadconnect"],
        "is marked as the server that synchronises directories",
    ),
];

/// Parts of a host's name, between hyphens and without digits, that tell by habit what it is. That the names of a data centre
/// may begin in "dc" too costs a question; a domain controller that nobody was asked about costs more.
pub const NAMED_DEVICES: &[(&[&str], &str)] = &[
    (&["dc", "addc", "pdc", "bdc", "rodc", "domaincontroller"], "has a name like a domain controller's"),
    (&["dns", "dhcp", "ns"], "has a name like that of a server for names or addresses"),
    (&["hyperv", "hv", "esx", "esxi", "vmhost"], "has a name like that of a host of virtual machines"),
];

/// Words that some spell with a hyphen.
pub const SPELT_APART: &[(&str, &str)] =
    &[("hyper-v", "hyperv"), ("domain-controller", "domaincontroller"), ("vm-host", "vmhost")];

/// Whether a role, a tag or a group says one of the words, however it is spaced and cased.
fn is_marked(entity: &Entity, words: &[&str]) -> bool {
    entity.tags.iter().chain(&entity.roles).any(|text| {
        let plain: String =
            text.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_lowercase();
        words.iter().any(|word| plain == *word || plain.strip_suffix('s') == Some(*word))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::incident::{Remediation, Verdict};

    fn of(kind: EntityKind, field: Field, text: &str, tag: &str) -> Option<bool> {
        let entity = Entity {
            kind,
            fields: [(field, text.to_owned())].into(),
            verdict: Verdict::default(),
            remediation: Remediation::default(),
            roles: Vec::new(),
            tags: vec![tag.to_owned()],
            alerts: Vec::new(),
            pointers: Vec::new(),
        };
        special(&entity).map(|special| special.certain)
    }

    #[test]
    fn accounts_of_products_are_never_targets() {
        for name in [
            "MSOL_16fb75d0227d",
            "AAD_0a1b2c3d4e5f",
            "AZUREADSSOACC$",
            "krbtgt",
            "krbtgt_12345",
            "WS0042$",
            "gmsa-sql$",
        ] {
            assert_eq!(of(EntityKind::Account, Field::Name, name, ""), Some(true), "{name}");
        }
        for upn in
            ["Sync_DC01_5c1f@contoso.onmicrosoft.com", "ADToAADSyncServiceAccount@contoso.onmicrosoft.com"]
        {
            assert_eq!(of(EntityKind::Account, Field::Upn, upn, ""), Some(true), "{upn}");
        }
        assert_eq!(of(EntityKind::Account, Field::Sid, "S-1-5-21-1-2-3-502", ""), Some(true));
        assert_eq!(of(EntityKind::Account, Field::Upn, "info@contoso.com", "Shared mailbox"), Some(true));
        assert_eq!(of(EntityKind::Account, Field::Upn, "svc-backup@contoso.com", ""), Some(false));
        assert_eq!(of(EntityKind::Account, Field::Upn, "breakglass1@contoso.com", ""), Some(false));
        for name in ["mara.lindqvist", "svcheva", "sally", "synclair", "$", "administrator", "sa"] {
            assert_eq!(of(EntityKind::Account, Field::Name, name, ""), None, "{name}");
        }
    }

    #[test]
    fn servers_that_others_depend_on_are_told_by_tag_or_name() {
        for tag in ["Domain Controllers", "DomainController", "Tier-0", "Hyper-V", "DNS server"] {
            assert_eq!(of(EntityKind::Device, Field::Name, "x", tag), Some(true), "{tag}");
        }
        for name in [
            "dc01.corp.contoso.com",
            "DC",
            "fra-dc-02",
            "contoso-dc1",
            "dc-paris",
            "addc2",
            "domain-controller",
            "DomainController1",
            "dns01",
            "ns1",
            "dhcp-srv",
            "hv03",
            "hyperv-host3",
            "hyper-v-1",
            "VMHost1",
            // Perhaps only a web server of a data centre: nobody can tell.
            "dc-web01",
        ] {
            assert_eq!(of(EntityKind::Device, Field::Name, name, ""), Some(false), "{name}");
        }
        for name in
            ["laptop-0042", "adcs", "dcx1", "hvac-controller", "se-pov-desktop", "dcops.dc.contoso.com"]
        {
            assert_eq!(of(EntityKind::Device, Field::Name, name, ""), None, "{name}");
        }
    }
}
