//! The laws of the wire, for any body: a fault is fit for a log, and what was read is read again when it is
//! written, in both formats and under one key.

use fanreply::model::key::MessageKey;
use fanreply::model::message::{Content, Event, Format, InboundMessage, Mention};
use fanreply::model::reply::Reply;
use fanreply::platform::Inbound;
use fanreply::platform::weibo::profile::WEIBO;
use fanreply::platform::weibo::{decode, decode_reply, encode_message, encode_reply};

/// In Unix time.
const YEAR_3000: i64 = 32_503_680_000;

/// Panics where a law is broken.
pub fn endures(body: &[u8]) {
    match decode(body) {
        Ok(Inbound::Message(message)) => is_read_again(&message),
        Ok(Inbound::Unknown { what, .. }) => {
            assert!(what.chars().count() <= 130 && !what.contains(char::is_control), "{what:?}");
        }
        Err(fault) => is_fit_for_a_log(&fault.to_string()),
    }
    match decode_reply(body) {
        Ok(Some(reply)) => is_carried(&reply),
        Ok(None) => {}
        Err(fault) => is_fit_for_a_log(&fault.to_string()),
    }
}

fn is_fit_for_a_log(shown: &str) {
    assert!(shown.chars().count() <= 120 && !shown.contains(char::is_control), "{shown:?}");
}

fn is_read_again(message: &InboundMessage) {
    // XML writes a moment as a number, which far from our days would be taken for milliseconds
    if !(0..YEAR_3000).contains(&message.created_at.as_second()) {
        return;
    }
    for format in [Format::Json, Format::Xml] {
        let written = InboundMessage { format, ..message.clone() };
        if format == Format::Xml && !words(message).chars().all(is_xml) {
            continue;
        }
        let body = encode_message(&written);
        assert_eq!(
            decode(&body),
            Ok(Inbound::Message(written.clone())),
            "{}",
            String::from_utf8_lossy(&body)
        );
        assert_eq!(MessageKey::of(&written), MessageKey::of(message));
    }
}

fn is_carried(reply: &Reply) {
    for format in [Format::Json, Format::Xml] {
        if (WEIBO.fits)(reply, format) && (format == Format::Json || reply.rendered().chars().all(is_xml)) {
            let message = InboundMessage { format, ..somebody() };
            let body = encode_reply(reply, &message, message.created_at).expect("it fits");
            assert_eq!(
                decode_reply(&body).as_ref(),
                Ok(&Some(reply.clone())),
                "{}",
                String::from_utf8_lossy(&body)
            );
        }
    }
}

fn somebody() -> InboundMessage {
    InboundMessage {
        account: "3600001001".parse().expect("a uid"),
        sender: "1700002001".parse().expect("a uid"),
        created_at: jiff::Timestamp::UNIX_EPOCH,
        platform_id: None,
        format: Format::Json,
        content: Content::Text(String::new()),
    }
}

/// Whatever a message holds that somebody else wrote.
fn words(message: &InboundMessage) -> String {
    match &message.content {
        Content::Text(text) => text.clone(),
        Content::Voice(media) | Content::Image(media) => media.0.clone(),
        Content::Mention(Mention { key, text, .. }) => format!("{key}{text}"),
        Content::Event(Event::Scan(scene) | Event::ScanFollow(scene)) => scene.as_str().to_owned(),
        Content::Event(Event::Click(key) | Event::View(key)) => key.clone(),
        Content::Position(_) | Content::Event(_) => String::new(),
    }
}

/// XML has no way to write the others.
fn is_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}
