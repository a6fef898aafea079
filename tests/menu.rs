//! The commands that speak to the platform, as an operator runs them: the real binary against the fake
//! platform. No output holds the token, and no request is but nearly right.

#[path = "support/fake_platform.rs"]
mod fake_platform;

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use fake_platform::{FakePlatform, Scripted};
use serde_json::{Value, json};
use tempfile::TempDir;

const TOKEN: &str = "2.00VerySecret";
const MENU: &str = "menu:
  - {name: 价目表, click: PRICES, reply: 十元起}
  - name: 更多
    items:
      - {name: 网店, link: 'http://www.example.com/shop'}
      - {name: 联系我们, reply: 请打 010-1}
";
/// How the menu is worded.
const LINES: [&str; 4] = [
    "价目表 → click PRICES",
    "更多",
    "  网店 → link http://www.example.com/shop",
    "  联系我们 → click 联系我们",
];

/// The same menu in the platform's JSON.
fn published() -> Value {
    json!({"button": [
        {"type": "click", "name": "价目表", "key": "PRICES"},
        {"name": "更多", "sub_button": [
            {"type": "view", "name": "网店", "url": "http://www.example.com/shop"},
            {"type": "click", "name": "联系我们", "key": "联系我们"},
        ]},
    ]})
}

/// A platform, and a folder with rules whose account calls it.
struct Stand {
    fake: FakePlatform,
    folder: TempDir,
}

struct Said {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Stand {
    async fn with(rules: &str) -> Self {
        let stand = Self { fake: FakePlatform::start().await, folder: tempfile::tempdir().unwrap() };
        fs::create_dir(stand.folder.path().join("rules")).unwrap();
        stand.write("rules/a.yaml", rules);
        stand
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// The binary in an environment of its own, with a token.
    fn run(&self, arguments: &[&str]) -> Said {
        self.run_with(&[("FANREPLY_ACCESS_TOKEN", TOKEN)], arguments)
    }

    fn run_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fanreply"));
        command.arg0("fanreply");
        command.env_clear().env("LANG", "C.UTF-8").env("FANREPLY_API_BASE", self.fake.base());
        command.envs(variables.iter().copied()).current_dir(self.folder.path()).args(arguments);
        let output = command.stdin(Stdio::null()).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        assert!(!format!("{stdout}{stderr}").contains("VerySecret"), "{stdout}{stderr}");
        assert!(
            !format!("{stdout}{stderr}").contains('\x1b'),
            "colours outside a terminal: {stdout}{stderr}"
        );
        assert_eq!(self.fake.violations(), Vec::<String>::new());
        Said { code: output.status.code(), stdout, stderr }
    }

