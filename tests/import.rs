//! Rules of other systems, imported by the real binary: what is written passes `check` and answers as it did
//! before, what did not come along is listed, and nothing is overwritten.

#[path = "support/own_mounts.rs"]
mod own_mounts;
#[path = "support/small_disk.rs"]
mod small_disk;
mod support;

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use fanreply::import::finding::{Finding, FindingKind};
use fanreply::import::prove::{Destination, Proven, prove};
use fanreply::import::table::cell::unguarded;
use fanreply::import::{Gathered, table, text, wechat};
use fanreply::language::diagnostic::Diagnostic;
use fanreply::language::load;
use fanreply::language::source::RuleSource;
use fanreply::language::surroundings::Surroundings;
use fanreply::model::id::UserId;
use fanreply::model::message::{Content, Format, InboundMessage};
use fanreply::model::reply::Reply;
use fanreply::words::lang::Lang;
use proptest::prelude::*;
use serde_json::{Value, json};
use small_disk::SmallDisk;
use support::Ground;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import").join(name)
}

fn run(ground: &Ground, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fanreply"));
    command.arg0("fanreply");
    command.env_clear().env("LANG", "C.UTF-8").current_dir(ground.path("")).args(arguments);
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap())
}

/// Imports a fixture and looks at the folder as `check` does; what `import` said.
fn imported(ground: &Ground, format: &str, name: &str, more: &[&str]) -> String {
    let file = fixture(name);
    let (code, said) = run(ground, &[&["import", format, file.to_str().unwrap()], more].concat());
    assert_eq!(code, Some(0), "{said}");
    let (code, checked) = run(ground, &["check", "imported-rules"]);
    assert_eq!(code, Some(0), "{checked}");
    said
}

/// Which rule answers, and with what.
fn explained(ground: &Ground, message: &[&str]) -> Value {
    let arguments = [&["explain", "--rules", "imported-rules", "--format", "json"], message].concat();
    let (code, text) = run(ground, &arguments);
    assert_eq!(code, Some(0), "{text}");
    serde_json::from_str(&text).unwrap()
}

