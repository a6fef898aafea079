//! What Prometheus is told: the pages, the dashboard and the alerts against a running appliance, and what a
//! scrape costs.

mod support;

#[path = "support/fake_platform.rs"]
mod fake_platform;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fake_platform::FakePlatform;
use fanreply::model::message::{Content, Event};
use fanreply::platform::weibo::codes;
use fanreply::platform::{CallFault, Reason};
use fanreply::store::StoreFault;
use fanreply::words::os::SystemReason;
use fanreply::words::texts::ShownPath;
use regex::Regex;
use support::{Appliance, Ground, noon};

const TOKEN: &str = "2.00EXAMPLE";
const RULES: &str = "rules:\n  - name: order\n    when: {keyword: 下单}\n    reply: 好的\n    follow_up: {after: 2h, text: 还在吗}\n";

/// What one metric is: its type, and the labels that its samples have.
type Exposed = BTreeMap<String, (String, BTreeSet<String>)>;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn ground(platform: &FakePlatform) -> Ground {
    let ground = Ground::with(&[("a.yaml", RULES)]);
    let token = ground.path("token");
    fs::write(&token, TOKEN).unwrap();
    ground
        .set("FANREPLY_API_BASE", &platform.base())
        .set("FANREPLY_ACCESS_TOKEN_FILE", token.to_str().unwrap())
        .set("FANREPLY_SEND_RATE", "1000")
}

async fn scrape(appliance: &Appliance) -> String {
    let answer = appliance.client.get(format!("{}/metrics", appliance.admin())).send().await.unwrap();
    let form = answer.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(form.starts_with("text/plain; version=0.0.4"), "{form}");
    answer.text().await.unwrap()
}

/// A page on which every metric has samples: something of everything has happened.
async fn eventful() -> (FakePlatform, Appliance, Ground, String) {
    let platform = FakePlatform::start().await;
    let ground = ground(&platform);
    let appliance = ground.start().await;
    appliance.say("下单").await;
    appliance.say("随便说说").await;
    appliance.push(&appliance.message(Content::Event(Event::Unfollow))).await;
    appliance.say("下单").await;
    appliance.pass(120);
    appliance.deliver().await;
    let page = scrape(&appliance).await;
    (platform, appliance, ground, page)
}

fn exposed(page: &str) -> Exposed {
    let label = Regex::new(r#"(\w+)=""#).unwrap();
    let mut exposed = Exposed::new();
    let mut last = String::new();
    for line in page.lines() {
        if let Some(typed) = line.strip_prefix("# TYPE ") {
            let (name, kind) = typed.split_once(' ').unwrap();
            last = name.to_owned();
            exposed.insert(last.clone(), (kind.to_owned(), BTreeSet::new()));
        } else if !line.starts_with('#') {
            assert!(line.starts_with(&last), "{line} stands below {last}");
            let labels = label.captures_iter(line).map(|found| found[1].to_owned());
            exposed.get_mut(&last).unwrap().1.extend(labels.filter(|label| label != "le"));
        }
    }
    exposed
}

/// The rows of the page's tables, and the units that they give.
fn documented(page: &str) -> (Exposed, BTreeMap<String, String>) {
    let (mut metrics, mut units) = (Exposed::new(), BTreeMap::new());
    for line in read(page).lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        assert_eq!(cells.len(), 6, "{page}: {line}");
        assert!(!cells[4].is_empty(), "{page}: {line}");
        let name = cells[0].trim_matches('`').to_owned();
        let labels = cells[3].split(',').map(|label| label.trim().trim_matches('`').to_owned());
        let labels = labels.filter(|label| !label.is_empty()).collect();
        units.insert(name.clone(), cells[2].to_owned());
        assert!(metrics.insert(name.clone(), (cells[1].to_owned(), labels)).is_none(), "{name} twice");
    }
    (metrics, units)
}

