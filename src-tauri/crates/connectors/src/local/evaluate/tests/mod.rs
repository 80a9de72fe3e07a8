//! Scans held against the simplest way there is, and what must not go wrong in them.
#![allow(clippy::unwrap_used, clippy::panic)]

mod naive;
mod streaming;

use super::order::Sorter;
use super::{Columns, Plan, order, run};
use crate::local::source::{Layer, Read, Sink, Source};
use arrow_array::builder::BinaryBuilder;
use arrow_array::cast::AsArray;
use arrow_array::types::{Int64Type, UInt32Type};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray, UInt32Array,
};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use model::{BoundingBox, Comparison, Count, Kind, Predicate, Result, Scalar, Scan, Sort};
use naive::{TIMES, Table, Value};
use proptest::prelude::*;
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::Arc;

/// A table in memory, in batches of a few rows.
struct Memory {
    layers: Vec<Layer>,
    batch: RecordBatch,
    rows: usize,
}

impl Source for Memory {
    fn layers(&self) -> &[Layer] {
        &self.layers
    }

    fn read(&self, _: usize, read: &Read, sink: &mut Sink<'_>) -> Result<()> {
        let batch = self.batch.project(&read.columns).unwrap();
        for from in (0..batch.num_rows()).step_by(self.rows) {
            if sink(batch.slice(from, self.rows.min(batch.num_rows() - from))).is_break() {
                break;
            }
        }
        Ok(())
    }
}

fn geometry(name: &str, crs: &str) -> Field {
    let metadata = [("ARROW:extension:name", "geoarrow.wkb"), ("ARROW:extension:metadata", crs)];
    let metadata: HashMap<String, String> = metadata.into_iter().map(|(k, v)| (k.to_owned(), v.to_owned())).collect();
    Field::new(name, DataType::Binary, true).with_metadata(metadata)
}

fn point([x, y]: [f64; 2]) -> Vec<u8> {
    [&[1, 1, 0, 0, 0][..], &x.to_le_bytes(), &y.to_le_bytes()].concat()
}

fn memory(fields: Vec<Field>, columns: Vec<ArrayRef>, rows: usize) -> Memory {
    let schema = Arc::new(Schema::new(fields));
    let batch = RecordBatch::try_new(Arc::clone(&schema), columns).unwrap();
    let layer = Layer {
        name: "memory".to_owned(),
        type_names: schema.fields().iter().map(|f| f.data_type().to_string()).collect(),
        schema,
        geometries: Vec::new(),
        rows: Some(Count { rows: batch.num_rows() as u64, exact: true }),
        details: Vec::new(),
    };
    Memory { layers: vec![layer], batch, rows }
}

fn of(table: &Table, rows: usize) -> Memory {
    macro_rules! column {
        ($array:ty, $at:expr, $kind:path) => {{
            let values = table.rows.iter().map(|r| match &r[$at] {
                $kind(v) => Some(v.clone()),
                _ => None,
            });
            <$array>::from(values.collect::<Vec<_>>())
        }};
    }
    let mut points = BinaryBuilder::new();
    table.rows.iter().for_each(|r| points.append_option(if let Value::Point(p) = r[6] { Some(point(p)) } else { None }));
    let decimals = table.rows.iter().map(|r| if let Value::Decimal(n) = r[2] { Some(i128::from(n)) } else { None });
    let times = table.rows.iter().map(|r| if let Value::Time(n) = r[5] { Some(n * 1_000_000) } else { None });
    let columns: Vec<ArrayRef> = vec![
        Arc::new(column!(Int64Array, 0, Value::Whole)),
        Arc::new(column!(Float64Array, 1, Value::Float)),
        Arc::new(Decimal128Array::from(decimals.collect::<Vec<_>>()).with_precision_and_scale(12, 2).unwrap()),
        Arc::new(column!(StringArray, 3, Value::Text)),
        Arc::new(column!(BooleanArray, 4, Value::Bool)),
        Arc::new(TimestampMicrosecondArray::from(times.collect::<Vec<_>>())),
        Arc::new(points.finish()),
        Arc::new(UInt32Array::from_iter_values(0..table.rows.len() as u32)),
    ];
    let mut fields: Vec<Field> = columns.iter().zip(NAMES).map(|(c, n)| Field::new(n, c.data_type().clone(), true)).collect();
    fields[6] = geometry("point", "{}");
    memory(fields, columns, rows)
}

const NAMES: [&str; 8] = ["whole", "float", "decimal", "text", "bool", "time", "point", "number"];

