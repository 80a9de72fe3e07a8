//! PostGIS in a database: whether, which, where.

use super::super::line::Line;
use super::super::read::CrsTable;
use super::get;
use model::{Ctx, Result};
use std::sync::Arc;
use tokio_postgres::types::Oid;

/// PostGIS, as it is in this database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Postgis {
    /// As in "3.3.2".
    pub(crate) version: String,
    /// The schema that it lives in.
    pub(crate) schema: String,
    /// The numbers of its types.
    pub(crate) geometry: Oid,
    /// 0 when there is none.
    pub(crate) geography: Oid,
    /// Whether our user may look into its schema.
    pub(crate) usable: bool,
}

const POSTGIS: &str = "SELECT e.extversion, n.nspname::text, \
    (SELECT t.oid FROM pg_catalog.pg_type AS t WHERE t.typnamespace = n.oid AND t.typname = 'geometry'), \
    (SELECT t.oid FROM pg_catalog.pg_type AS t WHERE t.typnamespace = n.oid AND t.typname = 'geography'), \
    pg_catalog.has_schema_privilege(n.oid, 'USAGE') \
    FROM pg_catalog.pg_extension AS e JOIN pg_catalog.pg_namespace AS n ON n.oid = e.extnamespace WHERE e.extname = 'postgis'";

/// Looks for it.
pub(crate) async fn postgis(line: &Arc<Line>, cx: &Ctx) -> Result<Option<Postgis>> {
    let rows = line.catalog(cx, |client| async move { client.query_typed(POSTGIS, &[]).await }).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some(Postgis {
        version: get(row, 0)?,
        schema: get(row, 1)?,
        geometry: get::<Option<Oid>>(row, 2)?.unwrap_or_default(),
        geography: get::<Option<Oid>>(row, 3)?.unwrap_or_default(),
        usable: get(row, 4)?,
    }))
}

/// The SRIDs that do not simply stand for the EPSG code of the same number.
pub(crate) async fn crs_table(line: &Arc<Line>, postgis: &Postgis, cx: &Ctx) -> Result<CrsTable> {
    let sql = format!(
        "SELECT s.srid::int4, coalesce(s.auth_name, '')::text, coalesce(s.auth_srid, 0)::int4 FROM {}.spatial_ref_sys AS s \
         WHERE NOT coalesce(s.auth_name = 'EPSG' AND s.auth_srid = s.srid, false) OR s.srid NOT BETWEEN 1024 AND 32767",
        super::super::sql::identifier(&postgis.schema)
    );
    let rows = line.catalog(cx, |client| async move { client.query_typed(&sql, &[]).await }).await;
    let rows = match rows {
        Ok(rows) => rows,
        // Some administrators hide the table. The numbers then speak for themselves.
        Err(error) if error.vendor_code().is_some() => Vec::new(),
        Err(error) => return Err(error),
    };
    let rows = rows.iter().map(|row| Ok((get(row, 0)?, get(row, 1)?, get(row, 2)?))).collect::<Result<Vec<_>>>()?;
    Ok(CrsTable::new(rows))
}