fn answer(ground: &Ground, message: &str) -> (String, String) {
    let value = explained(ground, &[message]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    (text(&value["rule"]), text(&value["reply"]["text"]))
}

fn pair(rule: &str, reply: &str) -> (String, String) {
    (rule.to_owned(), reply.to_owned())
}

#[test]
fn the_console_of_wechat_goes_on_answering() {
    let ground = Ground::with(&[]);
    imported(&ground, "wechat", "wechat.json", &["--lang", "zh"]);
    let hours = "每天 9:00–21:00 营业：周末也开。#晴天书店#";
    assert_eq!(answer(&ground, "请问几点开门？"), pair("营业时间", hours));
    assert_eq!(answer(&ground, "时间"), pair("营业时间", hours));
    assert_eq!(answer(&ground, "什么时间"), pair("收到消息回复", "收到啦，店员看到后会回复您。"));
    assert_eq!(answer(&ground, "我的昵称"), pair("抽一句-2", "{{nickname}}，您好"));
    let drawn = answer(&ground, "抽签");
    assert!(drawn.0 == "抽一句" && ["大吉/::)", "中吉"].contains(&drawn.1.as_str()), "{drawn:?}");
    for event in ["follow", "scan_follow"] {
        let value = explained(&ground, &["--event", event]);
        let text = "您好，欢迎关注晴天书店！\n回复「菜单」看看我能做什么。\n\n也可以逛逛我们的网店 https://example.com/shop?from=wx&id=1 哦";
        assert_eq!((&value["rule"], &value["reply"]["text"]), (&json!("被关注回复"), &json!(text)));
    }
    let news = explained(&ground, &["news测试"]);
    assert_eq!(news["reply"]["articles"][0]["title"], "it's news");
    assert_eq!(news["then"], json!([{"type": "text", "text": "hi"}]));
}

#[test]
fn what_did_not_come_along_is_listed_in_both_languages() {
    let (en, zh) = (Ground::with(&[]), Ground::with(&[]));
    let said = imported(&en, "wechat", "wechat.json", &["--lang", "en"]);
    for part in [
        "rule \"autoreply-news\": the article \"没有链接的图文\"",
        "rule \"autoreply-news\", rule \"只有图片\": a picture",
        "rule \"autoreply-news\": a voice message",
        "rule \"autoreply-news\": a video",
        "rule \"抽一句\": a reply of the type \"wxcard\"",
        "rule \"只有图片\", rule \"空的\": the whole rule, because none of its replies is left",
        "rule \"空的\": an empty reply",
        "rule \"没有关键词\": the whole rule, because it has no keyword",
        "follow reply: links in the text",
        "default reply: WeChat answers a fan with it once an hour",
        "rule \"春节营业时间\": \"春节营业时间\" is answered by the rule \"营业时间\"",
        "FANREPLY_ACCESS_TOKEN",
        "written: 7 rules, 9 examples",
    ] {
        assert!(said.contains(part), "{part} in\n{said}");
    }
    let said = imported(&zh, "wechat", "wechat.json", &["--lang", "zh"]);
    for part in [
        "规则“autoreply-news”、规则“只有图片”：图片",
        "规则“只有图片”、规则“空的”：整条规则没有导入",
        "被关注回复：文字里的链接",
        "规则“春节营业时间”：“春节营业时间”会由前面的规则“营业时间”回复",
        "写入了 7 条规则和 9 个示例",
    ] {
        assert!(said.contains(part), "{part} in\n{said}");
    }
}

#[test]
fn tables_are_read_as_spreadsheets_save_them() {
    let ground = Ground::with(&[]);
    let said = imported(&ground, "csv", "utf8-bom.csv", &[]);
    assert_eq!(answer(&ground, "美式怎么卖"), pair("价格", "美式 22 元\n拿铁 28 元"));
    assert_eq!(answer(&ground, "你好！"), pair("你好", "您好，\"晴天书店\"为您服务"));
    assert_eq!(answer(&ground, "订单号是多少"), pair("订单", "请发订单号, 例如 #123#"));
    assert_eq!(answer(&ground, "12345678"), pair(r"^\d{8}$", "收到单号：已登记"));
    for part in [
        "the column \"备注\"",
        "row 8: an empty reply",
        "row 9: \"大概\"",
        "row 10: \"多少钱\" is answered by the rule \"价格\"",
        "row 11: 5 cells under 4 columns",
        "row 12: the whole rule, because it has no keyword",
        "row 13: it says the same as the rule \"你好\"",
        "row 14: this regular expression cannot be understood",
    ] {
        assert!(said.contains(part), "{part} in\n{said}");
    }
    let ground = Ground::with(&[]);
    imported(&ground, "csv", "gbk.csv", &[]);
    assert_eq!(answer(&ground, "你们几点开门"), pair("几点开门", "每天 9 点—21 点"));
    assert_eq!(answer(&ground, "地址"), pair("地址", "示例市晴天路 8 号；二楼"));
    let ground = Ground::with(&[]);
    imported(&ground, "csv", "tabs.tsv", &[]);
    assert_eq!(answer(&ground, "HI"), pair("greeting", "Hello: welcome!"));
    assert_eq!(answer(&ground, "good bye"), pair("bye", "See you, {{ friend }}"));
}

#[test]
fn a_table_is_read_as_its_author_means_it() {
    let ground = Ground::with(&[]);
    let said = imported(&ground, "csv", "as-people-write.csv", &[]);
    assert_eq!(answer(&ground, "请问怎么退款"), pair("怎么退款", "三天到账\n谢谢"));
    assert_eq!(answer(&ground, "你，你，你"), pair("你，你，你", "怎么了"));
    assert_eq!(answer(&ground, "你"), pair("默认", "收到，店员看到后会回复您"));
    let drawn = |word: &str| answer(&ground, word).1;
    assert!(
        ["在的", "您说"].contains(&drawn("在吗").as_str())
            && ["您好", "哈喽"].contains(&drawn("你好").as_str())
    );
    let follow = explained(&ground, &["--event", "follow"]);
    assert_eq!((&follow["rule"], &follow["reply"]["text"]), (&json!("关注"), &json!("欢迎关注")));
    for part in [
        "row 3: the mark at the end of a keyword",
        "row 3: \\n in the reply is a line break",
        "row 4: \"你，你，你\" is looked for as one word",
        "row 5: it has several replies: one of them is sent, at random",
        "row 7: it has the words of a row above",
        "row 8: the whole row: in the column \"关键词内容\" the spreadsheet program has put \"1.23457E+11\"",
        "row 9: the whole row: in the column \"回复1\" the spreadsheet program has put \"#NAME?\"",
        "the column \"单号\"",
        "written: 6 rules",
    ] {
        assert!(said.contains(part), "{part} in\n{said}");
    }
}

#[test]
fn the_token_that_is_missing_is_asked_for_and_one_that_is_there_is_not() {
    let ground = Ground::with(&[]);
    fs::write(ground.path("long.csv"), format!("关键词,回复\n介绍,{}\n", "很长的介绍。".repeat(60))).unwrap();
    let (code, said) = run(&ground, &["import", "csv", "long.csv", "--to", "without"]);
    assert!(code == Some(0) && said.contains("FANREPLY_ACCESS_TOKEN"), "{said}");
    fs::write(ground.path("fanreply.yaml"), "access_token: '2.00aBcDeF'\n").unwrap();
    let (code, said) = run(&ground, &["import", "csv", "long.csv", "--to", "with"]);
    assert!(code == Some(0) && !said.contains("ACCESS_TOKEN"), "{said}");
}

#[test]
fn rules_that_are_all_switched_off_are_no_folder() {
    let ground = Ground::with(&[]);
    let console = json!({"is_add_friend_reply_open": 0, "add_friend_autoreply_info": {"type": "text", "content": "hi"}});
    fs::write(ground.path("off.json"), console.to_string()).unwrap();
    let (code, said) = run(&ground, &["import", "wechat", "off.json"]);
    assert_eq!((code, said.lines().count()), (Some(1), 1), "{said}");
    assert!(said.contains("switched on") && !ground.path("imported-rules").exists(), "{said}");
}

/// The rule files of a folder with what stands in them.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(&path).unwrap())
        })
        .collect();
    files.sort();
    files
}

