//! The auto-reply rules of WeChat's console, as `get_current_autoreply_info` returns them. What the rule language cannot
//! express is a finding.

use serde::Deserialize;
use serde_json::Value;
use serde_json::error::Category;

use super::Gathered;
use super::draft::{Card, Draft, DraftReply, Message, Way, When, visible_words};
use super::finding::{Finding, FindingKind, FindingPlace, MediaKind};
use super::html::is_full;
use super::text::{link, template, tidy};
use super::unreadable::{JsonFault, Unreadable};
use crate::language::sheet::encoding::text_of;
use crate::platform;
use crate::words::lang::Lang;

/// Where WeChat keeps pictures that only WeChat may show.
const PICTURES: &[&str] = &["mmbiz.qpic.cn", "mmbiz.qlogo.cn"];

#[derive(Debug, Deserialize)]
struct Console {
    errcode: Option<i64>,
    errmsg: Option<String>,
    is_add_friend_reply_open: Option<Value>,
    is_autoreply_open: Option<Value>,
    add_friend_autoreply_info: Option<Reply>,
    message_default_autoreply_info: Option<Reply>,
    keyword_autoreply_info: Option<Rules>,
}

#[derive(Debug, Deserialize)]
struct Rules {
    list: Option<Vec<Rule>>,
}

#[derive(Debug, Deserialize)]
struct Rule {
    rule_name: Option<String>,
    reply_mode: Option<String>,
    keyword_list_info: Option<Vec<Keyword>>,
    reply_list_info: Option<Vec<Reply>>,
}

#[derive(Debug, Deserialize)]
struct Keyword {
    match_mode: Option<String>,
    content: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Reply {
    #[serde(rename = "type")]
    kind: Option<String>,
    content: Option<String>,
    news_info: Option<News>,
}

#[derive(Debug, Deserialize)]
struct News {
    list: Option<Vec<Article>>,
}

#[derive(Debug, Deserialize)]
struct Article {
    title: Option<String>,
    digest: Option<String>,
    cover_url: Option<String>,
    content_url: Option<String>,
    source_url: Option<String>,
}

/// Reads the interface's answer. Rules without a name of their own are named in `lang`.
///
/// # Errors
///
/// The bytes are not that answer.
pub fn read(bytes: &[u8], lang: Lang) -> Result<Gathered, Unreadable> {
    let console = parse(&text_of(bytes)?)?;
    let mut gathering = Gathering { gathered: Gathered::default(), pictures: 0, lang };
    if let Some(reply) = &console.add_friend_autoreply_info {
        let is_on = is_on(console.is_add_friend_reply_open.as_ref());
        gathering.single(FindingPlace::FollowReply, When::Follow, reply, is_on);
    }
    for (number, rule) in
        console.keyword_autoreply_info.iter().flat_map(|rules| &rules.list).flatten().enumerate()
    {
        gathering.rule(rule, number + 1);
    }
    if let Some(reply) = &console.message_default_autoreply_info {
        let is_on = is_on(console.is_autoreply_open.as_ref());
        gathering.single(FindingPlace::DefaultReply, When::Fallback, reply, is_on);
    }
    if gathering.pictures > 0 {
        gathering.find(&FindingPlace::File, FindingKind::PicturesOfWechat { count: gathering.pictures });
    }
    Ok(gathering.gathered)
}

fn parse(text: &str) -> Result<Console, Unreadable> {
    if text.trim().is_empty() {
        return Err(Unreadable::Empty);
    }
    let console: Console = serde_json::from_str(text).map_err(|error| {
        let fault = match error.classify() {
            Category::Data => JsonFault::OtherShape,
            Category::Eof => JsonFault::CutShort,
            Category::Syntax | Category::Io => JsonFault::Syntax,
        };
        Unreadable::BadJson { line: error.line(), column: error.column(), fault }
    })?;
    if let Some(code) = console.errcode.filter(|code| *code != 0) {
        return Err(Unreadable::Refused { code, reason: console.errmsg.unwrap_or_default() });
    }
    let replies = [&console.add_friend_autoreply_info, &console.message_default_autoreply_info];
    if replies.iter().all(|reply| reply.is_none()) && console.keyword_autoreply_info.is_none() {
        return Err(Unreadable::NoAutoReplies);
    }
    Ok(console)
}

/// A switch is a number there, and on where it is missing.
fn is_on(switch: Option<&Value>) -> bool {
    switch.is_none_or(|switch| !matches!(switch.as_i64(), Some(0)) && *switch != Value::Bool(false))
}

struct Gathering {
    gathered: Gathered,
    pictures: usize,
    lang: Lang,
}

impl Gathering {
    fn find(&mut self, at: &FindingPlace, what: FindingKind) {
        let finding = Finding { at: at.clone(), what };
        // several replies of one rule may have the same to say
        if self.gathered.findings.last() != Some(&finding) {
            self.gathered.findings.push(finding);
        }
    }

