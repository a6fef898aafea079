//! What is promised and what becomes of it: the whole appliance against a fake of the platform, with a clock
//! that the tests move.

mod support;

#[path = "support/fake_platform.rs"]
mod fake_platform;

use fake_platform::{FakePlatform, Scripted};
use fanreply::model::message::{Content, Event, Format, InboundMessage, Mention, MentionPlace};
use support::{Appliance, Ground, noon};

const TOKEN: &str = "2.00EXAMPLE";

/// A ground whose appliance sends to this platform, as fast as it likes.
fn ground(platform: &FakePlatform, rules: &str) -> Ground {
    Ground::with(&[("a.yaml", rules)])
        .set("FANREPLY_API_BASE", &platform.base())
        .set("FANREPLY_ACCESS_TOKEN", TOKEN)
        .set("FANREPLY_SEND_RATE", "1000")
}

/// One rule that asks again, with these further keys of its follow-up.
fn asks(follow_up: &str) -> String {
    format!(
        "rules:\n  - name: order\n    when: {{keyword: 下单}}\n    reply: 好的\n    follow_up: {{{follow_up}, text: 还在吗}}\n  - name: price\n    when: {{keyword: 多少钱}}\n    reply: 十元\n"
    )
}

fn sent(platform: &FakePlatform) -> Vec<String> {
    assert_eq!(platform.violations(), Vec::<String>::new());
    platform.sent().iter().map(|message| message.reply.rendered()).collect()
}

async fn event(appliance: &Appliance, event: Event) {
    appliance.clock.advance(jiff::SignedDuration::from_secs(1));
    appliance.push(&appliance.message(Content::Event(event))).await;
}

fn counted(appliance: &Appliance, state: &str, reason: &str) -> bool {
    // the library sorts labels as they are declared
    let line = format!("fanreply_deliveries_total{{state=\"{state}\",reason=\"{reason}\"}} 1");
    appliance.app.metrics.encode().contains(&line)
}

#[tokio::test]
async fn the_rest_of_an_answer_follows_it_in_order() {
    let platform = FakePlatform::start().await;
    let rules = "rules:\n  - when: {keyword: 地址}\n    reply: [一, 二, {articles: [{title: 三, url: 'https://example.com'}]}, 四]\n";
    let appliance = ground(&platform, rules).start().await;
    assert_eq!(appliance.say("地址").await, "一");
    appliance.deliver().await;
    assert_eq!(sent(&platform), Vec::<String>::new(), "not before the passive answer has left");
    appliance.pass(1);
    appliance.deliver().await;
    assert_eq!(sent(&platform), ["二", "三\nhttps://example.com", "四"]);
}

#[tokio::test]
async fn a_follow_up_is_sent_when_it_is_due_and_not_before() {
    let platform = FakePlatform::start().await;
    let appliance = ground(&platform, &asks("after: 2h")).start().await;
    assert_eq!(appliance.say("下单").await, "好的");
    appliance.pass(119);
    appliance.deliver().await;
    assert!(sent(&platform).is_empty());
    appliance.pass(1);
    appliance.deliver().await;
    assert_eq!(sent(&platform), ["还在吗"]);
    appliance.pass(600);
    appliance.deliver().await;
    assert_eq!(sent(&platform).len(), 1, "once");
}

#[tokio::test]
async fn a_fan_who_replied_is_not_asked_again() {
    let platform = FakePlatform::start().await;
    let ground = ground(&platform, &asks("after: 2h, unless: sender_replied"));
    let replies = [
        Content::Text("随便说说".to_owned()),
        Content::Event(Event::Click("ABOUT".to_owned())),
        Content::Event(Event::Scan(fanreply::model::message::Scene::new("1"))),
    ];
    let appliance = ground.start().await;
    for reply in replies {
        appliance.say("下单").await;
        appliance.pass(1);
        appliance.push(&appliance.message(reply)).await;
        appliance.pass(120);
        appliance.deliver().await;
        assert!(sent(&platform).is_empty());
    }
    assert!(appliance.app.metrics.encode().contains("reason=\"sender_replied\"} 3"));
}

