//! `fanreply serve`: starts the app, and stops it when a signal says so.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, anyhow};
use clap::{ArgMatches, Command};
use jiff::tz::TimeZone;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tokio::signal::unix::{SignalKind, signal};
use tracing::{error, info, warn};

use super::core_dump;
use super::page::{err, out};
use super::session::{Session, holds_rules, shown};
use super::{CommandResult, causes, examples, switch};
use crate::app::{App, Options, StartFault};
use crate::config::Settings;
use crate::http::server::Limits;
use crate::language::diagnostic::render::render_all;
use crate::platform::route::{Proxy, proxy};
use crate::reload::LiveRules;
use crate::reload::report::{Report, ServedFrom};
use crate::telemetry::{Log, LogFormat, log_panics, start_logging};
use crate::view::diagnostic::LocalizedDiagnostic;
use crate::words::lang::Lang;
use crate::words::log::{self, said};
use crate::words::texts::Localize;

pub fn command(lang: Lang) -> Command {
    Command::new("serve")
        .about(lang.pick("Run the appliance", "运行服务"))
        .arg(switch(
            "strict",
            lang.pick("Do not start on a broken rules folder", "规则文件夹有错误时不启动"),
        ))
        .after_help(examples(
            lang,
            "  fanreply serve\n  FANREPLY_APP_SECRET_FILE=/run/secrets/app FANREPLY_LISTEN=0.0.0.0:8080 fanreply serve",
        ))
}

pub fn run(session: &Session, matches: &ArgMatches) -> CommandResult {
    log::speak(session.lang);
    let forbidden = core_dump::forbid();
    let loaded = session.settings_and_warnings(true);
    let format =
        loaded.as_ref().map_or_else(|_| format_in_environment(), |(settings, _)| settings.log_format);
    let filter = loaded.as_ref().map_or("info", |(settings, _)| settings.log.as_str());
    let zone = loaded.as_ref().map_or(TimeZone::UTC, |(settings, _)| settings.zone.clone());
    let (log, started) = match start_logging(filter, format, zone) {
        Ok(log) => (Some(log), Ok(())),
        Err(fault) => (None, Err(fault)),
    };
    let teller = Teller { session, in_json: format == LogFormat::Json && log.is_some(), log };
    teller.outcome(loaded.and_then(|(settings, warnings)| {
        started?;
        log_panics();
        if let Err(fault) = forbidden {
            let why = fault.localized(session.lang);
            warn!(
                "{}",
                said(
                    format!(
                        "core dumps cannot be forbidden ({why}); a crash could leave secrets on the disk"
                    ),
                    format!("无法禁止核心转储（{why}）：程序崩溃时，密钥可能会留在磁盘上")
                )
            );
        }
        warnings.iter().for_each(|warning| teller.warn(warning));
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let outcome = runtime.block_on(serve(&teller, settings, matches.get_flag("strict")));
        // a load of the rules that is still going on keeps nobody waiting: nothing of it serves yet
        runtime.shutdown_background();
        outcome
    }))
}

/// The format of the log where the settings cannot be read: a log that machines read is asked for by the environment.
fn format_in_environment() -> LogFormat {
    let is_json = std::env::var("FANREPLY_LOG_FORMAT").is_ok_and(|format| format.trim() == "json");
    if is_json { LogFormat::Json } else { LogFormat::Text }
}

/// Signals that mean nothing to us.
const IGNORED: [fn() -> SignalKind; 3] =
    [SignalKind::user_defined1, SignalKind::user_defined2, SignalKind::alarm];

