//! The files of a store, and what can happen to them.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The little that a store needs of a file system: one folder of files by name.
///
/// Nothing but what was synced is expected to be there after a crash: bytes may be missing, torn or be there without
/// those before them, and of names the old or the new file. [`Directory`] is the file system; tests put in one that
/// fails.
pub trait Files {
    /// All bytes of a file; `None` if there is none.
    ///
    /// # Errors
    ///
    /// It cannot be read.
    fn read(&mut self, name: &str) -> io::Result<Option<Vec<u8>>>;

    /// Makes a file empty, whether or not there was one.
    ///
    /// # Errors
    ///
    /// It cannot be made.
    fn create(&mut self, name: &str) -> io::Result<()>;

    /// Adds bytes to the end of a file.
    ///
    /// # Errors
    ///
    /// They cannot be written, or only some.
    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()>;

    /// Returns when all bytes of a file are safe.
    ///
    /// # Errors
    ///
    /// They may not be, and may never be.
    fn sync(&mut self, name: &str) -> io::Result<()>;

    /// Gives a file the name of another, which is gone then; at once, or not at all.
    ///
    /// # Errors
    ///
    /// It cannot be done.
    fn rename(&mut self, from: &str, to: &str) -> io::Result<()>;

    /// Returns when all names are safe.
    ///
    /// # Errors
    ///
    /// They may not be.
    fn sync_names(&mut self) -> io::Result<()>;
}

/// A folder of the file system.
#[derive(Debug)]
pub struct Directory {
    path: PathBuf,
    /// The file that is written, which stays open.
    open: Option<(String, File)>,
}

impl Directory {
    /// The folder at a path, which is made if need be, and is safe then as well.
    ///
    /// # Errors
    ///
    /// It cannot be made.
    pub fn new(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref();
        let made: Vec<&Path> = path.ancestors().take_while(|path| !path.is_dir()).collect();
        fs::create_dir_all(path).map_err(|error| located(path, &error))?;
        // The name of a new folder stands in the one around it.
        for around in made.into_iter().filter_map(Path::parent) {
            sync_folder(if around.as_os_str().is_empty() { Path::new(".") } else { around })?;
        }
        Ok(Self { path: path.to_owned(), open: None })
    }

    fn at(&self, name: &str) -> PathBuf {
        self.path.join(OsStr::new(name))
    }

    fn file(&mut self, name: &str) -> io::Result<&mut File> {
        let file = match self.open.take() {
            Some((open, file)) if open == name => file,
            _ => {
                let path = self.at(name);
                OpenOptions::new().append(true).open(&path).map_err(|error| located(&path, &error))?
            }
        };
        Ok(&mut self.open.insert((name.to_owned(), file)).1)
    }
}

impl Files for Directory {
    fn read(&mut self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let path = self.at(name);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(located(&path, &error)),
        }
    }

    fn create(&mut self, name: &str) -> io::Result<()> {
        let path = self.at(name);
        let file = File::create(&path).map_err(|error| located(&path, &error))?;
        self.open = Some((name.to_owned(), file));
        Ok(())
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.file(name)?.write_all(bytes).map_err(|error| located(&self.at(name), &error))
    }

    fn sync(&mut self, name: &str) -> io::Result<()> {
        self.file(name)?.sync_data().map_err(|error| located(&self.at(name), &error))
    }

    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        let place = self.at(to);
        fs::rename(self.at(from), &place).map_err(|error| located(&place, &error))?;
        self.open = match self.open.take() {
            Some((open, file)) if open == from => Some((to.to_owned(), file)),
            Some((open, _)) if open == to => None,
            other => other,
        };
        Ok(())
    }

    fn sync_names(&mut self) -> io::Result<()> {
        sync_folder(&self.path)
    }
}

/// The same error, of the same kind, with the file or folder that it is about: what the system says names none, and a
/// log of a device has nothing else to tell it by.
fn located(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), alloc::format!("{}: {error}", path.display()))
}

/// Returns when all names in a folder are safe.
#[cfg(unix)]
fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path).and_then(|folder| folder.sync_all()).map_err(|error| located(path, &error))
}

/// Where folders cannot be synced the file system keeps their order itself.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
