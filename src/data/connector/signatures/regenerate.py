#!/usr/bin/env python3
"""Write the signatures of connector operations that the checker knows (catalogue.yaml beside this file).

    python3 src/data/connector/signatures/regenerate.py ../shared/facts/connectors

The folder named holds `catalogue.json`, one object for each operation with the public source of each fact, and
`connectors.json`, what is known of each connector. Only names, paths and lists of values are taken over, no sentence.
The same facts give the same bytes. What was read in public since then stands in clients.yaml, which clients.py writes, and in
more.yaml, which is written by hand.

How an operation is written:

* `path` has `{name}` for what a caller fills in; where flows of Power Automate give it another name than Microsoft's
  generated clients do, the flows are right (IN_FLOWS);
* `query`, `headers` and `body` list parameters: `name`, `name!` where it is required, `name=A|B` where only these values are
  allowed. `a/b` is a member of the object `a`. A body that is not `open` takes what is listed and nothing else;
* `callback` is the member of the body that takes the address of the waiting run;
* `kql` marks one whose body is a Kusto query, or has one in its member `query`;
* `flow: seen` marks an operation whose parameters were compared with published flows, name by name;
* `source` is the first public file in which it was read, with the beginning of the commit;
* `instead` names the operation that has taken its place, `ends` the day on which the vendor stops it.
"""

import json
import sys
from pathlib import Path

# Names of parameters as published flows write them (pnp/powerautomate-samples, pnp/powerplatform-samples,
# microsoft/powercat-automation-kit, coatsy/coe-starter-kit): connector, then the generated client's name and the flow's.
IN_FLOWS = {
    "sharepointonline": {"siteAddress": "dataset", "listName": "table", "listOrLibrary": "table"},
    "office365users": {"userUPN": "id"},
    "teams": {"postAs": "poster", "postIn": "location", "message": "messageId", "messageType": "threadType"},
}

# Operations that were compared with published flows, and what these give beside the facts' parameters.
SEEN_IN_FLOWS = {
    "approvals.CreateAnApproval": [],
    "approvals.StartAndWaitForAnApproval": [],
    "approvals.WaitForAnApproval": [],
    "azuread.CreateSecurityGroup": [],
    "commondataserviceforapps.CreateRecord": [],
    "commondataserviceforapps.DeleteRecord": [],
    "commondataserviceforapps.GetItem": [],
    "commondataserviceforapps.ListRecords": [],
    "commondataserviceforapps.PerformUnboundAction": [],
    "commondataserviceforapps.SubscribeWebhookTrigger": ["subscriptionRequest/name"],
    "commondataserviceforapps.UpdateRecord": [],
    "office365.OnNewEmailV3": ["fetchOnlyWithAttachment", "folderPath", "importance", "includeAttachments"],
    "office365.SendEmail": [],
    "office365.SendMailWithOptions": [],
    "office365.SharedMailboxSendEmail": [],
    "office365users.Manager": [],
    "office365users.SearchUser": [],
    "office365users.UserProfile": [],
    "sharepointonline.CreateFile": [],
    "sharepointonline.CreateNewFolder": [],
    "sharepointonline.DeleteItem": [],
    "sharepointonline.GetItems": [],
    "sharepointonline.HttpRequest": [],
    "sharepointonline.PatchItem": [],
    "sharepointonline.PostItem": [],
    "teams.GetMessageDetails": [],
    "teams.PostCardAndWaitForResponse": [],
    "teams.PostCardToConversation": [],
    "teams.PostMessageToConversation": [],
    "teams.ReplyWithMessageToConversation": [],
    "teams.SubscribeUserFlowContinuation": [],
    "webcontents.InvokeHttp": [],
}

# What has taken the place of an operation, and the day it ends where the vendor names one.
REPLACED = {
    "wdatp.InitiateInvestigation": ("wdatp.StartInvestigation", None),
    "wdatp.AdvancedHunting": ("http.graph.runHuntingQuery", "2027-02-01"),
    "azuresentinel.GetIncident": ("azuresentinel.GetIncidentByAlertIdV2", None),
    "azuresentinel.AddCommentToIncidentV2": ("azuresentinel.AddIncidentCommentV3", None),
    "azuresentinel.ChangeIncidentStatus": ("azuresentinel.UpdateIncident", None),
    "azuresentinel.ChangeIncidentSeverity": ("azuresentinel.UpdateIncident", None),
    "azuresentinel.ChangeIncidentTitle": ("azuresentinel.UpdateIncident", None),
    "azuresentinel.AddLabelsToIncident": ("azuresentinel.UpdateIncident", None),
    "teams.PostMessageToChannelV3": ("teams.PostMessageToConversation", None),
    "azuremonitorlogs.QueryData_V1": ("azuremonitorlogs.QueryData", None),
    "http.mde.advancedQuery": ("http.graph.runHuntingQuery", None),
    "http.xdr.advancedHunting": ("http.graph.runHuntingQuery", None),
}
# Those that the vendor itself calls deprecated; the others are older versions that still answer.
DEPRECATED = {"wdatp.InitiateInvestigation", "wdatp.AdvancedHunting"}