#[tokio::test]
async fn the_pages_name_every_metric_as_it_is_and_no_other() {
    let (_platform, _appliance, _ground, page) = eventful().await;
    let exposed = exposed(&page);
    for name in ["docs/metrics.md", "docs/metrics.zh-CN.md"] {
        let (documented, units) = documented(name);
        let (here, there): (BTreeSet<_>, BTreeSet<_>) =
            (documented.keys().collect(), exposed.keys().collect());
        assert_eq!(here, there, "{name}");
        assert_eq!(documented, exposed, "{name}");
        for (metric, unit) in units {
            let in_name = metric.trim_end_matches("_total").rsplit('_').next().unwrap().to_owned();
            let standard = ["seconds", "bytes"].contains(&in_name.as_str());
            assert!(!standard || unit == in_name, "{name}: the unit of {metric}");
            assert_eq!(metric.ends_with("_total"), documented[&metric].0 == "counter", "{metric}");
        }
    }
}

/// The metrics that an expression names, without the endings of a histogram's samples.
fn named_in(text: &str, exposed: &Exposed) -> BTreeSet<String> {
    let metric = Regex::new(r"\b(?:fanreply|process)_[a-z_]+").unwrap();
    let family = |name: &str| {
        let plain = ["_bucket", "_sum", "_count"].iter().find_map(|ending| name.strip_suffix(ending));
        let is_histogram = |plain: &&str| exposed.get(*plain).is_some_and(|(kind, _)| kind == "histogram");
        plain.filter(is_histogram).unwrap_or(name).to_owned()
    };
    metric.find_iter(text).map(|found| family(found.as_str())).collect()
}

