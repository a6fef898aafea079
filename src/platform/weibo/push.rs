//! The push: what the platform says, under one set of names and as texts, before it becomes an inbound message. Both
//! formats fill it in, so a message is understood in one way.

use std::borrow::Cow;
use std::str::FromStr;

use crate::model::id::UserId;
use crate::model::kind::Carries;
use crate::model::message::{
    Content, Event, Format, InboundMessage, MediaId, Mention, MentionPlace, Position, Scene,
};
use crate::platform::weibo::instant;
use crate::platform::{DecodeFault, Inbound};

/// How much of an unknown type's name is kept, in characters.
const WHAT_LIMIT: usize = 64;

/// One push, not yet understood (docs/protocol.md 2, 4 and 5.2).
pub(super) struct Push<'a> {
    pub format: Format,
    pub account: Field<'a>,
    pub sender: Field<'a>,
    pub created_at: Field<'a>,
    pub id: Field<'a>,
    /// `type`, `MsgType`
    pub kind: Field<'a>,
    /// `data.subtype`, `Event`
    pub subtype: Field<'a>,
    pub key: Field<'a>,
    pub text: Field<'a>,
    pub media: Field<'a>,
    pub longitude: Field<'a>,
    pub latitude: Field<'a>,
}

/// A field under the name that it has in its format; whether its value can be used, only the reader of
/// a known type asks.
pub(super) struct Field<'a> {
    pub name: &'static str,
    pub value: FieldValue<'a>,
}

pub(super) enum FieldValue<'a> {
    Absent,
    Text(Cow<'a, str>),
    /// Something that is no text and no whole number.
    Odd,
}

impl<'a> FieldValue<'a> {
    /// A text without the characters that no message holds.
    pub(super) fn of(text: &'a str) -> Self {
        Self::Text(without_forbidden(text))
    }
}

/// What a message can hold of a text; of most, all. These are the characters of XML 1.0, so that a message is the same in
/// both formats. Phones do send others, and a fan who has one of them in his text is answered all the same.
pub(super) fn without_forbidden(text: &str) -> Cow<'_, str> {
    let is_allowed = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    // all bytes are looked at, which is quicker than to stop at the first of these
    let is_doubtful = |b: u8| (b < b' ' && !matches!(b, b'\t' | b'\n' | b'\r')) || b == 0xEF;
    let may_be_forbidden = text.bytes().fold(false, |found, b| found | is_doubtful(b));
    if may_be_forbidden && !text.chars().all(is_allowed) {
        return text.chars().filter(|c| is_allowed(*c)).collect::<String>().into();
    }
    text.into()
}

impl Field<'_> {
    fn text(&self) -> Result<&str, DecodeFault> {
        match &self.value {
            FieldValue::Text(text) => Ok(text),
            FieldValue::Absent => Err(DecodeFault::MissingField { field: self.name }),
            FieldValue::Odd => Err(DecodeFault::BadField { field: self.name }),
        }
    }

    /// The text of a field whose message says enough without it: whoever sent it is answered all the same.
    fn text_or_empty(&self) -> Result<&str, DecodeFault> {
        match self.value {
            FieldValue::Absent => Ok(""),
            _ => self.text(),
        }
    }

    /// The text of a field that says nothing when it is empty.
    fn filled(&self) -> Result<&str, DecodeFault> {
        self.text().and_then(|text| {
            if text.is_empty() { Err(DecodeFault::MissingField { field: self.name }) } else { Ok(text) }
        })
    }

    /// A word of the protocol, whose case does not matter (docs/protocol.md 5.3).
    fn word(&self) -> Result<Cow<'_, str>, DecodeFault> {
        let word = self.filled()?.trim();
        let is_lower = !word.bytes().any(|b| b.is_ascii_uppercase());
        Ok(if is_lower { Cow::Borrowed(word) } else { Cow::Owned(word.to_ascii_lowercase()) })
    }

    fn uid(&self) -> Result<UserId, DecodeFault> {
        UserId::from_uid(self.text()?.trim()).map_err(|_| DecodeFault::BadField { field: self.name })
    }

    fn parsed<T: FromStr>(&self) -> Result<T, DecodeFault> {
        self.text()?.trim().parse().map_err(|_| DecodeFault::BadField { field: self.name })
    }
}

