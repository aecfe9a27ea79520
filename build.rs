//! Packs the data that the binary carries: the operation catalogue (YAML made into one JSON text per operation, indexed
//! by id, so that nothing is parsed at start), the pattern library (as it is to be shown, as JSON to be read) and the schemas
//! (as they are).

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

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
    fs::write(out.join("schemas.rs"), texts("SCHEMAS", &root.join("schemas"), &schemas)?)?;
    Ok(())
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

/// `SIGNATURES`: what a call of each operation looks like, sorted by id; `HOSTS`: the web API behind each host.
fn signatures(folder: &Path) -> Result<String, Box<dyn Error>> {
    let service = |name: &str| match name {
        "graph" => Ok("Service::Graph"),
        "defender" => Ok("Service::Defender"),
        "arm" => Ok("Service::Arm"),
        "storage" => Ok("Service::Storage"),
        other => Err(format!("`{other}` is no service")),
    };
    let mut rows = Vec::new();
    for file in files(&folder.join("catalogue"), "yaml")? {
        let value = yaml(&file)?;
        for entry in value["operations"].as_array().into_iter().flatten() {
            let service = entry["service"].as_str().map(service).transpose()?;
            let method = entry["method"].as_str().filter(|_| entry["webhook"] != true);
            let id = entry["id"].as_str().unwrap_or_default().to_owned();
            let fields = entry["response"]["fields"].as_object().into_iter().flatten();
            let mut answer: Vec<_> =
                fields.map(|(path, kind)| (path, kind.as_str().unwrap_or_default())).collect();
            answer.sort();
            let row = format!(
                "Signature {{ id: {id:?}, connector: {:?}, service: {}, method: {method:?}, path: {:?}, \
                 operation_id: {:?}, answer: &{answer:?} }}",
                entry["connector"].as_str().unwrap_or_default(),
                service.map_or("None".to_owned(), |service| format!("Some({service})")),
                entry["path"].as_str(),
                entry["operation_id"].as_str(),
            );
            rows.push((id, row));
        }
    }
    rows.sort();
    let mut code = "static SIGNATURES: &[Signature] = &[\n".to_owned();
    for (_, row) in rows {
        writeln!(code, "    {row},")?;
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

fn yaml(file: &Path) -> Result<serde_json::Value, Box<dyn Error>> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(serde_yaml::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?)
}
