//! Which files belong together, told from their names.
//!
//! | packaging | how it is told |
//! |---|---|
//! | Standard project | `<flow>/workflow.json` under a folder with `host.json`, `connections.json` or `parameters.json`, or these beside it |
//! | solution | `Workflows/*.json` beside `solution.xml` or `Other/Solution.xml`; in an archive on their own too |
//! | legacy package | `Microsoft.Flow/flows/<id>/definition.json` |
//! | template with parameters | `x.parameters.json` or `x.parameters.<word>.json` beside `x.json`, `parameters.json` beside `template.json` |
//! | anything else | each file on its own |

use std::collections::{BTreeMap, BTreeSet};

/// What a file is among those it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It holds definitions, or should.
    Workflow,
    /// `host.json` of a Standard project.
    Host,
    /// `connections.json` of a Standard project.
    Connections,
    /// `parameters.json` of a Standard project.
    Parameters,
    /// `local.settings.json` of a Standard project: app settings of whoever develops it, with secrets.
    Settings,
    /// `solution.xml`: name, version and components of a solution.
    SolutionManifest,
    /// `customizations.xml`: connection references, flows, environment variables.
    Customizations,
    /// `<flow>.json.data.xml`: what the solution says of one flow.
    WorkflowData,
    /// `environmentvariabledefinition.xml`.
    EnvironmentVariable,
    /// `environmentvariablevalues.json`: the value that was exported with an environment variable.
    EnvironmentValue,
    /// `manifest.json` at the top of a legacy package.
    PackageManifest,
    /// `Microsoft.Flow/flows/manifest.json` of a legacy package.
    FlowManifest,
    /// `apisMap.json` of a flow in a legacy package.
    ApisMap,
    /// `connectionsMap.json` of a flow in a legacy package.
    ConnectionsMap,
    /// A file that gives a template its parameters.
    TemplateParameters,
}

/// The packagings, told from names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GroupKind {
    /// One file.
    Alone,
    /// A Standard project.
    Project,
    /// A solution.
    Solution,
    /// A legacy package.
    Package,
    /// A template with the files that give its parameters.
    Deployment,
}

impl GroupKind {
    /// Whether the names alone tell that workflows are meant. Any other JSON may be anything.
    pub fn is_told_by_names(self) -> bool {
        matches!(self, Self::Project | Self::Solution | Self::Package)
    }
}

/// Files that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// How they are packed.
    pub kind: GroupKind,
    /// Names with the role of each, ordered by name.
    pub files: Vec<(String, Role)>,
    /// Whether all files of the packaging were among those given.
    pub is_whole: bool,
}

/// Whether a file of that name is worth looking at: JSON, or XML that goes with flows. `.zip` is for the caller.
pub fn is_wanted(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with(".json") || is_solution_xml(&name)
}

/// Brings together the files of a folder or archive; `/` parts names. Files that go with workflows and stand without
/// any are left out, all other JSON comes back alone.
pub fn group(names: &[String], in_archive: bool) -> Vec<Group> {
    let mut names: Vec<Name<'_>> = names.iter().map(|name| Name::new(name)).collect();
    names.sort_unstable_by(|a, b| a.written.cmp(b.written));
    names.dedup_by(|a, b| a.written == b.written);
    let roots = Roots::find(&names, in_archive);
    let mut groups: Vec<Group> = Vec::new();
    let mut at: BTreeMap<(GroupKind, &str), usize> = BTreeMap::new();
    for name in &names {
        let Some((kind, root, role)) = roots.place(name) else {
            if name.folded.ends_with(".json") {
                let files = vec![(name.written.to_owned(), Role::Workflow)];
                groups.push(Group { kind: GroupKind::Alone, files, is_whole: true });
            }
            continue;
        };
        let at = *at.entry((kind, root)).or_insert_with(|| {
            groups.push(Group { kind, files: Vec::new(), is_whole: true });
            groups.len() - 1
        });
        groups[at].files.push((name.written.to_owned(), role));
    }
    groups.retain(|group| group.files.iter().any(|(_, role)| *role == Role::Workflow));
    groups
}

/// A name as written and in lower case: archives and Windows distinguish no case.
struct Name<'n> {
    written: &'n str,
    folded: String,
}

impl<'n> Name<'n> {
    fn new(written: &'n str) -> Self {
        Self { written, folded: written.to_ascii_lowercase() }
    }
}

/// The folders that are the top of a packaging, in lower case, each with a `/` at its end or empty.
#[derive(Default)]
struct Roots {
    projects: BTreeSet<String>,
    solutions: BTreeSet<String>,
    packages: BTreeSet<String>,
    /// Templates with a file of parameters: not folders but files.
    templates: BTreeSet<String>,
}