#[test]
fn other_files_of_the_folder_are_left_alone() {
    let own =
        "rules:\n  - name: 地址\n    when: {keyword: 地址}\n    reply: 自己写的\n    examples: [地址]\n";
    let ground = Ground::with(&[("a.yaml", own)]);
    let file = fixture("gbk.csv");
    let import = |to: &str| run(&ground, &["import", "csv", file.to_str().unwrap(), "--to", to]);
    let (code, said) = import("rules");
    assert_eq!(code, Some(0), "{said}");
    // the name is taken, and the rule in a.yaml answers first
    assert!(said.contains("row 3: \"地址\" is answered by your own rule \"地址\""), "{said}");
    let (first, after) = (files(&ground.rules()), import("rules"));
    assert_eq!(after.0, Some(0), "{}", after.1);
    assert!(after.1.contains("No rule is different from the former import"), "{}", after.1);
    assert_eq!(files(&ground.rules()), first);
    assert_eq!(first[0], ("a.yaml".to_owned(), own.to_owned()));
    assert_eq!(run(&ground, &["check", "rules"]).0, Some(0));
    // rules that cannot be served come first
    ground.write("b.yaml", "rules:\n  - name: 坏\n    when: {keyword: 坏}\n");
    let (code, said) = import("rules");
    assert!(code == Some(1) && said.contains("b.yaml:2: ") && said.contains("fanreply check"), "{said}");
    fs::write(ground.path("file"), "mine").unwrap();
    assert_eq!(import("file").0, Some(1));
    fs::create_dir(ground.path("empty")).unwrap();
    for to in ["empty", "above/below"] {
        assert_eq!(import(to).0, Some(0));
        assert_eq!(files(&ground.path(to)).len(), 1);
    }
}

#[test]
fn importing_again_updates_what_import_has_made() {
    let ground = Ground::with(&[]);
    let import = |table: &str| {
        fs::write(ground.path("replies.csv"), table).unwrap();
        run(&ground, &["import", "csv", "replies.csv", "--to", "rules"])
    };
    assert_eq!(import("关键词,回复\n价格,九元\n地址,晴天路\n时间,九点\n").0, Some(0));
    let (code, said) = import("关键词,回复\n价格,十元\n电话,12345\n时间,九点\n");
    assert_eq!(code, Some(0), "{said}");
    for line in ["1 new, 1 changed, 1 gone, 1 as before", "new: 电话", "changed: 价格", "gone: 地址"] {
        assert!(said.contains(line), "{line} in\n{said}");
    }
    let (code, said) = run(&ground, &["explain", "--rules", "rules", "价格"]);
    assert!(code == Some(0) && said.contains("十元"), "{said}");
}

