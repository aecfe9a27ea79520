//! From a document to its definitions.

use std::collections::BTreeMap;

use crate::base::graph::{Status, Statuses};
use crate::base::json::{Document, Node};
use crate::base::names::{ByName, fold};

use super::arm::{self, Templates};
use super::connections::{ApiId, Connections, own_name};
use super::definition::{
    Action, ActionId, Container, ContainerId, ContainerKind, Definition, Host, MOST_ACTIONS, RunAfter,
    Trigger,
};
use super::form::{Form, UnknownForm, detect};
use super::project::Project;

/// What a document holds.
#[derive(Debug)]
pub struct Workflows<'d> {
    /// How it is packed.
    pub form: Form,
    /// Its definitions, in document order. None for a template that deploys other things, or whose definitions are
    /// ARM expressions that cannot be worked out.
    pub definitions: Vec<Definition<'d>>,
    /// The templates of an ARM template with their resources; none in any other form.
    pub templates: Templates<'d>,
}

/// Reads every definition of a document.
///
/// # Errors
/// [`UnknownForm`] when the document is none of the forms we know.
pub fn read<'d>(document: &'d Document<'_>) -> Result<Workflows<'d>, UnknownForm> {
    let form = detect(document)?;
    let root = document.root();
    let wrapped = |host| Packed { host, envelope: root, templated: None, resource: None };
    let templates = if form == Form::Arm { Templates::read(root) } else { Templates::default() };
    let packed: Vec<(Packed<'d>, Option<Node<'d>>)> = match form {
        Form::Arm => {
            let mut packed: Vec<_> =
                templates.resources().filter_map(|resource| deployed(&templates, resource)).collect();
            packed.sort_by_key(|(packed, _)| packed.envelope.id());
            packed
        }
        Form::ClientData => vec![(wrapped(Host::PowerAutomate), root.path(&["properties", "definition"]))],
        Form::Resource => vec![(wrapped(Host::LogicApp), root.path(&["properties", "definition"]))],
        Form::Workflow => {
            let host = if root.get("kind").is_some() { Host::Standard } else { Host::Unknown };
            let definition = root.get("definition").or_else(|| root.path(&["properties", "definition"]));
            vec![(wrapped(host), definition)]
        }
        Form::Bare => vec![(wrapped(Host::Unknown), Some(root))],
    };
    let definitions = packed
        .into_iter()
        .filter_map(|(packed, node)| Some(packed.definition(node.filter(Node::is_object)?, form, &templates)))
        .collect();
    Ok(Workflows { form, definitions, templates })
}

impl Workflows<'_> {
    /// Takes the connectors behind connections from the project that the document belongs to.
    pub fn name_connectors(&mut self, project: &Project<'_>) {
        for definition in &mut self.definitions {
            definition.of_project = Some(project.connectors().clone());
        }
    }
}

/// A workflow resource with its definition, which may stand in a variable.
fn deployed<'d>(
    templates: &Templates<'d>,
    resource: &arm::Resource<'d>,
) -> Option<(Packed<'d>, Option<Node<'d>>)> {
    let node = resource.node.path(&["properties", "definition"]).filter(|_| resource.is_workflow())?;
    let packed = Packed {
        host: Host::LogicApp,
        envelope: resource.node,
        templated: Some(templates.is_nested(resource.template)),
        resource: Some(resource.id),
    };
    Some((packed, templates.resolve(resource.template, node)))
}

/// A definition's surroundings.
struct Packed<'d> {
    host: Host,
    envelope: Node<'d>,
    templated: Option<bool>,
    resource: Option<arm::ResourceId>,
}

impl<'d> Packed<'d> {
    fn definition(self, node: Node<'d>, form: Form, templates: &Templates<'d>) -> Definition<'d> {
        let templated = self.templated.is_some();
        let mut reader = Reader { templated, actions: Vec::new(), containers: Vec::new(), is_partial: false };
        reader.container(ContainerKind::Root, None, node.get("actions"));
        let names = ByName::new(reader.actions.iter().map(|action| (action.name, action.id)));
        let triggers = node.get("triggers");
        let is_computed = |node: &Node<'_>| is_computed(*node, templated);
        let resolve = |node| match self.resource {
            Some(id) => templates.resolve(templates[id].template, node),
            None => Some(node),
        };
        let connections = Connections::declared(self.envelope, form, templated, resolve);
        let template = self.resource.map(|id| templates[id].template);
        let outline = |node: Node<'d>| match template {
            Some(template) => templates.outline(template, node),
            None => node.as_str().map(str::to_owned),
        };
        let connectors = connections.entries().iter().filter_map(|(key, entry)| {
            let id = entry
                .get("id")
                .or(entry.get("apiId"))
                .and_then(outline)
                .and_then(|id| ApiId::of(&id).connector());
            let api = || Some(own_name(entry.path(&["api", "name"])?.as_str()?));
            Some((fold(key), id.or_else(api)?))
        });
        let connectors = connectors.collect();
        let calls = triggers.into_iter().flat_map(members).map(|(_, node)| node);
        let calls = calls.chain(reader.actions.iter().map(|action| action.node)).filter(|_| templated);
        let computed = calls.flat_map(|node| {
            let inputs = node.get("inputs");
            ["path", "uri"].into_iter().filter_map(move |key| inputs?.get(key))
        });
        let computed = computed.filter(|node| node.as_str().is_some_and(arm::is_expression));
        let outlines = computed.filter_map(|node| Some((node.id(), outline(node)?))).collect();
        Definition {
            host: self.host,
            node,
            pointer: node.pointer(),
            envelope: self.envelope,
            templated: self.templated,
            resource: self.resource,
            is_partial: reader.is_partial || triggers.as_ref().is_some_and(is_computed),
            parameters: match node.get("parameters") {
                Some(parameters) if is_computed(&parameters) => None,
                Some(parameters) => Some(parameters.members().collect()),
                None => Some(Vec::new()),
            },
            triggers: triggers
                .into_iter()
                .flat_map(|triggers| members(triggers))
                .map(|(name, node)| Trigger { name, node })
                .collect(),
            connections,
            connectors,
            of_project: None,
            outlines,
            actions: reader.actions,
            containers: reader.containers,
            names,
        }
    }
}

