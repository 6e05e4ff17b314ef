//! The path examples of TR-369 1.4, by the section in which they stand, valid and invalid: those of the chapter
//! "Architecture", and behind them those of the messages and of the annexes on bulk data, proxied devices and brokers.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

use usp_path::{Constant, Follow, Operator, Path, PathKind, RelativePath, Segment, SupportedPath};

#[track_caller]
fn parsed(text: &str) -> Path<'_> {
    Path::parse(text).unwrap_or_else(|error| panic!("{}", error.render(text)))
}

/// `text` is a path of that kind and is printed as it stands.
#[track_caller]
fn address(text: &str, kind: PathKind) {
    let path = parsed(text);
    assert_eq!((path.kind(), path.is_search()), (kind, false), "{text}");
    assert_eq!(path.to_string(), text);
}

#[track_caller]
fn search(text: &str, kind: PathKind) {
    let path = parsed(text);
    assert_eq!((path.kind(), path.is_search()), (kind, true), "{text}");
    assert_eq!(path.to_string(), text);
}

/// The comparisons of the expression at segment `position`, as path, operator and constant.
#[track_caller]
fn comparisons(text: &str, position: usize) -> Vec<(String, Operator, Constant<'_>)> {
    let Some(Segment::Expression(expression)) = parsed(text).segments().nth(position) else {
        panic!("no expression at {position} in {text}");
    };
    expression
        .components()
        .map(|component| (component.path().to_string(), component.operator(), component.constant()))
        .collect()
}

#[track_caller]
fn refused(text: &str, description: &str) {
    assert_eq!(Path::parse(text).unwrap_err().description(), description, "{text}");
}

/// `[R-ARC.7]`
#[test]
fn path_names() {
    let text = r#"Device.IP.Interface.[Name=="eth0"].IPv4Address.[Status=="Enabled"].IPAddress"#;
    search(text, PathKind::Parameter);
    assert_eq!(comparisons(text, 3), [("Name".into(), Operator::Equal, Constant::text("eth0"))]);
    assert_eq!(comparisons(text, 5), [("Status".into(), Operator::Equal, Constant::text("Enabled"))]);
}

#[test]
fn relative_paths() {
    let radio = parsed("Device.WiFi.Radio.1.");
    for (relative, kind) in [
        ("Status", PathKind::Parameter),
        ("SupportedStandards", PathKind::Parameter),
        ("OperatingStandards", PathKind::Parameter),
        ("Stats.BytesSent", PathKind::Parameter),
        ("Stats.BytesReceived", PathKind::Parameter),
        ("Stats.", PathKind::Object),
    ] {
        let joined = radio.join(RelativePath::parse(relative).unwrap()).unwrap();
        assert_eq!(joined.as_str(), format!("Device.WiFi.Radio.1.{relative}"));
        assert_eq!(joined.kind(), kind);
        assert_eq!(joined.as_path(), parsed(joined.as_str()));
    }
}

/// `[R-ARC.7]`
#[test]
fn addressing_by_instance_number() {
    let path = parsed("Device.IP.Interface.3");
    assert_eq!(path.kind(), PathKind::ObjectInstance);
    assert_eq!(path.as_str(), "Device.IP.Interface.3");
    assert_eq!(path.to_string(), "Device.IP.Interface.3.");
}

