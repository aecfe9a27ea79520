//! What the gallery of Microsoft Sentinel asks of a playbook template.

use crate::base::diagnostic::{Diagnostic, Rule};
use crate::base::json::Node;
use crate::base::words::list;
use crate::check::lint::Member;
use crate::check::{Findings, Interest, Lint};
use crate::workflow::arm::{Template, WORKFLOW_TYPE};

crate::rule! {
    /// ## What it does
    /// Reports metadata of a playbook template for the gallery of Microsoft Sentinel that lack a member which the gallery asks
    /// for, give a time of the last update that is none, or name entity types that it does not know. A template is taken
    /// for one of the gallery when its metadata have a title, a description and an author.
    ///
    /// ## Why is this bad
    /// A contribution to the gallery is refused.
    ///
    /// ## Example
    /// ```json
    /// "metadata": { "title": "Contain account", "description": "…", "author": { "name": "…" }, "entities": [ "Url's" ] }
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "metadata": { "title": "Contain account", "description": "…", "author": { "name": "…" }, "entities": [ "URL" ],
    ///   "lastUpdateTime": "2026-01-31T00:00:00.000Z", "support": { "tier": "Community" } }
    /// ```
    ///
    /// ## References
    /// - Azure/Azure-Sentinel, validation of playbook templates: playbookArmTemplateMetadataChecker
    METADATA_RULE = "CF6015" "gallery-metadata-incomplete" Warning audience Auditor;
    /// ## What it does
    /// Reports a playbook template for the gallery of Microsoft Sentinel without a parameter `PlaybookName`, or with another
    /// number of workflows of that name than one.
    ///
    /// ## Why is this bad
    /// A contribution to the gallery is refused, and whoever deploys cannot choose the name.
    ///
    /// ## Example
    /// ```json
    /// "type": "Microsoft.Logic/workflows", "name": "contain-account"
    /// ```
    ///
    /// ## Use instead
    /// ```json
    /// "type": "Microsoft.Logic/workflows", "name": "[parameters('PlaybookName')]"
    /// ```
    ///
    /// ## References
    /// - Azure/Azure-Sentinel, validation of playbook templates: playbookArmTemplateParametersChecker, playbookResourceChecker
    NAME_RULE = "CF6016" "gallery-playbook-name" Warning audience Auditor;
}

/// The lint for the metadata.
#[derive(Debug)]
pub struct GalleryMetadata;

/// The lint for the name.
#[derive(Debug)]
pub struct GalleryPlaybookName;

impl Lint for GalleryMetadata {
    fn rule(&self) -> &'static Rule {
        &METADATA_RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        let Some((_, metadata)) = of_gallery(document) else { return };
        let paths: [(&[&str], &str); 4] = [
            (&["title"], "title"),
            (&["lastUpdateTime"], "lastUpdateTime"),
            (&["support", "tier"], "support.tier"),
            (&["author", "name"], "author.name"),
        ];
        let missing =
            paths.iter().filter(|(path, _)| metadata.path(path).and_then(|node| node.text()).is_none());
        let missing: Vec<&str> = missing.map(|(_, name)| *name).collect();
        if !missing.is_empty() {
            let message = format!("the gallery asks for {}", list(missing));
            let finding = Diagnostic::new(&METADATA_RULE, metadata.pointer(), message).on_key();
            out.push(
                finding.help("fill them in, or leave the metadata out where this is not for the gallery"),
            );
        }
        if let Some((node, text)) = metadata.get("lastUpdateTime").and_then(|node| Some((node, node.text()?)))
            && !is_time(text)
        {
            let message = format!("`{text}` is no time");
            let help = "write it like `2026-01-31T00:00:00.000Z`";
            out.push(Diagnostic::new(&METADATA_RULE, node.pointer(), message).help(help));
        }
        for entity in metadata.get("entities").into_iter().flat_map(|entities| entities.items()) {
            let Some(text) = entity.as_str() else { continue };
            if !ENTITIES.contains(&text.to_ascii_lowercase().as_str()) {
                let message = format!("the gallery knows no entities of the type `{text}`");
                let help = format!("it knows {}", list(ENTITIES.iter().copied()));
                out.push(Diagnostic::new(&METADATA_RULE, entity.pointer(), message).help(help));
            }
        }
    }
}

impl Lint for GalleryPlaybookName {
    fn rule(&self) -> &'static Rule {
        &NAME_RULE
    }

    fn interest(&self) -> Interest {
        Interest::NONE.documents()
    }

    fn document(&self, document: &Member<'_, '_>, out: &mut Findings) {
        let Some((template, metadata)) = of_gallery(document) else { return };
        let templates = &document.workflows.templates;
        let of_type = templates.of_type(WORKFLOW_TYPE).filter(|one| one.template == template.id);
        let workflows: Vec<_> = of_type.filter_map(|one| one.name()).collect();
        let named =
            workflows.iter().filter(|name| name.as_str().is_some_and(|name| name == NAME_READ)).count();
        if template.parameter(NAME).is_none() {
            let message = format!("the gallery asks for a parameter `{NAME}`");
            let at = template.node.get("parameters").unwrap_or(metadata);
            let help = "declare it as a string, and name the workflow by it";
            out.push(Diagnostic::new(&NAME_RULE, at.pointer(), message).on_key().help(help));
        } else if named != 1
            && let Some(first) = workflows.first()
        {
            let message =
                format!("{named} workflows are named by the parameter `{NAME}`; the gallery asks for one");
            let help = format!("name the playbook `{NAME_READ}`, and no other workflow");
            out.push(Diagnostic::new(&NAME_RULE, first.pointer(), message).help(help));
        }
    }
}

const NAME: &str = "PlaybookName";
const NAME_READ: &str = "[parameters('PlaybookName')]";

/// What the gallery knows, in lower case. Source: Azure/Azure-Sentinel, validation of playbook templates.
const ENTITIES: [&str; 21] = [
    "account",
    "azureresource",
    "cloudapplication",
    "dnsresolution",
    "file",
    "filehash",
    "host",
    "hostlogonsession",
    "iotdevice",
    "ip",
    "mailbox",
    "mailcluster",
    "mailmessage",
    "malware",
    "networkconnection",
    "process",
    "registrykey",
    "registryvalue",
    "securitygroup",
    "submissionmail",
    "url",
];

/// The outermost template with its metadata, where they show that it is for the gallery and it deploys a playbook.
fn of_gallery<'m, 'd>(document: &'m Member<'_, 'd>) -> Option<(&'m Template<'d>, Node<'d>)> {
    let template = document.workflows.templates.iter().next()?;
    let metadata = template.node.get("metadata")?;
    let has = |key: &str| metadata.get(key).is_some_and(|node| !node.is_null());
    let is_meant = ["title", "description", "author"].into_iter().all(has);
    let playbooks = document.workflows.templates.of_type(WORKFLOW_TYPE);
    let deploys = playbooks.into_iter().any(|one| one.template == template.id);
    (is_meant && deploys).then_some((template, metadata))
}

/// Whether a text begins with a day: `2026-01-31`, alone or with a time after it.
fn is_time(text: &str) -> bool {
    let day = text.split(['T', ' ']).next().unwrap_or_default();
    let parts: Vec<Option<u32>> = day.split('-').map(|part| part.parse().ok()).collect();
    matches!(parts[..], [Some(1..), Some(1..=12), Some(1..=31)])
}