/// Whether the names in what should be an object cannot be read: an ARM expression stands for all of it or, since ARM
/// evaluates keys too, for one of its keys.
pub(super) fn is_computed(node: Node<'_>, templated: bool) -> bool {
    let is_arm = |(key, _): (&str, Node<'_>)| templated && arm::is_expression(key);
    (!node.is_object() && !node.is_null()) || node.members().any(is_arm)
}

/// The members of an object; of members with the same key only the last, which is the one the service keeps.
fn members<'d>(node: Node<'d>) -> impl Iterator<Item = (&'d str, Node<'d>)> {
    let last = || -> BTreeMap<&str, u32> { node.members().map(|(key, member)| (key, member.id())).collect() };
    let last = node.has_repeats().then(last);
    node.members()
        .filter(move |(key, member)| last.as_ref().is_none_or(|last| last.get(key) == Some(&member.id())))
}

struct Reader<'d> {
    templated: bool,
    actions: Vec<Action<'d>>,
    containers: Vec<Container<'d>>,
    is_partial: bool,
}

impl<'d> Reader<'d> {
    /// Reads a container and all it contains. Recursion follows the nesting of the document, which
    /// [`MAX_DEPTH`](crate::base::json::MAX_DEPTH) bounds.
    fn container(
        &mut self,
        kind: ContainerKind<'d>,
        owner: Option<ActionId>,
        actions: Option<Node<'d>>,
    ) -> ContainerId {
        let id = ContainerId(self.containers.len());
        self.containers.push(Container { kind, owner, actions: Vec::new() });
        let Some(actions) = actions else { return id };
        let is_arm = |node: Node<'_>| self.templated && node.as_str().is_some_and(arm::is_expression);
        // An action that ARM computes has a name, and may hold others that are not there to be read.
        let hides = actions.members().any(|(_, node)| is_arm(node));
        self.is_partial |= hides || is_computed(actions, self.templated);
        for (name, node) in members(actions).filter(|(_, node)| node.is_object()) {
            if self.actions.len() > MOST_ACTIONS {
                break;
            }
            let action = self.action(name, node, id);
            self.containers[id.0].actions.push(action);
        }
        id
    }

    fn action(&mut self, name: &'d str, node: Node<'d>, container: ContainerId) -> ActionId {
        let id = ActionId(self.actions.len());
        let kind = node.get("type").and_then(|kind| kind.as_str()).unwrap_or_default();
        let run_after = run_after(node);
        self.actions.push(Action { id, name, node, kind, container, children: Vec::new(), run_after });
        let children = self.children(id, kind, node);
        self.actions[id.0].children = children;
        id
    }

    fn children(&mut self, id: ActionId, kind: &'d str, node: Node<'d>) -> Vec<ContainerId> {
        let mut children = Vec::new();
        if let Some(actions) = node.get("actions") {
            let kind = match kind.to_ascii_lowercase().as_str() {
                "if" => ContainerKind::Then,
                "foreach" => ContainerKind::Foreach,
                "until" => ContainerKind::Until,
                _ => ContainerKind::Scope,
            };
            children.push(self.container(kind, Some(id), Some(actions)));
        }
        if let Some(branch) = node.get("else") {
            children.push(self.container(ContainerKind::Else, Some(id), branch.get("actions")));
        }
        for (list, kind) in [("cases", ContainerKind::Case as fn(_) -> _), ("tools", ContainerKind::Tool)] {
            for (key, branch) in node.get(list).into_iter().flat_map(members) {
                children.push(self.container(kind(key), Some(id), branch.get("actions")));
            }
        }
        if let Some(branch) = node.get("default") {
            children.push(self.container(ContainerKind::Default, Some(id), branch.get("actions")));
        }
        children
    }
}

