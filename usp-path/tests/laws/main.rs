//! The laws, tried on paths that the grammar makes and on texts that it does not.

#![allow(clippy::panic, clippy::unwrap_used, reason = "helpers of tests")]

mod law;

use proptest::prelude::*;
use usp_path::{Constant, ExpressionComponent, Operator, QuotedStr, RelativePath, SearchExpressionBuf};

const NAME: &str = "[A-Za-z_][A-Za-z0-9_-]{0,6}";
const FOLLOW: &str = "\\+|#[1-9][0-9]{0,3}\\+|#\\*\\+";
const BLANK: &str = "[ \t]{0,2}";

/// `[…]`, with whitespace where it is tolerated.
fn expression() -> impl Strategy<Value = String> {
    let path = (NAME, prop::collection::vec((prop::option::weighted(0.2, FOLLOW), NAME), 0..3)).prop_map(
        |(first, rest)| {
            rest.into_iter()
                .fold(first, |path, (follow, name)| path + &follow.unwrap_or_default() + "." + &name)
        },
    );
    let operator = prop::sample::select(&Operator::ALL[..]);
    let constant =
        prop_oneof!["[A-Za-z0-9+:./_-][A-Za-z0-9+:./_=-]{0,6}", "\"[^\"]{0,8}\"", "\"(%22|%25|%|x){0,4}\""];
    let component =
        (path, BLANK, operator, BLANK, constant).prop_map(|(path, before, operator, after, constant)| {
            format!("{path}{before}{operator}{after}{constant}")
        });
    let more = prop::collection::vec((BLANK, BLANK, component.clone()), 0..3);
    (component, more).prop_map(|(first, more)| {
        let rest: String =
            more.into_iter().map(|(before, after, next)| format!("{before}&&{after}{next}")).collect();
        format!("[{first}{rest}]")
    })
}

/// A path by the grammar; `identifier` makes instance identifiers, `follow` what may stand behind a name.
fn path_with(
    identifier: BoxedStrategy<String>,
    follow: BoxedStrategy<String>,
) -> impl Strategy<Value = String> {
    let object = (NAME, prop::option::weighted(0.4, identifier.clone()), follow).prop_map(
        |(name, identifier, follow)| match identifier {
            Some(identifier) => format!("{name}.{identifier}."),
            None => format!("{name}{follow}."),
        },
    );
    let end = prop_oneof![
        Just(String::new()),
        NAME.prop_map(|name| name),
        NAME.prop_map(|name| name + "()"),
        NAME.prop_map(|name| name + "!"),
        (NAME, identifier).prop_map(|(name, identifier)| format!("{name}.{identifier}")),
    ];
    (NAME, prop::collection::vec(object, 0..5), end)
        .prop_map(|(root, objects, end)| format!("{root}.{}{end}", objects.concat()))
}

fn path() -> impl Strategy<Value = String> {
    let identifier = prop_oneof![
        (1..=u32::MAX).prop_map(|number| number.to_string()),
        Just("*".to_owned()),
        expression(),
    ];
    let follow = prop_oneof![3 => Just(String::new()).boxed(), 1 => FOLLOW.boxed()];
    path_with(identifier.boxed(), follow.boxed())
}

fn supported_path() -> impl Strategy<Value = String> {
    path_with(Just("{i}".to_owned()).boxed(), Just(String::new()).boxed())
}

/// A text, cut and with another character in it.
fn mutilated(text: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    (text, any::<prop::sample::Index>(), "[.\\[\\]\"&=<>!~*+#(){}0-9A-Z %|,'ö\\x00]{0,2}", any::<bool>())
        .prop_map(|(text, at, inserted, replace)| {
            let mut chars: Vec<char> = text.chars().collect();
            let at = at.index(chars.len());
            let replaced = if replace { inserted.chars().count().min(chars.len() - at) } else { 0 };
            chars.splice(at..at + replaced, inserted.chars());
            chars.into_iter().collect()
        })
}

proptest! {
    #[test]
    fn of_paths(text in path()) {
        prop_assert!(usp_path::Path::parse(&text).is_ok(), "{}", text);
        law::all(&text);
    }

    #[test]
    fn of_supported_paths(text in supported_path()) {
        prop_assert!(usp_path::SupportedPath::parse(&text).is_ok(), "{}", text);
        law::all(&text);
    }

    #[test]
    fn of_expressions(text in expression()) {
        prop_assert!(usp_path::SearchExpression::parse(&text).is_ok(), "{}", text);
        law::all(&text);
    }

    #[test]
    fn of_mutilated_paths(text in mutilated(path())) {
        law::all(&text);
    }

    #[test]
    fn of_mutilated_supported_paths(text in mutilated(supported_path())) {
        law::all(&text);
    }

    #[test]
    fn of_any_text(text in "\\PC{0,40}") {
        law::all(&text);
    }

    #[test]
    fn of_texts_made_of_signs(text in "[Aa1*.\\[\\]\"=<>~!&#+(){}i% -]{0,24}") {
        law::all(&text);
    }

    #[test]
    fn every_string_can_be_compared_with(text in any::<String>()) {
        let component = ExpressionComponent::new(
            RelativePath::parse("Name").unwrap(),
            Operator::Equal,
            Constant::text(&text),
        );
        let expression = SearchExpressionBuf::new([component.unwrap()]).unwrap();
        law::all(expression.as_str());
        let read = usp_path::SearchExpression::parse_with(expression.as_str(), &usp_path::Limits::UNLIMITED).unwrap();
        let Constant::Quoted(quoted) = read.components().next().unwrap().constant() else { panic!("no string") };
        prop_assert_eq!(quoted.decode(), text.as_str());
        prop_assert_eq!(quoted, QuotedStr::new(&text));
    }
}
