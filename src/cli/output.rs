//! Writing: standard streams, and folders that are written whole or not at all.

use std::collections::BTreeSet;
use std::fs;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use annotate_snippets::Renderer;
use anstream::{AutoStream, ColorChoice};

use counterflow::emit::Artifact;
use counterflow::report::{Report, text};

use super::Failure;

/// Writes to standard output. A reader that has gone away (`| head`) is no failure.
pub(super) fn stdout(text: &str) -> Result<(), Failure> {
    match std::io::stdout().lock().write_all(text.as_bytes()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::io("standard output", error))
        }
        _ => Ok(()),
    }
}

/// Prints a diff: byte for byte where a program reads it, and on a terminal with nothing in it that hides or turns text.
pub(super) fn diff(drawn: &str) -> Result<(), Failure> {
    if std::io::stdout().is_terminal() {
        let lines = drawn.split_inclusive('\n').map(|line| match line.strip_suffix("\r\n") {
            Some(line) => text::visible(line) + "\n",
            None => text::visible(line),
        });
        return stdout(&lines.collect::<String>());
    }
    stdout(drawn)
}

/// Draws a report on standard output, in colours on a terminal.
pub(super) fn report_to_stdout(report: &Report) -> Result<(), Failure> {
    stdout(&text::render(report, &renderer_for_stdout()))
}

/// How findings are drawn on standard output: in colours on a terminal.
pub(super) fn renderer_for_stdout() -> Renderer {
    renderer(AutoStream::choice(&std::io::stdout()), std::io::stdout().is_terminal())
}

/// The end of a report whose files were drawn as they came: the files that were not themselves checked, and the line
/// that sums up.
pub(super) fn end_of_report(report: &Report) -> Result<(), Failure> {
    let renderer = renderer_for_stdout();
    let mut out: String =
        report.files_apart().iter().map(|file| text::render_file(file, &renderer)).collect();
    out.push_str(&text::summary(report));
    out.push('\n');
    stdout(&out)
}

/// Draws a report on standard error, in colours on a terminal; nothing where nothing was found.
pub(super) fn report_to_stderr(report: &Report) {
    if report.findings().next().is_some() {
        let choice = AutoStream::choice(&std::io::stderr());
        let drawn = text::render(report, &renderer(choice, std::io::stderr().is_terminal()));
        let _ = std::io::stderr().lock().write_all(drawn.as_bytes());
    }
}

/// One line on standard error that is neither a finding nor a failure.
pub(super) fn note_line(message: &str) {
    let _ = writeln!(std::io::stderr().lock(), "{}", text::visible_line(message));
}

/// Writes one file, whole or not at all.
pub(super) fn file(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    // A link stays one: what it leads to is written.
    let real = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let path = real.as_path();
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}.new", std::process::id()));
    let beside = PathBuf::from(beside);
    let written = fs::write(&beside, bytes).and_then(|()| {
        if let Ok(there) = fs::metadata(path) {
            fs::set_permissions(&beside, there.permissions())?;
        }
        fs::rename(&beside, path)
    });
    written.map_err(|error| {
        let _ = fs::remove_file(&beside);
        Failure::io(path.display(), error)
    })
}

/// One line on standard error that is no finding.
pub(super) fn error_line(message: &str) {
    let _ = writeln!(std::io::stderr().lock(), "counterflow: {}", text::visible_line(message));
}

fn renderer(choice: ColorChoice, is_terminal: bool) -> Renderer {
    let renderer = if choice == ColorChoice::Never { Renderer::plain() } else { Renderer::styled() };
    // Lines of a document are cut to a narrow terminal, which would wrap them and leave the marks under nothing.
    let size = is_terminal.then(terminal_size::terminal_size).flatten();
    size.map_or(renderer.clone(), |(width, _)| renderer.term_width(usize::from(width.0).max(NARROWEST)))
}

/// The width below which a terminal is not taken at its word, in columns.
const NARROWEST: usize = 40;

