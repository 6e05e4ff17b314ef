use super::*;
use crate::{PrimitiveType, TypedValue, Value, ValueErrorKind};
use alloc::string::ToString;
use alloc::vec::Vec;

const LEGACY: NestedBrackets = NestedBrackets::Legacy;
const PERMITTED: NestedBrackets = NestedBrackets::Permitted;
const REQUIRED: NestedBrackets = NestedBrackets::Required;

#[track_caller]
fn raw_items(text: &str, brackets: NestedBrackets, expected: &[&str]) {
    let items: Vec<&str> = ListItems::new(text, brackets).map(|item| item.as_str()).collect();
    assert_eq!(items, expected);
}

#[track_caller]
fn strings(text: &str, brackets: NestedBrackets) -> Value {
    PrimitiveType::String.parse_list(text, brackets).unwrap()
}

fn list<T: Into<Value>>(items: impl IntoIterator<Item = T>) -> Value {
    Value::List(items.into_iter().map(Into::into).collect())
}

#[track_caller]
fn refuses(ty: PrimitiveType, text: &str, brackets: NestedBrackets, message: &str) {
    let error = ty.parse_list(text, brackets).unwrap_err();
    assert_eq!(error.kind(), ValueErrorKind::WrongType);
    assert_eq!(error.to_string(), message);
}

#[test]
fn items_are_separated_by_commas_and_the_white_space_around_them() {
    raw_items("a,b,c", LEGACY, &["a", "b", "c"]);
    raw_items(" a ,\tb\r\n, c ", LEGACY, &["a", "b", "c"]);
    raw_items("a,,b", LEGACY, &["a", "", "b"]);
    raw_items("", LEGACY, &[]);
    raw_items(" \t ", LEGACY, &[]);
    raw_items("a", LEGACY, &["a"]);
}

/// TR-106 section 3.2.3: the three elements "a", "b,c" and "d".
/// [R-ENC.6]
#[test]
fn example_of_tr_106() {
    assert_eq!(strings("a,b%2Cc,d", LEGACY), list(["a", "b,c", "d"]));
    let nested = Value::List(alloc::vec!["a".into(), list(["b", "c"]), "d".into()]);
    assert_eq!(strings("a,[b,c],d", PERMITTED), nested);
    assert_eq!(strings("a,[b,c],d", REQUIRED).to_string(), "a,[b,c],d");
    assert_eq!(strings("a,[b,c],d", LEGACY), list(["a", "[b", "c]", "d"]));
}

#[test]
fn escapes_of_commas_and_white_space_are_decoded_and_written() {
    assert_eq!(strings("a%2cb,c%20d%09%0A%0D", LEGACY), list(["a,b", "c d\t\n\r"]));
    assert_eq!(list(["a,b", "c d\t\n\r"]).to_string(), "a%2Cb,c%20d%09%0A%0D");
}

#[test]
fn other_percent_sequences_are_text() {
    let uris = "http://h/a%2Fb,50%,%zz,%2,%C3%A9";
    assert_eq!(strings(uris, LEGACY), list(["http://h/a%2Fb", "50%", "%zz", "%2", "%C3%A9"]));
    assert_eq!(strings(uris, LEGACY).to_string(), uris);
}

#[test]
fn a_percent_sign_is_escaped_where_it_would_begin_an_escape() {
    assert_eq!(strings("%252C,%25", LEGACY), list(["%2C", "%"]));
    assert_eq!(list(["%2C", "%", "%25"]).to_string(), "%252C,%,%2525");
}

/// Published enumerations contain white space, so Controllers will send it.
#[test]
fn white_space_within_an_item_is_read_and_written_escaped() {
    let bands = strings("802.11 2.4 GHz,802.11 5 GHz", LEGACY);
    assert_eq!(bands, list(["802.11 2.4 GHz", "802.11 5 GHz"]));
    assert_eq!(bands.to_string(), "802.11%202.4%20GHz,802.11%205%20GHz");
}

#[test]
fn a_comma_behind_the_last_item_is_refused() {
    let message = r#""a,b," is not a valid list of string: a comma follows the last item"#;
    refuses(PrimitiveType::String, "a,b,", LEGACY, message);
    refuses(
        PrimitiveType::String,
        ", ",
        LEGACY,
        r#"", " is not a valid list of string: a comma follows the last item"#,
    );
}

