//! The bytes that leave: what every sample of the protocol, and every example of the shipped rules and of
//! `tests/rules/accept`, is answered with today, and what is sent for it in the days after. It never says what
//! is right. `FANREPLY_BLESS=1` writes `tests/fixtures/answers` anew; read the difference before committing.

#[path = "support/fake_platform.rs"]
mod fake_platform;
#[path = "answers/said.rs"]
mod said;
mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use fake_platform::FakePlatform;
use fanreply::model::message::{Format, InboundMessage};
use fanreply::platform::weibo::encode_message;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use said::{Said, said_in};
use support::{ACCOUNT, Appliance, Ground, noon};

const TOKEN: &str = "2.00EXAMPLE";
/// The fan of the first example; each has one of its own, so that none ends what another was promised.
const FIRST_FAN: u64 = 1_700_300_001;
/// Longer than the platform lets anybody write to a fan.
const HOURS: i64 = 49;

/// The rule files of a folder, by name.
type Rules = BTreeMap<String, String>;

/// What is pushed, and when.
struct Push {
    at: Timestamp,
    name: String,
    body: Vec<u8>,
}

#[tokio::test(flavor = "multi_thread")]
async fn what_leaves_is_what_left_before_to_the_byte() {
    let records = root().join("tests/fixtures/answers");
    let mut different = Vec::new();
    let mut gone = entries(&records);
    for (name, rules) in folders() {
        let path = records.join(format!("{name}.txt"));
        let json = tokio::spawn(left(rules.clone(), Format::Json));
        let xml = tokio::spawn(left(rules, Format::Xml));
        let now = format!("JSON\n\n{}\nXML\n\n{}", json.await.unwrap(), xml.await.unwrap());
        if std::env::var_os("FANREPLY_BLESS").is_some() {
            fs::write(&path, &now).unwrap();
        }
        let before = fs::read_to_string(&path).unwrap_or_default();
        different.extend(difference(&before, &now).map(|found| format!("{}:{found}", path.display())));
        gone.retain(|record| *record != path);
    }
    assert!(
        different.is_empty(),
        "other bytes leave than before; where that is meant, FANREPLY_BLESS=1 cargo test --test answers:\n{}",
        different.join("\n")
    );
    assert!(gone.is_empty(), "records of folders that are gone: {gone:?}");
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    entries
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_str().unwrap().to_owned()
}

/// Every folder that answers, under the name of its record.
fn folders() -> Vec<(String, Rules)> {
    let accepted = entries(&root().join("tests/rules/accept")).into_iter();
    let accepted = accepted.map(|path| (format!("accept-{}", path.file_stem().unwrap().display()), path));
    let shipped = ("shipped".to_owned(), root().join("rules"));
    std::iter::once(shipped).chain(accepted).map(|(name, path)| (name, rules(&path))).collect()
}

fn rules(path: &Path) -> Rules {
    let files = if path.is_dir() { entries(path) } else { vec![path.to_owned()] };
    let files = files.iter().filter(|file| file.extension().is_some_and(|ending| ending == "yaml"));
    files.map(|file| (file_name(file), fs::read_to_string(file).unwrap())).collect()
}

/// All pushes of one format, in the order of their moments. The other format goes to an appliance of its own,
/// which has not seen the same messages already.
fn pushes(rules: &Rules, format: Format) -> Vec<Push> {
    let folder = if format == Format::Json { "json" } else { "xml" };
    let samples = entries(&root().join("tests/fixtures/protocol").join(folder));
    let mut pushes: Vec<Push> = samples.iter().map(|path| sample(path)).collect();
    for (said, fan) in rules.values().flat_map(|file| said_in(file)).zip(FIRST_FAN..) {
        let sender = said.sender.unwrap_or(fan);
        pushes.extend(said.at.iter().map(|at| example(&said, sender, *at, format)));
    }
    pushes.sort_by_key(|push| push.at);
    pushes
}

fn sample(path: &Path) -> Push {
    Push { at: noon(), name: file_name(path), body: fs::read(path).unwrap() }
}

fn example(said: &Said, sender: u64, at: Timestamp, format: Format) -> Push {
    let message = InboundMessage {
        account: ACCOUNT.parse().unwrap(),
        sender: sender.to_string().parse().unwrap(),
        created_at: at,
        platform_id: None,
        format,
        content: said.content.clone(),
    };
    Push { at, name: said.name.clone(), body: encode_message(&message) }
}

