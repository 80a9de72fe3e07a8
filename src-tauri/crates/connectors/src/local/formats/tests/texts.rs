//! Test support: files that pyarrow, geopandas, pandas and GDAL wrote, held as text against what they wrote.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::local::evaluate::shown::show;
use crate::local::source::{Read, Source};
use arrow_array::RecordBatch;
use arrow_schema::DataType;
use serde_json::Value;
use std::ops::ControlFlow;
use std::path::PathBuf;

/// Rows of values as text.
pub(super) type Texts = Vec<Vec<Option<String>>>;

/// One of the committed files.
pub(super) fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/files").join(name)
}

/// What was written into it: columns, rows, and the whole of what is said.
pub(super) fn expected(name: &str) -> (Vec<String>, Texts, Value) {
    let said: Value = serde_json::from_slice(&std::fs::read(file(&format!("{name}.json"))).unwrap()).unwrap();
    let columns = said["columns"].as_array().unwrap().iter().map(|c| c.as_str().unwrap().to_owned()).collect();
    let rows = said["rows"].as_array().unwrap().iter();
    let rows = rows.map(|r| r.as_array().unwrap().iter().map(|v| v.as_str().map(str::to_owned)).collect()).collect();
    (columns, rows, said)
}

/// Rows as text.
pub(super) fn texts(batch: &RecordBatch) -> Texts {
    let shows: Vec<_> = batch.columns().iter().map(|column| show(column).unwrap()).collect();
    let cell = |row: usize, at: usize| {
        let mut out = String::new();
        shows[at](row, &mut out);
        batch.column(at).is_valid(row).then_some(out)
    };
    (0..batch.num_rows()).map(|row| (0..batch.num_columns()).map(|at| cell(row, at)).collect()).collect()
}

/// What a source gives.
pub(super) fn read(source: &dyn Source, read: &Read) -> model::Result<Texts> {
    let mut out = Texts::new();
    source.read(0, read, &mut |batch| {
        assert!(batch.num_rows() <= 8192);
        out.extend(texts(&batch));
        ControlFlow::Continue(())
    })?;
    Ok(out)
}

/// These columns of the source's one table.
pub(super) fn columns(source: &dyn Source, names: &[String]) -> Read {
    let schema = &source.layers()[0].schema;
    let columns = names.iter().map(|n| schema.index_of(n).unwrap_or_else(|e| panic!("{e}"))).collect();
    Read { columns, ..Read::default() }
}

/// Holds a file against what was written into it. Numbers as numbers and JSON as JSON, whatever their spelling.
pub(super) fn assert_holds(source: &dyn Source, name: &str) {
    let (names, rows, said) = expected(name);
    let got = read(source, &columns(source, &names)).unwrap_or_else(|e| panic!("{name}: {e}"));
    assert_eq!(got.len(), rows.len(), "{name}");
    let layer = &source.layers()[0];
    assert_eq!(layer.rows.unwrap().rows, rows.len() as u64, "{name}");
    for (at, column) in names.iter().enumerate() {
        let field = layer.schema.field_with_name(column).unwrap();
        let json = field.metadata().get("landbridge:type").is_some_and(|t| t == "json");
        let same = |text: &Option<String>| match text {
            Some(text) if json => serde_json::from_str::<Value>(text).unwrap().to_string(),
            Some(text) if field.data_type().is_floating() => format!("{:?}", text.parse::<f64>().unwrap()),
            other => format!("{other:?}"),
        };
        for (row, (got, expected)) in got.iter().zip(&rows).enumerate() {
            assert_eq!(same(&got[at]), same(&expected[at]), "{name}: {column} ({}) row {row}", field.data_type());
        }
    }
    if let Some(extent) = said["extent"].as_array().filter(|e| !e[0].is_null()) {
        let extent: Vec<f64> = extent.iter().map(|n| n.as_f64().unwrap()).collect();
        let got = layer.geometries[0].extent.unwrap_or_else(|| panic!("{name}: no extent"));
        assert!(got.iter().zip(&extent).all(|(a, b)| (a - b).abs() <= 1e-9 * b.abs().max(1.0)), "{name}: {got:?} {extent:?}");
    }
}

/// The Arrow type of a column.
pub(super) fn type_of(source: &dyn Source, name: &str) -> DataType {
    source.layers()[0].schema.field_with_name(name).unwrap().data_type().clone()
}

/// A line of the table's details.
pub(super) fn detail(source: &dyn Source, label: &str) -> String {
    source.layers()[0].details.iter().find(|d| d.label == label).map(|d| d.value.clone()).unwrap_or_default()
}
