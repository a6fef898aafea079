//! The custom menu.

use crate::language::grammar::{Form, Key, Mapping, Needs, key, words};
use crate::language::reply::ANSWER;
use crate::platform;

const NAME: Key = key("name", Form::Text, "What the fan sees on the button.", "粉丝看到的按钮名字。");
const CLICK: Key = key(
    "click",
    Form::Text,
    "The key that a rule with `when: {menu: KEY}` answers; the name, where none is written.",
    "按钮的 key，由写着 `when: {menu: KEY}` 的规则回复；不写时名字就是 key。",
);
const LINK: Key = key("link", Form::Text, "The full address that the button opens.", "按钮打开的完整网址。");
const REPLY: Key = key(
    "reply",
    ANSWER,
    "What the button answers; no rule is needed then.",
    "点击后的回复；写了它就不用再写规则。",
);

pub static BUTTON: Mapping = Mapping {
    name: "button",
    title: words("A button of the menu", "菜单按钮"),
    about: words(
        "It answers, opens a link, or holds items. Its name takes 16 bytes at most: five Chinese characters.",
        "按钮可以回复、打开链接，或者展开几项。名字最多 16 个字节，也就是五个汉字。",
    ),
    keys: &[
        NAME,
        CLICK,
        LINK,
        REPLY,
        key(
            "items",
            Form::Many(&Form::Is(&ITEM), 1, platform::DEFAULT.menu.items),
            "1 to 5 items that the button opens.",
            "点开后的 1 到 5 项。",
        ),
    ],
    needs: &[
        Needs::All(&["name"]),
        Needs::Apart(&["items"], &["click", "link", "reply"]),
        Needs::Apart(&["link"], &["click", "reply"]),
    ],
};

pub static ITEM: Mapping = Mapping {
    name: "item",
    title: words("An item of a button", "按钮下的一项"),
    about: words(
        "As a button, without items of its own. Its name takes 40 bytes at most: thirteen Chinese characters.",
        "和按钮一样，但不能再展开。名字最多 40 个字节，也就是十三个汉字。",
    ),
    keys: &[NAME, CLICK, LINK, REPLY],
    needs: &[Needs::All(&["name"]), Needs::Apart(&["link"], &["click", "reply"])],
};
