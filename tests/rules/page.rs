//! The catalogue of diagnostics as a page: an introduction, a table of contents by stage, and a section for each
//! code with its example. Made of the tables and the fixtures alone, so that it cannot say anything else than
//! the program does.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use fanreply::language::diagnostic::{CatalogueEntry, Code, Severity};
use fanreply::words::lang::Lang;

use super::fixtures::{Example, STAGES, examples, said, surroundings};

/// Files and outputs of more lines are cut in the middle.
const MOST_LINES: usize = 30;
/// Longer lines are cut at their end.
const WIDEST: usize = 110;

const INTRODUCTION: [&str; 2] = [
    "\
# Diagnostics

[中文](diagnostics.zh-CN.md)

`fanreply check` points at everything that is wrong or doubtful in a rules folder, and `serve` says the same in its log
when it keeps the old rules because of it. One diagnostic looks like this:

```text
error[F117]: this is a Chinese colon; after a key stands `:` and a blank
 --> shop.yaml:3:7
  |
3 |       keyword：你好
  |       ^^^^^^^^^^^^^
  |
  = help: write `:` and a blank: keyword: 你好
```

- **error** or **warning**: with an error the folder is not used and the rules that were in service before stay. A warning
  changes nothing; `check --strict` treats it as an error.
- **F117**: the number of this kind of mistake. It never changes its meaning. `fanreply check --explain F117` prints its
  section of this page.
- **shop.yaml:3:7**: the file, the line, and the character in the line. Below it stands the line itself; the `^` mark
  what must change.
- **help**: what to write instead, often with the corrected line or text, which takes the place of yours. It is shown only
  where nothing is wrong with the line any more once it stands there.

All mistakes of all files are shown at once. A mistake that YAML itself stumbles over ends the reading of its file, so that
further ones may show once it is mended.

In the examples `⇥` stands for a tab, `□` for a full-width blank, `⍽` for a blank that is none to YAML, and `�` for
bytes or signs that cannot be shown. Long examples are cut at `…`.

## Contents
",
    "\
# 诊断信息一览

[English](diagnostics.md)

`fanreply check` 会指出规则文件夹里所有写错的和可疑的地方；`serve` 因此继续使用旧规则时，日志里也是同样的内容。一条诊断信息是这样的：

```text
错误[F117]：这里用了中文冒号；字段后面要用英文冒号加一个空格
 --> 门店.yaml:3:7
  |
3 |       keyword：你好
  |       ^^^^^^^^^^^^^
  |
  = 建议：请改成英文冒号，后面加一个空格：keyword: 你好
```

- **错误**或**警告**：有错误时，整个文件夹都不会使用，之前的规则继续生效。警告不影响使用；加上 `check --strict`，警告也算错误。
- **F117**：这类问题的编号，含义永远不变。运行 `fanreply check --explain F117`，可以看到本页里对应的一节。
- **门店.yaml:3:7**：文件名、第几行、这一行的第几个字。下面是这一行的原文，`^` 标出要改的地方。
- **建议**：应该怎么写，往往带有改好的那一行或那段文字，用它替换原来的就行。只有换上去之后这一行不再有错，才会显示出来。

所有文件里的所有问题会一次列出来。如果问题大到 YAML 都读不下去，这个文件后面的内容就先不看了，改好之后可能还会发现别的问题。

例子里，`⇥` 表示 Tab，`□` 表示全角空格，`⍽` 表示 YAML 不认的特殊空格，`�` 表示无法显示的内容。太长的例子会省略一部分，用 `…` 表示。

## 目录
",
];

