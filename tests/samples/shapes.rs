//! What is computed from the shapes: areas, lengths, boxes, which polygon holds a point, and WKB.

use super::sources::{Polygon, Position, Ring};
use std::f64::consts::PI;

/// The radius of the sphere that has the earth's surface, in kilometres.
const RADIUS: f64 = 6371.0072;

/// Square kilometres on that sphere; positive when the ring runs against the clock.
fn ring_area(ring: &[Position]) -> f64 {
    let edges = ring.windows(2).map(|edge| {
        let [[x0, y0], [x1, y1]] = [edge[0], edge[1]].map(|p| p.map(f64::to_radians));
        (x1 - x0) * (2.0 + y0.sin() + y1.sin())
    });
    -edges.sum::<f64>() * RADIUS * RADIUS / 2.0
}

/// Square kilometres, holes taken out.
pub fn area(polygons: &[Polygon]) -> f64 {
    let of = |polygon: &Polygon| {
        let rings: Vec<f64> = polygon.iter().map(|ring| ring_area(ring).abs()).collect();
        rings[0] - rings[1..].iter().sum::<f64>()
    };
    polygons.iter().map(of).sum()
}

/// Kilometres.
pub fn length(lines: &[Ring]) -> f64 {
    let edge = |edge: &[Position]| {
        let [[x0, y0], [x1, y1]] = [edge[0], edge[1]].map(|p| p.map(f64::to_radians));
        let h = ((y1 - y0) / 2.0).sin().powi(2) + y0.cos() * y1.cos() * ((x1 - x0) / 2.0).sin().powi(2);
        2.0 * RADIUS * h.sqrt().min(1.0).asin()
    };
    lines.iter().flat_map(|line| line.windows(2)).map(edge).sum()
}

/// Least x, greatest x, least y, greatest y.
pub fn bounds<'a>(positions: impl Iterator<Item = &'a Position>) -> [f64; 4] {
    let none = [f64::INFINITY, f64::NEG_INFINITY, f64::INFINITY, f64::NEG_INFINITY];
    positions.fold(none, |b, [x, y]| [b[0].min(*x), b[1].max(*x), b[2].min(*y), b[3].max(*y)])
}

/// Inside the outer ring and in none of the holes.
pub fn holds(polygon: &Polygon, [x, y]: Position) -> bool {
    let crossings = |ring: &Ring| {
        let crosses = |edge: &&[Position]| {
            let [[x0, y0], [x1, y1]] = [edge[0], edge[1]];
            (y0 > y) != (y1 > y) && x < (x1 - x0) * (y - y0) / (y1 - y0) + x0
        };
        ring.windows(2).filter(crosses).count()
    };
    polygon.iter().map(crossings).sum::<usize>() % 2 == 1
}

/// Outer rings against the clock, holes with it, as the standard wants it.
pub fn wound(polygon: &Polygon) -> Polygon {
    let turn = |(at, ring): (usize, &Ring)| {
        let mut ring = ring.clone();
        if (ring_area(&ring) > 0.0) != (at == 0) {
            ring.reverse();
        }
        ring
    };
    polygon.iter().enumerate().map(turn).collect()
}

/// Writes little-endian WKB.
pub struct Wkb(pub Vec<u8>);

impl Wkb {
    fn head(&mut self, kind: u32) {
        self.0.push(1);
        self.0.extend(kind.to_le_bytes());
    }

    fn count(&mut self, count: usize) {
        self.0.extend(u32::try_from(count).unwrap().to_le_bytes());
    }

    fn positions(&mut self, positions: &[Position]) {
        positions.iter().flatten().for_each(|n| self.0.extend(n.to_le_bytes()));
    }

    pub fn point(at: Position) -> Vec<u8> {
        let mut out = Self(Vec::new());
        out.head(1);
        out.positions(&[at]);
        out.0
    }

    pub fn lines(lines: &[Ring]) -> Vec<u8> {
        let mut out = Self(Vec::new());
        out.head(5);
        out.count(lines.len());
        for line in lines {
            out.head(2);
            out.count(line.len());
            out.positions(line);
        }
        out.0
    }

    fn add_polygon(&mut self, polygon: &Polygon) {
        self.head(3);
        self.count(polygon.len());
        for ring in wound(polygon) {
            self.count(ring.len());
            self.positions(&ring);
        }
    }

    pub fn polygon(polygon: &Polygon) -> Vec<u8> {
        let mut out = Self(Vec::new());
        out.add_polygon(polygon);
        out.0
    }

    pub fn polygons(polygons: &[Polygon]) -> Vec<u8> {
        let mut out = Self(Vec::new());
        out.head(6);
        out.count(polygons.len());
        polygons.iter().for_each(|polygon| out.add_polygon(polygon));
        out.0
    }
}

#[test]
fn a_hemisphere_has_half_the_earth_s_surface() {
    let ring: Ring = (-180..=180).map(|x| [f64::from(x), 0.0]).chain([[180.0, 90.0], [-180.0, 90.0], [-180.0, 0.0]]).collect();
    let half = 2.0 * PI * RADIUS * RADIUS;
    assert!((area(&[vec![ring]]) / half - 1.0).abs() < 1e-9);
}
