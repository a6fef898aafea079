//! What a file's name says about it: rules, rules under a name that would silently keep them from being read, or
//! something else.

/// What a name is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    Rules,
    /// Clearly meant to be rules; `fixed` is the name that would be read.
    Wrongly {
        fixed: String,
    },
    /// Rules written in a word processor.
    Document {
        fixed: String,
    },
    /// A table or a document, the words of which look as if they were rules.
    OtherFormat,
    Otherwise,
}

/// What editors append when their "all files" was not chosen.
const TEXTS: [&str; 2] = ["txt", "text"];
const DOCUMENTS: [&str; 4] = ["doc", "docx", "rtf", "wps"];
const OTHER_FORMATS: [&str; 10] =
    ["xlsx", "xls", "et", "ods", "numbers", "docx", "doc", "wps", "rtf", "pages"];
const SLIPS: [&str; 3] = ["ymal", "yalm", "yam"];

/// The last part of a path → what it is. A backup (`a.yaml.bak`, `a.yaml~`) is something else.
pub fn named(name: &str) -> Named {
    if is_rules(name) {
        return Named::Rules;
    }
    let plain: String = name.chars().map(half_width).collect();
    let plain = plain.trim();
    if is_rules(plain) {
        return Named::Wrongly { fixed: plain.to_owned() };
    }
    let Some((stem, extension)) = plain.rsplit_once('.') else { return Named::Otherwise };
    let extension = extension.to_ascii_lowercase();
    let meant = |listed: &[&str]| listed.contains(&extension.as_str());
    if meant(&SLIPS) && !stem.is_empty() {
        return Named::Wrongly { fixed: format!("{stem}.yaml") };
    }
    let stem = stem.trim_end();
    match is_rules(stem) {
        true if meant(&TEXTS) => Named::Wrongly { fixed: stem.to_owned() },
        true if meant(&DOCUMENTS) => Named::Document { fixed: stem.to_owned() },
        // Office keeps such a file beside one that is open
        _ if meant(&OTHER_FORMATS) && !name.starts_with("~$") => Named::OtherFormat,
        _ => Named::Otherwise,
    }
}

fn is_rules(name: &str) -> bool {
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    !stem.is_empty() && (extension.eq_ignore_ascii_case("yaml") || extension.eq_ignore_ascii_case("yml"))
}

/// Full-width signs, and the full stop that a Chinese input method types for a dot.
fn half_width(c: char) -> char {
    match c {
        '。' | '｡' => '.',
        '\u{3000}' => ' ',
        // the block repeats ASCII at a fixed distance
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_extensions_are_rules_in_any_case() {
        for name in ["a.yaml", "a.yml", "你好.YAML", "a.b.Yml"] {
            assert_eq!(named(name), Named::Rules, "{name}");
        }
    }

    #[test]
    fn a_name_that_is_clearly_meant_comes_with_the_right_one() {
        let cases = [
            ("a.yaml.txt", "a.yaml"),
            ("a.yml.TXT", "a.yml"),
            ("问候。yaml", "问候.yaml"),
            ("问候．ｙａｍｌ", "问候.yaml"),
            ("a.yaml ", "a.yaml"),
            ("a.ymal", "a.yaml"),
        ];
        for (name, fixed) in cases {
            assert_eq!(named(name), Named::Wrongly { fixed: fixed.to_owned() }, "{name}");
        }
        for name in ["规则.xlsx", "旧规则.XLS", "话术.docx"] {
            assert_eq!(named(name), Named::OtherFormat, "{name}");
        }
        assert_eq!(named("a.yaml.docx"), Named::Document { fixed: "a.yaml".to_owned() });
    }

    #[test]
    fn backups_and_other_files_are_let_be() {
        for name in [
            "a.yaml.bak",
            "a.yaml~",
            "a.yaml.swp",
            "README.md",
            "notes.txt",
            "yaml",
            "图.png",
            "~$规则.xlsx",
            "a.csv",
        ] {
            assert_eq!(named(name), Named::Otherwise, "{name}");
        }
    }
}
