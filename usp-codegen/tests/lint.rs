//! What the lint finds, and that it finds nothing else.

use usp_codegen::{Finding, Model, Rule};

fn findings(xml: &str) -> Vec<String> {
    let model = Model::from_xml("m.xml", xml).expect("the file is well-formed");
    model.lint().iter().map(Finding::to_string).collect()
}

/// Lints a model with these lines in it, the first of which is line 3.
#[track_caller]
fn check(body: &str, expected: &[&str]) {
    let xml = format!("<document>\n<model name='M:1'>\n{body}\n</model></document>");
    assert_eq!(findings(&xml), expected);
}

/// Lints a model with this syntax in the parameter `Device.P` on line 4.
#[track_caller]
fn check_syntax(syntax: &str, expected: &[&str]) {
    let parameter = format!("<parameter name='P'><syntax>{syntax}</syntax></parameter>");
    check(&format!("<object name='Device.'>\n{parameter}\n</object>"), expected);
}

#[test]
fn defaults_have_to_be_values() {
    check_syntax("<int/><default type='object' value='1'/>", &[]);
    check_syntax("<list/><int/><default type='object' value='[1,2]'/>", &[]);
    let message = "m.xml:4: default: Device.P: the default \"x\" is not a value of it: ";
    let xml = "<document>\n<model name='M:1'>\n<object name='Device.'>\n<parameter name='P'><syntax><int/><default \
               type='object' value='x'/></syntax></parameter></object></model></document>";
    let found = findings(xml);
    assert_eq!(found.len(), 1);
    assert!(found[0].starts_with(message), "{}", found[0]);
}

#[test]
fn defaults_of_arguments_are_checked_too() {
    let argument = |name: &str| {
        format!(
            "<parameter name='{name}'><syntax><boolean/><default type='parameter' value='maybe'/></syntax></parameter>"
        )
    };
    let body = format!(
        "<object name='Device.'><command name='C()' async='false'>\n<input>{}<object name='O.{{i}}.' \
         maxEntries='unbounded'>{}</object></input>\n<output>{}</output></command>\n<event \
         name='E!'>{}</event></object>",
        argument("A"),
        argument("B"),
        argument("C"),
        argument("D")
    );
    let xml = format!("<document><model name='M:1'>{body}</model></document>");
    let model = Model::from_xml("m.xml", &xml).expect("the file is well-formed");
    let items: Vec<(Rule, String)> =
        model.lint().iter().map(|finding| (finding.rule(), finding.item().to_owned())).collect();
    let expected = ["Device.C().Input.A", "Device.C().Input.O.{i}.B", "Device.C().Output.C", "Device.E!.D"];
    assert_eq!(items, expected.map(|item| (Rule::Default, item.to_owned())));
}

#[test]
fn tables_should_have_keys() {
    let root = "<object name='Device.'/>";
    check(
        &format!("{root}\n<object name='Device.Row.{{i}}.' minEntries='0' maxEntries='unbounded'/>"),
        &[
            "m.xml:4: missing-key: Device.Row.{i}.: the table has no unique key: a Controller knows its rows by number \
           only",
        ],
    );
    check(
        &format!(
            "{root}\n<object name='Device.Row.{{i}}.' minEntries='0' maxEntries='unbounded' status='deleted'/>"
        ),
        &[],
    );
}

#[test]
fn keys_have_to_name_parameters() {
    check(
        "<object name='Device.'/>\n<object name='Device.Row.{i}.' maxEntries='unbounded'>\n<uniqueKey \
         functional='true'><parameter ref='Name'/></uniqueKey></object>",
        &[
            "m.xml:5: unknown-parameter: Device.Row.{i}.: the unique key names the parameter Name, which does not exist",
        ],
    );
}

#[test]
fn named_parameters_have_to_be_there_and_of_the_right_type() {
    check(
        "<object name='Device.'><parameter name='Rows'><syntax><int/></syntax></parameter></object>\n\
         <object name='Device.Row.{i}.' maxEntries='8' numEntriesParameter='Rows' enableParameter='On'>\
         <parameter name='Key'><syntax><int/></syntax></parameter>\n\
         <uniqueKey functional='true'><parameter ref='Key'/></uniqueKey></object>\n\
         <object name='Device.One.' minEntries='0' discriminatorParameter='Rows'/>",
        &[
            "m.xml:4: unknown-parameter: Device.Row.{i}.: numEntriesParameter names the parameter Rows, which is of \
             type int and not unsignedInt",
            "m.xml:4: unknown-parameter: Device.Row.{i}.: enableParameter names the parameter On, which does not exist",
            "m.xml:6: unknown-parameter: Device.One.: discriminatorParameter names the parameter Rows, which is no \
             enumeration",
        ],
    );
}

