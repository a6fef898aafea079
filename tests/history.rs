//! `fanreply rules` as an operator uses it, beside a server that runs.

mod support;

#[path = "support/server.rs"]
mod server;

use std::fs;
use std::time::{Duration, Instant};

use server::{Server, fanreply};
use support::Ground;

const RULES: &str = "\
rules:
  - {name: 下单, when: {keyword: 下单}, reply: 好的, follow_up: {after: 2h, text: 还在吗}}
  - {name: 地址, when: {keyword: 地址}, reply: 中山路}
  - {name: 电话, when: {keyword: 电话}, reply: '123'}
";

fn run(ground: &Ground, arguments: &[&str]) -> (Option<i32>, String) {
    let output = fanreply(ground, arguments).output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8_lossy(&said).into_owned())
}

async fn get(url: String) -> String {
    support::client().get(url).send().await.unwrap().text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn rules_that_are_gone_are_said_and_brought_back() {
    let ground = Ground::with(&[("a.yaml", RULES)]).set("FANREPLY_ACCESS_TOKEN", "t");
    let server = Server::start(&ground);
    assert_eq!(run(&ground, &["push", "下单"]).0, Some(0));
    let kept = RULES.find("  - {name: 地址").unwrap();
    ground.write("a.yaml", &format!("rules:\n{}", &RULES[kept..]));
    let latest = Instant::now() + Duration::from_secs(20);
    let status = loop {
        let status = get(format!("{}/api/status?lang=zh", server.admin)).await;
        if status.contains("\"rules\":2") && status.contains("restore 1") || Instant::now() > latest {
            break status;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    let back = "；如果不是有意的，运行 `fanreply rules restore 1` 就能换回之前的规则";
    for text in [
        "现在生效的规则有 2 条，之前有 3 条",
        "有 1 条答应过要发的跟进消息不会发送了，因为它们的规则不见了：“下单”",
    ] {
        assert!(status.contains(&format!("{text}{back}")), "{status}");
    }
    let ready = get(format!("{}/readyz", server.public)).await;
    assert!(ready.starts_with("ok\nmany rules are gone"), "{ready}");
    let log = server::said(&ground);
    assert!(
        log.contains("WARN") && log.contains("2 rules serve now, 3 did before; if that was not meant"),
        "{log}"
    );

    let (code, said) = run(&ground, &["rules", "history"]);
    assert_eq!(code, Some(0), "{said}");
    let lines: Vec<&str> = said.lines().skip(1).collect();
    assert!(lines[0].starts_with("    2  ") && lines[0].ends_with("  2 rules  serves now"), "{said}");
    assert!(lines[1].starts_with("    1  ") && lines[1].ends_with("  3 rules"), "{said}");
    let (code, said) = run(&ground, &["rules", "restore", "9", "--lang", "zh"]);
    assert_eq!((code, said.contains("没有第 9 版规则")), (Some(1), true), "{said}");

    let (code, said) = run(&ground, &["rules", "restore", "1"]);
    assert_eq!(code, Some(0), "{said}");
    assert!(run(&ground, &["push", "下单"]).1.starts_with("好的"));
    let ready = get(format!("{}/readyz", server.public)).await;
    assert_eq!(ready, "ok\na former set of rules was brought back and serves until the files change");
    assert!(run(&ground, &["rules", "history"]).1.contains("3 rules  serves now"));
    assert_eq!(server.stop(), Some(0));

    let server = Server::start(&ground);
    assert!(run(&ground, &["push", "下单"]).1.starts_with("好的"), "a restart does not end it");
    assert_eq!(server.stop(), Some(0));

    // while no server runs
    ground.write("a.yaml", &RULES.replace("name: 下单", "name: 订单"));
    let server = Server::start(&ground);
    let status = get(format!("{}/api/status?lang=zh", server.admin)).await;
    assert!(status.contains("答应过要发的跟进消息不会发送了，因为它们的规则不见了：“下单”"), "{status}");
    assert_eq!(server.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_brought_back_does_not_come_again_after_a_start_that_could_not_know_of_it() {
    let ground = Ground::with(&[("a.yaml", RULES)]).set("FANREPLY_ACCESS_TOKEN", "t");
    let server = Server::start(&ground);
    ground.write("a.yaml", &RULES.replace("中山路", "解放路"));
    let reload = |admin: String| support::client().post(format!("{admin}/api/reload")).send();
    reload(server.admin.clone()).await.unwrap();
    assert_eq!(run(&ground, &["rules", "restore", "1"]).0, Some(0));
    assert_eq!(server.stop(), Some(0));

    // the disk shows something else in the place of the database, and later the database again
    let [database, aside] = ["data/fanreply.db", "data/aside"].map(|name| ground.path(name));
    fs::rename(&database, &aside).unwrap();
    fs::write(&database, [b'x'; 9_000]).unwrap();
    let server = Server::start(&ground);
    assert!(run(&ground, &["push", "地址"]).1.starts_with("解放路"));
    let log = server::said(&ground);
    assert!(log.contains("it cannot be known whether a former set of rules was brought back"), "{log}");
    fs::rename(&aside, &database).unwrap();
    let latest = Instant::now() + Duration::from_secs(20);
    while get(format!("{}/readyz", server.public)).await != "ok" && Instant::now() < latest {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert!(run(&ground, &["rules", "history"]).1.contains("serves now"));
    reload(server.admin.clone()).await.unwrap();
    assert_eq!(server.stop(), Some(0));

    let server = Server::start(&ground);
    assert!(run(&ground, &["push", "地址"]).1.starts_with("解放路"));
    assert_eq!(server.stop(), Some(0));
}
