//! Any bytes as a GetSupportedDMResp, and any choice of paths and names as one: refused, or what is learned says the
//! same again, as one model and as one for each URI.
#![no_main]

#[path = "choices.rs"]
mod choices;
#[path = "../../usp-controller/tests/support/learned.rs"]
mod learned;

use choices::Choices;
use libfuzzer_sys::fuzz_target;
use usp_controller::msg::body::MsgBody;
use usp_controller::msg::get_supported_dm_resp::{
    RequestedObjectResult, SupportedCommandResult, SupportedEventResult, SupportedObjectResult,
    SupportedParamResult, SupportedUniqueKeySet,
};
use usp_controller::msg::response::RespType;
use usp_controller::msg::{GetSupportedDmResp, Msg};

const STEPS: [&str; 8] = ["A.", "B.", "T.{i}.", "U.{i}.", "X_ACME_C.", "{i}.", ".", "A"];
const PARAMS: [&str; 6] = ["P", "Q", "R", "A", "", "P."];
const COMMANDS: [&str; 4] = ["Run()", "Stop()", "Run", "()"];
const EVENTS: [&str; 4] = ["Up!", "Down!", "Up", "!"];
const ARGUMENTS: [&str; 6] =
    ["In", "Result.{i}.Code", "Result.{i}.Text", "Single.Value", "Result", "In.Deep"];
const URIS: [&str; 4] = ["urn:a", "urn:b", "", "urn:c"];
const ROOTS: [&str; 3] = ["Device.", "Other.", "Root.{i}."];

fuzz_target!(|input: &[u8]| {
    if let Ok(msg) = Msg::decode(input)
        && let Some(MsgBody::Response(response)) = msg.into_content()
        && let Some(RespType::GetSupportedDmResp(answer)) = response.resp_type
    {
        learned::check(&answer);
    }
    learned::check(&chosen(&mut Choices(input)));
});

/// An answer of the elements above.
fn chosen(choices: &mut Choices<'_>) -> GetSupportedDmResp {
    let mut req_obj_results: Vec<RequestedObjectResult> = Vec::new();
    while let Some(choice) = choices.byte() {
        if choice < 32 || req_obj_results.is_empty() {
            let uri = URIS[usize::from(choice) % URIS.len()];
            let result = RequestedObjectResult { data_model_inst_uri: uri.to_owned(), ..Default::default() };
            req_obj_results.push(result);
        }
        if let Some(result) = req_obj_results.last_mut() {
            result.supported_objs.push(object(choices));
        }
    }
    GetSupportedDmResp { req_obj_results }
}

fn object(choices: &mut Choices<'_>) -> SupportedObjectResult {
    let mut object = SupportedObjectResult { supported_obj_path: ROOTS[0].to_owned(), ..Default::default() };
    while let Some(choice) = choices.byte() {
        match choice % 8 {
            0 => break,
            1 => object.supported_obj_path += *choices.one_of(&STEPS),
            2 => object.supported_params.push(SupportedParamResult {
                param_name: (*choices.one_of(&PARAMS)).to_owned(),
                access: i32::from(choice / 8 % 4) - 1,
                value_type: i32::from(choice / 8) - 10,
                ..Default::default()
            }),
            3 => object.supported_commands.push(SupportedCommandResult {
                command_name: (*choices.one_of(&COMMANDS)).to_owned(),
                input_arg_names: vec![(*choices.one_of(&ARGUMENTS)).to_owned()],
                output_arg_names: vec![(*choices.one_of(&ARGUMENTS)).to_owned()],
                command_type: i32::from(choice / 8 % 4),
            }),
            4 => object.supported_events.push(SupportedEventResult {
                event_name: (*choices.one_of(&EVENTS)).to_owned(),
                arg_names: vec![(*choices.one_of(&ARGUMENTS)).to_owned()],
            }),
            5 => object
                .unique_key_sets
                .push(SupportedUniqueKeySet { key_names: vec![(*choices.one_of(&PARAMS)).to_owned()] }),
            6 => object.access = i32::from(choice / 8 % 8) - 1,
            _ => object.supported_obj_path = (*choices.one_of(&ROOTS)).to_owned(),
        }
    }
    object.is_multi_instance = object.supported_obj_path.ends_with(".{i}.");
    object
}
