//! Periodic!, by the scenario of TP-469 1.59 and the arithmetic of its phase.
// A panic is how a test reports.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]
#![allow(dead_code)] // The fixture serves several test programs.

mod common;

use core::time::Duration;

use common::plain::{ONE, Plain, event};
use proptest::prelude::*;
use usp_agent::Input;
use usp_msg::Delete;
use usp_record::Instant;

const PERIODIC: &str = "Device.LocalAgent.Periodic!";

fn set_up(plain: &mut Plain, interval: &str, time: &str) -> String {
    plain.set(&format!("{ONE}.PeriodicNotifInterval"), interval);
    plain.set(&format!("{ONE}.PeriodicNotifTime"), time);
    plain.subscribe("sub-103", "Event", PERIODIC, &[])
}

/// When it was told since the last call.
#[track_caller]
fn times(plain: &mut Plain) -> Vec<Duration> {
    let told = plain.told();
    let periodic = event("Device.LocalAgent.", "Periodic!", &[]);
    assert!(told.iter().all(|sent| sent.notify.notification.as_ref() == Some(&periodic)), "{told:?}");
    told.iter().map(|sent| sent.after).collect()
}

fn secs(secs: &[u64]) -> Vec<Duration> {
    secs.iter().map(|&secs| Duration::from_secs(secs)).collect()
}

/// The wall clock gives the phase: with a reference at a full minute it is told at full minutes.
#[test]
fn tp469_1_59_periodic_is_told_in_its_phase() {
    let mut plain = Plain::with_wall("2024-05-01T12:34:17Z");
    set_up(&mut plain, "60", "2019-01-01T00:00:00Z");
    plain.pass_secs(200);
    assert_eq!(times(&mut plain), secs(&[43, 103, 163]));
}

/// TR-181: the reference may lie in the future, and has the seconds that it has.
#[test]
fn a_reference_in_the_future_gives_the_phase_now() {
    let mut plain = Plain::with_wall("2024-05-01T12:00:00Z");
    set_up(&mut plain, "86400", "2099-01-01T00:00:00Z");
    plain.pass_secs(3 * 86_400);
    assert_eq!(times(&mut plain), secs(&[43_200, 43_200 + 86_400, 43_200 + 2 * 86_400]));
    plain.set(&format!("{ONE}.PeriodicNotifTime"), "2024-05-01T12:00:07.5Z");
    plain.set(&format!("{ONE}.PeriodicNotifInterval"), "10");
    plain.pass_secs(20);
    let told = times(&mut plain);
    assert_eq!(told, [7_500, 17_500].map(|millis| Duration::from_millis(3 * 86_400_000 + millis)));
}

/// TR-181: the Unknown Time, and a device that does not know the time, leave the phase to the Agent.
#[test]
fn without_a_reference_the_interval_counts_from_the_subscription() {
    for (wall, time) in
        [(Some("2024-05-01T12:34:17Z"), "0001-01-01T00:00:00Z"), (None, "2019-01-01T00:00:00Z")]
    {
        let mut plain = wall.map_or_else(Plain::new, Plain::with_wall);
        plain.pass_secs(5);
        set_up(&mut plain, "60", time);
        plain.pass_secs(130);
        assert_eq!(times(&mut plain), secs(&[65, 125]));
    }
}

/// A wall clock that is set while a moment comes takes nothing from it; the next one is in the new phase.
#[test]
fn a_moment_that_comes_with_a_step_of_the_clock_is_told() {
    let mut plain = Plain::with_wall("2024-05-01T12:00:00Z");
    set_up(&mut plain, "60", "2019-01-01T00:00:00Z");
    plain.now = plain.now.checked_add(Duration::from_secs(60)).unwrap();
    plain.wall = plain.wall.map(|wall| wall + 2);
    plain.input(Input::Timeout);
    assert_eq!(times(&mut plain), secs(&[60]));
    plain.pass_secs(120);
    assert_eq!(times(&mut plain), secs(&[118, 178]));
}

/// Nothing is due that nobody waits for.
#[test]
fn who_did_not_subscribe_is_not_woken_for() {
    let mut plain = Plain::with_wall("2024-05-01T12:00:00Z");
    plain.set(&format!("{ONE}.PeriodicNotifInterval"), "60");
    assert_eq!(plain.until, None);
    let row = plain.subscribe("p", "Event", PERIODIC, &[]);
    assert_eq!(plain.until, Some(plain.now + Duration::from_secs(60)));
    plain.set(&format!("{row}Enable"), "false");
    assert_eq!(plain.until, None);
    plain.set(&format!("{row}Enable"), "true");
    assert!(plain.until.is_some());
    plain.ask(Delete::new([row])).unwrap();
    assert_eq!(plain.until, None);
    // The object above is an event path too.
    plain.subscribe("all", "Event", "Device.LocalAgent.", &[]);
    assert!(plain.until.is_some());
    plain.device(&format!("{ONE}.Enable"), "false");
    assert_eq!(plain.until, None);
}

