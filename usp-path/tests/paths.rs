//! What can be done with a path: taking apart, joining, comparing, and going to the Supported Data Model and back.

#![allow(clippy::unwrap_used, clippy::std_instead_of_alloc, reason = "helpers of tests")]

use std::collections::{BTreeSet, HashMap};

use usp_path::{
    BuildPathError, Constant, ExpressionComponent, Follow, InstanceNumber, Operator, Path, PathBuf, PathKind,
    RelativePath, SearchExpression, SearchExpressionBuf, Segment, SupportedPath, SupportedPathBuf,
    SupportedSegment,
};

#[track_caller]
fn path(text: &str) -> Path<'_> {
    Path::parse(text).unwrap()
}

fn number(number: u32) -> InstanceNumber {
    InstanceNumber::new(number).unwrap()
}

#[test]
fn segments_are_the_steps_of_the_path() {
    let text = "Device.X_00256D-Ext.Row.[A!=1].Ref#3+._Sub.Row.*.Go()";
    let segments: Vec<_> = path(text).segments().collect();
    assert_eq!(
        segments,
        [
            Segment::Name("Device"),
            Segment::Name("X_00256D-Ext"),
            Segment::Name("Row"),
            Segment::Expression(SearchExpression::parse("[A!=1]").unwrap()),
            Segment::Name("Ref"),
            Segment::Follow(Follow::Item(3.try_into().unwrap())),
            Segment::Name("_Sub"),
            Segment::Name("Row"),
            Segment::Wildcard,
            Segment::Command("Go"),
        ],
    );
    assert_eq!(segments.iter().filter(|segment| segment.is_instance_identifier()).count(), 2);
}

#[test]
fn segments_tell_what_is_left_of_the_text() {
    let mut segments = path("Device.IP.Interface.1.Enable").segments();
    segments.nth(2);
    assert_eq!(segments.as_str(), "1.Enable");
    assert_eq!(segments.by_ref().count(), 2);
    assert_eq!((segments.as_str(), segments.next()), ("", None));
}

#[track_caller]
fn ancestors(text: &str, expected: &[&str]) {
    let mut found = Vec::new();
    let mut next = path(text).parent();
    while let Some(parent) = next {
        assert_eq!(parent, path(parent.as_str()), "a parent is what its own text says");
        assert_eq!((parent.kind(), parent.is_search()), {
            let again = path(parent.as_str());
            (again.kind(), again.is_search())
        });
        found.push(parent.as_str());
        next = parent.parent();
    }
    assert_eq!(found, expected);
}

#[test]
fn the_parent_is_one_segment_shorter() {
    ancestors("Device.", &[]);
    ancestors("Device", &[]);
    ancestors("Device.Reboot()", &["Device."]);
    ancestors("Device.Boot!", &["Device."]);
    ancestors(
        "Device.IP.Interface.1.Enable",
        &["Device.IP.Interface.1.", "Device.IP.Interface.", "Device.IP.", "Device."],
    );
    ancestors("Device.IP.Interface.1", &["Device.IP.Interface.", "Device.IP.", "Device."]);
    ancestors("Device.A.[B == \"].\"].C", &["Device.A.[B == \"].\"].", "Device.A.", "Device."]);
    ancestors("Device.A.Ref#*+.B", &["Device.A.Ref#*+.", "Device.A.Ref", "Device.A.", "Device."]);
}

#[test]
fn joining_puts_the_dot_that_is_missing() {
    #[track_caller]
    fn joins(base: &str, relative: &str, joined: &str) {
        let relative = RelativePath::parse(relative).unwrap();
        let result = path(base).join(relative).unwrap();
        assert_eq!(result.as_str(), joined);
        let again = path(joined);
        assert_eq!((result.kind(), result.is_search()), (again.kind(), again.is_search()));
        assert_eq!(result.as_path().canonical(), joined);
    }
    joins("Device.IP.", "Interface.1.Enable", "Device.IP.Interface.1.Enable");
    joins("Device.IP", "Interface.1", "Device.IP.Interface.1.");
    joins("Device", "Boot!", "Device.Boot!");
    joins("Device.IP.Interface.", "[A == 1].B", "Device.IP.Interface.[A==1].B");
    joins("Device.IP.Interface.1.", "Stats.", "Device.IP.Interface.1.Stats.");
    joins("Device.NAT.PortMapping.*.", "Interface+.Name", "Device.NAT.PortMapping.*.Interface+.Name");
    joins("Device.NAT.PortMapping.1.Interface+", "Name", "Device.NAT.PortMapping.1.Interface+.Name");
}

