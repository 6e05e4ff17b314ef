//! A gateway whose vendor extends the standard data model, from the XML to a program.

extern crate alloc;

#[cfg(doctest)]
#[doc = include_str!("../../../docs/embedding.md")]
struct Embedding;

pub mod queue;
pub mod steps;

pub mod model {
    //! The vendor's model, of which a standard object and an object of the vendor's own are used.

    include!(concat!(env!("OUT_DIR"), "/model.rs"));
}

use core::fmt;
use std::path::{Path, PathBuf};
use std::{fs, io};

use model::{DeviceInfo, DeviceInfoXExampleComEnclosure, XExampleComCoolingFan, device};
use usp_datamodel::schema::{ImageError, Schema};
use usp_datamodel::{DataModel, Fault};

/// Why the gateway does not start.
#[derive(Debug)]
pub enum StartError {
    /// The model refuses what the device says of itself.
    Model(Fault),
    /// The image cannot be read.
    File(io::Error),
    /// The file is no image.
    Image(ImageError),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Model(fault) => write!(f, "the model refuses what the device says: {fault}"),
            Self::File(error) => write!(f, "the image cannot be read: {error}"),
            Self::Image(error) => write!(f, "the file is no image: {error}"),
        }
    }
}

impl core::error::Error for StartError {}

/// The gateway as it comes from the factory, with two fans.
///
/// # Errors
///
/// The model refuses what the device says of itself.
pub fn gateway() -> Result<DataModel, Fault> {
    let mut gateway = bare()?;
    fans(&mut gateway)?;
    Ok(gateway)
}

/// The gateway without any row, as it is given saved state.
///
/// # Errors
///
/// The model refuses what the device says of itself.
pub fn bare() -> Result<DataModel, Fault> {
    let mut gateway = DataModel::new(model::schema());
    // A misspelled name or a value of another type does not compile, here and in the vendor's own objects.
    gateway.update_value(device().device_info().manufacturer(), "Example Ltd".to_owned())?;
    gateway.update_value(
        device().device_info().x_example_com_enclosure(),
        DeviceInfoXExampleComEnclosure::Wall,
    )?;
    Ok(gateway)
}

/// Adds the rows of the two fans.
///
/// # Errors
///
/// The rows are there.
pub fn fans(gateway: &mut DataModel) -> Result<(), Fault> {
    for position in [7, 8] {
        let fan = XExampleComCoolingFan { position: Some(position), ..Default::default() };
        gateway.insert(device().x_example_com_cooling().fan_table(), &fan)?;
    }
    Ok(())
}

/// What the device says of itself, as JSON under the names of the data model.
///
/// # Errors
///
/// The object cannot be read.
pub fn device_info(gateway: &DataModel) -> Result<String, Fault> {
    let info: DeviceInfo = gateway.read(device().device_info())?;
    let known = DeviceInfo {
        manufacturer: info.manufacturer,
        x_example_com_enclosure: info.x_example_com_enclosure,
        ..Default::default()
    };
    Ok(serde_json::to_string(&known).unwrap_or_default())
}

/// Where the build script put the image for tools.
pub fn image_for_tools() -> PathBuf {
    Path::new(env!("OUT_DIR")).join("cooling.image")
}

/// The parameters of an image that is loaded at run time, each with the first words of its description.
///
/// # Errors
///
/// The file cannot be read, or is no image.
pub fn describe(image: &Path) -> Result<Vec<(String, String)>, StartError> {
    let schema = Schema::from_vec(fs::read(image).map_err(StartError::File)?).map_err(StartError::Image)?;
    let parameters = schema.objects().flat_map(|object| object.parameters());
    let described =
        parameters.filter_map(|parameter| Some((parameter.path(), parameter.description()?.to_owned())));
    Ok(described.collect())
}
