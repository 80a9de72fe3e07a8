#![allow(clippy::unwrap_used)]
use super::CrsTable;
use super::copy::{Copy, Step};
use super::numeric::Numeric;
use super::plan::{ColumnPlan, Shape, Srid, typmod};
use super::rows::{Rows, Trouble};
use super::{Reading, one_change, one_reading};
use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, TimestampMicrosecondType};
use bytes::Bytes;
use model::Kind;
use proptest::prelude::*;

type Row = Vec<Option<Vec<u8>>>;

const HEAD: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";

fn copied(rows: &[Row]) -> Vec<u8> {
    let mut out = HEAD.to_vec();
    for row in rows {
        out.extend_from_slice(&i16::try_from(row.len()).unwrap().to_be_bytes());
        for field in row {
            match field {
                None => out.extend_from_slice(&(-1i32).to_be_bytes()),
                Some(bytes) => {
                    out.extend_from_slice(&i32::try_from(bytes.len()).unwrap().to_be_bytes());
                    out.extend_from_slice(bytes);
                }
            }
        }
    }
    out.extend_from_slice(&(-1i16).to_be_bytes());
    out
}

/// What comes out of these chunks; Err with the reason.
fn read(columns: usize, chunks: impl Iterator<Item = Vec<u8>>) -> Result<Vec<Row>, &'static str> {
    let (mut copy, mut out) = (Copy::new(columns), Vec::new());
    for chunk in chunks {
        copy.push(Bytes::from(chunk));
        while copy.step()? == Step::Row {
            out.push(copy.fields().map(|f| f.map(<[u8]>::to_vec)).collect());
        }
    }
    copy.finish().map(|()| out)
}

fn rows(columns: usize) -> impl Strategy<Value = Vec<Row>> {
    let field = prop::option::of(prop::collection::vec(any::<u8>(), 0..40));
    prop::collection::vec(prop::collection::vec(field, columns), 0..20)
}

proptest! {
    #[test]
    fn postgres_rows_come_out_whole_however_the_bytes_are_cut(rows in rows(3), size in 1usize..50) {
        let bytes = copied(&rows);
        prop_assert_eq!(read(3, bytes.chunks(size).map(<[u8]>::to_vec)).unwrap(), rows);
    }

    #[test]
    fn postgres_a_cut_or_longer_stream_is_an_error(rows in rows(2), cut: prop::sample::Index) {
        let mut bytes = copied(&rows);
        let cut = cut.index(bytes.len());
        prop_assert!(read(2, [bytes[..cut].to_vec()].into_iter()).is_err());
        bytes.push(0);
        prop_assert!(read(2, [bytes].into_iter()).is_err());
    }

    #[test]
    fn postgres_no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), size in 1usize..80) {
        let stream: Vec<u8> = HEAD.iter().chain(&bytes).copied().collect();
        let _ = read(2, stream.chunks(size).map(<[u8]>::to_vec));
        let _ = read(2, bytes.chunks(size).map(<[u8]>::to_vec));
    }

    #[test]
    fn postgres_no_value_makes_a_column_panic(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        for shape in shapes() {
            let mut rows = Rows::new(&[plan(shape)]).unwrap();
            let _ = rows.append([Some(&bytes[..])].into_iter(), bytes.len());
        }
    }

    #[test]
    fn postgres_numbers_of_any_header_are_read_with_bounds(head: [u16; 4], digits in prop::collection::vec(0u16..12_000, 0..8)) {
        let bytes: Vec<u8> = head.iter().chain(&digits).flat_map(|n| n.to_be_bytes()).collect();
        let bytes = [&u16::try_from(digits.len()).unwrap().to_be_bytes()[..], &bytes[2..]].concat();
        if let Some(Numeric::Finite(number)) = Numeric::read(&bytes) {
            let _ = number.decimal(38, 10);
            let mut out = String::new();
            number.print(&mut out);
            prop_assert!(out.len() < 150_000);
        }
    }
}