/// Writes artifacts as the content of a folder. Everything goes to a new folder beside it first, which then takes its
/// place; so a failure on the way leaves what was there.
///
/// A folder with anything in it is replaced only if an earlier build made all of it (its `plan.json` says what).
pub(super) fn folder(out: &Path, artifacts: &[Artifact]) -> Result<(), Failure> {
    let out = &writable(out)?;
    let name = out.file_name().unwrap_or_default();
    let parent = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(|error| Failure::io(parent.display(), error))?;
    let beside = |ending: &str| {
        let mut path = parent.join(name).into_os_string();
        path.push(format!(".{}.{ending}", std::process::id()));
        PathBuf::from(path)
    };
    let (fresh, old) = (beside("new"), beside("old"));
    let swapped = write_all(&fresh, artifacts).and_then(|()| swap(out, &fresh, &old));
    if swapped.is_err() {
        let _ = fs::remove_dir_all(&fresh);
    }
    swapped
}

/// The folder that `--out` means, links resolved, if a build may write there.
pub(super) fn writable(out: &Path) -> Result<PathBuf, Failure> {
    let real = if out.exists() {
        out.canonicalize().map_err(|e| Failure::io(out.display(), e))?
    } else {
        out.to_owned()
    };
    let Some(_) = real.file_name() else {
        let what = "is no folder that can be replaced; name a folder below it";
        return Err(Failure::Usage(format!("{} {what}", out.display())));
    };
    if let Some(foreign) = if real.exists() { foreign(&real)? } else { None } {
        let what = "is nothing that a build made; name a new folder, or move it away";
        return Err(Failure::Usage(format!("{} {what}", out.join(foreign).display())));
    }
    Ok(real)
}

/// The first thing in a folder, by its path there, that the build which made the folder did not make.
fn foreign(out: &Path) -> Result<Option<PathBuf>, Failure> {
    let plan = fs::read(out.join("plan.json")).unwrap_or_default();
    let plan: serde_json::Value = serde_json::from_slice(&plan).unwrap_or_default();
    let files = plan["files"].as_array().filter(|_| plan["generator"] == "counterflow");
    let made: BTreeSet<PathBuf> =
        files.into_iter().flatten().filter_map(|file| file.as_str()).map(PathBuf::from).collect();
    let folders: BTreeSet<&Path> = made.iter().flat_map(|file| file.ancestors().skip(1)).collect();
    let mut unread = vec![PathBuf::new()];
    while let Some(folder) = unread.pop() {
        let failed = |error| Failure::io(out.join(&folder).display(), error);
        let mut entries: Vec<fs::DirEntry> =
            fs::read_dir(out.join(&folder)).and_then(Iterator::collect).map_err(failed)?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let path = folder.join(entry.file_name());
            // A link to a folder is none of ours.
            let is_folder = entry.file_type().map_err(failed)?.is_dir();
            match if is_folder { folders.contains(path.as_path()) } else { made.contains(&path) } {
                true if is_folder => unread.push(path),
                true => {}
                false => return Ok(Some(path)),
            }
        }
    }
    Ok(None)
}

fn write_all(folder: &Path, artifacts: &[Artifact]) -> Result<(), Failure> {
    for artifact in artifacts {
        let path = folder.join(&artifact.path);
        let parent = path.parent().unwrap_or(folder);
        fs::create_dir_all(parent).map_err(|error| Failure::io(parent.display(), error))?;
        fs::write(&path, &artifact.bytes).map_err(|error| Failure::io(path.display(), error))?;
    }
    Ok(())
}

fn swap(out: &Path, fresh: &Path, old: &Path) -> Result<(), Failure> {
    let rename =
        |from: &Path, to: &Path| fs::rename(from, to).map_err(|error| Failure::io(from.display(), error));
    if !out.exists() {
        return rename(fresh, out);
    }
    rename(out, old)?;
    if let Err(failure) = rename(fresh, out) {
        rename(old, out)?;
        return Err(failure);
    }
    fs::remove_dir_all(old).map_err(|error| Failure::io(old.display(), error))
}
