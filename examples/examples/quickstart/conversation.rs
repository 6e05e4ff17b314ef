//! The conversation: a device, its Agent, and a Controller that manages it.

use std::io::Write;

use usp_agent::Agent;
use usp_controller::Controller;
use usp_datamodel::{DataModel, Fault};
use usp_examples::model::{
    self, DeviceInfo, EthernetWoLSendMagicPacket, IpInterface, IpInterfaceIpv4Address, LocalAgentController,
    device,
};
use usp_msg::{Add, AddResp, Delete, Get, GetSupportedDm, Operate, Set, add, set};
use usp_path::Path;
use usp_record::EndpointId;

use crate::Failure;
use crate::link::{Counting, Link};

const SUBSCRIPTION: &str = "Device.LocalAgent.Subscription.";

pub fn talk(out: &mut impl Write) -> Result<(), Failure> {
    let agent = Agent::new(EndpointId::parse("os::012345-GATEWAY1")?, gateway()?, Counting(0x1000))?;
    let controller = Controller::new(EndpointId::parse("self::operator")?, Counting(0));
    let mut link = Link::new(agent, controller, out);

    link.say("A USP Agent and a USP Controller, in one process, over an in-memory link.")?;
    link.say(
        "0. The device sets itself up through typed paths: a Controller that it trusts, whom the Agent gets in touch with; an IP interface.",
    )?;
    let now = link.now;
    let interface = link.agent.update(now, set_up)?;

    link.say("1. What can be done with IP interfaces?")?;
    link.ask_well(GetSupportedDm::new(["Device.IP.Interface."]).first_level_only())?;

    link.say("2. The device gives the interface an address, through the typed API.")?;
    let address = IpInterfaceIpv4Address {
        enable: Some(true),
        ip_address: Some("192.0.2.1".parse()?),
        subnet_mask: Some("255.255.255.0".parse()?),
        ..Default::default()
    };
    let table = device().ip().interface(interface).ipv4_address_table();
    let row = link.agent.update(now, |model| model.insert(table, &address))?;
    link.say(&format!("   It is {row} now."))?;

    link.say("3. The Controller adds a second address, through a Message.")?;
    let address = add::CreateObject::new(format!("Device.IP.Interface.{interface}.IPv4Address."))
        .required("IPAddress", "192.0.2.2")
        .required("SubnetMask", "255.255.255.0")
        .optional("Alias", "second");
    let added = AddResp::try_from(link.ask_well(Add::new([address]))?)?;
    let second = match added.created_obj_results.first().and_then(|result| result.outcome()) {
        Some(Ok(success)) => success.instantiated_path.clone(),
        other => return Err(format!("the address was not added: {other:?}").into()),
    };

    link.say("4. It switches that address on, by its Unique Key.")?;
    let by_key = format!("Device.IP.Interface.{interface}.IPv4Address.[Alias==\"second\"].");
    link.ask_well(Set::new([set::UpdateObject::new(by_key).required("Enable", "true")]))?;

    link.say("5. Which addresses are enabled? A Get with a Search Expression.")?;
    link.ask_well(Get::new([
        "Device.IP.Interface.*.IPv4Address.[Enable==true&&SubnetMask!=\"\"].IPAddress",
    ]))?;

    link.say("6. It subscribes to changes of the interface.")?;
    let subscription = add::CreateObject::new(SUBSCRIPTION)
        .required("ID", "interfaces")
        .required("NotifType", "ValueChange")
        .required("ReferenceList", "Device.IP.Interface.*.Enable")
        .required("NotifRetry", "true")
        .required("Enable", "true");
    link.ask_well(Add::new([subscription]))?;

    link.say("7. The device switches the interface off, and the Controller is told.")?;
    link.agent.update(now, |model| model.update_value(device().ip().interface(interface).enable(), false))?;
    link.carry()?;

    link.say("8. The Controller has the device wake another one: an Operate.")?;
    let wake =
        Operate::new("Device.Ethernet.WoL.SendMagicPacket()").with_arg("MACAddress", "02:00:5E:00:53:01");
    link.ask_well(wake.with_key("wake-1"))?;

    link.say("9. It deletes the second address.")?;
    link.ask_well(Delete::new([second]))?;

    link.say("10. A request that is refused: nothing of it is done, and each fault is named.")?;
    let wrong = set::UpdateObject::new(format!("Device.IP.Interface.{interface}."))
        .required("Alias", "new name")
        .required("MaxMTUSize", "huge");
    let Err(error) = link.ask(Set::new([wrong]))? else { return Err("the request should be refused".into()) };
    link.say(&format!("   In words: {error}"))?;

    link.say("11. A path with a mistake is found before it is sent.")?;
    let mistaken = "Device.IP.Interface.[Alias=\"lan\"].Enable";
    let Err(error) = Path::parse(mistaken) else { return Err("the path should be refused".into()) };
    link.say(&error.render(mistaken).to_string())?;
    link.say("Done.")
}

/// The data model of a small gateway: what the schema says, a live parameter and a command.
fn gateway() -> Result<DataModel, Failure> {
    let mut model = DataModel::new(model::schema());
    model.live("Device.DeviceInfo.UpTime", |_| Ok(3600_u32))?;
    model.on_command_typed::<EthernetWoLSendMagicPacket>(|call, input| {
        // A real device would send the packet here, and tell what keeps it from doing so.
        match input.mac_address {
            Some(mac) if !mac.is_empty() => Ok(()),
            _ => Err(Fault::new(
                usp_msg::ErrorCode::COMMAND_FAILURE,
                format!("{} needs a MACAddress to wake", call.path()),
            )),
        }
    })?;
    Ok(model)
}

/// Writes what the device knows of itself; returns the Instance Number of the IP interface.
fn set_up(model: &mut DataModel) -> Result<u32, Fault> {
    let info = DeviceInfo {
        manufacturer_oui: Some("012345".into()),
        product_class: Some("Gateway".into()),
        serial_number: Some("GATEWAY1".into()),
        software_version: Some("1.0.0".into()),
        ..Default::default()
    };
    model.update(device().device_info(), &info)?;
    let operator = LocalAgentController {
        endpoint_id: Some("self::operator".into()),
        alias: Some("operator".into()),
        enable: Some(true),
        ..Default::default()
    };
    model.insert(device().local_agent().controller_table(), &operator)?;
    let lan = IpInterface { alias: Some("lan".into()), enable: Some(true), ..Default::default() };
    let row = model.insert(device().ip().interface_table(), &lan)?;
    row.instance_number().ok_or_else(|| Fault::new(usp_msg::ErrorCode::INTERNAL_ERROR, "a row has no number"))
}
