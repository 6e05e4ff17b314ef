//! Random answers to GetSupportedDM, sound, vague, contradictory and damaged.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

#[path = "support/learned.rs"]
mod learned;

use core::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use usp_controller::msg::get_supported_dm_resp::{
    RequestedObjectResult, SupportedCommandResult, SupportedEventResult, SupportedObjectResult,
    SupportedParamResult, SupportedUniqueKeySet,
};
use usp_controller::msg::{GetSupportedDmResp, Msg};

/// Mostly the one, at times the other.
fn mostly<T: Clone + core::fmt::Debug + 'static>(good: &[T], odd: &[T]) -> impl Strategy<Value = T> + use<T> {
    prop_oneof![
        60 => prop::sample::select(good.to_vec()),
        1 => prop::sample::select(odd.to_vec()),
    ]
}

fn texts(good: &[&str], odd: &[&str]) -> impl Strategy<Value = String> + use<> {
    let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    mostly(&owned(good), &owned(odd))
}

fn path() -> impl Strategy<Value = String> {
    let step = texts(
        &["A.", "B.", "T.{i}.", "U.{i}.", "X_ACME_C."],
        &["", ".", "{i}.", "A", "a b.", "1.", "A.{i}.", "é."],
    );
    let root = texts(&["Device."], &["Other.", "Root.{i}.", "", "{i}."]);
    (root, prop::collection::vec(step, 0..4)).prop_map(|(root, steps)| root + &steps.concat())
}

fn parameter() -> impl Strategy<Value = SupportedParamResult> {
    let codes =
        (mostly(&[0, 1, 2], &[-1, 7]), mostly(&[0, 1, 2, 8, 9, 10], &[-1, 11]), mostly(&[0, 1, 2], &[9]));
    (texts(&["P", "Q", "R"], &["", "A", "P.", "P()", "{i}"]), codes).prop_map(|(param_name, codes)| {
        let (access, value_type, value_change) = codes;
        SupportedParamResult { param_name, access, value_type, value_change }
    })
}

fn arguments() -> impl Strategy<Value = Vec<String>> {
    let argument = texts(
        &["In", "Out", "Result.{i}.Code", "Result.{i}.Text", "Single.Value"],
        &["", "Result", "Result.", "In.Deep", "{i}"],
    );
    prop::collection::btree_set(argument, 0..3).prop_map(|arguments| arguments.into_iter().collect())
}

fn object() -> impl Strategy<Value = SupportedObjectResult> {
    let command = (
        texts(&["Run()", "Stop()"], &["Run", "()", "P()"]),
        arguments(),
        arguments(),
        mostly(&[0, 1, 2], &[-5]),
    );
    let command = command.prop_map(|(command_name, input_arg_names, output_arg_names, command_type)| {
        SupportedCommandResult { command_name, input_arg_names, output_arg_names, command_type }
    });
    let event = (texts(&["Up!", "Down!"], &["Up", "!", "P!"]), arguments())
        .prop_map(|(event_name, arg_names)| SupportedEventResult { event_name, arg_names });
    let key = prop::collection::btree_set(texts(&["P", "Q"], &["Nothing", ""]), 1..3)
        .prop_map(|names| SupportedUniqueKeySet { key_names: names.into_iter().collect() });
    (
        path(),
        mostly(&[0, 1, 2, 3], &[-1, 4]),
        mostly(&[true], &[false]),
        prop::collection::vec(parameter(), 0..4),
        prop::collection::vec(command, 0..2),
        prop::collection::vec(event, 0..2),
        prop::collection::vec(key, 0..2),
        mostly(&[""], &["Device.T.1.", "Device.A.T.2.", "Device.T.1.U.3.", "Device.", "T.1."]),
    )
        .prop_map(|(path, access, is_so, params, commands, events, keys, divergent)| {
            let divergent = Some(divergent.to_owned()).filter(|path| !path.is_empty());
            let is_multi_instance = path.ends_with(".{i}.") == is_so;
            SupportedObjectResult {
                supported_obj_path: path,
                access,
                is_multi_instance,
                supported_params: params,
                supported_commands: commands,
                supported_events: events,
                unique_key_sets: keys,
                divergent_paths: divergent.into_iter().collect(),
            }
        })
}

/// Answers that describe each element alike, most of the time: those of one random model, cut up.
fn answer() -> impl Strategy<Value = GetSupportedDmResp> {
    let uri = texts(&["urn:a", "urn:b", ""], &["urn:c"]);
    let asked = texts(&["Device."], &["Device.T.1.", "Device.A.T.2", "Device.T.1.U.3.A.", "Device.T.x.", ""]);
    let uri = (uri, asked);
    let result = (uri, prop::collection::vec(any::<prop::sample::Index>(), 1..5), mostly(&[0], &[7026]));
    (prop::collection::vec(object(), 1..7), prop::collection::vec(result, 1..4)).prop_map(
        |(mut objects, results)| {
            let is_odd = |object: &SupportedObjectResult| object.access > 3;
            // One description for each path and name.
            objects.sort_by(|one, other| one.supported_obj_path.cmp(&other.supported_obj_path));
            if !objects.iter().any(is_odd) {
                objects.dedup_by(|one, other| one.supported_obj_path == other.supported_obj_path);
                for object in &mut objects {
                    object.supported_params.sort_by(|one, other| one.param_name.cmp(&other.param_name));
                    object.supported_params.dedup_by(|one, other| one.param_name == other.param_name);
                    let names: Vec<&str> =
                        object.supported_params.iter().map(|param| &*param.param_name).collect();
                    object
                        .unique_key_sets
                        .retain(|key| key.key_names.iter().all(|name| names.contains(&&**name)));
                }
            }
            let req_obj_results = results
                .into_iter()
                .map(|((uri, req_obj_path), chosen, err_code)| RequestedObjectResult {
                    req_obj_path,
                    err_code,
                    data_model_inst_uri: uri,
                    supported_objs: chosen.iter().map(|index| index.get(&objects).clone()).collect(),
                    ..Default::default()
                })
                .collect();
            GetSupportedDmResp { req_obj_results }
        },
    )
}

/// Refused with a reason, or learned, and then an engine says the same again.
#[test]
fn any_answer_is_refused_or_said_again() {
    let (learned, all) = (Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new(Config::with_cases(600));
    let outcome = runner.run(&answer(), |answer| {
        all.set(all.get() + 1);
        learned.set(learned.get() + u32::from(learned::check(&answer)));
        Ok(())
    });
    outcome.unwrap();
    // Both happen often.
    assert!(learned.get() * 4 > all.get() && learned.get() * 10 < all.get() * 9, "{learned:?} of {all:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Damaged bytes that are an answer still.
    #[test]
    fn damaged_answers_are_refused_or_said_again(
        answer in answer(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        use usp_controller::msg::response::RespType;
        let mut bytes = Msg::response_to("id", answer).encode_to_vec();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(msg) = Msg::decode(&bytes)
            && let Some(usp_controller::msg::body::MsgBody::Response(response)) = msg.into_content()
            && let Some(RespType::GetSupportedDmResp(answer)) = response.resp_type
        {
            learned::check(&answer);
        }
    }
}
