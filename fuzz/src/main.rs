//! The driver for stable Rust: takes files of a folder, changes them in many small ways, and gives them to a target.
//!
//! `counterflow-fuzz TARGET SECONDS FOLDER [SEED]`. The same seed makes the same inputs in the same order. What makes a
//! target panic is written to `crash-TARGET.bin`, and the message says so. The number of executions is printed at the end.

use std::fs;
use std::panic;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use counterflow_fuzz::TARGETS;
use serde_json::Value;

mod tree;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, seconds, folder, rest @ ..] = &arguments[..] else {
        eprintln!("usage: counterflow-fuzz TARGET SECONDS FOLDER [SEED]");
        return ExitCode::from(2);
    };
    let Some((_, target)) = TARGETS.iter().find(|(known, _)| known == name) else {
        eprintln!("targets: {}", TARGETS.map(|(name, _)| name).join(", "));
        return ExitCode::from(2);
    };
    let Ok(seconds) = seconds.parse() else {
        eprintln!("`{seconds}` is no number of seconds");
        return ExitCode::from(2);
    };
    let seed = rest.first().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let seeds = seeds(name, Path::new(folder));
    if seeds.is_empty() {
        eprintln!("{folder}: no file to begin with");
        return ExitCode::from(2);
    }
    let trees: Vec<Value> = match name.as_str() {
        "check" | "incident" | "review" | "profile" | "pipeline" => {
            seeds.iter().filter_map(|seed| tree::read(seed)).collect()
        }
        _ => Vec::new(),
    };
    let mut random = Random(seed);
    let start = Instant::now();
    let (mut executions, mut slowest) = (0_u64, Duration::ZERO);
    while start.elapsed() < Duration::from_secs(seconds) {
        // Changed bytes find what the readers of text do wrong, changed trees what comes behind them.
        let input = match trees.len() {
            0 => mutated(&seeds, &mut random),
            _ if random.below(4) == 0 => mutated(&seeds, &mut random),
            _ => tree::mutated(&trees, &mut random),
        };
        let begun = Instant::now();
        if panic::catch_unwind(|| target(&input)).is_err() {
            let path = format!("crash-{name}.bin");
            let written = fs::write(&path, &input).is_ok();
            eprintln!("{name}: a panic after {executions} executions; the input is in {path}: {written}");
            return ExitCode::FAILURE;
        }
        slowest = slowest.max(begun.elapsed());
        executions += 1;
    }
    println!(
        "{name}: {executions} executions in {:.0} s from {} files, seed {seed}, the slowest {:.0} ms",
        start.elapsed().as_secs_f64(),
        seeds.len(),
        slowest.as_secs_f64() * 1e3
    );
    ExitCode::SUCCESS
}

/// What a target begins with: whole files or, for the languages in strings, the strings of these files.
fn seeds(target: &str, folder: &Path) -> Vec<Vec<u8>> {
    let endings: &[&str] = match target {
        "archive" => &["zip"],
        "yaml" => &["yaml", "yml", "xml", "json"],
        "review" | "profile" => &["yaml", "yml"],
        "incident" | "pipeline" => &["json", "ndjson"],
        _ => &["json"],
    };
    let mut files = Vec::new();
    let mut folders: Vec<PathBuf> = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default().to_owned();
            if path.is_dir() {
                folders.push(path);
            } else if endings.contains(&ending.as_str()) {
                files.push(path);
            }
        }
    }
    files.sort();
    if matches!(target, "review" | "profile") {
        // A folder of examples holds both.
        files.retain(|path| path.file_stem().is_some_and(|stem| stem == target));
    }
    let texts: Vec<Vec<u8>> = files.iter().filter_map(|path| fs::read(path).ok()).collect();
    match target {
        "expression" => strings(&texts, |text| text.contains('@')),
        "arm" => strings(&texts, |text| text.starts_with('[')),
        _ => texts.into_iter().filter(|text| text.len() < 100_000).collect(),
    }
}

/// The strings of JSON files that are wanted, each once.
fn strings(texts: &[Vec<u8>], is_wanted: fn(&str) -> bool) -> Vec<Vec<u8>> {
    let mut found = std::collections::BTreeSet::new();
    for text in texts.iter().filter_map(|text| std::str::from_utf8(text).ok()) {
        let Ok(document) = counterflow::base::json::Document::parse(text) else { continue };
        let strings = document.root().descendants().filter_map(|node| node.as_str());
        found.extend(strings.filter(|text| is_wanted(text)).map(|text| text.as_bytes().to_vec()));
    }
    found.into_iter().collect()
}

/// Pieces that mean something to one of the readers.
const PIECES: &[&[u8]] = &[
    b"\"",
    b"\\",
    b"{",
    b"}",
    b"[",
    b"]",
    b",",
    b":",
    b"'",
    b"''",
    b"@",
    b"@@",
    b"@{",
    b"}",
    b"(",
    b")",
    b"?",
    b".",
    b"[[",
    b"[variables('a')]",
    b"[concat(",
    b"\\ud83d",
    b"\\u0000",
    b"\0",
    b"\xFF",
    b"\xEF\xBB\xBF",
    b"\xFF\xFE",
    b"null",
    b"true",
    b"1e999",
    b"-0",
    b"9223372036854775808",
    "é\u{10FFFF}".as_bytes(),
    b"\r\n",
    b"\t",
    b"- ",
    b"? ",
    b"&a",
    b"*a",
    b"!!str",
    b"|\n",
    b"<a>",
    b"</a>",
    b"<a b='c'/>",
    b"&amp;",
    b"&#x0;",
    b"<![CDATA[",
    b"]]>",
    b"<!--",
    b"PK\x03\x04",
    b"PK\x01\x02",
    b"PK\x05\x06",
    b"Workflows/",
    b"\"actions\":{",
    b"\"runAfter\":{",
    b"\"type\":",
    b"\"foreach\":",
    b"items('",
    b"body('",
    b"variables('",
    b"parameters('$connections')",
];

/// A seed with one to eight changes.
fn mutated(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let mut input = seeds[random.below(seeds.len())].clone();
    for _ in 0..=random.below(8) {
        let at = random.below(input.len() + 1);
        match random.below(8) {
            0 => input.truncate(at),
            1 if at < input.len() => input[at] ^= 1 << random.below(8),
            2 if at < input.len() => input[at] = random.below(256) as u8,
            3 => drop(input.drain(at..(at + random.below(64)).min(input.len()))),
            4 => {
                let end = (at + random.below(200)).min(input.len());
                let piece = input[at..end].to_vec();
                let to = random.below(input.len() + 1);
                input.splice(to..to, piece);
            }
            5 => {
                let other = &seeds[random.below(seeds.len())];
                let from = random.below(other.len() + 1);
                let piece = other[from..(from + random.below(300)).min(other.len())].to_vec();
                input.splice(at..at, piece);
            }
            _ => {
                let piece = PIECES[random.below(PIECES.len())];
                input.splice(at..at, piece.iter().copied());
            }
        }
    }
    input
}

/// SplitMix64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `limit`; 0 where there is none.
    fn below(&mut self, limit: usize) -> usize {
        if limit == 0 { 0 } else { (self.next() % limit as u64) as usize }
    }
}
