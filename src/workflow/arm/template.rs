//! The parts of a template: parameters, variables, resources, and the templates in it.
//!
//! Nothing here judges. A part that is missing or of another kind is not there.

use std::cell::{Cell, OnceCell};
use std::ops::Index;

use crate::base::json::Node;
use crate::base::names::{ByName, compare, same};

use super::eval::{self, Evaluated};
use super::expressions::{Declared, Expressions};
use super::identity::{Identities, Names};
use super::parser::ArmExpr;
use super::{WORKFLOW_TYPE, is_expression};

/// The most templates within one document. The largest published content package has some hundreds.
const MAX_TEMPLATES: usize = 10_000;

/// Every template of a document, the outermost first, and their resources.
#[derive(Debug, Default)]
pub struct Templates<'d> {
    templates: Vec<Template<'d>>,
    resources: Vec<Resource<'d>>,
    /// Steps that evaluations took so far.
    pub(super) steps: Cell<usize>,
    expressions: OnceCell<Expressions<'d>>,
    /// Of each resource what it is known by.
    pub(super) identities: OnceCell<Identities>,
    pub(super) names: OnceCell<Names>,
}

/// One template.
#[derive(Debug)]
pub struct Template<'d> {
    /// Its place among the templates.
    pub id: TemplateId,
    /// The template object.
    pub node: Node<'d>,
    /// The resource that carries it; `None` for the outermost.
    pub carrier: Option<ResourceId>,
    /// Whose parameters and variables its expressions mean: its own or, in a nested deployment that does not ask for
    /// `inner` scope, those of the template around it.
    pub scope: TemplateId,
    parameters: Declarations<'d>,
    variables: Declarations<'d>,
}

/// One resource of a template.
#[derive(Debug)]
pub struct Resource<'d> {
    /// Its place among the resources of the document.
    pub id: ResourceId,
    /// The resource object.
    pub node: Node<'d>,
    /// The template it stands in.
    pub template: TemplateId,
    /// The resource it is a child of.
    pub parent: Option<ResourceId>,
    /// Its `type` as written; empty when there is none. A child names only its own part.
    pub kind: &'d str,
}

/// Names a template of one [`Templates`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TemplateId(pub(super) usize);

impl TemplateId {
    /// The outermost template.
    pub const ROOT: Self = Self(0);

    /// Its place among the templates, from 0.
    pub fn index(self) -> usize {
        self.0
    }
}

/// Names a resource of one [`Templates`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ResourceId(pub(super) usize);

impl ResourceId {
    /// Its place among the resources of the document, from 0.
    pub fn index(self) -> usize {
        self.0
    }
}

impl<'d> Index<TemplateId> for Templates<'d> {
    type Output = Template<'d>;

    fn index(&self, id: TemplateId) -> &Template<'d> {
        &self.templates[id.0]
    }
}

impl<'d> Index<ResourceId> for Templates<'d> {
    type Output = Resource<'d>;

    fn index(&self, id: ResourceId) -> &Resource<'d> {
        &self.resources[id.0]
    }
}

impl<'d> Templates<'d> {
    /// Reads a template and all that is in it: nested deployments, and templates that a content package carries along.
    pub fn read(root: Node<'d>) -> Self {
        let mut found = Self::default();
        found.template(root, None, TemplateId::ROOT);
        // Both lists grow while they are read; what is found stands behind what led to it.
        let mut next = 0;
        while next < found.resources.len() {
            found.carried(ResourceId(next));
            next += 1;
        }
        found
    }

