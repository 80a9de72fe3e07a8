//! Boxes on their way from one system to another.
//!
//! A box's edges become curves, so it is looked at on a dense net of positions. Two questions are asked of a box, and their
//! answers err on different sides: [`Transform::covering`] never leaves anything out, [`Transform::extent`] is what is shown.

use super::Transform;

/// Positions along one edge of the net.
const NET: usize = 33;

impl Transform {
    /// A box that certainly holds everything that lies in `degrees` (west, south, east, north; west may be greater than
    /// east: across the antimeridian), in the units of the system to which this way leads. Its west is never greater than
    /// its east. None when no box can promise that, as around a pole that the system cannot show: then nothing may be left out.
    pub fn covering(&self, degrees: [f64; 4]) -> Option<[f64; 4]> {
        let [west, south, east, north] = degrees;
        if degrees.iter().any(|n| !n.is_finite()) {
            return None;
        }
        if self.is_identity() {
            return Some(if west > east { [-180.0, south, 180.0, north] } else { degrees });
        }
        if west <= east {
            return self.margin([west, south, east, north]);
        }
        let (a, b) = (self.margin([west, south, 180.0, north])?, self.margin([-180.0, south, east, north])?);
        Some([a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])
    }

    /// The extent of a box of this way's first system in its second one, as it is shown: west, south, east, north. Where the
    /// second system is in degrees, west is greater than east for a box across the antimeridian. None when nothing of it has
    /// a place there.
    pub fn extent(&self, bounds: [f64; 4]) -> Option<[f64; 4]> {
        if bounds.iter().any(|n| !n.is_finite()) {
            return None;
        }
        if self.is_identity() || (self.from_degrees && bounds[0] > bounds[2]) {
            return if self.is_identity() { Some(bounds) } else { self.covering(bounds) };
        }
        let net = self.net(bounds);
        let finite = || net.iter().flatten().filter(|at| at[0].is_finite());
        let (south, north) = least_and_most(finite().map(|at| at[1]))?;
        if !self.to_degrees {
            let (west, east) = least_and_most(finite().map(|at| at[0]))?;
            return Some([west, south, east, north]);
        }
        let (south, north) = (
            if self.holds_pole(bounds, -90.0) { -90.0 } else { south },
            if self.holds_pole(bounds, 90.0) { 90.0 } else { north },
        );
        let whole_round = south <= -90.0 || north >= 90.0;
        let (west, east) = if whole_round { (-180.0, 180.0) } else { longitudes(&net)? };
        Some([west, south, east, north])
    }

    /// The positions of a net over the box, in the other system.
    fn net(&self, [west, south, east, north]: [f64; 4]) -> Vec<Vec<[f64; 2]>> {
        let step = |from: f64, to: f64, n: usize| from + (to - from) * n as f64 / (NET - 1) as f64;
        let row = |j: usize| (0..NET).map(|i| [step(west, east, i), step(south, north, j)]).collect::<Vec<_>>();
        let mut net: Vec<Vec<[f64; 2]>> = (0..NET).map(row).collect();
        net.iter_mut().for_each(|row| self.points(row));
        net
    }

    /// The box of the net, widened by half of the widest step between neighbours; None when a position has no place.
    fn margin(&self, bounds: [f64; 4]) -> Option<[f64; 4]> {
        let net = self.net(bounds);
        if net.iter().flatten().any(|at| !at[0].is_finite()) {
            return None;
        }
        let mut out = [0.0; 4];
        for axis in 0..2 {
            let (least, most) = least_and_most(net.iter().flatten().map(|at| at[axis]))?;
            let along = net.iter().flat_map(|row| row.windows(2).map(|w| (w[0][axis] - w[1][axis]).abs()));
            let across = net.windows(2).flat_map(|rows| rows[0].iter().zip(&rows[1]).map(|(a, b)| (a[axis] - b[axis]).abs()));
            let widest = along.chain(across).fold(0.0, f64::max);
            (out[axis], out[axis + 2]) = (least - widest / 2.0, most + widest / 2.0);
        }
        Some(out)
    }

    /// The box, in the first system, holds the pole.
    fn holds_pole(&self, bounds: [f64; 4], latitude: f64) -> bool {
        if self.from_degrees {
            return bounds[1] <= -90.0 && latitude < 0.0 || bounds[3] >= 90.0 && latitude > 0.0;
        }
        // Just beside the pole, all round: where the pole is a point, they all lie in the box; where it is a line, not all do.
        let back = self.reversed();
        let beside = latitude - latitude.signum() * 1e-6;
        (0..8).all(|eighth| {
            let at = back.point([f64::from(eighth) * 45.0 - 157.5, beside]);
            at.is_some_and(|[x, y]| (bounds[0]..=bounds[2]).contains(&x) && (bounds[1]..=bounds[3]).contains(&y))
        })
    }
}

fn least_and_most(numbers: impl Iterator<Item = f64>) -> Option<(f64, f64)> {
    let bounds = numbers.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), n| (least.min(n), most.max(n)));
    (bounds.0 <= bounds.1).then_some(bounds)
}

/// West and east of a net of degrees: the range in which it lies without a jump, west greater than east across 180 degrees.
fn longitudes(net: &[Vec<[f64; 2]>]) -> Option<(f64, f64)> {
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    let mut row_start: Option<f64> = None;
    for row in net {
        let mut last = row_start;
        for (n, at) in row.iter().filter(|at| at[0].is_finite()).enumerate() {
            let near = last.map_or(at[0], |last| at[0] - ((at[0] - last) / 360.0).round() * 360.0);
            (least, most) = (least.min(near), most.max(near));
            last = Some(near);
            if n == 0 {
                row_start = Some(near);
            }
        }
    }
    if least > most {
        return None;
    }
    if most - least >= 359.999 {
        return Some((-180.0, 180.0));
    }
    // Both within half a turn, the edges themselves kept as they are.
    let wrap = |n: f64| if n.abs() > 180.0 { n - (n / 360.0).round() * 360.0 } else { n };
    Some((wrap(least), wrap(most)))
}
