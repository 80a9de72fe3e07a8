//! What is in a warehouse, looked at through the engine: levels, groups, search, tables, what is kept and cleared, files.

use crate::desk::{Desk, saved};
use engine::LOCAL;
use engine::views::{DerivedKind, GroupKind, LevelRequest, NodesRequest, RunId};
use landbridge_tests::peers::postgres::{Postgres, SCRAM, WRITER};
use model::{ConnectionId, Kind, NoReport, Path};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A run that no other test has.
pub fn run() -> RunId {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    RunId(format!("run {}", NEXT.fetch_add(1, Ordering::Relaxed)))
}

pub fn below(connection: ConnectionId, path: &[&str], refresh: bool) -> LevelRequest {
    LevelRequest { connection, path: Path::of(path.iter().copied()), system: false, refresh, run: run() }
}

/// The names of a level as the tree shows them, of all groups.
pub async fn level(desk: &Desk, connection: ConnectionId, path: &[&str]) -> Vec<String> {
    let view = desk.engine.tree_level(below(connection, path, false), Arc::new(NoReport)).await.unwrap();
    assert!(view.stopped.is_none(), "{:?}", view.stopped);
    let mut names = Vec::new();
    for group in view.groups {
        for offset in (0..group.count).step_by(500) {
            let path = Path::of(path.iter().copied());
            let part = NodesRequest { connection, path, system: false, group: group.kind, offset, limit: 500 };
            names.extend(desk.engine.tree_nodes(part).await.unwrap().into_iter().filter_map(|n| n.path.0.last().cloned()));
        }
    }
    names
}

