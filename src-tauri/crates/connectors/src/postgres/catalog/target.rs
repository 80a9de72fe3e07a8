//! What a session looks up of a table before it scans it, so that the statement uses the table's indexes.

use super::super::line::Line;
use super::super::read::typmod;
use super::super::sql::{Area, Known, Sampling, boxes, identifier, qualified};
use super::{Postgis, get, missing, named};
use model::{BoundingBox, Ctx, Result, Scan};
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio_postgres::types::{Oid, ToSql, Type};

/// With fewer blocks than this in a sample, whole blocks would be a coarse choice.
const FEWEST_BLOCKS: f64 = 200.0;
/// Rows looked at to find the SRIDs of a column that does not declare one.
const LOOKED_AT: usize = 2000;

const TARGET: &str = "SELECT c.relkind::text, c.relpages::float8, \
    (SELECT pg_catalog.bool_and(a.attnotnull) FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 \
        AND NOT a.attisdropped AND a.attname::text = ANY ($3)), \
    (SELECT a.atttypid FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.attname::text = $4), \
    (SELECT a.atttypmod FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 AND a.attname::text = $4) \
    FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
    WHERE n.nspname::text = $1 AND c.relname::text = $2";

/// What is known of the table that the scan reads. Asks nothing when the scan needs nothing.
pub(crate) async fn target(line: &Arc<Line>, scan: &Scan, postgis: Option<&Postgis>, cx: &Ctx) -> Result<Known> {
    let mut known = Known { postgis: postgis.map(|p| p.schema.clone()), ..Known::default() };
    if scan.bbox.is_none() && scan.sample.is_none() && scan.after.is_none() {
        return Ok(known);
    }
    let (schema, table) = named(&scan.table)?;
    let sort: Vec<&str> = scan.sort.iter().map(|s| s.column.as_str()).collect();
    let geometry = scan.bbox.as_ref().map(|b| b.column.as_str());
    let params: [(&(dyn ToSql + Sync), Type); 4] =
        [(&schema, Type::TEXT), (&table, Type::TEXT), (&sort, Type::TEXT_ARRAY), (&geometry, Type::TEXT)];
    let rows = line.catalog(cx, |client| async move { client.query_typed(TARGET, &params).await }).await?;
    let row = rows.first().ok_or_else(|| missing(&scan.table))?;
    let (kind, pages): (&str, f64) = (get(row, 0)?, get(row, 1)?);
    known.sampling = match (kind, scan.sample) {
        ("v" | "f", _) => Sampling::Random,
        (_, Some(share)) if pages * share >= FEWEST_BLOCKS => Sampling::Blocks,
        _ => Sampling::Rows,
    };
    known.sort_never_null = get::<Option<bool>>(row, 2)?.unwrap_or(false);
    if let (Some(bbox), Some(postgis)) = (&scan.bbox, postgis) {
        let column = (get::<Option<Oid>>(row, 3)?.unwrap_or_default(), get::<Option<i32>>(row, 4)?.unwrap_or(-1));
        known.area = area(line, scan, bbox, column, postgis, cx).await?;
    }
    Ok(known)
}

/// How the box is compared with this column. None: row by row.
async fn area(
    line: &Arc<Line>,
    scan: &Scan,
    bbox: &BoundingBox,
    (type_id, modifier): (Oid, i32),
    postgis: &Postgis,
    cx: &Ctx,
) -> Result<Option<Area>> {
    let boxes = boxes(bbox)?;
    if type_id == postgis.geography && type_id != 0 {
        // Across half the globe the shortest way between two corners is another one: then each row is looked at.
        let narrow = boxes.iter().all(|[west, _, east, _]| east - west < 120.0);
        return Ok(narrow.then_some(Area::Spherical { boxes }));
    }
    if type_id != postgis.geometry || type_id == 0 {
        return Ok(None);
    }
    let srid = match typmod::srid(modifier) {
        0 => only_srid(line, scan, bbox, postgis, cx).await?,
        srid => Some(srid),
    };
    match srid {
        None => Ok(None),
        Some(srid @ (0 | 4326)) => Ok(Some(Area::Planar { srid, boxes })),
        Some(srid) => Ok(transformed(line, &boxes, srid, postgis, cx).await?.map(|boxes| Area::Planar { srid, boxes })),
    }
}

/// The SRID of the first rows, when it is one.
async fn only_srid(line: &Arc<Line>, scan: &Scan, bbox: &BoundingBox, postgis: &Postgis, cx: &Ctx) -> Result<Option<i32>> {
    let (dot, column) = (identifier(&postgis.schema), identifier(&bbox.column));
    let sql = format!(
        "SELECT DISTINCT {dot}.ST_SRID(g) FROM (SELECT {column} AS g FROM {} WHERE {column} IS NOT NULL LIMIT {LOOKED_AT}) AS q LIMIT 2",
        qualified(&scan.table)
    );
    let rows = line.catalog(cx, |client| async move { client.query_typed(&sql, &[]).await }).await?;
    let found = rows.iter().map(|row| get::<i32>(row, 0)).collect::<Result<BTreeSet<_>>>()?;
    // Later rows may have another one: only a declared SRID, or a table that was seen whole, is sure. Comparing each
    // row is always right, so that is what is done unless all rows were looked at.
    let whole = format!("SELECT pg_catalog.count(*) FROM (SELECT FROM {} LIMIT {}) AS q", qualified(&scan.table), LOOKED_AT + 1);
    if found.len() != 1 {
        return Ok(None);
    }
    let counted = line.catalog(cx, |client| async move { client.query_typed(&whole, &[]).await }).await?;
    let count: i64 = counted.first().map(|row| get(row, 0)).transpose()?.unwrap_or_default();
    Ok(found.first().copied().filter(|_| count <= LOOKED_AT as i64))
}

/// The boxes in the column's own system, as large as their bent sides make them. None when the system does not reach
/// that far: then each row is looked at, which every row can bear.
async fn transformed(
    line: &Arc<Line>,
    boxes: &[[f64; 4]],
    srid: i32,
    postgis: &Postgis,
    cx: &Ctx,
) -> Result<Option<Vec<[f64; 4]>>> {
    let dot = identifier(&postgis.schema);
    let one = |[west, south, east, north]: &[f64; 4]| {
        let step = ((east - west).max(north - south) / 32.0).max(1e-9);
        format!(
            "{dot}.ST_Transform({dot}.ST_Segmentize({dot}.ST_MakeEnvelope({west}::float8, {south}::float8, {east}::float8, {north}::float8, 4326), {step}::float8), {srid})"
        )
    };
    let sql = boxes
        .iter()
        .map(|b| {
            format!(
                "SELECT {dot}.ST_XMin(g), {dot}.ST_YMin(g), {dot}.ST_XMax(g), {dot}.ST_YMax(g) FROM (SELECT {} AS g) AS q",
                one(b)
            )
        })
        .collect::<Vec<_>>()
        .join(" UNION ALL ");
    let rows = match line.catalog(cx, |client| async move { client.query_typed(&sql, &[]).await }).await {
        Ok(rows) => rows,
        Err(error) if error.vendor_code().is_some() => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut out = Vec::new();
    for row in &rows {
        let sides: [Option<f64>; 4] = [get(row, 0)?, get(row, 1)?, get(row, 2)?, get(row, 3)?];
        let sides = sides.map(|n| n.filter(|n| n.is_finite()));
        let [Some(x0), Some(y0), Some(x1), Some(y1)] = sides else { return Ok(None) };
        out.push([x0, y0, x1, y1]);
    }
    Ok(Some(out))
}