#[test]
fn what_cannot_stand_behind_a_path_is_refused() {
    #[track_caller]
    fn refused(base: &str, relative: &str, error: BuildPathError) {
        let relative = RelativePath::parse(relative).unwrap();
        assert_eq!(path(base).join(relative), Err(error));
        let mut kept = path(base).to_path_buf();
        assert_eq!(kept.push_relative(relative), Err(error));
        assert_eq!(kept, path(base), "a refused path is as it was");
    }
    refused("Device.Reboot()", "Cause", BuildPathError::BehindCommand);
    refused("Device.Boot!", "Cause", BuildPathError::BehindEvent);
    refused("Device.", "1.Enable", BuildPathError::InstanceOfRoot);
    refused("Device", "*.", BuildPathError::InstanceOfRoot);
    refused("Device.IP.Interface.1.", "2.Enable", BuildPathError::InstanceAfterInstance);
    refused("Device.NAT.PortMapping.1.Interface+.", "1.", BuildPathError::InstanceAfterInstance);
}

#[test]
fn a_path_is_built_segment_by_segment() {
    let mut built = PathBuf::device();
    for (segment, text, kind) in [
        (Segment::Name("NAT"), "Device.NAT", PathKind::Parameter),
        (Segment::Name("PortMapping"), "Device.NAT.PortMapping", PathKind::Parameter),
        (Segment::Wildcard, "Device.NAT.PortMapping.*.", PathKind::ObjectInstance),
        (Segment::Name("Interface"), "Device.NAT.PortMapping.*.Interface", PathKind::Parameter),
        (Segment::Follow(Follow::FIRST), "Device.NAT.PortMapping.*.Interface+.", PathKind::Object),
        (Segment::Command("Reset"), "Device.NAT.PortMapping.*.Interface+.Reset()", PathKind::Command),
    ] {
        built.push(segment).unwrap();
        assert_eq!((built.as_str(), built.kind()), (text, kind));
        assert_eq!(built.segments().last(), Some(segment));
        assert_eq!(built.as_path().parent().map(|parent| parent.child(segment)), Some(Ok(built.clone())));
    }
    assert_eq!(built.push_name("More"), Err(BuildPathError::BehindCommand));
    assert!(built.is_search());

    let mut built = path("Device.Hosts.Host").to_path_buf();
    built.push_instance(number(12)).unwrap();
    built.push(Segment::Event("Gone")).unwrap();
    assert_eq!(built.into_string(), "Device.Hosts.Host.12.Gone!");

    let mut object = path("Device.IP").to_path_buf();
    object.make_object();
    assert_eq!((object.as_str(), object.kind()), ("Device.IP.", PathKind::Object));
    object.make_object();
    assert_eq!(object.as_str(), "Device.IP.");
}

#[test]
fn a_segment_that_cannot_stand_there_leaves_the_path_as_it_was() {
    #[track_caller]
    fn refused(base: &str, segment: Segment<'_>, error: BuildPathError) {
        let mut built = path(base).to_path_buf();
        assert_eq!(built.push(segment), Err(error));
        assert_eq!(built.as_str(), path(base).canonical());
    }
    for name in ["", "1", "-a", "a b", "a.b", "a()", "ö", "*", "{i}"] {
        refused("Device.IP.", Segment::Name(name), BuildPathError::NotAName);
        refused("Device.IP.", Segment::Command(name), BuildPathError::NotAName);
        refused("Device.IP.", Segment::Event(name), BuildPathError::NotAName);
    }
    refused("Device.Boot!", Segment::Name("Cause"), BuildPathError::BehindEvent);
    refused("Device.", Segment::Wildcard, BuildPathError::InstanceOfRoot);
    refused("Device.A.1.", Segment::Instance(number(1)), BuildPathError::InstanceAfterInstance);
    refused("Device.A.Ref+.", Segment::Wildcard, BuildPathError::InstanceAfterInstance);
    refused("Device.A.1.", Segment::Follow(Follow::All), BuildPathError::FollowOfNothing);
    refused("Device.A.", Segment::Follow(Follow::All), BuildPathError::FollowOfNothing);
    refused("Device.", Segment::Follow(Follow::All), BuildPathError::FollowOfNothing);
}

