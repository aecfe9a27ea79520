//! Names that the analysis goes by.

/// Functions that give what the trigger brought, in lower case. `parameters`, `workflow` and the like give what whoever
/// deployed the workflow wrote.
pub(super) const SOURCES: &[&str] = &[
    "trigger",
    "triggerbody",
    "triggerformdatamultivalues",
    "triggerformdatavalue",
    "triggermultipartbody",
    "triggeroutputs",
];

/// Functions whose result holds no text that means something in an address, a header, a query or HTML: encodings, and
/// everything that gives a number, a time, a truth or an id. In lower case.
pub(super) const CLEANING: &[&str] = &[
    "add",
    "adddays",
    "addhours",
    "addminutes",
    "addseconds",
    "addtotime",
    "and",
    "base64",
    "bool",
    "contains",
    "converttimezone",
    "dayofmonth",
    "dayofweek",
    "dayofyear",
    "div",
    "empty",
    "encodeuricomponent",
    "endswith",
    "equals",
    "float",
    "formatdatetime",
    "formatnumber",
    "getfuturetime",
    "getpasttime",
    "greater",
    "greaterorequals",
    "guid",
    "indexof",
    "int",
    "isfloat",
    "isint",
    "iterationindexes",
    "lastindexof",
    "length",
    "less",
    "lessorequals",
    "listcallbackurl",
    "mod",
    "mul",
    "not",
    "or",
    "parameters",
    "rand",
    "startofday",
    "startofhour",
    "startofmonth",
    "startswith",
    "sub",
    "subtractfromtime",
    "ticks",
    "uricomponent",
    "utcnow",
    "workflow",
];

/// Members that the services make themselves, in lower case and sorted: ids, numbers, states, times, and what comes from
/// the tenant's own configuration. Sources: the schemas of the Sentinel incident trigger and of Graph's incidents, alerts and
/// evidence; how Azure Resource Manager and Graph name resources and the next page of a list.
pub(super) const MADE_BY_SERVICE: &[&str] = &[
    "@odata.nextlink",
    "aaduserid",
    "access_token",
    "alertscount",
    "azureaduserid",
    "azuretenantid",
    "callback_url",
    "classification",
    "closereason",
    "count",
    "createddatetime",
    "createdtimeutc",
    "expires_in",
    "firstactivitytimeutc",
    "id",
    "incidentarmid",
    "incidentid",
    "incidentnumber",
    "incidenturl",
    "incidentweburl",
    "kind",
    "lastactivitytimeutc",
    "lastmodifiedtimeutc",
    "lastupdatedatetime",
    "machineid",
    "mdatpdeviceid",
    "mdedeviceid",
    "networkmessageid",
    "nextlink",
    "objectguid",
    "objectid",
    "odata.nextlink",
    "providerincidentid",
    "query end time utc",
    "query start time utc",
    "relatedanalyticruleids",
    "resourcegroup",
    "resourcegroupname",
    "resourceid",
    "severity",
    "status",
    "statuscode",
    "subscriptionid",
    "systemalertid",
    "tenantid",
    "timegenerated",
    "token_type",
    "workspaceid",
    "workspaceinfo",
    "workspacename",
    "workspaceresourcegroup",
    "workspacesubscriptionid",
];

/// Where a web API outside the catalogue takes a Kusto query: how its address begins, and what is in it further on. Source:
/// learn.microsoft.com/azure/azure-monitor/logs/api/request-format; noodlemctwoodle/Sentinel-As-Code
/// Content/Playbooks/Incident/AutoCloseAppleiCloudPrivateRelay.json; ityankel/Azure-Sentinel Playbooks/Get-MDEFileActivityWithin30Mins.
pub(super) const QUERIED_AT: &[(&str, &str)] = &[
    ("https://api.loganalytics.azure.com/", "/query"),
    ("https://api.loganalytics.io/", "/query"),
    ("https://api.security.microsoft.com/", "/api/advancedhunting/run"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_and_in_lower_case() {
        for list in [SOURCES, CLEANING, MADE_BY_SERVICE] {
            assert!(list.is_sorted());
            assert!(list.iter().all(|word| word.to_ascii_lowercase() == *word));
        }
    }
}
