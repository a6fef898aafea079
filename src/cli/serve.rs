//! `fanreply serve`: runs the appliance until it is told to stop. It waits for signals; everything else is
//! the app's.

use std::process::ExitCode;

use anyhow::{Context, anyhow};
use clap::{Arg, ArgAction, ArgMatches, Command};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};
use tracing::info;

use super::Outcome;
use super::page::{err, out};
use super::session::{Session, shown};
use crate::app::{App, Options};
use crate::config::Settings;
use crate::http::server::Limits;
use crate::model::lang::Lang;
use crate::reload::LiveRules;
use crate::reload::report::Origin;
use crate::rules::diagnostic::render::render_all;
use crate::telemetry::start_logging;

pub fn command(lang: Lang) -> Command {
    Command::new("serve")
        .about(lang.pick("Run the appliance", "运行服务"))
        .arg(
            Arg::new("strict")
                .long("strict")
                .action(ArgAction::SetTrue)
                .help(lang.pick("Do not start on a broken rules folder", "规则文件夹有错误时不启动")),
        )
        .after_help(lang.pick(
            "Examples:\n  fanreply serve\n  FANREPLY_APP_SECRET_FILE=/run/secrets/app FANREPLY_LISTEN=0.0.0.0:8080 fanreply serve",
            "例子：\n  fanreply serve\n  FANREPLY_APP_SECRET_FILE=/run/secrets/app FANREPLY_LISTEN=0.0.0.0:8080 fanreply serve",
        ))
}

pub fn run(session: &Session, matches: &ArgMatches) -> Outcome {
    let settings = session.settings(true)?;
    start_logging(&settings.log, settings.log_format)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(serve(session, settings, matches.get_flag("strict")))
}

async fn serve(session: &Session, settings: Settings, strict: bool) -> Outcome {
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT")?;
    let mut hangup = signal(SignalKind::hangup()).context("SIGHUP")?;
    let facts = Facts::of(&settings);
    let limits = Limits::within(open_files());
    let options = Options { lang: session.lang, limits, ..Options::default() };
    let app =
        App::start(settings, options).await.map_err(|fault| anyhow!("{}", fault.message(session.lang)))?;
    let broken = app.folders.iter().filter(|folder| show_faults(session, folder)).count();
    if strict && broken > 0 {
        app.stop().await;
        return Ok(ExitCode::FAILURE);
    }
    out!("{}", facts.screen(session, &app));
    loop {
        tokio::select! {
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            _ = hangup.recv() => {
                info!("SIGHUP: looking at the rules");
                app.reload().await;
            }
        }
    }
    info!("stopping");
    app.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// How many files may be open: as many as the system lets us ask for, since most start us with fewer.
fn open_files() -> usize {
    let limit = getrlimit(Resource::Nofile);
    let raised = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit });
    let files = if raised.is_ok() { limit.maximum } else { limit.current };
    files.map_or(usize::MAX, |files| usize::try_from(files).unwrap_or(usize::MAX))
}

/// Shows what is wrong with a folder; whether anything is.
fn show_faults(session: &Session, folder: &LiveRules) -> bool {
    let report = folder.report();
    let page = session.page();
    for text in render_all(&report.diagnostics, &report.sources, session.lang, page.colours) {
        err!("{text}");
    }
    for trouble in &report.troubles {
        err!("{}", page.error(&trouble.message(session.lang)));
    }
    let state = match report.origin {
        _ if report.is_good() => return false,
        Origin::LastGood => session
            .say("the last good rules serve until it is repaired", "在修好之前，先使用上一套可用的规则"),
        _ => session.say("nothing is answered until it is repaired", "在修好之前，不会回复任何消息"),
    };
    let folder = shown(folder.folder());
    let text = session.say(
        format!("the rules folder {folder} is broken: {state}"),
        format!("规则文件夹 {folder} 有错误：{state}"),
    );
    err!("{}", page.error(&text));
    true
}

/// What the first screen tells of the settings.
struct Facts {
    data: String,
    sends: bool,
}

impl Facts {
    fn of(settings: &Settings) -> Self {
        Self {
            data: shown(&settings.data),
            sends: settings.accounts.iter().any(|account| account.access_token.is_some()),
        }
    }

    /// Where everything is and what to do next, on one screen.
    fn screen(&self, session: &Session, app: &App) -> String {
        let page = session.page();
        let mut lines = vec![page.strong(&format!("fanreply {}", env!("CARGO_PKG_VERSION"))), String::new()];
        lines.push(
            page.row(
                session.say("callback", "回调地址"),
                &format!("http://{}/callback", app.listening.public),
            ),
        );
        lines.push(page.row(session.say("admin", "管理地址"), &format!("http://{}/", app.listening.admin)));
        for folder in &app.folders {
            let (path, rules) = (shown(folder.folder()), folder.report().rules);
            let text = session.say(format!("{path} ({rules} rules)"), format!("{path}（{rules} 条规则）"));
            lines.push(page.row(session.say("rules", "规则"), &text));
        }
        lines.push(page.row(session.say("data", "数据"), &self.data));
        lines.push(String::new());
        lines.extend(self.notes(session, app));
        lines.join("\n")
    }

    fn notes(&self, session: &Session, app: &App) -> Vec<String> {
        let page = session.page();
        let mut lines = Vec::new();
        if app.uses_development_secret {
            let kept = format!("{}/{}", self.data, crate::store::development::SECRET_FILE);
            lines.push(page.warning(&session.say(
                format!("no AppSecret is set: a development secret is used, kept in {kept}; set FANREPLY_APP_SECRET before going live"),
                format!("没有设置 AppSecret：正在使用开发密钥（保存在 {kept}）；正式使用前请设置 FANREPLY_APP_SECRET"),
            )));
        }
        if !self.sends {
            lines.push(page.warning(session.say(
                "no access token is set: nothing is sent by the customer-service interface; set FANREPLY_ACCESS_TOKEN",
                "没有设置 access token：不会通过客服接口发送消息；需要时请设置 FANREPLY_ACCESS_TOKEN",
            )));
        }
        let next = |name: &str, text: &str| page.row(name, text);
        lines.push(String::new());
        lines.push(next(session.say("try it", "试一试"), "fanreply push 你好"));
        lines.push(next(
            session.say("change it", "改一改"),
            session.say(
                "edit a file of the rules folder, save, and push again",
                "修改规则文件夹里的文件，保存，再 push 一次",
            ),
        ));
        lines.push(next(session.say("stop it", "停止"), "Ctrl-C"));
        lines
    }
}
