//! `menu:` of a folder: the buttons, checked against the platform's limits, and the rules that answer the
//! buttons with a `reply` of their own.

use crate::engine::condition::{Condition, Conjunction};
use crate::engine::place::Place;
use crate::engine::reply::Script;
use crate::engine::rule::Rule;
use crate::language::diagnostic::{Suggestion, faults};
use crate::language::grammar::Mapping;
use crate::language::grammar::menu::{BUTTON, ITEM};
use crate::language::reply::address::{check_address, warn_of_invisible};
use crate::language::reply::fault::ReplyFault;
use crate::language::reply::read_script;
use crate::language::rule_reader::RuleReader;
use crate::language::template::trial::empty_names;
use crate::language::yaml::reader::{Fields, Noted, Text};
use crate::language::yaml::{Node, Span};
use crate::model::id::RuleName;
use crate::model::kind::{Kind, KindSet};
use crate::model::menu::{Button, Menu, Press};

faults! {
    /// What can be wrong with the menu. Codes F330 to F339.
    pub enum MenuFault {
        330 Error SecondMenu { place: Place }
            en "the folder has a menu already, in {place}",
               "keep one of them; an account has one menu";
            zh "这个文件夹里已经有一个菜单，在 {place}",
               "请只保留一个；一个账号只能有一个菜单";
            means "An account has one menu at the bottom of its chat, so a folder has one too.",
                  "一个账号的对话页底部只有一个菜单，所以一个文件夹里也只能写一个。";
        331 Error Count { count: usize, limit: usize, names: String }
            en "{count} buttons ({names}): the platform allows 1 to {limit} here",
               "the menu has up to 3 buttons, each of them up to 5 items";
            zh "写了 {count} 个按钮（{names}）；平台在这里允许 1 到 {limit} 个",
               "菜单最多 3 个按钮，每个按钮下面最多 5 项";
            means "The platform refuses a menu with more or fewer buttons, and the old one would stay.",
                  "按钮多了或少了，平台都会拒绝，原来的菜单不会变。";
        332 Error TooLong { key: &'static str, bytes: usize, limit: usize }
            en "this `{key}` takes {bytes} bytes; the platform allows {limit}",
               "a Chinese character takes 3 bytes, a Latin letter 1";
            zh "这里的 `{key}` 有 {bytes} 个字节；平台最多允许 {limit} 个",
               "一个汉字占 3 个字节，一个英文字母占 1 个";
            means "The platform measures in bytes and refuses the whole menu if one name or key is too long.",
                  "平台按字节计算长度，有一个名字或 `click` 太长，就会拒绝整个菜单。";
        333 Error NameMissing {}
            en "this button has no name",
               "add `name: …`, which the fan sees";
            zh "这个按钮没有名字",
               "请加上 `name: …`，粉丝会看到它";
            means "Every button shows a name; without it the platform refuses the menu.",
                  "每个按钮都要显示名字，没有名字，平台会拒绝这个菜单。";
        334 Error TwoEffects { first: &'static str, second: &'static str }
            en "a button cannot have both `{first}` and `{second}`",
               "keep one of them";
            zh "一个按钮不能同时写 `{first}` 和 `{second}`",
               "请只保留一个";
            means "A press does one thing: it opens a page, or it asks for an answer, or it opens the items below.",
                  "按一下只能做一件事：打开网页、得到回复，或者展开下一级。";
        335 Error RelativeLink { link: String, meant: Suggestion }
            en "\"{link}\" is no full address",
               "{meant}begin it with https:// or http://";
            zh "“{link}”不是完整的网址",
               "{meant}请以 https:// 或 http:// 开头";
            means "The button opens a page in the fan's browser, which needs the whole address.",
                  "按这个按钮会打开网页，所以需要完整的网址。";
        336 Error KeyTwice { key: String, place: String }
            en "another button has the key \"{key}\" already, in {place}",
               "give one of them another name or `click`";
            zh "已经有按钮使用了“{key}”，在 {place}",
               "请给其中一个换个名字或 `click`";
            means "A press is told apart from others by its key alone. Two buttons with one key would get the same answer.",
                  "程序只靠这个值分辨按了哪个按钮。两个按钮相同，得到的回复就一样。";
        337 Warning Unanswered { key: String }
            en "no rule answers the button \"{key}\"",
               "add `reply: …` to the button, or a rule with `when: {{menu: {key}}}`";
            zh "没有规则回复按钮“{key}”",
               "请给按钮加上 `reply: …`，或者写一条 `when: {{menu: {key}}}` 的规则";
            means "A fan would press this button and get nothing.",
                  "粉丝按了这个按钮，什么都得不到。";
        338 Warning NoSuchButton { key: String, meant: Suggestion }
            en "the menu has no button \"{key}\"",
               "{meant}write the `click` or the name of a button of the `menu:`";
            zh "菜单里没有按钮“{key}”",
               "{meant}请写 `menu:` 里某个按钮的 `click` 或名字";
            means "The rule waits for a button that the menu of this folder does not have. Usually a key is misspelt; if the menu is made elsewhere, all is well.",
                  "这条规则等的按钮，这个文件夹的菜单里没有。通常是写错了；如果菜单是在别处设置的，就没有问题。";
    }
}

/// The menu of a folder as it was read.
#[derive(Debug)]
pub struct MenuDraft {
    pub menu: Menu,
    /// The rules of buttons that have a reply.
    pub rules: Vec<Rule>,
    /// Where each key stands.
    pub keys: Vec<(String, Span)>,
}

/// Reads what stands behind `menu:`.
pub fn read_menu(reader: &mut RuleReader, node: &Node) -> Result<MenuDraft, Noted> {
    let mut draft = MenuDraft { menu: Menu { buttons: Vec::new() }, rules: Vec::new(), keys: Vec::new() };
    let limits = reader.surroundings.profile.menu;
    let level = Level { mapping: &BUTTON, most: limits.buttons, name_bytes: limits.button_name_bytes };
    let buttons = draft.read_buttons(reader, node, level);
    draft.menu.buttons = reader.yaml.any_left(buttons, node)?;
    Ok(draft)
}

/// The buttons of the menu, or the items of a button.
#[derive(Clone, Copy)]
struct Level {
    mapping: &'static Mapping,
    most: usize,
    name_bytes: usize,
}

impl MenuDraft {
    fn read_buttons(&mut self, reader: &mut RuleReader, node: &Node, level: Level) -> Vec<Button> {
        let items = reader.yaml.list(node);
        let limit = level.most;
        if items.len() > limit {
            let names = items.iter().filter_map(|item| item.text_at("name")).collect::<Vec<_>>().join(", ");
            let fault = MenuFault::Count { count: items.len(), limit, names };
            reader.fault(fault, items[limit].span.clone());
        }
        items.iter().flat_map(|item| self.read_button(reader, item, level)).collect()
    }

    fn read_button(&mut self, reader: &mut RuleReader, node: &Node, level: Level) -> Result<Button, Noted> {
        let fields = reader.yaml.map(node, level.mapping)?;
        let Some(name) = fields.get("name") else {
            return reader.refuse(MenuFault::NameMissing {}, fields.first_key());
        };
        let name = read_bounded(reader, "name", name, level.name_bytes)?;
        one_effect(reader, &fields);
        let limits = reader.surroundings.profile.menu;
        let press = if let Some(items) = fields.get("items") {
            let level = Level { mapping: &ITEM, most: limits.items, name_bytes: limits.item_name_bytes };
            Press::Items(self.read_buttons(reader, items, level))
        } else if let Some(link) = fields.get("link") {
            Press::Link(read_link(reader, link)?)
        } else {
            Press::Click(self.read_click(reader, &fields, &name)?)
        };
        Ok(Button { name: name.value, press })
    }

    /// The key of a button, and the rule that answers it where it has a reply.
    fn read_click(&mut self, reader: &mut RuleReader, fields: &Fields, name: &Text) -> Result<String, Noted> {
        let Text { value: key, span } = match fields.get("click") {
            Some(node) => read_bounded(reader, "click", node, reader.surroundings.profile.menu.key_bytes)?,
            None => name.clone(),
        };
        if let Some((_, first)) = self.keys.iter().find(|(taken, _)| *taken == key) {
            let place = reader.place(first).to_string();
            reader.fault(MenuFault::KeyTwice { key: key.clone(), place }, span.clone());
        }
        if let Some(reply) = fields.get("reply") {
            let place = reader.place(&span);
            let before = reader.templates.count();
            reader.empty_names = empty_names(&[Conjunction::new(KindSet::of(&[Kind::Click]), Vec::new())]);
            if let Ok(script) = read_script(reader, reply) {
                let inserts = reader.templates.count() > before;
                self.rules.push(rule(&key, script, inserts, place));
            }
        }
        self.keys.push((key.clone(), span));
        Ok(key)
    }
}

/// The rule that answers a button with this reply.
fn rule(key: &str, script: Script, inserts: bool, place: Place) -> Rule {
    let menu = crate::engine::condition::menu::Menu(vec![key.into()]);
    let kinds = KindSet::of(&[Kind::Click]);
    Rule {
        name: RuleName::new(format!("menu: {key}")),
        place,
        priority: 0,
        fallback: false,
        alternatives: vec![Conjunction::new(kinds, vec![Condition::Menu(menu).into()])],
        script: Some(script),
        steps: Vec::new(),
        inserts,
        is_shown: true,
        is_button: true,
    }
}

fn one_effect(reader: &mut RuleReader, fields: &Fields) {
    let pairs =
        [("items", "click"), ("items", "link"), ("items", "reply"), ("link", "click"), ("link", "reply")];
    let both = pairs.into_iter().find(|(first, second)| fields.get(first).and(fields.get(second)).is_some());
    if let Some((first, second)) = both {
        reader.fault(MenuFault::TwoEffects { first, second }, fields.key_span(second).unwrap_or_default());
    }
}

fn read_link(reader: &mut RuleReader, node: &Node) -> Result<String, Noted> {
    let link = read_bounded(reader, "link", node, reader.surroundings.profile.menu.link_bytes)?;
    match check_address(&link.value) {
        Ok(()) => warn_of_invisible(reader, &link),
        Err(ReplyFault::RelativeUrl { url, meant }) => {
            reader.fault(MenuFault::RelativeLink { link: url, meant }, link.span);
        }
        Err(fault) => reader.fault(fault, link.span),
    }
    Ok(link.value)
}

/// The text behind a key, which the platform measures in bytes.
fn read_bounded(
    reader: &mut RuleReader,
    key: &'static str,
    node: &Node,
    limit: usize,
) -> Result<Text, Noted> {
    let text = reader.yaml.free_text(node)?;
    let bytes = text.value.len();
    if bytes > limit {
        reader.fault(MenuFault::TooLong { key, bytes, limit }, text.span.clone());
    }
    if text.value.trim().is_empty() {
        reader.fault(MenuFault::NameMissing {}, text.span.clone());
    }
    Ok(text)
}
