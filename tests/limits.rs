//! The table of limits against the code: every constant that is a number or a span of time, every field of a
//! default, and every semaphore is on the page with its value, or is named below as no limit.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// Constants that bound nothing which comes from outside: units, waits, forms of files, and the ranges of
/// values that a rule's own diagnostics tell.
const NO_LIMITS: &[&str] = &[
    "src/cli/chat/conversation.rs LEASE",
    "src/cli/chat/conversation.rs REPLACED",
    "src/cli/chat/shown.rs LONGEST",
    "src/cli/explain/shown.rs SHOWN",
    "src/cli/import.rs NAMED",
    "src/cli/import/findings.rs NAMED",
    "src/cli/local.rs PATIENCE",
    "src/cli/menu.rs ANSWER_LIMIT",
    "src/cli/page.rs CARD",
    "src/cli/page.rs FRAME",
    "src/cli/page.rs WIDTH",
    "src/cli/replay/page.rs SAMPLE",
    "src/cli/replay/page.rs SHOWN",
    "src/cli/replay/source.rs BATCH",
    "src/cli/replay/work.rs NAMED",
    "src/cli/replay/work.rs PROGRESS",
    "src/deliver.rs BETWEEN_PRUNINGS",
    "src/deliver.rs FIRST_WAIT",
    "src/deliver.rs LONGEST_SLEEP",
    "src/deliver.rs WITHOUT_ACCOUNT",
    "src/deliver.rs WITHOUT_RULES",
    "src/deliver/rate_limits.rs FIRST_BACKOFF",
    "src/deliver/witness.rs TOLERANCE",
    "src/http/server.rs ACCEPT_PAUSE",
    "src/http/server.rs SMALLEST_BUFFER",
    "src/http/server/open.rs BEATS",
    "src/http/server/open.rs BODY",
    "src/engine/lexicon.rs BITS_PER_WORD",
    "src/platform/weibo/xml.rs USUAL_LENGTH",
    "src/schedule/calendar/days.rs SHOWN",
    "src/language/condition/spoken.rs DAY",
    "src/language/condition/spoken.rs SIX",
    "src/respond/repeats.rs claims",
    "src/http/strays.rs BETWEEN_WARNINGS",
    "src/http/throttle.rs LONGEST",
    "src/import/draft.rs LONGEST",
    "src/language/sheet/encoding.rs NO_ACCIDENT",
    "src/import/prove.rs EXAMPLES",
    "src/import/written.rs WIDEST",
    "src/words/nearest.rs MOST",
    "src/reload/low_priority.rs LAST_IN_LINE",
    "src/reload/look.rs PAUSE",
    "src/reload/watch.rs comparison",
    "src/reload/watch.rs quiet",
    "src/reload/watch.rs second_look",
    "src/engine/effect/delivery.rs RIGHT_AFTER",
    "src/language/reply/one_of.rs HEAVIEST",
    "src/advice/compare.rs SAMPLES",
    "src/language/source_text.rs STEP",
    "src/language/diagnostic/render.rs AROUND",
    "src/language/example/difference.rs GLANCE",
    "src/language/example/difference.rs LEAD",
    "src/language/example/difference.rs QUOTED",
    "src/language/example/difference.rs SPELT",
    "src/language/example/difference.rs WHOLE",
    "src/language/example/run.rs LOOKED_AT",
    "src/engine/index.rs DEGREES",
    "src/language/doubt/remedy.rs SHOWN",
    "src/advice/lint/shadow.rs MOST_COMPARED",
    "src/engine/condition/mod.rs SHOWN",
    "src/language/condition/spoken.rs LONGEST",
    "src/language/condition/spoken.rs NOON",
    "src/language/diagnostic/known_names.rs MOST_LISTED",
    "src/language/yaml/missing.rs LONGEST",
    "src/language/yaml/unfit.rs LONGEST",
    "src/language/proof.rs MOST_TRIED",
    "src/language/proof.rs ROUNDS",
    "src/language/yaml/signs.rs LONGEST_WORD",
    "src/language/yaml/text.rs LONGEST_EMOTICON",
    "src/schedule/calendar.rs SHOWN",
    "src/engine/condition/near.rs DOUBT_METRES",
    "src/engine/condition/near.rs EARTH_RADIUS_METRES",
    "src/language/condition/near.rs FARTHEST_METRES",
    "src/engine/condition/near.rs INDEXED_CELLS",
    "src/engine/condition/scan.rs INDEXED_SCENES",
    "src/engine/pattern/expression.rs LONG",
    "src/engine/template/filters.rs BYTES_OF_STEP",
    "src/engine/template/filters.rs STEPS_OF_ROUNDING",
    "src/engine/template/filters.rs ITEMS_OF_STEP",
    "src/engine/pattern.rs FEW_PIECES",
    "src/engine/pattern/literals.rs MOST_LITERALS",
    "src/engine/pattern/work.rs COMPILING",
    "src/engine/pattern/work.rs FILLING",
    "src/engine/pattern/work.rs LEAST_PIECES",
    "src/engine/pattern/work.rs MOST_STATES",
    "src/engine/pattern/work.rs SEQUENCES",
    "src/engine/pattern/work.rs START",
    "src/engine/pattern/breadth.rs MOST",
    "src/language/rule_reader.rs SUGGESTIONS",
    "src/language/rule.rs LONGEST_NAME",
    "src/language/rule.rs MOST_DATES",
    "src/language/rule.rs read_number::MOST",
    "src/schedule/calendar/turning_points.rs WEEK",
    "src/schedule/calendar/turning_points.rs YEARS",
    "src/schedule/due.rs DAYS",
    "src/schedule/written.rs LEAP_YEAR",
    "src/advice/lint/mod.rs AHEAD",
    "src/schedule/duration.rs LONGEST",
    "src/config/doubt.rs LEAST_SECRET",
    "src/data_dir/mod.rs VERSION",
    "src/data_dir/secret.rs LONGEST_SECRET",
    "src/store/sqlite/outbox/claim.rs SHORTEST_LEASE",
    "src/store/sqlite/held.rs BETWEEN_TRIES",
    "src/store/sqlite/schema.rs CHECKED_PAGES",
    "src/platform/weibo/instant.rs MILLISECONDS_FROM",
];

