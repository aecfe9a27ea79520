//! Reading files and standard input.

use std::io::Read;
use std::path::Path;
use std::sync::OnceLock;

use counterflow::base::source::{MAX_BYTES, Source};
use counterflow::pipeline::{self, Inputs};
use counterflow::report::Report;

use super::Failure;
use super::args::SourceOptions;

/// A path as it is shown, with `/` between its parts.
pub(super) fn name(path: &Path) -> String {
    let name = path.to_string_lossy();
    // Where `\` does not separate, it may be a part of a name.
    if cfg!(windows) { name.replace('\\', "/") } else { name.into_owned() }
}

/// The bytes of a file, or of standard input for `-`, with the name to show.
pub(super) fn bytes(path: &Path) -> Result<(String, Vec<u8>), Failure> {
    let limit = MAX_BYTES as u64 + 1;
    if path == Path::new("-") {
        // It can be read once, and a check that mends looks twice.
        static READ: OnceLock<Vec<u8>> = OnceLock::new();
        let name = "<stdin>".to_owned();
        if READ.get().is_none() {
            let mut bytes = Vec::new();
            std::io::stdin().lock().take(limit).read_to_end(&mut bytes).map_err(|e| Failure::io(&name, e))?;
            let _ = READ.set(bytes);
        }
        return Ok((name, READ.get().cloned().unwrap_or_default()));
    }
    let name = name(path);
    let file = std::fs::File::open(path).map_err(|error| Failure::io(&name, error))?;
    // Room for all of it, and for the end to be seen behind it.
    let size = file.metadata().map_or(0, |about| about.len()).min(limit);
    let mut bytes = Vec::with_capacity(size as usize + 1);
    file.take(limit).read_to_end(&mut bytes).map_err(|error| Failure::io(&name, error))?;
    Ok((name, bytes))
}

/// The decoded texts that a plan or build begins with; a file that is no text at all gives a report that says so.
pub(super) fn inputs(options: &SourceOptions) -> Result<Result<Inputs, Report>, Failure> {
    let paths = [Some(&options.incident), options.review.as_ref(), options.profile.as_ref()];
    if paths.into_iter().flatten().filter(|path| path.as_path() == Path::new("-")).count() > 1 {
        return Err(Failure::Usage(
            "standard input can be only one of incident, review and profile".to_owned(),
        ));
    }
    let decoded = |path: &Path| -> Result<Result<Source, Report>, Failure> {
        let (name, bytes) = bytes(path)?;
        Ok(Source::decode(name.as_str(), &bytes).map_err(|error| pipeline::undecodable(&name, &error)))
    };
    let optional = |path: &Option<std::path::PathBuf>| path.as_deref().map(decoded).transpose();
    let incident = decoded(&options.incident)?;
    let review = optional(&options.review)?.transpose();
    let profile = optional(&options.profile)?.transpose();
    Ok(match (incident, review, profile) {
        (Ok(incident), Ok(review), Ok(profile)) => Ok(Inputs { incident, review, profile }),
        (Err(report), ..) | (_, Err(report), _) | (_, _, Err(report)) => Err(report),
    })
}
