//! The path examples of TR-369, chapter "Architecture", by the section in which they stand.

#![allow(clippy::panic, reason = "this is a test")]

use usp_path::{Path, PathKind};

#[track_caller]
fn valid(text: &str, kind: PathKind, search: bool) {
    let path = match Path::parse(text) {
        Ok(path) => path,
        Err(error) => panic!("{}", error.render(text)),
    };
    assert_eq!((path.kind(), path.is_search()), (kind, search), "{text}");
    let printed = path.to_string();
    let again = Path::parse(&printed).expect("what is printed can be read");
    assert_eq!(again, path);
    assert_eq!(again.to_string(), printed);
}

#[test]
fn path_names() {
    valid(
        "Device.IP.Interface.[Name==\"eth0\"].IPv4Address.[Status==\"Enabled\"].IPAddress",
        PathKind::Parameter,
        true,
    );
    valid("Device.WiFi.Radio.1.", PathKind::ObjectInstance, false);
    valid("Device.IP.Interface.3", PathKind::ObjectInstance, false);
}
