//! What fans write, signed as the platform signs it, and what each must be answered with.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use fanreply::model::message::{Content, Event, Format, InboundMessage};
use fanreply::platform::weibo;
use jiff::Timestamp;

use crate::support::{ACCOUNT, SECRET, signed};

/// Every so many rules one asks for a certain text by a regular expression.
const REGEX_EVERY: usize = 10;

/// Rules about goods, one for newcomers, one for the rest. `edition` changes the file and no answer.
pub fn rules(count: usize, edition: usize) -> String {
    let rule = |number: usize| match number % REGEX_EVERY {
        0 => format!("  - when: {{regex: '商品{number}号.*还有'}}\n    reply: 第{number}号有货\n"),
        _ => format!("  - when: {{keyword: 商品{number}号}}\n    reply: 第{number}号有货\n"),
    };
    let own: String = (0..count).map(rule).collect();
    format!(
        "# edition {edition}\nrules:\n{own}  - when: {{event: follow}}\n    reply: 欢迎\n  - fallback: true\n    reply: 没有听懂 {{{{ text }}}}\n"
    )
}

/// A mix of messages, no two of them alike.
#[derive(Clone)]
pub struct Messages {
    secret: Arc<str>,
    checked: Checked,
    rules: usize,
    next: Arc<AtomicU64>,
}

#[derive(Clone, Copy, PartialEq)]
enum Checked {
    /// The very text.
    Text,
    /// Some reply, or none.
    Any,
    /// The status.
    Status,
}

/// A request, and what its answer must be.
pub struct Asked {
    pub request: Vec<u8>,
    checked: Checked,
    expected: String,
}

impl Messages {
    /// To a server with [`rules`].
    pub fn known(rules: usize) -> Self {
        Self::new(SECRET, Checked::Text, rules)
    }

    /// To a server of which nothing is known.
    pub fn of_strangers(secret: &str) -> Self {
        Self::new(secret, Checked::Any, 1_000)
    }

    /// To one that understands nothing.
    pub fn unanswered() -> Self {
        Self::new(SECRET, Checked::Status, 1_000)
    }

    fn new(secret: &str, checked: Checked, rules: usize) -> Self {
        Self { secret: secret.into(), checked, rules, next: Arc::default() }
    }

    /// Six in ten meet a rule of their own, three none, one is a new follower; every second is XML.
    pub fn next(&self) -> Asked {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let now = Timestamp::now();
        let (content, expected) = match number % 10 {
            0..6 => {
                let rule = (number as usize).wrapping_mul(7_919) % self.rules;
                let text = format!("请问商品{rule}号还有货吗？第{number}次问");
                (Content::Text(text), format!("第{rule}号有货"))
            }
            6..9 => {
                let text = format!("今天天气不错 {number}");
                let expected = format!("没有听懂 {text}");
                (Content::Text(text), expected)
            }
            _ => (Content::Event(Event::Follow), "欢迎".to_owned()),
        };
        let body = weibo::encode_message(&InboundMessage {
            account: ACCOUNT.parse().unwrap(),
            sender: (1_700_000_000 + number).to_string().parse().unwrap(),
            created_at: Timestamp::from_second(now.as_second()).unwrap(),
            platform_id: None,
            format: if (number / 10).is_multiple_of(2) { Format::Json } else { Format::Xml },
            content,
        });
        let head = format!(
            "POST /callback?{} HTTP/1.1\r\nhost: x\r\ncontent-length: {}\r\n\r\n",
            signed(&self.secret, now),
            body.len(),
        );
        Asked { request: [head.as_bytes(), &body].concat(), checked: self.checked, expected }
    }
}

impl Asked {
    /// Whether this is the answer.
    pub fn is_answered_by(&self, status: u16, body: &[u8]) -> bool {
        let reply = || weibo::decode_reply(body);
        status == 200
            && match self.checked {
                Checked::Text => {
                    reply().is_ok_and(|reply| reply.is_some_and(|reply| reply.rendered() == self.expected))
                }
                Checked::Any => reply().is_ok(),
                Checked::Status => true,
            }
    }
}