async fn serve(teller: &Teller<'_>, settings: Settings, strict: bool) -> CommandResult {
    let session = teller.session;
    let mut terminate = signal(SignalKind::terminate()).context("SIGTERM")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT")?;
    let mut hangup = signal(SignalKind::hangup()).context("SIGHUP")?;
    // kept to the end: what is not listened to ends the process without a drain
    let _ignored = IGNORED.map(|kind| signal(kind()));
    let facts = Facts::of(&settings);
    let limits = Limits::within(open_files());
    let options = Options { lang: session.lang, limits, ..Options::default() };
    let started = tokio::select! {
        started = App::start(settings, options) => started,
        _ = terminate.recv() => return Ok(ExitCode::SUCCESS),
        _ = interrupt.recv() => return Ok(ExitCode::SUCCESS),
    };
    let app = started.map_err(|fault| match fault {
        StartFault::Rules(_) if holds_rules(Path::new(".")) => session.fault(
            format!(
                "{}\nor is it this folder that holds your rules? then: fanreply serve --rules .",
                fault.message(session.lang)
            ),
            format!(
                "{}\n您的规则就在当前文件夹里吗？那就运行：fanreply serve --rules .",
                fault.message(session.lang)
            ),
        ),
        fault => anyhow!("{}", fault.message(session.lang)),
    })?;
    let broken = app.folders.iter().filter(|folder| teller.tell_faults(folder)).count();
    if strict && broken > 0 {
        app.stop().await;
        return Ok(ExitCode::FAILURE);
    }
    teller.welcome(&facts, &app);
    loop {
        tokio::select! {
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            _ = hangup.recv() => {
                info!("{}", said("SIGHUP: looking at the rules", "收到 SIGHUP：重新读取规则"));
                app.reload().await;
            }
        }
    }
    info!("{}", said("stopping", "正在停止"));
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

/// Tells an operator what he must know at the start: on the screen, or where the log is read by machines, as
/// lines of it.
struct Teller<'s> {
    session: &'s Session,
    in_json: bool,
    /// Written to its end when the teller is dropped, last of all.
    log: Option<Log>,
}

impl Teller<'_> {
    /// Reports a fault that ends the program: as a line of the log where machines read it.
    fn outcome(&self, outcome: CommandResult) -> CommandResult {
        match outcome {
            Err(fault) if self.in_json && tracing::enabled!(tracing::Level::ERROR) => {
                error!("{}", causes(&fault, self.session.lang));
                Ok(ExitCode::FAILURE)
            }
            outcome => outcome,
        }
    }

    fn warn(&self, text: &str) {
        match self.in_json {
            true => warn!("{text}"),
            false => self.say(&self.session.page().warning(text)),
        }
    }

    fn error(&self, text: &str) {
        match self.in_json {
            true => error!("{text}"),
            false => self.say(&self.session.page().error(text)),
        }
    }

    /// To stderr, in its turn among the lines of the log.
    fn say(&self, text: &str) {
        match &self.log {
            Some(log) => log.say(text),
            None => err!("{text}"),
        }
    }

    /// Tells what is wrong with a folder; whether anything is.
    fn tell_faults(&self, folder: &LiveRules) -> bool {
        let report = folder.report();
        self.tell_diagnostics(&report);
        beside(self.session, folder.folder(), &report).iter().for_each(|text| self.error(text));
        !report.is_good()
    }

    fn tell_diagnostics(&self, report: &Report) {
        let lang = self.session.lang;
        if !self.in_json {
            let colours = self.session.page().colours;
            for text in render_all(&report.diagnostics, &report.sources, lang, colours) {
                self.say(&text);
            }
            return;
        }
        for diagnostic in &report.diagnostics {
            let LocalizedDiagnostic { code, file, line, column, message, help, .. } =
                LocalizedDiagnostic::of(diagnostic, lang);
            match diagnostic.is_error() {
                true => error!(code, file, line, column, help, "{message}"),
                false => warn!(code, file, line, column, help, "{message}"),
            }
        }
    }

    /// The first screen; in a log that machines read, what is missing in the settings.
    fn welcome(&self, facts: &Facts, app: &App) {
        match self.in_json {
            true => facts.missing(self.session, app).iter().for_each(|text| self.warn(text)),
            false => out!("{}", facts.screen(self.session, app)),
        }
    }
}

/// Everything that a look at a folder found wrong or doubtful and, where it is broken, what answers meanwhile.
pub fn faults(session: &Session, folder: &Path, report: &Report) -> Vec<String> {
    let page = session.page();
    let mut texts = render_all(&report.diagnostics, &report.sources, session.lang, page.colours);
    texts.extend(beside(session, folder, report).iter().map(|text| page.error(text)));
    texts
}

