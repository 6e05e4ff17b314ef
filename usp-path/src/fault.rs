/// What can be wrong with the text of a path. The texts for people stand in one table, [`Fault::texts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    // The whole text
    Empty,
    EmptyRelative,
    TooLong,
    TooManySegments,
    TooManyComponents,
    // Names and dots
    LeadingDot,
    EmptySegment,
    NameExpected,
    RootNameExpected,
    NameBeginsWithDigit,
    NotANameCharacter,
    DotExpected,
    SeveralPaths,
    Slash,
    Whitespace,
    // Instance identifiers
    InstanceZero,
    InstanceLeadingZero,
    InstanceTooLarge,
    InstanceOfRoot,
    InstanceAfterInstance,
    WildcardInName,
    BracketInName,
    PlaceholderInName,
    ComparisonOutside,
    UnopenedBracket,
    Placeholder,
    CurlyBrackets,
    // Commands and events
    ParenthesisUnclosed,
    ParenthesisUnopened,
    CommandArguments,
    AfterCommand,
    AfterEvent,
    RootCommandOrEvent,
    // Reference following
    FollowItemExpected,
    FollowItemZero,
    FollowItemLeadingZero,
    FollowItemTooLarge,
    FollowPlusExpected,
    FollowOfRoot,
    FollowOfNothing,
    // Search Expressions
    BracketExpected,
    AfterExpression,
    EmptyExpression,
    UnclosedBracket,
    ComponentExpected,
    ComponentAfterAndExpected,
    NestedBracket,
    Grouping,
    Negation,
    WhitespaceAtBracket,
    ChildTable,
    ParameterAfterFollowExpected,
    OperatorExpected,
    SingleEquals,
    ReversedOperator,
    UnknownOperator,
    TripleEquals,
    ConstantExpected,
    NotATokenCharacter,
    WrongQuotes,
    UnclosedQuote,
    AndExpected,
    SingleAmpersand,
    LogicalOr,
    LogicalWord,
    Comma,
    // Wrong kind
    CommandWanted,
    EventWanted,
    ParameterWanted,
    ObjectWanted,
    InstanceWanted,
    // Supported paths
    SearchInSupported,
    FollowInSupported,
    NotThePlaceholder,
    InstanceAfterPlaceholder,
}

/// What is told about a [`Fault`].
pub(crate) struct Texts {
    pub(crate) description: &'static str,
    pub(crate) expected: Option<&'static str>,
    pub(crate) hint: Option<&'static str>,
}

const fn plain(description: &'static str) -> Texts {
    Texts { description, expected: None, hint: None }
}

const fn expected(description: &'static str, expected: &'static str) -> Texts {
    Texts { description, expected: Some(expected), hint: None }
}

const fn hint(description: &'static str, hint: &'static str) -> Texts {
    Texts { description, expected: None, hint: Some(hint) }
}

const fn full(description: &'static str, expected: &'static str, hint: &'static str) -> Texts {
    Texts { description, expected: Some(expected), hint: Some(hint) }
}

const NAME: &str = "a name";
const AFTER_TABLE: &str = "a name, an Instance Number, `*` or `[`";
const DOT: &str = "`.` or the end of the path";
const ITEM: &str = "a list item number or `*`";
const OPERATORS: &str = "one of == != ~= < > <= >=";
const AND_OR_END: &str = "`&&` or `]`";
const CONSTANT: &str = "a constant such as \"text\", 5 or true";

