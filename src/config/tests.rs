//! The laws of settings: which source wins, what is refused, and that no secret is shown.

mod secrets;

use std::fs;

use secrecy::ExposeSecret;
use tempfile::TempDir;

use super::*;
use crate::words::lang::Lang;

/// A folder with a settings file, and an environment.
struct Case {
    folder: TempDir,
    sources: Sources,
}

impl Case {
    fn new(file: &str, variables: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fanreply.yaml");
        fs::write(&path, file).unwrap();
        let environment = variables.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect();
        Self {
            folder,
            sources: Sources { file: Some(path), environment, serves: true, ..Sources::default() },
        }
    }

    fn load(&self) -> Result<(Settings, Vec<SettingsWarning>), SettingsFault> {
        load(&self.sources)
    }

    fn settings(&self) -> Settings {
        self.load().unwrap_or_else(|fault| panic!("{fault}")).0
    }

    /// The fault in English, with the folder cut away.
    fn fault(&self) -> String {
        let fault = self.load().expect_err("these settings must be refused");
        let folder = format!("{}/", self.folder.path().display());
        fault.to_string().replace(&folder, "")
    }
}

fn settings(file: &str, variables: &[(&str, &str)]) -> Settings {
    Case::new(file, variables).settings()
}

fn fault(file: &str, variables: &[(&str, &str)]) -> String {
    Case::new(file, variables).fault()
}

#[track_caller]
fn assert_holds(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part:?} is not in: {text}");
    }
}

fn shown(secret: &Option<SecretString>) -> Option<&str> {
    secret.as_ref().map(ExposeSecret::expose_secret)
}

#[test]
fn nothing_written_means_the_defaults() {
    let (settings, warnings) = load(&Sources::default()).unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.admin_listen.to_string(), "127.0.0.1:8081");
    assert_eq!((settings.rules.to_str(), settings.data.to_str()), (Some("rules"), Some("data")));
    assert!(matches!(&settings.store, Store::Sqlite(path) if path == Path::new("data/fanreply.db")));
    assert_eq!(settings.api_base, None);
    assert_eq!(settings.send_rate, 2.0);
    assert_eq!(settings.signature_max_age, Some(SignedDuration::from_hours(1)));
    assert_eq!(settings.zone.iana_name(), Some("Asia/Shanghai"));
    assert_eq!((settings.log.as_str(), settings.log_format), ("info", LogFormat::Text));
    assert!(settings.admin_password.is_none() && settings.admin_hosts.is_empty());
    let [account] = &settings.accounts[..] else { panic!("{settings:?}") };
    assert_eq!((account.name.as_str(), account.id, &account.token_file), ("default", None, &None));
    assert!(account.app_secret.is_none() && account.access_token.is_none());
    assert_eq!(warnings, []);
}

#[test]
fn a_file_of_comments_says_nothing() {
    assert_eq!(settings("# nothing yet\n", &[]).send_rate, 2.0);
    assert_eq!(settings("", &[]).send_rate, 2.0);
    assert_eq!(settings("send_rate:\n", &[]).send_rate, 2.0);
}

#[test]
fn the_command_line_stands_over_the_environment_and_that_over_the_file() {
    let file = "rules: of-file\ndata: of-file\nsend_rate: 5\nlog: warn\n";
    let mut case = Case::new(file, &[("FANREPLY_RULES", "of-variable"), ("FANREPLY_SEND_RATE", "7")]);
    assert_eq!(case.settings().rules, Path::new("of-variable"));
    case.sources.rules = Some("of-option".into());
    let settings = case.settings();
    assert_eq!(settings.rules, Path::new("of-option"));
    assert_eq!(settings.accounts[0].rules, Path::new("of-option"));
    assert_eq!(settings.data, case.folder.path().join("of-file"), "relative to the file's folder");
    assert_eq!((settings.send_rate, settings.log.as_str()), (7.0, "warn"));
}

#[test]
fn an_empty_variable_counts_as_unset() {
    assert_eq!(settings("send_rate: 5", &[("FANREPLY_SEND_RATE", " ")]).send_rate, 5.0);
    assert!(settings("", &[("FANREPLY_APP_SECRET", "")]).accounts[0].app_secret.is_none());
}