fn plan(shape: Shape) -> ColumnPlan {
    ColumnPlan { name: "c".into(), type_name: "t".into(), shape, key: "k".into() }
}

fn shapes() -> Vec<Shape> {
    let geometry = |srid| Shape::Geometry { srid, spherical: false };
    vec![
        Shape::Bool,
        Shape::Int2,
        Shape::Int4,
        Shape::Int8,
        Shape::Oid,
        Shape::Float4,
        Shape::Float8,
        Shape::Decimal { precision: 38, scale: 10 },
        Shape::Numeric,
        Shape::Text,
        Shape::Jsonb,
        Shape::Date,
        Shape::Time,
        Shape::Timestamp { utc: true },
        Shape::Uuid,
        Shape::Bytea,
        Shape::Printed,
        geometry(Srid::Declared(4326)),
        geometry(Srid::FirstValue),
        geometry(Srid::EachValue),
    ]
}

#[test]
fn postgres_announced_lengths_reserve_nothing() {
    let announce = |length: i32| [HEAD, &1i16.to_be_bytes(), &length.to_be_bytes()].concat();
    let mut copy = Copy::new(1);
    copy.push(Bytes::from(announce(1 << 30)));
    assert_eq!(copy.step(), Ok(Step::More));
    for length in [-2, i32::MIN, i32::MAX] {
        assert!(read(1, [announce(length)].into_iter()).is_err(), "{length}");
    }
    let other_count = [HEAD, &7i16.to_be_bytes()].concat();
    assert!(read(1, [other_count].into_iter()).unwrap_err().contains("columns"));
    assert!(read(1, [b"HTTP/1.1 400".to_vec()].into_iter()).unwrap_err().contains("begin"));
}

#[test]
fn postgres_a_large_row_in_small_chunks_is_put_together_once() {
    let big: Row = vec![Some(vec![7; 3 << 20])];
    let bytes = copied(std::slice::from_ref(&big));
    assert_eq!(read(1, bytes.chunks(1000).map(<[u8]>::to_vec)).unwrap(), [big]);
}

fn one(shape: Shape, bytes: &[u8]) -> Result<arrow_array::RecordBatch, Trouble> {
    let plan = [plan(shape)];
    let mut rows = Rows::new(&plan).unwrap();
    rows.append([Some(bytes)].into_iter(), 1).map_err(|(_, trouble)| trouble)?;
    let schema = rows.schema(&plan, &CrsTable::default());
    Ok(rows.take(&schema).unwrap())
}

#[test]
fn postgres_infinity_is_an_extreme_and_nothing_wraps() {
    let date = |n: i32| one(Shape::Date, &n.to_be_bytes()).map(|b| b.column(0).as_primitive::<Date32Type>().value(0));
    assert_eq!(date(i32::MAX), Ok(i32::MAX));
    assert_eq!(date(i32::MIN), Ok(i32::MIN));
    assert_eq!(date(0), Ok(10_957));
    assert_eq!(date(i32::MAX - 1), Err(Trouble::DoesNotFit));
    let timestamp = |n: i64| {
        let batch = one(Shape::Timestamp { utc: false }, &n.to_be_bytes());
        batch.map(|b| b.column(0).as_primitive::<TimestampMicrosecondType>().value(0))
    };
    assert_eq!(timestamp(i64::MAX), Ok(i64::MAX));
    assert_eq!(timestamp(i64::MIN), Ok(i64::MIN));
    assert_eq!(timestamp(i64::MAX - 1), Err(Trouble::DoesNotFit));
}

#[test]
fn postgres_nan_does_not_fit_a_decimal_and_prints_as_text() {
    let nan = [0, 0, 0, 0, 0xC0, 0, 0, 0];
    assert_eq!(one(Shape::Decimal { precision: 10, scale: 2 }, &nan).unwrap_err(), Trouble::DoesNotFit);
    let batch = one(Shape::Numeric, &nan).unwrap();
    assert_eq!(batch.column(0).as_string::<i32>().value(0), "NaN");
}

