//! Rules as a table and back: what import wrote is the same after an export and a second import, and what no row can hold
//! is named.

mod support;

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Command, Output};
use std::time::Instant;

use fanreply::import::export::drafts_of;
use fanreply::import::prove::{Destination, Proven, prove};
use fanreply::import::table;
use fanreply::import::table::write::write;
use fanreply::language::source::RuleSource;
use fanreply::language::surroundings::Surroundings;
use fanreply::words::lang::Lang;
use proptest::prelude::*;
use support::Ground;

fn run(ground: &Ground, arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fanreply"));
    command.arg0("fanreply");
    command.env_clear().env("LANG", "C.UTF-8").current_dir(ground.path("")).args(arguments);
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap())
}

fn imported(table: &str) -> Proven {
    let destination = Destination { file: "table.yaml".to_owned(), ..Destination::default() };
    let gathered = table::read(table.as_bytes()).unwrap();
    prove(gathered, &destination, &Surroundings::default(), Lang::Zh)
        .unwrap_or_else(|fault| panic!("{fault}"))
}

fn exported(rules: &str, lang: Lang) -> table::write::Written {
    write(drafts_of(&RuleSource::of_texts([("table.yaml", rules)])), lang).unwrap()
}

/// Rows as people write them, with a question, a list of words, a wall of text, an address and a number among them.
fn body(rows: usize) -> String {
    let mut table = "关键词,匹配方式,回复1,回复2,规则名,启用\n".to_owned();
    for number in 0..rows {
        let row = match number % 8 {
            0 => format!("第{number}款多少钱？,,第{number}款九元,,,"),
            1 => format!(
                "退换{number}、怎么退换{number}；{number}号退款,包含,\"三天到账\\n单号 #{number}#\",,退换{number},是"
            ),
            2 => format!("\"你，{number}\",完全匹配,您好,在的,,"),
            3 => format!("A{number}|B{number},精确,\"{}\",,,", "很长的介绍，".repeat(20)),
            4 => format!("\"^单号{number}\\d{{8}}$\",正则,收到单号,,单号{number},"),
            5 => {
                format!("地址{number},开头,\"看 https://example.com/?a={number}&b=2 <{number}>\n二楼\",,,否")
            }
            6 => format!("怎么{number}吗,结尾,{{{{ 昵称 }}}} 您好,,,"),
            _ => format!("第{}款多少钱,,也可以在店里看第{number}款,,,", number / 8 * 8),
        };
        table += &row;
        table.push('\n');
    }
    table
}

#[test]
fn what_nobody_tells_apart_is_exported_without_a_word() {
    for rule in [
        "{name: a, when: {keyword: [Hi, hi]}, reply: 您好}",
        "{name: a, when: {keyword: '好 '}, reply: 您好}",
        "{name: a, when: {exact: [' 好', 好]}, reply: '您好 '}",
        "{name: a, when: {exact: 好}, reply: {one_of: ['您好 ', 在的]}}",
    ] {
        let written = exported(&format!("rules:\n  - {rule}\n"), Lang::Zh);
        assert!(written.rules == 1 && written.findings.is_empty(), "{rule}: {:?}", written.findings);
    }
}

#[test]
fn rows_that_begin_with_the_same_word_keep_their_names_when_they_swap_places() {
    let rows = ["价格,完全匹配,九元", "价格,包含,看价目表", "价格、多少钱,包含,在店里"];
    let named = |order: [usize; 3]| {
        let table = order.map(|row| rows[row]).join("\n");
        let proven = imported(&format!("关键词,匹配方式,回复\n{table}\n"));
        let names = |reply: &str| {
            let text = &proven.text;
            let before = &text[..text.find(reply).unwrap_or_else(|| panic!("{reply} in {text}"))];
            before.rsplit("name: ").next().unwrap().lines().next().unwrap().to_owned()
        };
        ["九元", "看价目表", "在店里"].map(names)
    };
    let first = named([0, 1, 2]);
    assert_eq!(named([0, 2, 1]), first);
    assert_eq!(named([2, 1, 0]), first);
    assert_eq!(named([1, 2, 0]), first);
}

