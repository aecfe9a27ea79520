//! Packs the data that the binary carries: the operation catalogue (YAML made into one JSON text per operation, indexed
//! by id, so that nothing is parsed at start), the pattern library (as it is to be shown, as JSON to be read) and the schemas
//! (as they are, and as they are to be judged by).

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use serde_json::Value;

#[path = "src/data/schemas/rewrite.rs"]
mod rewrite;

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    println!("cargo::rerun-if-changed=build.rs");
    fs::write(out.join("catalogue.rs"), catalogue(&root.join("src/data/connector"))?)?;
    fs::write(out.join("signatures.rs"), signatures(&root.join("src/data/connector"))?)?;
    let patterns = files(&root.join("playbook-templates"), "yaml")?;
    let mut code = texts("PATTERNS", &root.join("playbook-templates"), &patterns)?;
    code.push_str("static PARSED: &[(&str, &str)] = &[\n");
    for file in &patterns {
        let relative = file.strip_prefix(root.join("playbook-templates"))?;
        writeln!(code, "    ({:?}, {:?}),", relative.to_string_lossy(), yaml(file)?.to_string())?;
    }
    code.push_str("];\n");
    fs::write(out.join("patterns.rs"), code)?;
    let schemas = files(&root.join("schemas"), "json")?;
    fs::write(
        out.join("schemas.rs"),
        texts("SCHEMAS", &root.join("schemas"), &schemas)? + &quick(&schemas)?,
    )?;
    Ok(())
}

/// `QUICK`: the parts by which schemas are judged, by name.
fn quick(schemas: &[PathBuf]) -> Result<String, Box<dyn Error>> {
    println!("cargo::rerun-if-changed=src/data/schemas/rewrite.rs");
    let mut parts = Vec::new();
    for file in schemas {
        let name = file.file_name().map(|name| name.to_string_lossy().replace(".schema.json", ""));
        parts.extend(rewrite::parts(
            &name.unwrap_or_default(),
            serde_json::from_str(&fs::read_to_string(file)?)?,
        ));
    }
    parts.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut code = "static QUICK: &[(&str, &str)] = &[\n".to_owned();
    for (name, part) in parts {
        writeln!(code, "    ({name:?}, {:?}),", part.to_string())?;
    }
    code.push_str("];\n");
    Ok(code)
}

/// Every file below `folder` with that ending, sorted; tells cargo to watch the folder.
fn files(folder: &Path, ending: &str) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|found| found == ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// `static NAME: &[(&str, &str)]` of relative path and text.
fn texts(name: &str, root: &Path, files: &[PathBuf]) -> Result<String, Box<dyn Error>> {
    let mut code = format!("static {name}: &[(&str, &str)] = &[\n");
    for file in files {
        let relative = file.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
        writeln!(code, "    ({relative:?}, include_str!({:?})),", file.to_string_lossy())?;
    }
    code.push_str("];\n");
    Ok(code)
}

/// `OPERATIONS` and `ALIASES`: id and compact JSON, sorted by id; `CLOUDS`: the cloud table as JSON.
fn catalogue(folder: &Path) -> Result<String, Box<dyn Error>> {
    let mut operations = Vec::new();
    let mut aliases = Vec::new();
    for file in files(&folder.join("catalogue"), "yaml")? {
        let value = yaml(&file)?;
        for (key, list) in [("operations", &mut operations), ("aliases", &mut aliases)] {
            for entry in value[key].as_array().into_iter().flatten() {
                let id =
                    entry["id"].as_str().ok_or_else(|| format!("{}: an entry without id", file.display()))?;
                list.push((id.to_owned(), entry.to_string()));
            }
        }
    }
    let mut code = String::new();
    for (name, list) in [("OPERATIONS", &mut operations), ("ALIASES", &mut aliases)] {
        list.sort();
        if let Some(pair) = list.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            return Err(format!("the catalogue has `{}` twice", pair[0].0).into());
        }
        writeln!(code, "static {name}: &[(&str, &str)] = &{list:?};")?;
    }
    println!("cargo::rerun-if-changed={}", folder.join("clouds.yaml").display());
    writeln!(code, "static CLOUDS: &str = {:?};", yaml(&folder.join("clouds.yaml"))?.to_string())?;
    Ok(code)
}

/// The operations of a connector by id: the row of its signature, and its entry in the catalogue proper.
type Rows = BTreeMap<String, (Value, Value)>;