#[test]
fn postgres_a_second_system_in_a_column_is_noticed() {
    let point = |srid: u32| {
        let mut bytes = vec![1, 1, 0, 0, 0x20];
        bytes.extend_from_slice(&srid.to_le_bytes());
        bytes.extend_from_slice(&[0; 16]);
        bytes
    };
    let plan = [plan(Shape::Geometry { srid: Srid::FirstValue, spherical: false })];
    let mut rows = Rows::new(&plan).unwrap();
    rows.append([Some(&point(4326)[..])].into_iter(), 1).unwrap();
    let schema = rows.schema(&plan, &CrsTable::default());
    assert!(schema.field(0).metadata()["ARROW:extension:metadata"].contains("EPSG:4326"));
    assert_eq!(rows.take(&schema).unwrap().column(0).as_binary::<i32>().value(0).len(), 21);
    let error = rows.append([Some(&point(3857)[..])].into_iter(), 1).unwrap_err();
    assert_eq!(error, (0, Trouble::OtherSrid(3857)));
}

#[test]
fn postgres_systems_are_named_by_their_authority() {
    let table = CrsTable::new([(54_030, "ESRI".to_owned(), 54_030), (2000, String::new(), 0)]);
    assert_eq!(table.of(4326), model::Crs::Epsg { code: 4326 });
    assert_eq!(table.of(0), model::Crs::Unknown);
    assert_eq!(table.of(54_030), model::Crs::Srid { code: 54_030 });
    assert_eq!(table.of(2000), model::Crs::Srid { code: 2000 });
    assert_eq!(table.geoarrow(54_030, false), r#"{"crs":"ESRI:54030","crs_type":"authority_code"}"#);
    assert_eq!(table.geoarrow(4326, true), r#"{"crs":"EPSG:4326","crs_type":"authority_code","edges":"spherical"}"#);
    assert_eq!(table.geoarrow(990_001, false), r#"{"crs":"990001","crs_type":"srid"}"#);
}

#[test]
fn postgres_type_modifiers_of_geometry_are_read() {
    // geometry(MultiPolygonZM, 3857) and geometry(Point, 4326), as PostGIS writes them.
    assert_eq!(
        (typmod::srid((3857 << 8) | (6 << 2) | 3), typmod::shape((3857 << 8) | (6 << 2) | 3)),
        (3857, ("MULTIPOLYGON", 4))
    );
    assert_eq!((typmod::srid(1_107_460), typmod::shape(1_107_460)), (4326, ("POINT", 2)));
    assert_eq!((typmod::srid(-1), typmod::shape(-1)), (0, ("GEOMETRY", 2)));
}

#[test]
fn postgres_reading_is_refused_early_and_in_words() {
    assert_eq!(one_reading(" select 1 ; -- x").unwrap(), ("select 1", Reading::Table));
    assert_eq!(one_reading("SHOW all").unwrap().1, Reading::Plain);
    assert_eq!(one_reading("explain select 1").unwrap().1, Reading::Plain);
    for (sql, kind) in [
        ("", Kind::Invalid),
        ("select 1; select 2", Kind::ReadOnly),
        ("copy t to program 'x'", Kind::ReadOnly),
        ("do $$ begin end $$", Kind::ReadOnly),
        ("select 1 into t", Kind::ReadOnly),
        ("explain analyze delete from t", Kind::ReadOnly),
        ("select '", Kind::Invalid),
    ] {
        assert_eq!(one_reading(sql).unwrap_err().kind(), kind, "{sql}");
    }
    assert!(one_reading("delete from t").unwrap_err().view().what.starts_with("DELETE cannot"));
    assert!(one_change("delete from t;").is_ok() && one_change("call p()").is_ok());
    for sql in ["commit", "copy t from stdin", "set x = 1", "select 1; select 2", ""] {
        assert!(one_change(sql).is_err(), "{sql}");
    }
}
