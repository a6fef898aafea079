//! The grammar: every mapping of the rule language with its keys, what may stand behind them, and what they
//! mean, in both languages. The reader knows the keys from here; the schema and the reference are made of it.

pub mod example;
pub mod file;
pub mod menu;
pub mod rule;

use std::fmt;

use crate::words::lang::Lang;
use crate::words::texts::Localize;

/// A language that is written in YAML.
#[derive(Debug)]
pub struct Grammar {
    /// In the order in which they are told.
    pub mappings: &'static [&'static Mapping],
    /// Where a key is told to belong that stands in another place; the first that has it counts.
    pub homes: &'static [(Home, &'static Mapping)],
}

/// Where the keys of a mapping stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    Rule,
    Within(&'static str),
}

/// A mapping of the language.
#[derive(Debug)]
pub struct Mapping {
    /// Its name in the schema.
    pub name: &'static str,
    pub title: Words,
    pub about: Words,
    pub keys: &'static [Key],
    pub needs: &'static [Needs],
}

/// One key of a mapping.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    pub name: &'static str,
    pub form: Form,
    pub meaning: Words,
}

/// A key together with what reads the value behind it. A mapping whose keys are made of its rows has no key
/// that nobody reads.
#[derive(Clone, Copy, Debug)]
pub struct Row<R> {
    pub key: Key,
    pub read: R,
}

/// Which keys a mapping cannot do without, or has not together.
#[derive(Debug)]
pub enum Needs {
    All(&'static [&'static str]),
    ExactlyOne(&'static [&'static str]),
    AtLeastOne(&'static [&'static str]),
    /// It is not empty.
    Something,
    /// No key of the first beside one of the second.
    Apart(&'static [&'static str], &'static [&'static str]),
    /// The first key not beside the second, when that is `true`.
    NotBesideTrue(&'static str, &'static str),
    /// Each entry of a list has one of these keys, unless the mapping itself has the first of them.
    InEach {
        list: &'static str,
        keys: &'static [&'static str],
    },
}

/// What may stand behind a key.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    /// What stands there is text, also `007` and `yes`.
    Text,
    /// A text that is written in a certain way, such as `09:00-18:00`.
    Written(&'static str),
    Boolean,
    /// A whole number, both ends inclusive.
    Integer(i64, i64),
    /// A number of degrees, up to so many either way.
    Degrees(i64),
    /// One of these words.
    Choice(&'static [&'static str]),
    Is(&'static Mapping),
    /// A mapping without some of its keys.
    Without(&'static Mapping, &'static [&'static str]),
    Either(&'static [Form]),
    /// One of it, or a list.
    OneOrMany(&'static Form),
    /// A list of so many at least and at most.
    Many(&'static Form, usize, usize),
    /// A mapping whose keys the author chooses.
    Named(&'static Form),
    /// A form that is told in words of its own.
    Told(Words, &'static Form),
}

/// The same in English and in Chinese.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    pub en: &'static str,
    pub zh: &'static str,
}

/// Where a list has no bound of its own.
pub const ANY: usize = usize::MAX;

impl Grammar {
    /// The keys of this name, of every mapping.
    pub fn keys<'k>(&self, name: &'k str) -> impl Iterator<Item = &'static Key> + use<'k> {
        self.mappings.iter().flat_map(|mapping| mapping.keys).filter(move |key| key.name == name)
    }

    pub fn home_of(&self, key: &str) -> Option<Home> {
        self.homes.iter().find(|(_, mapping)| mapping.names().any(|name| name == key)).map(|(home, _)| *home)
    }
}

impl Form {
    /// Whether a mapping with this key may stand there.
    pub fn takes_key(&self, name: &str) -> bool {
        match self {
            Self::Is(mapping) => mapping.names().any(|key| key == name),
            Self::Without(mapping, keys) => !keys.contains(&name) && mapping.names().any(|key| key == name),
            Self::Either(forms) => forms.iter().any(|form| form.takes_key(name)),
            Self::OneOrMany(form) | Self::Many(form, ..) | Self::Told(_, form) => form.takes_key(name),
            _ => false,
        }
    }

    /// Whether a list may stand there.
    pub fn takes_several(&self) -> bool {
        match self {
            Self::OneOrMany(_) | Self::Many(..) => true,
            Self::Told(_, form) => form.takes_several(),
            _ => false,
        }
    }
}

impl Localize for Home {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        match self {
            Self::Rule => lang
                .pick("the rule itself, in line with its `when:`", "规则本身，要和 `when:` 对齐")
                .to_owned(),
            Self::Within(key) => lang.pick(format!("`{key}:`"), format!(" `{key}:`")),
        }
    }
}

impl Words {
    pub fn pick(self, lang: Lang) -> &'static str {
        lang.pick(self.en, self.zh)
    }
}

impl Mapping {
    /// The names of its keys, in the order in which they are told.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.keys.iter().map(|key| key.name)
    }

    /// Whether a mapping with the second key may stand behind the first one.
    pub fn takes_key(&self, name: &str, key: &str) -> bool {
        self.keys.iter().any(|own| own.name == name && own.form.takes_key(key))
    }

    /// The names of its keys, to be read by people.
    pub fn listed(&self) -> String {
        self.names().collect::<Vec<_>>().join(", ")
    }
}

pub const fn words(en: &'static str, zh: &'static str) -> Words {
    Words { en, zh }
}

pub const fn key(name: &'static str, form: Form, en: &'static str, zh: &'static str) -> Key {
    Key { name, form, meaning: words(en, zh) }
}

/// The keys of these rows, in their order: `keys: &keys_of::<_, { ROWS.len() }>(ROWS)`.
///
/// # Panics
/// There are not `N` rows; in a static that is an error of the compiler.
pub const fn keys_of<R, const N: usize>(rows: &[&Row<R>]) -> [Key; N] {
    assert!(rows.len() == N);
    let mut keys = [rows[0].key; N];
    let mut i = 1;
    while i < N {
        keys[i] = rows[i].key;
        i += 1;
    }
    keys
}

/// Two lists as one; `N` is how long both are.
pub const fn joined<T: Copy, const N: usize>(first: &[T], second: &[T]) -> [T; N] {
    let mut all = [first[0]; N];
    let mut i = 1;
    while i < N {
        all[i] = if i < first.len() { first[i] } else { second[i - first.len()] };
        i += 1;
    }
    all
}
