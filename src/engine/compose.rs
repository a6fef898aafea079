//! Composing: which of a rule's replies becomes the passive answer, and which are sent by the customer-service
//! interface.

use crate::engine::reply::Filled;
use crate::engine::subject::first_characters;
use crate::model::kind::Kind;
use crate::model::message::Format;
use crate::model::profile::Profile;
use crate::model::reply::Reply;

/// Messages of one answer, and of one follow-up. What an author wrote beyond them is warned of, and is sent; what is
/// inserted beyond them is cut.
pub const MOST_PARTS: usize = 5;

/// Replies, divided by the way in which they are sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Composed {
    pub passive: Option<Reply>,
    pub then: Vec<Reply>,
    /// Messages that the platform would not take.
    pub lost: usize,
    /// Texts of which something inserted was cut.
    pub cut: usize,
}

/// The messages that replies come to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parts {
    pub messages: Vec<Reply>,
    /// Texts of which something inserted was cut.
    pub cut: usize,
}

/// Divides the replies to a message of this kind and format, keeping their order.
pub fn compose(replies: Vec<Filled>, kind: Kind, format: Format, profile: &Profile) -> Composed {
    let Parts { messages: mut then, cut } = in_parts(replies, profile);
    let granted = profile.grant(kind).and_then(|grant| grant.messages);
    let most = granted.map_or(then.len(), |messages| messages as usize);
    let lost = then.len().saturating_sub(most);
    then.truncate(most);
    let carried = then.first().is_some_and(|first| (profile.fits)(first, format));
    let passive = carried.then(|| then.remove(0));
    Composed { passive, then, lost, cut }
}

/// Every text as long as the platform allows, and no more messages than [`MOST_PARTS`] because of what was inserted.
pub fn in_parts(replies: Vec<Filled>, profile: &Profile) -> Parts {
    let limit = profile.text_limit;
    let own = |filled: &Filled| match (&filled.reply, filled.own) {
        (_, Some(own)) => own.most,
        (Reply::Text(text), None) => split_text(text, limit).len(),
        _ => 1,
    };
    let mut spare = MOST_PARTS.saturating_sub(replies.iter().map(own).sum());
    let mut parts = Parts::default();
    for filled in replies {
        match (&filled.reply, filled.own) {
            (Reply::Text(text), None) => {
                parts.messages.extend(split_text(text, limit).into_iter().map(Reply::Text));
            }
            (Reply::Text(text), Some(own)) => {
                let (texts, is_cut) = within(&filled, text, own.most + spare, limit);
                spare -= texts.len().saturating_sub(own.most).min(spare);
                parts.cut += usize::from(is_cut);
                parts.messages.extend(texts.into_iter().map(Reply::Text));
            }
            _ => parts.messages.push(filled.reply),
        }
    }
    parts
}

/// A text in at most so many parts, and whether something was cut: of each insertion what stands beyond a number of
/// characters, which is as large as it can be. Only what a template repeats is cut at the end of the text.
fn within(filled: &Filled, text: &str, most: usize, limit: usize) -> (Vec<String>, bool) {
    let mut parts = split_text(text, limit);
    if parts.len() <= most {
        return (parts, false);
    }
    let shortened = |longest: usize| split_text(&filled.shortened(text, longest), limit);
    let (mut fits, mut exceeds) = (0, most * limit);
    while fits + 1 < exceeds {
        let longest = usize::midpoint(fits, exceeds);
        if shortened(longest).len() <= most { fits = longest } else { exceeds = longest }
    }
    let cut = shortened(fits);
    if cut.len() <= most && cut.iter().any(|part| !part.trim().is_empty()) {
        parts = cut;
    } else {
        parts.truncate(most);
        let last = parts.last_mut().map(|last| format!("{}…", first_characters(last, limit - 1)));
        parts.splice(most - 1.., last);
    }
    (parts, true)
}

/// Splits a text into parts of at most `limit` characters: at the end of a sentence, else at a comma or
/// blank, else anywhere; never inside an emoticon's brackets, a link or an emoji.
pub fn split_text(text: &str, limit: usize) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some((end, _)) = rest.char_indices().nth(limit) {
        let cut = cut_before(rest, end);
        let part = rest[..cut].trim_end();
        if !part.is_empty() {
            parts.push(part.to_owned());
        }
        rest = rest[cut..].trim_start();
    }
    // a short text stays as it is; a long one that begins with blanks may have no part yet
    if parts.is_empty() || !rest.is_empty() {
        parts.push(rest.to_owned());
    }
    parts
}