/// Waits until it is so, generously.
pub async fn eventually(what: &str, mut so: impl AsyncFnMut() -> bool) {
    for _ in 0..3_000 {
        if so().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it did not come true: {what}");
}

/// Fifty schemas with a hundred tables each, every tenth with a geometry; some views.
const LARGE: &str = "DO $$ BEGIN
    FOR s IN 1..50 LOOP
        EXECUTE format('CREATE SCHEMA %I', 'Area ' || s);
        FOR t IN 1..100 LOOP
            EXECUTE format('CREATE TABLE %I.%I (id int%s)', 'Area ' || s, 'roads_' || t,
                CASE WHEN t % 10 = 0 THEN ', geom public.geometry(Point, 4326)' ELSE '' END);
        END LOOP;
        EXECUTE format('CREATE VIEW %I.lengths AS SELECT 1 AS x', 'Area ' || s);
        COMMIT;
    END LOOP;
END $$";

#[tokio::test]
async fn postgres_fifty_schemas_and_five_thousand_tables_are_browsed_searched_and_remembered() {
    let server = Postgres::shared().await;
    let database = server.fresh_database("large").await;
    server.admin_query_in(&database, LARGE).await;
    let desk = Desk::new();
    let form = desk.verified_form("Large", server, WRITER).await;
    desk.set(form, "database", &database);
    let id = saved(&desk.connect(form).await);
    // The administrator's tables are seen by who may read them.
    let grant = "DO $$ BEGIN FOR s IN 1..50 LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA %1$I TO PUBLIC; GRANT SELECT ON ALL TABLES IN SCHEMA %1$I TO PUBLIC', 'Area ' || s);
        COMMIT; END LOOP; END $$";
    server.admin_query_in(&database, grant).await;

    let schemas = level(&desk, id, &[]).await;
    let areas: Vec<&String> = schemas.iter().filter(|s| s.starts_with("Area ")).collect();
    assert_eq!(areas.len(), 50);
    assert_eq!(areas[1..3], ["Area 2", "Area 3"], "in the order in which people look for numbers");
    for area in &areas {
        let view = desk.engine.tree_level(below(id, &[area.as_str()], false), Arc::new(NoReport)).await.unwrap();
        let groups: Vec<(GroupKind, u32)> = view.groups.iter().map(|g| (g.kind, g.count)).collect();
        assert_eq!(groups, [(GroupKind::Spatial, 10), (GroupKind::Tables, 90), (GroupKind::Views, 1)]);
        assert_eq!(view.first[1][1].path.0[1], "roads_2");
        assert!(!view.loading && view.seen_at > 0);
    }
    let found = desk.engine.tree_search("ROADS_77".into(), Some(id)).await.unwrap();
    assert_eq!(found.total, 50);
    let one = desk.engine.tree_search("area 7.roads_77".into(), None).await.unwrap();
    assert_eq!(one.items[0].node.path, Path::of(["Area 7", "roads_77"]));
    assert_eq!(one.items[0].connection_name, "Large");

    let kept = async || desk.engine.derived_view().await.unwrap().into_iter().find(|d| d.kind == DerivedKind::Catalogs);
    eventually("all is kept", async || kept().await.is_some_and(|d| d.entries >= 5_100 && d.bytes > 50_000)).await;
    let desk = desk.restart().await;
    server.drop_database(&database).await;
    assert_eq!(desk.engine.tree_search("roads_100".into(), None).await.unwrap().total, 50, "without the server");
    assert_eq!(level(&desk, id, &["Area 50"]).await.len(), 101);
    let gone = desk.engine.tree_level(below(id, &["Area 50"], true), Arc::new(NoReport)).await.unwrap();
    assert_eq!(gone.groups.len(), 3, "what was seen stays when the server does not answer");
    assert!(gone.stopped.is_some(), "and why it is not newer is said");
}

#[tokio::test]
async fn postgres_a_table_dropped_meanwhile_is_told_and_leaves_the_tree() {
    let server = Postgres::shared().await;
    let database = server.fresh_database("dropped").await;
    server
        .admin_query_in(
            &database,
            "CREATE SCHEMA s; CREATE TABLE s.stays (a int); CREATE TABLE s.goes (a int);
        GRANT USAGE ON SCHEMA s TO PUBLIC; GRANT SELECT ON ALL TABLES IN SCHEMA s TO PUBLIC",
        )
        .await;
    let desk = Desk::new();
    let form = desk.verified_form("Dropped", server, WRITER).await;
    desk.set(form, "database", &database);
    let id = saved(&desk.connect(form).await);
    assert_eq!(level(&desk, id, &["s"]).await, ["goes", "stays"]);
    let describe =
        async |refresh| desk.engine.table_describe(id, Path::of(["s", "goes"]), refresh, run(), Arc::new(NoReport)).await;
    let described = describe(false).await.unwrap();
    assert_eq!((described.quoted.as_str(), described.columns.len()), ("\"s\".\"goes\"", 1));
    server.admin_query_in(&database, "DROP TABLE s.goes").await;
    assert_eq!(describe(false).await.unwrap(), described, "as it was described, with its age");
    desk.grew.lock().unwrap().clear();
    assert_eq!(describe(true).await.unwrap_err().kind(), Kind::NotFound);
    eventually("its level is looked at again", async || desk.grew.lock().unwrap().contains(&(id, Path::of(["s"])))).await;
    assert_eq!(level(&desk, id, &["s"]).await, ["stays"]);
    assert_eq!(desk.engine.tree_search("goes".into(), Some(id)).await.unwrap().total, 0);

    server.admin_query_in(&database, "DROP SCHEMA s CASCADE").await;
    level(&desk, id, &[]).await;
    let gone = desk.engine.tree_level(below(id, &["s"], true), Arc::new(NoReport)).await;
    assert_eq!(gone.unwrap_err().kind(), Kind::NotFound);
    eventually("nor is the schema", async || !level(&desk, id, &[]).await.contains(&"s".to_owned())).await;
    desk.engine.stop().await;
    server.drop_database(&database).await;
}

#[tokio::test]
async fn postgres_what_is_not_to_be_kept_is_not_and_what_leads_elsewhere_is_forgotten() {
    let server = Postgres::shared().await;
    let desk = Desk::new();
    let form = desk.verified_form("Mine", server, SCRAM).await;
    let id = saved(&desk.connect(form).await);
    let catalogs = async || {
        let all = desk.engine.derived_view().await.unwrap();
        all.into_iter().find(|d| d.kind == DerivedKind::Catalogs).map(|d| (d.on, d.entries)).unwrap()
    };
    level(&desk, id, &[]).await;
    eventually("it is kept", async || catalogs().await.1 > 0).await;
    desk.engine.derived_set(DerivedKind::Catalogs, false).await.unwrap();
    assert_eq!(catalogs().await, (false, 0));
    assert_eq!(desk.engine.tree_search("public".into(), None).await.unwrap().among, 0, "cleared in memory, too");
    assert!(!level(&desk, id, &[]).await.is_empty(), "browsing goes on");
    desk.engine.derived_set(DerivedKind::Catalogs, true).await.unwrap();
    assert!(catalogs().await.0);
    let seen = desk.engine.tree_level(below(id, &[], true), Arc::new(NoReport)).await.unwrap();
    eventually("it is kept again", async || catalogs().await.1 > 0).await;

    desk.engine.writes_allow(id, true).await.unwrap();
    let roots = desk.engine.explorer_roots(String::new()).await.unwrap();
    assert_eq!(roots.items.iter().map(|r| (r.id, r.writes_allowed)).collect::<Vec<_>>(), [(LOCAL, false), (id, true)]);
    let edit = desk.engine.connection_edit(id).await.unwrap();
    desk.set(edit.id, "database", "plain");
    saved(&desk.connect(edit.id).await);
    assert_eq!(catalogs().await.1, 0, "another database");
    assert!(!desk.engine.explorer_roots("mine".into()).await.unwrap().items[0].writes_allowed);
    let other = desk.engine.tree_level(below(id, &[], false), Arc::new(NoReport)).await.unwrap();
    assert_ne!(other.groups, seen.groups);
}

#[tokio::test]
async fn files_are_added_once_named_apart_refused_with_reasons_and_removed() {
    let desk = Desk::new();
    let folder = desk.dir().join("files");
    let put = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    };
    let places = put("places.csv", "name,lon,lat\nParis,2.35,48.86\n");
    put("deeper/places.csv", "name\nRome\n");
    put("deeper/notes.md", "no data");
    let odd = put("odd.gpkg", "this is no GeoPackage");
    let added = desk.engine.local_add(vec![places.clone(), folder.clone(), odd], run()).await.unwrap();
    assert_eq!(added.added.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["places", "places (2)"]);
    assert_eq!((added.fresh, added.refused.len()), (2, 1), "{:?}", added.refused);
    assert_eq!(added.refused[0].name, "odd.gpkg");
    assert!(!added.refused[0].error.what.is_empty());
    assert_eq!(*desk.grew.lock().unwrap(), [(LOCAL, Path::default())]);
    let again = desk.engine.local_add(vec![folder.join("deeper/../places.csv")], run()).await.unwrap();
    assert_eq!((again.added.len(), again.fresh), (1, 0), "the same file by another way");

    let names = level(&desk, LOCAL, &[]).await;
    assert!(names.contains(&"places".to_owned()) && names.contains(&"places (2)".to_owned()), "{names:?}");
    let table = desk.engine.table_describe(LOCAL, Path::of(["places"]), false, run(), Arc::new(NoReport)).await.unwrap();
    assert!(table.columns.iter().any(|c| c.name == "lat"), "{:?}", table.columns);
    assert!(desk.engine.tree_search("PLACES".into(), None).await.unwrap().total >= 2);

    let desk = desk.restart().await;
    let files = desk.engine.local_files().await.unwrap();
    assert_eq!(
        files.iter().map(|f| (f.name.as_str(), f.format.as_str())).collect::<Vec<_>>(),
        [("places", "CSV"), ("places (2)", "CSV")]
    );
    std::fs::remove_file(&places).unwrap();
    let first = &desk.engine.local_files().await.unwrap()[0];
    assert!(first.problem.is_some(), "a file that is gone says so");
    desk.engine.local_remove(first.id.clone()).await.unwrap();
    assert_eq!(desk.engine.local_remove(first.id.clone()).await.unwrap_err().code(), "gone");
    let names = level(&desk, LOCAL, &[]).await;
    assert!(names.contains(&"places".to_owned()) && !names.contains(&"places (2)".to_owned()), "{names:?}");
}

