//! Conversations in the terminal, on the real binary: through pipes, where the transcript is compared, and on a
//! pseudo-terminal. `FANREPLY_BLESS=1` writes the transcripts anew; read them before committing.

mod support;

#[path = "support/fake_platform.rs"]
mod fake_platform;
#[path = "support/server.rs"]
mod server;

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use fake_platform::FakePlatform;
use nix::pty::{Winsize, openpty};
use server::fanreply;
use support::{Ground, rule};

const NOON: [&str; 2] = ["--at", "2026-11-23T12:00:00+08:00"];
const PATIENCE: Duration = Duration::from_secs(20);

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/chat").join(name)
}

/// What is said to these lines, through pipes.
fn transcript(ground: &Ground, arguments: &[&str], typed: &str) -> (Option<i32>, String) {
    let mut command = fanreply(ground, &[&["chat"], &NOON[..], arguments].concat());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let typed = typed.to_owned();
    let writing = std::thread::spawn(move || {
        // after /quit nobody reads the rest
        let _ = stdin.write_all(typed.as_bytes());
    });
    let output = child.wait_with_output().unwrap();
    writing.join().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

/// What the fan got, without what only the one who looks on gets to know.
fn replies(transcript: &str) -> Vec<&str> {
    transcript.lines().filter_map(|line| line.strip_prefix("< ")).collect()
}

#[test]
fn in_a_year_whose_holidays_are_not_known_chat_says_so_once() {
    let rules = "rules:\n  - when: {keyword: 开门, days: 法定节假日}\n    reply: 放假\n";
    let ground = Ground::with(&[("a.yaml", rules)]);
    let mut talk = Talk::through_pipes(&ground, &["--at", "2026-02-19 10:00"]);
    talk.types("开门吗\n/at 2099-02-19 10:00\n开门吗\n");
    drop(std::mem::replace(&mut talk.input, Box::new(std::io::sink())));
    assert!(talk.child.wait().unwrap().success());
    talk.until("放假");
    talk.until("it is 2099-02-19");
    talk.until("the holidays of 2099 are not known");
    talk.until("no rule answers this");
    let said = String::from_utf8(talk.said.clone()).unwrap();
    assert_eq!(said.matches("are not known").count(), 1, "{said}");
}

#[test]
fn every_command_is_answered_as_it_was_in_both_languages() {
    let ground = Ground::with(&[]);
    let (typed, rules) = (fs::read_to_string(fixture("typed.txt")).unwrap(), fixture("rules"));
    for lang in ["en", "zh"] {
        let (code, said) = transcript(&ground, &["--lang", lang, rules.to_str().unwrap()], &typed);
        assert_eq!(code, Some(0));
        assert!(!said.contains(['\u{1B}', '>']), "no colour and no prompt in a pipe");
        let expected = fixture(&format!("said.{lang}.txt"));
        if std::env::var_os("FANREPLY_BLESS").is_some() {
            fs::write(&expected, &said).unwrap();
        }
        assert_eq!(said, fs::read_to_string(expected).unwrap());
    }
    assert!(!ground.path("data").exists(), "a conversation leaves nothing behind");
}

#[test]
fn time_shows_what_falls_due_in_order_and_drops_it_when_the_fan_replied() {
    let follow_ups = "rules:\n  - name: order\n    when: {keyword: 下单}\n    reply: 好的\n    follow_up: [{after: 3h, text: 三小时}, {after: 2h, unless: sender_replied, text: 两小时}, {after: 1h, text: 一小时}]\n";
    let ground = Ground::with(&[("a.yaml", follow_ups)]);
    let (_, said) = transcript(&ground, &[], "下单\n/later 4小时\n");
    assert_eq!(replies(&said), ["好的", "一小时", "两小时", "三小时"]);
    let (_, said) = transcript(&ground, &[], "下单\n/later 1h\n在吗\n/later 4h\n");
    assert_eq!(replies(&said), ["好的", "一小时", "三小时"]);
    assert!(said.contains("14:00 not sent, the fan has replied (order): 两小时"), "{said}");
    let (_, said) = transcript(&ground, &[], "下单\n/unfollow\n/later 4h\n");
    assert_eq!(replies(&said), ["好的"]);
}

/// What a fan does, and how many minutes pass then.
const STORY: &[(&str, i64)] = &[
    ("下单", 0),
    ("下单", 30),
    ("付款", 61),
    ("保留", 10),
    ("保留", 40),
    ("都要", 5),
    ("都要", 100),
    ("多条", 0),
    ("下单", 1_100),
    ("新来的", 200),
];

#[tokio::test]
async fn a_conversation_goes_as_on_the_server() {
    let rules = fs::read_to_string(fixture("rules/shop.yaml")).unwrap();
    let platform = FakePlatform::start().await;
    let ground = Ground::with(&[("shop.yaml", &rules)])
        .set("FANREPLY_API_BASE", &platform.base())
        .set("FANREPLY_ACCESS_TOKEN", "2.00EXAMPLE")
        .set("FANREPLY_SEND_RATE", "1000");
    let appliance = ground.start().await;
    let mut served = Vec::new();
    let mut sent = 0;
    let mut take = |served: &mut Vec<String>| {
        let all = platform.sent();
        served.extend(all[sent..].iter().map(|message| message.reply.rendered()));
        sent = all.len();
    };
    for (text, minutes) in STORY {
        served.extend(Some(appliance.say(text).await).filter(|answer| !answer.is_empty()));
        appliance.clock.advance(jiff::SignedDuration::from_secs(1));
        appliance.deliver().await;
        take(&mut served);
        for _ in 0..*minutes {
            appliance.pass(1);
            appliance.deliver().await;
        }
        take(&mut served);
    }
    let typed: String = STORY.iter().map(|(text, minutes)| format!("{text}\n/later {minutes}m\n")).collect();
    let said = tokio::task::spawn_blocking(move || transcript(&ground, &[], &typed).1).await.unwrap();
    assert_eq!(replies(&said), served, "{said}");
    assert!(served.len() > STORY.len(), "something was promised and kept");
}

/// A conversation under way, whose lines are read as they come.
struct Talk {
    child: Child,
    input: Box<dyn Write>,
    heard: Receiver<Vec<u8>>,
    said: Vec<u8>,
    /// How much of it was waited for.
    read: usize,
}

impl Talk {
    fn through_pipes(ground: &Ground, arguments: &[&str]) -> Self {
        let mut command = fanreply(ground, &[&["chat"], arguments].concat());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        Self { child, input: Box::new(input), heard: listen(output), said: Vec::new(), read: 0 }
    }

    fn on_a_terminal(ground: &Ground, variables: &[(&str, &str)]) -> Self {
        let size = Winsize { ws_row: 24, ws_col: 120, ws_xpixel: 0, ws_ypixel: 0 };
        let pty = openpty(&size, None).unwrap();
        let end = || Stdio::from(pty.slave.try_clone().unwrap());
        let mut command: Command = fanreply(ground, &["chat"]);
        command.env("TERM", "xterm").envs(variables.iter().copied());
        let child = command.stdin(end()).stdout(end()).stderr(end()).spawn().unwrap();
        drop(command);
        let master = File::from(pty.master);
        let input = Box::new(master.try_clone().unwrap());
        let mut talk = Self { child, input, heard: listen(master), said: Vec::new(), read: 0 };
        talk.until("> ");
        talk
    }

    fn types(&mut self, text: &str) {
        self.input.write_all(text.as_bytes()).unwrap();
        self.input.flush().unwrap();
    }

    /// Waits until this is said, after what was waited for before.
    fn until(&mut self, part: &str) {
        let began = Instant::now();
        let place = |said: &[u8]| said.windows(part.len()).position(|found| found == part.as_bytes());
        loop {
            if let Some(place) = place(&self.said[self.read..]) {
                self.read += place + part.len();
                return;
            }
            let heard = self.heard.recv_timeout(PATIENCE.saturating_sub(began.elapsed()));
            let said = || String::from_utf8_lossy(&self.said);
            self.said.extend(heard.unwrap_or_else(|_| panic!("never said: {part}\n{}", said())));
        }
    }

    /// Ends the input, and waits for the exit code.
    fn ends(mut self) -> (Option<i32>, String) {
        drop(self.input);
        let code = self.child.wait().unwrap().code();
        while let Ok(heard) = self.heard.recv_timeout(PATIENCE) {
            self.said.extend(heard);
        }
        (code, String::from_utf8(self.said).unwrap())
    }
}

/// Reads in a thread of its own, so that who waits can lose patience.
fn listen(output: impl Read + Send + 'static) -> Receiver<Vec<u8>> {
    let (tell, heard) = channel();
    std::thread::spawn(move || {
        let mut output = BufReader::new(output);
        // a pseudo-terminal ends with an error
        while let Ok(chunk) = output.fill_buf() {
            let (chunk, length) = (chunk.to_vec(), chunk.len());
            if length == 0 || tell.send(chunk).is_err() {
                return;
            }
            output.consume(length);
        }
    });
    heard
}

#[test]
fn an_edit_answers_at_the_next_message_and_a_broken_one_changes_nothing() {
    let ground = Ground::with(&[("a.yaml", &rule("你好", "您好"))]);
    let mut talk = Talk::through_pipes(&ground, &[]);
    talk.types("你好\n");
    talk.until("< 您好\n· 你好");
    ground.write("a.yaml", &rule("你好", "改好了"));
    talk.types("你好\n");
    talk.until("· the rules were changed: 1 rule from now on\n< 改好了\n");
    ground.write("a.yaml", "rules:\n  - whn: {keyword: 你好}\n    reply: 坏了\n");
    talk.types("你好\n");
    talk.until("did you mean \"when\"?");
    talk.types("你好\n");
    talk.until("< 改好了\n· 你好");
    ground.write("a.yaml", &rule("你好", "修好了"));
    talk.types("/reload\n/reload\n");
    talk.until("· nothing has changed");
    let (code, said) = talk.ends();
    assert_eq!(code, Some(0));
    assert_eq!(said.matches("F131").count(), 1, "what is wrong is told once: {said}");
    assert_eq!(said.matches("the former rules answer until it is repaired").count(), 1, "{said}");
}

#[test]
fn what_was_promised_by_a_rule_that_is_gone_is_not_sent() {
    let follow_up = "    follow_up: {after: 1h, text: 还在吗}\n";
    let ground = Ground::with(&[("a.yaml", &(rule("下单", "好的") + follow_up))]);
    let mut talk = Talk::through_pipes(&ground, &NOON);
    talk.types("下单\n");
    talk.until("⏰ in 1 h, 13:00: 还在吗");
    ground.write("a.yaml", &rule("你好", "您好"));
    talk.types("/later 2h\n");
    talk.until("not sent, its rule is gone (下单): 还在吗");
    assert_eq!(talk.ends().0, Some(0));
}

#[test]
fn a_folder_that_is_broken_from_the_beginning_answers_once_it_is_repaired() {
    let ground = Ground::with(&[("a.yaml", "rules: 坏了\n")]);
    let mut talk = Talk::through_pipes(&ground, &["--lang", "zh"]);
    talk.types("你好\n");
    talk.until("没有可用的规则");
    ground.write("a.yaml", &rule("你好", "您好"));
    talk.types("你好\n");
    talk.until("规则已更新：现在有 1 条规则\n< 您好\n");
    assert_eq!(talk.ends().0, Some(0));
    let nowhere = fanreply(&ground, &["chat", "nowhere"]).output().unwrap();
    assert_eq!((nowhere.status.code(), nowhere.stdout.len()), (Some(1), 0));
}

#[test]
fn on_a_terminal_lines_are_remembered_and_changes_are_told_while_nobody_types() {
    const UP: &str = "\u{1B}[A";
    let ground = Ground::with(&[("a.yaml", &rule("你好", "您好"))]);
    fs::create_dir(ground.path("data")).unwrap();
    let mut talk = Talk::on_a_terminal(&ground, &[]);
    talk.types("你好\r");
    talk.until("\u{1B}[32m< \u{1B}[0m您好");
    talk.until("> ");
    ground.write("a.yaml", &rule("你好", "改好了"));
    talk.until("the rules were changed");
    talk.until("> ");
    talk.types(&format!("{UP}\r"));
    talk.until("改好了");
    // between two prompts the terminal itself would take the signs
    talk.until("> ");
    talk.types("/unf\t\r");
    talk.until("/unfollow");
    talk.until("no rule answers this");
    talk.until("> ");
    talk.types("\u{4}");
    talk.until("bye");
    assert_eq!(talk.ends().0, Some(0));

    let mut talk = Talk::on_a_terminal(&ground, &[("NO_COLOR", "1")]);
    talk.types(&format!("{UP}{UP}\r"));
    talk.until("< 改好了");
    // a line that was begun is dropped, and no reason to end
    for (typed, said) in
        [("早上\u{3}", "Ctrl-C once more ends"), ("你好\r", "< 改好了"), ("\u{3}", "Ctrl-C once more ends")]
    {
        talk.until("> ");
        talk.types(typed);
        talk.until(said);
    }
    talk.until("> ");
    talk.types("\u{3}");
    talk.until("bye");
    assert_eq!(talk.ends().0, Some(0));
}
