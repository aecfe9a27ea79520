//! Files that belong together: a Standard project, a solution, a legacy package, a template with its parameters, or one
//! file on its own.
//!
//! [`group`] tells from names alone which files of a folder or archive belong together; reading them is for others.
//! [`Bundle`] is what a rule sees of them: the parsed files, and what they say about the definitions they go with.

use std::ops::Index;

use crate::base::json::{Document, Node};
use crate::base::xml::XmlDocument;

use super::deployment::Deployment;
use super::layout::Role;
use super::package::Package;
use super::project::Project;
use super::solution::Solution;

/// Parsed files that belong together.
#[derive(Debug)]
pub struct Bundle<'d> {
    /// How they are packed, with what the files beside the definitions say.
    pub packaging: Packaging<'d>,
    /// Whether all files are here. One workflow of a project may be checked alone; then what it does not use may be
    /// used by another one.
    pub is_whole: bool,
    /// The files, in the order of their names.
    pub files: Vec<File<'d>>,
}

/// The packagings of more than one file.
#[derive(Debug)]
pub enum Packaging<'d> {
    /// A file on its own: a template, client data, a definition.
    Alone,
    /// A project of Azure Logic Apps (Standard).
    Project(Project<'d>),
    /// A solution of the Power Platform, packed or unpacked.
    Solution(Solution<'d>),
    /// A template with the files that give its parameters.
    Deployment(Deployment<'d>),
    /// A package as Power Automate exported it before there were solutions.
    Package(Package<'d>),
}

/// One file of a bundle.
#[derive(Debug, Clone, Copy)]
pub struct File<'d> {
    /// Its name as shown, with the folder or archive it is in.
    pub name: &'d str,
    /// What it is in its bundle.
    pub role: Role,
    /// What stands in it.
    pub content: Content<'d>,
    /// Whether the same bytes are judged in another packaging already, so that only what this one adds is to be judged.
    pub is_judged: bool,
}

/// What could be read of a file.
#[derive(Debug, Clone, Copy)]
pub enum Content<'d> {
    /// A JSON document.
    Json(&'d Document<'d>),
    /// An XML document.
    Xml(&'d XmlDocument),
    /// Nothing: it is no text, or not in the language its name promises. That is reported already.
    Unread,
}

/// Names a file of one [`Bundle`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct FileId(pub(super) usize);

impl FileId {
    /// Its place among the files, from 0.
    pub fn index(self) -> usize {
        self.0
    }
}

/// A JSON file that goes with definitions.
#[derive(Debug, Clone, Copy)]
pub struct Companion<'d> {
    /// Which file.
    pub file: FileId,
    /// Its outermost value.
    pub node: Node<'d>,
}

impl<'d> Index<FileId> for Bundle<'d> {
    type Output = File<'d>;

    fn index(&self, id: FileId) -> &File<'d> {
        &self.files[id.0]
    }
}

impl<'d> Bundle<'d> {
    /// Brings parsed files together.
    pub fn new(kind: GroupKind, is_whole: bool, files: Vec<File<'d>>) -> Self {
        let packaging = match kind {
            GroupKind::Alone => Packaging::Alone,
            GroupKind::Project => Packaging::Project(Project::read(&files)),
            GroupKind::Solution => Packaging::Solution(Solution::read(&files)),
            GroupKind::Deployment => Packaging::Deployment(Deployment::read(&files)),
            GroupKind::Package => Packaging::Package(Package::read(&files)),
        };
        Self { packaging, is_whole, files }
    }

    /// The files with their ids.
    pub fn files(&self) -> impl Iterator<Item = (FileId, &File<'d>)> {
        self.files.iter().enumerate().map(|(at, file)| (FileId(at), file))
    }

    /// The project, if this is one.
    pub fn project(&self) -> Option<&Project<'d>> {
        match &self.packaging {
            Packaging::Project(project) => Some(project),
            _ => None,
        }
    }

    /// The solution, if this is one.
    pub fn solution(&self) -> Option<&Solution<'d>> {
        match &self.packaging {
            Packaging::Solution(solution) => Some(solution),
            _ => None,
        }
    }

    /// The template with its parameters, if this is one.
    pub fn deployment(&self) -> Option<&Deployment<'d>> {
        match &self.packaging {
            Packaging::Deployment(deployment) => Some(deployment),
            _ => None,
        }
    }

    /// Whether the names alone told that workflows are meant.
    pub fn is_told_by_names(&self) -> bool {
        matches!(self.packaging, Packaging::Project(_) | Packaging::Solution(_) | Packaging::Package(_))
    }

    /// The first workflow file: what a finding is about for which no other file is there.
    pub fn first_workflow(&self) -> Option<(FileId, &File<'d>)> {
        self.files().find(|(_, file)| file.role == Role::Workflow)
    }

    /// The legacy package, if this is one.
    pub fn package(&self) -> Option<&Package<'d>> {
        match &self.packaging {
            Packaging::Package(package) => Some(package),
            _ => None,
        }
    }
}

/// The first JSON file of a role.
pub(super) fn companion<'d>(files: &[File<'d>], role: Role) -> Option<Companion<'d>> {
    files.iter().enumerate().filter(|(_, file)| file.role == role).find_map(|(at, file)| match file.content {
        Content::Json(document) => Some(Companion { file: FileId(at), node: document.root() }),
        _ => None,
    })
}

/// The XML files of a role.
pub(super) fn xml<'f, 'd>(
    files: &'f [File<'d>],
    role: Role,
) -> impl Iterator<Item = (FileId, &'d XmlDocument)> + use<'f, 'd> {
    files.iter().enumerate().filter(move |(_, file)| file.role == role).filter_map(|(at, file)| {
        match file.content {
            Content::Xml(document) => Some((FileId(at), document)),
            _ => None,
        }
    })
}

pub use super::layout::{Group, GroupKind, group};