#[test]
fn whoever_leaves_out_the_kind_of_table_is_shown_the_whole_command() {
    let ground = Ground::with(&[]);
    for (arguments, zh, en) in [
        (["import", "问 答.csv"], "请写成：fanreply import csv \"问 答.csv\"\n", "write fanreply import csv"),
        (["import", "a.json"], "请写成：fanreply import wechat a.json\n", "write fanreply import wechat"),
        (["export", "rules"], "请写成：fanreply export csv rules replies.csv\n", "write fanreply export csv"),
    ] {
        let (code, said) = run(&ground, &[&arguments[..], &["--lang", "zh"]].concat());
        assert!(code == Some(2) && said.contains(zh), "{said}");
        let (code, said) = run(&ground, &arguments);
        assert!(code == Some(2) && said.contains(en), "{said}");
    }
    let (_, said) = run(&ground, &["export", "cvs", "rules", "replies.csv", "--lang", "zh"]);
    assert!(said.contains("没有“cvs”这个命令"), "{said}");
}

#[test]
fn a_rule_beside_the_table_that_would_be_taken_over_is_named_with_what_helps() {
    let own = "rules:\n  - name: 自己的\n    when: {keyword: 营业时间}\n    reply: 自己写的\n    examples: [营业时间]\n";
    let ground = Ground::with(&[("z.yaml", own)]);
    fs::write(ground.path("replies.csv"), "关键词,回复\n营业,九点\n").unwrap();
    let import =
        |lang: &str| run(&ground, &["import", "csv", "replies.csv", "--to", "rules", "--lang", lang]);
    let (code, said) = import("zh");
    assert_eq!((code, said.lines().count()), (Some(1), 1), "{said}");
    assert!(said.contains("z.yaml:5") && said.contains("给这条规则写上 `priority: 1`"), "{said}");
    assert!(import("en").1.contains("give this rule `priority: 1`"));
    ground.write("z.yaml", &own.replace("    reply", "    priority: 1\n    reply"));
    let (code, said) = import("zh");
    assert_eq!(code, Some(0), "{said}");
    let (_, said) = run(&ground, &["explain", "--rules", "rules", "营业时间"]);
    assert!(said.contains("自己写的"), "{said}");
}

#[test]
fn a_file_of_lists_alone_may_lie_beside_the_table() {
    let ground = Ground::with(&[
        ("词表.yaml", "lists:\n  问候: [你好, 您好]\n"),
        ("说明.yaml", "# 自己的规则写在这里\n"),
    ]);
    fs::write(ground.path("replies.csv"), "关键词,回复\n营业,九点\n").unwrap();
    let (code, said) = run(&ground, &["import", "csv", "replies.csv", "--to", "rules"]);
    assert!(code == Some(0) && ground.rules().join("table.yaml").is_file(), "{said}");
}

#[test]
fn another_table_in_the_same_folder_loses_nothing_unsaid() {
    let ground = Ground::with(&[]);
    let import = |table: &str| {
        fs::write(ground.path("replies.csv"), table).unwrap();
        run(&ground, &["import", "csv", "replies.csv", "--to", "rules"])
    };
    assert_eq!(import("关键词,回复\n价格,九元\n地址,晴天路\n").0, Some(0));
    let first = files(&ground.rules())[0].1.clone();
    let (code, said) = import("关键词,回复\n退款,三天\n");
    assert!(code == Some(0) && said.contains("give another table a folder of its own with --to"), "{said}");
    assert!(files(&ground.rules()).contains(&("_table-1.yaml".to_owned(), first)), "{said}");
    assert_eq!(import("关键词,回复\n退款,五天\n").0, Some(0));
    assert_eq!(files(&ground.rules()).len(), 2, "an ordinary change keeps no copy");
}

