//! XML documents as small bounded trees, and text made fit for XML. Definitions, entities of the sender's own and
//! attributes are not supported.

use std::borrow::Cow;

use quick_xml::errors::IllFormedError;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, Event};
use quick_xml::{Error, Reader};

use crate::platform::DecodeFault;
use crate::platform::weibo::push::without_forbidden;

/// A news reply has four floors; nothing known has more.
const DEPTH_LIMIT: usize = 8;
/// A news reply of eight cards has 47 elements, a push a dozen.
const ELEMENT_LIMIT: usize = 256;
const ROOT: &str = "xml";
/// The names of a push of text: of these no copy is made.
const USUAL: [&str; 7] = [ROOT, "ToUserName", "FromUserName", "CreateTime", "MsgType", "Content", "MsgId"];

/// One element: its own text, joined, and the elements in it.
#[derive(Debug, Default)]
pub(super) struct Element<'x> {
    pub name: Cow<'static, str>,
    /// As it stands in the document, where it stands there in one piece.
    pub text: Cow<'x, str>,
    pub children: Vec<Self>,
}

impl<'x> Element<'x> {
    /// The child of this name; the last one, as in JSON, when there are several.
    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().rfind(|child| child.name == name)
    }
}

/// Reads a document whose root is `<xml>`.
///
/// Line ends stay as they came: a message has the same text, and so the same key, in both formats. References to characters
/// that XML forbids are dropped; [`without_forbidden`] has dropped those themselves.
///
/// # Errors
///
/// Anything that is not well-formed, a DTD, an unknown entity, more than the limits, or something beside the root.
pub(super) fn read(text: &str) -> Result<Element<'_>, DecodeFault> {
    let mut reader = Reader::from_str(text);
    let mut tree = Growing::default();
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => tree.open(start.name().as_ref())?,
            Ok(Event::Empty(start)) => {
                tree.open(start.name().as_ref())?;
                tree.close();
            }
            Ok(Event::End(_)) => tree.close(),
            Ok(Event::Text(text)) => tree.text(text.into_inner())?,
            Ok(Event::CData(text)) => tree.text(text.into_inner())?,
            // the reader splits a text round each reference
            Ok(Event::GeneralRef(reference)) => tree.text(resolved(&reference)?.into())?,
            Ok(Event::Comment(_)) => {}
            Ok(Event::Decl(_)) if tree.is_untouched() => {}
            Ok(Event::Decl(_) | Event::PI(_)) => return Err(bad("an instruction to the reader")),
            Ok(Event::DocType(_)) => return Err(DecodeFault::Doctype),
            Ok(Event::Eof) => return tree.root.ok_or_else(|| bad("cut short")),
            Err(error) => {
                return Err(bad(format!("{} at byte {}", reason(&error), reader.error_position())));
            }
        }
    }
}

/// A tree of which some elements are still open.
#[derive(Default)]
struct Growing<'x> {
    open: Vec<Element<'x>>,
    root: Option<Element<'x>>,
    elements: usize,
}

impl<'x> Growing<'x> {
    fn is_untouched(&self) -> bool {
        self.elements == 0
    }

    fn open(&mut self, name: &str) -> Result<(), DecodeFault> {
        if self.root.is_some() {
            return Err(bad("something follows the root"));
        }
        if self.open.is_empty() && name != ROOT {
            return Err(bad("the root is not <xml>"));
        }
        if self.open.len() == DEPTH_LIMIT {
            return Err(DecodeFault::TooDeep);
        }
        if self.elements == ELEMENT_LIMIT {
            return Err(bad("too many elements"));
        }
        self.elements += 1;
        let usual = USUAL.into_iter().find(|usual| *usual == name);
        let name = usual.map_or_else(|| name.to_owned().into(), Cow::Borrowed);
        self.open.push(Element { name, ..Element::default() });
        Ok(())
    }

    /// Only called for an element that is open: the reader checks that tags match.
    fn close(&mut self) {
        let closed = self.open.pop();
        match self.open.last_mut() {
            Some(parent) => parent.children.extend(closed),
            None => self.root = closed,
        }
    }

    fn text(&mut self, text: Cow<'x, str>) -> Result<(), DecodeFault> {
        match self.open.last_mut() {
            Some(element) if element.text.is_empty() => element.text = text,
            Some(element) => element.text.to_mut().push_str(&text),
            None if text.chars().all(|c| c.is_ascii_whitespace()) => {}
            None => return Err(bad("text beside the root")),
        }
        Ok(())
    }
}

fn resolved(reference: &BytesRef<'_>) -> Result<String, DecodeFault> {
    let Some(number) = reference.strip_prefix('#') else {
        let text = resolve_predefined_entity(reference);
        return text.map(str::to_owned).ok_or_else(|| bad("an entity that XML does not define itself"));
    };
    match code_of(number) {
        // half of an emoji, as in JSON
        Some(0xD800..=0xDFFF) => Ok('\u{fffd}'.into()),
        Some(code) => match char::from_u32(code) {
            Some(c) => Ok(without_forbidden(c.encode_utf8(&mut [0; 4])).into_owned()),
            None => Err(bad("a reference to no character")),
        },
        None => Err(bad("a reference to no character")),
    }
}

/// `21` or `x15`.
fn code_of(number: &str) -> Option<u32> {
    let (digits, radix) = number.strip_prefix('x').map_or((number, 10), |digits| (digits, 16));
    // a sign would be read too
    let is_number = digits.chars().all(|c| c.is_digit(radix));
    u32::from_str_radix(digits, radix).ok().filter(|_| is_number)
}

