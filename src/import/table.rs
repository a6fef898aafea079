//! A table of keywords and replies as a spreadsheet saves it: cells between commas, semicolons or tabs, perhaps in
//! quotation marks, below a row of column names. Every row that cannot become a rule is a finding.

mod words;

use words::{Column, SWITCHES, WAYS, column, known, may_be_several, words_of};

use super::Gathered;
use super::draft::{Draft, DraftReply, Message, Way, When, visible_words};
use super::finding::{Finding, FindingKind, FindingPlace};
use super::text::template;
use super::unreadable::Unreadable;
use crate::language::sheet::encoding::text_of;
use crate::language::sheet::records::{DELIMITERS, is_separator_line, records, row_numbers};

/// In so many rows the names of the columns are looked for: titles like to stand above them.
const ABOVE: usize = 5;

/// Which column stands where, and those that nobody knows.
struct Head {
    places: Vec<Option<Column>>,
    unknown: Vec<String>,
}

/// The names of the columns, and the records above them.
struct Found {
    delimiter: char,
    above: Vec<csv::StringRecord>,
    head: Head,
}

/// Reads a table.
///
/// # Errors
///
/// The bytes are no table, or no row at its top says which column is which.
pub fn read(bytes: &[u8]) -> Result<Gathered, Unreadable> {
    let text = text_of(bytes)?;
    if text.trim().is_empty() {
        return Err(Unreadable::Empty);
    }
    let Found { delimiter, above, head } = find_head(&text)?;
    let numbers = row_numbers(&text, delimiter)?;
    let mut gathered = Gathered::default();
    for (record, number) in above.iter().zip(&numbers).filter(|(record, _)| !is_separator_line(record)) {
        if record.iter().any(|cell| !cell.trim().is_empty()) {
            gathered.find(FindingPlace::Row(*number), FindingKind::AboveHead);
        }
    }
    for column in head.unknown {
        gathered.find(FindingPlace::File, FindingKind::ColumnIgnored { column });
    }
    for (record, number) in records(&text, delimiter).zip(numbers).skip(above.len() + 1) {
        let cells: Vec<&str> = record.iter().collect();
        if cells.iter().any(|cell| !cell.trim().is_empty()) {
            read_row(&head.places, &cells, number, &mut gathered);
        }
    }
    Ok(gathered)
}

/// The delimiter and the record that names the columns.
fn find_head(text: &str) -> Result<Found, Unreadable> {
    let first = |delimiter| records(text, delimiter).take(ABOVE).collect::<Vec<_>>();
    for at in 0..ABOVE {
        let tables = DELIMITERS.into_iter().map(|delimiter| (delimiter, first(delimiter)));
        let rows = tables.filter_map(|(delimiter, rows)| Some((delimiter, Head::of(rows.get(at)?), rows)));
        let known = rows.filter(|(_, head, _)| head.missing().is_none());
        let Some((delimiter, head, rows)) = known.max_by_key(|(_, head, _)| head.places.len()) else {
            continue;
        };
        head.refuse_twice(&rows[at])?;
        return Ok(Found { delimiter, above: rows[..at].to_vec(), head });
    }
    let widest = DELIMITERS.map(first).into_iter().max_by_key(|rows| rows.first().map_or(0, |row| row.len()));
    let rows = widest.unwrap_or_default();
    let cells = rows.iter().find(|row| !is_separator_line(row)).cloned().unwrap_or_default();
    let found = cells.iter().map(str::trim).collect::<Vec<_>>().join(" | ");
    let narrow: Vec<&str> = found.split('，').collect();
    if narrow.len() > 1 && Head::of(&csv::StringRecord::from(narrow)).missing().is_none() {
        return Err(Unreadable::WideCommas);
    }
    let known = Head::of(&cells).missing().unwrap_or(KEYWORD);
    Err(Unreadable::NoColumn { known, found: found.escape_debug().take(200).collect() })
}

const KEYWORD: &str = "keyword / 关键词";
const REPLY: &str = "reply / 回复";

impl Head {
    fn of(cells: &csv::StringRecord) -> Self {
        let places: Vec<Option<Column>> = cells.iter().map(column).collect();
        let unknown = cells.iter().zip(&places).filter(|(_, column)| column.is_none());
        let unknown = unknown.map(|(cell, _)| cell.trim()).filter(|cell| !cell.is_empty());
        Self { unknown: unknown.map(str::to_owned).collect(), places }
    }

