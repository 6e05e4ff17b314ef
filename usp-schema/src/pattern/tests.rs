use super::*;
use alloc::format;
use alloc::string::{String, ToString};

#[track_caller]
fn matches(pattern: &str, matching: &[&str], others: &[&str]) {
    let pattern = Pattern::compile(pattern).unwrap();
    for text in matching {
        assert!(pattern.is_match(text), "{text:?} ought to match");
    }
    for text in others {
        assert!(!pattern.is_match(text), "{text:?} ought not to match");
    }
}

#[track_caller]
fn refuses(pattern: &str, kind: PatternErrorKind, offset: usize, reason: &str) {
    let error = Pattern::compile(pattern).unwrap_err();
    assert_eq!((error.kind(), error.offset(), error.reason()), (kind, offset, reason));
}

#[test]
fn empty_pattern_is_the_empty_text() {
    matches("", &[""], &["a", " "]);
    matches("()", &[""], &["a"]);
    matches("a|", &["a", ""], &["aa"]);
    matches("(|)(||a)", &["a", ""], &["aa"]);
    matches("a{0}", &[""], &["a"]);
    matches("(){7}", &[""], &["a"]);
}

#[test]
fn patterns_are_anchored_and_circumflex_and_dollar_are_characters() {
    matches("abc", &["abc"], &["", "ab", "abcd", "xabc", "abc\n"]);
    matches("^a$", &["^a$"], &["a"]);
}

#[test]
fn alternatives_and_groups() {
    matches("ab|c", &["ab", "c"], &["abc", "ac", "b", ""]);
    matches("a(b|c)d", &["abd", "acd"], &["ad", "abcd"]);
    matches("(a|ab)(c|bcd)", &["ac", "abc", "abcd", "abbcd"], &["a", "abb"]);
}

#[test]
fn repetitions() {
    matches("a?b", &["b", "ab"], &["aab", "a"]);
    matches("a*", &["", "a", "aaaa"], &["b", "aab"]);
    matches("(ab)+", &["ab", "abab"], &["", "aba"]);
    matches("a{3}", &["aaa"], &["aa", "aaaa"]);
    matches("a{2,}", &["aa", "aaaaaa"], &["", "a"]);
    matches("a{0,2}", &["", "a", "aa"], &["aaa"]);
    matches("(a?b?){2}", &["", "a", "ab", "ba", "abab", "aa"], &["bba", "ababa"]);
    matches("(a*)*", &["", "aaa"], &["b"]);
    matches("(a*){3,}b", &["b", "aab"], &["a"]);
    matches("(a{2}){2,3}", &["aaaa", "aaaaaa"], &["aa", "aaaaa", "aaaaaaaa"]);
}

#[test]
fn a_lazy_quantifier_is_read_as_a_greedy_one() {
    matches("([0-9]{1,15}?[BKMGT])", &["5G", "123456789012345T"], &["G", "1234567890123456T", "5"]);
    matches("a??b+?", &["b", "abb"], &["a"]);
}

#[test]
fn classes() {
    matches("[a-c]", &["a", "b", "c"], &["d", "-", "", "aa"]);
    matches("[^a-c]", &["d", "é", "\n"], &["a", ""]);
    matches("[a^]", &["a", "^"], &["b"]);
    matches("[-a]", &["-", "a"], &["b"]);
    matches("[a-]", &["-", "a"], &["b"]);
    matches("[^-]", &["a"], &["-"]);
    matches(r"[\[\]\-\\]", &["[", "]", "-", "\\"], &["a"]);
    matches(r"[\d.,x-z]", &["0", "9", ".", ",", "y"], &["a", "-"]);
    matches(r"[^\s\d]", &["a"], &[" ", "7", "\t"]);
    matches(r"[\--9]", &["-", ".", "9"], &[",", ":", "\\"]);
    matches(r"[+-\-]", &["+", ",", "-"], &["."]);
    matches(r"[\t-\r]", &["\n"], &["\u{8}", "t"]);
}

