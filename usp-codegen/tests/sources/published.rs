//! The sources of TR-181 2.19.1, where the environment variable `USP_MODELS` names the folder of the models.

use std::path::PathBuf;

use usp_codegen::Model;

use crate::facts::assert_same;

/// The folder of the published models, or nothing and a word about it where there is none.
fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("USP_MODELS").map(PathBuf::from);
    if folder.is_none() {
        eprintln!("SKIPPED: USP_MODELS is not set, so the published sources were not read");
    }
    folder
}

#[test]
fn the_published_sources_are_the_full_file() {
    let Some(folder) = folder() else { return };
    let root = folder.join("tr-181-2-19-1-sources/tr-181-2-19-1-usp.xml");
    let read = Model::from_file(root).expect("the published sources go together");
    let full =
        Model::from_file(folder.join("tr-181-2-19-1-usp-full.xml")).expect("the full file is well-formed");
    assert_same(&read, &full);
    assert_eq!(read.files().count(), 97);
    // Ten times a file uses a data type that it does not import.
    assert_eq!(read.warnings().len(), 10);
    for warning in read.warnings() {
        let message = format!("data type {} is neither defined in this file nor imported", warning.item());
        assert!(warning.message().starts_with(&message), "{warning}");
    }
}
