//! How a call of each operation looks in a definition: enough to find the operation again, and to judge what it is given,
//! without parsing any entry.
//!
//! Of more operations than the catalogue can compile the signature is known: the files under `signatures/` list them, with
//! the names of their parameters. The build script packs them by connector.

use super::{Host, Service};

include!(concat!(env!("OUT_DIR"), "/signatures.rs"));

/// A managed connector, or `http` for the web APIs that an HTTP action calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Connector {
    /// Its API name, such as `azuresentinel`.
    pub name: &'static str,
    /// Its name in the connector reference.
    pub title: &'static str,
    /// Where it is offered.
    pub hosts: &'static [Host],
    /// Whether every operation that its vendor describes is among the signatures.
    pub is_whole: bool,
    /// Its operations, sorted by id.
    pub signatures: &'static [Signature],
}

/// The outside of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature {
    /// The operation's id.
    pub id: &'static str,
    /// `http`, or the managed connector's API name.
    pub connector: &'static str,
    /// The name that its vendor gives it; what it does where that is not known.
    pub title: &'static str,
    /// The web API of an HTTP operation.
    pub service: Option<Service>,
    /// The verb; none for a webhook or trigger, whose published calls write none.
    pub method: Option<&'static str>,
    /// Path below the base URL or the connector's root, with `{name}` for path parameters.
    pub path: Option<&'static str>,
    /// The parts of the path, in lower case but for names in braces.
    pub parts: &'static [&'static str],
    /// The `operationId` that Power Automate writes.
    pub operation_id: Option<&'static str>,
    /// Whether the `operationId` was seen letter by letter. Generated clients leave out underscores and versions.
    pub is_spelt: bool,
    /// The documented answer: paths of fields (`/` between levels, `*` for each element) and their types, by path.
    pub answer: &'static [(&'static str, &'static str)],
    /// What it is given besides the parts of its path.
    pub arguments: &'static [Argument],
    /// Whether it takes more than `arguments`: a content that is looked up when the workflow is designed, or one of which
    /// nobody has listed everything.
    pub is_open: bool,
    /// Whether somebody has listed its arguments.
    pub is_listed: bool,
    /// The member of the body that takes the address of the waiting run in Azure Logic Apps; flows do not write it.
    pub callback: Option<&'static str>,
    /// Whether the names of its arguments were compared with those in published flows.
    pub is_seen_in_flows: bool,
    /// The id of the operation that has taken its place.
    pub instead: Option<&'static str>,
    /// Whether its vendor calls it deprecated; an older version that still answers is not.
    pub is_deprecated: bool,
    /// The day on which its vendor stops it.
    pub ends: Option<&'static str>,
    /// Whether its body is a Kusto query, or has one in its member `query`.
    pub takes_kql: bool,
}

/// What an operation is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argument {
    /// Its name; `/` between an object and its member.
    pub name: &'static str,
    /// Where it travels.
    pub place: Place,
    /// Whether it must be given; a member, where its object is.
    pub required: bool,
    /// The only values that are taken; empty where any is.
    pub allowed: &'static [&'static str],
}

/// Where an argument travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the path.
    Path,
    /// In the query.
    Query,
    /// In the headers.
    Header,
    /// In the body.
    Body,
}

/// Every connector, sorted by name.
pub fn connectors() -> &'static [Connector] {
    CONNECTORS
}

/// The connector of that API name.
pub fn connector(name: &str) -> Option<&'static Connector> {
    CONNECTORS.binary_search_by(|one| one.name.cmp(name)).ok().map(|at| &CONNECTORS[at])
}

/// The signature of every operation, by connector and then by id.
pub fn signatures() -> impl Iterator<Item = &'static Signature> {
    CONNECTORS.iter().flat_map(|connector| connector.signatures)
}

/// The signature of the operation with that id.
pub fn signature(id: &str) -> Option<&'static Signature> {
    signatures().find(|one| one.id == id)
}

/// The web API that answers at a host, in any cloud.
pub fn service_at(host: &str) -> Option<Service> {
    HOSTS.iter().find(|(name, _)| name.eq_ignore_ascii_case(host)).map(|(_, service)| *service)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::connector::{known, operation_ids};

    #[test]
    fn every_operation_has_the_signature_of_its_entry() {
        for id in operation_ids() {
            let one = signature(id).unwrap();
            let entry = known(id).unwrap();
            assert_eq!(one.connector, entry.connector, "{id}");
            assert_eq!(one.service, entry.service, "{id}");
            assert_eq!(one.method, entry.method.as_deref().filter(|_| !entry.webhook), "{id}");
            assert_eq!(one.path, entry.path.as_deref(), "{id}");
            assert_eq!(one.operation_id, entry.operation_id.as_deref(), "{id}");
            let fields: Vec<_> =
                entry.response.fields.iter().map(|(path, kind)| (&**path, &**kind)).collect();
            assert_eq!(one.answer, fields, "{id}");
        }
    }

    #[test]
    fn connectors_and_operations_are_sorted_and_say_what_they_are() {
        assert!(connectors().is_sorted_by(|a, b| a.name < b.name));
        for one in connectors() {
            assert!(one.signatures.is_sorted_by(|a, b| a.id < b.id), "{}", one.name);
            assert_eq!(connector(one.name), Some(one));
            for signature in one.signatures {
                assert_eq!(signature.connector, one.name, "{}", signature.id);
                let is_prefix = signature.id.strip_prefix(one.name).is_some_and(|rest| rest.starts_with('.'));
                assert!(is_prefix, "{}", signature.id);
                assert!(!signature.title.is_empty(), "{}", signature.id);
            }
        }
        assert!(signatures().count() >= 298);
    }

    #[test]
    fn what_takes_a_place_is_known_itself() {
        for one in signatures() {
            assert!(one.instead.is_none_or(|instead| signature(instead).is_some()), "{}", one.id);
            assert!(!one.is_deprecated || one.instead.is_some(), "{}", one.id);
            let callback = one.callback.is_none_or(|name| one.arguments.iter().any(|it| it.name == name));
            assert!(callback, "{}", one.id);
        }
    }

    #[test]
    fn hosts_of_every_cloud_are_told() {
        assert_eq!(service_at("Graph.Microsoft.com"), Some(Service::Graph));
        assert_eq!(service_at("api-gov.securitycenter.microsoft.us"), Some(Service::Defender));
        assert_eq!(service_at("graph.microsoft.com.example"), None);
    }
}
