//! A page for authors as the tests see it: its fenced blocks in their order, the rules folder that they make
//! step by step, and what the program prints on that folder. It judges nothing.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use fanreply::language::source::RuleSource;
use fanreply::words::lang::Lang;

/// A fenced block, and the rules folder as a reader has it who followed the page up to here.
pub struct Block<'p> {
    /// What stands behind the opening fence: `yaml`, `yaml mistake`, `console`, …
    pub info: &'p str,
    pub text: &'p str,
    /// Where the text begins in the page.
    pub at: usize,
    pub folder: Folder,
}

impl Block<'_> {
    /// Whether this is a file of the chapter's folder, and no folder of its own.
    pub fn is_part_of_folder(&self) -> bool {
        self.info == "yaml" && self.text.starts_with(FILE)
    }
}

/// What a block begins with that is a file of the chapter's folder.
const FILE: &str = "# file: ";

/// Rule files by their names.
#[derive(Clone, Debug, Default)]
pub struct Folder(BTreeMap<String, String>);

impl Folder {
    pub fn source(&self) -> RuleSource {
        RuleSource::of_texts(self.0.iter().map(|(name, text)| (name.as_str(), text.as_str())))
    }
}

/// The blocks of a page. One that begins with `# file: NAME` is a file of the chapter's folder, in the place of
/// an earlier one of that name; one without is a folder of its own. What a reader saved stays in his folder, one
/// with a mistake too, until the page tells him to replace it or to `rm rules/NAME`.
pub fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut folder = Folder::default();
    let mut rest = page;
    while let Some((line, after)) = rest.split_once('\n') {
        rest = after;
        if line.starts_with("## ") {
            folder = Folder::default();
        }
        let Some(info) = line.strip_prefix("```") else { continue };
        let (text, after) = match after.strip_prefix("```") {
            Some(_) => ("", after),
            None => after.split_at(after.find("\n```").expect("a fence that closes") + 1),
        };
        let at = page.len() - after.len() - text.len();
        rest = after.split_once('\n').map_or("", |(_, rest)| rest);
        if info.starts_with("yaml") {
            match text.strip_prefix(FILE).and_then(|text| text.split_once('\n')) {
                Some((name, _)) => folder.0.insert(name.to_owned(), text.to_owned()),
                None => {
                    folder.0.clear();
                    folder.0.insert("shop.yaml".to_owned(), text.to_owned())
                }
            };
        }
        blocks.push(Block { info, text, at, folder: folder.clone() });
        if info == "sh" {
            for name in text.lines().filter_map(|line| line.strip_prefix("rm rules/")) {
                folder.0.remove(name).expect("a file that the reader has");
            }
        }
    }
    blocks
}

/// The page with what the program prints now in its `console` blocks.
pub fn with_fresh_output(page: &str, lang: Lang) -> String {
    let (mut fresh, mut upto) = (String::new(), 0);
    for block in blocks(page).iter().filter(|block| block.info == "console") {
        fresh += &page[upto..block.at];
        fresh += &printed(block, lang);
        upto = block.at + block.text.len();
    }
    fresh + &page[upto..]
}

/// The commands of a block with what they print. Behind `chat`, the lines that begin with `> ` are typed.
fn printed(block: &Block, lang: Lang) -> String {
    let above = tempfile::tempdir().unwrap();
    fs::create_dir(above.path().join("rules")).unwrap();
    for (name, text) in &block.folder.0 {
        fs::write(above.path().join("rules").join(name), text).unwrap();
    }
    let mut page = String::new();
    for part in block.text.split("$ fanreply ").skip(1) {
        let (command, shown) = part.split_once('\n').unwrap_or((part, ""));
        let words = words(command);
        page += &format!("$ fanreply {command}\n");
        let typed: Vec<&str> = shown.lines().filter(|line| line.starts_with("> ")).collect();
        let mut before = output(above.path(), lang, &words, &[]);
        page += &before;
        for upto in 1..=typed.len() {
            // what one more line adds is its answer
            let all = output(above.path(), lang, &words, &typed[..upto]);
            let answer = all.strip_prefix(&before).expect("a conversation that goes on as it began");
            page += &format!("{}\n{answer}", typed[upto - 1]);
            before = all;
        }
    }
    page
}

fn output(folder: &Path, lang: Lang, words: &[String], typed: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fanreply"));
    command.arg0("fanreply");
    command.env_clear().env("LANG", lang.pick("C.UTF-8", "zh_CN.UTF-8")).current_dir(folder).args(words);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // a command that reads nothing may have ended already
    let _ = typed.iter().try_for_each(|line| writeln!(stdin, "{}", &line[2..]));
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    let said = [output.stdout, output.stderr].concat();
    String::from_utf8(said).unwrap().lines().map(|line| line.trim_end().to_owned() + "\n").collect()
}

/// Words as a shell parts them, for what pages show.
fn words(command: &str) -> Vec<String> {
    let parts = command.split('"').enumerate();
    let words = parts.flat_map(|(number, part)| match number % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect::<Vec<_>>(),
        _ => vec![part.to_owned()],
    });
    words.collect()
}

/// The anchors that GitHub makes of the headings of a page: small letters, blanks as hyphens, no punctuation.
pub fn anchors(page: &str) -> Vec<String> {
    let mut anchors: Vec<String> = Vec::new();
    let mut fenced = false;
    for line in page.lines() {
        fenced ^= line.starts_with("```");
        let title = line.trim_start_matches('#');
        if fenced || title == line || !title.starts_with(' ') {
            continue;
        }
        let kept = title.trim().chars().flat_map(char::to_lowercase);
        let kept = kept.filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        let anchor = kept.map(|c| if c == ' ' { '-' } else { c }).collect::<String>();
        let twice = anchors.iter().filter(|other| **other == anchor).count();
        assert_eq!(twice, 0, "two headings make the anchor {anchor}");
        anchors.push(anchor);
    }
    anchors
}
