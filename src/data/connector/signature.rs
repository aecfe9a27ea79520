//! How a call of each operation looks in a definition: enough to find the operation again without parsing any entry.

use super::Service;

include!(concat!(env!("OUT_DIR"), "/signatures.rs"));

/// The outside of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature {
    /// The operation's id.
    pub id: &'static str,
    /// `http`, or the managed connector's API name.
    pub connector: &'static str,
    /// The web API of an HTTP operation.
    pub service: Option<Service>,
    /// The verb; none for a webhook, whose published calls write none.
    pub method: Option<&'static str>,
    /// Path below the base URL or the connector's root, with `{name}` for path parameters.
    pub path: Option<&'static str>,
    /// The `operationId` that Power Automate writes.
    pub operation_id: Option<&'static str>,
    /// The documented answer: paths of fields (`/` between levels, `*` for each element) and their types, by path.
    pub answer: &'static [(&'static str, &'static str)],
}

/// The signature of every operation, sorted by id.
pub fn signatures() -> &'static [Signature] {
    SIGNATURES
}

/// The web API that answers at a host, in any cloud.
pub fn service_at(host: &str) -> Option<Service> {
    HOSTS.iter().find(|(name, _)| name.eq_ignore_ascii_case(host)).map(|(_, service)| *service)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::connector::{operation, operation_ids};

    #[test]
    fn every_operation_has_the_signature_of_its_entry() {
        let ids: Vec<&str> = signatures().iter().map(|one| one.id).collect();
        assert_eq!(ids, operation_ids().collect::<Vec<_>>());
        for one in signatures() {
            let entry = operation(one.id).unwrap();
            assert_eq!(one.connector, entry.connector, "{}", one.id);
            assert_eq!(one.service, entry.service, "{}", one.id);
            assert_eq!(one.method, entry.method.as_deref().filter(|_| !entry.webhook), "{}", one.id);
            assert_eq!(one.path, entry.path.as_deref(), "{}", one.id);
            assert_eq!(one.operation_id, entry.operation_id.as_deref(), "{}", one.id);
            let fields: Vec<_> =
                entry.response.fields.iter().map(|(path, kind)| (&**path, &**kind)).collect();
            assert_eq!(one.answer, fields, "{}", one.id);
        }
    }

    #[test]
    fn hosts_of_every_cloud_are_told() {
        assert_eq!(service_at("Graph.Microsoft.com"), Some(Service::Graph));
        assert_eq!(service_at("api-gov.securitycenter.microsoft.us"), Some(Service::Defender));
        assert_eq!(service_at("graph.microsoft.com.example"), None);
    }
}