#[test]
fn a_second_rule_for_every_follow_or_for_anything_is_told() {
    let ground = Ground::with(&[]);
    let table = "类型,关键词,回复,规则名\n关注回复,,欢迎,甲\n关注回复,,你好,乙\n默认回复,,收到,丙\n默认回复,,稍等,丁\n";
    fs::write(ground.path("replies.csv"), table).unwrap();
    let (code, said) = run(&ground, &["import", "csv", "replies.csv", "--to", "rules"]);
    assert_eq!(code, Some(0), "{said}");
    for line in [
        "row 3: it never answers, because the rule \"甲\"",
        "row 5: it never answers, because the rule \"丙\"",
    ] {
        assert!(said.contains(line), "{line} in\n{said}");
    }
}

#[test]
fn a_word_of_more_rows_than_a_rule_can_draw_from_keeps_those_that_fit() {
    let rows: String = (0..1_002).map(|number| format!("你好,{number}\n")).collect();
    let gathered = table::read(format!("关键词,回复\n{rows}").as_bytes()).unwrap();
    let proven = proven(gathered);
    let too_many = |found: &&Finding| found.what == FindingKind::TooManyRows { most: 1_000 };
    assert_eq!((proven.rules, proven.findings.iter().filter(too_many).count()), (1, 2));
}

#[test]
fn a_file_that_cannot_be_read_is_not_replaced() {
    let ground = Ground::with(&[]);
    fs::write(ground.path("replies.csv"), "关键词,回复\n价格,九元\n").unwrap();
    let made = Command::new("mkfifo").arg(ground.rules().join("table.yaml")).status().unwrap();
    assert!(made.success());
    let (code, said) = run(&ground, &["import", "csv", "replies.csv", "--to", "rules"]);
    assert!(code == Some(1) && said.contains("table.yaml"), "{said}");
    assert!(!ground.rules().join("table.yaml").is_file());
}

#[test]
fn rules_that_were_changed_by_hand_are_not_overwritten_unsaid() {
    let ground = Ground::with(&[]);
    fs::write(ground.path("replies.csv"), "关键词,回复\n价格,九元\n").unwrap();
    let import = |more: &[&str]| {
        let said = run(&ground, &[&["import", "csv", "replies.csv", "--to", "rules"], more].concat());
        (said.0, said.1, files(&ground.rules()))
    };
    let (_, _, made) = import(&[]);
    let edited = made[0].1.replace("九元", "九元，会员八元");
    ground.write("table.yaml", &edited);
    let (code, said, now) = import(&[]);
    assert_eq!((code, said.lines().count()), (Some(1), 1), "{said}");
    assert!(said.contains("changed by hand") && said.contains("--overwrite"), "{said}");
    assert_eq!(now, [("table.yaml".to_owned(), edited.clone())]);
    assert!(import(&["--lang", "zh"]).1.contains("手工改过"));
    // what is printed does what it says
    let printed = said.rsplit("fanreply ").next().unwrap().split_whitespace().collect::<Vec<_>>();
    let (code, said) = run(&ground, &printed);
    let now = files(&ground.rules());
    assert!(code == Some(0) && said.contains("rules/_table-1.yaml"), "{said}");
    let kept = ("_table-1.yaml".to_owned(), edited);
    assert_eq!(now, [kept, made[0].clone()]);
    assert!(run(&ground, &["check", "rules"]).1.contains("1 rule,"));
}

#[test]
fn what_many_rows_have_in_common_is_one_line() {
    let ground = Ground::with(&[]);
    let rows: String = (0..9).map(|number| format!("第{number}个怎么退款？,三天\\n谢谢\n")).collect();
    fs::write(ground.path("file"), format!("关键词,回复\n{rows}")).unwrap();
    let (_, said) = run(&ground, &["import", "csv", "file", "--to", "en"]);
    assert!(said.contains("row 2, row 3, row 4, row 5, row 6 and 4 more: the mark at the end"), "{said}");
    let (_, said) = run(&ground, &["import", "csv", "file", "--to", "zh", "--lang", "zh"]);
    assert!(said.contains("第 2 行、第 3 行、第 4 行、第 5 行、第 6 行 等 9 处：回复里的 \\n"), "{said}");
}