#[tokio::test]
async fn a_follow_a_subscription_and_a_retry_of_the_platform_are_no_replies() {
    let platform = FakePlatform::start().await;
    let appliance = ground(&platform, &asks("after: 2h, unless: sender_replied")).start().await;
    let message = appliance.message(Content::Text("下单".to_owned()));
    appliance.push(&message).await;
    appliance.pass(1);
    appliance.push(&message).await;
    event(&appliance, Event::Follow).await;
    event(&appliance, Event::Subscribe).await;
    appliance.pass(120);
    appliance.deliver().await;
    assert_eq!(sent(&platform), ["还在吗"]);
}

#[tokio::test]
async fn an_answer_by_the_named_rule_makes_a_follow_up_unwanted() {
    let platform = FakePlatform::start().await;
    let appliance = ground(&platform, &asks("after: 2h, unless: {answered_by: price}")).start().await;
    appliance.say("下单").await;
    appliance.say("随便说说").await;
    appliance.say("多少钱").await;
    appliance.pass(120);
    appliance.deliver().await;
    assert!(sent(&platform).is_empty() && counted(&appliance, "cancelled", "answered_by"));
}

#[tokio::test]
async fn unfollow_cancels_everything_pending() {
    for (leaves, reason) in [(Event::Unfollow, "unfollowed"), (Event::Unsubscribe, "unsubscribed")] {
        let platform = FakePlatform::start().await;
        let appliance = ground(&platform, &asks("after: 2h")).start().await;
        appliance.say("下单").await;
        event(&appliance, leaves).await;
        appliance.pass(120);
        appliance.deliver().await;
        assert!(sent(&platform).is_empty() && counted(&appliance, "cancelled", reason));
    }
}

#[tokio::test]
async fn nothing_is_sent_after_the_window_closed() {
    let platform = FakePlatform::start().await;
    let ground = ground(&platform, &asks("after: 47h"));
    let appliance = ground.start().await;
    appliance.say("下单").await;
    appliance.pass(48 * 60 + 1);
    appliance.deliver().await;
    assert!(sent(&platform).is_empty() && counted(&appliance, "expired", "window_closed"));
}

#[tokio::test]
async fn a_new_message_extends_the_window() {
    let platform = FakePlatform::start().await;
    let appliance = ground(&platform, &asks("after: 47h")).start().await;
    appliance.say("下单").await;
    appliance.pass(46 * 60);
    appliance.say("随便说说").await;
    appliance.pass(3 * 60);
    appliance.deliver().await;
    assert_eq!(sent(&platform), ["还在吗"], "49 hours after its own message, 3 after the last one");
}

#[tokio::test]
async fn the_last_word_comes_before_the_window_closes() {
    let platform = FakePlatform::start().await;
    let appliance = ground(&platform, &asks("before_window_closes: 1h")).start().await;
    appliance.say("下单").await;
    appliance.pass(47 * 60 - 1);
    appliance.deliver().await;
    assert!(sent(&platform).is_empty());
    appliance.pass(1);
    appliance.deliver().await;
    assert_eq!(sent(&platform), ["还在吗"]);
}

#[tokio::test]
async fn hours_shift_a_follow_up_also_when_it_is_late() {
    let platform = FakePlatform::start().await;
    let appliance = ground(&platform, &asks("after: 30m, hours: 09:00-18:00")).start().await;
    appliance.say("下单").await;
    // down until the night: 12:00 + 10 h
    appliance.pass(600);
    appliance.deliver().await;
    assert!(sent(&platform).is_empty(), "22:00 is not within its hours");
    appliance.pass(11 * 60);
    appliance.deliver().await;
    assert_eq!(sent(&platform), ["还在吗"], "09:00 the next day");
}

#[tokio::test]
async fn again_restarts_keeps_or_adds() {
    for (again, expected) in [("restart", [0, 1]), ("keep", [1, 1]), ("add", [1, 2])] {
        let platform = FakePlatform::start().await;
        let appliance = ground(&platform, &asks(&format!("after: 2h, again: {again}"))).start().await;
        appliance.say("下单").await;
        appliance.pass(60);
        appliance.say("下单").await;
        appliance.pass(61);
        appliance.deliver().await;
        assert_eq!(sent(&platform).len(), expected[0], "{again}, two hours after the first");
        appliance.pass(60);
        appliance.deliver().await;
        assert_eq!(sent(&platform).len(), expected[1], "{again}, two hours after the second");
    }
}

/// A mention in XML, whose position no passive answer can carry.
async fn mentions(appliance: &Appliance) {
    let mention = Mention { place: MentionPlace::Status, key: "7".to_owned(), text: "在哪".to_owned() };
    let message = InboundMessage { format: Format::Xml, ..appliance.message(Content::Mention(mention)) };
    assert_eq!(appliance.push(&message).await, None);
    appliance.pass(1);
    appliance.deliver().await;
}

