//! A table, described.

use super::super::line::Line;
use super::super::read::{CrsTable, typmod};
use super::super::sql::identifier;
use super::{BYTES, KINDS, NO_BYTES, Postgis, ROWS, estimated, get, is_locked, kind, missing, named};
use model::{Column, Ctx, Detail, Geometry, NodeKind, Path, Result, Table};
use std::collections::HashMap;
use std::sync::Arc;
use tokio_postgres::Row;
use tokio_postgres::types::{Oid, ToSql, Type};

/// The relation that `$1.$2` names, if our user may look into the schema.
const RELATION: &str = "SELECT c.oid FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
    WHERE n.nspname::text = $1 AND c.relname::text = $2";

fn table_sql(bytes: &str) -> String {
    format!(
        "SELECT c.relkind::text, {ROWS}, {bytes}, pg_catalog.obj_description(c.oid, 'pg_class'), \
         CASE c.relkind WHEN 'p' THEN pg_catalog.pg_get_partkeydef(c.oid) END, \
         CASE c.relkind WHEN 'p' THEN (SELECT pg_catalog.count(*) FROM pg_catalog.pg_partition_tree(c.oid) AS t WHERE t.isleaf) END, \
         (SELECT s.srvname::text FROM pg_catalog.pg_foreign_table AS f JOIN pg_catalog.pg_foreign_server AS s ON s.oid = f.ftserver \
             WHERE f.ftrelid = c.oid), \
         (SELECT pg_catalog.format_type(c.reloftype, NULL) WHERE c.reloftype <> 0) \
         FROM pg_catalog.pg_class AS c WHERE c.oid = ({RELATION}) AND {KINDS}"
    )
}

/// Only columns that may be read: a scan of all described columns then works.
fn columns_sql() -> String {
    format!(
        "SELECT a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), NOT (a.attnotnull OR t.typnotnull), \
         pg_catalog.pg_get_expr(d.adbin, d.adrelid), pg_catalog.col_description(a.attrelid, a.attnum::int4), a.atttypid, a.atttypmod, \
         EXISTS (SELECT FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS ic ON ic.oid = i.indexrelid \
             JOIN pg_catalog.pg_am AS m ON m.oid = ic.relam WHERE i.indrelid = a.attrelid AND i.indisvalid AND i.indpred IS NULL \
             AND m.amname IN ('gist', 'spgist', 'brin') AND a.attnum = ANY (i.indkey::int2[])) \
         FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid \
         LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum \
         WHERE a.attrelid = ({RELATION}) AND a.attnum > 0 AND NOT a.attisdropped \
         AND pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT') ORDER BY a.attnum"
    )
}

/// The primary key, or the smallest unique key without NULLs that holds for every row at any time.
fn key_sql() -> String {
    format!(
        "SELECT pg_catalog.array_agg(a.attname::text ORDER BY k.at) \
         FROM pg_catalog.pg_index AS i CROSS JOIN LATERAL pg_catalog.unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, at) \
         LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum AND k.attnum > 0 \
             AND pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT') \
         WHERE i.indrelid = ({RELATION}) AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL \
             AND i.indexprs IS NULL AND k.at <= i.indnkeyatts \
         GROUP BY i.indexrelid, i.indisprimary HAVING pg_catalog.bool_and(coalesce(a.attnotnull, false)) \
         ORDER BY i.indisprimary DESC, pg_catalog.count(*), i.indexrelid LIMIT 1"
    )
}

/// All about a table.
pub(crate) async fn describe(line: &Arc<Line>, path: &Path, postgis: Option<(&Postgis, &CrsTable)>, cx: &Ctx) -> Result<Table> {
    let with_sizes = described(line, path, postgis, BYTES, cx).await;
    if is_locked(&with_sizes) { described(line, path, postgis, NO_BYTES, cx).await } else { with_sizes }
}

