//! Files that do not go together: what is said of them, with file and line.

use std::fs;
use std::path::PathBuf;

use usp_codegen::{CodegenError, ErrorKind, Model, Rule, SourceError};

/// A folder with these files in it.
fn folder(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("sources").join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("the folder can be made");
    for (file, text) in files {
        fs::write(folder.join(file), text).expect("the file can be written");
    }
    folder
}

/// Reads `root.xml` of these files.
fn read(name: &str, files: &[(&str, &str)]) -> Result<Model, CodegenError> {
    Model::from_file(folder(name, files).join("root.xml"))
}

/// Compares the message, paths shortened to the names of files.
#[track_caller]
fn check(name: &str, files: &[(&str, &str)], message: &str) {
    let folder = folder(name, files);
    let error = Model::from_file(folder.join("root.xml")).expect_err("the files are broken");
    let folder = folder.to_string_lossy();
    assert_eq!(error.to_string().replace(&format!("{folder}/"), "").replace(&*folder, "(folder)"), message);
}

/// A root with these imports and components in front of its model, which has these lines in its object. The first
/// line is 2, and that of the object is 3 if there is one line in front.
fn root(front: &str, object: &str) -> String {
    format!(
        "<document spec='urn:x'>\n{front}\n<model name='Zoo:1.0'><object name='Zoo.'>\n{object}</object></model>\n\
         </document>"
    )
}

const PARAMETER: &str = "<parameter name='A' access='readOnly'><syntax><int/></syntax></parameter>";

#[test]
fn an_import_that_is_not_there() {
    let import = "<import file='parts.xml' spec='urn:x:parts'><component name='A'/></import>";
    check(
        "missing",
        &[("root.xml", &root(import, "<component ref='A'/>"))],
        "root.xml:2: the imported file parts.xml is not there; looked in (folder) for parts.xml",
    );
    let import = "<import file='tr-7-1-parts.xml' spec='urn:x:tr-7-1-2-parts'><component name='A'/></import>";
    let files = [
        ("root.xml", root(import, "<component ref='A'/>")),
        ("tr-7-1-1-0-parts.xml", "<document/>".to_owned()),
        ("tr-7-1-2-0-other.xml", "<document/>".to_owned()),
    ];
    check(
        "incomplete",
        &files.each_ref().map(|(name, text)| (*name, text.as_str())),
        "root.xml:2: the imported file tr-7-1-parts.xml is not there; looked in (folder) for tr-7-1-parts.xml and \
         tr-7-1-2-*-parts.xml",
    );
    let error = read("folder", &[("root.xml", &root("<import file='.'><model name='A'/></import>", ""))]);
    let error = error.expect_err("a folder is no file");
    assert!(matches!(error.kind(), ErrorKind::Sources(SourceError::MissingFile { .. })), "{error}");
}

#[test]
fn imports_that_go_in_circles() {
    let import = |file: &str| format!("<import file='{file}'><component name='A'/></import>");
    let to_root = format!("<document>\n\n{}</document>", import("root.xml"));
    check(
        "circle",
        &[("root.xml", &root(&import("b.xml"), "")), ("b.xml", &to_root)],
        "b.xml:3: files import each other: root.xml -> b.xml -> root.xml",
    );
    check(
        "self",
        &[("root.xml", &root(&import("root.xml"), ""))],
        "root.xml:2: files import each other: root.xml -> root.xml",
    );
}

#[test]
fn imports_without_end() {
    let files: Vec<(String, String)> = (0..70)
        .map(|index| {
            let import = format!("<import file='f{}.xml'><component name='A'/></import>", index + 1);
            (format!("f{index}.xml"), format!("<document>{import}</document>"))
        })
        .collect();
    let mut files: Vec<(&str, &str)> =
        files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let root = root("<import file='f0.xml'><component name='A'/></import>", "");
    files.push(("root.xml", &root));
    check("deep", &files, "f62.xml:1: the depth of imports is over the limit of 64");
}

