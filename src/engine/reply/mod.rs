//! Replies: what a rule answers. Each form has a file; this one joins them into a script, which is a list of messages in
//! their order.

pub mod articles;
pub mod one_of;
pub mod text;

use std::ops::Range;
use std::sync::Arc;

use articles::Articles;
use one_of::{Dice, OneOf};
use text::{Own, TextReply};

use crate::engine::subject::first_characters;
use crate::engine::template::{Names, RenderFailure, Scope, Templates};
use crate::model::message::{Format, Position};
use crate::model::profile::Profile;
use crate::model::reply::Reply;

/// Messages in their order. A rule's own has one at least; a choice without any is silence on purpose.
#[derive(Clone, Debug, Default)]
pub struct Script(Vec<ReplyForm>);

/// What one message is made of.
#[derive(Clone, Debug)]
pub enum ReplyForm {
    Text(TextReply),
    Articles(Articles),
    Position(Position),
    OneOf(OneOf),
}

/// A reply that is filled in, before it is parted into messages.
#[derive(Debug)]
pub struct Filled<'s> {
    pub reply: Reply,
    /// What the author wrote of it; `None` where nothing can be inserted.
    pub own: Option<&'s Own>,
    /// The bytes of its text that were inserted, in order.
    pub inserted: Vec<Range<usize>>,
}

impl Filled<'_> {
    /// Its text with no more than so many characters of each insertion, but for the folder's named texts: these are the
    /// author's own.
    pub fn shortened(&self, text: &str, longest: usize) -> String {
        let is_own =
            |inserted: &str| self.own.is_some_and(|own| own.named.iter().any(|named| named == inserted));
        let (mut shortened, mut end) = (String::new(), 0);
        for range in &self.inserted {
            let inserted = &text[range.clone()];
            let kept = first_characters(inserted, longest);
            if kept.len() < inserted.len() && !is_own(inserted) {
                let mark = if longest > 0 { "…" } else { "" };
                shortened = shortened + &text[end..range.start] + kept.trim_end() + mark;
                end = range.end;
            }
        }
        shortened + &text[end..]
    }
}

impl From<Reply> for Filled<'_> {
    fn from(reply: Reply) -> Self {
        Self { reply, own: None, inserted: Vec::new() }
    }
}

impl From<ReplyForm> for Script {
    fn from(form: ReplyForm) -> Self {
        Self(vec![form])
    }
}

impl Script {
    /// The messages of one after those of another; `None` where there are no scripts.
    pub fn joined(scripts: Vec<Self>) -> Option<Self> {
        let forms: Vec<ReplyForm> = scripts.into_iter().flat_map(|script| script.0).collect();
        (!forms.is_empty()).then_some(Self(forms))
    }

    /// The replies for one message, in order.
    ///
    /// # Errors
    ///
    /// One of its texts cannot be filled in.
    pub fn render<'s>(
        &'s self,
        templates: &Templates,
        names: &Arc<Names>,
        dice: &mut Dice,
    ) -> Result<Vec<Filled<'s>>, RenderFailure> {
        let mut replies = Vec::with_capacity(self.0.len());
        for form in &self.0 {
            match form {
                ReplyForm::Text(text) => replies.push(text.render(templates, names)?),
                ReplyForm::Articles(articles) => replies.push(articles.render(templates, names)?.into()),
                ReplyForm::Position(position) => replies.push(Reply::Position(*position).into()),
                ReplyForm::OneOf(one_of) => {
                    replies.extend(one_of.draw(dice).render(templates, names, dice)?);
                }
            }
        }
        Ok(replies)
    }

    /// Every list of replies that chance can make of it, up to a bound; `None` beyond it. Each text is filled in as if it
    /// were the answer.
    ///
    /// # Errors
    ///
    /// One of its texts cannot be filled in.
    pub fn render_all(
        &self,
        templates: &Templates,
        scope: &Arc<Scope>,
    ) -> Result<Option<Vec<Vec<Reply>>>, RenderFailure> {
        const MOST: usize = 256;
        let mut all: Vec<Vec<Reply>> = vec![Vec::new()];
        for form in &self.0 {
            let names = || Names::of(Arc::clone(scope));
            let endings = match form {
                ReplyForm::Text(text) => vec![vec![text.render(templates, &names())?.reply]],
                ReplyForm::Articles(articles) => vec![vec![articles.render(templates, &names())?]],
                ReplyForm::Position(position) => vec![vec![Reply::Position(*position)]],
                ReplyForm::OneOf(one_of) => {
                    let mut endings = Vec::new();
                    for choice in one_of.choices() {
                        match choice.render_all(templates, scope)? {
                            Some(more) if endings.len() + more.len() <= MOST => endings.extend(more),
                            _ => return Ok(None),
                        }
                    }
                    endings
                }
            };
            if all.len() * endings.len() > MOST {
                return Ok(None);
            }
            let join = |start: &Vec<Reply>, end: &Vec<Reply>| start.iter().chain(end).cloned().collect();
            all = all.iter().flat_map(|start| endings.iter().map(move |end| join(start, end))).collect();
        }
        Ok(Some(all))
    }

    /// The most messages that it can come to, before long texts are split.
    pub fn most_messages(&self) -> usize {
        let of = |form: &ReplyForm| match form {
            ReplyForm::OneOf(one_of) => one_of.choices().map(Self::most_messages).max().unwrap_or(0),
            ReplyForm::Text(_) | ReplyForm::Articles(_) | ReplyForm::Position(_) => 1,
        };
        self.0.iter().map(of).sum()
    }

    /// The messages that it comes to by what its author wrote, whatever is inserted.
    pub fn own_messages(&self) -> usize {
        let of = |form: &ReplyForm| match form {
            ReplyForm::Text(text) => text.own.least,
            ReplyForm::OneOf(one_of) => one_of.choices().map(Self::own_messages).max().unwrap_or(0),
            ReplyForm::Articles(_) | ReplyForm::Position(_) => 1,
        };
        self.0.iter().map(of).sum()
    }

    /// Whether a passive answer can carry each of its messages, in whatever format the message comes.
    pub fn fits_every_format(&self, profile: &Profile) -> bool {
        let fits = |reply: &Reply| Format::ALL.iter().all(|format| (profile.fits)(reply, *format));
        self.0.iter().all(|form| match form {
            ReplyForm::Text(_) => fits(&Reply::Text(String::new())),
            ReplyForm::Articles(_) => fits(&Reply::Articles(Vec::new())),
            ReplyForm::Position(position) => fits(&Reply::Position(*position)),
            ReplyForm::OneOf(one_of) => one_of.choices().all(|choice| choice.fits_every_format(profile)),
        })
    }

    /// The length of its longest text that is known before a message comes, in characters.
    pub fn longest_text(&self) -> usize {
        let of = |form: &ReplyForm| match form {
            ReplyForm::Text(text) => text.known_length(),
            ReplyForm::OneOf(one_of) => one_of.choices().map(Self::longest_text).max().unwrap_or(0),
            ReplyForm::Articles(_) | ReplyForm::Position(_) => 0,
        };
        self.0.iter().map(of).max().unwrap_or(0)
    }
}
