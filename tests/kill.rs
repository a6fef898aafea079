//! Killed again and again under load: the real binary against a fake of the platform that repeats what got no
//! answer. Nothing promised is lost, and no more is sent twice than was in flight.
//!
//! `FANREPLY_KILLS=500 cargo test --test kill -- --nocapture` is the loop at full size; `FANREPLY_SEED`
//! repeats the moments of another run.

mod support;

#[path = "support/fake_platform.rs"]
mod fake_platform;
#[path = "support/server.rs"]
mod server;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use fake_platform::{FakePlatform, Message, Scripted};
use fanreply::clock::Clock;
use fanreply::model::id::UserId;
use fanreply::model::message::{Content, Format, InboundMessage};
use fanreply::platform::weibo;
use fanreply::store::Store;
use jiff::Timestamp;
use server::{Server, said};
use support::{ACCOUNT, Ground, SECRET, client, signed};
use tokio::task::{JoinSet, block_in_place};
use tokio::time::sleep;

/// Calls under way at once, as the deliverer limits them: each may be in doubt when it is killed.
const AT_ONCE: usize = 64;
const PUSHERS: usize = 2;
/// What each message promises beside its answer, in this order.
const PROMISED: [&str; 3] = ["二", "三", "还在吗"];
/// The first fan's uid. Each message is another fan's, so that what arrives tells which one promised it.
const FIRST_FAN: u64 = 1_700_000_000;

/// What the platform's side knows: each fan's message, and the answer that it got, if any.
#[derive(Default)]
struct Known {
    next: AtomicU64,
    messages: Mutex<BTreeMap<u64, Told>>,
}

#[derive(Clone)]
struct Told {
    message: InboundMessage,
    answer: Option<String>,
}

/// What was seen of repeats.
#[derive(Default)]
struct Repeated {
    /// An answer had arrived before.
    answered: usize,
    /// No answer had arrived, though the message was known.
    known: usize,
    /// No answer had arrived, and the message was new.
    new: usize,
}

#[tokio::test(flavor = "multi_thread")]
async fn no_kill_loses_what_was_promised_or_sends_more_twice_than_was_in_flight() {
    let kills: usize = variable("FANREPLY_KILLS").unwrap_or(50);
    let seed = variable("FANREPLY_SEED").unwrap_or_else(|| getrandom::u64().unwrap());
    println!("{kills} kills, FANREPLY_SEED={seed}");
    let (began, mut dice) = (Instant::now(), Dice(seed));
    let platform = FakePlatform::start().await;
    // an answer that takes its time is often not there yet when the kill comes
    platform.script(vec![Scripted::Slow(Duration::from_millis(5)); 1_000 * kills]);
    let ground = ground(&platform);
    let known = Arc::<Known>::default();
    let mut repeated = Repeated::default();
    for round in 0..kills {
        let server = start(&ground, round);
        let mut pushers = JoinSet::new();
        for _ in 0..PUSHERS {
            pushers.spawn(push_until_it_ends(known.clone(), server.public.clone()));
        }
        known.repeat_some(&server.public, round, &mut dice, &mut repeated).await;
        sleep(Duration::from_millis(dice.below(250))).await;
        block_in_place(|| server.kill());
        pushers.join_all().await;
    }
    let server = start(&ground, kills);
    known.repeat_all(&server.public, kills, &mut repeated).await;
    known.drained(&platform, &ground).await;
    assert_eq!(block_in_place(|| server.stop()), Some(0));
    let (messages, sent) = (known.all(), platform.sent());
    assert_eq!(served(&sent), messages.len());
    let twice = sent.len() - PROMISED.len() * messages.len();
    println!(
        "{} messages, {} deliveries, {twice} of them twice; repeats: {} answered before, {} recorded with their \
         answer lost, {} not recorded; {:.1?}",
        messages.len(),
        sent.len() - twice,
        repeated.answered,
        repeated.known,
        repeated.new,
        began.elapsed(),
    );
    assert!(twice <= kills * AT_ONCE, "{twice} were sent twice");
    assert!(!said(&ground).contains("panicked"), "{}", said(&ground));
    assert_eq!(platform.violations(), Vec::<String>::new());
    let store = Store::open(&ground.path("data/fanreply.db")).unwrap();
    assert_eq!(store.depth(Timestamp::MAX).await.unwrap().pending, 0);
}

fn ground(platform: &FakePlatform) -> Ground {
    Ground::with(&[])
        .set("FANREPLY_API_BASE", &platform.base())
        .set("FANREPLY_ACCESS_TOKEN", "2.00EXAMPLE")
        .set("FANREPLY_SEND_RATE", "1000")
        .set("FANREPLY_LOG", "error")
}

/// Each server has other words for its answers: a repeat shows whether the first answer was kept.
fn start(ground: &Ground, round: usize) -> Server {
    let [two, three, asks] = PROMISED;
    let answer = answer_of(round);
    let rules = format!(
        "rules:\n  - name: order\n    when: {{keyword: 下单}}\n    reply: [{answer}, {two}, {three}]\n    follow_up: {{after: 1s, text: {asks}}}\n"
    );
    ground.write("a.yaml", &rules);
    block_in_place(|| Server::start(ground))
}

