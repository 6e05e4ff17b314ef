//! The data model: the least that an Agent needs, built by hand.

use usp_datamodel::DataModel;
use usp_msg::{add::CreateObject, Add};
use usp_schema::{
    BuildError, ObjectSpec, ParameterSpec, PrimitiveType, ReferenceSpec, ReferenceTarget, Schema,
    SchemaBuilder, SyntaxSpec,
};

use crate::exchange::{Failure, CONTROLLER, UPTIME};

/// A device with one live parameter, which knows the Controller.
pub fn device() -> Result<DataModel, Failure> {
    let mut model = DataModel::new(schema().map_err(|_| Failure::Schema)?);
    model.live("Device.DeviceInfo.UpTime", |_| Ok(UPTIME)).map_err(|_| Failure::Register)?;
    let row = CreateObject::new("Device.LocalAgent.Controller.")
        .required("EndpointID", CONTROLLER)
        .required("Enable", "true");
    model
        .process(&Add::new([row]).into(), &usp_datamodel::Requester::DEVICE)
        .map_err(|_| Failure::AddController)?;
    Ok(model)
}

fn schema() -> Result<Schema, BuildError> {
    let mut builder = SchemaBuilder::new("Device:2.19", "urn:example:no-std-proof");
    let device = builder.object(None, ObjectSpec::single("Device"))?;
    let info = builder.object(Some(device), ObjectSpec::single("DeviceInfo"))?;
    builder.parameter(info, parameter("UpTime", PrimitiveType::UnsignedInt))?;

    let agent = builder.object(Some(device), ObjectSpec::single("LocalAgent"))?;
    builder.parameter(agent, parameter("EndpointID", PrimitiveType::String))?;
    builder.parameter(agent, parameter("UpTime", PrimitiveType::UnsignedInt))?;

    let controller = builder.object(Some(agent), ObjectSpec::table("Controller"))?;
    builder.parameter(controller, parameter("EndpointID", PrimitiveType::String))?;
    builder.parameter(controller, parameter("Enable", PrimitiveType::Boolean))?;
    builder.unique_key(controller, false, &["EndpointID"])?;

    let subscription = builder.object(Some(agent), ObjectSpec::table("Subscription"))?;
    builder.parameter(subscription, parameter("CreationDate", PrimitiveType::DateTime))?;
    let mut recipient = parameter("Recipient", PrimitiveType::String);
    recipient.syntax.reference = Some(ReferenceSpec {
        strong: true,
        target: ReferenceTarget::Row,
        parents: ["Device.LocalAgent.Controller.{i}.".into()].into(),
    });
    builder.parameter(subscription, recipient)?;
    builder.build()
}

fn parameter(name: &str, primitive: PrimitiveType) -> ParameterSpec {
    ParameterSpec::new(name, SyntaxSpec::new(primitive))
}