#[test]
fn what_cannot_be_read_is_one_clear_line_and_writes_nothing() {
    let ground = Ground::with(&[]);
    let large = format!("关键词,回复\n{}", "长".repeat(6 << 20));
    let cases = [
        ("wechat", "{\n  \"a\": ]", "line 2, column 8", "第 2 行第 8 列"),
        (
            "wechat",
            "{\"errcode\": 48001, \"errmsg\": \"api unauthorized\"}",
            "48001 (api unauthorized)",
            "48001（api unauthorized）",
        ),
        ("wechat", "{}", "get_current_autoreply_info", "没有自动回复规则"),
        ("csv", "a,b\n", "no column is called keyword", "没有名叫 keyword / 关键词 的列；现有的列是：a | b"),
        ("csv", "关键词,回复\n你好,\"您好\n", "line 2, column 4", "第 2 行第 4 列"),
        ("csv", "", "the file is empty", "文件是空的"),
        ("csv", &large, "larger than 16 MB", "超过了 16 MB"),
        (
            "csv",
            "关键词,回复\n,您好\n",
            "no rule that is switched on could be carried over",
            "没有一条启用的规则可以导入",
        ),
    ];
    for (format, text, en, zh) in cases {
        fs::write(ground.path("file"), text).unwrap();
        for (lang, part) in [("en", en), ("zh", zh)] {
            let (code, said) = run(&ground, &["import", format, "file", "--lang", lang]);
            assert_eq!(code, Some(1), "{said}");
            let last = said.lines().last().unwrap();
            assert!(last.contains(part) && last.contains("file"), "{part} in {said}");
        }
    }
    assert_eq!(run(&ground, &["import", "csv", "nowhere"]).0, Some(1));
    assert_eq!(run(&ground, &["import", "xls", "file"]).0, Some(2));
    assert!(!ground.path("imported-rules").exists());
}

#[test]
fn what_cannot_be_written_leaves_nothing_behind() {
    let ground = Ground::with(&[]);
    fs::write(ground.path("file"), "mine").unwrap();
    let row = |number: usize| format!("问题{number},{}\n", "答。".repeat(20_000));
    let table = "关键词,回复\n".to_owned() + &(0..40).map(row).collect::<String>();
    fs::write(ground.path("large.csv"), table).unwrap();
    let (code, said) = run(&ground, &["import", "csv", "large.csv", "--to", "file/below"]);
    assert!(code == Some(1) && said.contains("cannot write file/below/table.yaml"), "{said}");
    fs::create_dir(ground.path("small")).unwrap();
    if !own_mounts::inside("what_cannot_be_written_leaves_nothing_behind") {
        return;
    }
    let disk = SmallDisk::on(&ground.path("small"));
    let (code, said) = run(&ground, &["import", "csv", "large.csv", "--to", "small/new", "--lang", "zh"]);
    assert!(code == Some(1) && said.contains("无法写入 small/new/table.yaml"), "{said}");
    assert_eq!(fs::read_dir(disk.path()).unwrap().count(), 0);
    assert_eq!(run(&ground, &["import", "csv", "large.csv", "--to", "small"]).0, Some(1));
    assert_eq!(fs::read_dir(disk.path()).unwrap().count(), 0);
}

#[test]
fn the_table_of_the_page_becomes_the_rules_of_the_page() {
    for page in ["docs/import.md", "docs/import.zh-CN.md"] {
        let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(page)).unwrap();
        let (_, after) = page.split_once("```\n关键词").unwrap();
        let (table, after) = after.split_once("```\n").unwrap();
        let (_, after) = after.split_once("```yaml\n").unwrap();
        let (rules, _) = after.split_once("```").unwrap();
        let proven = proven(table::read(format!("关键词{table}").as_bytes()).unwrap());
        assert_eq!(proven.text.split_once("\n\n").unwrap().1, rules);
    }
}

fn proven(gathered: Gathered) -> Proven {
    let destination = Destination {
        heading: "From a test.".to_owned(),
        file: "table.yaml".to_owned(),
        ..Destination::default()
    };
    prove(gathered, &destination, &Surroundings::default(), Lang::En)
        .unwrap_or_else(|fault| panic!("{fault}"))
}

