//! Drafts → the table that is read as the same drafts. Each draft is read back from its own rows before it is written: what
//! comes back otherwise is a finding, and not in the table.

use std::collections::HashSet;

use super::cell::{guarded, text_of, words_cell};
use super::join::{group, join_rows};
use super::row::{Head, read_row};
use crate::import::Gathered;
use crate::import::draft::{Draft, DraftReply, Message, Way, When, unique_names};
use crate::import::finding::{Finding, FindingKind, NotHeld};
use crate::import::text::sent;
use crate::words::lang::Lang;

/// A table, and what is not in it.
#[derive(Debug)]
pub struct Written {
    pub text: String,
    pub rules: usize,
    pub rows: usize,
    pub findings: Vec<Finding>,
}

/// The cells of one row.
struct Line {
    sort: &'static str,
    words: String,
    way: &'static str,
    replies: Vec<String>,
    mode: &'static str,
    name: String,
    switch: &'static str,
}

/// Which columns a table has, and the words in them.
struct Columns {
    lang: Lang,
    replies: usize,
    sorts: bool,
    modes: bool,
}

/// The key of a rule that no row holds, and why.
type Why = (&'static str, NotHeld);

/// Writes a table with the names of its columns in this language.
///
/// # Errors
///
/// Those of the writer.
pub fn write(gathered: Gathered, lang: Lang) -> csv::Result<Written> {
    let Gathered { mut drafts, mut findings } = gathered;
    unique_names(&mut drafts, HashSet::new());
    let mut not_held = |draft: Draft, (key, why): Why| {
        let what = FindingKind::RuleNotHeld { key: key.to_owned(), why };
        findings.push(Finding { at: draft.origin, what });
    };
    let mut held = Vec::new();
    for draft in drafts {
        match lines_of(&draft, lang) {
            Ok(lines) => held.push((draft, lines)),
            Err(why) => not_held(draft, why),
        }
    }
    let columns = Columns::of(held.iter().flat_map(|(_, lines)| lines), lang);
    let titles = csv::StringRecord::from(columns.titles());
    let (head, mut groups) = (Head::of(&titles), HashSet::new());
    let (mut rules, mut rows) = (0, 0);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(&titles)?;
    for (draft, lines) in held {
        let records: Vec<csv::StringRecord> = lines.iter().map(|line| columns.record(line)).collect();
        match check(&draft, &head, &records, &mut groups) {
            Ok(()) => {
                rules += 1;
                rows += records.len();
                records.iter().try_for_each(|record| writer.write_record(record))?;
            }
            Err(why) => not_held(draft, why),
        }
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    let text = String::from_utf8_lossy(&bytes).into_owned();
    Ok(Written { text, rules, rows, findings })
}

/// The rows of a draft: one, or one for each reply that may be drawn.
///
/// # Errors
///
/// The key of the rule that no row holds, and why.
fn lines_of(draft: &Draft, lang: Lang) -> Result<Vec<Line>, Why> {
    let (sort, way, words) = match &draft.when {
        When::Follow => (lang.pick("follow", "关注"), None, String::new()),
        When::Fallback => (lang.pick("fallback", "默认"), None, String::new()),
        When::Words(ways) => match ways.as_slice() {
            [(way, words)] => ("", Some(*way), words_cell(*way, words, lang.pick("|", "、"))),
            _ => return Err(("when", NotHeld::SeveralWays)),
        },
    };
    let line = |replies| Line {
        sort,
        words: words.clone(),
        way: way.map_or("", |way| way_word(way, lang)),
        replies,
        mode: "",
        name: draft.name.clone(),
        switch: if draft.enabled { lang.pick("yes", "是") } else { lang.pick("no", "否") },
    };
    Ok(match &draft.answer {
        DraftReply::One(message) => vec![line(vec![cell_of(message)?])],
        DraftReply::OneOf { one_of } => {
            let cells = one_of.iter().map(cell_of).collect::<Result<Vec<_>, Why>>()?;
            cells.into_iter().map(|cell| line(vec![cell])).collect()
        }
        DraftReply::All(messages) => {
            let replies = messages.iter().map(cell_of).collect::<Result<_, Why>>()?;
            vec![Line { mode: lang.pick("all", "全部"), ..line(replies) }]
        }
    })
}

/// Reads the rows of a draft back. `groups` are the drafts before it, as far as their rows would be joined.
///
/// # Errors
///
/// What comes back is another rule.
fn check(
    draft: &Draft,
    head: &Head,
    records: &[csv::StringRecord],
    groups: &mut HashSet<String>,
) -> Result<(), Why> {
    let mut gathered = Gathered::default();
    records.iter().for_each(|record| read_row(head, record, 0, &mut gathered));
    join_rows(&mut gathered);
    let [read] = gathered.drafts.as_slice() else { return Err(("reply", NotHeld::ReadOtherwise)) };
    let keys = [
        ("name", read.name == draft.name),
        ("when", read.when.meaning() == draft.when.meaning()),
        ("reply", is_same_answer(&read.answer, &draft.answer)),
        ("enabled", read.enabled == draft.enabled),
    ];
    if let Some((key, _)) = keys.into_iter().find(|(_, is_same)| !is_same) {
        return Err((key, NotHeld::ReadOtherwise));
    }
    // rows for the same words would be read as one rule
    let is_alone = matches!(draft.answer, DraftReply::All(_)) || groups.insert(group(draft));
    if is_alone { Ok(()) } else { Err(("when", NotHeld::SameWords)) }
}

/// Whether fans see the same: nobody sees a blank at the end.
fn is_same_answer(one: &DraftReply, other: &DraftReply) -> bool {
    let shown = |answer: &DraftReply| -> Vec<Message> {
        let messages = match answer {
            DraftReply::One(message) => std::slice::from_ref(message),
            DraftReply::All(messages) | DraftReply::OneOf { one_of: messages } => messages,
        };
        let bare = |message: &Message| match message {
            Message::Text(text) => Message::Text(text.trim_end().to_owned()),
            card => card.clone(),
        };
        messages.iter().map(bare).collect()
    };
    std::mem::discriminant(one) == std::mem::discriminant(other) && shown(one) == shown(other)
}

/// The cell that is read as this message: its text as it stands, or with the signs as codes that would be read otherwise.
fn cell_of(message: &Message) -> Result<String, Why> {
    let Message::Text(template) = message else { return Err(("reply", NotHeld::NoText)) };
    let plain = sent(template).ok_or(("reply", NotHeld::Inserts))?;
    let coded = plain.replace('&', "&amp;").replace('<', "&lt;").replace("\\n", "&#92;n");
    let mut cells = [plain, coded].into_iter();
    cells
        .find(|cell| text_of(cell).0.trim_end() == template.trim_end())
        .ok_or(("reply", NotHeld::ReadOtherwise))
}

fn way_word(way: Way, lang: Lang) -> &'static str {
    match way {
        Way::Keyword => lang.pick("contains", "包含"),
        Way::Exact => lang.pick("exact", "完全匹配"),
        Way::StartsWith => lang.pick("starts with", "开头"),
        Way::EndsWith => lang.pick("ends with", "结尾"),
        Way::Regex => lang.pick("regex", "正则"),
    }
}

impl Columns {
    /// The columns that these rows need.
    fn of<'l>(lines: impl Iterator<Item = &'l Line>, lang: Lang) -> Self {
        let mut columns = Self { lang, replies: 1, sorts: false, modes: false };
        for line in lines {
            columns.replies = columns.replies.max(line.replies.len());
            columns.sorts |= !line.sort.is_empty();
            columns.modes |= !line.mode.is_empty();
        }
        columns
    }

    fn titles(&self) -> Vec<String> {
        let title = |en: &str, zh: &str| self.lang.pick(en, zh).to_owned();
        let mut titles = vec![title("keyword", "关键词"), title("match", "匹配方式")];
        let reply = title("reply", "回复");
        match self.replies {
            1 => titles.push(reply),
            several => titles.extend((1..=several).map(|number| format!("{reply}{number}"))),
        }
        titles.extend(self.modes.then(|| title("reply mode", "回复方式")));
        titles.extend(self.sorts.then(|| title("type", "类型")));
        titles.extend([title("name", "规则名"), title("enabled", "启用")]);
        titles
    }

    fn record(&self, line: &Line) -> csv::StringRecord {
        let mut cells = vec![line.words.clone(), line.way.to_owned()];
        let replies = line.replies.iter().cloned().chain(std::iter::repeat(String::new()));
        cells.extend(replies.take(self.replies));
        cells.extend(self.modes.then(|| line.mode.to_owned()));
        cells.extend(self.sorts.then(|| line.sort.to_owned()));
        cells.extend([line.name.clone(), line.switch.to_owned()]);
        csv::StringRecord::from(cells.into_iter().map(guarded).collect::<Vec<_>>())
    }
}
