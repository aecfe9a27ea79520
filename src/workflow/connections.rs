//! Connections: what the packaging declares, and what the definition uses.
//!
//! A Logic App uses `parameters('$connections')['k']['connectionId']`, and its resource gives the values in
//! `properties.parameters.$connections.value`. A flow names keys of `properties.connectionReferences` in
//! `host.connectionName`; older flows use the Logic Apps form over the same keys. Standard keeps its connections in
//! another file.

use crate::base::json::Node;
use crate::base::names::same;
use crate::expr::{Expr, Word};

use super::arm::HOLE;
use super::asked;
use super::definition::{Definition, fold};
use super::form::Form;
use super::read::is_computed;
use super::strings::Text;

/// The id of a managed connector, as far as it is written out:
/// `/subscriptions/…/providers/Microsoft.Web/locations/REGION/managedApis/NAME`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApiId {
    /// The subscription.
    pub subscription: Option<Word>,
    /// The region.
    pub region: Option<Word>,
    /// The name of the connector, as written.
    pub name: Option<Word>,
}

impl ApiId {
    /// Reads an id in which [`HOLE`] stands for what is not known.
    pub fn of(id: &str) -> Self {
        const NAMES: [&str; 4] = ["subscriptions", "locations", "managedApis", "apis"];
        let mut after: [Option<&str>; 4] = [None; 4];
        let mut parts = id.split('/').peekable();
        while let Some(part) = parts.next() {
            if let Some(at) = NAMES.iter().position(|name| name.eq_ignore_ascii_case(part)) {
                after[at] = after[at].or(Some(parts.peek().copied().unwrap_or_default()));
            }
        }
        let is_known = |part: &&str| !part.is_empty() && !part.contains([HOLE, '@', '{']);
        let [subscription, region, managed, api] = after.map(|part| part.filter(is_known).map(Word::from));
        Self { subscription, region, name: managed.or(api) }
    }

    /// The connector as the catalogue names it: in lower case, without the `shared_` of Power Automate.
    pub fn connector(&self) -> Option<String> {
        self.name.as_deref().map(own_name)
    }
}

/// The name of a connector as the catalogue has it: Power Automate writes `shared_` before it.
pub fn own_name(name: &str) -> String {
    let mut folded = fold(name);
    if folded.starts_with("shared_") {
        folded.drain(.."shared_".len());
    }
    folded
}

/// The connections that a packaging declares for a definition.
#[derive(Debug, Clone)]
pub enum Connections<'d> {
    /// They are kept elsewhere, or an ARM expression stands for them.
    Elsewhere,
    /// The packaging should give them and does not. The node is where they should stand.
    Missing(Node<'d>),
    /// Keys and entries.
    Declared {
        /// The object with the keys.
        node: Node<'d>,
        /// Its members, in document order.
        entries: Vec<(&'d str, Node<'d>)>,
    },
}

impl<'d> Connections<'d> {
    /// Reads what stands beside a definition of this form.
    pub(super) fn declared(
        envelope: Node<'d>,
        form: Form,
        templated: bool,
        resolve: impl Fn(Node<'d>) -> Option<Node<'d>>,
    ) -> Self {
        let mut at = envelope;
        let (path, must_be_here): (&[&str], bool) = match form {
            Form::Arm => (&["properties", "parameters", "$connections", "value"], true),
            Form::Resource => (&["properties", "parameters", "$connections", "value"], false),
            Form::ClientData => (&["properties", "connectionReferences"], true),
            Form::Workflow | Form::Bare => (&["parameters", "$connections", "value"], false),
        };
        for key in path {
            // A variable may stand for any part of the way.
            match at.get(key) {
                Some(inner) if !inner.is_null() => at = resolve(inner).unwrap_or(inner),
                _ if must_be_here && at.is_object() => return Self::Missing(at),
                _ => return Self::Elsewhere,
            }
        }
        if is_computed(at, templated) {
            return Self::Elsewhere;
        }
        Self::Declared { node: at, entries: at.members().collect() }
    }

    /// Keys and entries; none where they are kept elsewhere or missing.
    pub fn entries(&self) -> &[(&'d str, Node<'d>)] {
        match self {
            Self::Declared { entries, .. } => entries,
            Self::Elsewhere | Self::Missing(_) => &[],
        }
    }

    /// The entry of a key, in any case: property lookup of the language distinguishes none.
    pub fn get(&self, key: &str) -> Option<Node<'d>> {
        self.entries().iter().find(|(name, _)| same(name, key)).map(|(_, node)| *node)
    }
}

