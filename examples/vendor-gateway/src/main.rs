//! Starts the gateway, prints what it says of itself, and what its vendor's parameters mean.

use std::process::ExitCode;

use usp_vendor_gateway::{StartError, describe, device_info, gateway, image_for_tools};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), StartError> {
    let gateway = gateway().map_err(StartError::Model)?;
    println!("{}", device_info(&gateway).map_err(StartError::Model)?);
    for (path, description) in describe(&image_for_tools())? {
        println!("{path}: {description}");
    }
    Ok(())
}
