//! The command, as a script calls it.
#![cfg(feature = "cli")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const ZOO: &str = "tests/files/zoo.xml";

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_usp-codegen")).args(arguments).output().expect("the command starts")
}

/// Runs the command and compares exit code and standard output.
#[track_caller]
fn check(arguments: &[&str], code: i32, expected: &str) {
    let output = run(arguments);
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
    assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Runs the command, which fails, and compares standard error.
#[track_caller]
fn check_failure(arguments: &[&str], code: i32, message: &str) {
    let output = run(arguments);
    assert_eq!(String::from_utf8_lossy(&output.stderr), message);
    assert_eq!(output.status.code(), Some(code));
}

fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("command-{test}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

#[test]
fn list_prints_lines_for_scripts() {
    check(
        &["list", ZOO, "--kind", "commands"],
        0,
        "path\tkind\ttype\taccess\tunits\tdefault\tstatus\n\
         Device.Open()\tcommand\t\tsync\t\t\t\n\
         Device.Count()\tcommand\t\tasync\t\t\t\n\
         Device.Enclosure.{i}.Animal.{i}.Feed()\tcommand\t\tsync\t\t\t\n",
    );
    check(
        &["list", ZOO, "--kind", "events", "--format", "json"],
        0,
        "{\"path\":\"Device.Escape!\",\"kind\":\"event\",\"version\":\"1.2\"}\n\
         {\"path\":\"Device.Closing!\",\"kind\":\"event\"}\n",
    );
}

#[test]
fn list_prints_a_table_for_people() {
    check(
        &["list", ZOO, "--kind", "objects", "--format", "table", "--deleted"],
        0,
        "\
PATH                              KIND    ACCESS     STATUS
Device.                           object  readOnly
Device.Staff.{i}.                 object  readWrite
Device.Enclosure.{i}.             object  readWrite
Device.Enclosure.{i}.Moat.        object  readOnly
Device.Enclosure.{i}.Animal.{i}.  object  readWrite
Device.Menu.                      object
Device.Aviary.                    object  readOnly   deleted
Device.Aviary.Nest.{i}.           object  readOnly
",
    );
}

#[test]
fn tree_shows_what_is_in_what() {
    check(
        &["tree", ZOO, "Device.Enclosure.{i}.Animal.{i}"],
        0,
        "\
Animal.{i}.
  Species: string
  Mother: string
  Neighbour: string
  Anything: string
  Seen: list of string
  Feed()
    Eaten: boolean
",
    );
    check(
        &["tree", ZOO, "--depth", "1"],
        0,
        "\
Device.
  Name: Label
  StaffNumberOfEntries: unsignedInt
  EnclosureNumberOfEntries: unsignedInt
  Open()
  Count()
  Escape!
  Closing!
  Staff.{i}.
  Enclosure.{i}.
  Menu.
",
    );
}

#[test]
fn search_looks_at_paths_and_descriptions() {
    check(&["search", ZOO, "LETS", "visitors"], 0, "Device.Open()\n    Lets visitors in.\n");
    check(&["search", ZOO, "witness", "name"], 0, "Device.Escape!.Witness.{i}.Name\n");
    check(&["search", ZOO, "unicorn"], 1, "");
}

#[test]
fn search_shows_descriptions_in_words() {
    let model = concat!(env!("CARGO_MANIFEST_DIR"), "/../models/usp-device.xml");
    let lines = "\
Device.WiFi.Radio.{i}.OperatingFrequencyBand
    Band to use: an entry of `SupportedFrequencyBands`.
";
    check(&["search", model, "FrequencyBand", "entry"], 0, lines);
}

#[test]
fn diff_tells_what_is_different() {
    let folder = folder("diff");
    let newer = folder.join("newer.xml");
    let text = fs::read_to_string(ZOO)
        .expect("the file is there")
        .replace(
            "<parameter name=\"Salary\" access=\"readWrite\">",
            "<parameter name=\"Pay\" access=\"readOnly\">",
        )
        .replace("maxEntries=\"256\"", "maxEntries=\"unbounded\"")
        .replace("<enumeration value=\"Wire\"/>", "<enumeration value=\"Hedge\"/>")
        .replace("value=\"percent\"", "value=\"%\"");
    fs::write(&newer, text).expect("the file can be written");
    check(
        &["diff", ZOO, &newer.to_string_lossy()],
        1,
        "\
- parameter Device.Staff.{i}.Salary
+ parameter Device.Staff.{i}.Pay
~ object Device.Enclosure.{i}.
    entries: 0 to 256 -> 0 to unbounded
~ parameter Device.Enclosure.{i}.Fence
    enumeration: without \"Wire\"
    enumeration: with \"Hedge\"
~ parameter Device.Enclosure.{i}.Filled
    units: percent -> %
~ type Percent
    units: percent -> %
",
    );
    check(&["diff", ZOO, ZOO], 0, "");
}

/// What a file says beside types, names and bounds.
#[test]
fn diff_tells_of_everything_that_is_listed() {
    let folder = folder("diff-all");
    let (old, new) = (folder.join("old.xml"), folder.join("new.xml"));
    fs::write(&old, SERVICE).expect("the file can be written");
    let text = SERVICE
        .replace(
            "<list/>",
            "<list minItems='1' maxItems='4' nestedBrackets='required'><size maxLength='9'/></list>",
        )
        .replace("type='object'", "type='factory'")
        .replace("syntax hidden='true'", "syntax command='true'")
        .replace("activeNotify='canDeny'", "activeNotify='forceEnabled'")
        .replace("mountType='none'", "mountType='mountPoint'")
        .replace("2.15.1", "2.15.2");
    fs::write(&new, text).expect("the file can be written");
    check(
        &["diff", &old.to_string_lossy(), &new.to_string_lossy()],
        1,
        "\
~ object Lamp.{i}.
    mount_point: not given -> yes
~ parameter Lamp.{i}.Colours
    items: 0 to any -> 1 to 4 of length 0 to 9 in brackets
    default_type: object -> factory
    active_notify: canDeny -> forceEnabled
~ parameter Lamp.{i}.Key
    version: 2.15.1 -> 2.15.2
    command: not given -> yes
",
    );
}

/// The model of a service.
const SERVICE: &str = "<document spec='urn:example:lamp'><model name='Lamp:1.0' isService='true'>
<object name='Lamp.{i}.' access='readOnly' minEntries='0' maxEntries='unbounded' mountType='none' version='2.1.1'>
<parameter name='Colours' access='readWrite' activeNotify='canDeny'>
<syntax><list/><string/><default type='object' value='[]'/></syntax></parameter>
<parameter name='Key' access='readWrite' version='2.15.1'><syntax hidden='true'><string/></syntax></parameter>
<parameter name='Old' access='readWrite' status='deleted'><syntax><string/></syntax></parameter>
</object></model></document>";

#[test]
fn an_image_is_no_different_from_its_file() {
    let folder = folder("image");
    let image = folder.join("zoo.image");
    let image = image.to_string_lossy();
    assert_eq!(run(&["image", ZOO, "--output", &image, "--deleted"]).status.code(), Some(0));
    check(&["diff", ZOO, &image], 0, "");
    // So are other files, with their services, versions of three numbers, and what is deleted in them.
    let service = folder.join("service.xml");
    fs::write(&service, SERVICE).expect("the file can be written");
    let mut files =
        vec![service, "../models/usp-device.xml".into(), ZOO.into(), "tests/files/hard_names.xml".into()];
    let published = std::env::var_os("USP_MODELS").map(PathBuf::from);
    files.extend(published.map(|folder| folder.join("tr-104-2-0-2-usp-full.xml")));
    for file in files {
        let file = &*file.to_string_lossy();
        assert_eq!(run(&["image", file, "--output", &image]).status.code(), Some(0));
        check(&["diff", file, &image], 0, "");
        check(&["diff", &image, file], 0, "");
    }
    fs::write(&*image, b"USPI and nothing more").expect("the file can be written");
    let output = run(&["list", &image]);
    assert_eq!(output.status.code(), Some(3));
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(message.contains("zoo.image: not a schema image that can be read: "), "{message}");
}

#[test]
fn lint_says_what_it_finds() {
    check(
        &["lint", ZOO],
        1,
        "tests/files/zoo.xml:197: missing-key: Device.Enclosure.{i}.Animal.{i}.: the table has no unique key: a \
         Controller knows its rows by number only\n",
    );
    check(&["lint", "../models/usp-device.xml"], 0, "");
}

#[test]
fn profile_shows_what_it_builds_on_first() {
    let output = run(&["profile", ZOO, "Zoo:2"]);
    let text = String::from_utf8_lossy(&output.stdout);
    let headings: Vec<&str> = text.lines().filter(|line| line.starts_with('#')).collect();
    assert_eq!(headings, ["# Zoo:1", "# Animals:1", "# Staff:1", "# Zoo:2"]);
    assert!(text.ends_with("# Zoo:2\nDevice.Staff.{i}.\tcreate and delete\n"), "{text}");
    check_failure(
        &["profile", ZOO, "Zoo:9"],
        1,
        "usp-codegen: the model has no profile Zoo:9; usp-codegen list --kind profiles shows all\n",
    );
}

/// Whoever generates by hand is told what a build script tells.
#[test]
fn what_generates_tells_what_is_odd() {
    let folder = folder("odd");
    let path = folder.join("odd.xml");
    let xml = "<document><model name='A:1'><odd/><object name='Device.'>\n<parameter name='P'><syntax><int/>\
               <default type='object' value='x'/></syntax></parameter></object></model></document>";
    fs::write(&path, xml).expect("it can be written");
    let file = path.to_string_lossy();
    let image = folder.join("odd.image");
    for action in [
        ["generate", &file, "--out-dir", &folder.to_string_lossy()],
        ["image", &file, "--output", &image.to_string_lossy()],
    ] {
        let output = run(&action);
        let told = String::from_utf8_lossy(&output.stderr);
        let odd = format!("warning: {file}:1: A:1: element <odd> is not known here and is left out\n");
        let wrong = format!("warning: {file}:2: Device.P: the default \"x\" is not a value of it: ");
        assert!(told.starts_with(&odd) && told.contains(&wrong), "{action:?}: {told}");
        assert_eq!(output.status.code(), Some(0));
    }
}

#[test]
fn generate_writes_what_a_build_script_writes() {
    let folder = folder("generate");
    let out_dir = folder.to_string_lossy();
    check(&["generate", ZOO, "--types", "Device.", "--out-dir", &out_dir, "--out-file", "zoo"], 0, "");
    let golden = fs::read("tests/golden/zoo.rs").expect("the file is there");
    assert!(fs::read(folder.join("zoo.rs")).expect("it was written") == golden);
}

#[test]
fn errors_go_to_standard_error() {
    let output = run(&["list", "no/such.xml"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0));
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(message.starts_with("usp-codegen: no/such.xml: cannot be read: "), "{message}");
    assert_eq!(run(&["lists"]).status.code(), Some(2));
}
