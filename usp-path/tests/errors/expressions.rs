//! Search Expressions.

use crate::{expression, path};

#[test]
fn brackets_are_balanced_and_hold_a_comparison() {
    path(&[
        "Device.IP.Interface.[].",
        r#"                    ^^ the Search Expression is empty, expected a comparison such as Name=="eth0""#,
        "hint: for every row write `*`",
    ]);
    path(&[
        "Device.IP.Interface.[",
        "                    ^ the bracket is not closed, expected `]`",
        "hint: a Search Expression ends with `]`",
    ]);
    path(&[
        "Device.IP.Interface.[Name",
        "                         ^ a comparison without an operator, expected one of == != ~= < > <= >=",
        "hint: a boolean is compared too: `Enable==true`",
    ]);
    path(&[
        r#"Device.IP.Interface.[Name=="eth0""#,
        "                    ^ the bracket is not closed, expected `]`",
        "hint: a Search Expression ends with `]`",
    ]);
    path(&[
        r#"Device.IP.Interface.["eth0"==Name]."#,
        "                     ^ no comparison begins with this character, expected the name of a parameter",
    ]);
    path(&[
        r#"Device.IP.Interface.[Name=="eth0"&&]."#,
        "                                   ^ no comparison follows `&&`, expected the name of a parameter",
    ]);
    path(&[
        r#"Device.IP.Interface.[[Name=="eth0"]]."#,
        "                     ^ a bracket inside a Search Expression, expected the name of a parameter",
        "hint: expressions do not nest: each table of the path has its own",
    ]);
    path(&[
        r#"Device.IP.Interface.[Enable==true&&[Name=="eth0"]]."#,
        "                                   ^ a bracket inside a Search Expression, expected the name of a parameter",
        "hint: expressions do not nest: each table of the path has its own",
    ]);
    path(&[
        "Device.IP.Interface.[(Enable==true)].",
        "                     ^ parentheses inside a Search Expression",
        "hint: all comparisons are joined with `&&`, there is nothing to group",
    ]);
    path(&[
        "Device.IP.Interface.[Enable==(true)].",
        "                             ^ parentheses inside a Search Expression",
        "hint: all comparisons are joined with `&&`, there is nothing to group",
    ]);
    path(&[
        "Device.IP.Interface.[Enable==true)].",
        "                                 ^ parentheses inside a Search Expression",
        "hint: all comparisons are joined with `&&`, there is nothing to group",
    ]);
    path(&[
        "Device.IP.Interface.[!Enable].",
        "                     ^ a negation, expected the name of a parameter",
        "hint: compare with false: `Enable==false`",
    ]);
    expression(&[
        r#"Name=="eth0""#,
        "^ no Search Expression begins like this, expected `[`",
        "hint: a Search Expression stands in `[` and `]`",
    ]);
    expression(&[
        "",
        "^ no Search Expression begins like this, expected `[`",
        "hint: a Search Expression stands in `[` and `]`",
    ]);
    expression(&[
        r#"[Name=="eth0"]."#,
        "              ^ something follows the Search Expression, expected the end of the text after `]`",
    ]);
}

#[test]
fn a_comparison_stays_in_its_row() {
    path(&[
        r#"Device.IP.Interface.[IPv4Address.1.AddressingType=="Static"].Status"#,
        "                     ^^^^^^^^^^^^^ a comparison enters a child table",
        "hint: give the child table an expression of its own, later in the path",
    ]);
    path(&[
        r#"Device.IP.Interface.[IPv4Address.[Enable==1].AddressingType=="Static"].Status"#,
        "                     ^^^^^^^^^^^^^ a comparison enters a child table",
        "hint: give the child table an expression of its own, later in the path",
    ]);
    path(&[
        r#"Device.IP.Interface.[IPv4Address.{i}.AddressingType=="Static"].Status"#,
        "                     ^^^^^^^^^^^^^ a comparison enters a child table",
        "hint: give the child table an expression of its own, later in the path",
    ]);
    path(&[
        r#"Device.WiFi.AccessPoint.[SSIDReference+=="MyHome"]."#,
        "                                       ^ a reference is followed, but nothing of its target is compared, expected `.` and a name",
    ]);
    path(&[
        "Device.IP.Interface.[Stats.>0].",
        "                           ^ no name begins with this character, expected a letter or `_`",
    ]);
    path(&[
        "Device.IP.Interface.[Stats..ErrorsSent>0].",
        "                           ^ nothing stands between two dots",
        "hint: remove one of the dots",
    ]);
}

