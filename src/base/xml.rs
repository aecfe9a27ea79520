//! XML documents as trees that know their positions: the files that go with the flows of a solution.
//!
//! Only what those files use is kept: elements, attributes, text. Prefixes are dropped from names, processing
//! instructions and comments are passed over, and a document with its own entities is refused by the reader below.

use std::ops::Range;

use compact_str::CompactString;
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};

/// How deeply elements may nest.
pub const MAX_DEPTH: usize = 128;

/// The most elements and attributes in one document. A large published `customizations.xml` has some ten thousand.
pub const MAX_PARTS: usize = 1_000_000;

/// A parsed document. Elements stand in document order; the root is element 0.
#[derive(Debug, Clone, Default)]
pub struct XmlDocument {
    elements: Vec<ElementData>,
}

/// One element of a document.
#[derive(Debug, Clone, Copy)]
pub struct Element<'d> {
    document: &'d XmlDocument,
    id: usize,
}

/// An attribute of an element.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// Its name without a prefix.
    pub name: CompactString,
    /// Its value, entities resolved.
    pub value: CompactString,
    /// Bytes of the value, without its quotes.
    pub span: Range<usize>,
}

/// Why a text is not XML that we read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct XmlError {
    /// The byte where reading stopped.
    pub offset: usize,
    /// What is wrong.
    pub message: String,
}

#[derive(Debug, Clone)]
struct ElementData {
    name: CompactString,
    attributes: Vec<Attribute>,
    /// The text directly in it, pieces joined.
    text: String,
    /// Bytes of the start tag.
    tag: Range<usize>,
    /// Bytes between the tags.
    inner: Range<usize>,
    /// The first element behind all that is in this one.
    behind: usize,
}

impl XmlDocument {
    /// Reads a document.
    ///
    /// # Errors
    /// [`XmlError`] where the text is not well-formed, nests too deep or is too large.
    pub fn parse(text: &str) -> Result<Self, XmlError> {
        let mut builder = Builder { text, document: Self::default(), open: Vec::new(), parts: 0 };
        let mut reader = Reader::from_str(text);
        loop {
            let start = offset(reader.buffer_position());
            let event = reader.read_event().map_err(|error| XmlError {
                offset: offset(reader.error_position()),
                message: format!("the file is not well-formed XML: {error}"),
            })?;
            let span = start..offset(reader.buffer_position());
            if builder.event(event, span)? {
                return Ok(builder.document);
            }
        }
    }

    /// The outermost element.
    pub fn root(&self) -> Option<Element<'_>> {
        (!self.elements.is_empty()).then_some(Element { document: self, id: 0 })
    }

    /// Every element of that name, in any case, wherever it stands.
    pub fn named<'d>(&'d self, name: &'d str) -> impl Iterator<Item = Element<'d>> {
        let all = (0..self.elements.len()).map(move |id| Element { document: self, id });
        all.filter(move |element| element.is(name))
    }
}

impl<'d> Element<'d> {
    fn data(&self) -> &'d ElementData {
        &self.document.elements[self.id]
    }

    /// Its name without a prefix.
    pub fn name(&self) -> &'d str {
        &self.data().name
    }

    /// Whether it is called that, in any ASCII case.
    pub fn is(&self, name: &str) -> bool {
        self.name().eq_ignore_ascii_case(name)
    }

    /// The attribute of that name, in any ASCII case.
    pub fn attribute(&self, name: &str) -> Option<&'d Attribute> {
        self.data().attributes.iter().find(|attribute| attribute.name.eq_ignore_ascii_case(name))
    }

    /// The text directly in it, without blanks around it.
    pub fn text(&self) -> &'d str {
        self.data().text.trim()
    }

    /// Bytes of the start tag.
    pub fn tag_span(&self) -> Range<usize> {
        self.data().tag.clone()
    }

    /// Bytes between the tags.
    pub fn inner_span(&self) -> Range<usize> {
        self.data().inner.clone()
    }

    /// The elements directly in it.
    pub fn children(&self) -> impl Iterator<Item = Element<'d>> + use<'d> {
        let document = self.document;
        let end = self.data().behind;
        let mut next = self.id + 1;
        std::iter::from_fn(move || {
            (next < end).then(|| {
                let element = Element { document, id: next };
                next = document.elements[next].behind;
                element
            })
        })
    }

    /// The first element of that name directly in it, in any ASCII case.
    pub fn child(&self, name: &str) -> Option<Element<'d>> {
        self.children().find(|element| element.is(name))
    }
}

struct Builder<'t> {
    text: &'t str,
    document: XmlDocument,
    open: Vec<usize>,
    parts: usize,
}