#[test]
fn build_errors_say_what_is_allowed() {
    assert_eq!(
        BuildPathError::InstanceAfterInstance.to_string(),
        "an instance identifier stands behind the name of a table, not behind a row or a reference",
    );
    assert_eq!(
        BuildPathError::NotAToken.to_string(),
        "a constant without quotes holds letters, digits and `+-.:/_=` only, and does not begin with `=`",
    );
}

#[test]
fn an_expression_is_built_from_comparisons() {
    let compare = |text, operator, constant| {
        ExpressionComponent::new(RelativePath::parse(text).unwrap(), operator, constant)
    };
    let expression = SearchExpressionBuf::new([
        compare("SSIDReference+.SSID", Operator::Equal, Constant::text("50% \"off\"")).unwrap(),
        compare("Stats.ErrorsSent", Operator::GreaterOrEqual, Constant::Token("+10")).unwrap(),
    ])
    .unwrap();
    assert_eq!(expression.as_str(), r#"[SSIDReference+.SSID=="50%25 %22off%22"&&Stats.ErrorsSent>=+10]"#);
    let read = SearchExpression::parse(expression.as_str()).unwrap();
    assert_eq!(read, expression.as_expression());
    assert_eq!(read.components().next().unwrap().constant(), Constant::text("50% \"off\""));
    assert_eq!(expression.to_string().parse(), Ok(expression.clone()));

    assert_eq!(SearchExpressionBuf::new([]), Err(BuildPathError::EmptyExpression));
    for token in ["", "a b", "=1", "a]", "\"a\"", "ö", "1&&B==2"] {
        let refused = compare("A", Operator::Equal, Constant::Token(token));
        assert_eq!(refused, Err(BuildPathError::NotAToken), "{token}");
    }
    for text in ["A.", "1.A", "*.A", "A.1.B", "A.[B==1].C", "A()", "A!", "A+"] {
        let refused = compare(text, Operator::Equal, Constant::Token("1"));
        assert_eq!(refused, Err(BuildPathError::NotComparable), "{text}");
    }
}

#[test]
fn an_expression_is_read_in_canonical_form() {
    let expression: SearchExpressionBuf = "[A  ==  \"5%\"  &&  B<1]".parse().unwrap();
    assert_eq!(expression.as_str(), "[A==\"5%25\"&&B<1]");
    assert_eq!(expression.as_expression(), SearchExpression::parse("[A==\"5%\" && B<1]").unwrap());
    assert_ne!(expression.as_expression(), SearchExpression::parse("[B<1&&A==\"5%\"]").unwrap());
}

#[test]
fn a_prefix_ends_where_a_segment_ends() {
    #[track_caller]
    fn starts(text: &str, prefix: &str, expected: bool) {
        assert_eq!(path(text).starts_with(path(prefix)), expected, "{text} {prefix}");
    }
    starts("Device.IP.Interface.1.Enable", "Device.", true);
    starts("Device.IP.Interface.1.Enable", "Device.IP.Interface.1", true);
    starts("Device.IP.Interface.1.Enable", "Device.IP.Interface.1.Enable", true);
    starts("Device.IP.", "Device.IP", true);
    starts("Device.IPsec.Enable", "Device.IP.", false);
    starts("Device.IP.Interface.10.", "Device.IP.Interface.1.", false);
    starts("Device.IP.", "Device.IP.Interface.", false);
    starts("Device.A.[B==\"%\"].C", "Device.A.[B == \"%25\"].", true);
    starts("Device.A.Ref#1+.C", "Device.A.Ref+.", true);
    starts("Device.Reboot()", "Device.Reboot", false);
}

#[test]
fn instance_identifiers_become_placeholders() {
    #[track_caller]
    fn supported(text: &str, expected: &str) {
        let path = path(text).to_supported().unwrap();
        assert_eq!(path.as_str(), expected);
        let read: SupportedPathBuf = expected.parse().unwrap();
        assert_eq!((&path, path.kind()), (&read, read.kind()));
    }
    supported("Device.", "Device.");
    supported("Device.IP.Interface.", "Device.IP.Interface.");
    supported("Device.IP.Interface.7", "Device.IP.Interface.{i}.");
    supported(
        "Device.IP.Interface.*.IPv4Address.[Enable==1].IPAddress",
        "Device.IP.Interface.{i}.IPv4Address.{i}.IPAddress",
    );
    supported("Device.IP.Interface.*.Reset()", "Device.IP.Interface.{i}.Reset()");
    supported("Device.Boot!", "Device.Boot!");
    assert_eq!(path("Device.NAT.PortMapping.1.Interface+.Name").to_supported(), None);
}

#[test]
fn placeholders_become_instance_numbers() {
    let table = SupportedPath::parse("Device.IP.Interface.{i}.IPv4Address.{i}").unwrap();
    let row = table.instantiate([number(3), number(40)]).unwrap();
    assert_eq!(
        (row.as_str(), row.kind()),
        ("Device.IP.Interface.3.IPv4Address.40.", PathKind::ObjectInstance)
    );
    assert_eq!(row.as_path(), path(row.as_str()));
    assert_eq!(row.as_path().to_supported(), Some(table.to_path_buf()));

    assert_eq!(table.instantiate([number(3)]), None);
    assert_eq!(table.instantiate([number(3); 3]), None);
    let parameter = SupportedPath::from_static("Device.IP.Interface.{i}.Enable");
    assert_eq!(parameter.instantiate([number(1)]).unwrap().kind(), PathKind::Parameter);
    assert_eq!(parameter.as_instantiated(), None);
    assert_eq!(SupportedPath::from_static("Device.Boot!").as_instantiated(), Some(path("Device.Boot!")));
}

#[test]
fn supported_paths_are_taken_apart_too() {
    let text = "Device.ProxiedDevice.2.Host.{i}.Reset()";
    let path = SupportedPath::parse(text).unwrap();
    let segments: Vec<_> = path.segments().collect();
    assert_eq!(
        segments,
        [
            SupportedSegment::Name("Device"),
            SupportedSegment::Name("ProxiedDevice"),
            SupportedSegment::Instance(number(2)),
            SupportedSegment::Name("Host"),
            SupportedSegment::Table,
            SupportedSegment::Command("Reset"),
        ],
    );
    assert!(path.has_instance_number());
    let table = path.parent().unwrap();
    assert_eq!((table.as_str(), table.kind()), ("Device.ProxiedDevice.2.Host.{i}.", PathKind::Object));
    assert_eq!(table.parent().map(|parent| parent.as_str()), Some("Device.ProxiedDevice.2.Host."));
    assert_eq!(SupportedPath::from_static("Device.").parent(), None);
    assert_eq!(SupportedPath::from_static("Device").parent(), None);
    assert!(path.starts_with(SupportedPath::from_static("Device.ProxiedDevice.2")));
    assert!(!path.starts_with(SupportedPath::from_static("Device.ProxiedDevice.{i}.")));
}

/// Checked by the compiler.
#[test]
fn constants_are_paths() {
    const OBJECT: Path<'static> = Path::from_static("Device.LocalAgent.Controller.1.");
    const EVENT: SupportedPath<'static> = SupportedPath::from_static("Device.LocalAgent.Periodic!");
    assert_eq!(OBJECT, path("Device.LocalAgent.Controller.1"));
    assert_eq!(OBJECT.kind(), PathKind::ObjectInstance);
    assert_eq!(EVENT.kind(), PathKind::Event);
}

#[test]
fn comparisons_are_those_of_the_canonical_text() {
    let lenient = path("Device.A.[B == 1]");
    let strict = path("Device.A.[B==1].");
    assert_eq!(lenient, strict);
    assert_eq!(lenient.to_path_buf(), strict);
    assert_ne!(path("Device.A"), path("Device.A."));

    let mut counts: HashMap<PathBuf, usize> = HashMap::new();
    for path in [lenient, strict, path("Device.A.*.")] {
        *counts.entry(path.into()).or_default() += 1;
    }
    assert_eq!(counts.get("Device.A.[B==1]."), Some(&2));
    assert_eq!(counts.get("Device.A.*."), Some(&1));

    let sorted: BTreeSet<Path<'_>> = [path("Device.B"), path("Device.A.2"), path("Device.A.10.")].into();
    let texts: Vec<_> = sorted.iter().map(Path::as_str).collect();
    assert_eq!(texts, ["Device.A.10.", "Device.A.2", "Device.B"]);
}

#[test]
fn printing_follows_the_width_that_is_asked_for() {
    assert_eq!(format!("{:>12}|", path("Device.A.1")), " Device.A.1.|");
    assert_eq!(format!("{:<10}|", PathBuf::device()), "Device.   |");
    assert_eq!(format!("{:?}", path("Device.A.1")), "Path(\"Device.A.1\")");
}
