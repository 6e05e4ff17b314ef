//! Hostile texts: an error in constant stack and without allocation, whatever their length.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

use usp_path::{Limits, ParsePathError, Path, RelativePath, SearchExpression, SupportedPath};

const MEGABYTE: usize = 1 << 20;

/// Refused without limits as well, for `description`.
#[track_caller]
fn refused(text: &str, description: &str) {
    let error = Path::parse_with(text, &Limits::UNLIMITED).unwrap_err();
    assert_eq!(error.description(), description);
    assert!(!error.is_limit());
    within(text, error);
    if text.len() > Limits::DEFAULT.max_length {
        assert!(Path::parse(text).unwrap_err().is_limit());
    }
}

/// The span lies in the text, on character boundaries, and what is shown of a long text is short.
#[track_caller]
fn within(text: &str, error: ParsePathError) {
    let span = error.span();
    assert!(text.get(span.clone()).is_some(), "{span:?} of {} bytes", text.len());
    assert!(error.render(text).to_string().chars().count() < 700);
}

#[test]
fn a_megabyte_of_one_character() {
    for (unit, description) in [
        (".", "the path begins with a dot"),
        ("[", "a path begins with the name of its root object"),
        ("9", "a path begins with the name of its root object"),
        ("\"", "a path begins with the name of its root object"),
        ("ö", "a path begins with the name of its root object"),
        ("+", "no reference parameter stands before this"),
        ("{", "curly brackets in a path"),
        (" ", "whitespace in a path"),
        ("\0", "a path begins with the name of its root object"),
    ] {
        refused(&unit.repeat(MEGABYTE / unit.len()), description);
    }
    let name = "a".repeat(MEGABYTE);
    assert_eq!(Path::parse_with(&name, &Limits::UNLIMITED).unwrap().segments().count(), 1);
    assert!(Path::parse(&name).unwrap_err().is_limit());
}

#[test]
fn ten_thousand_nested_brackets() {
    let depth = 10_000;
    let opened = format!("Device.A.{}", "[A==".repeat(depth));
    refused(&opened, "the constant of the comparison is missing");
    refused(
        &format!("Device.A.{}{}.", "[".repeat(depth), "]".repeat(depth)),
        "a bracket inside a Search Expression",
    );
    refused(&format!("Device.A.[{}", "(".repeat(depth)), "parentheses inside a Search Expression");
    refused(&format!("Device.A.[{}A==1", "B.".repeat(depth)), "the bracket is not closed");
}

/// No recursion: depth costs no stack, neither in checking nor in walking nor in printing.
#[test]
fn a_small_stack_is_enough() {
    let work = || {
        let nested = format!("Device.A.{}", "[A==".repeat(10_000));
        assert!(Path::parse_with(&nested, &Limits::UNLIMITED).is_err());
        let long = format!("Device.{}", "A.[B.C+.D == \"%\" && E<1].".repeat(10_000));
        let path = Path::parse_with(&long, &Limits::UNLIMITED).unwrap();
        assert_eq!(path.segments().count(), 20_001);
        assert_eq!(path.to_string().len(), long.len() - 40_000 + 20_000);
    };
    std::thread::Builder::new().stack_size(128 * 1024).spawn(work).unwrap().join().unwrap();
}

#[test]
fn a_megabyte_that_fails_at_its_end() {
    refused(&format!("Device.{}!x", "A.1.".repeat(MEGABYTE / 4)), "no name begins with this character");
    refused(&format!("Device.{}A!x", "A.1.".repeat(MEGABYTE / 4)), "something follows the event");
    refused(&format!("Device.A.[{}", "B==1&&".repeat(MEGABYTE / 6)), "no comparison follows `&&`");
    refused(&format!("Device.A.[B==\"{}", "x".repeat(MEGABYTE)), "the string is not closed");
    refused(&format!("Device.A.[B=={}", "x".repeat(MEGABYTE)), "the bracket is not closed");
    refused(&format!("Device.A.[B{}", " ".repeat(MEGABYTE)), "a comparison without an operator");
    refused(&format!("Device.A.[B{}", "=".repeat(MEGABYTE)), "this is no operator");
    refused(&format!("Device.A.{}", "1".repeat(MEGABYTE)), "an Instance Number above 4294967295");
    refused(&format!("Device.A.{}", "0".repeat(MEGABYTE)), "0 is no Instance Number");
    refused(&format!("Device.A.B#{}+", "1".repeat(MEGABYTE)), "a list item number above 4294967295");
    refused(&format!("Device.A.B({}", "x".repeat(MEGABYTE)), "the parenthesis of the command is not closed");
    refused(&format!("Device.A.{{{}", "x".repeat(MEGABYTE)), "curly brackets in a path");
}