const WHERE: &str =
    "rules:\n  - when: {message: mention}\n    reply: {position: {longitude: 116.3, latitude: 39.9}}\n";

#[tokio::test]
async fn a_mention_gets_exactly_one_reply() {
    let platform = FakePlatform::start().await;
    let appliance = ground(&platform, WHERE).start().await;
    mentions(&appliance).await;
    assert_eq!(sent(&platform), ["116.3, 39.9"]);
    appliance.pass(60);
    appliance.deliver().await;
    assert_eq!(sent(&platform).len(), 1);
}

#[tokio::test]
async fn a_mentions_reply_without_an_answer_is_not_repeated() {
    let in_doubt =
        [Scripted::CloseAfterRequest, Scripted::Garbage, Scripted::Status(401), Scripted::Status(408)];
    for doubtful in in_doubt {
        let platform = FakePlatform::start().await;
        platform.script(vec![doubtful]);
        let appliance = ground(&platform, WHERE).start().await;
        mentions(&appliance).await;
        appliance.pass(60);
        appliance.deliver().await;
        assert_eq!(platform.calls(), 1);
        assert!(counted(&appliance, "unknown", "in_doubt"));
    }
}

#[tokio::test]
async fn a_rule_that_is_gone_cancels_and_a_half_changed_folder_does_not() {
    let platform = FakePlatform::start().await;
    let ground = ground(&platform, &asks("after: 2h"));
    let appliance = ground.start().await;
    appliance.say("下单").await;
    ground.write("a.yaml", "rules:\n  - name: order\n    whe");
    appliance.app.reload().await;
    appliance.pass(120);
    appliance.deliver().await;
    assert_eq!(sent(&platform), ["还在吗"], "the set that serves still has the rule");
    ground.write("a.yaml", &asks("after: 2h"));
    appliance.app.reload().await;
    appliance.say("下单").await;
    ground.write("a.yaml", &asks("after: 2h").replace("name: order", "name: order\n    enabled: false"));
    appliance.app.reload().await;
    appliance.pass(120);
    appliance.deliver().await;
    assert_eq!(sent(&platform).len(), 1);
    assert!(counted(&appliance, "cancelled", "rule_removed"));
}

#[tokio::test]
async fn what_a_fan_does_counts_also_when_the_rules_promise_nothing_any_more() {
    let platform = FakePlatform::start().await;
    let ground = ground(&platform, &asks("after: 2h, unless: sender_replied"));
    let appliance = ground.start().await;
    appliance.say("下单").await;
    let promises_nothing = "rules:\n  - name: order\n    when: {keyword: 下单}\n    reply: 好的\n";
    ground.write("a.yaml", promises_nothing);
    appliance.app.reload().await;
    appliance.pass(60);
    appliance.say("好了").await;
    appliance.pass(60);
    appliance.deliver().await;
    assert!(sent(&platform).is_empty());
    assert!(counted(&appliance, "cancelled", "sender_replied"));
    // once all is kept, such rules touch no disk
    assert_eq!(appliance.app.store.expire(appliance.clock.now()).await, Ok(0));
    assert!(!appliance.app.store.has_open_deliveries());
}

#[tokio::test]
async fn a_step_that_finds_no_moment_is_counted_at_once() {
    let platform = FakePlatform::start().await;
    // noon on a Monday: the window closes on Wednesday
    let rules = asks("after: 2h, days: sat");
    let appliance = ground(&platform, &rules).start().await;
    assert_eq!(appliance.say("下单").await, "好的");
    assert!(counted(&appliance, "cancelled", "outside_hours"));
    assert_eq!(appliance.app.store.depth(noon()).await.unwrap().pending, 0);
}