/// `CONNECTORS`: each with what a call of its operations looks like, sorted by name and id; `HOSTS`: the web API behind
/// each host. An operation of the catalogue proper has the names of its parameters from the files of signatures, its
/// address and its answer from its own entry.
fn signatures(folder: &Path) -> Result<String, Box<dyn Error>> {
    let mut connectors: BTreeMap<String, (Value, Rows)> = BTreeMap::new();
    for file in files(&folder.join("signatures"), "yaml")? {
        for connector in yaml(&file)?["connectors"].as_array().into_iter().flatten() {
            let name = text(connector, "api");
            let (about, rows) = connectors.entry(name.clone()).or_default();
            if about.is_null() || !connector["title"].is_null() {
                *about = connector.clone();
            }
            for row in connector["operations"].as_array().into_iter().flatten() {
                let id = text(row, "id");
                if rows.insert(id.clone(), (row.clone(), Value::Null)).is_some() {
                    return Err(format!("`{id}` has two signatures").into());
                }
            }
        }
    }
    for file in files(&folder.join("catalogue"), "yaml")? {
        for entry in yaml(&file)?["operations"].as_array().into_iter().flatten() {
            let (_, rows) = connectors.entry(text(entry, "connector")).or_default();
            rows.entry(text(entry, "id")).or_default().1 = entry.clone();
        }
    }
    let mut code = "static CONNECTORS: &[Connector] = &[\n".to_owned();
    for (name, (about, rows)) in &connectors {
        let title = about["title"].as_str().unwrap_or(name);
        let hosts =
            about["hosts"].as_array().map_or("&[Host::LogicApp, Host::PowerAutomate]".to_owned(), |hosts| {
                let hosts = hosts.iter().map(|host| match host.as_str() {
                    Some("logicapp") => "Host::LogicApp",
                    _ => "Host::PowerAutomate",
                });
                format!("&[{}]", hosts.collect::<Vec<_>>().join(", "))
            });
        writeln!(
            code,
            "    Connector {{ name: {name:?}, title: {title:?}, hosts: {hosts}, is_whole: {}, signatures: &[",
            about["whole"].is_string()
        )?;
        for (id, (row, entry)) in rows {
            writeln!(code, "        {},", signature(id, name, row, entry)?)?;
        }
        code.push_str("    ] },\n");
    }
    code.push_str("];\nstatic HOSTS: &[(&str, Service)] = &[\n");
    for cloud in yaml(&folder.join("clouds.yaml"))?["clouds"].as_array().into_iter().flatten() {
        // The host of a storage account has its name and is told by nothing else.
        for name in ["graph", "defender", "arm"] {
            let base = cloud[name]["base"].as_str().unwrap_or_default();
            let host =
                base.strip_prefix("https://").ok_or_else(|| format!("`{base}` is no https address"))?;
            writeln!(code, "    ({host:?}, {}),", service(name)?)?;
        }
    }
    code.push_str("];\n");
    Ok(code)
}

/// One `Signature`, from its row among the signatures and its entry in the catalogue, of which one may be missing.
fn signature(id: &str, connector: &str, row: &Value, entry: &Value) -> Result<String, Box<dyn Error>> {
    let either = |key: &str| entry[key].as_str().or(row[key].as_str());
    let of_api = entry["service"].as_str().or(row["service"].as_str()).map(service).transpose()?;
    let method = either("method").filter(|_| entry["webhook"] != true);
    let path = either("path");
    let parts: Vec<String> =
        path.unwrap_or_default().split('/').filter(|part| !part.is_empty()).map(folded).collect();
    let fields = entry["response"]["fields"].as_object().into_iter().flatten();
    let mut answer: Vec<_> = fields.map(|(path, kind)| (path, kind.as_str().unwrap_or_default())).collect();
    answer.sort();
    let mut arguments = String::new();
    for (key, place) in [("path_values", "Path"), ("query", "Query"), ("headers", "Header"), ("body", "Body")]
    {
        for argument in row[key].as_array().into_iter().flatten() {
            let (name, values) = match argument.as_str().unwrap_or_default().split_once('=') {
                Some((name, values)) => (name, values.split('|').collect()),
                None => (argument.as_str().unwrap_or_default(), Vec::new()),
            };
            let (name, required) = name.strip_suffix('!').map_or((name, false), |name| (name, true));
            write!(
                arguments,
                "Argument {{ name: {name:?}, place: Place::{place}, required: {required}, allowed: &{values:?} }}, "
            )?;
        }
    }
    // Of an operation without a row nobody has listed all that it takes.
    let is_open = row.is_null() || row["open"] == true;
    Ok(format!(
        "Signature {{ id: {id:?}, connector: {connector:?}, title: {:?}, service: {}, method: {method:?}, path: {path:?}, \
         parts: &{parts:?}, operation_id: {:?}, is_spelt: {}, answer: &{answer:?}, arguments: &[{arguments}], is_open: {is_open}, \
         is_listed: {}, callback: {:?}, is_seen_in_flows: {}, instead: {:?}, is_deprecated: {}, ends: {:?}, takes_kql: {} }}",
        row["title"].as_str().or(entry["title"].as_str()).unwrap_or(id),
        of_api.map_or("None".to_owned(), |service| format!("Some({service})")),
        either("operation_id"),
        row["spelling"].is_null(),
        !row.is_null(),
        row["callback"].as_str(),
        row["flow"] == "seen",
        row["instead"].as_str(),
        row["deprecated"] == true,
        row["ends"].as_str(),
        row["kql"] == true,
    ))
}

/// A part of a path in lower case, but for the names in braces.
fn folded(part: &str) -> String {
    match part.split_once('{') {
        Some((before, name)) => format!("{}{{{name}", before.to_ascii_lowercase()),
        None => part.to_ascii_lowercase(),
    }
}

fn service(name: &str) -> Result<&'static str, String> {
    match name {
        "graph" => Ok("Service::Graph"),
        "defender" => Ok("Service::Defender"),
        "arm" => Ok("Service::Arm"),
        "storage" => Ok("Service::Storage"),
        other => Err(format!("`{other}` is no service")),
    }
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

fn yaml(file: &Path) -> Result<Value, Box<dyn Error>> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(serde_yaml::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?)
}