/// The best place to cut at, not beyond `end` and not so early that the part would be a mere scrap.
fn cut_before(text: &str, end: usize) -> usize {
    let head = &text[..end];
    let early = end / 3;
    let after = |ends: &[char]| {
        let found = head.rmatch_indices(ends).map(|(at, sign)| at + sign.len());
        found.filter(|at| is_outside(head, *at)).find(|at| *at > early)
    };
    after(&['。', '！', '？', '!', '?', '\n', '…', '；', ';'])
        .or_else(|| after(&['，', '、', ',', ' ']))
        .unwrap_or_else(|| anywhere(text, end))
}

/// Whether this place lies in no link and no emoticon such as `[心]`.
fn is_outside(head: &str, at: usize) -> bool {
    let before = &head[..at];
    let word = before.rsplit(char::is_whitespace).next().unwrap_or("");
    let in_link = word.contains("://") && !before.ends_with(char::is_whitespace);
    let in_brackets = before.rfind('[').is_some_and(|open| !before[open..].contains(']') && at - open < 40);
    !in_link && !in_brackets
}

/// The last place not beyond `end` that tears no emoji, emoticon or Latin word apart.
fn anywhere(text: &str, end: usize) -> usize {
    let joins = |c: char| matches!(c, '\u{200D}' | '\u{FE0F}' | '\u{20E3}' | '\u{1F3FB}'..='\u{1F3FF}');
    let fits = |at: usize| {
        let before = text[..at].chars().next_back();
        let after = text[at..].chars().next();
        let torn = after.is_some_and(joins) || before == Some('\u{200D}');
        let word = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let in_word = word(before) && word(after);
        !torn && !in_word && is_outside(text, at)
    };
    let places = text[..end].char_indices().map(|(at, _)| at).rev().take(200);
    std::iter::once(end).chain(places).find(|at| *at > 0 && fits(*at)).unwrap_or(end)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::reply::text::Own;
    use crate::model::message::Position;
    use crate::platform::weibo::profile::WEIBO;

    fn text(text: &str) -> Reply {
        Reply::Text(text.to_owned())
    }

    fn compose(replies: Vec<Reply>, kind: Kind, format: Format, profile: &Profile) -> Composed {
        super::compose(replies.into_iter().map(Filled::from).collect(), kind, format, profile)
    }

    fn own(most: usize, named: &[&str]) -> Own {
        Own { most, least: 1, named: named.iter().map(|text| (*text).to_owned()).collect() }
    }

    /// A text of what the author wrote and what is inserted, in turns.
    fn filled<'s>(own: &'s Own, pieces: &[&str]) -> Filled<'s> {
        let (mut text, mut inserted) = (String::new(), Vec::new());
        for (number, piece) in pieces.iter().enumerate() {
            text.push_str(piece);
            if number % 2 == 1 {
                inserted.push(text.len() - piece.len()..text.len());
            }
        }
        Filled { reply: Reply::Text(text), own: Some(own), inserted }
    }

    fn joined(parts: &Parts) -> String {
        parts.messages.iter().map(Reply::rendered).collect()
    }

    #[test]
    fn what_is_inserted_makes_no_more_than_five_parts_and_its_end_is_cut() {
        let own = own(1, &[]);
        for said in ["长".repeat(90_000), "短，".repeat(3_000), format!("{}。", "句".repeat(101)).repeat(40)]
        {
            let pieces = ["您说：", &said, "。我们的地址是人民路 1 号，", "李雷", "，再会。"];
            let parts = in_parts(vec![filled(&own, &pieces), text("再见").into()], &WEIBO);
            assert_eq!((parts.messages.len(), parts.cut), (MOST_PARTS, 1));
            let sent = joined(&parts);
            assert!(sent.ends_with("…。我们的地址是人民路 1 号，李雷，再会。再见"), "{sent}");
            assert!(sent.chars().count() > 900, "as much as there is room for: {sent}");
        }
    }

    #[test]
    fn what_an_author_wrote_is_not_cut() {
        let long = format!("{}。", "话".repeat(299)).repeat(8);
        assert_eq!(in_parts(vec![text(&long).into()], &WEIBO).messages.len(), 8);
        for (own, pieces) in [
            (own(9, &[]), ["", "长".repeat(9_000).as_str(), long.as_str()]),
            // a named text of the folder
            (own(9, &[&long]), [&"长".repeat(30), &long, "尾"]),
        ] {
            let parts = in_parts(vec![filled(&own, &pieces)], &WEIBO);
            assert!(joined(&parts).contains(&long) && parts.messages.len() <= 9, "{}", parts.messages.len());
        }
    }

    #[test]
    fn where_there_is_no_room_for_an_insertion_the_author_is_heard_alone() {
        let sentence = format!("{}。", "话".repeat(149));
        let (first, rest) = ("话".repeat(149), format!("。{}", sentence.repeat(9)));
        let own = own(5, &[]);
        let parts = in_parts(vec![filled(&own, &[&first, "长", &rest])], &WEIBO);
        assert_eq!((joined(&parts), parts.cut), (sentence.repeat(10), 1));
    }

    #[test]
    fn many_short_insertions_are_cut_at_the_end() {
        let own = own(1, &[]);
        let pieces: Vec<&str> = ["", "长"].into_iter().cycle().take(10_000).collect();
        let parts = in_parts(vec![filled(&own, &pieces)], &WEIBO);
        assert_eq!((parts.messages.len(), parts.cut), (MOST_PARTS, 1));
        assert!(joined(&parts).ends_with("长…"));
    }

    #[test]
    fn what_a_template_repeats_without_inserting_it_is_cut_at_its_end() {
        let own = own(1, &[]);
        let parts = in_parts(vec![filled(&own, &[&"重复".repeat(3_000)])], &WEIBO);
        assert_eq!((parts.messages.len(), parts.cut), (MOST_PARTS, 1));
        assert!(joined(&parts).ends_with('…') && joined(&parts).chars().count() == MOST_PARTS * 300);
    }

    #[test]
    fn what_fits_is_not_cut() {
        let own = own(1, &[]);
        let parts = in_parts(vec![filled(&own, &["", &"字".repeat(MOST_PARTS * 300 - 1), "尾"])], &WEIBO);
        assert_eq!((parts.messages.len(), parts.cut), (MOST_PARTS, 0));
    }

    #[test]
    fn the_first_reply_is_passive_and_the_rest_follows_in_order() {
        let composed = compose(vec![text("一"), text("二"), text("三")], Kind::Text, Format::Json, &WEIBO);
        assert_eq!(composed.passive, Some(text("一")));
        assert_eq!(composed.then, [text("二"), text("三")]);
    }

    #[test]
    fn a_position_in_xml_and_everything_behind_it_is_sent_later() {
        let position = Reply::Position(Position::new(116.3, 39.9).unwrap());
        let replies = vec![position.clone(), text("在这里")];
        assert_eq!(compose(replies.clone(), Kind::Text, Format::Json, &WEIBO).then.len(), 1);
        let composed = compose(replies.clone(), Kind::Text, Format::Xml, &WEIBO);
        assert_eq!((composed.passive, composed.then), (None, replies));
    }

    #[test]
    fn a_mention_gets_one_message_and_the_rest_is_lost() {
        let composed = compose(vec![text(&"长".repeat(700))], Kind::MentionStatus, Format::Json, &WEIBO);
        assert!(composed.passive.is_some() && composed.then.is_empty());
        assert_eq!(composed.lost, 2);
    }

    #[test]
    fn a_long_text_is_cut_at_the_end_of_a_sentence() {
        let sentence = format!("{}。", "话".repeat(99));
        let parts = split_text(&sentence.repeat(4), 300);
        assert_eq!(parts, [sentence.repeat(3), sentence]);
    }

    #[test]
    fn what_is_left_behind_leading_blanks_is_one_text() {
        assert_eq!(split_text(" [[， 字[\n。。[", 10), ["[[， 字[\n。。["]);
        assert_eq!(split_text(&" ".repeat(11), 10), [""]);
        assert_eq!(split_text(" 短 ", 10), [" 短 "]);
    }

    #[test]
    fn emoticons_and_links_stay_whole() {
        let lead = "字".repeat(296);
        for whole in ["[哈欠哈欠]", "https://example.com/a?b=c,d"] {
            let parts = split_text(&format!("{lead}{whole}尾"), 300);
            assert!(parts.iter().any(|part| part.contains(whole)), "{parts:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_no_part_is_too_long(text in "[字。， a\\[\\]👍\u{200D}\n]{0,120}", limit in 5usize..40) {
            let parts = split_text(&text, limit);
            prop_assert!(parts.iter().all(|part| part.chars().count() <= limit || parts.len() == 1 && text.chars().count() <= limit));
            let solid = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            prop_assert_eq!(solid(&parts.concat()), solid(&text));
        }
    }
}
