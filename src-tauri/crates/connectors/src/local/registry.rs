//! Which files there are, under which names, and what each of them is right now.
//!
//! Owns: unique names, opening a file once for as long as it stays as it is, the samples' place among them. Does not own: the
//! verbs of a session (`session`), what is in a file (`sqlite`, `formats`).

use super::check::Added;
use super::formats::{self, Format};
use super::samples;
use super::source::Source;
use super::sqlite::{Database, Place};
use super::stamp::Stamp;
use model::Result;
use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The samples' name in the tree.
pub(super) const SAMPLES: &str = "Sample data";

/// What a file turned out to be.
#[derive(Clone)]
pub(super) enum Content {
    /// It answers SQL itself.
    Sql(Arc<Database>),
    /// Its rows are read, and looked at here.
    Source(Arc<dyn Source>),
}

impl Content {
    /// It holds tables; else it is one itself.
    pub(super) fn holds_tables(&self) -> bool {
        match self {
            Self::Sql(_) => true,
            Self::Source(source) => source.layers().len() != 1,
        }
    }
}

/// A file, or the samples, at the root of the tree.
pub(super) struct Item {
    /// Its name, unlike any other's here.
    pub(super) name: String,
    /// Where it is; None: the samples.
    pub(super) path: Option<PathBuf>,
    opened: Mutex<Option<(Stamp, Content)>>,
    samples: Option<Content>,
}

impl Item {
    fn samples() -> Self {
        let database = Arc::new(Database::new(SAMPLES.to_owned(), Place::Samples));
        Self { name: SAMPLES.to_owned(), path: None, opened: Mutex::default(), samples: Some(Content::Sql(database)) }
    }

    /// What it is now: opened again when it changed. It blocks.
    ///
    /// # Errors
    /// Why it cannot be read.
    pub(super) fn content(&self) -> Result<Content> {
        let path = match (&self.path, &self.samples) {
            (None, Some(samples)) => return Ok(samples.clone()),
            (path, _) => path.as_deref().unwrap_or(Path::new("")),
        };
        let stamp = Stamp::of(path)?;
        if let Some((_, content)) = self.kept().filter(|(before, _)| *before == stamp) {
            return Ok(content);
        }
        let content = open(&self.name, path)?;
        *self.opened.lock().unwrap_or_else(PoisonError::into_inner) = Some((stamp, content.clone()));
        Ok(content)
    }

    /// What it was when it was last opened, if it was.
    pub(super) fn kept(&self) -> Option<(Stamp, Content)> {
        self.opened.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The table whose rows are computed, if this is it.
    pub(super) fn computed(&self, table: &str) -> Option<Arc<dyn Source>> {
        (self.samples.is_some() && table == samples::POINTS).then(samples::points)
    }

    /// What it seems to be without opening it, for when it cannot be opened.
    pub(super) fn seems_to_hold_tables(&self) -> bool {
        let extension = self.path.as_deref().and_then(Path::extension).map(|e| e.to_string_lossy().to_ascii_lowercase());
        extension.is_some_and(|e| ["gpkg", "sqlite", "sqlite3", "db"].contains(&e.as_str()))
    }
}

fn open(name: &str, path: &Path) -> Result<Content> {
    Ok(match formats::recognise(path)? {
        Format::Sqlite => Content::Sql(Arc::new(Database::new(name.to_owned(), Place::File(path.to_owned())))),
        other => Content::Source(formats::open(path, other)?),
    })
}

/// All files, and the samples.
pub(super) struct Registry {
    /// In the order of their names.
    pub(super) items: Vec<Arc<Item>>,
}

impl Registry {
    /// Gives each file a name.
    pub(super) fn of(added: &[Added]) -> Self {
        let mut items = vec![Arc::new(Item::samples())];
        let names = names(added.iter().map(|file| file.path.as_path()));
        for (file, name) in added.iter().zip(names) {
            items.push(Arc::new(Item { name, path: Some(file.path.clone()), opened: Mutex::default(), samples: None }));
        }
        items.sort_by(|a, b| a.name.cmp(&b.name));
        Self { items }
    }

    /// The file of this name.
    pub(super) fn find(&self, name: &str) -> Option<&Arc<Item>> {
        self.items.iter().find(|item| item.name == name)
    }

    /// The file that a statement means by this name: SQLite does not mind the case.
    pub(super) fn meant(&self, name: &str) -> Option<&Arc<Item>> {
        self.find(name).or_else(|| self.items.iter().find(|item| item.name.to_lowercase() == name.to_lowercase()))
    }
}

/// The files' names in the tree: those of the files, each unlike the others.
pub(super) fn names<'a>(files: impl Iterator<Item = &'a Path>) -> Vec<String> {
    // Names of databases that SQLite has itself.
    let mut taken: HashSet<String> = ["main", "temp", &SAMPLES.to_lowercase()].map(str::to_owned).into();
    let stem = |path: &Path| path.file_stem().map_or_else(|| "file".to_owned(), |stem| stem.to_string_lossy().into_owned());
    files.map(|path| unique(&stem(path), &mut taken)).collect()
}

/// The name itself, or with the first number that makes it unlike the others, whatever the case.
fn unique(stem: &str, taken: &mut HashSet<String>) -> String {
    let mut name = stem.to_owned();
    let mut number = 2u32;
    while !taken.insert(name.to_lowercase()) {
        name = format!("{stem} ({number})");
        number += 1;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::{Added, Registry};

    #[test]
    fn no_two_files_have_the_same_name_whatever_the_case() {
        let paths = [
            "/a/roads.gpkg",
            "/b/roads.csv",
            "/c/Roads.shp",
            "/d/main.gpkg",
            "/e/roads (2).fgb",
            "/f/sample data.gpkg",
            "/g/.gpkg",
        ];
        let added: Vec<Added> = paths.iter().map(|p| Added { id: (*p).to_owned(), path: p.into() }).collect();
        let registry = Registry::of(&added);
        let names: Vec<&str> = registry.items.iter().map(|i| i.name.as_str()).collect();
        let expected =
            [".gpkg", "Roads (3)", "Sample data", "main (2)", "roads", "roads (2)", "roads (2) (2)", "sample data (2)"];
        assert_eq!(names, expected);
    }
}