/// What a file answers to a text.
fn said(text: &str, message: &str) -> Option<Reply> {
    let surroundings = Surroundings { sends: true, ..Surroundings::default() };
    let loaded = load(&RuleSource::of_texts([("a.yaml", text)]), &surroundings);
    assert!(!loaded.diagnostics.iter().any(Diagnostic::is_error), "{text}\n{:?}", loaded.diagnostics);
    let message = InboundMessage {
        account: UserId::SOMEBODY,
        sender: UserId::SOMEBODY,
        created_at: jiff::Timestamp::UNIX_EPOCH,
        platform_id: None,
        format: Format::Json,
        content: Content::Text(message.to_owned()),
    };
    let received_at = jiff::Timestamp::UNIX_EPOCH;
    let context = surroundings.context(received_at, "");
    loaded.ruleset.unwrap().decide(&message, &context).passive
}

/// Texts that YAML, tables, templates and people read differently.
fn hostile() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-z0-9 ]{1,4}",
        "[你好，。：；、“”「」！　]{1,4}",
        prop::sample::select(vec![
            "#",
            " #",
            ": ",
            ":",
            "- ",
            "-",
            "@",
            "*",
            "&",
            "!",
            "[",
            "]",
            "{",
            "}",
            "{{",
            "{%",
            "}}",
            "%}",
            "{#",
            "\"",
            "'",
            "\\",
            "\\n",
            "\t",
            "\u{3000}",
            "\n",
            "\n\n",
            "\r\n",
            "😀",
            "👨‍👩‍👧",
            "yes",
            "no",
            "123",
            "null",
            "~",
            "0x1F",
            "1e3",
            "2026-01-01",
            "|",
            ">",
            "%",
            "`",
            "?",
            ",",
            "<<",
            "---",
            "...",
            "\u{200B}",
            "\u{FEFF}",
            "\u{85}",
            "\u{2028}",
            "\u{7F}",
            "\u{1}",
            "<a>",
            "=",
            " ",
        ])
        .prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn whatever_stands_in_a_cell_is_answered_word_for_word(
        keyword in hostile(), reply in hostile(), name in hostile()
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["关键词", "匹配", "回复", "规则名"]).unwrap();
        writer.write_record([keyword.as_str(), "完全", &reply, &name]).unwrap();
        let gathered = table::read(&writer.into_inner().unwrap()).unwrap();
        let word = gathered.drafts.first().and_then(|draft| Some(draft.when.words().next()?.1.to_owned()));
        let expected = text::tidy(&unguarded(&reply).replace("\\n", "\n"));
        // what is left out is told
        prop_assert_eq!(word.is_none(), gathered.findings.iter().any(|finding| matches!(
            finding.what,
            FindingKind::EmptyReply | FindingKind::NoKeyword | FindingKind::DamagedCell { .. }
        )));
        let Some(word) = word else { return Ok(()) };
        let proven = proven(gathered);
        prop_assert_eq!(proven.rules, 1, "{:?}", proven.findings);
        let answer = said(&proven.text, &word);
        prop_assert_eq!(answer, Some(Reply::Text(expected)), "{}", proven.text);
    }

    #[test]
    fn whatever_stands_in_the_console_loads(
        names in prop::collection::vec(hostile(), 3), words in prop::collection::vec(hostile(), 4),
        texts in prop::collection::vec(hostile(), 5)
    ) {
        let keyword = |word: &String| json!({"type": "text", "match_mode": "contain", "content": word});
        let text = |text: &String| json!({"type": "text", "content": text});
        let card = |text: &String| json!({"title": text, "digest": text, "content_url": format!("https://e.com/{text}")});
        let rule = |name: &String, mode: &str| json!({
            "rule_name": name,
            "reply_mode": mode,
            "keyword_list_info": words.iter().map(keyword).collect::<Vec<_>>(),
            "reply_list_info": texts.iter().map(text).chain([json!({
                "type": "news",
                "news_info": {"list": texts.iter().map(card).collect::<Vec<_>>()}
            })]).collect::<Vec<_>>(),
        });
        let console = json!({
            "add_friend_autoreply_info": text(&texts[0]),
            "message_default_autoreply_info": text(&texts[1]),
            "keyword_autoreply_info": {"list": [rule(&names[0], "reply_all"), rule(&names[1], "random_one")]},
        });
        let gathered = wechat::read(console.to_string().as_bytes(), Lang::Zh).unwrap();
        let count = gathered.drafts.len();
        let proven = proven(gathered);
        prop_assert_eq!(proven.rules, count, "{:?}", proven.findings);
    }
}