fn answer_of(round: usize) -> String {
    format!("好的，第{round}次")
}

/// New messages, one after another, until the server is gone.
async fn push_until_it_ends(known: Arc<Known>, public: String) {
    let client = client();
    loop {
        let fan = known.write_message();
        if known.push(&client, &public, fan).await.is_none() {
            return;
        }
    }
}

impl Known {
    /// A message that no server has seen.
    fn write_message(&self) -> u64 {
        let fan = FIRST_FAN + self.next.fetch_add(1, Ordering::Relaxed);
        let message = InboundMessage {
            account: ACCOUNT.parse().unwrap(),
            sender: fan.to_string().parse().unwrap(),
            created_at: Timestamp::from_second(Clock::System.now().as_second()).unwrap(),
            platform_id: None,
            format: Format::Json,
            content: Content::Text("我要下单".to_owned()),
        };
        self.messages.lock().unwrap().insert(fan, Told { message, answer: None });
        fan
    }

    fn all(&self) -> BTreeMap<u64, Told> {
        self.messages.lock().unwrap().clone()
    }

    /// Pushes a fan's message and notes the answer. `None` when the server went away; every answer to one
    /// message must be the same.
    async fn push(&self, client: &reqwest::Client, public: &str, fan: u64) -> Option<String> {
        let body = weibo::encode_message(&self.told(fan).message);
        let url = format!("{public}/callback?{}", signed(SECRET, Clock::System.now()));
        let answer = client.post(url).body(body).send().await.ok()?;
        assert_eq!(answer.status(), 200);
        let answer = answer.bytes().await.ok()?;
        let shown = weibo::decode_reply(&answer).unwrap().expect("an answer").rendered();
        let former = self.messages.lock().unwrap().get_mut(&fan).unwrap().answer.replace(shown.clone());
        assert!(former.as_ref().is_none_or(|former| *former == shown), "{former:?}, and then {shown}");
        Some(shown)
    }

    fn told(&self, fan: u64) -> Told {
        self.messages.lock().unwrap()[&fan].clone()
    }

    /// The platform's retries reach the next server: all that got no answer, and a few that did.
    async fn repeat_some(&self, public: &str, round: usize, dice: &mut Dice, repeated: &mut Repeated) {
        let (answered, mut some): (Vec<u64>, Vec<u64>) = {
            let messages = self.messages.lock().unwrap();
            messages.keys().partition(|fan| messages[fan].answer.is_some())
        };
        let any = |_| answered[dice.below(answered.len() as u64) as usize];
        some.extend((0..answered.len().min(3)).map(any));
        self.repeat(public, round, some, repeated).await;
    }

    async fn repeat_all(&self, public: &str, round: usize, repeated: &mut Repeated) {
        self.repeat(public, round, self.all().into_keys().collect(), repeated).await;
    }

    async fn repeat(&self, public: &str, round: usize, some: Vec<u64>, repeated: &mut Repeated) {
        let (mine, client) = (answer_of(round), client());
        for fan in some {
            let had_answer = self.told(fan).answer.is_some();
            let answer = self.push(&client, public, fan).await.expect("this server is not killed yet");
            match (had_answer, answer == mine) {
                (true, _) => repeated.answered += 1,
                (false, false) => repeated.known += 1,
                (false, true) => repeated.new += 1,
            }
        }
    }

    /// Waits until everything promised has arrived.
    async fn drained(&self, platform: &FakePlatform, ground: &Ground) {
        let began = Instant::now();
        let fans = self.all().len();
        loop {
            let served = served(&platform.sent());
            if served == fans {
                return;
            }
            let in_time = began.elapsed() < Duration::from_secs(120);
            assert!(in_time, "{served} of {fans} are served: {}", said(ground));
            sleep(Duration::from_millis(50)).await;
        }
    }
}

/// How many fans got everything. To each it comes in order, where the same again right after itself is what
/// was in flight; a message that had scheduled its promises twice would begin anew.
fn served(sent: &[Message]) -> usize {
    let mut arrived: BTreeMap<UserId, Vec<String>> = BTreeMap::new();
    for message in sent {
        let texts = arrived.entry(message.receiver).or_default();
        texts.push(message.reply.rendered());
        texts.dedup();
    }
    for (fan, texts) in &arrived {
        assert!(
            texts.len() <= PROMISED.len() && texts.iter().eq(&PROMISED[..texts.len()]),
            "{fan}: {texts:?}"
        );
    }
    arrived.values().filter(|texts| texts.len() == PROMISED.len()).count()
}

/// Random numbers that a seed repeats (SplitMix64, public domain).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (mixed ^ (mixed >> 31)) % limit
    }
}

fn variable<T: std::str::FromStr>(name: &str) -> Option<T> {
    let text = std::env::var(name).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{name} is no number")))
}
