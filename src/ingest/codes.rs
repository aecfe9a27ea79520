//! The findings of reading an incident: CF9001 to CF9049.

crate::rule! {
    /// The document is something else than an incident export.
    ///
    /// Counterflow recognises what a document is by its keys, never by its file name. This one is a form that it knows
    /// and that holds no incident and no alert: an entity, a row of some other table, a playbook.
    ///
    /// Use instead: export the incident with its alerts, for example
    /// `GET /v1.0/security/incidents/{id}?$expand=alerts` of Microsoft Graph. Of a Microsoft Sentinel incident put the
    /// answers of three calls together: `{"incident": …, "alerts": …, "entities": …}`.
    NOT_AN_INCIDENT = "CF9001" "not-an-incident" Error;

    /// The document is of no known form.
    ///
    /// None of the keys by which incident exports are recognised is there. Often an export sits inside the envelope of
    /// some other tool: take it out of there first. `body`, `value`, `properties`, `data` and the like are opened unasked.
    ///
    /// Use instead: the answer of the API, alone, in a list, in `{"value": […]}` or one object a line.
    ///
    /// ```json
    /// { "ticket": { "attachment": { "id": "48127", "alerts": [] } } }
    /// ```
    ///
    /// becomes
    ///
    /// ```json
    /// { "id": "48127", "alerts": [] }
    /// ```
    UNKNOWN_FORM = "CF9002" "unknown-form" Error;

    /// The incident was merged into another one.
    ///
    /// When the product finds that two incidents are one, it moves the alerts to one of them and leaves the other
    /// behind with the status *redirected* and the id of its successor. What is left behind can be looked at and has nothing to
    /// remediate, so nothing is built from it: there this is an error. Beside other incidents it is skipped, and one
    /// that still has alerts is read as any other.
    ///
    /// Use instead: export the incident that it names.
    MERGED_INCIDENT = "CF9003" "merged-incident" Warning;

    /// The incident has no id.
    ///
    /// Comments, tags and the run-time checks of a playbook address the incident by its id. Where all alerts agree
    /// on the incident they belong to, that id is used and this is a warning.
    ///
    /// It is lost where somebody picks members by hand, as with `$select` or a query that projects columns.
    ///
    /// Use instead: export the incident whole. Microsoft Graph calls the member `id`, the older API `incidentId`, Microsoft
    /// Sentinel `name`.
    MISSING_INCIDENT_ID = "CF9004" "missing-incident-id" Error;

    /// An incident or an alert has no title.
    ///
    /// A title falls back to that of the first alert that has one, an alert's to its category. An incident that has
    /// neither a title nor a titled alert is not an export of the product: that is an error.
    ///
    /// Use instead: export the incident and its alerts whole; titles stand in comments and mails that people read.
    MISSING_TITLE = "CF9005" "missing-title" Warning;

    /// A value has another type than the product ever writes there.
    ///
    /// Where lists of alerts, evidence or devices should stand this is an error, since going on would lose entities.
    /// Elsewhere the value is left out with a warning.
    WRONG_TYPE = "CF9006" "wrong-type" Error;

    /// The incident is larger than anything the product exports.
    ///
    /// The limits keep a hostile document from costing more than a moment. Nothing is cut off silently: a plan for
    /// half an incident would look like one for the whole.
    INCIDENT_TOO_LARGE = "CF9007" "incident-too-large" Error;

    /// The incident has no alerts.
    ///
    /// Microsoft Graph leaves the alerts out unless they are asked for. Without them there are no techniques and no
    /// entities, and next to nothing can be planned.
    ///
    /// Use instead: export with `?$expand=alerts`.
    NO_ALERTS = "CF9008" "no-alerts" Info;

    /// No alert of the incident names an entity.
    ///
    /// Patterns act on entities: accounts, devices, messages, files, applications. With none of them only patterns
    /// that need no entity can be chosen.
    NO_ENTITIES = "CF9009" "no-entities" Info;

    /// A word that this version does not know stands where the product uses a fixed list.
    ///
    /// The product's lists grow, so any word is accepted; an unknown one counts as not said: an unknown verdict protects nobody and
    /// accuses nobody, an unknown classification leaves the incident open.
    ///
    /// Use instead: nothing must be done. Where the word matters, say in the review what it means: `classification`, or
    /// `entities.compromised` and `entities.benign`.
    UNKNOWN_WORD = "CF9010" "unknown-word" Info;

    /// A piece of evidence says nothing by which its entity could be recognised.
    ///
    /// Real exports hold some: an IP address without the address. Such evidence is left out.
    ///
    /// Use instead: nothing must be done, unless the export was cut down by hand: then export it whole.
    UNNAMED_EVIDENCE = "CF9011" "unnamed-evidence" Info;

    /// A piece of evidence is of a kind that no pattern acts on, or does not say its kind.
    ///
    /// It is kept as an entity of kind `other`, for the report.
    UNKNOWN_EVIDENCE_KIND = "CF9012" "unknown-evidence-kind" Info;

    /// The list of incidents goes on elsewhere.
    ///
    /// The answer of a service holds one page. `@odata.nextLink` says where the next one is; Counterflow never
    /// follows it.
    ///
    /// Use instead: get that address too, and give the page that holds the incident; or ask for the one incident that is meant.
    PARTIAL_LIST = "CF9013" "partial-list" Warning;

    /// The list holds no incident at all: the answer to a question that nothing matched, by a filter or a time too narrow, or for
    /// which the account that asked may see nothing.
    ///
    /// Use instead: ask for the incident by its id.
    ///
    /// ```json
    /// { "value": [] }
    /// ```
    ///
    /// becomes
    ///
    /// ```json
    /// { "value": [{ "id": "48127", "alerts": [] }] }
    /// ```
    EMPTY_LIST = "CF9014" "empty-list" Error;

    /// An alert has no id.
    ///
    /// It is read all the same; reports cannot link to it.
    ///
    /// Use instead: export the alerts whole; the products give every one an `id`.
    MISSING_ALERT_ID = "CF9015" "missing-alert-id" Warning;

    /// A column that holds JSON as text does not hold all of it.
    ///
    /// Tables keep lists such as `Entities` as JSON texts, and some tools cut long columns off. Where a list of entities
    /// stands this is an error, since going on would lose some; where plain columns say the same it is a warning.
    ///
    /// Use instead: export the rows as JSON through the API, not through a spreadsheet.
    BROKEN_JSON_TEXT = "CF9016" "broken-json-text" Error;

    /// A table holds an incident more than once.
    ///
    /// `SecurityIncident` gets a row for every change of an incident. The row that was modified last is read.
    SUPERSEDED_ROW = "CF9017" "superseded-row" Info;

    /// Alerts were exported without their incident.
    ///
    /// Alerts that name the same incident are read as that incident; one that names none stands for itself. Techniques
    /// and entities of alerts that are not in the export are unknown, and so is what people said of the incident.
    ///
    /// Use instead: export the whole incident, if there is one.
    ALERTS_ALONE = "CF9018" "alerts-alone" Info;

    /// An entity refers to another that is not there.
    ///
    /// Microsoft Sentinel writes an entity once and refers to it by its number or its id elsewhere. The reference leads
    /// nowhere, so the two are not connected: a file may lack its hashes, a process its account.
    DANGLING_REFERENCE = "CF9019" "dangling-reference" Info;
}
