//! The HTTP server against clients that are slow, silent, greedy or late, over real sockets and with short
//! limits. No route and no message is looked at here.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use fanreply::http::server::{self, Connections, Limits, read_body, serve};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::{Request, Response, StatusCode};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Mutex, Notify, Semaphore};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Far longer than anything here takes: to wait this long is to fail.
const LONG: Duration = Duration::from_secs(10);
const BODY_LIMIT: usize = 1000;
/// All servers of a process share the places of large bodies: who fills them does so alone.
static ALL_PLACES: Mutex<()> = Mutex::const_new(());

/// A server whose paths are things that a handler may do.
struct Server {
    address: SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<()>,
    told: Arc<std::sync::Mutex<Vec<Connections>>>,
    doors: Doors,
}

/// `/wait` says here that it was entered, and goes on when it is let.
#[derive(Clone)]
struct Doors {
    entered: Arc<Notify>,
    go_on: Arc<Semaphore>,
}

fn limits() -> Limits {
    Limits {
        header_time: Duration::from_millis(200),
        request_time: Duration::from_millis(400),
        drain: Duration::from_millis(300),
        ..Limits::default()
    }
}

/// Limits under which nothing ends by itself during a test.
fn patient() -> Limits {
    Limits { header_time: LONG, request_time: LONG, drain: LONG, ..Limits::default() }
}

impl Server {
    async fn start(limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let told = Arc::new(std::sync::Mutex::new(Vec::new()));
        let doors = Doors { entered: Arc::default(), go_on: Arc::new(Semaphore::new(0)) };
        let gauge = {
            let told = told.clone();
            move |news| told.lock().unwrap().push(news)
        };
        let handler = {
            let doors = doors.clone();
            move |request, client| answer(request, client, doors.clone())
        };
        let task = tokio::spawn(serve(listener, limits, gauge, handler, stop.clone()));
        Self { address, stop, task, told, doors }
    }

    async fn connect(&self) -> Client {
        Client(TcpStream::connect(self.address).await.unwrap())
    }

    async fn connect_from(&self, address: &str) -> Client {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(format!("{address}:0").parse().unwrap()).unwrap();
        Client(socket.connect(self.address).await.unwrap())
    }

    /// A connection on which a client that sends much has to wait until it is read.
    async fn connect_narrowly(&self) -> Client {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_send_buffer_size(4096).unwrap();
        Client(socket.connect(self.address).await.unwrap())
    }

