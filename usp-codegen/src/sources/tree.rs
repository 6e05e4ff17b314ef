use core::ops::Range;
use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use super::entities::with_entities;
use crate::xml::{MAX_ATTRIBUTES, Source, bad_reference, less_than_in_tag, newlines, reader_message};
use crate::{CodegenError, ErrorKind, Version};

/// The elements of one file, as places in its text.
///
/// Nothing is copied out of the text: elements stand in file order in one list, each knows where the next one
/// behind its content is, and attributes stand in a second list. It takes less memory than the text itself.
#[derive(Debug)]
pub(super) struct Tree {
    file: String,
    text: String,
    first_line: u32,
    lines: usize,
    nodes: Vec<Node>,
    attributes: Vec<Attribute>,
}

#[derive(Debug)]
struct Node {
    name: Span,
    start: u32,
    content: Span,
    end: u32,
    /// Index of the element behind this one's content.
    next: u32,
    attributes: Span,
    line: u32,
}

#[derive(Debug)]
struct Attribute {
    start: u32,
    name: Span,
    value: Span,
}

/// A stretch of the text or of a list.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: u32,
    end: u32,
}

impl Span {
    fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl Tree {
    /// Takes a file apart. `first_line` is the number of lines in the files before it.
    pub(super) fn read(file: String, bytes: &[u8], first_line: u32) -> Result<Self, CodegenError> {
        let written = Source::from_bytes(&file, bytes)?;
        let text = with_entities(written)?.unwrap_or_else(|| written.text.to_owned());
        let mut tree = Self {
            file,
            text: String::new(),
            first_line,
            lines: 0,
            nodes: Vec::new(),
            attributes: Vec::new(),
        };
        let source = Source::from_text(&tree.file, &text);
        if u32::try_from(text.len()).is_err() {
            let kind = ErrorKind::TooLarge { what: "the size of a file", limit: u32::MAX as usize };
            return Err(CodegenError::in_file(kind, &tree.file));
        }
        let mut scan = Scan { source, nodes: Vec::new(), attributes: Vec::new(), counted: 0, line: 1 };
        scan.run()?;
        let Scan { nodes, attributes, .. } = scan;
        tree.lines = 1 + newlines(&text);
        tree.nodes = nodes;
        tree.attributes = attributes;
        tree.text = text;
        Ok(tree)
    }

    pub(super) fn file(&self) -> &str {
        &self.file
    }

    /// Lines of the file, the last one included.
    pub(super) fn lines(&self) -> usize {
        self.lines
    }

    /// The root element; there always is one.
    pub(super) fn root(&self) -> Option<Element<'_>> {
        Element::at(self, 0)
    }

    /// The element at this place of the file.
    pub(super) fn element(&self, index: u32) -> Option<Element<'_>> {
        Element::at(self, index)
    }

    fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or_default()
    }
}

struct Scan<'x> {
    source: Source<'x>,
    nodes: Vec<Node>,
    attributes: Vec<Attribute>,
    counted: usize,
    line: u32,
}

impl<'x> Scan<'x> {
    fn run(&mut self) -> Result<(), CodegenError> {
        let text: &'x str = self.source.text;
        let mut reader = Reader::from_str(text);
        let mut open: Vec<usize> = Vec::new();
        let mut start = 0;
        loop {
            let event = reader.read_event().map_err(|error| {
                let at = usize::try_from(reader.error_position()).unwrap_or(start);
                self.source.error(at, ErrorKind::Xml(reader_message(&error)))
            })?;
            let end = usize::try_from(reader.buffer_position()).unwrap_or(text.len());
            if let Event::Start(tag) | Event::Empty(tag) = &event
                && let Some((at, message)) = less_than_in_tag(tag)
            {
                return Err(self.source.error(start + at, ErrorKind::Xml(message)));
            }
            match event {
                Event::Start(tag) => {
                    open.push(self.nodes.len());
                    self.push(start, end, &tag)?;
                }
                Event::Empty(tag) => {
                    let index = self.nodes.len();
                    self.push(start, end, &tag)?;
                    self.close(index, end, end);
                }
                Event::End(_) => {
                    if let Some(index) = open.pop() {
                        self.close(index, start, end);
                    }
                }
                Event::Eof => break,
                _ => {}
            }
            start = end;
        }
        let wrong = |message: &str| Err(self.source.error(text.len(), ErrorKind::Xml(message.to_owned())));
        match self.nodes.first() {
            None => wrong("the file holds no element"),
            Some(_) if !open.is_empty() => wrong("the file ends before all elements are closed"),
            Some(root) if root.next as usize != self.nodes.len() => {
                wrong("there is more after the root element")
            }
            Some(_) => Ok(()),
        }
    }

