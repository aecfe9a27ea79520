//! How long the stages of a build take, and how much memory a whole one holds at its peak.
//!
//! `cargo bench` prints both. The inputs are the example and, where the folder `shared` lies beside the checkout, the largest
//! published export; a thing is to be judged by its ratio to reading the same bytes as JSON, which every machine has.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a benchmark fails by panicking, prints, and looks at the time"
)]

use std::fs;
use std::path::{Path, PathBuf};

use counterflow::base::json::Document;
use counterflow::base::source::Source;
use counterflow::check;
use counterflow::emit::Target;
use counterflow::pipeline::{self, Inputs, Options};
use counterflow::select::{Library, Mode};
use divan::{AllocProfiler, Bencher, black_box};

use measure::ms;

mod measure;

/// Counts what is allocated; divan prints it beside the times.
#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

/// The example, and the largest of the published exports.
const INPUTS: [&str; 2] = ["example", "largest"];

fn main() {
    ratios();
    start_and_peak();
    divan::main();
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The inputs of that name; none where the published exports are not here.
fn inputs(name: &str) -> Option<Inputs> {
    let read = |path: PathBuf| {
        fs::read_to_string(&path).ok().map(|text| Source::new(path.to_string_lossy().into_owned(), text))
    };
    let example = root().join("examples/phishing");
    if name == "example" {
        return Some(Inputs {
            incident: read(example.join("incident.json"))?,
            review: read(example.join("review.yaml")),
            profile: read(example.join("profile.yaml")),
        });
    }
    Some(Inputs { incident: read(largest()?)?, review: None, profile: None })
}

/// The largest incident among the published exports.
fn largest() -> Option<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root().join("../shared/incidents")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).ok()? {
            let path = entry.ok()?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push((fs::metadata(&path).ok()?.len(), path));
            }
        }
    }
    files.into_iter().max().map(|(_, path)| path)
}

fn options(mode: Mode) -> Options {
    Options { mode, targets: Target::ALL.to_vec(), ..Options::default() }
}

/// From bytes to artifacts, checked, for every target.
#[divan::bench(args = INPUTS)]
fn build(bencher: Bencher<'_, '_>, name: &str) {
    let Some(inputs) = inputs(name) else { return };
    bencher.bench(|| pipeline::build(black_box(&inputs), &options(Mode::Reusable)));
}

/// From bytes to a selection.
#[divan::bench(args = INPUTS)]
fn plan(bencher: Bencher<'_, '_>, name: &str) {
    let Some(inputs) = inputs(name) else { return };
    bencher.bench(|| pipeline::plan(black_box(&inputs), &options(Mode::Reusable)));
}

/// From bytes to an incident.
#[divan::bench(args = INPUTS)]
fn ingest(bencher: Bencher<'_, '_>, name: &str) {
    let Some(inputs) = inputs(name) else { return };
    bencher.bench(|| pipeline::incident(black_box(&inputs), &options(Mode::Reusable)));
}

/// The pattern library, which every plan goes through.
#[divan::bench]
fn library() -> Library {
    Library::bundled().clone()
}

/// The checker on a template of ours.
#[divan::bench]
fn check_template(bencher: Bencher<'_, '_>) {
    let built = pipeline::build(&inputs("example").unwrap(), &options(Mode::Reusable)).value.unwrap();
    let template = built.into_iter().find(|one| one.path.ends_with("azuredeploy.json")).unwrap();
    bencher.bench(|| check::check_artifacts(&[(&template.path, black_box(&template.bytes))]));
}

/// Times of a build as multiples of reading its input as JSON.
fn ratios() {
    for name in INPUTS {
        let Some(inputs) = inputs(name) else {
            println!("{name}: not here");
            continue;
        };
        let text = inputs.incident.text();
        let read = measure::fastest(20, || drop(black_box(Document::parse(text))));
        let mut files = 0;
        let build = measure::fastest(20, || {
            let built = pipeline::build(&inputs, &options(Mode::Reusable));
            files = built.value.map_or(0, |artifacts| artifacts.len());
        });
        println!(
            "{name}: {} bytes, read as JSON in {:.2} ms, built into {files} files in {:.1} ms: {:.0} times as long",
            text.len(),
            ms(read),
            ms(build),
            build.as_secs_f64() / read.as_secs_f64().max(1e-9),
        );
    }
}

/// The time of `--version`, and the peak of memory of a whole build, as the system counts it.
fn start_and_peak() {
    let (version, nothing) = measure::run_time(&["--version".as_ref()]);
    println!("--version: {:.1} ms, of which starting any program takes {:.1} ms", ms(version), ms(nothing));
    let Some(incident) = largest() else { return };
    let out = std::env::temp_dir().join(format!("counterflow-bench-{}", std::process::id()));
    let arguments = ["build".as_ref(), incident.as_os_str(), "--out".as_ref(), out.as_os_str()];
    if let Some(kilobytes) = measure::peak(&arguments) {
        println!("largest: a whole build holds {kilobytes} kB at its peak");
    }
    let _ = fs::remove_dir_all(out);
}
