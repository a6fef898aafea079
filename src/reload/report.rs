//! What became of a look at a rules folder: values for the log, the console and `/readyz`.

use std::collections::HashSet;
use std::fmt;
use std::path::{Display, Path};
use std::sync::Arc;

use jiff::Timestamp;

use crate::engine::source_hash::SourceHash;
use crate::language::LeftOut;
use crate::language::diagnostic::Diagnostic;
use crate::language::source::RuleSource;
use crate::model::id::RuleName;
use crate::store::StoreFault;
use crate::words::lang::Lang;
use crate::words::log::{self, said};
use crate::words::os::SystemReason;
use crate::words::texts::{Localize, ShownPath, texts};

/// What a look at the folder led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReloadOutcome {
    /// The folder's rules serve from now on.
    Swapped,
    /// The folder's rules served already.
    Unchanged,
    /// The folder has faults; what served before serves on.
    Refused,
}

/// Where the rules that serve come from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ServedFrom {
    /// They were read from the folder, though it may have been changed since.
    Folder,
    /// The folder was broken at the start; these are the last good ones, kept on disk.
    LastGood,
    /// A former set was brought back, and the files have not been changed since.
    Restored,
    /// None serve.
    #[default]
    Nothing,
}

/// What became of the last look at the folder.
#[derive(Clone, Debug)]
pub struct Report {
    pub outcome: ReloadOutcome,
    pub origin: ServedFrom,
    /// The hash of the source that serves.
    pub serving: Option<SourceHash>,
    /// How many rules serve.
    pub rules: usize,
    /// What is wrong or doubtful in the folder as it was last seen.
    pub diagnostics: Vec<Diagnostic>,
    /// The files that the diagnostics speak of, to show their lines.
    pub sources: Arc<RuleSource>,
    /// What is wrong beside the folder.
    pub troubles: Vec<Trouble>,
    pub at: Timestamp,
}

impl Report {
    /// Whether the folder's own rules serve as they stand there now.
    pub fn is_good(&self) -> bool {
        self.outcome != ReloadOutcome::Refused
    }

    /// Whether rules of the last good set are left out because this program refuses them.
    pub fn is_partial(&self) -> bool {
        self.troubles.iter().any(|trouble| matches!(trouble, Trouble::LeftOut { .. }))
    }

    /// Whether the set that serves lacks much of what served before it.
    pub fn has_losses(&self) -> bool {
        let is_loss =
            |trouble: &Trouble| matches!(trouble, Trouble::FewerRules { .. } | Trouble::PromisesGone { .. });
        self.troubles.iter().any(is_loss)
    }

    /// Writes the look into the log, unless nothing is new since the one before.
    pub(super) fn log(&self, folder: &Path, former: &Report) {
        let (folder, lang) = (folder.display(), log::lang());
        let serving = self.serving.map(|hash| hash.to_string()).unwrap_or_default();
        let origin = self.origin;
        let told: Vec<String> = former.troubles.iter().map(|trouble| trouble.message(lang)).collect();
        for trouble in &self.troubles {
            let text = trouble.message(lang);
            match trouble.is_warning() {
                _ if told.contains(&text) => {}
                true => tracing::warn!(%folder, "{text}"),
                false => tracing::error!(%folder, "{text}"),
            }
        }
        match self.outcome {
            ReloadOutcome::Swapped if former.serving == self.serving => {}
            ReloadOutcome::Swapped if origin == ServedFrom::Restored => {
                let text = said(
                    "a former set of rules serves, until the files change",
                    "换回了之前的规则，直到文件再次改动",
                );
                tracing::warn!(%folder, %serving, rules = self.rules, "{text}");
            }
            ReloadOutcome::Swapped => {
                let warnings = self.diagnostics.len();
                let text = said("these rules serve from now on", "规则已更新，从现在起生效");
                tracing::info!(%folder, %serving, rules = self.rules, warnings, "{text}");
            }
            ReloadOutcome::Refused if self.faults() == former.faults() && origin == former.origin => {}
            ReloadOutcome::Refused => self.log_refusal(&folder, former),
            ReloadOutcome::Unchanged if former.outcome == ReloadOutcome::Refused => {
                let text = said(
                    "the rules folder is in order again: it holds what serves",
                    "规则文件夹恢复正常：里面就是正在使用的规则",
                );
                tracing::info!(%folder, %serving, "{text}");
            }
            // a former set serves in the place of the files, and what is doubtful in these concerns nobody now
            ReloadOutcome::Unchanged if origin == ServedFrom::Restored => {}
            // the files are the same, so what is new is said of the folder
            ReloadOutcome::Unchanged if self.diagnostics.len() > former.diagnostics.len() => {
                let first = self.diagnostics.first().map(in_words).unwrap_or_default();
                let text = said("the rules serve, with a warning", "规则已经生效，但有警告");
                tracing::warn!(%folder, first, %serving, "{text}");
            }
            ReloadOutcome::Unchanged if former.outcome != ReloadOutcome::Unchanged => {
                tracing::debug!(%folder, %serving, "the rules folder holds what serves");
            }
            ReloadOutcome::Unchanged => {}
        }
    }

