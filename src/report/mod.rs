//! Findings for people and for machines.
//!
//! A [`Report`] gathers placed findings of any stage, with the texts they are about; [`text`] draws it for a terminal,
//! [`json`] writes the object that other programs read. Neither decides where it goes.

use crate::base::diagnostic::{Located, Severity};
use crate::base::source::Source;

pub mod github;
pub mod json;
pub mod junit;
mod path;
pub mod plan;
pub mod sarif;
pub mod text;

/// Findings about any number of files.
#[derive(Debug, Default)]
pub struct Report {
    /// The files, in the order in which they were given.
    pub files: Vec<File>,
    /// How many workflow definitions they hold.
    pub definitions: usize,
    /// Files that were not checked but have something to be said of: configuration, baseline.
    apart: Vec<File>,
}

/// The findings about one file.
#[derive(Debug)]
pub struct File {
    /// Its name and text.
    pub source: Source,
    /// What was found, in the order in which it is shown.
    pub findings: Vec<Located>,
}

impl File {
    /// The same without its text, where only what was found is needed any more: many texts are much memory.
    #[must_use]
    pub fn without_text(self) -> Self {
        Self { source: Source::new(self.source.name(), ""), ..self }
    }
}

/// How many findings of each severity there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Errors.
    pub errors: usize,
    /// Warnings.
    pub warnings: usize,
    /// Infos.
    pub infos: usize,
}

impl Report {
    /// Adds a file with its findings and the number of definitions in it.
    pub fn add(&mut self, source: Source, definitions: usize, findings: Vec<Located>) {
        self.files.push(File { source, findings });
        self.definitions += definitions;
    }

    /// Adds findings about a file that was not itself checked, such as a configuration.
    pub fn add_apart(&mut self, file: File) {
        self.apart.push(file);
    }

    /// The files that were not themselves checked.
    pub fn files_apart(&self) -> &[File] {
        &self.apart
    }

    /// Every file with findings, those that were not themselves checked last.
    pub fn all_files(&self) -> impl Iterator<Item = &File> {
        self.files.iter().chain(&self.apart)
    }

    /// Every finding, file by file.
    pub fn findings(&self) -> impl Iterator<Item = &Located> {
        self.all_files().flat_map(|file| &file.findings)
    }

    /// How many findings of each severity there are.
    pub fn counts(&self) -> Counts {
        self.findings().fold(Counts::default(), |mut counts, finding| {
            *match finding.diagnostic.severity {
                Severity::Error => &mut counts.errors,
                Severity::Warning => &mut counts.warnings,
                Severity::Info => &mut counts.infos,
            } += 1;
            counts
        })
    }
}
