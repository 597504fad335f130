//! Storage that looks after itself: what the user's limits say goes, now and then, while the studio is open.

use std::time::Duration;

use heddle_store::{Cleaned, Retention};
use serde_json::Value;
use tokio::time::{MissedTickBehavior, interval};

use crate::error::{ApiError, ErrorCode};
use crate::studio::Studio;

/// The setting that says what is kept: an object with `max_age_days`, `max_executions` and `max_bytes`, each a whole
/// number or null for no limit. What is absent has its default.
pub(crate) const STORAGE: &str = "storage";

const DAY: u64 = 24 * 60 * 60;

/// Reads the setting.
///
/// # Errors
/// What is wrong with it.
pub(crate) fn retention(setting: &Value) -> Result<Retention, ApiError> {
    let refuse = |message: String| Err(ApiError::new(ErrorCode::BadRequest, message));
    let mut retention = Retention::default();
    let fields = match setting {
        Value::Null => return Ok(retention),
        Value::Object(fields) => fields,
        _ => return refuse(format!("`{STORAGE}` is an object with `max_age_days`, `max_executions` and `max_bytes`")),
    };
    for (field, value) in fields {
        let number = value.as_u64();
        if number.is_none() && !value.is_null() {
            return refuse(format!("`{STORAGE}.{field}` is a whole number, or null for no limit"));
        }
        match field.as_str() {
            "max_age_days" => retention.max_age = number.map(days),
            "max_executions" => retention.max_executions = number,
            "max_bytes" => retention.max_bytes = number,
            _ => {
                return refuse(format!(
                    "`{STORAGE}` has no field `{field}`; it has `max_age_days`, `max_executions` and `max_bytes`"
                ));
            }
        }
    }
    Ok(retention)
}

/// How often somebody looks.
const EVERY: Duration = Duration::from_secs(60 * 60);

/// Lets go of what is not to be kept and of texts nothing refers to any more, now and every hour for as long as the
/// studio is open. Nobody waits for it.
pub(crate) fn begin(studio: &Studio) {
    let (weak, stopped) = (studio.weak(), studio.stopped());
    tokio::spawn(stopped.run_until_cancelled_owned(async move {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let Some(studio) = weak.studio() else { return };
            match tidy(&studio).await {
                Ok(cleaned) if cleaned.executions > 0 => tracing::info!(?cleaned, "let go of old executions"),
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "storage could not be tidied up"),
            }
        }
    }));
}

async fn tidy(studio: &Studio) -> Result<Cleaned, ApiError> {
    let retention = studio.retention().await?;
    Ok(studio.store().clean(retention).await?)
}

/// So many days.
pub(crate) fn days(days: u64) -> Duration {
    Duration::from_secs(days.saturating_mul(DAY))
}

impl Studio {
    /// What is kept of executions, as the user has set it.
    ///
    /// # Errors
    /// The store's.
    pub async fn retention(&self) -> Result<Retention, ApiError> {
        let setting = self.store().setting(STORAGE).await?;
        retention(&setting.unwrap_or(Value::Null))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_absent_has_its_default_and_null_is_no_limit() {
        let default = Retention::default();
        assert_eq!(retention(&Value::Null).unwrap(), default);
        assert_eq!(retention(&json!({})).unwrap(), default);
        let set = retention(&json!({"max_age_days": 2, "max_executions": null})).unwrap();
        let two_days = Some(Duration::from_secs(172_800));
        assert_eq!(set, Retention { max_age: two_days, max_executions: None, max_bytes: default.max_bytes });
        for wrong in [json!([]), json!({"max_bytes": "1 GB"}), json!({"max_bytes": -1}), json!({"max_size": 1})] {
            assert!(retention(&wrong).is_err(), "{wrong}");
        }
    }
}
