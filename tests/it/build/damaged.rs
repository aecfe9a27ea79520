//! Damaged inputs: whatever happens to an export, a review or a profile, there is an answer and it can be drawn.

use annotate_snippets::Renderer;
use counterflow::base::source::Source;
use counterflow::emit::Target;
use counterflow::ingest::incident::Form;
use counterflow::pipeline::{self, Inputs, Options};
use counterflow::report::{Report, json, text};
use counterflow::select::Mode;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::support;

/// That many cases; what fails is printed and written nowhere.
fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// What happens to a text.
#[derive(Debug, Clone)]
enum Damage {
    /// The rest is lost.
    Cut,
    /// One byte is another.
    Byte(u8),
    /// A stretch is lost.
    Hole(usize),
    /// Something stands there that should not.
    Extra(&'static str),
}

/// What editors and attackers leave behind.
const EXTRAS: &[&str] = &[
    "\"",
    "'",
    "{",
    "}",
    "[",
    "]",
    ":",
    ": ",
    "\n",
    "\n  ",
    "\t",
    "- ",
    "&a ",
    "*a",
    "!tag ",
    "|\n",
    ">-\n",
    "#",
    "?",
    "---\n",
    "null",
    "true",
    "1e999",
    "\u{FEFF}",
    "\u{202E}",
    "\0",
    "\\ud800",
    "<<: ",
    "%YAML 9.9\n",
    "@{x()}",
    "é",
];

fn damage() -> impl Strategy<Value = Damage> {
    prop_oneof![
        1 => Just(Damage::Cut),
        3 => any::<u8>().prop_map(Damage::Byte),
        2 => (1..200_usize).prop_map(Damage::Hole),
        3 => prop::sample::select(EXTRAS).prop_map(Damage::Extra),
    ]
}

fn damaged(text: &str, harm: &[(Index, Damage)]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for (place, damage) in harm {
        let at = place.index(bytes.len() + 1);
        match damage {
            Damage::Cut => bytes.truncate(at),
            Damage::Byte(byte) => bytes.get_mut(at).into_iter().for_each(|old| *old = *byte),
            Damage::Hole(length) => drop(bytes.drain(at..(at + length).min(bytes.len()))),
            Damage::Extra(text) => drop(bytes.splice(at..at, text.bytes())),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The report can be drawn and written, and every finding lies inside its file.
fn is_well_placed(report: &Report) {
    text::render(report, &Renderer::plain());
    json::render(report);
    for file in &report.files {
        let lines = file.source.text().split('\n').count();
        for found in &file.findings {
            let message = &found.diagnostic.message;
            assert!(found.start.line >= 1 && found.start.column >= 1, "{message}");
            assert!(found.start.line <= lines && found.start <= found.end, "{message} at {:?}", found.start);
        }
    }
}

fn example(file: &str) -> String {
    std::fs::read_to_string(support::root().join("examples/phishing").join(file)).unwrap()
}

/// Real exports of moderate size, and that of the example.
fn real_exports() -> Vec<String> {
    let shared = Form::ALL.iter().flat_map(|form| support::exports(*form).into_values());
    shared.filter(|text| text.len() < 50_000).chain([example("incident.json")]).collect()
}

#[test]
fn damaged_exports_never_panic() {
    let exports = real_exports();
    let harm = prop::collection::vec((any::<Index>(), damage()), 1..4);
    proptest!(cases(200), |(which in any::<Index>(), harm in harm, one_shot in any::<bool>())| {
        let inputs = support::inputs(damaged(which.get::<String>(&exports), &harm));
        let mode = if one_shot { Mode::OneShot } else { Mode::Reusable };
        let outcome = support::build(&inputs, mode);
        prop_assert!(outcome.value.is_some() != (outcome.report.counts().errors > 0));
        is_well_placed(&outcome.report);
    });
}

#[test]
fn cut_exports_never_panic() {
    for export in real_exports() {
        for end in
            (0..export.len()).step_by(1 + export.len() / 12).filter(|end| export.is_char_boundary(*end))
        {
            let outcome = support::build(&support::inputs(&export[..end]), Mode::Reusable);
            assert!(outcome.value.is_none(), "half an export was built");
            is_well_placed(&outcome.report);
        }
    }
}

#[test]
fn damaged_reviews_and_profiles_never_panic() {
    let (incident, review, profile) =
        (example("incident.json"), example("review.yaml"), example("profile.yaml"));
    let options = Options { incident: None, mode: Mode::Reusable, targets: vec![Target::LogicApp] };
    let harm = || prop::collection::vec((any::<Index>(), damage()), 0..4);
    proptest!(cases(300), |(of_review in harm(), of_profile in harm())| {
        let source = |name: &str, text: &str, harm: &[(Index, Damage)]| Some(Source::new(name, damaged(text, harm)));
        let inputs = Inputs {
            review: source("review.yaml", &review, &of_review),
            profile: source("profile.yaml", &profile, &of_profile),
            ..support::inputs(incident.clone())
        };
        let outcome = pipeline::plan(&inputs, &options);
        prop_assert!(outcome.value.is_some() != (outcome.report.counts().errors > 0));
        is_well_placed(&outcome.report);
    });
}

#[test]
fn a_small_slip_in_a_review_is_shown_where_it_is() {
    let (incident, review) = (example("incident.json"), example("review.yaml"));
    for (from, to) in [
        ("classification: true-positive", "classification: true-positiv"),
        ("  confirmed: [", "  confirmd: ["),
        ("    decision: forbid", "    decision: forbidden"),
        ("    minutes: 12", "    minutes: twelve"),
    ] {
        assert!(review.contains(from), "the example has no longer {from}");
        let expected = review.lines().position(|line| line.contains(from)).unwrap() + 1;
        let review = Some(Source::new("review.yaml", review.replacen(from, to, 1)));
        let outcome =
            pipeline::plan(&Inputs { review, ..support::inputs(incident.clone()) }, &Options::default());
        let found: Vec<_> = outcome.report.findings().filter(|found| found.diagnostic.is_error()).collect();
        assert!(outcome.value.is_none() && !found.is_empty(), "{to} was accepted");
        for found in found {
            assert_eq!(
                (found.path.as_str(), found.start.line),
                ("review.yaml", expected),
                "{to}: {}",
                found.diagnostic.message
            );
        }
    }
}

#[test]
fn a_character_that_yaml_refuses_is_shown_where_it_is() {
    let review = Some(Source::new("review.yaml", "incident: 48127\nreviewed:\n  by: [\"a\u{0}b\"]\n"));
    let outcome =
        pipeline::plan(&Inputs { review, ..support::inputs(example("incident.json")) }, &Options::default());
    let found: Vec<_> =
        outcome.report.findings().map(|found| (found.start.line, found.start.column)).collect();
    assert_eq!(found, [(3, 10)]);
}
