//! Executions whose driver has died are taken over: by whichever studio notices first.

use std::time::Duration;

use tokio::time::{MissedTickBehavior, interval};

use crate::studio::Studio;

/// How long an execution may stand still before somebody looks.
const EVERY: Duration = Duration::from_secs(3);

/// Looks every now and then, for as long as the studio is open.
pub(crate) fn begin(studio: &Studio) {
    let (weak, stopped) = (studio.weak(), studio.stopped());
    tokio::spawn(stopped.run_until_cancelled_owned(async move {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let Some(studio) = weak.studio() else { return };
            match studio.store().adopt().await {
                Err(error) => tracing::warn!(%error, "cannot tell which executions have lost their driver"),
                Ok(adopted) => {
                    for id in adopted {
                        match studio.engine().resume(&id).await {
                            Ok(_) => tracing::info!(execution = %id, "taken over from a driver that is gone"),
                            Err(error) => tracing::warn!(execution = %id, %error, "could not be taken over"),
                        }
                    }
                }
            }
        }
    }));
}
