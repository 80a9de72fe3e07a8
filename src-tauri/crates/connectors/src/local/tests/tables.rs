//! Tables as they are described and scanned: keys, kinds, what a GeoPackage says, values that do not keep to their type.

use super::{cx, file, level, names, open, scan, table};
use arrow_schema::DataType;
use model::{BoundingBox, Comparison, Crs, NodeKind, Path, Predicate, Scalar, Scan, Sort};
use std::path::{Path as FilePath, PathBuf};

const STANDARD: &str = "
CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT, srs_id INTEGER PRIMARY KEY, organization TEXT, organization_coordsys_id INTEGER, definition TEXT, description TEXT);
CREATE TABLE gpkg_contents (table_name TEXT PRIMARY KEY, data_type TEXT, identifier TEXT, description TEXT, last_change DATETIME, min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE, srs_id INTEGER);
CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER, z TINYINT, m TINYINT);
INSERT INTO gpkg_spatial_ref_sys VALUES ('WGS 84', 4326, 'EPSG', 4326, 'undefined', ''), ('Mercator', 3857, 'epsg', 3857, 'undefined', ''), ('Ours', 100001, 'NONE', 7, 'nothing', '');
";

/// A point in a GeoPackage's blob, as a literal.
fn point(srs: i32, x: f64, y: f64) -> String {
    let mut wkb = vec![1, 1, 0, 0, 0];
    wkb.extend(x.to_le_bytes());
    wkb.extend(y.to_le_bytes());
    let blob = crate::local::sqlite::blob::write(srs, None, &wkb);
    format!("x'{}'", blob.iter().map(|b| format!("{b:02x}")).collect::<String>())
}

fn geopackage(folder: &FilePath, sql: &str) -> PathBuf {
    file(folder, "geo.gpkg", &format!("PRAGMA application_id = 0x47504B47; {STANDARD} {sql}"))
}

#[tokio::test]
async fn keys_are_told_only_where_they_are_sure() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(
        folder.path(),
        "keys.db",
        "CREATE TABLE a (id INTEGER PRIMARY KEY, b); CREATE TABLE b (code TEXT PRIMARY KEY); CREATE TABLE c (code TEXT NOT NULL, n INT NOT NULL, PRIMARY KEY (n, code));
         CREATE TABLE d (code TEXT PRIMARY KEY) WITHOUT ROWID; CREATE TABLE e (x TEXT NOT NULL UNIQUE, y); CREATE TABLE f (x TEXT NOT NULL); CREATE UNIQUE INDEX fx ON f (x) WHERE x > 'm';
         CREATE TABLE g (x TEXT UNIQUE); CREATE TABLE h (x TEXT NOT NULL); CREATE UNIQUE INDEX hx ON h (lower(x)); CREATE VIEW v AS SELECT * FROM a; CREATE TABLE s (a INTEGER PRIMARY KEY, b TEXT) STRICT;
         CREATE VIRTUAL TABLE words USING fts5(t); CREATE TABLE w (id INTEGER PRIMARY KEY, made INT AS (id * 2), kept INT AS (id * 3) STORED)",
    );
    let session = open(&[&path]);
    let nodes = level(&session, &["keys"]).await.unwrap();
    assert_eq!(names(&nodes), ["a", "b", "c", "d", "e", "f", "g", "h", "s", "v", "w", "words"]);
    assert!(nodes.iter().all(|n| (n.kind == NodeKind::View) == (n.path.0[1] == "v")));
    for (name, key) in [
        ("a", Some(vec!["id"])),
        ("b", None),
        ("c", Some(vec!["n", "code"])),
        ("d", Some(vec!["code"])),
        ("e", Some(vec!["x"])),
        ("f", None),
        ("g", None),
        ("h", None),
        ("v", None),
        ("s", Some(vec!["a"])),
    ] {
        let described = session.describe(&Path::of(["keys", name]), &cx()).await.unwrap();
        let key = key.map(|k| k.into_iter().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(described.row_key, key, "{name}");
    }
    let w = session.describe(&Path::of(["keys", "w"]), &cx()).await.unwrap();
    assert_eq!(
        w.columns.iter().map(|c| (c.name.as_str(), c.nullable)).collect::<Vec<_>>(),
        [("id", false), ("made", true), ("kept", true)]
    );
    assert_eq!(table(&session, &["keys", "words"]).await.unwrap().len(), 0);
}

