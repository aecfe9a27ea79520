//! Which entities a pattern may act on. What is refused here can never be undone by a careful playbook later, so the
//! rules are few and hard.

use std::collections::BTreeSet;
use std::fmt;
use std::net::IpAddr;

use super::profile::Protected;
use super::{Pattern, Profile};
use crate::ingest::special::{Special, special};
use crate::ingest::{Entity, EntityKind, Field, Incident, Remediation};
use crate::review::{Reviewed, Standing};

/// An entity that a pattern leaves alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    /// Index of the entity.
    pub entity: usize,
    /// Why.
    pub why: Why,
}

/// Why an entity is left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The review or the product says that it is harmless.
    Benign,
    /// The review or the profile protects it.
    Protected,
    /// The review names others of this kind as compromised, and not this one.
    NotConfirmed,
    /// It is what others depend on, by what the export says of it or by its name.
    Special(Special),
    /// A device that only stood by.
    Context,
    /// An account of one device only, which no directory knows.
    LocalAccount,
    /// An account of Active Directory, of which the export says nothing by which Entra ID would know it.
    OnPremises,
    /// Facts that the calls need are missing.
    Missing(Vec<Field>),
    /// The product has already dealt with it.
    Done(Remediation),
    /// Automatic attack disruption has acted on it, or as far as the export tells.
    Disrupted {
        /// Whether an alert that names it says so, and not the incident alone.
        certain: bool,
    },
    /// A private, loopback or otherwise local address.
    LocalAddress,
    /// An address of Microsoft 365 itself.
    Service,
    /// A file of the operating system or signed by Microsoft: blocking it breaks every device.
    SystemFile,
}

impl Why {
    /// A stable word for machine formats.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Benign => "benign",
            Self::Protected => "protected",
            Self::NotConfirmed => "not-confirmed",
            Self::Special(_) => "special",
            Self::Context => "context",
            Self::LocalAccount => "local-account",
            Self::OnPremises => "on-premises",
            Self::Missing(_) => "identifier-missing",
            Self::Done(_) => "already-done",
            Self::Disrupted { .. } => "attack-disruption",
            Self::LocalAddress => "local-address",
            Self::Service => "service",
            Self::SystemFile => "system-file",
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Benign => f.write_str("it counts as benign"),
            Self::Protected => f.write_str("it is protected"),
            Self::NotConfirmed => {
                f.write_str("the review names others of its kind as compromised, and not this one")
            }
            Self::Special(special) if special.certain => write!(f, "it {}", special.what),
            Self::Special(special) => {
                write!(f, "it {}; a review that names it as compromised outweighs that", special.what)
            }
            Self::Context => f.write_str(
                "the product names it as context only; a review that names it as compromised outweighs that",
            ),
            Self::LocalAccount => f.write_str("it is an account of one device only: act on the device"),
            Self::OnPremises => f.write_str(
                "it is an account of Active Directory, and the export does not say its id, upn or sid",
            ),
            Self::Missing(fields) => {
                let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
                write!(f, "the export does not say its {}", names.join(" or "))
            }
            Self::Done(remediation) => write!(f, "the product has already acted: {remediation}"),
            Self::Disrupted { certain: true } => f.write_str("automatic attack disruption has already acted"),
            Self::Disrupted { certain: false } => f.write_str(
                "the incident says that automatic attack disruption has already acted, and not on what; a review that names it as compromised outweighs that",
            ),
            Self::LocalAddress => f.write_str("it is a private or local address"),
            Self::Service => f.write_str("it is an address of Microsoft 365 itself, which everybody needs"),
            Self::SystemFile => {
                f.write_str("it belongs to the operating system or is published by Microsoft")
            }
        }
    }
}

