//! What a build script relies on.

use std::fs;
use std::path::{Path, PathBuf};

use usp_codegen::Config;

/// An empty folder of the test's own.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder can be made");
    folder
}

fn zoo() -> Config {
    Config::new().model("tests/files/zoo.xml").cargo_lines(false)
}

#[test]
fn source_and_image_are_written() {
    let folder = folder("written");
    zoo().types("Device.Staff.").out_dir(&folder).generate().expect("the model is sound");
    let generated = zoo().types("Device.Staff.").render().expect("the model is sound");
    assert_eq!(fs::read(folder.join("model.rs")).expect("it is there"), generated.source.as_bytes());
    assert_eq!(fs::read(folder.join("model.image")).expect("it is there"), generated.image);
    assert_eq!(fs::read_dir(&folder).expect("it is there").count(), 2, "nothing else is left behind");
    assert_eq!(generated.inputs, [Path::new("tests/files/zoo.xml")]);
}

#[test]
fn files_that_would_not_change_are_left_alone() {
    let folder = folder("left_alone");
    let config = zoo().out_dir(&folder).out_file("zoo");
    config.generate().expect("the model is sound");
    let written =
        |name| fs::metadata(folder.join(name)).and_then(|data| data.modified()).expect("it is there");
    let before = (written("zoo.rs"), written("zoo.image"));
    config.generate().expect("the model is sound");
    assert_eq!((written("zoo.rs"), written("zoo.image")), before);
}

#[test]
fn nothing_is_written_after_an_error() {
    let folder = folder("nothing");
    let broken = folder.join("broken.xml");
    fs::write(&broken, "<document><model name='A:1'></document>").expect("it can be written");
    zoo().model(&broken).out_dir(&folder).generate().expect_err("the file is broken");
    zoo().types("Device.Stuff.").out_dir(&folder).generate().expect_err("there is no such object");
    assert_eq!(fs::read_dir(&folder).expect("it is there").count(), 1);
}

/// An image without its source would not belong to the one that is there.
#[test]
fn neither_file_is_written_without_the_other() {
    let folder = folder("neither");
    fs::create_dir(folder.join("zoo.rs.new")).expect("it can be made");
    let error = zoo().out_dir(&folder).out_file("zoo").generate().expect_err("there is a folder in the way");
    assert!(error.to_string().contains("zoo.rs: cannot be written: "), "{error}");
    assert_eq!(fs::read_dir(&folder).expect("it is there").count(), 1);
}

#[test]
fn the_image_is_whole_whatever_is_chosen() {
    let image = |config: Config| config.render().expect("the model is sound").image;
    assert_eq!(image(zoo()), image(zoo().types("Device.")));
    assert_ne!(image(zoo()), image(zoo().include_deleted(true)));
}

/// The values of an enumeration are those that the image has.
#[test]
fn deleted_values_are_generated_where_they_are_in_the_image() {
    let source = |deleted: bool| {
        let config = zoo().types("Device.Staff.").include_deleted(deleted);
        config.render().expect("the model is sound").source
    };
    let value = "Self::Gone => \"Gone\",";
    assert_eq!([false, true].map(|deleted| source(deleted).contains(value)), [false, true]);
}

#[track_caller]
fn check_choice(choice: &str, there: &[&str], not_there: &[&str]) {
    let source = zoo().types(choice).render().expect("the model is sound").source;
    for item in there {
        assert!(source.contains(item), "{item} is missing");
    }
    for item in not_there {
        assert!(!source.contains(item), "{item} is there");
    }
}

#[test]
fn types_are_generated_for_what_is_chosen() {
    check_choice(
        "Device.Enclosure.{i}.Animal.",
        &["pub fn enclosure(", "pub struct EnclosureAnimal {", "pub struct EnclosureAnimalFeed;"],
        &["pub struct Enclosure {", "pub fn enclosure_table(", "pub fn staff(", "pub struct Count;"],
    );
    check_choice(
        "Device.Open()",
        &["pub struct Open;", "pub trait OpenHandler", "pub fn open(&self)"],
        &["pub struct Count;", "pub fn enclosure(", "pub struct Device {"],
    );
    check_choice("Device.Escape!", &["pub struct Escape {", "pub fn escape(&self)"], &["pub struct Open;"]);
    check_choice("Device.Staff", &["pub struct Staff {"], &["pub struct Enclosure {"]);
}

#[test]
fn generated_code_takes_the_path_of_the_crate() {
    let source = zoo().crate_path("crate::usp").render().expect("the model is sound").source;
    assert!(source.contains("use crate::usp::{CommandCall, Fault, schema, typed};"));
    assert!(!source.contains("usp_datamodel"));
}

#[track_caller]
fn check_error(config: Config, message: &str) {
    let error = config.render().expect_err("something is wrong");
    assert_eq!(error.to_string(), message);
    assert_eq!(format!("{error:?}"), message, "this is what cargo shows");
}

