//! The subject: one message as conditions see it, with every form of it computed once.

use std::borrow::Cow;
use std::cell::Cell;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::engine::fold;
use crate::engine::lexicon::{Hit, Lexicon};
use crate::model::kind::Kind;
use crate::model::message::InboundMessage;
use crate::model::profile::Profile;
use crate::schedule::calendar::Moment;

/// Conditions look at this many characters of a text, far more than the platform lets a fan write; the
/// rest could only make the answer late.
pub const MATCHED_CHARACTERS: usize = 5_000;

/// The work that regular expressions with a literal may do for one decision. A unit is a piece of an expression that is
/// followed for one byte of the text.
pub const FUEL: usize = 250_000;

/// What a decision depends on beside the message.
#[derive(Clone, Debug)]
pub struct Context<'a> {
    /// The one instant that is the time of everything in this request.
    pub received_at: Timestamp,
    /// The account's zone.
    pub zone: &'a TimeZone,
    /// The account's configured name.
    pub account_name: &'a str,
    /// What the account's platform allows.
    pub profile: &'a Profile,
}

/// A message as conditions see it.
#[derive(Debug)]
pub struct Subject<'m> {
    pub message: &'m InboundMessage,
    pub kind: Kind,
    /// The words, folded; empty where nobody wrote any.
    pub folded: String,
    /// The words as regular expressions see them.
    pub prepared: Cow<'m, str>,
    /// The words of the lexicon that stand in `folded`.
    pub hits: Vec<Hit>,
    /// The literals of regular expressions that stand in `prepared`.
    pub literal_hits: Vec<Hit>,
    /// The local time of receipt.
    pub moment: Moment,
    /// The account's configured name.
    pub account_name: &'m str,
    /// What is left of [`FUEL`].
    fuel: Cell<usize>,
    /// How many expressions were not tried, because too little was left.
    untried: Cell<usize>,
}

impl<'m> Subject<'m> {
    pub fn new(
        message: &'m InboundMessage,
        context: &Context<'m>,
        words: &Lexicon,
        literals: &Lexicon,
    ) -> Self {
        let text = first_characters(message.words().unwrap_or(""), MATCHED_CHARACTERS);
        let folded = fold::fold(text);
        let prepared = fold::half_width(text);
        Self {
            kind: message.kind(),
            hits: words.hits(&folded),
            // without any, the text need not be lowered
            literal_hits: if literals.is_empty() { Vec::new() } else { literals.hits(&lower(&prepared)) },
            folded,
            prepared,
            moment: Moment::of(context.received_at, context.zone),
            account_name: context.account_name,
            message,
            fuel: Cell::new(FUEL),
            untried: Cell::new(0),
        }
    }

    /// Pays for the work of an expression. Where too little is left the expression is not tried, and no later one either:
    /// which one is tried depends on the order of the rules alone.
    pub fn pay(&self, work: usize) -> bool {
        let left = self.fuel.get().checked_sub(work);
        if left.is_none() {
            self.untried.set(self.untried.get() + 1);
        }
        self.fuel.set(left.unwrap_or(0));
        left.is_some()
    }

    /// How many expressions were not tried so far.
    pub fn untried(&self) -> usize {
        self.untried.get()
    }

    /// Asks something that is no part of the decision, with fuel of its own.
    pub fn aside<T>(&self, ask: impl FnOnce() -> T) -> T {
        let (left, untried) = (self.fuel.replace(FUEL), self.untried.get());
        let answer = ask();
        self.fuel.set(left);
        self.untried.set(untried);
        answer
    }

    /// Whether a person wrote something.
    pub fn has_words(&self) -> bool {
        self.message.words().is_some()
    }

    /// The folded words without punctuation and blanks at their ends.
    pub fn trimmed(&self) -> &str {
        fold::trim_punctuation(&self.folded)
    }
}

/// Lower case as far as the literals of [`crate::engine::condition::regex`] need it: ASCII letters, and the two
/// letters outside ASCII that regular expressions hold equal to one of them.
pub fn lower(text: &str) -> String {
    let lower = |c: char| match c {
        'ſ' => 's',
        '\u{212A}' => 'k',
        c => c.to_ascii_lowercase(),
    };
    text.chars().map(lower).collect()
}

pub fn first_characters(text: &str, count: usize) -> &str {
    match text.char_indices().nth(count) {
        Some((end, _)) => &text[..end],
        None => text,
    }
}
