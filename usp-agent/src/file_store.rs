//! A store for what an Agent has to save, in files.

mod crc32;
mod files;
mod log;

use core::fmt;
use core::ops::Range;
use std::io;
use std::path::Path;

use alloc::vec::Vec;

pub use files::{Directory, Files};
use log::Unreadable;

use crate::persistence::Batch;

/// The file that counts.
const STATE: &str = "state";
/// The one that is to replace it.
const NEXT: &str = "state.next";

/// Bytes of changes behind the whole state from which on the store wants the whole state again.
const LONG: usize = 64 << 10;

/// Saves what an Agent gives out as [`Output::Persist`](crate::Output::Persist), so that after any crash all that was
/// saved is there, or the store says what is not.
///
/// There is one file, `state`: the whole state, and behind it what has changed since, each batch with its checksum. A
/// batch is one write and one sync. The whole state goes to a new file, which takes the place of the old one when it is
/// safe. After an error, and when it was just opened, the store takes nothing but the whole state, since nobody knows
/// what the disk really holds. That is what an Agent gives out first, and after
/// [`Input::PersistFailed`](crate::Input::PersistFailed).
///
/// One store at a time uses a folder.
///
/// ```
/// use usp_agent::file_store::FileStore;
/// use usp_agent::{Agent, Input, Now, Output};
/// # use usp_agent::record::Rng;
/// # use std::path::Path;
///
/// # fn run<R: Rng>(folder: &Path, mut agent: Agent<R>, now: Now) -> Result<(), Box<dyn core::error::Error>> {
/// let (mut store, saved) = FileStore::open(folder)?;
/// if let Some(repair) = saved.repair() {
///     eprintln!("{repair}");
/// }
/// for unfit in agent.restore(saved.parts())? {
///     eprintln!("{unfit}");
/// }
/// loop {
///     match agent.poll_output() {
///         Output::Persist(batch) => match store.write(&batch) {
///             Ok(()) => {
///                 agent.handle_input(Input::Persisted(batch.id), now);
///                 if store.is_long() {
///                     agent.save_whole();
///                 }
///             }
///             Err(error) => {
///                 eprintln!("{error}");
///                 agent.handle_input(Input::PersistFailed(batch.id), now);
///             }
///         },
///         Output::Wait { .. } => break,
///         _ => { /* Records to send, and so on. */ }
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct FileStore<F = Directory> {
    files: F,
    generation: u64,
    /// Bytes of the file, and of its first batch with the header.
    length: usize,
    whole: usize,
    /// Whether nobody knows what is safe of the file, or there is none.
    needs_whole: bool,
}

/// What a store held when it was opened.
#[derive(Debug, Default)]
pub struct Saved {
    bytes: Vec<u8>,
    parts: Vec<Range<usize>>,
    repair: Option<Repair>,
}

/// What was left out of a file, since it was no whole batch.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repair {
    /// Where it began.
    pub position: usize,
    /// How many bytes.
    pub bytes: usize,
    /// Whether it had been safe, and was damaged since: changes are lost that were acknowledged. Otherwise nothing
    /// shows that it was more than a write that was cut short, which nobody was told of.
    pub damaged: bool,
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { position, bytes, damaged } = self;
        write!(f, "{bytes} bytes of saved changes, from byte {position} on, ")?;
        f.write_str(match damaged {
            true => "were left out: they were damaged after they had been saved",
            false => "were left out: they had not been written to the end",
        })
    }
}