    /// A column without which there are no rules.
    fn missing(&self) -> Option<&'static str> {
        let needed = [(Column::Keyword, KEYWORD), (Column::Reply, REPLY)];
        needed.into_iter().find(|(column, _)| !self.places.contains(&Some(*column))).map(|(_, name)| name)
    }

    fn refuse_twice(&self, cells: &csv::StringRecord) -> Result<(), Unreadable> {
        let twice = (0..self.places.len())
            .find(|at| self.places[*at].is_some() && self.places[..*at].contains(&self.places[*at]));
        let column = twice.and_then(|at| cells.get(at)).map(str::to_owned);
        column.map_or(Ok(()), |column| Err(Unreadable::ColumnTwice { column }))
    }
}

fn read_row(places: &[Option<Column>], cells: &[&str], number: usize, gathered: &mut Gathered) {
    let origin = FindingPlace::Row(number);
    let mut find = |what| gathered.find(origin.clone(), what);
    let cell = |column| {
        let place = places.iter().position(|own| *own == Some(column))?;
        cells.get(place).map(|cell| cell.trim()).filter(|cell| !cell.is_empty())
    };
    if cells.iter().skip(places.len()).any(|cell| !cell.trim().is_empty()) {
        return find(FindingKind::TooManyCells { cells: cells.len(), columns: places.len() });
    }
    let way = match cell(Column::Match) {
        None => Way::Keyword,
        Some(word) => match known(&WAYS, word) {
            Some(way) => way,
            None => return find(FindingKind::UnknownMatch { word: word.to_owned() }),
        },
    };
    let Some(written) = cell(Column::Keyword) else { return find(FindingKind::NoKeyword) };
    let place = places.iter().position(|own| *own == Some(Column::Reply));
    let (reply, found) = template(place.and_then(|place| cells.get(place)).copied().unwrap_or_default());
    if reply.trim().is_empty() {
        return find(FindingKind::EmptyReply);
    }
    let words = visible_words(&origin, vec![(way, words_of(way, written))], &mut gathered.findings);
    let Some(first) = words.first().and_then(|(_, words)| words.first()) else {
        return gathered.find(origin, FindingKind::NoKeyword);
    };
    let switch = cell(Column::Switch);
    let is_on = switch.is_none_or(|word| known(&SWITCHES, word) == Some(true));
    let switched = switch.filter(|_| !is_on).map(|word| match known(&SWITCHES, word) {
        Some(_) => FindingKind::SwitchedOff,
        None => FindingKind::UnknownSwitch { word: word.to_owned() },
    });
    let doubtful = words.iter().flat_map(|(_, words)| words).filter(|word| may_be_several(way, word));
    let doubtful = doubtful.map(|word| FindingKind::OneWord { word: word.clone() });
    let found: Vec<FindingKind> = found.into_iter().chain(doubtful).chain(switched).collect();
    gathered.findings.extend(found.into_iter().map(|what| Finding { at: origin.clone(), what }));
    gathered.drafts.push(Draft {
        name: cell(Column::Name).unwrap_or(first).to_owned(),
        when: When::Words(words),
        enabled: is_on,
        answer: DraftReply::One(Message::Text(reply)),
        examples: Vec::new(),
        origin,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<Finding> {
        read(text.as_bytes()).unwrap().findings
    }

    fn when(text: &str) -> Vec<When> {
        read(text.as_bytes()).unwrap().drafts.into_iter().map(|draft| draft.when).collect()
    }

    fn words(way: Way, words: &[&str]) -> When {
        When::Words(vec![(way, words.iter().map(|word| (*word).to_owned()).collect())])
    }

    #[test]
    fn columns_are_known_by_many_names_and_in_any_order() {
        for head in [
            "reply,Keyword,match",
            "回复内容;关键字;匹配方式",
            " Answer \t关键词\tMatch_Mode",
            "答案,问题,匹配",
        ] {
            let delimiter = if head.contains(';') {
                ";"
            } else if head.contains('\t') {
                "\t"
            } else {
                ","
            };
            let row = ["九点", "几点", "完全匹配"].join(delimiter);
            assert_eq!(when(&format!("{head}\n{row}\n")), [words(Way::Exact, &["几点"])], "{head}");
        }
    }

    #[test]
    fn a_cell_holds_several_words_and_an_expression_is_one() {
        let text = "keyword,match,reply\n\"a、b，c;d|e\nf\",,x\n\"a|b,c\",regex,x\n";
        let expected = [words(Way::Keyword, &["a", "b", "c", "d", "e", "f"]), words(Way::Regex, &["a|b,c"])];
        assert_eq!(when(text), expected);
    }

    #[test]
    fn a_slash_parts_words_and_what_may_be_several_is_told() {
        let text =
            "关键词,回复\n多少钱/怎么卖/价格,x\n价格 多少,y\n24/7,z\nopening hours,v\nhttps://e.com/店,w\n";
        let expected: [&[&str]; 5] = [
            &["多少钱", "怎么卖", "价格"],
            &["价格 多少"],
            &["24/7"],
            &["opening hours"],
            &["https://e.com/店"],
        ];
        assert_eq!(when(text), expected.map(|own| words(Way::Keyword, own)));
        let told: Vec<(FindingPlace, FindingKind)> =
            found(text).into_iter().map(|found| (found.at, found.what)).collect();
        let one = |word: &str| FindingKind::OneWord { word: word.to_owned() };
        assert_eq!(told, [(FindingPlace::Row(3), one("价格 多少")), (FindingPlace::Row(4), one("24/7"))]);
    }

    #[test]
    fn a_row_that_is_switched_off_stays_off() {
        for name in ["启用", "状态", "是否启用", "enabled"] {
            let text = format!("关键词,回复,{name}\na,x,是\nb,x,否\nc,x,停用\nd,x,\ne,x,待定\n");
            let gathered = read(text.as_bytes()).unwrap();
            let enabled: Vec<bool> = gathered.drafts.iter().map(|draft| draft.enabled).collect();
            assert_eq!(enabled, [true, false, false, true, false], "{name}");
            let unknown = FindingKind::UnknownSwitch { word: "待定".to_owned() };
            let whats: Vec<FindingKind> = gathered.findings.into_iter().map(|found| found.what).collect();
            assert_eq!(whats, [FindingKind::SwitchedOff, FindingKind::SwitchedOff, unknown], "{name}");
        }
    }

    #[test]
    fn rows_are_counted_as_a_spreadsheet_does() {
        let text = "关键词,回复\r\n\"甲\r\n乙\",\"一\r\n二\"\r\n\r\n , \r\n丙,\r\n\"丁\",\"\"\"\"\r\n戊,";
        let rows: Vec<FindingPlace> = found(text).into_iter().map(|finding| finding.at).collect();
        assert_eq!(rows, [FindingPlace::Row(5), FindingPlace::Row(7)]);
    }

    #[test]
    fn a_row_that_cannot_be_a_rule_is_told_with_its_reason() {
        let whats: Vec<FindingKind> =
            found("关键词,匹配,回复\n,,a\n、,,a\n\u{200B},,a\nb,差不多,a\nb,,\nb,,a,b\n")
                .into_iter()
                .map(|finding| finding.what)
                .collect();
        let nothing = FindingKind::NothingLeft { word: "\\u{200b}".to_owned() };
        let unknown = FindingKind::UnknownMatch { word: "差不多".to_owned() };
        let cells = FindingKind::TooManyCells { cells: 4, columns: 3 };
        assert_eq!(
            whats,
            [
                FindingKind::NoKeyword,
                FindingKind::NoKeyword,
                nothing,
                FindingKind::NoKeyword,
                unknown,
                FindingKind::EmptyReply,
                cells
            ]
        );
    }

    #[test]
    fn what_stands_above_the_names_of_the_columns_is_passed_over() {
        let expected = [words(Way::Keyword, &["a"])];
        assert_eq!(when("sep=;\r\n关键词;回复\r\na;x\r\n"), expected);
        let text = "自动回复表,,\n\n关键词（多个用逗号隔开）,标准答案,\na,x,\n,y,\n";
        assert_eq!(when(text), expected);
        let rows: Vec<(FindingPlace, FindingKind)> =
            found(text).into_iter().map(|found| (found.at, found.what)).collect();
        assert_eq!(
            rows,
            [(FindingPlace::Row(1), FindingKind::AboveHead), (FindingPlace::Row(5), FindingKind::NoKeyword)]
        );
        for head in ["问,答", "关键词,回覆", "Question (one or more),Answer *"] {
            assert_eq!(when(&format!("{head}\na,x\n")), expected, "{head}");
        }
    }

    #[test]
    fn what_is_no_table_is_pointed_at() {
        let fault = |text: &str| read(text.as_bytes()).map(|_| ()).unwrap_err();
        assert_eq!(fault(" \n"), Unreadable::Empty);
        assert!(matches!(fault("你好,您好\n"), Unreadable::NoColumn { known: "keyword / 关键词", .. }));
        assert!(matches!(fault("关键词;备注\n"), Unreadable::NoColumn { known: "reply / 回复", .. }));
        assert!(
            matches!(fault("回复,答案,关键词\n"), Unreadable::ColumnTwice { column } if column == "答案")
        );
        assert_eq!(fault("关键词，匹配方式，回复\n你好，，您好\n"), Unreadable::WideCommas);
        let workbook = [b"PK\x03\x04" as &[u8], &[0, 255, 254]].concat();
        assert_eq!(read(&workbook).map(|_| ()), Err(Unreadable::Workbook));
        let open = "关键词,回复\n你好,\"您好\n再见,走好\n";
        assert_eq!(fault(open), Unreadable::UnclosedQuote { line: 2, column: 4 });
    }
}
