//! One statement, prepared, bound and read into JSON text.

use heddle_model::{Failure, FailureCode, Payload};
use rusqlite::types::Value as SqlValue;
use rusqlite::{Connection, Row, Statement};

use super::{SqlConfig, SqlMode, failure, value};
use crate::config::wrong;

/// Longest answer, in bytes. The engine has its own, lower limit; this one guards the memory while rows are read.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// What a statement answers.
pub(super) struct Answer {
    pub(super) output: Payload,
    /// There were more rows than may be answered.
    pub(super) truncated: bool,
}

pub(super) fn answer(
    connection: &Connection,
    settings: &SqlConfig,
    params: &[(String, SqlValue)],
    max_rows: u64,
) -> Result<Answer, Failure> {
    let mut statement = connection.prepare(&settings.sql).map_err(|error| match error {
        rusqlite::Error::MultipleStatement => wrong("config.sql", "expected one statement, found several"),
        error => wrong("config.sql", error),
    })?;
    if !settings.write && !statement.readonly() {
        return Err(wrong("config.write", "the statement changes the database; set `write` to allow that"));
    }
    bind(&mut statement, params)?;
    match settings.mode {
        SqlMode::Rows => rows(&mut statement, settings, max_rows),
        SqlMode::Row => first_row(&mut statement, settings),
        SqlMode::Execute => execute(connection, &mut statement),
    }
}

fn bind(statement: &mut Statement<'_>, params: &[(String, SqlValue)]) -> Result<(), Failure> {
    let mut wanted = Vec::with_capacity(statement.parameter_count());
    for index in 1..=statement.parameter_count() {
        match statement.parameter_name(index) {
            Some(name) if !name.starts_with('?') => wanted.push(name.to_owned()),
            _ => return Err(wrong("config.sql", "parameters need names, such as `:customer_id`; found a `?`")),
        }
    }
    for (index, name) in wanted.iter().enumerate() {
        let Some((_, bound)) = params.iter().find(|(given, _)| *given == name[1..]) else {
            return Err(wrong(
                "config.params",
                format_args!("the statement asks for {name}, but there is no parameter of that name"),
            ));
        };
        statement.raw_bind_parameter(index + 1, bound).map_err(|error| failure(&error))?;
    }
    match params.iter().find(|(given, _)| !wanted.iter().any(|name| name[1..] == **given)) {
        Some((unused, _)) => {
            Err(wrong(&format!("config.params.{unused}"), format_args!("the statement has no parameter :{unused}")))
        }
        None => Ok(()),
    }
}

fn rows(statement: &mut Statement<'_>, settings: &SqlConfig, max_rows: u64) -> Result<Answer, Failure> {
    let columns = columns(statement, settings)?;
    let mut found = statement.raw_query();
    let mut out = String::from("{\"rows\":[");
    let (mut count, mut truncated) = (0, false);
    while let Some(row) = found.next().map_err(|error| failure(&error))? {
        if count == max_rows {
            truncated = true;
            break;
        }
        if count > 0 {
            out.push(',');
        }
        write_row(row, &columns, &mut out)?;
        count += 1;
    }
    out.push_str(&format!("],\"row_count\":{count},\"truncated\":{truncated}}}"));
    Ok(Answer { output: checked(out)?, truncated })
}

fn first_row(statement: &mut Statement<'_>, settings: &SqlConfig) -> Result<Answer, Failure> {
    let columns = columns(statement, settings)?;
    let mut found = statement.raw_query();
    let output = match found.next().map_err(|error| failure(&error))? {
        Some(row) => {
            let mut out = String::new();
            write_row(row, &columns, &mut out)?;
            checked(out)?
        }
        None => Payload::null(),
    };
    Ok(Answer { output, truncated: false })
}

fn execute(connection: &Connection, statement: &mut Statement<'_>) -> Result<Answer, Failure> {
    if statement.column_count() > 0 {
        return Err(wrong("config.mode", "the statement answers rows; choose \"rows\" or \"row\""));
    }
    let affected = statement.raw_execute().map_err(|error| failure(&error))?;
    let id = connection.last_insert_rowid();
    Ok(Answer {
        output: checked(format!("{{\"rows_affected\":{affected},\"last_insert_id\":{id}}}"))?,
        truncated: false,
    })
}

struct Column {
    name: String,
    /// `"name":`, ready to be written.
    key: String,
    json: bool,
}

fn columns(statement: &Statement<'_>, settings: &SqlConfig) -> Result<Vec<Column>, Failure> {
    let names: Vec<&str> = statement.column_names().collect();
    if names.is_empty() {
        return Err(wrong("config.mode", "the statement answers no rows; choose \"execute\""));
    }
    for (index, name) in names.iter().enumerate() {
        if names[..index].contains(name) {
            return Err(wrong("config.sql", format_args!("two columns are called {name:?}; rename one with AS")));
        }
    }
    if let Some(missing) = settings.json_columns.iter().find(|name| !names.contains(&name.as_str())) {
        return Err(wrong(
            "config.json_columns",
            format_args!("the statement has no column {missing:?}, only {}", names.join(", ")),
        ));
    }
    Ok(names
        .into_iter()
        .map(|name| Column {
            name: name.to_owned(),
            key: format!("{}:", serde_json::Value::from(name)),
            json: settings.json_columns.iter().any(|column| column == name),
        })
        .collect())
}

fn write_row(row: &Row<'_>, columns: &[Column], out: &mut String) -> Result<(), Failure> {
    out.push('{');
    for (index, column) in columns.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        out.push_str(&column.key);
        let cell = row.get_ref(index).map_err(|error| failure(&error))?;
        value::write(&column.name, cell, column.json, out)?;
    }
    out.push('}');
    if out.len() > MAX_BYTES {
        return Err(Failure::new(
            FailureCode::OutputTooLarge,
            format!("the rows are longer than {} MiB; ask for fewer rows or columns", MAX_BYTES / 1024 / 1024),
        ));
    }
    Ok(())
}

fn checked(text: String) -> Result<Payload, Failure> {
    Payload::parse(text)
        .map_err(|error| Failure::new(FailureCode::Internal, "the rows were not written as JSON").caused_by(&error))
}