/// A place where a definition uses a connection.
#[derive(Debug)]
pub struct Use<'t, 'd> {
    /// The key, as written; `None` when it cannot be read.
    pub key: Option<&'t str>,
    /// Where.
    pub place: Place<'t, 'd>,
}

/// How a connection is named.
#[derive(Debug)]
pub enum Place<'t, 'd> {
    /// `parameters('$connections')[key]` in an expression.
    Expression {
        /// The string.
        text: &'t Text<'d>,
        /// The call of `parameters`.
        call: &'t Expr,
    },
    /// The string `host.connectionName` of a trigger or action.
    Host(Node<'d>),
    /// Anything else that speaks of a connection, without being bound to be one.
    Other,
}

/// Every use of a connection: expressions first, then names, each in document order.
pub fn uses<'t, 'd: 't>(definition: &Definition<'d>, texts: &'t [Text<'d>]) -> Vec<Use<'t, 'd>> {
    let mut found = Vec::new();
    for text in texts {
        if text.parsed.is_err() {
            found.push(Use { key: None, place: Place::Other });
        }
        text.walk(|expr| found.extend(used_by(expr, text)));
    }
    for (_, node) in asked::operations(definition) {
        let host = node.path(&["inputs", "host"]);
        if let Some(name) = host.and_then(|host| NAMES.iter().find_map(|key| host.get(key))) {
            found.push(Use { key: definition.literal(name), place: Place::Host(name) });
        }
    }
    let is_computed = |text: &str| definition.passed_on(text).is_none() && text.contains("$connections");
    for node in definition.node.descendants() {
        if node.is_called(NAMES[0]) || node.is_called(NAMES[1]) {
            let key = node.as_str().map(|_| definition.literal(node));
            found.extend(key.map(|key| Use { key, place: Place::Other }));
        } else if definition.templated.is_some() && node.bracketed().is_some_and(is_computed) {
            found.push(Use { key: None, place: Place::Other });
        }
    }
    found
}

/// The members that name a connection by its key.
const NAMES: [&str; 2] = ["connectionName", "connectionReferenceName"];

/// The connection that an expression uses: `parameters('$connections')[key]` or, in flows that their caller lends
/// connections, `json(…)['$connections'][key]`.
fn used_by<'t, 'd>(expr: &'t Expr, text: &'t Text<'d>) -> Option<Use<'t, 'd>> {
    let call = expr.as_call()?;
    let is_connections =
        |expr: &Expr| expr.as_str().is_some_and(|name| name.eq_ignore_ascii_case("$connections"));
    if call.name.eq_ignore_ascii_case("parameters") && call.args.first().is_some_and(is_connections) {
        let key = call.access.first().and_then(|access| access.key.as_str());
        return Some(Use { key, place: Place::Expression { text, call: expr } });
    }
    let at = call.access.iter().position(|access| is_connections(&access.key))?;
    let key = call.access.get(at + 1).and_then(|access| access.key.as_str());
    Some(Use { key, place: Place::Other })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_far_as_it_is_written() {
        let read = |id: &str| {
            let ApiId { subscription, region, name } = ApiId::of(id);
            [subscription, region, name].map(|part| part.unwrap_or_default())
        };
        let id = "/subscriptions/\u{0}/providers/Microsoft.Web/locations/West Europe/managedApis/office365";
        assert_eq!(read(id), ["", "West Europe", "office365"]);
        assert_eq!(read("/providers/Microsoft.PowerApps/apis/shared_teams"), ["", "", "shared_teams"]);
        let id = "/subscriptions/@{appsetting('S')}/providers/x/LOCATIONS/y/managedapis/service-now";
        assert_eq!(read(id), ["", "y", "service-now"]);
        for id in ["", "/", "managedApis", "managedApis/", "managedApis/a\u{0}b", "locations//managedApis"] {
            assert_eq!(read(id), ["", "", ""], "{id:?}");
        }
        assert_eq!(ApiId::of("/apis/shared_Teams").connector().as_deref(), Some("teams"));
    }
}
