//! What the lists of whom and what nobody touches may hold. An entry that can match nothing protects nobody, and nobody would
//! learn of it before the response does: it is an error.

use std::net::IpAddr;

use super::{Chosen, Profile, codes, guard};
use crate::base::diagnostic::Diagnostic;
use crate::base::pointer::Pointer;
use crate::data::connector::Class;
use crate::ingest::EntityKind;

/// What is wrong with the three lists, and what a playbook acts on of which they name nothing.
pub(super) fn check(profile: &Profile, chosen: &[Chosen]) -> Vec<Diagnostic> {
    let mut found = entries(profile);
    let acts = |kinds: &[EntityKind]| {
        chosen.iter().map(|one| &one.pattern).any(|pattern| {
            pattern.entity.is_some_and(|kind| kinds.contains(&kind))
                && pattern.class().is_some_and(Class::needs_consent)
        })
    };
    let mut unprotected = |list: &str, entries: &[String], kinds: &[EntityKind], help: &str| {
        if entries.is_empty() && acts(kinds) {
            let place = Pointer::root().join("protected").join(list);
            let message = format!("the playbook acts on {list}, and the profile protects none");
            found.push(Diagnostic::new(&codes::NOBODY_PROTECTED, place, message).help(help));
        }
    };
    let lists = &profile.protected;
    let accounts = "name at least the break-glass accounts under `protected.accounts` of the file that --profile gives: without them a mistake can lock out everybody who could undo it";
    unprotected("accounts", &lists.accounts, &[EntityKind::Account, EntityKind::Mailbox], accounts);
    let devices = "name at least the domain controllers, DNS, DHCP and virtualisation hosts under `protected.devices` of the file that --profile gives: whoever isolates one cuts off many";
    unprotected("devices", &lists.devices, &[EntityKind::Device], devices);
    found
}

/// What is wrong with the entries of the three lists.
fn entries(profile: &Profile) -> Vec<Diagnostic> {
    let lists = &profile.protected;
    let mut found = in_list("accounts", &lists.accounts, account);
    found.extend(in_list("devices", &lists.devices, device));
    found.extend(in_list("network", &lists.network, network));
    found
}

/// What is wrong with the entries of one list; `help_for` says what an entry should be that is nothing.
fn in_list(list: &str, entries: &[String], help_for: fn(&str) -> Option<String>) -> Vec<Diagnostic> {
    let wrong =
        entries.iter().enumerate().filter_map(|(at, entry)| Some((at, entry, help_for(entry.trim())?)));
    wrong
        .map(|(at, entry, help)| {
            let place = Pointer::root().join("protected").join(list).join(at);
            let message = format!("`{entry}` protects nothing: no identifier of {list} looks like this");
            Diagnostic::new(&codes::PROTECTS_NOTHING, place, message).help(help)
        })
        .collect()
}

/// Whether an entry is a pattern, a display name or a path: identifiers are none of these.
fn is_no_name(entry: &str) -> bool {
    entry.is_empty()
        || entry.contains(|c: char| c.is_whitespace() || c.is_control() || "*?\\/\"[]".contains(c))
}

fn account(entry: &str) -> Option<String> {
    let help = "write each account by itself, as user principal name, object id, SID or account name: no wildcard, no display name, no `DOMAIN\\`";
    is_no_name(entry).then(|| help.to_owned())
}

fn device(entry: &str) -> Option<String> {
    let help =
        "write each device by itself, as DNS name, its first part, or machine id: no wildcard and no range";
    is_no_name(entry).then(|| help.to_owned())
}

fn network(entry: &str) -> Option<String> {
    if entry.parse::<IpAddr>().is_ok() || is_domain(entry) {
        return None;
    }
    let help =
        "write a domain, which stands for all names below it, or one address: no wildcard and no range";
    Some(match guard::host_of(entry).filter(|host| entry.contains("://") && network(host).is_none()) {
        Some(host) => format!("write the host alone: `{host}`; a domain stands for all names below it"),
        None => match entry.trim_start_matches(['*', '.']) {
            domain if domain != entry && is_domain(domain) => {
                format!("write `{domain}`: a domain stands for all names below it")
            }
            _ => help.to_owned(),
        },
    })
}

/// Whether a text is a name of a host or a domain, in letters of any script. What has a digit where its last part begins is an
/// address, a range or nothing.
fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len()) && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    };
    let mut labels = text.strip_suffix('.').unwrap_or(text).rsplit('.').peekable();
    let ends_in_number = labels.peek().is_some_and(|last| last.starts_with(|c: char| c.is_ascii_digit()));
    text.len() <= 253 && !ends_in_number && labels.all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn helps(list: &str, entries: &[&str]) -> Vec<String> {
        let profile = serde_json::json!({ "protected": { list: entries } });
        let found = super::entries(&Profile::from_value(profile).unwrap());
        found.into_iter().map(|finding| format!("{} {}", finding.pointer, finding.help.unwrap())).collect()
    }

    #[test]
    fn identifiers_are_taken_as_they_are() {
        let ids = [
            "a@contoso.com",
            "S-1-5-21-1-2-3-500",
            "svc-erp",
            "70a1b2c3-d4e5-46f7-8091-a2b3c4d5e6f7",
            "o'brien@x.com",
        ];
        assert!(helps("accounts", &ids).is_empty());
        assert!(helps("devices", &["dc01.corp.contoso.com", "DC01", "0123abcd"]).is_empty());
        let own = [
            "contoso.com",
            " contoso.sharepoint.com ",
            "münchen.example",
            "203.0.113.9",
            "2001:db8::1",
            "intranet",
            "x.example.",
        ];
        assert!(helps("network", &own).is_empty());
    }

    #[test]
    fn what_can_match_nothing_is_an_error() {
        assert_eq!(helps("accounts", &["CONTOSO\\mara", "mara.*", "Mara Lindqvist", ""]).len(), 4);
        assert_eq!(helps("devices", &["dc0?", "ws-1 ws-2", "corp/dc01"]).len(), 3);
        let ranges =
            ["203.0.113.0/24", "203.0.113.*", "203.0.113.1-9", "203.0.113.300", "not a domain!", "..", "*"];
        assert_eq!(helps("network", &ranges).len(), ranges.len());
        assert_eq!(
            helps("network", &["*.contoso.com", ".contoso.com", "https://contoso.com/a?b"]),
            [
                "/protected/network/0 write `contoso.com`: a domain stands for all names below it",
                "/protected/network/1 write `contoso.com`: a domain stands for all names below it",
                "/protected/network/2 write the host alone: `contoso.com`; a domain stands for all names below it",
            ]
        );
    }
}