impl Builder<'_> {
    /// Takes one event in; `true` at the end of the document.
    fn event(&mut self, event: Event<'_>, span: Range<usize>) -> Result<bool, XmlError> {
        let refuse = |message: String| XmlError { offset: span.start, message };
        match event {
            Event::Start(start) => {
                let id = self.element(&start, span.clone())?;
                if self.open.len() >= MAX_DEPTH {
                    return Err(refuse(format!("elements nest more than {MAX_DEPTH} deep here")));
                }
                self.open.push(id);
            }
            Event::Empty(start) => {
                self.element(&start, span)?;
            }
            Event::End(_) => {
                if let Some(id) = self.open.pop() {
                    let behind = self.document.elements.len();
                    let element = &mut self.document.elements[id];
                    element.behind = behind;
                    element.inner.end = span.start;
                }
            }
            // Between elements stands indentation, of which nobody is told.
            Event::Text(text) if text.trim_ascii().is_empty() && !self.has_said() => {}
            Event::Text(text) => self.say(&text.xml10_content()),
            Event::CData(data) => self.say(&data.xml10_content()),
            Event::GeneralRef(reference) => {
                let character = reference.resolve_char_ref().map_err(|error| refuse(error.to_string()))?;
                match (character, quick_xml::escape::resolve_predefined_entity(&reference)) {
                    (Some(c), _) => self.say(c.encode_utf8(&mut [0; 4])),
                    (None, Some(text)) => self.say(text),
                    (None, None) => return Err(refuse("an entity that XML does not have".to_owned())),
                }
            }
            Event::Eof if self.open.is_empty() => return Ok(true),
            Event::Eof => return Err(refuse("the document ends inside an element".to_owned())),
            _ => {}
        }
        Ok(false)
    }

    /// Whether the element that is open has text.
    fn has_said(&self) -> bool {
        self.open.last().is_some_and(|id| !self.document.elements[*id].text.is_empty())
    }

    fn say(&mut self, text: &str) {
        let Some(id) = self.open.last() else { return };
        let said = &mut self.document.elements[*id].text;
        // Nobody is given the blanks before a text, and most elements have nothing but indentation.
        if !said.is_empty() || !text.trim_ascii().is_empty() {
            said.push_str(text);
        }
    }

    fn element(&mut self, start: &BytesStart<'_>, span: Range<usize>) -> Result<usize, XmlError> {
        let refuse = |message: String| XmlError { offset: span.start, message };
        let mut attributes = Vec::new();
        // Not looking for repeated names: that would take the square of their number.
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| refuse(format!("a broken attribute: {error}")))?;
            let value = attribute
                .normalized_value(XmlVersion::Implicit1_0)
                .map_err(|error| refuse(format!("a broken attribute: {error}")))?;
            // Attributes are slices of the text, so where they stand follows from their addresses.
            let raw: &str = &attribute.value;
            let at = (raw.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
            let place = if at < self.text.len() { at..at + raw.len() } else { span.clone() };
            attributes.push(Attribute {
                name: attribute.key.local_name().as_ref().into(),
                value: value.into(),
                span: place,
            });
        }
        self.parts += 1 + attributes.len();
        if self.parts > MAX_PARTS {
            return Err(refuse(format!("the document has more than {MAX_PARTS} elements and attributes")));
        }
        let id = self.document.elements.len();
        self.document.elements.push(ElementData {
            name: start.local_name().as_ref().into(),
            attributes,
            text: String::new(),
            inner: span.end..span.end,
            tag: span,
            behind: id + 1,
        });
        Ok(id)
    }
}

fn offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn elements_attributes_and_text_know_their_places() {
        let text = "<?xml version=\"1.0\"?>\n<a:Root xmlns:a=\"x\"><W Id='{é&amp;}'><Name> t&#x65;xt\n</Name></W><w/></a:Root>";
        let document = XmlDocument::parse(text).unwrap();
        let root = document.root().unwrap();
        assert_eq!(root.name(), "Root");
        let first = root.child("w").unwrap();
        let id = first.attribute("id").unwrap();
        assert_eq!((id.value.as_str(), &text[id.span.clone()]), ("{é&}", "{é&amp;}"));
        assert_eq!(first.child("NAME").unwrap().text(), "text");
        assert_eq!(&text[first.child("Name").unwrap().inner_span()], " t&#x65;xt\n");
        assert_eq!(root.children().count(), 2);
        assert_eq!(document.named("W").count(), 2);
        assert_eq!(&text[first.tag_span()], "<W Id='{é&amp;}'>");
    }

    #[test]
    fn what_is_no_xml_is_refused() {
        for text in ["<a>", "<a></b>", "<a x=1/>", "<a>&nope;</a>", &"<a>".repeat(1000)] {
            assert!(XmlDocument::parse(text).is_err(), "{text}");
        }
        assert!(XmlDocument::parse("").unwrap().root().is_none());
    }

    proptest! {
        #[test]
        fn whatever_the_text_is_an_answer_comes_back(text in r#"(<|>|/|a|b|="|'|&amp;|&|;|#x|!\[CDATA\[|\]\]>|<!--|-->|é| ){0,30}"#) {
            let _ = XmlDocument::parse(&text);
        }
    }
}
