//! Random values, the same in every run.

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

/// So many values of a strategy.
pub fn sample<S: Strategy>(count: usize, strategy: S) -> Vec<S::Value> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

fn position(dims: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(-1e6..1e6f64, dims).prop_map(|v| v.iter().map(|n| format!("{n}")).collect::<Vec<_>>().join(" "))
}

fn line(dims: usize, least: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(position(dims), least..least + 6).prop_map(|v| format!("({})", v.join(",")))
}

fn ring(dims: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(position(dims), 3..7).prop_map(|mut v| {
        v.push(v[0].clone());
        format!("({})", v.join(","))
    })
}

fn polygon(dims: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(ring(dims), 1..3).prop_map(|v| format!("({})", v.join(",")))
}

fn many(inner: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    prop::collection::vec(inner, 1..4).prop_map(|v| format!("({})", v.join(",")))
}

fn shape(dims: usize, suffix: &'static str) -> BoxedStrategy<String> {
    let named = move |name: &'static str| move |body: String| format!("{name}{suffix} {body}");
    let flat = prop_oneof![
        position(dims).prop_map(|p| format!("({p})")).prop_map(named("POINT")),
        line(dims, 2).prop_map(named("LINESTRING")),
        polygon(dims).prop_map(named("POLYGON")),
        many(position(dims)).prop_map(named("MULTIPOINT")),
        many(line(dims, 2)).prop_map(named("MULTILINESTRING")),
        many(polygon(dims)).prop_map(named("MULTIPOLYGON")),
    ];
    // Not inside of others: ST_AsBinary simplifies a whole that holds only empty parts, which is not what was sent.
    let empty = prop::sample::select(vec!["POINT", "LINESTRING", "POLYGON", "MULTIPOLYGON", "GEOMETRYCOLLECTION"])
        .prop_map(move |name| format!("{name}{suffix} EMPTY"));
    let nested = flat.prop_recursive(3, 12, 3, move |inner| many(inner).prop_map(named("GEOMETRYCOLLECTION")));
    prop_oneof![8 => nested, 1 => empty].boxed()
}

/// Random geometries as EWKT: all types, dimensions, empties, nested collections, with and without SRID.
pub fn shapes(count: usize) -> Vec<String> {
    let any = prop_oneof![shape(2, ""), shape(3, " Z"), shape(3, " M"), shape(4, " ZM")];
    let srid = prop::sample::select(vec!["", "SRID=4326;", "SRID=3857;"]);
    // One SRID for all: a column of several is another case.
    let srid = sample(1, srid)[0];
    sample(count, any).into_iter().map(|shape| format!("{srid}{shape}")).collect()
}