    fn push(&mut self, start: usize, end: usize, tag: &BytesStart<'x>) -> Result<(), CodegenError> {
        let text: &'x str = self.source.text;
        let skipped = text.get(self.counted..start).unwrap_or_default();
        self.line = self.line.saturating_add(offset(newlines(skipped)));
        self.counted = start;
        let first = offset(self.attributes.len());
        for (index, attribute) in tag.attributes().enumerate() {
            if index == MAX_ATTRIBUTES {
                let kind = ErrorKind::TooLarge { what: "the number of attributes", limit: MAX_ATTRIBUTES };
                return Err(self.source.error(start, kind));
            }
            let attribute =
                attribute.map_err(|error| self.source.error(start, ErrorKind::Xml(error.to_string())))?;
            let key = attribute.key.into_inner();
            let name = match key.bytes().position(|byte| byte == b':') {
                None if key == "xmlns" => continue,
                None => key,
                // Revisions of the schema before it had versions carry them in a namespace of their own.
                Some(colon) if key.get(colon..) == Some(":version") => "version",
                Some(_) => continue,
            };
            if let Some((at, message)) = bad_reference(&attribute.value) {
                let at = self.source.offset_of(&attribute.value) + at;
                return Err(self.source.error(at, ErrorKind::Xml(message)));
            }
            let place = |part: &str| {
                let from = self.source.offset_of(part);
                Span { start: offset(from), end: offset(from + part.len()) }
            };
            let attribute = {
                let key = place(key);
                let name = Span { start: key.end - offset(name.len()), end: key.end };
                Attribute { start: key.start, name, value: place(&attribute.value) }
            };
            self.attributes.push(attribute);
        }
        let qualified = tag.name().into_inner();
        let local = tag.local_name().into_inner();
        let name_end = start + 1 + qualified.len();
        self.nodes.push(Node {
            name: Span { start: offset(name_end - local.len()), end: offset(name_end) },
            start: offset(start),
            content: Span { start: offset(end), end: offset(end) },
            end: offset(end),
            next: 0,
            attributes: Span { start: first, end: offset(self.attributes.len()) },
            line: self.line,
        });
        Ok(())
    }

    fn close(&mut self, index: usize, content_end: usize, end: usize) {
        let next = offset(self.nodes.len());
        if let Some(node) = self.nodes.get_mut(index) {
            node.content.end = offset(content_end);
            node.end = offset(end);
            node.next = next;
        }
    }
}

/// Offsets fit: the size of the text was checked.
fn offset(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// One element of a [`Tree`].
#[derive(Debug, Clone, Copy)]
pub(super) struct Element<'d> {
    tree: &'d Tree,
    node: &'d Node,
    index: u32,
}

impl PartialEq for Element<'_> {
    fn eq(&self, other: &Self) -> bool {
        core::ptr::eq(self.node, other.node)
    }
}

impl<'d> Element<'d> {
    fn at(tree: &'d Tree, index: u32) -> Option<Self> {
        let node = tree.nodes.get(index as usize)?;
        Some(Self { tree, node, index })
    }

    /// Its name without a prefix.
    pub(super) fn name(self) -> &'d str {
        self.tree.slice(self.node.name)
    }

    pub(super) fn file(self) -> &'d str {
        &self.tree.file
    }

    /// Its line in its file, counted from 1.
    pub(super) fn line(self) -> u32 {
        self.node.line
    }

    /// Its line when the lines of all files are counted through.
    pub(super) fn line_of_all(self) -> u32 {
        self.tree.first_line.saturating_add(self.node.line)
    }

    /// Its place among the elements of its file.
    pub(super) fn index(self) -> u32 {
        self.index
    }

    pub(super) fn children(self) -> impl Iterator<Item = Element<'d>> {
        let mut next = self.index + 1;
        let (tree, end) = (self.tree, self.node.next);
        core::iter::from_fn(move || {
            if next >= end {
                return None;
            }
            let child = Element::at(tree, next)?;
            next = child.node.next;
            Some(child)
        })
    }

    /// This element and everything in it, in file order.
    pub(super) fn all(self) -> impl Iterator<Item = Element<'d>> {
        let tree = self.tree;
        (self.index..self.node.next).filter_map(move |index| Element::at(tree, index))
    }

    /// The attributes that belong to TR-106, in file order.
    pub(super) fn attributes(self) -> impl Iterator<Item = AttributeText<'d>> {
        let tree = self.tree;
        let attributes = tree.attributes.get(self.node.attributes.range()).unwrap_or_default();
        attributes.iter().map(move |attribute| AttributeText { tree, attribute })
    }

    /// The value of an attribute, entities resolved, without blanks around it.
    pub(super) fn value(self, name: &str) -> Option<Cow<'d, str>> {
        self.attributes().find(|attribute| attribute.name() == name).map(AttributeText::value)
    }

    /// The value of an attribute that has to be there.
    pub(super) fn required(self, attribute: &'static str) -> Result<Cow<'d, str>, CodegenError> {
        self.value(attribute).ok_or_else(|| self.error(ErrorKind::MissingAttribute { attribute }))
    }

    /// The version that it states.
    pub(super) fn version(self) -> Result<Option<Version>, CodegenError> {
        let Some(value) = self.value("version") else { return Ok(None) };
        let version = value.parse().map_err(|_| {
            self.error(ErrorKind::BadAttribute {
                attribute: "version".to_owned(),
                value: value.into_owned(),
                expected: "a version such as 2.19 or 2.15.1".to_owned(),
            })
        })?;
        Ok(Some(version))
    }

    /// The element with its content, as it stands in the file.
    pub(super) fn text(self) -> &'d str {
        self.tree.slice(Span { start: self.node.start, end: self.node.end })
    }

    /// Its content, as it stands in the file.
    pub(super) fn content(self) -> &'d str {
        self.tree.slice(self.node.content)
    }

    /// Where a part of [`text`](Self::text) of this element begins, for an offset in the file.
    fn within(self, offset: u32) -> usize {
        offset.saturating_sub(self.node.start) as usize
    }

    /// An error at this element.
    pub(super) fn error(self, kind: impl Into<ErrorKind>) -> CodegenError {
        CodegenError::on_line(kind.into(), &self.tree.file, self.node.line)
    }
}

