//! The workflow files of a Power Automate solution zip.
//!
//! An archive is untrusted: entries are read into memory with a limit on each and on all together, counted on what
//! comes out and not on what the archive says. Names are only shown, never used as paths.

use std::io::{Cursor, Read};

use zip::ZipArchive;

/// The largest workflow file read from an archive, in bytes.
pub const MAX_ENTRY: u64 = 16 * 1024 * 1024;
/// The most read from one archive, in bytes.
pub const MAX_TOTAL: u64 = 128 * 1024 * 1024;
/// The most entries of any kind in one archive. The largest published solution seen has some hundreds.
pub const MAX_ENTRIES: usize = 20_000;

/// A workflow file of an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its name in the archive, such as `Workflows/Contain-1AD9.json`.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Why an archive cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Not a zip, damaged, or packed in a way we do not read.
    #[error("the archive cannot be read: {0}")]
    Zip(#[from] zip::result::ZipError),
    /// An entry cannot be unpacked.
    #[error("`{name}` in the archive cannot be unpacked: {error}")]
    Entry {
        /// The entry.
        name: String,
        /// What went wrong.
        error: std::io::Error,
    },
    /// More entries than [`MAX_ENTRIES`].
    #[error("the archive has {count} entries; at most {MAX_ENTRIES} are read")]
    TooManyEntries {
        /// How many.
        count: usize,
    },
    /// An entry unpacks to more than [`MAX_ENTRY`].
    #[error("`{name}` in the archive unpacks to more than {MAX_ENTRY} bytes")]
    EntryTooLarge {
        /// The entry.
        name: String,
    },
    /// The workflow files unpack to more than [`MAX_TOTAL`].
    #[error("the workflow files of the archive unpack to more than {MAX_TOTAL} bytes together")]
    TooLarge,
    /// No workflow file in it.
    #[error("the archive is no solution with flows: it looks like {looks_like}")]
    NoWorkflows {
        /// What it looks like, with its article.
        looks_like: &'static str,
    },
}

/// Whether these bytes are a zip archive rather than a document.
pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Reads the workflow files of a solution zip, ordered by name.
///
/// # Errors
/// [`ArchiveError`]; nothing of a broken or oversized archive comes back.
pub fn members(bytes: &[u8]) -> Result<Vec<Member>, ArchiveError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes))?;
    if archive.len() > MAX_ENTRIES {
        return Err(ArchiveError::TooManyEntries { count: archive.len() });
    }
    let mut members = Vec::new();
    let mut names = Vec::new();
    let mut left = MAX_TOTAL;
    for at in 0..archive.len() {
        let entry = archive.by_index(at)?;
        let name = entry.name()?.replace('\\', "/");
        if is_workflow(&name) {
            let bytes = unpack(entry, &name, left)?;
            left -= bytes.len() as u64;
            members.push(Member { name, bytes });
        } else {
            names.push(name);
        }
    }
    if members.is_empty() {
        return Err(ArchiveError::NoWorkflows { looks_like: guess(&names) });
    }
    members.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(members)
}

/// `Workflows/x.json` at any depth, in any case; not the `x.json.data.xml` beside it.
fn is_workflow(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.ends_with(".json") && (name.starts_with("workflows/") || name.contains("/workflows/"))
}

fn unpack(entry: impl Read, name: &str, left: u64) -> Result<Vec<u8>, ArchiveError> {
    let limit = MAX_ENTRY.min(left);
    let mut bytes = Vec::new();
    // One byte more than allowed tells that there is more.
    entry
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| ArchiveError::Entry { name: name.to_owned(), error })?;
    match bytes.len() as u64 {
        size if size <= limit => Ok(bytes),
        size if size > MAX_ENTRY => Err(ArchiveError::EntryTooLarge { name: name.to_owned() }),
        _ => Err(ArchiveError::TooLarge),
    }
}

fn guess(names: &[String]) -> &'static str {
    let has = |end: &str| names.iter().any(|name| name.to_ascii_lowercase().ends_with(end));
    match () {
        () if names.is_empty() => "an empty archive",
        () if has("flows/manifest.json") => "a legacy flow package",
        () if has("solution.xml") => "a solution without cloud flows",
        () if has("host.json") => "a Standard project",
        () => "some other archive",
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::write::{SimpleFileOptions, ZipWriter};

    use super::*;

    fn pack(entries: &[(&str, &[u8])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            zip.start_file(*name, SimpleFileOptions::default()).unwrap();
            zip.write_all(bytes).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn workflow_files_come_back_by_name() {
        let zip = pack(&[
            ("solution.xml", b"<x/>"),
            ("Workflows/b.json", b"{}"),
            ("workflows\\a.json", b"[]"),
            ("Workflows/b.json.data.xml", b"<x/>"),
        ]);
        assert!(is_zip(&zip));
        let names: Vec<_> = members(&zip).unwrap().into_iter().map(|member| member.name).collect();
        assert_eq!(names, ["Workflows/b.json", "workflows/a.json"]);
    }

    #[test]
    fn an_archive_without_flows_is_named() {
        let error = |entries: &[(&str, &[u8])]| members(&pack(entries)).unwrap_err().to_string();
        assert!(error(&[("solution.xml", b"")]).contains("a solution without cloud flows"));
        assert!(error(&[("Microsoft.Flow/flows/manifest.json", b"")]).contains("a legacy flow package"));
        assert!(matches!(members(b"PK\x03\x04broken"), Err(ArchiveError::Zip(_))));
    }

    #[test]
    fn a_bomb_is_cut_off() {
        let zeros = vec![b' '; MAX_ENTRY as usize + 1];
        let zip = pack(&[("Workflows/a.json", &zeros)]);
        assert!(zip.len() < 100_000);
        assert!(matches!(members(&zip), Err(ArchiveError::EntryTooLarge { .. })));
        assert!(matches!(unpack(&zeros[..10], "x", 9), Err(ArchiveError::TooLarge)));
    }
}
