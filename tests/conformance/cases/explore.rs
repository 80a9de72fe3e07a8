//! What the explorer asks beyond browsing and scanning: searching, counting, statistics, keeping a result, words.

use super::{It, cx, queried, scanned};
use model::{Comparison, Filter, PageToken, Path, Predicate, Query, Scalar, Scan, Session, Sql, WritePermit};
use std::sync::Arc;

async fn found(session: &Arc<dyn Session>, text: &str) -> Vec<Path> {
    let (mut out, mut token) = (Vec::new(), PageToken(None));
    loop {
        let page = session.search(text, token, &cx()).await.unwrap_or_else(|e| panic!("{text}: {e}"));
        assert!(!page.items.is_empty() || page.next.is_none());
        out.extend(page.items.into_iter().map(|node| node.path));
        match page.next {
            Some(next) => token = next,
            None => return out,
        }
    }
}

pub async fn search_finds_tables_anywhere_by_a_part_of_their_name(it: It) {
    let session = it.open().await;
    let many = found(&session, "ABLE_0").await;
    let expected: Vec<Path> = (1..=300).map(|n| it.many().child(format!("table_{n:04}"))).collect();
    assert_eq!(many.iter().filter(|p| p.0[..p.0.len() - 1] == it.many().0).cloned().collect::<Vec<_>>(), expected);
    let places = it.places();
    assert!(found(&session, "PlAcEs").await.contains(&places));
    let node = session.search(places.0.last().unwrap(), PageToken(None), &cx()).await.unwrap();
    let node = node.items.into_iter().find(|n| n.path == places).unwrap();
    assert_eq!(node.spatial, Some(true));
}

pub async fn search_hides_what_may_not_be_seen(it: It) {
    let session = it.open().await;
    if !session.facts().searches {
        return;
    }
    let forbidden = it.forbidden();
    assert!(!found(&session, forbidden.0.last().unwrap()).await.contains(&forbidden));
    assert!(found(&session, "denied").await.is_empty());
    assert!(found(&session, "pg_class").await.is_empty(), "the system's own tables are not looked for");
}

pub async fn search_takes_any_text_as_text(it: It) {
    let session = it.open().await;
    for nothing in ["%", "_able_0001", "\\\\", "'; DROP TABLE x; --' ", "\0", &"x".repeat(10_000)] {
        assert!(found(&session, nothing).await.is_empty(), "{nothing:?}");
    }
    let at = it.hostile_names();
    let nodes = session.browse(&at, &Filter::default(), PageToken(None), &cx()).await.unwrap().items;
    for node in nodes {
        assert!(found(&session, node.path.0.last().unwrap()).await.contains(&node.path), "{:?}", node.path);
    }
    let odd = PageToken(Some("no token of ours".to_owned()));
    session.search("table_0", odd, &cx()).await.unwrap();
}

pub async fn browse_gives_pages_of_the_size_that_is_asked_for(it: It) {
    let session = it.open().await;
    for size in [1, 7, 300, 1000] {
        let filter = Filter { page_size: Some(size), ..Filter::default() };
        let page = session.browse(&it.many(), &filter, PageToken(None), &cx()).await.unwrap();
        assert_eq!(page.items.len(), 300.min(size as usize));
        assert_eq!(page.next.is_some(), size < 300);
    }
}

async fn one(it: &It, session: &Arc<dyn Session>, sql: &Sql) -> Vec<Vec<Option<String>>> {
    let query = Query { sql: sql.text.clone(), params: sql.params.clone(), ..Query::default() };
    let batches = session.query(&query, &cx()).await.unwrap_or_else(|e| panic!("{}: {e} {:?}", sql.text, e.view().vendor));
    super::printed(it, &super::rows(batches).await.unwrap())
}