    /// The templates, each before those in it.
    pub fn iter(&self) -> impl Iterator<Item = &Template<'d>> {
        self.templates.iter()
    }

    /// Every resource of every template.
    pub fn resources(&self) -> impl Iterator<Item = &Resource<'d>> {
        self.resources.iter()
    }

    /// The resources of a type, such as `Microsoft.Web/connections`, wherever they stand. Case does not count.
    pub fn of_type<'t>(&'t self, kind: &'t str) -> impl Iterator<Item = &'t Resource<'d>> {
        self.resources().filter(move |resource| resource.is(kind))
    }

    /// Whether a template stands within another one, so that what ARM leaves of its strings is evaluated once more.
    pub fn is_nested(&self, id: TemplateId) -> bool {
        self[id].carrier.is_some()
    }

    /// What a value of a template is worth before deployment, and where that value stands.
    pub fn evaluate(&self, template: TemplateId, node: Node<'d>) -> Evaluated<'d> {
        eval::evaluate(self, template, node)
    }

    /// A text of a template with a [`HOLE`](super::HOLE) for each part that only deployment knows; nothing where it is
    /// no text, or where nothing of it is known.
    pub fn outline(&self, template: TemplateId, node: Node<'d>) -> Option<String> {
        eval::outline(self, template, node)
    }

    /// What an expression of a template that stands at `at` is worth before deployment.
    pub fn evaluate_expression(&self, template: TemplateId, expr: &ArmExpr, at: Node<'d>) -> Evaluated<'d> {
        eval::evaluate_expression(self, template, expr, at)
    }

    /// The object or array that a value stands for: itself, or the variable or default that it names.
    pub fn resolve(&self, template: TemplateId, node: Node<'d>) -> Option<Node<'d>> {
        let found = self.evaluate(template, node);
        (found.value == eval::Value::Node).then_some(found.from)
    }

    /// The expressions of all templates; read when somebody first asks.
    pub fn expressions(&self) -> &Expressions<'d> {
        self.expressions.get_or_init(|| Expressions::read(self))
    }

    fn template(&mut self, node: Node<'d>, carrier: Option<ResourceId>, around: TemplateId) {
        let id = TemplateId(self.templates.len());
        if id.0 >= MAX_TEMPLATES {
            return;
        }
        let is_inner = carrier.is_none_or(|carrier| scope_is_inner(self[carrier].node));
        self.templates.push(Template {
            id,
            node,
            carrier,
            scope: if is_inner { id } else { self[around].scope },
            parameters: Declarations::of(node.get("parameters")),
            variables: Declarations::of(node.get("variables")),
        });
        self.list(node, id, None);
    }

    /// The resources of a template or resource: an array, or (language version 2.0) an object by symbolic name.
    fn list(&mut self, holder: Node<'d>, template: TemplateId, parent: Option<ResourceId>) {
        let list = holder.get("resources").into_iter().flat_map(|list| list.items());
        for node in list.filter(Node::is_object) {
            let id = ResourceId(self.resources.len());
            let kind = node.get_ignore_case("type").and_then(|kind| kind.as_str()).unwrap_or_default();
            self.resources.push(Resource { id, node, template, parent, kind });
        }
    }

    /// What a resource carries: child resources and templates.
    fn carried(&mut self, id: ResourceId) {
        let Resource { node, template, .. } = self[id];
        self.list(node, template, Some(id));
        for key in ["template", "mainTemplate"] {
            if let Some(inner) = node.path(&["properties", key]).filter(Node::is_object) {
                self.template(inner, Some(id), template);
            }
        }
    }
}

impl<'d> Template<'d> {
    /// Its parameters: name as written and declaration, by name.
    pub fn parameters(&self) -> impl Iterator<Item = (&'d str, Node<'d>)> {
        self.declared(Declared::Parameter)
    }

    /// Its variables: name as written and value, by name. Those of a `copy` loop are not among them.
    pub fn variables(&self) -> impl Iterator<Item = (&'d str, Node<'d>)> {
        self.declared(Declared::Variable)
    }

    /// What it declares of a kind: name as written and declaration or value, by name.
    pub fn declared(&self, what: Declared) -> impl Iterator<Item = (&'d str, Node<'d>)> {
        let named = match what {
            Declared::Parameter => &self.parameters,
            Declared::Variable => &self.variables,
        };
        named.in_order.iter().copied()
    }

    /// Whether it declares that name, in any case. A variable may come from a `copy` loop too; one whose name is computed
    /// may be any.
    pub fn declares(&self, what: Declared, name: &str) -> bool {
        match what {
            Declared::Parameter => self.parameter(name).is_some(),
            Declared::Variable => {
                let copied = self.variables.copied;
                self.variable(name).is_some()
                    || copied.into_iter().flat_map(|list| list.items()).any(|one| {
                        let own = one.get("name").and_then(|own| own.as_str());
                        own.is_none_or(|own| is_expression(own) || own.eq_ignore_ascii_case(name))
                    })
            }
        }
    }

    /// The declaration of a parameter, in any case.
    pub fn parameter(&self, name: &str) -> Option<Node<'d>> {
        self.parameters.get(name)
    }

    /// The value of a variable, in any case.
    pub fn variable(&self, name: &str) -> Option<Node<'d>> {
        self.variables.get(name)
    }
}