#[tokio::test]
async fn what_a_geopackage_says_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let (a, b) = (point(4326, 1.0, 2.0), point(4326, 10.0, 20.0));
    let path = geopackage(
        folder.path(),
        &format!(
            "CREATE TABLE places (fid INTEGER PRIMARY KEY, geom POINT, open BOOLEAN, day DATE, at DATETIME, size MEDIUMINT);
             INSERT INTO places VALUES (1, {a}, 1, '2024-02-29', '2024-02-29T12:00:00.500Z', 7), (2, {b}, 0, NULL, NULL, NULL), (3, NULL, NULL, '1999-12-31', '1970-01-01T00:00:00.000Z', -1);
             INSERT INTO gpkg_contents VALUES ('places', 'features', 'Places', 'Some of them', '2024-05-06T07:08:09.000Z', 1, 2, 10, 20, 4326), ('own', 'features', 'own', '', '', NULL, NULL, NULL, NULL, 100001), ('notes', 'attributes', 'notes', '', '', NULL, NULL, NULL, NULL, 0);
             INSERT INTO gpkg_geometry_columns VALUES ('places', 'geom', 'POINT', 4326, 0, 0), ('own', 'geom', 'GEOMETRY', 100001, 1, 1);
             CREATE VIRTUAL TABLE rtree_places_geom USING rtree(id, minx, maxx, miny, maxy); INSERT INTO rtree_places_geom VALUES (1, 1, 1, 2, 2), (2, 10, 10, 20, 20);
             CREATE TABLE own (fid INTEGER PRIMARY KEY, geom); CREATE TABLE notes (n TEXT)"
        ),
    );
    let session = open(&[&path]);
    let nodes = level(&session, &["geo"]).await.unwrap();
    assert_eq!(
        nodes.iter().map(|n| (n.path.0[1].as_str(), n.spatial)).collect::<Vec<_>>(),
        [("notes", Some(false)), ("own", Some(true)), ("places", Some(true))]
    );
    let places = session.describe(&Path::of(["geo", "places"]), &cx()).await.unwrap();
    assert_eq!(places.comment.as_deref(), Some("Places: Some of them"));
    assert_eq!(places.rows.map(|c| (c.rows, c.exact)), Some((3, true)));
    assert_eq!(places.changed_at, Some(1_714_979_289_000));
    let geometry = &places.geometries[0];
    assert_eq!(
        (geometry.crs.clone(), geometry.indexed, geometry.extent),
        (Crs::Epsg { code: 4326 }, Some(true), Some([1.0, 2.0, 10.0, 20.0]))
    );
    let own = session.describe(&Path::of(["geo", "own"]), &cx()).await.unwrap();
    assert_eq!((own.geometries[0].dimensions, own.geometries[0].indexed), (4, Some(false)));
    assert!(matches!(&own.geometries[0].crs, Crs::Named { name } if name == "Ours"), "{:?}", own.geometries);
    let batches = session.scan(&Scan { table: Path::of(["geo", "places"]), ..Scan::default() }, &cx()).await.unwrap();
    let types: Vec<DataType> = batches.schema.fields().iter().map(|f| f.data_type().clone()).collect();
    let micros = DataType::Timestamp(arrow_schema::TimeUnit::Microsecond, Some("UTC".into()));
    assert_eq!(types, [DataType::Int64, DataType::Binary, DataType::Boolean, DataType::Date32, micros, DataType::Int64]);
    let rows = super::texts(&super::all(batches).await.unwrap());
    assert_eq!(rows[0][1], "0101000000000000000000f03f0000000000000040");
    assert_eq!(rows[0][2..], ["true", "2024-02-29", "2024-02-29T12:00:00.500Z", "7"]);
    let column = |column: &str, comparison, text: &str| {
        Some(Predicate::Compare(column.to_owned(), comparison, Scalar::Text(text.to_owned())))
    };
    let ids = async |predicate| {
        let scan =
            Scan { table: Path::of(["geo", "places"]), columns: Some(vec!["fid".to_owned()]), predicate, ..Scan::default() };
        super::scan(&session, &scan).await.unwrap().into_iter().map(|row| row[0].clone()).collect::<Vec<_>>()
    };
    assert_eq!(ids(column("at", Comparison::Equal, "2024-02-29 13:00:00.5+01")).await, ["1"], "as the moment, not as the text");
    assert_eq!(ids(column("day", Comparison::Less, "2000-01-01")).await, ["3"]);
    assert_eq!(ids(column("open", Comparison::Equal, "false")).await, ["2"]);
    for (degrees, expected) in
        [([0.0, 0.0, 5.0, 5.0], vec!["1"]), ([179.0, -90.0, 11.0, 90.0], vec!["1", "2"]), ([50.0, 50.0, 60.0, 60.0], vec![])]
    {
        let bbox = Some(BoundingBox { column: "geom".to_owned(), degrees });
        let scan = Scan { table: Path::of(["geo", "places"]), columns: Some(vec!["fid".to_owned()]), bbox, ..Scan::default() };
        let got: Vec<String> = super::scan(&session, &scan).await.unwrap().into_iter().map(|row| row[0].clone()).collect();
        assert_eq!(got, expected, "{degrees:?}");
    }
}