fn scanned(memory: &Memory, scan: &Scan) -> Result<Vec<RecordBatch>> {
    let plan = Plan::of(&memory.layers[0], scan)?;
    let mut out = Vec::new();
    run::run(
        memory,
        0,
        plan,
        &mut |batch| {
            out.push(batch);
            ControlFlow::Continue(())
        },
        &|| false,
    )?;
    Ok(out)
}

fn numbers(memory: &Memory, scan: &Scan) -> Vec<usize> {
    let scan = Scan { columns: Some(vec!["text".to_owned(), "number".to_owned()]), ..scan.clone() };
    let batches = scanned(memory, &scan).unwrap_or_else(|e| panic!("{e}: {scan:?}"));
    batches
        .iter()
        .flat_map(|b| b.column(1).as_primitive::<UInt32Type>().values().iter().map(|n| *n as usize).collect::<Vec<_>>())
        .collect()
}

fn values() -> impl Strategy<Value = Vec<Value>> {
    let or_null = |s: BoxedStrategy<Value>| prop_oneof![1 => Just(Value::Null), 4 => s];
    let floats =
        prop_oneof![Just(0.0), Just(-0.0), Just(f64::NAN), Just(f64::INFINITY), Just(f64::NEG_INFINITY), -3.0..3.0f64, Just(1.5)];
    let times = prop_oneof![proptest::sample::select(TIMES.map(|t| t.1).to_vec()), -2_000_000_000i64..2_000_000_000];
    (
        or_null((-4i64..4).prop_map(Value::Whole).boxed()),
        or_null(floats.prop_map(Value::Float).boxed()),
        or_null((-300i64..300).prop_map(Value::Decimal).boxed()),
        or_null("[abAB%é_]{0,3}".prop_map(Value::Text).boxed()),
        or_null(any::<bool>().prop_map(Value::Bool).boxed()),
        or_null(times.prop_map(Value::Time).boxed()),
        or_null((-180.0..180.0f64, -90.0..90.0f64).prop_map(|(x, y)| Value::Point([x, y])).boxed()),
    )
        .prop_map(|(a, b, c, d, e, f, g)| vec![a, b, c, d, e, f, g])
}

fn scalar(column: &'static str) -> BoxedStrategy<Scalar> {
    let some: BoxedStrategy<Scalar> = match column {
        "whole" | "float" => prop_oneof![
            (-4i64..4).prop_map(Scalar::Int),
            (-8i64..8).prop_map(|n| Scalar::Float(n as f64 / 2.0)),
            (-8i64..8).prop_map(|n| Scalar::Text(format!("{}", n as f64 / 2.0))),
            Just(Scalar::Float(f64::NAN)),
            Just(Scalar::Float(f64::NEG_INFINITY)),
        ]
        .boxed(),
        "decimal" => prop_oneof![
            (-3i64..3).prop_map(Scalar::Int),
            (-300i64..300).prop_map(|n| Scalar::Float(n as f64 / 100.0)),
            (-300i64..300).prop_map(|n| Scalar::Text(format!("{}", n as f64 / 100.0))),
            (-3000i64..3000).prop_map(|n| Scalar::Text(format!("{}", n as f64 / 1000.0))),
        ]
        .boxed(),
        "bool" => any::<bool>().prop_map(Scalar::Bool).boxed(),
        "time" => proptest::sample::select(TIMES.map(|t| Scalar::Text(t.0.to_owned())).to_vec()).boxed(),
        _ => "[abAB%é_]{0,3}".prop_map(Scalar::Text).boxed(),
    };
    prop_oneof![1 => Just(Scalar::Null), 8 => some].boxed()
}

const ORDERED: [&str; 6] = ["whole", "float", "decimal", "text", "bool", "time"];

fn predicate() -> impl Strategy<Value = Predicate> {
    use Comparison::{Contains, Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
    let column = || proptest::sample::select(ORDERED.to_vec());
    let comparison = proptest::sample::select(vec![Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual]);
    let leaf = prop_oneof![
        (column(), comparison).prop_flat_map(|(c, how)| scalar(c).prop_map(move |v| Predicate::Compare(c.to_owned(), how, v))),
        column()
            .prop_flat_map(|c| { proptest::collection::vec(scalar(c), 0..4).prop_map(move |v| Predicate::In(c.to_owned(), v)) }),
        column().prop_map(|c| Predicate::IsNull(c.to_owned())),
        (proptest::sample::select(vec!["whole", "text", "bool"]), "[abBtÉ1%_]{0,2}").prop_map(|(c, part)| Predicate::Compare(
            c.to_owned(),
            Contains,
            Scalar::Text(part)
        )),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Predicate::All),
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Predicate::Any),
            inner.prop_map(|p| Predicate::Not(Box::new(p))),
        ]
    })
}

