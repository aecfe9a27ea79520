//! The rules of the house that a program can check: who imports whom, who may touch the outside, how long a file is.
//!
//! Each checker is a function from text to findings and has a test on small strings, so that a rule that has stopped
//! working is seen. One walk then applies them all to the checkout; `ARCHITECTURE.md` says why each rule is there.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking and tells what it saw"
)]

use std::fs;
use std::path::{Path, PathBuf};

mod code;

use code::{code_of, paths};

/// The modules of the library. Each may import from those before it and from no other.
const LAYERS: [&str; 12] = [
    "base", "expr", "data", "workflow", "ingest", "review", "select", "plan", "emit", "check", "report",
    "pipeline",
];

/// What the order alone would allow and the design does not: checker and compiler know nothing of each other.
const NEVER: &[(&str, &[&str])] = &[("check", &["ingest", "review", "select", "plan", "emit"])];

/// Macros stand at the root of the crate wherever they are written; these come from `base`.
const ROOT_MACROS: &[&str] = &["rule"];

/// Paths by which a library would reach files, surroundings, streams, network or clock.
const OUTSIDE: &[&[&str]] = &[
    &["std", "fs"],
    &["std", "env"],
    &["std", "process"],
    &["io", "stdin"],
    &["io", "stdout"],
    &["io", "stderr"],
    &["TcpListener"],
    &["TcpStream"],
    &["UdpSocket"],
    &["SystemTime"],
    &["Instant"],
];

/// Macros that write on a terminal.
const PRINTING: &[&str] = &["print!", "println!", "eprint!", "eprintln!"];

/// Types whose order differs from run to run.
const HASHED: &[&str] = &["HashMap", "HashSet"];

// Taken apart, because these lines are searched too.
const UNFINISHED: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X"),
    concat!("to", "do!"),
    concat!("unimple", "mented!"),
];
const MACHINES: &[&str] = &[concat!("/wo", "rk/"), concat!("/tm", "p/")];

/// The most lines of a source file.
const LONGEST: usize = 600;

/// A line, counted from 1, and what is wrong with it.
type Finding = (usize, String);

#[test]
fn the_house_is_tidy() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let files = texts(root);
    let changes = fs::read_to_string(root.join("CHANGELOG.md")).unwrap();
    let judged = files.iter().map(|(name, text)| (name.as_str(), judge(name, text)));
    let found: Vec<String> = judged
        .chain([("CHANGELOG.md", changelog(&changes))])
        .flat_map(|(name, found)| found.into_iter().map(move |(line, what)| format!("{name}:{line}: {what}")))
        .collect();
    assert!(found.is_empty(), "{} findings:\n{}", found.len(), found.join("\n"));

    let sources = files.iter().filter(|(name, _)| is_source(name)).count();
    assert!(sources > LAYERS.len(), "the walk saw {sources} source files only");
    println!("{sources} source files among {} texts", files.len());
}

/// Every rule that applies to a file of that name, relative to the root and with `/`.
fn judge(name: &str, text: &str) -> Vec<Finding> {
    let mut found = machines(text);
    if name.ends_with(".rs") {
        found.extend(words(text, UNFINISHED, "finish it, or leave it out and say so in the change log"));
        found.extend(words(
            &code_of(text),
            HASHED,
            "its order changes: use BTreeMap, IndexMap or a set like them",
        ));
    }
    if is_source(name) {
        found.extend(header(text));
        found.extend(length(text));
        let module = module_of(name);
        if module.first().is_some_and(|top| *top != "cli") {
            let code = code_of(text);
            found.extend(imports(&module, &code));
            found.extend(outside(&code));
        }
    }
    found
}

fn is_source(name: &str) -> bool {
    name.starts_with("src/") && name.ends_with(".rs")
}

/// The path of modules that a source file is; empty for the two roots.
fn module_of(name: &str) -> Vec<&str> {
    let path = name.strip_prefix("src/").and_then(|path| path.strip_suffix(".rs")).unwrap_or(name);
    let mut module: Vec<&str> = path.split('/').collect();
    if matches!(module.last(), Some(&("mod" | "lib" | "main"))) {
        module.pop();
    }
    module
}

