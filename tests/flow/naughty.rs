//! The "big list of naughty strings" as schemas, tables, columns and cells: each is shown as text, found, and quoted rightly.

use crate::desk::{Desk, saved};
use crate::explorer::{level, run};
use landbridge_tests::peers::postgres::{Postgres, WRITER};
use model::{NoReport, Path};
use std::collections::BTreeSet;
use std::sync::Arc;

/// PostgreSQL keeps so many bytes of a name.
const LONGEST: usize = 63;

/// Those of the list that can be a name, cut to its length.
fn names() -> BTreeSet<&'static str> {
    let can_be = |text: &&str| !text.is_empty() && !text.contains('\0');
    // Names that the server keeps for itself.
    let free = |text: &&str| !text.starts_with("pg_");
    naughty_strings::BLNS.iter().map(|s| &s[..s.floor_char_boundary(LONGEST)]).filter(can_be).filter(free).collect()
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[tokio::test]
async fn postgres_naughty_strings_are_names_like_any_other() {
    let server = Postgres::shared().await;
    let database = server.fresh_database("naughty").await;
    let admin = server.admin(&database).await;
    let names = names();
    assert!(names.len() > 400, "{}", names.len());
    for name in &names {
        let n = quoted(name);
        let sql = format!(
            "CREATE SCHEMA {n}; CREATE TABLE {n}.{n} ({n} text); GRANT USAGE ON SCHEMA {n} TO PUBLIC; GRANT SELECT ON {n}.{n} TO PUBLIC"
        );
        admin.batch_execute(&sql).await.unwrap_or_else(|e| panic!("{name:?}: {e}"));
        admin.execute(&format!("INSERT INTO {n}.{n} VALUES ($1)"), &[name]).await.unwrap();
    }
    let desk = Desk::new();
    let form = desk.verified_form("Naughty", server, WRITER).await;
    desk.set(form, "database", &database);
    let id = saved(&desk.connect(form).await);

    let shown: BTreeSet<String> = level(&desk, id, &[]).await.into_iter().collect();
    let missing: Vec<&&str> = names.iter().filter(|n| !shown.contains(**n)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    for name in &names {
        assert_eq!(level(&desk, id, &[name]).await, [*name]);
        let path = Path::of([*name, *name]);
        let table = desk.engine.table_describe(id, path.clone(), false, run(), Arc::new(NoReport)).await.unwrap();
        assert_eq!(table.columns.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), [*name]);
        let by_name = format!("SELECT * FROM {}", table.quoted);
        for sql in [&table.select, &by_name] {
            let row = admin.query_one(sql.as_str(), &[]).await.unwrap_or_else(|e| panic!("{sql}: {e}"));
            assert_eq!((row.columns()[0].name(), row.get::<_, &str>(0)), (*name, *name));
        }
    }
    for name in &names {
        let found = desk.engine.tree_search((*name).to_owned(), Some(id)).await.unwrap();
        // Of a text that shows nothing nothing can be looked for.
        if found.among > 0 {
            let at = Path::of([*name, *name]);
            let there = found.items.iter().any(|hit| hit.node.path == at);
            assert!(there || found.total > 100, "{name:?} among {} of {}", found.items.len(), found.total);
        }
    }
    desk.engine.stop().await;
    server.drop_database(&database).await;
}