fn expressions(value: &serde_json::Value, found: &mut Vec<String>) {
    match value {
        serde_json::Value::Object(fields) => {
            for (key, value) in fields {
                if let ("expr" | "query", Some(text)) = (key.as_str(), value.as_str()) {
                    found.push(text.to_owned());
                }
                expressions(value, found);
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(|item| expressions(item, found)),
        _ => {}
    }
}

#[tokio::test]
async fn the_dashboard_and_the_alerts_name_metrics_that_exist() {
    let (_platform, _appliance, _ground, page) = eventful().await;
    let exposed = exposed(&page);
    let dashboard: serde_json::Value = serde_json::from_str(&read("deploy/grafana.json")).unwrap();
    let mut shown = Vec::new();
    expressions(&dashboard, &mut shown);
    let shown = named_in(&shown.join("\n"), &exposed);
    let alerted = named_in(&read("deploy/alerts.yaml"), &exposed);
    for metric in shown.iter().chain(&alerted) {
        assert!(exposed.contains_key(metric), "{metric} does not exist");
    }
    // a dashboard without one is a metric that nobody looks at
    let unseen: Vec<&String> = exposed.keys().filter(|name| !shown.contains(*name)).collect();
    assert!(unseen.is_empty(), "on no panel: {unseen:?}");
}

#[test]
fn every_alert_speaks_both_languages_and_is_tested_both_ways() {
    let (alerts, cases) = (read("deploy/alerts.yaml"), read("deploy/alerts_test.yaml"));
    let alert = Regex::new(r"(?m)^      - alert: (\w+)$").unwrap();
    let names: Vec<&str> = alert.captures_iter(&alerts).map(|found| found.get(1).unwrap().as_str()).collect();
    assert!(names.len() >= 10);
    for (name, rest) in names.iter().zip(alert.split(&alerts).skip(1)) {
        assert!(rest.contains("  summary: ") && rest.contains("  summary_zh: "), "{name}");
        for case in ["fires", "stays silent"] {
            assert!(cases.contains(&format!("- name: {name} {case}\n")), "{name} {case}: no case");
        }
    }
}

/// An increase needs a first value to rise from: what is born above zero raises no alert.
#[tokio::test]
async fn whatever_an_alert_counts_is_there_at_zero_from_the_start() {
    let appliance = Ground::with(&[("a.yaml", RULES)]).start().await;
    let page = scrape(&appliance).await;
    let samples: BTreeSet<(&str, BTreeSet<&str>)> = page.lines().filter_map(zero).collect();
    let cases = read("deploy/alerts_test.yaml");
    let of_case = Regex::new(r"series: '(\w+_total)\{([^}]*)\}'").unwrap();
    let mut count = 0;
    for found in of_case.captures_iter(&cases) {
        let (_, [name, labels]) = found.extract();
        let own = |label: &&str| !label.starts_with("job=") && !label.starts_with("instance=");
        let labels: BTreeSet<&str> = labels.split(", ").filter(own).collect();
        assert!(samples.contains(&(name, labels)), "{} is not in:\n{page}", &found[0]);
        count += 1;
    }
    assert!(count > 20, "{count}");
    let path = ShownPath::from("data/fanreply.db");
    let errors = [
        StoreFault::Full { path: path.clone() },
        StoreFault::ReadOnly { path: path.clone() },
        StoreFault::Gone { path: path.clone() },
        StoreFault::Locked { path: path.clone() },
        StoreFault::Damaged { path: path.clone() },
        StoreFault::Io { path, reason: SystemReason::of_words(String::new()) },
        StoreFault::Closed,
    ];
    let errors = errors.iter().map(StoreFault::as_str).chain(["slow"]);
    let errors = errors.map(|error| ("fanreply_store_errors_total", format!("error=\"{error}\"")));
    let calls = [
        codes::refused(1, String::new()),
        CallFault::Status(500),
        CallFault::Page(200),
        CallFault::Unreachable { reason: Reason::Refused },
        CallFault::NoAnswer { reason: Reason::TimedOut },
        CallFault::Undecodable,
    ];
    let calls = calls.iter().map(|fault| format!("result=\"{}\"", fault.as_str()));
    let calls = calls.map(|label| ("fanreply_platform_calls_total", label));
    for (name, label) in errors.chain(calls) {
        assert!(samples.contains(&(name, BTreeSet::from([label.as_str()]))), "{name} {label}");
    }
}

/// The name and the labels of a sample that is zero.
fn zero(line: &str) -> Option<(&str, BTreeSet<&str>)> {
    let sample = line.strip_suffix(" 0")?;
    let (name, labels) = sample.split_once('{').unwrap_or((sample, ""));
    Some((name, labels.trim_end_matches('}').split(',').filter(|label| !label.is_empty()).collect()))
}

#[tokio::test]
async fn a_scrape_tells_of_the_outbox_the_tokens_and_what_serves() {
    let platform = FakePlatform::start().await;
    let ground = ground(&platform);
    let appliance = ground.start().await;
    let sees = async |lines: &[&str]| {
        let page = scrape(&appliance).await;
        for line in lines {
            assert!(page.lines().any(|found| found.starts_with(line)), "{line} is not in:\n{page}");
        }
        page
    };
    let hash = |page: &str| {
        let found: Vec<&str> = page.lines().filter(|line| line.starts_with("fanreply_rules_info")).collect();
        assert_eq!(found.len(), 1, "{found:?}");
        found[0].to_owned()
    };
    let before = hash(&sees(&["fanreply_outbox_deliveries{state=\"scheduled\"} 0"]).await);
    ground.write("a.yaml", &RULES.replace("还在吗", "在吗"));
    appliance.app.reload().await;
    assert_ne!(hash(&scrape(&appliance).await), before);
    appliance.say("下单").await;
    appliance.pass(125);
    sees(&[
        "fanreply_outbox_deliveries{state=\"scheduled\"} 1",
        "fanreply_outbox_due 1",
        "fanreply_outbox_oldest_due_age_seconds 300",
        "fanreply_store_responding 1",
        "fanreply_token_state{account=\"default\",state=\"ok\"} 1",
        "fanreply_token_set_timestamp_seconds{account=\"default\"} 1",
    ])
    .await;
    platform.expire_token();
    appliance.deliver().await;
    sees(&[
        "fanreply_account_paused{account=\"default\"} 1",
        "fanreply_token_state{account=\"default\",state=\"ok\"} 0",
        "fanreply_token_state{account=\"default\",state=\"refused\"} 1",
        "fanreply_platform_calls_total{result=\"refused\"} 1",
        "fanreply_outbox_due 1",
    ])
    .await;
    platform.set_token("2.00NEW");
    fs::write(ground.path("token"), "2.00NEW").unwrap();
    appliance.deliver().await;
    sees(&[
        "fanreply_account_paused{account=\"default\"} 0",
        "fanreply_token_state{account=\"default\",state=\"ok\"} 1",
        "fanreply_platform_calls_total{result=\"ok\"} 1",
        "fanreply_delivery_lateness_seconds_bucket{le=\"300.0\"} 1",
        "fanreply_outbox_due 0",
        "fanreply_outbox_oldest_due_age_seconds 0",
    ])
    .await;
}

#[tokio::test]
async fn a_rule_that_is_gone_is_not_counted_any_more() {
    let other = "rules:\n  - name: hello\n    when: {keyword: 你好}\n    reply: 您好\n";
    let ground = Ground::with(&[("a.yaml", RULES), ("b.yaml", other)]);
    let appliance = ground.start().await;
    appliance.say("下单").await;
    appliance.say("你好").await;
    let hits = async || {
        let page = scrape(&appliance).await;
        let lines = page.lines().filter(|line| line.starts_with("fanreply_rule_hits_total{"));
        lines.map(str::to_owned).collect::<BTreeSet<_>>()
    };
    let [hello, order] =
        ["hello", "order"].map(|rule| format!("fanreply_rule_hits_total{{rule=\"{rule}\"}} 1"));
    assert_eq!(hits().await, BTreeSet::from([hello.clone(), order]));
    ground.write("a.yaml", &RULES.replace("order", "orders"));
    appliance.app.reload().await;
    assert_eq!(hits().await, BTreeSet::from([hello]));
}

/// How many rows wait in the database of the test below; a million where it is asked for.
fn pending_rows() -> u32 {
    std::env::var("FANREPLY_ROWS").ok().and_then(|rows| rows.parse().ok()).unwrap_or(50_000)
}

#[tokio::test]
async fn a_scrape_takes_no_second_however_much_is_pending() {
    let platform = FakePlatform::start().await;
    let ground = ground(&platform);
    ground.start().await.app.stop().await;
    let rows = pending_rows();
    let db = rusqlite::Connection::open(ground.path("data/fanreply.db")).unwrap();
    db.execute(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
         INSERT INTO deliveries (message, account, sender, rule, part, state, claimable_at, due, created, expires,
           single, unless_replied, reply)
         SELECT i, 1, i, 'order', 0, 'scheduled', ?2 + i, ?2 + i, ?2, ?2 + 172800000, 0, 0, '{\"text\":\"在吗\"}'
         FROM n",
        rusqlite::params![rows, noon().as_millisecond()],
    )
    .unwrap();
    drop(db);
    let appliance = ground.start().await;
    appliance.pass(2_000);
    let began = Instant::now();
    let page = scrape(&appliance).await;
    let took = began.elapsed();
    println!("{rows} rows pending and due: scraped in {took:?}");
    // the deliverer may have claimed some already
    let counted = page.lines().filter_map(|line| line.strip_prefix("fanreply_outbox_deliveries{"));
    let pending: u32 = counted.map(|line| line.split(' ').nth(1).unwrap().parse::<u32>().unwrap()).sum();
    assert_eq!(pending, rows, "{page}");
    assert!(page.contains(&format!("fanreply_outbox_due {}\n", rows.min(100_000))), "{page}");
    assert!(page.contains("fanreply_store_responding 1"), "{page}");
    assert!(took < Duration::from_secs(1), "{took:?}");
}

/// With the settings of the file for compose, by the name and with the password that Prometheus has.
#[tokio::test]
async fn prometheus_reaches_the_admin_side_as_it_is_shipped() {
    let (compose, scraped) = (read("deploy/compose-metrics.yaml"), read("deploy/prometheus.yaml"));
    let variable = |name: &str| {
        let line = compose.lines().find_map(|line| line.trim_start().strip_prefix(name)?.strip_prefix(": "));
        line.unwrap_or_else(|| panic!("{name}")).to_owned()
    };
    let secret = variable("FANREPLY_ADMIN_PASSWORD_FILE");
    assert!(scraped.contains(&format!("password_file: {secret}\n")) && scraped.contains("username: admin\n"));
    let target = scraped.split("targets: [\"").nth(1).unwrap().split('"').next().unwrap();
    let (listen, port) = (variable("FANREPLY_ADMIN_LISTEN"), target.rsplit(':').next().unwrap());
    let ground = Ground::with(&[("a.yaml", RULES)]);
    let password = ground.path("admin-password");
    fs::write(&password, "open sesame\n").unwrap();
    let appliance = ground
        .without("FANREPLY_ADMIN_LISTEN")
        .set("FANREPLY_ADMIN_LISTEN", &listen.replace(&format!(":{port}"), ":0"))
        .set("FANREPLY_ADMIN_HOSTS", &variable("FANREPLY_ADMIN_HOSTS"))
        .set("FANREPLY_ADMIN_PASSWORD_FILE", password.to_str().unwrap())
        .start()
        .await;
    let asked = appliance.client.get(format!("{}/metrics", appliance.admin())).header("Host", target);
    assert_eq!(asked.try_clone().unwrap().send().await.unwrap().status(), 401);
    assert_eq!(asked.basic_auth("admin", Some("open sesame")).send().await.unwrap().status(), 200);
    for shipped in ["compose.yaml", "deploy/kubernetes.yaml"] {
        let text = read(shipped);
        let set = text.lines().find(|line| line.contains("FANREPLY_ADMIN_") && !line.trim().starts_with('#'));
        assert_eq!(set, None, "{shipped} leaves it on loopback");
    }
}

#[tokio::test]
async fn prometheus_gets_openmetrics_when_it_asks_for_it() {
    let appliance = Ground::with(&[("a.yaml", RULES)]).start().await;
    let url = format!("{}/metrics", appliance.admin());
    let asked =
        appliance.client.get(url).header("Accept", "application/openmetrics-text;version=1.0.0,*/*;q=0.1");
    let answer = asked.send().await.unwrap();
    assert_eq!(
        answer.headers()["content-type"],
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    );
    let page = answer.text().await.unwrap();
    assert!(page.ends_with("# EOF\n") && page.contains("# TYPE fanreply_refused counter\n"), "{page}");
}

/// Where `.ci/test` has put promtool, or where the system has it.
fn promtool() -> Option<PathBuf> {
    let given = std::env::var_os("PROMTOOL").map(PathBuf::from);
    let installed = || ["/usr/bin/promtool", "/usr/local/bin/promtool"].map(PathBuf::from);
    given.into_iter().chain(installed()).find(|path| path.exists())
}

/// The expressions of the dashboard as recording rules, which promtool can read.
fn panels_as_rules() -> String {
    let mut found = Vec::new();
    expressions(&serde_json::from_str(&read("deploy/grafana.json")).unwrap(), &mut found);
    let is_expression = |text: &&String| *text != "prometheus" && !text.starts_with("label_values");
    let rules = found.iter().filter(is_expression).enumerate().map(|(place, expression)| {
        serde_json::json!({ "record": format!("panel_{place}"), "expr": expression.replace("$__rate_interval", "5m") })
    });
    let rules: Vec<_> = rules.collect();
    serde_json::json!({ "groups": [{ "name": "dashboard", "rules": rules }] }).to_string()
}

fn run(mut command: Command, input: &str) {
    let piped =
        command.current_dir(root()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}\n{said}");
}

#[tokio::test]
async fn promtool_finds_no_fault_in_metrics_and_alerts() {
    let Some(promtool) = promtool() else {
        // what is written directly is shown, also of a test that passes
        let _ = writeln!(
            io::stderr(),
            "\nNOT TESTED: metrics, alerts and the dashboard against promtool, which is not here; .ci/test fetches it"
        );
        return;
    };
    let (_platform, _appliance, _ground, page) = eventful().await;
    let panels = panels_as_rules();
    let checks: [(&[&str], &str); 5] = [
        (&["check", "config", "--syntax-only", "deploy/prometheus.yaml"], ""),
        (&["check", "metrics"], &page),
        (&["check", "rules", "/dev/stdin"], &panels),
        (&["check", "rules", "deploy/alerts.yaml"], ""),
        (&["test", "rules", "deploy/alerts_test.yaml"], ""),
    ];
    for (arguments, input) in checks {
        let mut command = Command::new(&promtool);
        command.args(arguments);
        run(command, input);
    }
}
