//! Text → records: cells between commas, semicolons or tabs, perhaps in quotation marks.

use super::SheetFault;

pub const DELIMITERS: [char; 3] = [',', ';', '\t'];

/// The records of a table, empty lines left out.
pub fn records(text: &str, delimiter: char) -> impl Iterator<Item = csv::StringRecord> {
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(delimiter as u8);
    // a text that is in memory and of any number of cells has nothing to fail at
    builder.from_reader(text.as_bytes()).into_records().filter_map(Result::ok)
}

/// What a spreadsheet writes above a table to say by what its cells are parted.
pub fn is_separator_line(record: &csv::StringRecord) -> bool {
    record.get(0).is_some_and(|cell| cell.trim().to_ascii_lowercase().starts_with("sep="))
}

/// The row, as a spreadsheet counts, at which each record begins: lines inside a cell do not count, empty
/// rows do.
///
/// # Errors
///
/// A quotation mark that opens is never closed.
pub fn row_numbers(text: &str, delimiter: char) -> Result<Vec<usize>, SheetFault> {
    let (mut numbers, mut row, mut is_empty) = (Vec::new(), 1, true);
    let (mut opened, mut at_start) = (None, true);
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if opened.is_some() {
            let doubled = c == '"' && chars.next_if(|(_, next)| *next == '"').is_some();
            if c == '"' && !doubled {
                opened = None;
            }
        } else if matches!(c, '\n' | '\r') {
            if c == '\r' {
                chars.next_if(|(_, next)| *next == '\n');
            }
            if !is_empty {
                numbers.push(row);
            }
            (row, is_empty, at_start) = (row + 1, true, true);
        } else {
            if c == '"' && at_start {
                opened = Some(at);
            }
            (is_empty, at_start) = (false, c == delimiter);
        }
    }
    if let Some(at) = opened {
        let before = &text[..at];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let column = before[line_start..].chars().count() + 1;
        return Err(SheetFault::UnclosedQuote { line: before.matches('\n').count() + 1, column });
    }
    numbers.push(row);
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_record_has_its_row(text in "[a\", \r\n]{0,24}", delimiter in prop::sample::select(DELIMITERS.to_vec())) {
            let Ok(numbers) = row_numbers(&text, delimiter) else { return Ok(()) };
            let count = records(&text, delimiter).count();
            // behind the last line end there is one more
            prop_assert!(numbers.len() == count || numbers.len() == count + 1, "{:?} {}", numbers, count);
            let lines: Vec<&str> = text.split("\r\n").flat_map(|line| line.split(['\r', '\n'])).collect();
            if !text.contains('"') {
                for (record, number) in records(&text, delimiter).zip(numbers) {
                    prop_assert_eq!(record.iter().collect::<Vec<_>>().join(&delimiter.to_string()), lines[number - 1]);
                }
            }
        }
    }
}