impl Roots {
    fn find(names: &[Name<'_>], in_archive: bool) -> Self {
        let all: BTreeSet<&str> = names.iter().map(|name| name.folded.as_str()).collect();
        let has = |root: &str, file: &str| all.contains(format!("{root}{file}").as_str());
        let mut roots = Self::default();
        for Name { folded, .. } in names {
            let (folder, file) = split(folded);
            let around = parent(folder);
            if file == "workflow.json" && !folder.is_empty() {
                let is_root = |root: &str| TELLING.iter().any(|file| has(root, file));
                roots
                    .projects
                    .extend([around, folder].into_iter().find(|root| is_root(root)).map(str::to_owned));
            } else if last_folder(folder) == "workflows" && file.ends_with(".json") {
                let known =
                    ["solution.xml", "customizations.xml", "other/solution.xml", "other/customizations.xml"];
                if in_archive || known.iter().any(|file| has(around, file)) {
                    roots.solutions.insert(around.to_owned());
                }
            } else if file == "definition.json" && folder_of_flow(folder).is_some() {
                roots.packages.extend(folder_of_flow(folder).map(str::to_owned));
            }
        }
        // What belongs to another packaging belongs to that alone.
        let is_free = |name: &Name<'_>| roots.place(name).is_none();
        let beside = names.iter().filter(|name| is_free(name)).filter_map(|name| template_of(&name.folded));
        let there =
            beside.filter(|template| all.contains(template.as_str()) && is_free(&Name::new(template)));
        roots.templates = there.collect();
        roots
    }

    /// The packaging that a file belongs to, its top, and what the file is there.
    fn place(&self, name: &Name<'_>) -> Option<(GroupKind, &str, Role)> {
        let (folder, file) = split(&name.folded);
        let around = parent(folder);
        if let Some((_, role)) = COMPANIONS.iter().find(|(companion, _)| *companion == file)
            && let Some(root) = self.projects.get(folder)
        {
            return Some((GroupKind::Project, root, *role));
        }
        if file == "workflow.json"
            && let Some(root) = self.projects.get(around).or_else(|| self.projects.get(folder))
        {
            return Some((GroupKind::Project, root, Role::Workflow));
        }
        if last_folder(folder) == "workflows" && self.solutions.contains(around) {
            let role = match () {
                () if file.ends_with(".json") => Role::Workflow,
                () if file.ends_with(".json.data.xml") => Role::WorkflowData,
                () => return None,
            };
            return Some((GroupKind::Solution, self.solutions.get(around)?, role));
        }
        let role = match file {
            "solution.xml" => Some(Role::SolutionManifest),
            "customizations.xml" => Some(Role::Customizations),
            _ => None,
        };
        if let Some(role) = role {
            let other = if last_folder(folder) == "other" { around } else { folder };
            let root = self.solutions.get(folder).or_else(|| self.solutions.get(other))?;
            return Some((GroupKind::Solution, root, role));
        }
        let role = match file {
            "environmentvariabledefinition.xml" => Some(Role::EnvironmentVariable),
            "environmentvariablevalues.json" => Some(Role::EnvironmentValue),
            _ => None,
        };
        if let Some(role) = role {
            let list = parent(folder);
            let root = self.solutions.get(parent(list)).filter(|_| last_folder(list) == VARIABLES)?;
            return Some((GroupKind::Solution, root, role));
        }
        if let Some(root) = folder_of_flow(folder).and_then(|root| self.packages.get(root)) {
            let role = match file {
                "definition.json" => Role::Workflow,
                "apismap.json" => Role::ApisMap,
                "connectionsmap.json" => Role::ConnectionsMap,
                _ => return None,
            };
            return Some((GroupKind::Package, root, role));
        }
        if file == "manifest.json" {
            if let Some(root) = self.packages.get(folder) {
                return Some((GroupKind::Package, root, Role::PackageManifest));
            }
            let root = folder.strip_suffix(FLOWS).and_then(|root| self.packages.get(root))?;
            return Some((GroupKind::Package, root, Role::FlowManifest));
        }
        if let Some(template) = self.templates.get(&name.folded) {
            return Some((GroupKind::Deployment, template, Role::Workflow));
        }
        let template = self.templates.get(&template_of(&name.folded)?)?;
        Some((GroupKind::Deployment, template, Role::TemplateParameters))
    }
}

/// The files beside the workflows of a Standard project.
pub const COMPANIONS: [(&str, Role); 4] = [
    ("connections.json", Role::Connections),
    ("host.json", Role::Host),
    ("local.settings.json", Role::Settings),
    ("parameters.json", Role::Parameters),
];

/// Those of them that tell where the top of a project is.
const TELLING: [&str; 3] = ["connections.json", "host.json", "parameters.json"];

const VARIABLES: &str = "environmentvariabledefinitions";

/// Where the flows of a legacy package stand.
const FLOWS: &str = "microsoft.flow/flows/";

fn is_solution_xml(folded: &str) -> bool {
    let (_, file) = split(folded);
    matches!(file, "solution.xml" | "customizations.xml" | "environmentvariabledefinition.xml")
        || file.ends_with(".json.data.xml")
}

/// The template that a file of parameters goes with, by their names.
fn template_of(folded: &str) -> Option<String> {
    let (folder, file) = split(folded);
    if file == "parameters.json" {
        return Some(format!("{folder}template.json"));
    }
    let (name, word) = file.strip_suffix(".json")?.split_once(".parameters")?;
    (word.is_empty() || word.starts_with('.')).then(|| format!("{folder}{name}.json"))
}

/// The folder with its `/`, and the file.
fn split(name: &str) -> (&str, &str) {
    name.rfind('/').map_or(("", name), |at| name.split_at(at + 1))
}

/// The folder around a folder; both end with `/` or are empty.
fn parent(folder: &str) -> &str {
    split(folder.strip_suffix('/').unwrap_or(folder)).0
}

/// The name of a folder without those around it.
fn last_folder(folder: &str) -> &str {
    split(folder.strip_suffix('/').unwrap_or(folder)).1
}

/// The top of the legacy package whose flow stands in this folder.
fn folder_of_flow(folder: &str) -> Option<&str> {
    parent(folder).strip_suffix(FLOWS).filter(|_| !folder.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grouped(names: &[&str], in_archive: bool) -> Vec<(GroupKind, Vec<Role>)> {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let groups = group(&names, in_archive);
        groups
            .into_iter()
            .map(|group| (group.kind, group.files.into_iter().map(|(_, role)| role).collect()))
            .collect()
    }

    #[test]
    fn projects_have_their_companions_above_or_beside() {
        let above =
            ["p/a/workflow.json", "p/b/workflow.json", "p/connections.json", "p/host.json", "p/x.json"];
        assert_eq!(
            grouped(&above, false),
            [
                (GroupKind::Project, vec![Role::Workflow, Role::Workflow, Role::Connections, Role::Host]),
                (GroupKind::Alone, vec![Role::Workflow]),
            ]
        );
        let beside = ["a/workflow.json", "a/parameters.json"];
        assert_eq!(grouped(&beside, false), [(GroupKind::Project, vec![Role::Parameters, Role::Workflow])]);
        assert_eq!(grouped(&["a/workflow.json"], false), [(GroupKind::Alone, vec![Role::Workflow])]);
    }

    #[test]
    fn solutions_packed_and_unpacked() {
        let packed = ["Workflows/a.json", "Workflows/a.json.data.xml", "customizations.xml", "solution.xml"];
        let roles = vec![Role::Workflow, Role::WorkflowData, Role::Customizations, Role::SolutionManifest];
        assert_eq!(grouped(&packed, false), [(GroupKind::Solution, roles)]);
        let unpacked = [
            "src/Other/Customizations.xml",
            "src/Other/Solution.xml",
            "src/Workflows/a.json",
            "src/environmentvariabledefinitions/x_y/environmentvariabledefinition.xml",
        ];
        let roles =
            vec![Role::Customizations, Role::SolutionManifest, Role::Workflow, Role::EnvironmentVariable];
        assert_eq!(grouped(&unpacked, false), [(GroupKind::Solution, roles)]);
        assert_eq!(grouped(&["Workflows/a.json"], false)[0].0, GroupKind::Alone);
        assert_eq!(grouped(&["Workflows/a.json"], true)[0].0, GroupKind::Solution);
    }

    #[test]
    fn templates_with_their_parameters() {
        let names =
            ["a/azuredeploy.json", "a/azuredeploy.parameters.dev.json", "a/azuredeploy.parameters.json"];
        let roles = vec![Role::Workflow, Role::TemplateParameters, Role::TemplateParameters];
        assert_eq!(grouped(&names, false), [(GroupKind::Deployment, roles)]);
        let exported = ["parameters.json", "template.json"];
        let roles = vec![Role::TemplateParameters, Role::Workflow];
        assert_eq!(grouped(&exported, true), [(GroupKind::Deployment, roles)]);
        assert_eq!(grouped(&["x.parameters.json"], false), [(GroupKind::Alone, vec![Role::Workflow])]);
        // The parameters of a project are its own.
        let project = ["p/a/workflow.json", "p/parameters.json", "p/template.json"];
        let roles = vec![Role::Workflow, Role::Parameters];
        let alone = (GroupKind::Alone, vec![Role::Workflow]);
        assert_eq!(grouped(&project, false), [(GroupKind::Project, roles), alone]);
    }

    #[test]
    fn packages_and_what_stands_without_flows() {
        let package = [
            "p/Microsoft.Flow/flows/1/apisMap.json",
            "p/Microsoft.Flow/flows/1/definition.json",
            "p/Microsoft.Flow/flows/manifest.json",
            "p/manifest.json",
        ];
        let roles = vec![Role::ApisMap, Role::Workflow, Role::FlowManifest, Role::PackageManifest];
        assert_eq!(grouped(&package, true), [(GroupKind::Package, roles)]);
        assert_eq!(grouped(&["solution.xml", "a/customizations.xml"], true), []);
    }
}
