//! A device with links, and services that come and go.

use usp_datamodel::schema::{
    CommandSpec, DefaultKind, EnumerationValue, ObjectAccess, ObjectSpec, ParameterAccess, ParameterSpec,
    PrimitiveType, ReferenceSpec, ReferenceTarget, Schema, SchemaBuilder, SyntaxSpec,
};

/// What may differ from one release of the device to the next.
#[derive(Debug, Clone)]
pub struct Device {
    pub modes: &'static [&'static str],
    pub size: PrimitiveType,
    pub default_size: &'static str,
    pub keys: &'static [&'static [&'static str]],
    pub most_links: Option<u32>,
    pub strong: bool,
    pub test_is_asynchronous: bool,
    pub services: &'static [&'static str],
}

impl Device {
    pub const FIRST: Self = Self {
        modes: &["Fast", "Slow", "Off"],
        size: PrimitiveType::UnsignedInt,
        default_size: "1",
        keys: &[&["Name"]],
        most_links: None,
        strong: true,
        test_is_asynchronous: true,
        services: &[],
    };

    /// `Device.Link.{i}.` has a key, an enumeration, a number and references; `Device.Pin.{i}.` goes with what it is
    /// on. A service is an object of its own with a table, a single object and a command, and a parameter in
    /// `Device.Link.{i}.`
    pub fn schema(&self) -> Schema {
        let mut builder = SchemaBuilder::new("Device:2.19", "urn:example:device");
        let device = builder.object(None, ObjectSpec::single("Device")).unwrap();
        let table = |name: &str| ObjectSpec {
            access: ObjectAccess::AddDelete,
            num_entries_parameter: Some(format!("{name}NumberOfEntries")),
            ..ObjectSpec::table(name)
        };
        let link = ObjectSpec { max_entries: self.most_links, ..table("Link") };
        let link = builder.object(Some(device), link).unwrap();
        let pin = builder.object(Some(device), table("Pin")).unwrap();
        let agent = builder.object(Some(device), ObjectSpec::single("LocalAgent")).unwrap();
        let request = builder.object(Some(agent), ObjectSpec::table("Request")).unwrap();
        let modes = self.modes.iter().map(|mode| EnumerationValue::new(*mode)).collect();
        let parameters = [
            (device, plain("LinkNumberOfEntries", PrimitiveType::UnsignedInt)),
            (device, plain("PinNumberOfEntries", PrimitiveType::UnsignedInt)),
            (link, plain("Name", PrimitiveType::String)),
            (
                link,
                writable("Mode", SyntaxSpec { enumeration: modes, ..SyntaxSpec::new(PrimitiveType::String) }),
            ),
            (
                link,
                ParameterSpec {
                    default: Some((DefaultKind::Object, self.default_size.into())),
                    ..plain("Size", self.size)
                },
            ),
            (link, refers("Lower", self.strong)),
            (link, refers("Likes", false)),
            (
                link,
                ParameterSpec { access: ParameterAccess::ReadOnly, ..plain("Status", PrimitiveType::String) },
            ),
            (pin, refers("On", true)),
            (request, plain("Command", PrimitiveType::String)),
            (request, plain("CommandKey", PrimitiveType::String)),
            (request, plain("Status", PrimitiveType::String)),
        ];
        for (object, parameter) in parameters {
            builder.parameter(object, parameter).unwrap();
        }
        for key in self.keys {
            builder.unique_key(link, true, key).unwrap();
        }
        let test = CommandSpec { asynchronous: self.test_is_asynchronous, ..CommandSpec::new("Test()") };
        builder.command(device, test).unwrap();
        builder.command(device, CommandSpec::new("Reset()")).unwrap();
        for name in self.services {
            let service = builder.object(Some(device), ObjectSpec::single(*name)).unwrap();
            let unit = builder.object(Some(service), table("Unit")).unwrap();
            let part = builder.object(Some(unit), table("Part")).unwrap();
            let radio = builder.object(Some(service), ObjectSpec::single("Radio")).unwrap();
            let parameters = [
                (service, plain("UnitNumberOfEntries", PrimitiveType::UnsignedInt)),
                (unit, plain("PartNumberOfEntries", PrimitiveType::UnsignedInt)),
                (unit, plain("Name", PrimitiveType::String)),
                (part, plain("Label", PrimitiveType::String)),
                (radio, plain("Channel", PrimitiveType::UnsignedInt)),
                (link, plain(&format!("X_{name}_Colour"), PrimitiveType::String)),
            ];
            for (object, parameter) in parameters {
                builder.parameter(object, parameter).unwrap();
            }
            builder.unique_key(unit, true, &["Name"]).unwrap();
            let scan = CommandSpec { asynchronous: true, ..CommandSpec::new("Scan()") };
            builder.command(service, scan).unwrap();
        }
        builder.build().unwrap()
    }
}

fn writable(name: &str, syntax: SyntaxSpec) -> ParameterSpec {
    ParameterSpec { access: ParameterAccess::ReadWrite, ..ParameterSpec::new(name, syntax) }
}

fn plain(name: &str, primitive: PrimitiveType) -> ParameterSpec {
    writable(name, SyntaxSpec::new(primitive))
}

fn refers(name: &str, strong: bool) -> ParameterSpec {
    let reference = ReferenceSpec { strong, target: ReferenceTarget::Any, parents: Vec::new() };
    writable(name, SyntaxSpec { reference: Some(reference), ..SyntaxSpec::new(PrimitiveType::String) })
}
