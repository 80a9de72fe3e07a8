//! A person's own statement: dresses, names, parameters, limits, batches, errors. Does not own: hostile ones (`hostile`).

use super::{It, cx, is_well, printed, queried, refused, rows};
use futures::StreamExt;
use model::{Kind, Query, Scalar};

pub async fn query_reads_one_statement_in_any_dress(it: It) {
    let session = it.open().await;
    for sql in it.words().dresses {
        assert_eq!(queried(&it, &session, sql).await, [[Some("1".to_owned())]], "{sql}");
    }
}

pub async fn query_keeps_equal_and_missing_column_names(it: It) {
    let session = it.open().await;
    let query = Query { sql: it.words().same_names.to_owned(), ..Query::default() };
    let batches = session.query(&query, &cx()).await.unwrap();
    let names: Vec<String> = batches.schema.fields().iter().map(|f| f.name().clone()).collect();
    assert_eq!(names[0], names[1]);
    assert_eq!(names.len(), 4);
    let got = printed(&it, &rows(batches).await.unwrap());
    assert_eq!(got, [["1", "2", "3", "4"].map(|s| Some(s.to_owned()))]);
}

pub async fn query_takes_parameters(it: It) {
    let session = it.open().await;
    let sql = it.words().parameters;
    for text in ["x'; DROP TABLE canary; --", "", "表 🗺️ \u{202e}", "\\", "$1"] {
        let params = vec![Scalar::Int(41), Scalar::Text(text.to_owned())];
        let query = Query { sql: sql.to_owned(), params, ..Query::default() };
        let got = printed(&it, &rows(session.query(&query, &cx()).await.unwrap()).await.unwrap());
        assert_eq!(got, [[Some("42".to_owned()), Some(text.to_owned()), None]]);
    }
    for params in [vec![], vec![Scalar::Int(1)], vec![Scalar::Null, Scalar::Null, Scalar::Null]] {
        let query = Query { sql: sql.to_owned(), params, ..Query::default() };
        assert_eq!(session.query(&query, &cx()).await.err().unwrap().kind(), Kind::Invalid);
    }
    is_well(&it, &session).await;
}

pub async fn query_limits(it: It) {
    let session = it.open().await;
    for limit in [0, 1, 10_000] {
        let query = Query { sql: it.words().endless.to_owned(), limit: Some(limit), ..Query::default() };
        let got = rows(session.query(&query, &cx()).await.unwrap()).await.unwrap();
        assert_eq!(got.iter().map(|b| b.num_rows() as u64).sum::<u64>(), limit);
    }
}

pub async fn query_comes_in_batches_of_bounded_size(it: It) {
    let session = it.open().await;
    let table = it.dialect().quote(&it.numbers());
    let query = Query { sql: format!("SELECT * FROM {table}"), ..Query::default() };
    let batches = rows(session.query(&query, &cx()).await.unwrap()).await.unwrap();
    assert!(batches.len() > 10 && batches.iter().all(|b| b.num_rows() <= 8192));
    // 16 KiB a row: bytes bound a batch before rows do.
    let query = Query { sql: format!("SELECT {} AS t FROM {table} LIMIT 3000", it.words().wide), ..Query::default() };
    let batches = rows(session.query(&query, &cx()).await.unwrap()).await.unwrap();
    assert!(batches.iter().all(|b| b.num_rows() <= 300));
    assert_eq!(batches.iter().map(|b| b.num_rows()).sum::<usize>(), 3000);
}

pub async fn query_that_fails_midway_tells_it_in_the_stream(it: It) {
    let session = it.open().await;
    let query = Query { sql: it.words().fails_midway.to_owned(), ..Query::default() };
    let mut stream = session.query(&query, &cx()).await.unwrap().stream;
    let mut count = 0;
    let error = loop {
        match stream.next().await.unwrap() {
            Ok(batch) => count += batch.num_rows(),
            Err(error) => break error,
        }
    };
    assert!(count > 1000);
    assert_eq!(error.kind(), Kind::Statement);
    assert!(error.vendor_code().is_some());
    assert!(stream.next().await.is_none(), "after an error nothing follows");
    is_well(&it, &session).await;
}

pub async fn query_that_is_wrong_is_told_in_the_words_of_the_server(it: It) {
    let session = it.open().await;
    let error = refused(&session, "SELECT FROM WHERE").await;
    assert_eq!(error.kind(), Kind::Statement);
    assert!(error.view().vendor.is_some_and(|v| v.code.is_some() && !v.message.is_empty()));
    let error = refused(&session, "SELECT * FROM no_such_table_anywhere").await;
    assert_eq!(error.kind(), Kind::NotFound);
    for empty in ["", "  ", "-- nothing", "/* */ ;"] {
        assert_eq!(refused(&session, empty).await.kind(), Kind::Invalid);
    }
    assert_eq!(refused(&session, "SELECT 'a\0b'").await.kind(), Kind::Invalid);
    is_well(&it, &session).await;
}
