//! Names, dots, commands, events and references that are followed.

use crate::{path, relative, supported};

#[test]
fn an_empty_text_is_no_path() {
    path(&["", "^ the path is empty, expected a path such as `Device.LocalAgent.`"]);
    supported(&["", "^ the path is empty, expected a path such as `Device.LocalAgent.`"]);
    relative(&["", "^ the relative path is empty, expected a path such as `Stats.BytesSent`"]);
}

#[test]
fn names_stand_between_single_dots() {
    path(&[".Device.IP.", "^ the path begins with a dot, expected a name", "hint: remove the dot"]);
    path(&["Device..IP.", "       ^ nothing stands between two dots", "hint: remove one of the dots"]);
    path(&["Device.IP..", "          ^ nothing stands between two dots", "hint: remove one of the dots"]);
    path(&["Device.(IP)", "       ^ no name begins with this character, expected a letter or `_`"]);
    path(&[
        "Device.IP@",
        "         ^ no name holds this character, expected a letter, digit, `_`, `-` or the end of the name",
    ]);
    path(&[
        "Device.Größe",
        "         ^ no name holds this character, expected a letter, digit, `_`, `-` or the end of the name",
    ]);
    path(&[
        "Device.IP.5GHz.Enable",
        "          ^^^^ no name begins with a digit",
        "hint: an Instance Number has digits only, a name begins with a letter or `_`",
    ]);
    path(&[
        "Device.5GHz.Enable",
        "       ^^^^ no name begins with a digit",
        "hint: an Instance Number has digits only, a name begins with a letter or `_`",
    ]);
    path(&[
        "Device/IP/Interface",
        "      ^ a slash in a path, expected `.` or the end of the path",
        "hint: names are separated by dots: `Device.IP.Interface.`",
    ]);
    path(&[
        "Device.IP.Interface.1!",
        "                     ^ the segment ends before this character, expected `.` or the end of the path",
    ]);
    path(&[
        "Device.IP.Interface.[Enable==1]Status",
        "                               ^ the segment ends before this character, expected `.` or the end of the path",
    ]);
    path(&[
        "Device.IP.Interface.*Status",
        "                     ^ the segment ends before this character, expected `.` or the end of the path",
    ]);
    path(&[
        "Device.NAT.PortMapping.1.Interface+Status",
        "                                   ^ the segment ends before this character, expected `.` or the end of the path",
    ]);
    supported(&[".Device.", "^ the path begins with a dot, expected a name", "hint: remove the dot"]);
    supported(&["Device..", "       ^ nothing stands between two dots", "hint: remove one of the dots"]);
    supported(&[
        "Device.Größe",
        "         ^ no name holds this character, expected a letter, digit, `_`, `-` or the end of the name",
    ]);
    supported(&["Device.€", "       ^ no name begins with this character, expected a letter or `_`"]);
    supported(&[
        "Device.IP.Interface.{i}Enable",
        "                       ^ the segment ends before this character, expected `.` or the end of the path",
    ]);
    relative(&[".Enable", "^ the path begins with a dot, expected a name", "hint: remove the dot"]);
}

#[test]
fn a_path_begins_with_the_root_object() {
    path(&[
        "5",
        "^ a path begins with the name of its root object, expected a name",
        "hint: the root object is `Device.`",
    ]);
    path(&[
        "*",
        "^ a path begins with the name of its root object, expected a name",
        "hint: the root object is `Device.`",
    ]);
    path(&[
        "[Enable==1]",
        "^ a path begins with the name of its root object, expected a name",
        "hint: the root object is `Device.`",
    ]);
    path(&[
        "€uro.",
        "^ a path begins with the name of its root object, expected a name",
        "hint: the root object is `Device.`",
    ]);
    supported(&[
        "{i}",
        "^ a path begins with the name of its root object, expected a name",
        "hint: the root object is `Device.`",
    ]);
}

#[test]
fn one_text_is_one_path() {
    path(&[
        "Device.DeviceInfo.UpTime,Device.Time.",
        "                        ^^^^^^^^^^^^^ more than one path, expected one path alone",
        "hint: USP has no OR: send two paths, each by itself",
    ]);
    path(&[
        "Device.DeviceInfo.UpTime||Device.Time.",
        "                        ^^^^^^^^^^^^^^ more than one path, expected one path alone",
        "hint: USP has no OR: send two paths, each by itself",
    ]);
    path(&[
        "Device.IP.Interface.1,Device.Time.",
        "                     ^^^^^^^^^^^^^ more than one path, expected one path alone",
        "hint: USP has no OR: send two paths, each by itself",
    ]);
    supported(&[
        "Device.IP.,Device.Time.",
        "          ^ no name begins with this character, expected a letter or `_`",
    ]);
}