/// Imports against the order of the modules, through `crate::` or by climbing with `super::`.
fn imports(module: &[&str], code: &str) -> Vec<Finding> {
    let own = module[0];
    let rank = |name: &str| LAYERS.iter().position(|layer| *layer == name);
    let Some(own_rank) = rank(own) else {
        return vec![(1, format!("`{own}` has no place in the order of modules: add it to LAYERS"))];
    };
    let never = NEVER.iter().filter(|(from, _)| *from == own).flat_map(|(_, to)| to.iter());
    let never: Vec<&str> = never.copied().collect();
    let mut found = Vec::new();
    for (line, path) in paths(code) {
        let climbed = path.iter().take_while(|part| **part == "super").count();
        let name = match path.as_slice() {
            ["crate", name, ..] if !ROOT_MACROS.contains(name) && *name != "self" => *name,
            _ if climbed == module.len() => match path.get(climbed) {
                Some(name) if rank(name).is_some() => *name,
                _ => continue,
            },
            _ => continue,
        };
        match rank(name) {
            None => found.push((line, format!("`crate::{name}` has no place in the order of modules"))),
            Some(at) if at > own_rank || never.contains(&name) => {
                found.push((line, format!("`{own}` must not import from `{name}`")));
            }
            Some(_) => {}
        }
    }
    found
}

/// Files, surroundings, streams, clock: only the command line has them.
fn outside(code: &str) -> Vec<Finding> {
    let mut found = words(code, PRINTING, "the library writes on no terminal: return it");
    for (line, path) in paths(code) {
        if let Some(way) = OUTSIDE.iter().find(|way| path.windows(way.len()).any(|part| part == **way)) {
            let way = way.join("::");
            found.push((line, format!("the library must not use `{way}`: only src/cli touches the outside")));
        }
    }
    found
}

fn header(text: &str) -> Vec<Finding> {
    if text.starts_with("//!") {
        return Vec::new();
    }
    vec![(1, "a source file begins with `//!` and says what it is for".to_owned())]
}

fn length(text: &str) -> Vec<Finding> {
    let lines = text.lines().count();
    if lines <= LONGEST {
        return Vec::new();
    }
    vec![(lines, format!("{lines} lines, and at most {LONGEST} are allowed: split it by what its parts do"))]
}

/// Places of one person's machine, which mean nothing in any other checkout.
fn machines(text: &str) -> Vec<Finding> {
    let hits = text.lines().enumerate().filter(|(_, line)| MACHINES.iter().any(|place| line.contains(place)));
    hits.map(|(at, line)| (at + 1, format!("a place of one machine: {}", line.trim()))).collect()
}

fn changelog(text: &str) -> Vec<Finding> {
    if text.lines().any(|line| matches!(line.trim_end(), "## Unreleased" | "## [Unreleased]")) {
        return Vec::new();
    }
    vec![(1, "there is no section `## [Unreleased]` for the next change to go into".to_owned())]
}

/// The lines that hold one of some words, not as a part of a longer one.
fn words(text: &str, wanted: &[&str], advice: &str) -> Vec<Finding> {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let holds = |line: &str, word: &str| {
        line.match_indices(word).any(|(at, _)| {
            let behind = line[at + word.len()..].chars().next();
            !is_part(line[..at].chars().next_back()) && (word.ends_with('!') || !is_part(behind))
        })
    };
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let hits = wanted.iter().filter(|word| holds(line, word));
        found.extend(hits.map(|word| (at + 1, format!("`{word}`: {advice}"))));
    }
    found
}

