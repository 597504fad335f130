//! What is not ours to write to is left alone, byte for byte, and the message says what to do.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use heddle_engine::{RunStore, StoreError};
use heddle_model::ExecutionId;
use heddle_store::{OpenError, Store};
use rusqlite::Connection;
use rusqlite::config::DbConfig;
use serde_json::json;

use crate::support::{append, execution, open, payload, started};

/// Every file of a folder except SQLite's shared memory, which holds no data.
fn bytes(dir: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap());
    let files = entries.filter(|entry| entry.file_type().unwrap().is_file());
    let named = files.map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()));
    named.filter(|(name, _)| !name.ends_with("-shm")).collect()
}

/// Tries to open a folder, and checks that nothing in it changes.
fn refused(dir: &Path) -> OpenError {
    let before = bytes(dir);
    let error = Store::open(dir).unwrap_err();
    assert!(bytes(dir) == before, "files changed although opening was refused: {error}");
    assert!(!dir.join("live").exists() || fs::read_dir(dir.join("live")).unwrap().next().is_none());
    error
}

fn database(dir: &Path) -> std::path::PathBuf {
    dir.join("heddle.db")
}

/// A connection that leaves its log behind, as a crash does.
fn raw(dir: &Path) -> Connection {
    let conn = Connection::open(database(dir)).unwrap();
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true).unwrap();
    conn
}

async fn filled(dir: &Path) {
    let store = open(dir);
    for n in 0..40 {
        let id = format!("exec-{n}");
        store.create(execution(&id, n)).await.unwrap();
        append(&store, &id, vec![started(1)], vec![payload(&format!("\"{}\"", "x".repeat(3000 + n as usize)))]).await;
    }
}

#[tokio::test]
async fn a_new_folder_is_made_for_its_owner_only() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("some/where");
    let store = Store::open(&folder).unwrap();
    store.put_setting("a", Some(&json!(1))).await.unwrap();
    assert_eq!(store.data_dir(), Some(folder.as_path()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder), 0o700);
        for file in ["heddle.db", "heddle.db-wal", "heddle.db-shm"] {
            assert_eq!(mode(&folder.join(file)), 0o600, "{file}");
        }
    }
    drop(store);
    assert!(!folder.join("heddle.db-wal").exists(), "closed cleanly");
    let conn = raw(&folder);
    let pragma = |name: &str| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!((pragma("application_id"), pragma("user_version"), pragma("auto_vacuum")), (0x4865_6464, 6, 2));
}

#[tokio::test]
async fn an_empty_file_becomes_a_database() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(database(dir.path()), "").unwrap();
    open(dir.path()).put_setting("a", Some(&json!(1))).await.unwrap();
    assert_eq!(open(dir.path()).setting("a").await.unwrap(), Some(json!(1)));
}

#[tokio::test]
async fn a_file_that_was_only_begun_is_completed() {
    let dir = tempfile::tempdir().unwrap();
    let conn = raw(dir.path());
    conn.pragma_update(None, "auto_vacuum", "INCREMENTAL").unwrap();
    drop(conn);
    assert!(fs::metadata(database(dir.path())).unwrap().len() > 0, "it has its first page, and no sign of whose it is");
    open(dir.path()).put_setting("a", Some(&json!(1))).await.unwrap();
    assert_eq!(open(dir.path()).setting("a").await.unwrap(), Some(json!(1)));
    // With a version of its own it is somebody's, tables or not.
    fs::remove_file(database(dir.path())).unwrap();
    raw(dir.path()).pragma_update(None, "user_version", 1).unwrap();
    assert!(matches!(refused(dir.path()), OpenError::Foreign { .. }));
}

#[test]
fn what_a_killed_first_start_left_is_cleared_away() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("heddle.db-new-0192"), "SQLite format 3").unwrap();
    drop(open(dir.path()));
    let names: Vec<_> = bytes(dir.path()).into_keys().collect();
    assert_eq!(names, ["heddle.db"]);
}

#[test]
fn many_first_starts_at_once_make_one_database() {
    let dir = tempfile::tempdir().unwrap();
    let together = std::sync::Barrier::new(8);
    let stores: Vec<Store> = std::thread::scope(|scope| {
        let start = || {
            together.wait();
            open(dir.path())
        };
        let starts: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
        starts.into_iter().map(|start| start.join().unwrap()).collect()
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for (n, store) in stores.iter().enumerate() {
        runtime.block_on(store.put_setting(&format!("s{n}"), Some(&json!(n)))).unwrap();
    }
    for n in 0..stores.len() {
        assert_eq!(runtime.block_on(stores[0].setting(&format!("s{n}"))).unwrap(), Some(json!(n)));
    }
}

#[test]
fn a_newer_schema_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    raw(dir.path()).pragma_update(None, "user_version", 99).unwrap();
    let conn = Connection::open(database(dir.path())).unwrap();
    conn.pragma_update_and_check(None, "wal_checkpoint", "TRUNCATE", |_| Ok(())).unwrap();
    drop(conn);
    let error = refused(dir.path());
    assert!(matches!(error, OpenError::Newer { found: 99, known: 6, .. }), "{error}");
    assert!(error.to_string().contains("newer Heddle"), "{error}");
}

#[test]
fn a_newer_schema_that_is_still_in_the_log_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    raw(dir.path()).pragma_update(None, "user_version", 99).unwrap();
    assert!(fs::metadata(dir.path().join("heddle.db-wal")).unwrap().len() > 0);
    let error = refused(dir.path());
    assert!(matches!(error, OpenError::Newer { found: 99, .. }), "{error}");
}

