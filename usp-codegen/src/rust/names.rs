use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Terms in mixed case that are one word.
const ONE_WORD: &[&str] =
    &["eMBB", "GbE", "IoT", "IPsec", "MoCA", "PoE", "QoS", "UPnP", "VoIP", "WiFi", "ZigBee"];

/// Names of the standard library that generated types do not take, so that code beside them keeps its meaning, and
/// all that the generated module imports or defines under a name of its own.
const TAKEN_TYPES: &[&str] = &[
    "ArgumentReader",
    "ArgumentWriter",
    "AsMut",
    "AsRef",
    "Box",
    "Clone",
    "CommandCall",
    "Copy",
    "Debug",
    "Default",
    "Drop",
    "Eq",
    "Err",
    "FINGERPRINT",
    "Fault",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "Hash",
    "IMAGE",
    "Into",
    "Iterator",
    "NestedBrackets",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "PrimitiveType",
    "Result",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Vec",
];

/// Keywords that are field and function names with `r#` in front.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro",
    "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait",
    "true", "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Keywords that cannot have `r#` in front.
const STRICT_KEYWORDS: &[&str] = &["Self", "crate", "self", "super"];

/// The words of a TR-106 name, in lower case.
///
/// A word ends before a capital that follows a small letter or a digit, before the last of several capitals if a
/// small letter follows, and at every sign that is neither letter nor digit. A version belongs to its word (`IPv4`,
/// `DHCPv6`), a plural to its abbreviation (`SSIDs`), and a few terms in mixed case are one word (`WiFi`, `QoS`).
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    for part in name.split(|character: char| !is_letter_or_digit(character)) {
        let mut rest = part;
        while !rest.is_empty() {
            let length = word_length(rest);
            let (word, after) = rest.split_at(length);
            words.push(word.to_lowercase());
            rest = after;
        }
    }
    words
}

/// Whether names in Rust keep this character. What Unicode calls a letter or a number may stand in no identifier (`²`,
/// `Ⓐ`), so of all others only the letters of Western Europe are kept.
fn is_letter_or_digit(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, 'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ')
}

/// Length in bytes of the first word; at least one character.
fn word_length(text: &str) -> usize {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let small = |text: &str| text.find(|character: char| !character.is_lowercase()).unwrap_or(text.len());
    let tail = |from: usize| text.get(from..).unwrap_or_default();
    for term in ONE_WORD {
        if let Some(rest) = text.strip_prefix(term).filter(|rest| small(rest) == 0) {
            return term.len() + digits(rest);
        }
    }
    let capitals = text.find(|character: char| !character.is_uppercase()).unwrap_or(text.len());
    let rest = tail(capitals);
    let version = rest.strip_prefix('v').map_or(0, digits);
    if capitals > 0 && version > 0 {
        let end = capitals + 1 + version;
        return end + small(tail(end));
    }
    if capitals > 1 && rest.starts_with('s') && small(rest) == 1 {
        return capitals + 1;
    }
    if small(rest) > 0 {
        // The last of several capitals begins the next word.
        let (last, _) =
            text.get(..capitals).and_then(|text| text.char_indices().next_back()).unwrap_or((0, ' '));
        if last > 0 {
            return last;
        }
    }
    capitals + rest.find(char::is_uppercase).unwrap_or(rest.len())
}

/// `IPv4Address` -> `Ipv4Address`, `Device.IP.Interface.{i}.` -> `DeviceIpInterface`.
pub(super) fn camel_case(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    for word in words(&name.replace("{i}", "")) {
        let mut characters = word.chars();
        // Digits on both sides would run into each other.
        if camel.ends_with(|last: char| last.is_ascii_digit())
            && word.starts_with(|first: char| first.is_ascii_digit())
        {
            camel.push('_');
        }
        camel.extend(characters.next().into_iter().flat_map(char::to_uppercase));
        camel.push_str(characters.as_str());
    }
    camel
}

