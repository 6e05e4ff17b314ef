//! The store in files, on disks that fail at every single operation.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

extern crate alloc;

#[path = "../common/mod.rs"]
mod common;
mod disk;

use common::model;
use common::saving::{Left, Saving};
use disk::Disk;
use usp_agent::file_store::{Directory, FileStore, Files, OpenError, Repair, Saved, WriteError};
use usp_agent::{Batch, BatchId, Input, Output};

fn whole(parts: &[&str]) -> Batch {
    Batch { whole: true, ..changes(parts) }
}

fn changes(parts: &[&str]) -> Batch {
    let parts = parts.iter().map(|part| part.as_bytes().to_vec()).collect();
    Batch { id: BatchId(0), whole: false, parts }
}

fn texts(saved: &Saved) -> Vec<&str> {
    saved.parts().map(|part| core::str::from_utf8(part).unwrap()).collect()
}

fn open<F: Files>(files: F) -> (FileStore<F>, Saved) {
    FileStore::open_with(files).unwrap()
}

/// What a store is for, in a folder of the file system.
#[test]
fn a_store_in_a_folder() {
    let name = format!("a-store-in-a-folder-{}", std::process::id());
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    let (mut store, saved) = FileStore::open(&folder).unwrap();
    assert_eq!((saved.parts().count(), saved.repair()), (0, None));
    assert!(matches!(store.write(&changes(&["1"])), Err(WriteError::NeedsWhole)));
    store.write(&whole(&["all"])).unwrap();
    store.write(&changes(&["1", "2"])).unwrap();
    drop(store);
    let (mut store, saved) = FileStore::open(&folder).unwrap();
    assert_eq!(texts(&saved), ["all", "1", "2"]);
    assert!(matches!(store.write(&changes(&["3"])), Err(WriteError::NeedsWhole)));
    store.write(&whole(&["again"])).unwrap();
    store.write(&changes(&["3"])).unwrap();
    store.write(&whole(&["new"])).unwrap();
    store.write(&changes(&["4"])).unwrap();
    let (_, saved) = FileStore::open(&folder).unwrap();
    assert_eq!(texts(&saved), ["new", "4"]);
    let files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().file_name()).collect();
    assert_eq!(files, ["state"]);
    std::fs::remove_dir_all(&folder).unwrap();
}

/// What the system says of a failure names no file.
#[test]
fn a_failure_names_the_file_that_it_is_about() {
    let name = format!("a-failure-names-the-file-{}", std::process::id());
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(folder.join("state.next")).unwrap();
    let (mut store, _) = FileStore::open(&folder).unwrap();
    let error = store.write(&whole(&["all"])).unwrap_err();
    let expected = format!("the state cannot be saved: {}: ", folder.join("state.next").display());
    assert!(error.to_string().starts_with(&expected), "{error}");

    let file = folder.join("file");
    std::fs::write(&file, "").unwrap();
    let error = FileStore::open(&file).unwrap_err();
    let OpenError::Io(cause) = &error else { panic!("{error}") };
    assert_eq!(cause.kind(), std::io::ErrorKind::AlreadyExists);
    let expected = format!("the saved state cannot be read: {}: ", file.display());
    assert!(error.to_string().starts_with(&expected), "{error}");

    std::fs::create_dir(folder.join("state")).unwrap();
    let error = FileStore::open(&folder).unwrap_err();
    let expected = format!("the saved state cannot be read: {}: ", folder.join("state").display());
    assert!(error.to_string().starts_with(&expected), "{error}");
    std::fs::remove_dir_all(&folder).unwrap();
}

/// A folder that cannot be written to shows when the store is opened, and not with the first change that is lost.
#[test]
fn a_folder_that_cannot_be_written_to_is_no_store() {
    let name = format!("a-folder-that-cannot-be-written-to-{}", std::process::id());
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    // Whoever runs the test may have the right to write anywhere, but not to a folder as if it were a file.
    std::fs::create_dir_all(folder.join("state.probe")).unwrap();
    check_unwritable(&folder);
    let (_, saved) = FileStore::open_with(Directory::new(&folder).unwrap()).unwrap();
    assert_eq!(saved.parts().count(), 0, "it can still be read");
    std::fs::remove_dir_all(&folder).unwrap();
    // Nobody makes files there.
    #[cfg(target_os = "linux")]
    check_unwritable(std::path::Path::new("/proc/self"));
}