#[test]
fn files_of_others_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let conn = raw(dir.path());
    conn.execute_batch("CREATE TABLE notes (x); INSERT INTO notes VALUES (1)").unwrap();
    drop(conn);
    let error = refused(dir.path());
    assert!(matches!(error, OpenError::Foreign { .. }), "{error}");
    assert!(error.to_string().contains("another program"), "{error}");

    for garbage in ["SQLite is nice", "{\"not\": \"a database\"}", &"\u{0}".repeat(9000)] {
        fs::write(database(dir.path()), garbage).unwrap();
        let error = refused(dir.path());
        assert!(matches!(error, OpenError::Foreign { .. }), "{error}");
    }
    fs::remove_file(database(dir.path())).unwrap();
    fs::create_dir(database(dir.path())).unwrap();
    let error = refused(dir.path());
    assert!(matches!(error, OpenError::Foreign { .. }), "{error}");
}

#[tokio::test]
async fn a_file_cut_short_is_damaged() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path()).await;
    let whole = fs::read(database(dir.path())).unwrap();
    for len in [10, 60, 99, 100, 4096, whole.len() / 2, whole.len() - 1] {
        fs::write(database(dir.path()), &whole[..len]).unwrap();
        let error = refused(dir.path());
        assert!(matches!(error, OpenError::Damaged { .. }), "{len} bytes: {error}");
    }
    fs::write(database(dir.path()), &whole).unwrap();
    assert_eq!(open(dir.path()).executions(heddle_store::ExecutionFilter::default()).await.unwrap().len(), 40);
}

#[tokio::test]
async fn an_empty_file_beside_a_log_is_damaged() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()));
    raw(dir.path()).execute("INSERT INTO settings VALUES ('a', '1', 1)", []).unwrap();
    fs::write(database(dir.path()), "").unwrap();
    let error = refused(dir.path());
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
}

/// Overwrites the middle of every page of a table except its root.
fn spoil(dir: &Path, table: &str) {
    let conn = raw(dir);
    let pages: Vec<(u64, u64)> = conn
        .prepare("SELECT pageno, pgsize FROM dbstat WHERE name = ?1 AND path <> '/'")
        .and_then(|mut statement| {
            let rows = statement.query_map([table], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)))?;
            rows.map(|row| row.map(|(page, size)| (page.unsigned_abs(), size.unsigned_abs()))).collect()
        })
        .unwrap();
    assert!(!pages.is_empty(), "{table} is too small to be spoilt");
    drop(conn);
    let mut content = fs::read(database(dir)).unwrap();
    for (page, size) in pages {
        let start = usize::try_from((page - 1) * size).unwrap();
        content[start..start + 64].fill(0xA5);
    }
    fs::write(database(dir), content).unwrap();
}

#[tokio::test]
async fn after_a_crash_a_damaged_file_is_found_out_before_anything_is_written() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path()).await;
    raw(dir.path()).execute("INSERT INTO settings VALUES ('a', '1', 1)", []).unwrap();
    spoil(dir.path(), "blobs");
    let error = refused(dir.path());
    assert!(matches!(error, OpenError::Damaged { .. }), "{error}");
    assert!(error.to_string().contains("restore a backup"), "{error}");
}

#[tokio::test]
async fn damage_met_later_stops_all_writing() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path()).await;
    spoil(dir.path(), "executions");
    let store = open(dir.path());
    let read = store.execution(&ExecutionId::new("exec-1")).await.unwrap_err();
    assert!(matches!(read, StoreError::Damaged(_)), "{read}");
    store.put_setting("before", Some(&json!(1))).await.unwrap();
    let write = store.append(ExecutionId::new("exec-1"), heddle_engine::Batch::default()).await.unwrap_err();
    assert!(matches!(write, StoreError::Damaged(_)), "{write}");
    let after = store.put_setting("after", Some(&json!(1))).await.unwrap_err();
    assert!(matches!(after, StoreError::Damaged(_)), "{after}");
    assert_eq!(store.setting("before").await.unwrap(), Some(json!(1)), "what can be read still is");
}

#[tokio::test]
async fn a_log_left_by_a_crash_is_taken_in() {
    let dir = tempfile::tempdir().unwrap();
    filled(dir.path()).await;
    raw(dir.path()).execute("INSERT INTO settings VALUES ('a', '1', 1)", []).unwrap();
    assert_eq!(open(dir.path()).setting("a").await.unwrap(), Some(json!(1)));
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("file"), "").unwrap();
    let error = Store::open(&dir.path().join("file/below")).unwrap_err();
    assert!(matches!(&error, OpenError::Folder { path, .. } if path.ends_with("file/below")), "{error}");
    assert!(error.to_string().contains("give a folder that can be written to"), "{error}");
}

/// Not even root can make a folder there.
#[cfg(target_os = "linux")]
#[test]
fn a_read_only_place_is_called_so() {
    let error = Store::open(Path::new("/sys/heddle")).unwrap_err();
    assert!(matches!(error, OpenError::ReadOnly { .. }), "{error}");
}

#[tokio::test]
async fn two_stores_on_one_folder_write_side_by_side() {
    let dir = tempfile::tempdir().unwrap();
    let (one, two) = (open(dir.path()), open(dir.path()));
    one.create(execution("exec-1", 1)).await.unwrap();
    two.create(execution("exec-2", 2)).await.unwrap();
    let fill = async |store: &Store, id: &str| {
        for seq in 1..=30 {
            append(store, id, vec![started(seq)], Vec::new()).await;
        }
    };
    tokio::join!(fill(&one, "exec-1"), fill(&two, "exec-2"));
    for id in ["exec-1", "exec-2"] {
        assert_eq!(one.events(&ExecutionId::new(id), 0, 100).await.unwrap().len(), 30);
    }
}
