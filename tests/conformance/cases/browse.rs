//! Browsing: levels, kinds, pages, filters, rights, names. Does not own: what a table is described as (`describe`).

use super::{It, cx};
use model::{Filter, Kind, Node, PageToken, Path, Session};
use std::sync::Arc;

async fn all(session: &Arc<dyn Session>, at: &Path, filter: &Filter) -> Vec<Node> {
    let (mut out, mut token) = (Vec::new(), PageToken(None));
    loop {
        let page = session.browse(at, filter, token, &cx()).await.unwrap();
        assert!(!page.items.is_empty() || page.next.is_none());
        out.extend(page.items);
        match page.next {
            Some(next) => token = next,
            None => return out,
        }
    }
}

fn names(nodes: &[Node]) -> Vec<&str> {
    nodes.iter().map(|n| n.path.0.last().unwrap().as_str()).collect()
}

pub async fn browse_lists_schemas_and_hides_those_of_the_system(it: It) {
    let session = it.open().await;
    let usual = all(&session, &Path::default(), &Filter::default()).await;
    let (kinds, _) = it.kinds();
    assert!(usual.iter().any(|n| n.path == kinds));
    assert!(usual.iter().any(|n| n.path == it.hostile_names()));
    let mut sorted = names(&usual);
    sorted.sort_unstable();
    assert_eq!(names(&usual), sorted);
    let usual = all(&session, &it.with_system(), &Filter::default()).await;
    let with_system = all(&session, &it.with_system(), &Filter { system: true, ..Filter::default() }).await;
    assert!(with_system.len() > usual.len());
    assert!(usual.iter().all(|n| with_system.contains(n)));
    session.close(&cx()).await;
}

pub async fn browse_shows_each_kind_of_relation(it: It) {
    let session = it.open().await;
    let (at, expected) = it.kinds();
    let nodes = all(&session, &at, &Filter::default()).await;
    for (name, kind) in expected {
        let node = nodes.iter().find(|n| n.path == at.child(name)).unwrap_or_else(|| panic!("{name} is not listed"));
        assert_eq!(node.kind, kind, "{name}");
    }
    let places = it.places();
    let geo = Path(places.0[..places.0.len() - 1].to_vec());
    let nodes = all(&session, &geo, &Filter::default()).await;
    let node = nodes.iter().find(|n| n.path == places).unwrap();
    assert_eq!(node.rows.map(|c| c.rows), Some(5000));
    assert_eq!(node.bytes.is_some_and(|b| b > 5000), it.tells_bytes());
    assert_eq!(node.spatial, Some(true));
}

pub async fn browse_pages_in_the_order_of_names(it: It) {
    let session = it.open().await;
    let first = session.browse(&it.many(), &Filter::default(), PageToken(None), &cx()).await.unwrap();
    assert!(first.next.is_some() && first.items.len() < 300);
    let nodes = all(&session, &it.many(), &Filter::default()).await;
    let expected: Vec<String> = (1..=300).map(|n| format!("table_{n:04}")).collect();
    assert_eq!(names(&nodes), expected);
}

pub async fn browse_finds_by_text_whatever_the_case(it: It) {
    let session = it.open().await;
    let find = |text: &str| Filter { text: Some(text.to_owned()), ..Filter::default() };
    assert_eq!(names(&all(&session, &it.many(), &find("ABLE_029")).await).len(), 10);
    assert_eq!(names(&all(&session, &it.many(), &find("%")).await).len(), 0);
    let (kinds, _) = it.kinds();
    let name = kinds.0[0].to_uppercase();
    assert!(all(&session, &Path::default(), &find(&name)).await.iter().any(|n| n.path == kinds));
    for hostile in ["'; DROP TABLE x; --", "\\", "\u{202e}", &"x".repeat(10_000)] {
        assert!(all(&session, &it.many(), &find(hostile)).await.is_empty());
    }
}

pub async fn browse_hides_what_may_not_be_seen(it: It) {
    let session = it.open().await;
    let forbidden = it.forbidden();
    let schemas = all(&session, &Path::default(), &Filter::default()).await;
    let schema = Path(forbidden.0[..1].to_vec());
    assert!(schemas.iter().all(|n| n.path != schema));
    let error = session.browse(&schema, &Filter::default(), PageToken(None), &cx()).await.unwrap_err();
    assert_eq!(error.kind(), Kind::Permission, "{error}");
    let partly = it.partly_readable();
    let nodes = all(&session, &Path(partly.0[..1].to_vec()), &Filter::default()).await;
    assert!(nodes.iter().any(|n| n.path == partly));
    assert!(!names(&nodes).contains(&"denied"));
}

pub async fn browse_survives_hostile_names(it: It) {
    let session = it.open().await;
    let nodes = all(&session, &it.hostile_names(), &Filter::default()).await;
    assert!(nodes.len() >= 5);
    for node in nodes {
        let table = session.describe(&node.path, &cx()).await.unwrap();
        let columns: Vec<String> = table.columns.iter().map(|c| c.name.clone()).collect();
        let scan = model::Scan { table: node.path.clone(), columns: Some(columns.clone()), limit: Some(5), ..Default::default() };
        let batches = session.scan(&scan, &cx()).await.unwrap_or_else(|e| panic!("{:?}: {e}", node.path));
        let got: Vec<String> = batches.schema.fields().iter().map(|f| f.name().clone()).collect();
        assert_eq!(got, columns);
        super::rows(batches).await.unwrap();
        for column in columns {
            let sort = vec![model::Sort { column: column.clone(), descending: false }];
            let predicate = Some(model::Predicate::Not(Box::new(model::Predicate::IsNull(column))));
            let scan = model::Scan { table: node.path.clone(), sort, predicate, limit: Some(1), ..Default::default() };
            super::scanned(&it, &session, &scan).await;
        }
    }
}

pub async fn browse_of_what_is_not_there_says_so(it: It) {
    let session = it.open().await;
    for at in [Path::of(["no such schema"]), Path::of(["a", "b", "c", "d"]), Path::of(["x".repeat(10_000)])] {
        let error = session.browse(&at, &Filter::default(), PageToken(None), &cx()).await.unwrap_err();
        assert_eq!(error.kind(), Kind::NotFound, "{at:?}");
    }
    let odd = PageToken(Some("\u{10ffff}'\"".to_owned()));
    assert!(session.browse(&it.many(), &Filter::default(), odd, &cx()).await.unwrap().items.is_empty());
}

pub async fn browse_and_describe_wait_for_no_lock(it: It) {
    let (session, name) = it.open_writer().await;
    let make = model::Query { sql: it.words().changes[0].to_owned(), ..Default::default() };
    session.execute(&make, model::WritePermit::granted_by_the_person(), &cx()).await.unwrap();
    let lock = it.lock(&name, "canary").await;
    let nodes = all(&session, &it.scratch(), &Filter::default()).await;
    assert_eq!(names(&nodes), ["canary"]);
    let table = session.describe(&it.scratch().child("canary"), &cx()).await.unwrap();
    assert_eq!((table.columns.len(), table.bytes), (1, None));
    drop(lock);
    session.close(&cx()).await;
    it.clean_up(&name).await;
}
