//! Geometry in lines of values: pairs of columns, and columns of WKT or WKB.
//!
//! Owns: which two columns are latitude and longitude, by their names and their values; and what is known of a geometry's system.
//! Does not own: WKT (`wkt`) and hexadecimal WKB (`kinds`) themselves.

use super::kinds::{Could, Kind};
use map::crs::System;
use std::collections::BTreeSet;

const LATITUDE: [&str; 2] = ["lat", "latitude"];
const LONGITUDE: [&str; 4] = ["lon", "lng", "long", "longitude"];

/// Two columns that are a point: longitude, latitude.
pub(super) fn pair(names: &[String], columns: &[(Could, Kind)]) -> Option<(usize, usize)> {
    let within = |at: usize, most: f64| {
        let mark = match columns.get(at).map(|c| &c.1) {
            Some(Kind::Int) => b'.',
            Some(Kind::Float(mark) | Kind::Decimal(mark, ..)) => *mark,
            _ => return false,
        };
        let (least, greatest) = columns[at].0.range(mark);
        least >= -most && greatest <= most
    };
    let words: Vec<Vec<String>> = names.iter().map(|n| parts(n)).collect();
    // The name with the word taken out: `start_lat` goes with `start_lng`.
    let rests = |of: &[&str]| -> Vec<(usize, Vec<String>)> {
        let one = |(at, words): (usize, &Vec<String>)| {
            let word = words.iter().position(|w| of.contains(&w.as_str()))?;
            let rest = words.iter().enumerate().filter(|(n, _)| *n != word).map(|(_, w)| w.clone());
            Some((at, rest.collect()))
        };
        words.iter().enumerate().filter_map(one).collect()
    };
    let longitudes = rests(&LONGITUDE);
    for (latitude, rest) in rests(&LATITUDE).into_iter().filter(|(at, _)| within(*at, 90.0)) {
        if let Some((longitude, _)) = longitudes.iter().find(|(at, other)| *other == rest && within(*at, 180.0)) {
            return Some((*longitude, latitude));
        }
    }
    // x and y are degrees only if they could be nothing simpler.
    let named = |name: &str| names.iter().position(|n| n.trim().eq_ignore_ascii_case(name));
    let (x, y) = (named("x")?, named("y")?);
    let fractions = |at: usize| matches!(columns.get(at).map(|c| &c.1), Some(Kind::Float(_) | Kind::Decimal(..)));
    (fractions(x) && fractions(y) && within(x, 180.0) && within(y, 90.0)).then_some((x, y))
}

/// `startLatitude` and `start_latitude` are `start`, `latitude`.
fn parts(name: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    let mut lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && lower) {
            out.push(String::new());
        }
        lower = c.is_lowercase();
        if c.is_alphanumeric()
            && let Some(last) = out.last_mut()
        {
            last.extend(c.to_lowercase());
        }
    }
    out.retain(|part| !part.is_empty());
    out
}

/// A name for the computed column that no other has.
pub(super) fn free(names: &[String]) -> String {
    let mut name = "geometry".to_owned();
    let mut number = 2;
    while names.contains(&name) {
        name = format!("geometry ({number})");
        number += 1;
    }
    name
}

/// The system that the values themselves tell, and what is said of it.
pub(super) fn system(srids: &BTreeSet<Option<i32>>, extent: Option<[f64; 4]>) -> (Option<System>, String) {
    let told: Vec<i32> = srids.iter().flatten().copied().filter(|srid| *srid != 0).collect();
    match told.as_slice() {
        [one] => {
            let system = u32::try_from(*one).map_or_else(|_| System::named(format!("SRID {one}")), System::epsg);
            let said = format!("{}, as the values say", system.name());
            (Some(system), said)
        }
        [] => match extent {
            Some([west, south, east, north]) if west >= -180.0 && east <= 180.0 && south >= -90.0 && north <= 90.0 => {
                (Some(System::wgs84()), "not said; taken for EPSG:4326, as all coordinates could be degrees".to_owned())
            }
            _ => (None, "not said".to_owned()),
        },
        _ => (None, "the values are in several systems".to_owned()),
    }
}
