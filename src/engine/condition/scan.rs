//! `scan`: a QR code with one of these scenes was scanned. The platform's prefixes are dropped on both
//! sides, so `42` and `QR_SCENE_42` are the same scene.

use crate::engine::condition::{Predicate, listed};
use crate::engine::index::Trigger;
use crate::engine::subject::Subject;
use crate::model::message::{Content, Event, Scene};

/// A wider range is not divided into scenes for the index.
const INDEXED_SCENES: u32 = 1_000;

/// One or more scenes.
#[derive(Debug)]
pub struct Scan(pub Vec<Scenes>);

/// Scenes of one item.
#[derive(Debug)]
pub enum Scenes {
    One(Scene),
    /// Both inclusive.
    Range(u32, u32),
}

impl Scan {
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
}

impl Predicate for Scan {
    fn holds(&self, subject: &Subject) -> bool {
        match &subject.message.content {
            Content::Event(Event::Scan(scene) | Event::ScanFollow(scene)) => {
                self.0.iter().any(|scenes| scenes.contains(scene))
            }
            _ => false,
        }
    }

    fn written(&self) -> String {
        let scenes = |scenes: &Scenes| match scenes {
            Scenes::One(scene) => scene.as_str().to_owned(),
            Scenes::Range(first, last) => format!("{first}..{last}"),
        };
        listed("scan", self.0.iter().map(scenes))
    }

    /// `None` when a range is too wide.
    fn triggers(&self) -> Option<Vec<Trigger>> {
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
    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (own, Self::One(scene)) => own.contains(scene),
            (Self::Range(first, last), Self::Range(other_first, other_last)) => {
                first <= other_first && other_last <= last
            }
            (Self::One(_), Self::Range(..)) => false,
        }
    }

    pub fn contains(&self, scene: &Scene) -> bool {
        match self {
            Self::One(own) => own == scene,
            Self::Range(first, last) => {
                scene.number().is_some_and(|number| (*first..=*last).contains(&number))
            }
        }
    }
}