    /// Says that a command failed with this one line, and nothing changed.
    fn refused(&self, arguments: &[&str], parts: &[&str]) {
        let before = (self.fake.menu(), self.fake.format());
        let said = self.run(arguments);
        assert_eq!((said.code, said.stderr.lines().count()), (Some(1), 1), "{}", said.stderr);
        for part in parts {
            assert!(said.stderr.contains(part), "{part} in {}", said.stderr);
        }
        assert_eq!((self.fake.menu(), self.fake.format()), before);
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.lines().collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn show_draws_the_platforms_menu_as_a_tree() {
    let stand = Stand::with(MENU).await;
    let said = stand.run(&["menu", "show"]);
    assert_eq!((said.code, said.stdout.as_str()), (Some(0), "(the platform has no menu)\n"));
    stand.fake.set_menu(published());
    let said = stand.run(&["menu", "show"]);
    assert_eq!((said.code, lines(&said.stdout)), (Some(0), LINES.to_vec()));
    let said = stand.run(&["menu", "show", "--lang", "zh"]);
    assert!(said.stdout.starts_with("价目表 → 点击 PRICES\n更多\n  网店 → 链接 http"), "{}", said.stdout);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn show_as_json_can_be_put_into_a_rule_file() {
    let stand = Stand::with(MENU).await;
    let said = stand.run(&["menu", "show", "--format", "json"]);
    assert_eq!(serde_json::from_str::<Value>(&said.stdout).unwrap(), json!({"menu": null}));
    stand.fake.set_menu(published());
    let said = stand.run(&["menu", "show", "--format", "json"]);
    let shown: Value = serde_json::from_str(&said.stdout).unwrap();
    let items = json!([
        {"name": "网店", "link": "http://www.example.com/shop"},
        {"name": "联系我们", "click": "联系我们"},
    ]);
    let first = json!({"name": "价目表", "click": "PRICES"});
    assert_eq!(shown, json!({"menu": [first, {"name": "更多", "items": items}]}));
    // JSON is YAML
    stand.write("rules/a.yaml", &said.stdout);
    assert_eq!(stand.run(&["menu", "diff"]).code, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn diff_marks_lines_and_its_exit_code_tells_whether_there_are_any() {
    let stand = Stand::with(MENU).await;
    let said = stand.run(&["menu", "diff"]);
    assert_eq!(said.code, Some(1));
    let added: Vec<String> = LINES.iter().map(|line| format!("+ {line}")).collect();
    assert_eq!(lines(&said.stdout)[..2], ["--- the platform's menu", "+++ the menu of rules"]);
    assert_eq!(lines(&said.stdout)[2..], added);
    stand.fake.set_menu(published());
    let said = stand.run(&["menu", "diff"]);
    assert_eq!((said.code, said.stdout.contains("already")), (Some(0), true), "{}", said.stdout);
    stand.write("rules/a.yaml", &MENU.replace("com/shop", "com/new").replace("PRICES", "价目"));
    let said = stand.run(&["menu", "diff", "--lang", "zh"]);
    let expected = [
        "--- 平台上的菜单",
        "+++ rules 里的菜单",
        "- 价目表 → 点击 PRICES",
        "+ 价目表 → 点击 价目",
        "  更多",
        "-   网店 → 链接 http://www.example.com/shop",
        "+   网店 → 链接 http://www.example.com/new",
        "    联系我们 → 点击 联系我们",
    ];
    assert_eq!((said.code, lines(&said.stdout)), (Some(1), expected.to_vec()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn publish_replaces_the_menu_only_with_a_yes() {
    let stand = Stand::with(MENU).await;
    stand.refused(&["menu", "publish"], &["nothing was changed", "--yes"]);
    stand.refused(&["menu", "publish", "--lang", "zh"], &["没有做任何修改", "--yes"]);
    let said = stand.run(&["menu", "publish", "--yes"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert!(said.stdout.contains("+ 更多") && said.stdout.contains("24 hours"), "{}", said.stdout);
    assert_eq!(stand.fake.menu(), Some(published()));
    let calls = stand.fake.calls();
    let said = stand.run(&["menu", "publish", "--yes", "--lang", "zh"]);
    assert_eq!((said.code, said.stdout.contains("一致")), (Some(0), true), "{}", said.stdout);
    assert_eq!(stand.fake.calls(), calls + 1, "what is there already is not sent again");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_first_menu_is_published_where_the_platform_says_an_error_for_none() {
    let stand = Stand::with(MENU).await;
    let refusals = [
        Scripted::Code(26401),
        Scripted::CodeAsText("264XX"),
        Scripted::ErrcodeErrmsg(40_046),
        Scripted::Code(10_016),
    ];
    for none in refusals {
        stand.fake.script(vec![none.clone(), none]);
        stand.refused(&["menu", "publish", "--yes"], &["as scripted", "no menu yet, add --without-looking"]);
        stand.refused(&["menu", "publish", "--yes", "--lang", "zh"], &["还没有菜单", "--without-looking"]);
    }
    let calls = stand.fake.calls();
    stand.refused(&["menu", "publish", "--without-looking"], &["nothing was changed", "--yes"]);
    let said = stand.run(&["menu", "publish", "--without-looking", "--yes"]);
    assert_eq!((said.code, stand.fake.menu()), (Some(0), Some(published())), "{}", said.stderr);
    assert_eq!(stand.fake.calls(), calls + 1, "it was not looked at");
    stand.fake.expire_token();
    let said = stand.run(&["menu", "publish", "--yes"]);
    assert!(!said.stderr.contains("--without-looking"), "{}", said.stderr);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn delete_takes_the_menu_away_only_with_a_yes() {
    let stand = Stand::with("rules: []\n").await;
    assert_eq!(stand.run(&["menu", "delete"]).code, Some(0), "without a menu there is nothing to ask");
    stand.fake.set_menu(published());
    stand.refused(&["menu", "delete"], &["--yes"]);
    let said = stand.run(&["menu", "delete", "--yes", "--lang", "zh"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert!(said.stdout.contains("- 更多") && said.stdout.contains("24 小时"), "{}", said.stdout);
    assert_eq!(stand.fake.menu(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_folder_that_check_refuses_calls_nobody() {
    let stand = Stand::with(&MENU.replace("价目表", "这个名字比平台允许的长")).await;
    for command in [&["menu", "diff"][..], &["menu", "publish", "--yes"]] {
        let said = stand.run(command);
        assert_eq!(said.code, Some(1));
        for part in ["F332", "a.yaml:2:12", "these rules have errors"] {
            assert!(said.stdout.contains(part), "{part} in {}", said.stdout);
        }
    }
    assert_eq!(stand.fake.calls(), 0);
    stand.write("rules/a.yaml", "rules:\n  - when: {keyword: 你好}\n    reply: 您好\n");
    stand.refused(&["menu", "diff"], &["rules has no `menu:`"]);
    stand.refused(&["menu", "publish", "--yes", "--lang", "zh"], &["没有写 `menu:`"]);
    let said = stand.run(&["menu", "diff", "--rules", "nowhere"]);
    assert!(said.code == Some(1) && said.stderr.contains("`fanreply init nowhere`"), "{}", said.stderr);
    assert_eq!(stand.fake.calls(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_refusal_is_one_line_that_says_what_to_do() {
    let stand = Stand::with(MENU).await;
    stand.fake.expire_token();
    let commands: [&[&str]; 5] = [
        &["menu", "show"],
        &["menu", "diff"],
        &["menu", "publish", "--yes"],
        &["menu", "delete", "--yes"],
        &["set-format", "xml"],
    ];
    for command in commands {
        stand.refused(command, &["error: ", "21327", "expired"]);
        stand.refused(&[command, &["--lang", "zh"]].concat(), &["错误：", "21327", "已过期"]);
    }
    stand.fake.set_token(TOKEN);
    stand.fake.script(vec![Scripted::Ok, Scripted::CloseAfterRequest]);
    stand.refused(&["menu", "publish", "--yes"], &["may have done it or not"]);
    stand.fake.script(vec![Scripted::Garbage]);
    stand.refused(&["menu", "show"], &["FANREPLY_API_BASE"]);
    stand.fake.script(vec![Scripted::Status(503)]);
    stand.refused(&["set-format", "json", "--lang", "zh"], &["503"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn without_a_token_or_with_a_bad_base_nobody_is_called() {
    let stand = Stand::with(MENU).await;
    for command in [&["menu", "show"][..], &["menu", "publish", "--yes"], &["set-format", "json"]] {
        let said = stand.run_with(&[], command);
        assert_eq!((said.code, said.stderr.contains("FANREPLY_ACCESS_TOKEN")), (Some(1), true));
    }
    let bad = [("FANREPLY_ACCESS_TOKEN", TOKEN), ("FANREPLY_API_BASE", "ftp://a/")];
    let said = stand.run_with(&bad, &["menu", "show"]);
    assert_eq!((said.code, said.stderr.contains("FANREPLY_API_BASE")), (Some(1), true));
    assert_eq!(stand.fake.calls(), 0);
    stand.write("token", &format!("{TOKEN}\n"));
    stand.fake.set_token(TOKEN);
    let said = stand.run_with(&[("FANREPLY_ACCESS_TOKEN_FILE", "token")], &["menu", "show"]);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn among_several_accounts_none_is_guessed() {
    let stand = Stand::with("rules: []\n").await;
    fs::create_dir(stand.folder.path().join("shop")).unwrap();
    stand.write("shop/a.yaml", MENU);
    stand.write(
        "fanreply.yaml",
        "accounts:\n  - {name: desk}\n  - {name: shop, id: 3600001002, rules: shop, access_token: '${SHOP_TOKEN}'}\n",
    );
    let run = |arguments: &[&str]| stand.run_with(&[("SHOP_TOKEN", TOKEN)], arguments);
    for (arguments, part) in [
        (&["menu", "diff"][..], "desk, shop; choose one with --account"),
        (&["menu", "diff", "--account", "mall"], "there are: desk, shop"),
        (&["set-format", "json", "--account", "desk"], "the account desk has no access token"),
        (&["set-format", "json", "--lang", "zh"], "请用 --account 选择一个"),
    ] {
        let said = run(arguments);
        assert_eq!(said.code, Some(1));
        assert!(said.stderr.contains(part), "{part} in {}", said.stderr);
    }
    assert_eq!(stand.fake.calls(), 0);
    stand.fake.set_token(TOKEN);
    let said = run(&["menu", "publish", "--account", "shop", "--yes"]);
    assert_eq!((said.code, stand.fake.menu()), (Some(0), Some(published())), "{}", said.stderr);
    assert!(said.stdout.contains("+++ the menu of shop"), "{}", said.stdout);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn the_format_is_set_and_both_are_said_to_be_answered() {
    let stand = Stand::with(MENU).await;
    let said = stand.run(&["set-format", "xml"]);
    assert_eq!((said.code, stand.fake.format().as_deref()), (Some(0), Some("xml")), "{}", said.stderr);
    assert!(said.stdout.contains("as XML; fanreply answers JSON and XML alike"), "{}", said.stdout);
    let said = stand.run(&["set-format", "json", "--lang", "zh"]);
    assert_eq!((said.code, stand.fake.format().as_deref()), (Some(0), Some("json")));
    assert!(said.stdout.contains("以 JSON 格式") && said.stdout.contains("都能回复"), "{}", said.stdout);
    assert_eq!(stand.run(&["set-format", "yaml"]).code, Some(2));
    assert_eq!(stand.run(&["set-format"]).code, Some(2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn help_has_examples_in_both_languages_at_every_level() {
    let stand = Stand::with(MENU).await;
    for command in ["", "show", "diff", "publish", "delete"] {
        let path: Vec<&str> = ["menu", command].into_iter().filter(|word| !word.is_empty()).collect();
        let said = stand.run(&[path.as_slice(), &["-h"]].concat());
        assert!(said.stdout.contains("Examples:\n  fanreply menu"), "{}", said.stdout);
        let said = stand.run(&[path.as_slice(), &["-h", "--lang", "zh"]].concat());
        assert!(said.stdout.contains("例子：\n  fanreply menu"), "{}", said.stdout);
        assert!(said.stdout.contains("显示帮助") && !said.stdout.contains("Print help"), "{}", said.stdout);
    }
    assert!(stand.run(&["menu", "diff", "-h"]).stdout.contains("1 when they differ"));
    assert_eq!(stand.run(&["menu"]).code, Some(2));
}
