//! What holds of any GetSupportedDMResp, however it came to be: it is refused, or what is learned says the same again.

extern crate alloc;

use alloc::collections::{BTreeMap, BTreeSet};

use usp_controller::msg::get_supported_dm_resp::{RequestedObjectResult, SupportedObjectResult};
use usp_controller::msg::response::RespType;
use usp_controller::msg::{GetSupportedDm, GetSupportedDmResp};
use usp_controller::schema::Schema;
use usp_controller::{LearnError, learn_model, learn_models};
use usp_datamodel::{DataModel, Limits, Requester};

/// What an engine on a schema says of all of its roots.
pub fn told(schema: &Schema) -> GetSupportedDmResp {
    let limits = Limits { max_results: 1_000_000, max_answer: 1 << 26, ..Limits::default() };
    let mut model = DataModel::with_limits(schema.clone(), limits);
    let get = GetSupportedDm::new(schema.roots().map(|root| root.path()));
    match model.process(&get.into(), &Requester::DEVICE).expect("the engine answers").resp_type {
        Some(RespType::GetSupportedDmResp(answer)) => answer,
        other => panic!("a GetSupportedDMResp was due: {other:?}"),
    }
}

/// Checks the laws for one answer. Whether a model was learned.
pub fn check(answer: &GetSupportedDmResp) -> bool {
    let schema = match learn_model(answer) {
        Ok(schema) => schema,
        Err(error) => {
            assert!(learn_models(answer).is_err(), "{error}");
            return false;
        }
    };
    let again = told(&schema);
    let mut objects = answer.req_obj_results.iter().flat_map(|result| &result.supported_objs);
    if objects.any(|object| !object.divergent_paths.is_empty()) {
        // What is mounted is told of by rows that carry it, which there are none of here.
        let _ = learn_models(answer);
        return true;
    }
    let said = Said::of(&again.req_obj_results);
    assert_eq!(again.req_obj_results.iter().find(|result| result.err_code != 0), None);
    Said::of(&answer.req_obj_results).is_within(&said);
    // What was learned from what is told is the same once more.
    let twice = learn_model(&again).expect("what an engine tells is a model");
    assert_eq!(told(&twice), again);
    match learn_models(answer) {
        Ok(models) => {
            let parts = told(models.schema());
            assert_eq!(Said::of(&parts.req_obj_results), said);
            for image in models.images() {
                let image = told(image);
                Said::of(&image.req_obj_results).is_part_of(&said);
            }
        }
        // Images may have objects above theirs twice, and there may be many URIs.
        Err(LearnError::TooLarge | LearnError::TooManyModels) => {}
        Err(error) => panic!("{error}"),
    }
    true
}

/// What an answer says of each object, as far as a model can hold it.
#[derive(Debug, Default, PartialEq)]
struct Said(BTreeMap<String, SaidOfObject>);

#[derive(Debug, Default, PartialEq)]
struct SaidOfObject {
    access: i32,
    is_multi_instance: bool,
    /// Name with access and type.
    params: BTreeMap<String, (i32, i32)>,
    /// Name with arguments and whether it is asynchronous.
    commands: BTreeMap<String, (BTreeSet<String>, BTreeSet<String>, bool)>,
    events: BTreeMap<String, BTreeSet<String>>,
    keys: BTreeSet<Vec<String>>,
}

impl Said {
    fn of(results: &[RequestedObjectResult]) -> Self {
        let mut said = Self::default();
        for object in results.iter().flat_map(|result| &result.supported_objs) {
            said.0.entry(object.supported_obj_path.clone()).or_default().add(object);
        }
        // Keys are kept where parameters are told.
        for object in said.0.values_mut().filter(|object| object.params.is_empty()) {
            object.keys.clear();
        }
        said
    }

    /// Everything is said there as well, and of objects that are not told of here nothing but that they are there.
    fn is_within(&self, whole: &Self) {
        for (path, object) in &self.0 {
            assert_eq!(whole.0.get(path), Some(object), "{path}");
        }
        for (path, object) in whole.0.iter().filter(|(path, _)| !self.0.contains_key(*path)) {
            let is_multi_instance = path.ends_with("{i}.");
            assert_eq!(object, &SaidOfObject { is_multi_instance, ..Default::default() }, "{path}");
        }
    }

    /// What is said here is a part of what is said there.
    fn is_part_of(&self, whole: &Self) {
        for (path, part) in &self.0 {
            let object = &whole.0[path];
            assert_eq!((part.access, part.is_multi_instance), (object.access, object.is_multi_instance));
            assert!(part.params.iter().all(|(name, param)| object.params.get(name) == Some(param)));
            assert!(part.commands.iter().all(|(name, command)| object.commands.get(name) == Some(command)));
            assert!(part.events.iter().all(|(name, event)| object.events.get(name) == Some(event)));
            assert!(part.keys.is_subset(&object.keys));
        }
    }
}

impl SaidOfObject {
    fn add(&mut self, object: &SupportedObjectResult) {
        let set = |names: &[String]| names.iter().cloned().collect();
        self.access = if (0..=3).contains(&object.access) { object.access } else { 0 };
        self.is_multi_instance = object.is_multi_instance;
        for param in &object.supported_params {
            // Everything but read-only can be written; what is of no known type is a string.
            let access = i32::from(param.access != 0);
            let value_type = if (1..=10).contains(&param.value_type) { param.value_type } else { 8 };
            self.params.insert(param.param_name.clone(), (access, value_type));
        }
        for command in &object.supported_commands {
            let arguments = (set(&command.input_arg_names), set(&command.output_arg_names));
            let is_asynchronous = command.command_type == 2;
            let said = (arguments.0, arguments.1, is_asynchronous);
            self.commands.insert(command.command_name.clone(), said);
        }
        for event in &object.supported_events {
            self.events.insert(event.event_name.clone(), set(&event.arg_names));
        }
        self.keys.extend(object.unique_key_sets.iter().map(|key| key.key_names.clone()));
    }
}
