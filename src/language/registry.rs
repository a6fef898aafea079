//! Every mapping of the rule language: what the YAML reader, the schema and the reference know of it.

use crate::language::condition::CONDITIONS;
use crate::language::condition::near::CIRCLE;
use crate::language::condition::times::NAMED_TIME;
use crate::language::condition::word_set::LIST;
use crate::language::follow_up::{ANSWERED, FOLLOW_UP};
use crate::language::grammar::example::EXAMPLE;
use crate::language::grammar::file::FILE;
use crate::language::grammar::menu::{BUTTON, ITEM};
use crate::language::grammar::rule::RULE;
use crate::language::grammar::{Grammar, Home};
use crate::language::holidays::ARRANGEMENT;
use crate::language::reply::REPLY;
use crate::language::reply::articles::CARD;
use crate::language::reply::one_of::CHOICE;
use crate::language::reply::position::POSITION;

pub static GRAMMAR: Grammar = Grammar {
    mappings: &[
        &FILE,
        &RULE,
        &CONDITIONS,
        &LIST,
        &CIRCLE,
        &NAMED_TIME,
        &ARRANGEMENT,
        &REPLY,
        &CHOICE,
        &CARD,
        &POSITION,
        &FOLLOW_UP,
        &ANSWERED,
        &EXAMPLE,
        &BUTTON,
        &ITEM,
    ],
    homes: &[
        (Home::Rule, &RULE),
        (Home::Within("when"), &CONDITIONS),
        (Home::Within("reply"), &REPLY),
        (Home::Within("follow_up"), &FOLLOW_UP),
        (Home::Within("articles"), &CARD),
        (Home::Within("near"), &CIRCLE),
        (Home::Within("times"), &NAMED_TIME),
        (Home::Within("holidays"), &ARRANGEMENT),
    ],
};
