#![allow(clippy::unwrap_used, clippy::panic)]

use super::{open, wkt};
use crate::local::evaluate::moment::Moment;
use crate::local::evaluate::number::Number;
use crate::local::formats::texts::{assert_holds, detail, file, read, type_of};
use crate::local::source::{Read, Source};
use arrow_schema::{DataType, TimeUnit};
use model::Crs;
use proptest::prelude::*;
use std::path::PathBuf;
use std::sync::Arc;

fn holds(name: &str) -> Arc<dyn Source> {
    let name = format!("csv/{name}");
    let source = open(&file(&name)).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert_holds(&*source, &name);
    source
}

fn written(name: &str, bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

fn all(source: &dyn Source) -> Vec<Vec<Option<String>>> {
    let columns = (0..source.layers()[0].schema.fields().len()).collect();
    read(source, &Read { columns, ..Read::default() }).unwrap()
}

fn names(source: &dyn Source) -> Vec<String> {
    source.layers()[0].schema.fields().iter().map(|f| f.name().clone()).collect()
}

/// The columns and the rows of a text.
fn table(text: &str) -> (Vec<String>, Vec<Vec<Option<String>>>) {
    let (_folder, path) = written("a.csv", text.as_bytes());
    let source = open(&path).unwrap_or_else(|e| panic!("{text:?}: {e}"));
    (names(&*source), all(&*source))
}

fn some(values: &[&str]) -> Vec<Option<String>> {
    values.iter().map(|v| if v.is_empty() { None } else { Some((*v).to_owned()) }).collect()
}

#[test]
fn every_type_is_found_and_no_value_lost() {
    let source = holds("values.csv");
    let micros = |zone: Option<&str>| DataType::Timestamp(TimeUnit::Microsecond, zone.map(Into::into));
    for (name, expected) in [
        ("id", DataType::Int64),
        ("code", DataType::Utf8),
        ("price", DataType::Float64),
        ("share", DataType::Float64),
        ("flag", DataType::Boolean),
        ("day", DataType::Date32),
        ("at", micros(None)),
        ("at_utc", micros(Some("UTC"))),
        ("clock", DataType::Time64(TimeUnit::Microsecond)),
        ("word", DataType::Utf8),
        ("big", DataType::Decimal128(20, 0)),
        ("mixed", DataType::Utf8),
        ("empty", DataType::Utf8),
    ] {
        assert_eq!(type_of(&*source, name), expected, "{name}");
    }
    assert_eq!(detail(&*source, "Encoding"), "UTF-8");
    assert_eq!(detail(&*source, "Delimiter"), "comma");
    assert_eq!(detail(&*source, "Header"), "the first line");
}

#[test]
fn delimiters_and_encodings_are_found() {
    for (name, delimiter, encoding) in [
        ("values.tsv", "tab", "UTF-8, with a mark at the beginning"),
        ("semicolons.csv", "semicolon", "windows-1252"),
        ("pipes.csv", "bar", "UTF-16LE, with a mark at the beginning"),
        ("utf16be.csv", "comma", "UTF-16BE, with a mark at the beginning"),
        ("cyrillic.csv", "comma", "windows-1251"),
    ] {
        let source = holds(name);
        assert_eq!(
            (detail(&*source, "Delimiter").as_str(), detail(&*source, "Encoding").as_str()),
            (delimiter, encoding),
            "{name}"
        );
    }
    assert_eq!(detail(&*holds("semicolons.csv"), "Decimal mark"), "comma");
    assert_eq!(type_of(&*holds("semicolons.csv"), "price"), DataType::Float64);
    // Not UTF-8 only far behind the beginning.
    let late = [b"name,n\n".to_vec(), b"abc,1\n".repeat(80_000), b"Z\xFCrich,2\n".to_vec()].concat();
    let (_folder, path) = written("late.csv", &late);
    let source = open(&path).unwrap();
    assert_eq!(all(&*source)[80_000], some(&["Zürich", "2"]));
    assert_eq!(detail(&*source, "Encoding"), "windows-1252");
}

#[test]
fn geometry_is_found_in_pairs_of_columns_and_in_text() {
    for (name, column, geometry_type, dimensions, crs) in [
        ("latlon.csv", "geometry (2)", "POINT", 2, Crs::Epsg { code: 4326 }),
        ("gdal_xy.csv", "geometry", "POINT", 2, Crs::Epsg { code: 4326 }),
        ("gdal_wkt.csv", "WKT", "GEOMETRY", 3, Crs::Epsg { code: 4326 }),
        ("hex.csv", "geom", "POINT", 2, Crs::Epsg { code: 2154 }),
    ] {
        let source = holds(name);
        let found = &source.layers()[0].geometries;
        assert_eq!(found.len(), 1, "{name}");
        let found = &found[0];
        assert_eq!(
            (found.column.as_str(), found.geometry_type.as_str(), found.dimensions, &found.crs),
            (column, geometry_type, dimensions, &crs),
            "{name}"
        );
    }
    let ewkt = open(&file("csv/ewkt.csv")).unwrap();
    assert_eq!(ewkt.layers()[0].geometries[0].crs, Crs::Epsg { code: 3857 });
    assert_eq!(ewkt.layers()[0].rows.unwrap().rows, 4);
    for (header, values, found) in [
        ("start_lat,start_lng,n", "1.5,2.5,3", true),
        ("decimalLatitude,decimalLongitude", "1.5,2.5", true),
        ("lat,lon", "91,2", false),
        ("lat,lon", "1,181", false),
        ("start_lat,end_lng", "1.5,2.5", false),
        ("lat,lon", "north,east", false),
        ("flat,colon", "1.5,2.5", false),
        ("x,y", "652469.02,6862035.26", false),
        ("x,y", "1,2", false),
    ] {
        let columns = table(&format!("{header}\n{values}\n")).0;
        assert_eq!(columns.contains(&"geometry".to_owned()), found, "{header} {values}");
    }
}

#[test]
fn a_header_is_told_from_values() {
    for (text, expected) in [
        ("a,b\n1,x\n2,y\n", vec!["a", "b"]),
        ("1,x\n2,y\n", vec!["column_1", "column_2"]),
        ("country,2019,2020\nFR,1.5,2.5\nDE,3.5,4.5\n", vec!["country", "2019", "2020"]),
        ("name,name,\nx,y,z\n", vec!["column_1", "column_2", "column_3"]),
        ("n,n,\n1,2,3\n", vec!["n", "n (2)", "column_3"]),
        ("a,b\n1,2,3\n4,5,6\n", vec!["column_1", "a", "b"]),
        ("only\n", vec!["only"]),
        ("2024-01-01\n2024-01-02\n", vec!["column_1"]),
        (" a , b\n1, 2\n", vec!["a", "b"]),
    ] {
        assert_eq!(table(text).0, expected, "{text:?}");
    }
    assert_eq!(table("a,b\n1, 2\n").1, [some(&["1", "2"])], "spaces around numbers");
    assert_eq!(table("a;b\n1,5;x\n2,25;y\n").1, [some(&["1.5", "x"]), some(&["2.25", "y"])]);
    assert_eq!(table("a;b\n1,500;x\n2,250;y\n").1[0], some(&["1,500", "x"]), "these may be thousands");
}

#[test]
fn what_is_no_canonical_number_stays_text() {
    for value in ["007", "+49", "1_000", "0x1F", "1.2.3", "--1", "1e9999", "-0.0.", "00", "٣", "1,5 m", "1 000"] {
        let quoted = format!("a,b\n\"{value}\",x\n");
        assert_eq!(table(&quoted).1[0][0].as_deref(), Some(value));
    }
    let late = format!("n\n{}x\n", "1\n".repeat(20_000));
    let (_, rows) = table(&late);
    assert_eq!((rows.len(), rows[20_000][0].as_deref()), (20_001, Some("x")), "a late text makes the whole column text");
    assert_eq!(
        table("n,m\n0.1000000000000000055511151231257827,x\n").1[0][0].as_deref(),
        Some("0.1000000000000000055511151231257827")
    );
    assert_eq!(table("t,x\n2024-01-01 10:00,1\n2024-01-01 10:00Z,2\n").1[1][0].as_deref(), Some("2024-01-01 10:00Z"));
}

#[test]
fn short_lines_are_told_and_long_ones_refused_by_their_line() {
    let (_folder, path) = written("a.csv", b"a,b,c\n1,2,3\n4\n5,6\n7,8,9,,\n");
    let source = open(&path).unwrap();
    assert_eq!(all(&*source)[1], some(&["4", "", ""]));
    assert!(detail(&*source, "Short lines").starts_with("2, the first of them line 3"));
    let (_folder, path) = written("a.csv", b"a,b\n1,2\n3,4\n5,6,7\n");
    let error = open(&path).err().unwrap();
    assert_eq!(error.code(), "local.csv_long_row");
    assert_eq!(error.view().what, "Line 4 of a.csv holds 3 values, more than there are columns (2).");
}

#[test]
fn what_is_no_text_of_lines_is_told_in_words() {
    let long = [b"a,b\n1,\"".to_vec(), vec![b'x'; 70 << 20]].concat();
    for (name, bytes, code) in [
        ("empty.csv", Vec::new(), "local.empty"),
        ("nul.csv", b"a,b\n1,2\n3,\0\n".to_vec(), "local.csv_nul"),
        ("quote.csv", b"a,b\n1,2\n3,\"open\n5,6,7\n".to_vec(), "local.csv_open_quote"),
        ("endless.csv", long, "local.csv_long_line"),
        ("surrogate.csv", [&[0xFF, 0xFE][..], &[b'a', 0, b'\n', 0, 0, 0xD8, b'\n', 0]].concat(), "local.csv_encoding"),
    ] {
        let (_folder, path) = written(name, &bytes);
        assert_eq!(open(&path).err().map(|e| e.code()), Some(code), "{name}");
    }
    let (_folder, path) = written("quote.csv", b"a,b\n1,2\n3,\"open\n5,6,7\n");
    assert!(open(&path).err().unwrap().view().what.contains("line 3"));
    // Where quotes are no quotes all lines are even, so they are none.
    let (_folder, path) = written("inches.tsv", b"size\tname\n5\t\"a\n6\tb\n");
    let source = open(&path).unwrap();
    assert_eq!(all(&*source)[0], some(&["5", "\"a"]));
    assert!(detail(&*source, "Quotes").starts_with("none"));
}

#[test]
fn a_file_that_changed_since_it_was_opened_is_not_read() {
    let (_folder, path) = written("a.csv", b"n\n1\n");
    let source = open(&path).unwrap();
    std::fs::write(&path, b"n\none\n").unwrap();
    let error = read(&*source, &Read { columns: vec![0], ..Read::default() }).unwrap_err();
    assert_eq!((error.code(), error.view().retryable), ("local.changed", true));
    assert_eq!(type_of(&*open(&path).unwrap(), "n"), DataType::Utf8, "opened again, it is looked at again");
}

#[test]
fn no_more_is_read_than_is_wanted() {
    let (_folder, path) =
        written("a.csv", ["n,m\n".to_owned(), (0..30_000).map(|n| format!("{n},x\n")).collect()].concat().as_bytes());
    let source = open(&path).unwrap();
    assert_eq!(read(&*source, &Read { columns: vec![0], limit: Some(7), ..Read::default() }).unwrap().len(), 7);
    let mut sizes = Vec::new();
    source
        .read(0, &Read { columns: vec![1, 0], ..Read::default() }, &mut |batch| {
            sizes.push(batch.num_rows());
            if sizes.len() < 3 { std::ops::ControlFlow::Continue(()) } else { std::ops::ControlFlow::Break(()) }
        })
        .unwrap();
    assert_eq!(sizes, [1024, 8192, 8192]);
}

#[test]
fn geometry_as_text_is_read_in_all_its_spellings() {
    let hex = |text: &str| {
        let mut out = Vec::new();
        let srid = wkt::wkb(text, &mut out)?;
        map::wkb::normalise(&out).unwrap_or_else(|e| panic!("{text}: {e}"));
        Some((out.iter().map(|b| format!("{b:02x}")).collect::<String>(), srid))
    };
    // By shapely.
    let point = "0101000000000000000000f03f0000000000000040";
    for (text, expected) in [
        ("POINT(1 2)", point),
        ("  point ( 1   2 ) ", point),
        ("POINT(1e0 2.0)", point),
        ("POINT EMPTY", "0101000000000000000000f87f000000000000f87f"),
        ("POINT Z (1 2 3)", "01e9030000000000000000f03f00000000000000400000000000000840"),
        ("POINTZ(1 2 3)", "01e9030000000000000000f03f00000000000000400000000000000840"),
        ("POINT(1 2 3)", "01e9030000000000000000f03f00000000000000400000000000000840"),
        ("POINT M (1 2 3)", "01d1070000000000000000f03f00000000000000400000000000000840"),
        ("POLYGON EMPTY", "010300000000000000"),
        ("MULTIPOINT ((1 2))", "0104000000010000000101000000000000000000f03f0000000000000040"),
        ("MULTIPOINT (1 2)", "0104000000010000000101000000000000000000f03f0000000000000040"),
        ("GEOMETRYCOLLECTION (POINT (1 2))", "0107000000010000000101000000000000000000f03f0000000000000040"),
        ("GEOMETRYCOLLECTION (POINT Z (1 2 3))", "01ef0300000100000001e9030000000000000000f03f00000000000000400000000000000840"),
    ] {
        assert_eq!(hex(text).map(|h| h.0).as_deref(), Some(expected), "{text}");
    }
    assert_eq!(hex("SRID=4326;POINT(1 2)"), Some((point.to_owned(), Some(4326))));
    let deep = format!("{}POINT(1 2){}", "GEOMETRYCOLLECTION(".repeat(500), ")".repeat(500));
    for text in [
        "",
        "POINT",
        "POINT(1)",
        "POINT(1 2",
        "POINT(1 2) x",
        "POINT(1 a)",
        "CIRCULARSTRING(0 0,1 1,2 0)",
        "POLYGON((1 2)",
        "LINESTRING(1 2,3)",
        "GEOMETRYCOLLECTION(POINT(1 2),POINT Z(1 2 3))",
        &deep,
    ] {
        assert_eq!(hex(text), None, "{text}");
    }
}

/// The value means the same, whatever its spelling.
fn same(data_type: &DataType, text: &str, got: &str) -> bool {
    match data_type {
        DataType::Utf8 => text == got,
        DataType::Boolean => text.eq_ignore_ascii_case(got),
        DataType::Timestamp(..) | DataType::Time64(_) => {
            let utc = |t: &str| Moment::parse(t).map(|m| m.nanos() - i128::from(m.offset.unwrap_or_default()) * 1_000_000_000);
            utc(text) == utc(got)
        }
        // Of two texts that mean the same float, another one may be printed.
        DataType::Float64 if text.len() > 15 => text.trim().parse::<f64>() == got.parse(),
        t if t.is_numeric() => Number::parse(text) == Number::parse(got),
        _ => text.trim() == got,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_written_reads_back(
        columns in proptest::collection::vec((0usize..9, proptest::collection::vec(any::<(u8, i64, u16)>(), 12)), 1..5),
        delimiter in proptest::sample::select(vec![b',', b';', b'\t', b'|'])
    ) {
        let value = |kind: usize, (which, n, small): (u8, i64, u16)| -> String {
            if which % 5 == 0 {
                return String::new();
            }
            match if which == 7 { 8 } else { kind } {
                0 => n.to_string(),
                1 => small.to_string(),
                2 => format!("{}", n as f64 / 1e7),
                3 => format!("{}.{small:05}", n / 1000),
                4 => if n % 2 == 0 { "true" } else { "FALSE" }.to_owned(),
                5 => format!("{:04}-{:02}-{:02}", small % 9999 + 1, n.unsigned_abs() % 12 + 1, n.unsigned_abs() % 28 + 1),
                6 => format!("2024-01-{:02}T{:02}:00:00.{small:05}", n.unsigned_abs() % 31 + 1, n.unsigned_abs() % 24),
                7 => format!("{:02}:{:02}", n.unsigned_abs() % 24, small % 60),
                _ => ["x", " y ", "a\"b", "l1\nl2", "1;2,3|4\t5", "007", "é", "NaN", "'"][usize::from(small) % 9].to_owned(),
            }
        };
        let mut writer = csv::WriterBuilder::new().delimiter(delimiter).from_writer(Vec::new());
        // A column of words keeps the guess of delimiter and header from depending on chance.
        let names: Vec<String> = (0..columns.len()).map(|n| format!("name {n}")).chain(["last".to_owned()]).collect();
        writer.write_record(&names).unwrap();
        let rows: Vec<Vec<String>> = (0..12)
            .map(|row| columns.iter().map(|(kind, seeds)| value(*kind, seeds[row])).chain(["word".to_owned()]).collect())
            .collect();
        rows.iter().for_each(|row| writer.write_record(row).unwrap());
        let (_folder, path) = written("a.csv", &writer.into_inner().unwrap());
        let source = open(&path).unwrap();
        prop_assert_eq!(self::names(&*source), names.clone());
        for (row, got) in rows.iter().zip(all(&*source)) {
            for (at, text) in row.iter().enumerate() {
                let data_type = type_of(&*source, &names[at]);
                match &got[at] {
                    None => prop_assert!(text.is_empty()),
                    Some(got) => prop_assert!(same(&data_type, text, got), "{text:?} became {got:?} in a column of {data_type}"),
                }
            }
        }
    }

    #[test]
    fn any_bytes_are_a_table_or_an_error(bytes in proptest::collection::vec(proptest::sample::select(b"a1,\";\t|\n\r\0\xC3\xA9\xFF\xFE. -".to_vec()), 0..200)) {
        let (_folder, path) = written("a.csv", &bytes);
        if let Ok(source) = open(&path) {
            prop_assert_eq!(all(&*source).len() as u64, source.layers()[0].rows.unwrap().rows);
        }
    }
}
