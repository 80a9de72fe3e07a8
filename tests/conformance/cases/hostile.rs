//! Texts that would change something if they were run, as somebody whom the server forbids nothing.

use super::{It, cx, is_well};
use model::{Kind, Query, Work};

pub async fn hostile_statements_are_refused_and_change_nothing(it: It) {
    let (session, name) = it.open_mighty().await;
    let before = it.footprint(&name).await;
    for sql in it.words().hostile {
        let query = Query { sql: sql.clone(), ..Query::default() };
        let done = match session.query(&query, &cx()).await {
            Ok(batches) => super::rows(batches).await.map(|_| ()),
            Err(e) => Err(e),
        };
        let error = done.err().unwrap_or_else(|| panic!("{sql} was run"));
        let told = [Kind::ReadOnly, Kind::Statement, Kind::Invalid, Kind::Permission, Kind::NotFound].contains(&error.kind());
        assert!(told, "{sql}: {error} {:?}", error.view().vendor);
        if session.facts().estimates {
            let _ = session.estimate(Work::Query(&query), &cx()).await;
        }
        is_well(&it, &session).await;
    }
    assert_eq!(it.footprint(&name).await, before, "something was left behind");
    session.close(&cx()).await;
    it.clean_up(&name).await;
}

pub async fn hostile_settings_do_not_outlive_their_run(it: It) {
    let session = it.open().await;
    let show = "SELECT current_setting('default_transaction_read_only'), current_setting('standard_conforming_strings'), \
                current_setting('search_path'), current_setting('statement_timeout')";
    let before = super::queried(&it, &session, show).await;
    for setting in [
        "default_transaction_read_only', 'off",
        "standard_conforming_strings', 'off",
        "search_path', 'evil",
        "statement_timeout', '1",
    ] {
        super::queried(&it, &session, &format!("SELECT set_config('{setting}', false)")).await;
    }
    assert_eq!(super::queried(&it, &session, show).await, before);
    let off = "SELECT set_config('transaction_read_only', 'off', true)";
    assert!(super::refused(&session, off).await.vendor_code().is_some(), "a transaction cannot be made to write");
}
