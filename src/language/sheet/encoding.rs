//! Bytes → text, as spreadsheets and editors save it: UTF-8 or UTF-16 with a byte order mark, UTF-8 without one, and else
//! GB18030, which includes GBK and GB 2312. Bytes that cannot be decoded are a fault; they are not replaced.

use encoding_rs::{Encoding, GB18030};

use super::SheetFault;

/// As many characters beyond ASCII in a row of good UTF-8 are no accident of another encoding.
const NO_ACCIDENT: usize = 8;

/// How the files of office programs begin: an archive, or the older container.
const PACKED: [&[u8]; 2] = [b"PK\x03\x04", b"\xD0\xCF\x11\xE0"];

/// The text without a byte order mark.
///
/// # Errors
///
/// The bytes are no text in any of these encodings.
pub fn text_of(bytes: &[u8]) -> Result<String, SheetFault> {
    if is_packed(bytes) {
        return Err(SheetFault::Workbook);
    }
    let (encoding, rest) = match Encoding::for_bom(bytes) {
        Some((encoding, mark)) => (encoding, &bytes[mark..]),
        None => match std::str::from_utf8(bytes) {
            Ok(text) => return Ok(text.to_owned()),
            Err(error) => {
                let good = &bytes[..error.valid_up_to()];
                let beyond_ascii = String::from_utf8_lossy(good).chars().filter(|c| !c.is_ascii()).count();
                if beyond_ascii >= NO_ACCIDENT {
                    return Err(SheetFault::NotText { line: line_of(bytes, good.len()) });
                }
                (GB18030, bytes)
            }
        },
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(rest);
    text.map(|text| text.into_owned())
        .ok_or_else(|| SheetFault::NotText { line: first_bad_line(encoding, rest) })
}

/// Whether these are a file of an office program, and no text.
pub fn is_packed(bytes: &[u8]) -> bool {
    PACKED.iter().any(|beginning| bytes.starts_with(beginning))
}

fn line_of(bytes: &[u8], at: usize) -> usize {
    bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// The first line that is not in this encoding. No byte of a longer character is a line end, save in UTF-16.
fn first_bad_line(encoding: &'static Encoding, bytes: &[u8]) -> usize {
    let is_bad = |line: &[u8]| encoding.decode_without_bom_handling_and_without_replacement(line).is_none();
    bytes.split(|byte| *byte == b'\n').position(is_bad).map_or(1, |before| before + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_save_a_table_is_read() {
        let text = "关键词,回复\n几点开门,九点 😀\n";
        let utf16 = |order: fn(u16) -> [u8; 2], mark: [u8; 2]| {
            let mut bytes = mark.to_vec();
            bytes.extend(text.encode_utf16().flat_map(order));
            bytes
        };
        let gb18030 = GB18030.encode(text).0.into_owned();
        for bytes in [
            text.as_bytes().to_vec(),
            format!("\u{FEFF}{text}").into_bytes(),
            gb18030,
            utf16(u16::to_le_bytes, [0xFF, 0xFE]),
            utf16(u16::to_be_bytes, [0xFE, 0xFF]),
        ] {
            assert_eq!(text_of(&bytes).unwrap(), text);
        }
    }

    #[test]
    fn what_is_no_text_is_pointed_at_and_never_guessed() {
        let broken = [b"a,b\n" as &[u8], "这一行是完好的文字，没有问题\n".as_bytes(), b"\xE4\xBD\n"].concat();
        assert_eq!(text_of(&broken), Err(SheetFault::NotText { line: 3 }));
        assert_eq!(text_of(b"a,b\nc\xFF\xFFd\n"), Err(SheetFault::NotText { line: 2 }));
    }
}
