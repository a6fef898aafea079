//! `fanreply chat`: a conversation with the rules in the terminal. The folder is read again before each message, and
//! watched while nobody types. Time passes only when it is told to. Nothing is sent to anybody, and nothing is kept but
//! the lines that were typed.

mod command;
mod conversation;
mod input;
mod news;
mod shown;

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, anyhow};
use clap::{ArgMatches, Command as Arguments};
use jiff::Timestamp;
use rustyline::ExternalPrinter;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use super::check::{counted, folder_argument};
use super::explain::shown::Shown as Explained;
use super::menu::lines::lines as menu_lines;
use super::page::{self, out};
use super::session::{Session, shown as shown_path};
use super::{CommandResult, account, message, moment};
use crate::advice::lint::unknown_on;
use crate::app::surroundings;
use crate::engine::ruleset::RuleSet;
use crate::language;
use crate::language::diagnostic::Fault;
use crate::model::id::UserId;
use crate::model::menu::{Button, Menu, Press};
use crate::model::message::{Content, Event};
use crate::reload::LiveRules;
use crate::reload::watch::Pace;
use crate::schedule::calendar::Moment;
use crate::store::Store;
use crate::telemetry::Metrics;
use crate::words::lang::Lang;
use crate::words::nearest::nearest;
use command::Command;
use conversation::{Conversation, Happening, Partners};
use input::{Input, Typed};
use news::News;
use shown::{Shown, help, note};

pub fn command(lang: Lang) -> Arguments {
    Arguments::new("chat")
        .about(lang.pick("Talk with the rules in the terminal", "在终端里和规则对话"))
        .arg(folder_argument(lang))
        .arg(moment::argument(lang))
        .arg(account::argument(lang))
        .arg(message::sender_argument(lang))
        .after_help(lang.pick(
            "Write what a fan would write; /help lists what else a fan can do: /follow, /menu KEY, /scan 42, …\nThe rules are read again when a file changes. Follow-ups come with /later 2h.\n\nExamples:\n  fanreply chat\n  fanreply chat my-rules --at 22:30\n  printf '你好\\n/follow\\n/later 2h\\n' | fanreply chat my-rules",
            "直接输入粉丝会说的话；/help 列出粉丝还能做什么：/follow、/menu KEY、/scan 42……\n文件一改，规则就重新读取；跟进消息用 /later 2小时 来看。\n\n例子：\n  fanreply chat\n  fanreply chat my-rules --at 22:30\n  printf '你好\\n/follow\\n/later 2小时\\n' | fanreply chat my-rules",
        ))
}

