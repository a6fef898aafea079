//! Hosts that are slow, silent, gone or greedy; and that no token and no URL comes to light through any of
//! them.

use std::io;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fanreply::model::message::Format;
use fanreply::platform::weibo::{api, codes};
use fanreply::platform::{CallFault, Platform, Reason, RetryAdvice};
use fanreply::words::lang::Lang;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::fake_platform::Scripted::{
    self, CloseAfterRequest, Code, CodeAsText, Garbage, Hang, Slow, Status,
};
use crate::stand::*;

fn hasty(base: &str) -> Platform {
    Platform::with_timing(Some(base), HASTY).unwrap()
}

fn no_answer(reason: Reason) -> Result<(), CallFault> {
    Err(CallFault::NoAnswer { reason })
}

#[tokio::test]
async fn a_platform_that_does_not_answer_leaves_the_message_in_doubt() {
    let (fake, patient) = stand().await;
    fake.script(vec![Hang, CloseAfterRequest]);
    let hasty = hasty(&fake.base());
    let before = Instant::now();
    assert_eq!(send(&hasty).await, no_answer(Reason::TimedOut));
    assert!(before.elapsed() >= HASTY.total);
    assert_eq!(send(&patient).await, no_answer(Reason::Closed));
    assert_eq!(fake.arrived().len(), 2);
}

#[tokio::test]
async fn a_slow_answer_counts_while_there_is_time_and_later_it_may_have_been_done() {
    let (fake, patient) = stand().await;
    fake.script(vec![Slow(Duration::from_millis(50)), Slow(Duration::from_secs(60))]);
    assert_eq!(send(&patient).await, Ok(()));
    assert_eq!(send(&hasty(&fake.base())).await, no_answer(Reason::TimedOut));
    assert_eq!(fake.sent().len(), 2, "the second one was sent, and nobody can know");
}

#[tokio::test]
async fn where_nothing_listens_nothing_was_delivered() {
    let (listener, base) = listener().await;
    drop(listener);
    let fault = send(&platform_at(&base)).await.unwrap_err();
    assert_eq!(fault, CallFault::Unreachable { reason: Reason::Refused });
    assert_eq!(fault.retry_advice(), RetryAdvice::Retry);
}

#[tokio::test]
async fn a_host_that_does_not_come_to_terms_is_unreachable_and_never_saw_the_token() {
    let (listener, base) = listener().await;
    let seen = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut seen = Vec::new();
        let _ = stream.read_to_end(&mut seen).await;
        seen
    });
    let fault = send(&hasty(&base.replace("http:", "https:"))).await.unwrap_err();
    assert_eq!(fault, CallFault::Unreachable { reason: Reason::TimedOut });
    let seen = seen.await.unwrap();
    assert_eq!(seen.first(), Some(&22), "a TLS handshake begins so");
    assert!(!seen.windows(TOKEN.len()).any(|part| part == TOKEN.as_bytes()));
}

#[tokio::test]
async fn a_host_that_does_not_speak_tls_is_unreachable() {
    let (base, task) = plain_text_server().await;
    let fault = send(&platform_at(&base.replace("http:", "https:"))).await.unwrap_err();
    assert!(matches!(fault, CallFault::Unreachable { .. }), "{fault:?}");
    task.await.unwrap();
}

/// Says good day in HTTP to whatever it reads first.
async fn plain_text_server() -> (String, tokio::task::JoinHandle<()>) {
    let (listener, base) = listener().await;
    let task = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await;
        let _ = stream.write_all(answer(200, "{}").as_bytes()).await;
    });
    (base, task)
}

#[tokio::test]
async fn half_an_answer_is_none_unless_its_status_said_enough() {
    let half = |status| format!("HTTP/1.1 {status} As Told\r\ncontent-length: 100\r\n\r\n{{\"result\":");
    let (base, _request) = once(half(200)).await;
    assert_eq!(send(&platform_at(&base)).await, no_answer(Reason::Closed));
    let (base, _request) = once(half(503)).await;
    assert_eq!(send(&platform_at(&base)).await, Err(CallFault::Status(503)));
    let (base, _request) = once("HTTP/1.1 200 As To").await;
    assert_eq!(send(&platform_at(&base)).await, no_answer(Reason::Closed));
    let (base, _request) = once("SSH-2.0-OpenSSH_9.2\r\n").await;
    let fault = send(&platform_at(&base)).await.unwrap_err();
    assert_eq!(fault.retry_advice(), RetryAdvice::InDoubt, "{fault:?}");
}

#[tokio::test]
async fn an_answer_is_read_up_to_its_limit_and_no_further() {
    let just = format!("{{}}{}", " ".repeat((64 << 10) - 2));
    let (base, _request) = once(answer(200, &just)).await;
    assert_eq!(send(&platform_at(&base)).await, Ok(()));
    let (base, _request) = once(answer(200, &(just + " "))).await;
    assert_eq!(send(&platform_at(&base)).await, Err(CallFault::Undecodable));
}