#[test]
fn wrong_options_are_explained() {
    check_error(Config::new(), "no model file was named: say which one with model()");
    check_error(
        zoo().types("Device.Enclsure."),
        "tests/files/zoo.xml: the model has no object Device.Enclsure.; did you mean Device.Enclosure.{i}.?",
    );
    check_error(zoo().types("Device.Close()"), "tests/files/zoo.xml: the model has no object Device.Close()");
    check_error(
        zoo().types("InternetGatewayDevice."),
        "tests/files/zoo.xml: the model has no object InternetGatewayDevice.",
    );
    check_error(
        zoo().out_file("../model"),
        "out_file is \"../model\": a file name is letters, digits, dots, hyphens and underscores",
    );
    check_error(zoo().crate_path("a::b c"), "crate_path is \"a::b c\": a path is identifiers parted by ::");
}

#[test]
fn cargo_is_told_what_to_watch_and_what_is_odd() {
    let folder = folder("cargo");
    let odd = folder.join("odd.xml");
    let model = "<document>\n<model name='A:1'><odd/></model></document>";
    fs::write(&odd, model).expect("it can be written");
    let lines: Vec<String> = zoo().model(&odd).render().expect("nothing is broken").cargo_lines().collect();
    let path = odd.display();
    assert_eq!(
        lines,
        [
            format!("cargo:rerun-if-changed={path}"),
            format!("cargo:warning={path}:2: A:1: element <odd> is not known here and is left out"),
        ]
    );
}

/// A build says what the lint would say, where the model contradicts itself.
#[test]
fn cargo_is_told_what_contradicts_itself() {
    let folder = folder("contradictions");
    let path = folder.join("wrong.xml");
    let xml = "<document>\n<model name='A:1'>\n<object name='Device.'>\n\
               <parameter name='A'><syntax><int><range minInclusive='9' maxInclusive='1'/></int></syntax></parameter>\n\
               <parameter name='B'><syntax><int><range maxInclusive='5'/></int><default type='object' value='6'/>\
               </syntax></parameter>\n\
               <parameter name='C'><syntax><string><enumeration value='X'/><enumeration value='X'/></string></syntax>\
               </parameter>\n\
               <parameter name='D'><syntax><int><units value='secnds'/></int></syntax></parameter></object>\n\
               <object name='Device.Row.{i}.' maxEntries='8' enableParameter='E'><parameter name='E'><syntax>\
               <int/></syntax></parameter></object></model></document>";
    fs::write(&path, xml).expect("it can be written");
    let generated = Config::new().model(&path).render().expect("an image can be made of it");
    let warning = |line: u32, message: &str| format!("cargo:warning={}:{line}: {message}", path.display());
    let lines: Vec<String> = generated.cargo_lines().skip(1).collect();
    assert_eq!(
        lines,
        [
            warning(4, "Device.A: minInclusive 9 is more than maxInclusive 1"),
            warning(
                5,
                "Device.B: the default \"6\" is not a value of it: \"6\" is not a valid int: allowed are 5 and less"
            ),
            warning(6, "Device.C: the value \"X\" is there twice"),
            warning(
                8,
                "Device.Row.{i}.: enableParameter names the parameter E, which is of type int and not boolean"
            ),
        ]
    );
}

#[test]
fn contradictions_that_are_told_end_somewhere() {
    let path = folder("many").join("many.xml");
    let parameters: String = (0..1500)
        .map(|index| {
            format!(
                "<parameter name='P{index}'><syntax><string><size minLength='2' maxLength='1'/></string></syntax>\
                 </parameter>"
            )
        })
        .collect();
    let xml = format!(
        "<document><model name='A:1'><object name='Device.'>{parameters}</object></model></document>"
    );
    fs::write(&path, xml).expect("it can be written");
    let warnings = Config::new().model(&path).render().expect("an image can be made of it").warnings;
    assert_eq!(warnings.len(), 1001);
    let last = warnings.last().expect("there are some");
    assert_eq!(last.message(), "there is more that contradicts itself, which usp-codegen lint lists");
}

#[test]
fn names_do_not_depend_on_what_is_chosen() {
    let folder = folder("names");
    let path = folder.join("names.xml");
    // The object is called what the input arguments of the command would be called.
    let xml = "<document><model name='A:1'><object name='Device.'>\
               <command name='Set()' async='false'><input><parameter name='P'><syntax><int/></syntax></parameter></input>\
               </command></object><object name='Device.SetInput.'/></model></document>";
    fs::write(&path, xml).expect("the file can be written");
    for choice in ["Device.Set()", "Device."] {
        let source = Config::new().model(&path).types(choice).render().expect("the model is sound").source;
        assert!(source.contains("type Input = SetInputArguments;"), "{choice}");
    }
}