#[test]
fn items_are_of_the_type() {
    assert_eq!(PrimitiveType::Int.parse_list("1, +2,-03", LEGACY), Ok(list([1, 2, -3])));
    refuses(
        PrimitiveType::Int,
        "1,x",
        LEGACY,
        "item 1 of the list: \"x\" is not a valid int: an integer is an optional sign and decimal digits",
    );
    let error = PrimitiveType::UnsignedInt.parse_list("4294967296", LEGACY).unwrap_err();
    assert_eq!((error.kind(), error.item()), (ValueErrorKind::OutOfRange, Some(0)));
}

#[test]
fn only_strings_have_escapes() {
    assert!(PrimitiveType::HexBinary.parse_list("%20", LEGACY).is_err());
    assert!(PrimitiveType::Int.parse_list("1%2C2", LEGACY).is_err());
}

#[test]
fn inner_lists_in_brackets() {
    let ints = |text| PrimitiveType::Int.parse_list(text, REQUIRED).unwrap();
    assert_eq!(ints("[1,2],[3]"), list([list([1, 2]), list([3])]));
    assert_eq!(ints("[1,2] , [ 3 , 4 ]").to_string(), "[1,2],[3,4]");
    assert_eq!(ints("[]"), list([list::<i32>([])]));
    assert_eq!(ints("[]").to_string(), "[]");
    assert_eq!(ints("[[1],[2,3]]").to_string(), "[[1],[2,3]]");
}

/// Device.Bridging.Bridge.{i}.Port.{i}.PCPEncoding is a list of strings that are lists.
#[test]
fn strings_with_commas_are_inner_lists_where_brackets_are() {
    let pcp = ["7,7,6", "5,5,4"];
    for text in ["[7,7,6],[5,5,4]", "7%2C7%2C6,5%2C5%2C4"] {
        let value = strings(text, REQUIRED);
        assert_eq!(value, list(pcp.map(|inner| list(inner.split(',')))));
        assert_eq!(value.to_string(), "[7,7,6],[5,5,4]");
        assert_eq!(Vec::<String>::from_value(&value).unwrap(), pcp);
        assert_eq!(Vec::<String>::from_value(&value).unwrap().to_value().with_inner_lists(), value);
    }
    let untouched = list(["b,", "a,[b", "c"]);
    assert_eq!(untouched.clone().with_inner_lists(), untouched);
    assert_eq!(strings(&untouched.to_string(), REQUIRED), untouched);
}

#[test]
fn brackets_are_escaped_within_brackets_and_nowhere_else() {
    let value = Value::List(alloc::vec![list(["a]", "[b", "%5B"]), "c[d]".into(), "%5B".into()]);
    assert_eq!(value.to_string(), "[a%5D,%5Bb,%255B],c[d],%5B");
    assert_eq!(strings(&value.to_string(), REQUIRED), value);
    assert_eq!(strings("[::1]:80,[::2]:80", LEGACY).to_string(), "[::1]:80,[::2]:80");
}

#[test]
fn brackets_without_counterpart_are_refused() {
    for text in ["[a,b", "[a]b", "[a],[b", "[[a]"] {
        let error = PrimitiveType::String.parse_list(text, REQUIRED).unwrap_err();
        assert_eq!(error.reason(), "a square bracket has no counterpart", "{text:?}");
    }
    assert_eq!(strings("a],b[c]", REQUIRED), list(["a]", "b[c]"]));
}

#[test]
fn nesting_is_limited() {
    let nested = |depth| "[".repeat(depth) + "1" + &"]".repeat(depth);
    let inner_lists = PrimitiveType::MAX_LIST_DEPTH - 1;
    assert!(PrimitiveType::Int.parse_list(&nested(inner_lists), REQUIRED).is_ok());
    let error = PrimitiveType::Int.parse_list(&nested(inner_lists + 1), REQUIRED).unwrap_err();
    assert_eq!(error.reason(), "its lists are nested too deeply");
    assert!(PrimitiveType::Int.parse_list(&nested(100_000), REQUIRED).is_err());
    assert!(PrimitiveType::Int.parse_list(&"[".repeat(100_000), REQUIRED).is_err());
}

#[test]
fn names_of_the_attribute() {
    for form in [LEGACY, PERMITTED, REQUIRED] {
        assert_eq!(form.as_str().parse(), Ok(form));
    }
    assert!("Required".parse::<NestedBrackets>().is_err());
}
