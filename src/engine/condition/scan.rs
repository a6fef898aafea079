//! `scan`: a QR code with one of these scenes was scanned. The platform's prefixes are dropped on both
//! sides, so `42` and `QR_SCENE_42` are the same scene.

use crate::engine::index::Trigger;
use crate::engine::subject::Subject;
use crate::language::condition::fault::ConditionFault;
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::Node;
use crate::model::message::{Content, Event, Scene};
use crate::schedule::written::{half_width, split_range};

/// A wider range is not taken apart for the index.
const INDEXED_SCENES: u32 = 1_000;

/// One or more scenes.
#[derive(Debug)]
pub struct Scan(Vec<Scenes>);

/// Scenes of one item.
#[derive(Debug)]
enum Scenes {
    One(Scene),
    /// Both inclusive.
    Range(u32, u32),
}

impl Scan {
    pub fn read(reader: &mut RuleReader, node: &Node) -> Option<Self> {
        let mut scenes = Vec::new();
        for text in reader.yaml.texts(node) {
            match Scenes::parse(&text.value) {
                Some(item) => scenes.push(item),
                None => reader.fault(ConditionFault::BadScene { text: text.value }, text.span),
            }
        }
        (!scenes.is_empty()).then_some(Self(scenes))
    }

    pub fn holds(&self, subject: &Subject) -> bool {
        match &subject.message.content {
            Content::Event(Event::Scan(scene) | Event::ScanFollow(scene)) => {
                self.0.iter().any(|scenes| scenes.contains(scene))
            }
            _ => false,
        }
    }

    /// Whether it holds for every scene that the other one holds for.
    pub fn covers(&self, other: &Self) -> bool {
        other.0.iter().all(|scenes| self.0.iter().any(|own| own.covers(scenes)))
    }

    /// One of them.
    pub fn first(&self) -> Option<Scene> {
        self.0.first().map(|scenes| match scenes {
            Scenes::One(scene) => scene.clone(),
            Scenes::Range(first, _) => Scene::new(&first.to_string()),
        })
    }

    pub fn written(&self) -> impl Iterator<Item = String> {
        self.0.iter().map(|scenes| match scenes {
            Scenes::One(scene) => scene.as_str().to_owned(),
            Scenes::Range(first, last) => format!("{first}..{last}"),
        })
    }

    /// `None` when a range is too wide to be taken apart.
    pub fn triggers(&self) -> Option<Vec<Trigger>> {
        let mut triggers = Vec::new();
        for scenes in &self.0 {
            match scenes {
                Scenes::One(scene) => triggers.push(Trigger::Scene(scene.as_str().into())),
                Scenes::Range(first, last) if last - first < INDEXED_SCENES => {
                    triggers.extend((*first..=*last).map(|number| Trigger::Scene(number.to_string().into())));
                }
                Scenes::Range(..) => return None,
            }
        }
        Some(triggers)
    }
}

impl Scenes {
    fn parse(text: &str) -> Option<Self> {
        let half = half_width(text);
        let range = half.split_once("..").or_else(|| split_range(&half));
        if let Some((first, last)) = range
            && let (Ok(first), Ok(last)) = (first.trim().parse::<u32>(), last.trim().parse::<u32>())
        {
            return (first <= last).then_some(Self::Range(first, last));
        }
        let scene = if half.trim().bytes().all(|b| b.is_ascii_digit()) { &half } else { text };
        let scene = Scene::new(scene.trim());
        (!scene.as_str().is_empty() && !is_broken_number(&half)).then_some(Self::One(scene))
    }

    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (own, Self::One(scene)) => own.contains(scene),
            (Self::Range(first, last), Self::Range(other_first, other_last)) => {
                first <= other_first && other_last <= last
            }
            (Self::One(_), Self::Range(..)) => false,
        }
    }

    fn contains(&self, scene: &Scene) -> bool {
        match self {
            Self::One(own) => own == scene,
            Self::Range(first, last) => {
                scene.number().is_some_and(|number| (*first..=*last).contains(&number))
            }
        }
    }
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
        let scenes = Scenes::parse("1..30").unwrap();
        assert!(scenes.contains(&Scene::new("QR_SCENE_1")) && scenes.contains(&Scene::new("qrscene_30")));
        assert!(!scenes.contains(&Scene::new("31")) && !scenes.contains(&Scene::new("x")));
        assert!(Scenes::parse("30..1").is_none() && Scenes::parse("").is_none());
    }

    #[test]
    fn a_range_is_understood_however_it_is_written() {
        for text in ["1-30", "1..30", "1 ~ 30", "1～30", "1到30", "1至30", "1－30", "1–30", "１－３０"]
        {
            assert!(matches!(Scenes::parse(text), Some(Scenes::Range(1, 30))), "{text}");
        }
    }

    #[test]
    fn what_is_neither_a_number_nor_a_range_nor_a_text_is_no_scene() {
        for text in ["1、2、3", "1,2,3", "1，2", "1 2", "1;2", "1到", "1~30~60", "1...3", "a..b"] {
            assert!(Scenes::parse(text).is_none(), "{text}");
        }
        for text in ["42", "shop", "618大促", "3f-east", "2026-02-01", "1_2", "门店1到3"] {
            assert!(Scenes::parse(text).is_some_and(|scene| scene.contains(&Scene::new(text))), "{text}");
        }
    }
}
