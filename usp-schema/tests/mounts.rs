//! Models below the rows of a table.
// A panic is how a test reports.
#![allow(clippy::panic, clippy::unwrap_used)]

#[path = "support/models.rs"]
mod models;
#[path = "support/mounted.rs"]
mod mounted;
#[path = "support/sample.rs"]
mod sample;
#[path = "support/walk.rs"]
mod walk;

use mounted::mounted;
use proptest::prelude::*;
use usp_schema::{
    BuildError, CommandSpec, ComposeError, Composition, Object, ObjectHandle, ObjectSpec, ParameterSpec,
    PrimitiveType, ReferenceSpec, ReferenceTarget, Schema, SchemaBuilder, SyntaxSpec,
};

const PROXIED: &str = "Device.Proxied.{i}.";

fn image(name: &str, add: impl FnOnce(&mut SchemaBuilder, ObjectHandle)) -> Schema {
    let mut builder = SchemaBuilder::new(name, format!("urn:example:{name}"));
    let device = builder.object(None, ObjectSpec::single("Device")).unwrap();
    builder.parameter(device, string("Model")).unwrap();
    add(&mut builder, device);
    builder.build().unwrap()
}

fn string(name: &str) -> ParameterSpec {
    ParameterSpec::new(name, SyntaxSpec::new(PrimitiveType::String))
}

/// `Device.Proxied.{i}.`, whose rows have an Alias, a number of lamps and `Status.`.
fn gateway() -> Schema {
    image("gateway", |builder, device| {
        let point = ObjectSpec { mount_point: true, ..ObjectSpec::table("Proxied") };
        let point = builder.object(Some(device), point).unwrap();
        builder.parameter(point, string("Alias")).unwrap();
        builder.parameter(point, string("LampNumberOfEntries")).unwrap();
        builder.object(Some(point), ObjectSpec::single("Status")).unwrap();
        builder.object(Some(device), ObjectSpec::table("Lamp")).unwrap();
    })
}

/// Lamps with a colour of some type, and switches that refer to them.
fn lamps(name: &str, colour: PrimitiveType) -> Schema {
    image(name, |builder, device| {
        for counter in ["LampNumberOfEntries", "SwitchNumberOfEntries"] {
            builder.parameter(device, string(counter)).unwrap();
        }
        let counted = |name: &str| ObjectSpec {
            num_entries_parameter: Some(format!("{name}NumberOfEntries")),
            ..ObjectSpec::table(name)
        };
        let lamp = builder.object(Some(device), counted("Lamp")).unwrap();
        builder.parameter(lamp, ParameterSpec::new("Colour", SyntaxSpec::new(colour))).unwrap();
        builder.unique_key(lamp, false, &["Colour"]).unwrap();
        let blink = builder.command(lamp, CommandSpec::new("Blink()")).unwrap();
        let input = builder.input(blink).unwrap();
        builder.parameter(input, string("Times")).unwrap();
        let switch = builder.object(Some(device), counted("Switch")).unwrap();
        let reference = ReferenceSpec {
            strong: true,
            target: ReferenceTarget::Row,
            parents: vec!["Device.Lamp.{i}.".into()],
        };
        let syntax = SyntaxSpec { reference: Some(reference), ..SyntaxSpec::new(PrimitiveType::String) };
        builder.parameter(switch, ParameterSpec::new("Lamp", syntax)).unwrap();
    })
}

fn both() -> Composition {
    let wifi = image("wifi", |builder, device| {
        let radio = builder.object(Some(device), ObjectSpec::single("Radio")).unwrap();
        builder.parameter(radio, string("Channel")).unwrap();
        let lamp = builder.object(Some(device), ObjectSpec::single("Lamp")).unwrap();
        builder.parameter(lamp, string("Brand")).unwrap();
    });
    let gateway = Composition::from(gateway());
    let one = gateway.with_mount(PROXIED, "zigbee", lamps("zigbee", PrimitiveType::Int)).unwrap();
    one.with_mount(PROXIED, "wifi", wifi).unwrap()
}

fn names<'s>(objects: impl Iterator<Item = Object<'s>>) -> Vec<&'s str> {
    objects.map(Object::name).collect()
}

