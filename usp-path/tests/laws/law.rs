//! What holds for every text, whether it is a path or not. Shared by the property tests and the fuzz target.

use usp_path::{
    Limits, ParsePathError, Path, PathBuf, PathKind, RelativePath, SearchExpression, Segment, SupportedPath,
};

/// All laws.
pub fn all(text: &str) {
    match Path::parse_with(text, &Limits::UNLIMITED) {
        Ok(path) => accepted(path),
        Err(error) => refused(text, error),
    }
    match RelativePath::parse_with(text, &Limits::UNLIMITED) {
        Ok(path) => relative(path),
        Err(error) => refused(text, error),
    }
    match SupportedPath::parse_with(text, &Limits::UNLIMITED) {
        Ok(path) => supported(path),
        Err(error) => refused(text, error),
    }
    match SearchExpression::parse_with(text, &Limits::UNLIMITED) {
        Ok(expression) => printed_expression(expression),
        Err(error) => refused(text, error),
    }
    leading_expression(text);
    limited(text);
}

/// What is refused is placed in the text, and can be shown.
fn refused(text: &str, error: ParsePathError) {
    assert!(text.get(error.span()).is_some(), "{error} points at {:?} of {text:?}", error.span());
    assert!(!error.render(text).to_string().is_empty());
    assert!(!error.is_limit());
}

/// Printing and reading are inverse, and walking agrees with checking.
fn accepted(path: Path<'_>) {
    let printed = path.to_string();
    let again = Path::parse_with(&printed, &Limits::UNLIMITED).expect("what is printed can be read");
    assert_eq!(again, path);
    assert_eq!(again.to_string(), printed);
    assert_eq!((again.kind(), again.is_search()), (path.kind(), path.is_search()));
    assert!(again.segments().eq(path.segments()));
    let mut segments = path.segments();
    loop {
        let text = segments.as_str();
        match segments.next() {
            Some(Segment::Expression(expression)) => {
                assert_eq!(leading_expression(text), Some(expression.as_str()));
            }
            Some(_) => {}
            None => break,
        }
    }

    let owned = path.to_path_buf();
    assert_eq!(owned.as_str(), printed);
    assert_eq!(owned, path);
    assert_eq!(rebuilt(path), owned);
    taken_apart(path);
    if let Some(supported) = path.to_supported() {
        let read = SupportedPath::parse_with(supported.as_str(), &Limits::UNLIMITED);
        let read = read.expect("a supported path is one");
        assert_eq!((read, read.kind()), (supported.as_path(), supported.kind()));
    }
}

/// The path, built from its segments.
fn rebuilt(path: Path<'_>) -> PathBuf {
    let mut segments = path.segments();
    let Some(Segment::Name(root)) = segments.next() else { panic!("{path} begins with no name") };
    let mut built: PathBuf = format!("{root}.").parse().expect("a root object");
    for segment in segments {
        built.push(segment).expect("a segment that stood there");
    }
    if path.kind().is_object() {
        built.make_object();
    }
    assert_eq!((built.kind(), built.is_search()), (path.kind(), path.is_search()));
    built
}

/// A path is its parent and its last segment, and the parent and what is behind it.
fn taken_apart(path: Path<'_>) {
    let Some(parent) = path.parent() else {
        assert_eq!(path.segments().count(), 1);
        return;
    };
    let last = path.segments().last().expect("a segment");
    assert!(path.starts_with(parent));
    assert_eq!(path.segments().count(), parent.segments().count() + 1);
    let mut child = parent.child(last).expect("the child of the parent");
    if path.kind().is_object() {
        child.make_object();
    }
    assert_eq!(child, path);
    if !matches!(last, Segment::Follow(_)) {
        let (_, behind) = path.as_str().split_at(parent.as_str().len());
        let relative = RelativePath::parse_with(behind, &Limits::UNLIMITED).expect("a relative path");
        assert_eq!(parent.join(relative).expect("the parent goes on"), path);
    }
}

