//! Replies against the platform's samples: what we write is what the documents show.

use fanreply::model::id::UserId;
use fanreply::model::message::{Content, Format, InboundMessage, Position};
use fanreply::model::reply::{Article, Reply};
use fanreply::platform::weibo::profile::WEIBO;
use fanreply::platform::weibo::{self, decode_reply, json};
use fanreply::platform::{CannotCarry, DecodeFault};
use jiff::Timestamp;
use serde_json::Value;

use crate::{sample, samples_in};

fn message(format: Format) -> InboundMessage {
    InboundMessage {
        account: UserId::new(3_600_001_001).unwrap(),
        sender: UserId::new(1_700_002_001).unwrap(),
        created_at: Timestamp::from_second(1_407_811_206).unwrap(),
        platform_id: None,
        format,
        content: Content::Text("你好".into()),
    }
}

fn encoded(reply: &Reply, format: Format) -> Result<String, CannotCarry> {
    let now = Timestamp::from_second(1_407_811_207).unwrap();
    weibo::encode_reply(reply, &message(format), now).map(|body| String::from_utf8(body).unwrap())
}

fn opening_hours() -> Reply {
    Reply::Text("您好，门店营业时间 9:00 - 21:00".into())
}

fn articles(count: usize) -> Reply {
    let article = |n| Article {
        title: format!("第{n}条标题"),
        summary: format!("第{n}条摘要"),
        image: format!("http://img.example.com/{n}.jpg"),
        url: format!("http://www.example.com/a/{n}"),
    };
    Reply::Articles((1..=count).map(article).collect())
}

fn university() -> Reply {
    Reply::Position(Position::new(116.308586, 39.982525).unwrap())
}

/// Every reply sample: what it says, and whether we write it that way ourselves.
fn rows() -> Vec<(&'static str, Option<Reply>, bool)> {
    let text = |text: &str| Some(Reply::Text(text.into()));
    vec![
        ("empty_body.txt", None, false),
        ("empty_json_string.txt", None, false),
        ("passive_articles_1.json", Some(articles(1)), true),
        ("passive_articles_3.json", Some(articles(3)), true),
        ("passive_articles_8_max.json", Some(articles(8)), true),
        ("passive_news.xml", Some(articles(2)), true),
        ("passive_position.json", Some(university()), true),
        ("passive_text.json", Some(opening_hours()), true),
        ("passive_text.xml", Some(opening_hours()), true),
        ("passive_text_callbacksdk.json", text("a b+c"), false),
        ("passive_text_string_ids.json", text("中文消息"), false),
    ]
}

#[test]
fn each_reply_sample_is_understood() {
    let mut files = samples_in("reply");
    files.retain(|(file, _)| !file.ends_with(".data-decoded.json"));
    let rows = rows();
    assert_eq!(files.len(), rows.len());
    for ((file, body), (expected_file, reply, _)) in files.iter().zip(rows) {
        assert_eq!(file, expected_file);
        assert_eq!(decode_reply(body), Ok(reply), "{file}");
    }
}

#[test]
fn our_replies_are_the_samples() {
    let mut compared = 0;
    for (file, reply, ours) in rows() {
        let Some(reply) = reply.filter(|_| ours) else { continue };
        let expected = String::from_utf8(sample(&format!("reply/{file}"))).unwrap();
        if file.ends_with(".xml") {
            assert_eq!(encoded(&reply, Format::Xml).unwrap(), expected, "{file}");
        } else {
            let body = encoded(&reply, Format::Json).unwrap();
            let (written, expected): (Value, Value) =
                (serde_json::from_str(&body).unwrap(), serde_json::from_str(&expected).unwrap());
            // the equality of `data`, a string, is one of bytes
            assert_eq!(written, expected, "{file}");
            let order: Vec<_> = ["result", "receiver_id", "sender_id", "type", "data"]
                .iter()
                .map(|key| body.find(&format!("\"{key}\"")).unwrap())
                .collect();
            assert!(order.is_sorted(), "{body}");
        }
        compared += 1;
    }
    assert_eq!(compared, 7);
}

#[test]
fn the_content_of_a_reply_is_the_decoded_samples() {
    for (file, reply, kind) in [
        ("passive_text", opening_hours(), "text"),
        ("passive_articles_3", articles(3), "articles"),
        ("passive_position", university(), "position"),
    ] {
        let expected = sample(&format!("reply/{file}.data-decoded.json"));
        let content = json::ReplyContent::of(&reply);
        let data: Value = serde_json::from_str(&content.data).unwrap();
        assert_eq!(data, serde_json::from_slice::<Value>(&expected).unwrap(), "{file}");
        assert_eq!(content.kind, kind);
    }
}

#[test]
fn xml_carries_no_position_and_says_so_beforehand() {
    assert_eq!(encoded(&university(), Format::Xml), Err(CannotCarry { kind: "position" }));
    for reply in [opening_hours(), articles(1), university()] {
        for format in [Format::Json, Format::Xml] {
            assert_eq!((WEIBO.fits)(&reply, format), encoded(&reply, format).is_ok());
        }
    }
}

#[test]
fn a_text_cannot_break_out_of_its_answer() {
    let text = "]]></Content><Content><![CDATA[x]]\u{b}>\"}%22+";
    let json = encoded(&Reply::Text(text.into()), Format::Json).unwrap();
    assert_eq!(decode_reply(json.as_bytes()), Ok(Some(Reply::Text(text.into()))));
    let xml = encoded(&Reply::Text(text.into()), Format::Xml).unwrap();
    let kept = text.replace('\u{b}', "");
    assert_eq!(decode_reply(xml.as_bytes()), Ok(Some(Reply::Text(kept))));
}

#[test]
fn what_is_no_reply_is_refused() {
    let bad = |field| Err(DecodeFault::BadField { field });
    let missing = |field| Err(DecodeFault::MissingField { field });
    for (body, expected) in [
        (r#" "" "#, Ok(None)),
        ("\u{feff}\n", Ok(None)),
        ("check signature error", Err(DecodeFault::NeitherJsonNorXml)),
        (r#""text""#, Err(DecodeFault::NeitherJsonNorXml)),
        (r#"{"type":"text"}"#, missing("data")),
        (r#"{"type":null,"data":"null"}"#, bad("type")),
        (r#"{"type":"text","data":"%22x%22"}"#, Err(DecodeFault::NotAnObject)),
        (r#"{"type":"text","data":"%7B%22text%22%3A%22%FF%22%7D"}"#, bad("data")),
        (r#"{"type":"articles","data":"{\"articles\":[]}"}"#, bad("articles")),
        (r#"{"type":"articles","data":"{\"articles\":[1,2,3,4,5,6,7,8,9]}"}"#, bad("articles")),
        (r#"{"type":"position","data":"{\"longitude\":\"x\",\"latitude\":\"1\"}"}"#, bad("longitude")),
        (r#"{"type":"position","data":"{\"longitude\":\"1\",\"latitude\":\"99\"}"}"#, bad("data")),
        (r#"{"type":"music","data":"{}"}"#, bad("type")),
        ("<xml><MsgType>music</MsgType></xml>", bad("MsgType")),
        ("<xml><MsgType>text</MsgType></xml>", missing("Content")),
        ("<xml><MsgType>news</MsgType><Articles/></xml>", bad("Articles")),
    ] {
        assert_eq!(decode_reply(body.as_bytes()), expected, "{body}");
    }
}