#[tokio::test]
async fn what_may_succeed_later_is_tried_again_and_what_cannot_is_not() {
    let platform = FakePlatform::start().await;
    let appliance = ground(&platform, &asks("after: 2h")).start().await;
    let later = vec![
        Scripted::Code(10001),
        Scripted::Status(502),
        Scripted::CloseAfterRequest,
        Scripted::CodeAsText("10009"),
        Scripted::Garbage,
        Scripted::Status(401),
        Scripted::Status(408),
    ];
    platform.script(later);
    appliance.say("下单").await;
    appliance.pass(120);
    for _ in 0..8 {
        appliance.deliver().await;
        appliance.pass(5);
    }
    assert_eq!((platform.calls(), sent(&platform)), (8, vec!["还在吗".to_owned()]));
    platform.script(vec![Scripted::Code(20301)]);
    appliance.say("下单").await;
    appliance.pass(240);
    appliance.deliver().await;
    appliance.pass(240);
    appliance.deliver().await;
    assert_eq!(platform.calls(), 9, "a refusal is not repeated");
    assert!(counted(&appliance, "failed", "refused"));
}

#[tokio::test]
async fn nothing_is_tried_again_past_the_windows_end() {
    let platform = FakePlatform::start().await;
    platform.script(vec![Scripted::Status(500); 1_000]);
    let appliance = ground(&platform, &asks("after: 47h")).start().await;
    appliance.say("下单").await;
    appliance.pass(47 * 60);
    for _ in 0..120 {
        appliance.deliver().await;
        appliance.pass(1);
    }
    assert!(counted(&appliance, "expired", "window_closed"));
    let calls = platform.calls();
    appliance.pass(600);
    appliance.deliver().await;
    assert_eq!(platform.calls(), calls);
}

#[tokio::test]
async fn rate_codes_slow_the_account_down_and_keep_its_rows() {
    for code in [10022, 10023, 10024] {
        let platform = FakePlatform::start().await;
        platform.script(vec![Scripted::Code(code)]);
        let appliance = ground(&platform, &asks("after: 2h")).start().await;
        appliance.say("下单").await;
        appliance.pass(120);
        appliance.deliver().await;
        assert_eq!((platform.calls(), sent(&platform).len()), (1, 0), "it rests");
        appliance.pass(1);
        appliance.deliver().await;
        assert_eq!(sent(&platform), ["还在吗"]);
    }
}

async fn scraped(appliance: &Appliance) -> String {
    let answer = appliance.client.get(format!("{}/metrics", appliance.admin())).send().await.unwrap();
    answer.text().await.unwrap()
}

/// An appliance whose token is in this file.
fn ground_with_file(platform: &FakePlatform) -> (Ground, std::path::PathBuf) {
    let base = Ground::with(&[("a.yaml", &asks("after: 2h"))]);
    let file = base.path("token");
    std::fs::write(&file, format!("{TOKEN}\n")).unwrap();
    let ground = base
        .set("FANREPLY_API_BASE", &platform.base())
        .set("FANREPLY_ACCESS_TOKEN_FILE", file.to_str().unwrap());
    (ground, file)
}

/// Fans of two receivers who ask at the same time, and the two hours until they are asked again.
async fn four_ask(appliance: &Appliance) {
    for (receiver, fan) in [("3600001001", 1), ("3600001002", 2), ("3600001001", 3), ("3600001002", 4)] {
        let mut message = appliance.message(Content::Text("下单".to_owned()));
        message.account = receiver.parse().unwrap();
        message.sender = (1_700_000_000 + fan).to_string().parse().unwrap();
        appliance.push(&message).await;
    }
    appliance.pass(120);
}

#[tokio::test]
async fn a_refused_token_pauses_the_whole_account_and_is_tried_again_with_one_message() {
    let platform = FakePlatform::start().await;
    let (ground, _file) = ground_with_file(&platform);
    let appliance = ground.start().await;
    platform.expire_token();
    four_ask(&appliance).await;
    appliance.deliver().await;
    let calls = platform.calls();
    assert!(calls <= 2, "what left together, whatever the receiver: {calls}");
    let paused = "fanreply_account_paused{account=\"default\"} 1";
    for (minutes, probes) in [(0, 0), (1, 1), (1, 1), (1, 2), (4, 2), (1, 3), (14, 3), (1, 4), (15, 5)] {
        appliance.pass(minutes);
        appliance.deliver().await;
        assert_eq!(platform.calls(), calls + probes);
        assert!(scraped(&appliance).await.contains(paused));
    }
    platform.set_token(TOKEN);
    appliance.deliver().await;
    assert_eq!(sent(&platform).len(), 0, "not before its time");
    appliance.pass(15);
    for _ in 0..3 {
        appliance.deliver().await;
        appliance.pass(1);
    }
    assert_eq!(sent(&platform).len(), 4, "one that is accepted ends the pause");
    assert!(!scraped(&appliance).await.contains(paused));
}

