//! Every object, parameter, command and event of the published data models, as supported and instantiated paths.
//!
//! The models are not part of this project; the environment variable `USP_MODELS` names the folder that holds them.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

use std::path::PathBuf as File;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use usp_path::{InstanceNumber, Path, PathKind, SupportedPath, SupportedSegment};

/// What of a model has a path.
#[derive(Default)]
struct Elements {
    objects: Vec<String>,
    parameters: Vec<String>,
    commands: Vec<String>,
    events: Vec<String>,
}

/// The elements of a model file. `root` is where its objects hang.
fn elements(xml: &str, root: &str) -> Elements {
    let mut reader = Reader::from_str(xml);
    let mut elements = Elements::default();
    let mut open: Vec<String> = Vec::new();
    let mut object = String::new();
    loop {
        let event = reader.read_event().unwrap();
        let (element, empty) = match &event {
            Event::Start(element) => (element, false),
            Event::Empty(element) => (element, true),
            Event::End(_) => {
                open.pop();
                continue;
            }
            Event::Eof => return elements,
            _ => continue,
        };
        let tag = element.local_name().as_ref().to_owned();
        match (open.last().map(String::as_str), tag.as_str()) {
            (Some("model"), "object") => {
                object = format!("{root}{}", name(element));
                elements.objects.push(object.clone());
            }
            (Some("object"), "parameter") if is_top(&open) => {
                elements.parameters.push(format!("{object}{}", name(element)));
            }
            (Some("object"), "command") if is_top(&open) => {
                elements.commands.push(format!("{object}{}", name(element)));
            }
            (Some("object"), "event") if is_top(&open) => {
                elements.events.push(format!("{object}{}", name(element)));
            }
            _ => {}
        }
        if !empty {
            open.push(tag);
        }
    }
}

/// Whether the innermost open object is one of the model, and not of a profile or among the arguments of a command.
fn is_top(open: &[String]) -> bool {
    open.len().checked_sub(2).is_some_and(|outer| open[outer] == "model")
}

fn name(element: &BytesStart<'_>) -> String {
    element.try_get_attribute("name").unwrap().unwrap().value.into_owned()
}

/// Reads the file from the folder `USP_MODELS`, or says that there is none.
fn model(file: &str) -> Option<String> {
    let Some(folder) = std::env::var_os("USP_MODELS") else {
        eprintln!("SKIPPED: USP_MODELS is not set, {file} was not read");
        return None;
    };
    let file = File::from(folder).join(file);
    Some(std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display())))
}

/// Supported, with numbers for the rows, and with wildcards for the rows.
#[track_caller]
fn all_forms(text: &str, kind: PathKind) {
    let path = SupportedPath::parse(text).unwrap_or_else(|error| panic!("{}", error.render(text)));
    assert_eq!((path.kind(), path.to_string().as_str()), (kind, text));

    let tables = path.segments().filter(|segment| *segment == SupportedSegment::Table).count();
    let numbers = (1..).map_while(InstanceNumber::new).take(tables);
    let instance = path.instantiate(numbers.clone()).unwrap();
    let mut expected = text.to_owned();
    for number in numbers {
        expected = expected.replacen("{i}", &number.to_string(), 1);
    }
    assert_eq!(instance.as_str(), expected);
    let read = Path::parse(&expected).unwrap();
    assert_eq!((read, read.kind(), read.is_search()), (instance.as_path(), instance.kind(), false));
    assert_eq!(read.to_supported().unwrap(), path);

    let wildcards = text.replace("{i}", "*");
    let search = Path::parse(&wildcards).unwrap();
    assert_eq!((search.to_string(), search.is_search()), (wildcards.clone(), tables > 0));
    assert_eq!(search.to_supported().unwrap(), path);

    let keys = text.replace("{i}", "[Alias==\"cpe-1\"&&Stats.ErrorsSent>0]");
    let search = Path::parse(&keys).unwrap();
    assert_eq!((search.to_string(), search.to_supported().unwrap().as_str()), (keys.clone(), text));
}

#[track_caller]
fn every_element(file: &str, root: &str, counts: [usize; 4]) {
    let Some(xml) = model(file) else { return };
    let elements = elements(&xml, root);
    let kinds = [
        (&elements.objects, PathKind::Object),
        (&elements.parameters, PathKind::Parameter),
        (&elements.commands, PathKind::Command),
        (&elements.events, PathKind::Event),
    ];
    assert_eq!(kinds.map(|(paths, _)| paths.len()), counts);
    for (paths, kind) in kinds {
        for path in paths {
            all_forms(path, kind);
        }
    }
    let all = || kinds.into_iter().flat_map(|(paths, _)| paths);
    let longest = all().map(String::len).max().unwrap();
    let segments = all().map(|path| SupportedPath::parse(path).unwrap().segments().count()).max().unwrap();
    eprintln!("{file}: {counts:?}, at most {longest} bytes and {segments} segments");
    // What the documentation of `Limits` says.
    assert!(longest <= 138 && segments <= 17);
}

#[test]
fn tr_181_2_19_1() {
    every_element("tr-181-2-19-1-usp-full.xml", "", [822, 6722, 179, 53]);
}

#[test]
fn tr_181_2_16_0() {
    every_element("tr-181-2-16-0-usp-full.xml", "", [669, 5320, 108, 17]);
}

#[test]
fn tr_104_2_0_2() {
    every_element("tr-104-2-0-2-usp-full.xml", "Device.Services.", [110, 839, 3, 0]);
}