/// `FANREPLY_IMPORT_ROWS=14000 cargo test --release --test export -- --nocapture a_real_body` measures a large one.
#[test]
fn a_real_body_of_rules_is_the_same_after_an_export_and_a_second_import() {
    let rows = std::env::var("FANREPLY_IMPORT_ROWS").map_or(480, |rows| rows.parse().unwrap());
    let table = body(rows);
    let began = Instant::now();
    let first = imported(&table);
    let import = began.elapsed();
    let began = Instant::now();
    let written = exported(&first.text, Lang::Zh);
    let export = began.elapsed();
    println!("{rows} rows: {} rules, import {import:.2?}, export {export:.2?}", first.rules);
    assert_eq!(first.rules, rows / 8 * 7);
    assert_eq!((written.rules, written.findings.len()), (first.rules, 0), "{:?}", written.findings);
    let second = imported(&written.text);
    assert_eq!(second.text, first.text);
    assert_eq!(exported(&second.text, Lang::En).rules, first.rules);
}

/// What cells hold that tables, YAML, templates and spreadsheet programs read differently.
fn cell() -> impl Strategy<Value = String> {
    let signs = vec![
        "，", ",", "、", "|", "/", "\"", "'", "=", "+", "-", "@", "#", "\\n", "\\", "\n", "&", "&lt;",
        "&#92;", "<b>", "<", "{{", "{%", "}}", "？", "?", "！", "  ", "\u{3000}", "\u{200B}", "1.2E+11",
        "007", "关注", "否", "😀",
    ];
    let piece =
        prop_oneof!["[a-c0-9]{1,3}", "[好的吗呢]{1,3}", prop::sample::select(signs).prop_map(str::to_owned)];
    prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn what_import_wrote_is_the_same_after_an_export_and_a_second_import(
        rows in prop::collection::vec(
            (
                cell(),
                prop::sample::select(vec!["", "包含", "完全", "开头", "结尾", "正则"]),
                [cell(), cell(), cell()],
                prop::sample::select(vec!["", "", "随机", "全部"]),
                prop::sample::select(vec!["", "", "", "关注", "默认"]),
                prop_oneof![Just(String::new()), cell()],
                prop::sample::select(vec!["", "是", "否"]),
            ),
            1..8,
        )
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        let head = ["关键词", "匹配方式", "回复1", "回复2", "回复3", "回复方式", "类型", "规则名", "启用"];
        writer.write_record(head).unwrap();
        // so that there is a rule that is switched on
        writer.write_record(["总有", "", "有", "", "", "", "", "", ""]).unwrap();
        for (word, way, [one, two, three], mode, sort, name, switch) in &rows {
            let row = [word.as_str(), way, one, two, three, mode, sort, name, switch];
            writer.write_record(row).unwrap();
        }
        let first = imported(&String::from_utf8(writer.into_inner().unwrap()).unwrap());
        let written = exported(&first.text, Lang::Zh);
        prop_assert!(written.findings.is_empty(), "{}\n{:?}", first.text, written.findings);
        let second = imported(&written.text);
        prop_assert_eq!(second.text, first.text, "{}", written.text);
    }
}

/// A rule of each sort that no row can hold, among some that one can.
const MIXED: &str = "\
lists:
  招呼: [哈喽, 嗨]
