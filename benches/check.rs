//! How fast the checker is, on workflow definitions that others published.
//!
//! One run prints definitions and megabytes a second, on one thread and on all, the ratio to
//! `serde_json::from_slice::<Value>` on the same bytes on one thread, and where the time goes. The definitions are read
//! from a folder beside the checkout; without it nothing is measured. Run it with `cargo bench --bench check`.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark prints, looks at the time, and stops when it cannot run"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use counterflow::base::json::Document;
use counterflow::base::source::Source;
use counterflow::check::{self, Options};
use counterflow::workflow::{self, Workflows};
use rayon::prelude::*;
use serde_json::Value;

use measure::ms;

mod measure;

/// How often everything is done; the quickest counts, since whatever disturbs makes it slower.
const ROUNDS: usize = 15;

fn main() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    if !corpus.is_dir() {
        println!("skipped: the published definitions (../shared/corpus) are not here");
        return;
    }
    let files = files(&corpus);
    let size = files.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() as f64 / 1e6;
    let options = Options::default();
    let checked = |(name, bytes): &(String, Vec<u8>)| {
        let found = check::check_bytes(name, bytes, &options);
        found.iter().map(|one| one.definitions).sum::<usize>()
    };
    let definitions = files.iter().map(checked).sum::<usize>() as f64;
    println!("{} files, {definitions} definitions, {size:.1} MB", files.len());

    let bare =
        quickest(|| files.iter().filter(|(_, bytes)| serde_json::from_slice::<Value>(bytes).is_ok()).count());
    let one = quickest(|| files.iter().map(checked).sum());
    let all = quickest(|| files.par_iter().map(checked).sum());
    let row = |what: &str, time: Duration| {
        let seconds = time.as_secs_f64();
        println!(
            "{what:<38} {:>8.1} ms {:>9.0} definitions/s {:>7.1} MB/s",
            ms(time),
            definitions / seconds,
            size / seconds
        );
    };
    row("serde_json::from_slice::<Value>", bare);
    row("check, one thread", one);
    row(&format!("check, {} threads", rayon::current_num_threads()), all);
    println!("ratio to serde_json on one thread: {:.2}", one.as_secs_f64() / bare.as_secs_f64());

    println!("of that, on one thread:");
    let sources: Vec<Source> =
        files.iter().filter_map(|(name, bytes)| Source::decode(name.as_str(), bytes).ok()).collect();
    row(
        "  decoding",
        quickest(|| {
            files.iter().filter(|(name, bytes)| Source::decode(name.as_str(), bytes).is_ok()).count()
        }),
    );
    row(
        "  JSON with places",
        quickest(|| sources.iter().filter(|it| Document::parse(it.text()).is_ok()).count()),
    );
    let documents: Vec<Document<'_>> =
        sources.iter().filter_map(|it| Document::parse(it.text()).ok()).collect();
    row("  the read model", quickest(|| documents.iter().filter(|it| workflow::read(it).is_ok()).count()));
    let models: Vec<_> = documents.iter().filter_map(|it| workflow::read(it).ok()).collect();
    let expressions = || {
        let texts = |it: &Workflows<'_>| {
            it.definitions.iter().map(|one| one.texts(&it.templates).len()).sum::<usize>()
        };
        models.iter().map(texts).sum()
    };
    row("  expressions", quickest(expressions));
    whole_runs(&corpus, &corpus.join(&files[files.len() / 2].0));
}

/// The shortest time of several; the number keeps the work from being left out.
fn quickest(mut work: impl FnMut() -> usize) -> Duration {
    measure::fastest(ROUNDS, || {
        std::hint::black_box(work());
    })
}

/// One file from the start of the program to its end, and how much memory the corpus takes once and twice over.
fn whole_runs(corpus: &Path, file: &Path) {
    let (one, nothing) = measure::run_time(&["check".as_ref(), file.as_os_str()]);
    println!(
        "one file, from the start of the program: {:.1} ms; starting any program: {:.1} ms",
        ms(one),
        ms(nothing)
    );
    let corpus = corpus.as_os_str();
    let once = measure::peak(&["check".as_ref(), corpus]);
    let twice = measure::peak(&["check".as_ref(), corpus, corpus]);
    if let (Some(once), Some(twice)) = (once, twice) {
        println!("memory at its peak: {once} kB for the corpus, {twice} kB for it twice over");
    }
}

/// The files of the index, by name.
fn files(corpus: &Path) -> Vec<(String, Vec<u8>)> {
    let index: Vec<Value> = serde_json::from_slice(&fs::read(corpus.join("index.json")).unwrap()).unwrap();
    let mut names: Vec<PathBuf> = index.iter().map(|entry| entry["file"].as_str().unwrap().into()).collect();
    names.sort();
    names
        .into_iter()
        .map(|name| {
            let bytes = fs::read(corpus.join(&name)).unwrap();
            (name.to_string_lossy().into_owned(), bytes)
        })
        .collect()
}
