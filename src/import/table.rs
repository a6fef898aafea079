//! A table of keywords and replies as a spreadsheet saves it: cells between commas, semicolons or tabs, perhaps in
//! quotation marks, below a row of column names. Every row that cannot become a rule is a finding.

pub mod cell;
mod join;
mod row;
mod words;
pub mod write;

use join::join_rows;
use row::{Head, read_row};
use words::Column;

use super::Gathered;
use super::finding::{FindingKind, FindingPlace};
use super::unreadable::Unreadable;
use crate::language::sheet::encoding::text_of;
use crate::language::sheet::records::{DELIMITERS, is_separator_line, records, row_numbers};

/// In so many rows the names of the columns are looked for: titles like to stand above them.
const ABOVE: usize = 5;

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
    for column in head.unknown() {
        gathered.find(FindingPlace::File, FindingKind::ColumnIgnored { column: column.to_owned() });
    }
    for (record, number) in records(&text, delimiter).zip(numbers).skip(above.len() + 1) {
        if record.iter().any(|cell| !cell.trim().is_empty()) {
            read_row(&head, &record, number, &mut gathered);
        }
    }
    join_rows(&mut gathered);
    Ok(gathered)
}

/// The delimiter and the record that names the columns.
fn find_head(text: &str) -> Result<Found, Unreadable> {
    let first = |delimiter| records(text, delimiter).take(ABOVE).collect::<Vec<_>>();
    for at in 0..ABOVE {
        let tables = DELIMITERS.into_iter().map(|delimiter| (delimiter, first(delimiter)));
        let rows = tables.filter_map(|(delimiter, rows)| Some((delimiter, Head::of(rows.get(at)?), rows)));
        let known = rows.filter(|(_, head, _)| missing(head).is_none());
        let Some((delimiter, head, rows)) = known.max_by_key(|(_, head, _)| head.width()) else {
            continue;
        };
        if let Some(column) = head.twice() {
            return Err(Unreadable::ColumnTwice { column: column.to_owned() });
        }
        return Ok(Found { delimiter, above: rows[..at].to_vec(), head });
    }
    let widest = DELIMITERS.map(first).into_iter().max_by_key(|rows| rows.first().map_or(0, |row| row.len()));
    let rows = widest.unwrap_or_default();
    let cells = rows.iter().find(|row| !is_separator_line(row)).cloned().unwrap_or_default();
    let found = cells.iter().map(str::trim).collect::<Vec<_>>().join(" | ");
    let narrow: Vec<&str> = found.split('，').collect();
    if narrow.len() > 1 && missing(&Head::of(&csv::StringRecord::from(narrow))).is_none() {
        return Err(Unreadable::WideCommas);
    }
    let known = missing(&Head::of(&cells)).unwrap_or(KEYWORD);
    Err(Unreadable::NoColumn { known, found: found.escape_debug().take(200).collect() })
}

const KEYWORD: &str = "keyword / 关键词";
const REPLY: &str = "reply / 回复";