#[tokio::test]
async fn a_token_file_that_is_written_and_a_hangup_have_a_refused_token_tried_at_once() {
    for means in ["another", "the same", "hangup"] {
        let platform = FakePlatform::start().await;
        let (ground, file) = ground_with_file(&platform);
        let appliance = ground.start().await;
        platform.expire_token();
        four_ask(&appliance).await;
        appliance.deliver().await;
        let calls = platform.calls();
        platform.set_token(if means == "another" { "2.00RENEWED" } else { TOKEN });
        appliance.deliver().await;
        assert_eq!(platform.calls(), calls, "it does not knock again and again");
        match means {
            "another" => std::fs::write(&file, "2.00RENEWED\n").unwrap(),
            "the same" => {
                std::fs::remove_file(&file).unwrap();
                std::fs::write(&file, TOKEN).unwrap();
            }
            _ => appliance.app.reload().await,
        }
        for _ in 0..3 {
            appliance.deliver().await;
            appliance.clock.advance(jiff::SignedDuration::from_secs(1));
        }
        assert_eq!(sent(&platform).len(), 4, "{means}");
    }
}

#[tokio::test]
async fn a_follow_up_that_waits_for_its_hours_holds_nothing_up() {
    let platform = FakePlatform::start().await;
    let rules = asks("after: 30m, hours: 09:00-18:00") + "  - when: {keyword: 地址}\n    reply: [一, 二]\n";
    let appliance = ground(&platform, &rules).start().await;
    appliance.say("下单").await;
    appliance.pass(600);
    appliance.deliver().await;
    assert_eq!(appliance.say("地址").await, "一");
    appliance.pass(1);
    appliance.deliver().await;
    assert_eq!(sent(&platform), ["二"], "at 22:01");
    appliance.pass(11 * 60);
    appliance.deliver().await;
    assert_eq!(sent(&platform), ["二", "还在吗"]);
}

#[tokio::test]
async fn a_fan_who_left_and_came_back_is_not_sent_what_was_promised_before() {
    let platform = FakePlatform::start().await;
    let appliance = ground(&platform, &asks("after: 2h")).start().await;
    appliance.say("下单").await;
    event(&appliance, Event::Unfollow).await;
    appliance.pass(10);
    event(&appliance, Event::Follow).await;
    appliance.pass(10);
    appliance.say("下单").await;
    appliance.pass(121);
    appliance.deliver().await;
    assert_eq!(sent(&platform), ["还在吗"], "the second promise alone");
}

#[tokio::test]
async fn the_last_word_follows_the_window_when_it_is_extended() {
    let platform = FakePlatform::start().await;
    let appliance = ground(&platform, &asks("before_window_closes: 1h")).start().await;
    appliance.say("下单").await;
    appliance.pass(24 * 60);
    appliance.say("随便说说").await;
    appliance.pass(24 * 60);
    appliance.deliver().await;
    assert!(sent(&platform).is_empty());
    appliance.pass(23 * 60);
    appliance.deliver().await;
    assert_eq!(sent(&platform), ["还在吗"], "an hour before the end of the extended window");
}

#[tokio::test]
async fn the_last_word_comes_earlier_where_its_hours_end_before() {
    let platform = FakePlatform::start().await;
    // noon on a Monday: an hour before the end is Wednesday at 11:00, and the hours before end on Tuesday at 18:00
    let rules = asks("before_window_closes: 1h, hours: 14:00-18:00");
    let appliance = ground(&platform, &rules).start().await;
    appliance.say("下单").await;
    appliance.pass(29 * 60 + 28);
    appliance.deliver().await;
    assert!(sent(&platform).is_empty(), "Tuesday at 17:28");
    appliance.pass(1);
    appliance.deliver().await;
    assert_eq!(sent(&platform), ["还在吗"], "Tuesday at 17:29");
}

#[tokio::test]
async fn a_last_word_that_is_late_goes_out_while_its_hours_last() {
    let platform = FakePlatform::start().await;
    let rules = asks("before_window_closes: 1h, hours: 14:00-18:00");
    let appliance = ground(&platform, &rules).start().await;
    appliance.say("下单").await;
    appliance.pass(29 * 60 + 50);
    appliance.deliver().await;
    assert_eq!(sent(&platform), ["还在吗"], "Tuesday at 17:50");
}

