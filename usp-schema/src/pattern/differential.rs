//! The automata against the `regex` crate, and all published patterns.

extern crate std;

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::path::Path;

use proptest::prelude::*;

use super::{Pattern, PatternErrorKind, PatternRef};

/// A regular expression that both syntaxes can say.
#[derive(Clone, Debug)]
enum Expression {
    Character(char),
    Wildcard,
    Escape(char),
    Class { negative: bool, ranges: Vec<(char, char)>, escape: Option<char> },
    Concat(Vec<Self>),
    Alternate(Vec<Self>),
    Repeat(Box<Self>, usize, Option<usize>),
}

impl Expression {
    /// In the syntax of XML Schema.
    fn xml_schema(&self) -> String {
        self.write(
            &Self::xml_schema,
            |c| if r".\?*+(){}|[]-^".contains(c) { format!("\\{c}") } else { c.to_string() },
            "(",
            ".",
            |c| format!("\\{c}"),
        )
    }

    /// In the syntax of the `regex` crate.
    fn regex(&self) -> String {
        let class = |letter: char| {
            let members = match letter {
                'd' => "[0-9]",
                'D' => "[^0-9]",
                's' => r"[ \t\n\r]",
                'S' => r"[^ \t\n\r]",
                'w' => r"[$+0-9<-=>A-Z\^`a-z|~]",
                _ => r"[^$+0-9<-=>A-Z\^`a-z|~]",
            };
            members.to_string()
        };
        self.write(&Self::regex, |c| format!(r"\x{{{:x}}}", u32::from(c)), "(?:", r"[^\n\r]", class)
    }

    fn write(
        &self,
        inner: &dyn Fn(&Self) -> String,
        character: impl Fn(char) -> String,
        open: &str,
        wildcard: &str,
        escape: impl Fn(char) -> String,
    ) -> String {
        match self {
            Self::Character(c) => character(*c),
            Self::Wildcard => wildcard.to_string(),
            Self::Escape(letter) => escape(*letter),
            Self::Class { negative, ranges, escape: letter } => {
                let negative = if *negative { "^" } else { "" };
                let range =
                    |(a, b): &(char, char)| format!("{}-{}", character(*a.min(b)), character(*a.max(b)));
                let ranges: String = ranges.iter().map(range).collect();
                format!("[{negative}{ranges}{}]", letter.map(escape).unwrap_or_default())
            }
            Self::Concat(parts) => {
                parts.iter().map(|part| format!("{open}{})", inner(part))).collect::<Vec<_>>().concat()
            }
            Self::Alternate(parts) => parts.iter().map(inner).collect::<Vec<_>>().join("|"),
            Self::Repeat(part, min, max) => {
                let quantifier = match (min, max) {
                    (0, Some(1)) => "?".to_string(),
                    (0, None) => "*".to_string(),
                    (1, None) => "+".to_string(),
                    (min, None) => format!("{{{min},}}"),
                    (min, Some(max)) if min == max => format!("{{{min}}}"),
                    (min, Some(max)) => format!("{{{min},{max}}}"),
                };
                format!("{open}{}){quantifier}", inner(part))
            }
        }
    }
}

/// Few characters, so that texts match now and then.
fn character() -> impl Strategy<Value = char> {
    prop_oneof![
        8 => prop::sample::select(&['a', 'b', 'c'][..]),
        1 => prop::sample::select("09-^][\\._~ \né\u{10ffff}".chars().collect::<Vec<_>>()),
    ]
}

fn expression() -> impl Strategy<Value = Expression> {
    let letter = || prop::sample::select(&['d', 'D', 's', 'S', 'w', 'W'][..]);
    let class = (
        any::<bool>(),
        prop::collection::vec((character(), character()), 1..4),
        prop::option::weighted(0.2, letter()),
    );
    let leaf = prop_oneof![
        6 => character().prop_map(Expression::Character),
        1 => Just(Expression::Wildcard),
        1 => letter().prop_map(Expression::Escape),
        2 => class.prop_map(|(negative, ranges, escape)| Expression::Class { negative, ranges, escape }),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let parts = |inner: BoxedStrategy<Expression>, min| prop::collection::vec(inner, min..4);
        prop_oneof![
            parts(inner.clone(), 0).prop_map(Expression::Concat),
            parts(inner.clone(), 1).prop_map(Expression::Alternate),
            (inner, 0_usize..4, prop::option::of(0_usize..3)).prop_map(|(part, min, more)| {
                Expression::Repeat(Box::new(part), min, more.map(|more| min + more))
            }),
        ]
    })
}

