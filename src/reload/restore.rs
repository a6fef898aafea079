//! Bringing a former set back: it serves until the files change.

use std::sync::Arc;

use super::history::History;
use super::low_priority::at_low_priority;
use super::report::{ReloadOutcome, Report, ServedFrom};
use super::{Findings, LiveRules, Read, ReloadState};
use crate::language::source::RuleSource;
use crate::store::{Pin, StoreFault};
use crate::words::texts::texts;

texts! {
    /// A former set cannot be brought back.
    #[derive(Debug, thiserror::Error)]
    pub enum RestoreFault {
        Unknown { number: i64 }
            en "there is no set {number}: `fanreply rules history` lists those that are kept";
            zh "没有第 {number} 版规则：运行 `fanreply rules history` 可以看到保存了哪些版本";
        Refused { number: i64 }
            en "this version of fanreply cannot load the rules of set {number}; what serves serves on";
            zh "这个 fanreply 无法加载第 {number} 版规则；继续使用现在的规则";
        Store { fault: StoreFault }
            en "the rules cannot be brought back: {fault}";
            zh "无法换回之前的规则：{fault}";
    }
}

impl From<StoreFault> for RestoreFault {
    fn from(fault: StoreFault) -> Self {
        Self::Store { fault }
    }
}

impl LiveRules {
    /// The sets that served from this folder, as the store has them.
    pub fn history(&self) -> Option<&History> {
        self.keeper.as_ref()?.history.as_ref()
    }

    /// Brings back the set of this number: it serves until the files change.
    ///
    /// # Errors
    /// There is no such set, it cannot be loaded, or the disk refuses; nothing has changed then.
    pub async fn restore(self: &Arc<Self>, number: i64) -> Result<Arc<Report>, RestoreFault> {
        let mut state = self.state.clone().lock_owned().await;
        let read = self.read().await;
        let live = self.clone();
        let restoring = tokio::task::spawn_blocking(move || {
            at_low_priority(|| live.bring_back(&mut state, number, read))
        });
        restoring.await.unwrap_or(Err(RestoreFault::Refused { number }))
    }

    /// Puts a former set in the place of what serves.
    fn bring_back(
        &self,
        state: &mut ReloadState,
        number: i64,
        read: Read,
    ) -> Result<Arc<Report>, RestoreFault> {
        let files =
            read.as_ref().map_or_else(|_| RuleSource::default().hash(), |folder| folder.source.hash());
        let row = self.history().map(|history| history.row(number)).transpose()?.flatten();
        if row.is_some_and(|row| row.hash == files) {
            // the files hold that very set, so they serve again
            state.origin = ServedFrom::Folder;
            return Ok(self.apply(state, read));
        }
        let former = state.served.clone();
        self.bring_back_row(state, Pin { number, files })?;
        let serves = state.served.as_ref().map(|served| served.hash);
        let report = self.publish(state, ReloadOutcome::Swapped, Findings::default());
        // what is wrong with the files is still to be seen
        self.apply(state, read);
        self.drop_retired(former.filter(|former| Some(former.hash) != serves));
        Ok(report)
    }

    /// Loads a set of the history, and notes that it serves instead of the files. Nothing is swapped yet.
    pub(super) fn bring_back_row(&self, state: &mut ReloadState, pin: Pin) -> Result<(), RestoreFault> {
        let number = pin.number;
        let unknown = RestoreFault::Unknown { number };
        let Some(history) = self.history() else { return Err(unknown) };
        let row = history.row(number)?;
        let (Some(row), Some(source)) = (row, history.source(number)?) else { return Err(unknown) };
        let mut troubles = Vec::new();
        let served = self.load_kept(&source, &mut troubles).ok_or(RestoreFault::Refused { number })?;
        if state.pin != Some(pin) {
            history.set_pin(Some(pin))?;
        }
        state.served = Some(Arc::new(served));
        (state.origin, state.row, state.pin) = (ServedFrom::Restored, Some(row), Some(pin));
        (state.troubles, state.losses, state.kept) = (troubles, Vec::new(), false);
        self.keep(state, &source);
        Ok(())
    }
}
