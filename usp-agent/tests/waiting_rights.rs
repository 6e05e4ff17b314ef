//! Rights that go while a notification waits for its NotifyResp `[R-SEC.1]`: what its Controller may not be told of any
//! more is not said again, and is said when it may be told of it again.
// A panic is how a test reports; the fixture serves several test programs.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, dead_code)]

mod common;

use common::plain::{ONE, Plain, event, value_change};
use usp_agent::Output;
use usp_datamodel::Requester;
use usp_msg::notify::{self, Notification};
use usp_msg::{Add, Delete, Msg, Notify, add};
use usp_schema::Base64;

const ROLE: &str = "Device.LocalAgent.ControllerTrust.Role.";
const TRUST: &str = "Device.LocalAgent.ControllerTrust.";
const RETRY: [(&str, &str); 2] = [("NotifRetry", "true"), ("Persistent", "true")];

/// Longer than all waits up to the sixth.
const LONG: u64 = 700;

fn device_add(plain: &mut Plain, table: &str, settings: &[(&str, &str)]) {
    let row = add::CreateObject::new(table).required("Enable", "true");
    let row = settings.iter().fold(row, |row, (name, text)| row.required(*name, *text));
    plain.update(|model| model.process(&Add::new([row]).into(), &Requester::DEVICE)).unwrap();
}

fn permit(plain: &mut Plain, role: u32, targets: &str, rights: &str) {
    let given = [("Targets", targets), ("Param", rights), ("Obj", rights), ("InstantiatedObj", rights)];
    device_add(
        plain,
        &format!("{ROLE}{role}.Permission."),
        &[&given[..], &[("CommandEvent", rights)]].concat(),
    );
}

/// Controller `one` has the role in row 1, which may do everything, and that in row 2, which may nothing but read.
fn guarded(wall: &str) -> Plain {
    let mut plain = Plain::with_wall(wall);
    for name in ["Everything", "Read"] {
        device_add(&mut plain, ROLE, &[("Name", name)]);
    }
    permit(&mut plain, 1, "Device.", "rwxn");
    permit(&mut plain, 2, "Device.", "r---");
    plain.device(&format!("{ONE}.AssignedRole"), &format!("{ROLE}1"));
    plain
}

fn has_role(plain: &mut Plain, number: u32) {
    plain.device(&format!("{ONE}.AssignedRole"), &format!("{ROLE}{number}"));
}

/// The one notification that was sent since the last call, however often.
#[track_caller]
fn one(plain: &mut Plain) -> (String, Notification) {
    let told = plain.told();
    let first = told.first().expect("a Notify").clone();
    assert!(
        told.iter().all(|sent| (&sent.msg_id, &sent.notify) == (&first.msg_id, &first.notify)),
        "{told:?}"
    );
    (first.msg_id, first.notify.notification.unwrap())
}

/// What waits is not said again without the right to be told of it, and is with it.
#[track_caller]
fn goes_with_the_right(plain: &mut Plain, expected: &Notification) {
    let (msg_id, notification) = one(plain);
    assert_eq!(&notification, expected);
    plain.pass_secs(LONG);
    assert_eq!(one(plain), (msg_id.clone(), notification.clone()), "said again");
    has_role(plain, 2);
    plain.pass_secs(10 * LONG);
    assert_eq!(plain.told(), [], "without the right");
    has_role(plain, 1);
    plain.pass_secs(10 * LONG);
    assert_eq!(one(plain), (msg_id.clone(), notification), "with the right");
    plain.answer("one", &msg_id);
    plain.pass_secs(10 * LONG);
    assert_eq!(plain.told(), []);
}

#[test]
fn r_sec_1_a_value_is_not_said_again_without_the_right() {
    let mut plain = guarded("2024-05-01T12:00:00Z");
    let code = format!("{ONE}.ProvisioningCode");
    plain.subscribe("sub", "ValueChange", &code, &RETRY);
    plain.device(&code, "secret");
    goes_with_the_right(&mut plain, &value_change(&code, "secret"));
}

#[test]
fn r_sec_1_neither_are_rows_that_come_and_go() {
    for kind in ["ObjectCreation", "ObjectDeletion"] {
        let mut plain = guarded("2024-05-01T12:00:00Z");
        plain.subscribe("sub", kind, "Device.DeviceInfo.FirmwareImage.", &RETRY);
        let row = add::CreateObject::new("Device.DeviceInfo.FirmwareImage.").required("Alias", "bank");
        plain.update(|model| model.process(&Add::new([row]).into(), &Requester::DEVICE)).unwrap();
        let path = "Device.DeviceInfo.FirmwareImage.1.";
        // It makes no difference that the row is gone when its creation is said again.
        plain.update(|model| model.process(&Delete::new([path]).into(), &Requester::DEVICE)).unwrap();
        let keys = [("Alias".to_owned(), "bank".to_owned())];
        let expected = match kind {
            "ObjectCreation" => {
                notify::ObjectCreation { obj_path: path.into(), unique_keys: keys.into_iter().collect() }
                    .into()
            }
            _ => notify::ObjectDeletion { obj_path: path.into() }.into(),
        };
        goes_with_the_right(&mut plain, &expected);
    }
}

