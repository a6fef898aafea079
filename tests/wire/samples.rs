//! Every sample of a push has a row here that says what it means.

use std::collections::BTreeMap;

use fanreply::model::key::MessageKey;
use fanreply::model::message::{Content, Event, Format, InboundMessage, MediaId, Mention};
use fanreply::platform::weibo::{decode, encode_message};
use fanreply::platform::{DecodeFault, Inbound};
use serde_json::Value;

use crate::{sample, samples_in};

/// File → what it means. The account, the fan and the time are those of [`inbound`] unless said.
const JSON: &[(&str, &str)] = &[
    ("event_click.json", "click MENU_PRICE_LIST"),
    ("event_follow.json", "follow"),
    ("event_follow_data_extra.json", "follow"),
    ("event_follow_doc_trailing_comma.txt", "fault bad_json"),
    ("event_scan.json", "scan 123123"),
    ("event_scan_follow.json", "scan_follow 42"),
    ("event_scan_without_ticket.json", "scan 123123"),
    ("event_subscribe_button.json", "subscribe"),
    ("event_subscribe_keyword.json", "subscribe"),
    ("event_unfollow.json", "unfollow"),
    ("event_unknown_subtype.json", "unknown: event some_future_subtype"),
    ("event_unsubscribe_button.json", "unsubscribe"),
    ("event_unsubscribe_keyword.json", "unsubscribe"),
    ("event_view.json", "view http://www.example.com/shop?a=1&b=2"),
    ("image.json", "image 821804472"),
    ("image_string_ids.json", "image 3500821804472"),
    ("legacy_text_recipient_id.json", "text older name of the account field, id 1407271500002"),
    ("legacy_text_with_id.json", "text legacy long-connection push, id 1407271500001"),
    ("mention_as_event.json", "mention_status 3746210011223344: @测试蓝V 请问怎么参加活动？"),
    ("mention_comment.json", "mention_comment 3746210011229999: 回复@测试蓝V: 同问"),
    ("mention_status.json", "mention_status 3746210011223344: @测试蓝V 请问怎么参加活动？"),
    ("position.json", "position 116.308586 east 39.982525 north"),
    ("position_default_text.json", "position 121.473701 east 31.230416 north"),
    ("text.json", "text 你好，请问今天几点开门？"),
    ("text_data_empty_string.json", "text data as empty string"),
    ("text_emoticon_longline.json", "text [哈欠] 第一行\n第二行 \"quoted\" \\ http://t.cn/zQgLLYO 👋"),
    ("text_ids_as_strings.json", "text id as strings"),
    ("text_second_account.json", "text hello, to 3600001002"),
    ("text_utf8_bom.json", "text bom"),
    ("unknown_type.json", "unknown: video"),
    ("voice.json", "voice 821804469"),
];

const XML: &[(&str, &str)] = &[
    ("event_click.xml", "click MENU_PRICE_LIST"),
    ("event_click_wechat_case.xml", "click MENU_PRICE_LIST"),
    ("event_follow.xml", "follow"),
    ("event_scan.xml", "scan 123123"),
    ("event_scan_follow.xml", "scan_follow 42"),
    ("event_scan_wechat_case.xml", "scan 123123"),
    ("event_subscribe.xml", "subscribe"),
    ("event_subscribe_scan_wechat.xml", "scan_follow 123123"),
    ("event_unfollow.xml", "unfollow"),
    ("event_unsubscribe.xml", "unsubscribe"),
    ("event_view.xml", "view http://www.example.com/shop?a=1&b=2"),
    ("event_view_wechat_case.xml", "view http://www.example.com/shop?a=1&b=2"),
    ("image.xml", "image 821804472"),
    ("location.xml", "position 116.308586 east 39.982525 north"),
    ("location_minimal.xml", "position 116.308586 east 39.982525 north"),
    ("mention_inferred.xml", "mention_status 3746210011223344: @测试蓝V 请问怎么参加活动？"),
    ("text_cdata_edge.xml", "text a < b && c > d ]]> end"),
    ("text_empty_msgid.xml", "text abcd"),
    ("text_no_msgid.xml", "text 你好，请问今天几点开门？"),
    ("unknown_type.xml", "unknown: some_future_type"),
    ("voice.xml", "voice 821804469"),
    ("xxe_attack.xml", "fault doctype"),
];

