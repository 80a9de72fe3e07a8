#![allow(clippy::unwrap_used, clippy::panic)]
use super::json::{indented, one_line};
use super::text::{Cells, Form};
use super::time::{Zone, timestamp};
use super::{Part, part, tsv, whole};
use crate::views::CellKind;
use arrow_array::types::*;
use arrow_array::*;
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use proptest::prelude::*;
use std::collections::HashMap;
use std::sync::Arc;

fn batch_of(field: Field, array: ArrayRef) -> RecordBatch {
    RecordBatch::try_new(Arc::new(Schema::new(vec![field])), vec![array]).unwrap()
}

fn texts(field: Field, array: ArrayRef, form: Form) -> Vec<Option<String>> {
    let batch = batch_of(field, array);
    let cells = Cells::of(&batch.schema());
    (0..batch.num_rows())
        .map(|row| {
            let mut out = String::new();
            cells.write(&batch, 0, row, form, usize::MAX, &mut out).then_some(out)
        })
        .collect()
}

fn plain(array: ArrayRef) -> Vec<String> {
    let field = Field::new("c", array.data_type().clone(), true);
    texts(field, array, Form::Full).into_iter().map(|t| t.unwrap_or_else(|| "NULL".to_owned())).collect()
}

fn field(data_type: DataType, metadata: &[(&str, &str)]) -> Field {
    let metadata: HashMap<String, String> = metadata.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
    Field::new("c", data_type, true).with_metadata(metadata)
}

#[test]
fn numbers_lose_nothing_and_have_an_exponent_only_where_they_must() {
    let doubles = [0.1, -0.0, 1e15, 123_456_789_012_345_680.0, 1e20, 1e21, 5e-324, 1e-6, 9e-7, f64::MAX];
    assert_eq!(
        plain(Arc::new(Float64Array::from(doubles.to_vec()))),
        [
            "0.1",
            "-0",
            "1000000000000000",
            "123456789012345680",
            "100000000000000000000",
            "1e21",
            "5e-324",
            "0.000001",
            "9e-7",
            "1.7976931348623157e308"
        ]
    );
    assert_eq!(
        plain(Arc::new(Float64Array::from(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY]))),
        ["NaN", "Infinity", "-Infinity"]
    );
    assert_eq!(plain(Arc::new(Float32Array::from(vec![0.1, 16_777_216.0, 1e-45]))), ["0.1", "16777216", "1e-45"]);
    assert_eq!(plain(Arc::new(UInt64Array::from(vec![Some(u64::MAX), None]))), ["18446744073709551615", "NULL"]);
    let decimals = Decimal128Array::from(vec![-1, 0, 12_345]).with_precision_and_scale(38, 3).unwrap();
    assert_eq!(plain(Arc::new(decimals)), ["-0.001", "0.000", "12.345"]);
}

