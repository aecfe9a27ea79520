//! A solution of the Power Platform: what its XML files say of the flows in it.
//!
//! `customizations.xml` lists connection references and, in older exports, flows; unpacked solutions keep what is said of
//! a flow beside it, in `<flow>.json.data.xml`, and environment variables in a folder of their own. Values keep their
//! places, so that a finding can point there: see [`Diagnostic::at_bytes`](crate::base::diagnostic::Diagnostic::at_bytes).

use std::ops::Range;

use crate::base::xml::{Element, XmlDocument};

use super::bundle::{File, FileId, xml};
use super::layout::Role;

/// What the XML files of a solution say.
#[derive(Debug)]
pub struct Solution<'d> {
    /// `solution.xml`.
    pub manifest: Option<(FileId, &'d XmlDocument)>,
    /// `customizations.xml`.
    pub customizations: Option<(FileId, &'d XmlDocument)>,
    /// Its unique name.
    pub unique_name: Option<Entry<'d>>,
    /// Its version, such as `1.0.0.1`.
    pub version: Option<Entry<'d>>,
    /// What it says of being managed: `1` is yes.
    pub managed: Option<Entry<'d>>,
    /// Declared connection references.
    pub connection_references: Vec<ConnectionReference<'d>>,
    /// Declared environment variables.
    pub environment_variables: Vec<EnvironmentVariable<'d>>,
    /// What is said of the workflows.
    pub workflows: Vec<WorkflowEntry<'d>>,
    /// The components that `solution.xml` lists.
    pub components: Vec<Component<'d>>,
}

/// A text of an XML file and where it stands.
#[derive(Debug, Clone)]
pub struct Entry<'d> {
    /// The file.
    pub file: FileId,
    /// The text, entities resolved, without blanks around it.
    pub text: &'d str,
    /// Its bytes in the file.
    pub span: Range<usize>,
}

/// A connection reference: what a flow names and an environment binds to a connection.
#[derive(Debug, Clone)]
pub struct ConnectionReference<'d> {
    /// Its logical name, such as `cfl_teams`.
    pub logical_name: Entry<'d>,
    /// The connector, such as `/providers/Microsoft.PowerApps/apis/shared_teams`.
    pub connector: Option<Entry<'d>>,
    /// The name shown to people.
    pub display_name: Option<Entry<'d>>,
}

/// An environment variable.
#[derive(Debug, Clone)]
pub struct EnvironmentVariable<'d> {
    /// Its schema name, such as `cfl_TenantId`.
    pub schema_name: Entry<'d>,
    /// Its type: `100000000` text, `100000001` number, `100000002` yes or no, `100000003` JSON, `100000004` data source,
    /// `100000005` secret.
    pub kind: Option<Entry<'d>>,
    /// Its default value.
    pub default: Option<Entry<'d>>,
}

/// What a solution says of one workflow.
#[derive(Debug, Clone)]
pub struct WorkflowEntry<'d> {
    /// Its id, as written: in braces.
    pub id: Option<Entry<'d>>,
    /// The name shown to people.
    pub name: Option<Entry<'d>>,
    /// The file of its definition, such as `/Workflows/Contain-….json`.
    pub file_name: Option<Entry<'d>>,
    /// Its category: `5` is a cloud flow.
    pub category: Option<Entry<'d>>,
    /// Whether it is on: `0` draft, `1` on, `2` suspended.
    pub state: Option<Entry<'d>>,
    /// The whole entry.
    pub entry: Entry<'d>,
}

/// A component that `solution.xml` lists.
#[derive(Debug, Clone)]
pub struct Component<'d> {
    /// Its type: `29` is a workflow, `380` an environment variable.
    pub kind: Option<Entry<'d>>,
    /// Its id in braces, for what has one.
    pub id: Option<Entry<'d>>,
    /// Its schema name, for what has one.
    pub schema_name: Option<Entry<'d>>,
}

