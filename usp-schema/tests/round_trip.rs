//! Any model: what is built is read back, whatever the order in which it is given.
// A panic is how a test reports.
#![allow(clippy::unwrap_used)]

#[path = "support/models.rs"]
mod models;
#[path = "support/sample.rs"]
mod sample;
#[path = "support/walk.rs"]
mod walk;

use models::{Arguments, Element, Model};
use proptest::prelude::*;
use usp_schema::{Object, Parameter, PrimitiveType, Schema};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn what_is_built_is_read_back(model in models::model()) {
        let schema = model.build(|_| {}).unwrap();
        same_as_the_model(&schema, &model);
        walk::read_everything(&schema);
    }

    #[test]
    fn the_order_of_insertion_does_not_matter(model in models::model(), seed: u64) {
        let mut random = seed;
        let shuffle = |order: &mut Vec<usize>| {
            for at in (1..order.len()).rev() {
                random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                order.swap(at, (random >> 33) as usize % (at + 1));
            }
        };
        let (given, shuffled) = (model.build(|_| {}).unwrap(), model.build(shuffle).unwrap());
        prop_assert_eq!(given.as_bytes(), shuffled.as_bytes());
    }

    #[test]
    fn an_image_is_loaded_as_it_was_built(model in models::model()) {
        let schema = model.build(|_| {}).unwrap();
        let loaded = Schema::from_vec(schema.as_bytes()).unwrap();
        prop_assert_eq!(&loaded, &schema);
        let rebuilt = loaded.to_builder().unwrap().build().unwrap();
        prop_assert_eq!(rebuilt.as_bytes(), schema.as_bytes());
    }
}

#[test]
fn the_sample_is_rebuilt_from_its_image() {
    let schema = sample::sample().build().unwrap();
    assert_eq!(schema.to_builder().unwrap().build().unwrap().as_bytes(), schema.as_bytes());
    assert!(walk::read_everything(&schema) > 1000);
}

#[track_caller]
fn same_as_the_model(schema: &Schema, model: &Model) {
    assert_eq!(schema.objects().len(), model.objects.len());
    for (index, object) in model.objects.iter().enumerate() {
        let path = model.path(index);
        let found = schema.object_at(&path).unwrap();
        assert_eq!(found.path(), path);
        assert_eq!((found.to_spec(), found.description()), (object.spec.clone(), object.said.as_deref()));
        same_parameters(found, &object.parameters);
        let all = schema.parameters().filter_map(|parameter| found.parameter_at(parameter.id()));
        assert!(all.eq(found.parameters()), "a parameter of another object is none of {path}");
        let keys: Vec<(bool, Vec<&str>)> = found
            .unique_keys()
            .map(|key| (key.is_functional(), key.parameters().map(Parameter::name).collect()))
            .collect();
        let wanted: Vec<(bool, Vec<&str>)> = object
            .keys
            .iter()
            .map(|(kind, names)| (*kind, names.iter().map(String::as_str).collect()))
            .collect();
        assert_eq!(keys, wanted);
        assert_eq!(
            (found.commands().len(), found.events().len()),
            (object.commands.len(), object.events.len())
        );
        for (command, input, output) in &object.commands {
            let found = found.command(&command.spec.name).unwrap();
            assert_eq!(
                (found.to_spec(), found.description()),
                (command.spec.clone(), command.said.as_deref())
            );
            same_arguments(found.input(), input);
            same_arguments(found.output(), output);
        }
        for (event, arguments) in &object.events {
            let found = found.event(&event.spec.name).unwrap();
            assert_eq!((found.to_spec(), found.description()), (event.spec.clone(), event.said.as_deref()));
            same_arguments(found.arguments(), arguments);
        }
    }
}

#[track_caller]
fn same_arguments(found: Option<Object<'_>>, wanted: &Option<Arguments>) {
    assert_eq!(found.is_some(), wanted.is_some());
    let (Some(found), Some(wanted)) = (found, wanted) else { return };
    same_parameters(found, &wanted.parameters);
    assert_eq!(found.children().len(), wanted.objects.len());
    for (object, parameters) in &wanted.objects {
        let found = found.child(&object.name).unwrap();
        assert_eq!(&found.to_spec(), object);
        same_parameters(found, parameters);
    }
}

#[track_caller]
fn same_parameters(object: Object<'_>, wanted: &[Element<usp_schema::ParameterSpec>]) {
    assert_eq!(object.parameters().len(), wanted.len());
    for parameter in wanted {
        let found = object.parameter(&parameter.spec.name).unwrap();
        assert_eq!(
            (found.to_spec(), found.description()),
            (parameter.spec.clone(), parameter.said.as_deref())
        );
        assert_eq!(object.parameter_at(found.id()), Some(found));
        let syntax = found.syntax();
        let base = if syntax.is_list() { PrimitiveType::String } else { syntax.primitive_type() };
        assert_eq!(syntax.base_type(), base);
    }
}
