//! The models that the Broadband Forum publishes, where the environment variable `USP_MODELS` names their folder.

use std::path::PathBuf;

use usp_codegen::{Counts, Model};

/// The published file, or nothing and a word about it where there is none.
fn published(file: &str) -> Option<Model> {
    let Some(folder) = std::env::var_os("USP_MODELS") else {
        eprintln!("SKIPPED: USP_MODELS is not set, so {file} was not read");
        return None;
    };
    Some(Model::from_file(PathBuf::from(folder).join(file)).expect("published models are well-formed"))
}

#[test]
fn tr_181_2_19_1_has_all_its_elements() {
    let Some(model) = published("tr-181-2-19-1-usp-full.xml") else { return };
    assert_eq!(model.name(), "Device:2.19");
    assert_eq!(model.specification(), "urn:broadband-forum-org:tr-181-2-19-1-usp");
    assert_eq!(
        model.counts(true),
        Counts {
            objects: 822,
            parameters: 6722,
            commands: 179,
            events: 53,
            arguments: 1073,
            argument_objects: 69,
            profiles: 264,
            data_types: 55,
        }
    );
    assert_eq!(model.warnings(), []);
}