/// What a body means, in the words of the tables.
fn meaning(body: &[u8], expected_format: Format) -> String {
    match decode(body) {
        Ok(Inbound::Message(message)) => {
            assert_eq!(message.format, expected_format);
            said(&message)
        }
        Ok(Inbound::Unknown { account, format, what }) => {
            assert_eq!((account.number(), format), (Some(3_600_001_001), expected_format));
            format!("unknown: {what}")
        }
        Err(fault) => format!("fault {}", fault.as_str()),
    }
}

fn said(message: &InboundMessage) -> String {
    let kind = message.kind();
    let mut said = match &message.content {
        Content::Text(text) => format!("{kind} {text}"),
        Content::Position(at) => format!("{kind} {} east {} north", at.longitude(), at.latitude()),
        Content::Voice(MediaId(id)) | Content::Image(MediaId(id)) => format!("{kind} {id}"),
        Content::Mention(Mention { key, text, .. }) => format!("{kind} {key}: {text}"),
        Content::Event(Event::Scan(scene) | Event::ScanFollow(scene)) => {
            format!("{kind} {}", scene.as_str())
        }
        Content::Event(Event::Click(key) | Event::View(key)) => format!("{kind} {key}"),
        Content::Event(_) => kind.to_string(),
    };
    if let Some(id) = message.platform_id {
        said.push_str(&format!(", id {id}"));
    }
    if message.account.number() != Some(3_600_001_001) {
        said.push_str(&format!(", to {}", message.account));
    }
    assert_eq!(message.sender.number(), Some(1_700_002_001));
    assert_eq!(message.created_at.to_string(), "2014-08-12T02:40:06Z");
    said
}

fn each_sample_means_its_row(folder: &str, format: Format, rows: &[(&str, &str)]) {
    let expected: BTreeMap<_, _> =
        rows.iter().map(|(file, meaning)| (file.to_string(), meaning.to_string())).collect();
    let found: BTreeMap<_, _> =
        samples_in(folder).into_iter().map(|(file, body)| (file, meaning(&body, format))).collect();
    assert_eq!(found, expected);
}

#[test]
fn each_json_sample_means_what_its_row_says() {
    each_sample_means_its_row("json", Format::Json, JSON);
}

#[test]
fn each_xml_sample_means_what_its_row_says() {
    each_sample_means_its_row("xml", Format::Xml, XML);
}

fn key_of(path: &str) -> MessageKey {
    match decode(&sample(path)) {
        Ok(Inbound::Message(message)) => MessageKey::of(&message),
        other => panic!("{path}: {other:?}"),
    }
}

#[test]
fn the_same_message_has_one_key_in_both_formats() {
    for (json, xml) in [
        ("text", "text_no_msgid"),
        ("voice", "voice"),
        ("image", "image"),
        ("position", "location"),
        ("position", "location_minimal"),
        ("mention_status", "mention_inferred"),
        ("event_follow", "event_follow"),
        ("event_unfollow", "event_unfollow"),
        ("event_subscribe_button", "event_subscribe"),
        ("event_unsubscribe_button", "event_unsubscribe"),
        ("event_scan", "event_scan"),
        ("event_scan", "event_scan_wechat_case"),
        ("event_scan_follow", "event_scan_follow"),
        ("event_click", "event_click_wechat_case"),
        ("event_view", "event_view_wechat_case"),
    ] {
        assert_eq!(key_of(&format!("json/{json}.json")), key_of(&format!("xml/{xml}.xml")), "{json}, {xml}");
    }
    assert_ne!(key_of("json/text.json"), key_of("xml/text_empty_msgid.xml"));
}

fn written_again(path: &str) -> Vec<u8> {
    match decode(&sample(path)) {
        Ok(Inbound::Message(message)) => encode_message(&message),
        other => panic!("{path}: {other:?}"),
    }
}

#[test]
fn a_push_is_written_as_the_platform_does() {
    for file in [
        "text",
        "text_second_account",
        "text_emoticon_longline",
        "legacy_text_with_id",
        "position_default_text",
        "mention_status",
        "mention_comment",
        "event_follow",
        "event_unfollow",
        "event_subscribe_button",
        "event_unsubscribe_button",
        "event_scan_without_ticket",
        "event_click",
        "event_view",
    ] {
        let path = format!("json/{file}.json");
        let [written, expected]: [Value; 2] =
            [written_again(&path), sample(&path)].map(|body| serde_json::from_slice(&body).unwrap());
        assert_eq!(written, expected, "{file}");
    }
    for file in [
        "text_no_msgid",
        "text_cdata_edge",
        "mention_inferred",
        "event_follow",
        "event_unfollow",
        "event_subscribe",
        "event_unsubscribe",
        "event_click",
        "event_view",
    ] {
        let path = format!("xml/{file}.xml");
        let [written, expected] =
            [written_again(&path), sample(&path)].map(|body| String::from_utf8(body).unwrap());
        assert_eq!(written, expected, "{file}");
    }
}

