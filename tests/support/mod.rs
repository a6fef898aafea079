//! What the tests of the whole appliance share: one that runs in this process on free ports, with a clock
//! that tests move, and the platform's part in talking to it.
#![allow(dead_code)] // each test program uses a part of it

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use fanreply::app::{App, Options};
use fanreply::clock::Clock;
use fanreply::config::{Settings, Sources, load};
use fanreply::deliver::{Deliverer, Tick};
use fanreply::model::message::{Content, Format, InboundMessage};
use fanreply::model::reply::Reply;
use fanreply::platform::weibo::{self, signature};
use fanreply::reload::watch::Pace;
use fanreply::store::StoreFault;
use jiff::Timestamp;
use reqwest::StatusCode;
use tokio::sync::Mutex;

pub const SECRET: &str = "0123456789abcdef0123456789abcdef";
pub const ACCOUNT: &str = "3600001001";
pub const FAN: &str = "1700002001";

/// A folder above a rules folder, a data folder and the settings.
pub struct Ground {
    pub above: Arc<tempfile::TempDir>,
    variables: Vec<(String, String)>,
}

/// An appliance on its ground.
pub struct Appliance {
    pub app: App,
    /// `None` where it runs by itself.
    pub deliverer: Option<Mutex<Deliverer>>,
    pub clock: Clock,
    pub client: reqwest::Client,
    /// Its folders stay as long as it does.
    pub above: Arc<tempfile::TempDir>,
}

/// A Monday noon in Shanghai.
pub fn noon() -> Timestamp {
    "2026-11-23T12:00:00+08:00".parse().unwrap()
}

pub fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap()
}

impl Ground {
    pub fn with(files: &[(&str, &str)]) -> Self {
        let above = Arc::new(tempfile::tempdir().unwrap());
        let ground = Self { above, variables: Vec::new() };
        fs::create_dir(ground.rules()).unwrap();
        files.iter().for_each(|(name, text)| ground.write(name, text));
        ground
            .set("FANREPLY_LISTEN", "127.0.0.1:0")
            .set("FANREPLY_ADMIN_LISTEN", "127.0.0.1:0")
            .set("FANREPLY_APP_SECRET", SECRET)
    }

    /// The same, with another variable in its environment.
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same, without a variable.
    pub fn without(mut self, name: &str) -> Self {
        self.variables.retain(|(own, _)| own != name);
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.above.path().join(name)
    }

    pub fn rules(&self) -> PathBuf {
        self.path("rules")
    }

    /// Writes a rule file, so that nobody ever sees half of it.
    pub fn write(&self, name: &str, text: &str) {
        let fresh = self.path("fresh");
        fs::write(&fresh, text).unwrap();
        fs::rename(fresh, self.rules().join(name)).unwrap();
    }

    pub fn settings(&self) -> Settings {
        let file = self.path("fanreply.yaml");
        let sources = Sources {
            file: file.exists().then_some(file),
            environment: self.variables.clone(),
            rules: Some(self.rules()),
            data: Some(self.path("data")),
            serves: true,
        };
        load(&sources).unwrap_or_else(|fault| panic!("{fault}")).0
    }

    pub fn variables(&self) -> &[(String, String)] {
        &self.variables
    }

    /// Starts an appliance that looks at its folder often.
    pub async fn start(&self) -> Appliance {
        self.start_at(noon()).await
    }

    pub async fn start_at(&self, now: Timestamp) -> Appliance {
        let clock = Clock::manual(now);
        let pace = Pace {
            quiet: Duration::from_millis(20),
            second_look: Duration::from_millis(10),
            comparison: Duration::from_millis(200),
            ..Pace::default()
        };
        let options = Options { clock: clock.clone(), pace, ..Options::default() };
        let started = App::start_stepped(self.settings(), options).await;
        let (app, deliverer) = started.unwrap_or_else(|fault| panic!("{fault}"));
        Appliance {
            app,
            deliverer: Some(Mutex::new(deliverer)),
            clock,
            client: client(),
            above: self.above.clone(),
        }
    }
}

impl Appliance {
    pub fn public(&self) -> String {
        format!("http://{}", self.app.listening.public)
    }

    pub fn admin(&self) -> String {
        format!("http://{}", self.app.listening.admin)
    }

    /// The query with which the platform signs a request now.
    pub fn signed(&self) -> String {
        signed(SECRET, self.clock.now())
    }

    /// Pushes a body as the platform would; the status and what came back.
    pub async fn push_body(&self, path: &str, body: impl Into<reqwest::Body>) -> (StatusCode, String) {
        let address = format!("{}{path}?{}", self.public(), self.signed());
        let answer = self.client.post(address).body(body).send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    }

    /// Pushes a message; the reply, if there is one.
    pub async fn push(&self, message: &InboundMessage) -> Option<Reply> {
        let (status, body) = self.push_body("/callback", weibo::encode_message(message)).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        weibo::decode_reply(body.as_bytes()).unwrap()
    }

    /// What a text is answered with; the clock moves on, so that each is a message of its own.
    pub async fn say(&self, text: &str) -> String {
        self.clock.advance(jiff::SignedDuration::from_secs(1));
        let message = self.message(Content::Text(text.to_owned()));
        self.push(&message).await.map(|reply| reply.rendered()).unwrap_or_default()
    }

    /// A message of the usual fan, now.
    pub fn message(&self, content: Content) -> InboundMessage {
        InboundMessage {
            account: ACCOUNT.parse().unwrap(),
            sender: FAN.parse().unwrap(),
            created_at: Timestamp::from_second(self.clock.now().as_second()).unwrap(),
            platform_id: None,
            format: Format::Json,
            content,
        }
    }

    /// Moves the clock.
    pub fn pass(&self, minutes: i64) {
        self.clock.advance(jiff::SignedDuration::from_mins(minutes));
    }

    /// One tick of the deliverer, and the calls that it started.
    pub async fn step(&self) -> Result<Tick, StoreFault> {
        let mut deliverer = self.deliverer.as_ref().expect("it runs by itself").lock().await;
        let ticked = deliverer.tick().await;
        let recorded = deliverer.finish_calls().await;
        ticked.and_then(|tick| recorded.map(|()| tick))
    }

    /// Lets the deliverer do whatever there is to do now.
    pub async fn deliver(&self) {
        for _ in 0..1_000 {
            if self.step().await.unwrap().claimed == 0 {
                return;
            }
        }
        panic!("the deliverer does not come to rest");
    }

    /// Waits until what is asked for holds.
    pub async fn until(&self, what: &str, mut holds: impl AsyncFnMut() -> bool) {
        let wait = async {
            while !holds().await {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), wait).await.unwrap_or_else(|_| panic!("never: {what}"));
    }
}

/// The query of a signed request.
pub fn signed(secret: &str, at: Timestamp) -> String {
    let timestamp = at.as_millisecond().to_string();
    let signature = signature::sign(&secret.into(), &timestamp, "4711");
    format!("signature={signature}&timestamp={timestamp}&nonce=4711")
}

/// A file with one rule.
pub fn rule(word: &str, reply: &str) -> String {
    format!("rules:\n  - name: {word}\n    when: {{keyword: {word}}}\n    reply: {reply}\n")
}