#[track_caller]
fn check_unwritable(folder: &std::path::Path) {
    let error = FileStore::open(folder).unwrap_err();
    assert!(matches!(error, OpenError::Unwritable(_)), "{error}");
    let expected = format!("the state cannot be saved in the folder {}: ", folder.display());
    assert!(error.to_string().starts_with(&expected), "{error}");
}

/// A batch that was cut short is left out with words, and the whole state takes the place of what is left.
#[test]
fn a_torn_end_is_told_and_repaired() {
    let disk = Disk::default();
    let (mut store, _) = open(disk.clone());
    store.write(&whole(&["all"])).unwrap();
    store.write(&changes(&["1"])).unwrap();
    let sound = disk.bytes("state").len();
    store.write(&changes(&["lost"])).unwrap();
    let bytes = disk.bytes("state");
    let torn = Disk::default();
    torn.put("state", bytes[..bytes.len() - 1].to_vec());
    let (mut store, saved) = open(torn.clone());
    assert_eq!(texts(&saved), ["all", "1"]);
    let repair = saved.repair().unwrap();
    assert_eq!((repair.position, repair.bytes, repair.damaged), (sound, bytes.len() - sound - 1, false));
    let words = format!(
        "{} bytes of saved changes, from byte {sound} on, were left out: they had not been written to the end",
        repair.bytes
    );
    assert_eq!(repair.to_string(), words);
    assert!(matches!(store.write(&changes(&["2"])), Err(WriteError::NeedsWhole)));
    assert!(matches!(store.write(&changes(&["2"])), Err(WriteError::NeedsWhole)));
    store.write(&whole(&["anew"])).unwrap();
    store.write(&changes(&["3"])).unwrap();
    let (_, saved) = open(torn);
    assert_eq!((texts(&saved), saved.repair()), (vec!["anew", "3"], None));
}

/// Damage in the middle is no crash: it is told as what it is.
#[test]
fn damage_to_what_was_safe_is_told_apart() {
    let disk = Disk::default();
    let (mut store, _) = open(disk.clone());
    store.write(&whole(&["all"])).unwrap();
    let first = disk.bytes("state").len();
    store.write(&changes(&["1"])).unwrap();
    store.write(&changes(&["2"])).unwrap();
    let mut bytes = disk.bytes("state");
    bytes[first + 16] ^= 1;
    let rest = bytes.len() - first;
    disk.put("state", bytes);
    let (_, saved) = open(disk);
    assert_eq!(texts(&saved), ["all"]);
    let repair = saved.repair().unwrap();
    assert_eq!((repair.position, repair.bytes, repair.damaged), (first, rest, true));
    assert!(repair.to_string().ends_with("were left out: they were damaged after they had been saved"));
}

/// What is no store, or a later one's, is left alone.
#[test]
fn what_cannot_be_read_is_not_replaced() {
    let open = |bytes: &[u8]| {
        let disk = Disk::default();
        disk.put("state", bytes.to_vec());
        let error = FileStore::open_with(disk.clone()).unwrap_err();
        assert_eq!(disk.bytes("state"), bytes);
        error
    };
    assert!(matches!(open(b""), OpenError::NoStore));
    assert!(matches!(open(b"{}"), OpenError::NoStore));
    assert!(matches!(open(b"USPSTOR\x02whatever"), OpenError::Version(2)));
    assert!(matches!(open(b"USPSTOR\x01"), OpenError::Damaged));
    let disk = Disk::default();
    let (mut store, _) = self::open(disk.clone());
    store.write(&whole(&["all"])).unwrap();
    let mut bytes = disk.bytes("state");
    *bytes.last_mut().unwrap() ^= 1;
    assert!(matches!(open(&bytes), OpenError::Damaged));
}