# Connectors whose every operation is here, as Microsoft's generated client has them (more.yaml adds what the facts lack).
WHOLE = {
    "azuread": "Azure/Connectors-NET-SDK AzureADExtensions.cs",
    "azureadip": "Azure/logicapps-sdk AzureadipExtensions.cs",
    "azureloganalyticsdatacollector": "Azure/logicapps-sdk AzureloganalyticsdatacollectorExtensions.cs",
    "azuresentinel": "Azure/logicapps-sdk AzuresentinelExtensions.cs",
    "keyvault": "Azure/logicapps-sdk KeyvaultExtensions.cs",
    "wdatp": "Azure/logicapps-sdk WdatpExtensions.cs",
}

# What is given in headers. Source: the generated clients named under WHOLE.
HEADERS = {
    "azureloganalyticsdatacollector.SendData": ["Log-Type!", "time-generated-field"],
}

# Connectors of which the facts name only some fields of a body.
PARTLY = {"jira", "microsoftgraphsecurity"}

# Operations whose body is a query in the Kusto query language, or has one in its member `query`.
KQL = {
    "azuremonitorlogs.QueryData",
    "azuremonitorlogs.QueryData_V1",
    "azuremonitorlogs.VisualizeQuery",
    "http.graph.runHuntingQuery",
    "http.mde.advancedQuery",
    "http.xdr.advancedHunting",
    "wdatp.AdvancedHunting",
}

# Values that published playbooks write in more than one way, so that those of the facts are not all.
SPELT_OTHERWISE = {"classification/ClassificationAndReason"}

SERVICES = {
    "https://graph.microsoft.com": "graph",
    "https://api.securitycenter.microsoft.com": "defender",
    "https://management.azure.com": "arm",
}

CALLBACKS = {"callback_url", "notificationurl"}


def main():
    facts = Path(sys.argv[1])
    operations = json.loads((facts / "catalogue.json").read_text())
    connectors = json.loads((facts / "connectors.json").read_text())
    by_connector = {}
    for operation in operations:
        by_connector.setdefault(operation["api"], []).append(operation)
    lines = [
        "# Generated by regenerate.py beside it; do not edit. The source of each fact is the catalogue of operations that",
        f"# it was given: {len(operations)} operations of {len(by_connector)} connectors, read in Microsoft's generated clients,",
        "# published flows and templates, and documentation pages.",
        "connectors:",
    ]
    for api in sorted(by_connector):
        known = connectors.get(api, {})
        lines.append(f"- api: {api}")
        lines.append(f"  title: {quoted(known.get('connector', 'HTTP'))}")
        lines.append(f"  hosts: [{', '.join(hosts(known.get('availability')))}]")
        if api in WHOLE:
            lines.append(f"  whole: {quoted(WHOLE[api])}")
        lines.append("  operations:")
        lines += [f"  - {{ {', '.join(row(one))} }}" for one in sorted(by_connector[api], key=lambda one: one["id"])]
    out = Path(__file__).resolve().parent / "catalogue.yaml"
    out.write_text("\n".join(lines) + "\n")
    print(f"{out.name}: {len(operations)} operations")


def hosts(availability):
    """Where the connector is offered; both where nothing is known to the contrary."""
    if availability is None:
        return ["logicapp", "powerautomate"]
    logic = availability["logic_apps_consumption"] is not False
    flow = availability["power_automate"] is not False
    return ["logicapp"] * logic + ["powerautomate"] * flow


