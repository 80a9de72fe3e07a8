//! From the empty list to a second start, and what one does with a connection afterwards.

use crate::desk::{Desk, code, saved};
use engine::views::{ListRequest, Outcome, SecretFrom, SortBy};
use landbridge_tests::peers::postgres::{CERT, MD5, Postgres, SCRAM};
use model::{ConnectorId, Environment, FieldId, StageState, TestState};

#[tokio::test]
async fn postgres_is_connected_listed_and_connects_again_after_a_restart() {
    let server = Postgres::shared().await;
    let desk = Desk::new();
    assert!(desk.names().await.is_empty());
    let form = desk.verified_form("Parcels", server, SCRAM).await;
    let outcome = desk.connect(form).await;
    let id = saved(&outcome);
    let done: Vec<String> = {
        let heard = desk.heard.0.lock().unwrap();
        heard.iter().filter(|e| e.state == StageState::Done).map(|e| e.stage.to_string()).collect()
    };
    assert_eq!(done, ["resolve", "reach", "tls", "login", "query", "capabilities"]);
    assert_eq!(desk.names().await, ["Parcels"]);
    assert!(desk.engine.draft_view(form).is_err(), "the draft is wiped once it is saved");

    let desk = desk.restart().await;
    assert_eq!(desk.names().await, ["Parcels"]);
    assert_eq!(code(&desk.test(id).await), "worked");
    assert!(desk.asked.lock().unwrap().is_empty(), "the sealed password was enough");
    let view = desk.engine.connection_view(id).await.unwrap();
    assert_eq!(view.last_test.map(|t| t.state), Some(TestState::Ok));
    assert_eq!(view.host, server.host);
}

#[tokio::test]
async fn postgres_keeps_a_blank_secret_on_edit_and_asks_again_when_its_destination_changed() {
    let server = Postgres::shared().await;
    let desk = Desk::new();
    let form = desk.verified_form("One", server, SCRAM).await;
    let id = saved(&desk.connect(form).await);

    let edit = desk.engine.connection_edit(id).await.unwrap();
    let password = FieldId::named("password");
    assert_eq!(edit.secrets[&password].from, SecretFrom::Stored);
    desk.set(edit.id, "name", "Renamed");
    desk.set(edit.id, "database", "plain");
    let outcome = desk.connect(edit.id).await;
    assert_eq!(saved(&outcome), id, "the same connection");
    let Outcome::Worked { warnings, .. } = &outcome else { panic!() };
    assert!(warnings.iter().any(|w| w.contains("PostGIS")), "plain has no PostGIS, which is a warning: {warnings:?}");

    for (field, value) in [("server", "127.0.0.1"), ("username", "md5_user"), ("ssl_mode", "require")] {
        let edit = desk.engine.connection_edit(id).await.unwrap();
        let view = desk.set(edit.id, field, value);
        assert!(view.secrets[&password].asked_again_because.is_some(), "{field}");
        assert_eq!(code(&desk.connect(edit.id).await), "password:asked_again", "{field}");
        assert_eq!(desk.engine.draft_view(edit.id).unwrap().values[&FieldId::named(field)], value, "nothing typed is lost");
        desk.engine.draft_close(edit.id);
    }

    let edit = desk.engine.connection_edit(id).await.unwrap();
    desk.set(edit.id, "username", MD5.user);
    desk.secret(edit.id, "password", MD5.password);
    assert_eq!(saved(&desk.connect(edit.id).await), id);
    assert_eq!(code(&desk.test(id).await), "worked");
}

#[tokio::test]
async fn postgres_a_copy_never_has_the_secret() {
    let server = Postgres::shared().await;
    let desk = Desk::new();
    let form = desk.verified_form("Origin", server, SCRAM).await;
    let id = saved(&desk.connect(form).await);
    let copy = desk.engine.connection_duplicate(id).await.unwrap();
    assert_eq!(copy.values[&model::NAME], "Origin copy");
    assert_eq!(copy.secrets[&FieldId::named("password")].from, SecretFrom::Nowhere);
    assert_eq!(copy.files[&FieldId::named("root_certificate")].name, "ca.pem");
    assert_ne!(code(&desk.connect(copy.id).await), "worked", "without the password the server says no");
    desk.secret(copy.id, "password", SCRAM.password);
    saved(&desk.connect(copy.id).await);
    assert_eq!(desk.names().await, ["Origin", "Origin copy"]);
    let again = desk.engine.connection_duplicate(id).await.unwrap();
    assert_eq!(again.values[&model::NAME], "Origin copy 2");
}