/// Why a store cannot be opened. Nothing is changed then: whoever wants to begin anew removes the file.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The file system fails.
    #[error("the saved state cannot be read: {0}")]
    Io(#[from] io::Error),
    /// No file can be made in the folder.
    #[error("the state cannot be saved in the folder {0}")]
    Unwritable(#[source] io::Error),
    /// The file is no store.
    #[error("the file `state` of the store begins as no saved state does")]
    NoStore,
    /// A later version of this crate has written it.
    #[error("saved state of version {0} is unknown, the latest known is 1")]
    Version(u8),
    /// What all else is based on is damaged, which no crash does.
    #[error("the saved state is damaged at its beginning")]
    Damaged,
}

/// Why a batch was not saved.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// The file system fails.
    #[error("the state cannot be saved: {0}")]
    Io(#[from] io::Error),
    /// There is nothing that the batch could follow, because the store was just opened or writing has failed before.
    /// The whole state can be saved.
    #[error("the whole state has to be saved first")]
    NeedsWhole,
    /// The batch has 4 GiB or more.
    #[error("the batch is too large")]
    TooLarge,
}

impl FileStore {
    /// The store in a folder, which is made if need be, and what it holds. A file is made there and removed again, so
    /// that a folder that cannot be written to shows now and not with the first batch; whoever only wants to read opens
    /// a [`Directory`] with [`open_with`](Self::open_with).
    ///
    /// # Errors
    ///
    /// The file cannot be read, or is none of this crate's, or no file can be made in the folder.
    pub fn open(folder: impl AsRef<Path>) -> Result<(Self, Saved), OpenError> {
        let directory = Directory::new(folder)?;
        directory.check_writable().map_err(OpenError::Unwritable)?;
        Self::open_with(directory)
    }
}

impl<F: Files> FileStore<F> {
    /// A store in other files than those of the file system.
    ///
    /// # Errors
    ///
    /// As for [`open`](FileStore::open).
    pub fn open_with(mut files: F) -> Result<(Self, Saved), OpenError> {
        let Some(bytes) = files.read(STATE)? else {
            let store = Self { files, generation: 0, length: 0, whole: 0, needs_whole: true };
            return Ok((store, Saved::default()));
        };
        let log = log::read(&bytes).map_err(|unreadable| match unreadable {
            Unreadable::NoStore => OpenError::NoStore,
            Unreadable::Version(version) => OpenError::Version(version),
            Unreadable::Damaged => OpenError::Damaged,
        })?;
        let repair = (log.end < bytes.len()).then(|| Repair {
            position: log.end,
            bytes: bytes.len() - log.end,
            damaged: log.goes_on,
        });
        // What was read may not be safe: a process that was killed did not sync it, or a sync failed, which is told
        // once.
        let store =
            Self { files, generation: log.generation, length: log.end, whole: log.whole, needs_whole: true };
        Ok((store, Saved { bytes, parts: log.parts, repair }))
    }

    /// Saves a batch. When this returns it is safe, and [`Input::Persisted`](crate::Input::Persisted) may say so.
    ///
    /// # Errors
    ///
    /// It may or may not be saved, or in part. Until the whole state is, nothing else can be.
    pub fn write(&mut self, batch: &Batch) -> Result<(), WriteError> {
        let needed_whole = core::mem::replace(&mut self.needs_whole, true);
        if batch.whole {
            self.replace(&batch.parts)?;
        } else if needed_whole {
            return Err(WriteError::NeedsWhole);
        } else {
            let bytes = log::batch(self.generation, self.length, &batch.parts).ok_or(WriteError::TooLarge)?;
            self.files.append(STATE, &bytes)?;
            self.files.sync(STATE)?;
            self.length += bytes.len();
        }
        self.needs_whole = false;
        Ok(())
    }

    fn replace(&mut self, parts: &[Vec<u8>]) -> Result<(), WriteError> {
        let generation = self.generation.wrapping_add(1);
        let mut bytes = log::header(generation);
        bytes.extend(log::batch(generation, bytes.len(), parts).ok_or(WriteError::TooLarge)?);
        // Also where this fails halfway, the next file is another one.
        self.generation = generation;
        self.files.create(NEXT)?;
        self.files.append(NEXT, &bytes)?;
        self.files.sync(NEXT)?;
        self.files.rename(NEXT, STATE)?;
        self.files.sync_names()?;
        self.whole = bytes.len();
        self.length = bytes.len();
        Ok(())
    }

    /// Whether the file has become long for what is in it: time for [`Agent::save_whole`](crate::Agent::save_whole). It
    /// is when more than 64 kB of changes and more than the whole state had are behind the whole state.
    pub fn is_long(&self) -> bool {
        self.length - self.whole > self.whole.max(LONG)
    }
}

impl Saved {
    /// What [`Agent::restore`](crate::Agent::restore) takes; nothing where nothing was saved so far.
    pub fn parts(&self) -> impl Iterator<Item = &[u8]> {
        self.parts.iter().map(|part| &self.bytes[part.clone()])
    }

    /// What was left out, if something was. It is gone for good with the first batch that is saved.
    pub fn repair(&self) -> Option<&Repair> {
        self.repair.as_ref()
    }
}
