//! The bundled customer database: built once from SQL text, in memory, the same on every machine.

use std::sync::OnceLock;

use heddle_model::{Failure, FailureCode};
use rusqlite::Connection;

const SQL: &str = include_str!("../../../../../examples/customers.sql");

/// A connection to the database. All connections share its bytes, and none can change them.
pub(super) fn open() -> Result<Connection, Failure> {
    static IMAGE: OnceLock<Result<Vec<u8>, String>> = OnceLock::new();
    let image = IMAGE.get_or_init(|| image().map_err(|error| error.to_string()));
    let image = image.as_ref().map_err(|error| broken(error))?;
    let mut connection = Connection::open_in_memory().map_err(|error| broken(&error.to_string()))?;
    connection.deserialize_bytes("main", image).map_err(|error| broken(&error.to_string()))?;
    Ok(connection)
}

fn image() -> rusqlite::Result<Vec<u8>> {
    let mut connection = Connection::open_in_memory()?;
    connection.execute_batch(SQL)?;
    Ok(connection.serialize("main")?.to_vec())
}

fn broken(error: &str) -> Failure {
    Failure::new(FailureCode::Internal, format!("the bundled customer database could not be built: {error}"))
}
