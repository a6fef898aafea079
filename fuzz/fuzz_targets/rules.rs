//! Rule files, for any bytes: every fault lies in its file and can be put into words, and rules that are
//! accepted answer whatever is said.
#![cfg_attr(fuzzing, no_main)]

use std::time::{Duration, Instant};

use fanreply::engine::ruleset::RuleSet;
use fanreply::language::diagnostic::Diagnostic;
use fanreply::language::diagnostic::render::render;
use fanreply::language::load;
use fanreply::language::source::{RuleSource, SourceFile};
use fanreply::language::surroundings::Surroundings;
use fanreply::language::yaml::parse::text_of;
use fanreply::model::message::{
    Content, Event, Format, InboundMessage, Mention, MentionPlace, Position, Scene,
};
use fanreply::view::diagnostic::LocalizedDiagnostic;
use fanreply::words::lang::Lang;
use jiff::Timestamp;

/// Far beyond what so small a folder may take, also without optimisation and on a busy machine.
const LONG: Duration = Duration::from_secs(5);
/// Between two files of one input.
const FORM_FEED: u8 = 0x0c;
/// More of them look the same.
const LOOKED_AT: usize = 30;

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| endures(bytes));

/// Panics where a law is broken.
pub fn endures(bytes: &[u8]) {
    #[allow(clippy::disallowed_methods)] // it is the machine's time that counts here
    let began = Instant::now();
    let file = |(number, bytes): (usize, &[u8])| SourceFile {
        path: format!("{number}.yaml").into(),
        bytes: bytes.into(),
    };
    let source =
        RuleSource::new(bytes.split(|byte| *byte == FORM_FEED).take(4).enumerate().map(file).collect());
    let surroundings = Surroundings { sends: bytes.len().is_multiple_of(2), ..Surroundings::default() };
    let loaded = load(&source, &surroundings);
    assert_eq!(loaded.ruleset.is_none(), loaded.diagnostics.iter().any(Diagnostic::is_error));
    for diagnostic in loaded.diagnostics.iter().take(LOOKED_AT) {
        lies_in_its_file(diagnostic, &source);
    }
    if let Some(ruleset) = &loaded.ruleset {
        let text = String::from_utf8_lossy(bytes);
        said(&text).into_iter().for_each(|content| is_answered(ruleset, content, &surroundings));
    }
    assert!(began.elapsed() < LONG, "it took {:?}", began.elapsed());
}

fn lies_in_its_file(diagnostic: &Diagnostic, source: &RuleSource) {
    let place = &diagnostic.place;
    let file = source.file(&place.file).unwrap_or_else(|| panic!("{diagnostic:?} is in no file"));
    if !place.span.is_empty() {
        let text = text_of(&file.bytes).unwrap_or_default();
        assert!(text.get(place.span.clone()).is_some(), "{diagnostic:?}");
        assert_eq!(text[..place.span.start].matches('\n').count() + 1, place.line, "{diagnostic:?}");
    }
    for lang in [Lang::En, Lang::Zh] {
        let words = LocalizedDiagnostic::of(diagnostic, lang);
        assert!(!words.message.is_empty() && words.column > 0, "{words:?}");
        for colours in [false, true] {
            assert!(!render(diagnostic, source, lang, colours).is_empty());
        }
    }
}

/// What fans might say to these rules: pieces of the rules themselves, and whatever else there is.
fn said(text: &str) -> Vec<Content> {
    let pieces =
        text.split(|c: char| c.is_ascii_punctuation() || c.is_whitespace()).filter(|piece| !piece.is_empty());
    let mut said: Vec<Content> =
        pieces.take(LOOKED_AT).map(|piece| Content::Text(piece.to_owned())).collect();
    let (key, scene) = ("A".to_owned(), Scene::new("42"));
    let position = Position::new(116.3, 39.9).ok().map(Content::Position);
    let mention =
        Mention { place: MentionPlace::Status, key: "1".to_owned(), text: text.chars().take(200).collect() };
    said.extend([Content::Text(String::new()), Content::Text(text.to_owned()), Content::Mention(mention)]);
    said.extend(position);
    let events = [
        Event::Follow,
        Event::Unfollow,
        Event::Click(key),
        Event::Scan(scene.clone()),
        Event::ScanFollow(scene),
    ];
    said.extend(events.map(Content::Event));
    said
}

fn is_answered(ruleset: &RuleSet, content: Content, surroundings: &Surroundings) {
    for format in [Format::Json, Format::Xml] {
        let message = InboundMessage {
            account: "3600001001".parse().expect("a uid"),
            sender: "1700002001".parse().expect("a uid"),
            created_at: Timestamp::UNIX_EPOCH,
            platform_id: None,
            format,
            content: content.clone(),
        };
        let context = surroundings.context(Timestamp::UNIX_EPOCH, "main");
        let decision = ruleset.decide(&message, &context);
        assert_eq!(decision, ruleset.decide(&message, &context));
        assert!(
            decision.passive.as_ref().is_none_or(|reply| (surroundings.profile.fits)(reply, format)),
            "{decision:?}"
        );
        // the index leaves out no rule that matches
        let subject = ruleset.subject(&message, &context);
        let asked = ruleset.rules().iter().find(|rule| rule.matches(&subject)).map(|rule| rule.name.clone());
        assert_eq!(decision.rule, asked, "{content:?}");
    }
}
