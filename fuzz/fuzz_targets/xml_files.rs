//! Any texts as files that import each other (`root.xml`, `parts.xml`, `more.xml`, parted by NUL): refused with a place,
//! or image and Rust source.
#![no_main]

use std::fs;
use std::path::PathBuf;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use usp_codegen::Config;
use usp_schema::Schema;

/// A folder of this process.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = std::env::temp_dir().join(format!("usp-xml-files-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("the folder can be made");
    folder
});

fuzz_target!(|text: &str| {
    let mut texts = text.splitn(3, '\0');
    for file in ["root.xml", "parts.xml", "more.xml"] {
        fs::write(FOLDER.join(file), texts.next().unwrap_or_default()).expect("the file can be written");
    }
    for types in [&["Device."][..], &[]] {
        let config = types.iter().fold(Config::new(), |config, path| config.types(*path));
        let Ok(generated) = config.model(FOLDER.join("root.xml")).serde(true).render() else { continue };
        Schema::from_vec(generated.image).expect("what was built can be loaded");
        // Nothing from the files begins a line of its own.
        assert!(!generated.source.contains('\r'));
    }
});
