//! The one look at the whole file when it is opened.

use super::columns::Columns;
use super::coordinates::Shape;
use super::feature::{self, Feature, Members, text};
use super::scan::{Item, Scan};
use crate::local::formats::held::Held;
use crate::local::formats::rows;
use crate::local::source::Layer;
use map::crs::System;
use map::wkb::Kind;
use model::{Count, Detail, Geometry, Result};
use serde_json::value::RawValue;
use std::ops::ControlFlow;

/// A detail's text is not longer.
const LONGEST_DETAIL: usize = 400;

#[derive(Default)]
struct Found {
    columns: Columns,
    count: u64,
    collections: u64,
    name: Option<String>,
    /// What the old `crs` member says: None: nothing; Some(None): that there is none.
    system: Option<Option<System>>,
    more: Vec<Detail>,
    kind: Option<Option<Kind>>,
    dimensions: usize,
    extent: Option<[f64; 4]>,
}

/// Looks at every feature. The columns, and the table that they make.
pub(super) fn over(held: &Held) -> Result<(Columns, Layer)> {
    let mut found = Found { dimensions: 2, ..Found::default() };
    let mut shape = Shape::default();
    let mut number = 0;
    let mut scan = Scan::new(held)?;
    let _ = scan.run(&mut |item| {
        match item {
            Item::Collection(bytes) => found.collection(bytes),
            Item::Feature(bytes) => {
                number += 1;
                let looked = found.feature(bytes, &mut shape);
                looked.map_err(|why| {
                    let why = why.of_feature(number);
                    // Nothing was GeoJSON yet: it is another kind of JSON, not a damaged file.
                    if number == 1 { held.unknown(why) } else { held.damaged(why) }
                })?;
            }
        }
        Ok(ControlFlow::Continue(()))
    })?;
    held.check()?;
    if found.count == 0 && found.collections == 0 {
        return Err(held.unknown("There is no feature in it, nor a collection of features."));
    }
    Ok(found.layer(held))
}

impl Found {
    fn feature(&mut self, bytes: &[u8], shape: &mut Shape) -> std::result::Result<(), feature::Wrong> {
        let mut repaired = Vec::new();
        let feature = Feature::read(bytes, &mut repaired)?;
        if self.system.is_none() {
            self.system = serde_json::from_slice::<Members<'_>>(bytes).ok().and_then(|members| system(&members));
        }
        if feature.is_empty_collection() {
            self.collection(bytes);
            return Ok(());
        }
        self.count += 1;
        self.columns.look(&feature);
        let Some(geometry) = feature.geometry else { return Ok(()) };
        shape.read(geometry)?;
        self.dimensions = self.dimensions.max(shape.dimensions());
        let kind = shape.kind();
        self.kind = Some(match self.kind {
            Some(before) if before != kind => None,
            _ => kind,
        });
        if let Some(own) = shape.bounds() {
            self.extent = Some(
                self.extent.map_or(own, |all| [all[0].min(own[0]), all[1].min(own[1]), all[2].max(own[2]), all[3].max(own[3])]),
            );
        }
        Ok(())
    }

    /// What a collection says of itself.
    fn collection(&mut self, bytes: &[u8]) {
        self.collections += 1;
        let Ok(members) = serde_json::from_slice::<Members<'_>>(bytes) else { return };
        if let Some(system) = system(&members) {
            self.system = Some(system);
        }
        if self.collections > 1 {
            return;
        }
        self.name = members.get("name").and_then(text).map(|name| name.into_owned()).filter(|name| !name.is_empty());
        let own = ["type", "features", "crs", "bbox", "name"];
        for (label, value) in members.0.iter().filter(|(name, _)| !own.contains(&name.as_ref())) {
            let value = text(value).unwrap_or_else(|| value.get().into());
            if value.len() <= LONGEST_DETAIL && value != "null" && !value.is_empty() {
                self.more.push(Detail { label: label.to_string(), value: value.into_owned() });
            }
        }
    }

    fn layer(mut self, held: &Held) -> (Columns, Layer) {
        let (mut fields, mut type_names) = self.columns.finish();
        let system = self.system.unwrap_or_else(|| Some(System::wgs84()));
        let others: Vec<String> = fields.iter().map(|f| f.name().clone()).collect();
        let column = rows::geometry_name(&others);
        fields.push(rows::geometry_field(&column, system.as_ref()));
        let geometry_type = self.kind.flatten().map_or("GEOMETRY", Kind::name).to_owned();
        type_names.push(geometry_type.clone());
        let geometry = Geometry {
            column,
            geometry_type,
            crs: rows::crs(system.as_ref()),
            spherical: false,
            dimensions: u8::try_from(self.dimensions).unwrap_or(2),
            indexed: Some(false),
            extent: self.extent,
        };
        let format = if self.collections == 0 && self.count > 1 { "GeoJSON, one feature after the other" } else { "GeoJSON" };
        let mut details = vec![Detail { label: "Format".to_owned(), value: format.to_owned() }];
        details.append(&mut self.more);
        let layer = Layer {
            name: self.name.unwrap_or_else(|| held.stem()),
            schema: rows::schema(fields),
            type_names,
            geometries: vec![geometry],
            rows: Some(Count { rows: self.count, exact: true }),
            details,
        };
        (self.columns, layer)
    }
}

/// The `crs` member of GeoJSON before its standard. None when there is none.
fn system(members: &Members<'_>) -> Option<Option<System>> {
    let crs = members.get("crs")?;
    if crs.get() == "null" {
        return Some(None);
    }
    let name = |value: &RawValue| -> Option<String> {
        let crs = Members::of(value)?;
        let properties = Members::of(crs.get("properties")?)?;
        let said = ["name", "code", "href"].iter().find_map(|key| properties.get(key))?;
        Some(text(said).unwrap_or_else(|| format!("EPSG:{}", said.get()).into()).into_owned())
    };
    let name = name(crs).unwrap_or_else(|| "unknown".to_owned());
    Some(Some(System::parse(&name).unwrap_or_else(|| System::named(name))))
}
