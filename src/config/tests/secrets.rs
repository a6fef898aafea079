//! The laws of secrets in settings: where they may stand, what is no part of them, and that none is shown.

use std::fs;

use super::*;

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