/// What a limit is, as the pages may write it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Limit {
    Number(f64),
    Seconds(f64),
}

impl Limit {
    /// `1 << 20`, `4096`, `Duration::from_secs(30 * 24)`.
    fn read(expression: &str) -> Option<Self> {
        let span = Regex::new(r"^(?:Signed)?Duration::from_(millis|secs|mins|hours)\((.+)\)$").unwrap();
        let Some(found) = span.captures(expression) else { return number(expression).map(Self::Number) };
        let unit = match &found[1] {
            "millis" => 0.001,
            "secs" => 1.0,
            "mins" => 60.0,
            _ => 3_600.0,
        };
        number(&found[2]).map(|count| Self::Seconds(count * unit))
    }

    fn is_written(self, text: &str) -> bool {
        let written = |value: f64, units: &[(f64, [&str; 2])]| {
            units.iter().any(|(size, names)| {
                let (count, digits) = (value / size, text.split(' ').next().unwrap_or_default());
                let is_count = digits.replace(',', "").parse() == Ok(count);
                is_count && names.iter().any(|name| text[digits.len()..].trim_start() == *name)
            })
        };
        match self {
            Self::Number(value) => {
                written(value, &[(1.0, ["", ""]), (1024.0, ["KiB", "KiB"]), (1_048_576.0, ["MiB", "MiB"])])
            }
            Self::Seconds(value) => written(
                value,
                &[
                    (0.001, ["ms", "毫秒"]),
                    (1.0, ["s", "秒"]),
                    (60.0, ["min", "分钟"]),
                    (86_400.0, ["d", "天"]),
                ],
            ),
        }
    }
}

/// A product, or a power of two.
fn number(expression: &str) -> Option<f64> {
    let plain = |text: &str| text.trim().replace('_', "").parse::<f64>().ok();
    if let Some((number, places)) = expression.split_once("<<") {
        return Some(plain(number)? * plain(places)?.exp2());
    }
    expression.split('*').map(plain).product()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    files
        .filter(|path| path.extension().is_some_and(|ending| ending == "rs") && !path.ends_with("tests.rs"))
        .collect()
}