#[test]
fn a_comparison_has_an_operator() {
    path(&[
        "Device.IP.Interface.[Enable].",
        "                           ^ a comparison without an operator, expected one of == != ~= < > <= >=",
        "hint: a boolean is compared too: `Enable==true`",
    ]);
    path(&[
        r#"Device.IP.Interface.[Name LIKE "eth0"]."#,
        "                          ^ a comparison without an operator, expected one of == != ~= < > <= >=",
        "hint: a boolean is compared too: `Enable==true`",
    ]);
    path(&[
        r#"Device.IP.Interface.[Name="eth0"]."#,
        "                         ^ a single `=` is no operator, expected one of == != ~= < > <= >=",
        "hint: a comparison for equality is written `==`",
    ]);
    path(&[
        r#"Device.IP.Interface.[Name==="eth0"]."#,
        "                         ^^^ `===` is no operator, expected one of == != ~= < > <= >=",
        "hint: a comparison for equality is written `==`",
    ]);
    path(&[
        "Device.IP.Interface.[MaxMTUSize=>1500].",
        "                               ^^ a reversed operator, expected one of == != ~= < > <= >=",
        "hint: the `=` stands last: `<=`, `>=`, `~=`, `!=`",
    ]);
    path(&[
        "Device.IP.Interface.[MaxMTUSize<>1500].",
        "                               ^^ this is no operator, expected one of == != ~= < > <= >=",
        "hint: unequal is written `!=`, a list contains is written `~=`",
    ]);
    path(&[
        r#"Device.IP.Interface.[Name!"eth0"]."#,
        "                         ^ this is no operator, expected one of == != ~= < > <= >=",
        "hint: unequal is written `!=`, a list contains is written `~=`",
    ]);
}

#[test]
fn a_comparison_has_a_constant() {
    // A constant that begins with `=` could not be printed behind its operator.
    path(&[
        "Device.IP.Interface.[Name<= =1].",
        "                            ^ the constant of the comparison is missing, expected a constant such as \"text\", 5 or true",
    ]);
    path(&[
        "Device.IP.Interface.[Name==].",
        r#"                           ^ the constant of the comparison is missing, expected a constant such as "text", 5 or true"#,
    ]);
    path(&[
        "Device.IP.Interface.[Name==&&Enable==true].",
        r#"                           ^ the constant of the comparison is missing, expected a constant such as "text", 5 or true"#,
    ]);
    path(&[
        "Device.IP.Interface.[Name=='eth0'].",
        "                           ^ a string in the wrong quotes",
        r#"hint: strings stand in double quotes (")"#,
    ]);
    path(&[
        "Device.IP.Interface.[Name==“eth0”].",
        "                           ^ a string in the wrong quotes",
        r#"hint: strings stand in double quotes (")"#,
    ]);
    path(&[
        r#"Device.IP.Interface.[Name=="eth0]."#,
        r#"                           ^^^^^^^ the string is not closed, expected `"`"#,
        "hint: a quote inside a string is written %22",
    ]);
    path(&[
        "Device.IP.Interface.[Name==eth 0].",
        "                               ^ no constant without quotes holds this character, expected `&&` or `]`",
        "hint: strings stand in double quotes",
    ]);
    path(&[
        "Device.IP.Interface.[Name==eth@0].",
        "                              ^ no constant without quotes holds this character, expected `&&` or `]`",
        "hint: strings stand in double quotes",
    ]);
}

#[test]
fn comparisons_are_joined_by_and() {
    path(&[
        r#"Device.IP.Interface.[Name=="eth0"||Name=="eth1"]."#,
        "                                 ^^ an OR in a Search Expression, expected `&&` or `]`",
        "hint: USP has no OR: send two paths",
    ]);
    path(&[
        r#"Device.IP.Interface.[Name=="eth0"|Name=="eth1"]."#,
        "                                 ^ an OR in a Search Expression, expected `&&` or `]`",
        "hint: USP has no OR: send two paths",
    ]);
    path(&[
        r#"Device.IP.Interface.[Name=="eth0" or Name=="eth1"]."#,
        "                                  ^^ a word between two comparisons, expected `&&` or `]`",
        "hint: comparisons are joined with `&&`; USP has no OR and no NOT",
    ]);
    path(&[
        r#"Device.IP.Interface.[Name=="eth0" AND Enable==true]."#,
        "                                  ^^^ a word between two comparisons, expected `&&` or `]`",
        "hint: comparisons are joined with `&&`; USP has no OR and no NOT",
    ]);
    path(&[
        r#"Device.IP.Interface.[Name=="eth0"&Enable==true]."#,
        "                                 ^ a single `&` is no operator, expected `&&`",
        "hint: comparisons are joined with `&&`",
    ]);
    path(&[
        r#"Device.IP.Interface.[Name=="eth0" "eth1"]."#,
        "                                  ^ the comparison ends before this character, expected `&&` or `]`",
    ]);
    path(&[
        r#"Device.NAT.PortMapping.[RemoteHost=="",ExternalPort==0,Protocol=="TCP"]."#,
        "                                      ^ a comma between two comparisons, expected `&&` or `]`",
        "hint: comparisons are joined with `&&`",
    ]);
}