pub fn run(session: &Session, matches: &ArgMatches) -> CommandResult {
    let settings = session.settings(false)?;
    let account = account::named(session, &settings, matches)?;
    let folder = &session.rules_folder(matches, &account.rules);
    let partners = Partners {
        account: account.id.unwrap_or(UserId::SOMEBODY),
        account_name: account.name.clone(),
        sender: message::sender(session, matches, account.profile)?,
        zone: account.zone.clone(),
        profile: account.profile,
    };
    // the store keeps milliseconds: whole seconds stay exact
    let now = Timestamp::from_second(moment::given(session, matches, &account.zone)?.as_second())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
    let surroundings = surroundings(&settings, folder);
    let opening = LiveRules::open(folder, None, surroundings, language::load, Metrics::new());
    let rules = runtime.block_on(opening).map_err(|fault| anyhow!("{}", fault.message(session.lang)))?;
    let store = Store::in_memory().map_err(|fault| anyhow!("{}", fault.message(session.lang)))?;
    let news = Arc::new(News::new(rules.clone(), session.clone()));
    let prompt = ("> ".to_owned(), session.page().strong("> "));
    let input = Input::open(&settings.data, rules.clone(), prompt)
        .context(session.say("the terminal cannot be used", "无法使用终端"))?;
    let conversation = Conversation::new(partners, store, now);
    let chat = Chat {
        session,
        runtime,
        rules: rules.clone(),
        news,
        conversation,
        input,
        hinted: false,
        unknown_year: None,
    };
    chat.run(account.access_token.is_some())?;
    Ok(if rules.snapshot().is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A conversation under way.
struct Chat<'a> {
    session: &'a Session,
    runtime: Runtime,
    rules: Arc<LiveRules>,
    news: Arc<News>,
    conversation: Conversation,
    input: Input,
    /// A person was told how to let time pass.
    hinted: bool,
    /// The year of which it was told last that its holidays are not known.
    unknown_year: Option<i16>,
}

impl Chat<'_> {
    /// Talks until the end of the input.
    fn run(mut self, sends: bool) -> anyhow::Result<()> {
        if self.input.is_terminal() {
            self.greet(sends);
        }
        self.tell_news();
        let stop = CancellationToken::new();
        let _stop = stop.clone().drop_guard();
        if let Some(printer) = self.input.printer() {
            self.runtime.spawn(self.rules.clone().watch(Pace::default(), stop.clone()));
            self.runtime.spawn(stop.run_until_cancelled_owned(tell_changes(self.news.clone(), printer)));
        }
        let mut is_ending = false;
        loop {
            let line = match self.input.next()? {
                Typed::Line(line) => line,
                // the first drops the line, the second ends: nobody types two by accident
                Typed::Interrupt if !is_ending => {
                    is_ending = true;
                    let hint = self.session.say("Ctrl-C once more ends", "再按一次 Ctrl-C 结束");
                    out!("{}", self.session.page().dim(hint));
                    continue;
                }
                Typed::Interrupt | Typed::End => break,
            };
            is_ending = false;
            let line = line.trim_start_matches('\u{FEFF}').trim_end_matches(['\n', '\r']);
            if !line.trim().is_empty() && !self.take(line)? {
                return Ok(());
            }
        }
        if self.input.is_terminal() {
            out!("{}", self.session.say("bye", "再见"));
        }
        Ok(())
    }

    /// What a conversation begins with on a terminal.
    fn greet(&self, sends: bool) {
        let (session, page) = (self.session, self.session.page());
        let (folder, rules) = (shown_path(self.rules.folder()), self.rules.report().rules);
        let Conversation { now, partners, .. } = &self.conversation;
        let now = moment::of_a_day(*now, &partners.zone, session.lang);
        let head = session.say(
            format!("{folder}: {} · it is {now}", counted(rules, "rule")),
            format!("{folder}：{rules} 条规则 · 现在是 {now}"),
        );
        out!("{}", page.strong(&head));
        let dim = |text| out!("{}", page.dim(text));
        dim(session.say(
            "Write what a fan would write; /help lists what else he can do, Ctrl-D ends.",
            "输入粉丝会说的话；/help 看还能做什么，Ctrl-D 结束。",
        ));
        let promises = self.rules.snapshot().is_some_and(|rules| rules.promises());
        if promises && !sends {
            dim(session.say(
                "No access token is set: the server would send only what answers at once.",
                "没有设置 access token：真正运行时只会发出当场的回复，跟进消息发不出去。",
            ));
        }
        out!("");
    }

    fn tell_news(&self) {
        if let Some(news) = self.news.since() {
            out!("{news}");
        }
    }

    /// Does what a line asks for; false at the end.
    fn take(&mut self, line: &str) -> anyhow::Result<bool> {
        let (lang, page) = (self.session.lang, self.session.page());
        let zone = &self.conversation.partners.zone;
        let command = match command::read(line, self.conversation.now, zone, lang) {
            Ok(command) => command,
            Err(fault) => {
                out!("{}", page.bad(&fault));
                return Ok(true);
            }
        };
        match command {
            Command::Quit => return Ok(false),
            Command::Help => out!("{}", help(page)),
            command => self.talk(command)?,
        }
        Ok(true)
    }

    /// What needs rules: those that are in the folder now.
    fn talk(&mut self, command: Command) -> anyhow::Result<()> {
        self.runtime.block_on(self.rules.reload());
        let news = self.news.since();
        if let Some(news) = &news {
            out!("{news}");
        }
        let (session, page) = (self.session, self.session.page());
        let Some(rules) = self.rules.snapshot() else {
            let text =
                session.say("no rules are in service, so nothing is answered", "没有可用的规则，不会回复");
            out!("{}", page.bad(text));
            return Ok(());
        };
        match command {
            Command::Hear(content) => self.hear(content, &rules),
            Command::Press(key) => self.press(&key, &rules),
            Command::ShowMenu => {
                match rules.menu() {
                    Some(menu) => menu_lines(menu, session.lang).iter().for_each(|line| out!("{line}")),
                    None => out!("{}", note(page, session.say("the rules have no menu", "规则里没有菜单"))),
                }
                Ok(())
            }
            Command::Later(span) => {
                let until = self.conversation.now.saturating_add(span)?;
                self.pass(until, &rules)
            }
            Command::At(at) => self.pass(at, &rules),
            Command::Why => {
                out!("{}", self.why(&rules));
                Ok(())
            }
            _ => {
                if news.is_none() {
                    out!("{}", note(page, session.say("nothing has changed", "没有变化")));
                }
                Ok(())
            }
        }
    }

    fn hear(&mut self, content: Content, rules: &RuleSet) -> anyhow::Result<()> {
        let happenings = self.runtime.block_on(self.conversation.hear(content, rules))?;
        self.show(&happenings, rules);
        self.tell_unknown_holidays(rules);
        let promises = happenings.iter().any(|happening| matches!(happening, Happening::Promised(_)));
        if promises && self.input.is_terminal() && !std::mem::replace(&mut self.hinted, true) {
            let hint = self.session.say("/later 2h lets that time pass", "输入 /later 2小时，快进两个小时");
            out!("{}", note(self.session.page(), hint));
        }
        Ok(())
    }

    /// A button may be named by its key, or by what stands on it.
    fn press(&mut self, key: &str, rules: &RuleSet) -> anyhow::Result<()> {
        let (session, page) = (self.session, self.session.page());
        let buttons = rules.menu().map(|menu| menu.buttons.as_slice()).unwrap_or_default();
        if let Some(Button { press: Press::Items(items), .. }) =
            buttons.iter().find(|button| button.name == key)
        {
            let opened = Menu { buttons: items.clone() };
            menu_lines(&opened, session.lang).iter().for_each(|line| out!("{line}"));
            return Ok(());
        }
        let leaves = || rules.menu().into_iter().flat_map(Menu::leaves);
        let by_key = leaves().find(|button| matches!(&button.press, Press::Click(own) if own == key));
        let event = match by_key.or_else(|| leaves().find(|button| button.name == key)).map(|own| &own.press)
        {
            Some(Press::Click(key)) => Event::Click(key.clone()),
            Some(Press::Link(url)) => Event::View(url.clone()),
            _ => {
                let names = leaves().flat_map(|button| [Some(button.name.as_str()), key_of(button)]);
                let meant = nearest(key, names.flatten());
                let meant = meant.map(|name| {
                    session.say(format!("; did you mean {name}?"), format!("，是不是想点“{name}”？"))
                });
                let meant = meant.unwrap_or_default();
                let text = session.say(
                    format!("the menu has no button {key}{meant}"),
                    format!("菜单里没有“{key}”这个按钮{meant}"),
                );
                out!("{}", note(page, &text));
                Event::Click(key.to_owned())
            }
        };
        self.hear(Content::Event(event), rules)
    }

    /// Time passes, or the clock is set back.
    fn pass(&mut self, until: Timestamp, rules: &RuleSet) -> anyhow::Result<()> {
        let happenings = self.runtime.block_on(self.conversation.pass(until, rules))?;
        self.conversation.now = until;
        self.show(&happenings, rules);
        let now = moment::of_a_day(until, &self.conversation.partners.zone, self.session.lang);
        let text = self.session.say(format!("it is {now}"), format!("现在是 {now}"));
        out!("{}", note(self.session.page(), &text));
        self.tell_unknown_holidays(rules);
        Ok(())
    }

    /// That the holidays of this year are not known by which a rule goes: once a year.
    fn tell_unknown_holidays(&mut self, rules: &RuleSet) {
        let today = Moment::of(self.conversation.now, &self.conversation.partners.zone).date;
        if self.unknown_year == Some(today.year()) {
            return;
        }
        self.unknown_year = None;
        if let Some((fault, _)) = unknown_on(rules, &[today]) {
            self.unknown_year = Some(today.year());
            let page = self.session.page();
            out!("{}", note(page, &page.bad(&fault.message(self.session.lang))));
        }
    }

    fn show(&self, happenings: &[Happening], rules: &RuleSet) {
        let shown = Shown { page: self.session.page(), conversation: &self.conversation, rules };
        for line in happenings.iter().flat_map(|happening| shown.lines(happening)) {
            out!("{line}");
        }
    }

    fn why(&self, rules: &RuleSet) -> String {
        let session = self.session;
        let Some(message) = &self.conversation.last else {
            let text = session.say("nothing was said yet", "还没有发过消息");
            return note(session.page(), text);
        };
        let context = &self.conversation.context();
        let explanation = rules.explain(message, context);
        Explained { session, ruleset: rules, message, context, all: false }.page(&explanation)
    }
}

fn key_of(button: &Button) -> Option<&str> {
    match &button.press {
        Press::Click(key) => Some(key),
        _ => None,
    }
}

/// Tells of changes while nobody types, until the terminal is gone.
async fn tell_changes(news: Arc<News>, mut printer: impl ExternalPrinter) {
    let mut looks = news.rules.looks();
    while looks.changed().await.is_ok() {
        if let Some(text) = news.since()
            && printer.print(format!("{}\n", page::shown(&text))).is_err()
        {
            return;
        }
    }
}