impl Fault {
    #[rustfmt::skip]
    pub(crate) const fn texts(self) -> Texts {
        match self {
            Self::Empty => expected("the path is empty", "a path such as `Device.LocalAgent.`"),
            Self::EmptyRelative => expected("the relative path is empty", "a path such as `Stats.BytesSent`"),
            Self::TooLong => plain("the path is longer than the limit"),
            Self::TooManySegments => plain("the path has more segments than the limit"),
            Self::TooManyComponents => plain("the path has more Expression Components than the limit"),

            Self::LeadingDot => full("the path begins with a dot", NAME, "remove the dot"),
            Self::EmptySegment => hint("nothing stands between two dots", "remove one of the dots"),
            Self::NameExpected => expected("no name begins with this character", "a letter or `_`"),
            Self::RootNameExpected => full("a path begins with the name of its root object", NAME, "the root object is `Device.`"),
            Self::NameBeginsWithDigit => hint("no name begins with a digit", "an Instance Number has digits only, a name begins with a letter or `_`"),
            Self::NotANameCharacter => expected("no name holds this character", "a letter, digit, `_`, `-` or the end of the name"),
            Self::DotExpected => expected("the segment ends before this character", DOT),
            Self::SeveralPaths => full("more than one path", "one path alone", "USP has no OR: send two paths, each by itself"),
            Self::Slash => full("a slash in a path", DOT, "names are separated by dots: `Device.IP.Interface.`"),
            Self::Whitespace => hint("whitespace in a path", "remove it: whitespace is allowed only round the operators of a Search Expression"),

            Self::InstanceZero => hint("0 is no Instance Number", "numbering starts at 1; `*` stands for every row"),
            Self::InstanceLeadingZero => hint("an Instance Number with a leading zero", "remove the leading zeros"),
            Self::InstanceTooLarge => plain("an Instance Number above 4294967295"),
            Self::InstanceOfRoot => expected("the root object is no table", NAME),
            Self::InstanceAfterInstance => expected("two instance identifiers in a row", NAME),
            Self::WildcardInName => hint("a wildcard inside a name", "`*` stands for all rows of a table: put it between dots, `Interface.*.`"),
            Self::BracketInName => full("a bracket right behind a name", "`.`", "put a dot before the bracket: `Interface.[Name==\"eth0\"].`"),
            Self::PlaceholderInName => full("the placeholder right behind a name", "`.`", "put a dot before it: `Interface.{i}.`"),
            Self::ComparisonOutside => full("a comparison outside of brackets", DOT, "a Search Expression stands in brackets: `Interface.[Name==\"eth0\"].`"),
            Self::UnopenedBracket => full("a closing bracket without an opening one", DOT, "a Search Expression stands in `[` and `]`"),
            Self::Placeholder => full("the placeholder `{i}` in an instantiated path", "an Instance Number, `*` or `[`", "`{i}` belongs into supported paths; for every row write `*`"),
            Self::CurlyBrackets => full("curly brackets in a path", "an Instance Number, `*` or `[`", "a Search Expression stands in `[` and `]`"),

            Self::ParenthesisUnclosed => full("the parenthesis of the command is not closed", "`)`", "a command ends with `()`"),
            Self::ParenthesisUnopened => full("a closing parenthesis without an opening one", DOT, "a command ends with `()`"),
            Self::CommandArguments => full("arguments inside the parentheses of a command", "`)`", "arguments travel in the Operate message, the path ends with `()`"),
            Self::AfterCommand => expected("something follows the command", "the end of the path after `()`"),
            Self::AfterEvent => expected("something follows the event", "the end of the path after `!`"),
            Self::RootCommandOrEvent => full("a command or event without an object", "`.`", "put the object before it: `Device.Reboot()`"),

            Self::FollowItemExpected => full("the list item number is missing after `#`", ITEM, "`#1+` follows the first reference of a list, `#*+` all of them"),
            Self::FollowItemZero => full("0 is no list item number", ITEM, "list items are counted from 1"),
            Self::FollowItemLeadingZero => full("a list item number with a leading zero", ITEM, "remove the leading zeros"),
            Self::FollowItemTooLarge => expected("a list item number above 4294967295", ITEM),
            Self::FollowPlusExpected => full("the list item is not followed", "`+`", "`#` picks the item, `+` follows it: `LowerLayers#1+.Name`"),
            Self::FollowOfRoot => full("the root object is no reference parameter", "`.`", "put `+` behind the name of a reference parameter"),
            Self::FollowOfNothing => full("no reference parameter stands before this", AFTER_TABLE, "put `+` right behind the name of a reference parameter, without a dot"),

            Self::BracketExpected => full("no Search Expression begins like this", "`[`", "a Search Expression stands in `[` and `]`"),
            Self::AfterExpression => expected("something follows the Search Expression", "the end of the text after `]`"),
            Self::EmptyExpression => full("the Search Expression is empty", "a comparison such as Name==\"eth0\"", "for every row write `*`"),
            Self::UnclosedBracket => full("the bracket is not closed", "`]`", "a Search Expression ends with `]`"),
            Self::ComponentExpected => expected("no comparison begins with this character", "the name of a parameter"),
            Self::ComponentAfterAndExpected => expected("no comparison follows `&&`", "the name of a parameter"),
            Self::NestedBracket => full("a bracket inside a Search Expression", "the name of a parameter", "expressions do not nest: each table of the path has its own"),
            Self::Grouping => hint("parentheses inside a Search Expression", "all comparisons are joined with `&&`, there is nothing to group"),
            Self::Negation => full("a negation", "the name of a parameter", "compare with false: `Enable==false`"),
            Self::WhitespaceAtBracket => hint("whitespace next to a bracket", "remove it: whitespace is allowed only round operators"),
            Self::ChildTable => hint("a comparison enters a child table", "give the child table an expression of its own, later in the path"),
            Self::ParameterAfterFollowExpected => expected("a reference is followed, but nothing of its target is compared", "`.` and a name"),
            Self::OperatorExpected => full("a comparison without an operator", OPERATORS, "a boolean is compared too: `Enable==true`"),
            Self::SingleEquals => full("a single `=` is no operator", OPERATORS, "a comparison for equality is written `==`"),
            Self::ReversedOperator => full("a reversed operator", OPERATORS, "the `=` stands last: `<=`, `>=`, `~=`, `!=`"),
            Self::UnknownOperator => full("this is no operator", OPERATORS, "unequal is written `!=`, a list contains is written `~=`"),
            Self::TripleEquals => full("`===` is no operator", OPERATORS, "a comparison for equality is written `==`"),
            Self::ConstantExpected => expected("the constant of the comparison is missing", CONSTANT),
            Self::NotATokenCharacter => full("no constant without quotes holds this character", AND_OR_END, "strings stand in double quotes"),
            Self::WrongQuotes => hint("a string in the wrong quotes", "strings stand in double quotes (\")"),
            Self::UnclosedQuote => full("the string is not closed", "`\"`", "a quote inside a string is written %22"),
            Self::AndExpected => expected("the comparison ends before this character", AND_OR_END),
            Self::SingleAmpersand => full("a single `&` is no operator", "`&&`", "comparisons are joined with `&&`"),
            Self::LogicalOr => full("an OR in a Search Expression", AND_OR_END, "USP has no OR: send two paths"),
            Self::LogicalWord => full("a word between two comparisons", AND_OR_END, "comparisons are joined with `&&`; USP has no OR and no NOT"),
            Self::Comma => full("a comma between two comparisons", AND_OR_END, "comparisons are joined with `&&`"),

            Self::CommandWanted => full("this path names no command", "`()`", "a command ends with `()`"),
            Self::EventWanted => full("this path names no event", "`!`", "an event ends with `!`"),
            Self::ParameterWanted => full("this path names no parameter", "a name at the end", "the path of a parameter ends with its name, without dot"),
            Self::ObjectWanted => full("this path names no object and no table", "a name and `.` at the end", "remove what stands behind the object"),
            Self::InstanceWanted => full("this path names no row of a table", "an Instance Number, `*` or an expression at the end", "`*` stands for every row"),

            Self::SearchInSupported => full("a search in a supported path", "`{i}`", "in a supported path a table is followed by `{i}`"),
            Self::FollowInSupported => hint("a reference followed in a supported path", "only an instance has references to follow"),
            Self::NotThePlaceholder => full("this is not the placeholder of a table", "`{i}`", "the placeholder is written `{i}`, whatever the table"),
            Self::InstanceAfterPlaceholder => full("an Instance Number behind `{i}`", "`{i}`", "once a table stands for all its rows, the tables below do so too"),
        }
    }
}
