//! The example does what its page says.

use usp_datamodel::msg::{Get, GetResp};
use usp_datamodel::typed::Received;
use usp_datamodel::{DataModel, Requester};
use usp_vendor_gateway::model::{
    self, DeviceInfo, DeviceInfoXExampleComEnclosure, XExampleComCoolingFan, device,
};
use usp_vendor_gateway::{describe, device_info, gateway, image_for_tools};

fn answer(gateway: &mut DataModel, path: &str) -> GetResp {
    let response = gateway.process(&Get::new([path]).into(), &Requester::DEVICE).expect("a Get is answered");
    GetResp::try_from(response).expect("by a GetResp")
}

#[test]
fn a_controller_reads_the_vendors_objects() {
    let mut gateway = gateway().expect("the model takes it");
    let answer = answer(&mut gateway, "Device.X_EXAMPLE-COM_Cooling.Fan.*.Position");
    // Typed, as far as the Agent keeps to the types that the Controller was built with.
    let fans = Received::<XExampleComCoolingFan>::all(&model::schema(), answer.values());
    let positions: Vec<_> = fans.iter().map(|fan| (fan.path.as_str(), fan.object.position)).collect();
    let cooling = "Device.X_EXAMPLE-COM_Cooling.";
    let paths = [format!("{cooling}Fan.1."), format!("{cooling}Fan.2.")];
    assert_eq!(positions, [(&*paths[0], Some(7)), (&*paths[1], Some(8))]);
    assert!(fans.iter().all(|fan| fan.raw.is_empty()));
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
