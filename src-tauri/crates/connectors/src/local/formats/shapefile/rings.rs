//! Which rings belong together: the format gives a polygon's rings in any order, outer ones clockwise, holes the other way.

type Ring = [[f64; 2]];

/// For each polygon the numbers of its rings, the outer one first; polygons in the order of their outer rings.
pub(super) fn polygons(rings: &[&Ring]) -> Vec<Vec<usize>> {
    let areas: Vec<f64> = rings.iter().map(|ring| twice_area(ring)).collect();
    let boxes: Vec<[f64; 4]> = rings.iter().map(|ring| bounds(ring)).collect();
    let is_outer = |n: usize| areas[n] <= 0.0;
    let mut outers: Vec<usize> = (0..rings.len()).filter(|n| is_outer(*n)).collect();
    let mut owner: Vec<Option<usize>> = vec![None; rings.len()];
    for hole in (0..rings.len()).filter(|n| !is_outer(*n)) {
        let around =
            outers.iter().copied().filter(|outer| within(boxes[hole], boxes[*outer]) && holds(rings[*outer], rings[hole]));
        // In the smallest one around it: an island in a lake may have a lake of its own.
        owner[hole] = around.min_by(|a, b| areas[*a].abs().total_cmp(&areas[*b].abs()));
    }
    // A hole in nothing was written the wrong way round.
    outers.extend((0..rings.len()).filter(|n| !is_outer(*n) && owner[*n].is_none()));
    outers.sort_unstable();
    let mut polygons: Vec<Vec<usize>> = outers.iter().map(|outer| vec![*outer]).collect();
    for (hole, outer) in owner.iter().enumerate().filter_map(|(hole, outer)| Some((hole, (*outer)?))) {
        if let Ok(place) = outers.binary_search(&outer) {
            polygons[place].push(hole);
        }
    }
    polygons
}

/// Positive when it runs anticlockwise.
fn twice_area(ring: &Ring) -> f64 {
    let Some([x0, y0]) = ring.first().copied() else { return 0.0 };
    ring.windows(2).map(|w| (w[0][0] - x0) * (w[1][1] - y0) - (w[1][0] - x0) * (w[0][1] - y0)).sum()
}

fn bounds(ring: &Ring) -> [f64; 4] {
    ring.iter().fold([f64::INFINITY, f64::INFINITY, f64::NEG_INFINITY, f64::NEG_INFINITY], |b, [x, y]| {
        [b[0].min(*x), b[1].min(*y), b[2].max(*x), b[3].max(*y)]
    })
}

fn within(inner: [f64; 4], outer: [f64; 4]) -> bool {
    inner[0] >= outer[0] && inner[1] >= outer[1] && inner[2] <= outer[2] && inner[3] <= outer[3]
}

/// The first position of the hole that is not on the outer ring's edge tells.
fn holds(outer: &Ring, hole: &Ring) -> bool {
    hole.iter().find_map(|at| inside(outer, *at)).unwrap_or(true)
}

/// None on the edge.
fn inside(ring: &Ring, [x, y]: [f64; 2]) -> Option<bool> {
    let mut inside = false;
    for w in ring.windows(2) {
        let ([ax, ay], [bx, by]) = (w[0], w[1]);
        let side = (bx - ax) * (y - ay) - (x - ax) * (by - ay);
        if side == 0.0 && x >= ax.min(bx) && x <= ax.max(bx) && y >= ay.min(by) && y <= ay.max(by) {
            return None;
        }
        if (ay > y) != (by > y) && ((side > 0.0) == (by > ay)) {
            inside = !inside;
        }
    }
    Some(inside)
}

#[cfg(test)]
mod tests {
    use super::polygons;

    fn square(x: f64, y: f64, size: f64, clockwise: bool) -> Vec<[f64; 2]> {
        let mut ring = vec![[x, y], [x, y + size], [x + size, y + size], [x + size, y], [x, y]];
        if !clockwise {
            ring.reverse();
        }
        ring
    }

    #[test]
    fn each_hole_goes_to_the_smallest_ring_around_it() {
        let rings = [
            square(2.0, 2.0, 1.0, false),
            square(0.0, 0.0, 10.0, true),
            square(1.5, 1.5, 3.0, true),
            square(1.0, 1.0, 5.0, false),
        ];
        let rings: Vec<&[[f64; 2]]> = rings.iter().map(Vec::as_slice).collect();
        assert_eq!(polygons(&rings), vec![vec![1, 3], vec![2, 0]]);
    }

    #[test]
    fn rings_that_run_the_wrong_way_are_polygons_of_their_own() {
        let rings = [square(0.0, 0.0, 1.0, false), square(5.0, 0.0, 1.0, false)];
        let rings: Vec<&[[f64; 2]]> = rings.iter().map(Vec::as_slice).collect();
        assert_eq!(polygons(&rings), vec![vec![0], vec![1]]);
    }

    #[test]
    fn a_hole_that_touches_the_edge_is_in_it() {
        let rings = [square(0.0, 0.0, 4.0, true), vec![[0.0, 0.0], [2.0, 1.0], [1.0, 2.0], [0.0, 0.0]]];
        let rings: Vec<&[[f64; 2]]> = rings.iter().map(Vec::as_slice).collect();
        assert_eq!(polygons(&rings), vec![vec![0, 1]]);
    }
}