#[tokio::test]
async fn what_a_paused_account_promised_ends_with_its_window() {
    let platform = FakePlatform::start().await;
    let appliance = ground(&platform, &asks("after: 2h")).start().await;
    platform.expire_token();
    appliance.say("下单").await;
    appliance.pass(120);
    appliance.deliver().await;
    appliance.pass(50 * 60);
    appliance.deliver().await;
    assert!(counted(&appliance, "expired", "window_closed"));
    assert_eq!(appliance.app.store.depth(appliance.clock.now()).await.unwrap().pending, 0);
}

#[tokio::test]
async fn no_more_than_the_rate_leaves_in_a_second() {
    let platform = FakePlatform::start().await;
    let ground = Ground::with(&[("a.yaml", &asks("after: 2h"))])
        .set("FANREPLY_API_BASE", &platform.base())
        .set("FANREPLY_ACCESS_TOKEN", TOKEN);
    let appliance = ground.start().await;
    for fan in 0..9u32 {
        let mut message = appliance.message(Content::Text("下单".to_owned()));
        message.sender = (1_700_000_000 + fan).to_string().parse().unwrap();
        appliance.push(&message).await;
    }
    appliance.pass(120);
    for halves in 0..8 {
        appliance.deliver().await;
        assert_eq!(sent(&platform).len(), 2 * (1 + halves / 2), "two in any second, as the default says");
        appliance.clock.advance(jiff::SignedDuration::from_millis(500));
    }
}

#[tokio::test]
async fn a_restart_loses_no_promise_and_answers_a_repeat_as_before() {
    let platform = FakePlatform::start().await;
    let ground = ground(&platform, &asks("after: 2h"));
    let appliance = ground.start().await;
    let message = appliance.message(Content::Text("下单".to_owned()));
    let first = appliance.push(&message).await;
    appliance.app.stop().await;
    ground.write("a.yaml", &asks("after: 2h").replace("好的", "另一个回答"));
    let appliance = ground.start().await;
    assert_eq!(appliance.push(&message).await, first, "the platform's retry reaches the new process");
    appliance.pass(120);
    appliance.deliver().await;
    assert_eq!(sent(&platform), ["还在吗"], "once, though the message came twice");
}

#[tokio::test]
async fn a_clock_that_jumps_neither_loses_nor_repeats() {
    let platform = FakePlatform::start().await;
    let appliance = ground(&platform, &asks("after: 2h")).start().await;
    appliance.say("下单").await;
    appliance.pass(-24 * 60);
    appliance.deliver().await;
    assert!(sent(&platform).is_empty());
    appliance.pass(26 * 60);
    appliance.deliver().await;
    appliance.pass(-60);
    appliance.deliver().await;
    assert_eq!(sent(&platform), ["还在吗"]);
}

#[tokio::test]
async fn a_clock_that_jumps_ahead_for_seconds_ends_no_promise() {
    let platform = FakePlatform::start().await;
    let appliance = ground(&platform, &asks("after: 2h")).start().await;
    let days = jiff::SignedDuration::from_hours(72);
    appliance.say("下单").await;
    appliance.deliver().await;
    for _ in 0..2 {
        appliance.clock.jump(days);
        for _ in 0..3 {
            appliance.deliver().await;
            appliance.clock.advance(jiff::SignedDuration::from_secs(1));
        }
        appliance.clock.jump(-days);
        appliance.deliver().await;
    }
    assert_eq!((platform.calls(), appliance.app.store.depth(noon()).await.unwrap().pending), (0, 1));
    appliance.pass(120);
    appliance.deliver().await;
    assert_eq!(sent(&platform), ["还在吗"]);
    appliance.say("下单").await;
    appliance.clock.jump(days);
    appliance.deliver().await;
    appliance.pass(4);
    appliance.deliver().await;
    assert_eq!(appliance.app.store.depth(noon()).await.unwrap().pending, 1);
    appliance.pass(1);
    appliance.deliver().await;
    assert!(counted(&appliance, "expired", "window_closed"), "a clock that stays there is right");
}

#[tokio::test]
async fn without_a_token_what_needs_one_is_counted_as_lost_and_not_kept() {
    let ground = Ground::with(&[("a.yaml", &asks("after: 2h"))]);
    let appliance = ground.start().await;
    assert_eq!(appliance.say("下单").await, "好的", "the passive answer leaves");
    assert!(appliance.app.metrics.encode().contains("fanreply_not_sent_total 1"));
    assert_eq!(appliance.app.store.depth(noon()).await.unwrap().pending, 0);
}