#[test]
fn facets_have_to_make_sense() {
    check_syntax(
        "<unsignedInt><range minInclusive='-1' maxInclusive='-5'/></unsignedInt>",
        &[
            "m.xml:4: facet: Device.P: minInclusive -1 is more than maxInclusive -5",
            "m.xml:4: facet: Device.P: the bound -1 is not a value of the type unsignedInt",
            "m.xml:4: facet: Device.P: the bound -5 is not a value of the type unsignedInt",
        ],
    );
    check_syntax(
        "<string><size minLength='5' maxLength='4'/></string>",
        &["m.xml:4: facet: Device.P: minLength 5 is more than maxLength 4"],
    );
    check_syntax(
        "<boolean><size maxLength='4'/></boolean>",
        &["m.xml:4: facet: Device.P: the type boolean has a size, which it does not take"],
    );
    check_syntax(
        "<list minItems='3' maxItems='2'/><int/>",
        &["m.xml:4: facet: Device.P: minItems 3 is more than maxItems"],
    );
    check(
        "<object name='Device.' minEntries='2'/>",
        &["m.xml:3: facet: Device.: minEntries 2 is more than maxEntries 1"],
    );
}

#[test]
fn patterns_have_to_compile() {
    let xml = "<document><model name='M:1'><object name='Device.'><parameter \
               name='P'><syntax><string><pattern value='(a'/></string></syntax></parameter></object></model></document>";
    let found = findings(xml);
    assert_eq!(found.len(), 1, "the image is not blamed as well: {found:?}");
    assert!(
        found[0].starts_with("m.xml:1: pattern: Device.P: the pattern \"(a\" cannot be used: "),
        "{}",
        found[0]
    );
}

#[test]
fn values_are_there_once() {
    check_syntax(
        "<string><enumeration value='A'/>\n<enumeration value='A'/></string>",
        &["m.xml:5: enumeration: Device.P: the value \"A\" is there twice"],
    );
}

#[test]
fn units_are_known() {
    check_syntax(
        "<int><units value='secnds'/></int>",
        &["m.xml:4: units: Device.P: the unit \"secnds\" is not known; is \"seconds\" meant?"],
    );
}

#[test]
fn profiles_ask_for_what_is_there() {
    check(
        "<object name='Device.'><parameter name='A'><syntax><int/></syntax></parameter></object>\n\
         <profile name='P:1' base='P:0'>\n<object ref='Device.'><parameter ref='A'/><parameter ref='B'/></object>\n\
         <object ref='Device.X.'/></profile>",
        &[
            "m.xml:4: profile: P:1: it builds on the profile P:0, which does not exist",
            "m.xml:5: profile: P:1: it asks for the parameter Device.B, which does not exist",
            "m.xml:6: profile: P:1: it asks for the object Device.X., which does not exist",
        ],
    );
}

#[test]
fn references_lead_somewhere() {
    check_syntax(
        "<string><enumerationRef targetParam='Q'/></string>",
        &["m.xml:4: reference: Device.P: enumerationRef \"Q\" leads to Device.Q, which is not defined"],
    );
}

#[test]
fn the_project_s_own_model_is_clean() {
    let model = Model::from_file("../models/usp-device.xml").expect("the file is well-formed");
    assert_eq!(model.lint(), []);
}

#[test]
fn what_is_questionable_in_tr_181_is_known() {
    let Some(folder) = std::env::var_os("USP_MODELS") else {
        eprintln!("SKIPPED: USP_MODELS is not set");
        return;
    };
    let path = std::path::Path::new(&folder).join("tr-181-2-19-1-usp-full.xml");
    let model = Model::from_file(path).expect("published models are well-formed");
    let (keys, others): (Vec<Finding>, Vec<Finding>) =
        model.lint().into_iter().partition(|finding| finding.rule() == Rule::MissingKey);
    assert_eq!(keys.len(), 20);
    let others: Vec<(Rule, &str, &str)> =
        others.iter().map(|finding| (finding.rule(), finding.item(), finding.message())).collect();
    let test_file_length = "it asks for the argument \
                            Device.IP.Diagnostics.UploadDiagnostics().Output.TestFileLength, which does not exist";
    assert_eq!(others, [(Rule::Profile, "Upload:1", test_file_length)]);
}
