//! A fake of the platform's API on a real socket: it takes requests only as the platform's pages document
//! them, answers as it is told, and records what arrived. It never helps a client that is nearly right.

// each test file uses its own part of this
#![allow(dead_code)]

#[path = "fake_platform/request.rs"]
mod request;

use std::collections::VecDeque;
use std::future::pending;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use bytes::Bytes;
use fanreply::model::id::UserId;
use fanreply::model::reply::Reply;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::{JoinHandle, JoinSet};
use tokio::time::{sleep, timeout};

use request::Call;

/// Far longer than anything here takes: to wait this long is to fail.
const LONG: Duration = Duration::from_secs(10);

/// What a call meets.
#[derive(Clone, Debug)]
pub enum Scripted {
    /// It is carried out.
    Ok,
    /// The envelope `error_code`, `error` with a number, and the status 400. Carried out if it is 0.
    Code(u32),
    /// The same with a string, and the status 200.
    CodeAsText(&'static str),
    /// The envelope `errcode`, `errmsg`, and the status 200. Carried out if it is 0.
    ErrcodeErrmsg(u32),
    /// A bare HTTP status.
    Status(u16),
    /// It is carried out at once, and answered after this time.
    Slow(Duration),
    /// It is never answered.
    Hang,
    /// The connection ends without an answer.
    CloseAfterRequest,
    /// The status 200 and something that is no JSON.
    Garbage,
}

/// A customer-service message.
#[derive(Clone, Debug, PartialEq)]
pub struct Message {
    pub receiver: UserId,
    pub reply: Reply,
    /// When its request had arrived.
    pub at: Instant,
}

/// The fake; it ends when it is dropped.
pub struct FakePlatform {
    address: SocketAddr,
    platform: Arc<Shelf>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Shelf {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Default)]
struct State {
    script: VecDeque<Scripted>,
    token: Option<String>,
    expired: bool,
    calls: usize,
    bodies: Vec<String>,
    arrived: Vec<Message>,
    sent: Vec<Message>,
    violations: Vec<String>,
    menu: Option<Value>,
    format: Option<String>,
}

impl FakePlatform {
    /// Listens on a free port of this machine, with no menu and content with any token.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let platform = Arc::<Shelf>::default();
        let task = tokio::spawn(serve(listener, platform.clone()));
        Self { address, platform, task }
    }

