//! The atlas sews rings together across the antimeridian and around the pole, as a globe wants them. A plane wants them cut.

use super::shapes::holds;
use super::sources::{Polygon, Position, Ring};

/// The same polygon as parts that stay between -180 and 180 degrees.
pub fn cut(polygon: Polygon) -> Vec<Polygon> {
    let jumps: Vec<usize> = polygon.iter().map(|ring| ring.windows(2).filter(|edge| jumps_over(edge)).count()).collect();
    if jumps.iter().all(|n| *n == 0) {
        return vec![polygon];
    }
    if jumps.iter().any(|n| n % 2 == 1) {
        return vec![vec![around_the_pole(&polygon)]];
    }
    assert!(
        jumps[0] == 2 && jumps[1..].iter().all(|n| *n == 0),
        "a ring that crosses more than once, or a hole that does: {jumps:?}"
    );
    let mut parts = in_two(&polygon[0]).map(|ring| vec![ring]).to_vec();
    for hole in polygon.into_iter().skip(1) {
        let part = parts.iter_mut().find(|part| holds(&part[..1].to_vec(), hole[0]));
        part.expect("a hole lies in one of the parts").push(hole);
    }
    parts
}

fn jumps_over(edge: &[Position]) -> bool {
    (edge[1][0] - edge[0][0]).abs() > 180.0
}

/// Where an edge that jumps over meets the antimeridian, on the side of its first position.
fn meets(edge: &[Position]) -> Position {
    let [[x0, y0], [x1, y1]] = [edge[0], edge[1]];
    let side = 180f64.copysign(x0);
    let whole = x1 + 360f64.copysign(x0) - x0;
    let part = if whole == 0.0 { 0.0 } else { (side - x0) / whole };
    [side, ((y0 + (y1 - y0) * part) * 1e5).round() / 1e5]
}

fn across([x, y]: Position) -> Position {
    [-x, y]
}

/// The positions between one jump and the next, from the antimeridian to the antimeridian.
fn pieces(ring: &Ring) -> Vec<Ring> {
    let open = &ring[..ring.len() - 1];
    let at = |n: usize| open[n % open.len()];
    let jumps: Vec<usize> = (0..open.len()).filter(|n| jumps_over(&[at(*n), at(n + 1)])).collect();
    let piece = |k: usize| {
        let (from, to) = (jumps[k], jumps[(k + 1) % jumps.len()]);
        let to = if to <= from { to + open.len() } else { to };
        let mut piece = vec![across(meets(&[at(from), at(from + 1)]))];
        piece.extend((from + 1..=to).map(at));
        piece.push(meets(&[at(to), at(to + 1)]));
        piece.dedup();
        piece
    };
    (0..jumps.len()).map(piece).collect()
}

fn in_two(ring: &Ring) -> [Ring; 2] {
    let mut pieces = pieces(ring).into_iter().map(|mut piece| {
        piece.push(piece[0]);
        piece
    });
    [pieces.next().unwrap(), pieces.next().unwrap()]
}

/// The coast from one side to the other, and back along the pole.
fn around_the_pole(polygon: &Polygon) -> Ring {
    let height = |ring: &&Ring| ring.iter().map(|p| (p[1].abs() * 1e5) as i64).min();
    let coast = polygon.iter().min_by_key(height).unwrap();
    let mut ring = pieces(coast).remove(0);
    let pole = 90f64.copysign(ring[0][1]);
    let (first, last) = (ring[0], ring[ring.len() - 1]);
    ring.extend([[last[0], pole], [first[0], pole], first]);
    ring
}

#[test]
fn what_crosses_is_cut_in_two() {
    let ring = vec![[170.0, 0.0], [-170.0, 0.0], [-170.0, 10.0], [170.0, 10.0], [170.0, 0.0]];
    let parts = cut(vec![ring]);
    assert_eq!(parts.len(), 2);
    for part in &parts {
        assert!(part[0].windows(2).all(|edge| !jumps_over(edge)) && part[0].first() == part[0].last(), "{part:?}");
    }
    assert_eq!(parts[0][0], [[-180.0, 0.0], [-170.0, 0.0], [-170.0, 10.0], [-180.0, 10.0], [-180.0, 0.0]]);
    assert_eq!(parts[1][0], [[180.0, 10.0], [170.0, 10.0], [170.0, 0.0], [180.0, 0.0], [180.0, 10.0]]);
}

#[test]
fn what_lies_around_the_pole_reaches_it() {
    let coast = vec![[-120.0, -70.0], [0.0, -70.0], [120.0, -70.0], [-120.0, -70.0]];
    let pole = vec![[-120.0, -89.999], [120.0, -89.999], [0.0, -89.999], [-120.0, -89.999]];
    let parts = cut(vec![pole, coast]);
    assert_eq!(parts.len(), 1);
    let ring = &parts[0][0];
    assert!(ring.windows(2).all(|edge| !jumps_over(edge) || edge[0][1] == -90.0), "{ring:?}");
    assert!(ring.contains(&[180.0, -90.0]) && ring.contains(&[-180.0, -90.0]) && ring.first() == ring.last());
}
