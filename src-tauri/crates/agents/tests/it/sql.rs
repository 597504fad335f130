use std::path::Path;

use heddle_model::FailureCode::{AgentFailed, Config, Expression, Interrupted, OutputFormat, Unavailable};
use rusqlite::Connection;
use serde_json::{Value, json};

use crate::support::Attempt;

fn database(folder: &Path) -> Connection {
    let connection = Connection::open(folder.join("shop.sqlite")).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE things (id INTEGER PRIMARY KEY, name TEXT, price REAL, data BLOB, extra TEXT);
             INSERT INTO things VALUES (9223372036854775807, 'naïve \"quote\"', 1.5, x'00ff', '{\"n\": 1.0, \"big\": 12345678901234567890}');
             INSERT INTO things VALUES (2, NULL, NULL, NULL, NULL);
             INSERT INTO things VALUES (3, 'x', 3.0, NULL, 'not json');",
        )
        .unwrap();
    connection
}

fn sql(folder: &Path, mut config: Value) -> Attempt {
    config["database"] = json!("shop.sqlite");
    Attempt::new("sql", config).base(folder)
}

#[tokio::test]
async fn rows_keep_64_bit_integers_blobs_and_json() {
    let folder = tempfile::tempdir().unwrap();
    database(folder.path());
    let all = json!({ "sql": "SELECT * FROM things WHERE id <> 3 ORDER BY id DESC", "json_columns": ["extra"] });
    assert_eq!(
        sql(folder.path(), all).answer().await,
        r#"{"rows":[{"id":9223372036854775807,"name":"naïve \"quote\"","price":1.5,"data":"AP8=","extra":{"n": 1.0, "big": 12345678901234567890}},{"id":2,"name":null,"price":null,"data":null,"extra":null}],"row_count":2,"truncated":false}"#
    );
    let row = json!({ "sql": "SELECT name FROM things WHERE id = 3", "mode": "row" });
    assert_eq!(sql(folder.path(), row).answer().await, r#"{"name":"x"}"#);
    let none = json!({ "sql": "SELECT name FROM things WHERE id = 4", "mode": "row" });
    assert_eq!(sql(folder.path(), none).answer().await, "null");
}

#[tokio::test]
async fn more_rows_than_allowed_are_cut_and_said_to_be() {
    let folder = tempfile::tempdir().unwrap();
    database(folder.path());
    for (most, truncated) in [(2, true), (3, false)] {
        let result = sql(folder.path(), json!({ "sql": "SELECT id FROM things", "max_rows": most })).run().await;
        let output = result.outcome.unwrap().output;
        assert_eq!(output.tree().unwrap()["row_count"], most);
        assert_eq!(output.tree().unwrap()["truncated"], truncated);
        assert_eq!(result.log.len(), usize::from(truncated));
    }
}

#[tokio::test]
async fn parameters_are_bound_never_spliced() {
    let folder = tempfile::tempdir().unwrap();
    database(folder.path());
    let config = json!({
        "sql": "SELECT :text AS text, typeof(:text) AS t, :int AS int, :real AS real, :yes AS yes, :none AS none, :list AS list, :fixed AS fixed",
        "params": {
            "text": "input.text", ":int": "input.int", "real": "input.real", "yes": "input.yes",
            "none": "input.none", "list": "input.list", "fixed": 9_223_372_036_854_775_807_i64,
        },
        "mode": "row",
    });
    let input = r#"{"text":"'; DROP TABLE things; --","int":-9223372036854775808,"real":1.0,"yes":true,"none":null,"list":[1.0]}"#;
    assert_eq!(
        sql(folder.path(), config).input(input).answer().await,
        r#"{"text":"'; DROP TABLE things; --","t":"text","int":-9223372036854775808,"real":1.0,"yes":1,"none":null,"list":"[1.0]","fixed":9223372036854775807}"#
    );
    let too_big = json!({ "sql": "SELECT :n AS n", "params": { "n": "input.n" } });
    for number in ["9223372036854775808", "1e400"] {
        let input = format!("{{\"n\":{number}}}");
        sql(folder.path(), too_big.clone()).input(&input).fails(Expression, &["config.params.n", number]).await;
    }
}

#[tokio::test]
async fn only_agents_that_may_write_can_write() {
    let folder = tempfile::tempdir().unwrap();
    let connection = database(folder.path());
    let insert = "INSERT INTO things (name) VALUES (:name)";
    let config =
        |write: bool| json!({ "sql": insert, "params": { "name": "input.name" }, "mode": "execute", "write": write });
    for statement in
        [insert, "DROP TABLE things", "DELETE FROM things", "PRAGMA user_version = 7", "PRAGMA journal_mode = DELETE"]
    {
        let mut config = config(false);
        config["sql"] = json!(statement);
        if !statement.contains(":name") {
            config["params"] = json!({});
        }
        for mode in ["execute", "rows"] {
            config["mode"] = json!(mode);
            let result = sql(folder.path(), config.clone()).input(r#"{"name":"new"}"#).run().await;
            assert!(result.outcome.is_err() || statement.contains("journal_mode"), "{statement} as {mode}");
        }
    }
    let count = || connection.query_row("SELECT count(*) FROM things", [], |row| row.get::<_, i64>(0)).unwrap();
    let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!((count(), version), (3, 0));

    // A second name would be needed to reach another file; there is none.
    let other = folder.path().join("other.sqlite").display().to_string();
    let attach = json!({ "sql": format!("ATTACH '{other}' AS other"), "mode": "execute", "write": true });
    sql(folder.path(), attach).fails(AgentFailed, &["attached"]).await;

    let answer = sql(
        folder.path(),
        json!({ "sql": "UPDATE things SET name = 'y' WHERE id = 3", "mode": "execute", "write": true }),
    )
    .answer()
    .await;
    assert_eq!(answer, r#"{"rows_affected":1,"last_insert_id":0}"#);
    let small = json!({ "sql": "INSERT INTO things (id, name) VALUES (77, :name)", "params": { "name": "input.name" }, "mode": "execute", "write": true });
    assert_eq!(
        sql(folder.path(), small).input(r#"{"name":"new"}"#).answer().await,
        r#"{"rows_affected":1,"last_insert_id":77}"#
    );
    let returning = json!({ "sql": "DELETE FROM things WHERE id = 77 RETURNING name", "mode": "row", "write": true });
    assert_eq!(sql(folder.path(), returning).answer().await, r#"{"name":"new"}"#);
    assert_eq!(count(), 3);
}

#[tokio::test]
async fn mistakes_in_the_settings_name_the_field() {
    let folder = tempfile::tempdir().unwrap();
    database(folder.path());
    for (config, field, says) in [
        (json!({ "sql": "SELEC 1" }), "config.sql", "syntax error"),
        (json!({ "sql": "SELECT 1; SELECT 2" }), "config.sql", "several"),
        (json!({ "sql": "" }), "config", ""),
        (json!({ "sql": "SELECT 1 AS a, 2 AS a" }), "config.sql", "\"a\""),
        (json!({ "sql": "SELECT ?" }), "config.sql", "`?`"),
        (json!({ "sql": "SELECT :a" }), "config.params", ":a"),
        (json!({ "sql": "SELECT 1", "params": { "b": 1 } }), "config.params.b", ":b"),
        (json!({ "sql": "SELECT 1", "params": { "b": "input." } }), "config.params.b", ""),
        (json!({ "sql": "SELECT 1", "json_columns": ["x"] }), "config.json_columns", "\"x\""),
        (json!({ "sql": "SELECT 1", "mode": "all" }), "config.mode", "all"),
        (json!({ "sql": "SELECT 1", "mode": "execute" }), "config.mode", "rows"),
        (json!({ "sql": "SELECT 1", "max_rows": 0 }), "config.max_rows", "0"),
        (json!({ "sql": "SELECT 1", "write": "yes" }), "config.write", "yes"),
        (json!({ "sql": "DELETE FROM things WHERE id = 3", "write": true }), "config.mode", "execute"),
        (json!({ "sql": "DELETE FROM things", "mode": "execute" }), "config.write", "changes"),
    ] {
        let failure = sql(folder.path(), config.clone()).fails(Config, &[field, says]).await;
        assert!(failure.message.starts_with(field), "{config}: {}", failure.message);
    }
    let infinite = json!({ "sql": "SELECT 1e999 AS n" });
    sql(folder.path(), infinite).fails(OutputFormat, &["\"n\"", "infinite"]).await;
    let bad_json = json!({ "sql": "SELECT extra FROM things WHERE id = 3", "json_columns": ["extra"] });
    sql(folder.path(), bad_json).fails(OutputFormat, &["\"extra\"", "not JSON"]).await;
    let missing = json!({ "sql": "SELECT :a", "params": { "a": "input.a" } });
    sql(folder.path(), missing).fails(Expression, &["config.params.a"]).await;
    let constraint = json!({ "sql": "INSERT INTO things (id) VALUES (3)", "mode": "execute", "write": true });
    sql(folder.path(), constraint).fails(AgentFailed, &["UNIQUE"]).await;
}

#[tokio::test]
async fn databases_that_cannot_be_used_are_named() {
    let folder = tempfile::tempdir().unwrap();
    sql(folder.path(), json!({ "sql": "SELECT 1" })).fails(Unavailable, &["shop.sqlite"]).await;
    let write = json!({ "sql": "CREATE TABLE t (a)", "mode": "execute", "write": true });
    sql(folder.path(), write).fails(Unavailable, &["shop.sqlite"]).await;
    assert!(!folder.path().join("shop.sqlite").exists());
    std::fs::write(folder.path().join("shop.sqlite"), "this is a text, not a database at all").unwrap();
    sql(folder.path(), json!({ "sql": "SELECT * FROM t" })).failure().await;
    let unknown = Attempt::new("sql", json!({ "database": "example:orders", "sql": "SELECT 1" }));
    unknown.fails(Config, &["config.database", "example:customers"]).await;
    Attempt::new("sql", json!({ "database": "", "sql": "SELECT 1" })).fails(Config, &["config.database"]).await;
}

#[tokio::test]
async fn a_locked_database_is_a_transient_failure_and_waiting_for_it_can_be_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    let connection = database(folder.path());
    connection.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let attempt = sql(folder.path(), json!({ "sql": "SELECT id FROM things" }));
    let cancel = attempt.call.cancel.clone();
    let mut running = Box::pin(attempt.run());
    assert!(futures::poll!(&mut running).is_pending());
    cancel.cancel();
    assert_eq!(running.await.outcome.unwrap_err().code, Interrupted);
    connection.execute_batch("COMMIT").unwrap();
}

#[tokio::test]
async fn an_endless_statement_stops_when_it_is_cancelled() {
    let folder = tempfile::tempdir().unwrap();
    database(folder.path());
    let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) AS c FROM n";
    let attempt = sql(folder.path(), json!({ "sql": endless }));
    let cancel = attempt.call.cancel.clone();
    let mut running = Box::pin(attempt.run());
    assert!(futures::poll!(&mut running).is_pending());
    cancel.cancel();
    assert_eq!(running.await.outcome.unwrap_err().code, Interrupted);
    // The runtime waits for its blocking threads when it is dropped: the test only ends if the statement did.
}

#[tokio::test]
async fn the_bundled_customers_are_there_and_cannot_be_changed() {
    let config =
        |sql: &str, write: bool| json!({ "database": "example:customers", "sql": sql, "mode": "row", "write": write });
    let count = Attempt::new("sql", config("SELECT count(*) AS n FROM customers", false)).answer().await;
    assert_eq!(count, r#"{"n":10}"#);
    Attempt::new("sql", config("DELETE FROM customers RETURNING id", true)).fails(Config, &["config.write"]).await;
    Attempt::new("sql", config("DELETE FROM customers RETURNING id", false)).fails(Config, &["config.write"]).await;
    let keys = config("SELECT count(*) AS broken FROM pragma_foreign_key_check", false);
    assert_eq!(Attempt::new("sql", keys).answer().await, r#"{"broken":0}"#);
}
