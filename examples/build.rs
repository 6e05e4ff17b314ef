//! Generates the schema image and the typed Rust of the embedded data model.

fn main() -> Result<(), usp_codegen::CodegenError> {
    usp_codegen::Config::new()
        .model("../models/usp-device.xml")
        .types("Device.DeviceInfo.")
        .types("Device.Ethernet.WoL.")
        .types("Device.IP.Interface.")
        .types("Device.LocalAgent.Controller.")
        .generate()
}