#[tokio::test]
async fn local_data_is_there_from_the_start_and_cannot_be_deleted_edited_or_tested() {
    let desk = Desk::new();
    let roots = desk.engine.explorer_roots(String::new()).await.unwrap();
    assert_eq!((roots.total, roots.items[0].id, roots.items[0].connector.clone()), (1, LOCAL, None));
    assert_eq!(desk.engine.explorer_roots("LOCAL".into()).await.unwrap().total, 1);
    assert_eq!(desk.engine.explorer_roots("elsewhere".into()).await.unwrap().total, 0);
    assert!(desk.names().await.is_empty(), "it is no connection of the list");
    assert_eq!(desk.engine.connection_delete(LOCAL).await.unwrap_err().code(), "local.fixed");
    assert_eq!(desk.engine.connection_edit(LOCAL).await.unwrap_err().code(), "local.fixed");
    assert_eq!(desk.engine.connection_duplicate(LOCAL).await.unwrap_err().code(), "local.fixed");
    let test = desk.engine.connection_test(LOCAL, run(), Arc::new(NoReport)).await;
    assert_eq!(test.unwrap_err().code(), "local.fixed");
    assert!(!level(&desk, LOCAL, &[]).await.is_empty(), "there is something to see");
    let facts = desk.engine.connection_facts(LOCAL, run(), Arc::new(NoReport)).await.unwrap();
    assert!(!facts.writes_allowed);
    let kept = async || desk.engine.derived_view().await.unwrap().iter().any(|d| d.entries > 0);
    eventually("it is remembered", async || kept().await).await;
    let desk = desk.restart().await;
    assert!(!level(&desk, LOCAL, &[]).await.is_empty());
    eventually("files are looked at again", async || desk.grew.lock().unwrap().contains(&(LOCAL, Path::default()))).await;
}
