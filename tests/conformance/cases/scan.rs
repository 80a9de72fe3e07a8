//! A table's rows: columns, conditions, order, going on, samples, boxes. Does not own: what a value looks like (`types`).

use super::{It, cx, rows, scanned};
use crate::entrant::Texts;
use model::{BoundingBox, Comparison, Kind, Path, Predicate, Scalar, Scan, Sort, Work};
use std::collections::BTreeSet;

fn of(table: Path) -> Scan {
    Scan { table, ..Scan::default() }
}

fn columns(names: &[&str]) -> Option<Vec<String>> {
    Some(names.iter().map(|n| (*n).to_owned()).collect())
}

fn sort(column: &str, descending: bool) -> Sort {
    Sort { column: column.to_owned(), descending }
}

pub async fn scan_reads_every_row_once(it: It) {
    let session = it.open().await;
    let ids = scanned(&it, &session, &Scan { columns: columns(&["id"]), ..of(it.numbers()) }).await;
    let ids: BTreeSet<u32> = ids.into_iter().map(|r| r[0].clone().unwrap().parse().unwrap()).collect();
    assert_eq!(ids, (1..=100_000).collect());
}

pub async fn scan_takes_columns_in_the_order_asked_for(it: It) {
    let session = it.open().await;
    let scan =
        Scan { columns: columns(&["hash", "id", "hash"]), limit: Some(1), sort: vec![sort("id", false)], ..of(it.numbers()) };
    let batches = session.scan(&scan, &cx()).await.unwrap();
    let names: Vec<String> = batches.schema.fields().iter().map(|f| f.name().clone()).collect();
    assert_eq!(names, ["hash", "id", "hash"]);
    let hash = Some("c4ca4238a0b923820dcc509a6f75849b".to_owned());
    assert_eq!(super::printed(&it, &rows(batches).await.unwrap()), [[hash.clone(), Some("1".to_owned()), hash]]);
    let wrong = Scan { columns: columns(&["no such column"]), ..of(it.numbers()) };
    assert_eq!(session.scan(&wrong, &cx()).await.err().unwrap().kind(), Kind::NotFound);
}

