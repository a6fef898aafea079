//! The fake itself: whatever is not as documented is a violation, or the tests against it would prove little.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::fake_platform::FakePlatform;
use crate::stand::sample;

const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";
const REPLY: &str =
    "access_token=t&type=text&receiver_id=7&save_sender_box=1&data=%7B%22text%22%3A%22a+b%22%7D";

/// The violations after one request with this line, these headers and this body.
async fn violations(line: &str, headers: &str, body: &str) -> Vec<String> {
    let fake = FakePlatform::start().await;
    let address = fake.base().replace("http://", "");
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let agent = concat!("user-agent: fanreply/", env!("CARGO_PKG_VERSION"));
    let head = format!("{line} HTTP/1.1\r\nhost: {address}\r\n{agent}\r\nconnection: close\r\n{headers}");
    let request = format!("{head}content-length: {}\r\n\r\n{body}", body.len());
    stream.write_all(request.as_bytes()).await.unwrap();
    stream.read_to_string(&mut String::new()).await.unwrap();
    assert_eq!(fake.calls() + fake.violations().len(), 1);
    fake.violations()
}

async fn reply_violations(body: &str) -> Vec<String> {
    violations("POST /2/messages/reply.json", FORM, body).await
}

#[tokio::test]
async fn what_is_documented_is_no_violation() {
    let none = Vec::<String>::new();
    assert_eq!(reply_violations(REPLY).await, none);
    let form = sample("kefu_reply_request.txt").split_once("\n\n").unwrap().1.trim_end().to_owned();
    assert_eq!(reply_violations(&form).await, none);
    assert_eq!(violations("GET /2/messages/menu/show.json?access_token=t", "", "").await, none);
    assert_eq!(violations("POST /2/messages/menu/delete.json", FORM, "access_token=t").await, none);
    assert_eq!(violations("POST /2/eps/push/set_format.json", FORM, "access_token=t&format=xml").await, none);
}

#[tokio::test]
async fn a_reply_that_is_not_as_documented_is_a_violation() {
    let encoded_twice = "%257B%2522text%2522%253A%2522a%2522%257D";
    let data = "%7B%22text%22%3A%22a+b%22%7D";
    let broken = [
        REPLY.replace(data, encoded_twice),
        REPLY.replace(data, "{\"text\":\"a\"}"),
        REPLY.replace(data, "%7B%22text%22%3A%22a%zz%22%7D"),
        REPLY.replace(data, "%7B%22text%22%3A%22%FF%22%7D"),
        REPLY.replace(data, "%7B%22words%22%3A%22a%22%7D"),
        REPLY.replace(data, "%7B%22text%22%3A%22%22%7D"),
        REPLY.replace("type=text", "type=image"),
        REPLY.replace("type=text", "type=articles"),
        REPLY.replace("receiver_id=7", "receiver_id=0"),
        REPLY.replace("receiver_id=7", "receiver=7"),
        REPLY.replace("save_sender_box=1&", ""),
        REPLY.replace("save_sender_box=1", "save_sender_box=0"),
        REPLY.replace("access_token=t", "access_token="),
        format!("{REPLY}&source=1"),
        format!("{REPLY}&type=text"),
        String::new(),
    ];
    for body in broken {
        assert_eq!(reply_violations(&body).await.len(), 1, "{body}");
    }
}

#[tokio::test]
async fn another_place_method_or_type_is_a_violation() {
    let url = "/2/messages/reply.json";
    let broken = [
        (format!("GET {url}"), FORM),
        (format!("PUT {url}"), FORM),
        (format!("POST {url}?access_token=t"), FORM),
        (format!("POST {url}/"), FORM),
        ("POST /2/messages/send.json".to_owned(), FORM),
        (format!("POST {url}"), ""),
        (format!("POST {url}"), "content-type: application/json\r\n"),
    ];
    for (line, headers) in broken {
        assert_eq!(violations(&line, headers, REPLY).await.len(), 1, "{line} {headers}");
    }
}

#[tokio::test]
async fn a_menu_that_is_not_as_documented_is_a_violation() {
    let leaf = r#"{"type":"click","name":"n","key":"k"}"#;
    let list = |count| vec![leaf; count].join(",");
    let menus = [
        r#"{"button":[]}"#.to_owned(),
        format!(r#"{{"button":[{}]}}"#, list(4)),
        format!(r#"{{"button":[{{"name":"n","sub_button":[{}]}}]}}"#, list(6)),
        format!(r#"{{"button":[{{"name":"n","type":"click","sub_button":[{leaf}]}}]}}"#),
        r#"{"button":[{"type":"scan","name":"n","key":"k"}]}"#.to_owned(),
        r#"{"button":[{"type":"view","name":"n","key":"k"}]}"#.to_owned(),
        format!(r#"{{"menu":{{"button":[{leaf}]}}}}"#),
    ];
    for menu in menus {
        let encoded = percent_encoding::utf8_percent_encode(&menu, percent_encoding::NON_ALPHANUMERIC);
        let body = format!("access_token=t&menus={encoded}");
        let found = violations("POST /2/messages/menu/create.json", FORM, &body).await;
        assert_eq!(found.len(), 1, "{menu}");
    }
}