fn bad(reason: impl Into<String>) -> DecodeFault {
    DecodeFault::BadXml { reason: reason.into() }
}

/// In our own words, because the reader's quote names of the body.
fn reason(error: &Error) -> &'static str {
    match error {
        Error::Syntax(_) => "markup without its end",
        Error::IllFormed(IllFormedError::UnclosedReference) => "a reference without its end",
        Error::IllFormed(_) => "ill-formed markup",
        _ => "unreadable markup",
    }
}

/// Appends a text as character data; what XML forbids is left out.
pub(super) fn push_cdata(body: &mut String, text: &str) {
    // first the characters, since one that goes may have stood between `]]` and `>`
    let text = without_forbidden(text);
    body.push_str("<![CDATA[");
    for (number, part) in text.split("]]>").enumerate() {
        if number > 0 {
            body.push_str("]]]]><![CDATA[>");
        }
        body.push_str(part);
    }
    body.push_str("]]>");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_in(body: &str) -> Result<String, DecodeFault> {
        let body = without_forbidden(body);
        read(&body).map(|root| root.child("a").map(|a| a.text.clone().into_owned()).unwrap_or_default())
    }

    fn cdata(text: &str) -> String {
        let mut body = String::new();
        push_cdata(&mut body, text);
        body
    }

    fn refusal(body: &str) -> String {
        text_in(body).unwrap_err().to_string()
    }

    #[test]
    fn text_references_and_character_data_are_joined() {
        let body = "<xml><a>1 &lt; 2 &amp;<![CDATA[& <b>]]>&#x4f60;&#22909;<!-- no -->!\r\n</a></xml>";
        assert_eq!(text_in(body).as_deref(), Ok("1 < 2 && <b>你好!\r\n"));
    }

    #[test]
    fn only_blanks_and_comments_stand_beside_the_root() {
        assert!(text_in("<?xml version=\"1.0\"?>\n<!-- a --><xml/>\n<!-- b -->\n").is_ok());
        for body in ["<xml/>x", "x<xml/>", "<xml/><xml/>", "<xml/>&amp;", "<xml/><![CDATA[x]]>", "<a/>"] {
            assert!(matches!(text_in(body), Err(DecodeFault::BadXml { .. })), "{body}");
        }
        for body in ["<xml/><?xml version=\"1.0\"?>", "<xml><?php ?></xml>", "<?php ?><xml/>"] {
            assert_eq!(refusal(body), "no valid XML: an instruction to the reader", "{body}");
        }
    }

    #[test]
    fn no_definition_and_no_entity_of_the_sender_is_followed() {
        let defined = "<!DOCTYPE xml [<!ENTITY e \"x\">]><xml><a>&e;</a></xml>";
        assert_eq!(text_in(defined), Err(DecodeFault::Doctype));
        assert_eq!(text_in("<xml/><!DOCTYPE xml>"), Err(DecodeFault::Doctype));
        assert_eq!(
            refusal("<xml><a>&e;</a></xml>"),
            "no valid XML: an entity that XML does not define itself"
        );
    }

    #[test]
    fn forbidden_characters_are_dropped_raw_and_as_references() {
        for forbidden in ["\u{1}", "\u{ffff}", "\0", "&#1;", "&#0;", "&#xffff;", "&#x1D;"] {
            let body = format!("<xml><a>a{forbidden}\t<![CDATA[b{}]]>\n</a></xml>", "\u{1d}");
            assert_eq!(text_in(&body).as_deref(), Ok("a\tb\n"), "{forbidden:?}");
        }
        assert_eq!(text_in("<xml><a>a&#xd83d;&#55357;b</a></xml>").as_deref(), Ok("a\u{fffd}\u{fffd}b"));
        for reference in ["&#x110000;", "&#;", "&#x;", "&#-1;", "&#+65;", "&#99999999999;"] {
            let refusal = refusal(&format!("<xml><a>{reference}</a></xml>"));
            assert!(refusal.contains("a reference to no character"), "{reference}: {refusal}");
        }
        assert_eq!(text_in("<!DOC\u{1}TYPE xml><xml/>"), Err(DecodeFault::Doctype), "nothing hides in them");
    }

    #[test]
    fn a_tree_has_bounds() {
        let deep = format!("<xml>{}{}</xml>", "<a>".repeat(8), "</a>".repeat(8));
        assert_eq!(text_in(&deep), Err(DecodeFault::TooDeep));
        let deepest = format!("<xml>{}{}</xml>", "<a>".repeat(7), "</a>".repeat(7));
        assert!(text_in(&deepest).is_ok());
        assert!(text_in(&format!("<xml>{}</xml>", "<a/>".repeat(255))).is_ok());
        assert_eq!(refusal(&format!("<xml>{}</xml>", "<a/>".repeat(256))), "no valid XML: too many elements");
    }

    #[test]
    fn a_refusal_never_quotes_the_body() {
        for body in ["<xml><secret></other></xml>", "<xml></secret>", "<xml><a>&secret</a></xml>"] {
            assert!(!refusal(body).contains("secret"), "{body}: {}", refusal(body));
        }
    }

    #[test]
    fn character_data_holds_any_text() {
        for text in ["", "]]>", "]]]>", "]]>]]>", "a ]] > b", "<![CDATA[", "]]", "&amp;"] {
            let body = format!("<xml><a>{}</a></xml>", cdata(text));
            assert_eq!(text_in(&body).as_deref(), Ok(text));
        }
        let forged = format!("<xml><a>{}</a></xml>", cdata("]]\u{1}></a><b>"));
        assert_eq!(text_in(&forged).as_deref(), Ok("]]></a><b>"));
    }
}
