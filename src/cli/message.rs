//! A message on the command line: its text, or an option for whatever else a fan can do. `explain` and `push` share
//! these arguments.

use anyhow::Context;
use clap::{Arg, ArgGroup, ArgMatches, Command};

use super::option;
use super::session::Session;
use crate::model::id::UserId;
use crate::model::kind::{Carries, Kind, KindSet};
use crate::model::message::{Content, Event, Position, Scene};
use crate::model::profile::Profile;
use crate::words::lang::Lang;

/// The fan whom nobody named: one of the protocol's samples.
const FAN: &str = "1700002001";

/// Adds the arguments to a command.
pub fn arguments(command: Command, lang: Lang) -> Command {
    let instead = |name, value, en: &'static str, zh: &'static str| option(name, value, lang.pick(en, zh));
    let events =
        lang.pick(format!("Instead: {}", event_words(", ")), format!("改为事件：{}", event_words("、")));
    command
        .arg(Arg::new("TEXT").help(lang.pick("What the fan writes", "粉丝发来的文字")))
        .arg(option("event", "EVENT", events))
        .arg(instead("menu", "KEY", "Instead: a menu button of this key is pressed", "改为点击菜单按钮"))
        .arg(instead(
            "link",
            "URL",
            "Instead: a menu button with this link is pressed",
            "改为点击带链接的菜单按钮",
        ))
        .arg(instead("scan", "SCENE", "Instead: a QR code is scanned", "改为扫描二维码"))
        .arg(instead("position", "LON,LAT", "Instead: a position", "改为发送位置").allow_hyphen_values(true))
        .arg(
            instead("message", "KIND", "Instead: image or voice", "改为 image（图片）或 voice（语音）")
                .value_parser(["image", "voice", "text"]),
        )
        .arg(
            instead(
                "mention",
                "PLACE",
                "In public: a status or comment names the account",
                "公开提到账号：status（微博）或 comment（评论）",
            )
            .value_parser(["status", "comment"]),
        )
        .arg(sender_argument(lang))
        .group(
            ArgGroup::new("what")
                .args(["event", "menu", "link", "position", "message", "mention"])
                .multiple(false),
        )
}

/// `--sender ID`
pub fn sender_argument(lang: Lang) -> Arg {
    option("sender", "ID", lang.pick("Who writes", "发送者的 ID"))
}

/// Whether an option says what the fan does, so that there is no text. A mention has one.
pub fn is_without_text(matches: &ArgMatches) -> bool {
    let options = ["event", "menu", "link", "scan", "position", "message"];
    let says = |name: &&str| matches.get_one::<String>(name).is_some_and(|value| value != "text");
    options.iter().any(says)
}

/// The content that the arguments describe, with what the fan writes.
pub fn content(session: &Session, matches: &ArgMatches, text: Option<&str>) -> anyhow::Result<Content> {
    let given = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let content = if let Some(key) = given("menu") {
        Content::Event(Event::Click(key.to_owned()))
    } else if let Some(url) = given("link") {
        Content::Event(Event::View(url.to_owned()))
    } else if let Some(at) = given("position") {
        Content::Position(position(at).with_context(|| {
            session.say(
                "write --position LONGITUDE,LATITUDE, such as 116.31,39.98",
                "请写成 --position 经度,纬度，例如 116.31,39.98",
            )
        })?)
    } else if let Some(kind) = given("message").filter(|kind| *kind != "text") {
        Content::sample(if kind == "voice" { Kind::Voice } else { Kind::Image }, "")
    } else if let Some(place) = given("mention") {
        let kind = if place == "comment" { Kind::MentionComment } else { Kind::MentionStatus };
        return Ok(Content::sample(kind, text.unwrap_or_default()));
    } else if let Some(event) = given("event") {
        event_of(session, event, given("scan").unwrap_or_default())?
    } else if let Some(scene) = given("scan") {
        Content::Event(Event::Scan(Scene::new(scene)))
    } else {
        // `--message text` alone is a text without words, as `message: text` is in an example
        let Some(text) = text.or_else(|| given("message").map(|_| "")) else {
            return Err(session.fault(
                "say what the fan does: a text, or one of the options (see -h)",
                "请写明粉丝做了什么：一段文字，或其中一个选项（见 -h）",
            ));
        };
        return Ok(Content::Text(text.to_owned()));
    };
    if text.is_some() {
        return Err(session.fault("either a text or one of the options, not both", "文字和选项只能写一个"));
    }
    Ok(content)
}

/// Who writes.
pub fn sender(session: &Session, matches: &ArgMatches, profile: &Profile) -> anyhow::Result<UserId> {
    let id = matches.get_one::<String>("sender").map_or(FAN, String::as_str);
    (profile.read_id)(id)
        .map_err(|_| session.fault("--sender is a user id: digits", "--sender 要写用户 ID（数字）"))
}

/// The events that a word alone says: which button is pressed has options of its own.
pub fn events() -> impl Iterator<Item = Kind> {
    KindSet::EVENTS.iter().filter(|kind| !matches!(kind.carries(), Carries::Key | Carries::Link))
}

fn event_words(separator: &str) -> String {
    events().map(Kind::as_str).collect::<Vec<_>>().join(separator)
}

fn event_of(session: &Session, event: &str, scene: &str) -> anyhow::Result<Content> {
    if let Some(kind) = events().find(|kind| kind.as_str() == event) {
        return Ok(Content::sample(kind, scene));
    }
    if KindSet::EVENTS.iter().any(|kind| kind.as_str() == event) {
        return Err(session.fault("use --menu KEY or --link URL", "请用 --menu 或 --link"));
    }
    Err(session.fault(
        format!("there is no event \"{event}\": {}", event_words(", ")),
        format!("没有“{event}”这个事件，可以写：{}", event_words("、")),
    ))
}

/// `116.31,39.98`
pub fn position(text: &str) -> Option<Position> {
    let (longitude, latitude) = text.split_once([',', '，'])?;
    Position::new(longitude.trim().parse().ok()?, latitude.trim().parse().ok()?).ok()
}