/// The record of an appliance with these rules that gets all pushes of a format, and then is left alone.
async fn left(rules: Rules, format: Format) -> String {
    let pushes = pushes(&rules, format);
    let mut conversation = Conversation::start(&rules, pushes[0].at).await;
    for push in pushes {
        conversation.pass(push.at).await;
        conversation.push(push).await;
    }
    conversation.pass(conversation.appliance.clock.now() + SignedDuration::from_hours(HOURS)).await;
    assert_eq!(conversation.platform.violations(), Vec::<String>::new());
    conversation.appliance.app.stop().await;
    conversation.record
}

/// An appliance, the platform that it talks to, and a record of all that it says.
struct Conversation {
    appliance: Appliance,
    platform: FakePlatform,
    /// Its folders last as long as it runs.
    _ground: Ground,
    record: String,
    /// How many requests are on record.
    sent: usize,
}

impl Conversation {
    async fn start(rules: &Rules, at: Timestamp) -> Self {
        let platform = FakePlatform::start().await;
        let ground = Ground::with(&[])
            .set("FANREPLY_API_BASE", &platform.base())
            .set("FANREPLY_ACCESS_TOKEN", TOKEN)
            .set("FANREPLY_SEND_RATE", "1000");
        rules.iter().for_each(|(name, text)| ground.write(name, text));
        let appliance = ground.start_at(at).await;
        Self { appliance, platform, _ground: ground, record: String::new(), sent: 0 }
    }

    /// Lets time pass hour by hour until this moment, or by a second where that is past. Nothing is open any
    /// more when the hours have passed.
    async fn pass(&mut self, until: Timestamp) {
        let now = self.appliance.clock.now();
        let until = until.max(now + SignedDuration::from_secs(1));
        let hours = (1..=HOURS).map(|hours| now + SignedDuration::from_hours(hours));
        for moment in hours.take_while(|moment| *moment < until).chain([until]) {
            self.appliance.clock.advance(moment.duration_since(self.appliance.clock.now()));
            self.appliance.deliver().await;
            self.note_sent();
        }
    }

    /// Fans are served side by side, and each gets his messages in order.
    fn note_sent(&mut self) {
        let mut bodies = self.platform.bodies().split_off(self.sent);
        self.sent += bodies.len();
        bodies.sort_by_key(|body| {
            body.split('&').find(|field| field.starts_with("receiver_id=")).map(str::to_owned)
        });
        bodies.iter().for_each(|body| self.note("sent", &body.replace(TOKEN, "TOKEN")));
    }

    async fn push(&mut self, push: Push) {
        let address = format!("{}/callback?{}", self.appliance.public(), self.appliance.signed());
        let answer = self.appliance.client.post(address).body(push.body).send().await.unwrap();
        let status = answer.status().as_str().to_owned();
        let kind = answer.headers().get("content-type").map_or("", |kind| kind.to_str().unwrap()).to_owned();
        let body = String::from_utf8(answer.bytes().await.unwrap().into()).unwrap();
        let parts: Vec<String> = [status, kind, body].into_iter().filter(|part| !part.is_empty()).collect();
        self.note(&push.name, &parts.join(" "));
    }

    /// Two lines: when and what, and what left.
    fn note(&mut self, what: &str, left: &str) {
        let now = self.appliance.clock.now().to_zoned_datetime(TimeZone::get("Asia/Shanghai").unwrap());
        let line = |text: &str| text.replace('\\', r"\\").replace('\r', r"\r").replace('\n', r"\n");
        let now = now.strftime("%Y-%m-%d %H:%M:%S");
        self.record.push_str(&format!("{now} {}\n  {}\n", line(what), line(left)));
    }
}

/// The first line that is not as before, with its number.
fn difference(before: &str, now: &str) -> Option<String> {
    let (mut old, mut new) = (before.lines(), now.lines());
    for number in 1.. {
        let (was, is) = (old.next(), new.next());
        if was != is {
            let shown = |line: Option<&str>| line.unwrap_or("(the end)").to_owned();
            return Some(format!("{number}\n  before: {}\n  now:    {}", shown(was), shown(is)));
        }
        was?;
    }
    None
}
