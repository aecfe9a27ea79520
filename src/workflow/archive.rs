//! The files of a zip that are workflows or go with them.
//!
//! An archive is untrusted: entries are read into memory with a limit on each and on all together, counted on what
//! comes out and not on what the archive says. Names are only shown, never used as paths.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::base::source::MAX_BYTES;

use super::layout::{Group, GroupKind, Role, group};

/// The largest workflow file read from an archive, in bytes.
pub const MAX_ENTRY: u64 = 16 * 1024 * 1024;
/// The most read from one archive, in bytes.
pub const MAX_TOTAL: u64 = 128 * 1024 * 1024;
/// The most entries of any kind in one archive. The largest published solution seen has some hundreds.
pub const MAX_ENTRIES: usize = 20_000;

/// How many times larger than its packed form an entry above `MIN_BOMB` may be. JSON that is all indentation comes to
/// some fifty.
pub const MAX_RATIO: u64 = 250;
/// Entries up to this size are not judged by their ratio, in bytes.
const MIN_BOMB: u64 = 1024 * 1024;

/// Files of an archive that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packed {
    /// How they are packed.
    pub kind: GroupKind,
    /// Name in the archive, such as `Workflows/Contain-1AD9.json`, role and bytes of each, ordered by name.
    pub files: Vec<(String, Role, Vec<u8>)>,
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
    /// More bytes than [`MAX_BYTES`].
    #[error("the archive has more than {MAX_BYTES} bytes")]
    TooManyBytes,
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
    /// An entry unpacks to more than [`MAX_RATIO`] times its size.
    #[error("`{name}` in the archive unpacks to more than {MAX_RATIO} times its size")]
    Bomb {
        /// The entry.
        name: String,
    },
    /// An entry whose name leads out of the folder into which the archive is unpacked.
    #[error("`{name}` in the archive leads out of the folder into which it is unpacked")]
    LeadsOut {
        /// The entry.
        name: String,
    },
    /// No workflow file in it.
    #[error("there is no workflow in the archive: it looks like {looks_like}")]
    NoWorkflows {
        /// What it looks like, with its article.
        looks_like: &'static str,
    },
}

/// Whether these bytes are a zip archive rather than a document.
pub fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// Reads the files of an archive that are workflows or go with them, those that belong together in one group. An
/// archive with a packaging of its own gives that alone; any other gives every JSON file that it holds.
///
/// # Errors
/// [`ArchiveError`]; nothing of a broken or oversized archive comes back.
pub fn groups(bytes: &[u8]) -> Result<Vec<Packed>, ArchiveError> {
    if bytes.len() > MAX_BYTES {
        return Err(ArchiveError::TooManyBytes);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes))?;
    if archive.len() > MAX_ENTRIES {
        return Err(ArchiveError::TooManyEntries { count: archive.len() });
    }
    let mut entries: BTreeMap<String, usize> = BTreeMap::new();
    for at in 0..archive.len() {
        // A name that is no text is none that we look for.
        if let Some(Ok(name)) = archive.name_for_index(at) {
            entries.insert(name.replace('\\', "/"), at);
        }
    }
    if let Some(name) = entries.keys().find(|name| leads_out(name)) {
        return Err(ArchiveError::LeadsOut { name: name.clone() });
    }
    let names: Vec<String> = entries.keys().cloned().collect();
    let mut found = group(&names, true);
    if found.iter().any(|group| group.kind.is_told_by_names()) {
        found.retain(|group| group.kind.is_told_by_names());
    }
    if found.is_empty() {
        return Err(ArchiveError::NoWorkflows { looks_like: guess(&names) });
    }
    let mut left = MAX_TOTAL;
    let mut packed = Vec::new();
    for Group { kind, files, .. } in found {
        let mut read = Vec::new();
        for (name, role) in files {
            let Some(at) = entries.get(&name) else { continue };
            let entry = archive.by_index(*at)?;
            let size = entry.compressed_size();
            let bytes = unpack(entry, size, &name, left)?;
            left -= bytes.len() as u64;
            read.push((name, role, bytes));
        }
        packed.push(Packed { kind, files: read });
    }
    Ok(packed)
}

/// Whether a name is that of a file elsewhere: whoever unpacks the archive would write there.
fn leads_out(name: &str) -> bool {
    let has_drive = matches!(name.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic());
    has_drive || name.starts_with('/') || name.split('/').any(|part| part == "..")
}

