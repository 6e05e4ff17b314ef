//! Laws that hold for every model: what is written is what is read, and what is in the image.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use usp_codegen::{Config, Element, ElementKind, ImageOptions, Model};

/// A parameter, as text between `<parameter>` tags and as what should be read of it.
#[derive(Debug, Clone)]
struct ParameterDraft {
    access: Option<&'static str>,
    syntax: SyntaxDraft,
    list: bool,
    units: Option<String>,
    version: Option<(u8, u8)>,
}

#[derive(Debug, Clone)]
enum SyntaxDraft {
    Plain(&'static str),
    Number(&'static str, Vec<(Option<i32>, Option<i32>, Option<u8>)>),
    Text { sizes: Vec<(u16, Option<u16>)>, enumeration: Vec<String> },
}

/// Texts with everything that XML and Rust might stumble over, but no control characters.
fn text() -> impl Strategy<Value = String> {
    "[ -~äß€\u{1F600}]{0,12}"
}

fn parameter() -> impl Strategy<Value = ParameterDraft> {
    let access = option::of(prop::sample::select(vec!["readOnly", "readWrite", "writeOnceReadOnly"]));
    let units = option::of(text());
    let version = option::of((0..9_u8, 0..99_u8));
    (access, syntax(), any::<bool>(), units, version).prop_map(|(access, syntax, list, units, version)| {
        ParameterDraft { access, syntax, list, units, version }
    })
}

fn syntax() -> impl Strategy<Value = SyntaxDraft> {
    let plain = prop::sample::select(vec!["boolean", "dateTime", "decimal", "base64", "hexBinary"]);
    let number = prop::sample::select(vec!["int", "unsignedInt", "long", "unsignedLong"]);
    let range = (option::of(any::<i32>()), option::of(any::<i32>()), option::of(1..9_u8));
    let size = (any::<u16>(), option::of(any::<u16>()));
    let enumeration = vec(text(), 0..6).prop_map(|mut values| {
        values.sort();
        values.dedup();
        values
    });
    prop_oneof![
        plain.prop_map(SyntaxDraft::Plain),
        (number, vec(range, 0..3)).prop_map(|(name, ranges)| {
            let given = |range: &(Option<i32>, Option<i32>, Option<u8>)| *range != (None, None, None);
            SyntaxDraft::Number(name, ranges.into_iter().filter(given).collect())
        }),
        (vec(size, 0..3), enumeration)
            .prop_map(|(sizes, enumeration)| SyntaxDraft::Text { sizes, enumeration }),
    ]
}

/// Objects, each with the position of the object around it, whether it is a table, and parameters.
fn model() -> impl Strategy<Value = Vec<(usize, bool, Vec<ParameterDraft>)>> {
    vec((any::<prop::sample::Index>(), any::<bool>(), vec(parameter(), 0..5)), 1..8).prop_map(|drafts| {
        let place = |(index, (around, table, parameters)): (usize, (prop::sample::Index, bool, _))| {
            // The first is the root; the others are in one of those before them.
            let around = if index == 0 { 0 } else { around.index(index) };
            (around, table && index > 0, parameters)
        };
        drafts.into_iter().enumerate().map(place).collect()
    })
}

/// The file for a model, and the list of what is in it.
fn write(model: &[(usize, bool, Vec<ParameterDraft>)]) -> (String, Vec<Element>) {
    let mut xml = String::from("<document spec='urn:example:law'>\n<model name='Law:1.0'>\n");
    let mut elements = Vec::new();
    let mut paths: Vec<String> = Vec::new();
    for (index, (around, table, parameters)) in model.iter().enumerate() {
        let row = if *table { "{i}." } else { "" };
        let path = match paths.get(*around) {
            Some(outer) => format!("{outer}Object{index}.{row}"),
            None => "Device.".to_owned(),
        };
        let entries = if *table { "minEntries='0' maxEntries='unbounded'" } else { "" };
        xml.push_str(&format!("<object name='{path}' {entries}>\n"));
        elements.push(element(&path, ElementKind::Object, |element| {
            element.min_entries = Some(u32::from(!table));
            element.max_entries = Some((!table).then_some(1));
        }));
        for (number, parameter) in parameters.iter().enumerate() {
            let name = format!("Parameter{number}");
            xml.push_str(&write_parameter(&name, parameter));
            elements.push(element(&format!("{path}{name}"), ElementKind::Parameter, |element| {
                expect_parameter(parameter, element);
            }));
        }
        xml.push_str("</object>\n");
        paths.push(path);
    }
    xml.push_str("</model></document>\n");
    (xml, elements)
}

fn element(path: &str, kind: ElementKind, fill: impl FnOnce(&mut Element)) -> Element {
    let mut element = Element::default();
    element.path = path.to_owned();
    element.kind = kind;
    fill(&mut element);
    element
}

fn write_parameter(name: &str, parameter: &ParameterDraft) -> String {
    let mut xml = format!("<parameter name='{name}'");
    if let Some(access) = parameter.access {
        xml.push_str(&format!(" access='{access}'"));
    }
    if let Some((major, minor)) = parameter.version {
        xml.push_str(&format!(" version='{major}.{minor}'"));
    }
    xml.push_str("><syntax>");
    if parameter.list {
        xml.push_str("<list/>");
    }
    let (type_name, facets) = match &parameter.syntax {
        SyntaxDraft::Plain(name) => (*name, String::new()),
        SyntaxDraft::Number(name, ranges) => {
            let attribute = |name: &str, value: Option<String>| {
                value.map_or_else(String::new, |value| format!(" {name}='{value}'"))
            };
            let range = |(min, max, step): &(Option<i32>, Option<i32>, Option<u8>)| {
                let min = attribute("minInclusive", min.map(|min| min.to_string()));
                let max = attribute("maxInclusive", max.map(|max| max.to_string()));
                let step = attribute("step", step.map(|step| step.to_string()));
                format!("<range{min}{max}{step}/>")
            };
            (*name, ranges.iter().map(range).collect())
        }
        SyntaxDraft::Text { sizes, enumeration } => {
            let size = |(min, max): &(u16, Option<u16>)| match max {
                Some(max) => format!("<size minLength='{min}' maxLength='{max}'/>"),
                None => format!("<size minLength='{min}'/>"),
            };
            let value = |value: &String| format!("<enumeration value='{}'/>", escape(value));
            let facets: String = sizes.iter().map(size).chain(enumeration.iter().map(value)).collect();
            ("string", facets)
        }
    };
    let units = parameter
        .units
        .as_ref()
        .map_or_else(String::new, |units| format!("<units value='{}'/>", escape(units)));
    xml.push_str(&format!("<{type_name}>{facets}{units}</{type_name}></syntax></parameter>\n"));
    xml
}

fn expect_parameter(parameter: &ParameterDraft, element: &mut Element) {
    element.access = parameter.access;
    element.list = parameter.list;
    element.items = parameter.list.then(usp_codegen::ItemBounds::default).into_iter().collect();
    element.units.clone_from(&parameter.units);
    element.version = parameter.version.map(|(major, minor)| format!("{major}.{minor}"));
    let name = match &parameter.syntax {
        SyntaxDraft::Plain(name) => name,
        SyntaxDraft::Number(name, ranges) => {
            element.ranges = ranges
                .iter()
                .map(|(min, max, step)| usp_schema::Range {
                    min: min.map(i128::from),
                    max: max.map(i128::from),
                    step: step.map(i128::from),
                })
                .collect();
            name
        }
        SyntaxDraft::Text { sizes, enumeration } => {
            let size = |(min, max): &(u16, Option<u16>)| usp_schema::Size {
                min: u32::from(*min),
                max: max.map(u32::from),
            };
            element.sizes = sizes.iter().map(size).collect();
            element.enumeration.clone_from(enumeration);
            "string"
        }
    };
    element.base = Some(name);
    element.declared_type = Some((*name).to_owned());
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('\'', "&apos;")
}

/// What an image can say of an element: what the file leaves out has become its default.
fn in_image(mut element: Element) -> Element {
    element.version = None;
    element.access = Some(element.access.unwrap_or("readOnly"));
    element
}

proptest! {
    #[test]
    fn what_is_written_is_read(draft in model()) {
        let (xml, elements) = write(&draft);
        let model = Model::from_xml("law.xml", &xml).expect("the file is well-formed");
        prop_assert_eq!(model.elements(), elements);
    }

    #[test]
    fn what_is_read_is_in_the_image(draft in model()) {
        let (xml, elements) = write(&draft);
        let model = Model::from_xml("law.xml", &xml).expect("the file is well-formed");
        let schema = model.to_schema(&ImageOptions::new()).expect("the model is sound");
        let mut expected: Vec<Element> = elements.into_iter().map(in_image).collect();
        let mut found: Vec<Element> = Element::of_schema(&schema).into_iter().map(in_image).collect();
        // The image has an order of its own.
        expected.sort_by(|a, b| (a.kind, &a.path).cmp(&(b.kind, &b.path)));
        found.sort_by(|a, b| (a.kind, &a.path).cmp(&(b.kind, &b.path)));
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn a_list_is_the_same_after_the_lint(draft in model()) {
        let (xml, _) = write(&draft);
        let model = Model::from_xml("law.xml", &xml).expect("the file is well-formed");
        // It looks at anything without a panic, and finds the same each time.
        prop_assert_eq!(model.lint(), model.lint());
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}") {
        let _ = Model::from_xml("law.xml", &text);
    }

    #[test]
    fn no_markup_makes_the_reader_panic(
        parts in vec(prop::sample::select(vec![
            "<document>", "</document>", "<model name='A:1'>", "</model>", "<object name='Device.'>", "</object>",
            "<object name='Device.T.{i}.' maxEntries='unbounded'>", "<parameter name='P'>", "</parameter>",
            "<syntax>", "</syntax>", "<string>", "</string>", "<int/>", "<dataType name='D' base='E'/>",
            "<dataType name='E'>", "</dataType>", "<dataType ref='D'/>", "<list/>", "<command name='C()' async='true'>",
            "</command>", "<input>", "</input>", "<event name='E!'>", "</event>", "<uniqueKey>", "</uniqueKey>",
            "<description>{{param|", "}}</description>", "<![CDATA[", "]]>", "<!--", "-->", "&amp;", "&x;", "\u{0}",
        ]), 0..24)
    ) {
        if let Ok(model) = Model::from_xml("law.xml", &parts.concat()) {
            let _ = model.to_schema(&ImageOptions::new());
            let _ = model.lint();
        }
    }
}

#[test]
fn code_is_generated_for_what_proptest_writes() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("laws");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let path = folder.join("law.xml");
    proptest!(ProptestConfig::with_cases(32), |(draft in model())| {
        let (xml, _) = write(&draft);
        std::fs::write(&path, xml).expect("the file can be written");
        let config = Config::new().model(&path).types("Device.");
        let source = config.render().expect("the model is sound").source;
        // Each struct and enumeration is there once.
        let mut names: Vec<&str> = source
            .lines()
            .filter_map(|line| {
                let line = line.trim_start();
                line.strip_prefix("pub struct ").or_else(|| line.strip_prefix("pub enum "))
            })
            .map(|line| line.split(['(', ' ', ';']).next().unwrap_or_default())
            .collect();
        let count = names.len();
        names.sort_unstable();
        names.dedup();
        prop_assert_eq!(names.len(), count);
    });
}
