//! `scan`.

use crate::engine::condition::Condition;
use crate::engine::condition::scan::{Scan, Scenes};
use crate::language::condition::fault::ConditionFault;
use crate::language::condition::{Clause, KindConstraint};
use crate::language::grammar::{Form, Row, key};
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::Node;
use crate::language::yaml::reader::{Noted, Text};
use crate::model::kind::KindSet;
use crate::model::message::Scene;
use crate::schedule::written::{half_width, split_range};

pub static SCAN: Row<Clause> = Row {
    key: key(
        "scan",
        Form::OneOrMany(&Form::Text),
        "A QR code with this scene was scanned, also by somebody who followed with it: `42`, or a range `1..30`.",
        "扫了这个场景编号的二维码，扫码关注也算：`42`，或一个范围 `1..30`。",
    ),
    read: Clause::Condition(KindConstraint::Kinds(KindSet::SCANS), read),
};

fn read(reader: &mut RuleReader, node: &Node) -> Result<Condition, Noted> {
    let texts = reader.yaml.texts(node).into_iter();
    let parsed =
        |text: Text| reader.yaml.parsed(parse(&text.value), text, |text| ConditionFault::BadScene { text });
    let scenes: Vec<Scenes> = texts.flat_map(parsed).collect();
    Ok(Condition::Scan(Scan(reader.yaml.any_left(scenes, node)?)))
}

fn parse(text: &str) -> Option<Scenes> {
    let half = half_width(text);
    let range = half.split_once("..").or_else(|| split_range(&half));
    if let Some((first, last)) = range
        && let (Ok(first), Ok(last)) = (first.trim().parse::<u32>(), last.trim().parse::<u32>())
    {
        return (first <= last).then_some(Scenes::Range(first, last));
    }
    let scene = if half.trim().bytes().all(|b| b.is_ascii_digit()) { &half } else { text };
    let scene = Scene::new(scene.trim());
    (!scene.as_str().is_empty() && !is_broken_number(&half)).then_some(Scenes::One(scene))
}

/// Numbers and what stands between numbers: a list or a range that was written in another way. A scene may
/// be a text, but a text has a letter in it.
fn is_broken_number(half: &str) -> bool {
    let parts_names = |c: char| matches!(c, '-' | '_' | '.');
    let is_text = |c: char| c.is_alphabetic() && !matches!(c, '至' | '到');
    let joined = |text: &str| text.chars().all(|c| c.is_ascii_digit() || parts_names(c));
    let text = half.trim();
    text.contains("..")
        || text.starts_with(|c: char| c.is_ascii_digit()) && !text.contains(is_text) && !joined(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_both_its_ends() {
        let scenes = parse("1..30").unwrap();
        assert!(scenes.contains(&Scene::new("QR_SCENE_1")) && scenes.contains(&Scene::new("qrscene_30")));
        assert!(!scenes.contains(&Scene::new("31")) && !scenes.contains(&Scene::new("x")));
        assert!(parse("30..1").is_none() && parse("").is_none());
    }

    #[test]
    fn a_range_is_understood_however_it_is_written() {
        for text in ["1-30", "1..30", "1 ~ 30", "1～30", "1到30", "1至30", "1－30", "1–30", "１－３０"]
        {
            assert!(matches!(parse(text), Some(Scenes::Range(1, 30))), "{text}");
        }
    }

    #[test]
    fn what_is_neither_a_number_nor_a_range_nor_a_text_is_no_scene() {
        for text in ["1、2、3", "1,2,3", "1，2", "1 2", "1;2", "1到", "1~30~60", "1...3", "a..b"] {
            assert!(parse(text).is_none(), "{text}");
        }
        for text in ["42", "shop", "618大促", "3f-east", "2026-02-01", "1_2", "门店1到3"] {
            assert!(parse(text).is_some_and(|scene| scene.contains(&Scene::new(text))), "{text}");
        }
    }
}
