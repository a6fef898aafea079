//! The inbound message: what a fan did, the same whether it arrived as JSON or as XML. It holds only what the platform
//! said.

use jiff::Timestamp;

use super::id::UserId;
use super::kind::Kind;
use super::worded::worded;

/// One message or event of one fan to one account.
#[derive(Clone, Debug, PartialEq)]
pub struct InboundMessage {
    /// The account's id (`receiver_id`, `ToUserName`).
    pub account: UserId,
    /// The fan's id (`sender_id`, `FromUserName`).
    pub sender: UserId,
    /// The platform's time of the action; its resolution is one second (docs/protocol.md 3).
    pub created_at: Timestamp,
    /// The platform's own id, a number of 64 bits, which pushes normally lack (docs/protocol.md 2.1, 5.2).
    pub platform_id: Option<u64>,
    /// The format it arrived in, which is that of its answer.
    pub format: Format,
    pub content: Content,
}

worded! {
    /// The two formats of a push (docs/protocol.md 2 and 5).
    pub enum Format {
        Json "json",
        Xml "xml",
    }
}

/// What the fan sent or did.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    Text(String),
    Position(Position),
    Voice(MediaId),
    Image(MediaId),
    Mention(Mention),
    Event(Event),
}

/// A point on the map in degrees; likely GCJ-02, the platform does not say (docs/protocol.md 2.3).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    longitude: f64,
    latitude: f64,
}

/// The numbers were no point on the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a position: longitude -180 to 180 and latitude -90 to 90 are expected")]
pub struct NotAPosition;

impl Position {
    /// # Errors
    ///
    /// A longitude beyond ±180, a latitude beyond ±90, or no finite number.
    pub fn new(longitude: f64, latitude: f64) -> Result<Self, NotAPosition> {
        // a comparison with NaN is false, so NaN is refused too
        if longitude.abs() <= 180.0 && latitude.abs() <= 90.0 {
            Ok(Self { longitude, latitude })
        } else {
            Err(NotAPosition)
        }
    }

    pub fn longitude(self) -> f64 {
        self.longitude
    }

    pub fn latitude(self) -> f64 {
        self.latitude
    }
}

/// The file id with which the account can fetch a picture or voice (`tovfid`, `MediaId`;
/// docs/protocol.md 2.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaId(pub String);

/// The account was named in public (docs/protocol.md 2.6).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mention {
    pub place: MentionPlace,
    /// The id of the status or comment.
    pub key: String,
    pub text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MentionPlace {
    Status,
    Comment,
}

/// Something that the fan did without writing (docs/protocol.md 4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Follow,
    Unfollow,
    Subscribe,
    Unsubscribe,
    Scan(Scene),
    ScanFollow(Scene),
    /// A menu button of type click, by its key.
    Click(String),
    /// A menu button of type view, by its URL.
    View(String),
}

/// The scene of a QR code, without the prefixes `QR_SCENE_`, `QR_LIMIT_SCENE_`, `qrscene_`
/// (docs/protocol.md 4).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Scene(String);

impl Scene {
    pub fn new(key: &str) -> Self {
        let prefixes = ["QR_SCENE_", "QR_LIMIT_SCENE_", "qrscene_"];
        let scene = prefixes.iter().find_map(|prefix| key.strip_prefix(prefix)).unwrap_or(key);
        Self(scene.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The scene as the number that the platform's own QR codes carry, if it is one.
    pub fn number(&self) -> Option<u32> {
        self.0.parse().ok()
    }
}

impl Content {
    /// A message of this kind that nobody sent: `text` is the words, the scene, the key or the URL that the
    /// kind carries. What no rule can ask about is made up.
    pub fn sample(kind: Kind, text: &str) -> Self {
        let text = text.to_owned();
        let mention = |place, text| Self::Mention(Mention { place, key: "1".to_owned(), text });
        Self::Event(match kind {
            Kind::Text => return Self::Text(text),
            Kind::Position => return Self::Position(Position { longitude: 0.0, latitude: 0.0 }),
            Kind::Voice => return Self::Voice(MediaId("1".to_owned())),
            Kind::Image => return Self::Image(MediaId("1".to_owned())),
            Kind::MentionStatus => return mention(MentionPlace::Status, text),
            Kind::MentionComment => return mention(MentionPlace::Comment, text),
            Kind::Follow => Event::Follow,
            Kind::Unfollow => Event::Unfollow,
            Kind::Subscribe => Event::Subscribe,
            Kind::Unsubscribe => Event::Unsubscribe,
            Kind::Scan => Event::Scan(Scene::new(&text)),
            Kind::ScanFollow => Event::ScanFollow(Scene::new(&text)),
            Kind::Click => Event::Click(text),
            Kind::View => Event::View(text),
        })
    }
}

impl InboundMessage {
    pub fn kind(&self) -> Kind {
        match &self.content {
            Content::Text(_) => Kind::Text,
            Content::Position(_) => Kind::Position,
            Content::Voice(_) => Kind::Voice,
            Content::Image(_) => Kind::Image,
            Content::Mention(Mention { place: MentionPlace::Status, .. }) => Kind::MentionStatus,
            Content::Mention(Mention { place: MentionPlace::Comment, .. }) => Kind::MentionComment,
            Content::Event(event) => event.kind(),
        }
    }

    /// The words of a person in it: of a text or a mention, never a default text of the platform.
    pub fn words(&self) -> Option<&str> {
        match &self.content {
            Content::Text(text) => Some(text),
            Content::Mention(mention) => Some(&mention.text),
            _ => None,
        }
    }
}

impl Event {
    pub fn kind(&self) -> Kind {
        match self {
            Self::Follow => Kind::Follow,
            Self::Unfollow => Kind::Unfollow,
            Self::Subscribe => Kind::Subscribe,
            Self::Unsubscribe => Kind::Unsubscribe,
            Self::Scan(_) => Kind::Scan,
            Self::ScanFollow(_) => Kind::ScanFollow,
            Self::Click(_) => Kind::Click,
            Self::View(_) => Kind::View,
        }
    }

    /// The scene, the key or the URL that it carries.
    pub fn key(&self) -> Option<&str> {
        match self {
            Self::Follow | Self::Unfollow | Self::Subscribe | Self::Unsubscribe => None,
            Self::Scan(scene) | Self::ScanFollow(scene) => Some(scene.as_str()),
            Self::Click(key) => Some(key),
            Self::View(url) => Some(url),
        }
    }
}
