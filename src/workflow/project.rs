//! A project of Azure Logic Apps (Standard): what its workflows share.
//!
//! Source: Microsoft Learn, "Create and deploy single-tenant workflows: project structure".

use crate::base::json::Node;

use super::bundle::{Companion, File, companion};
use super::definition::fold;
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
        }
    }

    /// The connections of a kind: key and entry, in document order.
    pub fn connections(&self, kind: ConnectionKind) -> impl Iterator<Item = (&'d str, Node<'d>)> + use<'d> {
        let list = self.connections.and_then(|file| file.node.get(kind.member()));
        list.into_iter().flat_map(|list| list.members())
    }

    /// The connection of a key, in any case.
    pub fn connection(&self, kind: ConnectionKind, key: &str) -> Option<Node<'d>> {
        let key = fold(key);
        self.connections(kind).find(|(name, _)| fold(name) == key).map(|(_, node)| node)
    }

    /// The entry of a parameter in `parameters.json`, in any case.
    pub fn parameter(&self, name: &str) -> Option<Node<'d>> {
        let name = fold(name);
        let list = self.parameters.into_iter().flat_map(|file| file.node.members());
        list.into_iter().find(|(key, _)| fold(key) == name).map(|(_, node)| node)
    }
}
