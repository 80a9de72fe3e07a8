//! One million points around the world's cities. They are computed from their numbers alone, the same on every computer, and
//! nothing about them was ever measured: they show what a large layer is like.

use crate::local::source::{Layer, Read, Sink, Source};
use crate::local::sqlite::blob;
use arrow_array::builder::{BinaryBuilder, Float64Builder, Int64Builder, StringBuilder, TimestampMicrosecondBuilder};
use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow_schema::{DataType, Field, Schema, SchemaRef, TimeUnit};
use map::crs::System;
use model::{Count, Crs, Detail, Geometry, Result, common};
use std::collections::HashMap;
use std::ops::ControlFlow;
use std::sync::{Arc, LazyLock};

/// The table's name.
pub(super) const NAME: &str = "generated_points";
/// How many there are.
const COUNT: u64 = 1_000_000;
/// West, south, east, north of all of them; a test holds it against them.
const EXTENT: [f64; 4] = [-179.88811, -42.52035, 179.97694, 64.76948];
const BATCH: u64 = 8192;

const CATEGORIES: [&str; 6] = ["food", "retail", "transit", "park", "culture", "harbour"];
/// How many of a hundred have a category up to this one.
const SHARES: [u64; 6] = [34, 60, 78, 90, 97, 100];

/// Where the clusters are: the cities of the samples, which are part of the program.
static CENTRES: LazyLock<Vec<[f64; 2]>> = LazyLock::new(|| super::cities().unwrap_or_default());

/// A number that depends on the point and on what it is for, and on nothing else (splitmix64).
fn draw(id: u64, purpose: u64) -> u64 {
    let mut z = id.wrapping_mul(0x9e37_79b9_7f4a_7c15).wrapping_add(purpose.wrapping_mul(0xd1b5_4a32_d192_ed03));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The same as a share from 0 to 1.
#[allow(clippy::cast_precision_loss)]
fn share(id: u64, purpose: u64) -> f64 {
    (draw(id, purpose) >> 11) as f64 / (1_u64 << 53) as f64
}

/// Longitude and latitude. A city draws more points the earlier it stands in the alphabet of its hash; around it they thin out.
pub(super) fn place(id: u64) -> [f64; 2] {
    let centres = &*CENTRES;
    if centres.is_empty() {
        return [0.0, 0.0];
    }
    let skewed = share(id, 1) * share(id, 2);
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
    let rank = ((skewed * centres.len() as f64) as usize).min(centres.len() - 1);
    // An order of the cities that has nothing to do with their names.
    let [x, y] = centres[(rank * 101 + 17) % centres.len()];
    let radius = 0.03 * (1.0 / (share(id, 3) + 0.004).sqrt() - 0.99).max(0.0) * (1.0 + 2.0 * share(id, 4));
    let turn = share(id, 5) * std::f64::consts::TAU;
    let latitude = (y + radius * turn.sin()).clamp(-85.0, 85.0);
    let longitude = x + radius * turn.cos() / y.to_radians().cos().max(0.2);
    let longitude = if longitude.abs() > 180.0 { longitude - 360.0_f64.copysign(longitude) } else { longitude };
    // A metre: what is beyond that differs between computers.
    [(longitude * 1e5).round() / 1e5, (latitude * 1e5).round() / 1e5]
}

pub(super) fn category(id: u64) -> &'static str {
    let draw = draw(id, 6) % 100;
    let at = SHARES.iter().position(|share| draw < *share).unwrap_or(0);
    CATEGORIES[at]
}

/// One of a hundred has none.
pub(super) fn value(id: u64) -> Option<f64> {
    let spread: f64 = (7..13).map(|purpose| share(id, purpose)).sum::<f64>() - 3.0;
    (!draw(id, 13).is_multiple_of(100)).then(|| ((40.0 + 90.0 * (spread / 1.4).powi(3) + 25.0 * spread) * 100.0).round() / 100.0)
}

/// A second of the years 2020 to 2024, in microseconds since 1970.
pub(super) fn noted_at(id: u64) -> i64 {
    const FROM: i64 = 1_577_836_800;
    const SECONDS: u64 = 157_852_800;
    (FROM + i64::try_from(draw(id, 14) % SECONDS).unwrap_or(0)) * 1_000_000
}

pub(super) fn noted_at_text(id: u64) -> Option<String> {
    crate::local::sqlite::utc(noted_at(id))
}

fn wkb([x, y]: [f64; 2]) -> [u8; 21] {
    let mut out = [0; 21];
    (out[0], out[1]) = (1, 1);
    out[5..13].copy_from_slice(&x.to_le_bytes());
    out[13..].copy_from_slice(&y.to_le_bytes());
    out
}

pub(super) fn geopackage(id: u64) -> Vec<u8> {
    blob::write(4326, None, &wkb(place(id)))
}

/// The points as a file that is none.
pub(super) struct Points {
    layers: [Layer; 1],
}

