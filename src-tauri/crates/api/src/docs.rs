//! The API's description: the OpenAPI document, and a reader for people.

use axum::Router;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde_json::Value;
use utoipa_swagger_ui::Config;

use crate::extract::Json;
use crate::studio::Studio;

/// `/api/openapi.json`, and Swagger UI at `/api/docs/`; it is part of the program, nothing is loaded from elsewhere.
pub(crate) fn router(description: Value) -> Router<Studio> {
    Router::new()
        .route("/api/openapi.json", get(move || async move { Json(description) }))
        .route("/api/docs", get(|| async { Redirect::permanent("/api/docs/") }))
        .route("/api/docs/", get(|| reader(Path(String::new()))))
        .route("/api/docs/{*file}", get(reader))
}

async fn reader(Path(file): Path<String>) -> Response {
    let config = Config::from("/api/openapi.json").persist_authorization(false);
    match utoipa_swagger_ui::serve(&file, std::sync::Arc::new(config)) {
        Ok(Some(file)) => ([(header::CONTENT_TYPE, file.content_type)], file.bytes.into_owned()).into_response(),
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response(),
    }
}

/// Operations are functions of modules that share names (`list`, `get`); clients need each name once, so the tag joins it.
pub(crate) fn name_operations(description: &mut Value) {
    let paths = description.get_mut("paths").and_then(Value::as_object_mut);
    for operation in paths
        .into_iter()
        .flat_map(|paths| paths.values_mut())
        .filter_map(Value::as_object_mut)
        .flat_map(|methods| methods.values_mut())
    {
        let Some(tag) = operation.pointer("/tags/0").and_then(Value::as_str).map(str::to_owned) else { continue };
        if let Some(Value::String(id)) = operation.get_mut("operationId") {
            id.push('_');
            id.push_str(&tag);
        }
    }
}

/// An object of which nothing is said may hold anything; without this, clients take it for an empty one.
pub(crate) fn open_objects(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            let silent = !object.contains_key("properties") && !object.contains_key("additionalProperties");
            if silent && object.get("type").is_some_and(|one| one == "object") {
                object.insert("additionalProperties".to_owned(), Value::Object(serde_json::Map::new()));
            }
            object.values_mut().for_each(open_objects);
        }
        Value::Array(items) => items.iter_mut().for_each(open_objects),
        _ => {}
    }
}

/// What is not there is left out of our JSON, never `null`; this says so where the derived schemas say "or null" or
/// give `null` as the default.
pub(crate) fn without_nulls(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            if let Some(Value::Array(types)) = object.get_mut("type") {
                types.retain(|one| one != "null");
                if types.len() == 1 {
                    let only = types.remove(0);
                    object.insert("type".to_owned(), only);
                }
            }
            if let Some(Value::Array(choices)) = object.get_mut("oneOf") {
                choices.retain(|one| one.get("type").is_none_or(|only| only != "null"));
                if choices.len() == 1 {
                    let only = choices.remove(0);
                    object.shift_remove("oneOf");
                    object.extend(only.as_object().cloned().unwrap_or_default());
                }
            }
            // Beside a reference a default only says that the field may be left out, as `required` does already.
            if object.get("default").is_some_and(Value::is_null) || object.contains_key("$ref") {
                object.shift_remove("default");
            }
            object.values_mut().for_each(without_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(without_nulls),
        _ => {}
    }
}