#[test]
fn one_path_leads_to_an_object_in_each_mount() {
    let both = both();
    let schema = both.schema();
    walk::read_everything(schema);
    let table = schema.object_at(PROXIED).unwrap();
    assert_eq!(names(table.children()), ["Status"]);
    assert_eq!(names(table.mounts()), ["wifi", "zigbee"]);
    assert_eq!(names(table.mount("zigbee").unwrap().children()), ["Lamp", "Switch"]);
    assert!(table.mount("Status").is_none() && table.child("zigbee").is_none());
    let exact: Vec<String> =
        schema.objects_at("Device.Proxied.{i}.Lamp.").into_iter().map(Object::exact_path).collect();
    assert_eq!(exact, ["Device.Proxied.{wifi}.Lamp.", "Device.Proxied.{zigbee}.Lamp.{i}."]);
    let lamp = schema.object_at("Device.Proxied.{zigbee}.Lamp.{i}.").unwrap();
    assert_eq!((lamp.path(), lamp.is_table()), ("Device.Proxied.{i}.Lamp.{i}.".into(), true));
    assert_eq!(lamp.parent().and_then(Object::parent), Some(table));
    assert_eq!((lamp.specification(), table.specification()), ("urn:example:zigbee", "urn:example:gateway"));
    // What only one of the mounts has is found by its supported path, whichever mount comes first.
    let colour = schema.parameter_at("Device.Proxied.{i}.Lamp.{i}.Colour").unwrap();
    assert_eq!(colour.exact_path(), "Device.Proxied.{zigbee}.Lamp.{i}.Colour");
    assert!(schema.parameter_at("Device.Proxied.{i}.Lamp.Brand").is_some());
    assert!(schema.parameter_at("Device.Proxied.{wifi}.Lamp.{i}.Colour").is_none());
    assert!(schema.command_at("Device.Proxied.{i}.Lamp.{i}.Blink()").is_some());
    // The mount itself is found by its exact path only, and holds nothing but objects.
    let mount = schema.object_at("Device.Proxied.{zigbee}.").unwrap();
    assert!(mount.is_mount() && mount.path() == PROXIED);
    assert_eq!(format!("{mount:?}"), "Object(Device.Proxied.{zigbee}.)");
}

#[test]
fn an_object_is_at_the_paths_that_it_is_found_by() {
    let both = both();
    let schema = both.schema();
    let mut paths: Vec<String> =
        schema.objects().flat_map(|object| [object.path(), object.exact_path()]).collect();
    paths
        .extend(["", ".", "Device", "Device..", "Proxied.{i}.", "Device.Proxied.{}.Lamp."].map(String::from));
    for path in paths {
        let open = path.trim_end_matches('.');
        let bare = open.trim_end_matches(".{i}");
        for path in [&*path, open, bare, &open.replacen("{i}", "i", 1), &open.replacen("{i}", "{wifi}", 1)] {
            let found = schema.objects_at(path);
            for object in schema.objects() {
                assert_eq!(object.is_at(path), found.contains(&object), "{object:?} at {path}");
            }
        }
    }
}

#[test]
fn what_is_mounted_is_steered_by_the_row_and_refers_to_its_own() {
    let both = both();
    let schema = both.schema();
    let zigbee = schema.object_at("Device.Proxied.{zigbee}.").unwrap();
    let lamp = zigbee.child("Lamp").unwrap();
    let counter = lamp.num_entries_parameter().unwrap();
    assert_eq!(counter.path(), "Device.Proxied.{i}.LampNumberOfEntries");
    assert!(zigbee.child("Switch").unwrap().num_entries_parameter().is_none());
    let keys: Vec<_> = lamp.unique_keys().map(|key| key.parameters().count()).collect();
    assert_eq!(keys, [1]);
    let reference = zigbee.child("Switch").unwrap().parameter("Lamp").unwrap();
    let syntax = reference.syntax();
    let parents: Vec<&str> = syntax.reference().unwrap().parents().collect();
    assert_eq!(parents, ["Device.Proxied.{zigbee}.Lamp.{i}."]);
    assert_eq!(schema.object_at(parents[0]), Some(lamp));
}