    /// For `FANREPLY_API_BASE`.
    pub fn base(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What the next calls meet, after those scripted before. When the script has ended, calls are carried
    /// out.
    pub fn script(&self, steps: Vec<Scripted>) {
        self.state().script.extend(steps);
    }

    /// From now on only this token is good; others get 21332.
    pub fn set_token(&self, token: &str) {
        let mut state = self.state();
        (state.token, state.expired) = (Some(token.to_owned()), false);
    }

    /// From now on no token is good (21327), until another is set.
    pub fn expire_token(&self) {
        self.state().expired = true;
    }

    /// The messages that were carried out, in order.
    pub fn sent(&self) -> Vec<Message> {
        self.state().sent.clone()
    }

    /// All messages whose requests arrived, whatever became of them.
    pub fn arrived(&self) -> Vec<Message> {
        self.state().arrived.clone()
    }

    /// How many calls of any kind arrived.
    pub fn calls(&self) -> usize {
        self.state().calls
    }

    /// The bodies of the calls that were in order, as they arrived.
    pub fn bodies(&self) -> Vec<String> {
        self.state().bodies.clone()
    }

    /// What was wrong with requests. A test that ends without a look here has not tested much.
    pub fn violations(&self) -> Vec<String> {
        self.state().violations.clone()
    }

    /// The published menu, as the JSON that was sent.
    pub fn menu(&self) -> Option<Value> {
        self.state().menu.clone()
    }

    pub fn set_menu(&self, menu: Value) {
        self.state().menu = Some(menu);
    }

    /// The format of pushes that was last asked for.
    pub fn format(&self) -> Option<String> {
        self.state().format.clone()
    }

    /// Waits until so many messages were carried out.
    pub async fn until_sent(&self, count: usize) -> Vec<Message> {
        self.until(|state| state.sent.len() >= count).await;
        self.sent()
    }

    /// Waits until so many messages arrived, whatever became of them.
    pub async fn until_arrived(&self, count: usize) -> Vec<Message> {
        self.until(|state| state.arrived.len() >= count).await;
        self.arrived()
    }

    async fn until(&self, reached: impl Fn(&State) -> bool) {
        let waiting = async {
            loop {
                let changed = self.platform.changed.notified();
                if reached(&self.state()) {
                    return;
                }
                changed.await;
            }
        };
        timeout(LONG, waiting).await.expect("the platform waited in vain for messages");
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.platform.state.lock().unwrap()
    }
}

impl Drop for FakePlatform {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The connections end with the task.
async fn serve(listener: TcpListener, platform: Arc<Shelf>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let platform = platform.clone();
        connections.spawn(async move {
            let service = service_fn(|request| answer(request, platform.clone()));
            // a client that hangs up is part of the tests
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// The connection shall end without an answer.
#[derive(Debug, thiserror::Error)]
#[error("as scripted")]
struct HungUp;

async fn answer(request: Request<Incoming>, platform: Arc<Shelf>) -> Result<Response<Full<Bytes>>, HungUp> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| HungUp)?.to_bytes();
    let path = head.uri.path().to_owned();
    let call = match request::inspect(&head, &body) {
        Ok(call) => call,
        Err(violation) => {
            platform.state.lock().unwrap().violations.push(format!("{} {path}: {violation}", head.method));
            return Ok(response(400, &envelope(&path, json!(10008), "param error")));
        }
    };
    let step = platform.state.lock().unwrap().arrive(&call, &body);
    let done = match &step {
        Scripted::Ok | Scripted::Slow(_) | Scripted::Code(0) | Scripted::ErrcodeErrmsg(0) => {
            Some(platform.state.lock().unwrap().carry_out(call, &path))
        }
        _ => None,
    };
    platform.changed.notify_waiters();
    Ok(match (step, done) {
        (Scripted::Ok, Some(response)) => response,
        (Scripted::Slow(time), Some(response)) => {
            sleep(time).await;
            response
        }
        (Scripted::Code(0), _) => response(200, &envelope(&path, json!("0"), "ok")),
        (Scripted::Code(code), _) => response(400, &envelope(&path, json!(code), "as scripted")),
        (Scripted::CodeAsText(code), _) => response(200, &envelope(&path, json!(code), "as scripted")),
        (Scripted::ErrcodeErrmsg(code), _) => {
            response(200, &json!({"request": path, "errcode": code, "errmsg": "as scripted"}))
        }
        (Scripted::Status(status), _) => text(status, "<html>as scripted</html>"),
        (Scripted::Garbage, _) => text(200, "<html>as scripted</html>"),
        (Scripted::Hang, _) => pending().await,
        (Scripted::CloseAfterRequest, _) => return Err(HungUp),
        (Scripted::Ok | Scripted::Slow(_), None) => unreachable!("these are always carried out"),
    })
}

impl State {
    /// Records the call and says what it meets.
    fn arrive(&mut self, call: &Call, body: &[u8]) -> Scripted {
        self.calls += 1;
        self.bodies.push(String::from_utf8_lossy(body).into_owned());
        if let request::Wish::Send(receiver, reply) = &call.wish {
            let message = Message { receiver: *receiver, reply: reply.clone(), at: Instant::now() };
            self.arrived.push(message);
        }
        self.script.pop_front().unwrap_or(Scripted::Ok)
    }

    fn carry_out(&mut self, call: Call, path: &str) -> Response<Full<Bytes>> {
        if self.expired {
            return response(400, &envelope(path, json!(21327), "expired_token"));
        }
        if self.token.as_ref().is_some_and(|token| *token != call.token) {
            return response(400, &envelope(path, json!(21332), "invalid_access_token"));
        }
        match call.wish {
            request::Wish::Send(receiver, reply) => {
                self.sent.push(Message { receiver, reply, at: Instant::now() });
            }
            request::Wish::ShowMenu => {
                let menu = self.menu.clone().unwrap_or_else(|| json!({"button": []}));
                return response(200, &json!({"menu": menu}));
            }
            request::Wish::Publish(menu) => self.menu = Some(menu),
            request::Wish::DeleteMenu => self.menu = None,
            request::Wish::SetFormat(format) => self.format = Some(format),
        }
        response(200, &json!({"result": true}))
    }
}

fn envelope(path: &str, code: Value, error: &str) -> Value {
    json!({"request": path, "error_code": code, "error": error})
}

fn response(status: u16, body: &Value) -> Response<Full<Bytes>> {
    text(status, &body.to_string())
}

fn text(status: u16, body: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::copy_from_slice(body.as_bytes())));
    *response.status_mut() = StatusCode::from_u16(status).unwrap();
    response
}