/// A column without which there are no rules.
fn missing(head: &Head) -> Option<&'static str> {
    let needed = [(Column::Keyword, KEYWORD), (Column::Reply, REPLY)];
    needed.into_iter().find(|(column, _)| !head.has(*column)).map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::draft::{DraftReply, Message, Way, When};
    use crate::import::finding::{Finding, MediaKind};

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

    fn answers(text: &str) -> Vec<DraftReply> {
        read(text.as_bytes()).unwrap().drafts.into_iter().map(|draft| draft.answer).collect()
    }

    fn texts(texts: &[&str]) -> Vec<Message> {
        texts.iter().map(|text| Message::Text((*text).to_owned())).collect()
    }

    fn told(text: &str) -> Vec<(usize, FindingKind)> {
        let row = |finding: Finding| match finding.at {
            FindingPlace::Row(number) => (number, finding.what),
            _ => (0, finding.what),
        };
        found(text).into_iter().map(row).collect()
    }

    #[test]
    fn a_question_is_looked_for_without_its_mark() {
        let text = "问题,答案\n怎么退款？,三天到账\n\"\"\"真的？\"\"\",真的\n";
        assert_eq!(when(text), [words(Way::Keyword, &["怎么退款"]), words(Way::Keyword, &["真的？"])]);
        assert_eq!(told(text), [(2, FindingKind::EndMarks)]);
    }

    #[test]
    fn a_line_break_that_is_written_out_is_one() {
        let text = "关键词,回复\n退款,三天到账\\n谢谢\n";
        assert_eq!(answers(text), [DraftReply::One(Message::Text("三天到账\n谢谢".to_owned()))]);
        assert_eq!(told(text), [(2, FindingKind::LineBreaks)]);
    }

    #[test]
    fn a_whole_message_may_hold_commas() {
        let text = "关键词,匹配方式,回复\n\"你，你，你\",完全匹配,怎么了\n";
        assert_eq!(when(text), [words(Way::Exact, &["你，你，你"])]);
        assert_eq!(told(text), [(2, FindingKind::OneWord { word: "你，你，你".to_owned() })]);
    }

    #[test]
    fn rows_with_the_same_words_are_one_rule_that_draws_a_reply() {
        let text = "关键词,回复,规则名\n你好,您好,\n再见,走好,\n你好,哈喽,\n你好,您好,\n你好,在的,问候\n";
        let drawn = DraftReply::OneOf { one_of: texts(&["您好", "哈喽"]) };
        let alone = |text: &str| DraftReply::One(Message::Text(text.to_owned()));
        assert_eq!(answers(text), [drawn, alone("走好"), alone("在的")]);
        let same = FindingKind::Duplicate { of: "你好".to_owned() };
        assert_eq!(told(text), [(4, FindingKind::Joined), (5, same)]);
    }

    #[test]
    fn several_replies_of_a_row_are_drawn_from_or_all_sent() {
        let text = "关键词内容,匹配形式,回复1,回复2,回复 3,回复方式\n\
            a,精确,一,二,,\nb,,一,,三,全部\nc,,一,,,\nd,,,二,,\ne,,一,二,,随机\nf,,一,一,,\n";
        let one = |text: &str| DraftReply::One(Message::Text(text.to_owned()));
        let drawn = || DraftReply::OneOf { one_of: texts(&["一", "二"]) };
        let all = DraftReply::All(texts(&["一", "三"]));
        assert_eq!(answers(text), [drawn(), all, one("一"), one("二"), drawn(), one("一")]);
        assert_eq!(when(text)[0], words(Way::Exact, &["a"]));
        assert_eq!(told(text), [(2, FindingKind::Drawn)]);
        let head = "回复1,关键词1,回复1\n";
        assert!(matches!(read(head.as_bytes()), Err(Unreadable::ColumnTwice { .. })));
    }

    #[test]
    fn the_type_says_what_a_row_is_for() {
        let text = "类型,关键词,回复模板\n关注回复,,欢迎\n默认回复,,收到\n默认,价格,九元\n图片,海报,a.png\n\
            精确,你好,您好\n售后,退款,三天\n文字,地址,晴天路\n";
        let keyword = |word| words(Way::Keyword, &[word]);
        let expected = [
            When::Follow,
            When::Fallback,
            keyword("价格"),
            words(Way::Exact, &["你好"]),
            keyword("退款"),
            keyword("地址"),
        ];
        assert_eq!(when(text), expected);
        let unknown = |word: &str| FindingKind::UnknownSort { word: word.to_owned() };
        let picture = FindingKind::Media { kind: MediaKind::Picture };
        assert_eq!(told(text), [(4, unknown("默认")), (5, picture), (7, unknown("售后"))]);
    }

    #[test]
    fn a_cell_that_the_spreadsheet_program_damaged_is_told_with_its_column_and_leaves_its_row_out() {
        let text =
            "单号,关键词,回复\n1.2E+17,1.23457E+11,发货了\n,价格,#NAME?\n,地址,晴天路\n,'1.23457E+11,好\n";
        assert_eq!(when(text), [words(Way::Keyword, &["地址"]), words(Way::Keyword, &["1.23457E+11"])]);
        let damaged = |column: &str, cell: &str| FindingKind::DamagedCell {
            column: column.to_owned(),
            cell: cell.to_owned(),
        };
        let ignored = FindingKind::ColumnIgnored { column: "单号".to_owned() };
        let expected = [(0, ignored), (2, damaged("关键词", "1.23457E+11")), (3, damaged("回复", "#NAME?"))];
        assert_eq!(told(text), expected);
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
