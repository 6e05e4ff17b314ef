//! What a Controller learns from an Agent's GetSupportedDMResp, as a schema.
//!
//! The response is given as plain data, because this crate knows no messages. What it says less precisely than a model
//! does becomes what is true in any case:
//!
//! | in the response | in the schema |
//! |---|---|
//! | a path of which an object above is not in the response | that object, bare |
//! | `PARAM_UNKNOWN`, and arguments, which have no type at all | `string`, which any value is |
//! | `PARAM_WRITE_ONLY` | `readWrite` and hidden |
//! | `VALUE_CHANGE_WILL_IGNORE` | active notification may be denied |
//! | `CMD_UNKNOWN` | synchronous |
//! | a set of unique keys | a Unique Key, non-functional |
// A panic is how a test reports.
#![allow(clippy::unwrap_used)]

use usp_schema::{
    ActiveNotify, BuildError, CommandSpec, EventSpec, ObjectAccess, ObjectHandle, ObjectSpec,
    ParameterAccess, ParameterSpec, PrimitiveType, Schema, SchemaBuilder, SyntaxSpec,
};

/// A `SupportedObjectResult`.
struct SupportedObject {
    path: &'static str,
    access: ObjectAccess,
    params: &'static [SupportedParam],
    unique_key_sets: &'static [&'static [&'static str]],
    commands: &'static [SupportedCommand],
    events: &'static [(&'static str, &'static [&'static str])],
}

const BARE: SupportedObject = SupportedObject {
    path: "",
    access: ObjectAccess::ReadOnly,
    params: &[],
    unique_key_sets: &[],
    commands: &[],
    events: &[],
};

/// A `SupportedParamResult`; the numbers are those of the enumerations of the message.
struct SupportedParam {
    name: &'static str,
    access: u32,
    value_type: u32,
    value_change: u32,
}

/// A `SupportedCommandResult`.
struct SupportedCommand {
    name: &'static str,
    input_arg_names: &'static [&'static str],
    output_arg_names: &'static [&'static str],
    command_type: u32,
}

/// Builds what an Agent says that it supports. The results may come in any order and more than once.
fn learn(uri: &str, results: &[SupportedObject]) -> Result<Schema, BuildError> {
    let mut builder = SchemaBuilder::new("learned", uri);
    let mut results: Vec<&SupportedObject> = results.iter().collect();
    // A path stands before the longer ones that begin with it, and so does an object before those below it.
    results.sort_by_key(|result| result.path);
    results.dedup_by_key(|result| result.path);
    for result in results {
        let object = object_at(&mut builder, None, result.path, result.access)?;
        for param in result.params {
            builder.parameter(object, parameter(param))?;
        }
        for key in result.unique_key_sets {
            builder.unique_key(object, false, key)?;
        }
        for command in result.commands {
            let asynchronous = command.command_type == 2;
            let spec = CommandSpec { asynchronous, ..CommandSpec::new(command.name) };
            let added = builder.command(object, spec)?;
            let input = builder.input(added)?;
            arguments(&mut builder, input, command.input_arg_names)?;
            let output = builder.output(added)?;
            arguments(&mut builder, output, command.output_arg_names)?;
        }
        for &(name, names) in result.events {
            let added = builder.event(object, EventSpec::new(name))?;
            let object = builder.arguments(added)?;
            arguments(&mut builder, object, names)?;
        }
    }
    builder.build()
}

/// The object at a supported path with its final dot; it is added, and what is missing above it.
fn object_at(
    builder: &mut SchemaBuilder,
    top: Option<ObjectHandle>,
    path: &str,
    access: ObjectAccess,
) -> Result<ObjectHandle, BuildError> {
    let mut segments = path.split_terminator('.').peekable();
    let mut above = top;
    while let Some(name) = segments.next() {
        let table = segments.next_if_eq(&"{i}").is_some();
        above = Some(match builder.child(above, name) {
            Some(known) => known,
            None => {
                let spec = if table { ObjectSpec::table(name) } else { ObjectSpec::single(name) };
                let access = if segments.peek().is_none() { access } else { spec.access };
                builder.object(above, ObjectSpec { access, ..spec })?
            }
        });
    }
    above.ok_or(BuildError::UnknownElement { path: path.to_owned() })
}

fn parameter(param: &SupportedParam) -> ParameterSpec {
    // ParamValueType is in alphabetical order from 1 on, as PrimitiveType is; 0 is PARAM_UNKNOWN.
    let known = (param.value_type as usize).checked_sub(1).and_then(|code| PrimitiveType::ALL.get(code));
    let syntax = SyntaxSpec::new(known.copied().unwrap_or(PrimitiveType::String));
    ParameterSpec {
        access: if param.access == 0 { ParameterAccess::ReadOnly } else { ParameterAccess::ReadWrite },
        hidden: param.access == 2,
        active_notify: if param.value_change == 2 { ActiveNotify::CanDeny } else { ActiveNotify::Normal },
        ..ParameterSpec::new(param.name, syntax)
    }
}

