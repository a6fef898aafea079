//! `fanreply test` as a script or a CI server runs it: the report in JUnit XML, read back, and what no
//! example reaches.

mod support;

#[path = "support/server.rs"]
mod server;

use std::collections::HashMap;
use std::fs;
use std::process::Command;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use server::fanreply;
use support::Ground;

const RULES: &str = "\
rules:
  - name: 营业时间
    when: {keyword: [几点开门, hours]}
    reply: 九点 < 十点
    examples: [几点开门？, {say: hours, at: 2026-11-23 09:00}]
    counterexamples: [地址]
  - name: 地址
    when: {keyword: 地址}
    reply: 中山路
  - name: 旧活动
    enabled: false
    when: {keyword: 活动}
    reply: 没有了
menu:
  - {name: 优惠, reply: 九折}
  - {name: 帮助, reply: 请留言}
";

type Attributes = HashMap<String, String>;

/// One element of a report, with its attributes and its text.
#[derive(Debug)]
struct Element {
    name: String,
    attributes: Attributes,
    text: String,
}

impl Element {
    fn of(start: &BytesStart) -> Self {
        let attributes = start.attributes().map(|attribute| {
            let attribute = attribute.unwrap();
            let value = quick_xml::escape::unescape(&attribute.value).unwrap().into_owned();
            (attribute.key.as_ref().to_owned(), value)
        });
        Self { name: start.name().as_ref().to_owned(), attributes: attributes.collect(), text: String::new() }
    }

    fn at(&self, name: &str) -> &str {
        self.attributes.get(name).unwrap_or_else(|| panic!("{self:?} has no {name}"))
    }
}

/// Every element of a report, in order.
fn elements(xml: &str) -> Vec<Element> {
    let mut reader = Reader::from_str(xml);
    let mut found: Vec<Element> = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Event::Start(start) | Event::Empty(start) => found.push(Element::of(&start)),
            Event::Text(text) => {
                found.iter_mut().last().into_iter().for_each(|last| last.text.push_str(&text))
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

/// The counts of the report and of each suite are those of the cases below them.
fn assert_counts_are_right(elements: &[Element]) {
    let count = |elements: &[Element], name: &str| elements.iter().filter(|found| found.name == name).count();
    let heads: Vec<usize> =
        (0..elements.len()).filter(|at| elements[*at].name.starts_with("testsuite")).collect();
    for (number, at) in heads.iter().enumerate() {
        let next = heads.get(number + 1).copied().unwrap_or(elements.len());
        let below = if elements[*at].name == "testsuites" { elements } else { &elements[*at..next] };
        for (attribute, element) in [("tests", "testcase"), ("failures", "failure"), ("errors", "error")] {
            assert_eq!(elements[*at].at(attribute), count(below, element).to_string(), "{attribute}");
        }
    }
}

fn run(ground: &Ground, arguments: &[&str]) -> (Option<i32>, String) {
    let output = fanreply(ground, arguments).output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), said)
}

/// The report of one run; its counts have been compared.
fn report(ground: &Ground, arguments: &[&str]) -> (Option<i32>, Vec<Element>) {
    let arguments = [&["test", "--junit", "out/report.xml"], arguments].concat();
    let (code, said) = run(ground, &arguments);
    let xml = fs::read_to_string(ground.path("out/report.xml")).unwrap_or_else(|_| panic!("{said}"));
    let elements = elements(&xml);
    assert_counts_are_right(&elements);
    (code, elements)
}

#[test]
fn every_example_is_a_case_of_its_rule_with_its_place() {
    let ground = Ground::with(&[("10-店.yaml", RULES), ("20.yaml", &support::rule("a", "b"))]);
    let (code, elements) = report(&ground, &[]);
    assert_eq!(code, Some(0));
    let cases = elements.iter().filter(|found| found.name == "testcase");
    let cases: Vec<_> = cases.map(|case| [case.at("classname"), case.at("name"), case.at("line")]).collect();
    assert_eq!(
        cases,
        [
            ["营业时间", "几点开门？", "5"],
            ["营业时间", "hours, at: 2026-11-23 09:00", "5"],
            ["营业时间", "counterexample: 地址", "6"],
        ]
    );
    assert_eq!((elements[1].at("name"), elements[0].at("tests")), ("10-店.yaml", "3"));
    assert!(elements[2].at("file").ends_with("rules/10-店.yaml"), "{elements:?}");
}