impl<'d> Resource<'d> {
    /// Whether its type is this one, in any case.
    pub fn is(&self, kind: &str) -> bool {
        self.kind.eq_ignore_ascii_case(kind)
    }

    /// Whether it is a Consumption Logic App.
    pub fn is_workflow(&self) -> bool {
        self.is(WORKFLOW_TYPE)
    }

    /// Whether it gives somebody a role, on whatever resource.
    pub fn assigns_a_role(&self) -> bool {
        self.kind.to_ascii_lowercase().ends_with("roleassignments")
    }

    /// Whether it is a deployment that leaves the strings of its template to be evaluated by that template alone.
    pub fn deploys_in_its_own_scope(&self) -> bool {
        scope_is_inner(self.node) && !carries(self.node)
    }

    /// Its symbolic name, in a template of language version 2.0.
    pub fn symbolic_name(&self) -> Option<&'d str> {
        self.node.key()
    }

    /// Its `name`, which is mostly an expression: see [`Templates::evaluate`].
    pub fn name(&self) -> Option<Node<'d>> {
        self.node.get_ignore_case("name")
    }

    /// Its `apiVersion`.
    pub fn api_version(&self) -> Option<Node<'d>> {
        self.node.get_ignore_case("apiVersion")
    }

    /// Its `location`.
    pub fn location(&self) -> Option<Node<'d>> {
        self.node.get_ignore_case("location")
    }

    /// Its `identity`.
    pub fn identity(&self) -> Option<Node<'d>> {
        self.node.get_ignore_case("identity")
    }

    /// Its `properties`.
    pub fn properties(&self) -> Option<Node<'d>> {
        self.node.get_ignore_case("properties")
    }

    /// The entries of its `dependsOn`, mostly expressions.
    pub fn depends_on(&self) -> impl Iterator<Item = Node<'d>> + use<'d> {
        self.node.get_ignore_case("dependsOn").into_iter().flat_map(|list| list.items())
    }
}

/// What a template declares of a kind: names as written and declarations or values. Of one name the last counts.
#[derive(Debug)]
struct Declarations<'d> {
    in_order: Vec<(&'d str, Node<'d>)>,
    /// The list of what `copy` loops declare.
    copied: Option<Node<'d>>,
    by_name: ByName<'d, Node<'d>>,
}

impl<'d> Declarations<'d> {
    fn of(list: Option<Node<'d>>) -> Self {
        let members = list.into_iter().flat_map(|list| list.members());
        let mut in_order: Vec<_> = members.filter(|(name, _)| *name != "copy").collect();
        in_order.reverse();
        in_order.sort_by(|(one, _), (other, _)| compare(one, other));
        in_order.dedup_by(|(later, _), (kept, _)| same(later, kept));
        let by_name = ByName::new(in_order.iter().copied());
        Self { in_order, copied: list.and_then(|list| list.get("copy")), by_name }
    }

    fn get(&self, name: &str) -> Option<Node<'d>> {
        self.by_name.get(name).first().copied()
    }
}

