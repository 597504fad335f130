//! Settings: key and JSON value. The interface keeps its own under `ui.…`.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use serde_json::Value;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::error::{ApiError, ErrorBody, ErrorCode};
use crate::extract::{Json, Path};
use crate::studio::{POOLS, PROVIDERS, Studio};
use crate::upkeep::{self, STORAGE};

/// Largest limit of a pool.
const MAX_LIMIT: u64 = 1_000_000_000;

pub(crate) fn routes() -> OpenApiRouter<Studio> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(put))
}

/// Every setting that was ever changed.
#[utoipa::path(get, path = "/api/settings", tag = "settings",
    responses((status = 200, body = std::collections::HashMap<String, Value>)))]
async fn list(State(studio): State<Studio>) -> Result<Json<BTreeMap<String, Value>>, ApiError> {
    Ok(Json(studio.store().settings().await?))
}

/// Changes a setting; `null` puts it back to its default.
#[utoipa::path(put, path = "/api/settings/{key}", tag = "settings", params(("key" = String, Path, description = "The setting")),
    request_body = Value, responses((status = 204), (status = 400, body = ErrorBody)))]
async fn put(
    State(studio): State<Studio>,
    Path(key): Path<String>,
    Json(value): Json<Value>,
) -> Result<StatusCode, ApiError> {
    if key == PROVIDERS {
        check_providers(&value)?;
    } else if key == POOLS {
        check_pools(&value)?;
    } else if key == STORAGE {
        upkeep::retention(&value)?;
    } else if !key.starts_with("ui.") {
        let message = format!(
            "there is no setting `{key}`: they are `{PROVIDERS}`, `{POOLS}`, `{STORAGE}` and those of the interface, `ui.…`"
        );
        return Err(ApiError::new(ErrorCode::BadRequest, message));
    }
    studio.store().put_setting(&key, Some(&value).filter(|value| !value.is_null())).await?;
    if key == PROVIDERS {
        studio.use_providers(&value);
    }
    if key == POOLS {
        studio.use_pools(&value);
    }
    Ok(StatusCode::NO_CONTENT)
}

fn check_pools(value: &Value) -> Result<(), ApiError> {
    const LIMITS: [&str; 3] = ["slots", "requests_per_minute", "tokens_per_minute"];
    let refuse = |message: String| Err(ApiError::new(ErrorCode::BadRequest, message));
    let pools = match value {
        Value::Null => return Ok(()),
        Value::Object(pools) => pools,
        _ => return refuse(format!("`{POOLS}` is an object: the name of each pool and its limits")),
    };
    for (name, limits) in pools {
        if name.trim().is_empty() {
            return refuse(format!("a pool in `{POOLS}` has no name"));
        }
        let Value::Object(limits) = limits else {
            return refuse(format!("`{POOLS}.{name}` is an object with some of {}", LIMITS.join(", ")));
        };
        for (limit, value) in limits {
            if !LIMITS.contains(&limit.as_str()) {
                return refuse(format!("`{POOLS}.{name}` has no limit `{limit}`; there are {}", LIMITS.join(", ")));
            }
            // Absent or null: no limit.
            if !value.is_null() && !value.as_u64().is_some_and(|number| (1..=MAX_LIMIT).contains(&number)) {
                return refuse(format!("`{POOLS}.{name}.{limit}` is a whole number from 1 to {MAX_LIMIT}"));
            }
        }
    }
    Ok(())
}

fn check_providers(value: &Value) -> Result<(), ApiError> {
    const FIELDS: [&str; 3] = ["base_url", "model", "api_key_name"];
    let refuse = |message: String| Err(ApiError::new(ErrorCode::BadRequest, message));
    let object = match value {
        Value::Null => return Ok(()),
        Value::Object(object) => object,
        _ => return refuse(format!("`{PROVIDERS}` is an object with the texts {}", FIELDS.join(", "))),
    };
    for (field, value) in object {
        if !FIELDS.contains(&field.as_str()) {
            return refuse(format!("`{PROVIDERS}` has no field `{field}`; it has {}", FIELDS.join(", ")));
        }
        if !value.is_string() && !value.is_null() {
            return refuse(format!("`{PROVIDERS}.{field}` is a text"));
        }
    }
    Ok(())
}
