//! A disk in memory that fails, tears and reorders, and loses its power.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::rc::Rc;
use core::cell::RefCell;
use std::io;

use usp_agent::file_store::Files;

/// A handle of one disk.
#[derive(Debug, Clone, Default)]
pub struct Disk(Rc<RefCell<Inner>>);

#[derive(Debug, Default)]
struct Inner {
    files: Vec<Content>,
    /// Names as the program sees them, and as a crash leaves them.
    names: BTreeMap<String, usize>,
    safe_names: BTreeMap<String, usize>,
    renames: Vec<Naming>,
    /// How many operations there were.
    operations: usize,
    failing: BTreeSet<usize>,
    crash_at: Option<usize>,
    is_dead: bool,
    coins: Coins,
}

#[derive(Debug, Default)]
struct Content {
    /// What the program sees.
    now: Vec<u8>,
    /// What is safe.
    safe: Vec<u8>,
    /// Bytes on the way, by position.
    pending: Vec<(usize, Vec<u8>)>,
}

#[derive(Debug)]
enum Naming {
    Create(String, usize),
    Rename(String, String, usize),
}

/// Decides by a number that the test gives.
#[derive(Debug, Clone, Default)]
struct Coins(u64);

impl Coins {
    fn toss(&mut self) -> bool {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 63 == 1
    }
}

/// What becomes of an operation.
#[derive(PartialEq)]
enum Fate {
    Done,
    Fails,
}

impl Disk {
    /// A disk on which these operations fail, and from one on all, since the power is gone.
    pub fn failing(failing: impl IntoIterator<Item = usize>, crash_at: Option<usize>, seed: u64) -> Self {
        let failing = failing.into_iter().collect();
        Self(Rc::new(RefCell::new(Inner { failing, crash_at, coins: Coins(seed), ..Inner::default() })))
    }

    pub fn operations(&self) -> usize {
        self.0.borrow().operations
    }

    pub fn is_dead(&self) -> bool {
        self.0.borrow().is_dead
    }

    /// The disk as it is when the power is back: of what was not synced some is there, in pieces and in any order.
    pub fn after_crash(&self, seed: u64) -> Self {
        let inner = self.0.borrow();
        let mut coins = Coins(seed);
        let files = inner.files.iter().map(|content| {
            let mut safe = content.safe.clone();
            arrive(&mut safe, &content.pending, &mut coins);
            Content { now: safe.clone(), safe, pending: Vec::new() }
        });
        let files = files.collect();
        let mut names = inner.safe_names.clone();
        for naming in &inner.renames {
            if coins.toss() {
                naming.apply(&mut names);
            }
        }
        let inner = Inner { files, safe_names: names.clone(), names, ..Inner::default() };
        Self(Rc::new(RefCell::new(inner)))
    }

    /// The bytes of a file.
    pub fn bytes(&self, name: &str) -> Vec<u8> {
        let inner = self.0.borrow();
        inner.files[inner.names[name]].now.clone()
    }

    /// Makes the bytes of a file, safe.
    pub fn put(&self, name: &str, bytes: Vec<u8>) {
        let mut inner = self.0.borrow_mut();
        let file = inner.files.len();
        inner.files.push(Content { now: bytes.clone(), safe: bytes, pending: Vec::new() });
        inner.names.insert(name.into(), file);
        inner.safe_names.insert(name.into(), file);
    }
}

/// Some of the bytes on the way arrive, in pieces; between them are zeros or what was there by chance.
fn arrive(safe: &mut Vec<u8>, pending: &[(usize, Vec<u8>)], coins: &mut Coins) {
    for (position, bytes) in pending {
        for (piece, bytes) in bytes.chunks(7).enumerate() {
            if !coins.toss() {
                continue;
            }
            let at = position + piece * 7;
            if safe.len() < at + bytes.len() {
                // The length of the file was on its way too. What is in the hole is anybody's.
                let stale = if coins.toss() { 0 } else { 0xA5 };
                safe.resize(at + bytes.len(), stale);
            }
            safe[at..at + bytes.len()].copy_from_slice(bytes);
        }
    }
}