/// `[R-ARC.7]`
#[test]
fn addressing_by_unique_key() {
    assert_eq!(
        parsed(r#"Device.IP.Interface.[Name=="eth0"]"#).to_string(),
        r#"Device.IP.Interface.[Name=="eth0"]."#,
    );
    assert_eq!(
        parsed(r#"Device.IP.Interface.[Alias=="WAN"]"#).to_string(),
        r#"Device.IP.Interface.[Alias=="WAN"]."#,
    );

    let text = r#"Device.NAT.PortMapping.[RemoteHost==""&&ExternalPort==0&&Protocol=="TCP"]."#;
    search(text, PathKind::ObjectInstance);
    assert_eq!(
        comparisons(text, 3),
        [
            ("RemoteHost".into(), Operator::Equal, Constant::text("")),
            ("ExternalPort".into(), Operator::Equal, Constant::Token("0")),
            ("Protocol".into(), Operator::Equal, Constant::text("TCP")),
        ],
    );
}

/// `[R-ARC.7]`
#[test]
fn valid_searches() {
    search(r#"Device.IP.Interface.[Type=="Normal"].Status"#, PathKind::Parameter);
    search(
        r#"Device.IP.Interface.[Type=="Normal"].IPv4Address.[AddressingType=="Static"].IPAddress"#,
        PathKind::Parameter,
    );

    let text = r#"Device.IP.Interface.[Type=="Normal"&&Stats.ErrorsSent>0].IPv4Address.[AddressingType=="Static"].IPAddress"#;
    search(text, PathKind::Parameter);
    assert_eq!(
        comparisons(text, 3),
        [
            ("Type".into(), Operator::Equal, Constant::text("Normal")),
            ("Stats.ErrorsSent".into(), Operator::Greater, Constant::Token("0")),
        ],
    );

    for (text, position, name, operator, constant) in [
        ("Device.DSL.Line.[Enable==true].CurrentProfile", 3, "Enable", Operator::Equal, "true"),
        ("Device.DSL.Line.[Enable==1].CurrentProfile", 3, "Enable", Operator::Equal, "1"),
        (
            "Device.IP.Interface.*.IPv6Address.[ValidLifetime<2021-06-06T08:00:00Z].IPAddress",
            5,
            "ValidLifetime",
            Operator::Less,
            "2021-06-06T08:00:00Z",
        ),
        ("Device.USB.USBHosts.Host.*.Device.[DeviceClass==08].", 6, "DeviceClass", Operator::Equal, "08"),
        (
            "Device.PeriodicStatistics.SampleSet.[SampleSeconds~=5].",
            3,
            "SampleSeconds",
            Operator::Contains,
            "5",
        ),
    ] {
        assert!(parsed(text).is_search());
        assert_eq!(parsed(text).to_string(), text);
        assert_eq!(comparisons(text, position), [(name.into(), operator, Constant::Token(constant))]);
    }

    let text = r#"Device.PCP.Client.*.Server.[Capabilities~="IPv6Firewall"]."#;
    search(text, PathKind::ObjectInstance);
    assert_eq!(
        comparisons(text, 5),
        [("Capabilities".into(), Operator::Contains, Constant::text("IPv6Firewall"))],
    );
}

#[test]
fn searches_that_are_not_valid() {
    refused("Device.IP.Interface.[].", "the Search Expression is empty");
    refused(
        r#"Device.IP.Interface.[Type=="Normal"&&IPv4Address.*.AddressingType=="Static"].Status"#,
        "a comparison enters a child table",
    );
    refused(r#"Device.IP.Interface.{Type=="Normal"}.Status"#, "curly brackets in a path");
    // Comparing a boolean with a string is a fault that only the schema can see; the text is well formed.
    search(r#"Device.DSL.Line.[Enable=="true"].CurrentProfile"#, PathKind::Parameter);
}

#[test]
fn literal_values_of_any_spelling_are_kept() {
    for constant in
        ["123", "+123", "0123", "-7", "true", "1.5", "2021-06-06T08:00:00.5+01:00", "QUJD/+==", "fe80::1"]
    {
        let text = format!("Device.X.[Y=={constant}].");
        assert_eq!(comparisons(&text, 2), [("Y".into(), Operator::Equal, Constant::Token(constant))]);
        assert_eq!(parsed(&text).to_string(), text);
    }
}

#[test]
fn quotes_and_percent_signs_in_strings() {
    let text = r#"Device.X.[Y=="100%25 %22pure%22"]."#;
    assert_eq!(comparisons(text, 2), [("Y".into(), Operator::Equal, Constant::text(r#"100% "pure""#))]);
    assert_eq!(parsed(text).to_string(), text);
}

#[test]
fn strings_hold_what_would_end_a_path() {
    let text = r#"Device.X.[Y=="a].b&&[c]=={i}||()! +"&&Z=="]."].W"#;
    let segments: Vec<_> = parsed(text).segments().collect();
    assert_eq!(segments.len(), 4);
    assert_eq!(
        comparisons(text, 2),
        [
            ("Y".into(), Operator::Equal, Constant::text("a].b&&[c]=={i}||()! +")),
            ("Z".into(), Operator::Equal, Constant::text("].")),
        ],
    );
    assert_eq!(parsed(text).to_string(), text);
}

/// `[R-ARC.9a]` tolerated, `[R-ARC.9b]` not sent.
#[test]
fn r_arc_9a_9b_whitespace_round_operators() {
    let strict = parsed(r#"Device.IP.Interface.[Type=="Normal"]."#);
    let lenient = parsed(r#"Device.IP.Interface.[Type == "Normal"]."#);
    assert_eq!(lenient, strict);
    assert_eq!(lenient.to_string(), strict.as_str());
    assert_eq!(lenient.as_str(), r#"Device.IP.Interface.[Type == "Normal"]."#);

    assert_eq!(
        parsed("Device.A.[B \t!=  1  &&\tC~= \"x y\" && D  <=+5].E").to_string(),
        "Device.A.[B!=1&&C~=\"x y\"&&D<=+5].E",
    );
}

/// `[R-ARC.7]`
#[test]
fn searching_by_wildcard() {
    search("Device.IP.Interface.*.", PathKind::ObjectInstance);
    search("Device.IP.Interface.*.Type", PathKind::Parameter);
    assert_eq!(parsed("Device.IP.Interface.*.Type").segments().nth(3), Some(Segment::Wildcard));
}

#[test]
fn reference_following() {
    address("Device.NAT.PortMapping.1.Interface+.Name", PathKind::Parameter);
    let followed: Vec<_> = parsed("Device.NAT.PortMapping.1.Interface+.Name").segments().skip(4).collect();
    assert_eq!(followed, [Segment::Name("Interface"), Segment::Follow(Follow::FIRST), Segment::Name("Name")]);

    // What follows the reference may be left out.
    address("Device.NAT.PortMapping.1.Interface+.", PathKind::Object);
    assert_eq!(
        parsed("Device.NAT.PortMapping.1.Interface+").to_string(),
        "Device.NAT.PortMapping.1.Interface+.",
    );
}

/// `[R-ARC.11]`: a reference may be written with a key, and without the final dot.
#[test]
fn r_arc_11_reference_values() {
    for text in ["Object.FooObject.5", r#"Object.FooObject.[KeyParam=="KeyValueForInstance5"]"#] {
        assert_eq!(parsed(text).kind(), PathKind::ObjectInstance);
        assert_eq!(parsed(text).to_string(), format!("{text}."));
    }
}

#[test]
fn list_of_references() {
    address("Device.WiFi.SSID.1.LowerLayers#2+.Name", PathKind::Parameter);
    search("Device.WiFi.SSID.1.LowerLayers#*+.Name", PathKind::Parameter);

    // `+` and `#1+` mean the same.
    let short = parsed("Device.WiFi.SSID.1.LowerLayers+.Name");
    let long = parsed("Device.WiFi.SSID.1.LowerLayers#1+.Name");
    assert_eq!(long, short);
    assert_eq!(long.to_string(), short.as_str());
}

#[test]
fn search_expressions_and_reference_following() {
    let text = r#"Device.WiFi.AccessPoint.[SSIDReference+.SSID=="MyHome"].AssociatedDevice.[OperatingStandard=="ac"].SignalStrength"#;
    search(text, PathKind::Parameter);
    assert_eq!(
        comparisons(text, 3),
        [("SSIDReference+.SSID".into(), Operator::Equal, Constant::text("MyHome"))],
    );

    let Some(Segment::Expression(expression)) = parsed(text).segments().nth(3) else { panic!("{text}") };
    let component = expression.components().next().unwrap();
    let steps: Vec<_> = component.path().segments().collect();
    assert_eq!(
        steps,
        [Segment::Name("SSIDReference"), Segment::Follow(Follow::FIRST), Segment::Name("SSID")],
    );
}

#[test]
fn operations_and_command_path_names() {
    let text = r#"Device.IP.Interface.[Name=="eth0"].Reset()"#;
    search(text, PathKind::Command);
    assert_eq!(parsed(text).segments().last(), Some(Segment::Command("Reset")));
}

#[test]
fn event_path_names() {
    address("Device.Boot!", PathKind::Event);
    assert_eq!(parsed("Device.Boot!").segments().last(), Some(Segment::Event("Boot")));
}

#[test]
fn supported_data_model_paths() {
    for (text, kind) in [
        ("Device.", PathKind::Object),
        ("Device.IP.Interface.{i}.", PathKind::Object),
        ("Device.IP.Interface.", PathKind::Object),
        ("Device.IP.Interface.{i}.IPv4Address.{i}.IPAddress", PathKind::Parameter),
        ("Device.ProxiedDevice.1.Host.{i}.", PathKind::Object),
        ("Device.ProxiedDevice.1.", PathKind::ObjectInstance),
        ("Device.IP.Interface.{i}.Reset()", PathKind::Command),
        ("Device.Boot!", PathKind::Event),
    ] {
        let path = SupportedPath::parse(text).unwrap();
        assert_eq!(path.kind(), kind, "{text}");
        assert_eq!(path.to_string(), text);
    }
    assert_eq!(
        SupportedPath::parse("Device.IP.Interface.{i}").unwrap().to_string(),
        "Device.IP.Interface.{i}."
    );
}

/// T11: final dots that the official test cases leave out.
#[test]
fn t11_missing_final_dots() {
    for (text, kind, printed) in [
        (
            "Device.LocalAgent.Controller.1.BootParameter.1",
            PathKind::ObjectInstance,
            "Device.LocalAgent.Controller.1.BootParameter.1.",
        ),
        (
            "Device.LocalAgent.Controller.1.BootParameter",
            PathKind::Parameter,
            "Device.LocalAgent.Controller.1.BootParameter",
        ),
        ("Device.DeviceInfo", PathKind::Parameter, "Device.DeviceInfo"),
        ("Device", PathKind::Object, "Device."),
        ("Device.IP.Interface.*", PathKind::ObjectInstance, "Device.IP.Interface.*."),
    ] {
        let path = parsed(text);
        assert!(!path.has_trailing_dot());
        assert_eq!((path.kind(), path.to_string().as_str()), (kind, printed));
        assert!(path.expect_kind(kind).is_ok());
    }
}

#[test]
fn add_and_set_messages() {
    for text in ["Device.WiFi.SSID.", "Device.LocalAgent.Controller.", "Device.DeviceInfo."] {
        address(text, PathKind::Object);
    }
    address("Device.LocalAgent.Controller.3.", PathKind::ObjectInstance);
    for setting in ["LowerLayers", "EndpointID", "FriendlyName"] {
        assert_eq!(RelativePath::parse(setting).unwrap().kind(), PathKind::Parameter);
    }
}

#[test]
fn delete_message() {
    let text = r#"Device.LocalAgent.Controller.[EndpointID=="controller-temp"]."#;
    search(text, PathKind::ObjectInstance);
    assert_eq!(
        comparisons(text, 3),
        [("EndpointID".into(), Operator::Equal, Constant::text("controller-temp"))],
    );
    address("Device.LocalAgent.Controller.31185.", PathKind::ObjectInstance);
}

#[test]
fn get_message() {
    let text = r#"Device.WiFi.SSID.[SSID=="HomeNetwork"&&BSSID=="00:11:22:33:44:55"]."#;
    search(text, PathKind::ObjectInstance);
    assert_eq!(
        comparisons(text, 3),
        [
            ("SSID".into(), Operator::Equal, Constant::text("HomeNetwork")),
            ("BSSID".into(), Operator::Equal, Constant::text("00:11:22:33:44:55")),
        ],
    );
    search(&format!("{text}Status"), PathKind::Parameter);
    search("Device.WiFi.SSID.*.Status", PathKind::Parameter);
    search(r#"Device.LocalAgent.MTP.[Alias=="WS-MTP1"]."#, PathKind::ObjectInstance);
    search(
        r#"Device.LocalAgent.Subscription.[ID=="boot-1"&&Recipient=="Device.LocalAgent.Controller.1"].Enable"#,
        PathKind::Parameter,
    );
    address("Device.LocalAgent.MTP.5156.WebSocket.", PathKind::Object);
}

#[test]
fn get_instances_message() {
    let row = parsed("Device.WiFi.AccessPoint.1.AssociatedDevice.1.");
    assert_eq!(row.kind(), PathKind::ObjectInstance);
    assert_eq!(row.parent().unwrap().as_str(), "Device.WiFi.AccessPoint.1.AssociatedDevice.");
    assert!(row.starts_with(parsed("Device.WiFi.AccessPoint.")));
    assert_eq!(row.to_supported().unwrap().as_str(), "Device.WiFi.AccessPoint.{i}.AssociatedDevice.{i}.");
}

#[test]
fn get_supported_dm_message() {
    // With and without the final `{i}.`, and for the model below one row.
    for text in [
        "Device.WiFi.AccessPoint.{i}.AssociatedDevice.{i}.",
        "Device.WiFi.AccessPoint.{i}.AssociatedDevice.",
        "Device.WiFi.AccessPoint.1.AssociatedDevice.",
    ] {
        let path = SupportedPath::parse(text).unwrap();
        assert_eq!((path.kind(), path.to_string().as_str()), (PathKind::Object, text));
    }
    // One example of an answer leaves out the final dot of an object.
    assert_eq!(SupportedPath::parse("Device.WiFi.Radio.{i}.Stats").unwrap().kind(), PathKind::Parameter);
    assert_eq!(
        RelativePath::parse("NeighboringWiFiDiagnostic()").unwrap().segments().collect::<Vec<_>>(),
        [Segment::Command("NeighboringWiFiDiagnostic")],
    );
    // The name of an argument that an instance of the command sent.
    assert_eq!(RelativePath::parse("Result.1.Radio").unwrap().kind(), PathKind::Parameter);
}

#[test]
fn notify_message() {
    let device = parsed("Device.");
    let event = device.join(RelativePath::parse("Boot!").unwrap()).unwrap();
    assert_eq!((event.as_str(), event.kind()), ("Device.Boot!", PathKind::Event));
    assert_eq!(event.as_path().parent(), Some(device));
    address("Device.DeviceInfo.FriendlyName", PathKind::Parameter);
}

#[test]
fn operate_message() {
    let text = r#"Device.LocalAgent.Controller.[EndpointID=="controller"].SendOnBoardRequest()"#;
    search(text, PathKind::Command);
    assert_eq!(comparisons(text, 3), [("EndpointID".into(), Operator::Equal, Constant::text("controller"))]);
    address("Device.LocalAgent.Controller.1.SendOnBoardRequest()", PathKind::Command);
    address("Device.LocalAgent.Controller.1.Enable", PathKind::Parameter);
    let cancel = SupportedPath::parse("Device.LocalAgent.Request.{i}.Cancel()").unwrap();
    assert_eq!(cancel.kind(), PathKind::Command);
    // The names of arguments, relative to the command or event.
    for argument in ["CommandKey", "Parameter.1.Path", "Parameter.1.Value"] {
        assert_eq!(RelativePath::parse(argument).unwrap().kind(), PathKind::Parameter, "{argument}");
    }
}

#[test]
fn http_bulk_data_collection() {
    address("Device.Time.CurrentLocalTime", PathKind::Parameter);
    address("Device.MoCA.Interface.1.Stats.BroadPktSent", PathKind::Parameter);
    address("Device.WiFi.AccessPoint.1.AssociatedDevice.10.Stats.", PathKind::Object);
    search("Device.MoCA.Interface.*.Stats.BroadPktSent", PathKind::Parameter);
    search("Device.MoCA.Interface.*.Stats.", PathKind::Object);
    search("Device.WiFi.AccessPoint.*.AssociatedDevice.*.Stats.", PathKind::Object);
    let text = "Device.WiFi.AccessPoint.*.AssociatedDevice.*.Stats.BytesSent";
    search(text, PathKind::Parameter);
    let wildcards = parsed(text).segments().filter(|segment| *segment == Segment::Wildcard);
    assert_eq!(wildcards.count(), 2);
    let supported = "Device.BulkData.Profile.{i}.HTTP.RetryMinimumWaitInterval";
    assert_eq!(SupportedPath::parse(supported).unwrap().kind(), PathKind::Parameter);
    // Paths in the annex that leave out the root are relative ones, without their first dot.
    let relative = RelativePath::parse("BulkData.Profile.1.HTTP.RequestURIParameter.1.Reference").unwrap();
    assert_eq!(relative.kind(), PathKind::Parameter);
    refused(".BulkData.Profile.1.Enable", "the path begins with a dot");
}

#[test]
fn proxied_devices_and_brokers() {
    address("Device.ProxiedDevice.1.Wifi.Radio.", PathKind::Object);
    // Without its dot, what could be a parameter is taken for one; the schema knows better (T11).
    address("Device.ProxiedDevice.1.Wifi.Radio", PathKind::Parameter);
    for text in ["LocalAgent.Controller.2.MTP.1.UDS.USPServiceRef", "USPService.1.DataModelPaths"] {
        assert_eq!(RelativePath::parse(text).unwrap().kind(), PathKind::Parameter, "{text}");
    }
    assert_eq!(
        RelativePath::parse("SoftwareModules.DeploymentUnit.1").unwrap().kind(),
        PathKind::ObjectInstance
    );
}

#[test]
fn targets_of_roles_and_iot_capabilities() {
    address("Device.LocalAgent.", PathKind::Object);
    address("Device.LocalAgent.Controller.", PathKind::Object);
    address("Device.LocalAgent.Controller.1.AssignedRole", PathKind::Parameter);
    address("Device.IoTCapability.", PathKind::Object);
    for text in ["Device.ProxiedDevice.{i}.Node.", "Device.LocalAgent.Controller.{i}.AddMyCertificate()"] {
        assert_eq!(SupportedPath::parse(text).unwrap().to_string(), text);
    }
    for text in ["IoTCapability.1.BinarySensor.Sensitivity", "IoTCapability.1.Class"] {
        assert_eq!(RelativePath::parse(text).unwrap().kind(), PathKind::Parameter, "{text}");
    }
    // The standard writes the list of roles with a blank inside of each; what is meant has none.
    address("Device.LocalAgent.ControllerTrust.Role.3.", PathKind::ObjectInstance);
    refused("Device.LocalAgent. ControllerTrust.Role.3.", "whitespace in a path");
}