rules:
  - name: 价格
    note: 每月改
    when:
      keyword: [价格, \"几点?\"]
    reply: 九元
    examples: [价格, 请问价格]

  - name: 抽签
    when: {exact: 抽签}
    reply:
      one_of: [大吉, '@中吉']
    examples: [抽签]

  - name: 两条
    enabled: false
    when: {starts_with: 介绍}
    reply: [第一条, 第二条]

  - name: 晚上
    when: {keyword: 营业, hours: 18:00-22:00}
    reply: 休息了
    follow_up: {after: 1h, text: 还在吗}

  - name: 称呼
    when: {keyword: 称呼}
    reply: \"{{ text }} 您好\"

  - name: 图文
    when: {keyword: 图文}
    reply:
      articles: [{title: 一, url: 'https://example.com/'}]

  - name: 招呼
    when: {keyword: {list: 招呼}}
    reply: 您好

  - name: 两种
    when: [{keyword: 你好}, {exact: 好}]
    reply: 您好

  - name: 关注
    when: {event: [follow, scan_follow]}
    reply: 欢迎

  - name: 其他
    fallback: true
    reply: 收到
";

const MIXED_TABLE: &str = "\
\u{FEFF}关键词,匹配方式,回复1,回复2,回复方式,类型,规则名,启用
\"价格、\"\"几点?\"\"\",包含,九元,,,,价格,是
抽签,完全匹配,大吉,,,,抽签,是
抽签,完全匹配,'@中吉,,,,抽签,是
介绍,开头,第一条,第二条,全部,,两条,否
,,欢迎,,,关注,关注,是
,,收到,,,默认,其他,是
";

#[test]
fn what_no_row_can_hold_is_named() {
    let ground = Ground::with(&[("a.yaml", MIXED)]);
    let (code, said) = run(&ground, &["export", "csv", "rules", "replies.csv", "--lang", "zh"]);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(fs::read_to_string(ground.path("replies.csv")).unwrap(), MIXED_TABLE);
    for line in [
        "a.yaml：`lists`：表格里没有对应的列",
        "规则“晚上”：整条规则没有导出，因为 `when.hours`：表格里没有对应的列",
        "规则“晚上”：整条规则没有导出，因为 `follow_up`：表格里没有对应的列",
        "规则“称呼”：整条规则没有导出，因为 `reply`：文字里有要插入的内容",
        "规则“图文”：整条规则没有导出，因为 `reply.articles`：单元格里只能写文字",
        "规则“招呼”：整条规则没有导出，因为 `when.keyword`：表格里没有对应的列",
        "规则“两种”：整条规则没有导出，因为 `when`：一行只能用一种匹配方式",
        "规则“价格”：`note` 没有对应的列，没有导出",
        "规则“价格”：`examples` 没有对应的列，没有导出",
        "replies.csv：rules 里的 5 条规则，共 6 行",
    ] {
        assert!(said.contains(line), "{line} in\n{said}");
    }
    // the file is there, and is replaced where that is asked for
    let (code, said) = run(&ground, &["export", "csv", "rules", "replies.csv"]);
    assert!(code == Some(1) && said.contains("replies.csv is there already"), "{said}");
    let (code, said) = run(&ground, &["export", "csv", "rules", "replies.csv", "--overwrite"]);
    assert!(code == Some(0) && said.contains("5 rules of rules in 6 rows"), "{said}");
    let table = fs::read_to_string(ground.path("replies.csv")).unwrap();
    assert!(
        table.starts_with("\u{FEFF}keyword,match,reply1,reply2,reply mode,type,name,enabled\n"),
        "{table}"
    );
    let (code, said) = run(&ground, &["import", "csv", "replies.csv"]);
    assert!(code == Some(0) && said.contains("written: 5 rules"), "{said}");
}

#[test]
fn a_rule_keeps_the_name_that_its_author_gave_it() {
    let rules = "rules:\n  - when: {keyword: 价格}\n    reply: 九元\n  - name: 价格\n    when: {exact: 价格}\n    reply: 十元\n";
    let table = exported(rules, Lang::En).text;
    let names: Vec<&str> = table.lines().filter_map(|line| line.rsplit(',').nth(1)).collect();
    assert_eq!(names, ["name", "价格-2", "价格"], "{table}");
}

#[test]
fn a_folder_with_errors_or_without_rows_is_not_exported() {
    let ground = Ground::with(&[("a.yaml", "rules:\n  - name: a\n    when: {keyword: 你好}\n")]);
    let (code, said) = run(&ground, &["export", "csv", "rules", "replies.csv"]);
    assert!(code == Some(1) && said.contains("fanreply check rules"), "{said}");
    ground.write("a.yaml", "rules:\n  - name: a\n    when: {keyword: 你好}\n    silent: true\n");
    let (code, said) = run(&ground, &["export", "csv", "rules", "replies.csv"]);
    assert!(code == Some(1) && said.contains("because of `silent`"), "{said}");
    assert!(!ground.path("replies.csv").exists());
    let rules = "rules:\n  - name: a\n    when: {keyword: 你好}\n    reply: 您好\n";
    ground.write("a.yaml", rules);
    let (code, said) = run(&ground, &["export", "csv", "rules", "rules/a.yaml", "--overwrite"]);
    assert!(code == Some(1) && said.contains(".csv"), "{said}");
    assert_eq!(fs::read_to_string(ground.rules().join("a.yaml")).unwrap(), rules);
}