    /// The follow reply or the default reply.
    fn single(&mut self, origin: FindingPlace, when: When, reply: &Reply, enabled: bool) {
        let Some(message) = self.message(&origin, reply) else { return };
        if !enabled {
            self.find(&origin, FindingKind::SwitchedOff);
        }
        let name = match when {
            When::Fallback => {
                self.find(&origin, FindingKind::OftenerThanBefore);
                self.lang.pick("default-reply", "收到消息回复")
            }
            _ => self.lang.pick("follow-reply", "被关注回复"),
        };
        let (name, answer) = (name.to_owned(), DraftReply::One(message));
        self.gathered.drafts.push(Draft {
            origin,
            name,
            is_named: true,
            when,
            enabled,
            answer,
            examples: Vec::new(),
        });
    }

    fn rule(&mut self, rule: &Rule, number: usize) {
        let named = rule.rule_name.as_deref().map(str::trim).filter(|name| !name.is_empty());
        let origin = FindingPlace::Rule(named.map_or_else(|| number.to_string(), str::to_owned));
        let words = self.words(&origin, rule.keyword_list_info.as_deref().unwrap_or_default());
        let replies = rule.reply_list_info.as_deref().unwrap_or_default();
        let messages: Vec<Message> =
            replies.iter().filter_map(|reply| self.message(&origin, reply)).collect();
        let one_of = match rule.reply_mode.as_deref() {
            Some("random_one") => true,
            None | Some("reply_all") => false,
            Some(mode) => {
                self.find(&origin, FindingKind::UnknownMode { mode: mode.to_owned() });
                false
            }
        };
        let is_named = named.is_some();
        let first = words.first().and_then(|(_, words)| words.first());
        let Some(name) = named.or(first.map(String::as_str)).map(str::to_owned) else {
            return self.find(&origin, FindingKind::NoKeyword);
        };
        if words.is_empty() {
            return self.find(&origin, FindingKind::NoKeyword);
        }
        let Some(answer) = DraftReply::of(messages, one_of) else {
            return self.find(&origin, FindingKind::NoReplyLeft);
        };
        let when = When::Words(words);
        let draft = Draft { origin, name, is_named, when, enabled: true, answer, examples: Vec::new() };
        self.gathered.drafts.push(draft);
    }

    fn words(&mut self, origin: &FindingPlace, keywords: &[Keyword]) -> Vec<(Way, Vec<String>)> {
        let mut ways: Vec<(Way, Vec<String>)> = Vec::new();
        for keyword in keywords {
            let way = match keyword.match_mode.as_deref() {
                None | Some("contain") => Way::Keyword,
                Some("equal") => Way::Exact,
                Some(mode) => {
                    self.find(origin, FindingKind::UnknownMatch { word: mode.to_owned() });
                    continue;
                }
            };
            let word = keyword.content.as_deref().unwrap_or_default().trim().to_owned();
            match ways.iter_mut().find(|(own, _)| *own == way) {
                Some((_, words)) => words.push(word),
                None => ways.push((way, vec![word])),
            }
        }
        visible_words(origin, ways, &mut self.gathered.findings)
    }

    fn message(&mut self, origin: &FindingPlace, reply: &Reply) -> Option<Message> {
        let kind = match reply.kind.as_deref().unwrap_or("text") {
            "text" => return self.text(origin, reply.content.as_deref().unwrap_or_default()),
            "news" => {
                let articles = reply.news_info.as_ref().and_then(|news| news.list.as_deref());
                return self.articles(origin, articles.unwrap_or_default(), reply.content.as_deref());
            }
            "img" | "image" => MediaKind::Picture,
            "voice" => MediaKind::Voice,
            "video" => MediaKind::Video,
            other => {
                self.find(origin, FindingKind::UnknownReply { kind: other.to_owned() });
                return None;
            }
        };
        self.find(origin, FindingKind::Media { kind });
        None
    }

    fn text(&mut self, origin: &FindingPlace, content: &str) -> Option<Message> {
        let (text, found) = template(content);
        if text.trim().is_empty() {
            self.find(origin, FindingKind::EmptyReply);
            return None;
        }
        found.into_iter().for_each(|what| self.find(origin, what));
        Some(Message::Text(text))
    }

    fn articles(&mut self, origin: &FindingPlace, articles: &[Article], id: Option<&str>) -> Option<Message> {
        let mut cards: Vec<Card> = articles.iter().filter_map(|article| self.card(origin, article)).collect();
        let limit = platform::DEFAULT.article_limit;
        if cards.len() > limit {
            self.find(origin, FindingKind::TooManyArticles { count: cards.len(), limit });
            cards.truncate(limit);
        }
        if articles.is_empty() {
            let id = id.filter(|id| !id.is_empty()).map(str::to_owned);
            self.find(origin, id.map_or(FindingKind::EmptyReply, |id| FindingKind::ArticlesElsewhere { id }));
        }
        let is_of_wechat = |card: &&Card| PICTURES.iter().any(|host| card.image.contains(host));
        self.pictures += cards.iter().filter(is_of_wechat).count();
        (!cards.is_empty()).then_some(Message::Articles { articles: cards })
    }

