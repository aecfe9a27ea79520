//! From the paths that were named to the files to check, those that belong together in one unit.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ignore::WalkBuilder;

use counterflow::pipeline::check::Unit;
use counterflow::workflow::bundle::{Group, GroupKind, group};
use counterflow::workflow::layout::{COMPANIONS, Role, is_wanted};

use super::{Failure, input, output};

/// The units of paths, in the order in which they were named; in a folder by name. What is named twice, as a file and with
/// its folder, is checked once.
///
/// Folders are walked without following links, and without what `.gitignore` and `.ignore` name there. A workflow of a
/// Standard project that is named alone brings the files beside it.
pub(super) fn units(paths: &[PathBuf]) -> Result<Vec<Unit>, Failure> {
    let mut units = Vec::new();
    for path in paths {
        let path = &below_here(path);
        if path == Path::new("-") {
            units.push(alone("-".to_owned(), true));
            continue;
        }
        let kind = std::fs::metadata(path).map_err(|error| Failure::io(shown(path), error))?;
        if kind.is_dir() {
            units.extend(folder(path)?);
        } else {
            units.push(with_companions(path).unwrap_or_else(|| alone(shown(path), true)));
        }
    }
    if paths.len() > 1 {
        once(&mut units);
    }
    Ok(units)
}

/// The folders among the paths, as files in them are named.
pub(super) fn folders(paths: &[PathBuf]) -> Vec<String> {
    let paths = paths.iter().map(|path| below_here(path)).filter(|path| path.is_dir());
    paths.map(|path| shown(&path).trim_end_matches('/').to_owned()).collect()
}

/// A path as it leads from the folder in which the command runs: configuration and baseline know files by such names.
fn below_here(path: &Path) -> PathBuf {
    let here = std::env::current_dir().ok();
    let path = here.as_deref().and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path);
    if path.as_os_str().is_empty() { PathBuf::from(".") } else { path.to_owned() }
}

/// Leaves out files that stand in an earlier unit, however they are called. One that was named outright counts as such.
fn once(units: &mut Vec<Unit>) {
    let real = |name: &String| Path::new(name).canonicalize().unwrap_or_else(|_| name.into());
    let mut seen: BTreeMap<PathBuf, usize> = BTreeMap::new();
    let mut kept: Vec<Unit> = Vec::new();
    for mut unit in std::mem::take(units) {
        let workflows = unit.group.files.iter().filter(|(_, role)| *role == Role::Workflow);
        let workflows: Vec<(String, PathBuf)> =
            workflows.map(|(name, _)| (name.clone(), real(name))).collect();
        for (name, real) in workflows {
            match seen.get(&real) {
                Some(at) => {
                    kept[*at].is_asked |= unit.is_asked;
                    unit.group.files.retain(|(other, _)| *other != name);
                    unit.group.is_whole = false;
                }
                None => drop(seen.insert(real, kept.len())),
            }
        }
        if unit.group.files.iter().any(|(_, role)| *role == Role::Workflow) {
            kept.push(unit);
        }
    }
    *units = kept;
}

fn alone(name: String, is_asked: bool) -> Unit {
    let group = Group { kind: GroupKind::Alone, files: vec![(name, Role::Workflow)], is_whole: true };
    Unit { group, is_asked }
}

fn folder(path: &Path) -> Result<Vec<Unit>, Failure> {
    // What a user's own git leaves out does not decide about a check.
    let mut walk = WalkBuilder::new(path);
    walk.require_git(false).git_global(false).sort_by_file_name(Ord::cmp);
    let mut names = Vec::new();
    let mut archives = Vec::new();
    for entry in walk.build() {
        let entry = entry.map_err(|error| {
            let message = error.to_string();
            Failure::io(shown(path), error.into_io_error().unwrap_or_else(|| std::io::Error::other(message)))
        })?;
        if !entry.file_type().is_some_and(|kind| kind.is_file()) {
            continue;
        }
        if entry.path().to_str().is_none() {
            output::note_line(&format!("{}: passed over, its name is no Unicode", shown(entry.path())));
            continue;
        }
        let name = shown(entry.path());
        if is_wanted(&name) {
            names.push(name);
        } else if name.to_ascii_lowercase().ends_with(".zip") {
            archives.push(name);
        }
    }
    let groups = group(&names, false).into_iter();
    let mut units: Vec<Unit> =
        groups.map(|group| Unit { is_asked: group.kind.is_told_by_names(), group }).collect();
    units.extend(archives.into_iter().map(|name| alone(name, false)));
    units.sort_by(|a, b| a.group.files.cmp(&b.group.files));
    Ok(units)
}

/// A `workflow.json` with the shared files of its project, where there are any.
fn with_companions(path: &Path) -> Option<Unit> {
    if !path.file_name()?.eq_ignore_ascii_case("workflow.json") {
        return None;
    }
    // The folder around the one that the file is in: written with `..` only where the path does not tell it.
    let beside = path.parent()?;
    let around = match beside.parent() {
        Some(around) if !beside.as_os_str().is_empty() => around.to_owned(),
        _ => beside.join(".."),
    };
    let named = shown(path);
    for folder in [around.as_path(), beside] {
        let files: Vec<(String, Role)> = COMPANIONS
            .into_iter()
            .map(|(file, role)| (folder.join(file), role))
            .filter(|(file, _)| file.is_file())
            .map(|(file, role)| (shown(&file), role))
            .collect();
        if !files.is_empty() {
            let files = files.into_iter().chain([(named, Role::Workflow)]).collect();
            let group = Group { kind: GroupKind::Project, files, is_whole: false };
            return Some(Unit { group, is_asked: true });
        }
    }
    None
}

/// A path as it is shown, and given to be read: with `/`, and without a `./` that says nothing.
fn shown(path: &Path) -> String {
    let name = input::name(path);
    match name.strip_prefix("./") {
        Some(rest) if !rest.is_empty() => rest.to_owned(),
        _ => name,
    }
}
