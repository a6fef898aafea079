//! The laws of settings: which source wins, what is refused, and that no secret is shown.

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
fn a_secret_can_stand_in_a_file() {
    let mut case = Case::new("access_token_file: token\n", &[]);
    fs::write(case.folder.path().join("token"), "t0ken\r\n").unwrap();
    let secret = case.folder.path().join("secret");
    fs::write(&secret, "s3cret\n\n").unwrap();
    let variable = ("FANREPLY_APP_SECRET_FILE".to_owned(), secret.display().to_string());
    case.sources.environment.push(variable);
    let account = &case.settings().accounts[0];
    assert_eq!(shown(&account.app_secret), Some("s3cret"), "line ends are cut");
    assert_eq!(shown(&account.access_token), Some("t0ken"));
    assert_eq!(account.token_file, Some(case.folder.path().join("token")));
}

#[test]
fn a_secret_of_a_higher_source_replaces_both_forms_below() {
    let settings = settings("access_token_file: nowhere\n", &[("FANREPLY_ACCESS_TOKEN", "t")]);
    assert_eq!(shown(&settings.accounts[0].access_token), Some("t"));
    assert_eq!(settings.accounts[0].token_file, None);
}

#[test]
fn a_secret_file_that_cannot_be_used_is_named_but_not_shown() {
    let file = "app_secret_file: secret\n";
    assert_eq!(
        fault("app_secret_file: ./secret\n", &[]),
        "fanreply.yaml:1:18: `app_secret_file`: cannot read ./secret: there is no such file"
    );
    for (content, expected) in [
        (&b"\n"[..], "secret is empty"),
        (b" \n", "secret is empty"),
        (b"hunter2\xFF", "secret is not saved as UTF-8"),
        (&[b'x'; 70_000], "secret is larger than 64 KB"),
    ] {
        let case = Case::new(file, &[]);
        fs::write(case.folder.path().join("secret"), content).unwrap();
        let fault = case.fault();
        assert_holds(&fault, &["fanreply.yaml:1:18", expected]);
        assert!(!fault.contains("hunter"), "{fault}");
    }
    assert_holds(
        &fault("", &[("FANREPLY_STORE_FILE", "/nowhere/at/all")]),
        &["FANREPLY_STORE_FILE: cannot read /nowhere/at/all"],
    );
}

#[test]
fn a_blank_is_no_secret_and_no_part_of_one() {
    for (key, content, good) in [
        ("app_secret", "hunter2 \n", false),
        ("app_secret", "hunter 2", false),
        ("access_token", "\thunter2", false),
        ("admin_password", " hunter2", false),
        ("admin_password", "hunter 2\r\n", true),
        ("access_token", "hunter2\n", true),
    ] {
        let case = Case::new(&format!("{key}_file: secret\n"), &[]);
        fs::write(case.folder.path().join("secret"), content).unwrap();
        let variable = format!("FANREPLY_{}", key.to_ascii_uppercase());
        if good {
            case.settings();
            settings("", &[(&variable, content)]);
            continue;
        }
        for text in [case.fault(), fault("", &[(&variable, content)])] {
            assert_holds(&text, &["there is a blank in this secret"]);
            assert!(!text.contains("hunter"), "{text}");
        }
    }
}

#[test]
fn a_secret_in_the_place_of_its_path_is_not_shown() {
    for secret in ["5ecre70f", "2.00hunter2", "postgres://u:hunter2@h/db"] {
        let text = fault("", &[("FANREPLY_STORE_FILE", secret)]);
        assert_holds(&text, &["FANREPLY_STORE_FILE: there is no such file"]);
        assert!(!text.contains(secret), "{text}");
    }
}

#[test]
fn a_variable_without_its_braces_is_no_secret() {
    let text = fault("app_secret: $HUNTER_2\n", &[("HUNTER_2", "s3cret")]);
    assert_holds(&text, &["fanreply.yaml:1:13: `app_secret`", "${NAME}"]);
    assert!(!text.contains("HUNTER"), "it may be the secret itself: {text}");
    assert!(settings("admin_password: $ecret\n", &[]).admin_password.is_some());
}

