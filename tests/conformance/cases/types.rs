//! Every type, held against the server's own text. Does not own: geometry (`geometry`).

use super::{It, cx, rows};
use crate::render::comparable;
use arrow_array::Array;
use model::{Query, Scan, Session, Sort};
use std::sync::Arc;

/// The same statement, once through us and once as the server prints it.
async fn compare(it: &It, session: &Arc<dyn Session>, ours: &str, server_s: &str) {
    let query = Query { sql: ours.to_owned(), ..Query::default() };
    let batches = session.query(&query, &cx()).await.unwrap_or_else(|e| panic!("{ours}: {e} {:?}", e.view().vendor));
    let schema = batches.schema.clone();
    let batches = rows(batches).await.unwrap_or_else(|e| panic!("{ours}: {e}"));
    let truth = it.truth(server_s).await;
    let mut at = 0;
    for batch in &batches {
        for row in 0..batch.num_rows() {
            for (column, field) in schema.fields().iter().enumerate() {
                let array = batch.column(column);
                let expected = comparable(field, truth[at][column].clone());
                assert_eq!(array.is_null(row), expected.is_none(), "{} row {at}", field.name());
                let got = it.print(field, array, row);
                assert_eq!(got, expected, "{} ({}) row {at}", field.name(), field.data_type());
            }
            at += 1;
        }
    }
    assert_eq!(at, truth.len());
}

pub async fn types_equal_the_text_of_the_server(it: It) {
    let (table, key) = it.every_type();
    let session = it.open().await;
    let columns = session.describe(&table, &cx()).await.unwrap().columns;
    let quoted = it.dialect().quote(&table);
    // Geometry has its own cases.
    for column in columns.iter().filter(|c| !c.type_name.starts_with("geo")) {
        let sql = format!("SELECT \"{}\" FROM {quoted} ORDER BY {key}", column.name);
        compare(&it, &session, &sql, &sql).await;
    }
    // And all at once, as the grid shows them.
    let scan = Scan { table: table.clone(), sort: vec![Sort { column: key.to_owned(), descending: false }], ..Scan::default() };
    let batches = rows(session.scan(&scan, &cx()).await.unwrap()).await.unwrap();
    assert_eq!(batches.iter().map(|b| b.num_rows()).sum::<usize>(), 6);
    assert_eq!(batches[0].num_columns(), columns.len());
}

pub async fn types_of_random_values_equal_the_text_of_the_server(it: It) {
    let session = it.open().await;
    for typed in it.random() {
        let sql = it.typed(&typed);
        compare(&it, &session, &sql, &sql).await;
    }
}

pub async fn types_are_named_in_the_schema(it: It) {
    let session = it.open().await;
    for described in it.described() {
        let batches = session.scan(&Scan { table: described.table, limit: Some(1), ..Scan::default() }, &cx()).await.unwrap();
        for (field, (name, type_name, _)) in batches.schema.fields().iter().zip(described.columns) {
            assert_eq!(field.name(), name);
            assert_eq!(field.metadata().get("landbridge:type").map(String::as_str), Some(type_name));
        }
    }
}
