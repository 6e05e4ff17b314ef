//! How an error is shown.

use usp_path::{Path, SearchExpression};

#[test]
fn one_line_holds_everything_but_the_input() {
    assert_eq!(
        Path::parse("Device.IP.Interface.0.Secret").unwrap_err().to_string(),
        "invalid path at byte 20: 0 is no Instance Number (numbering starts at 1; `*` stands for every row)",
    );
    assert_eq!(
        SearchExpression::parse("[Enable]").unwrap_err().to_string(),
        "invalid path at byte 7: a comparison without an operator, expected one of == != ~= < > <= >= \
         (a boolean is compared too: `Enable==true`)",
    );
}

#[test]
fn of_a_long_text_only_the_part_around_the_fault_is_shown() {
    let text = format!("Device.{}Größe.{}", "Interface.1.".repeat(20), "Interface.1.".repeat(20));
    let error = Path::parse(&text).unwrap_err();
    let shown = error.render(&text).to_string();
    let mut lines = shown.lines();
    let line = lines.next().unwrap();
    assert!(line.starts_with('…') && line.ends_with('…'), "{line}");
    assert_eq!(line.chars().count(), 1 + 60 + 1 + 60 + 1);
    assert_eq!(line.chars().position(|c| c == 'ö'), lines.next().unwrap().find('^'));
}

#[test]
fn a_shown_text_holds_no_control_characters() {
    let text = "Device.\u{1b}[2J\n\tIP";
    let shown = Path::parse(text).unwrap_err().render(text).to_string();
    assert!(shown.starts_with("Device.·[2J··IP\n       ^ "), "{shown}");
}

#[test]
fn showing_an_error_over_another_text_is_harmless() {
    let error = Path::parse("Device.Größe").unwrap_err();
    for other in ["", "ö", "Device.G", "ööööööööööööööööö"] {
        assert!(error.render(other).to_string().contains("no name holds this character"));
    }
}

/// A text from a peer could end the line of a log, or have it read from right to left.
#[test]
fn what_changes_how_a_line_is_shown_is_shown_as_a_dot() {
    for c in
        ['\u{2028}', '\u{2029}', '\u{85}', '\u{202e}', '\u{2066}', '\u{200b}', '\u{feff}', '\u{301}', '\0']
    {
        let text = format!("Device.{c}ab\u{e9}.");
        let shown = Path::parse(&text).unwrap_err().render(&text).to_string();
        assert!(shown.starts_with("Device.·ab\u{e9}.\n       ^"), "{shown:?}");
    }
    let text = r#"Device.A.[B=="\'"x"#;
    let shown = Path::parse(text).unwrap_err().render(text).to_string();
    assert!(shown.starts_with(text), "{shown}");
}
