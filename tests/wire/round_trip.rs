//! What is written is read again as the same value: messages by `encode_message`, replies by
//! `encode_reply`, in both formats; recorded lines by `encode_line`.

use fanreply::model::decision::Outcome;
use fanreply::model::id::{RuleName, UserId};
use fanreply::model::key::MessageKey;
use fanreply::model::message::{
    Content, Event, Format, InboundMessage, MediaId, Mention, MentionPlace, Position, Scene,
};
use fanreply::model::reply::{Article, Reply};
use fanreply::platform::weibo::profile::WEIBO;
use fanreply::platform::weibo::recording::{decode_line, encode_line};
use fanreply::platform::weibo::{decode, decode_reply, encode_message, encode_reply};
use fanreply::platform::{Given, Inbound, Unsaid};
use jiff::Timestamp;
use proptest::collection::vec;
use proptest::prelude::*;

/// Characters that both formats can hold, the awkward ones among them often.
fn character() -> impl Strategy<Value = char> {
    prop_oneof![
        3 => any::<char>().prop_filter("forbidden in XML", |c| {
            matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
        }),
        1 => proptest::sample::select(vec![']', '>', '<', '&', '"', '\\', '%', '+', ' ', '\r', '\n', '你', '👋']),
    ]
}

fn text(length: impl Into<proptest::collection::SizeRange>) -> impl Strategy<Value = String> {
    vec(character(), length).prop_map(String::from_iter)
}

fn user() -> impl Strategy<Value = UserId> {
    (1..=i64::MAX as u64).prop_map(|number| UserId::new(number).unwrap())
}

fn position() -> impl Strategy<Value = Position> {
    (-180.0..=180.0, -90.0..=90.0)
        .prop_map(|(longitude, latitude)| Position::new(longitude, latitude).unwrap())
}

fn media() -> impl Strategy<Value = MediaId> {
    prop_oneof![any::<u64>().prop_map(|number| number.to_string()), text(1..20), "0[0-9]{1,5}"]
        .prop_map(MediaId)
}

fn mention() -> impl Strategy<Value = Mention> {
    let place = prop_oneof![Just(MentionPlace::Status), Just(MentionPlace::Comment)];
    (place, text(1..20), text(0..40)).prop_map(|(place, key, text)| Mention { place, key, text })
}

fn event() -> impl Strategy<Value = Event> {
    let scene = || prop_oneof![any::<u32>().prop_map(|n| n.to_string()), text(1..20)];
    prop_oneof![
        Just(Event::Follow),
        Just(Event::Unfollow),
        Just(Event::Subscribe),
        Just(Event::Unsubscribe),
        scene().prop_map(|scene| Event::Scan(Scene::new(&scene))),
        scene().prop_map(|scene| Event::ScanFollow(Scene::new(&scene))),
        text(1..20).prop_map(Event::Click),
        text(1..40).prop_map(Event::View),
    ]
}

fn content() -> impl Strategy<Value = Content> {
    prop_oneof![
        text(0..80).prop_map(Content::Text),
        position().prop_map(Content::Position),
        media().prop_map(Content::Voice),
        media().prop_map(Content::Image),
        mention().prop_map(Content::Mention),
        event().prop_map(Content::Event),
    ]
}

fn message() -> impl Strategy<Value = InboundMessage> {
    let format = prop_oneof![Just(Format::Json), Just(Format::Xml)];
    // to the year 2999
    let seconds = 0..32_503_680_000_i64;
    (user(), user(), seconds, any::<Option<u64>>(), format, content()).prop_map(
        |(account, sender, seconds, platform_id, format, content)| InboundMessage {
            account,
            sender,
            created_at: Timestamp::from_second(seconds).unwrap(),
            platform_id,
            format,
            content,
        },
    )
}

fn reply() -> impl Strategy<Value = Reply> {
    let article = (text(0..20), text(0..20), text(0..20), text(0..20))
        .prop_map(|(title, summary, image, url)| Article { title, summary, image, url });
    prop_oneof![
        text(0..300).prop_map(Reply::Text),
        vec(article, 1..=WEIBO.article_limit).prop_map(Reply::Articles),
        position().prop_map(Reply::Position),
    ]
}

proptest! {
    #[test]
    fn a_message_that_was_written_is_read_again(message in message()) {
        prop_assert_eq!(decode(&encode_message(&message)), Ok(Inbound::Message(message)));
    }

    #[test]
    fn a_message_that_was_recorded_is_read_again_with_the_time_of_its_receipt(
        message in message(),
        millis in 0..32_503_680_000_000_i64,
        rule in proptest::option::of("[a-z\"]{1,9}"),
        answer in "\\PC{0,9}\n?",
    ) {
        let received_at = Timestamp::from_millisecond(millis).unwrap();
        let rule = rule.map(RuleName::new);
        let given = Given { rule, outcome: Outcome::Answered, answers: vec![answer] };
        let line = encode_line(&message, received_at, &given);
        prop_assert!(!line.contains('\n'));
        let unsaid = Unsaid { account: UserId::SOMEBODY, sender: UserId::SOMEBODY, at: Timestamp::UNIX_EPOCH };
        prop_assert_eq!(decode_line(line.as_bytes(), &unsaid), Ok((Inbound::Message(message), received_at)));
    }

    #[test]
    fn a_message_has_one_key_in_both_formats(message in message()) {
        let keys = [Format::Json, Format::Xml].map(|format| {
            match decode(&encode_message(&InboundMessage { format, ..message.clone() })) {
                Ok(Inbound::Message(read)) => MessageKey::of(&read),
                other => panic!("{other:?}"),
            }
        });
        prop_assert_eq!(keys, [MessageKey::of(&message); 2]);
    }

    #[test]
    fn a_reply_that_was_written_is_read_again(reply in reply(), message in message()) {
        match encode_reply(&reply, &message, message.created_at) {
            Ok(body) => prop_assert_eq!(decode_reply(&body), Ok(Some(reply))),
            Err(_) => prop_assert!(!(WEIBO.fits)(&reply, message.format)),
        }
    }

    #[test]
    fn json_answers_hold_any_text(text in any::<String>(), message in message()) {
        let message = InboundMessage { format: Format::Json, ..message };
        let reply = Reply::Text(text);
        let body = encode_reply(&reply, &message, message.created_at).unwrap();
        prop_assert!(body.is_ascii());
        prop_assert_eq!(decode_reply(&body), Ok(Some(reply)));
    }

    #[test]
    fn xml_answers_stay_well_formed_whatever_the_text(text in any::<String>(), message in message()) {
        let message = InboundMessage { format: Format::Xml, ..message };
        let body = encode_reply(&Reply::Text(text), &message, message.created_at).unwrap();
        prop_assert!(matches!(decode_reply(&body), Ok(Some(Reply::Text(_)))));
    }

    #[test]
    fn arbitrary_bodies_are_endured(body in any::<Vec<u8>>(), head in "[{<\"]?") {
        let body = [head.as_bytes(), &body].concat();
        let _ = decode(&body);
        let _ = decode_reply(&body);
        let unsaid = Unsaid { account: UserId::SOMEBODY, sender: UserId::SOMEBODY, at: Timestamp::UNIX_EPOCH };
        let _ = decode_line(&body, &unsaid);
    }
}