#[test]
fn r_sec_1_neither_are_events_and_ends_of_commands() {
    let mut plain = guarded("2024-05-01T12:00:00Z");
    plain.subscribe("sub", "Event", "Device.Boot!", &RETRY);
    plain.update(|model| {
        let arguments = vec![("Cause".to_owned(), "LocalReboot".to_owned())];
        model.raise_event("Device.Boot!", arguments).unwrap();
    });
    goes_with_the_right(&mut plain, &event("Device.", "Boot!", &[("Cause", "LocalReboot")]));

    let mut plain = guarded("2024-05-01T12:00:00Z");
    plain.subscribe("sub", "OperationComplete", "Device.", &RETRY);
    plain
        .operate(usp_msg::Operate::new("Device.ScheduleTimer()").with_arg("DelaySeconds", "1").with_key("k"));
    plain.pass_secs(1);
    let output: [(&str, &str); 0] = [];
    let end = notify::OperationComplete::done("Device.", "ScheduleTimer()", "k", output);
    goes_with_the_right(&mut plain, &end.into());
}

/// [R-SEC.21] After a restart a Controller has no role until it has shown its credentials.
#[test]
fn r_sec_21_what_outlives_a_restart_waits_for_the_role() {
    let mut plain = guarded("2024-05-01T12:00:00Z");
    let code = format!("{ONE}.ProvisioningCode");
    plain.device(&format!("{ONE}.AssignedRole"), "");
    plain.device(&format!("{ONE}.InheritedRole"), &format!("{ROLE}1"));
    plain.subscribe("sub", "ValueChange", &code, &RETRY);
    plain.device(&code, "secret");
    let (msg_id, notification) = one(&mut plain);
    let mut plain = plain.restarted(10);
    plain.input(usp_agent::Input::Timeout);
    plain.pass_secs(LONG);
    assert_eq!(plain.told(), [], "without the role");
    plain.device(&format!("{ONE}.InheritedRole"), &format!("{ROLE}1"));
    plain.pass_secs(10 * LONG);
    assert_eq!(one(&mut plain), (msg_id, notification));
}

/// The time for it runs on.
#[test]
fn what_may_not_be_said_expires() {
    let mut plain = guarded("2024-05-01T12:00:00Z");
    let code = format!("{ONE}.ProvisioningCode");
    plain.subscribe("sub", "ValueChange", &code, &[RETRY[0], ("NotifExpiration", "60")]);
    plain.device(&code, "secret");
    let (msg_id, _) = one(&mut plain);
    has_role(&mut plain, 2);
    plain.pass_secs(LONG);
    assert_eq!(plain.told(), []);
    assert!(
        matches!(&plain.outputs[..], [Output::Undelivered { msg_id: given_up, .. }] if *given_up == msg_id),
        "{:?}",
        plain.outputs
    );
    assert_eq!(plain.until, None);
}

/// [R-SEC.1] A secured value that was told to a secured role is for no other, though that may be told of its changes.
#[test]
fn a_secured_value_is_not_said_again_to_a_role_that_is_not_secured() {
    let mut plain = guarded("2024-05-01T12:00:00Z");
    permit(&mut plain, 2, "Device.", "r--n");
    plain.device(&format!("{TRUST}SecuredRoles"), &format!("{ROLE}1"));
    device_add(&mut plain, "Device.MQTT.Client.", &[("Name", "a"), ("Password", "before")]);
    let secured = "Device.MQTT.Client.1.Password";
    plain.subscribe("sub", "ValueChange", secured, &RETRY);
    plain.device(secured, "secret");
    goes_with_the_right(&mut plain, &value_change(secured, "secret"));
}

/// [R-ADD.6] Nor are the Unique Keys of a new row, where they may not be read any more.
#[test]
fn keys_are_not_said_again_to_who_may_not_read_them() {
    let mut plain = guarded("2024-05-01T12:00:00Z");
    permit(&mut plain, 2, "Device.", "r--n");
    permit(&mut plain, 2, "Device.MQTT.Client.*.Name", "---n");
    plain.subscribe("sub", "ObjectCreation", "Device.MQTT.Client.", &RETRY);
    device_add(&mut plain, "Device.MQTT.Client.", &[("Name", "a"), ("Alias", "b")]);
    let unique_keys = [("Alias", "b"), ("Name", "a")].map(|(name, text)| (name.to_owned(), text.to_owned()));
    let unique_keys = unique_keys.into_iter().collect();
    let created = notify::ObjectCreation { obj_path: "Device.MQTT.Client.1.".into(), unique_keys };
    goes_with_the_right(&mut plain, &created.into());
}

/// A note that this Agent has not written is none, however much of a Notify it is: nobody can say what it tells of.
#[test]
fn a_notify_that_tells_of_nothing_is_not_said() {
    let mut plain = guarded("2024-05-01T12:00:00Z");
    let sub = plain.subscribe("sub", "ValueChange", &format!("{ONE}.ProvisioningCode"), &RETRY);
    let notify = Notify { subscription_id: "sub".into(), send_resp: true, notification: None };
    let message = Base64::from(Msg::request("m-1", notify).encode_to_vec());
    let note = format!("self::one {sub}  {message}");
    plain.update(|model| model.set_note("notify/0000000000000000/m-1", Some(&note)));
    let mut plain = plain.restarted(10);
    plain.input(usp_agent::Input::Timeout);
    plain.pass_secs(LONG);
    assert_eq!((plain.told(), plain.agent.model().notes("notify/").count()), (vec![], 0));
}
