//! What is said of files that are broken: where, in what, what is wrong, and what to do.

use usp_codegen::{ImageOptions, Model};

/// Reads this and compares the message.
#[track_caller]
fn check(xml: &str, message: &str) {
    let error = Model::from_xml("bad.xml", xml).expect_err("the file is broken");
    assert_eq!(error.to_string(), message);
}

/// A document with this in it.
fn document(body: &str) -> String {
    format!("<document>\n{body}\n</document>")
}

/// A model with these lines in its object, the first of which is line 4.
fn in_object(body: &str) -> String {
    document(&format!("<model name=\"Zoo:1.0\">\n<object name=\"Device.\">\n{body}\n</object></model>"))
}

/// A model with this syntax in a parameter, on line 4.
fn in_syntax(body: &str) -> String {
    in_object(&format!("<parameter name=\"Food\"><syntax>{body}</syntax></parameter>"))
}

#[test]
fn a_file_that_is_not_there() {
    let error = Model::from_file("no/such/file.xml").expect_err("it is not there");
    assert_eq!(error.file(), Some(std::path::Path::new("no/such/file.xml")));
    assert_eq!(error.line(), None);
    assert!(error.to_string().starts_with("no/such/file.xml: cannot be read: "), "{error}");
}

#[test]
fn files_that_are_not_well_formed() {
    check("", "bad.xml:1:1: not well-formed XML: the file holds no element");
    check("plain text", "bad.xml:1:11: not well-formed XML: the file holds no element");
    check("<document>", "bad.xml:1:11: not well-formed XML: the file ends before all elements are closed");
    check(
        "<document>\n <component></document>",
        "bad.xml:2:13: not well-formed XML: ill-formed document: expected `</component>`, but `</document>` was \
         found",
    );
    check(
        "<document><dataType name='A' name='B'/></document>",
        "bad.xml:1:30: in data type A: not well-formed XML: an attribute is there twice",
    );
    check(
        &in_object("<parameter name=A/>"),
        "bad.xml:4:17: in model Zoo:1.0, object Device., parameter: not well-formed XML: the value of an attribute is \
         not in quotes",
    );
    check(
        &in_object("<description>&nothing;</description>"),
        "bad.xml:4:14: in model Zoo:1.0, object Device.: not well-formed XML: entity &nothing; is not defined; the \
         sign & itself is written &amp;",
    );
    check(
        &in_syntax("<string><units value='&x;'/></string>"),
        "bad.xml:4:54: in model Zoo:1.0, object Device., parameter Food: not well-formed XML: entity &x; is not \
         defined; the sign & itself is written &amp;",
    );
    check(
        &format!("{}<more/>", document("<model name='A:1'/>")),
        "bad.xml:3:12: not well-formed XML: there is more after the root element",
    );
}

/// The signs that XML has for itself are mostly a writer's slip, who is told how they are written and where they stand.
#[test]
fn signs_that_xml_has_for_itself() {
    const AMPERSAND: &str = "not well-formed XML: an & that begins no entity is written &amp;";
    const LESS_THAN: &str = "not well-formed XML: a < that begins no element is written &lt;";
    let described = |text: &str| in_object(&format!("<description>\nIt {text}.\n</description>"));
    for text in ["R & D", "R &D", "R &"] {
        check(&described(text), &format!("bad.xml:5:6: in model Zoo:1.0, object Device.: {AMPERSAND}"));
    }
    for text in ["is < 5", "is <5", "a <b"] {
        let column = 4 + text.find('<').expect("it has the sign");
        check(
            &described(text),
            &format!("bad.xml:5:{column}: in model Zoo:1.0, object Device.: {LESS_THAN}"),
        );
    }
    check(
        &described("is <5, isn't it"),
        "bad.xml:5:7: in model Zoo:1.0, object Device.: not well-formed XML: syntax error: attribute value not closed: \
         `'` not found before end of input; a < that begins no element is written &lt;",
    );
    check(
        &described("takes a <name>"),
        "bad.xml:6:1: in model Zoo:1.0, object Device.: not well-formed XML: ill-formed document: expected `</name>`, \
         but `</description>` was found; a < that begins no element is written &lt;",
    );
    check(
        &in_syntax("<string>\n<enumeration value='R & D'/></string>"),
        &format!("bad.xml:5:23: in model Zoo:1.0, object Device., parameter Food: {AMPERSAND}"),
    );
    for quote in ["'", "\""] {
        check(
            &in_syntax(&format!("<string>\n<enumeration value={quote}R < D{quote}/></string>")),
            "bad.xml:5:23: in model Zoo:1.0, object Device., parameter Food: not well-formed XML: a < in the value of an \
             attribute is written &lt;",
        );
    }
}