#[tokio::test]
async fn postgres_with_a_client_certificate_needs_no_password() {
    let server = Postgres::shared().await;
    let desk = Desk::new();
    let form = desk.verified_form("By certificate", server, CERT).await;
    let dir = tempfile::tempdir().unwrap();
    for (name, field, text) in
        [("client.pem", "client_certificate", &server.client_cert), ("client.key", "client_key", &server.client_key)]
    {
        let path = dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        desk.file(form, field, &path).await;
    }
    let id = saved(&desk.connect(form).await);
    let desk = desk.restart().await;
    assert_eq!(code(&desk.test(id).await), "worked");
    let edit = desk.engine.connection_edit(id).await.unwrap();
    let key = &edit.secrets[&FieldId::named("client_key")];
    assert_eq!((key.from, key.file.as_deref()), (SecretFrom::Stored, Some("client.key")));
}

#[tokio::test]
async fn postgres_a_deleted_connection_comes_back_with_its_secret_and_is_gone_after_a_restart() {
    let server = Postgres::shared().await;
    let desk = Desk::new();
    let form = desk.verified_form("Mistake", server, SCRAM).await;
    let id = saved(&desk.connect(form).await);
    assert_eq!(desk.engine.connection_dependents(id).await.unwrap().items, Vec::<String>::new());
    assert_eq!(desk.engine.connection_delete(id).await.unwrap().undo_seconds, 10);
    assert!(desk.names().await.is_empty());
    desk.engine.connection_restore(id).await.unwrap();
    assert_eq!(code(&desk.test(id).await), "worked");
    desk.engine.connection_delete(id).await.unwrap();
    let desk = desk.restart().await;
    assert!(desk.names().await.is_empty());
    assert_eq!(desk.engine.connection_restore(id).await.unwrap_err().code(), "gone");
}

#[tokio::test]
async fn postgres_a_failed_connection_saves_nothing_and_keeps_the_form() {
    let server = Postgres::shared().await;
    let desk = Desk::new();
    let form = desk.verified_form("Nearly", server, SCRAM).await;
    desk.secret(form, "password", "wrong");
    let outcome = desk.connect(form).await;
    let Outcome::Failed { error } = &outcome else { panic!("{outcome:?}") };
    assert_eq!(error.vendor.as_ref().and_then(|v| v.code.as_deref()), Some("28P01"));
    assert!(desk.names().await.is_empty());
    let view = desk.engine.draft_view(form).unwrap();
    assert_eq!(view.values[&FieldId::named("username")], SCRAM.user);
    assert_eq!(view.secrets[&FieldId::named("password")].from, SecretFrom::Typed);
    desk.secret(form, "password", SCRAM.password);
    saved(&desk.connect(form).await);
}

#[tokio::test]
async fn the_list_is_searched_sorted_and_filtered_and_labels_are_tidied() {
    let server = Postgres::shared().await;
    let desk = Desk::new();
    for name in ["beta", "Älpha", "数据"] {
        let form = desk.verified_form(name, server, SCRAM).await;
        saved(&desk.connect(form).await);
    }
    let list = async |request: ListRequest| desk.engine.connections_list(ListRequest { limit: 10, ..request }).await.unwrap();
    let found = list(ListRequest { search: "ÄLPHA".into(), ..Default::default() }).await;
    assert_eq!((found.items.len(), found.total, found.all), (1, 1, 3));
    let labels = vec![" gis ".to_owned(), "GIS".to_owned(), String::new(), "eu\u{0}".to_owned()];
    let view = desk.engine.connection_organise(found.items[0].id, Environment::Production, labels).await.unwrap();
    assert_eq!((view.environment, view.labels), (Environment::Production, vec!["gis".to_owned(), "eu".to_owned()]));
    assert_eq!(list(ListRequest { search: "gis".into(), ..Default::default() }).await.total, 1);
    let none = list(ListRequest { connector: Some(ConnectorId::named("other")), ..Default::default() }).await;
    assert_eq!((none.total, none.all), (0, 3));
    let down = list(ListRequest { sort: SortBy::Name, descending: true, ..Default::default() }).await;
    let up = list(ListRequest { sort: SortBy::Name, ..Default::default() }).await;
    let names = |page: &engine::views::ListPage| page.items.iter().map(|c| c.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&up), names(&down).into_iter().rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn a_damaged_entry_is_named_and_can_be_deleted_and_hides_nothing() {
    let server = Postgres::shared().await;
    let desk = Desk::new();
    for name in ["Whole", "Damaged"] {
        let form = desk.verified_form(name, server, SCRAM).await;
        saved(&desk.connect(form).await);
    }
    let found =
        desk.engine.connections_list(ListRequest { search: "damaged".into(), limit: 1, ..Default::default() }).await.unwrap();
    let id = found.items[0].id;
    let database = rusqlite::Connection::open(desk.database()).unwrap();
    database.execute("UPDATE connections SET document = '{' WHERE id = ?1", [id.0.as_bytes()]).unwrap();
    drop(database);
    let list = async || desk.engine.connections_list(ListRequest { limit: 10, ..Default::default() }).await.unwrap();
    let page = list().await;
    assert_eq!((page.items.len(), page.unreadable), (1, vec![id]));
    desk.engine.connection_delete(id).await.unwrap();
    assert!(list().await.unreadable.is_empty());
}