#[test]
fn names_that_stand_for_nothing() {
    let import = "<import file='b.xml'>\n<component name='A'/></import>";
    check(
        "not-in-file",
        &[("root.xml", &root(import, "")), ("b.xml", "<document><component name='B'/></document>")],
        "root.xml:3: b.xml defines no component A",
    );
    check(
        "no-component",
        &[("root.xml", &root("", "<component ref='A'/>"))],
        "root.xml:4: in model Zoo:1.0, object Zoo.: component A is neither defined in this file nor imported into it",
    );
    check(
        "not-public",
        &[
            (
                "root.xml",
                &root(
                    "<import file='b.xml'/><component name='A'><component ref='B'/></component>",
                    "<component ref='A'/>",
                ),
            ),
            ("b.xml", "<document><component name='B'/></document>"),
        ],
        "root.xml:2: in model Zoo:1.0, object Zoo., component A: component B is neither defined in this file nor \
         imported into it",
    );
    check(
        "no-model",
        &[("root.xml", "<document>\n<model name='A:1.1' base='A:1.0'/></document>")],
        "root.xml:2: model A:1.0 is neither defined in this file nor imported into it",
    );
    let syntax = "<component ref='A'/><parameter name='P'>\n<syntax><dataType ref='T'/></syntax></parameter>";
    check(
        "no-type",
        &[("root.xml", &root("<component name='A'/>", syntax))],
        "root.xml:5: in object Zoo.: dataType T is neither defined in this file nor imported into it",
    );
}

#[test]
fn components_and_models_and_types_that_go_in_circles() {
    let components = "<component name='A'><component ref='B'/></component><component name='B'>\n\
                      <component ref='A'/></component>";
    check(
        "component-circle",
        &[("root.xml", &root(components, "<component ref='A'/>"))],
        "root.xml:3: in model Zoo:1.0, object Zoo., component A, component B: components are made of each other: \
         A -> B -> A",
    );
    check(
        "model-circle",
        &[(
            "root.xml",
            "<document><model name='A:1' base='B:1'/>\n<model name='B:1' base='A:1'/></document>",
        )],
        "root.xml:1: models are made of each other: A:1 -> B:1 -> A:1",
    );
    let types = "<import file='b.xml'><component name='A'/></import>\n<dataType name='S' base='T'/>\n\
                 <dataType name='T' base='S'/>";
    let syntax = "<parameter name='P'><syntax><dataType ref='T'/></syntax></parameter>";
    check(
        "type-circle",
        &[("root.xml", &root(types, syntax)), ("b.xml", "<document><component name='A'/></document>")],
        "root.xml:4: in data type T: data type S is based on itself",
    );
}

#[test]
fn things_that_are_defined_twice() {
    let component = format!("<component name='A'>\n{PARAMETER}</component>");
    check(
        "parameter-twice",
        &[("root.xml", &root(&component, &format!("{PARAMETER}\n<component ref='A'/>")))],
        "root.xml:3: in model Zoo:1.0, object Zoo., component A: A is defined already, at root.xml:5; base changes \
         what is there",
    );
    check(
        "component-twice",
        &[("root.xml", &root("<component name='A'/>\n<component name='A'/>", "<component ref='A'/>"))],
        "root.xml:3: component A is defined already, at root.xml:2; base changes what is there",
    );
    check(
        "import-twice",
        &[
            (
                "root.xml",
                &root(
                    "<import file='b.xml'><component name='A'/>\n<component name='A' ref='B'/></import>",
                    "",
                ),
            ),
            ("b.xml", "<document><component name='A'/><component name='B'/></document>"),
        ],
        "root.xml:3: component A is defined already, at root.xml:2; base changes what is there",
    );
}

#[test]
fn changes_to_what_is_not_there() {
    check(
        "no-parameter",
        &[("root.xml", &root("", "<parameter base='A'/>"))],
        "root.xml:4: in model Zoo:1.0, object Zoo.: there is no parameter A yet that base could change; name defines \
         a new one",
    );
    check(
        "no-object",
        &[("root.xml", "<document><model name='A:1'>\n<object base='A.B.'/></model></document>")],
        "root.xml:2: in model A:1: there is no object A.B. yet that base could change; name defines a new one",
    );
    check(
        "no-command",
        &[("root.xml", &root("", "<component ref='C'/>"))],
        "root.xml:4: in model Zoo:1.0, object Zoo.: component C is neither defined in this file nor imported into it",
    );
    check(
        "no-name",
        &[("root.xml", &root("<component name='C'><parameter/></component>", "<component ref='C'/>"))],
        "root.xml:2: in model Zoo:1.0, object Zoo., component C: <parameter> has neither name nor base",
    );
    check(
        "no-place",
        &[("root.xml", &root("<component name='C'/>", "<component ref='C' path='Nowhere.'/>"))],
        "root.xml:4: in model Zoo:1.0, object Zoo.: the object Zoo.Nowhere. that this belongs to is not defined \
         before it",
    );
    check(
        "no-parent",
        &[(
            "root.xml",
            &root("<component name='C'><object name='A.B.'/></component>", "<component ref='C'/>"),
        )],
        "root.xml:2: in object Zoo.A.B.: the object Zoo.A. that this belongs to is not defined before it",
    );
    let profile = "<component name='C'><profile name='P:1'/></component>";
    check(
        "profile-in-arguments",
        &[("root.xml", &root(profile, "<event name='E!'><component ref='C'/></event>"))],
        "root.xml:2: in model Zoo:1.0, object Zoo., event E!, component C: <profile> cannot be put into arguments",
    );
}

