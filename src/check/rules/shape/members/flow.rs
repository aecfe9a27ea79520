//! The client data of a Power Automate flow, as a solution or an export package stores it.

use crate::base::json::Node;

use super::codes::WRONG_VALUE;
use super::definition::each;
use super::judge::Judge;
use super::kind::{Computed, Kind, Shape, Type, may, must};

const TEXT: Kind = Kind::Plain(&[Type::Text]);
const TEXT_OR_NULL: Kind = Kind::Plain(&[Type::Text, Type::Null]);
const OBJECT: Kind = Kind::Plain(&[Type::Object]);
const OBJECT_OR_NULL: Kind = Kind::Plain(&[Type::Object, Type::Null]);

/// Judges a document of this form. The definition in it is judged by itself.
pub(super) fn client_data(judge: &mut Judge<'_, '_>, root: Node<'_>) {
    let is_package = root.get("type").is_some() && root.get("schemaVersion").is_none();
    judge.shape(root, if is_package { &PACKAGE } else { &SOLUTION });
}

static SOLUTION: Shape = Shape::new(&[
    must("schemaVersion", Kind::Own(version), "exports write `1.0.0.0`"),
    must("properties", Kind::Object(&SOLUTION_PROPERTIES), "the flow"),
])
.computed(Computed::ByArm);

static SOLUTION_PROPERTIES: Shape = Shape::new(&[
    must(
        "connectionReferences",
        Kind::Own(|judge, node| each(judge, node, &SOLUTION_REFERENCE)),
        "the connections by the key that actions name; `{}` for a flow that uses none",
    ),
    must("definition", OBJECT, "the flow itself"),
    may("templateName", TEXT_OR_NULL),
    may("displayName", TEXT_OR_NULL),
])
.computed(Computed::ByArm)
.open();

static SOLUTION_REFERENCE: Shape = Shape::new(&[
    must(
        "runtimeSource",
        Kind::Word(&["embedded", "invoker"]),
        "`embedded` for the owner’s connection, `invoker` for that of the person who starts the flow",
    ),
    must("connection", Kind::Object(&REFERENCE), "the connection reference of the solution"),
    must("api", Kind::Object(&API), "the connector"),
    may("impersonation", OBJECT),
])
.computed(Computed::ByArm)
.open();

static REFERENCE: Shape =
    Shape::new(&[may("connectionReferenceLogicalName", Kind::Filled), may("name", TEXT), may("id", TEXT)])
        .computed(Computed::ByArm);

static API: Shape = Shape::new(&[
    must("name", Kind::Filled, "the name of the connector, `shared_…`"),
    may("id", TEXT),
    may("logicalName", TEXT),
])
.computed(Computed::ByArm);

static PACKAGE: Shape = Shape::new(&[
    must("name", Kind::Filled, "the id of the flow"),
    may("id", Kind::Filled),
    must(
        "type",
        Kind::Word(&[
            "Microsoft.Flow/flows",
            "Microsoft.ProcessSimple/environments/flows",
            "Microsoft.Logic/workflows",
        ]),
        "`Microsoft.Flow/flows`",
    ),
    must("properties", Kind::Object(&PACKAGE_PROPERTIES), "the flow"),
])
.computed(Computed::ByArm)
.open();

static PACKAGE_PROPERTIES: Shape = Shape::new(&[
    may("apiId", Kind::Filled),
    may("displayName", TEXT),
    must("definition", OBJECT, "the flow itself"),
    must(
        "connectionReferences",
        Kind::Own(|judge, node| each(judge, node, &PACKAGE_REFERENCE)),
        "the connections by the key that actions name; `{}` for a flow that uses none",
    ),
])
.computed(Computed::ByArm)
.open();

static PACKAGE_REFERENCE: Shape = Shape::new(&[
    may("connectionName", Kind::Filled),
    must(
        "source",
        Kind::Word(&["Embedded", "Invoker", "NotSpecified"]),
        "`Embedded` for the owner’s connection, `Invoker` for that of the person who starts the flow",
    ),
    must("id", Kind::Filled, "the connector, `/providers/Microsoft.PowerApps/apis/shared_…`"),
    may("tier", TEXT),
    may("displayName", TEXT),
    may("iconUri", TEXT),
    may("brandColor", TEXT),
    may("apiName", TEXT),
    may("isProcessSimpleApiReferenceConversionAlreadyDone", Kind::Plain(&[Type::Boolean])),
    may("isOnPremiseConnection", Kind::Plain(&[Type::Boolean])),
    may("connectionReferenceLogicalName", TEXT),
    may("apiDefinition", OBJECT_OR_NULL),
    may("swagger", OBJECT_OR_NULL),
    may("protectionLevel", TEXT),
])
.computed(Computed::ByArm)
.open();

/// Three or four numbers with dots.
fn version(judge: &mut Judge<'_, '_>, node: Node<'_>) {
    let Some(text) = node.as_str() else { return judge.wrong_type(node, "a string") };
    let is_number = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !(3..=4).contains(&text.split('.').count()) || !text.split('.').all(is_number) {
        let help = "three or four numbers with dots; exports write `1.0.0.0`".to_owned();
        judge.say(&WRONG_VALUE, node, &format!("cannot be `{text}`"), Some(help));
    }
}
