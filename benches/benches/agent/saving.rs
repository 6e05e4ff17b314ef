//! An Agent and its store against files without either.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use usp_agent::file_store::FileStore;
use usp_agent::{Input, Output};
use usp_schema::Schema;

use crate::device::{Device, agent, now, set};

/// A folder for one case, empty.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A device that saves.
pub struct Durable {
    agent: Device,
    store: FileStore,
    /// The Records of Sets, each of another value, to be given in turn: making them is a Controller's work.
    sets: Vec<Vec<u8>>,
    turn: usize,
    /// Bytes of the last batch.
    pub batch: usize,
}

impl Durable {
    /// `batch` Sets are to share a sync.
    pub fn new(agent: Device, folder: &Path, batch: u32) -> Self {
        let (store, saved) = FileStore::open(folder).unwrap();
        let sets = (0..2 * batch).map(|turn| turn.to_string()).map(|text| set(&text, &text)).collect();
        let mut durable = Self { agent, store, sets, turn: 0, batch: 0 };
        assert_eq!(durable.agent.restore(saved.parts()).unwrap(), []);
        durable.agent.handle_input(Input::Timeout, now());
        durable.run();
        durable
    }

    /// So many Sets, which share one sync; the answers that left.
    pub fn sets(&mut self, count: u32) -> usize {
        for _ in 0..count {
            self.agent.handle_input(Input::Record(&self.sets[self.turn]), now());
            self.turn = (self.turn + 1) % self.sets.len();
        }
        let answers = self.run();
        assert_eq!(answers, count as usize);
        answers
    }

    fn run(&mut self) -> usize {
        let mut answers = 0;
        loop {
            match self.agent.poll_output() {
                Output::Persist(batch) => {
                    self.batch = batch.parts.iter().map(Vec::len).sum();
                    self.store.write(&batch).unwrap();
                    self.agent.handle_input(Input::Persisted(batch.id), now());
                    if self.store.is_long() {
                        self.agent.save_whole();
                    }
                }
                Output::Record { .. } => answers += 1,
                Output::Wait { .. } => return answers,
                other => panic!("the bench has made a mistake: {other:?}"),
            }
        }
    }
}

/// A file that bytes are added to.
pub struct Appending(File);

impl Appending {
    pub fn new(folder: &Path) -> Self {
        Self(File::create(folder.join("appended")).unwrap())
    }

    pub fn append(&mut self, bytes: &[u8]) -> usize {
        self.0.write_all(bytes).unwrap();
        self.0.sync_data().unwrap();
        bytes.len()
    }
}

/// Reads and checksums what is saved; how many parts.
pub fn read(folder: &Path) -> usize {
    FileStore::open(folder).unwrap().1.parts().count()
}

/// The same, and an Agent is ready to go on with it; how many Subscriptions it has.
pub fn start(schema: &Schema, folder: &Path) -> usize {
    let (_, saved) = FileStore::open(folder).unwrap();
    let mut agent = agent(usp_datamodel::DataModel::new(schema.clone()));
    assert_eq!(agent.restore(saved.parts()).unwrap(), []);
    agent.handle_input(Input::Timeout, now());
    let count = agent.model().value_at("Device.LocalAgent.SubscriptionNumberOfEntries").unwrap();
    count.to_string().parse().unwrap()
}

/// Saves an Agent as it is.
pub fn save(agent: Device, folder: &Path) {
    let state = agent.model().snapshot();
    let (mut store, _) = FileStore::open(folder).unwrap();
    let batch = usp_agent::Batch { id: usp_agent::BatchId(1), whole: true, parts: vec![state] };
    store.write(&batch).unwrap();
    drop(agent);
    assert_eq!(read(folder), 1);
}
