//! What can be wrong with a template. Codes F300 to F319.

use std::fmt;

use crate::engine::template::Refused;
use crate::language::diagnostic::{KnownNames, LibraryMessage, Suggestion, faults};
use crate::words::lang::Lang;
use crate::words::texts::Localize;

/// How the thing is written that the engine stumbled over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplatePart {
    /// A name to insert: the author's own, where it is known.
    Name(Option<String>),
    Condition,
}

/// What to write instead of what no template may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instead(pub Refused);

impl TemplateFault {
    /// What the engine says of this byte of a template.
    pub fn bad(reason: String, template: &str, at: usize) -> Self {
        let before = &template[..template.ceil_char_boundary((at + 1).min(template.len()))];
        let in_condition = before.rfind("{%") > before.rfind("{{");
        let written = if in_condition {
            TemplatePart::Condition
        } else {
            TemplatePart::Name(name_before(template, at))
        };
        Self::BadTemplate { reason: LibraryMessage(reason), written }
    }
}

/// The name in `{{ 店名 }欢迎您`, whose braces are not closed as they are opened.
fn name_before(template: &str, at: usize) -> Option<String> {
    let before = &template[..template.floor_char_boundary(at)];
    let inside = template[before.rfind("{{")? + 2..].trim_start();
    let name = inside.len() - inside.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_').len();
    let (name, behind) = inside.split_at(name);
    let behind = behind.trim_start();
    (!name.is_empty() && (behind.is_empty() || behind.starts_with('}'))).then(|| name.to_owned())
}

impl Localize for TemplatePart {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        match self {
            Self::Name(name) => {
                let name = name.as_deref().unwrap_or("text");
                lang.pick(
                    format!("a name to insert stands between two pairs of braces: {{{{ {name} }}}}"),
                    format!("要插入的名字写在两对花括号之间：{{{{ {name} }}}}"),
                )
            }
            Self::Condition => lang.pick(
                "a condition is written like this, where elif and else may be missing, but not endif: {% if A %}…{% elif B %}…{% else %}…{% endif %}",
                "条件这样写，elif 和 else 可以没有，endif 不能少：{% if A %}……{% elif B %}……{% else %}……{% endif %}",
            )
            .to_owned(),
        }
    }
}

impl Localize for Refused {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        match self {
            Self::Naming => lang.pick("give a name to something", "给内容另起名字"),
            Self::Statement => lang.pick("do this", "这样写"),
            Self::Mapping => lang.pick("make a table of its own", "自己做一张对照表"),
            Self::List => lang.pick("make such a list", "做这样的列表"),
            Self::Call => lang.pick("call this", "这样调用"),
            Self::ListAsValue => lang.pick("use a list here", "在这里用列表"),
            Self::Attribute => lang.pick("ask for a part of what stands in a list", "取列表里某一项的属性"),
            Self::Length => lang.pick("be this long", "写这么多内容"),
            Self::Nesting => {
                lang.pick("have this many names and signs in one tag", "在一个标签里写这么多名字和符号")
            }
        }
    }
}

impl Localize for Instead {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        match self.0 {
            Refused::Naming => lang.pick(
                "write the expression where it is needed; a text that is always the same stands under `values:`",
                "在用到的地方直接写；固定不变的文字可以放在 `values:` 下面",
            ),
            Refused::Statement => lang.pick(
                "a template has names to insert, filters, `if`, and `for` with one name",
                "模板里可以插入名字，可以用过滤器、`if`，以及只带一个名字的 `for`",
            ),
            Refused::Mapping => lang.pick(
                "decide with {% if A %}…{% elif B %}…{% else %}…{% endif %}",
                "请用 {% if A %}……{% elif B %}……{% else %}……{% endif %} 来区分",
            ),
            Refused::List => lang.pick(
                "between the brackets stand texts in quotes and numbers: [\"a\", \"b\", 3]",
                "方括号里只能写带引号的文字和数字：[\"a\", \"b\", 3]",
            ),
            Refused::Call => lang.pick(
                "use a filter behind `|`, as in {{ text|upper }}; only `range(…)` is called",
                "请用 `|` 后面的过滤器，例如 {{ text|upper }}；能调用的只有 `range(…)`",
            ),
            Refused::ListAsValue => lang.pick(
                "make a text of it with `|join(\"\")`, or take one of it with `|first` or `[0]`",
                "先用 `|join(\"\")` 连成文字，或者用 `|first`、`[0]` 取出其中一个",
            ),
            Refused::Attribute => lang.pick(
                "leave `attribute` out: texts and numbers, which lists are made of, have no parts",
                "去掉 `attribute`：列表里只有文字和数字，没有属性",
            ),
            Refused::Length => lang.pick(
                "shorten it to 64 KiB, or part it into several replies",
                "最多 64 KiB，请缩短，或者分成几条回复",
            ),
            Refused::Nesting => lang.pick(
                "at most 300, commas and all `elif` before it included; to compare with many words, use `keyword` with a list in `when`",
                "最多 300 个，逗号和前面所有的 `elif` 都算；要和很多词比较，请在 `when` 里用 `keyword` 列表",
            ),
        }
    }
}

