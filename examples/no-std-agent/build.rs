//! Makes the image of the whole of TR-181, from the Broadband Forum's file in the folder that `USP_MODELS` names.
//! Without that file it takes the project's own model, says so, and the program reports it and holds itself to no bar.

#[cfg(not(feature = "program"))]
fn main() {}

#[cfg(feature = "program")]
fn main() -> Result<(), usp_codegen::CodegenError> {
    use std::path::{Path, PathBuf};

    const WHOLE: &str = "tr-181-2-19-1-usp-full.xml";
    const OWN: &str = "../../models/usp-device.xml";

    println!("cargo::rerun-if-env-changed=USP_MODELS");
    let whole = std::env::var_os("USP_MODELS").map(|folder| Path::new(&folder).join(WHOLE));
    let model = match whole.filter(|file| file.is_file()) {
        Some(file) => {
            println!("cargo::rustc-cfg=whole_tr_181");
            file
        }
        None => {
            println!(
                "cargo::warning=USP_MODELS names no folder with {WHOLE}: this Agent has the model {OWN}"
            );
            PathBuf::from(OWN)
        }
    };
    usp_codegen::Config::new().model(model).generate()
}