#[test]
fn mounts_come_and_go() {
    let both = both();
    let alone = both.without_mount(PROXIED, "zigbee").unwrap().without_mount(PROXIED, "wifi").unwrap();
    assert_eq!(alone, Composition::from(gateway()));
    let error = alone.without_mount(PROXIED, "wifi").unwrap_err();
    assert_eq!(error.to_string(), "nothing is mounted at Device.Proxied.{i}. as wifi");
    // An image that another one adds to does not carry the mounts away.
    let vendor = image("vendor", |builder, device| builder.parameter(device, string("X_A")).unwrap());
    let more = both.with(vendor.clone()).unwrap();
    assert!(more.schema().parameter_at("Device.X_A").is_some());
    assert_eq!(more.schema().objects().len(), both.schema().objects().len());
    assert_eq!(more.without(vendor.fingerprint()).unwrap(), both);
    let error = more.without(gateway().fingerprint()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "no image has the table Device.Proxied.{i}., where zigbee is to be mounted"
    );
    // A composed image is an image: it is added to, selected from and read by others.
    let whole = Composition::from(both.schema().clone()).with(vendor).unwrap();
    assert_eq!(whole.schema().as_bytes(), more.schema().as_bytes());
    let part =
        whole.schema().select(["Device.Proxied.{wifi}.", "Device.Proxied.{i}.Lamp.{i}.Colour"]).unwrap();
    let exact: Vec<String> = part.objects().map(Object::exact_path).collect();
    assert_eq!(
        exact,
        [
            "Device.",
            "Device.Proxied.{i}.",
            "Device.Proxied.{wifi}.",
            "Device.Proxied.{wifi}.Lamp.",
            "Device.Proxied.{wifi}.Radio.",
            "Device.Proxied.{zigbee}.",
            "Device.Proxied.{zigbee}.Lamp.{i}.",
        ]
    );
}

#[test]
fn a_mounted_model_may_have_a_mount_point() {
    let inner = image("hub", |builder, device| {
        let node = ObjectSpec { mount_point: true, ..ObjectSpec::table("Node") };
        builder.object(Some(device), node).unwrap();
    });
    let hub = both().with_mount(PROXIED, "hub", inner).unwrap();
    let nodes = "Device.Proxied.{hub}.Node.{i}.";
    let deep = hub.with_mount(nodes, "zigbee", lamps("deep", PrimitiveType::Int)).unwrap();
    walk::read_everything(deep.schema());
    let lamp = deep.schema().object_at("Device.Proxied.{i}.Node.{i}.Lamp.{i}.").unwrap();
    assert_eq!(lamp.exact_path(), "Device.Proxied.{hub}.Node.{zigbee}.Lamp.{i}.");
    let error = deep.without_mount(PROXIED, "hub").unwrap_err();
    assert_eq!(error, ComposeError::NoTable { table: nodes.into(), mount: "zigbee".into() });
}

#[test]
fn what_cannot_be_mounted_says_why() {
    let gateway = Composition::from(gateway());
    let refused = |table: &str, name: &str, image: Schema| {
        gateway.with_mount(table, name, image).unwrap_err().to_string()
    };
    let zigbee = || lamps("zigbee", PrimitiveType::Int);
    let no_point = "it is no table that the model has as a mount point";
    assert_eq!(refused("Device.", "a", zigbee()), format!("a cannot be mounted at Device.: {no_point}"));
    assert_eq!(
        refused("Device.Lamp.{i}.", "a", zigbee()),
        format!("a cannot be mounted at Device.Lamp.{{i}}.: {no_point}")
    );
    assert_eq!(
        refused("Device.Absent.{i}.", "a", zigbee()),
        "no image has the table Device.Absent.{i}., where a is to be mounted"
    );
    for name in ["i", "", "a.b"] {
        assert_eq!(
            refused(PROXIED, name, zigbee()),
            format!("\"{name}\" in Device.Proxied.{{i}}. is not a name of a data model element")
        );
    }
    let once = gateway.with_mount(PROXIED, "zigbee", zigbee()).unwrap();
    let twice = once.with_mount(PROXIED, "zigbee", zigbee()).unwrap_err();
    assert_eq!(twice.to_string(), "Device.Proxied.{i}. has a mount zigbee already");
    let clash = |name: &str| {
        image("clash", |builder, device| {
            builder.object(Some(device), ObjectSpec::single(name)).unwrap();
        })
    };
    assert_eq!(
        refused(PROXIED, "a", clash("Alias")),
        "Device.Proxied.{a}.Alias. of the image clash is already there as a parameter of the row"
    );
    assert_eq!(
        refused(PROXIED, "a", clash("Status")),
        "Device.Proxied.{a}.Status. of the image clash is already there as an object below all rows"
    );
    let union = image("union", |builder, device| {
        builder.parameter(device, string("Kind")).unwrap();
        let member =
            ObjectSpec { discriminator_parameter: Some("Kind".into()), ..ObjectSpec::single("Member") };
        builder.object(Some(device), member).unwrap();
    });
    assert_eq!(
        refused(PROXIED, "a", union),
        "Device.Proxied.{a}.Member. of the image union is already there without the parameter that says whether it \
         exists"
    );
    let mut roots = SchemaBuilder::new("roots", "");
    for name in ["A", "B", "C"] {
        roots.object(None, ObjectSpec::single(name)).unwrap();
    }
    assert_eq!(
        refused(PROXIED, "a", roots.build().unwrap()),
        "the image roots has 3 root objects: what is below a single one can be mounted"
    );
}