def row(one):
    names = IN_FLOWS.get(one["api"], {})
    body = one["body"] if isinstance(one["body"], dict) else None
    yield f"id: {quoted(one['id'])}"
    yield f"title: {quoted(one['display_name'])}"
    path = one["path"]
    if one["api"] == "http":
        base = next((base for base in SERVICES if one["url"].startswith(base)), None)
        if base:
            yield f"service: {SERVICES[base]}"
            path = one["url"][len(base):].split("?")[0]
        else:
            path = None
    if one["method"] and not (one["kind"] == "trigger" or one["kind"] == "webhook"):
        yield f"method: {one['method']}"
    if path:
        for client, flow in names.items():
            path = path.replace("{" + client + "}", "{" + flow + "}")
        yield f"path: {quoted(path)}"
    if one["operation_id"]:
        yield f"operation_id: {quoted(one['operation_id'])}"
        if one["operation_id_confidence"] != "literal":
            yield "spelling: unverified"
    # Of Teams the facts list who posts and where as far as it was seen, and the connector has more.
    placeholders = [parameter(p["name"], False, p["allowed"]) for p in one["path_params"]
                    if p.get("allowed") and one["api"] != "teams"]
    if placeholders:
        yield f"path_values: [{', '.join(map(quoted, placeholders))}]"
    query = [parameter(names.get(p["name"], p["name"]), p.get("required"), p.get("allowed"))
             for p in one["query_params"] or []]
    if not path and one["api"] != "http":
        # What only flows call has no path; what would stand in it is given like the rest.
        query += [parameter(p["name"], p.get("required"), p.get("allowed")) for p in one["path_params"] or []]
    query += [name for name in SEEN_IN_FLOWS.get(one["id"], []) if "/" not in name]
    if query:
        yield f"query: [{', '.join(map(quoted, query))}]"
    if one["id"] in HEADERS:
        yield f"headers: [{', '.join(map(quoted, HEADERS[one['id']]))}]"
    fields, is_open, callback = content(one, body)
    fields += [name for name in SEEN_IN_FLOWS.get(one["id"], []) if "/" in name]
    if fields:
        yield f"body: [{', '.join(map(quoted, fields))}]"
    if is_open:
        yield "open: true"
    if callback:
        yield f"callback: {callback}"
    if one["id"] in KQL:
        yield "kql: true"
    if one["id"] in SEEN_IN_FLOWS:
        yield "flow: seen"
    if one["id"] in REPLACED:
        instead, ends = REPLACED[one["id"]]
        yield f"instead: {instead}"
        if one["id"] in DEPRECATED:
            yield "deprecated: true"
        if ends:
            yield f"ends: {quoted(ends)}"
    yield f"source: {quoted(source(one['evidence']))}"


def source(evidence):
    """The first source with a place in a repository, else the first in words."""
    for one in evidence:
        if isinstance(one, dict) and one.get("repo") and one.get("path"):
            return f"{one['repo']} {one['path']}@{(one.get('commit') or '')[:7]}".rstrip("@")
    first = evidence[0]
    return first if isinstance(first, str) else f"{first['repo']} {first['solution_or_folder']}/{first['playbook_file']}"


def content(one, body):
    """The fields of a body, whether it takes others too, and the field of the callback address."""
    if body is None:
        # A body that the facts do not speak of may still be taken, except by what only reads.
        return [], one["method"] != "GET", None
    fields = list(flat(body.get("fields") or []))
    # A content that depends on where a message goes: what every place asks for is asked for.
    places = list((body.get("by_location") or {}).values())
    for name in sorted({field["name"].split(".")[0] for place in places for field in place}):
        if all(any(field["name"].split(".")[0] == name for field in place) for place in places):
            fields.append(f"{name}!")
    callback = next((field["name"] for field in body.get("fields") or [] if field["name"].lower() in CALLBACKS), None)
    # What Graph and Azure document of an object is more than the facts repeat.
    is_open = bool(one["api"] in PARTLY | {"http"} or not body.get("fields") or body.get("dynamic") or body.get("raw"))
    is_open = is_open or any("<" in field["name"] for field in body.get("fields") or [])
    return fields, is_open, callback


def flat(fields, above=""):
    for field in fields:
        if "<" in field["name"]:
            continue  # any column of a table, any parameter of an action: see `open`
        name = above + (field["name"] if field["name"].startswith("@") else field["name"].replace(".", "/"))
        # Which members a recipient needs depends on where the message goes.
        required = field.get("required") and "recipient/" not in name
        yield parameter(name, required, None if name in SPELT_OTHERWISE else field.get("allowed"))
        yield from flat(field.get("fields") or [], name + "/")


def parameter(name, required, allowed):
    return name + ("!" if required else "") + ("=" + "|".join(allowed) if allowed else "")


def quoted(text):
    return json.dumps(text, ensure_ascii=False)


if __name__ == "__main__":
    main()