/// Splits the entities of the pattern's kind into those it may act on and those it leaves alone.
pub(super) fn targets(
    reviewed: &Reviewed,
    profile: &Profile,
    pattern: &Pattern,
) -> (Vec<usize>, Vec<LeftOut>) {
    let mut targets = Vec::new();
    let mut left_out = Vec::new();
    let Some(kind) = pattern.entity else { return (targets, left_out) };
    let mut seen = BTreeSet::new();
    let names_compromised = reviewed.entities(kind).any(|(_, _, standing)| standing == Standing::Confirmed);
    for (at, entity, standing) in reviewed.entities(kind) {
        let standing = match standing {
            Standing::Benign => Err(Why::Benign),
            Standing::Protected => Err(Why::Protected),
            _ if is_protected(profile, entity) || sends_for_us(profile, pattern, entity) => {
                Err(Why::Protected)
            }
            Standing::Presumed if names_compromised => Err(Why::NotConfirmed),
            Standing::Presumed if kind == EntityKind::Device && entity.is_context() => Err(Why::Context),
            _ => shield(pattern, entity, standing).map_or(Ok(()), |special| Err(Why::Special(special))),
        };
        let confirmed = reviewed.standing(at) == Standing::Confirmed;
        match standing.and_then(|()| may_act(reviewed, pattern, entity, confirmed)) {
            // One file on two devices is blocked once.
            Ok(()) if pattern.needs.is_empty() || seen.insert(values(pattern, entity)) => targets.push(at),
            Ok(()) => {}
            Err(why) => left_out.push(LeftOut { entity: at, why }),
        }
    }
    (targets, left_out)
}

/// What makes an entity special for what a pattern does: collecting evidence about it hurts nobody, and what only its
/// name suggests is outweighed by people.
fn shield(pattern: &Pattern, entity: &Entity, standing: Standing) -> Option<Special> {
    special(entity).filter(|special| {
        pattern.acts() && pattern.disruption >= 1 && (special.certain || standing != Standing::Confirmed)
    })
}

/// What tells the targets of a pattern apart: the facts that its calls take.
fn values(pattern: &Pattern, entity: &Entity) -> Vec<Option<String>> {
    let fields = pattern.needs.iter().chain(&pattern.needs_any);
    fields.map(|field| entity.known_by(*field).map(str::to_lowercase)).collect()
}

/// Why an account without the identifiers of Entra ID has none, as far as the export tells.
fn outside_entra(reviewed: &Reviewed, entity: &Entity) -> Option<Why> {
    if entity.kind != EntityKind::Account || entity.get(Field::Id).or(entity.get(Field::Upn)).is_some() {
        return None;
    }
    let domain = entity.get(Field::Domain)?;
    let short = |name: &str| name.split('.').next().unwrap_or_default().to_lowercase();
    let is_device = reviewed
        .entities(EntityKind::Device)
        .filter_map(|(_, device, _)| device.get(Field::Name))
        .any(|name| short(name) == short(domain));
    Some(if is_device { Why::LocalAccount } else { Why::OnPremises })
}

fn may_act(reviewed: &Reviewed, pattern: &Pattern, entity: &Entity, confirmed: bool) -> Result<(), Why> {
    let outside = outside_entra(reviewed, entity);
    if outside == Some(Why::LocalAccount) && pattern.acts() {
        return Err(Why::LocalAccount);
    }
    // No directory knows the security identifier of an account of one device.
    let of_a_device = outside == Some(Why::LocalAccount);
    let known = |field: Field| if of_a_device { entity.get(field) } else { entity.known_by(field) };
    let missing: Vec<Field> = pattern.needs.iter().copied().filter(|f| known(*f).is_none()).collect();
    let short_of = |fields| outside.clone().unwrap_or(Why::Missing(fields));
    if !missing.is_empty() {
        return Err(short_of(missing));
    }
    let any = &pattern.needs_any;
    if !any.is_empty() && any.iter().all(|field| known(*field).is_none()) {
        return Err(short_of(any.clone()));
    }
    if pattern.acts() && entity.remediation.is_done() {
        return Err(Why::Done(entity.remediation));
    }
    let contained = matches!(entity.kind, EntityKind::Account | EntityKind::Device);
    if contained && pattern.disruption >= 2 {
        disrupted(reviewed.incident(), entity, confirmed)?;
    }
    match entity.kind {
        EntityKind::Ip if entity.get(Field::Address).is_none_or(is_local) => Err(Why::LocalAddress),
        EntityKind::Url if entity.get(Field::Url).is_some_and(is_on_local_address) => Err(Why::LocalAddress),
        EntityKind::Url
            if entity.get(Field::Url).and_then(host_of).is_some_and(|host| Protected::is_service(&host)) =>
        {
            Err(Why::Service)
        }
        EntityKind::File if pattern.acts() && is_system_file(entity) => Err(Why::SystemFile),
        _ => Ok(()),
    }
}

