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

/// The work that regular expressions may do for one decision, beside what is bounded when a folder is loaded. A unit is a piece of an expression that is
/// followed for one byte of the text.
pub const FUEL: usize = 500_000;
/// The work that they may do for all that is asked of one message beside its decision.
const FUEL_ASIDE: usize = 20_000_000;

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
    /// Whether all words and literals that stand in the text are among the hits.
    pub is_searched: bool,
    /// What is left of [`FUEL`].
    fuel: Cell<usize>,
    /// What is left of [`FUEL_ASIDE`].
    fuel_aside: Cell<usize>,
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
        let (hits, all_words) = words.hits(&folded);
        // without any, the text need not be lowered
        let (literal_hits, all_literals) =
            if literals.is_empty() { (Vec::new(), true) } else { literals.hits(&lower(&prepared)) };
        let is_searched = all_words && all_literals;
        Self {
            kind: message.kind(),
            hits,
            literal_hits,
            is_searched,
            folded,
            prepared,
            moment: Moment::of(context.received_at, context.zone),
            account_name: context.account_name,
            message,
            fuel: Cell::new(FUEL),
            fuel_aside: Cell::new(FUEL_ASIDE),
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

    /// Asks something that is no part of the decision, with fuel of its own. `None` where that is too little.
    pub fn aside<T>(&self, ask: impl FnOnce() -> T) -> Option<T> {
        let given = FUEL.min(self.fuel_aside.get());
        let (left, untried) = (self.fuel.replace(given), self.untried.get());
        let answer = ask();
        let used = given - self.fuel.replace(left);
        self.fuel_aside.set(self.fuel_aside.get() - used);
        (self.untried.replace(untried) == untried).then_some(answer)
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