#[test]
fn a_builder_keeps_the_names_of_rows_and_mounts_apart() {
    let mut builder = mounted();
    let device = builder.child(None, "Device").unwrap();
    let table = builder.child(Some(device), "Proxied").unwrap();
    let mount = builder.mounted(table, "zigbee").unwrap();
    let duplicate = |path: &str| BuildError::Duplicate { path: path.into() };
    assert_eq!(
        builder.object(Some(table), ObjectSpec::single("Mesh")),
        Err(duplicate("Device.Proxied.{zigbee}.Mesh"))
    );
    assert_eq!(builder.parameter(table, string("Radio")), Err(duplicate("Device.Proxied.{wifi}.Radio")));
    assert_eq!(
        builder.object(Some(mount), ObjectSpec::single("Status")),
        Err(duplicate("Device.Proxied.{zigbee}.Status"))
    );
    let inside = "Device.Proxied.{zigbee}. is a mount, which holds objects and not ";
    assert_eq!(builder.parameter(mount, string("A")).unwrap_err().to_string(), format!("{inside}A"));
    assert_eq!(
        builder.command(mount, CommandSpec::new("A()")).unwrap_err().to_string(),
        format!("{inside}A()")
    );
    assert_eq!(
        builder.unique_key(mount, false, &[]).unwrap_err().to_string(),
        format!("{inside}a unique key")
    );
}

/// What an object is, apart from where it is and what steers it.
fn itself(object: Object<'_>) -> (ObjectSpec, Vec<String>, usize, usize, Vec<Vec<String>>) {
    let spec = ObjectSpec { num_entries_parameter: None, discriminator_parameter: None, ..object.to_spec() };
    let parameters = object.parameters().map(|found| format!("{:?}", found.name())).collect();
    let keys = object.unique_keys().map(|key| key.parameters().map(|found| found.name().into()).collect());
    (spec, parameters, object.commands().len(), object.events().len(), keys.collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// Whatever is mounted is there whole, once for each mount, and goes again.
    #[test]
    fn a_mounted_image_is_all_there(one in models::model(), other in models::model(), twice: bool) {
        let paths: Vec<String> = (0..one.objects.len()).map(|index| one.path(index)).collect();
        let images = [one.build(|_| {}).unwrap(), other.build(|_| {}).unwrap()];
        let gateway = Composition::from(gateway());
        let mut whole = gateway.clone();
        let mut mounted = Vec::new();
        for (name, image) in ["a", "b", "c"].into_iter().zip(images.iter().chain(twice.then_some(&images[0]))) {
            match whole.with_mount(PROXIED, name, image.clone()) {
                Ok(more) => {
                    whole = more;
                    mounted.push((name, image));
                }
                Err(ComposeError::Conflict { .. } | ComposeError::Roots { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
        let schema = whole.schema();
        walk::read_everything(schema);
        for &(name, image) in &mounted {
            let root = image.roots().next().unwrap();
            let mount = schema.object_at(PROXIED).unwrap().mount(name).unwrap();
            prop_assert_eq!(mount.subtree().len(), root.subtree().len());
            prop_assert!(*image != images[0] || paths.contains(&root.path()));
            for (here, there) in mount.subtree_objects().zip(root.subtree_objects()).skip(1) {
                prop_assert_eq!(itself(here), itself(there));
                prop_assert_eq!(here.path(), PROXIED.to_owned() + &there.path()[root.path().len()..]);
                let below = here.exact_path().replacen(&mount.exact_path(), "", 1);
                prop_assert_eq!(root.path() + &below, there.exact_path());
            }
        }
        let rebuilt = schema.to_builder().unwrap().build().unwrap();
        prop_assert_eq!(rebuilt.as_bytes(), schema.as_bytes());
        for (name, _) in mounted {
            whole = whole.without_mount(PROXIED, name).unwrap();
        }
        prop_assert_eq!(whole, gateway);
    }
}
