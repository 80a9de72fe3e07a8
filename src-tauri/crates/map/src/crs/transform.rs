//! The way from one system to another.

use super::System;
use crate::wkb::{WkbError, rewrite};
use proj4rs::Proj;
use proj4rs::transform::{Transform as Coordinates, TransformClosure, transform};
use std::f64::consts::{FRAC_PI_2, PI};
use std::fmt;

/// The radius of the sphere that Web Mercator takes the earth for.
const MERCATOR: f64 = 6_378_137.0;

/// A system that coordinates cannot be brought into or out of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsupported {
    /// The system, as a person calls it.
    pub name: String,
}

impl fmt::Display for Unsupported {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "coordinates in {} cannot be transformed", self.name)
    }
}

impl std::error::Error for Unsupported {}

/// The way from one system to another, for x and y. Cheap to use often; make it once.
#[derive(Debug, Clone)]
pub struct Transform {
    way: Way,
    pub(super) from_degrees: bool,
    pub(super) to_degrees: bool,
    rough: bool,
}

#[derive(Debug, Clone)]
enum Way {
    None,
    FromMercator,
    ToMercator,
    Through(Box<(Side, Side)>),
}

#[derive(Debug, Clone)]
struct Side {
    proj: Proj,
    /// One unit in radians, for a geographic system.
    radians: Option<f64>,
}

impl Transform {
    /// The way between two systems.
    ///
    /// # Errors
    /// [`Unsupported`], with the name of the system that has no known way.
    pub fn between(from: &System, to: &System) -> Result<Self, Unsupported> {
        let mercator = |system: &System| system.code == Some(3857);
        let way = match () {
            () if from.is_wgs84() && to.is_wgs84() => Way::None,
            () if mercator(from) && to.is_wgs84() => Way::FromMercator,
            () if from.is_wgs84() && mercator(to) => Way::ToMercator,
            () => {
                let sides = (side(from)?, side(to)?);
                if from == to { Way::None } else { Way::Through(Box::new(sides)) }
            }
        };
        let degrees = |system: &System, side: Option<&Side>| system.is_wgs84() || side.is_some_and(|s| s.radians.is_some());
        let (first, second) = match &way {
            Way::Through(sides) => (Some(&sides.0), Some(&sides.1)),
            _ => (None, None),
        };
        let rough = matches!(way, Way::Through(_)) && (is_rough(from) || is_rough(to));
        Ok(Self { from_degrees: degrees(from, first), to_degrees: degrees(to, second), rough, way })
    }

    /// The same way back.
    #[must_use]
    pub fn reversed(&self) -> Self {
        let way = match &self.way {
            Way::None => Way::None,
            Way::FromMercator => Way::ToMercator,
            Way::ToMercator => Way::FromMercator,
            Way::Through(sides) => Way::Through(Box::new((sides.1.clone(), sides.0.clone()))),
        };
        Self { way, from_degrees: self.to_degrees, to_degrees: self.from_degrees, rough: self.rough }
    }

    /// Nothing changes.
    pub fn is_identity(&self) -> bool {
        matches!(self.way, Way::None)
    }

    /// The shift between the two datums is not known, or known only for a whole continent: off by up to some hundred metres.
    pub fn is_rough(&self) -> bool {
        self.rough
    }

    /// One position; None where it has no place in the other system.
    pub fn point(&self, xy: [f64; 2]) -> Option<[f64; 2]> {
        let mut one = [xy];
        self.points(&mut one);
        one[0].iter().all(|n| n.is_finite()).then_some(one[0])
    }

    /// All positions, in place. One that has no place in the other system becomes NaN.
    pub fn points(&self, xy: &mut [[f64; 2]]) {
        match &self.way {
            Way::None => return,
            Way::FromMercator => xy.iter_mut().for_each(|at| *at = from_mercator(*at)),
            Way::ToMercator => xy.iter_mut().for_each(|at| *at = to_mercator(*at)),
            Way::Through(sides) => through(sides, xy),
        }
        for at in xy.iter_mut().filter(|at| !at.iter().all(|n| n.is_finite())) {
            *at = [f64::NAN; 2];
        }
    }

