//! Settings: a name and a JSON value.

use std::collections::BTreeMap;

use heddle_engine::StoreError;
use rusqlite::{OptionalExtension, params};
use serde_json::Value;

use crate::migrate::Migration;
use crate::sql;
use crate::store::Store;

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    sql: "CREATE TABLE settings (
              key        TEXT PRIMARY KEY NOT NULL,
              value      TEXT NOT NULL,
              updated_at INTEGER NOT NULL
          ) WITHOUT ROWID;",
}];

impl Store {
    /// Every setting that was ever made, by name.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be read.
    pub async fn settings(&self) -> Result<BTreeMap<String, Value>, StoreError> {
        self.read(|conn| {
            let mut statement = conn.prepare_cached("SELECT key, value FROM settings")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, sql::json(row, 1)?)))?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// One setting. None: never made, the default counts.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be read.
    pub async fn setting(&self, key: &str) -> Result<Option<Value>, StoreError> {
        let key = key.to_owned();
        self.read(move |conn| {
            Ok(conn
                .prepare_cached("SELECT value FROM settings WHERE key = ?1")?
                .query_row([&key], |row| sql::json(row, 0))
                .optional()?)
        })
        .await
    }

    /// Makes a setting, or with None goes back to its default.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be written.
    pub async fn put_setting(&self, key: &str, value: Option<&Value>) -> Result<(), StoreError> {
        let key = key.to_owned();
        let value = value.map(Value::to_string);
        let now = self.now();
        self.write(0, move |conn| {
            match &value {
                Some(value) => conn
                    .prepare_cached(
                        "INSERT INTO settings (key, value, updated_at) VALUES (?1, ?2, ?3)
                         ON CONFLICT (key) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at",
                    )?
                    .execute(params![key, value, now.as_micros()])?,
                None => conn.prepare_cached("DELETE FROM settings WHERE key = ?1")?.execute([&key])?,
            };
            Ok(())
        })
        .await
    }
}