faults! {
    pub enum TemplateFault {
        300 Error UnknownName { name: String, meant: KnownNames, known: String }
            en "there is nothing named \"{name}\" to insert",
               "{meant}possible are: {known}, the named groups of this rule's regex, and what stands under `values:`";
            zh "没有名叫“{name}”的内容可以插入",
               "{meant}可以写的有：{known}，这条规则里 regex 的分组名，以及 `values:` 下面的名字";
            means "A text inserts something under a name that does not exist. Rather than send a text with a hole in it, the folder is refused.",
                  "文字里要插入的名字不存在。与其发出缺了一块的文字，不如先不使用这些规则。";
        301 Error UnknownFilter { name: String, meant: Suggestion }
            en "there is no filter named \"{name}\"",
               "{meant}often used are: default, upper, lower, trim, replace, length";
            zh "没有名叫“{name}”的过滤器",
               "{meant}常用的有：default、upper、lower、trim、replace、length";
            means "A filter changes what is inserted, such as `upper` for capital letters. One that does not exist could change nothing, and the text could not be made.",
                  "过滤器会改变插入的内容，例如 `upper` 变成大写。不存在的过滤器没法用，这段文字也就生成不了。";
        302 Error BadTemplate { reason: LibraryMessage, written: TemplatePart }
            en "this template cannot be understood: {reason}",
               "{written}";
            zh "这个模板写得不对：{reason}",
               "{written}";
            means "Double braces and `{% … %}` have a grammar of their own, and this text breaks it, so it could never be filled in.",
                  "双花括号和 `{% … %}` 有自己的语法，这段文字写错了，没法填入内容。";
        303 Warning HiddenName { name: String }
            en "the group \"{name}\" hides the built-in name \"{name}\"",
               "give the group another name if both are needed";
            zh "分组“{name}”和内置的名字“{name}”相同，会盖住它",
               "如果两个都要用，请给分组换一个名字";
            means "In this rule the name now stands for what the group of the regular expression found, and no longer for what it stands for elsewhere. That may be meant.",
                  "在这条规则里，这个名字现在指正则表达式分组找到的内容，不再是平时的意思。也许您就是想这样。";
        304 Error WideSign { sign: char, half: char }
            en "`{sign}` means nothing between the braces",
               "switch to half-width and type {half}";
            zh "花括号里不能用中文符号 `{sign}`",
               "请切换到英文输入法，改成 {half}";
            means "Between the braces only the signs of the keyboard's English mode have a meaning. The Chinese ones look alike, but nothing can be done with them.",
                  "花括号里只认英文的符号。中文符号看着一样，但程序不认识。";
        305 Warning LiteralBraces { written: String, fixed: String }
            en "`{written}` is sent as it stands: nothing is inserted",
               "write {fixed} to insert something";
            zh "“{written}”会原样发出去，不会插入内容",
               "要插入内容，请写成 {fixed}";
            means "Only double half-width braces insert something. This would be sent to the fan exactly as it stands.",
                  "只有两层英文花括号才会插入内容。这样写，粉丝会原样看到它。";
        306 Error NotAllowed { what: Refused, instead: Instead }
            en "a template cannot {what}",
               "{instead}";
            zh "模板里不能{what}",
               "{instead}";
            means "Templates can insert, choose and repeat. Whatever could make one message cost the server seconds or gigabytes is left out, so that no rule can stop the others.",
                  "模板可以插入、选择和重复。凡是可能让一条消息耗掉服务器几秒钟或几 GB 内存的写法都不提供，这样一条规则不会拖垮其他规则。";
    }
}