#[test]
fn a_secret_in_both_forms_is_refused() {
    let both = [("FANREPLY_APP_SECRET", "hunter2"), ("FANREPLY_APP_SECRET_FILE", "/run/secret")];
    let text = fault("", &both);
    assert_holds(&text, &["FANREPLY_APP_SECRET_FILE: FANREPLY_APP_SECRET is set too"]);
    assert!(!text.contains("hunter2"));
    assert_holds(
        &fault("admin_password: a\nadmin_password_file: b\n", &[]),
        &["2:22", "admin_password is set too"],
    );
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
fn a_token_travels_in_plain_text_only_where_that_is_allowed() {
    let base = |base| ("FANREPLY_API_BASE", base);
    let token = ("FANREPLY_ACCESS_TOKEN", "hunter2");
    let text = fault("", &[base("http://gateway/weibo"), token]);
    assert_holds(&text, &["FANREPLY_API_BASE: http://gateway/weibo", "FANREPLY_API_PLAIN_HTTP=yes"]);
    assert!(!text.contains("hunter"), "{text}");
    let allowed = settings("api_plain_http: true\n", &[base("http://gateway/weibo"), token]);
    assert!(allowed.api_plain_http);
    for harmless in ["http://localhost:9", "http://127.0.0.1:9/x", "https://gateway"] {
        settings("", &[base(harmless), token]);
    }
    settings("", &[base("http://gateway")]);
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
fn a_mark_that_an_editor_puts_before_a_text_is_no_part_of_a_secret() {
    let case = Case::new(
        "\u{FEFF}app_secret_file: secret\naccess_token_file: token\nadmin_password: \"\u{FEFF}pass\"\n",
        &[],
    );
    fs::write(case.folder.path().join("secret"), "\u{FEFF}1234567890abcdef\r\n").unwrap();
    fs::write(case.folder.path().join("token"), "\u{FEFF}2.00abcd\n").unwrap();
    let settings = case.settings();
    let account = &settings.accounts[0];
    assert_eq!(shown(&account.app_secret), Some("1234567890abcdef"));
    assert_eq!(shown(&account.access_token), Some("2.00abcd"));
    assert_eq!(shown(&settings.admin_password), Some("pass"));
}

#[test]
fn a_secret_in_a_pipe_that_nobody_fills_hangs_no_start() {
    let case = Case::new("app_secret_file: ./pipe\n", &[]);
    let made = std::process::Command::new("mkfifo").arg(case.folder.path().join("pipe")).status().unwrap();
    assert!(made.success());
    assert_holds(&case.fault(), &["cannot read ./pipe: it is not an ordinary file", "app_secret_file"]);
}

#[test]
fn a_secret_that_others_can_guess_or_read_is_a_warning() {
    use std::os::unix::fs::PermissionsExt;
    let case = Case::new("listen: 0.0.0.0:0\napp_secret_file: secret\n", &[]);
    let (folder, file) = (case.folder.path().to_owned(), case.folder.path().join("secret"));
    fs::write(&file, "x").unwrap();
    let modes = |of_folder, of_file| {
        fs::set_permissions(&folder, fs::Permissions::from_mode(of_folder)).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(of_file)).unwrap();
        case.load().unwrap().1
    };
    let short = |warning: &SettingsWarning| matches!(warning, SettingsWarning::ShortSecret { .. });
    let open = |warning: &SettingsWarning| matches!(warning, SettingsWarning::OpenSecretFile { .. });
    let warnings = modes(0o755, 0o644);
    assert!(warnings.iter().any(short) && warnings.iter().any(open), "{warnings:?}");
    for warning in warnings {
        assert_ne!(warning.message(Lang::En), warning.message(Lang::Zh));
    }
    for (of_folder, of_file) in [(0o700, 0o644), (0o755, 0o600)] {
        assert!(!modes(of_folder, of_file).iter().any(open), "{of_folder:o} {of_file:o}");
    }
    fs::write(&file, "1234567890abcdef").unwrap();
    assert_eq!(case.load().unwrap().1, []);
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