/// Each Controller has its own interval, and is told of no other's.
#[test]
fn each_controller_is_told_of_its_own_interval() {
    let mut plain = Plain::with_wall("2024-05-01T12:00:00Z");
    set_up(&mut plain, "60", "2019-01-01T00:00:00Z");
    plain.device("Device.LocalAgent.Controller.2.PeriodicNotifInterval", "100");
    let row = usp_msg::add::CreateObject::new("Device.LocalAgent.Subscription.")
        .required("Enable", "true")
        .required("ID", "p")
        .required("NotifType", "Event")
        .required("ReferenceList", PERIODIC);
    plain.asked_by("two", usp_msg::Add::new([row])).unwrap().unwrap();
    plain.pass_secs(200);
    let told = plain.told();
    let of = |to: &str| -> Vec<u64> {
        told.iter().filter(|sent| sent.to == to).map(|sent| sent.after.as_secs()).collect()
    };
    assert_eq!((of("self::one"), of("self::two")), (vec![60, 120, 180], vec![100, 200]));
}

/// A step of the wall clock moves the phase, once and without a burst; small drift does not.
#[test]
fn a_step_of_the_wall_clock_moves_the_phase() {
    let mut plain = Plain::with_wall("2024-05-01T12:00:10Z");
    set_up(&mut plain, "60", "2019-01-01T00:00:00Z");
    plain.pass_secs(20);
    plain.wall = plain.wall.map(|wall| wall + 3600 + 15);
    plain.input(Input::Timeout);
    assert_eq!(times(&mut plain), []);
    // It is 13:00:45.
    plain.pass_secs(80);
    assert_eq!(times(&mut plain), secs(&[35, 95]));
}

#[test]
fn the_phase_is_met_as_soon_as_the_time_is_known() {
    let mut plain = Plain::new();
    set_up(&mut plain, "60", "2019-01-01T00:00:00Z");
    plain.pass_secs(90);
    assert_eq!(times(&mut plain), secs(&[60]));
    plain.wall = Some(common::plain::unix("2024-05-01T12:00:00Z"));
    plain.input(Input::Timeout);
    // It is 12:01:30.
    plain.pass_secs(100);
    assert_eq!(times(&mut plain), secs(&[120, 180]));
}

/// A device that slept through several intervals tells of one, and goes on in the phase.
#[test]
fn intervals_that_were_slept_through_are_one() {
    let mut plain = Plain::with_wall("2024-05-01T12:00:00Z");
    set_up(&mut plain, "60", "2019-01-01T00:00:00Z");
    plain.now += Duration::from_secs(330);
    plain.input(Input::Timeout);
    plain.pass_secs(30);
    assert_eq!(times(&mut plain), secs(&[330, 360]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// The law: each moment lies whole intervals from the reference, none is left out, and the wait is exact.
    #[test]
    fn moments_lie_whole_intervals_from_the_reference(
        wall in 0_i64..4_000_000_000,
        reference in 0_i64..8_000_000_000,
        interval in 1_u32..100_000,
        begun in 0_u64..1_000_000,
    ) {
        let mut plain = Plain::new();
        plain.wall = Some(wall);
        plain.now += Duration::from_millis(begun);
        let time = usp_schema::DateTime::from_unix(reference, 0).unwrap().to_string();
        set_up(&mut plain, &interval.to_string(), &time);
        let mut before: Option<Instant> = None;
        for _ in 0..4 {
            let next = plain.until.expect("one is due");
            let first = before.is_none();
            plain.pass(next - plain.now);
            let [moment] = times(&mut plain)[..] else { panic!("one moment") };
            let millis = i128::from(wall) * 1000 + i128::try_from(moment.as_millis()).unwrap();
            prop_assert_eq!((millis - i128::from(reference) * 1000).rem_euclid(i128::from(interval) * 1000), 0);
            let since = before.map_or(Duration::ZERO, |before| next - before);
            prop_assert!(first || since == Duration::from_secs(interval.into()));
            let wait = moment - Duration::from_millis(begun).min(moment);
            prop_assert!(!first || wait <= Duration::from_secs(interval.into()));
            before = Some(next);
        }
    }
}
