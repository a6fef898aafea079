//! Examples: what a fan says or does, and what is expected.

use crate::language::condition::kinds::{A_MENTION, A_MESSAGE, AN_EVENT};
use crate::language::grammar::{Form, Mapping, Needs, key, words};
use crate::language::reply::position::POSITION;

/// The keys that say what the fan does.
pub const MESSAGE_KEYS: &[&str] = &["say", "event", "menu", "link", "scan", "position", "message", "mention"];

pub static EXAMPLE: Mapping = Mapping {
    name: "example",
    title: words("An example", "示例"),
    about: words(
        "A plain text is a text message; anything else says exactly one thing that the fan does, and may say what is expected. Without `at` the clock stands at one fixed moment, or at the nearest one at which the rule can answer: the verdict is the same on every day.",
        "直接写一段文字就是一条文字消息；其他的要写明粉丝做的一件事，还可以写预期的回复。不写 `at` 时，时间是固定的，或者是离它最近的、规则可以回复的时刻，所以结果不会因为哪天运行而不同。",
    ),
    keys: &[
        key("say", Form::Text, "What the fan writes.", "粉丝写的话。"),
        key("event", AN_EVENT, "What the fan does.", "粉丝做的事。"),
        key("menu", Form::Text, "The key of a menu button that is pressed.", "点击的菜单按钮的 key。"),
        key("link", Form::Text, "The link of a menu button that is pressed.", "点击的菜单里的网址。"),
        key("scan", Form::Text, "The scene of a QR code that is scanned.", "扫描的二维码的场景编号。"),
        key("position", Form::Is(&POSITION), "A position that is sent.", "发来的位置。"),
        key(
            "message",
            A_MESSAGE,
            "A message of this kind, such as `image`.",
            "这种类型的消息，例如 `image`（图片）。",
        ),
        key(
            "mention",
            A_MENTION,
            "The account is named in public; `say` is the text.",
            "被公开 @；用 `say` 写内容。",
        ),
        key("reply", Form::Text, "The answer must be exactly this.", "回复必须完全一样。"),
        key("reply_contains", Form::Text, "The answer must contain this.", "回复里必须有这段文字。"),
        key(
            "at",
            Form::Written("2026-11-23 09:00"),
            "As if it were then, in the account's time zone.",
            "假设是这个时间（账号所在的时区）。",
        ),
        key("sender", Form::Text, "The user id of the fan.", "粉丝的用户 ID。"),
        key("account", Form::Text, "The account that is written to.", "发给哪个账号。"),
    ],
    needs: &[
        Needs::AtLeastOne(MESSAGE_KEYS),
        Needs::Apart(&["say"], &["event", "menu", "link", "scan", "position"]),
        Needs::Apart(&["event"], &["position", "message", "mention"]),
        Needs::Apart(&["menu"], &["link", "scan", "position", "message", "mention"]),
        Needs::Apart(&["link"], &["scan", "position", "message", "mention"]),
        Needs::Apart(&["scan"], &["position", "message", "mention"]),
        Needs::Apart(&["position"], &["message", "mention"]),
        Needs::Apart(&["message"], &["mention"]),
    ],
};