#[tokio::test]
async fn a_geopackage_that_breaks_the_standard_can_still_be_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(
        folder.path(),
        "odd.gpkg",
        "CREATE TABLE gpkg_contents (odd); CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, geometry_type_name TEXT, srs_id INTEGER, z TINYINT, m TINYINT);
         INSERT INTO gpkg_geometry_columns VALUES ('t', 'g', NULL, 'x', NULL, NULL), (NULL, NULL, NULL, NULL, NULL, NULL), ('missing', 'g', 'POINT', 4326, 0, 0);
         CREATE TABLE t (g, a); INSERT INTO t VALUES (x'00112233', 'x'), ('no geometry', 7), (x'4750', x'ff'), (NULL, 1e300)",
    );
    let session = open(&[&path]);
    assert_eq!(names(&level(&session, &["odd"]).await.unwrap()), ["t"]);
    let rows = table(&session, &["odd", "t"]).await.unwrap();
    assert_eq!(rows, [["x'00112233'", "x"], ["no geometry", "7"], ["x'4750'", "x'ff'"], ["NULL", "1e300"]]);
}

#[tokio::test]
async fn values_of_several_kinds_keep_their_place_and_their_order() {
    let folder = tempfile::tempdir().unwrap();
    let values = "(1, 'ten'), (2, 9), (3, 10), (4, NULL), (5, 9.5), (6, x'00'), (7, 'Ten'), (8, 9)";
    let path = file(
        folder.path(),
        "m.db",
        &format!("CREATE TABLE t (id INTEGER PRIMARY KEY, v INTEGER); INSERT INTO t VALUES {values}"),
    );
    let session = open(&[&path]);
    let described = session.describe(&Path::of(["m", "t"]), &cx()).await.unwrap();
    assert!(described.details.iter().any(|d| d.value.contains("v:")), "{:?}", described.details);
    for descending in [false, true] {
        let sort = vec![Sort { column: "v".to_owned(), descending }, Sort { column: "id".to_owned(), descending: false }];
        let whole = Scan { table: Path::of(["m", "t"]), sort, ..Scan::default() };
        let whole_rows = scan(&session, &whole).await.unwrap();
        let mut page = Scan { limit: Some(1), ..whole };
        let mut paged = Vec::new();
        while paged.len() < 20 {
            let Some(row) = scan(&session, &page).await.unwrap().pop() else { break };
            let value = if row[1] == "NULL" { Scalar::Null } else { Scalar::Text(row[1].clone()) };
            page.after = Some(vec![value, Scalar::Int(row[0].parse().unwrap())]);
            paged.push(row);
        }
        assert_eq!(paged, whole_rows);
        assert_eq!(paged.len(), 8);
    }
}

#[tokio::test]
async fn a_value_far_down_that_does_not_fit_is_an_error_and_then_text() {
    let folder = tempfile::tempdir().unwrap();
    let sql = "CREATE TABLE t (v); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO t SELECT i FROM n; INSERT INTO t VALUES ('end')";
    let path = file(folder.path(), "far.db", sql);
    let session = open(&[&path]);
    // A statement's column is known only by its rows.
    let wanted = "SELECT v FROM (SELECT v || '' AS w, v FROM far.t) WHERE w <> '' ";
    let computed = wanted.replace("SELECT v FROM", "SELECT iif(1, v, 0) FROM");
    let error = super::query(&session, &computed).await.unwrap_err();
    assert_eq!((error.code(), error.view().retryable), ("local.does_not_fit", true));
    let rows = super::query(&session, &computed).await.unwrap();
    assert_eq!((rows.len(), rows[0][0].as_str(), rows[20_000][0].as_str()), (20_001, "1", "end"));
}
