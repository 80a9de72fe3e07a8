//! One Shapefile as a table: shapes and values, row by row.

use super::dbf::{self, Dbf, Kind};
use super::memo::Memos;
use super::parts::{Bytes, Part, Place};
use super::shp;
use super::value::{self, Cell};
use crate::local::formats::rows::{self, Rows, Value};
use crate::local::source::{Layer, Read, Sink};
use arrow_schema::Field;
use map::crs::System;
use model::{Count, Detail, Geometry, Result};

/// One Shapefile.
pub(super) struct Table {
    place: Place,
    shapes: shp::Header,
    values: Option<Dbf>,
    /// Rows, deleted ones among them; None: as many as there are shapes.
    rows: Option<u64>,
}

impl Table {
    /// Looks at its parts.
    pub(super) fn open(place: Place) -> Result<(Self, Layer)> {
        let shapes = place.with(Part::Shp, shp::header)?.ok_or_else(|| model::common::internal("a Shapefile without shapes"))?;
        let values = dbf::open(&place)?;
        let system = place.text(Part::Prj)?.and_then(|text| {
            let text = String::from_utf8_lossy(&text).into_owned();
            let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\0' || c == '\u{feff}');
            // What is there but not understood is still named, not passed over in silence.
            let named = || System::named(text.chars().take(80).collect::<String>());
            (!text.is_empty()).then(|| System::parse(text).unwrap_or_else(named))
        });
        let rows = match &values {
            Some(values) => Some(values.rows),
            None => count(&place)?,
        };
        let table = Self { place, shapes, values, rows };
        let layer = table.layer(system.as_ref());
        Ok((table, layer))
    }

    fn layer(&self, system: Option<&System>) -> Layer {
        let columns = self.values.as_ref().map_or(&[][..], |values| &values.columns);
        let names = rows::unique(columns.iter().map(|c| c.name.as_str()));
        let mut fields: Vec<Field> = columns.iter().zip(&names).map(|(c, n)| Field::new(n, c.kind.data_type(), true)).collect();
        let mut type_names: Vec<String> = columns.iter().map(dbf::Column::type_name).collect();
        let mut geometries = Vec::new();
        if let Some(kind) = self.shapes.shape.kind() {
            let column = rows::geometry_name(&names);
            fields.push(rows::geometry_field(&column, system));
            type_names.push(self.shapes.shape.name(self.shapes.dimensions));
            geometries.push(Geometry {
                column,
                geometry_type: kind.name().to_owned(),
                crs: rows::crs(system),
                spherical: false,
                dimensions: u8::try_from(self.shapes.dimensions.count()).unwrap_or(2),
                indexed: Some(false),
                extent: self.shapes.extent.filter(|_| self.rows != Some(0)),
            });
        }
        let deleted = self.values.as_ref().and_then(|v| v.deleted);
        let exact = self.values.as_ref().is_none_or(|v| v.deleted.is_some());
        let rows = self.rows.map(|all| Count { rows: all.saturating_sub(deleted.unwrap_or(0)), exact });
        Layer {
            name: self.place.name(),
            schema: rows::schema(fields),
            type_names,
            geometries,
            rows,
            details: self.details(deleted),
        }
    }

    fn details(&self, deleted: Option<u64>) -> Vec<Detail> {
        let detail = |label: &str, value: &str| Detail { label: label.to_owned(), value: value.to_owned() };
        let packed = matches!(self.place, Place::Entries { .. });
        let mut details = vec![detail("Format", if packed { "Shapefile in a ZIP file" } else { "Shapefile" })];
        match &self.values {
            Some(values) => details.push(detail("Encoding", values.code_page.name())),
            None => details.push(detail("Values", "None: the .dbf is missing")),
        }
        if !self.place.has(Part::Prj) {
            details.push(detail("System", "Not said: the .prj is missing"));
        }
        let has_memo = |v: &Dbf| v.columns.iter().any(|c| c.letter == b'M');
        if self.values.as_ref().is_some_and(has_memo) && !self.place.has(Part::Memo) {
            details.push(detail("Memos", "The file with the long texts (.dbt or .fpt) is missing"));
        }
        if let Some(deleted) = deleted.filter(|n| *n > 0) {
            details.push(detail("Deleted rows", &deleted.to_string()));
        }
        details
    }

