//! Reads the vendor's file, which imports the standard model: an image and types for the device, and an image with
//! descriptions of one profile for a tool.

use std::path::Path;
use std::{env, fs};

use usp_codegen::{Config, ImageOptions, Model};

const MODEL: &str = "../../models/vendor/x-example-device.xml";

fn main() -> Result<(), Box<dyn core::error::Error>> {
    Config::new()
        .model(MODEL)
        .types("Device.DeviceInfo.")
        .types("Device.LocalAgent.Controller.")
        .types("Device.X_EXAMPLE-COM_Cooling.")
        .serde(true)
        .generate()?;

    let tool = ImageOptions::new().profile("X_EXAMPLE-COM_Cooling:1").descriptions(true);
    let image = Model::from_file(MODEL)?.to_schema(&tool)?;
    let folder = env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    fs::write(Path::new(&folder).join("cooling.image"), image.as_bytes())?;
    Ok(())
}