/// A JSON push from its differences to a text message.
fn json(fields: &str) -> Result<Inbound, DecodeFault> {
    let common = r#""receiver_id":3600001001,"sender_id":1700002001,"created_at":1407811206"#;
    decode(format!("{{{common},{fields}}}").as_bytes())
}

fn xml(elements: &str) -> Result<Inbound, DecodeFault> {
    let head = "<ToUserName>3600001001</ToUserName><FromUserName>1700002001</FromUserName>\
                <CreateTime>1407811206</CreateTime>";
    decode(format!("<xml>{head}{elements}</xml>").as_bytes())
}

fn shown(inbound: Result<Inbound, DecodeFault>) -> String {
    match inbound {
        Ok(Inbound::Message(message)) => said(&message),
        Ok(Inbound::Unknown { what, .. }) => format!("unknown: {what}"),
        Err(fault) => fault.to_string(),
    }
}

#[test]
fn json_is_read_as_loosely_as_the_documents_are_written() {
    let big = u64::MAX.to_string();
    for (fields, meaning) in [
        (r#""type":"TEXT","text":"a","data":null"#, "text a"),
        (r#""type":"text","text":"a""#, "text a"),
        (r#""type":"text","text":"a","data":{"key":{}},"new":[1.5]"#, "text a"),
        (r#""type":"text","text":"a","data":[]"#, "text a"),
        (r#""type":"text","text":"a","id":"77""#, "text a, id 77"),
        (r#""type":"text","text":"a","id":"abc""#, "text a"),
        (r#""type":"text","text":"a","id":-1"#, "text a"),
        (r#""type":"text","text":"a","text":"b""#, "text b"),
        (r#""type":"text","text":"""#, "text "),
        (r#""type":"position","data":{"longitude":116.5,"latitude":-39}"#, "position 116.5 east -39 north"),
        (r#""type":"voice","data":{"vfid":5}"#, "voice 5"),
        (r#""type":"voice","data":"""#, "voice "),
        (r#""type":"image","data":{"tovfid":1e19}"#, "image "),
        (r#""type":"voice","data":{"vfid":5,"tovfid":""}"#, "voice 5"),
        (&format!(r#""type":"image","data":{{"tovfid":{big}}}"#), &format!("image {big}")),
        (
            r#""type":"mention","text":"t","data":{"subtype":"Status","key":9007199254740993}"#,
            "mention_status 9007199254740993: t",
        ),
        (r#""type":"event","data":{"subtype":"SCAN","key":42}"#, "scan 42"),
        (r#""type":"event","data":{"subtype":"comment","key":"1"},"text":"t""#, "mention_comment 1: t"),
        (r#""type":"mention","data":{"subtype":"follow"}"#, "unknown: mention follow"),
        (r#""type":"share","data":7"#, "unknown: share"),
    ] {
        assert_eq!(shown(json(fields)), meaning, "{fields}");
    }
}

#[test]
fn xml_is_read_as_loosely() {
    for (elements, meaning) in [
        ("<MsgType>TEXT</MsgType><Content>1 &lt; <![CDATA[2 & ]]>3</Content>", "text 1 < 2 & 3"),
        ("<MsgType> text </MsgType><Content>a</Content><MsgId>77</MsgId>", "text a, id 77"),
        ("<MsgType>text</MsgType><Content>a</Content><MsgId>abc</MsgId>", "text a"),
        ("<MsgType>text</MsgType><Content/>", "text "),
        ("<MsgType>event</MsgType><Event>UnFollow</Event>", "unfollow"),
        ("<MsgType>event</MsgType><Event>subscribe</Event><EventKey/>", "subscribe"),
        ("<MsgType>event</MsgType><Event>LOCATION</Event>", "unknown: event location"),
        ("<MsgType>video</MsgType><MediaId><x/></MediaId>", "unknown: video"),
        ("<MsgType>image</MsgType><MediaId/>", "image "),
        ("<MsgType>voice</MsgType><MediaId><x/></MediaId>", "voice "),
    ] {
        assert_eq!(shown(xml(elements)), meaning, "{elements}");
    }
}

#[test]
fn what_phones_and_gateways_really_send_is_understood() {
    for (file, format, expected) in [
        ("image_without_ids.json", Format::Json, "image "),
        ("text_raw_control_character.json", Format::Json, "text go  x"),
        ("text_control_character.xml", Format::Xml, "text go  x, id 22000000000000001"),
        ("voice_without_id.xml", Format::Xml, "voice "),
    ] {
        assert_eq!(meaning(&sample(&format!("odd/{file}")), format), expected, "{file}");
    }
}

#[test]
fn a_control_character_costs_no_fan_his_answer_and_no_format_its_key() {
    let text = |inbound| match inbound {
        Ok(Inbound::Message(message)) => (said(&message), MessageKey::of(&message)),
        other => panic!("{other:?}"),
    };
    let clean = text(json(r#""type":"text","text":"a\n\tb\\\"c\r""#));
    assert_eq!(clean.0, "text a\n\tb\\\"c\r");
    for written in [
        "a\n\tb\\\\\\\"c\r",
        "a\u{1d}\n\t\0b\\\\\\\u{1}\"c\r\u{1f}",
        "a\\u001d\\n\\tb\\\\\\\"c\\r\\u0000\\uffff",
        "a\\\n\tb\\\\\\\"c\\\r",
    ] {
        assert_eq!(
            text(json(&format!("\"type\":\"text\",\u{7}\r\n\t\"text\":\"{written}\""))),
            clean,
            "{written:?}"
        );
    }
    for written in
        ["a\u{1d}\n\tb\\\"c\r", "a&#29;\n\tb\\&quot;c&#13;&#xffff;", "<![CDATA[a\u{1}\n\tb\\\"c\r]]>"]
    {
        let message = xml(&format!("<MsgType>te\u{1}xt</MsgType><Content>{written}</Content>"));
        assert_eq!(text(message), clean, "{written:?}");
    }
}

#[test]
fn a_message_that_says_enough_without_a_field_is_answered() {
    for (inbound, seen) in [
        (json(r#""type":"text""#), "text "),
        (json(r#""type":"text","text":null"#), "text "),
        (xml("<MsgType>text</MsgType>"), "text "),
        (json(r#""type":"event","data":{"subtype":"scan"}"#), "scan "),
        (json(r#""type":"event","data":{"subtype":"click","key":null}"#), "click "),
        (xml("<MsgType>event</MsgType><Event>VIEW</Event>"), "view "),
        (json(r#""type":"mention","text":null,"data":{"subtype":"status","key":"5"}"#), "mention_status 5: "),
    ] {
        assert_eq!(shown(inbound), seen);
    }
}

#[test]
fn a_field_that_a_type_needs_is_named_when_it_is_missing_or_senseless() {
    for (inbound, fault) in [
        (json(r#""text":"a""#), "the field type is missing"),
        (json(r#""type":5.5"#), "the field type has no usable value"),
        (json(r#""type":"text","text":["a"]"#), "the field text has no usable value"),
        (json(r#""type":"event""#), "the field data.subtype is missing"),
        (json(r#""type":"mention","data":{"subtype":"status"}"#), "the field data.key is missing"),
        (
            json(r#""type":"position","data":{"longitude":"1","latitude":"91"}"#),
            "the field data.latitude has no usable value",
        ),
        (
            json(r#""type":"position","data":{"longitude":"NaN","latitude":"9"}"#),
            "the field data.longitude has no usable value",
        ),
        (json(r#""type":"text","text":"a","receiver_id":"0""#), "the field receiver_id has no usable value"),
        (
            json(r#""type":"text","text":"a","receiver_id":3600001001.0"#),
            "the field receiver_id has no usable value",
        ),
        (json(r#""type":"text","text":"a","sender_id":-5"#), "the field sender_id has no usable value"),
        (json(r#""type":"text","text":"a","created_at":"now""#), "the field created_at has no usable value"),
        (decode(br#"{"type":"video"}"#), "the field receiver_id is missing"),
        (xml("<MsgType>text</MsgType><Content><b>a</b></Content>"), "the field Content has no usable value"),
        (xml("<MsgType>location</MsgType><Location_X>1</Location_X>"), "the field Location_Y is missing"),
        (
            xml("<MsgType>location</MsgType><Location_X>100</Location_X><Location_Y>1</Location_Y>"),
            "the field Location_X has no usable value",
        ),
    ] {
        assert_eq!(shown(inbound), fault);
    }
}

#[test]
fn the_name_of_an_unknown_type_is_short_and_printable() {
    let name = format!("a\\u0000\\u001b[31m\\n{}", "长".repeat(100));
    let Ok(Inbound::Unknown { what, .. }) = json(&format!(r#""type":"{name}""#)) else { panic!() };
    assert_eq!(what, format!("a[31m{}", "长".repeat(59)));
}
