//! What is kept of fans: answers in memory, recorded messages on their way to the disk, and the store. The flow
//! writes it; an operator looks into it and erases it.

use std::sync::Arc;

use super::recorder::Recorder;
use super::repeats::Repeats;
use crate::model::id::UserId;
use crate::store::{Store, StoreFault};

/// Clones share it.
#[derive(Clone)]
pub struct FanData {
    pub(super) repeats: Arc<Repeats>,
    /// Keeps the most recent messages, where that is wanted.
    pub(super) recorder: Option<Recorder>,
    pub(super) store: Store,
}

/// What was erased about a fan.
#[derive(Clone, Copy, Debug)]
pub struct Erased {
    /// Answers in memory.
    pub answers: usize,
    /// Rows on disk.
    pub rows: usize,
}

impl FanData {
    pub fn new(store: Store, recorder: Option<Recorder>) -> Self {
        Self { repeats: Arc::default(), recorder, store }
    }

    /// Forgets what is kept about a fan in memory, on disk, and on its way there.
    ///
    /// # Errors
    /// The disk refuses; what was in memory is gone all the same.
    pub async fn forget(&self, sender: UserId) -> Result<Erased, StoreFault> {
        let answers = self.repeats.forget(sender);
        if let Some(recorder) = &self.recorder {
            recorder.written().await;
        }
        Ok(Erased { answers, rows: self.store.forget(sender).await? })
    }

    /// Up to `limit` recorded messages behind this number, the oldest first, each with its number; `None`
    /// where none are recorded.
    ///
    /// # Errors
    /// The disk refuses.
    pub async fn recent_after(
        &self,
        number: i64,
        limit: u32,
    ) -> Result<Option<Vec<(i64, String)>>, StoreFault> {
        let Some(recorder) = &self.recorder else { return Ok(None) };
        recorder.written().await;
        self.store.recent_after(number, limit).await.map(Some)
    }
}