/// `IPv4Address` -> `ipv4_address`. Not yet a Rust name: see [`identifier`].
pub(super) fn snake_case(name: &str) -> String {
    words(name).join("_")
}

/// The name as Rust takes it for an item, a field or a function: `type` -> `r#type`, `3G` -> `_3G`, nothing -> `__`.
///
/// Whatever the text is, an identifier comes out.
pub(super) fn identifier(name: &str) -> String {
    let name: String =
        name.chars().filter(|character| is_letter_or_digit(*character) || *character == '_').collect();
    if STRICT_KEYWORDS.contains(&name.as_str()) {
        format!("{name}_")
    } else if KEYWORDS.contains(&name.as_str()) {
        format!("r#{name}")
    } else if matches!(name.as_str(), "" | "_") {
        "__".to_owned()
    } else if name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("_{name}")
    } else {
        name
    }
}

/// The name of the variant for a value of an enumeration.
pub(super) fn variant(value: &str) -> String {
    if value.is_empty() {
        return "Empty".to_owned();
    }
    let mut spelled = String::with_capacity(value.len());
    let mut after_word = false;
    let alone = !value.contains(is_letter_or_digit);
    for character in value.chars() {
        let sign = match character {
            '+' => Some("Plus"),
            '%' => Some("Percent"),
            '*' => Some("Asterisk"),
            '#' => Some("Hash"),
            '&' => Some("And"),
            '=' => Some("Equals"),
            '<' => Some("Less"),
            '>' => Some("Greater"),
            '!' => Some("Exclamation"),
            '?' => Some("Question"),
            '@' => Some("At"),
            '$' => Some("Dollar"),
            '~' => Some("Tilde"),
            '^' => Some("Caret"),
            '|' => Some("Bar"),
            '-' if alone || !after_word => Some("Minus"),
            '.' if alone => Some("Dot"),
            ',' if alone => Some("Comma"),
            '/' if alone => Some("Slash"),
            ':' if alone => Some("Colon"),
            '_' if alone => Some("Underscore"),
            ' ' if alone => Some("Space"),
            _ => None,
        };
        match sign {
            Some(sign) => {
                spelled.push(' ');
                spelled.push_str(sign);
                spelled.push(' ');
            }
            None => spelled.push(character),
        }
        after_word = is_letter_or_digit(character);
    }
    let camel = camel_case(&spelled);
    match camel.chars().next() {
        None => "Other".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("V{camel}"),
        Some(_) => identifier(&camel),
    }
}

/// Names that are used in one scope.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Each name with the number that the next one like it gets.
    taken: HashMap<String, usize>,
}

impl Names {
    /// The scope of a module, with the names that generated types leave to others.
    pub(super) fn of_types() -> Self {
        Self::with(TAKEN_TYPES.iter().copied())
    }

    /// The scope of an enumeration, whose values are in a constant.
    pub(super) fn of_variants() -> Self {
        Self::with(["ALL"])
    }

