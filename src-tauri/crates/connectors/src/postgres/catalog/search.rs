//! Tables anywhere by a part of their name.

use super::super::line::Line;
use super::{KINDS, ROWS, estimated, get, kind};
use model::{Ctx, Node, Page, PageToken, Path, Result};
use std::sync::Arc;
use tokio_postgres::types::{Oid, ToSql, Type};

/// Entries of a page.
const PAGE: i64 = 100;

/// With a dot in it, the text may also name the schema.
fn search_sql() -> String {
    format!(
        "SELECT c.schema, c.relname::text, c.relkind::text, {ROWS}, pg_catalog.obj_description(c.oid, 'pg_class'), \
         EXISTS (SELECT FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped \
             AND a.atttypid = ANY ($4)) \
         FROM (SELECT n.nspname::text AS schema, c.* FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace \
             WHERE {KINDS} AND NOT c.relispartition AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema' \
             AND (pg_catalog.strpos(pg_catalog.lower((c.relname::text) COLLATE pg_catalog.\"default\"), pg_catalog.lower(($1) COLLATE pg_catalog.\"default\")) > 0 \
                 OR (pg_catalog.strpos($1, '.') > 0 \
                     AND pg_catalog.strpos(pg_catalog.lower((n.nspname::text || '.' || c.relname::text) COLLATE pg_catalog.\"default\"), pg_catalog.lower(($1) COLLATE pg_catalog.\"default\")) > 0)) \
             AND ($2::text IS NULL OR (n.nspname::text COLLATE \"C\", c.relname::text COLLATE \"C\") > ($2, $3)) \
             AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') \
             AND (pg_catalog.has_table_privilege(c.oid, 'SELECT') OR pg_catalog.has_any_column_privilege(c.oid, 'SELECT')) \
             ORDER BY n.nspname::text COLLATE \"C\", c.relname::text COLLATE \"C\" LIMIT $5) AS c \
         ORDER BY c.schema COLLATE \"C\", c.relname::text COLLATE \"C\""
    )
}

/// One page of what is found, by schema and name. Sizes are left out: for thousands of tables they take their time.
pub(crate) async fn search(line: &Arc<Line>, text: &str, from: &PageToken, spatial: &[Oid], cx: &Ctx) -> Result<Page<Node>> {
    // PostgreSQL's names hold no NUL.
    if text.is_empty() || text.contains('\0') {
        return Ok(Page { items: Vec::new(), next: None });
    }
    let behind: Option<(String, String)> = from.0.as_deref().and_then(|token| serde_json::from_str(token).ok());
    let (schema, table) = behind.map_or((None, None), |(schema, table)| (Some(schema), Some(table)));
    let most = PAGE + 1;
    let spatial = spatial.to_vec();
    let params: [(&(dyn ToSql + Sync), Type); 5] =
        [(&text, Type::TEXT), (&schema, Type::TEXT), (&table, Type::TEXT), (&spatial, Type::OID_ARRAY), (&most, Type::INT8)];
    let sql = search_sql();
    let rows = line.catalog(cx, |client| async move { client.query_typed(&sql, &params).await }).await?;
    let nodes = rows.iter().map(|row| {
        Ok(Node {
            path: Path::of([get::<String>(row, 0)?, get(row, 1)?]),
            kind: kind(get(row, 2)?),
            rows: estimated(get(row, 3)?),
            bytes: None,
            comment: get(row, 4)?,
            spatial: Some(get(row, 5)?),
        })
    });
    let mut items = nodes.collect::<Result<Vec<_>>>()?;
    let more = items.len() > PAGE as usize;
    items.truncate(PAGE as usize);
    let last = items.last().filter(|_| more).and_then(|node| serde_json::to_string(&node.path.0).ok());
    Ok(Page { next: last.map(|token| PageToken(Some(token))), items })
}