#[test]
fn times_are_shown_in_their_zone_and_in_any_year() {
    let micros = |zone: Option<&str>, n: i64| {
        let array = TimestampMicrosecondArray::from(vec![n]).with_timezone_opt(zone.map(str::to_owned));
        plain(Arc::new(array)).remove(0)
    };
    assert_eq!(micros(None, 1_709_212_455_123_456), "2024-02-29 13:14:15.123456");
    assert_eq!(micros(Some("UTC"), 1_709_212_455_100_000), "2024-02-29 13:14:15.1+00");
    assert_eq!(micros(Some("+05:30"), 1_709_212_455_000_000), "2024-02-29 18:44:15+05:30");
    assert_eq!(micros(Some("-03"), 1_709_212_455_000_000), "2024-02-29 10:14:15-03");
    assert_eq!(micros(Some("Europe/Berlin"), 1_709_212_455_000_000), "2024-02-29 14:14:15+01");
    assert_eq!(micros(Some("Europe/Berlin"), 1_720_000_000_000_000), "2024-07-03 11:46:40+02");
    assert_eq!(micros(Some("No/Where"), 0), "1970-01-01 00:00:00+00");
    assert_eq!(micros(None, -1), "1969-12-31 23:59:59.999999");
    assert_eq!(micros(None, -210_866_803_200_000_000), "4714-11-24 00:00:00 BC");
    assert_eq!(
        plain(Arc::new(Date32Array::from(vec![0, -719_163, 2_932_896 + 1]))),
        ["1970-01-01", "0001-12-31 BC", "10000-01-01"]
    );
    assert_eq!(
        plain(Arc::new(Time64MicrosecondArray::from(vec![0, 86_400_000_000, 1]))),
        ["00:00:00", "24:00:00", "00:00:00.000001"]
    );
    assert_eq!(plain(Arc::new(DurationSecondArray::from(vec![90_061, -5]))), ["25:01:01", "-00:00:05"]);
    let interval = IntervalMonthDayNanoArray::from(vec![
        IntervalMonthDayNanoType::make_value(14, 3, 14_706_789_000_000),
        IntervalMonthDayNanoType::make_value(-1, 1, -1_000_000_000),
        IntervalMonthDayNanoType::make_value(0, 0, 0),
    ]);
    assert_eq!(plain(Arc::new(interval)), ["1 year 2 mons 3 days 04:05:06.789", "-1 mons +1 day -00:00:01", "00:00:00"]);
    let infinite = field(DataType::Date32, &[("landbridge:infinity", "extremes")]);
    let dates = Date32Array::from(vec![i32::MAX, i32::MIN]);
    assert_eq!(texts(infinite, Arc::new(dates), Form::Full), [Some("infinity".to_owned()), Some("-infinity".to_owned())]);
}