/// Also where the file has others beside it, and is read in another way.
#[test]
fn signs_that_xml_has_for_itself_in_split_sources() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("signs");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    std::fs::write(folder.join("types.xml"), document("")).expect("it can be written");
    let path = folder.join("root.xml");
    let told = |body: &str| {
        let xml = document(&format!("<import file='types.xml'><dataType name='T'/></import>\n{body}"));
        std::fs::write(&path, xml).expect("it can be written");
        Model::from_file(&path).expect_err("the file is broken").to_string()
    };
    let expected =
        |place: &str, message: &str| format!("{}:{place}: not well-formed XML: {message}", path.display());
    let ampersand = "an & that begins no entity is written &amp;";
    let less_than = "a < that begins no element is written &lt;";
    assert_eq!(told("<description>R & D</description>"), expected("3:16", ampersand));
    assert_eq!(told("<description>\nR < D</description>"), expected("4:3", less_than));
    assert_eq!(told("<model name='R & D'/>"), expected("3:16", ampersand));
    let in_value = "a < in the value of an attribute is written &lt;";
    assert_eq!(told("<model name='R < D'/>"), expected("3:16", in_value));
}

#[test]
fn files_that_are_something_else() {
    check("<html/>", "bad.xml:1:1: not a TR-106 data model: the root element is <html>, expected <document>");
    check(
        &document(""),
        "bad.xml: the document holds no <model>: it defines data types or components for other files to import",
    );
    check(
        &document("<model name='A:1'/><model name='B:1'/>"),
        "bad.xml: the document holds more than one <model>: A:1, B:1; put each into a file of its own",
    );
}

/// What should have been the model is named, and where it stands.
#[test]
fn models_that_are_misspelt() {
    check(
        &document("<odd/>\n<modle name='A:1'><object name='Device.'/></modle>"),
        "bad.xml:3:1: the document holds no <model>, but <modle>, which is not known there; did you mean <model>?",
    );
    check(
        &document("<Model name='A:1'/>"),
        "bad.xml:2:1: the document holds no <model>, but <Model>, which is not known there; did you mean <model>?",
    );
    check(
        &document("<odd/>"),
        "bad.xml:2:1: the document holds no <model>, but <odd>, which is not known there",
    );
    check(
        &document("<object name='Device.'/>"),
        "bad.xml:2:1: the document holds no <model>, but <object>, which is not known there",
    );
}

/// Also where the file has others beside it.
#[test]
fn models_of_split_sources_that_are_misspelt() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("misspelt");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let types = document("<dataType name='T'><int/></dataType>");
    std::fs::write(folder.join("types.xml"), types).expect("it can be written");
    let path = folder.join("root.xml");
    let import = "<import file='types.xml'><dataType name='T'/></import>";
    let told = |body: &str| {
        std::fs::write(&path, document(&format!("{import}\n{body}"))).expect("it can be written");
        Model::from_file(&path).expect_err("it has no model").to_string()
    };
    let expected = |message: &str| format!("{}:{message}", path.display());
    assert_eq!(
        told("<odd/>\n<modle name='A:1'/>"),
        expected(
            "4: the document holds no <model>, but <modle>, which is not known there; did you mean <model>?"
        )
    );
    assert_eq!(
        told("<odd/>"),
        expected("3: the document holds no <model>, but <odd>, which is not known there")
    );
    assert_eq!(
        told(""),
        expected(
            " the document holds no <model>: it defines data types or components for other files to import"
        )
    );
}

