//! A thin layer over the XML writer: elements in order, text escaped by the crate.

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

/// An XML document being written, indented by two blanks.
pub(in crate::emit) struct Xml {
    writer: Writer<Vec<u8>>,
    error: Option<String>,
}

impl Xml {
    /// A document with its declaration, after a byte order mark as exports have it.
    pub(in crate::emit) fn document() -> Self {
        let mut xml = Self { writer: Writer::new_with_indent("\u{FEFF}".into(), b' ', 2), error: None };
        xml.write(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None)));
        xml
    }

    /// A fragment without declaration.
    pub(in crate::emit) fn fragment() -> Self {
        Self { writer: Writer::new_with_indent(Vec::new(), b' ', 2), error: None }
    }

    fn write(&mut self, event: Event<'_>) {
        if let Err(error) = self.writer.write_event(event) {
            self.error.get_or_insert(error.to_string());
        }
    }

    /// An element with children.
    pub(in crate::emit) fn element(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        children: impl FnOnce(&mut Self),
    ) {
        let mut start = BytesStart::new(name);
        attributes.iter().for_each(|attribute| start.push_attribute(*attribute));
        self.write(Event::Start(start));
        children(self);
        self.write(Event::End(BytesEnd::new(name)));
    }

    /// An element without content.
    pub(in crate::emit) fn empty(&mut self, name: &str, attributes: &[(&str, &str)]) {
        let mut start = BytesStart::new(name);
        attributes.iter().for_each(|attribute| start.push_attribute(*attribute));
        self.write(Event::Empty(start));
    }

    /// An element with text.
    pub(in crate::emit) fn text(&mut self, name: &str, text: &str) {
        self.text_with(name, &[], text);
    }

    /// An element with attributes and text.
    pub(in crate::emit) fn text_with(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        let mut start = BytesStart::new(name);
        attributes.iter().for_each(|attribute| start.push_attribute(*attribute));
        self.write(Event::Start(start));
        self.write(Event::Text(BytesText::new(text)));
        self.write(Event::End(BytesEnd::new(name)));
    }

    /// The bytes, with a line feed at the end.
    pub(in crate::emit) fn finish(self) -> Result<Vec<u8>, String> {
        match self.error {
            Some(error) => Err(format!("writing XML: {error}")),
            None => {
                let mut bytes = self.writer.into_inner();
                bytes.push(b'\n');
                Ok(bytes)
            }
        }
    }
}

/// Characters that XML 1.0 cannot hold at all are replaced; everything else the writer escapes.
pub(in crate::emit) fn clean(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' | '\n' | '\r' => c,
            '\u{0}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}' => '\u{FFFD}',
            c => c,
        })
        .collect()
}