impl Naming {
    fn apply(&self, names: &mut BTreeMap<String, usize>) {
        match self {
            Self::Create(name, file) => {
                names.insert(name.clone(), *file);
            }
            Self::Rename(from, to, file) => {
                names.remove(from);
                names.insert(to.clone(), *file);
            }
        }
    }
}

impl Inner {
    fn begin(&mut self) -> io::Result<Fate> {
        if self.is_dead {
            return Err(error());
        }
        let operation = self.operations;
        self.operations += 1;
        self.is_dead = self.crash_at == Some(operation);
        let fails = self.is_dead || self.failing.contains(&operation);
        Ok(if fails { Fate::Fails } else { Fate::Done })
    }

    fn file(&mut self, name: &str) -> io::Result<&mut Content> {
        let file = *self.names.get(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(&mut self.files[file])
    }

    fn name(&mut self, naming: Naming) {
        naming.apply(&mut self.names);
        self.renames.push(naming);
    }
}

fn error() -> io::Error {
    io::Error::other("injected")
}

fn end(fate: &Fate) -> io::Result<()> {
    if *fate == Fate::Done { Ok(()) } else { Err(error()) }
}

impl Files for Disk {
    fn read(&mut self, name: &str) -> io::Result<Option<Vec<u8>>> {
        let mut inner = self.0.borrow_mut();
        end(&inner.begin()?)?;
        let file = inner.names.get(name).copied();
        Ok(file.map(|file| inner.files[file].now.clone()))
    }

    fn create(&mut self, name: &str) -> io::Result<()> {
        let mut inner = self.0.borrow_mut();
        let fate = inner.begin()?;
        if fate == Fate::Done || inner.coins.toss() {
            let file = inner.files.len();
            inner.files.push(Content::default());
            inner.name(Naming::Create(name.into(), file));
        }
        end(&fate)
    }

    fn append(&mut self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let mut inner = self.0.borrow_mut();
        let fate = inner.begin()?;
        let written = if fate == Fate::Done { bytes } else { &bytes[..bytes.len() / 2] };
        let content = inner.file(name)?;
        let position = content.now.len();
        content.now.extend_from_slice(written);
        content.pending.push((position, written.to_vec()));
        end(&fate)
    }

    /// One that fails has lost for good what it did not write, though the program goes on to see it.
    fn sync(&mut self, name: &str) -> io::Result<()> {
        let mut inner = self.0.borrow_mut();
        let fate = inner.begin()?;
        let mut coins = inner.coins.clone();
        let content = inner.file(name)?;
        let pending = core::mem::take(&mut content.pending);
        if fate == Fate::Done {
            for (position, bytes) in pending {
                content.safe.resize(content.safe.len().max(position + bytes.len()), 0);
                content.safe[position..position + bytes.len()].copy_from_slice(&bytes);
            }
        } else {
            arrive(&mut content.safe, &pending, &mut coins);
        }
        inner.coins = coins;
        end(&fate)
    }

    fn rename(&mut self, from: &str, to: &str) -> io::Result<()> {
        let mut inner = self.0.borrow_mut();
        let fate = inner.begin()?;
        if fate == Fate::Done || inner.coins.toss() {
            let file = *inner.names.get(from).ok_or(io::ErrorKind::NotFound)?;
            inner.name(Naming::Rename(from.into(), to.into(), file));
        }
        end(&fate)
    }

    fn sync_names(&mut self) -> io::Result<()> {
        let mut inner = self.0.borrow_mut();
        let fate = inner.begin()?;
        if fate == Fate::Done {
            inner.renames.clear();
            inner.safe_names = inner.names.clone();
        }
        end(&fate)
    }
}
