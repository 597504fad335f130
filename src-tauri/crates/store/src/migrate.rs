//! Versioned migrations. Each table's file holds its own; this runs them in order.

use rusqlite::Connection;

use crate::error::Outcome;

/// One step of the schema. Several tables may share a version; they are then created in the order listed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Migration {
    /// The schema version this belongs to, from 1.
    pub(crate) version: u32,
    /// Statements, separated by semicolons.
    pub(crate) sql: &'static str,
}

/// Every migration of every table, parents before the tables that refer to them.
const TABLES: &[&[Migration]] = &[
    crate::blobs::MIGRATIONS,
    crate::workflows::MIGRATIONS,
    crate::edits::MIGRATIONS,
    crate::versions::MIGRATIONS,
    crate::agents::MIGRATIONS,
    crate::settings::MIGRATIONS,
    crate::executions::MIGRATIONS,
    crate::steps::MIGRATIONS,
    crate::events::MIGRATIONS,
    crate::cache::MIGRATIONS,
];

/// The schema this Heddle writes.
pub(crate) fn latest() -> u32 {
    latest_of(TABLES)
}

/// Brings a database up to [`latest`], inside the caller's transaction.
pub(crate) fn run(conn: &Connection) -> Outcome<()> {
    run_tables(conn, TABLES)
}

fn latest_of(tables: &[&[Migration]]) -> u32 {
    tables.iter().copied().flatten().map(|migration| migration.version).max().unwrap_or(0)
}

fn run_tables(conn: &Connection, tables: &[&[Migration]]) -> Outcome<()> {
    let found: u32 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let latest = latest_of(tables);
    for version in found + 1..=latest {
        for migration in tables.iter().copied().flatten().filter(|migration| migration.version == version) {
            conn.execute_batch(migration.sql)?;
        }
    }
    if found < latest {
        conn.pragma_update(None, "user_version", latest)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRST: &[Migration] = &[Migration { version: 1, sql: "CREATE TABLE a (x); INSERT INTO a VALUES (1)" }];
    const SECOND: &[Migration] = &[Migration { version: 2, sql: "ALTER TABLE a ADD COLUMN y; UPDATE a SET y = x + 1" }];
    const BROKEN: &[Migration] = &[Migration { version: 2, sql: "INSERT INTO a VALUES (2); SELECT nonsense" }];

    fn version(conn: &Connection) -> u32 {
        conn.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
    }

    #[test]
    fn an_older_schema_is_brought_up_and_keeps_its_rows() {
        let conn = Connection::open_in_memory().unwrap();
        run_tables(&conn, &[FIRST]).unwrap();
        assert_eq!(version(&conn), 1);
        run_tables(&conn, &[SECOND, FIRST]).unwrap();
        assert_eq!(version(&conn), 2);
        let row: (i64, i64) = conn.query_row("SELECT x, y FROM a", [], |r| Ok((r.get(0)?, r.get(1)?))).unwrap();
        assert_eq!(row, (1, 2));
        run_tables(&conn, &[SECOND, FIRST]).unwrap();
        assert_eq!(conn.query_row("SELECT count(*) FROM a", [], |r| r.get::<_, i64>(0)).unwrap(), 1);
    }

    #[test]
    fn a_migration_that_fails_leaves_nothing_behind() {
        let mut conn = Connection::open_in_memory().unwrap();
        run_tables(&conn, &[FIRST]).unwrap();
        let tx = conn.transaction().unwrap();
        assert!(run_tables(&tx, &[FIRST, BROKEN]).is_err());
        tx.rollback().unwrap();
        assert_eq!(version(&conn), 1);
        assert_eq!(conn.query_row("SELECT count(*) FROM a", [], |r| r.get::<_, i64>(0)).unwrap(), 1);
    }

    #[test]
    fn versions_have_no_gaps() {
        for version in 1..=latest() {
            assert!(TABLES.iter().copied().flatten().any(|m| m.version == version), "no migration to {version}");
        }
    }
}