/// Automatic attack disruption disables accounts and contains devices. Where alerts say so, it is those that they name; where only
/// the incident's title or tag does, it may be any.
fn disrupted(incident: &Incident, entity: &Entity, confirmed: bool) -> Result<(), Why> {
    let alerts = &incident.alerts;
    if entity.alerts.iter().any(|at| alerts[*at].attack_disruption) {
        return Err(Why::Disrupted { certain: true });
    }
    let by_incident = incident.attack_disruption() && !alerts.iter().any(|alert| alert.attack_disruption);
    if by_incident && !confirmed { Err(Why::Disrupted { certain: false }) } else { Ok(()) }
}

fn is_protected(profile: &Profile, entity: &Entity) -> bool {
    let (list, fields): (_, &[Field]) = match entity.kind {
        EntityKind::Account => (&profile.protected.accounts, entity.kind.identifying()),
        EntityKind::Device => (&profile.protected.devices, entity.kind.identifying()),
        EntityKind::Ip => (&profile.protected.network, &[Field::Address]),
        EntityKind::Url => {
            let host = entity.get(Field::Url).and_then(host_of);
            return host
                .is_some_and(|host| profile.protected.network.iter().any(|own| is_within(&host, own)));
        }
        _ => return false,
    };
    let is_device = entity.kind == EntityKind::Device;
    let known_as = |value: &str| {
        let whole = value.trim().to_lowercase();
        // Alerts say `DC01` where people protect `dc01.corp.contoso.com`, and the other way about.
        let first = whole.split('.').next().filter(|_| is_device).map(str::to_owned);
        [Some(whole), first].into_iter().flatten().collect::<Vec<_>>()
    };
    let protected: BTreeSet<String> = list.iter().flat_map(|entry| known_as(entry)).collect();
    let values = fields.iter().filter_map(|field| entity.get(*field));
    values.flat_map(known_as).any(|name| protected.contains(&name))
}

/// Whether a pattern is about the sender of a message, and the sender's domain is protected: one's own, a partner's.
fn sends_for_us(profile: &Profile, pattern: &Pattern, entity: &Entity) -> bool {
    let sender = entity.get(Field::Sender).filter(|_| pattern.is_about_sender());
    let domain = sender.and_then(|sender| sender.rsplit('@').next());
    domain.is_some_and(|domain| {
        let domain = domain.to_lowercase();
        profile.protected.whole_network().iter().any(|own| is_within(&domain, own))
    })
}

/// The host of a URL, in lower case, without user, port or final dot. A URL may come without a scheme; a query, a
/// fragment or a backslash ends the host, and a second scheme behind it counts for nothing.
pub fn host_of(url: &str) -> Option<String> {
    let regular = url.to_lowercase().replace(['\\', '?', '#'], "/");
    let rest = match regular.split_once("://") {
        Some((scheme, rest)) if !scheme.contains('/') => rest,
        _ => regular.as_str(),
    };
    let rest = rest.split("://").next().unwrap_or(rest);
    let authority = rest.split('/').next()?;
    let host = authority.rsplit('@').next()?;
    let host = host.split(':').next()?;
    let host = host.strip_suffix('.').unwrap_or(host);
    (!host.is_empty()).then(|| host.to_owned())
}