#[test]
fn nothing_is_recorded_unless_that_is_wanted() {
    for file in ["", "record: off\n", "record: 0\n"] {
        assert_eq!(settings(file, &[]).record, None, "{file}");
    }
    assert_eq!(settings("record: 500\n", &[]).record, Some(500));
    assert_eq!(settings("record: 500\n", &[("FANREPLY_RECORD", "off")]).record, None);
}

#[test]
fn every_variable_is_read() {
    let variables = [
        ("FANREPLY_LISTEN", "0.0.0.0:80"),
        ("FANREPLY_ADMIN_LISTEN", "[::]:81"),
        ("FANREPLY_RULES", "r"),
        ("FANREPLY_DATA", "d"),
        ("FANREPLY_STORE", "postgres://u:hunter2@db/fans"),
        ("FANREPLY_APP_SECRET", "hunter3"),
        ("FANREPLY_ACCESS_TOKEN", "hunter4"),
        ("FANREPLY_ACCOUNT_ID", "1902538057"),
        ("FANREPLY_API_BASE", "http://127.0.0.1:9/x/"),
        ("FANREPLY_SEND_RATE", "0.5"),
        ("FANREPLY_SIGNATURE_MAX_AGE", "0"),
        ("FANREPLY_TIME_ZONE", "UTC"),
        ("FANREPLY_RECORD", "10000"),
        ("FANREPLY_LOG", "fanreply=debug"),
        ("FANREPLY_LOG_FORMAT", "json"),
        ("FANREPLY_ADMIN_PASSWORD", "hunter5"),
        ("FANREPLY_ADMIN_HOSTS", "Console.example.com, [::1],10.0.0.8"),
        ("FANREPLY_TRUSTED_PROXIES", "10.0.0.5, 192.168.0.0/16,2001:db8::/32"),
    ];
    let settings = settings("", &variables);
    assert_eq!(settings.listen.to_string(), "0.0.0.0:80");
    assert_eq!(settings.admin_listen.to_string(), "[::]:81");
    assert!(matches!(&settings.store, Store::Postgres(url) if url.expose_secret().contains("hunter2")));
    assert_eq!(settings.api_base.as_deref(), Some("http://127.0.0.1:9/x"));
    assert_eq!((settings.send_rate, settings.signature_max_age), (0.5, None));
    assert_eq!(settings.zone.iana_name(), Some("UTC"));
    assert_eq!((settings.log.as_str(), settings.log_format), ("fanreply=debug", LogFormat::Json));
    assert_eq!(settings.record, Some(10_000));
    assert_eq!(shown(&settings.admin_password), Some("hunter5"));
    assert_eq!(settings.admin_hosts, ["console.example.com", "::1", "10.0.0.8"]);
    let proxies: Vec<String> = settings.trusted_proxies.iter().map(ToString::to_string).collect();
    assert_eq!(proxies, ["10.0.0.5/32", "192.168.0.0/16", "2001:db8::/32"]);
    let account = &settings.accounts[0];
    assert_eq!(account.id.and_then(UserId::number), Some(1_902_538_057));
    assert_eq!(
        (shown(&account.app_secret), shown(&account.access_token)),
        (Some("hunter3"), Some("hunter4"))
    );
    assert_eq!(account.zone.iana_name(), Some("UTC"));
    let debug = format!("{settings:?}");
    assert!(!debug.contains("hunter"), "{debug}");
}

#[test]
fn accounts_have_their_own_rules_and_zone_or_the_common_ones() {
    let file = "
accounts:
  - name: 咖啡店
    id: 11
    app_secret: ${SHOP_SECRET}
    rules: shop
    time_zone: Asia/Tokyo
  - name: news_2
    app_secret: prefix-${FANREPLY_NEWS}-suffix
store: postgres://fan:${PGPASSWORD}@db/fans
";
    let variables = [("SHOP_SECRET", "s1"), ("FANREPLY_NEWS", "s2"), ("PGPASSWORD", "s3")];
    let case = Case::new(file, &variables);
    let (settings, warnings) = case.load().unwrap();
    let [shop, news] = &settings.accounts[..] else { panic!("{settings:?}") };
    assert_eq!((shop.name.as_str(), shown(&shop.app_secret)), ("咖啡店", Some("s1")));
    assert_eq!(shop.rules, case.folder.path().join("shop"));
    assert_eq!(shop.zone.iana_name(), Some("Asia/Tokyo"));
    assert_eq!((news.name.as_str(), shown(&news.app_secret)), ("news_2", Some("prefix-s2-suffix")));
    assert_eq!((news.rules.as_path(), news.zone.iana_name()), (Path::new("rules"), Some("Asia/Shanghai")));
    assert!(
        matches!(&settings.store, Store::Postgres(url) if url.expose_secret() == "postgres://fan:s3@db/fans")
    );
    assert_eq!(warnings, [], "a variable that the file refers to is known");
}