    /// Waits until this was told.
    async fn is_told(&self, news: Connections) {
        let told = async {
            while self.told.lock().unwrap().last() != Some(&news) {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        timeout(LONG, told)
            .await
            .unwrap_or_else(|_| panic!("{news:?} not in {:?}", self.told.lock().unwrap()));
    }

    fn turned_away(&self) -> usize {
        let told = self.told.lock().unwrap();
        told.iter().map(|news| if let Connections::TurnedAway(count) = news { *count } else { 0 }).sum()
    }

    async fn has_returned(self) {
        timeout(LONG, self.task).await.expect("the server does not return").unwrap();
    }
}

async fn answer(request: Request<Incoming>, client: server::Client, doors: Doors) -> Response<Full<Bytes>> {
    let (head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    match path.as_str() {
        "/panic" => panic!("on purpose"),
        "/for-ever" => std::future::pending().await,
        "/large" => Response::new(Full::new(Bytes::from(vec![b'x'; 32 << 20]))),
        "/client" => Response::new(Full::new(Bytes::from(client.address.to_string()))),
        "/wait" => {
            doors.entered.notify_one();
            doors.go_on.acquire().await.unwrap().forget();
            Response::new(Full::new(Bytes::from_static(b"waited")))
        }
        "/patient" => match read_body(&client, body, 1 << 20, LONG).await {
            Ok(body) => Response::new(Full::new(Bytes::from(format!("{path} {}", body.len())))),
            Err(fault) => fault.response(),
        },
        _ => match read_body(&client, body, BODY_LIMIT, Duration::from_millis(200)).await {
            Ok(body) => Response::new(Full::new(Bytes::from(format!("{path} {}", body.len())))),
            Err(fault) => fault.response(),
        },
    }
}

struct Client(TcpStream);

impl Client {
    async fn send(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// All that comes until the server closes.
    async fn rest(&mut self) -> String {
        let mut bytes = Vec::new();
        let read = timeout(LONG, self.0.read_to_end(&mut bytes)).await.expect("the server does not close");
        read.unwrap_or_else(|error| panic!("{error} after {}", String::from_utf8_lossy(&bytes)));
        String::from_utf8(bytes).unwrap()
    }

    /// What comes until it ends with this.
    async fn until(&mut self, end: &str) -> String {
        let mut text = String::new();
        let read = async {
            while !text.ends_with(end) {
                text.push(char::from(self.0.read_u8().await.unwrap()));
            }
        };
        timeout(LONG, read).await.unwrap_or_else(|_| panic!("{end:?} does not come"));
        text
    }
}

fn status(answer: &str) -> StatusCode {
    answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_else(|| panic!("{answer:?}"))
}

const GET: &str = "GET /a HTTP/1.1\r\nhost: x\r\n\r\n";

#[tokio::test]
async fn a_silent_connection_is_cut() {
    let server = Server::start(limits()).await;
    let mut client = server.connect().await;
    let begin = Instant::now();
    assert_eq!(client.rest().await, "");
    assert!(begin.elapsed() >= Duration::from_millis(190), "{:?}", begin.elapsed());
    server.is_told(Connections::Open(0)).await;
}

#[tokio::test]
async fn half_a_head_is_cut() {
    let server = Server::start(limits()).await;
    let mut client = server.connect().await;
    client.send("GET /a HTTP/1.1\r\nhost: ").await;
    assert_eq!(client.rest().await, "");
}

#[tokio::test]
async fn a_connection_that_falls_idle_is_cut() {
    let server = Server::start(limits()).await;
    let mut client = server.connect().await;
    client.send(GET).await;
    client.until("/a 0").await;
    assert_eq!(client.rest().await, "");
}

#[tokio::test]
async fn a_late_body_is_answered_with_408() {
    let server = Server::start(limits()).await;
    let mut client = server.connect().await;
    client.send("POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc").await;
    let answer = client.rest().await;
    assert_eq!(status(&answer), 408, "{answer}");
}

#[tokio::test]
async fn a_handler_that_takes_too_long_is_cut() {
    let server = Server::start(limits()).await;
    let mut client = server.connect().await;
    client.send("GET /for-ever HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert_eq!(status(&client.rest().await), 408);
}

#[tokio::test]
async fn a_body_that_announces_too_much_is_refused_unread_and_hears_of_it() {
    let server = Server::start(patient()).await;
    let mut client = server.connect_narrowly().await;
    client.send("POST /a HTTP/1.1\r\nhost: x\r\ncontent-length: 500000\r\n\r\n").await;
    // a client that goes on sending must find the answer, not a reset
    client.send(&"x".repeat(500_000)).await;
    let answer = client.rest().await;
    assert_eq!(status(&answer), 413, "{answer}");
    assert!(answer.contains("connection: close") && answer.ends_with("the body is too large\n"), "{answer}");
    assert!(!answer.to_ascii_lowercase().contains("server:"), "{answer}");
}

#[tokio::test]
async fn a_body_that_does_not_say_how_large_it_is_ends_at_the_limit() {
    let server = Server::start(patient()).await;
    let head = "POST /a HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";
    let part = format!("{:x}\r\n{}\r\n", 500, "x".repeat(500));
    let mut client = server.connect().await;
    client.send(&format!("{head}{part}{part}0\r\n\r\n")).await;
    client.until("/a 1000").await;
    client.send(&format!("{head}{part}{part}1\r\nx\r\n0\r\n\r\n")).await;
    assert_eq!(status(&client.rest().await), 413);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_answered_with_400() {
    let server = Server::start(patient()).await;
    let mut client = server.connect().await;
    client.send("POST /a HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nnonsense\r\n").await;
    assert_eq!(status(&client.rest().await), 400);
}

#[tokio::test]
async fn large_bodies_wait_for_one_another_and_small_ones_for_nobody() {
    let _alone = ALL_PLACES.lock().await;
    let server = Server::start(patient()).await;
    let post = |length: usize, body: &str| {
        format!("POST /patient HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n{body}")
    };
    let large = "x".repeat(20_000);
    let mut slow = Vec::new();
    for _ in 0..32 {
        let mut client = server.connect().await;
        client.send(&post(20_001, &large)).await;
        slow.push(client);
    }
    // the server has read whatever it reads by the time it answers another request
    let mut small = server.connect().await;
    small.send(&post(5, "small")).await;
    small.until("/patient 5").await;
    let mut whole = server.connect().await;
    whole.send(&post(20_000, &large)).await;
    let early = timeout(Duration::from_millis(200), whole.0.read_u8()).await;
    assert!(early.is_err(), "all places are taken");
    small.send(&post(5, "small")).await;
    small.until("/patient 5").await;
    slow.pop().unwrap().send("x").await;
    whole.until("/patient 20000").await;
}

#[tokio::test]
async fn slow_large_bodies_keep_no_other_waiting() {
    let _alone = ALL_PLACES.lock().await;
    let server = Server::start(patient()).await;
    let post = |length: usize| {
        format!("POST /patient HTTP/1.1\r\nhost: x\r\ncontent-length: {length}\r\n\r\n{}", "x".repeat(20_000))
    };
    let mut slow = Vec::new();
    for _ in 0..64 {
        let mut client = server.connect().await;
        client.send(&post(20_001)).await;
        slow.push(client);
    }
    let mut whole = server.connect().await;
    whole.send(&post(20_000)).await;
    timeout(Duration::from_secs(5), whole.until("/patient 20000")).await.expect("it waits behind slow ones");
    assert_eq!(status(&slow[0].rest().await), 408, "the one that has been read for longest gave way");
}

#[tokio::test]
async fn a_head_has_at_most_100_lines() {
    let server = Server::start(patient()).await;
    for (more, answer) in [(98, 200), (99, 431)] {
        let mut client = server.connect().await;
        let more = "a: b\r\n".repeat(more);
        client.send(&format!("GET /a HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{more}\r\n")).await;
        assert_eq!(status(&client.rest().await), answer);
    }
}

#[tokio::test]
async fn a_head_that_is_too_large_is_answered_with_431() {
    let server = Server::start(patient()).await;
    for bomb in [
        format!("GET /a HTTP/1.1\r\nhost: x\r\nbomb: {}\r\n\r\n", "x".repeat(500_000)),
        format!("GET /a HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(200)),
    ] {
        let mut client = server.connect_narrowly().await;
        client.send(&bomb).await;
        assert_eq!(status(&client.rest().await), 431);
    }
}

#[tokio::test]
async fn one_client_leaves_room_for_another() {
    let server = Server::start(Limits { connections: 4, per_client: 2, ..patient() }).await;
    let mut other = server.connect_from("127.0.0.2").await;
    server.is_told(Connections::Open(1)).await;
    let mut own = Vec::new();
    for _ in 0..4 {
        own.push(server.connect().await);
    }
    for oldest in &mut own[..2] {
        assert_eq!(
            oldest.rest().await,
            "",
            "of one client's connections the third takes the place of the first"
        );
    }
    for kept in own[2..].iter_mut().chain([&mut other]) {
        kept.send("GET /client HTTP/1.1\r\nhost: x\r\n\r\n").await;
        kept.until("127.0.0.").await;
    }
    assert_eq!(server.turned_away(), 2);
}

#[tokio::test]
async fn beyond_all_connections_the_one_that_has_waited_longest_gives_way() {
    let server = Server::start(Limits { connections: 3, per_client: 3, ..patient() }).await;
    let (mut used, mut silent, mut half) =
        (server.connect().await, server.connect().await, server.connect().await);
    server.is_told(Connections::Open(3)).await;
    half.send("GET /a HTTP/1.1\r\nhost: ").await;
    used.send(GET).await;
    used.until("/a 0").await;
    let mut others = [server.connect_from("127.0.0.2").await, server.connect_from("127.0.0.3").await];
    assert_eq!(silent.rest().await, "");
    assert_eq!(half.rest().await, "", "a head that does not end is no request");
    for kept in others.iter_mut().chain([&mut used]) {
        kept.send(GET).await;
        kept.until("/a 0").await;
    }
}

#[tokio::test]
async fn a_request_whose_body_does_not_come_gives_way_too() {
    let server = Server::start(Limits { connections: 1, per_client: 1, ..patient() }).await;
    let mut slow = server.connect().await;
    slow.send("POST /patient HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc").await;
    server.is_told(Connections::Open(1)).await;
    let mut other = server.connect_from("127.0.0.2").await;
    other.send(GET).await;
    other.until("/a 0").await;
    assert_eq!(server.turned_away(), 1);
}

#[tokio::test]
async fn a_request_in_hand_is_never_cut_for_a_newcomer() {
    let server = Server::start(Limits { connections: 1, per_client: 1, ..patient() }).await;
    let mut first = server.connect().await;
    first.send("GET /wait HTTP/1.1\r\nhost: x\r\n\r\n").await;
    timeout(LONG, server.doors.entered.notified()).await.unwrap();
    assert_eq!(server.connect_from("127.0.0.2").await.rest().await, "");
    assert_eq!(server.turned_away(), 1);
    server.doors.go_on.add_permits(1);
    first.until("waited").await;
}

#[tokio::test]
async fn a_panic_ends_its_own_connection_with_500() {
    let server = Server::start(patient()).await;
    let (mut other, mut client) = (server.connect().await, server.connect().await);
    client.send("GET /panic HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let answer = client.rest().await;
    assert_eq!(status(&answer), 500);
    assert!(!answer.contains("on purpose"));
    other.send(GET).await;
    other.until("/a 0").await;
}

#[tokio::test]
async fn pipelined_requests_are_answered_in_order() {
    let server = Server::start(patient()).await;
    let mut client = server.connect().await;
    let post = "POST /b HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\nabc";
    client.send(&format!("{GET}{post}{GET}{post}")).await;
    for end in ["/a 0", "/b 3", "/a 0", "/b 3"] {
        assert_eq!(status(&client.until(end).await), 200);
    }
}

#[tokio::test]
async fn an_answer_that_is_not_read_is_cut() {
    let server = Server::start(limits()).await;
    let mut client = server.connect().await;
    client.send("GET /large HTTP/1.1\r\nhost: x\r\n\r\n").await;
    server.is_told(Connections::Open(1)).await;
    server.is_told(Connections::Open(0)).await;
}

#[tokio::test]
async fn requests_in_flight_end_before_the_server_does() {
    let server = Server::start(patient()).await;
    let mut client = server.connect().await;
    client.send("GET /wait HTTP/1.1\r\nhost: x\r\n\r\n").await;
    timeout(LONG, server.doors.entered.notified()).await.unwrap();
    server.stop.cancel();
    // nobody is let in any more, and the server is still there for the one who is
    while TcpStream::connect(server.address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!server.task.is_finished());
    server.doors.go_on.add_permits(1);
    let answer = client.rest().await;
    assert!(answer.ends_with("waited") && answer.contains("connection: close"), "{answer}");
    server.has_returned().await;
}

#[tokio::test]
async fn what_does_not_end_within_the_drain_is_cut() {
    let server = Server::start(Limits { drain: Duration::from_millis(100), ..patient() }).await;
    let mut client = server.connect().await;
    client.send("GET /wait HTTP/1.1\r\nhost: x\r\n\r\n").await;
    timeout(LONG, server.doors.entered.notified()).await.unwrap();
    server.stop.cancel();
    assert_eq!(client.rest().await, "");
    let told = server.told.clone();
    server.has_returned().await;
    assert_eq!(told.lock().unwrap().last(), Some(&Connections::Open(0)));
}

#[tokio::test]
async fn idle_connections_do_not_hold_up_a_stop() {
    let server = Server::start(patient()).await;
    let (mut fresh, mut used) = (server.connect().await, server.connect().await);
    used.send(GET).await;
    used.until("/a 0").await;
    server.is_told(Connections::Open(2)).await;
    let begin = Instant::now();
    server.stop.cancel();
    assert_eq!((fresh.rest().await, used.rest().await), (String::new(), String::new()));
    server.has_returned().await;
    assert!(begin.elapsed() < Duration::from_millis(900), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn half_a_head_holds_up_a_stop_no_longer_than_any_other() {
    let server = Server::start(Limits { header_time: Duration::from_millis(200), ..patient() }).await;
    let mut client = server.connect().await;
    client.send("GET /a HTTP/1.1\r\nhost: ").await;
    server.is_told(Connections::Open(1)).await;
    server.stop.cancel();
    assert_eq!(client.rest().await, "");
    server.has_returned().await;
}

/// Runs the next test in a program of its own that may open few files.
#[test]
fn a_shortage_of_file_descriptors_is_survived() {
    let this = std::env::current_exe().unwrap();
    let inner = ["--exact", "with_few_file_descriptors", "--ignored"];
    let limited = std::process::Command::new("sh")
        .args(["-c", "ulimit -n 32 && exec \"$0\" \"$@\""])
        .arg(this)
        .args(inner)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&limited.stdout);
    assert!(limited.status.success() && said.contains("1 passed"), "{limited:?}");
}

#[tokio::test]
#[ignore = "run by the test above"]
async fn with_few_file_descriptors() {
    let server = Server::start(patient()).await;
    let (mut clients, mut kept) = (Vec::new(), Vec::new());
    while server.turned_away() == 0 {
        match TcpStream::connect(server.address).await {
            Ok(client) => clients.push(client),
            // the shortage is this side's: of the pair that goes, it keeps one and leaves the server none
            Err(error) => {
                assert_eq!(error.to_string(), "Too many open files (os error 24)");
                drop(clients.pop());
                tokio::time::sleep(Duration::from_millis(20)).await;
                kept.push(std::fs::File::open("/dev/null").unwrap());
            }
        }
        assert!(clients.len() < 100, "there is no shortage");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert!(clients.len() > 5, "they are all still there");
    let mut client = Client(clients.pop().unwrap());
    client.send(GET).await;
    client.until("/a 0").await;
}