/// Whether `host` is `domain` or below it.
fn is_within(host: &str, domain: &str) -> bool {
    let domain = domain.trim().trim_end_matches('.').to_lowercase();
    !domain.is_empty()
        && (host == domain || host.strip_suffix(&domain).is_some_and(|rest| rest.ends_with('.')))
}

/// Addresses that mean something only inside a network, or nothing at all. What is not an address is not blocked
/// either.
fn is_local(address: &str) -> bool {
    match address.trim().parse() {
        Ok(IpAddr::V4(v4)) => {
            let shared = v4.octets()[0] == 100 && v4.octets()[1] & 0b1100_0000 == 64; // RFC 6598
            shared
                || v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_broadcast()
                || v4.is_multicast()
        }
        Ok(IpAddr::V6(v6)) => match v6.to_ipv4_mapped() {
            Some(v4) => is_local(&v4.to_string()),
            None => {
                v6.is_loopback()
                    || v6.is_unspecified()
                    || v6.is_multicast()
                    || v6.is_unique_local()
                    || v6.is_unicast_link_local()
            }
        },
        Err(_) => true,
    }
}

/// Whether a URL leads to an address that means something only inside a network.
fn is_on_local_address(url: &str) -> bool {
    host_of(url).is_some_and(|host| host.parse::<IpAddr>().is_ok() && is_local(&host))
}

/// Files that every Windows device needs: the service itself refuses to quarantine what Microsoft signed, but takes a
/// hash indicator for it.
fn is_system_file(entity: &Entity) -> bool {
    let publisher = entity.get(Field::Publisher).unwrap_or_default().to_lowercase();
    let path = entity.get(Field::Path).unwrap_or_default().to_lowercase().replace('/', "\\");
    let system =
        ["\\windows\\system32", "\\windows\\syswow64", "\\windows\\winsxs", "\\windows\\microsoft.net"];
    publisher.contains("microsoft")
        || system.iter().any(|folder| path.contains(folder))
        || path.ends_with(":\\windows")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_addresses_are_never_blocked() {
        for address in
            ["10.1.2.3", "127.0.0.1", "169.254.1.1", "100.64.0.1", "::1", "fe80::8505:87aa:de7a:4c9f"]
        {
            assert!(is_local(address), "{address}");
        }
        for address in ["fd00::1", "::ffff:192.168.1.1", "0.0.0.0", "not an address", "10.0.0.0/8"] {
            assert!(is_local(address), "{address}");
        }
        assert!(!is_local("93.65.246.85"));
        for url in
            ["https://10.0.0.1/x", "http://user@127.0.0.1:8080", "192.168.1.1?x", "HTTP://169.254.1.1\\a"]
        {
            assert!(is_on_local_address(url), "{url}");
        }
        for url in
            ["https://93.65.246.85/10.0.0.1", "https://10.example/x", "https://evil.example?10.0.0.1", ""]
        {
            assert!(!is_on_local_address(url), "{url}");
        }
        assert!(!is_local("2001:4860:4860::8888"));
    }

    #[test]
    fn a_domain_protects_what_lies_below_it_and_nothing_else() {
        let host = |url| host_of(url).unwrap();
        assert_eq!(host("https://user:pw@Login.Contoso.com:8443/a?b#c"), "login.contoso.com");
        assert_eq!(host("contoso.com/path"), "contoso.com");
        assert_eq!(host("https://contoso.com\\@evil.example/"), "contoso.com");
        assert!(is_within("login.contoso.com", "contoso.com"));
        assert!(!is_within("evilcontoso.com", "contoso.com"));
        assert!(!is_within("contoso.com.evil.example", "contoso.com"));
        assert!(!is_within("anything", " "));
    }
}