#[test]
fn files_that_need_others() {
    const ADVICE: &str = "takes its content from another definition, which this text alone does not hold: read it \
                          from its file, or use the *-full.xml that the Broadband Forum publishes beside each model";
    check(
        &document("<import file='common.xml'><dataType name='A'/></import>"),
        &format!("bad.xml:2:1: <import file=\"common.xml\"> {ADVICE}"),
    );
    check(
        &document("<model name='A:1' base='A:0'/>"),
        &format!("bad.xml:2:1: in model A:1: <model base=\"A:0\"> {ADVICE}"),
    );
    check(
        &in_object("<component ref='Alias'/>"),
        &format!("bad.xml:4:1: in model Zoo:1.0, object Device.: <component ref=\"Alias\"> {ADVICE}"),
    );
    check(
        &in_object("<parameter base='Name'/>"),
        &format!(
            "bad.xml:4:1: in model Zoo:1.0, object Device., parameter Name: <parameter base=\"Name\"> {ADVICE}"
        ),
    );
}

#[test]
fn attributes_that_are_missing_or_wrong() {
    check(
        &in_object("<parameter access='readOnly'/>"),
        "bad.xml:4:1: in model Zoo:1.0, object Device., parameter: attribute name is missing",
    );
    check(
        &in_object("<parameter name='A' access='write'/>"),
        "bad.xml:4:1: in model Zoo:1.0, object Device., parameter A: attribute access is \"write\", expected \
         readOnly, readWrite or writeOnceReadOnly",
    );
    check(
        &in_object("<command name='A()'/>"),
        "bad.xml:4:1: in model Zoo:1.0, object Device., command A(): attribute async is missing",
    );
    check(
        &in_object("<command name='A()' async='maybe'/>"),
        "bad.xml:4:1: in model Zoo:1.0, object Device., command A(): attribute async is \"maybe\", expected true or \
         false",
    );
    check(
        &in_object("<event name='A!' version='two'/>"),
        "bad.xml:4:1: in model Zoo:1.0, object Device., event A!: attribute version is \"two\", expected a version \
         such as 2.19 or 2.15.1",
    );
    check(
        &document("<model name='A:1'><object name='Device.' maxEntries='many'/></model>"),
        "bad.xml:2:19: in model A:1, object Device.: attribute maxEntries is \"many\", expected a count or unbounded",
    );
    check(
        &in_syntax("<string><size maxLength='-1'/></string>"),
        "bad.xml:4:40: in model Zoo:1.0, object Device., parameter Food: attribute maxLength is \"-1\", expected a \
         length",
    );
    check(
        &in_syntax("<int><range step='0'/></int>"),
        "bad.xml:4:37: in model Zoo:1.0, object Device., parameter Food: attribute step is \"0\", expected a whole \
         number above zero",
    );
    check(
        &in_syntax("<int><range minInclusive='one'/></int>"),
        "bad.xml:4:37: in model Zoo:1.0, object Device., parameter Food: attribute minInclusive is \"one\", expected a \
         whole number",
    );
    check(
        &in_syntax("<string><enumeration value='A' access='readonly'/></string>"),
        "bad.xml:4:40: in model Zoo:1.0, object Device., parameter Food: attribute access is \"readonly\", expected \
         readOnly, readWrite or writeOnceReadOnly",
    );
}

/// Each parameter of a data type has all of its facets in the image, so there may not be any number of them.
#[test]
fn facets_that_are_too_many() {
    let place = "in model Zoo:1.0, object Device., parameter Food";
    let paths =
        |count| format!("<string><pathRef refType='weak' targetParent='{}'/></string>", ".A. ".repeat(count));
    Model::from_xml("good.xml", &in_syntax(&paths(64))).expect("these are not too many");
    check(
        &in_syntax(&paths(65)),
        &format!("bad.xml:4:40: {place}: the number of targets of a pathRef is over the limit of 64"),
    );
    check(
        &in_syntax(&format!(
            "<string><pathRef refType='weak' targetParent='{}'/></string>",
            "A".repeat(1025)
        )),
        &format!("bad.xml:4:40: {place}: the length of a name is over the limit of 1024"),
    );
    check(
        &in_syntax(&format!("<string>\n{}</string>", "<enumeration value='A'/>\n".repeat(4097))),
        &format!("bad.xml:4101:1: {place}: the number of facets of one kind is over the limit of 4096"),
    );
}

