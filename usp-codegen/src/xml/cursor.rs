use core::cmp::Ordering;

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesStart, Event};

use super::elements::meant;
use super::markup::{less_than_in_tag, reader_message, undefined_entity};
use super::source::{LineCounter, Source};
use super::tag::Tag;
use crate::error::hint;
use crate::warning::{MAX_WARNINGS, Warning, WarningKind};
use crate::{CodegenError, ErrorKind};

/// Walks the elements of a file from start to end.
///
/// The reader of an element is handed its [`Tag`], and takes its children with [`child`](Self::child) until there
/// are none left; after that the cursor stands behind the element. Elements that nobody asks for are skipped in a
/// loop, so the depth of a file costs no stack.
pub(crate) struct Cursor<'x> {
    source: Source<'x>,
    reader: Reader<&'x [u8]>,
    lines: LineCounter,
    warnings: Vec<Warning>,
}

impl<'x> Cursor<'x> {
    pub(crate) fn new(source: Source<'x>) -> Self {
        let mut reader = Reader::from_str(source.text);
        reader.config_mut().expand_empty_elements = true;
        Self { source, reader, lines: LineCounter::default(), warnings: Vec::new() }
    }

    /// The root element.
    pub(crate) fn root(&mut self) -> Result<Tag<'x>, CodegenError> {
        let (offset, event) = self.significant()?;
        match event {
            Event::Start(start) => Ok(self.tag(offset, start)),
            _ => Err(self.source.error(offset, ErrorKind::Xml("the file holds no element".to_owned()))),
        }
    }

    /// The next child of the element that is open, or none when it closes.
    pub(crate) fn child(&mut self) -> Result<Option<Tag<'x>>, CodegenError> {
        let (offset, event) = self.significant()?;
        match event {
            Event::Start(start) => Ok(Some(self.tag(offset, start))),
            Event::End(_) => Ok(None),
            _ => Err(self.ends_early(offset)),
        }
    }

    /// A start tag. Attributes that TR-106 does not have on any element are left out, and said to be: they are mostly
    /// misspelt.
    fn tag(&mut self, offset: usize, start: BytesStart<'x>) -> Tag<'x> {
        let line = self.source.origin(self.lines.line(self.source.text, offset));
        let tag = Tag::new(self.source, offset, line, start);
        if let Some(attribute) = tag.unknown_attribute() {
            let item = Some(tag.label()).filter(|label| !label.is_empty());
            let item = item.unwrap_or_else(|| format!("<{}>", tag.name()));
            self.warn(line, &item, format!("attribute {attribute} is not known here and is left out"));
        }
        tag
    }

    /// Goes behind the element that is open.
    pub(crate) fn skip(&mut self) -> Result<(), CodegenError> {
        let mut depth = 0_usize;
        loop {
            match self.significant()? {
                (_, Event::Start(_)) => depth += 1,
                (_, Event::End(_)) if depth == 0 => return Ok(()),
                (_, Event::End(_)) => depth -= 1,
                (offset, _) => return Err(self.ends_early(offset)),
            }
        }
    }

    /// The text of the element that is open, entities resolved and children left out; goes behind it.
    pub(crate) fn text(&mut self) -> Result<String, CodegenError> {
        let mut text = String::new();
        let mut depth = 0_usize;
        loop {
            let (offset, event) = self.event()?;
            match event {
                Event::Text(piece) => text.push_str(&piece.xml10_content()),
                Event::CData(piece) => text.push_str(&piece.xml10_content()),
                Event::GeneralRef(entity) => match entity.resolve_char_ref() {
                    Ok(Some(character)) => text.push(character),
                    Ok(None) => match resolve_predefined_entity(&entity) {
                        Some(replacement) => text.push_str(replacement),
                        None => {
                            let message = undefined_entity(&entity);
                            return Err(self.source.error(offset, ErrorKind::Xml(message)));
                        }
                    },
                    Err(error) => return Err(self.source.error(offset, ErrorKind::Xml(error.to_string()))),
                },
                Event::Start(_) => depth += 1,
                Event::End(_) if depth == 0 => return Ok(text),
                Event::End(_) => depth -= 1,
                Event::Eof => return Err(self.ends_early(offset)),
                _ => {}
            }
        }
    }

    /// Makes sure that nothing but comments follows the root element.
    pub(crate) fn finish(mut self) -> Result<Vec<Warning>, CodegenError> {
        match self.significant()? {
            (_, Event::Eof) => Ok(self.warnings),
            (offset, _) => {
                let message = "there is more after the root element".to_owned();
                Err(self.source.error(offset, ErrorKind::Xml(message)))
            }
        }
    }

    /// Skips an element that this reader does not know, and says so.
    pub(crate) fn skip_unknown(&mut self, tag: &Tag<'_>, item: &str) -> Result<(), CodegenError> {
        let name = tag.name();
        // Of those that nobody is told of, there may be more than there is time to look for what they mean.
        let meant = (self.warnings.len() < MAX_WARNINGS).then(|| meant(name)).flatten();
        let hint = hint(&meant.map(|element| format!("<{element}>")));
        let message = format!("element <{name}> is not known here and is left out{hint}");
        self.warn(tag.line(), item, message);
        self.skip()
    }

    /// Takes in a warning; one behind [`MAX_WARNINGS`] says that there are more, and those behind it are dropped.
    pub(crate) fn warn(&mut self, line: u32, item: &str, message: String) {
        let message = match self.warnings.len().cmp(&MAX_WARNINGS) {
            Ordering::Less => message,
            Ordering::Equal => "there are more warnings, which are not listed".to_owned(),
            Ordering::Greater => return,
        };
        let file = self.source.file.to_owned();
        self.warnings.push(Warning {
            file,
            line,
            item: item.to_owned(),
            message,
            kind: WarningKind::Element,
        });
    }

    /// The next start tag, end tag or end of file.
    fn significant(&mut self) -> Result<(usize, Event<'x>), CodegenError> {
        loop {
            let (offset, event) = self.event()?;
            if matches!(event, Event::Start(_) | Event::End(_) | Event::Eof) {
                return Ok((offset, event));
            }
        }
    }

    fn event(&mut self) -> Result<(usize, Event<'x>), CodegenError> {
        let offset = self.offset();
        match self.reader.read_event() {
            Ok(event) => {
                if let Event::Start(tag) = &event
                    && let Some((at, message)) = less_than_in_tag(tag)
                {
                    return Err(self.source.error(offset + at, ErrorKind::Xml(message)));
                }
                Ok((offset, event))
            }
            Err(error) => {
                let offset = usize::try_from(self.reader.error_position()).unwrap_or(offset);
                Err(self.source.error(offset, ErrorKind::Xml(reader_message(&error))))
            }
        }
    }

    fn offset(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    fn ends_early(&self, offset: usize) -> CodegenError {
        let message = "the file ends before all elements are closed".to_owned();
        self.source.error(offset, ErrorKind::Xml(message))
    }
}