fn run_after<'d>(action: Node<'d>) -> Option<Vec<RunAfter<'d>>> {
    let Some(list) = action.get("runAfter") else { return Some(Vec::new()) };
    if !list.is_object() && !list.is_null() {
        return None;
    }
    let entry = |(name, node): (&'d str, Node<'d>)| RunAfter { name, node, statuses: statuses(node) };
    // Mostly one entry, which would get room for four.
    let mut entries = Vec::with_capacity(list.items().count());
    entries.extend(members(list).map(entry));
    Some(entries)
}

/// The statuses of a list that can be read; all of them where the list is not an array.
fn statuses(node: Node<'_>) -> Statuses {
    if !node.is_array() {
        return Statuses::ANY;
    }
    Statuses::of(node.items().filter_map(|item| Status::parse(item.as_str()?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NESTED: &str = r#"{
        "$schema": "https://schema.management.azure.com/providers/Microsoft.Logic/schemas/2016-06-01/workflowdefinition.json#",
        "metadata": {"generator": "counterflow"},
        "parameters": {"limit": {"type": "Int"}},
        "triggers": {"manual": {"type": "Request"}},
        "actions": {
            "Ask": {"type": "If", "runAfter": {},
                "actions": {"Yes": {"type": "Compose"}},
                "else": {"actions": {"Each": {"type": "foreach", "actions": {"Deep": {"type": "Compose"}}}}}},
            "Pick": {"type": "Switch", "runAfter": {"Ask": ["SUCCEEDED", "skipped"]},
                "cases": {"One": {"case": 1, "actions": {"First": {"type": "Compose"}}}},
                "default": {"actions": {}}}
        }
    }"#;

    #[test]
    fn actions_know_what_is_around_them() {
        let document = Document::parse(NESTED).unwrap();
        let workflows = read(&document).unwrap();
        assert_eq!(workflows.form, Form::Bare);
        let definition = &workflows.definitions[0];
        assert!(definition.is_ours());
        assert_eq!(definition.host, Host::Unknown);
        assert_eq!(
            definition.actions().map(|action| action.name).collect::<Vec<_>>(),
            ["Ask", "Yes", "Each", "Deep", "Pick", "First"]
        );
        let deep = definition.named("DEEP")[0];
        assert_eq!(
            definition.lineage(deep).map(|action| action.name).collect::<Vec<_>>(),
            ["Deep", "Each", "Ask"]
        );
        assert_eq!(definition[definition[deep].container].kind, ContainerKind::Foreach);
        let pick = &definition[definition.named("Pick")[0]];
        assert_eq!(
            pick.children.iter().map(|id| definition[*id].kind).collect::<Vec<_>>(),
            [ContainerKind::Case("One"), ContainerKind::Default]
        );
        let waits = &pick.run_after.as_ref().unwrap()[0];
        assert_eq!(waits.statuses, Statuses::of([Status::Succeeded, Status::Skipped]));
        assert_eq!(definition[ContainerId::ROOT].actions.len(), 2);
    }

    #[test]
    fn what_cannot_be_read_is_not_there() {
        let text = r#"{"resources": [
            {"type": "Microsoft.Logic/workflows", "properties": {"definition": "[variables('flow')]"}},
            {"type": "Microsoft.Logic/workflows", "properties": {"definition":
                {"parameters": "[variables('p')]", "actions": {"A": 5, "B": {"runAfter": "[variables('r')]"}}}}}
        ]}"#;
        let document = Document::parse(text).unwrap();
        let workflows = read(&document).unwrap();
        let [definition] = &workflows.definitions[..] else { panic!("one definition can be read") };
        assert_eq!(definition.pointer.as_str(), "/resources/1/properties/definition");
        assert!(definition.parameters.is_none());
        let actions: Vec<_> = definition.actions().collect();
        assert_eq!((actions.len(), actions[0].name), (1, "B"));
        assert!(actions[0].run_after.is_none());
    }

    #[test]
    fn an_action_that_is_computed_may_hold_any_name() {
        let flow = |action: &str| {
            format!(
                r#"{{"resources": [{{"type": "Microsoft.Logic/workflows",
                "properties": {{"definition": {{"actions": {{"A": {{"actions": {{"B": {action}}}}}}}}}}}}}]}}"#
            )
        };
        for (action, is_partial) in [("\"[parameters('o')]\"", true), ("5", false), ("{}", false)] {
            let text = flow(action);
            let document = Document::parse(&text).unwrap();
            assert_eq!(read(&document).unwrap().definitions[0].is_partial, is_partial, "{action}");
        }
    }

    #[test]
    fn of_equal_keys_the_last_is_read() {
        let document = Document::parse(r#"{"actions": {"A": {"type": "X"}, "A": {"type": "Y"}}}"#).unwrap();
        let workflows = read(&document).unwrap();
        let kinds: Vec<_> = workflows.definitions[0].actions().map(|action| action.kind).collect();
        assert_eq!(kinds, ["Y"]);
    }
}
