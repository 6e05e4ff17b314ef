//! Services that come and go while an Agent runs.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

mod common;

use common::plain::{ONE, Plain, SUB, value_change};
use common::saving::{CODE, Left, Saving};
use common::wire::{Wire, get, ids};
use common::{DeviceRows, model};
use usp_agent::AgentError;
use usp_agent::datamodel::schema::{
    CommandSpec, Composition, ObjectAccess, ObjectSpec, ParameterAccess, ParameterSpec, PrimitiveType,
    ReferenceSpec, ReferenceTarget, Schema, SchemaBuilder, SyntaxSpec,
};
use usp_agent::datamodel::{Call, Unfit};
use usp_msg::notify::Notification;
use usp_msg::notify::operation_complete::OperationResp as Ended;
use usp_msg::response::RespType;
use usp_msg::{Get, GetSupportedDm, Map, Operate, add, notify};

const TRUST: &str = "Device.LocalAgent.ControllerTrust.";
const WIDGET: &str = "Device.Service.Widget.";

fn device() -> Schema {
    model().schema().clone()
}

/// The device and a service: a table, a strong reference from outside of it into it, and a command.
fn with_service() -> Schema {
    let mut builder = SchemaBuilder::new("Device:2.19", "urn:example:service");
    let root = builder.object(None, ObjectSpec::single("Device")).unwrap();
    let service = builder.object(Some(root), ObjectSpec::single("Service")).unwrap();
    let widget = ObjectSpec { access: ObjectAccess::AddDelete, ..ObjectSpec::table("Widget") };
    let widget = builder.object(Some(service), widget).unwrap();
    let writable = |name: &str, syntax| ParameterSpec {
        access: ParameterAccess::ReadWrite,
        ..ParameterSpec::new(name, syntax)
    };
    let reference = ReferenceSpec { strong: true, target: ReferenceTarget::Any, parents: Vec::new() };
    let refers = SyntaxSpec { reference: Some(reference), ..SyntaxSpec::new(PrimitiveType::String) };
    builder.parameter(root, writable("X_Favourite", refers)).unwrap();
    builder.parameter(widget, writable("Name", SyntaxSpec::new(PrimitiveType::String))).unwrap();
    builder.parameter(service, writable("Level", SyntaxSpec::new(PrimitiveType::UnsignedInt))).unwrap();
    builder.unique_key(widget, true, &["Name"]).unwrap();
    builder.command(service, CommandSpec { asynchronous: true, ..CommandSpec::new("Clean()") }).unwrap();
    let composed = Composition::from(device()).with(builder.build().unwrap()).unwrap();
    composed.schema().clone()
}

impl Plain {
    #[track_caller]
    fn replace(&mut self, schema: Schema) -> Vec<Unfit> {
        let now = self.moment();
        let unfit = self.agent.replace_schema(schema, now).unwrap();
        assert_eq!(self.agent.model().inconsistency(), None);
        // Outputs are fetched.
        self.update(|_| ());
        unfit
    }

    /// The role of a Controller, with one Permission.
    fn role(&mut self, row: u32, target: &str, rights: &str) {
        self.update(|model| {
            let mut add = |table: &str, settings: &[(&str, &str)]| {
                let row = settings
                    .iter()
                    .fold(add::CreateObject::new(table), |row, (name, text)| row.required(*name, *text));
                let add = usp_msg::Add::new([row]);
                model.process(&add.into(), &usp_datamodel::Requester::DEVICE).unwrap();
            };
            let name = format!("role {row}");
            add(&format!("{TRUST}Role."), &[("Name", &name), ("Enable", "true")]);
            let [param, obj, instantiated, command] = ["Param", "Obj", "InstantiatedObj", "CommandEvent"];
            let permission = [
                ("Enable", "true"),
                ("Targets", target),
                (param, rights),
                (obj, rights),
                (instantiated, rights),
                (command, rights),
            ];
            add(&format!("{TRUST}Role.{row}.Permission."), &permission);
            let assigned = format!("Device.LocalAgent.Controller.{row}.AssignedRole");
            model.update_value_at(&assigned, &format!("{TRUST}Role.{row}")).unwrap();
        });
    }

    /// The objects that GetSupportedDM tells of.
    #[track_caller]
    fn supported(&mut self, path: &str) -> Vec<String> {
        let answer = self.ask(GetSupportedDm::new([path])).unwrap();
        let RespType::GetSupportedDmResp(answer) = answer else { panic!("{answer:?}") };
        let objects = answer.req_obj_results[0].supported_objs.iter();
        objects.map(|object| object.supported_obj_path.clone()).collect()
    }
}

fn created(path: &str, name: &str) -> Notification {
    let unique_keys = [("Name".to_owned(), name.to_owned())].into_iter().collect::<Map>();
    notify::ObjectCreation { obj_path: path.into(), unique_keys }.into()
}

fn deleted(path: &str) -> Notification {
    notify::ObjectDeletion { obj_path: path.into() }.into()
}

