//! What the binary knows: rules, patterns, operations, schemas.

use counterflow::base::diagnostic::{Audience, Rule, did_you_mean};
use counterflow::data::{connector, schemas};
use counterflow::pipeline;
use counterflow::select::pattern::{self, Library};
use serde_json::json;

use super::args::ListAction;
use super::{Failure, output};

pub(super) fn explain(wanted: &str) -> Result<bool, Failure> {
    let rules: Vec<&Rule> = pipeline::rules().collect();
    let same = |rule: &&&Rule| rule.code.eq_ignore_ascii_case(wanted) || rule.name == wanted;
    let Some(rule) = rules.iter().find(same) else {
        let names = rules.iter().flat_map(|rule| [rule.code, rule.name]);
        return Err(unknown("rule", wanted, did_you_mean(wanted, names), "rules"));
    };
    let mut text = format!("{} {} ({})", rule.code, rule.name, rule.severity);
    if let Some(prevents) = rule.prevents {
        text.push_str(&format!(", prevents {prevents}"));
    }
    match rule.audience {
        Audience::Default => {}
        Audience::Strict => text.push_str(", for strict checks"),
        Audience::Auditor => text.push_str(", for auditors"),
    }
    text.push_str("\n\n");
    for line in rule.explanation.lines() {
        text.push_str(line.strip_prefix(' ').unwrap_or(line));
        text.push('\n');
    }
    output::stdout(&text)?;
    Ok(true)
}

pub(super) fn rules() -> Result<bool, Failure> {
    let lines: String = pipeline::rules()
        .map(|rule| format!("{}  {:<8} {}\n", rule.code, rule.severity.to_string(), rule.name))
        .collect();
    output::stdout(&lines)?;
    Ok(true)
}

pub(super) fn patterns(action: ListAction) -> Result<bool, Failure> {
    let library = Library::bundled();
    match action {
        ListAction::List => {
            let lines: String =
                library.iter().map(|pattern| format!("{:<32} {}\n", pattern.id, pattern.title)).collect();
            output::stdout(&lines)?;
        }
        ListAction::Show { id } => {
            let file = format!("{id}.yaml");
            let Some((_, text)) = pattern::texts().find(|(name, _)| *name == file) else {
                return Err(unknown("pattern", &id, library.nearest(&id), "patterns list"));
            };
            output::stdout(text)?;
        }
    }
    Ok(true)
}

pub(super) fn connectors(action: ListAction) -> Result<bool, Failure> {
    match action {
        ListAction::List => {
            let mut lines = String::new();
            let mut signatures: Vec<_> = connector::signatures().collect();
            signatures.sort_by_key(|one| one.id);
            for one in signatures {
                // What has no class is known to the checker only: no playbook is compiled with it.
                let (class, title) = match connector::known(one.id) {
                    Some(entry) => (format!("{:?}", entry.class).to_lowercase(), entry.title.as_str()),
                    None => ("-".to_owned(), one.title),
                };
                lines.push_str(&format!("{:<44} {class:<9} {title}\n", one.id));
            }
            output::stdout(&lines)?;
        }
        ListAction::Show { id } => {
            let value: serde_json::Value = match (connector::text(&id), connector::signature(&id)) {
                (Some(text), _) => serde_json::from_str(text).unwrap_or_default(),
                (None, Some(signature)) => known_from_outside(signature),
                (None, None) => {
                    let ids = connector::signatures().map(|one| one.id).chain(connector::alias_ids());
                    return Err(unknown("operation", &id, did_you_mean(&id, ids), "connectors list"));
                }
            };
            output::stdout(&serde_yaml::to_string(&value).unwrap_or_default())?;
        }
    }
    Ok(true)
}

/// What the checker knows of an operation that no playbook is compiled with.
fn known_from_outside(one: &connector::Signature) -> serde_json::Value {
    let parameters: Vec<_> = one
        .arguments
        .iter()
        .map(|argument| {
            let place = format!("{:?}", argument.place).to_lowercase();
            let mut shown = json!({ "name": argument.name, "in": place, "required": argument.required });
            if !argument.allowed.is_empty() {
                shown["allowed"] = json!(argument.allowed);
            }
            shown
        })
        .collect();
    json!({
        "id": one.id,
        "title": one.title,
        "connector": one.connector,
        "method": one.method,
        "path": one.path,
        "operation_id": one.operation_id,
        "parameters": parameters,
        "takes_more": one.is_open,
        "instead": one.instead,
        "ends": one.ends,
    })
}

pub(super) fn schema(name: &str) -> Result<bool, Failure> {
    let Some(text) = schemas::text(name) else {
        let names: Vec<&str> = schemas::all().map(|(name, _)| name).collect();
        let list = names.join(", ");
        return Err(Failure::Usage(format!("there is no schema `{name}`; the schemas are {list}")));
    };
    output::stdout(text)?;
    Ok(true)
}

fn unknown(what: &str, wanted: &str, near: Option<&str>, command: &str) -> Failure {
    let help = match near {
        Some(name) => format!("did you mean `{name}`?"),
        None => format!("`counterflow {command}` prints them"),
    };
    Failure::Usage(format!("there is no {what} `{wanted}`; {help}"))
}
