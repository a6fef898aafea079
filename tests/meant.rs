//! What was meant is done: folders and files that are named as people name them, and the way on where something is missing.

mod support;

#[path = "support/server.rs"]
mod server;

use std::fs;

use server::{Server, fanreply};
use support::{FAN, Ground};

const GREETING: &str = "rules:\n  - {name: 问候, when: {keyword: 你好}, reply: {use: 欢迎}}\n  - {name: 夜间, when: {keyword: 在吗, hours: 22:00-06:00}, reply: 明早回复}\n";
const NAMED: &str = "replies:\n  欢迎: 您好，欢迎\n";

fn ground() -> Ground {
    Ground::with(&[("10-问候.yaml", GREETING), ("named.yaml", NAMED)])
}

fn run_in(ground: &Ground, folder: &str, arguments: &[&str]) -> (Option<i32>, String) {
    let output = fanreply(ground, arguments).current_dir(ground.path(folder)).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

fn run(ground: &Ground, arguments: &[&str]) -> (Option<i32>, String) {
    run_in(ground, "", arguments)
}

#[test]
fn explain_and_chat_take_the_folder_by_position_and_a_time_of_the_clock() {
    let ground = ground();
    fs::rename(ground.rules(), ground.path("我的规则")).unwrap();
    let ways: [&[&str]; 4] = [
        &["explain", "在吗", "我的规则", "--at", "22:30"],
        &["explain", "我的规则", "在吗", "--at", "22:30"],
        &["explain", "在吗", "--rules", "我的规则", "--at", "明天 22:30"],
        &["explain", "--scan", "8", "我的规则"],
    ];
    for arguments in ways {
        let (code, said) = run(&ground, arguments);
        assert_eq!(code, Some(0), "{arguments:?}: {said}");
        assert!(said.contains("明早回复") != arguments.contains(&"--scan"), "{arguments:?}: {said}");
    }
    let (code, said) = run(&ground, &["chat", "我的规则", "--at", "22:30"]);
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = run(&ground, &["explain", "在吗", "--at", "half past ten"]);
    assert!(code == Some(1) && said.contains("--at is a time such as 22:30"), "{said}");
    let (_, said) = run(&ground, &["explain", "你好", "--event", "follow", "--rules", "我的规则"]);
    assert!(said.contains("either a text or one of the options, not both"), "{said}");
}

#[test]
fn inside_the_rules_folder_the_commands_mean_this_folder() {
    let ground = ground();
    for command in ["check", "test"] {
        let (code, said) = run_in(&ground, "rules", &[command]);
        assert_eq!(code, Some(0), "{command}: {said}");
    }
    let (code, said) = run_in(&ground, "rules", &["explain", "你好"]);
    assert!(code == Some(0) && said.contains("您好，欢迎"), "{said}");
}

#[test]
fn a_file_is_checked_with_the_folder_that_it_is_a_part_of() {
    let ground = ground();
    for (folder, file) in [("", "rules/10-问候.yaml"), ("rules", "10-问候.yaml")] {
        let (code, said) = run_in(&ground, folder, &["check", file]);
        assert_eq!(code, Some(0), "{said}");
        assert!(said.contains(&format!("{file} (with the whole folder ")), "{said}");
        assert!(said.ends_with("0 errors, 0 warnings\n"), "{said}");
    }
    ground.write("named.yaml", "replies:\n  欢迎: 您好\nrules: 坏了\n");
    let (code, said) = run(&ground, &["check", "rules/10-问候.yaml"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.ends_with("0 errors, 0 warnings; these rules would not be served\nother files of the folder have 1 error: fanreply check rules\n"), "{said}");
    ground.write("_draft.yaml", GREETING);
    let (code, said) = run(&ground, &["check", "rules/_draft.yaml"]);
    assert!(code == Some(1) && said.contains("欢迎"), "what the folder skips is judged by itself: {said}");
}

#[test]
fn where_there_is_no_rules_folder_the_way_to_one_is_said() {
    let ground = ground();
    fs::rename(ground.rules(), ground.path("elsewhere")).unwrap();
    for command in [&["serve"][..], &["check"], &["chat"], &["explain", "你好"]] {
        let (code, said) = run(&ground, command);
        assert_eq!(code, Some(1), "{said}");
        assert!(said.ends_with("the rules folder rules cannot be read: it does not exist\n`fanreply init` writes a first one there\n"), "{said}");
    }
    let (_, said) = run(&ground, &["serve", "--rules", "我的", "--lang", "zh"]);
    assert!(said.contains("不存在\n运行 `fanreply init 我的` 可以在那里生成第一个规则文件夹\n"), "{said}");
    let (_, said) = run_in(&ground, "elsewhere", &["serve"]);
    assert!(said.ends_with("then: fanreply serve --rules .\n"), "{said}");
}

#[test]
fn what_the_system_refuses_is_said_in_chinese() {
    let ground = ground();
    fs::write(ground.path("taken"), "").unwrap();
    for arguments in [
        &["import", "csv", "没有.csv"][..],
        &["replay", "没有.jsonl", "--new", "rules"],
        &["init", "taken/rules"],
        &["test", "--junit", "taken/report.xml"],
        &["check", "--data", "taken/data", "--config", "没有.yaml"],
        &["serve", "--data", "taken/data"],
    ] {
        let (code, said) = run(&ground, &[arguments, &["--lang", "zh"]].concat());
        let fault = said
            .lines()
            .find(|line| line.contains("错误"))
            .unwrap_or_else(|| panic!("{arguments:?}: {said}"));
        assert!(code != Some(0) && !said.contains("os error"), "{arguments:?}: {said}");
        let known = ["不存在", "没有这个文件", "不是文件夹", "已经存在"];
        assert!(known.iter().any(|reason| fault.contains(reason)), "{arguments:?}: {said}");
    }
}

#[test]
fn forget_says_where_an_id_is_found() {
    let ground = ground();
    let (code, said) = run(&ground, &["forget", "小明"]);
    assert!(code == Some(1) && said.contains("`sender=` in the log"), "{said}");
    let server = Server::start(&ground);
    let (code, said) = run(&ground, &["forget", FAN, "--lang", "zh"]);
    assert!(code == Some(0) && said.contains("日志里，每条消息那一行的 `sender=` 后面就是 ID"), "{said}");
    assert_eq!(server.stop(), Some(0));
}