fn relative(path: RelativePath<'_>) {
    let printed = path.to_string();
    let again = RelativePath::parse_with(&printed, &Limits::UNLIMITED).expect("what is printed can be read");
    assert_eq!(again, path);
    assert_eq!(again.to_string(), printed);
    assert_eq!((again.kind(), again.is_search()), (path.kind(), path.is_search()));

    let joined =
        Path::from_static("Device.Table.").join(path).expect("any relative path goes on from a table");
    let read = Path::parse_with(joined.as_str(), &Limits::UNLIMITED).expect("a joined path is one");
    assert_eq!((read.kind(), read.is_search()), (path.kind(), path.is_search()));
}

/// Where both grammars apply they agree.
fn supported(path: SupportedPath<'_>) {
    let printed = path.to_string();
    let again = SupportedPath::parse_with(&printed, &Limits::UNLIMITED).expect("what is printed can be read");
    assert_eq!((again, again.kind()), (path, path.kind()));
    assert_eq!(again.to_string(), printed);
    assert!(again.segments().eq(path.segments()));

    let read = Path::parse_with(path.as_str(), &Limits::UNLIMITED);
    match path.as_instantiated() {
        Some(instantiated) => {
            let read = read.expect("a supported path without `{i}` is a path");
            assert_eq!((read.kind(), read.is_search()), (instantiated.kind(), instantiated.is_search()));
            assert_eq!(read.canonical(), instantiated.canonical());
        }
        None => assert!(read.is_err()),
    }
    let ones = core::iter::repeat_n(
        usp_path::InstanceNumber::MIN,
        path.segments().filter(|segment| *segment == usp_path::SupportedSegment::Table).count(),
    );
    let instance = path.instantiate(ones).expect("as many numbers as tables");
    assert_eq!(Path::parse_with(instance.as_str(), &Limits::UNLIMITED), Ok(instance.as_path()));
    if !path.has_instance_number() {
        assert_eq!(instance.as_path().to_supported(), Some(path.to_path_buf()));
    }
    if let Some(parent) = path.parent() {
        assert!(path.starts_with(parent));
        assert_eq!(path.segments().count(), parent.segments().count() + 1);
        assert!(parent.kind() == PathKind::Object || parent.kind() == PathKind::ObjectInstance);
    }
}

fn printed_expression(expression: SearchExpression<'_>) {
    let printed = expression.to_string();
    let again =
        SearchExpression::parse_with(&printed, &Limits::UNLIMITED).expect("what is printed can be read");
    assert_eq!(again, expression);
    assert_eq!(again.to_string(), printed);
    assert!(expression.components().count() > 0);
}

/// The expression with which a text begins: read by itself it has the components that were handed out.
fn leading_expression(text: &str) -> Option<&str> {
    let mut taken = Vec::new();
    let behind = SearchExpression::read_leading(text, &Limits::UNLIMITED, &mut |component| {
        taken.push(component);
        true
    });
    let Some(behind) = behind else {
        assert!(SearchExpression::parse_with(text, &Limits::UNLIMITED).is_err());
        return None;
    };
    let read = text.strip_suffix(behind).expect("what is behind stands at the end");
    let expression =
        SearchExpression::parse_with(read, &Limits::UNLIMITED).expect("it can be read by itself");
    assert!(expression.components().eq(taken.iter().copied()));
    let limits = Limits { max_components: taken.len() - 1, ..Limits::UNLIMITED };
    assert_eq!(SearchExpression::read_leading(text, &limits, &mut |_| true), None);
    assert_eq!(SearchExpression::read_leading(text, &Limits::UNLIMITED, &mut |_| false), None);
    Some(read)
}

/// Limits refuse what is over them, and change nothing else.
fn limited(text: &str) {
    let tight = Limits { max_length: 40, max_segments: 4, max_components: 2 };
    match (Path::parse_with(text, &tight), Path::parse_with(text, &Limits::UNLIMITED)) {
        (Ok(tight), Ok(path)) => {
            assert_eq!(tight, path);
            assert!(text.len() <= 40 && path.segments().count() <= 4);
        }
        (Ok(_), Err(error)) => panic!("{text:?} is accepted within limits, without: {error}"),
        (Err(error), Ok(_)) => assert!(error.is_limit(), "{text:?}: {error}"),
        (Err(error), Err(_)) => assert!(text.get(error.span()).is_some()),
    }
}
