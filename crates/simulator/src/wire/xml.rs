//! A writer of XML elements.

use std::fmt::{Display, Write as _};

use quick_xml::escape::escape;

/// Elements, written one after the other. The names are the code's own; the texts are escaped.
#[derive(Debug, Default)]
pub(crate) struct Xml(String);

impl Xml {
    /// An element with a text.
    pub(crate) fn text(&mut self, name: &str, text: impl Display) {
        // XML has no way to write most control characters, not even escaped.
        let writable = |character: char| match character {
            '\t' | '\n' | '\r' => character,
            _ if character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}') => '\u{fffd}',
            _ => character,
        };
        let text: String = text.to_string().chars().map(writable).collect();
        self.open(name, "");
        self.0.push_str(&escape(text.as_str()));
        self.close(name);
    }

    /// An element with a text, or none where there is no text.
    pub(crate) fn optional(&mut self, name: &str, text: Option<impl Display>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// An element with elements.
    pub(crate) fn element(&mut self, name: &str, content: impl FnOnce(&mut Self)) {
        self.element_with(name, "", content);
    }

    /// An element in a namespace.
    pub(crate) fn root(&mut self, name: &str, namespace: &str, content: impl FnOnce(&mut Self)) {
        self.element_with(name, &format!(" xmlns=\"{namespace}\""), content);
    }

    /// An element with one element per item.
    pub(crate) fn list<T>(
        &mut self,
        name: &str,
        member: &str,
        items: impl IntoIterator<Item = T>,
        mut content: impl FnMut(&mut Self, T),
    ) {
        self.element(name, |xml| {
            for item in items {
                xml.element(member, |xml| content(xml, item));
            }
        });
    }

    /// An element with one text per item.
    pub(crate) fn texts(&mut self, name: &str, member: &str, items: impl IntoIterator<Item = impl Display>) {
        self.element(name, |xml| items.into_iter().for_each(|item| xml.text(member, item)));
    }

    /// Elements written elsewhere.
    pub(crate) fn append(&mut self, other: &Self) {
        self.0.push_str(&other.0);
    }

    /// The document.
    pub(crate) fn into_string(self) -> String {
        self.0
    }

    fn element_with(&mut self, name: &str, attributes: &str, content: impl FnOnce(&mut Self)) {
        self.open(name, attributes);
        content(self);
        self.close(name);
    }

    fn open(&mut self, name: &str, attributes: &str) {
        // Writing to a string does not fail.
        let _ = write!(self.0, "<{name}{attributes}>");
    }

    fn close(&mut self, name: &str) {
        let _ = write!(self.0, "</{name}>");
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::*;

    #[test]
    fn elements_are_nested_and_texts_escaped() {
        let mut xml = Xml::default();
        xml.root("A", "urn:a", |xml| {
            xml.text("T", "<&\u{0}");
            xml.optional("Absent", None::<&str>);
            xml.list("L", "member", [1, 2], |xml, n| xml.text("N", n));
            xml.list("Empty", "member", [0; 0], |xml, n| xml.text("N", n));
            xml.texts("T", "item", ["a", "b"]);
        });
        assert_eq!(
            xml.into_string(),
            "<A xmlns=\"urn:a\"><T>&lt;&amp;\u{fffd}</T>\
             <L><member><N>1</N></member><member><N>2</N></member></L><Empty></Empty>\
             <T><item>a</item><item>b</item></T></A>"
        );
    }

    proptest! {
        #[test]
        fn any_text_makes_well_formed_xml(text in any::<String>()) {
            let mut xml = Xml::default();
            xml.text("T", text);
            let document = xml.into_string();
            let mut reader = Reader::from_str(&document);
            let mut depth = 0;
            loop {
                match reader.read_event() {
                    Ok(Event::Start(_)) => depth += 1,
                    Ok(Event::End(_)) => depth -= 1,
                    Ok(Event::Eof) => break,
                    Ok(_) => {}
                    Err(error) => return Err(TestCaseError::fail(error.to_string())),
                }
            }
            prop_assert_eq!(depth, 0);
            let writable = |c: char| c >= ' ' || "\t\n\r".contains(c);
            prop_assert!(document.chars().all(writable));
        }
    }
}