/// The limits of a file by name; those of a name that several functions use, also as `function::NAME`. Fields of
/// a default are told by the name of the field.
fn limits_of(text: &str) -> BTreeMap<String, Limit> {
    let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    let constant =
        Regex::new(r"const (\w+): (?:usize|u\d+|i\d+|f64|(?:Signed)?Duration) =\s*([^;]+);").unwrap();
    let semaphore = Regex::new(r"static (\w+): Semaphore = Semaphore::const_new\(([^)]+)\);").unwrap();
    let field =
        Regex::new(r"\b([a-z_]+): ((?:Duration::from_\w+\([\d_]+\))|[\d_]+(?: << \d+)?)(?:,| \})").unwrap();
    let function = Regex::new(r"\bfn (\w+)").unwrap();
    let mut limits = BTreeMap::new();
    for found in constant.captures_iter(code) {
        let Some(limit) = Limit::read(found[2].trim()) else { continue };
        let before = &code[..found.get(0).unwrap().start()];
        let of = function.captures_iter(before).last().map_or(String::new(), |found| found[1].to_owned());
        if limits.contains_key(&found[1]) || code.matches(&format!("const {}:", &found[1])).count() > 1 {
            limits.insert(format!("{of}::{}", &found[1]), limit);
        } else {
            limits.insert(found[1].to_owned(), limit);
        }
    }
    for found in semaphore.captures_iter(code).chain(field.captures_iter(code)) {
        if let Some(limit) = Limit::read(&found[2]) {
            limits.insert(found[1].to_owned(), limit);
        }
    }
    limits
}

/// The fields that a type's default sets: they bound as constants do.
fn defaults_of(text: &str) -> BTreeSet<String> {
    let default = Regex::new(r"(?s)\nimpl Default for \w+ \{.*?\n\}\n").unwrap();
    default.find_iter(text).flat_map(|found| limits_of(found.as_str()).into_keys()).collect()
}

/// The rows of a page: where the constant stands, and the value as it is written.
fn rows(page: &str) -> BTreeMap<String, String> {
    let text = fs::read_to_string(root().join(page)).unwrap();
    let row = Regex::new(r"(?m)^\| [^|]+ \| ([^|]+) \| [^|]* \| `(src/[\w/.]+)` `([\w:]+)` \|$").unwrap();
    let rows =
        row.captures_iter(&text).map(|found| (format!("{} {}", &found[2], &found[3]), found[1].to_owned()));
    rows.collect()
}

#[test]
fn every_limit_is_on_the_pages_with_its_value() {
    let (mut all, mut defaults) = (BTreeMap::new(), BTreeSet::new());
    for path in sources(&root().join("src")) {
        let file = path.strip_prefix(root()).unwrap().display().to_string();
        let text = fs::read_to_string(&path).unwrap();
        defaults.extend(defaults_of(&text).iter().map(|name| format!("{file} {name}")));
        all.extend(limits_of(&text).into_iter().map(|(name, limit)| (format!("{file} {name}"), limit)));
    }
    for page in ["docs/limits.md", "docs/limits.zh-CN.md"] {
        let rows = rows(page);
        for (place, written) in &rows {
            let limit = all.get(place).unwrap_or_else(|| panic!("{page}: {place} is no limit in the code"));
            assert!(limit.is_written(written), "{page}: {place} is {limit:?}, not {written}");
        }
        let is_constant =
            |place: &str| place.rsplit([' ', ':']).next().unwrap().chars().all(|c| !c.is_lowercase());
        let missing: Vec<&String> = all
            .keys()
            .filter(|place| {
                let is_limit = is_constant(place) || defaults.contains(*place);
                is_limit && !rows.contains_key(*place) && !NO_LIMITS.contains(&place.as_str())
            })
            .collect();
        assert!(missing.is_empty(), "{page} lacks {missing:#?}");
    }
    let gone: Vec<_> = NO_LIMITS.iter().filter(|place| !all.contains_key(**place)).collect();
    assert!(gone.is_empty(), "not in the code any more: {gone:?}");
}