/// Arguments are names, or paths such as `Result.{i}.Code`.
fn arguments(builder: &mut SchemaBuilder, top: ObjectHandle, names: &[&str]) -> Result<(), BuildError> {
    for path in names {
        let (object, name) = match path.rsplit_once('.') {
            Some((object, name)) => (object_at(builder, Some(top), object, ObjectAccess::ReadOnly)?, name),
            None => (top, *path),
        };
        builder.parameter(object, ParameterSpec::new(name, SyntaxSpec::new(PrimitiveType::String)))?;
    }
    Ok(())
}

/// What an Agent says of `Device.IP.` and of a table of its own, and not of `Device.`.
const RESULTS: [SupportedObject; 3] = [
    SupportedObject {
        path: "Device.IP.Interface.{i}.",
        access: ObjectAccess::AddDelete,
        params: &[
            SupportedParam { name: "Enable", access: 1, value_type: 2, value_change: 1 },
            SupportedParam { name: "Alias", access: 1, value_type: 8, value_change: 1 },
            SupportedParam { name: "LastChange", access: 0, value_type: 9, value_change: 2 },
            SupportedParam { name: "X_ACME_Secret", access: 2, value_type: 0, value_change: 0 },
        ],
        unique_key_sets: &[&["Alias"]],
        commands: &[SupportedCommand {
            name: "Reset()",
            input_arg_names: &["Delay"],
            output_arg_names: &["Result.{i}.Code", "Result.{i}.Step.Name"],
            command_type: 2,
        }],
        events: &[("Changed!", &["Cause"])],
    },
    SupportedObject { path: "Device.X_ACME_Log.{i}.", access: ObjectAccess::DeleteOnly, ..BARE },
    SupportedObject { path: "Device.IP.", ..BARE },
];

fn learned() -> Schema {
    learn("urn:broadband-forum-org:tr-181-2-19-1-usp", &RESULTS).unwrap()
}

#[test]
fn objects_are_learned_with_those_above_them() {
    let schema = learned();
    let objects: Vec<_> = schema.objects().map(|object| (object.path(), object.access())).collect();
    let expected = [
        ("Device.", ObjectAccess::ReadOnly),
        ("Device.IP.", ObjectAccess::ReadOnly),
        ("Device.IP.Interface.{i}.", ObjectAccess::AddDelete),
        ("Device.X_ACME_Log.{i}.", ObjectAccess::DeleteOnly),
    ];
    assert_eq!(objects, expected.map(|(path, access)| (path.to_owned(), access)));
    assert_eq!(schema.specification(), "urn:broadband-forum-org:tr-181-2-19-1-usp");
}

#[test]
fn parameters_are_learned_with_type_and_access() {
    let schema = learned();
    let parameter = |name: &str| {
        let found = schema.parameter_at(&format!("Device.IP.Interface.{{i}}.{name}")).unwrap();
        (found.primitive_type(), found.access(), found.is_hidden(), found.active_notify())
    };
    use ParameterAccess::{ReadOnly, ReadWrite};
    assert_eq!(parameter("Enable"), (PrimitiveType::Boolean, ReadWrite, false, ActiveNotify::Normal));
    assert_eq!(parameter("Alias"), (PrimitiveType::String, ReadWrite, false, ActiveNotify::Normal));
    assert_eq!(parameter("LastChange"), (PrimitiveType::UnsignedInt, ReadOnly, false, ActiveNotify::CanDeny));
    assert_eq!(parameter("X_ACME_Secret"), (PrimitiveType::String, ReadWrite, true, ActiveNotify::Normal));
    let value = schema.parameter_at("Device.IP.Interface.{i}.Enable").unwrap().syntax().parse("1").unwrap();
    assert_eq!(value.to_string(), "true");
}

#[test]
fn keys_commands_and_events_are_learned() {
    let schema = learned();
    let interface = schema.object_at("Device.IP.Interface.{i}.").unwrap();
    let key = interface.unique_keys().next().unwrap();
    assert_eq!(key.parameters().map(|parameter| parameter.name()).collect::<Vec<_>>(), ["Alias"]);
    let reset = interface.command("Reset()").unwrap();
    assert!(reset.is_asynchronous());
    assert!(reset.input().unwrap().parameter("Delay").is_some());
    let output: Vec<String> = reset
        .output()
        .unwrap()
        .subtree_objects()
        .flat_map(|object| object.parameters())
        .map(|parameter| parameter.path())
        .collect();
    assert_eq!(output, ["Result.{i}.Code", "Result.{i}.Step.Name"]);
    let changed = interface.event("Changed!").unwrap();
    assert!(changed.arguments().unwrap().parameter("Cause").is_some());
}

#[test]
fn agents_that_say_the_same_have_the_same_schema() {
    let mut results = RESULTS;
    results.reverse();
    assert_eq!(learn("urn:broadband-forum-org:tr-181-2-19-1-usp", &results).unwrap(), learned());
}

#[test]
fn what_an_agent_gets_wrong_is_refused_with_its_path() {
    let unknown_key = [SupportedObject { path: "Device.Log.{i}.", unique_key_sets: &[&["Id"]], ..BARE }];
    assert_eq!(
        learn("u", &unknown_key).unwrap_err().to_string(),
        "Device.Log.{i}. names the parameter \"Id\" as its unique key, which does not exist there"
    );
    let bad_name = [SupportedObject { path: "Device.a b.", ..BARE }];
    assert_eq!(
        learn("u", &bad_name).unwrap_err().to_string(),
        "\"a b\" in Device. is not a name of a data model element"
    );
}
