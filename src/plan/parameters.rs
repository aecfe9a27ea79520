//! What a deployment of a playbook sets.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::ir::{Parameter, ParameterKind, Role};
use crate::ingest::special::special;
use crate::ingest::{EntityKind, Field};
use crate::review::{Reviewed, Standing};
use crate::select::Profile;

/// What a playbook does that its deployment has a say in.
pub(super) struct Wanted {
    /// What it is for.
    pub role: Role,
    /// Whether it asks anybody.
    pub asks: bool,
    /// Whether people tick on a card what it may act on.
    pub ticks: bool,
    /// Whether it writes down what it does.
    pub keeps: bool,
    /// Whether a run decides what it does without a question.
    pub at_once: bool,
    /// Whether it asks about devices whether they are protected.
    pub devices: bool,
}

/// The parameters of a playbook.
pub(super) fn parameters(profile: &Profile, reviewed: &Reviewed, wanted: &Wanted) -> Vec<Parameter> {
    let known = |listed: &[String], kind: EntityKind| protected(listed, reviewed, kind, kind.identifying());
    let accounts = known(&profile.protected.accounts, EntityKind::Account);
    let devices = known(&profile.protected.devices, EntityKind::Device);
    let network = protected(&profile.protected.whole_network(), reviewed, EntityKind::Ip, &[Field::Address]);
    let listed: Vec<String> = serde_json::from_value(network).unwrap_or_default();
    let network = protected(&listed, reviewed, EntityKind::Url, &[Field::Url]);
    let joined = |addresses: &[String]| (!addresses.is_empty()).then(|| json!(addresses.join(";")));
    let mut parameters = vec![
        Parameter {
            name: "Enabled",
            kind: ParameterKind::Flag,
            default: Some(json!(true)),
            doc: "Kill switch: false makes every run end at once. Nothing is touched, written or sent.",
        },
        Parameter {
            name: "DryRun",
            kind: ParameterKind::Flag,
            default: Some(json!(false)),
            doc: "True: nobody is asked and nothing is changed. A comment on the incident says what would have been done.",
        },
        Parameter {
            name: "MaxTargets",
            kind: ParameterKind::Number,
            default: Some(json!(profile.limits.targets)),
            doc: "Most targets that one pattern may act on in one run.",
        },
        Parameter {
            name: "ProtectedAccounts",
            kind: ParameterKind::List,
            default: Some(accounts),
            doc: "Accounts never touched, by object id, user principal name, account name or SID: break-glass, service accounts.",
        },
    ];
    if wanted.devices {
        parameters.push(Parameter {
            name: "ProtectedDevices",
            kind: ParameterKind::List,
            default: Some(devices),
            doc: "Devices never touched, by machine id or name: domain controllers, DNS, DHCP, hypervisors.",
        });
    }
    parameters.push(Parameter {
        name: "NotifyTo",
        kind: ParameterKind::Text,
        default: joined(&profile.notify.to).or_else(|| joined(&profile.approval.approvers)),
        doc: "Mail addresses that get the report, separated by semicolons.",
    });
    if wanted.role == Role::Main {
        parameters.push(Parameter {
            name: "ProtectedNetwork",
            kind: ParameterKind::List,
            default: Some(network),
            doc: "Domains and addresses never blocked: your own, your partners', and those that Microsoft 365 needs.",
        });
    }
    if wanted.role == Role::Main && wanted.keeps {
        parameters.push(Parameter {
            name: "Repeat",
            kind: ParameterKind::Flag,
            default: Some(json!(false)),
            doc: "True: does again what an earlier run did to a target and nobody took back.",
        });
    }
    if wanted.at_once {
        parameters.push(Parameter {
            name: "AlwaysAsk",
            kind: ParameterKind::List,
            default: Some(always_ask(reviewed)),
            doc: "Never acted on without a question, whatever the product says of them: accounts by object id or user principal name, devices by machine id or name, files by SHA-256.",
        });
    }
    if wanted.asks {
        parameters.push(Parameter {
            name: "Approvers",
            kind: ParameterKind::Text,
            default: joined(&profile.approval.approvers),
            doc: "Who approves, separated by semicolons: the user principal name of each person, which must also be the primary mail address. No group, shared mailbox or alias: who answers is compared with this list. Whoever is part of the incident is not asked; one whom Entra ID does not know by that name is compared with it by address alone, and so are all of more than 15.",
        });
    }
    if wanted.ticks {
        let teams = profile.approval.teams.as_ref();
        let text = |name, default: Option<&String>, doc| Parameter {
            name,
            kind: ParameterKind::Text,
            default: default.map(|id| json!(id)),
            doc,
        };
        parameters.push(text(
            "TeamId",
            teams.map(|teams| &teams.team),
            "Id of the team in whose channel approvers are asked.",
        ));
        parameters.push(text(
            "ChannelId",
            teams.map(|teams| &teams.channel),
            "Id of the channel in which approvers are asked.",
        ));
    }
    parameters
}

/// What the review calls harmless of the accounts, devices and files: it may be harmful the next time, but that is for a
/// person to say.
fn always_ask(reviewed: &Reviewed) -> Json {
    const NAMES: &[(EntityKind, &[Field])] = &[
        (EntityKind::Account, &[Field::Id, Field::Upn]),
        (EntityKind::Device, &[Field::Id, Field::Name]),
        (EntityKind::File, &[Field::Sha256]),
    ];
    let of = |(kind, fields): &(EntityKind, &'static [Field])| {
        let cleared = reviewed.entities(*kind).filter(|(at, ..)| reviewed.is_cleared(*at));
        let fields = *fields;
        cleared.flat_map(move |(_, entity, _)| fields.iter().filter_map(|field| entity.get(*field)))
    };
    let names: BTreeSet<String> = NAMES.iter().flat_map(of).map(str::to_lowercase).collect();
    json!(names)
}

/// What the profile protects, and what the review protects of the incident, by every name it goes by. So is what it calls
/// harmless of the network, and what the export shows to be a domain controller or the like.
fn protected(listed: &[String], reviewed: &Reviewed, kind: EntityKind, fields: &[Field]) -> Json {
    let mut names: Vec<String> = listed.to_vec();
    let network = matches!(kind, EntityKind::Ip | EntityKind::Url);
    let is_special = |standing, entity| standing != Standing::Confirmed && special(entity).is_some();
    let of_review = reviewed.entities(kind).filter(|(at, entity, standing)| {
        *standing == Standing::Protected
            || (network && reviewed.is_cleared(*at))
            || is_special(*standing, entity)
    });
    for (_, entity, _) in of_review {
        let known = fields.iter().filter_map(|field| entity.get(*field));
        names.extend(known.map(|name| match kind {
            EntityKind::Url => crate::select::host_of(name).unwrap_or_default(),
            _ => name.to_owned(),
        }));
    }
    let mut seen = BTreeSet::new();
    names.retain(|name| !name.is_empty() && seen.insert(name.to_lowercase()));
    json!(names)
}