    fn card(&mut self, origin: &FindingPlace, article: &Article) -> Option<Card> {
        let given = |field: &Option<String>| tidy(field.as_deref().unwrap_or_default());
        let written = given(&article.title);
        let (title, title_found) = template(&written);
        if title.trim().is_empty() {
            self.find(origin, FindingKind::ArticleWithoutTitle);
            return None;
        }
        let urls = [link(&given(&article.content_url)), link(&given(&article.source_url))];
        let Some(url) = urls.into_iter().find(|url| is_full(url)) else {
            self.find(origin, FindingKind::ArticleWithoutLink { title: written });
            return None;
        };
        let (summary, summary_found) = template(&given(&article.digest));
        title_found.into_iter().chain(summary_found).for_each(|what| self.find(origin, what));
        let image = Some(link(&given(&article.cover_url))).filter(|image| is_full(image)).unwrap_or_default();
        Some(Card { title, summary, image, url })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> Unreadable {
        read(text.as_bytes(), Lang::En).map(|_| ()).unwrap_err()
    }

    fn whats(gathered: &Gathered) -> Vec<&FindingKind> {
        gathered.findings.iter().map(|finding| &finding.what).collect()
    }

    #[test]
    fn what_is_switched_off_there_stays_off() {
        let text = r#"{"is_add_friend_reply_open":0,"is_autoreply_open":1,
            "add_friend_autoreply_info":{"type":"text","content":"hi"},
            "message_default_autoreply_info":{"type":"text","content":"later"}}"#;
        let gathered = read(text.as_bytes(), Lang::En).unwrap();
        let enabled: Vec<bool> = gathered.drafts.iter().map(|draft| draft.enabled).collect();
        assert_eq!(enabled, [false, true]);
        assert_eq!(whats(&gathered), [&FindingKind::SwitchedOff, &FindingKind::OftenerThanBefore]);
    }

    #[test]
    fn more_cards_than_fit_are_told() {
        let article = r#"{"title":"t","content_url":"https://e.com/"}"#;
        let text = format!(
            r#"{{"keyword_autoreply_info":{{"list":[{{"keyword_list_info":[{{"content":"a"}}],
                "reply_list_info":[{{"type":"news","news_info":{{"list":[{}]}}}}]}}]}}}}"#,
            [article; 10].join(",")
        );
        let gathered = read(text.as_bytes(), Lang::En).unwrap();
        assert_eq!(whats(&gathered), [&FindingKind::TooManyArticles { count: 10, limit: 8 }]);
        let DraftReply::One(Message::Articles { articles: cards }) = &gathered.drafts[0].answer else {
            panic!("{gathered:?}")
        };
        assert_eq!((cards.len(), gathered.drafts[0].name.as_str()), (8, "a"));
    }

    #[test]
    fn articles_that_lie_elsewhere_are_no_empty_reply() {
        let text = r#"{"add_friend_autoreply_info":{"type":"news","content":"MEDIA1"}}"#;
        let gathered = read(text.as_bytes(), Lang::En).unwrap();
        assert_eq!(whats(&gathered), [&FindingKind::ArticlesElsewhere { id: "MEDIA1".to_owned() }]);
    }

    #[test]
    fn nulls_are_nothing() {
        let text = r#"{"add_friend_autoreply_info":null,"keyword_autoreply_info":{"list":[{"rule_name":null,
            "keyword_list_info":null,"reply_list_info":[{"type":null,"content":null}]}]}}"#;
        let gathered = read(text.as_bytes(), Lang::En).unwrap();
        assert!(gathered.drafts.is_empty());
        assert_eq!(gathered.findings.len(), 2);
        assert!(gathered.findings.iter().all(|finding| finding.at == FindingPlace::Rule("1".to_owned())));
    }

    #[test]
    fn what_is_no_answer_of_the_interface_is_pointed_at() {
        assert_eq!(fault(""), Unreadable::Empty);
        let refused = Unreadable::Refused { code: 40001, reason: "invalid credential".to_owned() };
        assert_eq!(fault(r#"{"errcode":40001,"errmsg":"invalid credential"}"#), refused);
        assert_eq!(fault(r#"{"menu":{}}"#), Unreadable::NoAutoReplies);
        let bad = |line, column, fault| Unreadable::BadJson { line, column, fault };
        assert_eq!(fault("{\n  \"a\": ]"), bad(2, 8, JsonFault::Syntax));
        assert_eq!(fault("{\n  \"a\": 1"), bad(2, 8, JsonFault::CutShort));
        let shape = fault("{\"keyword_autoreply_info\":\n{\"list\": {}}}");
        assert!(matches!(shape, Unreadable::BadJson { line: 2, fault: JsonFault::OtherShape, .. }));
        // the reader's own words are English
        assert!(!shape.message(Lang::Zh).contains("expected"));
        let deep = format!("{{\"x\":{}", "[".repeat(100_000));
        assert!(matches!(fault(&deep), Unreadable::BadJson { .. }));
    }
}
