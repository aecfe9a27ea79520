//! A project of Azure Logic Apps (Standard): what its workflows share.
//!
//! Source: Microsoft Learn, "Create and deploy single-tenant workflows: project structure".

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::base::json::Node;
use crate::base::names::{fold, same};

use super::bundle::{Companion, File, companion};
use super::connections::ApiId;
use super::layout::Role;

/// The shared files of a project.
#[derive(Debug)]
pub struct Project<'d> {
    /// `host.json`.
    pub host: Option<Companion<'d>>,
    /// `connections.json`.
    pub connections: Option<Companion<'d>>,
    /// `parameters.json`.
    pub parameters: Option<Companion<'d>>,
    /// `local.settings.json`.
    pub settings: Option<Companion<'d>>,
    connectors: OnceCell<Rc<BTreeMap<String, String>>>,
}

/// The kinds of connection that a project declares, each under its own member of `connections.json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionKind {
    /// A managed connector, used by `host.connection.referenceName`.
    ManagedApi,
    /// A built-in connector, used by `serviceProviderConfiguration.connectionName`.
    ServiceProvider,
    /// An Azure function, used by `function.connectionName`.
    Function,
    /// API Management, used by `apiManagement.connection`.
    ApiManagement,
    /// A model for agents, used by `agentModelSettings` and the like.
    Agent,
}

impl ConnectionKind {
    /// All kinds.
    pub const ALL: [Self; 5] =
        [Self::ManagedApi, Self::ServiceProvider, Self::Function, Self::ApiManagement, Self::Agent];

    /// The member of `connections.json` that lists them.
    pub fn member(self) -> &'static str {
        match self {
            Self::ManagedApi => "managedApiConnections",
            Self::ServiceProvider => "serviceProviderConnections",
            Self::Function => "functionConnections",
            Self::ApiManagement => "apiManagementConnections",
            Self::Agent => "agentConnections",
        }
    }
}

impl<'d> Project<'d> {
    pub(super) fn read(files: &[File<'d>]) -> Self {
        Self {
            host: companion(files, Role::Host),
            connections: companion(files, Role::Connections),
            parameters: companion(files, Role::Parameters),
            settings: companion(files, Role::Settings),
            connectors: OnceCell::new(),
        }
    }

    /// The connections of a kind: key and entry, in document order.
    pub fn connections(&self, kind: ConnectionKind) -> impl Iterator<Item = (&'d str, Node<'d>)> + use<'d> {
        let list = self.connections.and_then(|file| file.node.get(kind.member()));
        list.into_iter().flat_map(|list| list.members())
    }

    /// The connection of a key, in any case.
    pub fn connection(&self, kind: ConnectionKind, key: &str) -> Option<Node<'d>> {
        self.connections(kind).find(|(name, _)| same(name, key)).map(|(_, node)| node)
    }

    /// The entry of a parameter in `parameters.json`, in any case.
    pub fn parameter(&self, name: &str) -> Option<Node<'d>> {
        let mut list = self.parameters.into_iter().flat_map(|file| file.node.members());
        list.find(|(key, _)| same(key, name)).map(|(_, node)| node)
    }

    /// The connectors behind its managed connections, by key in lower case; worked out once for all its workflows.
    pub(super) fn connectors(&self) -> &Rc<BTreeMap<String, String>> {
        self.connectors.get_or_init(|| {
            let declared = self.connections(ConnectionKind::ManagedApi).filter_map(|(key, entry)| {
                let id = entry.path(&["api", "id"])?.as_str()?;
                Some((fold(key), ApiId::of(id).connector()?))
            });
            Rc::new(declared.collect())
        })
    }
}
