//! SRIDs and the systems that they stand for.

use model::Crs;
use serde_json::json;
use std::collections::HashMap;

/// The rows of `spatial_ref_sys` whose SRID is not simply the EPSG code.
#[derive(Debug, Default, Clone)]
pub(crate) struct CrsTable(HashMap<i32, (String, i32)>);

/// The numbers that the EPSG register uses.
const EPSG_CODES: std::ops::RangeInclusive<i32> = 1024..=32767;

impl CrsTable {
    /// SRID, authority, the authority's code.
    pub(crate) fn new(rows: impl IntoIterator<Item = (i32, String, i32)>) -> Self {
        Self(rows.into_iter().map(|(srid, authority, code)| (srid, (authority, code))).collect())
    }

    fn authority(&self, srid: i32) -> Option<(&str, i32)> {
        match self.0.get(&srid) {
            Some((authority, code)) => Some((authority.as_str(), *code)).filter(|(a, _)| !a.is_empty()),
            None if EPSG_CODES.contains(&srid) => Some(("EPSG", srid)),
            None => None,
        }
    }

    /// For the catalog.
    pub(crate) fn of(&self, srid: i32) -> Crs {
        match (srid, self.authority(srid)) {
            (0, _) => Crs::Unknown,
            (_, Some(("EPSG", code))) if code > 0 => Crs::Epsg { code: code.unsigned_abs() },
            _ => Crs::Srid { code: srid },
        }
    }

    /// GeoArrow's metadata of a column.
    pub(super) fn geoarrow(&self, srid: i32, spherical: bool) -> String {
        let mut metadata = serde_json::Map::new();
        if srid != 0 {
            let (crs, kind) = match self.authority(srid) {
                Some((authority, code)) => (format!("{authority}:{code}"), "authority_code"),
                None => (srid.to_string(), "srid"),
            };
            metadata.insert("crs".to_owned(), json!(crs));
            metadata.insert("crs_type".to_owned(), json!(kind));
        }
        if spherical {
            metadata.insert("edges".to_owned(), json!("spherical"));
        }
        serde_json::Value::Object(metadata).to_string()
    }
}