pub async fn scan_filters_as_the_server_does(it: It) {
    use Comparison::{Contains, Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    let session = it.open().await;
    let compare = |column: &str, how, value| Predicate::Compare(column.to_owned(), how, value);
    let text = |t: &str| Scalar::Text(t.to_owned());
    let (name, population, id) = ("name", "population", "id");
    let cases = [
        (compare(id, Equal, Scalar::Int(7)), "id = 7"),
        (compare(id, NotEqual, Scalar::Int(7)), "id <> 7"),
        (compare(id, Less, Scalar::Float(10.5)), "id < 10.5"),
        (compare(population, GreaterOrEqual, Scalar::Int(500_000)), "population >= 500000"),
        (compare(population, LessOrEqual, text("500000")), "population <= 500000"),
        (compare(name, Greater, text("place 9")), "name > 'place 9'"),
        (compare(name, Contains, text("LACE 12")), "lower(name) LIKE '%lace 12%'"),
        (compare(name, Contains, text("%")), "false"),
        (compare(name, Equal, text("x' OR '1'='1")), "false"),
        (compare(id, Contains, Scalar::Int(99)), "CAST(id AS text) LIKE '%99%'"),
        (compare(id, Equal, Scalar::Null), "false"),
        (Predicate::In(id.to_owned(), vec![Scalar::Int(1), Scalar::Int(2), Scalar::Null]), "id IN (1, 2)"),
        (Predicate::In(id.to_owned(), vec![]), "false"),
        (Predicate::All(vec![]), "true"),
        (Predicate::Any(vec![]), "false"),
        (Predicate::Not(Box::new(Predicate::IsNull(name.to_owned()))), "name IS NOT NULL"),
        (
            Predicate::Any(vec![
                Predicate::All(vec![compare(id, Less, Scalar::Int(5)), compare(id, Greater, Scalar::Int(1))]),
                compare(id, Equal, Scalar::Int(4000)),
            ]),
            "id IN (2, 3, 4, 4000)",
        ),
    ];
    for (predicate, sql) in cases {
        let scan =
            Scan { predicate: Some(predicate), columns: columns(&["id"]), sort: vec![sort("id", false)], ..of(it.places()) };
        let expected = it.truth(&format!("SELECT id FROM {} WHERE {sql} ORDER BY id", it.dialect().quote(&it.places()))).await;
        assert_eq!(scanned(&it, &session, &scan).await, expected, "{sql}");
    }
    let with_nulls = Predicate::Not(Box::new(compare("b", Equal, text("x"))));
    let got = scanned(&it, &session, &Scan { predicate: Some(with_nulls), ..of(it.with_nulls()) }).await;
    assert_eq!(got, [[None, None]], "what is unknown does not hold either");
}

/// Pages of three rows, one behind the other.
async fn paged(it: &It, scan: &Scan, key: &[usize], text: bool) -> Texts {
    let session = it.open().await;
    let (mut out, mut scan) = (Texts::new(), Scan { limit: Some(3), ..scan.clone() });
    loop {
        let page = scanned(it, &session, &scan).await;
        let Some(last) = page.last() else { return out };
        let value = |at: &usize| match &last[*at] {
            None => Scalar::Null,
            Some(v) if text => Scalar::Text(v.clone()),
            Some(v) => v.parse().map_or_else(|_| Scalar::Text(v.clone()), Scalar::Int),
        };
        scan.after = Some(key.iter().map(value).collect());
        out.extend(page);
        assert!(out.len() < 500, "it goes round in circles");
    }
}

pub async fn scan_sorts_and_goes_on_behind_a_row(it: It) {
    let table = it.dialect().quote(&it.places());
    for (by, sql) in [
        (vec![sort("id", false)], "id"),
        (vec![sort("id", true)], "id DESC"),
        (vec![sort("name", true), sort("id", false)], "name DESC, id"),
    ] {
        let at: Vec<usize> = by.iter().map(|s| if s.column == "id" { 0 } else { 1 }).collect();
        let some = Predicate::Compare("id".to_owned(), Comparison::Less, Scalar::Int(50));
        let scan = Scan { columns: columns(&["id", "name"]), predicate: Some(some), sort: by, ..of(it.places()) };
        let expected = it.truth(&format!("SELECT id, name FROM {table} WHERE id < 50 ORDER BY {sql}")).await;
        for text in [true, false] {
            assert_eq!(paged(&it, &scan, &at, text).await, expected, "{sql}");
        }
    }
    // NULLs have their place in the order too.
    for descending in [false, true] {
        let (table, key) = it.every_type();
        let scan = Scan {
            columns: columns(&["c_int8", key]),
            sort: vec![sort("c_int8", descending), sort(key, false)],
            ..of(table.clone())
        };
        let way = if descending { "DESC" } else { "ASC" };
        let sql = format!("SELECT c_int8, {key} FROM {} ORDER BY c_int8 {way}, {key}", it.dialect().quote(&table));
        assert_eq!(paged(&it, &scan, &[0, 1], false).await, it.truth(&sql).await);
    }
    let session = it.open().await;
    let wrong = Scan { after: Some(vec![Scalar::Int(1)]), ..of(it.places()) };
    assert_eq!(session.scan(&wrong, &cx()).await.err().unwrap().kind(), Kind::Invalid);
}

pub async fn scan_limits(it: It) {
    let session = it.open().await;
    for (limit, count) in [(0, 0), (1, 1), (5001, 5000), (u64::MAX, 5000)] {
        assert_eq!(scanned(&it, &session, &Scan { limit: Some(limit), ..of(it.places()) }).await.len(), count);
    }
}

pub async fn scan_of_nothing_has_columns_and_no_rows(it: It) {
    let session = it.open().await;
    let batches = session.scan(&of(it.empty()), &cx()).await.unwrap();
    assert_eq!(batches.schema.fields().len(), 1);
    let count: usize = rows(batches).await.unwrap().iter().map(|b| b.num_rows()).sum();
    assert_eq!(count, 0);
}

pub async fn scan_of_what_is_not_there_says_so(it: It) {
    let session = it.open().await;
    let (kinds, _) = it.kinds();
    for path in [kinds.child("no such"), Path::of(["nowhere", "x"])] {
        let error = session.scan(&of(path), &cx()).await.err().unwrap();
        assert_eq!(error.kind(), Kind::NotFound, "{error}");
    }
    assert!(session.scan(&of(Path::default()), &cx()).await.is_err());
    super::is_well(&it, &session).await;
}

pub async fn scan_of_what_may_not_be_read_says_so(it: It) {
    let session = it.open().await;
    let error = session.scan(&of(it.forbidden()), &cx()).await.err().unwrap();
    assert_eq!(error.kind(), Kind::Permission, "{error}");
    super::is_well(&it, &session).await;
}

pub async fn scan_samples(it: It) {
    let session = it.open().await;
    for table in [it.numbers(), it.places()] {
        let all = if table == it.numbers() { 100_000.0 } else { 5000.0 };
        let scan = Scan { sample: Some(0.2), columns: columns(&["id"]), ..of(table) };
        let share = scanned(&it, &session, &scan).await.len() as f64 / all;
        assert!((0.1..0.3).contains(&share), "a share of {share}");
    }
    let (kinds, _) = it.kinds();
    scanned(&it, &session, &Scan { sample: Some(0.5), ..of(kinds.child("plain_view")) }).await;
    for share in [0.0, 1.0, -1.0, f64::NAN] {
        let scan = Scan { sample: Some(share), ..of(it.numbers()) };
        assert_eq!(session.scan(&scan, &cx()).await.err().unwrap().kind(), Kind::Invalid);
    }
}

fn boxed(column: &str, degrees: [f64; 4]) -> Option<BoundingBox> {
    Some(BoundingBox { column: column.to_owned(), degrees })
}

/// Whether a point is in a box that may cross the antimeridian.
fn contains([west, south, east, north]: [f64; 4], x: f64, y: f64) -> bool {
    let across = if west <= east { (west..=east).contains(&x) } else { x >= west || x <= east };
    across && (south..=north).contains(&y)
}

pub async fn scan_meets_a_box(it: It) {
    let session = it.open().await;
    let points = (0..5000).map(|i| (i, f64::from(i % 100) * 3.6 - 179.9, f64::from(i / 100) * 3.4 - 84.9));
    let points: Vec<(i32, f64, f64)> = points.collect();
    for degrees in [
        [-10.0, -10.0, 10.0, 10.0],
        [170.0, -40.0, -170.0, 40.0],
        [-180.0, -90.0, 180.0, 90.0],
        [0.01, 0.01, 0.02, 0.02],
        [-400.0, -100.0, 400.0, 100.0],
    ] {
        let scan =
            Scan { columns: columns(&["id"]), bbox: boxed("geom", degrees), sort: vec![sort("id", false)], ..of(it.places()) };
        let got: Vec<i32> =
            scanned(&it, &session, &scan).await.into_iter().map(|r| r[0].clone().unwrap().parse().unwrap()).collect();
        let expected: Vec<i32> = points.iter().filter(|(_, x, y)| contains(degrees, *x, *y)).map(|(i, ..)| *i).collect();
        assert_eq!(got, expected, "{degrees:?}");
    }
    for (table, column, degrees, expected) in it.boxes() {
        let scan = Scan { columns: columns(&["id"]), bbox: boxed(column, degrees), ..of(table.clone()) };
        assert_eq!(scanned(&it, &session, &scan).await.len(), expected, "{table:?} {degrees:?}");
    }
    for wrong in [[0.0, f64::NAN, 1.0, 1.0], [0.0, 5.0, 1.0, 1.0]] {
        let scan = Scan { bbox: boxed("geom", wrong), ..of(it.places()) };
        assert_eq!(session.scan(&scan, &cx()).await.err().unwrap().kind(), Kind::Invalid);
    }
}

pub async fn scan_with_a_box_uses_the_index(it: It) {
    let session = it.open().await;
    let cost = async |scan: Scan| session.estimate(Work::Scan(&scan), &cx()).await.unwrap().planner_cost.unwrap();
    let all = cost(of(it.places())).await;
    let few = cost(Scan { bbox: boxed("geom", [0.0, 0.0, 4.0, 4.0]), ..of(it.places()) }).await;
    assert!(few < all / 2.0, "{few} of {all}");
}
