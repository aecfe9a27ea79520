//! The functions of template expressions, and how many arguments each takes.
//!
//! Source of the names: Microsoft Learn, "ARM template functions" and the pages for each family (array, CIDR, comparison,
//! date, deployment, lambda, logical, numeric, object, resource, scope, string); of the numbers: the same pages, and the
//! table that the editor of Azure Resource Manager templates checks by (microsoft/vscode-azurearmtools,
//! `ExpressionMetadata.json`). Where both differ the row takes what either does; a number that neither gives is not judged.

use std::sync::LazyLock;

use crate::base::names::ByName;

/// One function.
#[derive(Debug, Clone, Copy)]
pub struct Function {
    /// Its name as documented. Case does not count.
    pub name: &'static str,
    /// How many arguments it needs.
    pub least: usize,
    /// How many it takes at most, where there is a bound.
    pub most: Option<usize>,
}

/// The function of that name, in any case.
pub fn find(name: &str) -> Option<&'static Function> {
    static INDEX: LazyLock<ByName<'static, &'static Function>> =
        LazyLock::new(|| ByName::new(all().map(|function| (function.name, function))));
    INDEX.get(name).first().copied()
}

/// Every function, by name.
pub fn all() -> impl Iterator<Item = &'static Function> {
    FUNCTIONS.iter()
}

/// Whether a name may be that of an operation that a resource provider offers: `listKeys`, `listCallbackUrl` and many
/// more, which no page lists in full.
pub fn is_list(name: &str) -> bool {
    name.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("list"))
}

const fn exactly(name: &'static str, count: usize) -> Function {
    Function { name, least: count, most: Some(count) }
}

const fn between(name: &'static str, least: usize, most: usize) -> Function {
    Function { name, least, most: Some(most) }
}

const fn at_least(name: &'static str, least: usize) -> Function {
    Function { name, least, most: None }
}

/// A function whose number of arguments is not judged.
const fn any(name: &'static str) -> Function {
    at_least(name, 0)
}

static FUNCTIONS: &[Function] = &[
    exactly("add", 2),
    at_least("and", 1),
    exactly("array", 1),
    exactly("base64", 1),
    exactly("base64ToJson", 1),
    exactly("base64ToString", 1),
    exactly("bool", 1),
    any("buildUri"),
    any("cidrHost"),
    any("cidrSubnet"),
    at_least("coalesce", 1),
    any("concat"),
    exactly("contains", 2),
    between("copyIndex", 0, 2),
    any("createArray"),
    any("createObject"),
    exactly("dataUri", 1),
    exactly("dataUriToString", 1),
    between("dateTimeAdd", 2, 3),
    any("dateTimeFromEpoch"),
    any("dateTimeToEpoch"),
    any("deployer"),
    exactly("deployment", 0),
    exactly("div", 2),
    exactly("empty", 1),
    exactly("endsWith", 2),
    exactly("environment", 0),
    exactly("equals", 2),
    at_least("extensionResourceId", 2),
    any("externalInput"),
    any("fail"),
    exactly("false", 0),
    any("filter"),
    exactly("first", 1),
    any("flatten"),
    exactly("float", 1),
    at_least("format", 1),
    exactly("greater", 2),
    exactly("greaterOrEquals", 2),
    any("groupBy"),
    at_least("guid", 1),
    exactly("if", 3),
    any("indexFromEnd"),
    exactly("indexOf", 2),
    exactly("int", 1),
    at_least("intersection", 1),
    exactly("items", 1),
    any("join"),
    exactly("json", 1),
    any("lambda"),
    any("lambdaVariables"),
    exactly("last", 1),
    exactly("lastIndexOf", 2),
    exactly("length", 1),
    exactly("less", 2),
    exactly("lessOrEquals", 2),
    any("managementGroup"),
    any("managementGroupResourceId"),
    any("map"),
    any("mapValues"),
    at_least("max", 1),
    at_least("min", 1),
    exactly("mod", 2),
    exactly("mul", 2),
    exactly("newGuid", 0),
    exactly("not", 1),
    exactly("null", 0),
    any("objectKeys"),
    at_least("or", 1),
    between("padLeft", 2, 3),
    exactly("parameters", 1),
    any("parseCidr"),
    any("parseUri"),
    any("pickZones"),
    between("providers", 1, 2),
    exactly("range", 2),
    any("reduce"),
    between("reference", 1, 3),
    any("references"),
    exactly("replace", 3),
    exactly("resourceGroup", 0),
    at_least("resourceId", 1),
    any("shallowMerge"),
    exactly("skip", 2),
    any("sort"),
    exactly("split", 2),
    exactly("startsWith", 2),
    exactly("string", 1),
    exactly("sub", 2),
    exactly("subscription", 0),
    at_least("subscriptionResourceId", 1),
    between("substring", 1, 3),
    exactly("take", 2),
    exactly("tenant", 0),
    at_least("tenantResourceId", 1),
    any("toLogicalZone"),
    any("toLogicalZones"),
    exactly("toLower", 1),
    any("toObject"),
    any("toPhysicalZone"),
    any("toPhysicalZones"),
    exactly("toUpper", 1),
    exactly("trim", 1),
    exactly("true", 0),
    any("tryGet"),
    any("tryIndexFromEnd"),
    at_least("union", 1),
    at_least("uniqueString", 1),
    exactly("uri", 2),
    exactly("uriComponent", 1),
    exactly("uriComponentToString", 1),
    between("utcNow", 0, 1),
    exactly("variables", 1),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_sorted_and_found_in_any_case() {
        let names: Vec<_> = all().map(|one| one.name.to_ascii_lowercase()).collect();
        assert!(names.is_sorted_by(|a, b| a < b), "{names:?}");
        assert_eq!(find("RESOURCEID").map(|one| one.name), Some("resourceId"));
        assert!(find("body").is_none());
        assert!(is_list("listCallbackUrl") && !is_list("lis"));
    }
}
