//! What a decision costs as the rules grow: 100, 1,000, 10,000 and 100,000 rules side by side in one run,
//! and the ratio of the last to the first. `cargo bench --bench decide`
#![allow(clippy::disallowed_methods, clippy::unwrap_used)] // a bench measures the real clock

use std::hint::black_box;
use std::time::{Duration, Instant};

use fanreply::advice::lint::lint;
use fanreply::engine::ruleset::RuleSet;
use fanreply::language::load;
use fanreply::language::source::{RuleSource, SourceFile};
use fanreply::language::surroundings::Surroundings;
use fanreply::model::id::UserId;
use fanreply::model::message::{Content, Format, InboundMessage};

const SIZES: [usize; 4] = [100, 1_000, 10_000, 100_000];
const ROUNDS: usize = 15;

/// Seven of ten rules look for words, two for a whole message, one for a regular expression.
fn rules(count: usize) -> RuleSource {
    const PER_FILE: usize = 10_000;
    let rule = |number: usize| {
        let when = match number % 10 {
            0 => format!("{{regex: '查{number}单(?P<号>[0-9]{{4,12}})'}}"),
            1 | 2 => format!("{{exact: 口令{number}}}"),
            _ => format!("{{keyword: [商品{number}号, item{number}]}}"),
        };
        format!("  - when: {when}\n    reply: 第{number}条回复，谢谢您的关注\n")
    };
    let file = |first: usize| {
        let text: String = (first..count.min(first + PER_FILE)).map(rule).collect();
        SourceFile {
            path: format!("{first}.yaml").into(),
            bytes: format!("rules:\n{text}").into_bytes().into(),
        }
    };
    RuleSource::new((0..count).step_by(PER_FILE).map(file).collect())
}

/// Messages of a fan: half of them are answered, and every rule is met in its turn.
fn messages(count: usize) -> Vec<InboundMessage> {
    let text = |number: usize| {
        let rule = number * 7_919 % count;
        match number % 4 {
            0 => format!("请问商品{rule}号还有货吗？在线等，谢谢"),
            1 => format!("麻烦帮我查{rule}单20261123看看到哪里了"),
            2 => "今天天气真不错，晚上一起出去走走吧[哈哈]".to_owned(),
            _ => "Is anybody there? 我想问一下活动什么时候结束".to_owned(),
        }
    };
    (0..256)
        .map(|number| InboundMessage {
            account: UserId::new(3_600_001_001).unwrap(),
            sender: UserId::new(1_700_000_000 + number as u64).unwrap(),
            created_at: jiff::Timestamp::UNIX_EPOCH,
            platform_id: None,
            format: Format::Json,
            content: Content::Text(text(number)),
        })
        .collect()
}

fn round(ruleset: &RuleSet, messages: &[InboundMessage], surroundings: &Surroundings) -> Duration {
    let context = surroundings.context(jiff::Timestamp::UNIX_EPOCH, "");
    const REPEATS: u32 = 8;
    let began = Instant::now();
    for _ in 0..REPEATS {
        for message in messages {
            black_box(ruleset.decide(black_box(message), &context));
        }
    }
    began.elapsed() / (REPEATS * messages.len() as u32)
}

fn main() {
    let surroundings = Surroundings::default();
    let sets: Vec<(usize, RuleSet, Vec<InboundMessage>)> = SIZES
        .into_iter()
        .map(|count| {
            let source = rules(count);
            let began = Instant::now();
            let ruleset = load(&source, &surroundings).ruleset.unwrap();
            let loaded = began.elapsed();
            let began = Instant::now();
            let found = lint(&ruleset, &source, &surroundings).len();
            println!(
                "{count:>7} rules: loaded in {loaded:>9.1?}, linted in {:>9.1?} ({found} found)",
                began.elapsed()
            );
            (count, ruleset, messages(count))
        })
        .collect();
    // the sets take turns, so that a noisy moment falls on all of them
    let mut times = vec![Vec::with_capacity(ROUNDS); sets.len()];
    for _ in 0..ROUNDS {
        for ((_, ruleset, messages), times) in sets.iter().zip(&mut times) {
            times.push(round(ruleset, messages, &surroundings));
        }
    }
    let medians: Vec<Duration> = times
        .iter_mut()
        .map(|times| {
            times.sort();
            times[times.len() / 2]
        })
        .collect();
    for ((count, ..), median) in sets.iter().zip(&medians) {
        println!("{count:>7} rules: {median:>9.2?} a decision");
    }
    let ratio = medians[3].as_secs_f64() / medians[0].as_secs_f64();
    println!("ratio of {} to {} rules: {ratio:.2}", SIZES[3], SIZES[0]);
}