#[test]
fn escapes() {
    matches(r"\d\D", &["5a"], &["a5", "٥a", "55"]);
    matches(r"\s\S", &[" a", "\ta", "\na", "\ra"], &["a ", "\u{a0}a", "\u{b}a"]);
    matches(r"\w+", &["aZ09", "$+<=>^`|~"], &["_", "-", " ", ".", "a b", "", "é"]);
    matches(r"\W", &["_", " ", "-"], &["a"]);
    matches(r"\i\c*", &["_a-1.b", "ns:name", "é\u{b7}"], &["1a", "-a", ".a", " "]);
    matches(r"\I\C", &["1 "], &["a ", "11"]);
    matches(r"\n\r\t\\\|\.\?\*\+\(\)\{\}\-\[\]\^", &["\n\r\t\\|.?*+(){}-[]^"], &[]);
    matches(".", &["a", "é", "\t", "𝄞"], &["\n", "\r", ""]);
}

#[test]
fn malformed_patterns_are_refused_with_their_place() {
    use PatternErrorKind::Malformed;
    refuses("*a", Malformed, 0, "there is nothing here that could be repeated");
    refuses("a|+", Malformed, 2, "there is nothing here that could be repeated");
    refuses("a**", Malformed, 2, "a quantifier follows a quantifier");
    refuses("a{2}{3}", Malformed, 4, "a quantifier follows a quantifier");
    refuses("(ab", Malformed, 0, "this parenthesis is not closed");
    refuses("ab)", Malformed, 2, "a parenthesis is closed that was not opened");
    refuses("é[ab", Malformed, 2, "this character class is not closed");
    refuses("[]", Malformed, 0, "this character class is empty");
    refuses("[^]", Malformed, 0, "this character class is empty");
    refuses("[z-a]", Malformed, 1, "the range ends before it begins");
    refuses(r"[a-\d]", Malformed, 3, "a range ends with one character");
    refuses("[a--]", Malformed, 3, "- needs a backslash at the end of a range");
    refuses("[[a]", Malformed, 1, "[ needs a backslash within a character class");
    refuses(
        "[a-c-e]",
        Malformed,
        4,
        "- needs a backslash unless it is the first or last character of the class",
    );
    refuses("a{2,1}", Malformed, 1, "the upper bound is less than the lower one");
    refuses("a{,2}", Malformed, 1, "a quantifier has the form {n}, {n,} or {n,m}");
    refuses("a{2", Malformed, 1, "a quantifier has the form {n}, {n,} or {n,m}");
    refuses("a{}", Malformed, 1, "a quantifier has the form {n}, {n,} or {n,m}");
    refuses("a}", Malformed, 1, "this bracket needs a backslash to stand for itself");
    refuses("]", Malformed, 0, "this bracket needs a backslash to stand for itself");
    refuses(r"a\", Malformed, 1, "nothing follows the backslash");
    refuses(r"\/", Malformed, 0, "XML Schema does not know this escape");
    refuses(r"\b", Malformed, 0, "XML Schema does not know this escape");
}

#[test]
fn unsupported_syntax_is_refused_as_such() {
    use PatternErrorKind::Unsupported;
    refuses(r"a\p{Lu}", Unsupported, 1, "classes by Unicode category are not supported");
    refuses(r"[\P{L}]", Unsupported, 1, "classes by Unicode category are not supported");
    refuses("[a-z-[aeiou]]", Unsupported, 4, "subtraction from a character class is not supported");
    refuses(r"[\i-[:]]", Unsupported, 3, "subtraction from a character class is not supported");
    refuses("(?:a)", Unsupported, 0, "XML Schema has no groups of the form (?");
}

#[test]
fn states_are_limited() {
    let too_many = "the pattern, with its repetitions written out, has too many characters";
    matches("a{1024}", &["a".repeat(1024).as_str()], &["a".repeat(1023).as_str(), "a".repeat(1025).as_str()]);
    refuses("a{1025}", PatternErrorKind::TooLarge, 7, too_many);
    refuses("((a{32}){32}){2}", PatternErrorKind::TooLarge, 16, too_many);
    refuses("a{0,99999999999999999999999999}", PatternErrorKind::TooLarge, 31, too_many);
    refuses(&"a".repeat(1025), PatternErrorKind::TooLarge, 1025, too_many);
    // Without states there is nothing to count, and nothing to do.
    matches("((){99999999}){99999999}", &[""], &["a"]);
}

#[test]
fn nesting_is_limited() {
    let nested = |depth: usize| format!("{}a{}", "(".repeat(depth), ")".repeat(depth));
    matches(&nested(Pattern::MAX_DEPTH), &["a"], &["", "aa"]);
    refuses(
        &nested(Pattern::MAX_DEPTH + 1),
        PatternErrorKind::TooLarge,
        Pattern::MAX_DEPTH,
        "groups are nested too deeply",
    );
    assert!(Pattern::compile(&"(".repeat(1_000_000)).is_err());
}

/// Patterns on which a backtracking matcher takes exponential time, and determinisation exponential memory.
#[test]
fn ambiguous_patterns_cost_no_more_than_others() {
    let text = "a".repeat(5_000);
    for pattern in ["(a*)*b", "(a|a)*b", "(a?){500}a{500}b", "(a|aa)+b", ".{0,64}a.{0,255}a.{0,600}b"] {
        assert!(!Pattern::compile(pattern).unwrap().is_match(&text), "{pattern}");
    }
    matches(".{0,64}@.{0,255}", &["me@example.org", "@", "a@b@c@d"], &["example.org", &"a".repeat(400)]);
}

#[test]
fn compiled_patterns_are_small() {
    let size = |pattern: &str| Pattern::compile(pattern).unwrap().as_bytes().len();
    assert_eq!(size(""), 6);
    assert!(size("([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f])") < 100);
    assert!(size("[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}") < 180);
}

#[test]
fn compiled_patterns_load_again() {
    for source in ["", "abc", "[^a]{300}", r"(\d+:)?.*", "é|[α-ω]+"] {
        let pattern = Pattern::compile(source).unwrap();
        let loaded = PatternRef::from_bytes(pattern.as_bytes()).unwrap();
        assert_eq!(loaded, pattern.as_pattern_ref());
        for text in ["", "abc", "é", "αβ", "12:x"] {
            assert_eq!(loaded.is_match(text), pattern.is_match(text));
        }
    }
}

/// Every byte of a compiled pattern, changed to every other value, and every prefix: refused, or
/// safe to use.
#[test]
fn damaged_patterns_are_refused_or_harmless() {
    let texts: [&str; 4] = ["", "12:34", "\u{10ffff}", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"];
    for source in [r"(\d{1,2}:)?[^a]*", "a{300}"] {
        let good = Pattern::compile(source).unwrap().as_bytes().to_vec();
        for at in 0..good.len() {
            assert!(PatternRef::from_bytes(&good[..at]).is_err());
            let mut bytes = good.clone();
            for change in [1, 2, 4, 8, 0x7f, 0x80, 0xff] {
                bytes[at] = good[at] ^ change;
                if let Ok(pattern) = PatternRef::from_bytes(&bytes) {
                    texts.iter().for_each(|text| {
                        pattern.is_match(text);
                    });
                }
            }
        }
    }
    let error = PatternRef::from_bytes(&[]).unwrap_err();
    assert_eq!(error.kind(), PatternErrorKind::Damaged);
    assert_eq!(error.to_string(), "at offset 0 of the pattern: the compiled pattern is empty");
    assert_eq!(String::from(error.reason()), "the compiled pattern is empty");
}