fn text() -> impl Strategy<Value = String> {
    prop::collection::vec(character(), 0..8).prop_map(|characters| characters.into_iter().collect())
}

/// Scraps of syntax in any order.
fn nearly_a_pattern() -> impl Strategy<Value = String> {
    r"([ab0^$ ,é]|[\\.?*+(){}|\[\]-]|\{[0-9]{0,3},?[0-9]{0,3}\}|\[\^?|\\[a-zA-Z])*"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn agrees_with_the_regex_crate(expression in expression(), texts in prop::collection::vec(text(), 8)) {
        let source = expression.xml_schema();
        let pattern = match Pattern::compile(&source) {
            Ok(pattern) => pattern,
            Err(error) => {
                prop_assert_eq!(error.kind(), PatternErrorKind::TooLarge, "{}: {}", source, error);
                return Ok(());
            }
        };
        let regex = regex::Regex::new(&format!(r"\A(?:{})\z", expression.regex()));
        let regex = regex.map_err(|error| TestCaseError::fail(error.to_string()))?;
        for text in &texts {
            prop_assert_eq!(pattern.is_match(text), regex.is_match(text), "{:?} and {:?}", source, text);
        }
        let loaded = PatternRef::from_bytes(pattern.as_bytes()).unwrap();
        prop_assert_eq!(loaded, pattern.as_pattern_ref());
    }

    #[test]
    fn no_source_is_too_strange(source in nearly_a_pattern(), text in any::<String>()) {
        match Pattern::compile(&source) {
            Ok(pattern) => { pattern.is_match(&text); }
            Err(error) => prop_assert!(error.offset() <= source.len()),
        }
    }

    #[test]
    fn no_bytes_are_too_strange(
        bytes in prop::collection::vec(any::<u8>(), 0..64),
        small in prop::collection::vec(0_u8..4, 6..40),
        text in any::<String>(),
    ) {
        for bytes in [bytes, small] {
            if let Ok(pattern) = PatternRef::from_bytes(&bytes) {
                pattern.is_match(&text);
            }
        }
    }
}

/// Compiles every pattern of the published data models and compares it with the `regex` crate on
/// the texts that the patterns themselves suggest.
#[test]
fn published_patterns_compile() {
    let Some(models) = std::env::var_os("USP_MODELS") else {
        std::eprintln!("SKIPPED published_patterns_compile: USP_MODELS names no folder with data models");
        return;
    };
    let sources: BTreeSet<String> = std::fs::read_dir(Path::new(&models))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "xml"))
        .flat_map(|path| pattern_facets(&std::fs::read_to_string(path).unwrap()))
        .collect();
    assert!(sources.len() >= 30, "only {} patterns found", sources.len());
    let texts = [
        "",
        "0",
        "5",
        "63",
        "64",
        "99",
        "5:7",
        ":3",
        "23:59",
        "24:00",
        "1.2.3",
        "7/30",
        "2.0",
        "1234",
        "12345678",
        "AB12CD",
        "00:1A:2B:3C:4D:5E",
        "00:1A:2B:3C:4D:5E:6F:70",
        "192.168.1.254",
        "256.1.1.1",
        "10.0.0.0/8",
        "/24",
        "urn:isbn:0451450523",
        "urn::x",
        "X_VENDOR",
        "US ",
        "USI",
        "SIP/2.0",
        "H.323",
        "Null",
        "YYYYMMDD.HHMMSS",
        "123456789012345",
        "10K",
        "550e8400-e29b-41d4-a716-446655440000",
        "0,1,2,3,4,5,6,7,0,1,2,3,4,5,6,7",
    ];
    for source in &sources {
        let pattern = Pattern::compile(source).unwrap_or_else(|error| panic!("{source:?}: {error}"));
        // None of these patterns uses anything that the two syntaxes read differently but \d.
        let regex = regex::Regex::new(&format!(r"\A(?:{})\z", source.replace(r"\d", "[0-9]"))).unwrap();
        for text in texts.iter().copied().chain(sources.iter().map(String::as_str)) {
            assert_eq!(pattern.is_match(text), regex.is_match(text), "{source:?} and {text:?}");
        }
    }
}

/// The values of all `<pattern value="…">`.
fn pattern_facets(xml: &str) -> Vec<String> {
    let value = |element: &str| {
        let (_, value) = element.split_once("value=\"")?;
        let (value, _) = value.split_once('"')?;
        Some(value.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&"))
    };
    xml.split("<pattern").skip(1).filter_map(value).collect()
}