impl Push<'_> {
    /// # Errors
    ///
    /// A field that its type needs is missing or makes no sense.
    pub(super) fn read(self) -> Result<Inbound, DecodeFault> {
        let account = self.account.uid()?;
        let Some(content) = self.content()? else {
            return Ok(Inbound::Unknown { account, format: self.format, what: self.what()? });
        };
        let created_at = instant::of_created_at(self.created_at.text()?.trim());
        Ok(Inbound::Message(InboundMessage {
            account,
            sender: self.sender.uid()?,
            created_at: created_at.ok_or(DecodeFault::BadField { field: self.created_at.name })?,
            // no more than a help against doubles: one that is odd is as good as none
            platform_id: self.id.parsed().ok(),
            format: self.format,
            content,
        }))
    }

    /// `None` for a type or subtype that is not known: more of them will come (docs/protocol.md 2.5).
    fn content(&self) -> Result<Option<Content>, DecodeFault> {
        Ok(Some(match &*self.kind.word()? {
            "text" => Content::Text(self.text.text_or_empty()?.to_owned()),
            "position" | "location" => Content::Position(self.position()?),
            "voice" => Content::Voice(self.media()),
            "image" => Content::Image(self.media()),
            "mention" => return Ok(self.mention()?.map(Content::Mention)),
            // one revision of the documents files the mention under the events (docs/protocol.md 2.6)
            "event" => match self.mention()? {
                Some(mention) => Content::Mention(mention),
                None => return Ok(self.event()?.map(Content::Event)),
            },
            _ => return Ok(None),
        }))
    }

    fn position(&self) -> Result<Position, DecodeFault> {
        let (longitude, latitude) = (self.longitude.parsed()?, self.latitude.parsed()?);
        let outside = if f64::abs(latitude) <= 90.0 { &self.longitude } else { &self.latitude };
        Position::new(longitude, latitude).map_err(|_| DecodeFault::BadField { field: outside.name })
    }

    /// No rule asks for the file: an image without its id is answered as any other.
    fn media(&self) -> MediaId {
        MediaId(self.media.text().unwrap_or_default().to_owned())
    }

    fn mention(&self) -> Result<Option<Mention>, DecodeFault> {
        let place = match &*self.subtype.word()? {
            "status" => MentionPlace::Status,
            "comment" => MentionPlace::Comment,
            _ => return Ok(None),
        };
        let (key, text) = (self.key.filled()?.to_owned(), self.text.text_or_empty()?.to_owned());
        Ok(Some(Mention { place, key, text }))
    }

    fn event(&self) -> Result<Option<Event>, DecodeFault> {
        Ok(Some(match &*self.subtype.word()? {
            "follow" => Event::Follow,
            "unfollow" => Event::Unfollow,
            "subscribe" => match self.key.text() {
                // how WeChat reports that somebody scanned and then followed (docs/protocol.md 5.3)
                Ok(key) if key.starts_with("qrscene_") => Event::ScanFollow(Scene::new(key)),
                _ => Event::Subscribe,
            },
            "unsubscribe" => Event::Unsubscribe,
            "scan" => Event::Scan(Scene::new(self.key.text_or_empty()?)),
            "scan_follow" => Event::ScanFollow(Scene::new(self.key.text_or_empty()?)),
            "click" => Event::Click(self.key.text_or_empty()?.to_owned()),
            "view" => Event::View(self.key.text_or_empty()?.to_owned()),
            _ => return Ok(None),
        }))
    }

    /// The name of what is not known, fit for a log.
    fn what(&self) -> Result<String, DecodeFault> {
        let mut what = self.kind.word()?.into_owned();
        if matches!(what.as_str(), "event" | "mention") {
            what = format!("{what} {}", self.subtype.word()?);
        }
        Ok(what.chars().filter(|c| !c.is_control()).take(WHAT_LIMIT).collect())
    }
}

/// The platform's word for the place of a mention (docs/protocol.md 2.6).
pub(super) fn place_word(place: MentionPlace) -> &'static str {
    match place {
        MentionPlace::Status => "status",
        MentionPlace::Comment => "comment",
    }
}

/// The key of an event as the platform writes it, where the event has one (docs/protocol.md 4).
pub(super) fn event_key(event: &Event) -> Option<String> {
    let prefix = if event.kind().carries() == Carries::Scene { "QR_SCENE_" } else { "" };
    event.key().map(|key| format!("{prefix}{key}"))
}

/// The text that the platform puts into an event (docs/protocol.md 4).
pub(super) fn event_text(event: &Event) -> &'static str {
    match event {
        Event::Follow => "关注事件消息",
        Event::Unfollow => "取消关注事件消息",
        Event::Subscribe => "订阅事件消息",
        Event::Unsubscribe => "取消订阅事件消息",
        Event::Scan(_) | Event::ScanFollow(_) => "扫描二维码",
        // not known; this one is made after the others (docs/protocol.md 12)
        Event::Click(_) => "自定义菜单点击事件消息",
        Event::View(_) => "自定义菜单跳转链接事件消息",
    }
}