async fn described(
    line: &Arc<Line>,
    path: &Path,
    postgis: Option<(&Postgis, &CrsTable)>,
    bytes: &str,
    cx: &Ctx,
) -> Result<Table> {
    let (schema, name) = named(path)?;
    let params: [(&(dyn ToSql + Sync), Type); 2] = [(&schema, Type::TEXT), (&name, Type::TEXT)];
    let (table, columns, key) = (table_sql(bytes), columns_sql(), key_sql());
    let extents = postgis.filter(|(p, _)| p.usable && p.geometry != 0).map(|(p, _)| extents_sql(p)).unwrap_or_default();
    let answers = line.catalog(cx, |client| async move {
        // The last one may fail (no statistics, no right to them): the others have been answered by then.
        let extents = async { if extents.is_empty() { Ok(Vec::new()) } else { client.query_typed(&extents, &params).await } };
        let (table, columns, key, extents) = futures::join!(
            client.query_typed(&table, &params),
            client.query_typed(&columns, &params),
            client.query_typed(&key, &params),
            extents,
        );
        Ok((table?, columns?, key?, extents.unwrap_or_default()))
    });
    let (table, columns, key, extents) = answers.await?;
    let extents = extents.iter().filter_map(extent).collect::<HashMap<_, _>>();
    let Some(table) = table.first() else { return Err(missing(path)) };
    let kind = kind(get(table, 0)?);
    let geometries = columns.iter().filter_map(|row| geometry(row, kind, postgis).transpose());
    let with_extent = |g: Geometry| Geometry { extent: extents.get(&g.column).copied(), ..g };
    Ok(Table {
        path: path.clone(),
        kind,
        geometries: geometries.map(|g| g.map(with_extent)).collect::<Result<_>>()?,
        columns: columns.iter().map(|row| column(row, postgis)).collect::<Result<_>>()?,
        row_key: key.first().map(|row| get(row, 0)).transpose()?,
        rows: estimated(get(table, 1)?),
        bytes: get::<Option<i64>>(table, 2)?.and_then(|n| u64::try_from(n).ok()),
        comment: get(table, 3)?,
        changed_at: None,
        details: details(table)?,
    })
}

/// What the planner's statistics, or the index's root, say of where a column's geometries are. Its neighbours answer without
/// a look at the rows. Quick, and wrong by what changed since.
fn extents_sql(postgis: &Postgis) -> String {
    let dot = identifier(&postgis.schema);
    format!(
        "SELECT q.name, {dot}.ST_XMin(q.e::{dot}.box3d), {dot}.ST_YMin(q.e::{dot}.box3d), {dot}.ST_XMax(q.e::{dot}.box3d), {dot}.ST_YMax(q.e::{dot}.box3d) \
         FROM (SELECT a.attname::text AS name, {dot}.ST_EstimatedExtent($1, $2, a.attname::text) AS e \
             FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid \
             WHERE c.oid = ({RELATION}) AND c.relkind IN ('r', 'm') AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid = {} \
             AND pg_catalog.has_column_privilege(c.oid, a.attnum, 'SELECT')) AS q WHERE q.e IS NOT NULL",
        postgis.geometry
    )
}

fn extent(row: &Row) -> Option<(String, [f64; 4])> {
    let sides = [get(row, 1).ok()?, get(row, 2).ok()?, get(row, 3).ok()?, get(row, 4).ok()?];
    sides.iter().all(|n: &f64| n.is_finite()).then_some((get(row, 0).ok()?, sides))
}

/// What else is to be known. When rows last changed is not: the server keeps no such time.
fn details(table: &Row) -> Result<Vec<Detail>> {
    let partitions = get::<Option<i64>>(table, 5)?.map(|n| n.to_string());
    let lines = [
        ("Partitioned by", get::<Option<String>>(table, 4)?),
        ("Partitions", partitions),
        ("Foreign server", get(table, 6)?),
        ("Of type", get(table, 7)?),
    ];
    let line = |(label, value): (&str, Option<String>)| value.map(|value| Detail { label: label.to_owned(), value });
    Ok(lines.into_iter().filter_map(line).collect())
}

fn column(row: &Row, postgis: Option<(&Postgis, &CrsTable)>) -> Result<Column> {
    let mut type_name: String = get(row, 1)?;
    // Everybody knows which geometry is meant; the schema's name only makes it long.
    if let Some((postgis, _)) = postgis {
        for schema in [identifier(&postgis.schema), postgis.schema.clone()] {
            if let Some(rest) = type_name.strip_prefix(&format!("{schema}.")) {
                type_name = rest.to_owned();
                break;
            }
        }
    }
    Ok(Column { name: get(row, 0)?, type_name, nullable: get(row, 2)?, default: get(row, 3)?, comment: get(row, 4)? })
}

fn geometry(row: &Row, kind: NodeKind, postgis: Option<(&Postgis, &CrsTable)>) -> Result<Option<Geometry>> {
    let Some((postgis, crs)) = postgis else { return Ok(None) };
    let (type_id, modifier): (Oid, i32) = (get(row, 5)?, get(row, 6)?);
    let spherical = type_id == postgis.geography;
    if type_id == 0 || (type_id != postgis.geometry && !spherical) {
        return Ok(None);
    }
    let (geometry_type, dimensions) = typmod::shape(modifier);
    let srid = match typmod::srid(modifier) {
        // A geography is in degrees on the WGS 84 ellipsoid unless it says something else.
        0 if spherical => 4326,
        srid => srid,
    };
    let has_indexes = !matches!(kind, NodeKind::View | NodeKind::ForeignTable);
    let indexed = if has_indexes { Some(get(row, 7)?) } else { None };
    let (column, geometry_type) = (get(row, 0)?, geometry_type.to_owned());
    Ok(Some(Geometry { column, geometry_type, crs: crs.of(srid), spherical, dimensions, indexed, extent: None }))
}