#[test]
fn a_store_says_when_it_is_long() {
    let (mut store, _) = open(Disk::default());
    store.write(&whole(&[&"w".repeat(100_000)])).unwrap();
    for _ in 0..10 {
        assert!(!store.is_long());
        store.write(&changes(&[&"c".repeat(10_000)])).unwrap();
    }
    assert!(store.is_long());
    store.write(&whole(&["short"])).unwrap();
    store.write(&changes(&[&"c".repeat(64_000)])).unwrap();
    assert!(!store.is_long());
    store.write(&changes(&[&"c".repeat(2_000)])).unwrap();
    assert!(store.is_long());
}

/// A program that counts: each number is a change, and the whole state are all of them.
struct Counting {
    disk: Disk,
    store: Option<FileStore<Disk>>,
    /// How many numbers there are, and how many are safe for sure.
    count: usize,
    safe: usize,
}

impl Counting {
    fn new(disk: Disk) -> Self {
        Self { disk, store: None, count: 0, safe: 0 }
    }

    /// Opens the store; what it holds is checked.
    fn open(&mut self) {
        match FileStore::open_with(self.disk.clone()) {
            Ok((store, saved)) => {
                let numbers: Vec<usize> = texts(&saved)
                    .iter()
                    .flat_map(|part| part.split_whitespace())
                    .map(|n| n.parse().unwrap())
                    .collect();
                assert_eq!(numbers, (0..numbers.len()).collect::<Vec<_>>(), "all, in order");
                assert!((self.safe..=self.count).contains(&numbers.len()), "{} {numbers:?}", self.safe);
                assert!(saved.repair().is_none_or(|Repair { damaged, .. }| !damaged));
                // What is seen may not be safe yet.
                self.count = numbers.len();
                self.store = Some(store);
            }
            Err(OpenError::Io(_)) => self.store = None,
            Err(error) => panic!("{error}"),
        }
    }

    fn numbers(range: core::ops::Range<usize>) -> String {
        range.map(|number| number.to_string() + " ").collect()
    }

    /// One change, which is safe if the store says so; otherwise the whole state is tried, once.
    fn step(&mut self, whole_due: bool) {
        let Some(store) = &mut self.store else { return self.open() };
        self.count += 1;
        let all = whole(&[&Self::numbers(0..self.count)]);
        let saved = if whole_due {
            store.write(&all).is_ok()
        } else {
            let change = changes(&[&Self::numbers(self.count - 1..self.count)]);
            store.write(&change).is_ok() || store.write(&all).is_ok()
        };
        if saved {
            self.safe = self.count;
        }
    }

    /// Some changes, the whole state now and then, and a program that starts anew in between.
    fn work(&mut self) {
        self.open();
        for turn in 0..9 {
            self.step(turn % 4 == 3);
            if turn == 5 {
                self.store = None;
                self.open();
            }
        }
    }

    /// The power fails, and what is there is read and worked on.
    fn crash(&mut self, seed: u64) {
        self.disk = self.disk.after_crash(seed);
        self.store = None;
        self.open();
        assert!(self.store.is_some(), "nothing fails any more");
        self.work();
        assert_eq!(self.safe, self.count);
        self.disk = self.disk.after_crash(seed + 1);
        self.store = None;
        self.open();
        assert_eq!(self.safe, self.count);
    }
}

/// The power fails at each operation in turn, and before it any other operation has failed.
#[test]
fn every_change_that_was_saved_is_there_whatever_fails() {
    let mut sound = Counting::new(Disk::default());
    sound.work();
    assert_eq!((sound.count, sound.safe), (9, 9));
    let operations = sound.disk.operations();
    assert!(operations > 30, "{operations}");
    let mut repaired = 0;
    for crash_at in 0..operations + 8 {
        for failing in 0..=crash_at {
            for seed in 0..6 {
                let disk = Disk::failing([failing], Some(crash_at), seed);
                let mut counting = Counting::new(disk);
                counting.work();
                let torn = counting.disk.after_crash(seed);
                repaired += usize::from(FileStore::open_with(torn).unwrap().1.repair().is_some());
                counting.crash(seed);
            }
        }
    }
    assert!(repaired > 100, "the disk tears: {repaired}");
}