#[tokio::test]
async fn an_endless_answer_is_cut() {
    let (listener, base) = listener().await;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 As Told\r\n\r\n").await.unwrap();
        while stream.write_all(&[b' '; 4096]).await.is_ok() {}
    });
    assert_eq!(send(&platform_at(&base)).await, Err(CallFault::Undecodable));
    server.await.unwrap();
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (fake, _) = stand().await;
    for status in [301, 302, 303, 307, 308] {
        let to = format!("{}/2/messages/reply.json", fake.base());
        let answer = format!("HTTP/1.1 {status} Moved\r\nlocation: {to}\r\ncontent-length: 0\r\n\r\n");
        let (base, _request) = once(answer).await;
        assert_eq!(send(&platform_at(&base)).await, Err(CallFault::Status(status)));
    }
    assert_eq!((fake.calls(), fake.violations()), (0, vec![]));
}

#[tokio::test]
async fn one_call_is_never_more_than_one_request() {
    let (fake, platform) = stand().await;
    let broken = [CloseAfterRequest, Status(503), Status(504), Code(10001), Garbage];
    for (count, step) in broken.into_iter().enumerate() {
        // the first one opens the connection that the second finds in use
        fake.script(vec![Scripted::Ok, step]);
        send(&platform).await.unwrap();
        send(&platform).await.unwrap_err();
        assert_eq!(fake.calls(), 2 * count + 2);
    }
}

/// All that was logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn shown(fault: &CallFault) -> String {
    format!("{fault} {fault:?} {fault:#?} {}", fault.message(Lang::Zh))
}

#[tokio::test]
async fn no_token_and_no_url_comes_to_light() {
    let log = Log::default();
    let writer = log.clone();
    let lines = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_ansi(false);
    let _guard = tracing::subscriber::set_default(lines.with_writer(move || writer.clone()).finish());
    let (fake, patient) = stand().await;
    let hasty = hasty(&fake.base());
    let mut faults = vec![];
    let steps: [Scripted; 6] =
        [Hang, CloseAfterRequest, Garbage, Status(502), Code(21327), CodeAsText("264XX")];
    for step in steps {
        fake.script(vec![step.clone(), step.clone(), step]);
        faults.push(send(&hasty).await.unwrap_err());
        faults.push(api::menu(&hasty, &token()).await.unwrap_err());
        faults.push(api::set_format(&hasty, &token(), Format::Json).await.unwrap_err());
    }
    drop(fake);
    faults.push(api::menu(&patient, &token()).await.unwrap_err());
    faults.push(api::menu(&platform_at("https://127.0.0.1:1/gateway"), &token()).await.unwrap_err());
    tracing::info!("the log is kept");
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("the log is kept"));
    for text in faults.iter().map(shown).chain([log]) {
        for secret in [TOKEN, "http://", "https://", "menu/show", "access_token="] {
            assert!(!text.contains(secret), "{secret}: {text}");
        }
    }
}

#[tokio::test]
async fn a_platform_that_repeats_the_token_does_not_bring_it_to_light() {
    let (base, _request) =
        once(answer(200, &format!(r#"{{"errcode":"{TOKEN}","errmsg":"bad {TOKEN}!"}}"#))).await;
    let fault = send(&platform_at(&base)).await.unwrap_err();
    assert!(!shown(&fault).contains(TOKEN), "{fault:?}");
    assert_eq!(fault, codes::refused(0, "*** bad ***!".to_owned()));
    let (encoded, broken) = (TOKEN.replace('.', "%2e"), TOKEN.replace('.', ".\\u202e\\u0000"));
    let (base, _request) =
        once(answer(200, &format!(r#"{{"errcode":1,"errmsg":"?t={encoded}&u={broken}"}}"#))).await;
    let fault = send(&platform_at(&base)).await.unwrap_err();
    assert_eq!(fault, codes::refused(1, "?t=***&u=***".to_owned()));
}

#[tokio::test]
async fn clones_share_their_connections() {
    let (listener, base) = listener().await;
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        for _ in 0..3 {
            read_request(&mut stream).await;
            stream.write_all(answer(200, "{}").as_bytes()).await.unwrap();
        }
    });
    let platform = platform_at(&base);
    for platform in [platform.clone(), platform.clone(), platform] {
        send(&platform).await.unwrap();
    }
    server.await.unwrap();
}

#[test]
fn a_client_for_the_platforms_own_hosts_is_built_also_twice_and_without_a_runtime() {
    assert!(Platform::new(None).is_ok());
    assert!(Platform::new(None).is_ok());
}