/// What a data type says is counted for each parameter that uses it.
#[test]
fn data_types_that_grow_with_their_uses() {
    let targets = format!(".{}. ", "A".repeat(1000)).repeat(64);
    let parameter = |index: usize| {
        format!("<parameter name='P{index}'><syntax><dataType ref='T'/></syntax></parameter>\n")
    };
    let parameters: String = (0..600).map(parameter).collect();
    let data_type = format!(
        "<dataType name='T'><string><pathRef refType='weak' targetParent='{targets}'/></string></dataType>"
    );
    let xml = in_object(&parameters).replacen("<document>\n", &format!("<document>{data_type}\n"), 1);
    check(&xml, "bad.xml:525: the length of all references is over the limit of 67108864");

    let values = format!("<enumeration value='{}'/>", "A".repeat(16_000)).repeat(60);
    let data_type = format!("<dataType name='T'><string>{values}</string></dataType>");
    let xml = in_object(&parameters).replacen("<document>\n", &format!("<document>{data_type}\n"), 1);
    let model = Model::from_xml("bad.xml", &xml).expect("each element is well-formed");
    let error = model.to_schema(&ImageOptions::new()).expect_err("the values are there too often");
    assert!(error.to_string().ends_with("the length of all facets is over the limit of 67108864"), "{error}");
}

#[test]
fn names_that_break_the_rules() {
    const NAME: &str = "a letter or underscore, then letters, digits, underscores and hyphens";
    const PATH: &str = "names parted by dots, with {i} for instance numbers and a dot at the end";
    for name in ["1st", "a b", "a.b", "Größe", ""] {
        check(
            &in_object(&format!("<parameter name='{name}'/>")),
            &format!(
                "bad.xml:4:1: in model Zoo:1.0, object Device., parameter{}{name}: {name:?} is not the name of a \
                 parameter: {NAME}",
                if name.is_empty() { "" } else { " " }
            ),
        );
    }
    for path in ["Device", "Device..", "{i}.", "Device.{i}.{i}.", ".", "Device.*."] {
        check(
            &document(&format!("<model name='A:1'><object name='{path}'/></model>")),
            &format!(
                "bad.xml:2:19: in model A:1, object {path}: {path:?} is not the name of an object: {PATH}"
            ),
        );
    }
    check(
        &in_object("<command name='Reset' async='false'/>"),
        "bad.xml:4:1: in model Zoo:1.0, object Device., command Reset: \"Reset\" is not the name of a command: a name \
         with () at its end",
    );
    check(
        &in_object("<event name='Boot'/>"),
        "bad.xml:4:1: in model Zoo:1.0, object Device., event Boot: \"Boot\" is not the name of an event: a name with \
         ! at its end",
    );
}

#[test]
fn data_types_that_lead_nowhere() {
    check(
        &in_syntax("<dataType ref='Nothing'/>"),
        "bad.xml:4:32: in model Zoo:1.0, object Device., parameter Food: data type Nothing is not defined in this \
         document",
    );
    check(
        &document("<dataType name='A' base='B'/>\n<dataType name='B' base='A'/>\n<model name='A:1'/>"),
        "bad.xml:3: in data type B: data type A is based on itself",
    );
    check(
        &document("<dataType name='A' base='B'/><model name='A:1'/>"),
        "bad.xml:2: in data type A: data type B is not defined in this document",
    );
    check(
        &document("<dataType name='A'/><model name='A:1'/>"),
        "bad.xml:2: in data type A: data type A has neither a primitive type nor a base",
    );
    check(
        &document(
            "<dataType name='A'><int/></dataType>\n<dataType name='A'><int/></dataType><model name='A:1'/>",
        ),
        "bad.xml:3: in data type A: A is defined twice, first on line 2",
    );
}

