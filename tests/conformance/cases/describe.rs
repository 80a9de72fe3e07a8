//! Describing a table: columns, keys, geometries, rights. Does not own: its rows (`scan`).

use super::{It, cx};
use model::{Crs, Kind, Path, Query, Scan, WritePermit};

pub async fn describe_tells_columns_key_and_comment(it: It) {
    let session = it.open().await;
    for expected in it.described() {
        let table = session.describe(&expected.table, &cx()).await.unwrap();
        let columns: Vec<_> = table.columns.iter().map(|c| (c.name.as_str(), c.type_name.as_str(), c.nullable)).collect();
        assert_eq!(columns, expected.columns, "{:?}", expected.table);
        let key = expected.row_key.map(|k| k.into_iter().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(table.row_key, key, "{:?}", expected.table);
        assert_eq!(table.comment.as_deref(), expected.comment);
        assert_eq!(table.path, expected.table);
    }
}

pub async fn describe_tells_geometry_columns(it: It) {
    let session = it.open().await;
    for expected in it.spatial() {
        let table = session.describe(&expected.table, &cx()).await.unwrap();
        let (column, kind, epsg, spherical, dimensions, indexed) = expected.column;
        let found = table.geometries.iter().find(|g| g.column == column).unwrap_or_else(|| panic!("{:?}", expected.table));
        let crs = if epsg == 0 { Crs::Unknown } else { Crs::Epsg { code: epsg } };
        let got = (found.geometry_type.as_str(), &found.crs, found.spherical, found.dimensions, found.indexed);
        assert_eq!(got, (kind, &crs, spherical, dimensions, indexed), "{:?}", expected.table);
    }
}

pub async fn describe_leaves_out_columns_that_may_not_be_read(it: It) {
    let session = it.open().await;
    let table = session.describe(&it.partly_readable(), &cx()).await.unwrap();
    let columns: Vec<String> = table.columns.iter().map(|c| c.name.clone()).collect();
    assert!(!columns.is_empty() && !columns.contains(&"hidden".to_owned()));
    let scan = Scan { table: it.partly_readable(), columns: Some(columns), ..Scan::default() };
    super::scanned(&it, &session, &scan).await;
}

pub async fn describe_of_what_is_not_there_says_so(it: It) {
    let session = it.open().await;
    let (kinds, _) = it.kinds();
    for path in [kinds.child("no such table"), Path::of(["nowhere", "x"]), kinds, Path::default()] {
        assert_eq!(session.describe(&path, &cx()).await.unwrap_err().kind(), Kind::NotFound, "{path:?}");
    }
}

pub async fn describe_of_a_dropped_table_says_so(it: It) {
    let (session, name) = it.open_writer().await;
    let words = it.words();
    let run = |sql: &'static str| Query { sql: sql.to_owned(), ..Query::default() };
    session.execute(&run(words.changes[0]), WritePermit::granted_by_the_person(), &cx()).await.unwrap();
    assert_eq!(super::queried(&it, &session, words.canary).await.len(), 1);
    session.execute(&run(words.changes[2]), WritePermit::granted_by_the_person(), &cx()).await.unwrap();
    let error = super::refused(&session, words.canary).await;
    assert_eq!(error.kind(), Kind::NotFound, "{error}");
    session.close(&cx()).await;
    it.clean_up(&name).await;
}