/// One attribute of an [`Element`].
#[derive(Debug, Clone, Copy)]
pub(super) struct AttributeText<'d> {
    tree: &'d Tree,
    attribute: &'d Attribute,
}

impl<'d> AttributeText<'d> {
    pub(super) fn name(self) -> &'d str {
        self.tree.slice(self.attribute.name)
    }

    /// The value as it stands in the file, without its quotes.
    pub(super) fn raw(self) -> &'d str {
        self.tree.slice(self.attribute.value)
    }

    /// The value, entities resolved, without blanks around it.
    pub(super) fn value(self) -> Cow<'d, str> {
        let raw = self.raw();
        match unescape(raw) {
            Ok(Cow::Owned(text)) => Cow::Owned(text.trim().to_owned()),
            _ => Cow::Borrowed(raw.trim()),
        }
    }

    /// Where the value stands in the text of this element.
    pub(super) fn value_range(self, element: Element<'d>) -> Range<usize> {
        element.within(self.attribute.value.start)..element.within(self.attribute.value.end)
    }

    /// Where the whole attribute stands in the text of this element, quotes included.
    pub(super) fn range(self, element: Element<'d>) -> Range<usize> {
        element.within(self.attribute.start)..element.within(self.attribute.value.end) + 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn tree(text: &str) -> Tree {
        Tree::read("a.xml".to_owned(), text.as_bytes(), 100).expect("the text is well-formed")
    }

    #[test]
    fn elements_know_their_children_and_lines() {
        let tree = tree("<a>\n <b x='1'/>\n <p:c><d/></p:c>\n</a>\n");
        let root = tree.root().unwrap();
        let children: Vec<(&str, u32)> = root.children().map(|child| (child.name(), child.line())).collect();
        assert_eq!(children, [("b", 2), ("c", 3)]);
        assert_eq!(root.all().count(), 4);
        let c = root.children().nth(1).unwrap();
        assert_eq!((c.text(), c.content(), c.line_of_all()), ("<p:c><d/></p:c>", "<d/>", 103));
        assert_eq!(tree.lines(), 5);
    }

    #[test]
    fn attributes_are_found_in_the_text() {
        let tree = tree("<a xmlns:d='u' d:version=\"2.1\" d:other='x' name=' B&amp;C '/>");
        let root = tree.root().unwrap();
        assert_eq!(root.value("name").as_deref(), Some("B&C"));
        assert_eq!(root.version().unwrap(), Some(Version { major: 2, minor: 1, patch: 0 }));
        let names: Vec<&str> = root.attributes().map(AttributeText::name).collect();
        assert_eq!(names, ["version", "name"]);
        let version = root.attributes().next().unwrap();
        assert_eq!(&root.text()[version.range(root)], "d:version=\"2.1\"");
        assert_eq!(&root.text()[version.value_range(root)], "2.1");
    }

    #[test]
    fn broken_text_is_located() {
        for (text, message) in [
            ("", "a.xml:1:1: not well-formed XML: the file holds no element"),
            ("<a>\n<b>", "a.xml:2:4: not well-formed XML: the file ends before all elements are closed"),
            ("<a/>\n<b/>", "a.xml:2:5: not well-formed XML: there is more after the root element"),
        ] {
            let error = Tree::read("a.xml".to_owned(), text.as_bytes(), 0).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
        for text in ["<a b='&x;'/>", "<a b=c/>", "<a b='1' b='2'/>", "<a></b>"] {
            let error = Tree::read("a.xml".to_owned(), text.as_bytes(), 0).unwrap_err();
            assert!(matches!(error.kind(), ErrorKind::Xml(_)), "{error}");
            assert_eq!(error.line(), Some(1));
        }
    }
}
