//! The engine against the plain meaning of the law: whatever the index finds must be what asking every rule
//! in order finds, and large sets must load.

use fanreply::advice::explain::{TriedRule, Why};
use fanreply::advice::lint::lint;
use fanreply::advice::lint::shadow::{Shadows, shadows};
use fanreply::engine::index::Rank;
use fanreply::engine::rule::Mismatch;
use fanreply::engine::ruleset::RuleSet;
use fanreply::language::load;
use fanreply::language::source::RuleSource;
use fanreply::language::surroundings::Surroundings;
use fanreply::model::id::UserId;
use fanreply::model::message::{Content, Event, Format, InboundMessage, Position, Scene};
use fanreply::words::lang::Lang;
use jiff::Timestamp;
use proptest::prelude::*;

const WORDS: &[&str] =
    &["你好", "好", "营业时间", "时间", "hi", "HI there", "this", "１２", "價格", "s", "ſ", "K"];

fn message(content: Content) -> InboundMessage {
    InboundMessage {
        account: UserId::SOMEBODY,
        sender: UserId::SOMEBODY,
        created_at: Timestamp::UNIX_EPOCH,
        platform_id: None,
        format: Format::Json,
        content,
    }
}

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(WORDS).prop_map(str::to_owned)
}

/// A condition as an author might write it.
fn condition() -> impl Strategy<Value = String> {
    let words = || prop::collection::vec(word(), 1..3).prop_map(|words| format!("[{}]", words.join(", ")));
    let key = prop::sample::select(&["keyword", "all_keywords", "exact", "starts_with", "ends_with"][..]);
    prop_oneof![
        6 => (key, words()).prop_map(|(key, words)| format!("{key}: {words}")),
        2 => prop::sample::select(&["'h.'", "'(你|好)+'", "'时间$'", "'^k'", "'[0-9]+'", "'s?t'", "'(?-i)K'", "'.+'", "'[^a]*'", "'^.*$'"][..])
            .prop_map(|regex| format!("regex: {regex}")),
        1 => words().prop_map(|words| format!("message: [text, image], not: {{keyword: {words}}}")),
        1 => Just("menu: [A, B]".to_owned()),
        1 => Just("scan: [1..3, 42]".to_owned()),
        1 => prop::sample::select(&["3km", "8km"][..])
            .prop_map(|within| format!("near: {{longitude: 116.3, latitude: 39.9, within: {within}}}")),
        1 => (words(), prop::sample::select(&["hours: 00:00-12:00", "hours: 00:00-24:00", "days: mon-fri", "days: thu"][..]))
            .prop_map(|(words, time)| format!("keyword: {words}, {time}")),
        1 => (words(), words()).prop_map(|(words, denied)| format!("keyword: {words}, not: {{keyword: {denied}}}")),
        1 => Just("event: [follow, click]".to_owned()),
        1 => Just("message: mention".to_owned()),
        1 => Just("sender: 1".to_owned()),
    ]
}

fn folder() -> impl Strategy<Value = String> {
    let when = prop::collection::vec(condition(), 1..3);
    let rule = (when, -1i32..2, any::<bool>()).prop_map(|(when, priority, fallback)| {
        let when: Vec<String> = when.iter().map(|condition| format!("      - {{{condition}}}\n")).collect();
        format!(
            "  - priority: {priority}\n    fallback: {fallback}\n    when:\n{}    reply: 好的\n",
            when.concat()
        )
    });
    prop::collection::vec(rule, 1..8).prop_map(|rules| format!("rules:\n{}", rules.concat()))
}