#[test]
fn faults_of_the_file_have_their_place() {
    let cases: [(&str, &[&str]); 12] = [
        (
            "log: info\nlistn: 127.0.0.1:1\n",
            &["fanreply.yaml:2:1: ", "`listn`", "did you mean `listen`?", "api_base"],
        ),
        ("accounts:\n  - name: a\n    app_secrt: x\n", &["3:5: ", "did you mean `app_secret`?"]),
        ("log: info\nlog: warn\n", &["2:1: ", "`log` stands here twice"]),
        ("log: [a, b]\n", &["1:6: ", "form"]),
        ("accounts: shop\n", &["1:11: ", "form"]),
        ("- listen\n", &["1:1: ", "form"]),
        ("app_secret: @hunter2\n", &["1:13: ", "YAML"]),
        ("app_secret: *hunter2\n", &["1:13: "]),
        ("app_secret: ${UNSET}\n", &["1:13: `app_secret`: the variable UNSET is not set"]),
        ("app_secret: ${hunter2\n", &["1:13: ", "`${` has no `}`"]),
        ("accounts: []\n", &["1:11: `accounts`: list at least one"]),
        ("accounts:\n  - id: 5\n", &["2:5: ", "needs a `name`"]),
    ];
    for (file, parts) in cases {
        let text = fault(file, &[]);
        assert_holds(&text, parts);
        assert!(!text.contains("hunter"), "{text}");
    }
}

#[test]
fn a_file_that_is_named_must_be_there_and_be_text() {
    let missing = Sources { file: Some("/nowhere/f.yaml".into()), ..Sources::default() };
    assert_holds(&load(&missing).unwrap_err().to_string(), &["cannot read /nowhere/f.yaml", "no such file"]);
    let case = Case::new("", &[]);
    fs::write(case.sources.file.as_ref().unwrap(), b"log: \xC4\xE3\n").unwrap();
    assert_holds(&case.fault(), &["not saved as UTF-8"]);
    fs::write(case.sources.file.as_ref().unwrap(), "#".repeat(1 << 21)).unwrap();
    assert_holds(&case.fault(), &["larger than 1024 KB"]);
}

#[test]
fn a_value_that_means_nothing_is_refused_with_what_to_write() {
    let cases = [
        ("FANREPLY_LISTEN", "8080", "write 127.0.0.1:8080"),
        ("FANREPLY_ADMIN_LISTEN", "localhost:1", "no address with a port"),
        ("FANREPLY_SEND_RATE", "0", "between 0.001 and 1000"),
        ("FANREPLY_SEND_RATE", "1000.1", "between 0.001 and"),
        ("FANREPLY_SEND_RATE", "NaN", "between 0.001 and"),
        ("FANREPLY_SEND_RATE", "inf", "between 0.001 and"),
        ("FANREPLY_SIGNATURE_MAX_AGE", "60", "no span of time"),
        ("FANREPLY_TIME_ZONE", "Asia/Shangai", "did you mean `Asia/Shanghai`?"),
        ("FANREPLY_TIME_ZONE", "shanghai", "did you mean `Asia/Shanghai`?"),
        ("FANREPLY_TIME_ZONE", "Asia/Beijing", "did you mean `Asia/Shanghai`?"),
        ("FANREPLY_TIME_ZONE", "UTC+8", "did you mean `Asia/Shanghai`?"),
        ("FANREPLY_TIME_ZONE", "New York", "did you mean `America/New_York`?"),
        ("FANREPLY_RECORD", "on", "write 10000, or off"),
        ("FANREPLY_RECORD", "1000001", "up to 1000000"),
        ("FANREPLY_LOG_FORMAT", "yaml", "text or json"),
        ("FANREPLY_ACCOUNT_ID", "@shop", "no Weibo uid"),
        ("FANREPLY_API_BASE", "api.weibo.com", "https://HOST"),
        ("FANREPLY_API_BASE", "https://u:hunter2@host", "without a password"),
        ("FANREPLY_API_BASE", "https://host/?token=hunter2", "without `?`"),
        ("FANREPLY_API_PLAIN_HTTP", "maybe", "neither yes nor no"),
        ("FANREPLY_ADMIN_HOSTS", "ok.example, https://x", "\"https://x\" is no host name"),
        ("FANREPLY_ADMIN_HOSTS", "x:8081", "without https://, port"),
        ("FANREPLY_TRUSTED_PROXIES", "10.0.0.5,10.0.0.0/99", "\"10.0.0.0/99\" is no address of a proxy"),
        ("FANREPLY_STORE", "mysql://u:hunter2@db", "sqlite:PATH or postgres://"),
        ("FANREPLY_STORE", "sqlite:", "sqlite:PATH"),
        ("FANREPLY_STORE", "sqlite::memory:", "sqlite:PATH"),
        ("FANREPLY_STORE", "sqlite:file:x?mode=memory", "sqlite:PATH"),
        ("FANREPLY_SEND_RATE", "1e-300", "between 0.001 and 1000"),
        ("FANREPLY_LOG", "9", "no level of the log"),
    ];
    for (variable, value, expected) in cases {
        let text = fault("", &[(variable, value)]);
        assert_holds(&text, &[&format!("{variable}: "), expected]);
        assert!(!text.contains("hunter"), "{text}");
    }
    assert_holds(&fault("send_rate: fast\n", &[]), &["fanreply.yaml:1:12: `send_rate`: \"fast\""]);
}