    /// A geometry (WKB or EWKB) with all its positions in the other system, as ISO WKB behind what `out` holds already.
    /// Heights and measures stay. On an error `out` is as it was. A position without a place in the other system is NaN.
    ///
    /// # Errors
    /// Whatever is wrong with the bytes.
    pub fn wkb(&self, wkb: &[u8], out: &mut Vec<u8>) -> Result<(), WkbError> {
        if self.is_identity() {
            return crate::wkb::normalise_into(wkb, out).map(|_| ());
        }
        rewrite(wkb, out, |xy| self.points(xy))
    }
}

/// The definition of a code in the register, in PROJ's words.
pub(super) fn registered(code: u32) -> Option<&'static str> {
    if super::names::is_mistaken(code) {
        return None;
    }
    crs_definitions::from_code(u16::try_from(code).ok()?).map(|known| known.proj4)
}

/// The code is one of the register here.
pub(super) fn is_registered(code: u32) -> bool {
    registered(code).is_some()
}

/// The system's definition, that of the register first.
fn definition(system: &System) -> Option<&str> {
    system.code.and_then(registered).or(system.proj.as_deref())
}

fn side(system: &System) -> Result<Side, Unsupported> {
    let unsupported = || Unsupported { name: system.name.clone() };
    let known = without_grids(definition(system).ok_or_else(unsupported)?);
    let proj = Proj::from_proj_string(&known).map_err(|_| unsupported())?;
    if proj.is_geocent() || !proj.has_inverse() || !proj.has_forward() {
        return Err(unsupported());
    }
    let radians = proj.is_latlong().then(|| system.degrees.to_radians());
    Ok(Side { proj, radians })
}

/// The definition without files that are not at hand: a shift by numbers stands in for a grid.
fn without_grids(definition: &str) -> String {
    // The mean shift of the contiguous states is within some ten metres there.
    let known = definition.replace("+datum=NAD27", "+ellps=clrk66 +towgs84=-8,160,176");
    if !known.contains("+towgs84=") {
        return known;
    }
    known.split_whitespace().filter(|word| !word.starts_with("+nadgrids=")).collect::<Vec<_>>().join(" ")
}

/// The shift to WGS 84 is missing, or a mean over a large part of the earth.
fn is_rough(system: &System) -> bool {
    let Some(known) = definition(system) else { return false };
    if known.contains("+datum=NAD27") {
        return true;
    }
    let shifted = ["+towgs84", "+datum", "+nadgrids=@null"].iter().any(|key| known.contains(key));
    let modern = ["+ellps=GRS80", "+ellps=WGS84", "+R="].iter().any(|key| known.contains(key));
    !shifted && !modern
}

/// Positions on their way: what fails goes on as NaN, so that one position costs no other one.
struct Positions<'a>(&'a mut [[f64; 2]]);

impl Coordinates for Positions<'_> {
    fn transform_coordinates<F: TransformClosure>(&mut self, f: &mut F) -> proj4rs::errors::Result<()> {
        for at in self.0.iter_mut() {
            *at = f(at[0], at[1], 0.0).map_or([f64::NAN; 2], |(x, y, _)| [x, y]);
        }
        Ok(())
    }
}

fn through((from, to): &(Side, Side), xy: &mut [[f64; 2]]) {
    if let Some(radians) = from.radians {
        xy.iter_mut().for_each(|at| *at = [at[0] * radians, at[1] * radians]);
    }
    if transform(&from.proj, &to.proj, &mut Positions(xy)).is_err() {
        xy.fill([f64::NAN; 2]);
    }
    if let Some(radians) = to.radians {
        xy.iter_mut().for_each(|at| *at = [around(at[0]) / radians, at[1] / radians]);
    }
}

/// A longitude within half a turn; the two sides of the antimeridian stay what they are.
fn around(longitude: f64) -> f64 {
    if longitude.abs() > PI + 1e-12 { longitude - (longitude / (2.0 * PI)).round() * 2.0 * PI } else { longitude }
}

fn from_mercator([x, y]: [f64; 2]) -> [f64; 2] {
    let latitude = 2.0 * (y / MERCATOR).exp().atan() - FRAC_PI_2;
    [around(x / MERCATOR).to_degrees(), latitude.to_degrees()]
}

fn to_mercator([longitude, latitude]: [f64; 2]) -> [f64; 2] {
    // The poles have no place, and what is beyond them is no latitude.
    if latitude.abs() >= 90.0 {
        return [f64::NAN; 2];
    }
    [longitude.to_radians() * MERCATOR, latitude.to_radians().sin().atanh() * MERCATOR]
}
