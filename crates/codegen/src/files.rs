//! Generated files on disk: written, or held against what would be written.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use similar::TextDiff;

use crate::emit::{Files, MARK};

/// The folder could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}")]
pub struct FileError {
    path: PathBuf,
    source: io::Error,
}

/// Writes the files into the folder and removes generated ones that are none of them.
///
/// # Errors
/// The folder cannot be read or written.
pub fn write(folder: &Path, files: &Files) -> Result<(), FileError> {
    fs::create_dir_all(folder).map_err(at(folder))?;
    for (path, _) in generated(folder)?.into_iter().filter(|(path, _)| !files.contains_key(&name(path))) {
        fs::remove_file(&path).map_err(at(&path))?;
    }
    for (name, text) in files {
        let path = folder.join(name);
        fs::write(&path, text).map_err(at(&path))?;
    }
    Ok(())
}

/// What [`write()`] would change, as unified diffs; empty where the folder is fresh.
///
/// # Errors
/// The folder cannot be read.
pub fn stale(folder: &Path, files: &Files) -> Result<String, FileError> {
    let mut diffs = String::new();
    for (name, text) in files {
        let path = folder.join(name);
        let found = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            found => found.map_err(at(&path))?,
        };
        diffs += &diff(&path, &found, text);
    }
    if folder.exists() {
        for (path, text) in generated(folder)?.iter().filter(|(path, _)| !files.contains_key(&name(path))) {
            diffs += &diff(path, text, "");
        }
    }
    Ok(diffs)
}

/// The generated files in the folder, sorted.
fn generated(folder: &Path) -> Result<Vec<(PathBuf, String)>, FileError> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(at(folder))? {
        let path = entry.map_err(at(folder))?.path();
        if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).map_err(at(&path))?;
            files.push((path, text));
        }
    }
    files.retain(|(_, text)| text.starts_with(MARK));
    files.sort();
    Ok(files)
}

fn diff(path: &Path, found: &str, expected: &str) -> String {
    let path = path.display().to_string();
    TextDiff::from_lines(found, expected).unified_diff().header(&path, &path).to_string()
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn at(path: &Path) -> impl Fn(io::Error) -> FileError {
    let path = path.to_owned();
    move |source| FileError { path: path.clone(), source }
}