#[test]
fn elements_that_are_missing() {
    check(
        &in_object("<parameter name='A'/>"),
        "bad.xml:4:1: in model Zoo:1.0, object Device., parameter A: the <parameter> has no <syntax>",
    );
    check(
        &in_syntax("<default type='object' value=''/>"),
        "bad.xml:4:24: in model Zoo:1.0, object Device., parameter Food: the <syntax> names no type",
    );
    check(
        &document("<model name='A:1'><object name='Device.IP.Interface.{i}.'/></model>"),
        "bad.xml:2: in model A:1, object Device.IP.Interface.{i}.: the parent object Device.IP. is not defined",
    );
}

/// Mostly they are types by the name that another language has for them.
#[test]
fn types_that_are_none() {
    const TYPES: &str = "is not the name of a type: it is <dataType ref=\"...\"/> or one of base64, boolean, dateTime, \
                         decimal, hexBinary, int, long, string, unsignedInt, unsignedLong";
    let place = "in model Zoo:1.0, object Device., parameter Food";
    for (name, meant) in [
        ("integer", "int"),
        ("uint", "unsignedInt"),
        ("bool", "boolean"),
        ("str", "string"),
        ("datetime", "dateTime"),
    ] {
        check(
            &in_syntax(&format!("<{name}><range minInclusive='1'/></{name}>")),
            &format!("bad.xml:4:32: {place}: {name:?} {TYPES}; did you mean {meant}?"),
        );
    }
    check(&in_syntax("\n<list/><sausage/><uint/>"), &format!("bad.xml:5:8: {place}: \"sausage\" {TYPES}"));
    check(
        &document("<dataType name='A'>\n<uint/></dataType><model name='A:1'/>"),
        &format!("bad.xml:3:1: in data type A: \"uint\" {TYPES}; did you mean unsignedInt?"),
    );
}

#[test]
fn elements_that_are_there_twice() {
    let parameter = "<parameter name='A'><syntax><int/></syntax></parameter>";
    check(
        &in_object(&format!("{parameter}\n\n{parameter}")),
        "bad.xml:6: in model Zoo:1.0, object Device.: A is defined twice, first on line 4",
    );
    check(
        &document("<model name='A:1'>\n<object name='Device.'/>\n<object name='Device.'/></model>"),
        "bad.xml:4: in model A:1: Device. is defined twice, first on line 3",
    );
    check(
        &in_object(&format!(
            "<command name='A()' async='false'><input>{parameter}{parameter}</input></command>"
        )),
        "bad.xml:4: in model Zoo:1.0, object Device., command A(): A is defined twice, first on line 4",
    );
}

#[test]
fn models_of_which_no_image_can_be_made() {
    let xml = in_object("<uniqueKey functional='true'><parameter ref='Nothing'/></uniqueKey>");
    let model = Model::from_xml("bad.xml", &xml).expect("each element is well-formed");
    let error = model.to_schema(&ImageOptions::new()).expect_err("the key names nothing");
    assert_eq!(
        error.to_string(),
        "bad.xml: no schema image can be made of it: Device. names the parameter \"Nothing\" as its unique key, which \
         does not exist there"
    );
}

#[test]
fn odd_things_are_warned_of() {
    let xml = in_object(
        "<parameter name='A'><syntax><string><pathRef refType='weak' targetParent='.Missing.'/></string></syntax>\n\
         </parameter>\n<surprise/>\n",
    );
    let xml = xml.replace("name=\"Device.\"", "name=\"Device.\" maxEntries='3'");
    let model = Model::from_xml("odd.xml", &xml).expect("nothing is broken");
    let warnings: Vec<String> = model.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "odd.xml:3: Device.: maxEntries is 3, but the path decides: with {i} at the end it is a table",
            "odd.xml:6: Device.: element <surprise> is not known here and is left out",
            "odd.xml:4: Device.A: pathRef \".Missing.\" leads to Device.Missing., which is not defined",
        ]
    );
}

