//! What a rule file may hold at its outermost level.

use crate::language::condition::CONDITIONS;
use crate::language::condition::times::NAMED_TIME;
use crate::language::grammar::menu::BUTTON;
use crate::language::grammar::rule::RULE;
use crate::language::grammar::{ANY, Form, Mapping, Needs, key, words};
use crate::language::holidays::ARRANGEMENT;
use crate::language::reply::ANSWER;
use crate::platform;

pub static FILE: Mapping = Mapping {
    name: "file",
    title: words("A file", "一个文件"),
    about: words(
        "Every `.yaml` and `.yml` file below the rules folder is read, in the order of their paths, in which numbers count as numbers. Everything in it is optional, but the folder must hold at least one rule.",
        "规则文件夹下所有的 `.yaml`、`.yml` 文件都会读取，按文件路径排序，路径里的数字按大小比较。下面每一项都可以不写，但整个文件夹里至少要有一条规则。",
    ),
    keys: &[
        key(
            "rules",
            Form::Many(&Form::Is(&RULE), 1, ANY),
            "The rules of this file, tried from top to bottom.",
            "这个文件里的规则，从上到下依次尝试。",
        ),
        key(
            "menu",
            Form::Many(&Form::Is(&BUTTON), 1, platform::DEFAULT.menu.buttons),
            "The custom menu of the account: 1 to 3 buttons. A folder has one menu at most.",
            "账号的自定义菜单，1 到 3 个按钮。一个文件夹最多写一个菜单。",
        ),
        key(
            "replies",
            Form::Named(&ANSWER),
            "Replies with a name, for `use: NAME` in any file of the folder.",
            "共用的回复，每个都有名字，文件夹里任何文件都可以用 `use: 名字` 引用。",
        ),
        key(
            "lists",
            Form::Told(
                words(
                    "names, each with a word or a list of words",
                    "一些名字，每个名字后面写一个词或由词组成的列表",
                ),
                &Form::Named(&Form::OneOrMany(&Form::Text)),
            ),
            "Lists of words with a name, for `{list: NAME}` wherever words may stand.",
            "共用的词表，每个都有名字，凡是可以写词的地方都可以写 `{list: 名字}`。",
        ),
        key(
            "values",
            Form::Named(&Form::Text),
            "Texts with a name, inserted into replies by `{{ NAME }}`.",
            "共用的文字，每段都有名字，在回复里写 `{{ 名字 }}` 就会插入。",
        ),
        key(
            "times",
            Form::Named(&Form::OneOrMany(&Form::Is(&NAMED_TIME))),
            "Times with a name, for `time: NAME` in `when` and in follow-ups.",
            "共用的时间，每个都有名字，在 `when` 和跟进消息里写 `time: 名字`。",
        ),
        key(
            "holidays",
            Form::Named(&Form::Is(&ARRANGEMENT)),
            "Holidays by year, for a year that fanreply does not know yet.",
            "按年写的节假日，用来补上 fanreply 还没有的年份。",
        ),
        key(
            "when",
            Form::OneOrMany(&Form::Is(&CONDITIONS)),
            "Conditions that every rule of this file has besides its own, fallback rules too.",
            "这个文件里每条规则都要满足的条件，兜底规则也一样。",
        ),
        key(
            "version",
            Form::Choice(&["1"]),
            "The version of the rule language; may be left out.",
            "规则格式的版本，可以不写。",
        ),
    ],
    needs: &[Needs::InEach { list: "rules", keys: &["when", "fallback"] }],
};