    /// The rows, in the order of the file.
    pub(super) fn read(&self, layer: &Layer, read: &Read, sink: &mut Sink<'_>) -> Result<()> {
        self.place.check()?;
        let rows = Rows::new(&layer.schema, read, sink)?;
        let apart = |a: [f64; 4], b: [f64; 4]| a[0] > b[2] || a[2] < b[0] || a[1] > b[3] || a[3] < b[1];
        let bounds = read.bbox.map(|(_, bounds)| bounds);
        if bounds.zip(self.shapes.extent).is_some_and(|(a, b)| apart(a, b)) {
            return Ok(());
        }
        let memos = match &self.values {
            Some(values) if values.columns.iter().enumerate().any(|(n, c)| c.kind == Kind::Memo && rows.wants(n)) => {
                Memos::open(&self.place, values.version)?
            }
            _ => None,
        };
        let reading = Reading { table: self, bounds, memos };
        let indexed = self.place.with(Part::Shx, |index| Ok(index_is_plausible(index, &self.place)))?.unwrap_or(false);
        let done = self.place.with(Part::Shp, |shapes| {
            let with_index = |rows: Rows<'_, '_>, shapes: &mut Bytes<'_>, index: Option<&mut Bytes<'_>>| match &self.values {
                Some(_) => self.place.with(Part::Dbf, |values| reading.run(rows, shapes, index, Some(values))).map(|_| ()),
                None => reading.run(rows, shapes, index, None),
            };
            if indexed {
                self.place.with(Part::Shx, |index| with_index(rows, shapes, Some(index))).map(|_| ())
            } else {
                with_index(rows, shapes, None)
            }
        });
        done?;
        self.place.check()
    }
}

/// How many shapes there are, by the index, else by walking over them.
fn count(place: &Place) -> Result<Option<u64>> {
    let by_index = place.with(Part::Shx, |index| Ok(index_is_plausible(index, place)))?.unwrap_or(false);
    if by_index {
        return Ok(Some((place.size(Part::Shx) - 100) / 8));
    }
    place.with(Part::Shp, |shapes| {
        shapes.to(100)?;
        let mut count = 0;
        let size = place.size(Part::Shp);
        while let Some(length) = shp::next(shapes)? {
            if shapes.at() + length > size {
                return Err(shapes.held().damaged("It ends in the middle of a shape."));
            }
            shapes.to(shapes.at() + length)?;
            count += 1;
        }
        Ok(count)
    })
}

/// The index is one, and whole.
fn index_is_plausible(index: &mut Bytes<'_>, place: &Place) -> bool {
    let mut start = [0; 4];
    let size = place.size(Part::Shx);
    size >= 100 && (size - 100).is_multiple_of(8) && index.exact(&mut start).is_ok() && u32::from_be_bytes(start) == 9994
}

struct Reading<'a> {
    table: &'a Table,
    bounds: Option<[f64; 4]>,
    memos: Option<Memos>,
}