    /// A scope in which these identifiers are used already.
    pub(super) fn with<'a>(identifiers: impl IntoIterator<Item = &'a str>) -> Self {
        Self { taken: identifiers.into_iter().map(|name| (name.to_owned(), 2)).collect() }
    }

    /// Takes the first of the names that is free, as an [`identifier`], or makes the first of them so with a number.
    pub(super) fn take<const N: usize>(&mut self, candidates: [String; N]) -> String {
        let candidates = candidates.map(|candidate| identifier(&candidate));
        for candidate in &candidates {
            if let Entry::Vacant(free) = self.taken.entry(candidate.clone()) {
                free.insert(2);
                return candidate.clone();
            }
        }
        let first = candidates.into_iter().next().unwrap_or_default();
        let mut number = self.taken.get(&first).copied().unwrap_or(2);
        loop {
            let candidate = format!("{first}{number}");
            number += 1;
            if let Entry::Vacant(free) = self.taken.entry(candidate.clone()) {
                free.insert(2);
                self.taken.insert(first, number);
                return candidate;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_words(name: &str, expected: &str) {
        assert_eq!(words(name).join(" "), expected, "{name}");
    }

    #[test]
    fn names_part_into_words() {
        check_words("Interface", "interface");
        check_words("IPv4AddressNumberOfEntries", "ipv4 address number of entries");
        check_words("MACAddress", "mac address");
        check_words("DHCPv6", "dhcpv6");
        check_words("IPv6rd", "ipv6rd");
        check_words("IPPing", "ip ping");
        check_words("WiFi", "wifi");
        check_words("WiFi7APMLD", "wifi7 apmld");
        check_words("IPsec", "ipsec");
        check_words("QoSClass", "qos class");
        check_words("UPnP", "upnp");
        check_words("SSIDs", "ssids");
        check_words("BSSIDsSeen", "bssids seen");
        check_words("USPServices", "usp services");
        check_words("X_00256D_Foo-Bar", "x 00256 d foo bar");
        check_words("IEEE1905Device", "ieee1905 device");
        check_words("TR069Settings", "tr069 settings");
        check_words("802.11a", "802 11a");
        check_words("A", "a");
        check_words("", "");
    }

    #[test]
    fn names_take_the_case_of_rust() {
        assert_eq!(camel_case("IP.Interface.{i}.IPv4Address.{i}."), "IpInterfaceIpv4Address");
        assert_eq!(camel_case("802.11a"), "802_11a");
        assert_eq!(snake_case("IPv4AddressNumberOfEntries"), "ipv4_address_number_of_entries");
    }

    #[test]
    fn keywords_become_names() {
        for (name, expected) in [("type", "r#type"), ("self", "self_"), ("enable", "enable"), ("2g", "_2g")] {
            assert_eq!(identifier(name), expected);
        }
    }

    #[test]
    fn any_text_becomes_an_identifier() {
        for (name, expected) in [
            ("", "__"),
            ("_", "__"),
            ("Self", "Self_"),
            ("m²", "m"),
            ("a b\n", "ab"),
            ("½", "__"),
            ("É_1", "É_1"),
        ] {
            assert_eq!(identifier(name), expected);
        }
    }

    #[track_caller]
    fn check_variant(value: &str, expected: &str) {
        assert_eq!(variant(value), expected, "{value}");
    }

    #[test]
    fn every_value_names_a_variant() {
        check_variant("Error_Misconfigured", "ErrorMisconfigured");
        check_variant("UBR+", "UbrPlus");
        check_variant("Self", "Self_");
        check_variant("", "Empty");
        check_variant("3DES", "V3Des");
        check_variant("2.4GHz", "V2_4GHz");
        check_variant("3GPP-NAS", "V3GppNas");
        check_variant("%", "Percent");
        check_variant("-", "Minus");
        check_variant("*", "Asterisk");
        check_variant("-1", "Minus1");
        check_variant("a-b", "AB");
        check_variant("<Empty>", "LessEmptyGreater");
        check_variant("802.11a", "V802_11a");
        check_variant("sq-km", "SqKm");
        check_variant("…", "Other");
        check_variant("École", "École");
        check_variant("m²", "M");
        check_variant("½", "Other");
        check_variant("²-x", "MinusX");
    }

    #[test]
    fn a_name_is_taken_once() {
        let mut names = Names::of_types();
        let mut take = |name: &str| names.take([name.to_owned()]);
        assert_eq!([take("A"), take("A"), take("A"), take("Option")], ["A", "A2", "A3", "Option2"]);
        assert_eq!([take("3G"), take("_3G"), take("Self")], ["_3G", "_3G2", "Self_"]);
        assert_eq!(names.take(["A".to_owned(), "AEvent".to_owned()]), "AEvent");
    }
}