/// A misspelt attribute would be left out without a word, and with it what it asks for.
#[test]
fn unknown_attributes_are_warned_of() {
    let xml = in_object(
        "<parameter name='A' dmr:noNameCheck='true'>\n<syntax isHidden='true'>\n<string><size maxlength='16'/></string>\
         </syntax></parameter>",
    );
    let xml = xml.replace("name=\"Device.\"", "name=\"Device.\" entriesParameter='B'");
    let model = Model::from_xml("odd.xml", &xml).expect("nothing is broken");
    let warnings: Vec<String> = model.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "odd.xml:3: Device.: attribute entriesParameter is not known here and is left out",
            "odd.xml:5: <syntax>: attribute isHidden is not known here and is left out",
            "odd.xml:6: <size>: attribute maxlength is not known here and is left out",
        ]
    );
}

/// An element that is left out takes with it what is in it, so what it should have been is said.
#[test]
fn unknown_elements_are_put_right() {
    let xml = in_object("<paramter name='A'/>\n<comand name='B()'/>\n<surprise/>\n<model/>");
    let model = Model::from_xml("odd.xml", &xml).expect("nothing is broken");
    let warnings: Vec<String> = model.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "odd.xml:4: Device.: element <paramter> is not known here and is left out; did you mean <parameter>?",
            "odd.xml:5: Device.: element <comand> is not known here and is left out; did you mean <command>?",
            "odd.xml:6: Device.: element <surprise> is not known here and is left out",
            "odd.xml:7: Device.: element <model> is not known here and is left out",
        ]
    );
}

/// A bound that an image cannot hold is left out, and what else is allowed stays so.
#[test]
fn bounds_with_fractions_are_left_out() {
    let xml = in_syntax(
        "<decimal><range minInclusive='0.5' maxInclusive='9' step='2'/><range minInclusive='20'/></decimal>",
    );
    let model = Model::from_xml("odd.xml", &xml).expect("nothing is broken");
    let warnings: Vec<String> = model.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(warnings, ["odd.xml:4: Food: minInclusive 0.5 is no whole number and is left out"]);
    let schema = model.to_schema(&ImageOptions::new()).expect("the model is sound");
    let food = schema.parameter_at("Device.Food").expect("it is in the model").syntax();
    let taken: Vec<&str> =
        ["0.25", "9", "9.5", "19", "20.5"].into_iter().filter(|text| food.parse(text).is_ok()).collect();
    assert_eq!(taken, ["0.25", "9", "20.5"]);
}

#[test]
fn warnings_end_somewhere() {
    let model = Model::from_xml("odd.xml", &in_object(&"<x/>".repeat(5000))).expect("nothing is broken");
    assert_eq!(model.warnings().len(), 1001);
    let last = model.warnings().last().expect("there are some");
    assert_eq!(last.message(), "there are more warnings, which are not listed");
}

#[test]
fn a_deep_file_costs_no_stack() {
    for element in ["object", "x", "description"] {
        let open = format!("<{element} name='A.'>").repeat(100_000);
        let close = format!("</{element}>").repeat(100_000);
        let xml = document(&format!("<model name='A:1'>{open}{close}</model>"));
        // Whether it is an error or a warning: it comes back.
        let _ = Model::from_xml("deep.xml", &xml);
    }
    let chain: String =
        (0..1000).map(|index| format!("<dataType name='T{}' base='T{index}'/>", index + 1)).collect();
    check(
        &document(&format!("{chain}<dataType name='T0'><int/></dataType><model name='A:1'/>")),
        "bad.xml:2: in data type T32: the number of bases of a data type is over the limit of 32",
    );
}

#[test]
fn no_piece_of_a_file_makes_the_reader_panic() {
    let xml = std::fs::read_to_string("tests/files/zoo.xml").expect("the file is there");
    for end in (0..xml.len()).step_by(41) {
        if let Some(piece) = xml.get(..end) {
            assert!(Model::from_xml("piece.xml", piece).is_err());
        }
    }
    for start in (0..xml.len()).step_by(151) {
        if let (Some(before), Some(after)) = (xml.get(..start), xml.get(start + 1..)) {
            let _ = Model::from_xml("piece.xml", &format!("{before}{after}"));
        }
    }
}
