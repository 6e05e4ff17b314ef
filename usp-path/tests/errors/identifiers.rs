//! Instance identifiers and the placeholder.

use crate::{path, relative, supported};

#[test]
fn instance_numbers_count_from_one_without_leading_zeros() {
    path(&[
        "Device.IP.Interface.0.",
        "                    ^ 0 is no Instance Number",
        "hint: numbering starts at 1; `*` stands for every row",
    ]);
    path(&[
        "Device.IP.Interface.007.",
        "                    ^^^ an Instance Number with a leading zero",
        "hint: remove the leading zeros",
    ]);
    path(&[
        "Device.IP.Interface.4294967296.",
        "                    ^^^^^^^^^^ an Instance Number above 4294967295",
    ]);
    supported(&[
        "Device.IP.Interface.0.",
        "                    ^ 0 is no Instance Number",
        "hint: numbering starts at 1; `*` stands for every row",
    ]);
    supported(&[
        "Device.IP.Interface.01.",
        "                    ^^ an Instance Number with a leading zero",
        "hint: remove the leading zeros",
    ]);
    supported(&[
        "Device.IP.Interface.99999999999.",
        "                    ^^^^^^^^^^^ an Instance Number above 4294967295",
    ]);
    supported(&[
        "Device.IP.Interface.1a.",
        "                    ^^ no name begins with a digit",
        "hint: an Instance Number has digits only, a name begins with a letter or `_`",
    ]);
}

#[test]
fn an_instance_identifier_follows_a_table() {
    path(&["Device.1.", "       ^ the root object is no table, expected a name"]);
    path(&["Device.*.", "       ^ the root object is no table, expected a name"]);
    path(&["Device.[Enable==1].", "       ^ the root object is no table, expected a name"]);
    path(&[
        "Device.IP.Interface.1.2.",
        "                      ^ two instance identifiers in a row, expected a name",
    ]);
    path(&[
        "Device.IP.Interface.1.*.",
        "                      ^ two instance identifiers in a row, expected a name",
    ]);
    path(&[
        "Device.NAT.PortMapping.1.Interface+.1",
        "                                    ^ two instance identifiers in a row, expected a name",
    ]);
    path(&[
        "Device.IP.Inter*.",
        "               ^ a wildcard inside a name",
        "hint: `*` stands for all rows of a table: put it between dots, `Interface.*.`",
    ]);
    path(&[
        r#"Device.IP.Interface[Name=="eth0"]."#,
        "                   ^ a bracket right behind a name, expected `.`",
        r#"hint: put a dot before the bracket: `Interface.[Name=="eth0"].`"#,
    ]);
    path(&[
        r#"Device.IP.Interface.Name=="eth0""#,
        "                        ^ a comparison outside of brackets, expected `.` or the end of the path",
        r#"hint: a Search Expression stands in brackets: `Interface.[Name=="eth0"].`"#,
    ]);
    path(&[
        r#"Device.IP.Interface.Name!="eth0""#,
        "                        ^^ a comparison outside of brackets, expected `.` or the end of the path",
        r#"hint: a Search Expression stands in brackets: `Interface.[Name=="eth0"].`"#,
    ]);
    path(&[
        "Device.IP.Interface.1].",
        "                     ^ a closing bracket without an opening one, expected `.` or the end of the path",
        "hint: a Search Expression stands in `[` and `]`",
    ]);
    path(&[
        "Device.IP.Interface.].",
        "                    ^ a closing bracket without an opening one, expected `.` or the end of the path",
        "hint: a Search Expression stands in `[` and `]`",
    ]);
    relative(&["1.2", "  ^ two instance identifiers in a row, expected a name"]);
    supported(&["Device.{i}.", "       ^ the root object is no table, expected a name"]);
    supported(&[
        "Device.IP.Interface.{i}.{i}.",
        "                        ^ two instance identifiers in a row, expected a name",
    ]);
}

#[test]
fn curly_brackets_belong_into_supported_paths() {
    path(&[
        "Device.IP.Interface.{i}.Enable",
        "                    ^^^ the placeholder `{i}` in an instantiated path, expected an Instance Number, `*` or `[`",
        "hint: `{i}` belongs into supported paths; for every row write `*`",
    ]);
    path(&[
        "Device.IP.Interface{i}.Enable",
        "                   ^^^ the placeholder `{i}` in an instantiated path, expected an Instance Number, `*` or `[`",
        "hint: `{i}` belongs into supported paths; for every row write `*`",
    ]);
    path(&[
        r#"Device.IP.Interface.{Type=="Normal"}.Status"#,
        "                    ^^^^^^^^^^^^^^^^ curly brackets in a path, expected an Instance Number, `*` or `[`",
        "hint: a Search Expression stands in `[` and `]`",
    ]);
    path(&[
        "Device.IP.Interface.{",
        "                    ^ curly brackets in a path, expected an Instance Number, `*` or `[`",
        "hint: a Search Expression stands in `[` and `]`",
    ]);
    relative(&[
        "{i}.Name",
        "^^^ the placeholder `{i}` in an instantiated path, expected an Instance Number, `*` or `[`",
        "hint: `{i}` belongs into supported paths; for every row write `*`",
    ]);
}

#[test]
fn supported_paths_name_tables_by_placeholder() {
    supported(&[
        "Device.IP.Interface.*.",
        "                    ^ a search in a supported path, expected `{i}`",
        "hint: in a supported path a table is followed by `{i}`",
    ]);
    supported(&[
        "Device.IP.Interface.[Enable==1].",
        "                    ^ a search in a supported path, expected `{i}`",
        "hint: in a supported path a table is followed by `{i}`",
    ]);
    supported(&[
        "Device.NAT.PortMapping.{i}.Interface+.Name",
        "                                    ^ a reference followed in a supported path",
        "hint: only an instance has references to follow",
    ]);
    supported(&[
        "Device.IP.Interface.{j}.",
        "                    ^^^ this is not the placeholder of a table, expected `{i}`",
        "hint: the placeholder is written `{i}`, whatever the table",
    ]);
    supported(&[
        "Device.IP.Interface.{i.",
        "                    ^ this is not the placeholder of a table, expected `{i}`",
        "hint: the placeholder is written `{i}`, whatever the table",
    ]);
    supported(&[
        "Device.IP.Interface{i}.",
        "                   ^ the placeholder right behind a name, expected `.`",
        "hint: put a dot before it: `Interface.{i}.`",
    ]);
    supported(&[
        "Device.IP.Interface.{i}.IPv4Address.1.",
        "                                    ^ an Instance Number behind `{i}`, expected `{i}`",
        "hint: once a table stands for all its rows, the tables below do so too",
    ]);
    supported(&[
        "Device.IP[",
        "         ^ a bracket right behind a name, expected `.`",
        r#"hint: put a dot before the bracket: `Interface.[Name=="eth0"].`"#,
    ]);
    supported(&[
        "Device.IP*",
        "         ^ a wildcard inside a name",
        "hint: `*` stands for all rows of a table: put it between dots, `Interface.*.`",
    ]);
    supported(&[
        "Device.IP]",
        "         ^ a closing bracket without an opening one, expected `.` or the end of the path",
        "hint: a Search Expression stands in `[` and `]`",
    ]);
    supported(&[
        "Device.IP)",
        "         ^ a closing parenthesis without an opening one, expected `.` or the end of the path",
        "hint: a command ends with `()`",
    ]);
    supported(&[
        "Device/IP",
        "      ^ a slash in a path, expected `.` or the end of the path",
        "hint: names are separated by dots: `Device.IP.Interface.`",
    ]);
}
