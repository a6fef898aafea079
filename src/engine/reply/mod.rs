//! Actions: what a rule answers. One kind a file; this one reads the forms of a reply and joins them to
//! a script, the messages in their order. An action sends nothing; it makes replies.

pub mod articles;
pub mod one_of;
pub mod text;

use crate::language::reply::fault::ReplyFault;
use articles::Articles;
use one_of::{Dice, OneOf};
use text::TextAction;

use crate::engine::template::{RenderFailure, Scope, Templates};
use crate::language::grammar::reply::{CHOICE, FORMS, POSITION};
use crate::language::position::read_position;
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::reader::{Fields, Text};
use crate::language::yaml::{Node, Value};
use crate::model::message::Position;
use crate::model::reply::Reply;

/// Messages in their order; at least one.
#[derive(Clone, Debug)]
pub struct Script(Vec<Action>);

/// One message.
#[derive(Clone, Debug)]
enum Action {
    Text(TextAction),
    Articles(Articles),
    Position(Position),
    OneOf(OneOf),
}

impl Script {
    /// Reads what stands behind `reply:`: a text, a mapping, or a list of two and more of those.
    pub fn read(reader: &mut RuleReader, node: &Node) -> Option<Self> {
        match &node.value {
            Value::List(items)
                if items.len() > 1 || items.iter().all(|item| matches!(item.value, Value::Map(_))) =>
            {
                let items = reader.yaml.list(node);
                let scripts: Vec<_> = items.iter().map(|item| Self::read_item(reader, item)).collect();
                let actions = scripts.into_iter().collect::<Option<Vec<Self>>>()?;
                let actions: Vec<Action> = actions.into_iter().flat_map(|script| script.0).collect();
                (!actions.is_empty()).then_some(Self(actions))
            }
            _ => Self::read_item(reader, node),
        }
    }

    fn read_item(reader: &mut RuleReader, node: &Node) -> Option<Self> {
        const MOST: usize = 1_000;
        reader.actions += 1;
        if reader.actions > MOST {
            if reader.actions == MOST + 1 {
                reader.fault(ReplyFault::TooManyReplies { most: MOST }, node.span.clone());
            }
            return None;
        }
        match &node.value {
            Value::Map(_) if !reader.starts_with_braces(node) => {
                let fields = reader.yaml.map(node, &CHOICE)?;
                if let Some(span) = fields.key_span("weight") {
                    reader.fault(ReplyFault::WeightAlone {}, span);
                }
                Self::read_fields(reader, &fields)
            }
            _ => {
                let text = reader.yaml.free_text(node)?;
                Some(Self(vec![Action::Text(TextAction::read(reader, text)?)]))
            }
        }
    }

    /// Reads the one form of a reply that stands among these fields.
    pub fn read_fields(reader: &mut RuleReader, fields: &Fields) -> Option<Self> {
        let forms: Vec<&str> = fields.keys().filter(|key| FORMS.contains(key)).collect();
        let [form] = forms.as_slice() else {
            if !fields.has_faults {
                reader.fault(ReplyFault::NoKind { known: FORMS.join(", ") }, fields.span.clone());
            }
            return None;
        };
        let node = fields.get(form)?;
        let action = match *form {
            "text" => {
                let text = reader.yaml.free_text(node)?;
                Action::Text(TextAction::read(reader, text)?)
            }
            "articles" => Action::Articles(Articles::read(reader, node)?),
            "position" => {
                let fields = reader.yaml.map(node, &POSITION)?;
                Action::Position(read_position(reader, &fields, "position")?)
            }
            "one_of" => Action::OneOf(OneOf::read(reader, node)?),
            "use" => {
                let name = reader.yaml.text(node)?;
                return Self::read_named(reader, &name);
            }
            _ => {
                debug_assert!(false, "{form} is a form of a reply and nobody reads it");
                return None;
            }
        };
        Some(Self(vec![action]))
    }

