//! One level at a time: the schemas of the database, the tables of a schema. Names have the collation "C", in which only ASCII
//! has two cases: to be found whatever the case they are compared in the database's own.

use super::super::failure::{NO_SUCH, NO_USAGE};
use super::super::line::Line;
use super::{BYTES, KINDS, NO_BYTES, ROWS, estimated, get, is_locked, kind, missing};
use model::{Ctx, Error, Filter, Node, NodeKind, Page, PageToken, Path, Result};
use std::sync::Arc;
use tokio_postgres::types::{Oid, ToSql, Type};

/// Entries of a page, unless somebody wants another number.
const PAGE: u32 = 200;
/// No page is larger.
const LARGEST: u32 = 5000;

/// So many entries a page.
fn size(filter: &Filter) -> usize {
    filter.page_size.unwrap_or(PAGE).clamp(1, LARGEST) as usize
}

/// One page of one level, in the order of names (by their bytes, as the catalog's index has them).
pub(crate) async fn browse(
    line: &Arc<Line>,
    at: &Path,
    filter: &Filter,
    page: PageToken,
    spatial: &[Oid],
    cx: &Ctx,
) -> Result<Page<Node>> {
    match at.0.as_slice() {
        [] => schemas(line, filter, &page, cx).await,
        [schema] => {
            let with_sizes = tables(line, schema, filter, &page, spatial, BYTES, cx).await;
            if !is_locked(&with_sizes) {
                return with_sizes;
            }
            tables(line, schema, filter, &page, spatial, NO_BYTES, cx).await
        }
        _ => Err(missing(at)),
    }
}

/// A page of one more than was asked for: the one too many says that there is a next page.
fn page(mut items: Vec<Node>, size: usize) -> Page<Node> {
    let more = items.len() > size;
    items.truncate(size);
    let last = items.last().and_then(|node| node.path.0.last().cloned());
    Page { next: last.filter(|_| more).map(|name| PageToken(Some(name))), items }
}

const SCHEMAS: &str = "SELECT n.nspname::text, pg_catalog.obj_description(n.oid, 'pg_namespace') \
    FROM pg_catalog.pg_namespace AS n \
    WHERE ($1 OR (n.nspname !~ '^pg_' AND n.nspname <> 'information_schema')) AND n.nspname !~ '^pg_(toast|temp_|toast_temp_)' \
    AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') \
    AND ($2::text IS NULL OR pg_catalog.strpos(pg_catalog.lower((n.nspname::text) COLLATE pg_catalog.\"default\"), pg_catalog.lower(($2) COLLATE pg_catalog.\"default\")) > 0) \
    AND ($3::text IS NULL OR n.nspname::text COLLATE \"C\" > $3) \
    ORDER BY n.nspname::text COLLATE \"C\" LIMIT $4";

async fn schemas(line: &Arc<Line>, filter: &Filter, from: &PageToken, cx: &Ctx) -> Result<Page<Node>> {
    let most = size(filter) as i64 + 1;
    let params: [(&(dyn ToSql + Sync), Type); 4] =
        [(&filter.system, Type::BOOL), (&filter.text, Type::TEXT), (&from.0, Type::TEXT), (&most, Type::INT8)];
    let rows = line.catalog(cx, |client| async move { client.query_typed(SCHEMAS, &params).await }).await?;
    let nodes = rows.iter().map(|row| {
        let path = Path::of([get::<String>(row, 0)?]);
        Ok(Node { path, kind: NodeKind::Schema, rows: None, bytes: None, comment: get(row, 1)?, spatial: None })
    });
    Ok(page(nodes.collect::<Result<_>>()?, size(filter)))
}

/// Partitions are shown as the table that they are parts of.
fn tables_sql(bytes: &str) -> String {
    format!(
        "SELECT c.relname::text, c.relkind::text, {ROWS}, {bytes}, pg_catalog.obj_description(c.oid, 'pg_class'), \
         EXISTS (SELECT FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
             AND a.atttypid = ANY ($5)) \
         FROM (SELECT c.* FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
             WHERE n.nspname::text = $1 AND {KINDS} AND NOT c.relispartition \
             AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') \
             AND (pg_catalog.has_table_privilege(c.oid, 'SELECT') OR pg_catalog.has_any_column_privilege(c.oid, 'SELECT')) \
             AND ($2::text IS NULL OR pg_catalog.strpos(pg_catalog.lower((c.relname::text) COLLATE pg_catalog.\"default\"), pg_catalog.lower(($2) COLLATE pg_catalog.\"default\")) > 0) \
             AND ($3::text IS NULL OR c.relname::text COLLATE \"C\" > $3) \
             ORDER BY c.relname::text COLLATE \"C\" LIMIT $4) AS c \
         ORDER BY c.relname::text COLLATE \"C\""
    )
}

const SCHEMA: &str =
    "SELECT pg_catalog.has_schema_privilege(n.oid, 'USAGE') FROM pg_catalog.pg_namespace AS n WHERE n.nspname::text = $1";

async fn tables(
    line: &Arc<Line>,
    schema: &String,
    filter: &Filter,
    from: &PageToken,
    spatial: &[Oid],
    bytes: &str,
    cx: &Ctx,
) -> Result<Page<Node>> {
    let most = size(filter) as i64 + 1;
    let spatial = spatial.to_vec();
    let params: [(&(dyn ToSql + Sync), Type); 5] = [
        (schema, Type::TEXT),
        (&filter.text, Type::TEXT),
        (&from.0, Type::TEXT),
        (&most, Type::INT8),
        (&spatial, Type::OID_ARRAY),
    ];
    let sql = tables_sql(bytes);
    let answers = line.catalog(cx, |client| async move {
        let (there, rows) = futures::join!(client.query_typed(SCHEMA, &params[..1]), client.query_typed(&sql, &params));
        Ok((there?, rows?))
    });
    let (there, rows) = answers.await?;
    match there.first().map(|row| get::<bool>(row, 0)).transpose()? {
        None => return Err(Error::new(&NO_SUCH).with("name", schema)),
        Some(false) => return Err(Error::new(&NO_USAGE).with("name", schema)),
        Some(true) => {}
    }
    let nodes = rows.iter().map(|row| {
        Ok(Node {
            path: Path::of([schema.clone(), get(row, 0)?]),
            kind: kind(get(row, 1)?),
            rows: estimated(get(row, 2)?),
            bytes: get::<Option<i64>>(row, 3)?.and_then(|n| u64::try_from(n).ok()),
            comment: get(row, 4)?,
            spatial: Some(get(row, 5)?),
        })
    });
    Ok(page(nodes.collect::<Result<_>>()?, size(filter)))
}