fn content() -> impl Strategy<Value = Content> {
    let text = prop::collection::vec(prop_oneof![word(), "[ ，。!a1９]{0,2}".prop_map(|s| s)], 0..4);
    prop_oneof![
        8 => text.clone().prop_map(|parts| Content::Text(parts.concat())),
        1 => prop::sample::select(&["A", "C"][..]).prop_map(|key| Content::Event(Event::Click(key.to_owned()))),
        1 => prop::sample::select(&["2", "42", "7"][..]).prop_map(|scene| Content::Event(Event::Scan(Scene::new(scene)))),
        1 => (116.2..116.4f64, 39.8..40.0f64)
            .prop_map(|(longitude, latitude)| Content::Position(Position::new(longitude, latitude).unwrap())),
        1 => Just(Content::Event(Event::Follow)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn what_the_index_finds_is_what_asking_every_rule_finds(folder in folder(), content in content()) {
        let loaded = load(&RuleSource::of_texts([("a.yaml", folder.as_str())]), &Surroundings::default());
        let Some(ruleset) = loaded.ruleset else {
            prop_assert!(false, "{folder}\n{:?}", loaded.diagnostics);
            unreachable!()
        };
        let message = message(content);
        let surroundings = Surroundings::default();
        let context = surroundings.context(Timestamp::UNIX_EPOCH, "");
        let subject = ruleset.subject(&message, &context);
        let asked = ruleset.rules().iter().find(|rule| rule.matches(&subject)).map(|rule| rule.name.clone());
        prop_assert_eq!(ruleset.decide(&message, &context).rule, asked, "{}", folder);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn what_lint_calls_shadowed_never_answers(folder in folder(), contents in prop::collection::vec(content(), 8)) {
        let surroundings = Surroundings::default();
        let loaded = load(&RuleSource::of_texts([("a.yaml", folder.as_str())]), &surroundings);
        let ruleset = loaded.ruleset.unwrap();
        let context = surroundings.context(Timestamp::UNIX_EPOCH, "");
        let all: Vec<Shadows> =
            (0..ruleset.rules().len()).map(|rank| shadows(&ruleset, rank as Rank, &surroundings)).collect();
        let rank_of = |message: &InboundMessage| {
            let winner = ruleset.decide(message, &context).rule;
            winner.and_then(|name| ruleset.rules().iter().position(|rule| rule.name == name))
        };
        let shown = all.iter().flat_map(|shadows| &shadows.found);
        for (shadowed, content) in shown.clone().filter_map(|shown| Some((shown, shown.shown_by.clone()?))) {
            let rank = rank_of(&message(content));
            prop_assert!(rank.is_some_and(|rank| rank <= shadowed.by as usize), "{shadowed:?}\n{folder}");
        }
        for content in contents.into_iter().chain(shown.filter_map(|shadowed| shadowed.shown_by.clone())) {
            let winner = rank_of(&message(content.clone()));
            let shadowed = winner.is_some_and(|rank| all[rank].whole_rule);
            prop_assert!(!shadowed, "rule {winner:?} answers {content:?}\n{folder}");
        }
    }
}

#[test]
fn a_hundred_thousand_words_and_ten_thousand_regexes_load_and_answer() {
    let mut text = String::from("rules:\n");
    for rule in 0..10_000 {
        let words: Vec<String> = (0..10).map(|word| format!("词{rule}号{word}")).collect();
        text += &format!(
            "  - when: [{{keyword: [{}]}}, {{regex: '^单{rule}号(\\d+)$'}}]\n    reply: 答{rule}\n",
            words.join(", ")
        );
    }
    let loaded = load(&RuleSource::of_texts([("a.yaml", text.as_str())]), &Surroundings::default());
    let ruleset = loaded.ruleset.unwrap();
    let surroundings = Surroundings::default();
    let context = surroundings.context(Timestamp::UNIX_EPOCH, "");
    for (said, answer) in [("请问词9999号9呢", "答9999"), ("单77号123", "答77"), ("词0号0", "答0")]
    {
        let decision = ruleset.decide(&message(Content::Text(said.to_owned())), &context);
        assert_eq!(decision.passive.unwrap().rendered(), answer);
    }
}

/// Lint asks of each word which earlier rules look for it, never of each rule how it stands to each.
#[test]
fn four_times_the_rules_are_linted_in_less_than_eight_times_the_time() {
    let rule = |number: usize| match number % 4 {
        0 => format!("  - {{when: {{keyword: [词{number}号, 词{number}句]}}, reply: 答}}\n"),
        1 => format!("  - {{when: {{exact: 整句{number}}}, reply: 答}}\n"),
        2 => format!("  - {{when: {{regex: '^单{number}号(\\d+)$'}}, reply: 答}}\n"),
        _ => format!("  - {{when: {{keyword: 词{}号, hours: 09:00-18:00}}, reply: 答}}\n", number - 3),
    };
    let surroundings = Surroundings::default();
    let set = |count: usize| {
        let text = format!("rules:\n{}", (0..count).map(rule).collect::<String>());
        let source = RuleSource::of_texts([("a.yaml", text.as_str())]);
        (count, load(&source, &surroundings).ruleset.unwrap(), source)
    };
    #[allow(clippy::disallowed_methods)] // it is the machine's time that counts here
    let cost = |(count, ruleset, source): &(usize, RuleSet, RuleSource)| {
        let began = std::time::Instant::now();
        assert_eq!(lint(ruleset, source, &surroundings).len(), count / 4);
        began.elapsed()
    };
    let (small, large) = (set(4_000), set(16_000));
    // they take turns, so that a noisy moment falls on both
    let costs: Vec<_> = (0..6).map(|_| (cost(&small), cost(&large))).collect();
    let small = costs.iter().map(|(small, _)| *small).min().unwrap();
    let large = costs.iter().map(|(_, large)| *large).min().unwrap();
    let ratio = large.as_secs_f64() / small.as_secs_f64();
    assert!(ratio < 8.0, "four times the rules cost {ratio:.1} times as much ({small:?}, {large:?})");
}

/// However a large file is written and whatever is wrong with it, twice as much of it costs about twice as
/// much: nothing looks at everything for each thing.
#[test]
fn twice_the_rules_cost_about_twice_as_much() {
    let block = |count: usize, rule: &dyn Fn(usize) -> String| {
        format!("rules:\n{}", (0..count).map(|number| format!("  - {}\n", rule(number))).collect::<String>())
    };
    let line = |count: usize| {
        let rule = |number: usize| format!(r#"{{"when": {{"keyword": "词{number}号"}}, "reply": "答"}}"#);
        format!(r#"{{"rules": [{}]}}"#, (0..count).map(rule).collect::<Vec<_>>().join(", "))
    };
    let misspelt = |count: usize| block(count, &|_| "{wehn: {keyword: 你好}, reply: 好}".to_owned());
    let unknown = |count: usize| {
        let lists: String = (0..count).map(|number| format!("  listname{number}: [你好]\n")).collect();
        let rules =
            block(count, &|number| format!("{{when: {{keyword: {{list: listnamf{number}}}}}, reply: 好}}"));
        format!("lists:\n{lists}{rules}")
    };
    let kinds: [(&str, &dyn Fn(usize) -> String); 3] =
        [("one line", &line), ("misspelt keys", &misspelt), ("unknown lists", &unknown)];
    for (name, text) in kinds {
        let cost = |count: usize| {
            let source = RuleSource::of_texts([("a.yaml", text(count).as_str())]);
            #[allow(clippy::disallowed_methods)] // it is the machine's time that counts here
            let cost = || {
                let began = std::time::Instant::now();
                load(&source, &Surroundings::default());
                began.elapsed()
            };
            (0..3).map(|_| cost()).min().unwrap()
        };
        let (small, large) = (cost(2_000), cost(8_000));
        let ratio = large.as_secs_f64() / small.as_secs_f64();
        assert!(
            ratio < 10.0,
            "{name}: four times the rules cost {ratio:.1} times as much ({small:?}, {large:?})"
        );
    }
}

/// Rules that differ in a number alone, which stands for `#`.
fn heavy_rules(when: &str, count: usize) -> String {
    (0..count)
        .map(|number| format!("  - {{when: {}, reply: 多}}\n", when.replace('#', &number.to_string())))
        .collect()
}

fn set(rules: &str) -> RuleSet {
    let source = RuleSource::of_texts([("a.yaml", format!("rules:\n{rules}").as_str())]);
    let loaded = load(&source, &Surroundings::default());
    loaded.ruleset.unwrap_or_else(|| panic!("{:?}", loaded.diagnostics))
}

/// The answer to a text, and how many expressions were not tried for it.
fn answer(ruleset: &RuleSet, text: &str) -> (String, usize) {
    let surroundings = Surroundings::default();
    let context = surroundings.context(Timestamp::UNIX_EPOCH, "");
    let decision = ruleset.decide(&message(Content::Text(text.to_owned())), &context);
    assert_eq!(decision, ruleset.decide(&message(Content::Text(text.to_owned())), &context));
    (decision.passive.map(|reply| reply.rendered()).unwrap_or_default(), decision.untried)
}

#[test]
fn a_message_that_needs_too_much_work_is_answered_by_what_asks_no_expression() {
    let heavy = heavy_rules("{regex: '单[ab].{40}[cd](?:_#)?'}", 200);
    let after = "  - {when: {regex: '单号'}, reply: 号}\n  - {when: {keyword: 单号}, reply: 词}\n";
    let ruleset = set(&format!("{heavy}{after}"));
    assert_eq!(answer(&ruleset, "单号"), ("号".to_owned(), 0), "few letters need little work");
    let (said, untried) = answer(&ruleset, &format!("单号{}", "ab".repeat(2_000)));
    assert_eq!(said, "词", "the text has all that `regex: 单号` asks for, but it was not tried");
    assert!(untried > 190, "{untried}");
}

#[test]
fn a_rule_that_denies_what_was_not_tried_does_not_answer() {
    let heavy = heavy_rules("{regex: '单[ab].{40}[cd](?:_#)?'}", 100);
    let after = "  - {when: {keyword: 单号, not: {regex: '单.*x'}}, reply: 否}\n  - {when: {keyword: 单号, not: {regex: '双.*x'}}, reply: 双}\n";
    let ruleset = set(&format!("{heavy}{after}"));
    assert_eq!(answer(&ruleset, "单号"), ("否".to_owned(), 0));
    // an expression whose text is not there need not be tried to know that it does not match
    assert_eq!(answer(&ruleset, &format!("单号{}", "ab".repeat(2_000))).0, "双");
}

#[test]
fn an_expression_is_paid_for_only_where_all_else_holds() {
    let heavy = heavy_rules("{regex: '单[ab].{40}[cd](?:_#)?', keyword: 没有}", 100)
        + &heavy_rules("{regex: '单[ab].{40}[cd](?:_#)?', not: {keyword: 单号}}", 3);
    let ruleset = set(&format!("{heavy}  - {{when: {{regex: '单.*b$'}}, reply: 尾}}\n"));
    assert_eq!(answer(&ruleset, &format!("单号{}", "ab".repeat(2_000))), ("尾".to_owned(), 0));
}

#[test]
fn many_expressions_without_a_certain_text_may_serve_where_each_is_cheap() {
    let cheap = heavy_rules("{regex: '1[3-9][0-9]{9}(?:_#)?'}", 300);
    assert_eq!(answer(&set(&cheap), "13800138000").0, "多");
}

#[test]
fn an_expression_without_a_certain_text_sees_the_end_of_a_long_message() {
    let rules = "  - {when: {regex: '[0-9]$', keyword: 尾}, reply: 数}\n  - {when: {regex: '^[^?]*$', keyword: 问}, reply: 没问}\n  - {when: {keyword: 号, not: {regex: '[0-9]{11}'}}, reply: 没号}\n";
    let ruleset = set(rules);
    let long = "长".repeat(400);
    let says = |text: String| answer(&ruleset, &text);
    assert_eq!(says(format!("尾{}1{long}", "长".repeat(298))), (String::new(), 0), "a digit, not at the end");
    assert_eq!(says(format!("尾{long}1")).0, "数");
    assert_eq!(
        (says(format!("问{long}?")).0, says(format!("问{long}")).0),
        (String::new(), "没问".to_owned())
    );
    assert_eq!(says(format!("号{long}13800138000")).0, "", "the number stands behind many letters");
    assert_eq!(says(format!("号{long}1380013800")).0, "没号");
}

#[test]
fn a_message_that_is_a_little_longer_has_all_expressions_tried_that_an_ordinary_one_has() {
    // as heavy as a folder may be
    let open = heavy_rules("{regex: '[ab].{46}[cd](?:_#)?'}", 9);
    let ruleset = set(&format!("{open}  - {{when: {{regex: '单[0-9]{{4,60}}'}}, reply: 单}}\n"));
    for characters in [290, 301, 310] {
        assert_eq!(answer(&ruleset, &format!("{}单1234", "长".repeat(characters))), ("单".to_owned(), 0));
    }
}

#[test]
fn a_rule_that_denies_words_that_were_not_looked_for_does_not_answer() {
    let nested: String = (1..=100)
        .map(|length| format!("  - {{when: {{exact: {}}}, reply: a}}\n", "a".repeat(length)))
        .collect();
    let nested = nested.replace("exact", "starts_with").replace("reply: a", "reply: a, priority: -1");
    let ruleset =
        set(&format!("{nested}  - {{when: {{ends_with: 尾, not: {{keyword: 退款}}}}, reply: 没退}}\n"));
    assert_eq!(answer(&ruleset, "a尾").0, "没退");
    assert_eq!(answer(&ruleset, &format!("{}退款尾", "a".repeat(4_000))).0, "a");
}

#[test]
fn of_rules_that_weigh_the_same_the_first_serve() {
    let rules = heavy_rules("{regex: '[ab].{100}[cd](?:_#)?'}", 10);
    let source = RuleSource::of_texts([("a.yaml", format!("rules:\n{rules}").as_str())]);
    let loaded = load(&source, &Surroundings::default());
    let lines: Vec<usize> = loaded
        .diagnostics
        .iter()
        .filter(|found| found.fault.code().0 == 227)
        .map(|found| found.place.line)
        .collect();
    assert!(lines.first() > Some(&3) && lines.is_sorted(), "{lines:?}");
}

#[test]
fn explain_ends_where_all_rules_need_too_much_work() {
    let heavy = heavy_rules("{regex: '单[ab].{40}[cd](?:_#)?', keyword: 单号}", 100);
    let ruleset = set(&heavy);
    let surroundings = Surroundings::default();
    let context = surroundings.context(Timestamp::UNIX_EPOCH, "");
    let explanation =
        ruleset.explain(&message(Content::Text(format!("单号{}", "ab".repeat(2_000)))), &context);
    let untried = |step: &&TriedRule| step.why == Why::Fails(vec![Mismatch::NotTried]);
    assert!(explanation.steps.iter().filter(untried).count() > 90);
}

#[test]
fn the_groups_of_an_expression_that_took_no_part_are_empty() {
    let ruleset = set(
        "  - when: [{regex: '我叫(?<姓名>\\S+)(先生|女士)'}, {keyword: 称呼}]\n    reply: '您好{{ 姓名 }}{{ groups[2] }}！'\n",
    );
    assert_eq!(answer(&ruleset, "我叫李雷先生").0, "您好李雷先生！");
    assert_eq!(answer(&ruleset, "改一下称呼").0, "您好！");
}

#[test]
fn explain_tells_which_rules_were_not_tried() {
    let heavy = heavy_rules("{regex: '单[ab].{40}[cd](?:_#)?'}", 100);
    let ruleset = set(&format!("{heavy}  - {{name: 号, when: {{regex: '单号'}}, reply: 号}}\n"));
    let surroundings = Surroundings::default();
    let context = surroundings.context(Timestamp::UNIX_EPOCH, "");
    let text = format!("单号{}", "ab".repeat(2_000));
    let explanation = ruleset.explain(&message(Content::Text(text)), &context);
    let why = |number: usize| explanation.steps[number].why.localized(Lang::En);
    assert!(why(0).starts_with("needs: regex"), "{}", why(0));
    assert_eq!(why(100), "is not tried: this message needs too much work");
    assert_eq!((explanation.decision.rule, explanation.decision.untried > 0), (None, true));
}

/// Conditions of which few are enough to use up the fuel.
fn heavy_condition() -> impl Strategy<Value = String> {
    prop::sample::select(
        &[
            "regex: '单.{300}[cd]'",
            "regex: '号.{90}x'",
            "regex: ['单号.{200}x', '[a-z]{3}']",
            "regex: '单'",
            "regex: '号.*单'",
            "keyword: 单号, regex: '单[ab].{200}x'",
            "regex: '单[ab].{200}y', keyword: 没有",
            "keyword: 单号, not: {regex: '号.{100}y'}",
            "keyword: 单号, not: {keyword: 没有, regex: '单.{100}y'}",
            "message: text, not: {regex: '没有.{100}y'}",
            "keyword: 单号",
        ][..],
    )
    .prop_map(str::to_owned)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn what_the_index_finds_is_what_asking_every_rule_finds_also_without_fuel(
        rules in prop::collection::vec(prop::collection::vec(heavy_condition(), 1..3), 2..10),
        (head, tail, times) in (prop::sample::select(&["", "单", "号", "单号"][..]), prop::sample::select(&["ab", "单", "号x"][..]), 0..1_500usize),
    ) {
        let rule = |alternatives: &Vec<String>| {
            let when: String = alternatives.iter().map(|condition| format!("      - {{{condition}}}\n")).collect();
            format!("  - when:\n{when}    reply: 好的\n")
        };
        let ruleset = set(&rules.iter().map(rule).collect::<String>());
        let message = message(Content::Text(format!("{head}{}", tail.repeat(times))));
        let surroundings = Surroundings::default();
        let context = surroundings.context(Timestamp::UNIX_EPOCH, "");
        let subject = ruleset.subject(&message, &context);
        let asked = ruleset.rules().iter().find(|rule| rule.matches(&subject)).map(|rule| rule.name.clone());
        let decision = ruleset.decide(&message, &context);
        prop_assert_eq!((&decision.rule, decision.untried), (&asked, subject.untried()));
        prop_assert_eq!(&decision, &ruleset.decide(&message, &context));
    }
}
