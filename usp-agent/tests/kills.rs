//! A device whose process is killed again and again.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

use std::env;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use usp_agent::datamodel::{DataModel, Requester};
use usp_agent::file_store::FileStore;
use usp_agent::record::{EndpointId, Instant, Record, Rng};
use usp_agent::{Agent, Input, Now, Output};
use usp_codegen::{ImageOptions, Model};
use usp_msg::{Add, Msg, Set, add, set};
use usp_schema::Schema;

const CODE: &str = "Device.DeviceInfo.ProvisioningCode";
/// Says to the program that it is the device, and where its folder is.
const FOLDER: &str = "USP_AGENT_KILLS_FOLDER";
/// Devices at the same time, and how often each is killed.
const DEVICES: u64 = 4;
const KILLS: usize = 250;
/// Sets that are on their way at the same time, at the most.
const GROUP: u64 = 3;

struct Numbers(u64);

impl Rng for Numbers {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *byte = (self.0 >> 56) as u8;
        }
    }
}

/// 1,000 times a device is started, works and is killed wherever it is. Each time all is there that it has
/// acknowledged, and nothing that was not asked.
#[test]
fn a_thousand_kills_lose_nothing_acknowledged() {
    if let Some(folder) = env::var_os(FOLDER) {
        work(Path::new(&folder));
    }
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("kills-{}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    // Reading the XML once is enough.
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/usp-device.xml");
    let options = ImageOptions::default().select("Device.LocalAgent.").select("Device.DeviceInfo.");
    let schema = Model::from_file(path).unwrap().to_schema(&options).unwrap();
    std::thread::scope(|scope| {
        for device in 0..DEVICES {
            let folder = folder.join(device.to_string());
            fs::create_dir(&folder).unwrap();
            fs::write(folder.join("image"), schema.as_bytes()).unwrap();
            scope.spawn(move || kill_again_and_again(&folder, Numbers(device)));
        }
    });
    fs::remove_dir_all(&folder).unwrap();
}

fn kill_again_and_again(folder: &Path, mut numbers: Numbers) {
    let (mut acknowledged, mut seen) = (0, 0);
    for kill in 0..KILLS {
        let (mut child, mut lines) = start(folder);
        let found = next(&mut lines, "@found ").expect("a device that starts");
        assert!((acknowledged..=acknowledged + GROUP).contains(&found), "{kill}: {acknowledged} {found}");
        acknowledged = found;
        let mut number = [0];
        numbers.fill(&mut number);
        for _ in 0..number[0] % 8 {
            acknowledged = next(&mut lines, "@acknowledged ").expect("a device that works");
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What it said before it died counts, except for a line that was cut short.
        while let Some(more) = next(&mut lines, "@acknowledged ") {
            acknowledged = more;
        }
        seen += usize::from(acknowledged > found);
    }
    assert!(seen > KILLS / 2 && acknowledged > KILLS as u64, "{seen} {acknowledged}");
}

fn start(folder: &Path) -> (Child, BufReader<ChildStdout>) {
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "a_thousand_kills_lose_nothing_acknowledged", "--nocapture"])
        .env(FOLDER, folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap());
    (child, lines)
}

/// The number in the next line of a kind; `None` where the device has ended.
fn next(lines: &mut BufReader<ChildStdout>, kind: &str) -> Option<u64> {
    loop {
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        // The test program may have words of its own in front.
        let line = line.strip_suffix('\n')?;
        if let Some((_, number)) = line.split_once(kind) {
            return Some(number.parse().unwrap());
        }
    }
}

/// The device: sets a parameter to ever higher numbers, and says which are acknowledged.
fn work(folder: &Path) -> ! {
    let schema = Schema::from_vec(fs::read(folder.join("image")).unwrap()).unwrap();
    let (us, operator) =
        (EndpointId::parse("os::012345-AGENT").unwrap(), EndpointId::parse("self::one").unwrap());
    let mut model = DataModel::new(schema);
    let (mut store, saved) = FileStore::open(folder.join("store")).unwrap();
    if let Some(repair) = saved.repair() {
        assert!(!repair.damaged, "{repair}");
    }
    if saved.parts().next().is_none() {
        let row = add::CreateObject::new("Device.LocalAgent.Controller.")
            .required("EndpointID", operator.as_str())
            .required("OnBoardingComplete", "true")
            .required("Enable", "true");
        model.process(&Add::new([row]).into(), &Requester::DEVICE).unwrap();
    }
    let mut agent = Agent::new(us.clone(), model, Numbers(1)).unwrap();
    assert_eq!(agent.restore(saved.parts()).unwrap(), []);
    let mut value: u64 = agent.model().value_at(CODE).unwrap().to_string().parse().unwrap_or(0);
    let mut out = std::io::stdout().lock();
    writeln!(out, "@found {value}").unwrap();
    let now = Now::new(Instant::from_secs(1));
    loop {
        for _ in 0..=value % GROUP {
            value += 1;
            let entry =
                set::UpdateObject::new("Device.DeviceInfo.").required("ProvisioningCode", value.to_string());
            let set = Msg::request(value.to_string(), Set::new([entry]));
            let record = Record::no_session(&operator, &us, set.encode_to_vec());
            agent.handle_input(Input::Record(&record.encode_to_vec()), now);
        }
        if value.is_multiple_of(5) {
            agent.save_whole();
        }
        loop {
            match agent.poll_output() {
                Output::Persist(batch) => {
                    store.write(&batch).unwrap();
                    agent.handle_input(Input::Persisted(batch.id), now);
                }
                Output::Record { bytes, .. } => {
                    let msg = Msg::decode(Record::decode(&bytes).unwrap().payload().unwrap()).unwrap();
                    let line = format!("@acknowledged {}\n", msg.msg_id());
                    out.write_all(line.as_bytes()).unwrap();
                    assert!(msg.into_answer::<Set>().unwrap().is_ok());
                }
                Output::Wait { .. } => break,
                other => panic!("{other:?}"),
            }
        }
    }
}
