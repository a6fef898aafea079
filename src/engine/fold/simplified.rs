//! Traditional to simplified Chinese, one character for one: OpenCC's TSCharacters.txt (Apache-2.0, see NOTICE),
//! read once.

use std::collections::HashMap;
use std::sync::LazyLock;

static TABLE: LazyLock<Table> = LazyLock::new(|| Table::of(include_str!("TSCharacters.txt")));

/// The simplified forms. Nearly all characters of a message lie in one block, which is laid out for one look.
struct Table {
    /// From [`FIRST`] to [`LAST`]; 0 where the form does not fit into the layout.
    common: Box<[u16]>,
    /// All that differ from their simplified form.
    all: HashMap<char, char>,
}

const FIRST: u32 = 0x4E00;
const LAST: u32 = 0x9FFF;

/// The simplified form of a traditional character, or the character itself.
pub fn simplified(c: char) -> char {
    match u32::from(c) {
        0..0x3400 => c,
        code @ FIRST..=LAST => match TABLE.common[(code - FIRST) as usize] {
            0 => TABLE.searched(c),
            simple => char::from_u32(u32::from(simple)).unwrap_or(c),
        },
        _ => TABLE.searched(c),
    }
}

impl Table {
    /// Of lines such as `乾<TAB>干 乾`, of which the first target counts.
    fn of(text: &str) -> Self {
        let pair = |line: &str| {
            let (traditional, targets) = line.split_once('\t')?;
            Some((single(traditional)?, single(targets.split(' ').next()?)?))
        };
        let mut all: HashMap<char, char> =
            text.lines().filter_map(pair).filter(|(from, to)| from != to).collect();
        let ends: Vec<(char, char)> = all.keys().map(|from| (*from, end_of_chain(&all, *from))).collect();
        all.extend(ends);
        all.retain(|from, to| from != to);
        let mut table = Self { common: Box::default(), all };
        let laid_out = |code| {
            let simple = char::from_u32(code).map_or('\0', |c| table.searched(c));
            u16::try_from(u32::from(simple)).unwrap_or(0)
        };
        table.common = (FIRST..=LAST).map(laid_out).collect();
        table
    }

    fn searched(&self, c: char) -> char {
        self.all.get(&c).copied().unwrap_or(c)
    }
}

fn single(text: &str) -> Option<char> {
    let mut chars = text.chars();
    chars.next().filter(|_| chars.next().is_none())
}

/// Where the forms lead to in the end: one may itself be traditional.
fn end_of_chain(forms: &HashMap<char, char>, from: char) -> char {
    let mut seen = vec![from];
    let mut at = from;
    while let Some(next) = forms.get(&at).filter(|next| !seen.contains(next)) {
        at = *next;
        seen.push(at);
    }
    at
}