/// Operations that fail, two or many, without a crash until the end.
#[test]
fn a_store_recovers_from_errors_by_itself() {
    for seed in 0..2_000_u64 {
        let failing = (0..40).filter(|at| (seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (at % 61)) & 3 == 0);
        let mut counting = Counting::new(Disk::failing(failing, None, seed));
        counting.work();
        counting.crash(seed);
    }
}

/// An Agent that sets, and the store that it saves to.
struct Device {
    disk: Disk,
    store: FileStore<Disk>,
    saving: Saving,
    set: u32,
    acknowledged: u32,
}

impl Device {
    /// A device that starts; `None` where the store cannot be read.
    fn start(disk: Disk, set: u32, acknowledged: u32) -> Option<Self> {
        let (store, saved) = match FileStore::open_with(disk.clone()) {
            Ok(opened) => opened,
            Err(OpenError::Io(_)) => return None,
            Err(error) => panic!("{error}"),
        };
        let parts: Vec<Vec<u8>> = saved.parts().map(<[u8]>::to_vec).collect();
        let saving = if parts.is_empty() {
            assert_eq!(acknowledged, 0);
            Saving::new()
        } else {
            let (saving, unfit) = Saving::start(model(), parts, u64::from(set));
            assert_eq!(unfit, []);
            saving
        };
        let value = saving.value().parse().unwrap_or(0);
        assert!((acknowledged..=set).contains(&value), "{acknowledged} {value} {set}");
        Some(Self { disk, store, saving, set: value, acknowledged })
    }

    /// Sets a parameter several times, with the whole state in between.
    fn work(&mut self) {
        for turn in 0..6 {
            for _ in 0..=turn % 2 {
                self.set += 1;
                self.saving.set("one", &self.set.to_string());
            }
            if turn == 3 {
                self.saving.agent.save_whole();
            }
            let mut left = self.saving.drain();
            // Two attempts, then the Agent wants to wait.
            while let Some(batch) = self.saving.pending.take() {
                let input = match self.store.write(&batch) {
                    Ok(()) => Input::Persisted(batch.id),
                    Err(_) => Input::PersistFailed(batch.id),
                };
                left.extend(self.saving.input(input));
            }
            for left in left {
                match left {
                    Left::Answer(value) => self.acknowledged = value.parse().unwrap(),
                    Left::Refused(value, 7005) => assert!(value.parse::<u32>().unwrap() <= self.set),
                    Left::Other(Output::Ignored(_)) => {}
                    other => panic!("{other:?}"),
                }
            }
        }
    }
}

/// An Agent on such a disk: what it has acknowledged is there after the power failed at each operation in turn, and at
/// each that follows an error.
#[test]
fn every_acknowledged_set_is_there_whatever_fails() {
    let mut device = Device::start(Disk::default(), 0, 0).unwrap();
    device.work();
    assert_eq!((device.set, device.acknowledged), (9, 9));
    let operations = device.disk.operations();
    assert!(operations > 15, "{operations}");
    for at in 0..operations {
        for seed in 0..3 {
            for failing in [None, at.checked_sub(1), at.checked_sub(2)] {
                let disk = Disk::failing(failing, Some(at), seed);
                let (mut set, mut acknowledged) = (0, 0);
                if let Some(mut device) = Device::start(disk.clone(), 0, 0) {
                    device.work();
                    (set, acknowledged) = (device.set, device.acknowledged);
                }
                let mut device = Device::start(disk.after_crash(seed), set, acknowledged).unwrap();
                device.work();
                assert_eq!(device.acknowledged, device.set);
            }
        }
    }
}
