//! The files of a store, and what can happen to them.

use alloc::borrow::ToOwned;
use alloc::string::String;
use alloc::vec::Vec;
use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// The file that is made to see whether files can be made.
const PROBE: &str = "state.probe";

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
        make_folder(path.as_ref(), &mut sync_folder)?;
        Ok(Self { path: path.as_ref().to_owned(), open: None })
    }

    /// Whether files can be made in the folder, found out by one that is made and removed. A disk that is full passes:
    /// it may have room again when there is something to write.
    ///
    /// # Errors
    ///
    /// They cannot.
    pub(super) fn check_writable(&self) -> io::Result<()> {
        let path = self.at(PROBE);
        match File::create(&path).and_then(|_| fs::remove_file(&path)) {
            Err(error)
                if !matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) =>
            {
                Err(located(&self.path, &error))
            }
            _ => Ok(()),
        }
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

/// Makes a folder, and those around it that are missing, and has their names made safe.
fn make_folder(path: &Path, sync: &mut dyn FnMut(&Path) -> io::Result<()>) -> io::Result<()> {
    let made: Vec<&Path> = path.ancestors().take_while(|path| !path.is_dir()).collect();
    fs::create_dir_all(path).map_err(|error| located(path, &error))?;
    // The name of a new folder stands in the one around it.
    for around in made.into_iter().filter_map(Path::parent) {
        sync(if around.as_os_str().is_empty() { Path::new(".") } else { around })?;
    }
    Ok(())
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

#[cfg(test)]
#[allow(clippy::unwrap_used)] // A panic is how a test reports.
mod tests {
    use super::*;
    use std::env::temp_dir;
    use std::process;

    /// A folder that is not there yet, by the name of a test.
    fn fresh(name: &str) -> PathBuf {
        let path = temp_dir().join(alloc::format!("usp-files-{name}-{}", process::id()));
        let _ = fs::remove_dir_all(&path);
        path
    }

    #[test]
    fn the_folders_around_a_new_one_are_synced_after_it_is_made() {
        let top = fresh("around");
        let (middle, path) = (top.join("a"), top.join("a/b"));
        let mut synced = Vec::new();
        let mut sync = |around: &Path| {
            assert!(path.is_dir(), "there is something to sync");
            synced.push(around.to_owned());
            Ok(())
        };
        make_folder(&path, &mut sync).unwrap();
        // One that is there was made safe when it was made.
        make_folder(&path, &mut sync).unwrap();
        fs::remove_dir_all(&top).unwrap();
        assert_eq!(synced, [&*middle, &*top, &*temp_dir()]);
    }

    #[test]
    fn a_folder_whose_name_is_not_safe_is_no_store() {
        let path = fresh("unsafe");
        let made = make_folder(&path, &mut |_| Err(io::ErrorKind::StorageFull.into()));
        fs::remove_dir_all(&path).unwrap();
        assert_eq!(made.unwrap_err().kind(), io::ErrorKind::StorageFull);
    }

    /// The folder itself is what is synced: where it cannot be, no name is said to be safe.
    #[cfg(unix)]
    #[test]
    fn names_in_a_folder_that_is_gone_are_not_safe() {
        let path = fresh("gone");
        let mut files = Directory::new(&path).unwrap();
        files.create("state").unwrap();
        files.sync_names().unwrap();
        fs::remove_dir_all(&path).unwrap();
        assert_eq!(files.sync_names().unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