#[test]
fn what_the_reader_finds_is_told_with_the_file_that_it_is_in() {
    let parts = "<document>\n<component name='A'>\n<parameter name='P' access='write'>\n\
                 <syntax><int/></syntax></parameter></component></document>";
    let import = "<import file='b.xml'><component name='A'/></import>";
    check(
        "bad-attribute",
        &[("root.xml", &root(import, "<component ref='A'/>")), ("b.xml", parts)],
        "b.xml:3: in model Zoo:1.0, object Zoo., parameter P: attribute access is \"write\", expected readOnly, \
         readWrite or writeOnceReadOnly",
    );
    let odd = parts.replace("write", "readOnly").replace("<int/>", "<int/>\n<odd/>");
    let model = read("odd", &[("root.xml", &root(import, "<component ref='A'/>")), ("b.xml", &odd)]);
    let model = model.expect("nothing is broken");
    let [warning] = model.warnings() else { panic!("there is one warning") };
    assert!(warning.file().ends_with("b.xml"));
    assert_eq!(warning.line(), 5);
    check(
        "not-xml",
        &[("root.xml", &root(import, "")), ("b.xml", "<document>\n<component")],
        "b.xml:2:1: not well-formed XML: syntax error: tag not closed: `>` not found before end of input; a < that \
         begins no element is written &lt;",
    );
}

#[test]
fn what_lint_finds_is_told_with_the_file_that_it_is_in() {
    let parts = "<document>\n<component name='A'>\n<parameter name='P' access='readWrite'>\n\
                 <syntax><unsignedInt/><default type='object' value='-1'/></syntax></parameter>\n\
                 </component></document>";
    let import = "<import file='b.xml'><component name='A'/></import>";
    let front = root(import, "<component ref='A'/>");
    let model = read("lint", &[("root.xml", &front), ("b.xml", parts)]).expect("nothing is broken");
    let findings = model.lint();
    assert_eq!(findings.len(), 1, "{findings:?}");
    let found = &findings[0];
    assert_eq!((found.rule(), found.line()), (Rule::Default, 3));
    assert!(found.file().ends_with("b.xml"), "{found}");
}

#[test]
fn a_specification_that_differs_is_warned_of() {
    let import = "\n<import file='b.xml' spec='urn:x:tr-7-1-0'><component name='A'/></import>";
    let parts = "<document spec='urn:x:tr-7-2-0'><component name='A'/></document>";
    let files = [("root.xml", root(import, "<component ref='A'/>")), ("b.xml", parts.to_owned())];
    let model = read("spec", &files.each_ref().map(|(name, text)| (*name, text.as_str())));
    let model = model.expect("nothing is broken");
    let [warning] = model.warnings() else { panic!("there is one warning") };
    assert_eq!((warning.line(), warning.item()), (3, "b.xml"));
    let message = "the import expects the specification urn:x:tr-7-1-0, but the file is of urn:x:tr-7-2-0";
    assert_eq!(warning.message(), message);
}

/// Each component has the one before it twice.
#[test]
fn components_that_grow_without_end_are_refused() {
    let mut front = String::from("<component name='C0'><parameter base='A'/></component>");
    for index in 1..40 {
        let before = index - 1;
        front.push_str(&format!(
            "<component name='C{index}'><component ref='C{before}'/><component ref='C{before}'/></component>"
        ));
    }
    let object = format!("{PARAMETER}<component ref='C39'/>");
    let error = read("grow", &[("root.xml", &root(&front, &object))]).expect_err("it is too much");
    assert!(matches!(error.kind(), ErrorKind::TooLarge { limit: 1_000_000, .. }), "{}", error.kind());
    assert_eq!(error.line(), Some(2));
}