#[test]
fn whitespace_stands_round_operators_only() {
    path(&[
        " Device.IP.",
        "^ whitespace in a path",
        "hint: remove it: whitespace is allowed only round the operators of a Search Expression",
    ]);
    path(&[
        "Device.IP. ",
        "          ^ whitespace in a path",
        "hint: remove it: whitespace is allowed only round the operators of a Search Expression",
    ]);
    path(&[
        "Device.Device Info.",
        "             ^ whitespace in a path",
        "hint: remove it: whitespace is allowed only round the operators of a Search Expression",
    ]);
    path(&[
        "Device.IP.Interface.[ Enable==true].",
        "                     ^ whitespace next to a bracket",
        "hint: remove it: whitespace is allowed only round operators",
    ]);
    path(&[
        "Device.IP.Interface.[Enable==true ].",
        "                                 ^ whitespace next to a bracket",
        "hint: remove it: whitespace is allowed only round operators",
    ]);
    path(&[
        "Device.IP.Interface.[Stats. ErrorsSent>0].",
        "                           ^ whitespace in a path",
        "hint: remove it: whitespace is allowed only round the operators of a Search Expression",
    ]);
    supported(&[
        "Device.IP. Interface",
        "          ^ whitespace in a path",
        "hint: remove it: whitespace is allowed only round the operators of a Search Expression",
    ]);
}

#[test]
fn commands_end_with_parentheses() {
    path(&[
        "Device.Reboot(",
        "             ^ the parenthesis of the command is not closed, expected `)`",
        "hint: a command ends with `()`",
    ]);
    path(&[
        "Device.Reboot)",
        "             ^ a closing parenthesis without an opening one, expected `.` or the end of the path",
        "hint: a command ends with `()`",
    ]);
    path(&[
        "Device.Reboot(now)",
        "              ^^^ arguments inside the parentheses of a command, expected `)`",
        "hint: arguments travel in the Operate message, the path ends with `()`",
    ]);
    path(&[
        "Device.Reboot().Cause",
        "               ^^^^^^ something follows the command, expected the end of the path after `()`",
    ]);
    path(&[
        "Reboot()",
        "      ^ a command or event without an object, expected `.`",
        "hint: put the object before it: `Device.Reboot()`",
    ]);
    supported(&[
        "Device.Reboot(",
        "             ^ the parenthesis of the command is not closed, expected `)`",
        "hint: a command ends with `()`",
    ]);
    supported(&[
        "Device.Reboot(now)",
        "              ^^^ arguments inside the parentheses of a command, expected `)`",
        "hint: arguments travel in the Operate message, the path ends with `()`",
    ]);
    supported(&[
        "Device.Reboot().",
        "               ^ something follows the command, expected the end of the path after `()`",
    ]);
    supported(&[
        "Reboot()",
        "      ^ a command or event without an object, expected `.`",
        "hint: put the object before it: `Device.Reboot()`",
    ]);
    relative(&[
        "Reset().",
        "       ^ something follows the command, expected the end of the path after `()`",
    ]);
}

#[test]
fn events_end_with_an_exclamation_mark() {
    path(&[
        "Device.Boot!.Cause",
        "            ^^^^^^ something follows the event, expected the end of the path after `!`",
    ]);
    path(&[
        "Boot!",
        "    ^ a command or event without an object, expected `.`",
        "hint: put the object before it: `Device.Reboot()`",
    ]);
    supported(&[
        "Device.Boot!Cause",
        "            ^^^^^ something follows the event, expected the end of the path after `!`",
    ]);
    supported(&[
        "Boot!",
        "    ^ a command or event without an object, expected `.`",
        "hint: put the object before it: `Device.Reboot()`",
    ]);
}

#[test]
fn references_are_followed_behind_the_parameter() {
    path(&[
        "Device.WiFi.SSID.1.LowerLayers#",
        "                               ^ the list item number is missing after `#`, expected a list item number or `*`",
        "hint: `#1+` follows the first reference of a list, `#*+` all of them",
    ]);
    path(&[
        "Device.WiFi.SSID.1.LowerLayers#+.Name",
        "                               ^ the list item number is missing after `#`, expected a list item number or `*`",
        "hint: `#1+` follows the first reference of a list, `#*+` all of them",
    ]);
    path(&[
        "Device.WiFi.SSID.1.LowerLayers#0+.Name",
        "                               ^ 0 is no list item number, expected a list item number or `*`",
        "hint: list items are counted from 1",
    ]);
    path(&[
        "Device.WiFi.SSID.1.LowerLayers#01+.Name",
        "                               ^^ a list item number with a leading zero, expected a list item number or `*`",
        "hint: remove the leading zeros",
    ]);
    path(&[
        "Device.WiFi.SSID.1.LowerLayers#4294967296+.Name",
        "                               ^^^^^^^^^^ a list item number above 4294967295, expected a list item number or `*`",
    ]);
    path(&[
        "Device.WiFi.SSID.1.LowerLayers#1.Name",
        "                                ^ the list item is not followed, expected `+`",
        "hint: `#` picks the item, `+` follows it: `LowerLayers#1+.Name`",
    ]);
    path(&[
        "Device+.Name",
        "      ^ the root object is no reference parameter, expected `.`",
        "hint: put `+` behind the name of a reference parameter",
    ]);
    path(&[
        "Device.IP.+.Name",
        "          ^ no reference parameter stands before this, expected a name, an Instance Number, `*` or `[`",
        "hint: put `+` right behind the name of a reference parameter, without a dot",
    ]);
    relative(&[
        "+.Name",
        "^ no reference parameter stands before this, expected a name, an Instance Number, `*` or `[`",
        "hint: put `+` right behind the name of a reference parameter, without a dot",
    ]);
}