pub async fn count_tells_what_a_scan_would_read(it: It) {
    let session = it.open().await;
    let few = Predicate::Compare("id".to_owned(), Comparison::Less, Scalar::Int(50));
    let sort = vec![model::Sort { column: "id".to_owned(), descending: true }];
    for scan in [
        Scan { table: it.places(), ..Scan::default() },
        Scan { table: it.places(), predicate: Some(few), sort, ..Scan::default() },
        Scan { table: it.places(), limit: Some(7), ..Scan::default() },
        Scan { table: it.empty(), ..Scan::default() },
    ] {
        let Some(sql) = it.dialect().count(&scan) else { continue };
        let rows = scanned(&it, &session, &scan).await.len();
        assert_eq!(one(&it, &session, &sql).await, [[Some(rows.to_string())]], "{}", sql.text);
    }
}

pub async fn profile_tells_of_every_column_what_is_there(it: It) {
    let session = it.open().await;
    let (every, _) = it.every_type();
    for path in [every, it.places(), it.with_nulls(), it.empty()] {
        let table = session.describe(&path, &cx()).await.unwrap();
        for column in &table.columns {
            let Some(profile) = it.dialect().profile(&path, column) else { continue };
            let scan = Scan { table: path.clone(), columns: Some(vec![column.name.clone()]), ..Scan::default() };
            let values = scanned(&it, &session, &scan).await;
            let nulls = values.iter().filter(|v| v[0].is_none()).count();
            let summary = one(&it, &session, &profile.summary).await;
            assert_eq!((summary.len(), summary[0].len()), (1, 6), "{}", column.name);
            assert_eq!(summary[0][0], Some(values.len().to_string()), "{}", column.name);
            assert_eq!(summary[0][1], Some(nulls.to_string()), "{}", column.name);
            if let Some(sql) = &profile.top {
                let top = one(&it, &session, sql).await;
                let counts: Vec<u64> = top.iter().map(|row| row[1].as_ref().unwrap().parse().unwrap()).collect();
                assert!(counts.len() <= 10 && counts.is_sorted_by(|a, b| a >= b), "{}: {counts:?}", column.name);
                assert!(counts.iter().sum::<u64>() <= values.len() as u64);
            }
            if let Some(sql) = &profile.histogram {
                for row in one(&it, &session, sql).await {
                    assert!(row[0].as_ref().unwrap().parse::<u32>().unwrap() < 24, "{}", column.name);
                }
            }
        }
    }
}

pub async fn save_as_keeps_a_result_and_replaces_nothing(it: It) {
    let (session, name) = it.open_writer().await;
    let words = it.words();
    let run = async |sql: String| {
        let query = Query { sql, ..Query::default() };
        session.execute(&query, WritePermit::granted_by_the_person(), &cx()).await
    };
    run(words.changes[0].to_owned()).await.unwrap();
    let path = it.scratch().child("kept; \"one\" '");
    let sql = it.dialect().save_as(&path, &format!("{}; -- all", words.canary)).unwrap();
    run(sql.text.clone()).await.unwrap();
    let scan = Scan { table: path.clone(), ..Scan::default() };
    assert_eq!(scanned(&it, &session, &scan).await.len(), 1);
    assert!(run(sql.text).await.is_err(), "it is there already");
    let taken = it.dialect().save_as(&it.scratch().child("canary"), words.dresses[0]).unwrap();
    assert!(run(taken.text).await.is_err(), "it is there already");
    assert_eq!(queried(&it, &session, words.canary).await.len(), 1);
    assert!(it.dialect().save_as(&path, words.changes[1]).is_none(), "a change is no result");
    session.close(&cx()).await;
    it.clean_up(&name).await;
}

pub async fn words_are_told_for_an_editor(it: It) {
    let words = it.dialect().words();
    let keywords: Vec<&str> = words.keywords.split(' ').collect();
    for word in ["select", "from", "where", "order", "limit"] {
        assert!(keywords.contains(&word), "{word}");
    }
    for list in [words.keywords, words.types, words.functions] {
        assert!(list.split(' ').all(|w| !w.is_empty() && !w.contains(char::is_whitespace)), "one space between words");
        assert_eq!(list, list.to_lowercase());
    }
    assert!(words.functions.contains("count") && !words.identifier_quotes.is_empty());
}
