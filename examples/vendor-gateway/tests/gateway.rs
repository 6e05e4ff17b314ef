//! The example does what its page says.

use usp_datamodel::msg::{Get, GetResp};
use usp_datamodel::{DataModel, Requester};
use usp_vendor_gateway::model::{self, DeviceInfo, DeviceInfoXExampleComEnclosure, device};
use usp_vendor_gateway::{describe, device_info, gateway, image_for_tools};

fn values(gateway: &mut DataModel, path: &str) -> Vec<(String, String)> {
    let response = gateway.process(&Get::new([path]).into(), &Requester::DEVICE).expect("a Get is answered");
    let answer = GetResp::try_from(response).expect("by a GetResp");
    answer.values().map(|(object, name, value)| (format!("{object}{name}"), value.to_owned())).collect()
}

#[test]
fn a_controller_reads_the_vendors_objects() {
    let mut gateway = gateway().expect("the model takes it");
    let positions = values(&mut gateway, "Device.X_EXAMPLE-COM_Cooling.Fan.*.Position");
    let expected = [("1", "7"), ("2", "8")];
    let expected = expected.map(|(fan, position)| {
        (format!("Device.X_EXAMPLE-COM_Cooling.Fan.{fan}.Position"), position.to_owned())
    });
    assert_eq!(positions, expected);
    let count = gateway.value(device().x_example_com_cooling().fan_number_of_entries());
    assert_eq!(count, Ok(2));
}

#[test]
fn structs_are_json_under_the_names_of_the_model() {
    let json = device_info(&gateway().expect("the model takes it")).expect("it can be read");
    assert_eq!(json, r#"{"Manufacturer":"Example Ltd","X_EXAMPLE-COM_Enclosure":"Wall"}"#);
    let read: DeviceInfo = serde_json::from_str(&json).expect("it was written so");
    assert_eq!(read.x_example_com_enclosure, Some(DeviceInfoXExampleComEnclosure::Wall));
    let error = serde_json::from_str::<DeviceInfo>(r#"{"X_EXAMPLE-COM_Enclosure":"Cellar"}"#).unwrap_err();
    assert!(error.to_string().contains("it is none of the values of the enumeration"), "{error}");
}

#[test]
fn an_image_is_loaded_at_run_time_with_its_descriptions() {
    let described = describe(&image_for_tools()).expect("the build script wrote it");
    let text = |path: &str| described.iter().find(|(known, _)| known == path).map(|(_, text)| text.as_str());
    assert_eq!(text("Device.X_EXAMPLE-COM_Cooling.Mode"), Some("How the speed of the fans is chosen."));
    assert_eq!(text("Device.DeviceInfo.Manufacturer"), None);
    // The device's own image has everything, and no descriptions.
    assert!(
        model::schema()
            .parameter_at("Device.DeviceInfo.Manufacturer")
            .is_some_and(|p| p.description().is_none())
    );
}