#[test]
fn names_and_ids_of_accounts_are_lawful_and_unique() {
    let cases = [
        ("accounts: [{name: a/b}]", "\"a/b\" cannot stand in an address"),
        ("accounts: [{name: 'a b'}]", "cannot stand in an address"),
        ("accounts: [{name: ..}]", "cannot stand in an address"),
        ("accounts: [{name: a}, {name: b, id: 7}, {name: a}]", "1:48: `name`: two accounts are named \"a\""),
        ("accounts: [{name: a, id: 7}, {name: b, id: 7}]", "1:44: `id`: two accounts have the id 7"),
        ("accounts: [{name: a}, {name: b}]", "at most one may do without"),
        ("accounts: [{name: a, id: x}]", "no Weibo uid"),
    ];
    for (file, expected) in cases {
        assert_holds(&fault(file, &[]), &[expected]);
    }
    let long = format!("accounts: [{{name: {}}}]", "a".repeat(65));
    assert_holds(&fault(&long, &[]), &["at most 64"]);
}

#[test]
fn what_belongs_to_one_account_may_not_stand_beside_a_list() {
    let list = "accounts: [{name: a}]";
    for (variable, value, inside) in [
        ("FANREPLY_APP_SECRET", "hunter2", "`app_secret`"),
        ("FANREPLY_ACCESS_TOKEN_FILE", "/run/token", "`access_token_file`"),
        ("FANREPLY_ACCOUNT_ID", "5", "`id`"),
    ] {
        let text = fault(list, &[(variable, value)]);
        assert_holds(&text, &[&format!("{variable}: this belongs to one account"), "drop it", inside]);
        assert!(!text.contains("hunter"), "{text}");
    }
    assert_holds(&fault("accounts: [{name: a}]\naccess_token: t\n", &[]), &["2:15: `access_token`"]);
    let used = "accounts: [{name: a, app_secret: '${FANREPLY_APP_SECRET}'}]";
    let settings = settings(used, &[("FANREPLY_APP_SECRET", "s")]);
    assert_eq!(shown(&settings.accounts[0].app_secret), Some("s"), "the list itself refers to it");
}

#[test]
fn an_unknown_variable_is_a_warning_with_a_suggestion() {
    let variables = [("FANREPLY_LISTN", "x"), ("FANREPLY_COLOUR_OF_HAIR", "x"), ("HOME", "/root")];
    let (_, warnings) = Case::new("", &variables).load().unwrap();
    let texts: Vec<String> = warnings.iter().map(|warning| warning.message(Lang::En)).collect();
    assert_eq!(
        texts,
        [
            "FANREPLY_COLOUR_OF_HAIR: there is no such setting, so it is ignored",
            "FANREPLY_LISTN: there is no such setting, so it is ignored; did you mean `FANREPLY_LISTEN`?",
        ]
    );
}