/// Whether the expressions of the template in a deployment mean its own parameters and variables. A template that a
/// content package carries is deployed on its own, later.
fn scope_is_inner(carrier: Node<'_>) -> bool {
    let properties = carrier.get_ignore_case("properties");
    let scope = properties
        .and_then(|properties| properties.path(&["expressionEvaluationOptions", "scope"]))
        .and_then(|scope| scope.as_str());
    scope.is_some_and(|scope| scope.eq_ignore_ascii_case("inner")) || carries(carrier)
}

/// Whether a resource carries a template (`mainTemplate`) without deploying it.
fn carries(carrier: Node<'_>) -> bool {
    let properties = carrier.get_ignore_case("properties");
    properties.is_some_and(|properties| properties.get("mainTemplate").is_some())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::eval::Value;
    use super::*;
    use crate::base::json::Document;

    const TEMPLATE: &str = r#"{
        "parameters": {"name": {"type": "string", "defaultValue": "Contain"}, "free": {"type": "string"}},
        "variables": {
            "conn": "[concat('azuresentinel-', parameters('Name'))]",
            "table": {"a": ["x", {"b": "[toUpper('y')]"}]},
            "round": "[variables('round')]",
            "big": "[concat(variables('big2'), variables('big2'))]",
            "big2": "[concat(variables('big'), variables('big'))]"
        },
        "resources": [
            {"type": "Microsoft.Web/connections", "name": "[variables('conn')]", "dependsOn": ["a", "b"]},
            {"type": "Microsoft.Resources/deployments", "name": "inner", "properties": {
                "expressionEvaluationOptions": {"scope": "Inner"},
                "template": {"variables": {"conn": "own"}, "resources": {
                    "flow": {"type": "microsoft.logic/workflows", "name": "[variables('conn')]"}}}}},
            {"type": "Microsoft.Resources/deployments", "name": "outer", "properties": {
                "template": {"variables": {"conn": "own"}, "resources": [
                    {"type": "Microsoft.Logic/workflows", "name": "[variables('conn')]"}]}}}
        ]
    }"#;

    fn value(expression: &str) -> Value<'static> {
        let text =
            TEMPLATE.replace("\"table\":", &format!("\"it\": {}, \"table\":", serde_json::json!(expression)));
        let document = Document::parse(&text).unwrap();
        let templates = Templates::read(document.root());
        let node = templates[TemplateId::ROOT].variable("IT").unwrap();
        match templates.evaluate(TemplateId::ROOT, node).value {
            Value::Text(text) => Value::Computed(text.into()),
            Value::Computed(text) => Value::Computed(text),
            Value::Bool(value) => Value::Bool(value),
            Value::Integer(value) => Value::Integer(value),
            Value::Null => Value::Null,
            Value::Node => Value::Node,
            Value::List(_) | Value::Unknown => Value::Unknown,
        }
    }

    #[test]
    fn what_is_known_before_deployment_is_worked_out() {
        let text = |text: &str| Value::Computed(text.into());
        assert_eq!(value("[variables('conn')]"), text("azuresentinel-Contain"));
        assert_eq!(value("[variables('table').A[1].b]"), text("Y"));
        assert_eq!(value("[variables('table').a[0]]"), text("x"));
        assert_eq!(value("[variables('table')]"), Value::Node);
        assert_eq!(value("[if(equals('a', 'A'), 'yes', format('{0}-{1}{{', 'n', 0))]"), text("n-0{"));
        assert_eq!(value("[replace(substring('abcdef', 1, 3), 'c', '')]"), text("bd"));
        assert_eq!(value("[[escaped]"), text("[escaped]"));
        assert_eq!(value("plain"), text("plain"));
        assert_eq!(value("[not(empty(variables('table').a))]"), Value::Bool(true));
    }

    #[test]
    fn an_outline_has_holes_for_what_only_a_deployment_knows() {
        let outline = |expression: &str| {
            let text = TEMPLATE
                .replace("\"table\":", &format!("\"it\": {}, \"table\":", serde_json::json!(expression)));
            let document = Document::parse(&text).unwrap();
            let templates = Templates::read(document.root());
            let found =
                templates.outline(TemplateId::ROOT, templates[TemplateId::ROOT].variable("it").unwrap());
            found.map(|found| found.replace(super::super::HOLE, "*"))
        };
        assert_eq!(outline("[concat(subscription().id, '/x/', 'y')]").as_deref(), Some("*/x/y"));
        assert_eq!(outline("[variables('conn')]").as_deref(), Some("azuresentinel-*"));
        assert_eq!(outline("[format('{0}/{1}', 'a', parameters('free'))]").as_deref(), Some("a/*"));
        let id = "[subscriptionResourceId('A.B/locations/managedApis', 'West US', variables('conn'))]";
        assert_eq!(
            outline(id).as_deref(),
            Some("*/providers/A.B/locations/West US/managedApis/azuresentinel-*")
        );
        assert_eq!(outline("[resourceId('A.B/c', 'x', 'y')]"), None);
        assert_eq!(outline("[if(equals(variables('conn'), 'a'), 'b', 'c')]"), None);
        assert_eq!(outline("[toUpper(concat('a', deployment().name))]"), None);
        // A ring of variables ends in holes.
        assert!(outline("[variables('big')]").is_some_and(|text| text.chars().all(|c| c == '*')));
        assert_eq!(outline("plain").as_deref(), Some("plain"));
    }

    #[test]
    fn the_rest_is_unknown_and_ends() {
        for expression in [
            "[resourceGroup().location]",
            "[concat('a', subscription().id)]",
            "[parameters('free')]",
            "[variables('gone')]",
            "[variables('round')]",
            "[variables('big')]",
            "[concat('a']",
            "[replace('aaaa', '', 'b')]",
        ] {
            assert_eq!(value(expression), Value::Unknown, "{expression}");
        }
    }

    #[test]
    fn a_value_knows_where_it_stands_and_whether_it_may_change() {
        let document = Document::parse(TEMPLATE).unwrap();
        let templates = Templates::read(document.root());
        let names: Vec<_> = templates
            .resources()
            .filter_map(|resource| {
                let found = templates.evaluate(resource.template, resource.name()?);
                Some((found.text()?.to_owned(), found.from.pointer().to_string(), found.is_default))
            })
            .collect();
        let expected = [
            ("azuresentinel-Contain", "/variables/conn", true),
            ("inner", "/resources/1/name", false),
            ("outer", "/resources/2/name", false),
            ("own", "/resources/1/properties/template/variables/conn", false),
            ("azuresentinel-Contain", "/variables/conn", true),
        ];
        assert_eq!(names, expected.map(|(text, at, changes)| (text.to_owned(), at.to_owned(), changes)));
        assert_eq!(templates.of_type("microsoft.web/CONNECTIONS").count(), 1);
        assert_eq!(templates.resources().next().unwrap().depends_on().count(), 2);
        let flow = templates.resources().find(|resource| resource.is_workflow()).unwrap();
        assert_eq!(flow.symbolic_name(), Some("flow"));
        assert!(templates.is_nested(flow.template));
    }

    proptest! {
        /// Whatever variables say of one another, evaluating them ends, within bounds.
        #[test]
        fn evaluating_ends(
            texts in proptest::collection::vec(
                r"\[(concat|format|replace|if|variables|string|substring|'|a|b|c|\(|\)|,|\[|\]|\.|0|-1|'\{0\}'){0,16}\]",
                3,
            )
        ) {
            let [a, b, c] = &texts[..] else { unreachable!() };
            let text = serde_json::json!({ "variables": { "a": a, "b": b, "c": c,
                "d": "[concat(variables('a'), variables('b'), variables('c'), variables('d'))]" } })
            .to_string();
            let document = Document::parse(&text).unwrap();
            let templates = Templates::read(document.root());
            for (_, node) in templates[TemplateId::ROOT].variables() {
                let found = templates.evaluate(TemplateId::ROOT, node);
                prop_assert!(found.text().is_none_or(|text| text.len() < 1 << 20));
            }
        }
    }
}