/// [R-NOT.0] a Subscription outlives what it is for, and is told when that comes and goes.
#[test]
fn who_subscribed_is_told_when_a_service_comes_and_goes() {
    let mut plain = Plain::new();
    for (id, kind) in [("come", "ObjectCreation"), ("go", "ObjectDeletion")] {
        plain.subscribe(id, kind, WIDGET, &[]);
    }
    plain.subscribe("favourite", "ValueChange", "Device.X_Favourite", &[]);
    for _ in 0..2 {
        assert_eq!(plain.replace(with_service()), []);
        assert_eq!(plain.supported("Device.Service."), ["Device.Service.", "Device.Service.Widget.{i}."]);
        assert_eq!(plain.notifications(), []);
        assert_eq!(plain.add(WIDGET, &[("Name", "w")]), format!("{WIDGET}1."));
        plain.set("Device.X_Favourite", "Device.Service.Widget.1");
        let favourite = value_change("Device.X_Favourite", "Device.Service.Widget.1");
        assert_eq!(plain.notifications(), [created(&format!("{WIDGET}1."), "w"), favourite]);
        assert_eq!(plain.replace(device()), []);
        assert_eq!(
            plain.notifications(),
            [deleted(&format!("{WIDGET}1.")), value_change("Device.X_Favourite", "")]
        );
        let RespType::GetResp(answer) = plain.ask(Get::new([WIDGET])).unwrap() else {
            panic!("a Get was asked")
        };
        assert_eq!(answer.req_path_results[0].err_code, 7026);
    }
    assert_eq!(plain.rows(SUB).len(), 3);
}

/// [R-SEC.1] roles decide under each schema, and about what goes as it was.
#[test]
fn rights_follow_the_schema() {
    let mut plain = Plain::new();
    plain.replace(with_service());
    plain.role(1, "Device.", "rwxn");
    plain.role(2, "Device.LocalAgent.", "rwxn");
    for from in ["one", "two"] {
        let row = add::CreateObject::new(SUB)
            .required("Enable", "true")
            .required("ID", from)
            .required("NotifType", "ObjectDeletion")
            .required("ReferenceList", WIDGET);
        plain.asked_by(from, usp_msg::Add::new([row])).unwrap().unwrap();
    }
    plain.add(WIDGET, &[("Name", "w")]);
    plain.told();
    plain.replace(device());
    let told: Vec<(String, Option<Notification>)> =
        plain.told().into_iter().map(|sent| (sent.to, sent.notify.notification)).collect();
    assert_eq!(told, [("self::one".to_owned(), Some(deleted(&format!("{WIDGET}1."))))]);
    // Compiled for the schema in use.
    for schema in [with_service(), device()] {
        plain.replace(schema);
        let codes = ["one", "two"].map(|from| {
            let answer = plain.asked_by(from, Get::new([CODE])).unwrap().unwrap();
            let Some(RespType::GetResp(answer)) = answer.resp_type else { panic!("a Get was asked") };
            answer.req_path_results[0].err_code
        });
        assert_eq!(codes, [0, 7026]);
    }
}

#[test]
fn a_schema_that_lacks_what_an_agent_needs_is_refused() {
    let mut plain = Plain::new();
    plain.subscribe("code", "ValueChange", CODE, &[]);
    let before = plain.agent.model().snapshot();
    let small = device().select(["Device.DeviceInfo.", "Device.LocalAgent.Controller.{i}."]).unwrap();
    let now = plain.moment();
    let error = plain.agent.replace_schema(small, now).unwrap_err();
    assert!(matches!(error, AgentError::Schema(_)), "{error}");
    assert_eq!(
        error.to_string(),
        "the model cannot be an Agent's: the schema Device:2.19 has no parameter Device.LocalAgent.UpTime"
    );
    assert_eq!(plain.agent.model().schema(), &device());
    assert_eq!(plain.agent.model().snapshot(), before);
    plain.device(CODE, "still");
    assert_eq!(plain.notifications(), [value_change(CODE, "still")]);
}