#[test]
fn a_failure_says_in_the_operators_language_what_was_expected_and_what_came() {
    let failing = RULES.replace("[几点开门？,", "[{say: \"几点\\x01开门 hours\", reply: 十点 < 九点},");
    let ground = Ground::with(&[("a.yaml", &failing)]);
    let (code, elements) = report(&ground, &["--lang", "zh"]);
    assert_eq!(code, Some(1));
    let failures: Vec<&Element> = elements.iter().filter(|found| found.name == "failure").collect();
    let [failure] = failures[..] else { panic!("{elements:?}") };
    let message = failure.at("message");
    assert_eq!(failure.at("type"), "F343");
    assert!(message.contains("回复和预期不同⏎预期：十点 < 九点⏎实际：九点 < 十点"), "{message}");
    assert!(failure.text.contains("a.yaml:5:"), "{failure:?}");
}

#[test]
fn what_keeps_examples_from_being_tried_is_an_error_in_the_report() {
    let ground =
        Ground::with(&[("a.yaml", RULES), ("b.yaml", "rules:\n  - when: {keywrod: a}\n    reply: b\n")]);
    let (code, elements) = report(&ground, &[]);
    let errors: Vec<&Element> = elements.iter().filter(|found| found.name == "error").collect();
    assert_eq!((code, errors.len(), elements[0].at("tests")), (Some(1), 1, "1"), "{elements:?}");
    assert!(errors[0].at("message").contains("\"keyword\""), "{elements:?}");
    // nor does an older report pass for that of a folder that is gone
    let (code, elements) = report(&ground, &["nowhere"]);
    assert_eq!((code, elements[0].at("errors")), (Some(1), "1"));
}

#[test]
fn a_report_replaces_a_report_and_no_other_file() {
    let ground = Ground::with(&[("a.yaml", RULES)]);
    let (code, said) = run(&ground, &["test", "--junit", "rules/a.yaml"]);
    assert_eq!((code, fs::read_to_string(ground.rules().join("a.yaml")).unwrap().as_str()), (Some(1), RULES));
    assert!(said.contains("holds no report"), "{said}");
    assert_eq!(report(&ground, &[]).0, Some(0));
    assert_eq!(report(&ground, &[]).0, Some(0));
}

#[test]
fn examples_that_differ_in_what_they_expect_are_cases_of_their_own() {
    let twice = "[{say: hours, reply_contains: 九点}, {say: hours, reply_contains: 十点},\n      几点开门,";
    let ground = Ground::with(&[("a.yaml", &RULES.replace("[几点开门？,", twice))]);
    let (code, elements) = report(&ground, &[]);
    let cases = elements.iter().filter(|found| found.name == "testcase");
    let names: Vec<&str> = cases.map(|case| case.at("name")).collect();
    assert_eq!(code, Some(0), "{elements:?}");
    assert_eq!(
        names,
        ["hours (5:16)", "hours (5:50)", "几点开门", "hours, at: 2026-11-23 09:00", "counterexample: 地址"]
    );
}