/// What is wrong beside the files themselves and, where the folder is broken, what answers meanwhile.
fn beside(session: &Session, folder: &Path, report: &Report) -> Vec<String> {
    // what is only doubtful is a line of the log
    let broken = report.troubles.iter().filter(|trouble| !trouble.is_warning());
    let mut texts: Vec<String> = broken.map(|trouble| trouble.message(session.lang)).collect();
    let state = match report.origin {
        _ if report.is_good() => return texts,
        ServedFrom::Folder | ServedFrom::Restored => {
            session.say("the former rules answer until it is repaired", "在修好之前，继续使用原来的规则")
        }
        ServedFrom::LastGood => session
            .say("the last good rules serve until it is repaired", "在修好之前，先使用上一套可用的规则"),
        ServedFrom::Nothing => {
            session.say("nothing is answered until it is repaired", "在修好之前，不会回复任何消息")
        }
    };
    let folder = shown(folder);
    texts.push(session.say(
        format!("the rules folder {folder} is broken: {state}"),
        format!("规则文件夹 {folder} 有错误：{state}"),
    ));
    texts
}

/// What an operator must know of a proxy that he may have set for something else.
pub fn on_the_way(session: &Session, Proxy { address, sees_token }: &Proxy) -> String {
    let sees = match sees_token {
        true => session.say("it can read the access token", "它能看到 access token"),
        false => {
            session.say("over TLS, so it cannot read the access token", "使用 TLS，它看不到 access token")
        }
    };
    session.say(
        format!("calls to the platform go through the proxy {address} of the environment ({sees}); NO_PROXY leaves it out"),
        format!("调用平台接口时会经过环境变量里的代理 {address}（{sees}）；不想经过它，请设置 NO_PROXY"),
    )
}

/// What the first screen tells of the settings.
struct Facts {
    data: String,
    sends: bool,
    proxy: Option<Proxy>,
    record: Option<u32>,
}

impl Facts {
    fn of(settings: &Settings) -> Self {
        let sends = settings.accounts.iter().any(|account| account.access_token.is_some());
        Self {
            data: shown(&settings.data),
            sends,
            proxy: sends.then(|| proxy(settings.api_base.as_deref())).flatten(),
            record: settings.record,
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
        if let Some(most) = self.record {
            let text = session.say(
                format!("the last {most} messages are kept, with what fans wrote"),
                format!("保留最近 {most} 条消息，包括粉丝写的内容"),
            );
            lines.push(page.row(session.say("recording", "记录消息"), &text));
        }
        lines.push(String::new());
        lines.extend(self.notes(session, app));
        lines.join("\n")
    }

    /// What should be set before going live, and is not; and what stands on the way to the platform.
    fn missing(&self, session: &Session, app: &App) -> Vec<String> {
        let mut missing = Vec::new();
        if app.uses_development_secret {
            let kept = format!("{}/{}", self.data, crate::data_dir::secret::SECRET_FILE);
            missing.push(session.say(
                format!("no AppSecret is set: a development secret is used, kept in {kept}; set FANREPLY_APP_SECRET before going live"),
                format!("没有设置 AppSecret：正在使用开发密钥（保存在 {kept}）；正式使用前请设置 FANREPLY_APP_SECRET"),
            ));
        }
        if !self.sends {
            let text = session.say(
                "no access token is set: nothing is sent by the customer-service interface; set FANREPLY_ACCESS_TOKEN",
                "没有设置 access token：不会通过客服接口发送消息；需要时请设置 FANREPLY_ACCESS_TOKEN",
            );
            missing.push(text.to_owned());
        }
        missing.extend(self.proxy.as_ref().map(|proxy| on_the_way(session, proxy)));
        missing
    }

    fn notes(&self, session: &Session, app: &App) -> Vec<String> {
        let page = session.page();
        let mut lines: Vec<String> =
            self.missing(session, app).iter().map(|text| page.warning(text)).collect();
        lines.push(String::new());
        lines.push(page.row(session.say("try it", "试一试"), "fanreply push 你好"));
        lines.push(page.row(
            session.say("change it", "改一改"),
            session.say(
                "edit a file of the rules folder, save, and push again",
                "修改规则文件夹里的文件，保存，再 push 一次",
            ),
        ));
        lines.push(page.row(session.say("stop it", "停止"), "Ctrl-C"));
        lines
    }
}