    /// A named reply, read anew with the names that this rule has.
    fn read_named(reader: &mut RuleReader, name: &Text) -> Option<Self> {
        let names = reader.names;
        let Some(named) = names.replies.get(&name.value) else {
            let meant = reader.nearest(&name.value, names.replies.keys());
            reader.fault(ReplyFault::UnknownReply { name: name.value.clone(), meant }, name.span.clone());
            return None;
        };
        if reader.using.contains(&name.value) {
            reader.fault(ReplyFault::ReplyCycle { name: name.value.clone() }, name.span.clone());
            return None;
        }
        reader.used.replies.insert(name.value.clone());
        reader.using.push(name.value.clone());
        let script = reader.in_file(named.file, |reader| Self::read(reader, named.node));
        reader.using.pop();
        script
    }

    /// The replies for one message, in order.
    pub fn render(
        &self,
        templates: &Templates,
        scope: &Scope,
        dice: &mut Dice,
    ) -> Result<Vec<Reply>, RenderFailure> {
        let mut replies = Vec::with_capacity(self.0.len());
        self.render_into(templates, scope, dice, &mut replies)?;
        Ok(replies)
    }

    fn render_into(
        &self,
        templates: &Templates,
        scope: &Scope,
        dice: &mut Dice,
        replies: &mut Vec<Reply>,
    ) -> Result<(), RenderFailure> {
        for action in &self.0 {
            match action {
                Action::Text(text) => replies.push(text.render(templates, scope)?),
                Action::Articles(articles) => replies.push(articles.render(templates, scope)?),
                Action::Position(position) => replies.push(Reply::Position(*position)),
                Action::OneOf(one_of) => one_of.draw(dice).render_into(templates, scope, dice, replies)?,
            }
        }
        Ok(())
    }

    /// Every list of replies that chance can make of it, up to a bound; `None` beyond it.
    pub fn render_all(
        &self,
        templates: &Templates,
        scope: &Scope,
    ) -> Result<Option<Vec<Vec<Reply>>>, RenderFailure> {
        const MOST: usize = 256;
        let mut all: Vec<Vec<Reply>> = vec![Vec::new()];
        for action in &self.0 {
            let endings = match action {
                Action::Text(text) => vec![vec![text.render(templates, scope)?]],
                Action::Articles(articles) => vec![vec![articles.render(templates, scope)?]],
                Action::Position(position) => vec![vec![Reply::Position(*position)]],
                Action::OneOf(one_of) => {
                    let mut endings = Vec::new();
                    for choice in one_of.choices() {
                        match choice.render_all(templates, scope)? {
                            Some(more) => endings.extend(more),
                            None => return Ok(None),
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
        let of = |action: &Action| match action {
            Action::OneOf(one_of) => one_of.choices().map(Self::most_messages).max().unwrap_or(0),
            _ => 1,
        };
        self.0.iter().map(of).sum()
    }

    /// Whether one of its messages may be a position.
    pub fn has_position(&self) -> bool {
        self.0.iter().any(|action| match action {
            Action::Position(_) => true,
            Action::OneOf(one_of) => one_of.choices().any(Self::has_position),
            _ => false,
        })
    }

    /// The length of its longest text that is known before a message comes, in characters.
    pub fn longest_text(&self) -> usize {
        let of = |action: &Action| match action {
            Action::Text(text) => text.known_length(),
            Action::OneOf(one_of) => one_of.choices().map(Self::longest_text).max().unwrap_or(0),
            _ => 0,
        };
        self.0.iter().map(of).max().unwrap_or(0)
    }
}

/// Reads one item of `one_of` with its weight.
fn read_choice(reader: &mut RuleReader, node: &Node) -> Option<(u32, Script)> {
    const HEAVIEST: i64 = 1_000_000;
    if let Value::Map(_) = &node.value
        && !reader.starts_with_braces(node)
    {
        let fields = reader.yaml.map(node, &CHOICE)?;
        let weight = match fields.get("weight") {
            Some(weight) => reader.yaml.integer(weight, 1..=HEAVIEST)?,
            None => 1,
        };
        return Some((weight as u32, Script::read_fields(reader, &fields)?));
    }
    Some((1, Script::read(reader, node)?))
}
