//! The list of added files, checked once. Whether a file is there and well is not asked here: that changes by the minute.

use super::spec::FILES;
use model::{Checked, Destination, Draft, FieldError};
use serde_json::Value;
use std::path::PathBuf;

/// More files are not listed in one tree.
const MOST: usize = 10_000;

/// An added file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Added {
    /// The engine's name for it.
    pub(super) id: String,
    /// Where it is.
    pub(super) path: PathBuf,
}

/// The list, in a [`Checked`].
///
/// # Errors
/// When it is no list of files.
pub(super) fn check(draft: &Draft) -> Result<Checked, Vec<FieldError>> {
    let added = added(draft.trimmed(&FILES)).map_err(|why| vec![FieldError::new(&FILES, "files", why)])?;
    let destination = Destination::new(&super::spec::ID, Vec::new());
    Ok(Checked::new(draft, "this computer".to_owned(), destination, added))
}

fn added(text: &str) -> Result<Vec<Added>, String> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let list: Value = serde_json::from_str(text).map_err(|e| format!("This is no list of files: {e}."))?;
    let list = list.as_array().ok_or("This is no list of files.")?;
    if list.len() > MOST {
        return Err(format!("There are {} files here; at most {MOST} are listed.", list.len()));
    }
    list.iter().map(one).collect()
}

fn one(entry: &Value) -> Result<Added, String> {
    let part = |name: &str| entry[name].as_str().filter(|text| !text.is_empty()).ok_or_else(|| format!("A file has no {name}."));
    let (id, path) = (part("id")?.to_owned(), PathBuf::from(part("path")?));
    if !path.is_absolute() || path.as_os_str().as_encoded_bytes().contains(&0) {
        return Err(format!("{} does not say where on this computer it is.", path.display()));
    }
    Ok(Added { id, path })
}

#[cfg(test)]
mod tests {
    use super::{Added, added};

    #[test]
    fn a_list_of_files_is_taken_whether_they_are_there_or_not() {
        let one = Added { id: "7".to_owned(), path: "/no/such/file.gpkg".into() };
        assert_eq!(added(r#"[{"id":"7","path":"/no/such/file.gpkg"}]"#), Ok(vec![one]));
        assert_eq!(added(""), Ok(Vec::new()));
    }

    #[test]
    fn anything_else_is_refused_in_words() {
        for text in [
            "{}",
            "[",
            "[1]",
            r#"[{"id":"1"}]"#,
            r#"[{"id":"1","path":"relative.csv"}]"#,
            r#"[{"id":"","path":"/a"}]"#,
            r#"[{"id":"1","path":"/a\u0000b"}]"#,
        ] {
            assert!(added(text).is_err(), "{text}");
        }
    }
}