#[tokio::test]
async fn a_folder_that_can_promise_nothing_touches_no_disk() {
    let platform = FakePlatform::start().await;
    let rules = "rules:\n  - when: {keyword: 你好}\n    reply: 您好\n";
    let appliance = ground(&platform, rules).start().await;
    // the first look at the outbox is over before anything is counted
    appliance.deliver().await;
    appliance
        .until("the deliverer sleeps", async || {
            let commits = appliance.app.store.commits();
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
            commits == appliance.app.store.commits()
        })
        .await;
    let before = appliance.app.store.commits();
    for _ in 0..20 {
        assert_eq!(appliance.say("你好").await, "您好");
    }
    assert_eq!(appliance.app.store.commits(), before);
}

#[tokio::test]
async fn a_store_that_refuses_lets_the_passive_answer_leave_and_counts_the_loss() {
    let platform = FakePlatform::start().await;
    let appliance = ground(&platform, &asks("after: 2h")).start().await;
    appliance.app.store.close().await.unwrap();
    assert_eq!(appliance.say("下单").await, "好的");
    assert!(appliance.app.metrics.encode().contains("fanreply_not_sent_total 1"));
}

#[tokio::test]
async fn a_store_that_fails_under_way_cuts_no_call_short() {
    let platform = FakePlatform::start().await;
    let appliance = ground(&platform, &asks("after: 2h")).start().await;
    for fan in ["1700002001", "1700002002"] {
        let message = appliance.message(Content::Text("下单".to_owned()));
        appliance.push(&InboundMessage { sender: fan.parse().unwrap(), ..message }).await;
    }
    appliance.pass(120);
    // the first answer meets a closed store while the second is still awaited
    platform.script([100, 400].map(std::time::Duration::from_millis).map(Scripted::Slow).to_vec());
    let fails_under_way = async {
        platform.until_arrived(2).await;
        appliance.app.store.close().await.unwrap();
    };
    let (step, ()) = tokio::join!(appliance.step(), fails_under_way);
    assert!(step.is_err());
    assert!(
        appliance.app.metrics.encode().contains("state=\"sent\",reason=\"sent\"} 2"),
        "both were awaited"
    );
}

#[tokio::test]
async fn a_forgotten_fan_gets_nothing_that_was_promised() {
    let platform = FakePlatform::start().await;
    let appliance = ground(&platform, &asks("after: 2h")).start().await;
    appliance.say("下单").await;
    let forget = format!("{}/api/forget?sender={}", appliance.admin(), support::FAN);
    assert!(appliance.client.post(forget).send().await.unwrap().status().is_success());
    appliance.pass(120);
    appliance.deliver().await;
    assert!(sent(&platform).is_empty());
}

/// An appliance that lives by the real clock and sends by itself.
async fn by_itself(platform: &FakePlatform) -> (Ground, Appliance) {
    let rules = "rules:\n  - when: {keyword: 地址}\n    reply: [一, 二]\n";
    let ground = ground(platform, rules);
    let app = fanreply::app::App::start(ground.settings(), Default::default()).await.unwrap();
    let clock = fanreply::clock::Clock::System;
    let above = ground.above.clone();
    (ground, Appliance { app, deliverer: None, clock, client: support::client(), above })
}

#[tokio::test]
async fn a_call_that_hangs_holds_up_nobody_else() {
    let platform = FakePlatform::start().await;
    let (_ground, appliance) = by_itself(&platform).await;
    platform.script(vec![Scripted::Hang]);
    appliance.say("地址").await;
    let hangs_since = platform.until_arrived(1).await[0].at;
    let message = appliance.message(Content::Text("地址".to_owned()));
    appliance.push(&InboundMessage { sender: "1700002002".parse().unwrap(), ..message }).await;
    let sent = platform.until_sent(1).await;
    assert_eq!(sent[0].receiver.to_string(), "1700002002");
    let waited = sent[0].at - hangs_since;
    assert!(waited < std::time::Duration::from_secs(4), "{waited:?}");
}

#[tokio::test]
async fn a_promise_wakes_the_deliverer_by_itself() {
    let platform = FakePlatform::start().await;
    let (_ground, appliance) = by_itself(&platform).await;
    assert_eq!(appliance.say("地址").await, "一");
    assert_eq!(platform.until_sent(1).await[0].reply.rendered(), "二");
    appliance.app.stop().await;
}