    /// Every fault in a line of its own, then what serves meanwhile.
    fn log_refusal(&self, folder: &Display, former: &Report) {
        let (faults, serving) =
            (self.faults(), self.serving.map(|hash| hash.to_string()).unwrap_or_default());
        // what the first look finds is told on the first screen
        let is_first = former.outcome == ReloadOutcome::Refused && former.diagnostics.is_empty();
        for fault in faults.iter().take(LOGGED).filter(|_| !is_first) {
            tracing::error!(%folder, "{fault}");
        }
        let text = match self.origin {
            ServedFrom::Folder | ServedFrom::Restored => said(
                "the rules folder is refused: what served before serves on",
                "规则文件夹有错误，没有启用：继续使用原来的规则",
            ),
            ServedFrom::LastGood => said(
                "the rules folder is refused: the last good rules serve, as they were kept on disk",
                "规则文件夹有错误，没有启用：使用磁盘上保存的上一套可用规则",
            ),
            ServedFrom::Nothing => said(
                "the rules folder is refused: nothing serves",
                "规则文件夹有错误，没有启用：现在没有规则可用",
            ),
        };
        tracing::error!(%folder, faults = faults.len(), %serving, "{text}");
    }

    fn faults(&self) -> Vec<String> {
        self.diagnostics.iter().filter(|found| found.is_error()).map(in_words).collect()
    }
}

/// Faults of one look that the log tells; the sum counts all.
const LOGGED: usize = 100;

/// A diagnostic with its place and what to do, in the language of the log.
fn in_words(found: &Diagnostic) -> String {
    let (place, fault, lang) = (&found.place, &found.fault, log::lang());
    let place = format!("{}:{}:{}", place.file, place.line, place.column);
    let (code, message, help) = (fault.code(), fault.message(lang), fault.help(lang));
    let between = if help.is_empty() { "" } else { lang.pick("; ", "；") };
    format!("{place} {code} {message}{between}{help}")
}

