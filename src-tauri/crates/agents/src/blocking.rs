//! Work that blocks its thread, off the async threads.

use heddle_model::{Failure, FailureCode};
use tokio_util::sync::CancellationToken;

/// Runs `work` on a thread that may block. `work` is given a token that fires when the attempt is cancelled and also
/// when the returned future is dropped; it must look at the token often, because nothing else can stop its thread.
///
/// # Errors
/// [`FailureCode::Internal`] when `work` panics; that is a mistake in Heddle.
pub(crate) async fn blocking<T: Send + 'static>(
    cancel: &CancellationToken,
    work: impl FnOnce(CancellationToken) -> T + Send + 'static,
) -> Result<T, Failure> {
    let stop = cancel.child_token();
    let _stops_when_dropped = stop.clone().drop_guard();
    tokio::task::spawn_blocking(move || work(stop)).await.map_err(|error| {
        Failure::new(FailureCode::Internal, "the agent's thread broke down; please report this").caused_by(&error)
    })
}
