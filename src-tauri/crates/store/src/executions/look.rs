//! One execution with its steps and attempts.

use std::sync::Arc;

use heddle_engine::StoreError;
use heddle_model::ExecutionId;

use super::{ExecutionRow, stored};
use crate::steps::{AttemptRow, StepRow};
use crate::store::Store;
use crate::timeline::Timeline;

/// An execution with its steps and attempts, all as of one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct ExecutionDetail {
    /// The execution.
    pub execution: ExecutionRow,
    /// The steps something has happened to, in the order they began.
    pub steps: Vec<StepRow>,
    /// Every attempt, by step and number.
    pub attempts: Vec<AttemptRow>,
}

impl Store {
    /// Answers from an execution and its timeline, both as of one moment. Nothing is copied but what `answer` takes along:
    /// that is how to show a part of an execution of many thousand steps. Others who look at it wait meanwhile.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be read.
    pub async fn look<T: Send + 'static>(
        &self,
        id: &ExecutionId,
        answer: impl Fn(ExecutionRow, &Timeline) -> T + Send + 'static,
    ) -> Result<Option<T>, StoreError> {
        let (id, folds) = (id.clone(), Arc::clone(self.folds()));
        self.read(move |conn| {
            let Some((n, row)) = stored(conn, &id)? else { return Ok(None) };
            // Both from this snapshot: what is remembered may be ahead of it.
            let answered = folds.timelines.with(conn, &id, n, |timeline| match row.status.is_settled() {
                true => answer(row, timeline),
                false => answer(row.with(timeline.tally()), timeline),
            });
            answered.map(Some)
        })
        .await
    }

    /// One execution with all its steps and attempts.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be read.
    pub async fn execution_detail(&self, id: &ExecutionId) -> Result<Option<ExecutionDetail>, StoreError> {
        self.look(id, |execution, timeline| ExecutionDetail {
            execution,
            steps: timeline.steps().into_iter().cloned().collect(),
            attempts: timeline.all_attempts().cloned().collect(),
        })
        .await
    }
}