/// Code, prose and configuration of the checkout: name relative to the root, with `/`, and text. What is built and what
/// is data (JSON, tables) is left out.
fn texts(root: &Path) -> Vec<(String, String)> {
    const ENDINGS: [&str; 8] = ["rs", "md", "toml", "yaml", "yml", "py", "sh", "mjs"];
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
            if path.is_dir() {
                if !["target", ".git"].contains(&name.as_str()) {
                    folders.push(path);
                }
            } else if ENDINGS.contains(&ending) || name.starts_with(".ci/") {
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(found: Vec<Finding>) -> Vec<usize> {
        found.into_iter().map(|(line, _)| line).collect()
    }

    fn imported(name: &str, text: &str) -> Vec<usize> {
        lines(imports(&module_of(name), &code_of(text)))
    }

    #[test]
    fn the_name_of_a_file_tells_its_module() {
        assert_eq!(
            module_of("src/check/rules/graph/unknown_status.rs"),
            ["check", "rules", "graph", "unknown_status"]
        );
        assert_eq!(module_of("src/check/mod.rs"), ["check"]);
        assert_eq!(module_of("src/review.rs"), ["review"]);
        assert!(module_of("src/lib.rs").is_empty() && module_of("src/main.rs").is_empty());
    }

    #[test]
    fn imports_go_upwards_only() {
        assert_eq!(
            imported("src/plan/build.rs", "use crate::select::Mode;\nuse crate::base::graph;"),
            [0; 0]
        );
        assert_eq!(imported("src/base/yaml.rs", "use crate::base::source;\nuse crate::expr::Expr;"), [2]);
        assert_eq!(imported("src/plan/ir.rs", "fn f() {\n    let x = crate::emit::emit;\n}"), [2]);
        assert_eq!(imported("src/emit/sink.rs", "use crate::{base::json, data, check::{self}};"), [1]);
        assert_eq!(
            imported("src/report/plan.rs", "use crate::{\n    check,\n    plan::Playbook,\n};"),
            [0; 0]
        );
        assert_eq!(imported("src/select/codes.rs", "crate::rule! {}\npub(crate) fn f() {}"), [0; 0]);
    }

    #[test]
    fn the_checker_does_not_know_the_compiler() {
        for module in ["ingest", "review", "select", "plan", "emit"] {
            assert_eq!(imported("src/check/file.rs", &format!("use crate::{module}::x;")), [1], "{module}");
            assert_eq!(
                imported("src/report/mod.rs", &format!("use crate::{module}::x;")),
                [0; 0],
                "{module}"
            );
        }
        assert_eq!(imported("src/emit/mod.rs", "use crate::check;"), [1]);
    }

    #[test]
    fn a_climb_with_super_is_an_import_too() {
        assert_eq!(imported("src/check/mod.rs", "use super::plan::ir;"), [1]);
        assert_eq!(imported("src/check/rules/mod.rs", "use super::super::emit;"), [1]);
        assert_eq!(imported("src/check/rules/mod.rs", "use super::plan;\nuse super::super::base;"), [0; 0]);
    }

    #[test]
    fn a_module_that_nobody_has_placed_is_reported() {
        assert_eq!(imported("src/simulate/mod.rs", "use crate::base;"), [1]);
        assert_eq!(imported("src/check/mod.rs", "use crate::cli::output;"), [1]);
    }

    #[test]
    fn the_library_stays_inside() {
        let found = |code: &str| lines(outside(&code_of(code)));
        assert_eq!(found("use std::io::{Cursor, Write};\nuse std::fmt::Write as _;"), [0; 0]);
        assert_eq!(found("use std::{fmt, fs};"), [1]);
        assert_eq!(found("let x = 1;\nlet home = std::env::var(\"HOME\");"), [2]);
        assert_eq!(found("use std::io;\nfn f() { io::stdin(); }"), [2]);
        assert_eq!(found("use std::time::SystemTime;"), [1]);
        assert_eq!(found("println!(\"x\");\nwriteln!(out, \"println!\");\nmy_println!();"), [1]);
    }

    #[test]
    fn the_rules_about_text_can_fail() {
        assert_eq!(lines(header("//! What it is for.\n")), [0; 0]);
        assert_eq!(lines(header("use std::fmt;\n")), [1]);
        assert_eq!(lines(length(&"x\n".repeat(LONGEST))), [0; 0]);
        assert_eq!(lines(length(&"x\n".repeat(LONGEST + 1))), [LONGEST + 1]);
        for word in UNFINISHED {
            assert_eq!(lines(judge("tests/it/a.rs", &format!("fn f() {{\n    {word}()\n}}"))), [2], "{word}");
        }
        assert_eq!(lines(judge("src/main.rs", "//! An escape is `\\uXXXX`.\n")), [0; 0]);
        for name in HASHED {
            assert_eq!(
                lines(judge("src/cli/a.rs", &format!("//! No {name}.\nuse a::{name};"))),
                [2],
                "{name}"
            );
        }
        for place in MACHINES {
            assert_eq!(lines(judge("README.md", &format!("Run it in\n`{place}main`"))), [2], "{place}");
        }
        assert_eq!(lines(changelog("# Changelog\n\n## [Unreleased]\n")), [0; 0]);
        assert_eq!(lines(changelog("# Changelog\n\nUnreleased\n")), [1]);
    }
}