impl<'d> Solution<'d> {
    pub(super) fn read(files: &[File<'d>]) -> Self {
        let manifest = xml(files, Role::SolutionManifest).next();
        let customizations = xml(files, Role::Customizations).next();
        let of_manifest = |name: &'static str| {
            let (file, document) = manifest?;
            let top = document.named("SolutionManifest").next()?;
            Some(text(file, top.child(name)?))
        };
        let mut solution = Self {
            unique_name: of_manifest("UniqueName"),
            version: of_manifest("Version"),
            managed: of_manifest("Managed"),
            connection_references: Vec::new(),
            environment_variables: Vec::new(),
            workflows: Vec::new(),
            components: Vec::new(),
            manifest,
            customizations,
        };
        if let Some((file, document)) = manifest {
            solution.components =
                document.named("RootComponent").map(|found| component(file, found)).collect();
        }
        for (file, document) in customizations.into_iter().chain(xml(files, Role::WorkflowData)) {
            let workflows = document.named("Workflow").map(|found| workflow(file, found));
            solution.workflows.extend(workflows);
            let references = document.named("connectionreference");
            solution.connection_references.extend(references.filter_map(|found| reference(file, found)));
        }
        for (file, document) in customizations.into_iter().chain(xml(files, Role::EnvironmentVariable)) {
            let variables = document.named("environmentvariabledefinition");
            solution.environment_variables.extend(variables.filter_map(|found| variable(file, found)));
        }
        solution
    }

    /// The connection reference of a logical name, in any case.
    pub fn connection_reference(&self, name: &str) -> Option<&ConnectionReference<'d>> {
        self.connection_references.iter().find(|found| found.logical_name.text.eq_ignore_ascii_case(name))
    }

    /// The environment variable of a schema name, in any case.
    pub fn environment_variable(&self, name: &str) -> Option<&EnvironmentVariable<'d>> {
        self.environment_variables.iter().find(|found| found.schema_name.text.eq_ignore_ascii_case(name))
    }

    /// Whether a component of that name is listed as missing: it comes with another solution.
    pub fn depends_on(&self, name: &str) -> bool {
        let required = self.manifest.into_iter().flat_map(|(_, document)| document.named("Required"));
        required
            .filter_map(|element| element.attribute("schemaName"))
            .any(|found| found.value.trim().eq_ignore_ascii_case(name))
    }

    /// What is said of the workflow in a file; only the last part of its name counts.
    pub fn workflow(&self, file_name: &str) -> Option<&WorkflowEntry<'d>> {
        let last = |name: &str| name.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        let wanted = last(file_name);
        self.workflows
            .iter()
            .find(|found| found.file_name.as_ref().is_some_and(|name| last(name.text) == wanted))
    }
}

fn text(file: FileId, element: Element<'_>) -> Entry<'_> {
    Entry { file, text: element.text(), span: element.inner_span() }
}

fn child<'d>(file: FileId, element: Element<'d>, name: &str) -> Option<Entry<'d>> {
    element.child(name).map(|inner| text(file, inner))
}

fn attribute<'d>(file: FileId, element: Element<'d>, name: &str) -> Option<Entry<'d>> {
    let found = element.attribute(name)?;
    Some(Entry { file, text: found.value.trim(), span: found.span.clone() })
}

fn component(file: FileId, element: Element<'_>) -> Component<'_> {
    Component {
        kind: attribute(file, element, "type"),
        id: attribute(file, element, "id"),
        schema_name: attribute(file, element, "schemaName"),
    }
}

fn workflow(file: FileId, element: Element<'_>) -> WorkflowEntry<'_> {
    WorkflowEntry {
        id: attribute(file, element, "WorkflowId"),
        name: attribute(file, element, "Name"),
        file_name: child(file, element, "JsonFileName"),
        category: child(file, element, "Category"),
        state: child(file, element, "StateCode"),
        entry: Entry { file, text: element.text(), span: element.tag_span() },
    }
}

fn reference(file: FileId, element: Element<'_>) -> Option<ConnectionReference<'_>> {
    Some(ConnectionReference {
        logical_name: attribute(file, element, "connectionreferencelogicalname")?,
        connector: child(file, element, "connectorid"),
        display_name: child(file, element, "connectionreferencedisplayname"),
    })
}

fn variable(file: FileId, element: Element<'_>) -> Option<EnvironmentVariable<'_>> {
    Some(EnvironmentVariable {
        schema_name: attribute(file, element, "schemaname")?,
        kind: child(file, element, "type"),
        default: child(file, element, "defaultvalue"),
    })
}
