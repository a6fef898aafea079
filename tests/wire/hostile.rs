//! Bodies that mean harm: each is refused by a clean fault, none by a panic or a full stack.

use fanreply::platform::DecodeFault;
use fanreply::platform::weibo::{decode, decode_reply};

use crate::samples_in;

fn all_bodies() -> Vec<(String, Vec<u8>)> {
    ["json", "xml", "reply"].iter().flat_map(|folder| samples_in(folder)).collect()
}

/// Decodes in both directions; a fault must be fit for a log.
fn endures(body: &[u8]) {
    for fault in [decode(body).err(), decode_reply(body).err()].into_iter().flatten() {
        let shown = fault.to_string();
        assert!(shown.chars().count() <= 120, "{shown}");
        assert!(!shown.contains(char::is_control), "{shown:?}");
    }
}

#[test]
fn no_truncation_of_a_sample_does_harm() {
    for (file, body) in all_bodies() {
        let whole = body.trim_ascii_end().len();
        for end in 0..whole {
            endures(&body[..end]);
            if file.ends_with(".json") || file.ends_with(".xml") {
                assert!(decode(&body[..end]).is_err(), "{file} cut at {end}");
            }
        }
    }
}

#[test]
fn no_changed_byte_of_a_sample_does_harm() {
    for (_, mut body) in all_bodies() {
        for at in 0..body.len() {
            let original = body[at];
            for value in [0, b'"', b'<', b'&', b'{', b'9', b' ', b']', 0x80, 0xff, original ^ 0x20] {
                body[at] = value;
                endures(&body);
            }
            body[at] = original;
        }
    }
}

#[test]
fn a_fault_holds_nothing_of_the_body() {
    for body in [
        r#"{"type":"hush","receiver_id":"hush"}"#,
        r#"{"type":hush}"#,
        r#"{"hush" "hush"}"#,
        r#"{"type":"text","receiver_id":1,"sender_id":"hush"}"#,
        "<xml><hush></xml>",
        "<xml><MsgType>text</MsgType><ToUserName>hush</ToUserName></xml>",
        "<hush/>",
        "<!hush>",
        "<xml>&hush;</xml>",
    ] {
        let fault = decode(body.as_bytes()).unwrap_err();
        assert!(!format!("{fault:?} {fault}").contains("hush"), "{fault:?}");
    }
}

#[test]
fn nesting_is_bounded() {
    let mebibyte = 1 << 20;
    assert_eq!(decode("[".repeat(mebibyte).as_bytes()), Err(DecodeFault::NeitherJsonNorXml));
    let arrays = format!("{{\"data\":{}", "[".repeat(mebibyte));
    assert_eq!(decode(arrays.as_bytes()), Err(DecodeFault::TooDeep));
    assert_eq!(decode("{\"a\":".repeat(mebibyte / 5).as_bytes()), Err(DecodeFault::TooDeep));
    let closed = format!("{{\"a\":{}1{}}}", "[".repeat(200), "]".repeat(200));
    assert_eq!(decode(closed.as_bytes()), Err(DecodeFault::TooDeep));
    assert_eq!(decode("<xml>".repeat(mebibyte / 5).as_bytes()), Err(DecodeFault::TooDeep));
    let wide = format!("<xml>{}</xml>", "<a/>".repeat(mebibyte / 4));
    assert!(matches!(decode(wide.as_bytes()), Err(DecodeFault::BadXml { .. })));
}

#[test]
fn nothing_may_follow_the_document() {
    for body in [r#"{"type":"text"}{}"#, r#"{"type":"text"} x"#, "{}]", "{},"] {
        assert!(matches!(decode(body.as_bytes()), Err(DecodeFault::BadJson { .. })), "{body}");
    }
    for body in ["<xml></xml>x", "<xml/><xml/>", "<xml/>{}"] {
        assert!(matches!(decode(body.as_bytes()), Err(DecodeFault::BadXml { .. })), "{body}");
    }
}

#[test]
fn text_that_is_no_unicode_is_refused() {
    assert_eq!(decode(b"{\"type\":\"\xff\"}"), Err(DecodeFault::NotUtf8));
    assert_eq!(decode(b"<xml>\xe4\xbd</xml>"), Err(DecodeFault::NotUtf8));
    let body = br#"{"type":"text","text":"\u12"}"#;
    assert!(matches!(decode(body), Err(DecodeFault::BadJson { .. })));
}

/// A phone that cuts a nickname or a message in the middle of an emoji is no reason to lose it.
#[test]
fn half_an_emoji_is_replaced_and_the_rest_is_kept() {
    let whole = r#"{"type":"text","receiver_id":1902538057,"sender_id":2489518277,"created_at":"Mon Jul 16 18:09:20 +0800 2012","text":"你好@!"}"#;
    let expected = decode(whole.replace('@', "\u{fffd}").as_bytes()).expect("a message");
    for lone in [r"\ud83d", r"\udc4b", r"\uD83D"] {
        assert_eq!(decode(whole.replace('@', lone).as_bytes()), Ok(expected.clone()), "{lone}");
    }
}

#[test]
fn bodies_of_another_kind_are_told_apart() {
    for (body, fault) in [
        ("", DecodeFault::Empty),
        (" \r\n\t", DecodeFault::Empty),
        ("\u{feff}", DecodeFault::Empty),
        ("type=text&text=a", DecodeFault::NeitherJsonNorXml),
        ("null", DecodeFault::NeitherJsonNorXml),
        ("\"{}\"", DecodeFault::NeitherJsonNorXml),
        ("\0{}", DecodeFault::NeitherJsonNorXml),
    ] {
        assert_eq!(decode(body.as_bytes()), Err(fault), "{body:?}");
    }
}