#[test]
fn what_container_platforms_inject_is_no_warning() {
    let names = [
        "FANREPLY_PORT",
        "FANREPLY_SERVICE_HOST",
        "FANREPLY_SERVICE_PORT",
        "FANREPLY_SERVICE_PORT_HTTP",
        "FANREPLY_PORT_8080_TCP",
        "FANREPLY_PORT_8080_TCP_ADDR",
        "FANREPLY_ADMIN_SERVICE_HOST",
        "FANREPLY_ADMIN_PORT_8081_TCP_PROTO",
    ];
    let variables: Vec<_> = names.iter().map(|name| (*name, "tcp://10.0.0.1:8080")).collect();
    assert_eq!(Case::new("", &variables).load().unwrap().1, []);
}

#[test]
fn a_rules_folder_that_no_account_uses_is_a_warning() {
    let mut case = Case::new("accounts: [{name: a, rules: x}]", &[]);
    case.sources.rules = Some("y".into());
    let (settings, warnings) = case.load().unwrap();
    assert_eq!(settings.accounts[0].rules, case.folder.path().join("x"));
    assert_holds(&warnings[0].to_string(), &["--rules: not used"]);
}

#[test]
fn the_admin_side_is_never_open_without_a_password() {
    assert_holds(
        &fault("", &[("FANREPLY_ADMIN_LISTEN", "0.0.0.0:8081")]),
        &["FANREPLY_ADMIN_LISTEN: at 0.0.0.0:8081", "FANREPLY_ADMIN_PASSWORD"],
    );
    assert_holds(&fault("admin_listen: '[::]:1'\n", &[]), &["fanreply.yaml:1:15"]);
    settings("", &[("FANREPLY_ADMIN_LISTEN", "0.0.0.0:1"), ("FANREPLY_ADMIN_PASSWORD", "p")]);
    settings("", &[("FANREPLY_ADMIN_LISTEN", "[::ffff:127.0.0.1]:1")]);
    settings("", &[("FANREPLY_ADMIN_LISTEN", "127.8.8.8:1")]);
}

#[test]
fn a_public_address_needs_the_secret_of_every_account() {
    assert_holds(&fault("listen: 0.0.0.0:80\n", &[]), &["1:9: `listen`", "set FANREPLY_APP_SECRET"]);
    let list = "listen: 0.0.0.0:80\naccounts: [{name: a, app_secret: s}, {name: b, id: 7}]\n";
    assert_holds(&fault(list, &[]), &["account \"b\"", "`app_secret`"]);
    settings("listen: 0.0.0.0:80\n", &[("FANREPLY_APP_SECRET", "s")]);
}

#[test]
fn faults_speak_chinese_too() {
    let case = Case::new("log: info\nlistn: x\n", &[]);
    let text = case.load().unwrap_err().message(Lang::Zh);
    assert_holds(&text, &["第 2 行第 1 列：这里没有 `listn` 这个字段；是不是想写 `listen`？"]);
    let case = Case::new("", &[("FANREPLY_SEND_RATE", "快")]);
    assert_holds(&case.load().unwrap_err().message(Lang::Zh), &["FANREPLY_SEND_RATE：“快”不对"]);
    let case = Case::new("app_secret_file: /nowhere\n", &[]);
    assert_holds(&case.load().unwrap_err().message(Lang::Zh), &["无法读取 /nowhere：没有这个文件"]);
}

#[test]
fn a_word_of_the_log_that_is_no_level_is_refused_with_what_is_possible() {
    for level in ["warn", "INFO", "off", "3", "fanreply=debug,hyper=warn,info", " debug "] {
        assert_eq!(settings("", &[("FANREPLY_LOG", level)]).log, level.trim());
    }
    for (written, meant) in [("warning", "warn"), ("debgu", "debug"), ("fanreply=err,info", "error")] {
        let suggestion = format!("did you mean `{meant}`?");
        let parts = ["FANREPLY_LOG", &suggestion, "off, error, warn, info, debug, trace"];
        assert_holds(&fault("", &[("FANREPLY_LOG", written)]), &parts);
        assert_holds(&fault(&format!("log: {written}\n"), &[]), &["fanreply.yaml:1:", "`log`", &suggestion]);
    }
    assert_holds(&fault("", &[("FANREPLY_LOG", "fanreply")]), &["\"fanreply\" is no level"]);
}