#[test]
fn depth_costs_no_stack() {
    let mut front = String::from("<component name='C0'/>");
    for index in 1..1000 {
        front.push_str(&format!("<component name='C{index}'><component ref='C{}'/></component>", index - 1));
    }
    let error = read("deep-components", &[("root.xml", &root(&front, "<component ref='C999'/>"))]);
    let error = error.expect_err("it is too deep");
    assert!(matches!(error.kind(), ErrorKind::TooLarge { limit: 64, .. }), "{error}");
    let front =
        format!("<component name='C'>{}{}</component>", "<x>".repeat(100_000), "</x>".repeat(100_000));
    read("deep-xml", &[("root.xml", &root(&front, "<component ref='C'/>"))]).expect("nobody looks at it");
    let syntax = format!("{}{}", "<x>".repeat(100_000), "</x>".repeat(100_000));
    let change =
        format!("<parameter base='A'><syntax><int>{syntax}</int></syntax></parameter><component ref='C'/>");
    let files = [("root.xml", root("<component name='C'/>", &format!("{PARAMETER}{change}")))];
    let model = read("deep-syntax", &files.each_ref().map(|(name, text)| (*name, text.as_str())));
    assert_eq!(model.expect("it is left out").warnings().len(), 1);
}

#[test]
fn no_piece_of_a_file_makes_the_reader_panic() {
    let text =
        |file: &str| fs::read_to_string(format!("tests/data/sources/{file}")).expect("the file is there");
    let (gate, parts, counters) =
        (text("ex-7-1-1-gate.xml"), text("ex-7-1-10-parts.xml"), text("counters.xml"));
    let files = [("root.xml", &*gate), ("ex-7-1-10-parts.xml", &*parts), ("counters.xml", &*counters)];
    let folder = folder("pieces", &files);
    for (name, text) in files {
        for end in (0..text.len()).step_by(211) {
            fs::write(folder.join(name), &text[..end]).expect("the file can be written");
            assert!(Model::from_file(folder.join("root.xml")).is_err());
            let without = format!("{}{}", &text[..end], &text[(end + 7).min(text.len())..]);
            fs::write(folder.join(name), without).expect("the file can be written");
            let _ = Model::from_file(folder.join("root.xml"));
        }
        fs::write(folder.join(name), text).expect("the file can be written");
    }
    Model::from_file(folder.join("root.xml")).expect("all pieces are back");
}

/// A file that defines all that it uses may still need what only files that are put together have: one of several
/// models, and entities of its own.
#[test]
fn a_full_file_with_several_models_or_entities() {
    let models = format!(
        "<document spec='urn:x'><model name='Zoo:1.0'><object name='Zoo.'/></model>\n\
         <model name='Zoo:1.1' base='Zoo:1.0'><object base='Zoo.'>{PARAMETER}</object></model></document>"
    );
    let model = read("models", &[("root.xml", &models)]).expect("one is the base of the other");
    assert_eq!((model.name(), model.counts(true).parameters), ("Zoo:1.1", 1));
    let entities = format!(
        "<!DOCTYPE document [<!ENTITY zoo 'Zoo'>]>\n{}",
        root("", PARAMETER).replace("object name='Zoo.'", "object name='&zoo;.'")
    );
    let model = read("entities", &[("root.xml", &entities)]).expect("the entity is defined");
    assert!(model.object("Zoo.").is_some());
    check(
        "undefined",
        &[("root.xml", &entities.replace("&zoo;", "&no;"))],
        "root.xml:4:37: not well-formed XML: entity &no; is not defined; the sign & itself is written &amp;",
    );
}

/// Names are checked before they are put wherever components say.
#[test]
fn names_that_are_empty_or_long() {
    let object = |name: &str| {
        root("<component name='A'><description/></component>", &format!("</object><object name='{name}'>"))
            .replace("Zoo:1.0'>", "Zoo:1.0'><component ref='A'/>")
    };
    read("named", &[("root.xml", &object("Zoo.B."))]).expect("it is a name");
    check(
        "nameless",
        &[("root.xml", &object(""))],
        "root.xml:4: in model Zoo:1.0: \"\" is not the name of an element: it is empty",
    );
    check(
        "long",
        &[("root.xml", &object(&format!("{}.", "A".repeat(1024))))],
        "root.xml:4: in model Zoo:1.0: the length of a name is over the limit of 1024",
    );
    let far = format!("<component name='A'><object name='{}.'/></component>", "A".repeat(1022));
    check(
        "far",
        &[("root.xml", &root(&far, "<component ref='A'/>"))],
        "root.xml:2: in model Zoo:1.0, object Zoo., component A: the length of a path is over the limit of 1024",
    );
}
