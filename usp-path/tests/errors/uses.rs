//! Paths that are well formed, but of the wrong kind or over a limit.

use usp_path::{Limits, Path, PathKind, SupportedPath};

use crate::shown;

#[test]
fn a_path_of_the_wrong_kind_is_told_apart() {
    #[track_caller]
    fn wanted(kind: PathKind, lines: &[&str]) {
        shown(Path::parse(lines[0]).and_then(|path| path.expect_kind(kind)), lines);
    }
    wanted(
        PathKind::Command,
        &[
            "Device.Reboot",
            "             ^ this path names no command, expected `()`",
            "hint: a command ends with `()`",
        ],
    );
    wanted(
        PathKind::Event,
        &[
            "Device.Boot",
            "           ^ this path names no event, expected `!`",
            "hint: an event ends with `!`",
        ],
    );
    wanted(
        PathKind::Parameter,
        &[
            "Device.IP.",
            "         ^ this path names no parameter, expected a name at the end",
            "hint: the path of a parameter ends with its name, without dot",
        ],
    );
    wanted(
        PathKind::Object,
        &[
            "Device.Reboot()",
            "             ^^ this path names no object and no table, expected a name and `.` at the end",
            "hint: remove what stands behind the object",
        ],
    );
    wanted(
        PathKind::ObjectInstance,
        &[
            "Device.IP.Interface.",
            "                   ^ this path names no row of a table, expected an Instance Number, `*` or an expression at the end",
            "hint: `*` stands for every row",
        ],
    );
    // T11: what looks like a parameter may be an object without its final dot.
    assert!(Path::parse("Device.IP").unwrap().expect_kind(PathKind::Object).is_ok());
    assert!(Path::parse("Device.Boot!").unwrap().expect_kind(PathKind::Event).is_ok());
}

#[test]
fn over_a_limit_is_said_to_be_so() {
    #[track_caller]
    fn over(limits: Limits, lines: &[&str]) {
        let error = Path::parse_with(lines[0], &limits).expect_err("it is over the limit");
        assert!(error.is_limit());
        shown::<()>(Err(error), lines);
    }
    over(
        Limits { max_length: 12, ..Limits::DEFAULT },
        &["Device.IP.Interface.", "            ^^^^^^^^ the path is longer than the limit"],
    );
    over(
        Limits { max_segments: 3, ..Limits::DEFAULT },
        &["Device.IP.Interface.1.", "                    ^^ the path has more segments than the limit"],
    );
    over(
        Limits { max_segments: 5, ..Limits::DEFAULT },
        &[
            "Device.NAT.PortMapping.1.Interface+.",
            "                                  ^^ the path has more segments than the limit",
        ],
    );
    over(
        Limits { max_components: 1, ..Limits::DEFAULT },
        &[
            "Device.A.[B==1].C.[D==2].",
            "                   ^^^^ the path has more Expression Components than the limit",
        ],
    );
    let at_the_limit = Limits { max_length: 25, max_segments: 5, max_components: 2 };
    assert!(Path::parse_with("Device.A.[B==1].C.[D==2].", &at_the_limit).is_ok());
    assert!(!Path::parse("Device..").unwrap_err().is_limit());

    let tight = Limits { max_length: 9, max_segments: 2, ..Limits::DEFAULT };
    assert!(SupportedPath::parse_with("Device.IP.", &tight).unwrap_err().is_limit());
    assert!(SupportedPath::parse_with("Device.A.", &tight).is_ok());
    assert!(
        SupportedPath::parse_with("Device.A.B", &Limits { max_length: 99, ..tight }).unwrap_err().is_limit()
    );
}
