//! What can be typed into a conversation: a text of the fan, or a command that begins with a slash.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::cli::{message, moment};
use crate::model::kind::Kind;
use crate::model::message::Content;
use crate::schedule::duration;
use crate::words::lang::Lang;
use crate::words::nearest::nearest;

/// What a line asks for.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// The fan writes or does something.
    Hear(Content),
    ShowMenu,
    /// A menu button of this key or name.
    Press(String),
    /// Time passes.
    Later(SignedDuration),
    /// The clock shows this moment.
    At(Timestamp),
    Why,
    Reload,
    Help,
    Quit,
}

/// A command as `/help` shows it: its name, what stands behind it, and what it does, in both languages.
pub struct Entry {
    pub name: &'static str,
    pub argument: [&'static str; 2],
    pub help: [&'static str; 2],
}

const fn entry(name: &'static str, argument: [&'static str; 2], help: [&'static str; 2]) -> Entry {
    Entry { name, argument, help }
}

const NOTHING: [&str; 2] = ["", ""];

/// All commands, in the order of `/help`.
pub const ENTRIES: &[Entry] = &[
    entry("follow", NOTHING, ["the fan follows the account", "粉丝关注账号"]),
    entry("unfollow", NOTHING, ["… and leaves it", "粉丝取消关注"]),
    entry("subscribe", NOTHING, ["the fan subscribes", "粉丝订阅"]),
    entry("unsubscribe", NOTHING, ["… and ends it", "粉丝退订"]),
    entry(
        "menu",
        ["[KEY]", "[名称或 KEY]"],
        ["shows the menu, or presses a button by its key or name", "显示菜单，或点击一个菜单按钮"],
    ),
    entry("link", ["URL", "网址"], ["presses a menu button with this link", "点击带这个链接的菜单按钮"]),
    entry("scan", ["42", "42"], ["scans the QR code of this scene", "扫这个场景编号的二维码"]),
    entry("scan_follow", ["42", "42"], ["… and follows by that", "扫二维码并关注"]),
    entry("position", ["LON,LAT", "经度,纬度"], ["sends a position", "发送位置"]),
    entry("image", NOTHING, ["sends a picture", "发送图片"]),
    entry("voice", NOTHING, ["sends a voice message", "发送语音"]),
    entry("mention", ["TEXT", "文字"], ["names the account in a status", "在微博里 @ 账号"]),
    entry("comment", ["TEXT", "文字"], ["… or in a comment", "在评论里 @ 账号"]),
    entry(
        "later",
        ["2h", "2小时"],
        ["lets time pass and shows what falls due", "快进这么久，显示到时间的跟进消息"],
    ),
    entry(
        "at",
        ["TIME", "时间"],
        ["sets the clock: 22:30, or 2026-11-23 22:30", "设定时间：22:30 或 2026-11-23 22:30"],
    ),
    entry("why", NOTHING, ["explains the answer to the last message", "说明上一条消息为什么这样回复"]),
    entry("reload", NOTHING, ["looks at the rules again", "重新读取规则"]),
    entry("help", NOTHING, ["this list", "显示这个列表"]),
    entry("quit", NOTHING, ["ends the conversation, as Ctrl-D does", "结束对话（Ctrl-D 也可以）"]),
];

/// The name and the argument of a line that is a command. A text that begins with two slashes is none, and loses
/// one of them.
pub fn split(line: &str) -> Result<(&str, &str), &str> {
    let Some(rest) = line.strip_prefix(['/', '／']) else { return Err(line) };
    if rest.starts_with(['/', '／']) {
        return Err(rest);
    }
    let (name, argument) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    Ok((name, argument.trim()))
}

/// Reads a line.
///
/// # Errors
///
/// A sentence that says what to write instead.
pub fn read(line: &str, now: Timestamp, zone: &TimeZone, lang: Lang) -> Result<Command, String> {
    let (name, argument) = match split(line) {
        Ok(command) => command,
        Err(text) => return Ok(Command::Hear(Content::Text(text.to_owned()))),
    };
    let name = name.to_lowercase();
    let sample = |kind| Ok(Command::Hear(Content::sample(kind, argument)));
    let event = message::events().find(|kind| kind.as_str() == name);
    let Some(entry) = ENTRIES.iter().find(|entry| entry.name == name) else {
        return event.map_or_else(|| Err(unknown(&name, lang)), sample);
    };
    let [wanted, zh] = entry.argument;
    if argument.is_empty() != wanted.is_empty() && !wanted.starts_with('[') {
        let (name, wanted) = (entry.name, lang.pick(wanted, zh));
        let line = format!("/{name} {wanted}");
        return Err(lang.pick(format!("write {}", line.trim_end()), format!("请写成 {}", line.trim_end())));
    }
    if let Some(kind) = event {
        return sample(kind);
    }
    match entry.name {
        "menu" if argument.is_empty() => Ok(Command::ShowMenu),
        "menu" => Ok(Command::Press(argument.to_owned())),
        "link" => sample(Kind::View),
        "position" => read_position(argument, lang),
        "image" => sample(Kind::Image),
        "voice" => sample(Kind::Voice),
        "mention" => Ok(mention(Kind::MentionStatus, argument, lang)),
        "comment" => Ok(mention(Kind::MentionComment, argument, lang)),
        "later" => read_span(argument, lang),
        "at" => read_moment(argument, now, zone, lang),
        "why" => Ok(Command::Why),
        "reload" => Ok(Command::Reload),
        "help" => Ok(Command::Help),
        _ => Ok(Command::Quit),
    }
}

/// The text of a mention holds the @ and the name of the account (docs/protocol.md 2.6).
fn mention(kind: Kind, words: &str, lang: Lang) -> Command {
    let at = if words.contains(['@', '＠']) { "" } else { lang.pick("@account ", "@账号 ") };
    Command::Hear(Content::sample(kind, &format!("{at}{words}")))
}

fn unknown(name: &str, lang: Lang) -> String {
    let names = || ENTRIES.iter().map(|entry| entry.name);
    match nearest(name, names()).or_else(|| names().find(|known| !name.is_empty() && known.starts_with(name)))
    {
        Some(meant) => lang.pick(
            format!("there is no command /{name}; did you mean /{meant}?"),
            format!("没有 /{name} 这个命令，是不是想写 /{meant}？"),
        ),
        None => lang.pick(
            format!(
                "there is no command /{name}; /help lists them, and //{name} says \"/{name}\" to the account"
            ),
            format!("没有 /{name} 这个命令：/help 列出全部命令；想发送“/{name}”这句话，请写 //{name}"),
        ),
    }
}

fn read_position(text: &str, lang: Lang) -> Result<Command, String> {
    let spelt = lang.pick(
        "write longitude and latitude, such as /position 116.31,39.98",
        "请写经度和纬度，例如 /position 116.31,39.98",
    );
    let position = message::position(text).ok_or(spelt)?;
    Ok(Command::Hear(Content::Position(position)))
}

fn read_span(text: &str, lang: Lang) -> Result<Command, String> {
    let spelt = lang.pick(
        "write a span of time, such as /later 30m, /later 2h or /later 1d 3h",
        "请写一段时间，例如 /later 30分钟、/later 2小时 或 /later 1天 3小时",
    );
    duration::parse(text).map(Command::Later).map_err(|_| spelt.to_owned())
}

/// A date with a time, a time of tomorrow, or a time alone: the next one that the clock shows.
fn read_moment(text: &str, now: Timestamp, zone: &TimeZone, lang: Lang) -> Result<Command, String> {
    let next = || {
        let at = moment::of_the_clock(text, now, zone)?;
        let of_the_next_day = || moment::of_the_clock(&format!("tomorrow {text}"), now, zone);
        if at > now { Some(at) } else { of_the_next_day() }
    };
    let spelt = lang.pick(
        "write a time, such as /at 22:30, /at tomorrow 09:00 or /at 2026-11-23 22:30",
        "请写时间，例如 /at 22:30、/at 明天 09:00 或 /at 2026-11-23 22:30",
    );
    Ok(moment::read(text, zone).or_else(next).map(Command::At).ok_or(spelt)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::message::Event;

    fn noon() -> Timestamp {
        "2026-11-23T12:00:00+08:00".parse().unwrap()
    }

    fn reading(line: &str) -> Result<Command, String> {
        read(line, noon(), &TimeZone::get("Asia/Shanghai").unwrap(), Lang::En)
    }

    fn text(text: &str) -> Result<Command, String> {
        Ok(Command::Hear(Content::Text(text.to_owned())))
    }

    #[test]
    fn two_slashes_say_one_to_the_account() {
        assert_eq!(reading("//follow"), text("/follow"));
        assert_eq!(reading("你好 /follow"), text("你好 /follow"));
        assert_eq!(reading("／follow"), Ok(Command::Hear(Content::Event(Event::Follow))));
    }

    #[test]
    fn a_mention_holds_the_at_where_the_platform_has_it() {
        let heard = |line: &str| match reading(line) {
            Ok(Command::Hear(Content::Mention(mention))) => mention.text,
            other => panic!("{other:?}"),
        };
        assert!(
            heard("/mention 营业时间").starts_with('@') && heard("/mention 营业时间").ends_with(" 营业时间")
        );
        assert!(heard("/comment 营业时间").starts_with('@'));
        assert_eq!(heard("/mention 问问@小店"), "问问@小店");
    }

    #[test]
    fn every_command_that_help_lists_can_be_read() {
        for entry in ENTRIES {
            let argument = match entry.name {
                "position" => "116.31,39.98",
                "at" => "22:30",
                _ => entry.argument[1].trim_matches(['[', ']']),
            };
            assert!(reading(format!("/{} {argument}", entry.name).trim_end()).is_ok(), "{}", entry.name);
        }
    }

    #[test]
    fn a_wrong_command_is_told_what_was_meant() {
        let cases = [
            ("/folow", "/follow"),
            ("/un", "/unfollow"),
            ("/xyz", "//xyz"),
            ("/", "/help"),
            ("/link", "write /link URL"),
            ("/follow me", "write /follow"),
            ("/later soon", "/later 2h"),
            ("/position here", "116.31"),
            ("/at noon", "/at 22:30"),
        ];
        for (line, expected) in cases {
            let fault = reading(line).unwrap_err();
            assert!(fault.contains(expected), "{line}: {fault}");
        }
    }

    #[test]
    fn a_time_alone_is_the_next_one_that_the_clock_shows() {
        let at = |text: &str| Ok(Command::At(text.parse().unwrap()));
        assert_eq!(reading("/at 22:30"), at("2026-11-23T22:30:00+08:00"));
        assert_eq!(reading("/at 9:00"), at("2026-11-24T09:00:00+08:00"));
        assert_eq!(reading("/at 明天 22:30"), at("2026-11-24T22:30:00+08:00"));
        assert_eq!(reading("/at tomorrow 9:00"), at("2026-11-24T09:00:00+08:00"));
        assert_eq!(reading("/at 2026-11-20 09:00"), at("2026-11-20T09:00:00+08:00"));
        assert_eq!(reading("/later 2小时"), Ok(Command::Later(SignedDuration::from_hours(2))));
    }
}
