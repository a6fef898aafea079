//! What the tests of the outbound edge stand on: a fan, a token, limits of time, and servers that answer one
//! request with given bytes.

use std::net::SocketAddr;
use std::time::Duration;

use fanreply::model::id::UserId;
use fanreply::model::reply::Reply;
use fanreply::platform::weibo::api;
use fanreply::platform::{CallFault, Platform, Timing};
use secrecy::SecretString;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

use crate::fake_platform::FakePlatform;

/// The token of the documented samples.
pub const TOKEN: &str = "2.00EXAMPLE";

/// Time-outs that end a test soon.
pub const HASTY: Timing = Timing { connect: Duration::from_millis(300), total: Duration::from_millis(600) };

pub fn token() -> SecretString {
    TOKEN.into()
}

pub fn fan() -> UserId {
    UserId::new(1_700_002_001).unwrap()
}

pub fn hello() -> Reply {
    Reply::Text("中文消息".to_owned())
}

pub fn platform_at(base: &str) -> Platform {
    Platform::new(Some(base)).unwrap()
}

/// A fake, and a client of it that is patient.
pub async fn stand() -> (FakePlatform, Platform) {
    let fake = FakePlatform::start().await;
    let platform = platform_at(&fake.base());
    (fake, platform)
}

pub async fn send(platform: &Platform) -> Result<(), CallFault> {
    api::send(platform, &token(), fan(), &hello()).await
}

/// A file of the documented samples.
pub fn sample(name: &str) -> String {
    let path = format!("{}/tests/fixtures/protocol/api/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

/// A listener and the base under which it is called.
pub async fn listener() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = base_of(listener.local_addr().unwrap());
    (listener, base)
}

pub fn base_of(address: SocketAddr) -> String {
    format!("http://{address}")
}

/// Answers one request with these bytes and hangs up; gives the request.
pub async fn once(answer: impl Into<Vec<u8>>) -> (String, JoinHandle<String>) {
    let (listener, base) = listener().await;
    let answer = answer.into();
    let task = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let request = read_request(&mut stream).await;
        stream.write_all(&answer).await.unwrap();
        stream.shutdown().await.unwrap();
        request
    });
    (base, task)
}

/// A whole answer.
pub fn answer(status: u16, body: &str) -> String {
    format!("HTTP/1.1 {status} As Told\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// Reads a head, and as much of a body as it announces.
pub async fn read_request(stream: &mut TcpStream) -> String {
    let mut request = String::new();
    loop {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await.unwrap();
        assert_ne!(read, 0, "the request broke off: {request}");
        request.push_str(std::str::from_utf8(&part[..read]).unwrap());
        if let Some((head, body)) = request.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return request;
            }
        }
    }
}