/// Unpacks an entry of that packed size, as far as limits allow.
fn unpack(mut entry: impl Read, packed: u64, name: &str, left: u64) -> Result<Vec<u8>, ArchiveError> {
    let by_ratio = packed.saturating_mul(MAX_RATIO).max(MIN_BOMB);
    let limit = MAX_ENTRY.min(left).min(by_ratio);
    let mut bytes = Vec::new();
    // One byte more than allowed tells that there is more.
    (&mut entry)
        .take(limit + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| ArchiveError::Entry { name: name.to_owned(), error })?;
    match bytes.len() as u64 {
        size if size <= limit => Ok(bytes),
        size if size > MAX_ENTRY => Err(ArchiveError::EntryTooLarge { name: name.to_owned() }),
        size if size > left => Err(ArchiveError::TooLarge),
        _ => Err(ArchiveError::Bomb { name: name.to_owned() }),
    }
}

fn guess(names: &[String]) -> &'static str {
    let has = |end: &str| names.iter().any(|name| name.to_ascii_lowercase().ends_with(end));
    match () {
        () if names.is_empty() => "an empty archive",
        () if has("flows/manifest.json") => "a legacy package without its flow",
        () if has("solution.xml") => "a solution without cloud flows",
        () if has("host.json") => "a Standard project without workflows",
        () => "some other archive",
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use proptest::prelude::*;
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
    fn an_entry_that_leads_out_is_told() {
        for name in ["../../x.json", "/etc/x.json", "..\\..\\x", "a/../../x", "C:\\x.json"] {
            let zip = pack(&[("solution.xml", b"<x/>"), ("Workflows/b.json", b"{}"), (name, b"{}")]);
            assert!(matches!(groups(&zip), Err(ArchiveError::LeadsOut { .. })), "{name}");
        }
        let zip = pack(&[("Workflows/b..json", b"{}"), ("solution.xml", b"<x/>")]);
        assert!(groups(&zip).is_ok());
    }

    #[test]
    fn files_of_a_solution_come_back_by_name() {
        let zip = pack(&[
            ("solution.xml", b"<x/>"),
            ("Workflows/b.json", b"{}"),
            ("workflows\\a.json", b"[]"),
            ("Workflows/b.json.data.xml", b"<x/>"),
            ("CanvasApps/other.json", b"{}"),
        ]);
        assert!(is_zip(&zip));
        let [packed] = &groups(&zip).unwrap()[..] else { panic!("one group") };
        assert_eq!(packed.kind, GroupKind::Solution);
        let names: Vec<_> = packed.files.iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!(
            names,
            ["Workflows/b.json", "Workflows/b.json.data.xml", "solution.xml", "workflows/a.json"]
        );
    }

    #[test]
    fn an_archive_without_workflows_is_named() {
        let error = |entries: &[(&str, &[u8])]| groups(&pack(entries)).unwrap_err().to_string();
        assert!(error(&[("solution.xml", b"")]).contains("a solution without cloud flows"));
        assert!(error(&[("a.txt", b"")]).contains("some other archive"));
        assert!(matches!(groups(b"PK\x03\x04broken"), Err(ArchiveError::Zip(_))));
    }

    #[test]
    fn a_bomb_is_cut_off() {
        let zeros = vec![b' '; MAX_ENTRY as usize + 1];
        let zip = pack(&[("Workflows/a.json", &zeros)]);
        assert!(zip.len() < 100_000);
        assert!(matches!(groups(&zip), Err(ArchiveError::Bomb { .. })));
        assert!(matches!(unpack(&zeros[..10], 10, "x", 9), Err(ArchiveError::TooLarge)));
        let packed = zeros.len() as u64;
        assert!(matches!(
            unpack(&zeros[..], packed, "x", MAX_TOTAL),
            Err(ArchiveError::EntryTooLarge { .. })
        ));
    }

    proptest! {
        /// Whatever happens to an archive on its way, an answer comes back.
        #[test]
        fn damaged_archives_are_answered(hurt in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3u8), 1..6)) {
            let mut zip = pack(&[
                ("solution.xml", b"<a><b c='d'/></a>"),
                ("Workflows/a.json", br#"{"properties": {"definition": {}}}"#),
                ("Microsoft.Flow/flows/1/definition.json", b"{}"),
            ]);
            for (place, byte, kind) in &hurt {
                let at = place.index(zip.len().max(1));
                match kind {
                    0 => zip.truncate(at),
                    1 => zip.insert(at.min(zip.len()), *byte),
                    _ => zip.iter_mut().skip(at).take(1).for_each(|it| *it ^= byte),
                }
            }
            if let Ok(groups) = groups(&zip) {
                prop_assert!(groups.iter().all(|group| !group.files.is_empty()));
            }
        }
    }
}