impl Points {
    pub(super) fn new() -> Self {
        let field = |name: &str, of: DataType, nullable, type_name: &str| {
            let metadata = HashMap::from([("landbridge:type".to_owned(), type_name.to_owned())]);
            Field::new(name, of, nullable).with_metadata(metadata)
        };
        let types = ["INTEGER", "TEXT", "REAL", "DATETIME", "POINT"];
        let mut geometry = field("geom", DataType::Binary, false, types[4]);
        geometry.metadata_mut().insert("ARROW:extension:name".to_owned(), "geoarrow.wkb".to_owned());
        geometry.metadata_mut().insert("ARROW:extension:metadata".to_owned(), System::wgs84().to_geoarrow(false));
        let schema = Schema::new(vec![
            field("id", DataType::Int64, false, types[0]),
            field("category", DataType::Utf8, false, types[1]),
            field("value", DataType::Float64, true, types[2]),
            field("noted_at", DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())), false, types[3]),
            geometry,
        ]);
        let detail = |label: &str, value: &str| Detail { label: label.to_owned(), value: value.to_owned() };
        let layer = Layer {
            name: NAME.to_owned(),
            schema: Arc::new(schema),
            type_names: types.map(str::to_owned).to_vec(),
            geometries: vec![Geometry {
                column: "geom".to_owned(),
                geometry_type: "POINT".to_owned(),
                crs: Crs::Epsg { code: 4326 },
                spherical: false,
                dimensions: 2,
                indexed: Some(false),
                extent: Some(EXTENT),
            }],
            rows: Some(Count { rows: COUNT, exact: true }),
            details: vec![
                detail(
                    "Source",
                    "Generated, not measured: computed from the points' numbers, scattered around the populated places",
                ),
                detail("Licence", "Public domain"),
            ],
        };
        Self { layers: [layer] }
    }
}

impl Source for Points {
    fn layers(&self) -> &[Layer] {
        &self.layers
    }

    fn read(&self, _: usize, read: &Read, sink: &mut Sink<'_>) -> Result<()> {
        let schema = Arc::new(self.layers[0].schema.project(&read.columns).map_err(common::internal)?);
        let inside = |[x, y]: [f64; 2]| {
            read.bbox.is_none_or(|(_, [west, south, east, north])| x >= west && x <= east && y >= south && y <= north)
        };
        let most = read.limit.unwrap_or(u64::MAX);
        let (mut next, mut sent) = (1, 0);
        while next <= COUNT && sent < most {
            let mut ids = Vec::new();
            while next <= COUNT && (ids.len() as u64) < BATCH.min(most - sent) {
                if read.bbox.is_none() || inside(place(next)) {
                    ids.push(next);
                }
                next += 1;
            }
            sent += ids.len() as u64;
            let batch = batch(&schema, &read.columns, &ids)?;
            if matches!(sink(batch), ControlFlow::Break(())) {
                break;
            }
        }
        Ok(())
    }
}

fn batch(schema: &SchemaRef, columns: &[usize], ids: &[u64]) -> Result<RecordBatch> {
    let arrays = columns.iter().map(|column| array(*column, ids)).collect();
    let options = RecordBatchOptions::new().with_row_count(Some(ids.len()));
    RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options).map_err(common::internal)
}

fn array(column: usize, ids: &[u64]) -> ArrayRef {
    match column {
        0 => {
            let mut out = Int64Builder::with_capacity(ids.len());
            ids.iter().for_each(|id| out.append_value(i64::try_from(*id).unwrap_or(i64::MAX)));
            Arc::new(out.finish())
        }
        1 => {
            let mut out = StringBuilder::with_capacity(ids.len(), ids.len() * 7);
            ids.iter().for_each(|id| out.append_value(category(*id)));
            Arc::new(out.finish())
        }
        2 => {
            let mut out = Float64Builder::with_capacity(ids.len());
            ids.iter().for_each(|id| out.append_option(value(*id)));
            Arc::new(out.finish())
        }
        3 => {
            let mut out = TimestampMicrosecondBuilder::with_capacity(ids.len()).with_timezone("UTC");
            ids.iter().for_each(|id| out.append_value(noted_at(*id)));
            Arc::new(out.finish())
        }
        _ => {
            let mut out = BinaryBuilder::with_capacity(ids.len(), ids.len() * 21);
            ids.iter().for_each(|id| out.append_value(wkb(place(*id))));
            Arc::new(out.finish())
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{COUNT, EXTENT, Points, category, noted_at, place, value};
    use crate::local::source::{Read, Source};
    use std::collections::BTreeSet;
    use std::ops::ControlFlow;

    #[test]
    fn the_points_lie_within_their_extent_and_touch_it() {
        let mut found = [f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY];
        for [x, y] in (1..=COUNT).map(place) {
            found = [found[0].min(x), found[1].min(y), found[2].max(x), found[3].max(y)];
        }
        assert_eq!(found, EXTENT);
    }

    #[test]
    fn a_point_is_the_same_each_time() {
        let [x, y] = place(1);
        assert_eq!((x, y, category(1), value(1), noted_at(1)), EXPECTED);
        assert_eq!((1..1000).map(category).collect::<BTreeSet<_>>().len(), 6);
        assert!((1..1000).any(|id| value(id).is_none()));
    }

    const EXPECTED: (f64, f64, &str, Option<f64>, i64) = (103.98824, 30.78298, "transit", Some(-19.29), 1_688_737_799_000_000);

    #[test]
    fn a_box_and_a_limit_leave_out_what_is_not_wanted() {
        let points = Points::new();
        let rows = |read: &Read| {
            let mut rows = 0;
            points
                .read(0, read, &mut |batch| {
                    rows += batch.num_rows() as u64;
                    ControlFlow::Continue(())
                })
                .unwrap();
            rows
        };
        assert_eq!(rows(&Read { columns: vec![0, 4], limit: Some(10_000), bbox: None }), 10_000);
        assert_eq!(rows(&Read { columns: vec![], ..Read::default() }), COUNT);
        let near = |[x, y]: [f64; 2]| (0.0..=5.0).contains(&x) && (45.0..=50.0).contains(&y);
        let expected = (1..=COUNT).map(place).filter(|at| near(*at)).count() as u64;
        assert!(expected > 100);
        assert_eq!(rows(&Read { columns: vec![0], bbox: Some((4, [0.0, 45.0, 5.0, 50.0])), limit: None }), expected);
    }
}