#[test]
fn bytes_geometries_and_documents_are_folded_and_whole() {
    let bytes = BinaryArray::from(vec![Some(&b"\xde\xad"[..]), Some(&b""[..]), Some(&b"x"[..]), None]);
    let of = |form| texts(field(DataType::Binary, &[]), Arc::new(bytes.clone()), form);
    assert_eq!(of(Form::Short), [Some("2 bytes".into()), Some("0 bytes".into()), Some("1 byte".into()), None]);
    assert_eq!(of(Form::Full)[0].as_deref(), Some("dead"));
    let point: Vec<u8> = [&[1u8, 1, 0, 0, 0][..], &2.35f64.to_le_bytes(), &48.86f64.to_le_bytes()].concat();
    let geometry = field(DataType::Binary, &[("ARROW:extension:name", "geoarrow.wkb")]);
    let array: ArrayRef = Arc::new(BinaryArray::from(vec![&point[..], b"no geometry"]));
    assert_eq!(texts(geometry.clone(), array.clone(), Form::Short)[0].as_deref(), Some("Point (2.35, 48.86)"));
    let full = texts(geometry, array, Form::Full);
    assert_eq!(full[0].as_deref(), Some("POINT (2.35 48.86)"));
    assert_eq!(full[1].as_deref(), Some("6e6f2067656f6d65747279"), "what is no geometry is shown as its bytes");
    let json = field(DataType::Utf8, &[("landbridge:type", "jsonb")]);
    let array: ArrayRef = Arc::new(StringArray::from(vec!["{\"b\" : 1e400,\n \"a\":[ 1,2 , {} ],\"b\":\"x,\\\" y\"}"]));
    assert_eq!(
        texts(json.clone(), array.clone(), Form::Short)[0].as_deref(),
        Some(r#"{"b": 1e400, "a": [1, 2, {}], "b": "x,\" y"}"#)
    );
    let pretty = "{\n  \"b\": 1e400,\n  \"a\": [\n    1,\n    2,\n    {}\n  ],\n  \"b\": \"x,\\\" y\"\n}";
    assert_eq!(texts(json, array, Form::Indented)[0].as_deref(), Some(pretty));
}

#[test]
fn nested_values_are_json_and_dictionaries_are_what_they_stand_for() {
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>([Some(vec![Some(1), None]), None, Some(vec![])]);
    assert_eq!(plain(Arc::new(list)), ["[1, null]", "NULL", "[]"]);
    let times = TimestampSecondArray::from(vec![0]).with_timezone("UTC");
    let entries: Vec<(Arc<Field>, ArrayRef)> = vec![
        (Arc::new(Field::new("a \"b\"", DataType::Float64, true)), Arc::new(Float64Array::from(vec![f64::NAN]))),
        (Arc::new(Field::new("t", times.data_type().clone(), true)), Arc::new(times)),
        (Arc::new(Field::new("z", DataType::Utf8, true)), Arc::new(StringArray::from(vec!["\n"]))),
    ];
    assert_eq!(plain(Arc::new(StructArray::from(entries))), [r#"{"a \"b\"": "NaN", "t": "1970-01-01 00:00:00+00", "z": "\n"}"#]);
    let words: DictionaryArray<Int8Type> = vec![Some("x"), None, Some("y"), Some("x")].into_iter().collect();
    assert_eq!(plain(Arc::new(words)), ["x", "NULL", "y", "x"]);
    assert_eq!(plain(Arc::new(StringViewArray::from(vec!["a view that is longer than twelve bytes"]))).len(), 1);
    assert_eq!(plain(Arc::new(Float16Array::from(vec![Some(Default::default())]))), ["0"]);
    assert_eq!(plain(Arc::new(NullArray::new(2))), ["NULL", "NULL"]);
}

#[test]
fn kinds_are_told_by_fields_and_by_names() {
    let kind = |data_type, name: &str| super::view(&field(data_type, &[("landbridge:type", name)]), false, true).kind;
    assert_eq!(kind(DataType::Utf8, "numeric(50,20)"), CellKind::Number);
    assert_eq!(kind(DataType::Utf8, "json"), CellKind::Json);
    assert_eq!(kind(DataType::Utf8, "integer[]"), CellKind::Text);
    assert_eq!(kind(DataType::Timestamp(TimeUnit::Second, None), "x"), CellKind::Time);
    for (name, expected) in [
        ("int4", CellKind::Number),
        ("double precision", CellKind::Number),
        ("UINT64", CellKind::Number),
        ("character varying(40)", CellKind::Text),
        ("timestamp with time zone", CellKind::Time),
        ("geometry(Point,4326)", CellKind::Geometry),
        ("point", CellKind::Text),
        ("interval", CellKind::Text),
        ("BLOB", CellKind::Binary),
        ("types.mood", CellKind::Text),
        ("boolean", CellKind::Bool),
        ("int4range", CellKind::Text),
    ] {
        assert_eq!(super::kind::of_name(name), expected, "{name}");
    }
    assert!(!super::view(&field(DataType::Utf8, &[("landbridge:type", "point")]), false, true).sorts);
}

#[test]
fn long_values_are_cut_between_characters_and_listed() {
    let long = "é".repeat(400);
    let exact = "x".repeat(300);
    let batch = batch_of(field(DataType::Utf8, &[]), Arc::new(StringArray::from(vec![Some(long.as_str()), Some(&exact), None])));
    let cells = Cells::of(&batch.schema());
    let (rows, cut) = part(&cells, &[Part { batch: batch.clone(), rows: 0..3 }]);
    assert_eq!(rows[0][0].as_deref(), Some(format!("{}…", "é".repeat(300)).as_str()));
    assert_eq!((rows[1][0].as_deref(), &rows[2][0]), (Some(exact.as_str()), &None));
    assert_eq!(cut, [[0, 0]]);
    let all = whole(&cells, &batch, 0, 0);
    assert_eq!((all.text, all.cut, all.bytes), (Some(long), false, 800));
    let huge = "é".repeat(1 << 20);
    let batch = batch_of(field(DataType::Utf8, &[]), Arc::new(StringArray::from(vec![huge.as_str()])));
    let view = whole(&cells, &batch, 0, 0);
    assert!(view.cut && view.text.unwrap().len() <= 1 << 20 && view.bytes == 2 << 20);
}

#[test]
fn a_copy_is_read_back_by_a_spreadsheet() {
    let batch = batch_of(
        field(DataType::Utf8, &[]),
        Arc::new(StringArray::from(vec![Some("a\tb"), None, Some("say \"x\"\n"), Some("")])),
    );
    let cells = Cells::of(&batch.schema());
    let parts = [Part { batch, rows: 0..4 }];
    let names = ["na\tme".to_owned(), "again".to_owned()];
    let text = tsv(&cells, &parts, &[0, 0], Some(&names)).unwrap();
    assert_eq!(text, "\"na\tme\"\tagain\n\"a\tb\"\t\"a\tb\"\n\t\n\"say \"\"x\"\"\n\"\t\"say \"\"x\"\"\n\"\n\t\n");
    let large = "x".repeat(1 << 20);
    let batch = batch_of(field(DataType::Utf8, &[]), Arc::new(StringArray::from(vec![large.as_str(); 70])));
    let error = tsv(&cells, &[Part { batch, rows: 0..70 }], &[0], None).unwrap_err();
    assert_eq!(error.code(), "rows.copy_too_large");
}

proptest! {
    #[test]
    fn every_number_reads_back_as_itself(bits in any::<u64>(), small in any::<u32>()) {
        let (double, single) = (f64::from_bits(bits), f32::from_bits(small));
        let text = plain(Arc::new(Float64Array::from(vec![double]))).remove(0);
        let back: f64 = text.parse().unwrap();
        prop_assert!(back.to_bits() == double.to_bits() || (back.is_nan() && double.is_nan()), "{}", text);
        let text = plain(Arc::new(Float32Array::from(vec![single]))).remove(0);
        let back: f32 = text.parse().unwrap();
        prop_assert!(back.to_bits() == single.to_bits() || (back.is_nan() && single.is_nan()), "{}", text);
    }

    #[test]
    fn json_keeps_its_meaning_however_it_is_spaced(text in "[^\\x00]{0,20}", n in any::<i64>(), spaces in "[ \n\t]{0,3}") {
        let value = serde_json::json!({ "k": [text.clone(), n, null, { text: {} }], "e": [] });
        for source in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            let source = format!("{spaces}{source}{spaces}");
            let (mut line, mut lines) = (String::new(), String::new());
            one_line(&source, usize::MAX, &mut line);
            indented(&source, usize::MAX, &mut lines);
            for out in [&line, &lines] {
                prop_assert_eq!(&serde_json::from_str::<serde_json::Value>(out).unwrap(), &value);
            }
            prop_assert!(!line.contains('\n'));
        }
    }

    #[test]
    fn anything_called_json_is_shown_without_an_end(text in ".{0,60}") {
        let (mut line, mut lines) = (String::new(), String::new());
        one_line(&text, 40, &mut line);
        indented(&text, 40, &mut lines);
        prop_assert!(line.len() <= 50 && lines.len() <= 200);
    }

    #[test]
    fn a_moment_is_the_one_that_a_library_prints(seconds in -60_000_000_000i64..200_000_000_000, nanos in 0u32..1_000_000_000) {
        let mut out = String::new();
        timestamp(seconds, nanos, Zone::None, &mut out);
        let at = chrono::DateTime::from_timestamp(seconds, nanos).unwrap().naive_utc();
        let expected = at.format("%Y-%m-%d %H:%M:%S").to_string();
        prop_assert!(out.starts_with(&expected), "{} {}", out, expected);
        let fraction: f64 = out[19..].parse::<f64>().unwrap_or(0.0);
        prop_assert!((fraction - f64::from(nanos) / 1e9).abs() < 1e-9);
    }

    #[test]
    fn cut_is_never_inside_a_character(text in "\\PC{0,700}") {
        let batch = batch_of(field(DataType::Utf8, &[]), Arc::new(StringArray::from(vec![text.as_str()])));
        let (rows, cut) = part(&Cells::of(&batch.schema()), &[Part { batch, rows: 0..1 }]);
        let shown = rows[0][0].clone().unwrap();
        let expected: String = text.chars().take(300).collect();
        let is_cut = text.chars().count() > 300;
        prop_assert_eq!(cut.len(), usize::from(is_cut));
        prop_assert_eq!(shown, if is_cut { format!("{expected}…") } else { text });
    }
}