#[test]
fn the_other_kinds_of_text_are_bounded_too() {
    let long = "A.".repeat(MEGABYTE / 2);
    assert!(RelativePath::parse(&long).unwrap_err().is_limit());
    assert!(SupportedPath::parse(&long).unwrap_err().is_limit());
    assert!(SearchExpression::parse(&long).unwrap_err().is_limit());
    assert_eq!(RelativePath::parse_with(&long, &Limits::UNLIMITED).unwrap().segments().count(), MEGABYTE / 2);
    assert_eq!(
        SupportedPath::parse_with(&long, &Limits::UNLIMITED).unwrap().segments().count(),
        MEGABYTE / 2
    );
}

/// Cut at every byte, and with every byte replaced by some that mean something: accepted or refused, and what is
/// refused is placed in the text.
#[test]
fn mutilated_paths() {
    let texts = [
        "Device.IP.Interface.[Type==\"No%22m\"&&Stats.Ref#2+.ErrorsSent >= -5].IPv4Address.*.X_ö-Y",
        "Device.NAT.PortMapping.12.Interface#*+.Reset()",
        "Device.LocalAgent.Controller.{i}.Periodic!",
    ];
    for text in texts {
        for at in (0..text.len()).filter(|&at| text.is_char_boundary(at)) {
            let (before, after) = text.split_at(at);
            checked(before);
            checked(after);
            let rest: String = after.chars().skip(1).collect();
            for c in [
                '.', '[', ']', '"', '&', '=', '*', '+', '#', '(', ')', '!', '{', '}', '0', ' ', 'ö', '\0',
                '%',
            ] {
                checked(&format!("{before}{c}{rest}"));
                checked(&format!("{before}{c}{after}"));
            }
        }
    }
}

#[track_caller]
fn checked(text: &str) {
    if let Err(error) = Path::parse(text).map(drop) {
        within(text, error);
    }
    if let Err(error) = RelativePath::parse(text).map(drop) {
        within(text, error);
    }
    if let Err(error) = SupportedPath::parse(text).map(drop) {
        within(text, error);
    }
    if let Err(error) = SearchExpression::parse(text).map(drop) {
        within(text, error);
    }
}

/// Reading and walking allocates nothing, nor does refusing.
#[test]
fn no_allocation() {
    #[track_caller]
    fn none(what: &str, call: impl FnOnce()) {
        let allocations = allocation_counter::measure(call);
        assert_eq!(allocations.count_total, 0, "{what}");
    }
    for text in [
        "Device.IP.Interface.1.",
        "Device.IP.Interface.1.IPv4Address.2.IPAddress",
        "Device.IP.Interface.*.Stats.BytesSent",
        "Device.IP.Interface.[Type == \"Nor%22mal\" && Stats.ErrorsSent>0].IPv4Address.*.IPAddress",
        "Device.WiFi.SSID.1.LowerLayers#*+.Reset()",
    ] {
        none(text, || {
            for segment in Path::parse(text).unwrap().segments() {
                if let usp_path::Segment::Expression(expression) = segment {
                    assert!(expression.components().all(|component| component.path().segments().count() > 0));
                }
            }
        });
        none(text, || assert!(Path::parse(text).unwrap().parent().is_some()));
    }
    none("refused", || assert!(Path::parse("Device.IP.Interface.[Name=\"eth0\"].").is_err()));
    none("supported", || assert!(SupportedPath::parse("Device.IP.Interface.{i}.Enable").is_ok()));
    let nested = format!("Device.A.{}", "[A==".repeat(10_000));
    none("nested", || assert!(Path::parse_with(&nested, &Limits::UNLIMITED).is_err()));
}