#[test]
fn a_carriage_return_reaches_neither_the_terminal_nor_a_report_as_it_is() {
    let rules = RULES.replace("[几点开门？,", "[{say: \"几点\\r开门\", reply: \"九点\\r < 十点\"},");
    let ground = Ground::with(&[("a.yaml", &rules)]);
    let (code, said) = run(&ground, &["test", "--junit", "report.xml"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("expected: 九点⟨U+000D⟩ < 十点") && !said.contains('\r'), "{said:?}");
    let xml = fs::read_to_string(ground.path("report.xml")).unwrap();
    assert!(xml.contains("name=\"几点&#13;开门\"") && !xml.contains('\r'), "{xml:?}");
}

#[test]
fn settings_at_fault_leave_no_older_report() {
    let ground = Ground::with(&[("a.yaml", RULES)]);
    assert_eq!(report(&ground, &[]).0, Some(0));
    let ground = ground.set("FANREPLY_RECORD", "many");
    let (code, elements) = report(&ground, &[]);
    let errors: Vec<&Element> = elements.iter().filter(|found| found.name == "error").collect();
    assert_eq!((code, errors.len()), (Some(1), 1), "{elements:?}");
    assert!(errors[0].at("message").contains("FANREPLY_RECORD"), "{elements:?}");
}

#[test]
fn a_report_never_stands_between_the_lines_of_the_summary() {
    let ground = Ground::with(&[("a.yaml", RULES)]);
    for target in ["-", "/dev/stdout"] {
        let (code, said) = run(&ground, &["test", "--junit", target]);
        assert!(code == Some(1) && said.contains("give --junit a file of its own"), "{said}");
        assert!(!said.contains("<?xml") && !ground.path("-").exists(), "{said}");
    }
    let both = fs::File::create(ground.path("both")).unwrap();
    let ended = fanreply(&ground, &["test", "--junit", "both"]).stdout(both).status().unwrap();
    assert_eq!((ended.code(), fs::read(ground.path("both")).unwrap().len()), (Some(1), 0));
}

/// What holds no bytes to lose is written to and never read: reading a pipe waits for somebody else.
#[test]
fn a_pipe_takes_a_report() {
    let ground = Ground::with(&[("a.yaml", RULES)]);
    let pipe = ground.path("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let reader = std::thread::spawn({
        let pipe = pipe.clone();
        move || fs::read_to_string(pipe).unwrap()
    });
    let (code, said) = run(&ground, &["test", "--junit", "pipe"]);
    assert_eq!((code, said.as_str()), (Some(0), "rules: 4 rules, 3 examples\n3 passed, 0 failed\n"));
    assert_counts_are_right(&elements(&reader.join().unwrap()));
    assert_eq!(run(&ground, &["test", "--junit", "/dev/null"]).0, Some(0));
}

#[test]
fn coverage_names_the_rules_that_no_example_reaches_and_never_fails() {
    let ground = Ground::with(&[("a.yaml", RULES)]);
    let (code, said) = run(&ground, &["test", "--coverage"]);
    let lines: Vec<&str> = said.lines().collect();
    assert_eq!(code, Some(0), "{said}");
    // the address is reached by a counterexample of another rule, and what is switched off does not count
    let [.., title, first, second, share, last] = lines[..] else { panic!("{said}") };
    assert_eq!(title, "Rules that no example reaches:");
    assert!(first.starts_with("  menu: 优惠  ") && first.ends_with("rules/a.yaml:15"), "{said}");
    assert!(second.starts_with("  menu: 帮助  ") && second.ends_with("rules/a.yaml:16"), "{said}");
    assert_eq!((share, last), ("2 of 4 rules are reached by an example", "3 passed, 0 failed"));
    ground.write("a.yaml", &RULES.replace("[地址]", "[几点开门]"));
    let (code, said) = run(&ground, &["test", "--coverage", "--lang", "zh"]);
    assert_eq!(code, Some(1));
    assert!(said.contains("\nrules：4 条规则，3 个示例，2 个通过，1 个没有通过\n"), "{said}");
    assert!(said.ends_with("4 条规则中，1 条有示例覆盖\n2 passed, 1 failed\n"), "{said}");
}

#[test]
fn the_examples_of_the_shipped_rules_reach_all_but_what_the_menu_answers_itself() {
    let ground = Ground::with(&[]);
    let shipped = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");
    let (code, said) = run(&ground, &["test", shipped, "--coverage"]);
    assert_eq!(code, Some(0), "{said}");
    let after = said.split("Rules that no example reaches:\n").nth(1).unwrap();
    let unreached = after.lines().take_while(|line| line.starts_with("  "));
    assert!(unreached.clone().count() > 0, "{said}");
    unreached.for_each(|line| assert!(line.starts_with("  menu: "), "{line}"));
}

#[test]
fn the_hours_that_fans_of_the_shop_read_stand_beside_those_that_the_rules_go_by() {
    let shop = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/00-shop.yaml")).unwrap();
    let lines: Vec<&str> = shop.lines().collect();
    let at = lines.iter().position(|line| line.starts_with("  营业: ")).unwrap();
    let hours = |line: &str| -> Vec<String> {
        let is_time = |part: &&str| part.contains(':') && part.starts_with(|c: char| c.is_ascii_digit());
        let parts = line.split(|c: char| !c.is_ascii_digit() && c != ':').filter(is_time);
        parts.map(|part| part.trim_start_matches('0').to_owned()).collect()
    };
    assert!(lines[at + 2].starts_with("  营业时间: "), "{}", lines[at + 2]);
    assert_eq!(hours(lines[at]), hours(lines[at + 2]));
    assert_eq!(hours(lines[at]), ["9:00", "21:00"]);
}