texts! {
    /// What is wrong with a reload and is no fault of the folder.
    #[derive(Clone, Debug)]
    pub enum Trouble {
        /// The set serves, and a restart on a broken folder would not find it.
        NotKept { reason: SystemReason }
            en "the rules serve, but could not be kept for a restart: {reason}";
            zh "规则已生效，但没能保存下来供重启时使用：{reason}";
        /// The set serves, and cannot be brought back later.
        NotInHistory { fault: StoreFault }
            en "the rules serve, but are missing from `fanreply rules history`: {fault}";
            zh "规则已生效，但没能写入 `fanreply rules history` 的历史记录：{fault}";
        /// More than a fifth of the rules are gone.
        FewerRules { before: usize, now: usize, back: WayBack }
            en "{now} rules serve now, {before} did before{back}";
            zh "现在生效的规则有 {now} 条，之前有 {before} 条{back}";
        /// Rules are gone that have promised something.
        PromisesGone { messages: u64, rules: GoneRules, back: WayBack }
            en "{messages} promised messages will not be sent, because their rules are gone: {rules}{back}";
            zh "有 {messages} 条答应过要发的跟进消息不会发送了，因为它们的规则不见了：{rules}{back}";
        /// There is a last good set, and it cannot be used.
        LastGoodUnreadable { path: ShownPath, reason: SystemReason }
            en "the last good rules in {path} cannot be read: {reason}";
            zh "无法读取 {path} 里保存的上一套可用规则：{reason}";
        LastGoodDamaged { path: ShownPath }
            en "the last good rules in {path} are damaged and are not used";
            zh "{path} 里保存的上一套可用规则已损坏，不会使用";
        /// This program refuses the last good set: another version accepted it.
        LastGoodRefused
            en "this version of fanreply cannot load the last good rules; nothing serves until the folder is repaired";
            zh "当前版本的 fanreply 无法加载上一套可用规则；在修好文件夹之前不会自动回复";
        /// This program refuses some rules of the last good set, which another version accepted.
        LeftOut { count: usize, rules: LeftOutRules }
            en "this version of fanreply refuses {count} of the last good rules, which do not answer now; the others serve: {rules}";
            zh "当前版本的 fanreply 不接受上一套可用规则里的 {count} 条，它们现在不会回复，其余的照常生效：{rules}";
        /// This program would refuse the last good set, and for no single rule of it.
        LastGoodDoubted
            en "this version of fanreply finds mistakes in the last good rules; all of them serve nevertheless";
            zh "当前版本的 fanreply 在上一套可用规则里发现了错误，但这些规则仍然全部生效";
        /// The program failed while it loaded the folder.
        Crashed
            en "fanreply failed while it loaded the rules; the log says more, please report it";
            zh "加载规则时程序出错了，详情见日志，请向开发者反馈";
    }
}

impl Trouble {
    /// Whether nothing is broken: somebody may have meant it so.
    pub fn is_warning(&self) -> bool {
        matches!(self, Self::NotInHistory { .. } | Self::FewerRules { .. } | Self::PromisesGone { .. })
    }
}

/// How the former set is brought back, where it was kept under a number.
#[derive(Clone, Copy, Debug)]
pub struct WayBack(pub Option<i64>);

impl Localize for WayBack {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        let Some(number) = self.0 else { return String::new() };
        lang.pick(
            format!(
                "; if that was not meant, `fanreply rules restore {number}` brings the former rules back"
            ),
            format!("；如果不是有意的，运行 `fanreply rules restore {number}` 就能换回之前的规则"),
        )
    }
}

/// Names of rules that are gone; the first of very many.
#[derive(Clone, Debug)]
pub struct GoneRules(pub Vec<RuleName>);

impl Localize for GoneRules {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        let named = |name: &RuleName| lang.pick(format!("\"{name}\""), format!("“{name}”"));
        listed(self.0.iter().take(SHOWN).map(named).collect(), self.0.len(), lang.pick(", ", "、"), lang)
    }
}

/// Rules that a text names; of more, it says how many.
const SHOWN: usize = 20;

/// The first of a list, and how many there are besides.
fn listed(mut texts: Vec<String>, all: usize, between: &str, lang: Lang) -> String {
    if let Some(more) = all.checked_sub(texts.len()).filter(|more| *more > 0) {
        texts.push(lang.pick(format!("and {more} more"), format!("还有 {more} 条")));
    }
    texts.join(between)
}

/// The rules that are left out, each with the reason; the first of very many.
#[derive(Clone, Debug)]
pub struct LeftOutRules(pub Vec<LeftOut>);

impl Localize for LeftOutRules {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        let shown = |LeftOut { rule, why }: &LeftOut| {
            let (place, code, fault) = (&why.place, why.fault.code(), why.fault.message(lang));
            lang.pick(
                format!("\"{rule}\" ({place} {code} {fault})"),
                format!("“{rule}”（{place} {code} {fault}）"),
            )
        };
        listed(self.0.iter().take(SHOWN).map(shown).collect(), self.0.len(), lang.pick("; ", "；"), lang)
    }
}

/// The files of a source that diagnostics speak of.
pub(super) fn concerned(source: &RuleSource, diagnostics: &[Diagnostic]) -> Arc<RuleSource> {
    let named: HashSet<&str> = diagnostics.iter().map(|found| &*found.place.file).collect();
    let files = source.files().iter().filter(|file| named.contains(&*file.path));
    Arc::new(RuleSource::new(files.cloned().collect()))
}
