//! Geometry as bytes and its system, held against the server's own. Does not own: boxes (`scan`).

use super::{It, cx, rows};
use crate::render::hex;
use arrow_array::cast::AsArray;
use arrow_array::{Array, RecordBatch};
use model::{Path, Query, Scan, Session};
use std::sync::Arc;

fn wkb(batches: &[RecordBatch], column: usize) -> Vec<Option<String>> {
    let mut out = Vec::new();
    for batch in batches {
        let array = batch.column(column).as_binary::<i32>();
        out.extend((0..array.len()).map(|row| array.is_valid(row).then(|| hex(array.value(row)))));
    }
    out
}

async fn ours(session: &Arc<dyn Session>, sql: String) -> Vec<Option<String>> {
    let query = Query { sql, ..Query::default() };
    let batches = session.query(&query, &cx()).await.unwrap_or_else(|e| panic!("{}: {e}", query.sql));
    wkb(&rows(batches).await.unwrap_or_else(|e| panic!("{}: {e}", query.sql)), 0)
}

pub async fn geometry_equals_the_wkb_of_the_server(it: It) {
    let session = it.open().await;
    for (table, column, as_hex) in it.geometries() {
        let quoted = it.dialect().quote(&table);
        let got = ours(&session, format!("SELECT {column} FROM {quoted} ORDER BY id")).await;
        let expected = it.truth(&format!("SELECT {as_hex} FROM {quoted} ORDER BY id")).await;
        let expected: Vec<Option<String>> = expected.into_iter().map(|mut row| row.remove(0)).collect();
        assert_eq!(got, expected, "{table:?}");
        assert!(!got.is_empty());
        for bytes in got.into_iter().flatten() {
            let bytes: Vec<u8> =
                (0..bytes.len()).step_by(2).map(|at| u8::from_str_radix(&bytes[at..at + 2], 16).unwrap()).collect();
            let (iso, srid) = map::wkb::normalise(&bytes).unwrap();
            assert_eq!((&*iso, srid), (&*bytes, None), "already normal");
        }
    }
}

pub async fn geometry_carries_its_system(it: It) {
    let session = it.open().await;
    for expected in it.spatial() {
        let batches = session.scan(&Scan { table: expected.table.clone(), ..Scan::default() }, &cx()).await.unwrap();
        let (column, _, epsg, spherical, ..) = expected.column;
        let field = batches.schema.field_with_name(column).unwrap().clone();
        assert_eq!(field.metadata()["ARROW:extension:name"], "geoarrow.wkb");
        let metadata: serde_json::Value = serde_json::from_str(&field.metadata()["ARROW:extension:metadata"]).unwrap();
        if epsg != 0 {
            assert_eq!(metadata["crs"], format!("EPSG:{epsg}"), "{:?}", expected.table);
            assert_eq!(metadata["crs_type"], "authority_code");
        }
        assert_eq!(metadata["edges"] == "spherical", spherical);
        rows(batches).await.unwrap();
    }
}

/// Values say what the type does not.
pub async fn geometry_that_is_made_says_its_system(it: It) {
    let session = it.open().await;
    let places = it.dialect().quote(&it.places());
    let query = Query { sql: format!("SELECT ST_Transform(geom, 3857) AS g FROM {places} WHERE id < 10"), ..Query::default() };
    let batches = session.query(&query, &cx()).await.unwrap();
    assert!(batches.schema.field(0).metadata()["ARROW:extension:metadata"].contains("EPSG:3857"));
}

pub async fn geometry_of_several_systems_keeps_each(it: It) {
    let session = it.open().await;
    let mixed = Path::of([it.places().0[0].as_str(), "mixed"]);
    let batches = session.scan(&Scan { table: mixed, ..Scan::default() }, &cx()).await.unwrap();
    let field = batches.schema.field_with_name("geom").unwrap().clone();
    assert_eq!(field.metadata()["landbridge:srid"], "mixed");
    let srids: Vec<Option<i32>> = wkb(&rows(batches).await.unwrap(), 1)
        .into_iter()
        .map(|value| {
            let hex = value.unwrap();
            let bytes: Vec<u8> = (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
            map::wkb::header(&bytes).unwrap().srid
        })
        .collect();
    assert_eq!(srids, [None, Some(4326), Some(3857)]);
}

pub async fn geometry_of_random_shapes_equals_the_wkb_of_the_server(it: It) {
    let session = it.open().await;
    let shapes = crate::random::shapes(300);
    let values: Vec<String> = shapes.iter().enumerate().map(|(n, wkt)| format!("({n}, '{wkt}')")).collect();
    let from = format!("FROM (VALUES {}) AS t(n, wkt) ORDER BY n", values.join(", "));
    let got = ours(&session, format!("SELECT ST_GeomFromEWKT(wkt) {from}")).await;
    let truth = it.truth(&format!("SELECT encode(ST_AsBinary(ST_GeomFromEWKT(wkt)), 'hex') {from}")).await;
    for ((got, truth), shape) in got.into_iter().zip(truth).zip(shapes) {
        assert_eq!(got, truth[0], "{shape}");
    }
}