fn scans() -> impl Strategy<Value = Scan> {
    let bbox = (-200.0..200.0f64, -90.0..90.0f64, -180.0..180.0f64, 0.0..90.0f64).prop_map(|(w, s, e, more)| BoundingBox {
        column: "point".to_owned(),
        degrees: [w.clamp(-180.0, 180.0), s, e, (s + more).min(90.0)],
    });
    let sort = proptest::collection::vec((proptest::sample::select(ORDERED.to_vec()), any::<bool>()), 0..3);
    (
        proptest::option::of(predicate()),
        proptest::option::weighted(0.3, bbox),
        sort,
        proptest::option::of(0u64..30),
        any::<bool>(),
    )
        .prop_flat_map(|(predicate, bbox, sort, limit, goes_on)| {
            let after: Vec<_> = sort.iter().map(|(column, _)| scalar(column)).collect();
            let sort: Vec<Sort> =
                sort.into_iter().map(|(column, descending)| Sort { column: column.to_owned(), descending }).collect();
            after.prop_map(move |after| Scan {
                predicate: predicate.clone(),
                bbox: bbox.clone(),
                limit,
                after: (goes_on && !after.is_empty()).then_some(after),
                sort: sort.clone(),
                ..Scan::default()
            })
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_scan_gives_what_the_simplest_way_gives(
        rows in proptest::collection::vec(values(), 0..40), scan in scans(), at_once in 1usize..50
    ) {
        let table = Table { names: NAMES[..7].to_vec(), rows };
        prop_assert_eq!(numbers(&of(&table, at_once), &scan), table.scan(&scan));
    }
}

fn many(count: i64) -> Memory {
    let n = Int64Array::from_iter_values((0..count).map(|n| n * 7919 % count));
    let even = BooleanArray::from_iter((0..count).map(|n| Some(n % 2 == 0)));
    let fields = vec![Field::new("n", DataType::Int64, false), Field::new("even", DataType::Boolean, true)];
    memory(fields, vec![Arc::new(n), Arc::new(even)], 4096)
}

fn sort(column: &str, descending: bool) -> Sort {
    Sort { column: column.to_owned(), descending }
}

fn column(batches: &[RecordBatch], at: usize) -> Vec<i64> {
    batches.iter().flat_map(|b| b.column(at).as_primitive::<Int64Type>().values().to_vec()).collect()
}

#[test]
fn the_best_rows_of_many_are_kept_without_keeping_many() {
    let memory = many(100_003);
    for (descending, expected) in [(false, (0..1000).collect::<Vec<i64>>()), (true, (99_003..100_003).rev().collect())] {
        let scan = Scan { sort: vec![sort("n", descending)], limit: Some(1000), ..Scan::default() };
        assert_eq!(column(&scanned(&memory, &scan).unwrap(), 0), expected);
    }
    let all = Scan { sort: vec![sort("n", false)], ..Scan::default() };
    let batches = scanned(&memory, &all).unwrap();
    assert_eq!(column(&batches, 0), (0..100_003).collect::<Vec<i64>>());
    assert!(batches.iter().all(|b| b.num_rows() <= 8192));
}

#[test]
fn rows_that_are_too_many_to_sort_are_refused_in_words() {
    let memory = many(10_000);
    let scan = Scan { sort: vec![sort("n", false)], ..Scan::default() };
    let mut columns = Columns { schema: &memory.layers[0].schema, read: Vec::new() };
    let keys = order::keys(&scan, &mut columns).unwrap();
    let batch = memory.batch.project(&[0]).unwrap();
    let mut sorter = Sorter::new(keys.clone(), None).unwrap().keeping(1000);
    assert_eq!(sorter.push(&batch, batch.clone()).unwrap_err().code(), "local.sort_too_large");
    let mut sorter = Sorter::new(keys, Some(5)).unwrap().keeping(1000);
    sorter.push(&batch, batch.clone()).unwrap();
}

#[test]
fn a_sample_is_about_that_share_and_the_same_each_time() {
    let memory = many(100_003);
    for share in [0.01, 0.2, 0.9] {
        let scan = Scan { sample: Some(share), ..Scan::default() };
        let first = column(&scanned(&memory, &scan).unwrap(), 0);
        let got = first.len() as f64 / 100_003.0;
        assert!((got / share - 1.0).abs() < 0.1, "{got} for {share}");
        assert_eq!(column(&scanned(&memory, &scan).unwrap(), 0), first);
    }
    for share in [0.0, 1.0, -1.0, f64::NAN] {
        let scan = Scan { sample: Some(share), ..Scan::default() };
        assert_eq!(scanned(&memory, &scan).unwrap_err().kind(), Kind::Invalid);
    }
}

#[test]
fn columns_come_as_asked_for_and_none_at_all_too() {
    let memory = many(10);
    let columns = |names: &[&str]| Some(names.iter().map(|n| (*n).to_owned()).collect());
    let some = Predicate::Compare("n".to_owned(), Comparison::Less, Scalar::Int(3));
    let scan = Scan { columns: columns(&["even", "n", "even"]), predicate: Some(some.clone()), ..Scan::default() };
    let batches = scanned(&memory, &scan).unwrap();
    let names: Vec<&str> = batches[0].schema_ref().fields().iter().map(|f| f.name().as_str()).collect();
    assert_eq!(names, ["even", "n", "even"]);
    for sorted in [vec![], vec![sort("n", false)]] {
        let scan = Scan { columns: columns(&[]), predicate: Some(some.clone()), sort: sorted, ..Scan::default() };
        let rows: usize = scanned(&memory, &scan).unwrap().iter().map(RecordBatch::num_rows).sum();
        assert_eq!(rows, 3);
    }
}

#[test]
fn what_makes_no_sense_is_refused_before_anything_is_read() {
    let memory = many(10);
    let compare = |column: &str, value| Predicate::Compare(column.to_owned(), Comparison::Equal, value);
    let bbox = |column: &str, degrees| BoundingBox { column: column.to_owned(), degrees };
    let text = |t: &str| Scalar::Text(t.to_owned());
    let deep = (0..100).fold(Predicate::All(vec![]), |inner, _| Predicate::Not(Box::new(inner)));
    for (scan, kind) in [
        (Scan { columns: Some(vec!["no such".to_owned()]), ..Scan::default() }, Kind::NotFound),
        (Scan { predicate: Some(compare("no such", Scalar::Int(1))), ..Scan::default() }, Kind::NotFound),
        (Scan { sort: vec![sort("no such", false)], ..Scan::default() }, Kind::NotFound),
        (Scan { bbox: Some(bbox("no such", [0.0, 0.0, 1.0, 1.0])), ..Scan::default() }, Kind::NotFound),
        (Scan { bbox: Some(bbox("n", [0.0, 0.0, 1.0, 1.0])), ..Scan::default() }, Kind::Invalid),
        (Scan { predicate: Some(compare("n", text("seven"))), ..Scan::default() }, Kind::Invalid),
        (Scan { predicate: Some(compare("even", Scalar::Int(1))), ..Scan::default() }, Kind::Invalid),
        (Scan { predicate: Some(deep), ..Scan::default() }, Kind::Invalid),
        (Scan { after: Some(vec![Scalar::Int(1)]), ..Scan::default() }, Kind::Invalid),
        (Scan { after: Some(vec![]), sort: vec![sort("n", false)], ..Scan::default() }, Kind::Invalid),
    ] {
        assert_eq!(scanned(&memory, &scan).unwrap_err().kind(), kind, "{scan:?}");
    }
}

#[test]
fn a_total_is_told_only_when_it_is_known() {
    let memory = many(10);
    let total = |scan: &Scan| Plan::of(&memory.layers[0], scan).unwrap().total.map(|t| t.rows);
    assert_eq!(total(&Scan::default()), Some(10));
    assert_eq!(total(&Scan { limit: Some(4), sort: vec![sort("n", true)], ..Scan::default() }), Some(4));
    assert_eq!(total(&Scan { sample: Some(0.5), ..Scan::default() }), None);
    assert_eq!(total(&Scan { predicate: Some(Predicate::All(vec![])), ..Scan::default() }), None);
}

fn shapes(crs: &str, shapes: &[Vec<u8>]) -> Memory {
    let mut builder = BinaryBuilder::new();
    shapes.iter().for_each(|s| builder.append_value(s));
    builder.append_null();
    memory(vec![geometry("g", crs)], vec![Arc::new(builder.finish())], 2)
}

fn meeting(memory: &Memory, degrees: [f64; 4]) -> Result<usize> {
    let bbox = Some(BoundingBox { column: "g".to_owned(), degrees });
    Ok(scanned(memory, &Scan { bbox, ..Scan::default() })?.iter().map(RecordBatch::num_rows).sum())
}

#[test]
fn a_box_meets_what_is_in_another_system() {
    // Madrid in Web Mercator and in UTM 30N, by PROJ.
    let mercator = shapes(r#"{"crs":"EPSG:3857","crs_type":"authority_code"}"#, &[point([-412_251.0, 4_926_673.0])]);
    let utm = shapes(r#"{"crs":"EPSG:25830","crs_type":"authority_code"}"#, &[point([440_318.0, 4_474_260.0])]);
    for memory in [&mercator, &utm] {
        assert_eq!(meeting(memory, [-4.0, 40.0, -3.0, 41.0]).unwrap(), 1);
        assert_eq!(meeting(memory, [0.0, 0.0, 1.0, 1.0]).unwrap(), 0);
        assert_eq!(meeting(memory, [-180.0, -90.0, 180.0, 90.0]).unwrap(), 1);
        assert_eq!(meeting(memory, [170.0, -90.0, -3.0, 90.0]).unwrap(), 1);
    }
    let nowhere = shapes(r#"{"crs":"Grid of the moon"}"#, &[]);
    let error = meeting(&nowhere, [0.0, 0.0, 1.0, 1.0]).unwrap_err();
    assert_eq!(error.kind(), Kind::Unsupported);
    assert!(error.view().why.contains("Grid of the moon"));
}

#[test]
fn the_envelope_decides_and_touching_is_meeting() {
    let line: Vec<u8> = [&[1u8, 2, 0, 0, 0, 2, 0, 0, 0][..], &point([0.0, 0.0])[5..], &point([10.0, 10.0])[5..]].concat();
    let memory = shapes("{}", &[line, point([f64::NAN, f64::NAN]), point([180.0, 5.0])]);
    assert_eq!(meeting(&memory, [8.0, 0.0, 9.0, 1.0]).unwrap(), 1, "not the line itself");
    assert_eq!(meeting(&memory, [10.0, 10.0, 11.0, 11.0]).unwrap(), 1);
    assert_eq!(meeting(&memory, [10.1, 10.1, 11.0, 11.0]).unwrap(), 0);
    assert_eq!(meeting(&memory, [179.0, 0.0, -179.0, 10.0]).unwrap(), 1);
    assert_eq!(meeting(&memory, [-400.0, -100.0, 400.0, 100.0]).unwrap(), 2);
    for wrong in [[0.0, f64::NAN, 1.0, 1.0], [0.0, 5.0, 1.0, 1.0]] {
        assert_eq!(meeting(&memory, wrong).unwrap_err().kind(), Kind::Invalid);
    }
}

#[test]
fn bytes_that_are_no_geometry_are_an_error_in_words() {
    let memory = shapes("{}", &[point([0.0, 0.0]), point([0.0, 0.0]), point([0.0, 0.0]), vec![1, 1, 0, 0, 0, 9]]);
    let error = meeting(&memory, [-1.0, -1.0, 1.0, 1.0]).unwrap_err();
    assert_eq!(error.code(), "local.geometry");
    assert_eq!(error.view().why, "In one row: the geometry ends too early, at byte 5.");
}

#[test]
fn times_are_met_by_their_text_whatever_the_unit_and_the_zone() {
    let berlin = DataType::Timestamp(TimeUnit::Microsecond, Some("Europe/Berlin".into()));
    let offset = DataType::Timestamp(TimeUnit::Microsecond, Some("+02:00".into()));
    let plain = DataType::Timestamp(TimeUnit::Microsecond, None);
    for (data_type, text, met) in [
        (&plain, "2024-02-29 12:00:00.5", true),
        (&plain, "2024-02-29T12:00:00.5Z", true),
        (&plain, "2024-02-29 12:00:00.5000001", false),
        (&berlin, "2024-02-29 12:00:00.5+00", true),
        (&berlin, "2024-02-29 13:00:00.5+01:00", true),
        (&berlin, "2024-02-29 12:00:00.5", true),
        (&offset, "2024-02-29 14:00:00.5", true),
    ] {
        let array = TimestampMicrosecondArray::from(vec![1_709_208_000_500_000]).with_data_type(data_type.clone());
        let memory = memory(vec![Field::new("t", data_type.clone(), true)], vec![Arc::new(array)], 1);
        let equal = Predicate::Compare("t".to_owned(), Comparison::Equal, Scalar::Text(text.to_owned()));
        let rows: usize = scanned(&memory, &Scan { predicate: Some(equal), ..Scan::default() })
            .unwrap()
            .iter()
            .map(RecordBatch::num_rows)
            .sum();
        assert_eq!(rows == 1, met, "{text} in {data_type}");
        let contains = Predicate::Compare("t".to_owned(), Comparison::Contains, Scalar::Text("02-29 12:00:00.5".to_owned()));
        assert_eq!(scanned(&memory, &Scan { predicate: Some(contains), ..Scan::default() }).unwrap().len(), 1);
    }
}