/// What the Agent does for a table that comes it does from then on, once, and goes on doing for one that stays.
#[test]
fn the_agent_takes_over_what_comes() {
    let without: Vec<String> = device()
        .objects()
        .filter(|object| object.parent().is_some_and(|parent| parent.path() == "Device.LocalAgent."))
        .map(|object| object.path())
        .filter(|path| !path.contains("Threshold"))
        .collect();
    let paths = without.iter().map(String::as_str);
    let more = ["Device.DeviceInfo.", CODE, "Device.LocalAgent.UpTime", "Device.LocalAgent.EndpointID"];
    let small = device().select(paths.chain(more)).unwrap();
    let mut model = usp_datamodel::DataModel::new(small.clone());
    model.add_controller("one");
    let mut plain = Plain::with(model, None);
    let threshold = |plain: &mut Plain, name: &str| {
        let row = add::CreateObject::new("Device.LocalAgent.Threshold.")
            .required("ReferencePath", "Device.Service.")
            .required("ThresholdParam", name)
            .required("ThresholdOperator", "Rise")
            .required("ThresholdValue", "10")
            .required("Enable", "true");
        plain.asked_by("one", usp_msg::Add::new([row])).unwrap().map(|_| ())
    };
    for _ in 0..2 {
        assert_eq!(plain.replace(with_service()), []);
        assert_eq!(plain.value("Device.LocalAgent.SupportedThresholdOperator"), "Rise,Fall,Cross,Eq,NotEq");
        threshold(&mut plain, "Level").unwrap();
        let error = threshold(&mut plain, "Volume").unwrap_err();
        assert_eq!(error.param_errs[0].err_msg, "Device.Service.Volume leads to no whole number");
        let row = plain.rows("Device.LocalAgent.Threshold.").pop().unwrap();
        assert_eq!(plain.value(&format!("{row}Controller")), ONE);
        plain.subscribe("rise", "Event", "Device.LocalAgent.Threshold.", &[]);
        plain.device("Device.Service.Level", "4");
        plain.device("Device.Service.Level", "11");
        assert_eq!(plain.notifications().len(), 1);
        let subscription = plain.rows(SUB).pop().unwrap();
        plain.ask(usp_msg::Delete::new([subscription])).unwrap();
        assert_eq!(plain.replace(small.clone()), []);
        plain.told();
    }
}

/// A threshold goes on from where its value was, though the number of its row says nothing of the schema.
#[test]
fn thresholds_go_on() {
    let mut plain = Plain::new();
    plain.replace(with_service());
    let settings = [
        ("ReferencePath", "Device.Service."),
        ("ThresholdParam", "Level"),
        ("ThresholdOperator", "Rise"),
        ("ThresholdValue", "10"),
        ("Enable", "true"),
    ];
    plain.subscribe("rise", "Event", "Device.LocalAgent.Threshold.", &[]);
    plain.device("Device.Service.Level", "4");
    plain.add("Device.LocalAgent.Threshold.", &settings);
    // On the mark: it came from below.
    plain.device("Device.Service.Level", "10");
    let mut builder = with_service().to_builder().unwrap();
    builder.object(None, ObjectSpec::single("Another")).unwrap();
    plain.replace(builder.build().unwrap());
    assert_eq!(plain.notifications(), []);
    plain.device("Device.Service.Level", "11");
    assert_eq!(plain.notifications().len(), 1);
}

/// [R-OPR.0] the end of a command that goes is told; the device is asked to stop it.
#[test]
fn a_command_that_goes_has_ended() {
    let mut plain = Plain::new();
    plain.replace(with_service());
    plain.update(|model| model.queue_command("Device.Service.Clean()")).unwrap();
    plain.subscribe("end", "OperationComplete", "Device.Service.", &[]);
    plain.operate(Operate::new("Device.Service.Clean()").with_key("k"));
    let [Call::Run(run)] = &plain.calls()[..] else { panic!("a call is due") };
    plain.replace(device());
    assert_eq!(plain.calls(), [Call::Cancel(run.token().unwrap())]);
    let told = plain.notifications();
    let [Notification::OperComplete(end)] = &told[..] else { panic!("{told:?}") };
    let Some(Ended::CmdFailure(failure)) = &end.operation_resp else { panic!("{end:?}") };
    assert_eq!((&*end.command_key, failure.err_code), ("k", 7023));
    assert_eq!(plain.rows("Device.LocalAgent.Request."), Vec::<String>::new());
}

/// [R-MSG.0a] a Session Context goes on under another schema, with its numbers and what it shows.
#[test]
fn session_contexts_go_on() {
    let mut wire = Wire::new();
    assert_eq!(ids(&wire.session([77, 1, 1, 0], &get("m1", CODE))), [[77, 1, 2]]);
    for (number, schema) in [(2, with_service()), (3, device())] {
        let now = usp_agent::Now::new(wire.now);
        wire.agent.replace_schema(schema, now).unwrap();
        wire.update(|_| ());
        assert_eq!(wire.value("Device.LocalAgent.Controller.1.E2ESession.Status"), "Up");
        assert_eq!(ids(&wire.session([77, number, number, 0], &get("m", CODE))), [[77, number, number + 1]]);
    }
    assert_eq!(wire.ignored, []);
}

/// The whole state is saved under the new schema before anything that follows leaves.
#[test]
fn the_whole_state_is_saved_next() {
    let mut saving = Saving::saved();
    saving.subscribe("code", &[("Persistent", "true")]);
    saving.save();
    let now = usp_agent::Now::new(saving.now);
    saving.agent.replace_schema(with_service(), now).unwrap();
    saving.request("one", "read", Get::new([CODE]));
    assert_eq!(saving.drain(), []);
    assert!(saving.pending.as_ref().unwrap().whole);
    assert_eq!(saving.save(), [Left::Answer("read".into())]);
    let mut again = usp_datamodel::DataModel::new(with_service());
    let unfit = again.restore(saving.disk.iter().map(Vec::as_slice)).unwrap();
    assert_eq!((unfit, again.snapshot()), (vec![], saving.agent.model().snapshot()));
}