pub fn page(lang: Lang) -> String {
    let words = |texts: [&'static str; 2]| lang.pick(texts[0], texts[1]);
    let examples = examples();
    let titles = titles(&examples, lang);
    let mut page = words(INTRODUCTION).to_owned();
    for (stage, entries) in STAGES {
        write!(page, "\n**{}**\n\n", words(*stage)).unwrap();
        for entry in sorted(entries) {
            let code = entry.code.to_string();
            writeln!(page, "- [{code}](#{}) {}", code.to_lowercase(), titles[&entry.code]).unwrap();
        }
    }
    for entry in STAGES.iter().flat_map(|(_, entries)| sorted(entries)) {
        let severity = match entry.severity {
            Severity::Error => lang.pick("Error", "错误"),
            Severity::Warning => lang.pick("Warning", "警告"),
        };
        let colon = lang.pick(": ", "：");
        let title = &titles[&entry.code];
        write!(page, "\n## {}\n\n**{severity}{colon}{title}**\n\n{}\n", entry.code, words(entry.means))
            .unwrap();
        match examples.get(&entry.code).and_then(|examples| examples.first()) {
            Some(example) => show(&mut page, example, lang),
            None => {
                let todo = lang.pick("What to do", "怎么办");
                write!(page, "\n{todo}{colon}{}\n", without_names(words(entry.help))).unwrap();
            }
        }
    }
    page
}

fn sorted(entries: &'static [CatalogueEntry]) -> Vec<&'static CatalogueEntry> {
    let mut entries: Vec<_> = entries.iter().collect();
    entries.sort_by_key(|entry| entry.code);
    entries
}

/// The message of each code, as its example has it.
fn titles(examples: &BTreeMap<Code, Vec<Example>>, lang: Lang) -> BTreeMap<Code, String> {
    let title = |entry: &CatalogueEntry| {
        let example = examples.get(&entry.code).and_then(|examples| examples.first());
        match example.and_then(|example| example.found.first()) {
            Some(diagnostic) => visible(&diagnostic.fault.message(lang)),
            None => without_names(lang.pick(entry.message[0], entry.message[1])),
        }
    };
    STAGES.iter().flat_map(|(_, entries)| entries.iter()).map(|entry| (entry.code, title(entry))).collect()
}

fn show(page: &mut String, example: &Example, lang: Lang) {
    let (_, printed) = said(&example.wrong, &surroundings(false), lang);
    let wrong = files(&example.wrong);
    let right = files(&example.right);
    for (heading, fence, text) in [
        (lang.pick("Wrong:", "错误的写法："), "yaml wrong", wrong),
        (lang.pick("What is printed:", "显示的内容："), "text", printed),
        (lang.pick("Right:", "正确的写法："), "yaml", right),
    ] {
        let text = cut(&visible(text.trim_end_matches('\n')));
        write!(page, "\n{heading}\n\n```{fence}\n{text}\n```\n").unwrap();
    }
}

/// The text of a file, or of the files of a folder, each below its name.
fn files(path: &Path) -> String {
    if let (false, Ok(target)) = (path.exists(), fs::read_link(path)) {
        return format!("# → {}\n", target.display());
    }
    if path.is_file() {
        return String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned();
    }
    let mut paths: Vec<_> = fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let file = |path: &std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        format!("# {name}\n{}", files(path))
    };
    paths.iter().map(file).collect::<Vec<_>>().join("\n")
}

/// What cannot be seen, as signs that can.
fn visible(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' => "\n".to_owned(),
        '\t' => "⇥   ".to_owned(),
        '\u{3000}' => "□".to_owned(),
        '\u{A0}' => "⍽".to_owned(),
        '\u{200B}' | '\0' => "�".to_owned(),
        other if other.is_control() => "�".to_owned(),
        other => other.to_string(),
    };
    text.chars().map(shown).collect()
}

fn cut(text: &str) -> String {
    let narrow = |line: &str| match line.char_indices().nth(WIDEST) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None => line.to_owned(),
    };
    let mut lines: Vec<String> = text.lines().map(narrow).collect();
    if lines.len() > MOST_LINES {
        let rest = lines.split_off(lines.len() - 4);
        lines.truncate(8);
        lines.push("…".to_owned());
        lines.extend(rest);
    }
    lines.join("\n")
}

/// A text of the tables without the names of its arguments.
fn without_names(text: &str) -> String {
    let mut said = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (_, after) = after.split_once('}').unwrap_or_default();
        said.push_str(before);
        said.push('…');
        rest = after;
    }
    said + rest
}
