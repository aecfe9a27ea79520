//! What both benchmarks measure with: times, and what a whole run of the program takes.

use std::ffi::OsStr;
use std::process::Command;
use std::time::{Duration, Instant};

/// The binary that was built with the benchmark.
const BINARY: &str = env!("CARGO_BIN_EXE_counterflow");

/// The shortest time of several: whatever disturbs only makes it longer.
pub(crate) fn fastest(rounds: usize, mut work: impl FnMut()) -> Duration {
    let time = |_| {
        let start = Instant::now();
        work();
        start.elapsed()
    };
    (0..rounds).map(time).min().unwrap_or_default()
}

/// How long a run of the program takes from its start to its end, and how long any program takes.
pub(crate) fn run_time(arguments: &[&OsStr]) -> (Duration, Duration) {
    let run = |binary: &str, arguments: &[&OsStr]| {
        fastest(40, || {
            Command::new(binary).args(arguments).output().unwrap();
        })
    };
    (run(BINARY, arguments), run("true", &[]))
}

/// The largest resident size of a run, in kilobytes, as the program `time` tells it; none where that is not there.
pub(crate) fn peak(arguments: &[&OsStr]) -> Option<u64> {
    let mut timed = Command::new("/usr/bin/time");
    let told = timed.args(["-f", "%M", BINARY]).args(arguments).output().ok()?;
    String::from_utf8_lossy(&told.stderr).lines().last()?.parse().ok()
}

/// A time in milliseconds.
pub(crate) fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}