impl Reading<'_> {
    fn run(
        &self,
        mut rows: Rows<'_, '_>,
        shapes: &mut Bytes<'_>,
        mut index: Option<&mut Bytes<'_>>,
        mut values: Option<&mut Bytes<'_>>,
    ) -> Result<()> {
        shapes.to(100)?;
        if let Some(index) = &mut index {
            index.to(100)?;
        }
        let width = self.table.values.as_ref().map_or(0, |v| v.width);
        if let (Some(bytes), Some(dbf)) = (&mut values, &self.table.values) {
            bytes.to(dbf.header)?;
        }
        let (mut content, mut row, mut wkb) = (Vec::new(), vec![0; width], Vec::new());
        let mut done = 0;
        while !rows.is_full() && self.table.rows.is_none_or(|all| done < all) {
            done += 1;
            if let Some(values) = &mut values {
                values.exact(&mut row)?;
            }
            let there = self.shape(shapes, &mut index, &mut content)?;
            if !there && self.table.rows.is_none() {
                break;
            }
            if row.first() == Some(&b'*') || self.is_apart(&content) {
                continue;
            }
            self.row(&mut rows, &row, &content, &mut wkb)?;
            if rows.end_row()?.is_break() {
                return Ok(());
            }
        }
        rows.flush().map(|_| ())
    }

    /// The next shape's bytes; none for a row without a shape.
    fn shape(&self, shapes: &mut Bytes<'_>, index: &mut Option<&mut Bytes<'_>>, content: &mut Vec<u8>) -> Result<bool> {
        content.clear();
        if let Some(index) = index {
            let mut entry = [0; 8];
            if !index.fill(&mut entry)? {
                return Ok(false);
            }
            let place = u64::from(u32::from_be_bytes([entry[0], entry[1], entry[2], entry[3]])) * 2;
            // Rows without a shape have an empty entry in some programs' indexes.
            if place < 100 {
                return Ok(true);
            }
            shapes.to(place)?;
        }
        match shp::next(shapes)? {
            Some(length) => shapes.take(length, content).map(|()| true),
            None if index.is_some() => Err(shapes.held().damaged("Its index points behind its last shape.")),
            None => Ok(false),
        }
    }

    fn is_apart(&self, content: &[u8]) -> bool {
        let Some(wanted) = self.bounds else { return false };
        // A null shape meets no box. One whose box is not one is looked at more closely by whoever wants it.
        if content.get(..4).is_none_or(|code| code == [0; 4]) {
            return true;
        }
        shp::own_box(content)
            .is_some_and(|own| own[0] > wanted[2] || own[2] < wanted[0] || own[1] > wanted[3] || own[3] < wanted[1])
    }

    fn row(&self, rows: &mut Rows<'_, '_>, row: &[u8], content: &[u8], wkb: &mut Vec<u8>) -> Result<()> {
        let columns = self.table.values.as_ref().map_or(&[][..], |values| &values.columns);
        for (number, column) in columns.iter().enumerate() {
            if !rows.wants(number) {
                continue;
            }
            let bytes = row.get(column.start..column.start + column.width).unwrap_or_default();
            self.cell(rows, number, column, bytes)?;
        }
        if !content.is_empty() && rows.wants(columns.len()) {
            wkb.clear();
            let held = self.table.place.held(Part::Shp)?;
            if shp::write(content, &self.table.shapes, wkb).map_err(|why| held.damaged(why))? {
                rows.put(columns.len(), Value::Bytes(wkb))?;
            }
        }
        Ok(())
    }

    fn cell(&self, rows: &mut Rows<'_, '_>, number: usize, column: &dbf::Column, bytes: &[u8]) -> Result<()> {
        let Some(dbf) = &self.table.values else { return Ok(()) };
        let wrong = || -> Result<model::Error> {
            let held = self.table.place.held(Part::Dbf)?;
            Ok(held.damaged(format!("The column {} holds something that is not of its type.", column.name)))
        };
        match value::of(column.kind, bytes) {
            Cell::Null => Ok(()),
            Cell::Wrong => Err(wrong()?),
            Cell::Text(text) => rows.put(number, Value::Text(&dbf.code_page.text(text))),
            Cell::Whole(n) => rows.put(number, Value::Int(n)),
            Cell::Digits(n) => match column.kind {
                Kind::Whole => rows.put(number, Value::Int(i64::try_from(n).or_else(|_| Err(wrong()?))?)),
                _ => rows.put(number, Value::Decimal(n)),
            },
            Cell::Real(n) => rows.put(number, Value::Float(n)),
            Cell::Days(days) => rows.put(number, Value::Days(days)),
            Cell::Millis(millis) => rows.put(number, Value::Millis(millis)),
            Cell::Flag(flag) => rows.put(number, Value::Bool(flag)),
            Cell::Raw(bytes) => rows.put(number, Value::Bytes(bytes)),
            Cell::Memo(block) => match self.memos.as_ref().and_then(|memos| memos.text(block)) {
                Some(text) => rows.put(number, Value::Text(&dbf.code_page.text(text))),
                None => Err(self.table.place.held(Part::Memo)?.damaged("A long text is not where the table says.")),
            },
        }
    }
}
